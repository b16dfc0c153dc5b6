package accounts

import (
	"net/http"

	"preau/internal/base/errs"
	"preau/internal/base/i18n"
	"preau/internal/base/web"
	"preau/internal/base/web/ui"
)

type offerView struct {
	Offer
	Token, Name string
	Errors      ui.Errors
}

func (m *Module) offerPage(r *http.Request) (web.Response, error) {
	return m.offerAnswer(r, "", nil, http.StatusOK)
}

func (m *Module) offerAnswer(r *http.Request, name string, wrong ui.Errors, status int) (web.Response, error) {
	token := r.PathValue("token")
	o, err := m.service.Offer(r.Context(), token)
	if err != nil {
		return nil, err
	}
	switch o.State {
	case InvitationAccepted, InvitationCancelled, InvitationExpired:
		status = http.StatusGone
	case InvitationUnknown:
		status = http.StatusNotFound
	}
	return web.Page{Title: i18n.T(r.Context(), "accounts.offer.title"), Body: offerPage(offerView{o, token, name, wrong}), Status: status}, nil
}

func (m *Module) acceptOffer(r *http.Request) (web.Response, error) {
	form, err := web.Form(r)
	if err != nil {
		return nil, err
	}
	ctx, token := r.Context(), r.PathValue("token")
	o, err := m.service.Offer(ctx, token)
	if err != nil {
		return nil, err
	}
	name := form.Text("name")
	done := web.RedirectWith("/", "accounts.offer.done")
	if o.Mine {
		if err = m.service.Accept(ctx, token); err == nil {
			return done, nil
		}
	} else {
		var opened Opened
		if opened, err = m.service.AcceptNew(ctx, token, name, password(form, "password"), m.visit(r)); err == nil {
			return entered(r, opened, done), nil
		}
	}
	if errs.Is(err, errs.NotFound) {
		return m.offerAnswer(r, name, nil, http.StatusNotFound)
	}
	wrong, status, err := refusal(ctx, err)
	if err != nil {
		return nil, err
	}
	return m.offerAnswer(r, name, wrong, status)
}
