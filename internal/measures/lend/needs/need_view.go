package needs

import (
	"context"
	"strconv"

	"preau/internal/base/authz"
	"preau/internal/base/i18n"
	"preau/internal/base/web/ui"
	"preau/internal/territory/directory"
)

func lang(ctx context.Context) string { return string(i18n.From(ctx).Lang) }

func stateText(ctx context.Context, s State) string { return i18n.T(ctx, "needs.state."+string(s)) }

func stateColour(s State) string {
	switch s {
	case Granted, Lent:
		return "green"
	case Waiting:
		return "yellow"
	case Nominated:
		return "blue"
	}
	return "grey"
}

func answerText(ctx context.Context, a Answer) string { return i18n.T(ctx, "needs.answer."+string(a)) }

func appealText(ctx context.Context, a Appeal) string { return i18n.T(ctx, "needs.appeal."+string(a)) }

func reasonText(ctx context.Context, reason string) string {
	if reason == "" {
		return ""
	}
	return i18n.T(ctx, "needs.reason."+reason)
}

func reasonOptions(ctx context.Context, reasons []string) []ui.Option {
	list := make([]ui.Option, len(reasons))
	for i, r := range reasons {
		list[i] = ui.Option{Value: r, Text: reasonText(ctx, r)}
	}
	return list
}

// appealOptions are the reasons of both answers; the service refuses one of the other answer.
func appealOptions(ctx context.Context) []ui.Option {
	list := append(reasonOptions(ctx, UpheldReasons), reasonOptions(ctx, RejectedReasons)...)
	for i := range list {
		key := "needs.appeal.upheld"
		if i >= len(UpheldReasons) {
			key = "needs.appeal.rejected"
		}
		list[i].Hint = i18n.T(ctx, key)
	}
	return list
}

func ruleTable(ctx context.Context, r *Rule) ui.DataTable {
	t := ui.DataTable{Caption: i18n.T(ctx, "needs.rule.criteria"), HideCaption: true,
		Columns: []ui.Column{{Label: i18n.T(ctx, "needs.criterion")}, {Label: i18n.T(ctx, "needs.rule.meaning")}, {Label: i18n.T(ctx, "needs.points"), Numeric: true}, {Label: i18n.T(ctx, "needs.rule.unknown"), Numeric: true}}}
	for _, c := range r.Criteria {
		t.Rows = append(t.Rows, []string{c.Name.In(lang(ctx)), c.Text.In(lang(ctx)), i18n.From(ctx).Number(int64(c.Points)), i18n.From(ctx).Number(int64(c.points(Unknown)))})
	}
	return t
}

// classRow is a pupil's row of the class's form; its index is -1 when the pupil is served and nothing can be changed.
type classRow struct {
	PupilNeeds
	Index int
}

func (r *classRow) in() bool { return r.Candidate != nil && r.Candidate.State.Ranked() }

func (r *classRow) answer(criterion string) Answer {
	if r.Candidate == nil {
		return Unknown
	}
	return r.Candidate.Answers[criterion]
}

func rows(c ClassNeeds) []classRow {
	list := make([]classRow, len(c.Pupils))
	n := 0
	for i, p := range c.Pupils {
		list[i] = classRow{p, n}
		if p.Candidate != nil && p.Candidate.State.Served() {
			list[i].Index = -1
			continue
		}
		n++
	}
	return list
}

func classColumns(ctx context.Context, r *Rule) []ui.Column {
	list := []ui.Column{{Label: i18n.T(ctx, "needs.pupil")}, {Label: i18n.T(ctx, "needs.class.in")}}
	for _, c := range r.Criteria {
		list = append(list, ui.Column{Label: c.Name.In(lang(ctx))})
	}
	return list
}

func rankingColumns(ctx context.Context) []ui.Column {
	return []ui.Column{{Label: i18n.T(ctx, "needs.pupil")}, {Label: i18n.T(ctx, "needs.rank"), Numeric: true}, {Label: i18n.T(ctx, "needs.class.word")},
		{Label: i18n.T(ctx, "needs.points"), Numeric: true}, {Label: i18n.T(ctx, "needs.state")}, {Label: i18n.T(ctx, "needs.action"), Hidden: true}}
}

func countColumns(ctx context.Context) []ui.Column {
	return []ui.Column{{Label: i18n.T(ctx, "needs.school.word")}, {Label: i18n.T(ctx, "needs.quota")}, {Label: i18n.T(ctx, "needs.state.nominated"), Numeric: true},
		{Label: i18n.T(ctx, "needs.state.granted"), Numeric: true}, {Label: i18n.T(ctx, "needs.state.waiting"), Numeric: true}, {Label: i18n.T(ctx, "needs.appeals"), Numeric: true}}
}

// undecided tells whether the rule has something left to decide.
func undecided(r *Ranking) bool {
	for _, c := range r.Candidates {
		if c.State == Nominated || (c.State == Waiting && r.Free() > 0) {
			return true
		}
	}
	return false
}

