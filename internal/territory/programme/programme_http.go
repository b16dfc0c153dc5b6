package programme

import (
	"context"
	"net/http"
	"net/url"

	"preau/internal/base/authz"
	"preau/internal/base/errs"
	"preau/internal/base/i18n"
	"preau/internal/base/web"
	"preau/internal/base/web/chart"
	"preau/internal/base/web/ui"
)

// Module is what the room gives to the site.
type Module struct{ Service *Service }

// Routes returns the room's pages.
func (m *Module) Routes() []web.Route {
	return []web.Route{
		{Method: "GET", Pattern: "/programme", Public: true, Cached: true, Handle: m.page(figuresPage)},
		{Method: "GET", Pattern: "/programme/rules", Public: true, Cached: true, Handle: m.page(rulesPage)},
		{Method: "GET", Pattern: "/programme/people", Public: true, Cached: true, Handle: m.page(peoplePage)},
		{Method: "GET", Pattern: "/programme/file", Public: true, Handle: m.file},
	}
}

// API adds the room's operations.
func (m *Module) API(api *web.API) {
	web.Operation(api, web.Spec{ID: "show-programme", Method: "GET", Path: "/api/v1/programme", Tag: "Programme", Public: true,
		Summary: "Shows a programme: measures, targets, money, operators, rules, each figure with its source, and what has come of each measure"}, m.show)
}

// view is what the pages of a programme show.
type view struct {
	version  *Version
	progress []Progress
	query    string // what keeps the other pages on the same programme
	rules    bool
	people   bool
}

// find returns the programme that the address asks for: by its id, else the one in force where the person
// works, else the one that was loaded last.
func (m *Module) find(r *http.Request) (*Version, error) {
	ctx := r.Context()
	if id := web.Query(r).Text("programme"); id != "" {
		return m.Service.Show(ctx, id)
	}
	return m.Service.Own(ctx)
}

// Own returns the programme in force in the first of the person's territories, else the one loaded last.
func (s *Service) Own(ctx context.Context) (*Version, error) {
	for _, code := range authz.From(ctx).Territories() {
		v, err := s.Current(ctx, code)
		if !errs.Is(err, errs.NotFound) {
			return v, err
		}
	}
	return s.Current(ctx, "")
}

func (m *Module) page(body func(view) web.Page) web.Handler {
	return func(r *http.Request) (web.Response, error) {
		ctx := r.Context()
		version, err := m.find(r)
		if errs.Is(err, errs.NotFound) && !web.Query(r).Has("programme") {
			return web.Page{Title: i18n.T(ctx, "programme.title"), Section: "programme", Body: noneBody()}, nil
		}
		if err != nil {
			return nil, err
		}
		v := view{version: version}
		if id := web.Query(r).Text("programme"); id != "" {
			v.query = "?programme=" + url.QueryEscape(id)
		}
		if v.progress, err = m.Service.Progress(ctx, version.Programme); err != nil {
			return nil, err
		}
		page := body(v)
		page.Title, page.Section = version.Programme.Name.Say(i18n.From(ctx)), "programme"
		return page, nil
	}
}

func figuresPage(v view) web.Page { return web.Page{Body: figuresBody(v)} }

func rulesPage(v view) web.Page { v.rules = true; return web.Page{Body: rulesBody(v)} }

func peoplePage(v view) web.Page { v.people = true; return web.Page{Body: peopleBody(v)} }

// file sends the programme as it was loaded.
func (m *Module) file(r *http.Request) (web.Response, error) {
	version, err := m.find(r)
	if err != nil {
		return nil, err
	}
	return web.File{Name: version.Programme.ID + ".yaml", ContentType: "application/yaml", Body: []byte(version.Text())}, nil
}

// Shown is the answer of the operation show-programme.
type Shown struct {
	*Version
	ItemisedCents    int64      `json:"itemised_cents"`
	NotItemisedCents int64      `json:"not_itemised_cents"`
	Progress         []Progress `json:"progress"`
}

