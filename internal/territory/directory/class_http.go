package directory

import (
	"context"
	"net/http"
	"strconv"

	"preau/internal/base/authz"
	"preau/internal/base/errs"
	"preau/internal/base/i18n"
	"preau/internal/base/web"
	"preau/internal/base/web/ui"
)

// classesView is the page of the classes that a person may see.
type classesView struct {
	Page   Page[ClassLine]
	School School // chosen, or zero
	Add    []School
	Filter ClassFilter
}

func (m *Module) classesPage(r *http.Request) (web.Response, error) {
	ctx := r.Context()
	q := web.Query(r)
	v := classesView{Filter: ClassFilter{School: UAI(q.Text("school")), Status: q.Text("status")}}
	if n := q.Int("page"); n != nil {
		v.Filter.Page = *n
	}
	if err := q.Err(); err != nil {
		return nil, err
	}
	var err error
	if v.Page, err = m.Service.Classes(ctx, v.Filter); err != nil {
		return nil, err
	}
	if v.Filter.School != "" {
		if v.School, err = m.Service.School(ctx, v.Filter.School); err != nil {
			return nil, err
		}
	}
	if authz.Holds(ctx, EditClasses) {
		if v.Add, err = m.Service.OwnSchools(ctx, EditClasses); err != nil {
			return nil, err
		}
	}
	return web.Page{Title: i18n.T(ctx, "directory.classes"), Section: section(ctx), Body: classesPage(v)}, nil
}

func (m *Module) myClassesPage(r *http.Request) (web.Response, error) {
	ctx := r.Context()
	page, err := m.Service.Classes(ctx, ClassFilter{Size: maxPerPage})
	if err != nil {
		return nil, err
	}
	return web.Page{Title: i18n.T(ctx, "directory.my_classes"), Section: section(ctx), Body: myClassesPage(page)}, nil
}

// classView is the page of one class.
type classView struct {
	Class  ClassLine
	Pupils []Pupil // for the head and the teacher alone
	Names  bool
	Edit   bool
}

func (m *Module) classPage(r *http.Request) (web.Response, error) {
	ctx := r.Context()
	class, err := m.Service.Class(ctx, r.PathValue("id"))
	if err != nil {
		return nil, err
	}
	scope := authz.Class(class.Territory, string(class.School), class.ID)
	v := classView{Class: class, Names: authz.May(ctx, ReadPupils, scope), Edit: class.Status == Open && authz.May(ctx, EditClasses, scope)}
	if v.Names {
		if v.Pupils, err = m.Service.Pupils(ctx, class.Class); err != nil {
			return nil, err
		}
	}
	return web.Page{Title: class.Name, Section: section(ctx), Body: classPage(v)}, nil
}

// classForm is the form of a class, new or not.
type classForm struct {
	School School
	ID     string // "" for a new class
	Input  ClassInput
	Pupils string // as the person wrote it
	Staff  []Member
	Names  bool // the staff may be shown
	Errors ui.Errors
}

func (m *Module) newClassPage(r *http.Request) (web.Response, error) {
	uai := UAI(web.Query(r).Text("school"))
	if uai == "" {
		own, err := m.Service.OwnSchools(r.Context(), EditClasses)
		if err != nil {
			return nil, err
		}
		if len(own) == 0 {
			return web.RedirectTo("/schools"), nil // where a school is chosen first
		}
		uai = own[0].UAI
	}
	f, err := m.classForm(r.Context(), uai)
	if err != nil {
		return nil, err
	}
	return f.answer(r.Context())
}

// classForm returns an empty form for a school whose classes the person may change.
func (m *Module) classForm(ctx context.Context, uai UAI) (classForm, error) {
	school, err := m.Service.School(ctx, uai)
	if err != nil {
		return classForm{}, err
	}
	f := classForm{School: school}
	scope := authz.School(school.Territory, string(school.UAI))
	if err := authz.Check(ctx, EditClasses, scope); err != nil {
		return f, err
	}
	if f.Names = authz.May(ctx, EditStaff, scope); f.Names {
		f.Staff, err = m.Service.Staff(ctx, school.Territory, school.UAI)
	}
	return f, err
}

func (f classForm) answer(ctx context.Context) (web.Response, error) {
	title, status := i18n.T(ctx, "directory.class.new"), http.StatusOK
	if f.ID != "" {
		title = i18n.T(ctx, "directory.class.edit")
	}
	if len(f.Errors) > 0 {
		status = http.StatusUnprocessableEntity
	}
	return web.Page{Title: title, Section: section(ctx), Body: classFormPage(f, title), Status: status}, nil
}