func quotaText(ctx context.Context, r *Ranking) string {
	if r.Quota == nil {
		return i18n.T(ctx, "needs.quota.unknown")
	}
	return quotaWord(ctx, r.Quota) + " " + i18n.T(ctx, "needs.quota.used", "n", r.Served())
}

func quotaWord(ctx context.Context, q *Quota) string {
	switch {
	case q == nil:
		return i18n.T(ctx, "needs.quota.unknown")
	case q.Plan != "":
		return i18n.T(ctx, "needs.quota.plan", "n", q.Quantity)
	}
	return i18n.T(ctx, "needs.quota.hand", "n", q.Quantity, "reason", q.Reason)
}

func quotaValue(q *Quota) string {
	if q == nil {
		return ""
	}
	return strconv.Itoa(q.Quantity)
}

func quotaReason(q *Quota) string {
	if q == nil {
		return ""
	}
	return q.Reason
}

func mayQuota(ctx context.Context, l CountLine) bool {
	return authz.May(ctx, EditQuotas, authz.School(l.Territory, l.School))
}

func mayAsk(ctx context.Context, c *Candidate) bool {
	return authz.Holds(ctx, AskAppeal) && c.Appeal == NoAppeal && (c.State == Waiting || c.State == Declined)
}

func nameIn(ctx context.Context, names map[string]Named, pupil string) string {
	n, ok := names[pupil]
	if !ok {
		return i18n.T(ctx, "needs.pupil.left")
	}
	return n.FamilyName + " " + n.GivenName
}

func pupilText(ctx context.Context, p directory.Pupil) string {
	if p.Person == "" {
		return i18n.T(ctx, "needs.pupil.left")
	}
	return p.GivenName + " " + p.FamilyName
}

func placeLinks(ctx context.Context, t *Told, decides bool) []ui.Link {
	links := []ui.Link{{Text: i18n.T(ctx, "needs.home"), Href: "/lend"}}
	if decides {
		links = append(links, ui.Link{Text: i18n.T(ctx, "needs.school"), Href: schoolHref(t.Candidate.School)})
	}
	return append(links, ui.Link{Text: t.Class, Href: "/lend/needs/classes/" + t.Candidate.Class})
}

func pointsTable(ctx context.Context, c *Candidate) ui.DataTable {
	t := ui.DataTable{Caption: i18n.T(ctx, "needs.points.caption"),
		Columns: []ui.Column{{Label: i18n.T(ctx, "needs.criterion")}, {Label: i18n.T(ctx, "needs.answer")}, {Label: i18n.T(ctx, "needs.points"), Numeric: true}},
		Foot:    []string{i18n.T(ctx, "needs.total"), "", i18n.From(ctx).Number(int64(c.Total))}}
	for _, g := range c.Given {
		t.Rows = append(t.Rows, []string{g.Criterion.Name.In(lang(ctx)), answerText(ctx, g.Answer), i18n.From(ctx).Number(int64(g.Points))})
	}
	return t
}

// sentences tell a place in words.
func sentences(ctx context.Context, e Explanation) []string {
	c := e.Candidate
	if c.Rank == 0 {
		return nil
	}
	list := []string{i18n.T(ctx, "needs.told.rank", "rank", c.Rank, "n", e.Of, "points", c.Total)}
	if c.Appeal == Upheld {
		list = append(list, i18n.T(ctx, "needs.told.upheld"))
	}
	switch {
	case e.Quota < 0:
		return append(list, i18n.T(ctx, "needs.quota.unknown"))
	case c.Within:
		list = append(list, i18n.T(ctx, "needs.told.within", "n", e.Quota))
		if e.Next != nil && !e.Tied {
			list = append(list, i18n.T(ctx, "needs.told.next", "points", *e.Next))
		}
	default:
		list = append(list, i18n.T(ctx, "needs.told.beyond", "n", e.Quota))
		if e.Cut != nil && !e.Tied {
			list = append(list, i18n.T(ctx, "needs.told.cut", "points", *e.Cut))
		}
		list = append(list, i18n.T(ctx, "needs.told.more", "n", e.More))
	}
	if e.Tied {
		list = append(list, i18n.T(ctx, "needs.told.tied"))
	}
	return list
}

func changeText(ctx context.Context, c Change) string {
	if c.Suffices {
		return i18n.T(ctx, "needs.change.suffices", "criterion", c.Criterion.Name.In(lang(ctx)), "n", c.Points)
	}
	return i18n.T(ctx, "needs.change.not", "criterion", c.Criterion.Name.In(lang(ctx)), "n", c.Points)
}

func appealTitle(ctx context.Context, a AppealLine) string {
	if a.Pupil.Person == "" {
		return i18n.T(ctx, "needs.appeal.title", "rank", a.Candidate.Rank, "school", a.School.Name)
	}
	return a.Pupil.GivenName + " " + a.Pupil.FamilyName + ", " + a.Class
}
