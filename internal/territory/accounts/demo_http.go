package accounts

import (
	"net/http"
	"strings"

	"preau/internal/base/i18n"
	"preau/internal/base/mail"
	"preau/internal/base/web"
)

func (m *Module) enterPage(r *http.Request) (web.Response, error) {
	list, err := m.service.Showcase(r.Context())
	if err != nil {
		return nil, err
	}
	return web.Page{Title: i18n.T(r.Context(), "accounts.demo.title"), Body: enterPage(list, web.Local(web.Query(r).Text("next"), home))}, nil
}

func (m *Module) enter(r *http.Request) (web.Response, error) {
	form, err := web.Form(r)
	if err != nil {
		return nil, err
	}
	opened, err := m.service.Enter(r.Context(), form.Text("account"), m.visit(r))
	if err != nil {
		return nil, err
	}
	opened.Language = i18n.From(r.Context()).Lang // the visitor's, not the invented person's
	return entered(r, opened, web.RedirectTo(web.Local(form.Text("next"), home))), nil
}

// mailPage shows the letters that the demonstration did not send. Those to real addresses are not shown: a
// visitor may have typed their own.
func (m *Module) mailPage(r *http.Request) (web.Response, error) {
	var shown []mail.Kept
	if m.spool != nil {
		for _, kept := range m.spool.Messages() {
			if reserved(kept.To) {
				shown = append(shown, kept)
			}
		}
	}
	return web.Page{Title: i18n.T(r.Context(), "accounts.demo.mail.title"), Body: mailPage(shown)}, nil
}

// reserved tells whether the address is of a domain that can belong to nobody (RFC 2606).
func reserved(address string) bool {
	for _, suffix := range []string{".example", ".test", ".invalid", "@example.org", "@example.com", "@example.net"} {
		if strings.HasSuffix(address, suffix) {
			return true
		}
	}
	return false
}

// links cuts a letter's text at the lines that are links.
func links(text string) []letterLine {
	var lines []letterLine
	for line := range strings.Lines(text) {
		line = strings.TrimRight(line, "\r\n")
		lines = append(lines, letterLine{Text: line, Link: strings.HasPrefix(line, "http://") || strings.HasPrefix(line, "https://")})
	}
	return lines
}

type letterLine struct {
	Text string
	Link bool
}
