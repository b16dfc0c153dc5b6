package directory

import (
	"context"
	"io"
	"net/http"
	"net/url"
	"strconv"
	"strings"

	"github.com/a-h/templ"

	"preau/internal/base/authz"
	"preau/internal/base/errs"
	"preau/internal/base/i18n"
	"preau/internal/base/tabular"
	"preau/internal/base/web"
	"preau/internal/base/web/ui"
)

// readFilter reads what a person asks of the schools from the address.
func readFilter(q *web.Values) (SchoolFilter, error) {
	f := SchoolFilter{Territory: q.Text("territory"), Search: q.Text("q"), Type: q.Text("type"), Level: q.Text("level"), Sector: q.Text("sector"),
		Priority: q.Text("priority"), QPV: q.Text("qpv"), Commune: q.Text("commune"), Status: q.Text("status"), Unknown: q.Text("unknown"),
		Sort: SchoolSort(q.Text("sort")), Down: q.Text("order") == "down"}
	if n := q.Int("page"); n != nil {
		f.Page = *n
	}
	return f, q.Err()
}

// query returns the address of the filter, without its page.
func (f *SchoolFilter) query() url.Values {
	v := url.Values{}
	for _, p := range []struct{ name, value, usual string }{{"territory", f.Territory, ""}, {"q", f.Search, ""}, {"type", f.Type, ""}, {"level", f.Level, ""},
		{"sector", f.Sector, ""}, {"priority", f.Priority, ""}, {"qpv", f.QPV, ""}, {"commune", f.Commune, ""}, {"status", f.Status, string(Open)},
		{"unknown", f.Unknown, ""}, {"sort", string(f.Sort), string(ByName)}} {
		if p.value != p.usual {
			v.Set(p.name, p.value)
		}
	}
	if f.Down {
		v.Set("order", "down")
	}
	return v
}

// href returns the address of a page of the filter.
func (f *SchoolFilter) href(path string, page int) string {
	v := f.query()
	if page > 1 {
		v.Set("page", strconv.Itoa(page))
	}
	if len(v) == 0 {
		return path
	}
	return path + "?" + v.Encode()
}

// sorted returns the filter sorted by another column, or the other way round by the same.
func (f SchoolFilter) sorted(by SchoolSort) SchoolFilter {
	f.Down = f.Sort == by && !f.Down
	f.Sort = by
	return f
}

// narrowed tells whether the filter leaves anything out.
func (f *SchoolFilter) narrowed() bool {
	v := f.query()
	v.Del("sort")
	v.Del("order")
	return len(v) > 0
}

// schoolsView is the page of the list.
type schoolsView struct {
	Filter      SchoolFilter
	Page        Page[SchoolLine]
	Territories []TerritoryFigures
	Commune     string // name of the commune that the filter chooses
	Inside      bool   // the person works on the territory: more filters, and the export
}

func (m *Module) schoolsPage(r *http.Request) (web.Response, error) {
	ctx := r.Context()
	filter, err := readFilter(web.Query(r))
	if err != nil {
		return nil, err
	}
	v := schoolsView{}
	if v.Page, err = m.Service.Schools(ctx, filter); err != nil {
		return nil, err
	}
	v.Filter, err = filter.normal()
	if err != nil {
		return nil, err
	}
	overview, err := m.Service.Overview(ctx)
	if err != nil {
		return nil, err
	}
	v.Territories = overview.Territories
	if filter.Commune != "" && len(v.Page.Rows) > 0 {
		v.Commune = v.Page.Rows[0].CommuneName
	}
	v.Inside = authz.Holds(ctx, ExportSchools)
	return web.Page{Title: i18n.T(ctx, "directory.schools"), Section: "schools", Body: schoolsPage(v)}, nil
}

func (m *Module) exportSchools(contentType, name string, write func(io.Writer, []string, tabular.Cells) error) web.Handler {
	return func(r *http.Request) (web.Response, error) {
		filter, err := readFilter(web.Query(r))
		if err != nil {
			return nil, err
		}
		schools, err := m.Service.AllSchools(r.Context(), filter)
		if err != nil {
			return nil, err
		}
		return web.File{Name: name, ContentType: contentType, Write: func(w io.Writer) error {
			return write(w, exportHeader, exportCells(schools))
		}}, nil
	}
}

// schoolView is the page of one school.
type schoolView struct {
	School    School
	Territory string // name
	Figures   []figureView
	Blocks    []templ.Component
	Classes   []ClassLine // for those who may see them
	ShowClass bool
	Correct   bool
}

// figureView is one figure of a school: what stands first, or nothing when it is unknown.
type figureView struct {
	Name     FigureName
	Figures  []DatedFigure
	Why      string // in words, when nothing is known
	Disagree bool   // sources give different values for the same period
}

