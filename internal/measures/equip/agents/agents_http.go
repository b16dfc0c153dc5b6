package agents

import (
	"bytes"
	"compress/zlib"
	"io"
	"net/http"

	"preau/internal/base/authz"
	"preau/internal/base/errs"
	"preau/internal/base/i18n"
	"preau/internal/base/web"
	"preau/internal/base/web/ui"
)

// report answers an agent. The address holds the secret: there is no log-in, and nothing is told to one who has none.
func (m *Module) report(r *http.Request) (web.Response, error) {
	ctx, secret := r.Context(), r.PathValue("key")
	if _, err := m.Service.Open(ctx, secret); err != nil {
		return nil, err
	}
	body, err := io.ReadAll(r.Body)
	if err != nil {
		return nil, err
	}
	query, machine, dialect, err := Read(body)
	if err != nil {
		return nil, err
	}
	if query == Inventory {
		if err := m.Service.Report(ctx, secret, machine); err != nil {
			return nil, err
		}
	}
	return answer(query, dialect)
}

// hours between two reports of a machine.
const hours = "24"

func answer(q Query, d Dialect) (web.Response, error) {
	contentType, text := "application/xml", `<?xml version="1.0" encoding="UTF-8"?>`+"\n<REPLY></REPLY>\n"
	switch {
	case d.JSON:
		contentType, text = "application/json", `{"status":"ok","expiration":`+hours+`}`
	case q == Greeting:
		text = `<?xml version="1.0" encoding="UTF-8"?>` + "\n<REPLY><RESPONSE>SEND</RESPONSE><PROLOG_FREQ>" + hours + "</PROLOG_FREQ></REPLY>\n"
	}
	body := []byte(text)
	if d.Compressed {
		var packed bytes.Buffer
		z := zlib.NewWriter(&packed)
		if _, err := z.Write(body); err != nil {
			return nil, err
		}
		if err := z.Close(); err != nil {
			return nil, err
		}
		body, contentType = packed.Bytes(), "application/x-compress-zlib"
	}
	return web.File{ContentType: contentType, Body: body}, nil
}

// view is the page of the agents.
type view struct {
	Keys        []Key
	Unknown     []Unknown
	Territories []string // where one may open an address
	Address     string   // just opened: shown once
	Name        string
	Errors      ui.Errors
}

func (m *Module) page(r *http.Request) (web.Response, error) { return m.show(r, view{}, http.StatusOK) }

func (m *Module) show(r *http.Request, v view, status int) (web.Response, error) {
	ctx := r.Context()
	var err error
	if v.Keys, err = m.Service.Keys(ctx); err != nil {
		return nil, err
	}
	if v.Unknown, err = m.Service.Unknowns(ctx); err != nil {
		return nil, err
	}
	for _, g := range authz.From(ctx).Grants {
		if g.Scope.School == "" && g.Scope.Territory != "" {
			v.Territories = append(v.Territories, g.Scope.Territory)
		}
	}
	return web.Page{Title: i18n.T(ctx, "agents.title"), Section: "agents", Body: agentsPage(v), Status: status}, nil
}

func (m *Module) add(r *http.Request) (web.Response, error) {
	ctx := r.Context()
	form, err := web.Form(r)
	if err != nil {
		return nil, err
	}
	secret, err := m.Service.AddKey(ctx, form.Text("territory"), form.Text("name"))
	if errs.Is(err, errs.Invalid) {
		return m.show(r, view{Name: form.Text("name"), Errors: ui.Errors{{Name: "name", Text: i18n.T(ctx, "agents.key.name", "max", maxName)}}}, http.StatusUnprocessableEntity)
	}
	if err != nil {
		return nil, err
	}
	return m.show(r, view{Address: m.Site + "/api/inventory/" + secret}, http.StatusOK)
}

func (m *Module) revoke(r *http.Request) (web.Response, error) {
	if err := m.Service.RevokeKey(r.Context(), r.PathValue("territory"), r.PathValue("id")); err != nil {
		return nil, err
	}
	return web.RedirectWith("/agents", "agents.key.revoked"), nil
}

func (m *Module) forget(r *http.Request) (web.Response, error) {
	form, err := web.Form(r)
	if err != nil {
		return nil, err
	}
	if err := m.Service.Forget(r.Context(), form.Text("territory"), form.Text("serial")); err != nil {
		return nil, err
	}
	return web.RedirectWith("/agents", "agents.unknown.forgotten"), nil
}
