package accounts

import (
	"context"
	"net/http"
	"net/url"
	"strconv"
	"strings"

	"preau/internal/base/authz"
	"preau/internal/base/errs"
	"preau/internal/base/i18n"
	"preau/internal/base/web"
	"preau/internal/base/web/ui"
)

type peopleView struct {
	People
	Filter      Filter
	Filtered    bool
	Roles       []authz.Role
	Territories []Place
	Invitations []PendingInvitation
	MayInvite   bool
	Pages       ui.Pages
}

func (m *Module) peoplePage(r *http.Request) (web.Response, error) {
	ctx, q := r.Context(), web.Query(r)
	f := Filter{Search: q.Text("q"), Role: authz.Role(q.Text("role")), Territory: q.Text("territory"), School: schoolCode(q.Text("school")), Page: 1}
	if page, err := strconv.Atoi(q.Text("page")); err == nil && page > 0 && page < 1_000_000 {
		f.Page = page
	}
	people, err := m.service.List(ctx, f)
	if err != nil {
		return nil, err
	}
	v := peopleView{People: people, Filter: f, Filtered: f.Search != "" || f.Role != "" || f.Territory != "" || f.School != "", Roles: everyone()}
	v.MayInvite = authorised(ctx, GrantRoles) == nil
	if authz.From(ctx).Territories() == nil {
		if v.Territories, err = m.service.places.Territories(ctx); err != nil {
			return nil, err
		}
	}
	if f.Page == 1 && !v.Filtered {
		if v.Invitations, err = m.service.Invitations(ctx); err != nil {
			return nil, err
		}
	}
	v.Pages = ui.Pages{Page: f.Page, Size: PeoplePage, Total: people.Total, Href: func(page int) string { return peopleAddress(f, page) }}
	return web.Page{Title: i18n.T(ctx, "accounts.people.title"), Section: "accounts", Body: peoplePage(v)}, nil
}

func peopleAddress(f Filter, page int) string {
	values := url.Values{}
	for _, p := range [][2]string{{"q", f.Search}, {"role", string(f.Role)}, {"territory", f.Territory}, {"school", f.School}} {
		if p[1] != "" {
			values.Set(p[0], p[1])
		}
	}
	if page > 1 {
		values.Set("page", strconv.Itoa(page))
	}
	if len(values) == 0 {
		return "/accounts"
	}
	return "/accounts?" + values.Encode()
}

// schoolCode reads a register number as people write it.
func schoolCode(text string) string { return strings.ToUpper(strings.Join(strings.Fields(text), "")) }

// grantForm is what a person chose in a form that grants.
type grantForm struct {
	Choices
	Email, Role, Territory, School string
	Place                          string // of who administers schools alone
	Errors                         ui.Errors
}

func (f *grantForm) read(form *web.Values) {
	f.Email, f.Role = form.Text("email"), form.Text("role")
	f.Territory, f.School, f.Place = form.Text("territory"), schoolCode(form.Text("school")), form.Text("place")
}

// scope is what the form names: a territory with perhaps a school in it, or a school or class of a list.
func (f *grantForm) scope() authz.Scope {
	if f.Place != "" {
		return placeValue(f.Place)
	}
	return authz.Scope{Territory: f.Territory, School: f.School}
}

func placeText(s authz.Scope) string { return s.Territory + "/" + s.School + "/" + s.Class }

func placeValue(text string) authz.Scope {
	territory, rest, _ := strings.Cut(text, "/")
	school, class, _ := strings.Cut(rest, "/")
	return authz.Scope{Territory: territory, School: school, Class: class}
}

// onlySchools tells whether the person administers schools and nothing wider.
func (f *grantForm) onlySchools() bool { return !f.National && len(f.Territories) == 0 }

func (m *Module) invitePage(r *http.Request) (web.Response, error) {
	choices, err := m.service.Choices(r.Context())
	if err != nil {
		return nil, err
	}
	return inviteAnswer(r, grantForm{Choices: choices}, http.StatusOK), nil
}

func inviteAnswer(r *http.Request, f grantForm, status int) web.Response {
	return web.Page{Title: i18n.T(r.Context(), "accounts.invite.title"), Section: "accounts", Body: invitePage(f), Status: status}
}

func (m *Module) invite(r *http.Request) (web.Response, error) {
	form, err := web.Form(r)
	if err != nil {
		return nil, err
	}
	ctx := r.Context()
	choices, err := m.service.Choices(ctx)
	if err != nil {
		return nil, err
	}
	f := grantForm{Choices: choices}
	f.read(form)
	if err = f.check(); err == nil {
		var invited Invited
		if invited, err = m.service.Invite(ctx, f.Email, authz.Role(f.Role), f.scope()); err == nil {
			return invitedAnswer(ctx, invited), nil
		}
	}
	wrong, status, err := refusal(ctx, err)
	if err != nil {
		return nil, err
	}
	f.refused(wrong)
	return inviteAnswer(r, f, status), nil
}

