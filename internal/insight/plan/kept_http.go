package plan

import (
	"bytes"
	"context"
	"io"
	"net/http"
	"net/url"
	"slices"
	"strconv"

	"preau/internal/base/authz"
	"preau/internal/base/i18n"
	"preau/internal/base/web"
	"preau/internal/base/web/ui"
	"preau/internal/territory/programme"
)

// linesPerPage is how many lines a page shows.
const linesPerPage = 50

// keptView is the page of a kept plan.
type keptView struct {
	head    *Head
	version *programme.Version
	filter  LineFilter
	rows    []LineRow
	pages   ui.Pages
	reasons []ReasonCount
	author  string
	decider string
	may     struct{ adopt, discard bool }
}

func (m *Module) kept(r *http.Request) (web.Response, error) {
	ctx := r.Context()
	v := keptView{}
	var err error
	if v.head, err = m.Service.Plan(ctx, r.PathValue("id")); err != nil {
		return nil, err
	}
	if v.version, err = m.Service.programmes.Version(ctx, v.head.Version); err != nil {
		return nil, err
	}
	v.filter = filterOf(web.Query(r))
	total := 0
	if v.rows, total, err = m.Service.Rows(ctx, v.head.ID, v.filter); err != nil {
		return nil, err
	}
	if v.reasons, err = m.Service.ReasonCounts(ctx, v.head.ID); err != nil {
		return nil, err
	}
	v.pages = ui.Pages{Page: v.filter.Page, Size: v.filter.Size, Total: total, Href: v.pageHref}
	v.author, v.decider = m.Service.nameOf(ctx, v.head.CreatedBy), m.Service.nameOf(ctx, v.head.DecidedBy)
	v.may.adopt = v.head.State == Draft && mayOn(ctx, AdoptPlans, v.head.Territories)
	v.may.discard = v.head.State == Draft && mayOn(ctx, MakePlans, v.head.Territories)
	return web.Page{Title: i18n.T(ctx, "plan.kept.title"), Section: "plan", Body: keptBody(v)}, nil
}

func filterOf(q *web.Values) LineFilter {
	f := LineFilter{Measure: q.Text("measure"), LeftOut: q.Text("show") == "left", Reason: Reason(q.Text("reason")), Search: q.Text("q"), Page: 1, Size: linesPerPage}
	if !slices.Contains(Reasons, f.Reason) {
		f.Reason = ""
	}
	if f.Reason != "" {
		f.LeftOut = true
	}
	if n := q.Int("page"); n != nil && *n > 1 && *n < 1_000_000 {
		f.Page = *n
	}
	return f
}

// href returns the address of the page with another filter.
func (v *keptView) href(f LineFilter) string {
	q := url.Values{}
	set := func(name, value string) {
		if value != "" {
			q.Set(name, value)
		}
	}
	set("measure", f.Measure)
	set("reason", string(f.Reason))
	set("q", f.Search)
	if f.LeftOut {
		q.Set("show", "left")
	}
	if f.Page > 1 {
		q.Set("page", strconv.Itoa(f.Page))
	}
	if len(q) == 0 {
		return "/plans/" + v.head.ID
	}
	return "/plans/" + v.head.ID + "?" + q.Encode()
}

func (v *keptView) pageHref(page int) string {
	f := v.filter
	f.Page = page
	return v.href(f)
}

func (v *keptView) tabs(l *i18n.Localizer) []ui.Tab {
	served, left := v.filter, v.filter
	served.LeftOut, served.Reason, served.Page = false, "", 1
	left.LeftOut, left.Page = true, 1
	return []ui.Tab{{Text: l.T("plan.tab.served"), Href: v.href(served), Current: !v.filter.LeftOut}, {Text: l.T("plan.tab.left"), Href: v.href(left), Current: v.filter.LeftOut}}
}

