package accounts

import (
	"context"
	"encoding/json"
	"net/http"
	"strconv"

	"preau/internal/base/authz"
	"preau/internal/base/i18n"
	"preau/internal/base/web"
	"preau/internal/base/web/ui"
)

// accountView is the page of one's own account: what is kept, and what was typed into the form that was refused.
type accountView struct {
	Overview
	Errors       ui.Errors
	Name         string
	Language     string
	Token        tokenForm
	Possible     []authz.Permission
	Role         authz.Role
	PasswordOnly bool // the account logs in by link alone
}

type tokenForm struct {
	Name, Which, Days string
	Scopes            []string
}

func (m *Module) accountPage(r *http.Request) (web.Response, error) {
	return m.accountAnswer(r, nil, http.StatusOK, nil)
}

// accountAnswer shows the page; typed puts back what a refused form held.
func (m *Module) accountAnswer(r *http.Request, wrong ui.Errors, status int, typed func(*accountView)) (web.Response, error) {
	o, err := m.service.Me(r.Context())
	if err != nil {
		return nil, err
	}
	v := accountView{Overview: o, Errors: wrong, Name: o.Account.Name, Language: string(o.Account.Language), PasswordOnly: !o.Account.HasPassword,
		Possible: m.service.PossibleScopes(r.Context()), Role: authz.From(r.Context()).Role, Token: tokenForm{Which: "read", Days: "90"}}
	if typed != nil {
		typed(&v)
	}
	return web.Page{Title: i18n.T(r.Context(), "accounts.account.title"), Section: "account", Body: accountPage(v), Status: status}, nil
}

func (m *Module) accountRefused(r *http.Request, err error, typed func(*accountView)) (web.Response, error) {
	wrong, status, err := refusal(r.Context(), err)
	if err != nil {
		return nil, err
	}
	return m.accountAnswer(r, wrong, status, typed)
}

func (m *Module) updateProfile(r *http.Request) (web.Response, error) {
	form, err := web.Form(r)
	if err != nil {
		return nil, err
	}
	language, err := m.service.UpdateProfile(r.Context(), form.Text("name"), form.Text("language"))
	if err != nil {
		return m.accountRefused(r, err, func(v *accountView) { v.Name, v.Language = form.Text("name"), form.Text("language") })
	}
	return web.Cookie{Redirect: web.RedirectWith("/account", "accounts.account.saved"),
		Cookies: []*http.Cookie{{Name: languageCookie, Value: string(language), MaxAge: 365 * 24 * 3600}}}, nil
}

func (m *Module) changePassword(r *http.Request) (web.Response, error) {
	form, err := web.Form(r)
	if err != nil {
		return nil, err
	}
	opened, err := m.service.ChangePassword(r.Context(), password(form, "current_password"), password(form, "new_password"), m.visit(r))
	if err != nil {
		return m.accountRefused(r, err, nil)
	}
	return entered(r, opened, web.RedirectWith("/account", "accounts.password.changed")), nil
}

// revokeSessions ends the session that is named, or all others.
func (m *Module) revokeSessions(r *http.Request) (web.Response, error) {
	form, err := web.Form(r)
	if err != nil {
		return nil, err
	}
	if id := form.Text("id"); id != "" {
		if err := m.service.RevokeSession(r.Context(), id); err != nil {
			return nil, err
		}
		return web.RedirectWith("/account", "accounts.session.revoked"), nil
	}
	if _, err := m.service.RevokeOtherSessions(r.Context()); err != nil {
		return nil, err
	}
	return web.RedirectWith("/account", "accounts.session.others_revoked"), nil
}

func (m *Module) createToken(r *http.Request) (web.Response, error) {
	form, err := web.Form(r)
	if err != nil {
		return nil, err
	}
	typed := tokenForm{Name: form.Text("token_name"), Which: form.Text("token_which"), Days: form.Text("token_days"), Scopes: form.All("token_scopes")}
	days, _ := strconv.Atoi(typed.Days) // what is no number is no choice
	n := NewToken{Name: typed.Name, ReadOnly: typed.Which != "some", Days: days}
	for _, scope := range typed.Scopes {
		n.Scopes = append(n.Scopes, authz.Permission(scope))
	}
	token, secret, err := m.service.CreateToken(r.Context(), n)
	if err != nil {
		return m.accountRefused(r, err, func(v *accountView) { v.Token = typed })
	}
	return web.Page{Title: i18n.T(r.Context(), "accounts.token.made"), Section: "account", Body: tokenPage(token, secret)}, nil
}

func (m *Module) revokeToken(r *http.Request) (web.Response, error) {
	if err := m.service.RevokeToken(r.Context(), r.PathValue("id")); err != nil {
		return nil, err
	}
	return web.RedirectWith("/account", "accounts.token.revoked"), nil
}

func (m *Module) exportOwn(r *http.Request) (web.Response, error) {
	return m.exportFile(r.Context(), authz.From(r.Context()).Account)
}

func (m *Module) exportFile(ctx context.Context, id string) (web.Response, error) {
	e, err := m.service.ExportAccount(ctx, id)
	if err != nil {
		return nil, err
	}
	body, err := json.MarshalIndent(e, "", "  ")
	return web.File{Name: "preau-" + id + ".json", ContentType: "application/json", Body: body}, err
}

// roleChoice is one role with the places where it holds.
type roleChoice struct {
	Role   authz.Role
	Places []string
}

type roleView struct {
	Roles   []roleChoice
	Current authz.Role
	Next    string
	Errors  ui.Errors
}

func (m *Module) rolePage(r *http.Request) (web.Response, error) {
	return m.roleAnswer(r, web.Query(r).Text("next"), nil, http.StatusOK)
}

func (m *Module) roleAnswer(r *http.Request, next string, wrong ui.Errors, status int) (web.Response, error) {
	ctx := r.Context()
	grants, err := m.service.Grants(ctx)
	if err != nil {
		return nil, err
	}
	v := roleView{Current: authz.From(ctx).Role, Next: web.Local(next, "/"), Errors: wrong}
	for _, role := range authz.From(ctx).Roles {
		choice := roleChoice{Role: role}
		for _, g := range grants {
			if g.Role == role {
				choice.Places = append(choice.Places, placeOf(ctx, g))
			}
		}
		v.Roles = append(v.Roles, choice)
	}
	return web.Page{Title: i18n.T(ctx, "accounts.role.title"), Section: "account", Body: rolePage(v), Status: status}, nil
}

func (m *Module) switchRole(r *http.Request) (web.Response, error) {
	form, err := web.Form(r)
	if err != nil {
		return nil, err
	}
	role, next := form.Text("role"), form.Text("next")
	if err := m.service.SwitchRole(r.Context(), authz.Role(role)); err != nil {
		wrong, status, err := refusal(r.Context(), err)
		if err != nil {
			return nil, err
		}
		return m.roleAnswer(r, next, wrong, status)
	}
	return web.RedirectTo(web.Local(next, "/")), nil
}
