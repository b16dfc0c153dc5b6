package deliveries

import (
	"errors"
	"net/http"

	"preau/internal/base/errs"
	"preau/internal/base/files"
	"preau/internal/base/i18n"
	"preau/internal/base/web"
	"preau/internal/base/web/ui"
)

// signView is the page where a delivery is signed.
type signView struct {
	*Content
	Input  Signing
	Errors ui.Errors
}

func (m *Module) signPage(r *http.Request) (web.Response, error) {
	c, err := m.Service.Reception(r.Context(), r.PathValue("id"))
	if err != nil {
		return nil, err
	}
	if c.State == Signed {
		return web.RedirectTo("/deliveries/" + c.ID), nil
	}
	return m.showSigning(r, signView{Content: c}, http.StatusOK)
}

func (m *Module) showSigning(r *http.Request, v signView, status int) (web.Response, error) {
	return web.Page{Title: i18n.T(r.Context(), "deliveries.sign.title", "code", v.Code), Section: section, Body: signPage(v), Status: status}, nil
}

// sign takes the drawing or the photo of the paper. What is wrong is said on the page, and nothing typed is lost.
func (m *Module) sign(r *http.Request) (web.Response, error) {
	ctx := r.Context()
	id := r.PathValue("id")
	c, err := m.Service.Reception(ctx, id)
	if err != nil {
		return nil, err
	}
	form, err := web.Form(r)
	if err != nil {
		return nil, err
	}
	in := Signing{How: form.Text("how"), Name: form.Text("name"), Function: form.Text("function"), Code: form.Text("code"), RestMissing: form.Has("rest_missing")}
	if in.Picture, err = web.HandedIn(r, form, files.MaxPicture); err == nil {
		_, err = m.Service.Sign(ctx, id, in)
	}
	if err == nil {
		return web.RedirectWith("/deliveries/"+id, "deliveries.sign.done"), nil
	}
	e, ok := errors.AsType[*errs.Error](err)
	if !ok || e.Kind != errs.Invalid && e.Kind != errs.TooLarge && (e.Kind != errs.Conflict || c.State == Signed) {
		return nil, err
	}
	v := signView{Content: c, Input: in}
	for _, f := range e.Fields {
		v.Errors = append(v.Errors, ui.FieldError{Name: f.Name, Text: i18n.T(ctx, f.Key, f.Args...)})
	}
	if len(e.Fields) == 0 {
		v.Errors = ui.Errors{{Text: i18n.T(ctx, e.Key, e.Args...)}}
	}
	return m.showSigning(r, v, web.Status(err))
}
