package readiness

import (
	"bytes"
	"context"
	"errors"
	"io"
	"net/http"
	"net/url"
	"slices"
	"strconv"
	"strings"

	"preau/internal/base/authz"
	"preau/internal/base/errs"
	"preau/internal/base/i18n"
	"preau/internal/base/web"
	"preau/internal/base/web/ui"
	"preau/internal/territory/directory"
)

func (m *Module) drillList(r *http.Request) (web.Response, error) {
	ctx := r.Context()
	list, err := m.Service.Drills(ctx)
	if err != nil {
		return nil, err
	}
	_, err = authz.Scopes(ctx, RunDrills)
	return web.Page{Title: i18n.T(ctx, "readiness.drills"), Section: "drills", Body: drillsPage(list, err == nil)}, nil
}

// drillForm is the page on which a drill is prepared.
type drillForm struct {
	Input    DrillInput
	Date     ui.Date
	Typed    string // the list of schools as typed
	Scopes   []DrillScope
	Places   []NamedFigures // territories to choose from
	Communes []NamedFigures
	Own      []School    // of a head, to choose from
	Found    []SchoolRow // that the words typed for a school may mean
	Errors   ui.Errors
}

func (m *Module) newDrill(r *http.Request) (web.Response, error) {
	ctx := r.Context()
	q := web.Query(r)
	f := drillForm{Input: DrillInput{ID: m.Service.db.NewID(), Territory: q.Text("territory"), School: q.Text("school"), Scope: DrillTerritory}}
	if f.Input.School != "" {
		f.Input.Scope = DrillSchool
	}
	now := m.Service.db.Time().In(i18n.Paris)
	f.Date = ui.Date{Day: strconv.Itoa(now.Day()), Month: strconv.Itoa(int(now.Month())), Year: strconv.Itoa(now.Year())}
	return m.drillFormPage(ctx, f, http.StatusOK)
}

// drillFormPage completes the form with what the person may choose from.
func (m *Module) drillFormPage(ctx context.Context, f drillForm, status int) (web.Response, error) {
	scopes, err := authz.Scopes(ctx, RunDrills)
	if err != nil {
		return nil, err
	}
	if f.Input.Territory == "" {
		f.Input.Territory = scopes[0].Territory
	}
	own := authz.Territory(f.Input.Territory)
	if f.Scopes = DrillScopes[:]; !contains(scopes, own) {
		f.Scopes, f.Input.Scope = []DrillScope{DrillSchool}, DrillSchool
		if f.Own, err = m.Service.DrillSchools(ctx); err != nil {
			return nil, err
		}
		if f.Input.School == "" && len(f.Own) > 0 {
			f.Input.School = f.Own[0].UAI
		}
	}
	_, places, err := m.Service.Nation(ctx)
	if err != nil {
		return nil, err
	}
	for _, p := range places {
		if authz.May(ctx, RunDrills, authz.Territory(p.Code)) {
			f.Places = append(f.Places, p)
		}
	}
	if len(f.Scopes) > 1 && f.Input.Territory != "" && authz.May(ctx, ReadWhole, own) {
		if f.Communes, err = m.Service.Communes(ctx, f.Input.Territory); err != nil {
			return nil, err
		}
	}
	return web.Page{Title: i18n.T(ctx, "readiness.drill.new"), Section: "drills", Body: drillFormPage(f), Status: status}, nil
}

func (m *Module) prepareDrill(r *http.Request) (web.Response, error) {
	ctx := r.Context()
	form, err := web.Form(r)
	if err != nil {
		return nil, err
	}
	f := drillForm{Typed: form.Text("schools"), Date: ui.Date{Day: form.Text("day-day"), Month: form.Text("day-month"), Year: form.Text("day-year")}}
	f.Input = DrillInput{ID: form.Text("id"), Territory: form.Text("territory"), Name: form.Text("name"), Day: isoDay(f.Date), Scope: DrillScope(form.Text("scope")),
		School: form.Text("school"), Commune: form.Text("commune"), Schools: splitList(f.Typed)}
	if f.Input.Scope == DrillSchool && f.Input.Territory == "" {
		f.Input.Territory = directory.UAI(f.Input.School).Territory()
	}
	if err := m.nameSchool(ctx, &f); err != nil {
		return nil, err
	}
	id, err := m.Service.PrepareDrill(ctx, f.Input)
	if e, ok := errors.AsType[*errs.Error](err); ok && len(e.Fields) > 0 {
		l := i18n.From(ctx)
		for _, fault := range e.Fields {
			if fault.Name == "school" && len(f.Found) > 0 {
				fault.Key, fault.Args = "readiness.drill.error.which", []any{"text", shorten(f.Input.School)}
			}
			f.Errors = append(f.Errors, ui.FieldError{Name: fault.Name, Text: l.T(fault.Key, fault.Args...)})
		}
		return m.drillFormPage(ctx, f, http.StatusUnprocessableEntity)
	}
	if errs.Is(err, errs.Conflict) { // the person came back and changed the form: sent once more, it is a drill of its own
		f.Input.ID = m.Service.db.NewID()
		f.Errors = append(f.Errors, ui.FieldError{Name: "name", Text: i18n.T(ctx, "readiness.drill.again.changed")})
		return m.drillFormPage(ctx, f, http.StatusConflict)
	}
	if err != nil {
		return nil, err
	}
	return web.RedirectWith("/drills/"+id, "readiness.drill.prepared"), nil
}

