package web_test

import (
	"compress/gzip"
	"context"
	"encoding/json"
	"errors"
	"io"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"os"
	"strings"
	"testing"
	"testing/fstest"

	"github.com/a-h/templ"

	"preau/internal/base/authz"
	"preau/internal/base/db"
	"preau/internal/base/dbtest"
	"preau/internal/base/errs"
	"preau/internal/base/i18n"
	"preau/internal/base/web"
	"preau/internal/base/web/ui"
)

const read authz.Permission = "thing.read"

type site struct {
	*web.Server
	db         *db.DB
	log        *strings.Builder
	who        *authz.Principal
	recognised func() // runs when it is known who asks, unless nil
	renders    int
	thrown     error
}

func (s *site) page(r *http.Request) (web.Response, error) {
	s.renders++
	if err := authz.Check(r.Context(), read, authz.Nation()); err != nil {
		return nil, err
	}
	return web.Page{Title: "Titre", Body: templ.Raw("<p>" + strings.Repeat("corps ", 400) + "</p>")}, s.thrown
}

func newSite(t *testing.T) *site {
	t.Helper()
	catalog, err := i18n.Load(messages("../errs"), messages("../authz"), messages("."), messages("ui"),
		fstest.MapFS{"messages.yaml": {Data: []byte(`thing.wrong: {fr: "Le nombre {n} est faux.", en: "The number {n} is wrong."}`)}})
	if err != nil {
		t.Fatal(err)
	}
	s := &site{db: dbtest.SQLite(t), log: &strings.Builder{}}
	s.Server, err = web.New(web.Config{DB: s.db, Catalog: catalog, Policy: authz.Policy{read: {authz.Head}}, Version: "test",
		Log: slog.New(slog.NewTextHandler(s.log, nil)),
		Authenticate: func(*http.Request) (*authz.Principal, error) {
			if s.recognised != nil {
				s.recognised()
			}
			return s.who, nil
		},
		Menu: func(context.Context) []ui.MenuItem { return nil }, MetricsToken: "metrics"})
	if err != nil {
		t.Fatal(err)
	}
	s.Add(
		web.Route{Method: "GET", Pattern: "/cached", Handle: s.page, Cached: true},
		web.Route{Method: "GET", Pattern: "/plain", Handle: s.page},
		web.Route{Method: "GET", Pattern: "/unchecked", Handle: func(*http.Request) (web.Response, error) { return web.RedirectTo("/"), nil }},
		web.Route{Method: "GET", Pattern: "/panic", Public: true, Handle: func(*http.Request) (web.Response, error) { panic("secret") }},
		web.Route{Method: "POST", Pattern: "/form", Public: true, MaxBody: 100, Handle: func(r *http.Request) (web.Response, error) {
			form, err := web.Form(r)
			if err != nil {
				return nil, err
			}
			form.Int("n")
			return web.RedirectWith("/plain", "thing.wrong", "n", 7), form.Err()
		}},
	)
	return s
}

func messages(dir string) fstest.MapFS {
	text, err := os.ReadFile(dir + "/messages.yaml")
	if err != nil {
		panic(err)
	}
	return fstest.MapFS{"messages.yaml": {Data: text}}
}

func (s *site) do(method, path string, body string, headers ...string) *http.Response {
	r := httptest.NewRequest(method, path, strings.NewReader(body))
	for i := 0; i+1 < len(headers); i += 2 {
		r.Header.Set(headers[i], headers[i+1])
	}
	w := httptest.NewRecorder()
	s.ServeHTTP(w, r)
	return w.Result()
}

func text(t *testing.T, r *http.Response) string {
	t.Helper()
	body := io.Reader(r.Body)
	if r.Header.Get("Content-Encoding") == "gzip" {
		z, err := gzip.NewReader(r.Body)
		if err != nil {
			t.Fatal(err)
		}
		body = z
	}
	all, err := io.ReadAll(body)
	if err != nil {
		t.Fatal(err)
	}
	return string(all)
}

