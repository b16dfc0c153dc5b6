package directory

import (
	"context"
	"encoding/json"
	"net/http"
	"strconv"

	"preau/internal/base/authz"
	"preau/internal/base/errs"
	"preau/internal/base/i18n"
	"preau/internal/base/web"
	"preau/internal/base/web/ui"
)

// peopleView is the page of what is kept about people.
type peopleView struct {
	Counts      []PeopleCount
	Names       map[string]string // of the territories
	Answer      bool              // the person may search, hand over and erase
	Territories []ui.Option
	Query       PersonQuery
	Searched    bool
	Found       []Found
	Errors      ui.Errors
}

func (m *Module) peopleView(ctx context.Context) (peopleView, error) {
	v := peopleView{Names: map[string]string{}}
	var err error
	if v.Counts, err = m.Service.People(ctx); err != nil {
		return v, err
	}
	overview, err := m.Service.Overview(ctx)
	if err != nil {
		return v, err
	}
	for _, t := range overview.Territories {
		v.Names[t.Territory] = t.Name
		if authz.May(ctx, AnswerPeople, authz.Territory(t.Territory)) {
			v.Territories = append(v.Territories, ui.Option{Value: t.Territory, Text: t.Name})
		}
	}
	v.Answer = len(v.Territories) > 0
	if v.Answer {
		v.Query.Territory = v.Territories[0].Value
	}
	return v, nil
}

func (v peopleView) answer(ctx context.Context) (web.Response, error) {
	status := http.StatusOK
	if len(v.Errors) > 0 {
		status = http.StatusUnprocessableEntity
	}
	return web.Page{Title: i18n.T(ctx, "directory.people"), Section: "people-data", Body: peoplePage(v), Status: status}, nil
}

func (m *Module) peoplePage(r *http.Request) (web.Response, error) {
	v, err := m.peopleView(r.Context())
	if err != nil {
		return nil, err
	}
	return v.answer(r.Context())
}

// findPerson answers in place: a name must not stand in an address, where histories and logs keep it.
func (m *Module) findPerson(r *http.Request) (web.Response, error) {
	ctx := r.Context()
	form, err := web.Form(r)
	if err != nil {
		return nil, err
	}
	q := PersonQuery{Territory: form.Text("territory"), FamilyName: form.Text("family_name"), GivenName: form.Text("given_name"), BirthDate: dateOf(form, "birth_date")}
	found, searchErr := m.Service.FindPerson(ctx, q)
	list, shown := web.FormErrors(ctx, searchErr, errs.Invalid, errs.Conflict)
	if searchErr != nil && !shown {
		return nil, searchErr
	}
	v, err := m.peopleView(ctx)
	if err != nil {
		return nil, err
	}
	v.Query, v.Searched, v.Found, v.Errors = q, searchErr == nil, found, list
	return v.answer(ctx)
}

// dateOf reads the three inputs of a day; what is no day is kept as it was written, to be refused by name.
func dateOf(form *web.Values, name string) string {
	day, month, year := form.Text(name+"-day"), form.Text(name+"-month"), form.Text(name+"-year")
	if day == "" && month == "" && year == "" {
		return ""
	}
	d, err1 := strconv.Atoi(day)
	m, err2 := strconv.Atoi(month)
	if err1 != nil || err2 != nil || len(year) != 4 {
		return year + "-" + month + "-" + day
	}
	return year + "-" + twoDigits(m) + "-" + twoDigits(d)
}

func twoDigits(n int) string {
	if n < 10 {
		return "0" + strconv.Itoa(n)
	}
	return strconv.Itoa(n)
}

func (m *Module) exportPerson(r *http.Request) (web.Response, error) {
	file, err := m.Service.ExportPerson(r.Context(), r.PathValue("territory"), r.PathValue("person"))
	if err != nil {
		return nil, err
	}
	body, err := json.MarshalIndent(file, "", "  ")
	if err != nil {
		return nil, err
	}
	return web.File{Name: "person-" + file.Person + ".json", ContentType: "application/json", Body: body}, nil
}

func (m *Module) erasePersonPage(r *http.Request) (web.Response, error) {
	ctx := r.Context()
	territory, person := r.PathValue("territory"), r.PathValue("person")
	if err := authz.Check(ctx, AnswerPeople, authz.Territory(territory)); err != nil {
		return nil, err
	}
	return web.Page{Title: i18n.T(ctx, "directory.people.erase"), Section: "people-data", Body: ui.Confirm(ui.Confirmation{
		Title:  i18n.T(ctx, "directory.people.erase.title"),
		Text:   i18n.T(ctx, "directory.people.erase.text"),
		Action: personHref(territory, person) + "/erase",
		Button: i18n.T(ctx, "directory.people.erase"),
		Cancel: ui.Link{Href: "/people-data"},
	})}, nil
}

func (m *Module) erasePerson(r *http.Request) (web.Response, error) {
	if err := m.Service.ErasePerson(r.Context(), r.PathValue("territory"), r.PathValue("person")); err != nil {
		return nil, err
	}
	return web.RedirectWith("/people-data", "directory.people.erased"), nil
}

func personHref(territory, person string) string { return "/people-data/" + territory + "/" + person }

// queryDate returns the parts of the day that was searched for.
func queryDate(q PersonQuery) ui.Date {
	if len(q.BirthDate) != len("2015-03-09") {
		return ui.Date{}
	}
	return ui.Date{Year: q.BirthDate[:4], Month: q.BirthDate[5:7], Day: q.BirthDate[8:]}
}

func peopleTable(ctx context.Context, v peopleView) ui.DataTable {
	l := i18n.From(ctx)
	t := ui.DataTable{Caption: l.T("directory.people.kept"), Columns: []ui.Column{{Label: l.T("directory.people.kind")}, {Label: l.T("directory.territory")},
		{Label: l.T("directory.people.named"), Numeric: true}, {Label: l.T("directory.people.oldest")}}}
	for _, c := range v.Counts {
		oldest := l.T("directory.people.all_present")
		if c.Oldest != "" {
			oldest = dayText(ctx, c.Oldest)
		}
		t.Rows = append(t.Rows, []string{l.T("directory.people.kind." + c.Kind), v.Names[c.Territory], l.Number(int64(c.Named)), oldest})
	}
	return t
}

func retentionTable(ctx context.Context) ui.DataTable {
	l := i18n.From(ctx)
	t := ui.DataTable{Caption: l.T("directory.people.retention"), Columns: []ui.Column{{Label: l.T("directory.people.kind")}, {Label: l.T("directory.people.what")},
		{Label: l.T("directory.people.until")}}}
	for _, r := range Retention {
		until := l.T("directory.people.with_child")
		if r.Months > 0 {
			until = l.T("directory.people.months", "n", r.Months)
		}
		t.Rows = append(t.Rows, []string{l.T("directory.people.kind." + r.Kind), l.T("directory.people.what." + r.Kind), until})
	}
	return t
}

func rolesText(ctx context.Context, f Found) string {
	text := ""
	for _, role := range f.Roles {
		if text != "" {
			text += ", "
		}
		text += roleLabel(ctx, role)
	}
	if text == "" {
		return i18n.T(ctx, "directory.people.no_role")
	}
	return text
}
