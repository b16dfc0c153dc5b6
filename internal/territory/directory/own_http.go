package directory

import (
	"context"
	"net/http"
	"time"

	"preau/internal/base/authz"
	"preau/internal/base/errs"
	"preau/internal/base/i18n"
	"preau/internal/base/web"
	"preau/internal/base/web/ui"
)

// ownTasks says what the directory itself still lacks about a school.
func ownTasks(ctx context.Context, d *SchoolDay) []Task {
	uai := string(d.School.UAI)
	if len(d.Classes) == 0 {
		return []Task{{Text: i18n.T(ctx, "directory.task.classes"), Href: "/classes/new?school=" + uai, Note: i18n.T(ctx, "directory.task.classes.note")}}
	}
	noPupils, noTeacher := 0, 0
	for _, c := range d.Classes {
		if c.Pupils == nil {
			noPupils++
		}
		if c.Teacher == "" {
			noTeacher++
		}
	}
	var tasks []Task
	if noPupils > 0 {
		tasks = append(tasks, Task{Text: i18n.T(ctx, "directory.task.pupils", "n", noPupils), Href: "/classes?school=" + uai})
	}
	if noTeacher > 0 {
		tasks = append(tasks, Task{Text: i18n.T(ctx, "directory.task.teacher", "n", noTeacher), Href: "/classes?school=" + uai})
	}
	return tasks
}

func (m *Module) mySchoolPage(r *http.Request) (web.Response, error) {
	ctx := r.Context()
	days, err := m.Service.SchoolDays(ctx)
	if err != nil {
		return nil, err
	}
	if len(days) == 0 {
		return web.RedirectTo("/schools"), nil
	}
	return web.Page{Title: i18n.T(ctx, "directory.my_school"), Section: "my-school", Body: mySchoolPage(days)}, nil
}

// staffView is the page of those who work in a school.
type staffView struct {
	School School
	Staff  []Member
	Input  StaffInput
	Errors ui.Errors
}

func (m *Module) staffView(r *http.Request) (staffView, error) {
	school, err := m.Service.School(r.Context(), UAI(r.PathValue("uai")))
	if err != nil {
		return staffView{}, err
	}
	v := staffView{School: school, Input: StaffInput{Role: RoleTeacher, Start: m.Service.today()}}
	v.Staff, err = m.Service.Staff(r.Context(), school.Territory, school.UAI)
	return v, err
}

func (v staffView) answer(ctx context.Context) (web.Response, error) {
	status := http.StatusOK
	if len(v.Errors) > 0 {
		status = http.StatusUnprocessableEntity
	}
	return web.Page{Title: i18n.T(ctx, "directory.staff"), Section: "my-school", Body: staffPage(v), Status: status}, nil
}

func (m *Module) staffPage(r *http.Request) (web.Response, error) {
	v, err := m.staffView(r)
	if err != nil {
		return nil, err
	}
	return v.answer(r.Context())
}

func (m *Module) addStaff(r *http.Request) (web.Response, error) {
	ctx := r.Context()
	v, err := m.staffView(r)
	if err != nil {
		return nil, err
	}
	form, err := web.Form(r)
	if err != nil {
		return nil, err
	}
	v.Input = StaffInput{GivenName: form.Text("given_name"), FamilyName: form.Text("family_name"), Email: form.Text("email"),
		Role: PersonRole(form.Text("role")), Start: form.Text("start")}
	_, err = m.Service.AddStaff(ctx, v.School.Territory, v.School.UAI, v.Input)
	if list, ok := web.FormErrors(ctx, err, errs.Invalid, errs.Conflict); ok {
		v.Errors = list
		return v.answer(ctx)
	}
	if err != nil {
		return nil, err
	}
	return web.RedirectWith(staffHref(v.School.UAI), "directory.staff.added"), nil
}

func (m *Module) endStaffPage(r *http.Request) (web.Response, error) {
	ctx := r.Context()
	v, err := m.staffView(r)
	if err != nil {
		return nil, err
	}
	for _, member := range v.Staff {
		if member.Person == r.PathValue("person") {
			return web.Page{Title: i18n.T(ctx, "directory.staff.end"), Section: "my-school", Body: ui.Confirm(ui.Confirmation{
				Title:  i18n.T(ctx, "directory.staff.end.title", "name", member.Name),
				Text:   i18n.T(ctx, "directory.staff.end.text"),
				Action: staffHref(v.School.UAI) + "/" + member.Person + "/end",
				Button: i18n.T(ctx, "directory.staff.end"),
				Cancel: ui.Link{Href: staffHref(v.School.UAI)},
			})}, nil
		}
	}
	return web.RedirectTo(staffHref(v.School.UAI)), nil // already ended
}

func (m *Module) endStaff(r *http.Request) (web.Response, error) {
	school, err := m.Service.School(r.Context(), UAI(r.PathValue("uai")))
	if err != nil {
		return nil, err
	}
	if err := m.Service.EndStaff(r.Context(), school.Territory, school.UAI, r.PathValue("person")); err != nil {
		return nil, err
	}
	return web.RedirectWith(staffHref(school.UAI), "directory.staff.ended"), nil
}

func staffHref(uai UAI) string { return "/schools/" + string(uai) + "/staff" }

func staffRoles(ctx context.Context) []ui.Option {
	return []ui.Option{{Value: string(RoleTeacher), Text: roleLabel(ctx, "teacher")}, {Value: string(RoleStaff), Text: roleLabel(ctx, "staff")}}
}

// dayText says a day of the database: 2026-09-01.
func dayText(ctx context.Context, day string) string {
	t, err := time.ParseInLocation(time.DateOnly, day, i18n.Paris)
	if err != nil {
		return day
	}
	return i18n.From(ctx).Date(t)
}

func mayEditStaff(ctx context.Context, s *School) bool {
	return authz.May(ctx, EditStaff, authz.School(s.Territory, string(s.UAI)))
}
