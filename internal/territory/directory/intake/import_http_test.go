package intake_test

import (
	"bytes"
	"context"
	"io"
	"log/slog"
	"mime/multipart"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"time"

	"preau/internal/base/authz"
	"preau/internal/base/errs"
	"preau/internal/base/i18n"
	"preau/internal/base/tabular"
	"preau/internal/base/web"
	"preau/internal/base/web/ui"
	"preau/internal/territory/directory"
	"preau/internal/territory/directory/intake"
)

// site serves the imports alone; who asks is told by the header As: a role and a scope, "head 02 0020002S".
type site struct {
	*world
	server *web.Server
}

func newSite(t *testing.T) *site {
	t.Helper()
	w := onSQLite(t)
	catalog, err := i18n.Load(intake.Messages, tabular.Messages, web.Messages, ui.Messages, errs.Messages, authz.Messages)
	if err != nil {
		t.Fatal(err)
	}
	server, err := web.New(web.Config{DB: w.d, Catalog: catalog, Policy: authz.Join(intake.Permissions, directory.Permissions),
		Log:          slog.New(slog.NewTextHandler(io.Discard, nil)),
		Authenticate: func(r *http.Request) (*authz.Principal, error) { return principal(r.Header.Get("As")), nil },
		Menu:         func(context.Context) []ui.MenuItem { return nil }})
	if err != nil {
		t.Fatal(err)
	}
	m := &intake.Module{Service: w.s}
	server.Add(m.Routes()...)
	m.API(server.API())
	return &site{w, server}
}

func principal(as string) *authz.Principal {
	words := strings.Fields(as)
	if len(words) == 0 {
		return nil
	}
	var scope authz.Scope
	for i, part := range words[1:] {
		*[]*string{&scope.Territory, &scope.School}[i] = part
	}
	role := authz.Role(words[0])
	return &authz.Principal{Account: as, Name: "Somebody", Role: role, Roles: []authz.Role{role}, Grants: []authz.Grant{{Role: role, Scope: scope}}}
}

func (s *site) do(as, method, path, contentType string, body io.Reader) *httptest.ResponseRecorder {
	r := httptest.NewRequest(method, path, body)
	r.Header.Set("As", as)
	if contentType != "" {
		r.Header.Set("Content-Type", contentType)
	}
	w := httptest.NewRecorder()
	s.server.ServeHTTP(w, r)
	return w
}

func (s *site) get(as, path string) *httptest.ResponseRecorder {
	return s.do(as, http.MethodGet, path, "", nil)
}

// send sends a form with a file; without a name, none is chosen.
func (s *site) send(as, path string, values map[string]string, name string, file []byte) *httptest.ResponseRecorder {
	s.t.Helper()
	var body bytes.Buffer
	form := multipart.NewWriter(&body)
	for k, v := range values {
		if err := form.WriteField(k, v); err != nil {
			s.t.Fatal(err)
		}
	}
	if name != "" {
		part, err := form.CreateFormFile("file", name)
		if err == nil {
			_, err = part.Write(file)
		}
		if err != nil {
			s.t.Fatal(err)
		}
	}
	if err := form.Close(); err != nil {
		s.t.Fatal(err)
	}
	return s.do(as, http.MethodPost, path, form.FormDataContentType(), &body)
}

func (s *site) want(w *httptest.ResponseRecorder, status int, parts ...string) string {
	s.t.Helper()
	body := w.Body.String()
	if w.Code != status {
		s.t.Fatalf("status %d, want %d: %s", w.Code, status, body)
	}
	if i := strings.Index(body, "⟦"); i >= 0 {
		s.t.Errorf("a message is missing: %s", body[i:min(i+60, len(body))])
	}
	for _, part := range parts {
		if !strings.Contains(body, part) {
			s.t.Errorf("the answer lacks %q:\n%s", part, body)
		}
	}
	return body
}

// report follows an import until it has ended.
func (s *site) report(as string, w *httptest.ResponseRecorder, parts ...string) string {
	s.t.Helper()
	if w.Code != http.StatusSeeOther {
		s.t.Fatalf("status %d: %s", w.Code, w.Body.String())
	}
	path := w.Header().Get("Location")
	for range 200 {
		page := s.get(as, path)
		if !strings.Contains(page.Body.String(), "data-live=") {
			s.want(page, http.StatusOK, parts...)
			return path
		}
		time.Sleep(50 * time.Millisecond)
	}
	s.t.Fatal("the import does not end")
	return ""
}

const (
	lead     = "territory_lead 02"
	national = "national_pilot"
)

