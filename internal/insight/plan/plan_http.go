package plan

import (
	"context"
	"net/http"
	"net/url"
	"slices"
	"strconv"

	"preau/internal/base/authz"
	"preau/internal/base/errs"
	"preau/internal/base/i18n"
	"preau/internal/base/web"
	"preau/internal/base/web/chart"
	"preau/internal/base/web/ui"
	"preau/internal/territory/programme"
)

// Module is what the room gives to the site.
type Module struct{ Service *Service }

// Routes returns the room's pages.
func (m *Module) Routes() []web.Route {
	return []web.Route{
		{Method: "GET", Pattern: "/plan", Permission: ReadPlans, Cached: true, Handle: m.scenarios},
		{Method: "GET", Pattern: "/plan/schools/{uai}", Public: true, Cached: true, Handle: m.adoptedSchool},
		{Method: "POST", Pattern: "/plans", Permission: MakePlans, Handle: m.keep},
		{Method: "GET", Pattern: "/plans/{id}", Permission: ReadPlans, Cached: true, Handle: m.kept},
		{Method: "GET", Pattern: "/plans/{id}/schools/{uai}", Permission: ReadPlans, Cached: true, Handle: m.keptSchool},
		{Method: "GET", Pattern: "/plans/{id}/lines.csv", Permission: ReadPlans, Handle: m.csv},
		{Method: "GET", Pattern: "/plans/{id}/lines.xlsx", Permission: ReadPlans, Handle: m.xlsx},
		{Method: "GET", Pattern: "/plans/{id}/adopt", Permission: AdoptPlans, Handle: m.askAdopt},
		{Method: "POST", Pattern: "/plans/{id}/adopt", Permission: AdoptPlans, Handle: m.adopt},
		{Method: "GET", Pattern: "/plans/{id}/discard", Permission: MakePlans, Handle: m.askDiscard},
		{Method: "POST", Pattern: "/plans/{id}/discard", Permission: MakePlans, Handle: m.discard},
	}
}

// requestOf reads what a form or an address asks for. The seed of the lottery is any whole number.
func requestOf(v *web.Values) (Request, error) {
	r := Request{Scenario: Scenario(v.Text("scenario"))}
	for _, code := range v.All("territory") {
		if code != "" {
			r.Territories = append(r.Territories, code)
		}
	}
	if text := v.Text("seed"); text != "" {
		seed, err := strconv.ParseUint(text, 10, 64)
		if err != nil {
			v.Wrong("seed", "plan.error.seed")
		}
		r.Seed = seed
	}
	if r.Scenario != "" && !slices.Contains(Scenarios, r.Scenario) {
		v.Wrong("scenario", "plan.error.scenario", "scenario", string(r.Scenario))
	}
	return r, v.Err()
}

// scenariosView is the page that compares the scenarios.
type scenariosView struct {
	version   *programme.Version
	chosen    []string
	choices   []string // territories that the person may choose between
	request   Request
	outcomes  []Outcome
	plan      *Plan // of the programme's rule
	kept      []*Head
	mayKeep   bool
	noProgram bool
}

func (m *Module) scenarios(r *http.Request) (web.Response, error) {
	ctx := r.Context()
	v := scenariosView{}
	var err error
	if v.request, err = requestOf(web.Query(r)); err != nil {
		return nil, err
	}
	v.request.Scenario = ""
	page := web.Page{Title: i18n.T(ctx, "plan.title"), Section: "plan"}
	v.version, v.chosen, err = m.Service.Scope(ctx, v.request)
	if errs.Is(err, errs.NotFound) && len(v.request.Territories) == 0 {
		if _, scopeErr := authz.Scopes(ctx, ReadPlans); scopeErr != nil {
			return nil, scopeErr
		}
		v.noProgram = true
		page.Body = scenariosBody(v)
		return page, nil
	}
	if err != nil {
		return nil, err
	}
	for _, code := range v.version.Programme.Codes() {
		if authz.May(ctx, ReadPlans, authz.Territory(code)) {
			v.choices = append(v.choices, code)
		}
	}
	if v.outcomes, v.plan, err = m.Service.compared(ctx, v.request); err != nil {
		return nil, err
	}
	if v.kept, err = m.Service.Plans(ctx); err != nil {
		return nil, err
	}
	v.mayKeep = mayOn(ctx, MakePlans, v.chosen)
	page.Body = scenariosBody(v)
	return page, nil
}