// read fills the form with what the person sent.
func (f *classForm) read(form *web.Values) error {
	f.Pupils = form.Text("pupils")
	version, _ := strconv.ParseInt(form.Text("version"), 10, 64)
	f.Input = ClassInput{Name: form.Text("name"), Levels: form.All("level"), Pupils: form.Int("pupils"), Teacher: form.Text("teacher"), Version: version}
	return form.Err()
}

func (m *Module) addClass(r *http.Request) (web.Response, error) {
	ctx := r.Context()
	form, err := web.Form(r)
	if err != nil {
		return nil, err
	}
	f, err := m.classForm(ctx, UAI(form.Text("school")))
	if err != nil {
		return nil, err
	}
	id := ""
	if err = f.read(form); err == nil {
		id, err = m.Service.AddClass(ctx, f.School.Territory, f.School.UAI, f.Input)
	}
	if list, ok := web.FormErrors(ctx, err, errs.Invalid, errs.Conflict); ok {
		f.Errors = list
		return f.answer(ctx)
	}
	if err != nil {
		return nil, err
	}
	return web.RedirectWith("/classes/"+id, "directory.class.added", "name", f.Input.Name), nil
}

// changeForm returns the form of a class that the person may change.
func (m *Module) changeForm(ctx context.Context, id string) (classForm, ClassLine, error) {
	class, err := m.Service.Class(ctx, id)
	if err != nil {
		return classForm{}, class, err
	}
	f, err := m.classForm(ctx, class.School)
	f.ID = id
	return f, class, err
}

func (m *Module) changeClassPage(r *http.Request) (web.Response, error) {
	f, class, err := m.changeForm(r.Context(), r.PathValue("id"))
	if err != nil {
		return nil, err
	}
	f.Input = ClassInput{Name: class.Name, Levels: levelsIn(class.Level), Teacher: class.Teacher, Version: class.UpdatedAt}
	if class.Pupils != nil {
		f.Pupils = strconv.FormatInt(*class.Pupils, 10)
	}
	return f.answer(r.Context())
}

func (m *Module) changeClass(r *http.Request) (web.Response, error) {
	ctx := r.Context()
	form, err := web.Form(r)
	if err != nil {
		return nil, err
	}
	f, class, err := m.changeForm(ctx, r.PathValue("id"))
	if err != nil {
		return nil, err
	}
	if err = f.read(form); err == nil {
		if !f.Names { // somebody from outside the school leaves the teacher as it is
			f.Input.Teacher = class.Teacher
		}
		err = m.Service.ChangeClass(ctx, f.ID, f.Input)
	}
	if list, ok := web.FormErrors(ctx, err, errs.Invalid, errs.Conflict); ok {
		f.Errors = list
		return f.answer(ctx)
	}
	if err != nil {
		return nil, err
	}
	return web.RedirectWith("/classes/"+f.ID, "directory.saved"), nil
}

func (m *Module) closeClassPage(r *http.Request) (web.Response, error) {
	f, class, err := m.changeForm(r.Context(), r.PathValue("id"))
	if err != nil {
		return nil, err
	}
	return web.Page{Title: i18n.T(r.Context(), "directory.class.close"), Section: section(r.Context()), Body: ui.Confirm(ui.Confirmation{
		Title:  i18n.T(r.Context(), "directory.class.close.title", "name", class.Name),
		Text:   i18n.T(r.Context(), "directory.class.close.text"),
		Action: "/classes/" + f.ID + "/close",
		Button: i18n.T(r.Context(), "directory.class.close"),
		Cancel: ui.Link{Href: "/classes/" + f.ID},
	})}, nil
}

func (m *Module) closeClass(r *http.Request) (web.Response, error) {
	class, err := m.Service.Class(r.Context(), r.PathValue("id"))
	if err != nil {
		return nil, err
	}
	if err := m.Service.CloseClass(r.Context(), class.ID); err != nil {
		return nil, err
	}
	return web.RedirectWith("/classes?school="+string(class.School), "directory.class.closed", "name", class.Name), nil
}

// section is the entry of the menu under which the person finds classes.
func section(ctx context.Context) string {
	switch authz.From(ctx).Role {
	case authz.Head:
		return "my-school"
	case authz.Teacher:
		return "my-classes"
	}
	return "schools"
}