// nameSchool takes the words that were typed for a school as its UAI where they mean one school of the territory; where they mean several,
// the form asks which.
func (m *Module) nameSchool(ctx context.Context, f *drillForm) error {
	in := &f.Input
	if _, ok := directory.ParseUAI(in.School); ok || in.Scope != DrillSchool || strings.TrimSpace(in.School) == "" || !authz.May(ctx, ReadTerritory, authz.Territory(in.Territory)) {
		return nil
	}
	const few = 20
	found, err := m.Service.Schools(ctx, in.Territory, Search{Words: in.School, Limit: few})
	switch {
	case errs.Is(err, errs.NotFound), err == nil && found.Total == 0:
		return nil // said with what else is wrong
	case err != nil:
		return err
	case found.Total == 1:
		in.School = found.Rows[0].UAI
	default:
		f.Found = found.Rows
	}
	return nil
}

// isoDay returns the day as 2026-11-16; what is no number stays what it is, and is refused later.
func isoDay(d ui.Date) string {
	pad := func(text string, width int) string {
		return strings.Repeat("0", max(0, width-len(text))) + text
	}
	return pad(d.Year, 4) + "-" + pad(d.Month, 2) + "-" + pad(d.Day, 2)
}

// splitList returns the words of a list typed with any separator.
func splitList(text string) []string {
	return strings.FieldsFunc(text, func(r rune) bool { return strings.ContainsRune(" \t\r\n,;", r) })
}

// drillView is the page of a drill.
type drillView struct {
	DrillResult
	Shown   []SchoolFigures
	Pages   ui.Pages
	May     bool         // the person may run it again
	Classes []DrillClass // where one school is closed
}

func (m *Module) drillPage(r *http.Request) (web.Response, error) {
	ctx := r.Context()
	result, err := m.drillAsked(r)
	if err != nil {
		return nil, err
	}
	page := pageOf(web.Query(r))
	v := drillView{DrillResult: result, May: authz.May(ctx, RunDrills, result.scope())}
	v.Pages = ui.Pages{Page: page, Size: sizePage, Total: len(result.Schools), Href: func(page int) string {
		return v.href("", url.Values{"page": {strconv.Itoa(page)}})
	}}
	if len(result.Schools) == 1 {
		if _, v.Classes, err = m.Service.DrillClasses(ctx, result.ID, result.Run.Number, ""); err != nil {
			return nil, err
		}
	}
	from := min((page-1)*sizePage, len(result.Schools))
	v.Shown = result.Schools[from:min(from+sizePage, len(result.Schools))]
	return web.Page{Title: result.Name, Section: "drills", Body: drillPage(v)}, nil
}

// drillAsked returns the run of a drill that the address asks for.
func (m *Module) drillAsked(r *http.Request) (DrillResult, error) {
	run, against, err := runAsked(r)
	if err != nil {
		return DrillResult{}, err
	}
	return m.Service.Drill(r.Context(), r.PathValue("id"), run, against)
}

func runAsked(r *http.Request) (run, against int, err error) {
	q := web.Query(r)
	if n := q.Int("run"); n != nil {
		run = *n
	}
	if n := q.Int("against"); n != nil {
		against = *n
	}
	return run, against, q.Err()
}

// href returns an address of the run that is shown.
func (r DrillResult) href(path string, more url.Values) string {
	if more == nil {
		more = url.Values{}
	}
	if r.Run.Number != r.Drill.Runs {
		more.Set("run", strconv.Itoa(r.Run.Number))
	}
	if len(more) == 0 {
		return "/drills/" + r.ID + path
	}
	return "/drills/" + r.ID + path + "?" + more.Encode()
}

func (m *Module) runDrill(r *http.Request) (web.Response, error) {
	form, err := web.Form(r)
	if err != nil {
		return nil, err
	}
	last := 0
	if n := form.Int("last"); n != nil {
		last = *n
	}
	id := r.PathValue("id")
	number, err := m.Service.RunDrill(r.Context(), id, last)
	if err != nil {
		return nil, err
	}
	return web.RedirectWith("/drills/"+id, "readiness.drill.ran", "run", number), nil
}

func (m *Module) drillCSV(r *http.Request) (web.Response, error) {
	run, _, err := runAsked(r)
	if err != nil {
		return nil, err
	}
	result, classes, err := m.Service.DrillClasses(r.Context(), r.PathValue("id"), run, "")
	if err != nil {
		return nil, err
	}
	return web.File{Name: "drill-" + result.Day + "-" + strconv.Itoa(result.Run.Number) + ".csv", ContentType: csvType,
		Write: func(w io.Writer) error { return writeDrill(w, classes) }}, nil
}