// mayOn tells whether the person holds the permission on all the territories.
func mayOn(ctx context.Context, perm authz.Permission, codes []string) bool {
	return !slices.ContainsFunc(codes, func(code string) bool { return !authz.May(ctx, perm, authz.Territory(code)) })
}

// keep keeps a plan as a draft.
func (m *Module) keep(r *http.Request) (web.Response, error) {
	form, err := web.Form(r)
	if err != nil {
		return nil, err
	}
	request, err := requestOf(form)
	if err != nil {
		return nil, err
	}
	h, err := m.Service.Keep(r.Context(), request)
	if err != nil {
		return nil, err
	}
	return web.RedirectWith("/plans/"+h.ID, "plan.flash.kept"), nil
}

// gains draws how many pupils each scenario lets go on learning.
func (v *scenariosView) gains(l *i18n.Localizer) chart.Intervals {
	c := chart.Intervals{Title: l.T("plan.chart.gain"), Desc: l.T("plan.chart.desc"), SureLabel: l.T("plan.chart.sure"), UnsureLabel: l.T("plan.chart.possible"),
		BoundLabel: l.T("plan.chart.bound")}
	for _, o := range v.outcomes {
		c.Rows = append(c.Rows, chart.Interval{Label: o.Scenario.Label(l), Sure: float64(o.Gain.Sure), Possible: float64(o.Gain.Possible),
			Bound: float64(o.GainBound), Text: o.Gain.say(l)})
	}
	return c
}

// needs draws which part of the need that could be served each scenario serves, measure by measure.
func (v *scenariosView) needs(l *i18n.Localizer) chart.Groups {
	c := chart.Groups{Title: l.T("plan.chart.need"), Desc: l.T("plan.chart.desc"), Max: 1}
	tones := []chart.Tone{chart.One, chart.Two, chart.Three, chart.Four}
	for i, o := range v.outcomes {
		c.Keys = append(c.Keys, chart.Key{Label: o.Scenario.Label(l), Tone: tones[i%len(tones)]})
	}
	for i, part := range v.outcomes[0].Measures {
		if part.NeedBound == 0 {
			continue
		}
		g := chart.Group{Label: v.version.Programme.Measure(part.ID).Name.Say(l)}
		for _, o := range v.outcomes {
			p := o.Measures[i]
			g.Values = append(g.Values, float64(p.NeedServed)/float64(p.NeedBound))
			g.Texts = append(g.Texts, shareOf(l, p.NeedServed, p.NeedBound))
		}
		c.Rows = append(c.Rows, g)
	}
	return c
}

// outcomeTable says the scenarios side by side, one column each.
func (v *scenariosView) outcomeTable(l *i18n.Localizer) ui.DataTable {
	t := ui.DataTable{Caption: l.T("plan.compare.caption"), Columns: []ui.Column{{Label: l.T("plan.compare.figure")}}}
	rows := [][]string{{l.T("plan.compare.money")}, {l.T("plan.compare.schools")}, {l.T("plan.compare.classes")}, {l.T("plan.compare.pupils")},
		{l.T("plan.compare.estimated")}, {l.T("plan.compare.gain")}, {l.T("plan.compare.bound", "n", v.outcomes[0].GainBound)}, {l.T("plan.compare.ips")}, {l.T("plan.compare.ips_unknown")},
		{l.T("plan.compare.rep")}, {l.T("plan.compare.rep_unknown")}}
	for _, o := range v.outcomes {
		t.Columns = append(t.Columns, ui.Column{Label: o.Scenario.Label(l), Numeric: true})
		for i, text := range []string{l.Money(o.CostCents), l.Number(o.Schools), l.Number(o.Classes), l.Number(o.Pupils), l.Number(o.Estimated), o.Gain.short(l),
			boundText(l, o.Gain, o.GainBound),
			decimal(l, o.Social.MeanIPS), l.Number(o.Social.IPSUnknown), decimal(l, o.Social.PriorityShare), l.Number(o.Social.PriorityUnknown)} {
			rows[i] = append(rows[i], text)
		}
	}
	for i, code := range v.chosen {
		if len(v.chosen) < 2 {
			break
		}
		row := []string{l.T("plan.compare.territory", "name", territoryNames(v.version.Programme, []string{code}))}
		for _, o := range v.outcomes {
			row = append(row, l.T("plan.compare.part", "money", l.Money(o.Territories[i].CostCents), "share", shareOf(l, o.Territories[i].CostCents, o.CostCents)))
		}
		rows = append(rows, row)
	}
	t.Rows = rows
	return t
}