func (v *keptView) summary(l *i18n.Localizer) []ui.SummaryRow {
	h, p := v.head, v.version.Programme
	rows := []ui.SummaryRow{
		{Key: l.T("plan.kept.state"), Body: ui.Tag(h.State.Label(l), stateColour(h.State))},
		{Key: l.T("plan.kept.programme"), Value: l.T("plan.kept.programme.value", "name", p.Name.Say(l), "number", v.version.Number)},
		{Key: l.T("plan.kept.territories"), Value: territoryNames(p, h.Territories)},
		{Key: l.T("plan.kept.scenario"), Value: h.Scenario.Label(l)},
		{Key: l.T("plan.kept.money"), Value: l.T("plan.kept.money.value", "cost", l.Money(h.CostCents), "budget", l.Money(h.BudgetCents))},
		{Key: l.T("plan.kept.created"), Value: l.T("plan.kept.by", "when", l.DateTime(i18n.Millis(h.CreatedAt)), "who", v.author)},
	}
	if h.Scenario == ByLottery {
		rows = append(rows, ui.SummaryRow{Key: l.T("plan.kept.seed"), Value: seedText(h.Seed)})
	}
	if h.DecidedAt > 0 {
		rows = append(rows, ui.SummaryRow{Key: l.T("plan.kept.decided"), Value: l.T("plan.kept.by", "when", l.DateTime(i18n.Millis(h.DecidedAt)), "who", v.decider)})
	}
	if h.SupersededAt > 0 {
		rows = append(rows, ui.SummaryRow{Key: l.T("plan.kept.superseded"), Body: supersededBy(h)})
	}
	return append(rows, ui.SummaryRow{Key: l.T("plan.kept.sha256"), Body: code(h.SHA256)})
}

func stateColour(s State) string {
	switch s {
	case Adopted:
		return "green"
	case Draft:
		return "yellow"
	}
	return "grey"
}

func (v *keptView) measureOptions(l *i18n.Localizer) []ui.Option {
	list := []ui.Option{{Value: "", Text: l.T("plan.filter.every_measure")}}
	for _, m := range v.head.Measures {
		list = append(list, ui.Option{Value: m.ID, Text: v.version.Programme.Measure(m.ID).Name.Say(l)})
	}
	return list
}

func (v *keptView) reasonOptions(l *i18n.Localizer) []ui.Option {
	list := []ui.Option{{Value: "", Text: l.T("plan.filter.every_reason")}}
	for _, r := range Reasons {
		list = append(list, ui.Option{Value: string(r), Text: r.Label(l)})
	}
	return list
}

func (v *keptView) reasonTable(l *i18n.Localizer) ui.DataTable {
	t := ui.DataTable{Caption: l.T("plan.left.caption"), Columns: []ui.Column{{Label: l.T("programme.column.measure")}, {Label: l.T("plan.column.reason")}, {Label: l.T("plan.column.schools"), Numeric: true}}}
	for _, c := range v.reasons {
		t.Rows = append(t.Rows, []string{v.version.Programme.Measure(c.Measure).Name.Say(l), c.Reason.Label(l), l.Number(int64(c.Schools))})
	}
	return t
}

// standIns says what the unknown counted as, where a criterion was unknown for a school.
func (v *keptView) standIns(l *i18n.Localizer) ui.DataTable {
	t := ui.DataTable{Caption: l.T("plan.unknown.caption"), Columns: []ui.Column{{Label: l.T("programme.column.measure")}, {Label: l.T("programme.column.criterion")},
		{Label: l.T("plan.column.schools"), Numeric: true}, {Label: l.T("plan.column.counted_as")}}}
	for _, m := range v.head.Measures {
		for _, s := range m.StandIns {
			if s.Schools == 0 {
				continue
			}
			as := programme.PolicyName(l, s.Policy)
			if s.Policy == programme.PolicyMedian {
				as = l.T("plan.unknown.median", "policy", as, "share", l.Percent(float64(s.Thousandths)/1000))
			}
			t.Rows = append(t.Rows, []string{v.version.Programme.Measure(m.ID).Name.Say(l), programme.FactName(l, s.Fact), l.Number(s.Schools), as})
		}
	}
	return t
}