// writeDrill writes the classes of a run as CSV, each with who would be lost and what would be missing, at least and at most.
func writeDrill(w io.Writer, classes []DrillClass) error {
	header := []string{"uai", "school", "commune", "class", "level", "answered", "pupils", "lost_least", "lost_most"}
	for _, need := range Needs {
		header = append(header, string(need)+"_least", string(need)+"_most")
	}
	c, err := newCSV(w, header...)
	if err != nil {
		return err
	}
	for _, k := range classes {
		f := k.Figures
		line := []string{k.UAI, k.School.Name, k.CommuneName, k.Name, k.Level, strconv.Itoa(boolInt(k.Answered)), "", "", ""}
		if f.Unsized == 0 && f.Blank == 0 {
			lost := f.Lost()
			line[6], line[7], line[8] = strconv.Itoa(f.Pupils), strconv.Itoa(lost.Lo), strconv.Itoa(lost.Hi)
		}
		for i := range Needs {
			line = append(line, strconv.Itoa(f.Missing[i].Lo), strconv.Itoa(f.Missing[i].Hi))
		}
		if err := c.Write(line); err != nil {
			return err
		}
	}
	c.Flush()
	return c.Error()
}

func (m *Module) drillSchool(r *http.Request) (web.Response, error) {
	ctx := r.Context()
	run, _, err := runAsked(r)
	if err != nil {
		return nil, err
	}
	result, classes, err := m.Service.DrillClasses(ctx, r.PathValue("id"), run, r.PathValue("uai"))
	if err != nil {
		return nil, err
	}
	return web.Page{Title: result.Schools[0].Name, Section: "drills", Body: drillSchoolPage(result, classes)}, nil
}

func (m *Module) drillSheets(r *http.Request) (web.Response, error) {
	ctx := r.Context()
	run, _, err := runAsked(r)
	if err != nil {
		return nil, err
	}
	uai := r.PathValue("uai")
	result, classes, err := m.Service.DrillClasses(ctx, r.PathValue("id"), run, uai)
	if err != nil {
		return nil, err
	}
	var b bytes.Buffer
	if err := drillSheets(i18n.From(ctx), result, classes, m.Service.db.Time(), &b); err != nil {
		return nil, err
	}
	name := i18n.T(ctx, "readiness.file.drill") + "-" + result.Day
	if uai != "" {
		name += "-" + uai
	}
	return web.File{Name: name + ".pdf", ContentType: pdfType, Inline: uai != "", Body: b.Bytes()}, nil
}

// ofSchool returns the classes of one school.
func ofSchool(classes []DrillClass, uai string) []DrillClass {
	from := slices.IndexFunc(classes, func(c DrillClass) bool { return c.UAI == uai })
	if from < 0 {
		return nil
	}
	until := from
	for until < len(classes) && classes[until].UAI == uai {
		until++
	}
	return classes[from:until]
}

func pupilsText(l *i18n.Localizer, f Figures) string {
	if f.nobody() {
		return l.T("readiness.notknown")
	}
	return l.Number(int64(f.Pupils))
}

// schoolLack says what a school lacks of a need.
func schoolLack(l *i18n.Localizer, f Figures, i int) string {
	if f.lackUnknown(Needs[i]) {
		return l.T("readiness.notknown")
	}
	return rangeText(l, f.Missing[i])
}

// lostText says who would be lost in a class or a school.
func lostText(l *i18n.Localizer, f Figures) string {
	if f.nobody() {
		return l.T("readiness.notknown")
	}
	return rangeText(l, f.Lost())
}

// change says by how much a number grew between two runs: "+3", "−2", "=".
func change(l *i18n.Localizer, before, after int) string {
	switch {
	case after > before:
		return "+" + l.Number(int64(after-before))
	case after < before:
		return "−" + l.Number(int64(before-after))
	}
	return "="
}

// comparison sets the sums of the run beside those of the run that it is compared with.
func (r DrillResult) comparison(l *i18n.Localizer) ui.DataTable {
	t := ui.DataTable{Caption: l.T("readiness.drill.compared", "run", r.Run.Number, "against", r.Against.Number), Columns: []ui.Column{{Label: l.T("readiness.drill.figure")},
		{Label: l.T("readiness.drill.run.number", "run", r.Against.Number), Numeric: true}, {Label: l.T("readiness.drill.run.number", "run", r.Run.Number), Numeric: true},
		{Label: l.T("readiness.drill.change"), Numeric: true}}}
	row := func(label string, before, after int) {
		t.Rows = append(t.Rows, []string{label, l.Number(int64(before)), l.Number(int64(after)), change(l, before, after)})
	}
	a, b := r.Against.Figures, r.Run.Figures
	row(l.T("readiness.text.pupils"), a.Pupils, b.Pupils)
	row(l.T("readiness.text.sure"), a.Ready.Lo, b.Ready.Lo)
	row(l.T("readiness.text.possible"), a.Ready.Hi, b.Ready.Hi)
	for i, need := range Needs {
		row(l.T("readiness.drill.atleast", "need", needName(l, need)), a.Missing[i].Lo, b.Missing[i].Lo)
	}
	row(l.T("readiness.drill.answered"), a.Answered, b.Answered)
	return t
}
