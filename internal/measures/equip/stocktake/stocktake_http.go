package stocktake

import (
	"bytes"
	"encoding/base64"
	"errors"
	"net/http"
	"strings"

	"preau/internal/base/authz"
	"preau/internal/base/errs"
	"preau/internal/base/files"
	"preau/internal/base/i18n"
	"preau/internal/base/web"
	"preau/internal/base/web/ui"
)

const section = "stocktakes"

// listView is the page of all stocktakes.
type listView struct {
	List   []Stocktake
	Own    []string // schools where the person may open one without naming it
	May    bool
	School string // as typed
	Room   string
	Errors ui.Errors
}

func (m *Module) list(r *http.Request) (web.Response, error) {
	return m.showList(r, listView{}, http.StatusOK)
}

func (m *Module) showList(r *http.Request, v listView, status int) (web.Response, error) {
	ctx := r.Context()
	var err error
	if v.List, err = m.Service.List(ctx); err != nil {
		return nil, err
	}
	v.May = authz.Holds(ctx, Take)
	for _, g := range authz.From(ctx).Grants {
		if g.Scope.School != "" && g.Scope.Class == "" {
			v.Own = append(v.Own, g.Scope.School)
		}
	}
	return web.Page{Title: i18n.T(ctx, "stocktake.title"), Section: section, Body: listPage(v), Status: status}, nil
}

func (m *Module) open(r *http.Request) (web.Response, error) {
	form, err := web.Form(r)
	if err != nil {
		return nil, err
	}
	id, err := m.Service.Open(r.Context(), form.Text("school"), form.Text("room"))
	if faults := web.FieldErrors(r.Context(), err); faults != nil {
		return m.showList(r, listView{School: form.Text("school"), Room: form.Text("room"), Errors: faults}, http.StatusUnprocessableEntity)
	}
	if err != nil {
		return nil, err
	}
	return web.RedirectTo("/stocktakes/" + id), nil
}

// oneView is the page of one stocktake.
type oneView struct {
	*Content
	May      bool
	Last     *Scan // what was just read
	Function string
	Errors   ui.Errors
}

func (m *Module) one(r *http.Request) (web.Response, error) {
	return m.showOne(r, oneView{}, http.StatusOK)
}

func (m *Module) showOne(r *http.Request, v oneView, status int) (web.Response, error) {
	ctx := r.Context()
	var err error
	if v.Content == nil {
		if v.Content, err = m.Service.One(ctx, r.PathValue("stocktake")); err != nil {
			return nil, err
		}
	}
	v.May = authz.May(ctx, Take, authz.School(v.Territory, v.School)) && !v.Closed()
	return web.Page{Title: i18n.T(ctx, "stocktake.one", "school", v.SchoolName), Section: section, Body: onePage(v), Status: status}, nil
}

func (m *Module) read(r *http.Request) (web.Response, error) {
	ctx := r.Context()
	form, err := web.Form(r)
	if err != nil {
		return nil, err
	}
	scans, c, err := m.Service.Read(ctx, r.PathValue("stocktake"), []string{form.Text("tag")})
	if faults := web.FieldErrors(ctx, err); faults != nil {
		return m.showOne(r, oneView{Errors: faults}, http.StatusUnprocessableEntity)
	}
	if err != nil {
		return nil, err
	}
	return m.showOne(r, oneView{Content: c, Last: &scans[0]}, http.StatusOK)
}

func (m *Module) bring(r *http.Request) (web.Response, error) {
	form, err := web.Form(r)
	if err != nil {
		return nil, err
	}
	if err := m.Service.Bring(r.Context(), r.PathValue("stocktake"), form.Text("tag")); err != nil {
		return nil, err
	}
	return web.RedirectWith("/stocktakes/"+r.PathValue("stocktake"), "stocktake.done.moved"), nil
}

func (m *Module) close(r *http.Request) (web.Response, error) {
	ctx := r.Context()
	if _, err := authz.Scopes(ctx, Take); err != nil {
		return nil, err // before the drawing is looked at
	}
	form, err := web.Form(r)
	if err != nil {
		return nil, err
	}
	in := Signing{Function: form.Text("function")}
	if in.Picture, err = pictureOf(r, form); err == nil {
		err = m.Service.Close(ctx, r.PathValue("stocktake"), in)
	}
	e, ok := errors.AsType[*errs.Error](err)
	switch {
	case err == nil:
		return web.RedirectWith("/stocktakes/"+r.PathValue("stocktake"), "stocktake.done.closed"), nil
	case ok && (e.Kind == errs.Invalid || e.Kind == errs.TooLarge):
		v := oneView{Function: in.Function, Errors: web.FieldErrors(ctx, err)}
		if v.Errors == nil {
			v.Errors = ui.Errors{{Name: "drawing", Text: i18n.T(ctx, e.Key, e.Args...)}}
		}
		return m.showOne(r, v, web.Status(err))
	}
	return nil, err
}

// pictureOf reads the drawing of the screen, or the photo of a paper that was signed; nil when neither came.
func pictureOf(r *http.Request, form *web.Values) (*files.Picture, error) {
	if text, ok := strings.CutPrefix(form.Text("drawing"), "data:image/png;base64,"); ok {
		data, err := base64.StdEncoding.DecodeString(text)
		if err != nil {
			return nil, errs.NewInvalid("files.picture.invalid").Because(err)
		}
		p, err := files.Signature(bytes.NewReader(data))
		return &p, err
	}
	file, _, err := web.Upload(r, "sheet")
	if errs.Is(err, errs.Invalid) {
		return nil, nil
	}
	if err != nil {
		return nil, err
	}
	defer file.Close()
	p, err := files.Sheet(file)
	return &p, err
}

func (m *Module) report(r *http.Request) (web.Response, error) {
	f, err := m.Service.Report(r.Context(), r.PathValue("stocktake"))
	if err != nil {
		return nil, err
	}
	return web.File{Name: f.Name, ContentType: f.Type, Body: f.Data}, nil
}

func (m *Module) lose(r *http.Request) (web.Response, error) {
	form, err := web.Form(r)
	if err != nil {
		return nil, err
	}
	if err := m.Service.Lose(r.Context(), r.PathValue("stocktake"), form.Text("asset")); err != nil {
		return nil, err
	}
	return web.RedirectWith("/stocktakes/"+r.PathValue("stocktake"), "stocktake.done.lost"), nil
}