func lineHeads(l *i18n.Localizer, left bool) []ui.Column {
	columns := []ui.Column{{Label: l.T("plan.column.school")}, {Label: l.T("programme.column.measure")}, {Label: l.T("plan.column.rank"), Numeric: true}, {Label: l.T("plan.column.points"), Numeric: true}}
	if left {
		return append(columns, ui.Column{Label: l.T("plan.column.reason")}, ui.Column{Label: l.T("plan.column.unknown")})
	}
	return append(columns, ui.Column{Label: l.T("plan.column.gets")}, ui.Column{Label: l.T("plan.column.cost"), Numeric: true}, ui.Column{Label: l.T("plan.column.unknown")})
}

func (m *Module) csv(r *http.Request) (web.Response, error) {
	return m.export(r, "csv", "text/csv; charset=utf-8", writeCSV)
}

func (m *Module) xlsx(r *http.Request) (web.Response, error) {
	return m.export(r, "xlsx", "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet", writeXLSX)
}

func (m *Module) export(r *http.Request, ending, contentType string, write func(io.Writer, *i18n.Localizer, []LineRow) error) (web.Response, error) {
	h, rows, err := m.Service.Export(r.Context(), r.PathValue("id"))
	if err != nil {
		return nil, err
	}
	var body bytes.Buffer
	err = write(&body, i18n.From(r.Context()), rows)
	return web.File{Name: "plan-" + h.Programme + "-" + h.ID[:8] + "." + ending, ContentType: contentType, Body: body.Bytes()}, err
}

func (m *Module) askAdopt(r *http.Request) (web.Response, error) {
	return m.ask(r, AdoptPlans, "adopt", func(l *i18n.Localizer, h *Head, names string) ui.Confirmation {
		return ui.Confirmation{Title: l.T("plan.adopt.title"), Button: l.T("plan.adopt.button"),
			Text: l.T("plan.adopt.text", "territories", names, "money", l.Money(h.CostCents))}
	})
}

func (m *Module) askDiscard(r *http.Request) (web.Response, error) {
	return m.ask(r, MakePlans, "discard", func(l *i18n.Localizer, h *Head, names string) ui.Confirmation {
		return ui.Confirmation{Title: l.T("plan.discard.title"), Button: l.T("plan.discard.button"),
			Text: l.T("plan.discard.text", "territories", names, "money", l.Money(h.CostCents))}
	})
}

// ask is the page that asks before a plan is decided about.
func (m *Module) ask(r *http.Request, perm authz.Permission, verb string, say func(*i18n.Localizer, *Head, string) ui.Confirmation) (web.Response, error) {
	ctx := r.Context()
	h, err := m.Service.whole(ctx, perm, r.PathValue("id"))
	if err != nil {
		return nil, err
	}
	if h.State != Draft {
		return nil, m.Service.decided(ctx, h)
	}
	version, err := m.Service.programmes.Version(ctx, h.Version)
	if err != nil {
		return nil, err
	}
	c := say(i18n.From(ctx), h, territoryNames(version.Programme, h.Territories))
	c.Action, c.Cancel = "/plans/"+h.ID+"/"+verb, ui.Link{Href: "/plans/" + h.ID}
	return web.Page{Title: c.Title, Section: "plan", Body: ui.Confirm(c)}, nil
}

func (m *Module) adopt(r *http.Request) (web.Response, error) {
	h, err := m.Service.Adopt(r.Context(), r.PathValue("id"))
	if err != nil {
		return nil, err
	}
	return web.RedirectWith("/plans/"+h.ID, "plan.flash.adopted"), nil
}

func (m *Module) discard(r *http.Request) (web.Response, error) {
	id := r.PathValue("id")
	if err := m.Service.Discard(r.Context(), id); err != nil {
		return nil, err
	}
	return web.RedirectWith("/plans/"+id, "plan.flash.discarded"), nil
}

// planLink is a kept plan in the list of plans.
type planLink struct {
	head *Head
	text string
}

func (v *scenariosView) keptLinks(ctx context.Context) []planLink {
	l := i18n.From(ctx)
	list := make([]planLink, len(v.kept))
	for i, h := range v.kept {
		list[i] = planLink{h, l.T("plan.kept.link", "scenario", h.Scenario.Label(l), "when", l.DateTime(i18n.Millis(h.CreatedAt)))}
	}
	return list
}
