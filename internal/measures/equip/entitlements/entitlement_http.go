package entitlements

import (
	"bytes"
	"context"
	"encoding/base64"
	"errors"
	"io"
	"net/http"
	"strings"

	"preau/internal/base/authz"
	"preau/internal/base/errs"
	"preau/internal/base/files"
	"preau/internal/base/i18n"
	"preau/internal/base/tabular"
	"preau/internal/base/web"
	"preau/internal/base/web/ui"
	"preau/internal/measures/equip/assets"
	"preau/internal/territory/directory"
)

const section = "entitlements"

// listView is the page of all entitlements.
type listView struct {
	List    []Entitlement
	Filter  Filter
	Packs   map[string]string
	Schools map[string]string
	Own     []string // schools where the person may declare without choosing
	Report  *Report
	Error   string
}

func filterOf(r *http.Request) Filter {
	q := web.Query(r)
	return Filter{School: q.Text("school"), Year: q.Text("year"), State: State(q.Text("state"))}
}

func (m *Module) list(r *http.Request) (web.Response, error) {
	return m.showList(r, listView{Filter: filterOf(r)}, http.StatusOK)
}

func (m *Module) showList(r *http.Request, v listView, status int) (web.Response, error) {
	ctx := r.Context()
	var err error
	if v.List, err = m.Service.List(ctx, v.Filter); err != nil {
		return nil, err
	}
	if v.Packs, err = m.packs(ctx); err != nil {
		return nil, err
	}
	v.Schools = map[string]string{}
	for _, e := range v.List {
		if _, known := v.Schools[e.School]; !known {
			school, err := m.Service.directory.School(ctx, directory.UAI(e.School))
			if err != nil {
				return nil, err
			}
			v.Schools[e.School] = school.Name
		}
	}
	for _, g := range authz.From(ctx).Grants {
		if g.Scope.School != "" && g.Scope.Class == "" {
			v.Own = append(v.Own, g.Scope.School)
		}
	}
	return web.Page{Title: i18n.T(ctx, "entitlements.title"), Section: section, Body: listPage(v), Status: status}, nil
}

func (m *Module) packs(ctx context.Context) (map[string]string, error) {
	list, err := m.Service.links.Packs(ctx)
	names := map[string]string{}
	for _, p := range list {
		names[p.ID] = p.Name
	}
	return names, err
}

func (m *Module) csv(r *http.Request) (web.Response, error) {
	ctx := r.Context()
	list, err := m.Service.List(ctx, filterOf(r))
	if err != nil {
		return nil, err
	}
	packs, err := m.packs(ctx)
	if err != nil {
		return nil, err
	}
	l := i18n.From(ctx)
	rows := [][]string{{"uai", l.T("entitlements.year"), l.T("entitlements.teacher"), l.T("entitlements.state"), l.T("entitlements.pack.column"), l.T("entitlements.handed")}}
	for _, e := range list {
		rows = append(rows, []string{e.School, e.Year, e.Name, stateText(l, e.State), packs[e.Kit], dayOf(l, e.HandedAt)})
	}
	return web.File{Name: "entitlements.csv", ContentType: "text/csv; charset=utf-8", Write: func(w io.Writer) error { return tabular.WriteCSV(w, rows) }}, nil
}

func (m *Module) importList(r *http.Request) (web.Response, error) {
	ctx := r.Context()
	if _, err := authz.Scopes(ctx, Declare); err != nil {
		return nil, err // before the file is looked at
	}
	file, _, err := web.Upload(r, "file")
	var report Report
	if err == nil {
		defer file.Close()
		var data []byte
		if data, err = io.ReadAll(io.LimitReader(file, mostBytes+1)); err == nil {
			report, err = m.Service.Import(ctx, tabular.File(bytes.NewReader(data), int64(len(data))))
		}
	}
	if e, ok := errors.AsType[*errs.Error](err); ok && (e.Kind == errs.Invalid || e.Kind == errs.TooLarge) {
		return m.showList(r, listView{Error: i18n.T(ctx, e.Key, e.Args...)}, web.Status(err))
	}
	if err != nil {
		return nil, err
	}
	return m.showList(r, listView{Report: &report}, http.StatusOK)
}

