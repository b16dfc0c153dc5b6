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
	"preau/internal/base/db"
	"preau/internal/base/errs"
	"preau/internal/base/i18n"
	"preau/internal/base/tabular"
	"preau/internal/base/web"
	"preau/internal/base/web/ui"
	"preau/internal/territory/directory/intake"
)

const (
	xlsxType = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
	pdfType  = "application/pdf"
	csvType  = "text/csv; charset=utf-8"
	sizePage = 50 // rows of a list
	mostList = 5000
)

// censusListView is the page of the schools to answer for.
type censusListView struct {
	Schools     []CensusState
	Sum         CensusState // over all of them
	Count       int
	Counts      map[Progress]int
	Pages       ui.Pages
	Words       string
	Progress    Progress       // "" all
	Territories []NamedFigures // of which the person may print the forms
	Import      bool
}

// censusList shows the schools that the person answers for; who answers for one alone goes straight to it.
func (m *Module) censusList(r *http.Request) (web.Response, error) {
	ctx := r.Context()
	list, err := m.Service.CensusSchools(ctx, mostList)
	if err != nil {
		return nil, err
	}
	if len(list) == 1 {
		return web.RedirectTo("/census/" + list[0].UAI), nil
	}
	q := web.Query(r)
	v := censusListView{Words: q.Text("q"), Progress: Progress(q.Text("progress")), Count: len(list), Counts: map[Progress]int{}}
	if !slices.Contains(Progresses[:], v.Progress) {
		v.Progress = ""
	}
	words := strings.Fields(db.Fold(v.Words))
	var found []CensusState
	for _, s := range list {
		v.Counts[s.Progress()]++
		v.Sum.Classes += s.Classes
		v.Sum.Answered += s.Answered
		if matches(s.School, words) && (v.Progress == "" || s.Progress() == v.Progress) {
			found = append(found, s)
		}
	}
	page := pageOf(q)
	v.Pages = ui.Pages{Page: page, Size: sizePage, Total: len(found), Href: func(page int) string {
		return "/census?" + url.Values{"q": {v.Words}, "progress": {string(v.Progress)}, "page": {strconv.Itoa(page)}}.Encode()
	}}
	from := min((page-1)*sizePage, len(found))
	v.Schools = found[from:min(from+sizePage, len(found))]
	if v.Territories, err = m.formTerritories(ctx); err != nil {
		return nil, err
	}
	_, err = authz.Scopes(ctx, ImportCensus)
	v.Import = err == nil
	return web.Page{Title: i18n.T(ctx, "readiness.census"), Section: "census", Body: censusListPage(v)}, nil
}

// formTerritories returns the territories of which the person may print the forms.
func (m *Module) formTerritories(ctx context.Context) ([]NamedFigures, error) {
	_, all, err := m.Service.Nation(ctx)
	if err != nil {
		return nil, err
	}
	return slices.DeleteFunc(all, func(t NamedFigures) bool { return !authz.May(ctx, AnswerCensus, authz.Territory(t.Code)) }), nil
}

// pageOf returns the number of the page that the address asks for, from 1.
func pageOf(q *web.Values) int {
	if n := q.Int("page"); n != nil && *n > 1 {
		return *n
	}
	return 1
}

// censusView is the page of a school's census.
type censusView struct {
	Census  Census
	Rows    []censusRow
	All     Raw // what is copied into the empty cells
	Filled  bool
	Errors  ui.Errors
	Clashes int
	Doubts  bool // numbers of pupils to confirm
	Stale   bool // the paper form that led here is of other classes
	Several bool // the person answers for several schools
}

// answered counts the classes that have an answer.
func (v censusView) answered() int {
	n := 0
	for _, c := range v.Census.Classes {
		n += boolInt(c.Answered())
	}
	return n
}

// censusRow is the line of a class: what is in its cells, and what is wrong with them.
type censusRow struct {
	Class   ClassCensus
	Version int
	Raw     Raw
	Wrong   [len(Cells)]string
	Theirs  string // what somebody else answered meanwhile, where it differs
	Doubt   *Doubt // the number of pupils to confirm by saving again
	Sure    string // the number of pupils that the person was asked about
}