func head() *authz.Principal {
	return &authz.Principal{Account: "h", Name: "Camille", Role: authz.Head, Grants: []authz.Grant{{Role: authz.Head, Scope: authz.Nation()}}}
}

func TestErrorsAreToldInThePersonsLanguageWithTheirStatus(t *testing.T) {
	s := newSite(t)
	s.who = head()
	for _, c := range []struct {
		err    error
		status int
		fr, en string
	}{
		{errs.NewInvalid("thing.wrong", "n", 3), 422, "Le nombre 3 est faux.", "The number 3 is wrong."},
		{errs.NewConflict("thing.wrong", "n", 3), 409, "Quelqu&#39;un est passé", "Somebody was there"},
		{errs.NewNotFound("authz.not_found"), 404, "vous n&#39;y avez pas accès", "do not have access"},
		{db.ErrNotFound, 404, "vous n&#39;y avez pas accès", "do not have access"},
		{errors.New("SELECT secret"), 500, "de notre côté", "on our side"},
	} {
		s.thrown = c.err
		for lang, want := range map[string]string{"fr-FR": c.fr, "en-GB,en;q=0.8": c.en} {
			r := s.do("GET", "/plain", "", "Accept-Language", lang)
			body := text(t, r)
			if r.StatusCode != c.status || !strings.Contains(body, want) {
				t.Errorf("%v in %s: %d %s", c.err, lang, r.StatusCode, body)
			}
			if strings.Contains(body, "SELECT") {
				t.Error("the private cause was shown")
			}
		}
	}
	if !strings.Contains(s.log.String(), "SELECT secret") {
		t.Error("the private cause is not in the log")
	}
}

func TestAnErrorShowsTheNumberUnderWhichTheLogTellsOfIt(t *testing.T) {
	s := newSite(t)
	s.who, s.thrown = head(), errors.New("SELECT secret")
	page := text(t, s.do("GET", "/plain", ""))
	_, number, _ := strings.Cut(page, "<code>")
	number, _, _ = strings.Cut(number, "<")
	if len(number) != 16 || !strings.Contains(s.log.String(), "request="+number) {
		t.Errorf("the page shows %q; the log: %s", number, s.log)
	}
	s.thrown = nil
	if page := text(t, s.do("GET", "/cached", "")); strings.Contains(page, "<code>") {
		t.Error("a page without an error shows a number, which a kept page would show again")
	}
}

func TestASuccessWithoutACheckIsRefused(t *testing.T) {
	s := newSite(t)
	if r := s.do("GET", "/unchecked", ""); r.StatusCode != 500 {
		t.Errorf("status %d", r.StatusCode)
	}
}

func TestThePublicIsSentToTheLogInAndTheAPISaysAProblem(t *testing.T) {
	s := newSite(t)
	r := s.do("GET", "/plain?q=1", "")
	if r.StatusCode != 303 || r.Header.Get("Location") != "/login?next=%2Fplain%3Fq%3D1" {
		t.Errorf("%d %s", r.StatusCode, r.Header.Get("Location"))
	}
	r = s.do("GET", "/api/none", "", "Accept-Language", "en")
	var problem struct {
		Status           int
		Detail, Instance string
	}
	if err := json.NewDecoder(r.Body).Decode(&problem); err != nil || problem.Status != 404 || problem.Instance == "" || r.Header.Get("Content-Type") != "application/problem+json" {
		t.Errorf("%+v %v %s", problem, err, r.Header.Get("Content-Type"))
	}
}

func TestAPanicIsToldAndLoggedWithoutEndingTheProgram(t *testing.T) {
	s := newSite(t)
	r := s.do("GET", "/panic", "")
	if body := text(t, r); r.StatusCode != 500 || strings.Contains(body, "secret") {
		t.Errorf("%d %s", r.StatusCode, body)
	}
}