func TestAListIsTriedThenImportedThenReported(t *testing.T) {
	s := newSite(t)
	file := sharedFile(t, "schools", "schools-02-95.csv")
	s.want(s.get(lead, "/imports"), 200, "Aucun import")
	s.want(s.get(lead, "/imports/lists?kind=ips"), 200, `value="ips" checked`, `name="territory" value="02"`)
	values := map[string]string{"kind": "schools", "territory": "02", "dry_run": "1"}
	s.report(lead, s.send(lead, "/imports/lists", values, "schools.csv", file), "592", "rien n&#39;a été changé", "Essai")
	s.expect("0", "SELECT COUNT(*) FROM directory_school")
	delete(values, "dry_run")
	s.report(lead, s.send(lead, "/imports/lists", values, `C:\Téléchargements\schools.csv`, file), "schools.csv", "créées")
	s.expect("592", "SELECT COUNT(*) FROM directory_school")
	path := s.report(national, s.send(national, "/imports/lists", map[string]string{"kind": "schools"}, "schools.csv", file), "1\u202f036", "592", "Lignes à regarder")
	s.expect("1628", "SELECT COUNT(*) FROM directory_school")
	s.want(s.get(national, path+"/report.csv"), 200, "Ligne;Suite donnée;Objet;Raison", "À vérifier")
	s.want(s.get(national, path+"/report.json"), 200, `"read": 1628`, `"rejected": 0`)
	for _, elsewhere := range []string{"", "95"} {
		s.want(s.send(lead, "/imports/lists", map[string]string{"kind": "schools", "territory": elsewhere}, "schools.csv", file), 404)
	}
	s.want(s.get(lead, path), 404) // of all territories: not theirs alone
	s.want(s.get(lead, "/imports"), 200, "schools.csv", "Essai", "Terminé")
}

func TestAWrongFileIsRefusedOnItsReport(t *testing.T) {
	s := newSite(t)
	values := map[string]string{"kind": "ips", "territory": "02"}
	s.report(lead, s.send(lead, "/imports/lists", values, "schools.csv", sharedFile(t, "schools", "schools-02-95.csv")), "Refusé", "titres de colonnes")
	s.report(lead, s.send(lead, "/imports/lists", values, "x.png", []byte("\x89PNG\r\n\x1a\n\x00\x00\x00\rIHDR")), "Refusé")
	s.want(s.send(lead, "/imports/lists", values, "", nil), 422, "Choisissez un fichier")
	s.want(s.send(lead, "/imports/lists", map[string]string{"kind": "roster", "territory": "02"}, "a.csv", []byte("a")), 422, "Choisissez ce que contient le fichier")
	s.want(s.send(lead, "/imports/roster", map[string]string{"school": "123", "territory": "02"}, "a.csv", []byte("a")), 422, "sept chiffres et une lettre")
}

func TestARosterIsSentByTheHeadOfItsSchoolAlone(t *testing.T) {
	s := newSite(t)
	s.shared(intake.Schools, "schools", "schools-02-95.csv")
	uai := s.value("SELECT MIN(uai) FROM directory_school WHERE territory = '02' AND type = 'ecole'")
	head, other := "head 02 "+uai, "head 95 "+s.value("SELECT MIN(uai) FROM directory_school WHERE territory = '95'")
	file := sharedFile(t, "rosters", "onde", "onde_eleves_exemple_eole-ci.csv")
	s.want(s.get(head, "/imports/roster"), 200, uai)
	path := s.report(head, s.send(head, "/imports/roster", map[string]string{"school": uai, "year": "2026-2027"}, "eleves.csv", file), "Terminé")
	s.want(s.get(other, path), 404)
	s.want(s.send(other, "/imports/roster", map[string]string{"school": uai}, "eleves.csv", file), 404)
	s.want(s.get(head, "/imports/lists"), 404)
	s.want(s.get("teacher 02 "+uai, "/imports/roster"), 404)
	s.want(s.get("", "/imports"), 303)
	page := s.want(s.get(head, path), 200)
	for _, name := range []string{"DUPONT", "Dupont"} {
		if strings.Contains(page, name) {
			t.Errorf("the report names %s", name)
		}
	}
}

func TestTheImportsSpeakEnglish(t *testing.T) {
	s := newSite(t)
	path := s.report(lead, s.send(lead, "/imports/lists", map[string]string{"kind": "schools", "territory": "02"}, "schools.csv", sharedFile(t, "schools", "schools-02-95.csv")))
	for _, page := range []string{"/imports", "/imports/lists", "/imports/roster", path} {
		r := httptest.NewRequest(http.MethodGet, page, nil)
		r.Header.Set("As", lead)
		r.Header.Set("Accept-Language", "en")
		w := httptest.NewRecorder()
		s.server.ServeHTTP(w, r)
		s.want(w, 200, `lang="en"`)
	}
}