// newView is the page where a new teacher is declared.
type newView struct {
	School directory.School
	Staff  []directory.Member
	Errors ui.Errors
}

func (m *Module) newPage(r *http.Request) (web.Response, error) {
	return m.showNew(r, web.Query(r).Text("school"), nil, http.StatusOK)
}

func (m *Module) showNew(r *http.Request, uai string, faults ui.Errors, status int) (web.Response, error) {
	ctx := r.Context()
	v := newView{Errors: faults}
	var err error
	if v.School, v.Staff, err = m.Service.Candidates(ctx, uai); err != nil {
		return nil, err
	}
	return web.Page{Title: i18n.T(ctx, "entitlements.new"), Section: section, Body: newPage(v), Status: status}, nil
}

func (m *Module) declare(r *http.Request) (web.Response, error) {
	form, err := web.Form(r)
	if err != nil {
		return nil, err
	}
	id, err := m.Service.DeclareNew(r.Context(), form.Text("school"), form.Text("person"))
	if faults := web.FieldErrors(r.Context(), err); faults != nil {
		return m.showNew(r, form.Text("school"), faults, http.StatusUnprocessableEntity)
	}
	if err != nil {
		return nil, err
	}
	return web.RedirectWith("/entitlements/"+id, "entitlements.done.declared"), nil
}

// oneView is the page of one entitlement.
type oneView struct {
	Entitlement
	SchoolName string
	Asset      *assets.Asset
	Packs      []Pack
	Tag, Day   string // as typed
	Errors     ui.Errors
}

func (m *Module) one(r *http.Request) (web.Response, error) {
	return m.showOne(r, oneView{}, http.StatusOK)
}

func (m *Module) showOne(r *http.Request, v oneView, status int) (web.Response, error) {
	ctx := r.Context()
	var err error
	if v.Entitlement, v.Asset, err = m.Service.One(ctx, r.PathValue("id")); err != nil {
		return nil, err
	}
	school, err := m.Service.directory.School(ctx, directory.UAI(v.School))
	if err != nil {
		return nil, err
	}
	v.SchoolName = school.Name
	if v.Packs, err = m.Service.links.Packs(ctx); err != nil {
		return nil, err
	}
	return web.Page{Title: i18n.T(ctx, "entitlements.one"), Section: section, Body: onePage(v), Status: status}, nil
}

// act runs a step of one entitlement and shows its page again, with what is wrong or with what was done.
func (m *Module) act(r *http.Request, v oneView, done string, f func(ctx context.Context, id string) error) (web.Response, error) {
	ctx := r.Context()
	err := f(ctx, r.PathValue("id"))
	if err == nil {
		return web.RedirectWith("/entitlements/"+r.PathValue("id"), done), nil
	}
	e, ok := errors.AsType[*errs.Error](err)
	if !ok || e.Kind == errs.Internal || e.Kind == errs.NotFound && e.Key != "assets.tag.unknown" || e.Kind == errs.Unauthenticated {
		return nil, err
	}
	if v.Errors = web.FieldErrors(ctx, err); v.Errors == nil {
		v.Errors = ui.Errors{{Text: i18n.T(ctx, e.Key, e.Args...)}}
	}
	return m.showOne(r, v, web.Status(err))
}

func (m *Module) choose(r *http.Request) (web.Response, error) {
	form, err := web.Form(r)
	if err != nil {
		return nil, err
	}
	return m.act(r, oneView{}, "entitlements.done.chosen", func(ctx context.Context, id string) error {
		return m.Service.Choose(ctx, HandOver, id, form.Text("pack"))
	})
}

func (m *Module) give(r *http.Request) (web.Response, error) {
	if _, err := authz.Scopes(r.Context(), HandOver); err != nil {
		return nil, err // before the drawing is looked at
	}
	form, err := web.Form(r)
	if err != nil {
		return nil, err
	}
	v := oneView{Tag: form.Text("tag")}
	return m.act(r, v, "entitlements.done.handed", func(ctx context.Context, id string) error {
		if v.Tag == "" {
			return errs.OfFields(errs.Field{Name: "tag", Key: "entitlements.tag"})
		}
		drawing, err := signature(r, form)
		if err != nil {
			return err
		}
		return m.Service.Give(ctx, id, v.Tag, drawing)
	})
}

