package assets

import (
	"net/http"
	"strings"

	"preau/internal/base/errs"
	"preau/internal/base/files"
	"preau/internal/base/i18n"
	"preau/internal/base/web"
	"preau/internal/base/web/ui"
)

const deedSection = "deeds"

func (m *Module) deeds(r *http.Request) (web.Response, error) {
	list, err := m.Service.Deeds(r.Context())
	if err != nil {
		return nil, err
	}
	return web.Page{Title: i18n.T(r.Context(), "assets.deeds"), Section: deedSection, Body: deedsPage(list)}, nil
}

// newDeedView is the form of a new deed.
type newDeedView struct {
	Territories []string
	Input       DeedInput
	Errors      ui.Errors
}

func (m *Module) newDeed(r *http.Request) (web.Response, error) {
	ctx := r.Context()
	codes, err := m.Service.deedTerritories(ctx)
	if err != nil {
		return nil, err
	}
	v := newDeedView{Territories: codes, Input: DeedInput{Territory: codes[0]}}
	f := filterOf(web.Query(r))
	if f.narrowed() { // those that the list showed
		f.Size = mostOnPage
		page, err := m.Service.Assets(ctx, f)
		if err != nil {
			return nil, err
		}
		for i := range page.Rows {
			v.Input.Codes = append(v.Input.Codes, page.Rows[i].Code)
			v.Input.Territory = page.Rows[i].Territory
		}
	}
	return m.showNewDeed(r, v, http.StatusOK), nil
}

func (m *Module) showNewDeed(r *http.Request, v newDeedView, status int) web.Response {
	return web.Page{Title: i18n.T(r.Context(), "assets.deed.new"), Section: deedSection, Body: newDeedPage(v), Status: status}
}

func (m *Module) prepareDeed(r *http.Request) (web.Response, error) {
	ctx := r.Context()
	codes, err := m.Service.deedTerritories(ctx)
	if err != nil {
		return nil, err
	}
	form, err := web.Form(r)
	if err != nil {
		return nil, err
	}
	in := DeedInput{Territory: form.Text("territory"), To: form.Text("to"), ToKind: form.Text("to_kind"), Deliberation: form.Text("deliberation"), DeliberatedOn: form.Text("deliberated_on"),
		Codes: strings.FieldsFunc(form.Text("codes"), func(c rune) bool { return c == '\n' || c == '\r' || c == ',' || c == ';' })}
	for i := range in.Codes {
		in.Codes[i] = strings.TrimSpace(in.Codes[i])
	}
	if in.Territory == "" {
		in.Territory = codes[0]
	}
	d, err := m.Service.PrepareDeed(ctx, in)
	if list, ok := web.FormErrors(ctx, err, errs.Invalid, errs.Conflict, errs.TooLarge); ok {
		return m.showNewDeed(r, newDeedView{Territories: codes, Input: in, Errors: list}, web.Status(err)), nil
	}
	if err != nil {
		return nil, err
	}
	return web.RedirectWith("/deeds/"+d.ID, "assets.deed.flash.prepared", "code", d.Code), nil
}

type deedView struct {
	Deed
	Assets []Asset
	As     string
	Errors ui.Errors
}

func (m *Module) deed(r *http.Request) (web.Response, error) {
	d, items, err := m.Service.Deed(r.Context(), r.PathValue("deed"))
	if err != nil {
		return nil, err
	}
	return m.showDeed(r, deedView{Deed: d, Assets: items}, http.StatusOK), nil
}

func (m *Module) showDeed(r *http.Request, v deedView, status int) web.Response {
	return web.Page{Title: i18n.T(r.Context(), "assets.deed.title", "code", v.Code), Section: deedSection, Body: deedPage(v), Status: status}
}

func (m *Module) deedPaper(final bool) web.Handler {
	return func(r *http.Request) (web.Response, error) {
		f, err := m.Service.DeedPaper(r.Context(), r.PathValue("deed"), final)
		if err != nil {
			return nil, err
		}
		return web.File{Name: f.Name, ContentType: f.Type, Body: f.Data}, nil
	}
}

// signDeed takes the drawing or the photo of the paper. What is wrong is said on the page, and nothing typed is lost.
func (m *Module) signDeed(r *http.Request) (web.Response, error) {
	ctx := r.Context()
	d, items, err := m.Service.Deed(ctx, r.PathValue("deed"))
	if err != nil {
		return nil, err
	}
	form, err := web.Form(r)
	if err != nil {
		return nil, err
	}
	in := Signing{How: form.Text("how"), As: form.Text("as"), Code: form.Text("code")}
	if in.Picture, err = web.HandedIn(r, form, files.MaxPicture); err == nil {
		err = m.Service.Sign(ctx, d.ID, version(form), in)
	}
	if list, ok := web.FormErrors(ctx, err, errs.Invalid, errs.Conflict, errs.TooLarge); ok {
		return m.showDeed(r, deedView{Deed: d, Assets: items, As: in.As, Errors: list}, web.Status(err)), nil
	}
	if err != nil {
		return nil, err
	}
	if d.State == DeedPrepared {
		return web.RedirectWith("/deeds/"+d.ID, "assets.deed.flash.signed", "code", d.Code), nil
	}
	return web.RedirectWith("/deeds/"+d.ID, "assets.deed.flash.done", "code", d.Code, "owner", d.To), nil
}

func (m *Module) cancelDeed(r *http.Request) (web.Response, error) {
	form, err := web.Form(r)
	if err != nil {
		return nil, err
	}
	id := r.PathValue("deed")
	if err := m.Service.CancelDeed(r.Context(), id, version(form)); err != nil {
		return nil, err
	}
	return web.RedirectWith("/deeds/"+id, "assets.deed.flash.cancelled"), nil
}