// check returns Invalid for a role or a list's place that was not chosen, before authorisation is asked about nothing.
func (f *grantForm) check() error {
	var fields []errs.Field
	if f.Role == "" {
		fields = append(fields, errs.Field{Name: "role", Key: "accounts.role.missing"})
	}
	if f.onlySchools() && f.Place == "" {
		fields = append(fields, errs.Field{Name: "place", Key: "accounts.place.missing"})
	}
	if !f.onlySchools() && !f.National && f.Territory == "" {
		fields = append(fields, errs.Field{Name: "territory", Key: "accounts.scope.needs_territory"})
	}
	return errs.OfFields(fields...)
}

// invitedAnswer goes back to the list, or shows the link where no letter carries it.
func invitedAnswer(ctx context.Context, i Invited) web.Response {
	if i.Link != "" {
		return web.Page{Title: i18n.T(ctx, "accounts.invite.link.title"), Section: "accounts", Body: invitedPage(i.Link)}
	}
	return web.RedirectWith("/accounts", "accounts.invite.done")
}

func (m *Module) resend(r *http.Request) (web.Response, error) {
	invited, err := m.service.Resend(r.Context(), r.PathValue("id"))
	if err != nil {
		return nil, err
	}
	return invitedAnswer(r.Context(), invited), nil
}

func (m *Module) cancelInvitation(r *http.Request) (web.Response, error) {
	if err := m.service.CancelInvitation(r.Context(), r.PathValue("id")); err != nil {
		return nil, err
	}
	return web.RedirectWith("/accounts", "accounts.invite.cancelled"), nil
}

type personView struct {
	Person
	Form grantForm
}

func personAddress(id string) string { return "/accounts/" + url.PathEscape(id) }

func (m *Module) personPage(r *http.Request) (web.Response, error) {
	return m.personAnswer(r, func(*grantForm) {}, http.StatusOK)
}

func (m *Module) personAnswer(r *http.Request, typed func(*grantForm), status int) (web.Response, error) {
	ctx := r.Context()
	p, err := m.service.Get(ctx, r.PathValue("id"))
	if err != nil {
		return nil, err
	}
	v := personView{Person: p}
	if p.MayGrant {
		if v.Form.Choices, err = m.service.Choices(ctx); err != nil {
			return nil, err
		}
		typed(&v.Form)
	}
	return web.Page{Title: p.Name, Section: "accounts", Body: personPage(v), Status: status}, nil
}

func (m *Module) addGrant(r *http.Request) (web.Response, error) {
	form, err := web.Form(r)
	if err != nil {
		return nil, err
	}
	ctx, id := r.Context(), r.PathValue("id")
	f := grantForm{}
	if f.Choices, err = m.service.Choices(ctx); err != nil {
		return nil, err
	}
	f.read(form)
	if err = f.check(); err == nil {
		if err = m.service.AddGrant(ctx, id, authz.Role(f.Role), f.scope()); err == nil {
			return web.RedirectWith(personAddress(id), "accounts.grant.added"), nil
		}
	}
	wrong, status, err := refusal(ctx, err)
	if err != nil {
		return nil, err
	}
	return m.personAnswer(r, func(shown *grantForm) { shown.read(form); shown.refused(wrong) }, status)
}

func (m *Module) removeGrant(r *http.Request) (web.Response, error) {
	id := r.PathValue("id")
	if err := m.service.RemoveGrant(r.Context(), id, r.PathValue("grant")); err != nil {
		return nil, err
	}
	to := personAddress(id)
	if _, err := m.service.Get(r.Context(), id); errs.Is(err, errs.NotFound) {
		to = "/accounts" // it was the last one that this person could see
	}
	return web.RedirectWith(to, "accounts.grant.removed"), nil
}

func (m *Module) disable(r *http.Request) (web.Response, error) {
	id := r.PathValue("id")
	if err := m.service.Disable(r.Context(), id); err != nil {
		return nil, err
	}
	return web.RedirectWith(personAddress(id), "accounts.person.disabled"), nil
}

func (m *Module) enable(r *http.Request) (web.Response, error) {
	id := r.PathValue("id")
	if err := m.service.Enable(r.Context(), id); err != nil {
		return nil, err
	}
	return web.RedirectWith(personAddress(id), "accounts.person.enabled"), nil
}

func (m *Module) exportOther(r *http.Request) (web.Response, error) {
	if err := authorised(r.Context(), ExportAccounts); err != nil {
		return nil, err
	}
	return m.exportFile(r.Context(), r.PathValue("id"))
}

func (m *Module) erasePage(r *http.Request) (web.Response, error) {
	if err := authorised(r.Context(), EraseAccounts); err != nil {
		return nil, err
	}
	p, err := m.service.Get(r.Context(), r.PathValue("id"))
	if err != nil {
		return nil, err
	}
	if !p.MayErase {
		return nil, errs.NewNotFound("authz.not_found")
	}
	return web.Page{Title: i18n.T(r.Context(), "accounts.erase.title"), Section: "accounts", Body: erasePage(p)}, nil
}

func (m *Module) erase(r *http.Request) (web.Response, error) {
	if err := m.service.EraseAccount(r.Context(), r.PathValue("id")); err != nil {
		return nil, err
	}
	return web.RedirectWith("/accounts", "accounts.erase.done"), nil
}
