package loans

import (
	"context"
	"time"

	"preau/internal/base/i18n"
)

func stateText(ctx context.Context, s State) string { return i18n.T(ctx, "loans.state."+string(s)) }

func stateColour(l *Line) string {
	switch {
	case l.Late:
		return "red"
	case l.State == Out:
		return "yellow"
	case l.State == Returned:
		return "green"
	case l.State == Cancelled:
		return "grey"
	}
	return "red"
}

// lineState says where a loan stands, and that it is late.
func lineState(ctx context.Context, l *Line) string {
	if l.Late {
		return i18n.T(ctx, "loans.late")
	}
	return stateText(ctx, l.State)
}

func checkText(ctx context.Context, c Check) string { return i18n.T(ctx, "loans.check."+string(c)) }

func pupilText(ctx context.Context, name string) string {
	if name == "" {
		return i18n.T(ctx, "loans.pupil.hidden")
	}
	return name
}

// dayText says a day of the database: 2026-09-01.
func dayText(ctx context.Context, day string) string {
	t, err := time.ParseInLocation(time.DateOnly, day, i18n.Paris)
	if err != nil {
		return day
	}
	return i18n.From(ctx).Date(t)
}

// conditionText says what is wrong with a device, in one line.
func conditionText(ctx context.Context, c Condition) string {
	text := ""
	for _, w := range c.Wrong {
		if text != "" {
			text += ", "
		}
		text += checkText(ctx, w)
	}
	if text == "" {
		text = i18n.T(ctx, "loans.condition.fine")
	}
	if c.Note != "" {
		text += " (" + c.Note + ")"
	}
	return text
}

// differenceText says how a point changed during the loan.
func differenceText(ctx context.Context, d Difference) string {
	switch {
	case d.New():
		return i18n.T(ctx, "loans.difference.new")
	case d.In:
		return i18n.T(ctx, "loans.difference.same")
	}
	return i18n.T(ctx, "loans.difference.gone")
}