// faults returns what is wrong with the row, cell by cell.
func (row censusRow) faults(l *i18n.Localizer) []string {
	var list []string
	for i, text := range row.Wrong {
		if text != "" {
			list = append(list, columnLabel(l, Cells[i])+l.T("readiness.colon")+text)
		}
	}
	return list
}

// note returns the identifier of what is said of a cell beneath its row, "" when nothing is.
func (row censusRow) note(i int) string {
	if row.Wrong[i] == "" && (i > 0 || row.Doubt == nil) {
		return ""
	}
	return row.at(i) + "-error"
}

// at returns the name of a cell's input.
func (row censusRow) at(i int) string { return row.Class.ID + "." + Cells[i] }

func (m *Module) censusPage(r *http.Request) (web.Response, error) {
	ctx := r.Context()
	census, err := m.Service.Census(ctx, r.PathValue("uai"))
	if err != nil {
		return nil, err
	}
	v := censusView{Census: census}
	for _, c := range census.Classes {
		v.Rows = append(v.Rows, censusRow{Class: c, Version: c.Version, Raw: c.Answer.Raw()})
	}
	form := web.Query(r).Text("form")
	v.Stale = form != "" && form != census.Fingerprint()
	return m.censusAnswer(ctx, v, http.StatusOK)
}

func (m *Module) censusAnswer(ctx context.Context, v censusView, status int) (web.Response, error) {
	scopes, err := authz.Scopes(ctx, AnswerCensus)
	if err != nil {
		return nil, err
	}
	v.Several = slices.ContainsFunc(scopes, func(s authz.Scope) bool { return s.School != v.Census.School.UAI })
	return web.Page{Title: i18n.T(ctx, "readiness.census.title", "school", v.Census.School.Name), Section: "census", Body: censusPage(v), Status: status}, nil
}

// censusSave saves the answers, or copies the first line into the empty cells and shows them again. Whatever is wrong, nothing typed is lost.
func (m *Module) censusSave(r *http.Request) (web.Response, error) {
	ctx := r.Context()
	form, err := web.Form(r)
	if err != nil {
		return nil, err
	}
	uai := r.PathValue("uai")
	census, err := m.Service.Census(ctx, uai)
	if err != nil {
		return nil, err
	}
	v := readCensusForm(census, form)
	if form.Text("action") == "fill" {
		v.fill()
		return m.censusAnswer(ctx, v, http.StatusOK)
	}
	if v.doubt() {
		return m.censusAnswer(ctx, v, http.StatusUnprocessableEntity)
	}
	saved, err := m.Service.Answer(ctx, uai, v.submitted())
	if clash, ok := errors.AsType[*Clash](err); ok {
		v.clash(i18n.From(ctx), clash)
		return m.censusAnswer(ctx, v, http.StatusConflict)
	}
	if e, ok := errors.AsType[*errs.Error](err); ok && len(e.Fields) > 0 {
		v.wrong(i18n.From(ctx), e.Fields)
		return m.censusAnswer(ctx, v, http.StatusUnprocessableEntity)
	}
	if err != nil {
		return nil, err
	}
	if saved.Changed == 0 {
		return web.RedirectWith("/census/"+census.School.UAI, "readiness.census.unchanged"), nil
	}
	return web.RedirectWith("/census/"+census.School.UAI, "readiness.census.saved", "n", saved.Changed), nil
}

// readCensusForm reads what was typed for the classes that the person answers for. A class that the form lacks is not shown as emptied.
func readCensusForm(census Census, form *web.Values) censusView {
	v := censusView{Census: census}
	for i, name := range Cells {
		v.All[i] = form.Text("all." + name)
	}
	for _, c := range census.Classes {
		row := censusRow{Class: c, Version: c.Version, Raw: c.Answer.Raw()}
		if form.Has(c.ID + ".version") {
			if n := form.Int(c.ID + ".version"); n != nil {
				row.Version = *n
			}
			row.Sure = form.Text(c.ID + ".sure")
			for i := range Cells {
				row.Raw[i] = form.Text(row.at(i))
			}
		}
		v.Rows = append(v.Rows, row)
	}
	return v
}

