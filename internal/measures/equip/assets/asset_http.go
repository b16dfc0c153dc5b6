package assets

import (
	"bytes"
	"context"
	"errors"
	"io"
	"net/http"
	"strconv"

	"github.com/a-h/templ"

	"preau/internal/base/authz"
	"preau/internal/base/errs"
	"preau/internal/base/i18n"
	"preau/internal/base/tabular"
	"preau/internal/base/web"
	"preau/internal/base/web/ui"
	"preau/internal/territory/directory"
)

// oneView is the page of an asset.
type oneView struct {
	Details
	Edit, Install bool
	Blocks        []templ.Component
	Doors         []Door
}

func (m *Module) one(r *http.Request) (web.Response, error) {
	ctx := r.Context()
	d, err := m.Service.Details(ctx, r.PathValue("asset"))
	if err != nil {
		return nil, err
	}
	v := oneView{Details: d, Edit: authz.May(ctx, EditAssets, d.scope()), Install: authz.May(ctx, InstallAssets, d.scope())}
	for _, block := range m.Service.links.Blocks {
		c, err := block(ctx, d.Asset)
		if err != nil {
			return nil, err
		}
		if c != nil {
			v.Blocks = append(v.Blocks, c)
		}
	}
	for _, more := range m.Service.links.Doors {
		doors, err := more(ctx, d.Asset)
		if err != nil {
			return nil, err
		}
		v.Doors = append(v.Doors, doors...)
	}
	return web.Page{Title: d.Name + " " + d.Code, Section: section, Body: onePage(v)}, nil
}

// state says that an asset is installed, that it works, or takes the last of these back.
func (m *Module) state(r *http.Request) (web.Response, error) {
	if _, err := authz.Scopes(r.Context(), InstallAssets); err != nil {
		return nil, err // before the form is looked at
	}
	form, err := web.Form(r)
	if err != nil {
		return nil, err
	}
	id, ctx := r.PathValue("asset"), r.Context()
	next := web.Local(form.Text("next"), "/assets/"+id)
	if form.Text("do") == "back" {
		if err := m.Service.Back(ctx, id, version(form)); err != nil {
			return nil, err
		}
		return web.RedirectWith(next, "assets.flash.back"), nil
	}
	if err := m.Service.SetState(ctx, id, version(form), State(form.Text("do"))); err != nil {
		return nil, err
	}
	return web.RedirectWith(next, "assets.flash.state"), nil
}

// version is the one that the form was made of, 0 none.
func version(form *web.Values) int64 {
	n, _ := strconv.ParseInt(form.Text("version"), 10, 64)
	return n
}

// act is a change of an asset that has a page of its own.
type act struct {
	path  string
	perm  authz.Permission
	title string
	flash string
	body  func(actView) templ.Component
	run   func(ctx context.Context, s *Service, a *Asset, form *web.Values) error
}

// actView is the page of an act, before it or after it was refused.
type actView struct {
	Asset
	act        act
	SchoolName string
	Classes    []directory.ClassLine
	Elsewhere  bool // the person may send it to another school
	Form       *web.Values
	Errors     ui.Errors
}

// value is what the person wrote, or what holds now.
func (v *actView) value(name, now string) string {
	if len(v.Errors) > 0 {
		return v.Form.Text(name)
	}
	return now
}

