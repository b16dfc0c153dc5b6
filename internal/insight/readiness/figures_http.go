package readiness

import (
	"context"
	"encoding/csv"
	"io"
	"net/http"
	"net/url"
	"slices"
	"strconv"

	"github.com/a-h/templ"

	"preau/internal/base/authz"
	"preau/internal/base/i18n"
	"preau/internal/base/web"
	"preau/internal/base/web/chart"
	"preau/internal/base/web/ui"
	"preau/internal/territory/directory"
)

// territoryView is the page of a territory, or of one of its communes: its figures, then its schools.
type territoryView struct {
	Report   Report
	Search   Search
	Listing  Listing
	Pages    ui.Pages
	Communes []NamedFigures // to choose from; for those who see every number
	Others   []NamedFigures // the other territories that the person may see
	Drill    bool           // the person may prepare a drill
}

// readiness shows a territory to those who work for it; the nation to those who may see several and named none.
func (m *Module) readiness(r *http.Request) (web.Response, error) {
	ctx := r.Context()
	scopes, err := authz.Scopes(ctx, ReadTerritory)
	if err != nil {
		return nil, err
	}
	q := web.Query(r)
	code := q.Text("territory")
	if code == "" && len(scopes) == 1 {
		code = scopes[0].Territory
	}
	if code == "" {
		return m.nationPage(ctx)
	}
	v := territoryView{Search: Search{Words: q.Text("q"), Commune: q.Text("commune"), Sort: q.Text("sort"), Down: q.Text("order") == "down", Limit: sizePage}}
	page := pageOf(q)
	v.Search.From = (page - 1) * sizePage
	if v.Listing, err = m.Service.Schools(ctx, code, v.Search); err != nil {
		return nil, err
	}
	if v.Report, err = m.Service.Report(ctx, Place{Territory: code, Commune: v.Search.Commune}); err != nil {
		return nil, err
	}
	if v.Report.Whole {
		if v.Communes, err = m.Service.Communes(ctx, code); err != nil {
			return nil, err
		}
	}
	v.Drill = authz.May(ctx, RunDrills, authz.Territory(code))
	v.Pages = ui.Pages{Page: page, Size: sizePage, Total: v.Listing.Total, Href: func(page int) string { return v.href(v.Search.Sort, v.Search.Down, page) }}
	return web.Page{Title: i18n.T(ctx, "readiness.title"), Section: "readiness", Body: territoryPage(v)}, nil
}

// href returns the address of the same table in an order, at a page.
func (v territoryView) href(sort string, down bool, page int) string {
	q := url.Values{"territory": {v.Report.Territory}}
	for name, value := range map[string]string{"q": v.Search.Words, "commune": v.Search.Commune, "sort": sort} {
		if value != "" {
			q.Set(name, value)
		}
	}
	if down {
		q.Set("order", "down")
	}
	if page > 1 {
		q.Set("page", strconv.Itoa(page))
	}
	return "/readiness?" + q.Encode()
}

// column returns a column that sorts; a number is first sorted from the largest.
func (v territoryView) column(l *i18n.Localizer, by string, numeric bool) ui.Column {
	sort := &ui.SortHeader{}
	current := v.Search.Sort == by || by == "name" && !slices.Contains(Sorts, v.Search.Sort)
	down := numeric
	if current {
		sort.Direction = ui.Ascending
		if v.Search.Down {
			sort.Direction = ui.Descending
		}
		down = !v.Search.Down
	}
	sort.Href = v.href(by, down, 1)
	return ui.Column{Label: l.T("readiness.list." + by), Numeric: numeric, Sort: sort}
}

func (m *Module) nationPage(ctx context.Context) (web.Response, error) {
	report, err := m.Service.Report(ctx, Place{Brief: true})
	if err != nil {
		return nil, err
	}
	_, territories, err := m.Service.Nation(ctx)
	if err != nil {
		return nil, err
	}
	var mine []NamedFigures
	for _, t := range territories {
		if authz.May(ctx, ReadTerritory, authz.Territory(t.Code)) {
			mine = append(mine, t)
		}
	}
	return web.Page{Title: i18n.T(ctx, "readiness.title"), Section: "readiness", Body: nationPage(report, mine)}, nil
}