// boundText says a gain as a part of the most that can be reached.
func boundText(l *i18n.Localizer, gain Range, bound int64) string {
	sure, possible := shareOf(l, gain.Sure, bound), shareOf(l, gain.Possible, bound)
	if sure == possible {
		return sure
	}
	return l.T("plan.compare.of_bound", "sure", sure, "possible", possible)
}

// needTable says the figures of the chart of needs, and who is served: three rows a measure, one column a scenario.
func (v *scenariosView) needTable(l *i18n.Localizer) ui.DataTable {
	t := ui.DataTable{Caption: l.T("plan.chart.need"), Columns: []ui.Column{{Label: l.T("programme.column.measure")}}}
	for _, o := range v.outcomes {
		t.Columns = append(t.Columns, ui.Column{Label: o.Scenario.Label(l), Numeric: true})
	}
	for i, part := range v.outcomes[0].Measures {
		if part.NeedBound == 0 {
			continue
		}
		rows := [][]string{{v.version.Programme.Measure(part.ID).Name.Say(l)}, {l.T("plan.compare.need.schools")}, {l.T("plan.compare.need.ips")}}
		for _, o := range v.outcomes {
			p := o.Measures[i]
			rows[0] = append(rows[0], shareOf(l, p.NeedServed, p.NeedBound))
			rows[1] = append(rows[1], l.Number(p.Schools))
			rows[2] = append(rows[2], decimal(l, p.Social.MeanIPS))
		}
		t.Rows = append(t.Rows, rows...)
	}
	return t
}

func measureColumns(l *i18n.Localizer) []ui.Column {
	return []ui.Column{{Label: l.T("programme.column.measure")}, {Label: l.T("plan.column.target"), Numeric: true}, {Label: l.T("plan.column.planned"), Numeric: true},
		{Label: l.T("plan.column.bound"), Numeric: true}, {Label: l.T("plan.column.cost"), Numeric: true}, {Label: l.T("plan.column.eligible"), Numeric: true},
		{Label: l.T("plan.column.served"), Numeric: true}, {Label: l.T("plan.column.limit")}}
}

func scenarioOptions(l *i18n.Localizer) []ui.Option {
	list := make([]ui.Option, len(Scenarios))
	for i, s := range Scenarios {
		list[i] = ui.Option{Value: string(s), Text: s.Label(l), Hint: l.T("plan.scenario.hint." + string(s))}
	}
	return list
}

// territoryLinks lead to the same page for one territory or for all.
func (v *scenariosView) territoryLinks(l *i18n.Localizer) []ui.Tab {
	if len(v.choices) < 2 {
		return nil
	}
	tabs := []ui.Tab{{Text: l.T("plan.all_territories"), Href: "/plan", Current: len(v.chosen) == len(v.choices)}}
	for _, code := range v.choices {
		tabs = append(tabs, ui.Tab{Text: territoryNames(v.version.Programme, []string{code}), Href: "/plan?territory=" + url.QueryEscape(code),
			Current: len(v.chosen) == 1 && v.chosen[0] == code})
	}
	return tabs
}