func (v *censusView) submitted() []Submitted {
	list := make([]Submitted, len(v.Rows))
	for i, row := range v.Rows {
		list[i] = Submitted{row.Class.ID, row.Version, row.Raw}
	}
	return list
}

// doubt marks the numbers of pupils that may be slips of the keyboard, and tells whether there are any that the person was not asked about
// already: saving the same number again confirms it. What is plainly wrong is mended first.
func (v *censusView) doubt() bool {
	for _, row := range v.Rows {
		if _, faults := row.Raw.complete(row.Class.Listed); len(faults) > 0 {
			return false
		}
	}
	for _, d := range v.Census.Doubts(v.submitted()) {
		at := slices.IndexFunc(v.Rows, func(row censusRow) bool { return row.Class.ID == d.Class })
		row := &v.Rows[at]
		if number := strconv.Itoa(d.Pupils); row.Sure != number {
			row.Doubt, row.Sure, v.Doubts = &d, number, true
		}
	}
	return v.Doubts
}

// fill copies the line for all classes into the cells that are empty.
func (v *censusView) fill() {
	for r := range v.Rows {
		for i, text := range v.All {
			if v.Rows[r].Raw[i] == "" {
				v.Rows[r].Raw[i] = text
			}
		}
	}
	v.All, v.Filled = Raw{}, true
}

// wrong shows each fault in its row, and all of them above.
func (v *censusView) wrong(l *i18n.Localizer, fields []errs.Field) {
	for r := range v.Rows {
		row := &v.Rows[r]
		for i := range Cells {
			for _, f := range fields {
				if f.Name == row.at(i) {
					row.Wrong[i] = l.T(f.Key, f.Args...)
					v.Errors = append(v.Errors, ui.FieldError{Name: f.Name, Text: row.Class.Name + ", " + columnLabel(l, Cells[i]) + l.T("readiness.colon") + row.Wrong[i]})
				}
			}
		}
	}
}

// clash shows in each row what somebody else answered meanwhile; saving again will replace it.
func (v *censusView) clash(l *i18n.Localizer, clash *Clash) {
	v.Clashes = len(clash.Theirs)
	for r := range v.Rows {
		row := &v.Rows[r]
		theirs, ok := clash.Theirs[row.Class.ID]
		if !ok {
			continue
		}
		mine, _ := row.Raw.complete(theirs.Listed)
		var parts []string
		for i, text := range theirs.Answer.Raw() {
			if text != mine.Raw()[i] {
				parts = append(parts, columnLabel(l, Cells[i])+l.T("readiness.colon")+shownCell(l, i, theirs.Answer))
			}
		}
		row.Theirs = strings.Join(parts, " ; ")
		row.Version = theirs.Version
	}
}

// shownCell says a cell of an answer in the person's language.
func shownCell(l *i18n.Localizer, i int, a Answer) string {
	text := a.Raw()[i]
	switch {
	case text == "":
		return l.T("readiness.unknown")
	case i == 5:
		return channelName(l, a.Channel)
	case i > 5:
		return ternaryWord(l, [5]Ternary{a.Display, a.Laptop, a.Kit, a.Connection, a.Trained}[i-6])
	}
	return text
}

// site is the address that the codes on paper lead to: the configured one, else that of the request.
func (m *Module) site(r *http.Request) string {
	switch {
	case m.Site != "":
		return strings.TrimSuffix(m.Site, "/")
	case r.TLS != nil:
		return "https://" + r.Host
	}
	return "http://" + r.Host
}