var (
	actMove = act{"move", InstallAssets, "assets.move.title", "assets.flash.moved", movePage,
		func(ctx context.Context, s *Service, a *Asset, form *web.Values) error {
			to := Place{School: a.School, Class: form.Text("class"), Room: form.Text("room")}
			switch where := form.Text("school"); {
			case form.Text("stock") != "":
				to = Place{Room: to.Room}
			case where != "" && where != a.School:
				var err error
				if to.School, err = s.FindSchool(ctx, a.Territory, where); err != nil {
					return err
				}
				if to.School != a.School {
					to.Class = ""
				}
			}
			return s.Move(ctx, a.ID, version(form), to)
		}}
	actTrouble = act{"trouble", InstallAssets, "assets.trouble.title", "assets.flash.trouble", troublePage,
		func(ctx context.Context, s *Service, a *Asset, form *web.Values) error {
			in := TroubleInput{Trouble: Trouble(form.Text("trouble")), HappenedOn: form.Text("happened_on"), Statement: form.Text("statement"), Reference: form.Text("reference")}
			if in.Trouble == fine {
				in.Trouble = ""
			} else if in.Trouble == "" {
				return errs.OfFields(errs.Field{Name: "trouble", Key: "assets.error.choice"})
			}
			return s.SetTrouble(ctx, a.ID, version(form), in)
		}}
	actSerial = act{"serial", EditAssets, "assets.serial.title", "assets.flash.serial", serialPage,
		func(ctx context.Context, s *Service, a *Asset, form *web.Values) error {
			return s.SetSerial(ctx, a.ID, version(form), form.Text("serial"))
		}}
	actSwap = act{"swap", EditAssets, "assets.swap.title", "assets.flash.swapped", swapPage,
		func(ctx context.Context, s *Service, a *Asset, form *web.Values) error {
			return s.Swap(ctx, a.ID, version(form), form.Text("serial"), form.Text("reference"))
		}}
	actAssign = act{"assign", EditAssets, "assets.assign.title", "assets.flash.assigned", assignOnePage,
		func(ctx context.Context, s *Service, a *Asset, form *web.Values) error {
			return s.AssignOne(ctx, a.ID, version(form), Reassignment{Field: Field(form.Text("field")), Value: form.Text("value"), Reference: form.Text("reference")})
		}}
	actRetire = act{"retire", EditAssets, "assets.retire.title", "assets.flash.retired", retirePage,
		func(ctx context.Context, s *Service, a *Asset, form *web.Values) error {
			return s.Retire(ctx, a.ID, version(form), RetirementInput{Reason: form.Text("reason"), Wipe: form.Text("wipe"), WipedOn: form.Text("wiped_on"), WipedBy: form.Text("wiped_by"),
				WEEE: form.Text("weee"), WEEENote: form.Text("weee_note")})
		}}
)

func (m *Module) show(a act) web.Handler {
	return func(r *http.Request) (web.Response, error) {
		v, err := m.actView(r, a)
		if err != nil {
			return nil, err
		}
		v.Form = web.Query(r)
		return v.page(r.Context(), http.StatusOK), nil
	}
}

func (m *Module) do(a act) web.Handler {
	return func(r *http.Request) (web.Response, error) {
		v, err := m.actView(r, a)
		if err != nil {
			return nil, err
		}
		if v.Form, err = web.Form(r); err != nil {
			return nil, err
		}
		err = a.run(r.Context(), m.Service, &v.Asset, v.Form)
		if err == nil {
			return web.Redirect{To: "/assets/" + v.ID, Flash: a.flash, Args: []any{"code", v.Code}}, nil
		}
		list, ok := web.FormErrors(r.Context(), err, errs.Invalid, errs.Conflict, errs.TooLarge)
		if !ok {
			return nil, err
		}
		v.Errors = list
		return v.page(r.Context(), web.Status(err)), nil
	}
}

func (v *actView) page(ctx context.Context, status int) web.Response {
	return web.Page{Title: i18n.T(ctx, v.act.title) + " " + v.Code, Section: section, Body: v.act.body(*v), Status: status}
}

func (m *Module) actView(r *http.Request, a act) (actView, error) {
	ctx, s := r.Context(), m.Service
	asset, err := s.allowed(ctx, a.perm, r.PathValue("asset"))
	if err != nil {
		return actView{}, err
	}
	v := actView{Asset: asset, act: a, Elsewhere: authz.May(ctx, EditAssets, asset.scope())}
	if v.SchoolName, err = s.schoolName(ctx, asset.School); err != nil || asset.School == "" || a.path != actMove.path {
		return v, err
	}
	page, err := s.places.Classes(inside(ctx), directory.ClassFilter{Territory: asset.Territory, School: directory.UAI(asset.School), Size: 200})
	v.Classes = page.Rows
	return v, err
}