func TestARequestFromAnotherSiteChangesNothing(t *testing.T) {
	s := newSite(t)
	if r := s.do("POST", "/form", "n=1", "Content-Type", "application/x-www-form-urlencoded", "Sec-Fetch-Site", "cross-site"); r.StatusCode != 403 {
		t.Errorf("status %d", r.StatusCode)
	}
	if r := s.do("POST", "/form", "n=1", "Content-Type", "application/x-www-form-urlencoded", "Sec-Fetch-Site", "same-origin"); r.StatusCode != 303 {
		t.Errorf("status %d", r.StatusCode)
	}
}

func TestAnAnswerThatIsTooLargeOrNoNumberIsRefusedWithItsReason(t *testing.T) {
	s := newSite(t)
	urlencoded := []string{"Content-Type", "application/x-www-form-urlencoded"}
	if r := s.do("POST", "/form", "n="+strings.Repeat("1", 200), urlencoded...); r.StatusCode != 413 {
		t.Errorf("too large: %d", r.StatusCode)
	}
	r := s.do("POST", "/form", "n=douze", urlencoded...)
	if body := text(t, r); r.StatusCode != 422 || !strings.Contains(body, "en chiffres") {
		t.Errorf("no number: %d %s", r.StatusCode, body)
	}
}

func TestAFlashIsShownOnceAndSaysOnlyWhatTheCatalogueSays(t *testing.T) {
	s := newSite(t)
	s.who = head()
	r := s.do("POST", "/form", "n=1", "Content-Type", "application/x-www-form-urlencoded")
	cookie := r.Cookies()[0]
	if !cookie.HttpOnly || cookie.SameSite != http.SameSiteLaxMode {
		t.Errorf("%+v", cookie)
	}
	shown := s.do("GET", "/cached", "", "Cookie", cookie.Name+"="+cookie.Value, "Accept-Encoding", "gzip")
	if body := text(t, shown); !strings.Contains(body, "Le nombre 7 est faux.") {
		t.Error("the message is not shown")
	}
	if len(shown.Cookies()) != 1 || shown.Cookies()[0].MaxAge >= 0 {
		t.Error("the message is not removed")
	}
	if body := text(t, s.do("GET", "/cached", "", "Accept-Encoding", "gzip")); strings.Contains(body, "Le nombre 7") {
		t.Error("the message was kept in the cache")
	}
}

func TestACachedPageIsRenderedAgainWhenTheDataOrThePersonChanges(t *testing.T) {
	s := newSite(t)
	s.who = head()
	get := func(headers ...string) *http.Response {
		return s.do("GET", "/cached", "", append(headers, "Accept-Encoding", "gzip, br")...)
	}
	first := get()
	if again := get(); s.renders != 1 || again.Header.Get("Content-Encoding") != "gzip" || text(t, again) != text(t, first) {
		t.Errorf("%d renders, %s", s.renders, again.Header.Get("Content-Encoding"))
	}
	if r := get("If-None-Match", first.Header.Get("ETag")); r.StatusCode != 304 {
		t.Errorf("not modified: %d", r.StatusCode)
	}
	get("Accept-Language", "en")
	if s.renders != 2 {
		t.Errorf("another language: %d renders", s.renders)
	}
	if err := s.db.Update(context.Background(), func(context.Context, *db.Tx) error { return nil }); err != nil {
		t.Fatal(err)
	}
	get()
	if s.renders != 3 {
		t.Errorf("after a change: %d renders", s.renders)
	}
	s.who = nil
	if r := get(); r.StatusCode != 303 {
		t.Errorf("the public got a person's page: %d", r.StatusCode)
	}
	s.who = &authz.Principal{Account: "other", Role: authz.Head}
	if r := get(); r.StatusCode != 404 {
		t.Errorf("another person got the page: %d", r.StatusCode)
	}
}

