package webtest

import (
	"net/http"
	"net/http/httptest"
	"net/url"
	"strings"
	"testing"

	"preau/internal/base/web"
)

// Of returns the site of a server that the test put together itself.
func Of(t testing.TB, server *web.Server) *Site { return &Site{t, server} }

// Browser keeps the cookies of one person, follows no redirect and takes no compression.
type Browser struct {
	Cookies map[string]string

	site  *Site
	agent string
}

// Browser returns a browser without cookies that names itself so.
func (s *Site) Browser(agent string) *Browser {
	return &Browser{map[string]string{}, s, agent}
}

// Answer is what a browser got.
type Answer struct {
	Status int
	To     string // of a redirect
	Body   string
	Header http.Header

	t testing.TB
}

// Do sends a request with the cookies. It fails the test when a cookie that it gets is open to scripts or to
// other sites, or when a message is missing in the answer.
func (b *Browser) Do(r *http.Request) Answer {
	t := b.site.T
	t.Helper()
	for name, value := range b.Cookies {
		r.AddCookie(&http.Cookie{Name: name, Value: value})
	}
	r.Header.Set("User-Agent", b.agent)
	w := httptest.NewRecorder()
	b.site.Serve(w, r)
	for _, c := range w.Result().Cookies() {
		if c.MaxAge < 0 {
			delete(b.Cookies, c.Name)
			continue
		}
		if !c.HttpOnly || c.SameSite != http.SameSiteLaxMode {
			t.Errorf("the cookie %s is open", c.Name)
		}
		b.Cookies[c.Name] = c.Value
	}
	a := Answer{w.Code, w.Header().Get("Location"), w.Body.String(), w.Header(), t}
	if at := strings.Index(a.Body, "⟦"); at >= 0 {
		t.Errorf("%s: a message is missing: %.60s", r.URL.Path, a.Body[at:])
	}
	return a
}

// Get opens a page.
func (b *Browser) Get(path string) Answer {
	b.site.T.Helper()
	return b.Do(httptest.NewRequest(http.MethodGet, path, nil))
}

// Post sends a form of names and values.
func (b *Browser) Post(path string, pairs ...string) Answer {
	b.site.T.Helper()
	form := url.Values{}
	for i := 0; i+1 < len(pairs); i += 2 {
		form.Add(pairs[i], pairs[i+1])
	}
	r := httptest.NewRequest(http.MethodPost, path, strings.NewReader(form.Encode()))
	r.Header.Set("Content-Type", "application/x-www-form-urlencoded")
	return b.Do(r)
}

// Wants fails the test unless the answer has the status and its body every part; a redirect's part is where it goes.
func (a Answer) Wants(status int, parts ...string) Answer {
	a.t.Helper()
	if a.Status != status {
		a.t.Errorf("status %d, want %d: %s", a.Status, status, a.Body)
	}
	for _, part := range parts {
		switch {
		case status == http.StatusSeeOther && a.To != part:
			a.t.Errorf("goes to %s, want %s", a.To, part)
		case status != http.StatusSeeOther && !strings.Contains(a.Body, part):
			a.t.Errorf("the answer lacks %q: %s", part, a.Body)
		}
	}
	return a
}