func (m *Module) certificate(r *http.Request) (web.Response, error) {
	f, err := m.Service.Certificate(r.Context(), r.PathValue("asset"))
	if err != nil {
		return nil, err
	}
	return web.File{Name: f.Name, ContentType: f.Type, Body: f.Data}, nil
}

func (m *Module) label(r *http.Request) (web.Response, error) {
	ctx := r.Context()
	l, err := m.Service.Label(ctx, r.PathValue("tag"))
	if err != nil {
		return nil, err
	}
	return web.Page{Title: l.Code, Section: section, Body: labelPage(labelView{Label: l, Here: r.URL.Path, LoggedIn: !authz.From(ctx).Anonymous()})}, nil
}

// labelView is the page that the QR code of a label leads to.
type labelView struct {
	Label
	Here     string
	LoggedIn bool
}

// assignView is the page that says of many assets whose they are.
type assignView struct {
	Filter  Filter
	Total   int
	Owners  []string
	Form    *web.Values
	Errors  ui.Errors
	Example []Line
}

func (m *Module) assignPage(r *http.Request) (web.Response, error) {
	return m.showAssign(r, filterOf(web.Query(r)), web.Query(r), nil, http.StatusOK)
}

func (m *Module) showAssign(r *http.Request, f Filter, form *web.Values, wrong ui.Errors, status int) (web.Response, error) {
	ctx := r.Context()
	if _, err := authz.Scopes(ctx, EditAssets); err != nil {
		return nil, err
	}
	f.Page, f.Size = 1, 10
	page, err := m.Service.Assets(ctx, f)
	if err != nil {
		return nil, err
	}
	v := assignView{Filter: page.Filter, Total: page.Total, Form: form, Errors: wrong, Example: page.Rows}
	return web.Page{Title: i18n.T(ctx, "assets.assign.many"), Section: section, Body: assignManyPage(v), Status: status}, nil
}

func (m *Module) assign(r *http.Request) (web.Response, error) {
	form, err := web.Form(r)
	if err != nil {
		return nil, err
	}
	f := filterOf(web.Query(r))
	n, err := m.Service.Assign(r.Context(), f, Reassignment{Field: Field(form.Text("field")), Value: form.Text("value"), Reference: form.Text("reference")})
	if list, ok := web.FormErrors(r.Context(), err, errs.Invalid, errs.Conflict, errs.TooLarge); ok {
		return m.showAssign(r, f, form, list, web.Status(err))
	}
	if err != nil {
		return nil, err
	}
	return web.RedirectWith("/assets", "assets.assign.done", "n", n), nil
}

type serialsView struct {
	Report *SerialReport
	Errors ui.Errors
}

func (m *Module) serialsPage(r *http.Request) (web.Response, error) {
	if _, err := authz.Scopes(r.Context(), EditAssets); err != nil {
		return nil, err
	}
	return m.showSerials(r, serialsView{}, http.StatusOK)
}

func (m *Module) showSerials(r *http.Request, v serialsView, status int) (web.Response, error) {
	return web.Page{Title: i18n.T(r.Context(), "assets.serials.title"), Section: section, Body: serialsPage(v), Status: status}, nil
}

func (m *Module) serials(r *http.Request) (web.Response, error) {
	ctx := r.Context()
	if _, err := authz.Scopes(ctx, EditAssets); err != nil {
		return nil, err
	}
	file, _, err := web.Upload(r, "file")
	if err == nil {
		defer file.Close()
		var data []byte
		if data, err = io.ReadAll(file); err == nil {
			var report SerialReport
			if report, err = m.Service.ImportSerials(ctx, tabular.File(bytes.NewReader(data), int64(len(data)))); err == nil {
				return m.showSerials(r, serialsView{Report: &report}, http.StatusOK)
			}
		}
	}
	if e, ok := errors.AsType[*errs.Error](err); ok && (e.Kind == errs.Invalid || e.Kind == errs.TooLarge) {
		return m.showSerials(r, serialsView{Errors: ui.Errors{{Name: "file", Text: i18n.T(ctx, e.Key, e.Args...)}}}, web.Status(err))
	}
	return nil, err
}
