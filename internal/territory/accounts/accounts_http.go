package accounts

import (
	"context"
	"errors"
	"net/http"

	"preau/internal/base/errs"
	"preau/internal/base/i18n"
	"preau/internal/base/web"
	"preau/internal/base/web/ui"
)

// languageCookie is the web adapter's: a log-in gives it the account's language unless the browser has chosen one.
const languageCookie = "preau_lang"

func (m *Module) visit(r *http.Request) Visit {
	return Visit{Address: m.address(r), UserAgent: r.UserAgent()}
}

// entered sets the cookie of a session that was just opened and goes on.
func entered(r *http.Request, o Opened, to web.Redirect) web.Response {
	cookies := []*http.Cookie{{Name: sessionCookie, Value: o.Secret, MaxAge: int(sessionMost.Seconds())}}
	if _, err := r.Cookie(languageCookie); err != nil {
		cookies = append(cookies, &http.Cookie{Name: languageCookie, Value: string(o.Language), MaxAge: 365 * 24 * 3600})
	}
	return web.Cookie{Redirect: to, Cookies: cookies}
}

// refusal turns an error that a person can mend into what their form says, with the status of its page. An
// error of another kind is handed back.
func refusal(ctx context.Context, err error) (ui.Errors, int, error) {
	e, ok := errors.AsType[*errs.Error](err)
	if !ok {
		return nil, 0, err
	}
	switch e.Kind {
	case errs.Invalid, errs.Conflict, errs.Forbidden, errs.TooMany, errs.Unavailable:
	default:
		return nil, 0, err
	}
	var list ui.Errors
	for _, f := range e.Fields {
		list = append(list, ui.FieldError{Name: f.Name, Text: i18n.T(ctx, f.Key, f.Args...)})
	}
	if len(list) == 0 {
		list = ui.Errors{{Text: i18n.T(ctx, e.Key, e.Args...)}}
	}
	return list, web.Status(err), nil
}

// password returns a password as it was typed: spaces around it count.
func password(form *web.Values, name string) string {
	if list := form.All(name); len(list) > 0 {
		return list[0]
	}
	return ""
}

// when says an instant, "" for none.
func when(ctx context.Context, ms int64) string {
	if ms == 0 {
		return ""
	}
	return i18n.From(ctx).DateTime(i18n.Millis(ms))
}

func deviceText(ctx context.Context, d Device) string {
	switch {
	case d.Browser != "" && d.System != "":
		return i18n.T(ctx, "accounts.device.both", "browser", d.Browser, "system", d.System)
	case d.Browser != "":
		return d.Browser
	case d.System != "":
		return i18n.T(ctx, "accounts.device.system", "system", d.System)
	}
	return i18n.T(ctx, "accounts.device.unknown")
}

// placeOf says where a grant holds.
func placeOf(ctx context.Context, g NamedGrant) string {
	if g.Place == "" {
		return i18n.T(ctx, "accounts.place.nation")
	}
	return g.Place
}