// exportSchools writes the table of a territory's schools as the person may see it.
func (m *Module) exportSchools(r *http.Request) (web.Response, error) {
	ctx := r.Context()
	scopes, err := authz.Scopes(ctx, ReadTerritory)
	if err != nil {
		return nil, err
	}
	code := web.Query(r).Text("territory")
	if code == "" {
		code = scopes[0].Territory
	}
	list, err := m.Service.Schools(ctx, code, Search{})
	if err != nil {
		return nil, err
	}
	return web.File{Name: "readiness-" + code + ".csv", ContentType: csvType, Write: func(w io.Writer) error { return writeSchools(w, list.Rows) }}, nil
}

// writeSchools writes rows as CSV (RFC 4180, semicolons, UTF-8 with a byte order mark: what spreadsheets open as it is). What is suppressed is empty.
func writeSchools(w io.Writer, rows []SchoolRow) error {
	c, err := newCSV(w, "uai", "name", "commune", "pupils", "sure", "possible", "equipment_met", "equipment_not_met", "equipment_unknown",
		"relationship_met", "relationship_not_met", "relationship_unknown", "training_met", "training_not_met", "training_unknown",
		"classes", "classes_answered", "classes_without_pupils")
	if err != nil {
		return err
	}
	for _, r := range rows {
		line := []string{r.UAI, r.Name, r.CommuneName, strconv.Itoa(r.Pupils), r.Sure.String(), r.Possible.String()}
		for _, t := range r.Conditions {
			line = append(line, t.Met.String(), t.NotMet.String(), t.Unknown.String())
		}
		line = append(line, strconv.Itoa(r.Classes), strconv.Itoa(r.Answered), strconv.Itoa(r.Unsized))
		if err := c.Write(line); err != nil {
			return err
		}
	}
	c.Flush()
	return c.Error()
}

func newCSV(w io.Writer, header ...string) (*csv.Writer, error) {
	if _, err := io.WriteString(w, "\ufeff"); err != nil {
		return nil, err
	}
	c := csv.NewWriter(w)
	c.Comma, c.UseCRLF = ';', true
	return c, c.Write(header)
}

// schoolView is the page of a school's readiness.
type schoolView struct {
	Report Report
	Census bool // the person may answer
	Drill  bool
}

func (m *Module) school(r *http.Request) (web.Response, error) {
	ctx := r.Context()
	report, err := m.Service.Report(ctx, Place{School: r.PathValue("uai")})
	if err != nil {
		return nil, err
	}
	scope := authz.School(report.Territory, report.School.UAI)
	v := schoolView{report, authz.May(ctx, AnswerCensus, scope), authz.May(ctx, RunDrills, scope)}
	return web.Page{Title: i18n.T(ctx, "readiness.school.title", "school", report.School.Name), Section: "schools", Body: schoolPage(v)}, nil
}

// SchoolBlock returns what the page of a school shows of its readiness; nothing for a school that is closed.
func (m *Module) SchoolBlock(ctx context.Context, school directory.School) (templ.Component, error) {
	if school.Status != directory.Open {
		return nil, nil
	}
	_, shown, err := m.Service.OfSchool(ctx, string(school.UAI))
	if err != nil {
		return nil, err
	}
	return schoolBlock(string(school.UAI), shown), nil
}

// rangeOf returns the interval to draw; a part that is suppressed gives a text alone.
func rangeOf(l *i18n.Localizer, s Shown, label string) ui.Range {
	lo, known1 := s.Sure.Get()
	hi, known2 := s.Possible.Get()
	r := ui.Range{Label: label, Sure: int64(lo), Possible: int64(hi), Total: int64(s.Pupils)}
	if !known1 || !known2 {
		r.Total = 0
		r.Text = suppressedText(l, s)
	}
	return r
}

