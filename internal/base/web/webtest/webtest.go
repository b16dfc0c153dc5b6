// Package webtest serves the pages of one room alone, for its tests: who asks is said with each request.
package webtest

import (
	"context"
	"io"
	"io/fs"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"net/url"
	"strings"
	"testing"

	"preau/internal/base/authz"
	"preau/internal/base/db"
	"preau/internal/base/errs"
	"preau/internal/base/i18n"
	"preau/internal/base/web"
	"preau/internal/base/web/ui"
)

// Module is a room's pages and operations.
type Module interface {
	Routes() []web.Route
	API(*web.API)
}

// Site is a room on a site of its own.
type Site struct {
	T      testing.TB
	server *web.Server
}

// New returns a site with the module's pages; messages are those that the pages say beside the site's own.
func New(t testing.TB, d *db.DB, policy authz.Policy, m Module, messages ...fs.FS) *Site {
	t.Helper()
	catalog, err := i18n.Load(append(messages, web.Messages, ui.Messages, errs.Messages, authz.Messages)...)
	if err != nil {
		t.Fatal(err)
	}
	server, err := web.New(web.Config{DB: d, Catalog: catalog, Policy: policy, Log: slog.New(slog.DiscardHandler),
		Authenticate: func(r *http.Request) (*authz.Principal, error) { return Principal(r.Header.Get("As")), nil },
		Menu:         func(context.Context) []ui.MenuItem { return nil }})
	if err != nil {
		t.Fatal(err)
	}
	server.Add(m.Routes()...)
	m.API(server.API())
	return &Site{t, server}
}

// Principal returns who is told by a role and a scope, "head 02 0020001K"; nobody by "".
func Principal(as string) *authz.Principal {
	words := strings.Fields(as)
	if len(words) == 0 {
		return nil
	}
	var scope authz.Scope
	for i, part := range words[1:] {
		*[]*string{&scope.Territory, &scope.School, &scope.Class}[i] = part
	}
	role := authz.Role(words[0])
	return &authz.Principal{Account: as, Name: "Somebody", Role: role, Roles: []authz.Role{role}, Grants: []authz.Grant{{Role: role, Scope: scope}}}
}

// Serve sends a request that the test made itself.
func (s *Site) Serve(w http.ResponseWriter, r *http.Request) { s.server.ServeHTTP(w, r) }

// Do sends a request as somebody.
func (s *Site) Do(as, method, path, contentType string, body io.Reader) *httptest.ResponseRecorder {
	r := httptest.NewRequest(method, path, body)
	r.Header.Set("As", as)
	if contentType != "" {
		r.Header.Set("Content-Type", contentType)
	}
	w := httptest.NewRecorder()
	s.server.ServeHTTP(w, r)
	return w
}

// Get opens a page as somebody.
func (s *Site) Get(as, path string) *httptest.ResponseRecorder {
	return s.Do(as, http.MethodGet, path, "", nil)
}

// Post sends a form as somebody.
func (s *Site) Post(as, path string, form url.Values) *httptest.ResponseRecorder {
	return s.Do(as, http.MethodPost, path, "application/x-www-form-urlencoded", strings.NewReader(form.Encode()))
}

// Want returns the answer's body; it fails the test when the status is another, when a part is not in the
// body, or when a message is missing in it.
func (s *Site) Want(w *httptest.ResponseRecorder, status int, parts ...string) string {
	s.T.Helper()
	body := w.Body.String()
	if w.Code != status {
		s.T.Fatalf("status %d, want %d: %s", w.Code, status, body)
	}
	if at := strings.Index(body, "⟦"); at >= 0 {
		s.T.Errorf("a message is missing: %.60s", body[at:])
	}
	for _, part := range parts {
		if !strings.Contains(body, part) {
			s.T.Errorf("the answer lacks %q:\n%s", part, body)
		}
	}
	return body
}