func (m *Module) censusForm(r *http.Request) (web.Response, error) {
	var b bytes.Buffer
	uai := r.PathValue("uai")
	if err := m.Service.CensusForm(r.Context(), uai, m.site(r), &b); err != nil {
		return nil, err
	}
	return web.File{Name: i18n.T(r.Context(), "readiness.file.form") + "-" + uai + ".pdf", ContentType: pdfType, Inline: true, Body: b.Bytes()}, nil
}

func (m *Module) censusForms(r *http.Request) (web.Response, error) {
	var b bytes.Buffer
	territory, progress := web.Query(r).Text("territory"), Progress(web.Query(r).Text("progress"))
	if err := m.Service.CensusForms(r.Context(), territory, progress, m.site(r), &b); err != nil {
		return nil, err
	}
	return web.File{Name: i18n.T(r.Context(), "readiness.file.form") + "-" + territory + ".pdf", ContentType: pdfType, Body: b.Bytes()}, nil
}

func (m *Module) censusWorkbook(r *http.Request) (web.Response, error) {
	var b bytes.Buffer
	uai := r.PathValue("uai")
	if err := m.Service.CensusWorkbook(r.Context(), uai, &b); err != nil {
		return nil, err
	}
	return web.File{Name: i18n.T(r.Context(), "readiness.file.census") + "-" + uai + ".xlsx", ContentType: xlsxType, Body: b.Bytes()}, nil
}

// choices are the options of a cell that is no number; what was typed and is none of them stays to be seen.
func choices(l *i18n.Localizer, i int, typed string) []ui.Option {
	list := []ui.Option{{Value: "", Text: "?"}}
	if i == 5 {
		for _, c := range Channels {
			list = append(list, ui.Option{Value: string(c), Text: channelWord(l, c)})
		}
	} else {
		list = append(list, ui.Option{Value: Yes.String(), Text: l.T("readiness.yes")}, ui.Option{Value: No.String(), Text: l.T("readiness.no")})
	}
	for _, o := range list {
		if o.Value == chosen(i, typed) {
			return list
		}
	}
	return append(list, ui.Option{Value: typed, Text: shorten(typed)})
}

// chosen returns the value of the option that stands for what was typed.
func chosen(i int, typed string) string {
	if i == 5 {
		if c, ok := parseChannel(typed); ok {
			return string(c)
		}
		return typed
	}
	if t, ok := parseTernary(typed); ok {
		return t.String()
	}
	return typed
}

// upload takes the workbook or the CSV file of a school, or of many when the address names none, and shows what became of its rows.
func (m *Module) upload(r *http.Request) (web.Response, error) {
	ctx := r.Context()
	uai := r.PathValue("uai")
	if err := m.mayUpload(ctx, uai); err != nil {
		return nil, err
	}
	file, name, err := web.Upload(r, "file")
	if err != nil {
		return nil, err
	}
	defer file.Close()
	size, err := file.Seek(0, io.SeekEnd)
	if err != nil {
		return nil, err
	}
	report, err := m.Service.ImportCensus(ctx, tabular.File(file, size), ImportOptions{Name: name, School: uai})
	if err != nil {
		return nil, err
	}
	back := "/census"
	if uai != "" {
		back += "/" + uai
	}
	return web.Page{Title: i18n.T(ctx, "readiness.import.report"), Section: "census", Body: importPage(report, back)}, nil
}

// mayUpload refuses before the body is read.
func (m *Module) mayUpload(ctx context.Context, uai string) error {
	_, err := m.Service.mayImport(ctx, ImportOptions{School: uai})
	return err
}

// importRows is the table of the rows of a report that a person should look at.
func importRows(l *i18n.Localizer, report intake.Report) ui.DataTable {
	t := ui.DataTable{Caption: l.T("readiness.import.rows"), Columns: []ui.Column{{Label: l.T("readiness.import.line"), Numeric: true}, {Label: l.T("readiness.import.subject")}, {Label: l.T("readiness.import.reason")}}}
	for _, row := range report.Rows {
		t.Rows = append(t.Rows, []string{l.Number(int64(row.Line)), row.Subject, row.Say(l)})
	}
	return t
}
