package accounts

import (
	"net/http"

	"preau/internal/base/authz"
	"preau/internal/base/errs"
	"preau/internal/base/i18n"
	"preau/internal/base/web"
	"preau/internal/base/web/ui"
)

type loginView struct {
	Email, Next string
	Errors      ui.Errors
	Mail, Demo  bool
}

func (m *Module) loginView(email, next string) loginView {
	return loginView{Email: email, Next: next, Mail: m.service.SendsMail(), Demo: m.service.demo}
}

func loginAnswer(r *http.Request, v loginView, status int) web.Response {
	return web.Page{Title: i18n.T(r.Context(), "accounts.login.title"), Body: loginPage(v), Status: status}
}

func (m *Module) loginPage(r *http.Request) (web.Response, error) {
	next := web.Local(web.Query(r).Text("next"), home)
	if !authz.From(r.Context()).Anonymous() {
		return web.RedirectTo(next), nil
	}
	return loginAnswer(r, m.loginView("", next), http.StatusOK), nil
}

// login takes both buttons of the page: the password's and the link's.
func (m *Module) login(r *http.Request) (web.Response, error) {
	form, err := web.Form(r)
	if err != nil {
		return nil, err
	}
	email, next := form.Text("email"), web.Local(form.Text("next"), home)
	if form.Text("how") == "link" {
		if err = m.service.RequestLink(r.Context(), email, next, m.visit(r)); err == nil {
			return web.RedirectTo("/login/sent"), nil
		}
		return m.loginRefused(r, email, next, err)
	}
	opened, err := m.service.LogIn(r.Context(), email, password(form, "password"), m.visit(r))
	if err != nil {
		return m.loginRefused(r, email, next, err)
	}
	return entered(r, opened, web.RedirectTo(next)), nil
}

func (m *Module) loginRefused(r *http.Request, email, next string, err error) (web.Response, error) {
	wrong, status, err := refusal(r.Context(), err)
	if err != nil {
		return nil, err
	}
	v := m.loginView(email, next)
	v.Errors = wrong
	return loginAnswer(r, v, status), nil
}

func (m *Module) sentPage(r *http.Request) (web.Response, error) {
	return web.Page{Title: i18n.T(r.Context(), "accounts.link.sent.title"), Body: sentPage(m.service.demo)}, nil
}

type linkView struct {
	State       LinkState
	Token, Next string
	Name, Email string
	Other       string // who is logged in already
}

func (m *Module) linkPage(r *http.Request) (web.Response, error) {
	token := r.PathValue("token")
	state, name, email, err := m.service.Link(r.Context(), token)
	if err != nil {
		return nil, err
	}
	v := linkView{State: state, Token: token, Name: name, Email: email, Next: web.Local(web.Query(r).Text("next"), "/")}
	if p := authz.From(r.Context()); !p.Anonymous() {
		v.Other = p.Name
	}
	return linkAnswer(r, v), nil
}

func linkAnswer(r *http.Request, v linkView) web.Response {
	status := http.StatusOK
	switch v.State {
	case LinkUsed, LinkExpired:
		status = http.StatusGone
	case LinkUnknown:
		status = http.StatusNotFound
	}
	return web.Page{Title: i18n.T(r.Context(), "accounts.link.title"), Body: linkPage(v), Status: status}
}

func (m *Module) openLink(r *http.Request) (web.Response, error) {
	form, err := web.Form(r)
	if err != nil {
		return nil, err
	}
	next := web.Local(form.Text("next"), "/")
	opened, err := m.service.OpenLink(r.Context(), r.PathValue("token"), m.visit(r))
	switch {
	case err == nil:
		return entered(r, opened, web.RedirectTo(next)), nil
	case errs.Is(err, errs.Conflict), errs.Is(err, errs.NotFound):
		v := linkView{Next: next}
		if v.State, _, _, err = m.service.Link(r.Context(), r.PathValue("token")); err != nil {
			return nil, err
		}
		return linkAnswer(r, v), nil
	}
	return nil, err
}

func (m *Module) logout(r *http.Request) (web.Response, error) {
	if err := m.service.LogOut(r.Context()); err != nil {
		return nil, err
	}
	return web.Cookie{Redirect: web.RedirectWith("/", "accounts.logout.done"), Cookies: []*http.Cookie{{Name: sessionCookie, MaxAge: -1}}}, nil
}

// home is where a person arrives who asked for no page in particular.
const home = "/dashboard"