// suppressedText says the half that may be told when the other may not.
func suppressedText(l *i18n.Localizer, s Shown) string {
	if lo, known := s.Sure.Get(); known && lo > 0 {
		return l.T("readiness.atleast", "n", lo, "total", s.Pupils)
	}
	if hi, known := s.Possible.Get(); known {
		return l.T("readiness.atmost", "n", hi, "total", s.Pupils)
	}
	return l.T("readiness.suppressed")
}

// conditionsChart draws the three conditions, which are published.
func conditionsChart(l *i18n.Localizer, s Shown) chart.Stacks {
	c := chart.Stacks{Title: l.T("readiness.conditions"), Desc: l.T("readiness.conditions.desc"), Share: true,
		Keys: []chart.Key{{Label: l.T("readiness.met"), Tone: chart.Sure}, {Label: l.T("readiness.notknown"), Tone: chart.Unknown}, {Label: l.T("readiness.notmet"), Tone: chart.Lost}}}
	for i, condition := range Conditions {
		t := s.Conditions[i]
		met, _ := t.Met.Get()
		not, _ := t.NotMet.Get()
		unknown, _ := t.Unknown.Get()
		c.Rows = append(c.Rows, chart.Stack{Label: conditionName(l, condition), Values: []float64{float64(met), float64(unknown), float64(not)},
			Text: l.T("readiness.text.condition", "met", met, "not_met", not, "unknown", unknown)})
	}
	return c
}

// trendChart draws how the interval narrowed: over all pupils of today, those who had not been counted by a day were all possible then.
func trendChart(l *i18n.Localizer, points []TrendPoint, pupils int) (chart.Trend, ui.DataTable) {
	c := chart.Trend{Title: l.T("readiness.trend"), Desc: l.T("readiness.trend.desc"), BandLabel: l.T("readiness.trend.band"), Max: float64(pupils),
		Lines: []chart.Line{{Label: l.T("readiness.trend.sure"), Tone: chart.Sure}},
		Scale: func(v float64) string { return l.Number(int64(v)) }}
	table := ui.DataTable{Caption: l.T("readiness.trend.table"), Columns: []ui.Column{{Label: l.T("readiness.trend.day")}, {Label: l.T("readiness.trend.answered"), Numeric: true},
		{Label: l.T("readiness.trend.sure"), Numeric: true}, {Label: l.T("readiness.trend.possible"), Numeric: true}}}
	for _, p := range points {
		possible := min(pupils, max(p.Sure, pupils-(p.Pupils-p.Possible)))
		day := dayText(l, p.Day)
		c.X = append(c.X, day)
		c.Lines[0].Values = append(c.Lines[0].Values, float64(p.Sure))
		c.Low = append(c.Low, float64(p.Sure))
		c.High = append(c.High, float64(possible))
		table.Rows = append(table.Rows, []string{day, l.Number(int64(p.Answered)), l.Number(int64(p.Sure)), l.Number(int64(possible))})
	}
	return c, table
}

// mendingTable is what is missing and what it would cost.
func mendingTable(l *i18n.Localizer, list []Mending) ui.DataTable {
	t := ui.DataTable{Caption: l.T("readiness.missing"), Columns: []ui.Column{{Label: l.T("readiness.missing.what")}, {Label: l.T("readiness.missing.count"), Numeric: true},
		{Label: l.T("readiness.missing.who")}, {Label: l.T("readiness.missing.cost"), Numeric: true}}}
	for _, m := range list {
		cost := costText(l, m)
		switch {
		case m.Unknown:
			cost = l.T("readiness.notknown")
		case cost == "":
			cost = l.T("readiness.missing.nocost")
		}
		t.Rows = append(t.Rows, []string{needName(l, m.Need), lackOf(l, m), l.T("readiness.need." + string(m.Need) + ".unit"), cost})
	}
	return t
}