func (m *Module) schoolPage(r *http.Request) (web.Response, error) {
	ctx, number := r.Context(), r.PathValue("uai")
	if upper := strings.ToUpper(number); upper != number {
		return web.RedirectTo("/schools/" + url.PathEscape(upper)), nil
	}
	school, err := m.Service.School(ctx, UAI(number))
	if err != nil {
		return nil, err
	}
	v := schoolView{School: school, Territory: school.Territory}
	if t, err := m.Service.Territory(ctx, school.Territory); err == nil {
		v.Territory = t.Name
	}
	figures, err := m.Service.Figures(ctx, school.Territory, school.UAI)
	if err != nil {
		return nil, err
	}
	v.Figures = figureViews(ctx, &school, figures)
	for _, block := range m.Service.links.Blocks {
		c, err := block(ctx, school)
		if err != nil {
			return nil, err
		}
		if c != nil {
			v.Blocks = append(v.Blocks, c)
		}
	}
	scope := authz.School(school.Territory, string(school.UAI))
	v.Correct = authz.May(ctx, CorrectSchools, scope)
	if v.ShowClass = authz.May(ctx, ReadClasses, scope); v.ShowClass {
		page, err := m.Service.Classes(ctx, ClassFilter{Territory: school.Territory, School: school.UAI, Size: maxPerPage})
		if err != nil {
			return nil, err
		}
		v.Classes = page.Rows
	}
	return web.Page{Title: school.Name, Section: "schools", Body: schoolPage(v)}, nil
}

// figureViews puts the figures of a school in order, the unknown ones too.
func figureViews(ctx context.Context, s *School, figures map[FigureName][]DatedFigure) []figureView {
	var list []figureView
	for _, name := range FigureNames {
		v := figureView{Name: name, Figures: figures[name]}
		if len(v.Figures) == 0 {
			if name == FigureSector {
				continue // told with the school itself
			}
			v.Why = unknownFigure(ctx, s, name)
		}
		for i := 1; i < len(v.Figures); i++ {
			a, b := v.Figures[i-1], v.Figures[i]
			v.Disagree = v.Disagree || a.Period == b.Period && a.Value != b.Value
		}
		list = append(list, v)
	}
	return list
}

// unknownFigure says in words that nothing is known, or the value of a row whose figures were not kept apart.
func unknownFigure(ctx context.Context, s *School, name FigureName) string {
	w := wordsOf(ctx)
	switch {
	case name == FigureIPS && s.IPS == nil && s.Maternelle == Yes && s.Elementaire == No:
		return i18n.T(ctx, "directory.ips.maternelle")
	case name == FigureIPS && s.IPS != nil:
		return w.ips(s.IPS, Unknown, Unknown)
	case name == FigurePupils && s.Pupils != nil:
		return w.count(s.Pupils)
	case name == FigurePriority && s.Priority != PriorityUnknown:
		return w.priority(s.Priority)
	case name == FigureQPV && s.QPV != QPVUnknown:
		return w.qpv(s.QPV)
	case name == FigureRural && s.Rural != Unknown:
		return w.tri(s.Rural)
	}
	return i18n.T(ctx, "directory.figure.unknown")
}

func (m *Module) sourcesPage(r *http.Request) (web.Response, error) {
	ctx := r.Context()
	list, err := m.Service.Sources(ctx)
	if err != nil {
		return nil, err
	}
	return web.Page{Title: i18n.T(ctx, "directory.sources"), Section: "schools", Body: sourcesPage(list)}, nil
}

// correctView is the form of a correction.
type correctView struct {
	School School
	Name   FigureName
	Value  string
	Period string
	Errors ui.Errors
}

func (m *Module) correctPage(r *http.Request) (web.Response, error) {
	ctx := r.Context()
	school, err := m.correctable(r)
	if err != nil {
		return nil, err
	}
	v := correctView{School: school, Name: FigureName(web.Query(r).Text("figure")), Period: SchoolYear(m.Service.db.Time())}
	figures, err := m.Service.Figures(ctx, school.Territory, school.UAI)
	if err != nil {
		return nil, err
	}
	if list := figures[v.Name]; len(list) > 0 {
		v.Value, v.Period = list[0].Value, list[0].Period
	}
	return correctAnswer(ctx, v)
}

// correctable returns the school of the address to somebody who may correct it.
func (m *Module) correctable(r *http.Request) (School, error) {
	school, err := m.Service.School(r.Context(), UAI(r.PathValue("uai")))
	if err != nil {
		return school, err
	}
	return school, authz.Check(r.Context(), CorrectSchools, authz.School(school.Territory, string(school.UAI)))
}

func correctAnswer(ctx context.Context, v correctView) (web.Response, error) {
	status := http.StatusOK
	if len(v.Errors) > 0 {
		status = http.StatusUnprocessableEntity
	}
	if v.Name == "" {
		v.Name = FigurePupils
	}
	return web.Page{Title: i18n.T(ctx, "directory.correct.title"), Section: "schools", Body: correctPage(v), Status: status}, nil
}

func (m *Module) correct(r *http.Request) (web.Response, error) {
	ctx := r.Context()
	school, err := m.correctable(r)
	if err != nil {
		return nil, err
	}
	form, err := web.Form(r)
	if err != nil {
		return nil, err
	}
	v := correctView{School: school, Name: FigureName(form.Text("figure")), Value: form.Text("value"), Period: form.Text("period")}
	err = m.Service.Correct(ctx, school.Territory, school.UAI, Correction{Name: v.Name, Period: v.Period, Value: v.Value})
	if list, ok := web.FormErrors(ctx, err, errs.Invalid, errs.Conflict); ok {
		v.Errors = list
		return correctAnswer(ctx, v)
	}
	if err != nil {
		return nil, err
	}
	return web.RedirectWith("/schools/"+string(school.UAI), "directory.correct.done"), nil
}