// A right that is taken away while a request comes in must not leave its page behind for the next one.
func TestAPageIsNeverKeptAsNewerThanTheRightsThatItWasRenderedWith(t *testing.T) {
	s := newSite(t)
	s.who = head()
	s.recognised = func() {
		if err := s.db.Update(context.Background(), func(context.Context, *db.Tx) error { return nil }); err != nil {
			t.Fatal(err)
		}
	}
	s.do("GET", "/cached", "", "Accept-Encoding", "gzip")
	s.recognised = nil
	s.do("GET", "/cached", "", "Accept-Encoding", "gzip")
	if s.renders != 2 {
		t.Errorf("%d renders", s.renders)
	}
}

func TestEveryAnswerHasTheSecurityHeaders(t *testing.T) {
	s := newSite(t)
	for _, path := range []string{"/plain", "/none", "/healthz", "/static/none", "/api/openapi.json"} {
		h := s.do("GET", path, "").Header
		if !strings.Contains(h.Get("Content-Security-Policy"), "default-src 'none'") || h.Get("X-Content-Type-Options") != "nosniff" {
			t.Errorf("%s: %v", path, h)
		}
	}
}

func TestTheLanguageIsChosenByThePersonFirst(t *testing.T) {
	s := newSite(t)
	r := s.do("GET", "/language/en?back=/plain", "")
	if r.Header.Get("Location") != "/plain" || len(r.Cookies()) != 1 {
		t.Fatalf("%v", r.Header)
	}
	if r := s.do("GET", "/language/en?back=//evil.example", ""); r.Header.Get("Location") != "/" {
		t.Errorf("sent to %s", r.Header.Get("Location"))
	}
	for _, c := range []struct{ cookie, accept, want string }{
		{"", "", "fr"}, {"", "de", "fr"}, {"", "en-US,fr;q=0.5", "en"}, {"", "fr-BE,en", "fr"}, {"en", "fr", "en"}, {"xx", "en", "en"},
	} {
		body := text(t, s.do("GET", "/none", "", "Accept-Language", c.accept, "Cookie", "preau_lang="+c.cookie))
		if !strings.Contains(body, ` lang="`+c.want+`"`) {
			t.Errorf("%+v: %.200s", c, body)
		}
	}
}

func TestMetricsAreOnlyForWhoHasTheToken(t *testing.T) {
	s := newSite(t)
	s.do("GET", "/healthz", "")
	if r := s.do("GET", "/metrics", ""); r.StatusCode != 404 {
		t.Errorf("without a token: %d", r.StatusCode)
	}
	r := s.do("GET", "/metrics", "", "Authorization", "Bearer metrics")
	if body := text(t, r); !strings.Contains(body, `preau_http_requests_total{route="GET /healthz",status="200"} 1`) {
		t.Errorf("%d %.300s", r.StatusCode, body)
	}
}

func TestALocalAddressLeadsNowhereElse(t *testing.T) {
	for address, want := range map[string]string{"/a?b": "/a?b", "//evil": "/", "https://evil": "/", "/\\evil": "/", "": "/", "/a\nb": "/"} {
		if got := web.Local(address, "/"); got != want {
			t.Errorf("%q led to %q", address, got)
		}
	}
}

func TestTheAddressOfAPersonIsWhatTheNearestProxySawWhateverTheyClaim(t *testing.T) {
	s, err := web.New(web.Config{TrustProxy: true, Catalog: &i18n.Catalog{}, Log: slog.New(slog.DiscardHandler), Menu: func(context.Context) []ui.MenuItem { return nil },
		Authenticate: func(*http.Request) (*authz.Principal, error) { return nil, nil }})
	if err != nil {
		t.Fatal(err)
	}
	for _, lines := range [][]string{{"203.0.113.9"}, {"10.0.0.1, 203.0.113.9"}, {"10.0.0.1", "203.0.113.9"}, {"10.0.0.1, 10.0.0.2", " 203.0.113.9 "}} {
		r := httptest.NewRequest("GET", "/", nil)
		r.Header["X-Forwarded-For"] = lines
		if got := s.Address(r); got != "203.0.113.9" {
			t.Errorf("%q: %s", lines, got)
		}
	}
}
