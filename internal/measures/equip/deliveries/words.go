package deliveries

import (
	"strconv"
	"strings"
	"time"

	"preau/internal/base/i18n"
)

// saysText says a saying; "" is said too.
func saysText(l *i18n.Localizer, s Says) string {
	if s == "" {
		return l.T("deliveries.says.none")
	}
	return l.T("deliveries.says." + string(s))
}

func stateText(l *i18n.Localizer, s State) string { return l.T("deliveries.state." + string(s)) }

func roundText(l *i18n.Localizer, s RoundState) string {
	return l.T("deliveries.round.state." + string(s))
}

// stateColour is that of the tag of a delivery's state.
func stateColour(s State) string {
	switch s {
	case Received, Signed:
		return "green"
	case Partial:
		return "yellow"
	case UnderWay:
		return "purple"
	}
	return "grey"
}

func roundColour(s RoundState) string {
	switch s {
	case RoundDone:
		return "green"
	case RoundUnderWay:
		return "purple"
	case RoundPacked:
		return "yellow"
	}
	return "grey"
}

func saysColour(s Says) string {
	switch s {
	case SaysReceived:
		return "green"
	case SaysDamaged, SaysWrong, SaysMissing:
		return "red"
	}
	return "grey"
}

// tallyText counts in a sentence.
func tallyText(l *i18n.Localizer, t Tally) string {
	parts := []string{l.T("deliveries.tally.received", "n", t.Received, "items", t.Items)}
	add := func(n int, key string) {
		if n > 0 {
			parts = append(parts, l.T(key, "n", n))
		}
	}
	add(t.Damaged, "deliveries.tally.damaged")
	add(t.Wrong, "deliveries.tally.wrong")
	add(t.Missing, "deliveries.tally.missing")
	add(t.Surplus, "deliveries.tally.surplus")
	add(t.Open(), "deliveries.tally.open")
	add(t.Conflicts, "deliveries.tally.conflicts")
	return strings.Join(parts, l.T("deliveries.tally.comma")) + "."
}

// day says a day after a separator, nothing when there is none.
func day(l *i18n.Localizer, separator, on string) string {
	at, err := time.ParseInLocation(time.DateOnly, on, i18n.Paris)
	if err != nil {
		return ""
	}
	return separator + l.Date(at)
}

func dayOr(l *i18n.Localizer, on, otherwise string) string {
	if text := day(l, "", on); text != "" {
		return text
	}
	return otherwise
}

func times(n int64) string { return strconv.FormatInt(n, 10) + " × " }

func joined(parts []string) string { return strings.Join(parts, ", ") }