func (m *Module) show(ctx context.Context, in *struct {
	Programme string `query:"programme" doc:"Identifier of the programme; the one in force in the territory, or loaded last, when empty"`
	Territory string `query:"territory" doc:"Code of a territory: the programme in force there, and what has come of it there"`
}) (*struct{ Body Shown }, error) {
	var version *Version
	var err error
	if in.Programme != "" {
		version, err = m.Service.Show(ctx, in.Programme)
	} else {
		version, err = m.Service.Current(ctx, in.Territory)
	}
	if err != nil {
		return nil, err
	}
	territories := []string{}
	if in.Territory != "" {
		territories = append(territories, in.Territory)
	}
	progress, err := m.Service.Progress(ctx, version.Programme, territories...)
	p := version.Programme
	return &struct{ Body Shown }{Shown{version, p.ItemisedCents(), p.NotItemisedCents(), progress}}, err
}

func (v view) tabs(l *i18n.Localizer) []ui.Tab {
	return []ui.Tab{
		{Text: l.T("programme.tab.figures"), Href: "/programme" + v.query, Current: !v.rules && !v.people},
		{Text: l.T("programme.tab.rules"), Href: "/programme/rules" + v.query, Current: v.rules},
		{Text: l.T("programme.tab.people"), Href: "/programme/people" + v.query, Current: v.people},
	}
}

// bars draws the budget lines, and what is not itemised, against the whole.
func (v view) bars(l *i18n.Localizer) chart.Bars {
	p := v.version.Programme
	bars := chart.Bars{Title: l.T("programme.chart.title"), Desc: l.T("programme.chart.desc")}
	for i := range p.Measures {
		if m := &p.Measures[i]; m.BudgetCents() > 0 {
			bars.Rows = append(bars.Rows, chart.Bar{Label: m.Name.Say(l), Href: "#" + m.ID, Value: float64(m.BudgetCents()), Text: l.Money(m.BudgetCents())})
		}
	}
	if rest := p.NotItemisedCents(); rest > 0 {
		bars.Rows = append(bars.Rows, chart.Bar{Label: l.T("programme.not_itemised"), Value: float64(rest), Text: l.Money(rest), Tone: chart.Unknown})
	}
	return bars
}

func measureColumns(l *i18n.Localizer) []ui.Column {
	return []ui.Column{{Label: l.T("programme.column.measure")}, {Label: l.T("programme.column.target")}, {Label: l.T("programme.column.budget"), Numeric: true},
		{Label: l.T("programme.column.unit_cost"), Numeric: true}, {Label: l.T("programme.column.planned")}, {Label: l.T("programme.column.done")},
		{Label: l.T("programme.column.operators")}}
}

func criterionTable(l *i18n.Localizer, r *Ranking) ui.DataTable {
	t := ui.DataTable{Caption: r.Name.Say(l), Columns: []ui.Column{{Label: l.T("programme.column.criterion")}, {Label: l.T("programme.column.weight"), Numeric: true},
		{Label: l.T("programme.column.scale")}, {Label: l.T("programme.column.unknown")}}}
	for i := range r.Criteria {
		c := &r.Criteria[i]
		t.Rows = append(t.Rows, []string{FactName(l, c.Fact), l.Number(c.Weight), c.scale(l), PolicyName(l, c.Unknown)})
	}
	return t
}

func assumptionTable(l *i18n.Localizer, p *Programme) ui.DataTable {
	t := ui.DataTable{Caption: l.T("programme.assumptions"), HideCaption: true, Columns: []ui.Column{{Label: l.T("programme.column.kind")},
		{Label: l.T("programme.column.pupils"), Numeric: true}, {Label: l.T("programme.column.pupils_per_class"), Numeric: true}, {Label: l.T("programme.column.source")}}}
	for _, a := range p.Assumptions {
		t.Rows = append(t.Rows, []string{l.T("programme.kind." + a.Kind), l.Number(a.Pupils), l.Number(a.PupilsPerClass), a.Source.say(l, p)})
	}
	return t
}

func calendarTable(l *i18n.Localizer, p *Programme) ui.DataTable {
	t := ui.DataTable{Caption: l.T("programme.calendar"), HideCaption: true, Columns: []ui.Column{{Label: l.T("programme.calendar.date")},
		{Label: l.T("programme.calendar.what")}, {Label: l.T("programme.calendar.source")}}}
	for _, e := range p.Calendar {
		t.Rows = append(t.Rows, []string{e.Date, e.Text.Say(l), e.Source.say(l, p)})
	}
	return t
}