// signature reads the drawing of the screen, or the photo of a paper that was signed.
func signature(r *http.Request, form *web.Values) (files.Picture, error) {
	if text, ok := strings.CutPrefix(form.Text("drawing"), "data:image/png;base64,"); ok {
		data, err := base64.StdEncoding.DecodeString(text)
		if err != nil {
			return files.Picture{}, errs.NewInvalid("files.picture.invalid").Because(err)
		}
		return files.Signature(bytes.NewReader(data))
	}
	file, _, err := web.Upload(r, "sheet")
	if err != nil {
		return files.Picture{}, errs.OfFields(errs.Field{Name: "drawing", Key: "entitlements.signature"})
	}
	defer file.Close()
	return files.Sheet(file)
}

func (m *Module) receipt(r *http.Request) (web.Response, error) {
	f, err := m.Service.Receipt(r.Context(), r.PathValue("id"))
	if err != nil {
		return nil, err
	}
	return web.File{Name: f.Name, ContentType: f.Type, Body: f.Data}, nil
}

func (m *Module) leave(r *http.Request) (web.Response, error) {
	form, err := web.Form(r)
	if err != nil {
		return nil, err
	}
	v := oneView{Day: form.Text("day")}
	return m.act(r, v, "entitlements.done.left", func(ctx context.Context, id string) error { return m.Service.Leave(ctx, id, v.Day) })
}

func (m *Module) end(r *http.Request) (web.Response, error) {
	form, err := web.Form(r)
	if err != nil {
		return nil, err
	}
	return m.act(r, oneView{}, "entitlements.done.ended", func(ctx context.Context, id string) error {
		switch State(form.Text("as")) {
		case Kept:
			return m.Service.Keep(ctx, id)
		case Withdrawn:
			return m.Service.Withdraw(ctx, id)
		}
		return m.Service.TakeBack(ctx, id)
	})
}

func (m *Module) move(r *http.Request) (web.Response, error) {
	form, err := web.Form(r)
	if err != nil {
		return nil, err
	}
	return m.act(r, oneView{}, "entitlements.done.moved", func(ctx context.Context, id string) error { return m.Service.Move(ctx, id, form.Text("school")) })
}

// ownView is what a new teacher sees of their own.
type ownView struct {
	Entitlement
	Packs  []Pack
	Errors ui.Errors
}

func (m *Module) own(r *http.Request) (web.Response, error) { return m.showOwn(r, nil, http.StatusOK) }

func (m *Module) showOwn(r *http.Request, faults ui.Errors, status int) (web.Response, error) {
	ctx := r.Context()
	if _, err := authz.Scopes(ctx, ReadOwn); err != nil {
		return nil, err
	}
	v := ownView{Errors: faults}
	var err error
	if v.Entitlement, err = m.Service.Own(ctx); err != nil && !errs.Is(err, errs.NotFound) {
		return nil, err
	}
	if v.Packs, err = m.Service.links.Packs(ctx); err != nil {
		return nil, err
	}
	return web.Page{Title: i18n.T(ctx, "entitlements.own"), Section: section, Body: ownPage(v), Status: status}, nil
}

func (m *Module) chooseOwn(r *http.Request) (web.Response, error) {
	ctx := r.Context()
	form, err := web.Form(r)
	if err != nil {
		return nil, err
	}
	e, err := m.Service.Own(ctx)
	if err == nil {
		err = m.Service.Choose(ctx, ReadOwn, e.ID, form.Text("pack"))
	}
	if faults := web.FieldErrors(ctx, err); faults != nil {
		return m.showOwn(r, faults, http.StatusUnprocessableEntity)
	}
	if err != nil {
		return nil, err
	}
	return web.RedirectWith("/entitlements/mine", "entitlements.done.chosen"), nil
}
