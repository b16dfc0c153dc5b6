package intake_test

import (
	"bytes"
	"mime/multipart"
	"net/http"
	"net/http/httptest"
	"os"
	"strings"
	"testing"
	"time"

	"preau/internal/base/authz"
	"preau/internal/base/tabular"
	"preau/internal/base/web/webtest"
	"preau/internal/territory/directory"
	"preau/internal/territory/directory/intake"
)

// site serves the imports alone.
type site struct {
	*world
	*webtest.Site
}

func newSite(t *testing.T) *site {
	t.Helper()
	w := onSQLite(t)
	return &site{w, webtest.New(t, w.d, authz.Join(intake.Permissions, directory.Permissions), &intake.Module{Service: w.s}, intake.Messages, tabular.Messages)}
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
	return s.Do(as, http.MethodPost, path, form.FormDataContentType(), &body)
}

// report follows an import until it has ended.
func (s *site) report(as string, w *httptest.ResponseRecorder, parts ...string) string {
	s.t.Helper()
	if w.Code != http.StatusSeeOther {
		s.t.Fatalf("status %d: %s", w.Code, w.Body.String())
	}
	path := w.Header().Get("Location")
	for range 200 {
		page := s.Get(as, path)
		if !strings.Contains(page.Body.String(), "data-live=") {
			s.Want(page, http.StatusOK, parts...)
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
	s.Want(s.Get(lead, "/imports"), 200, "Aucun import")
	s.Want(s.Get(lead, "/imports/lists?kind=ips"), 200, `value="ips" checked`, `name="territory" value="02"`)
	values := map[string]string{"kind": "schools", "territory": "02", "dry_run": "1"}
	s.report(lead, s.send(lead, "/imports/lists", values, "schools.csv", file), "592", "rien n&#39;a été changé", "Essai")
	s.expect("0", "SELECT COUNT(*) FROM directory_school")
	delete(values, "dry_run")
	s.report(lead, s.send(lead, "/imports/lists", values, `C:\Téléchargements\schools.csv`, file), "schools.csv", "créées")
	s.expect("592", "SELECT COUNT(*) FROM directory_school")
	path := s.report(national, s.send(national, "/imports/lists", map[string]string{"kind": "schools"}, "schools.csv", file), "1\u202f036", "592", "Lignes à regarder")
	s.expect("1628", "SELECT COUNT(*) FROM directory_school")
	s.Want(s.Get(national, path+"/report.csv"), 200, "Ligne;Suite donnée;Objet;Raison", "À vérifier")
	s.Want(s.Get(national, path+"/report.json"), 200, `"read": 1628`, `"rejected": 0`)
	for _, elsewhere := range []string{"", "95"} {
		s.Want(s.send(lead, "/imports/lists", map[string]string{"kind": "schools", "territory": elsewhere}, "schools.csv", file), 404)
	}
	s.Want(s.Get(lead, path), 404) // of all territories: not theirs alone
	s.Want(s.Get(lead, "/imports"), 200, "schools.csv", "Essai", "Terminé")
}

func TestAWrongFileIsRefusedOnItsReport(t *testing.T) {
	s := newSite(t)
	values := map[string]string{"kind": "ips", "territory": "02"}
	s.report(lead, s.send(lead, "/imports/lists", values, "schools.csv", sharedFile(t, "schools", "schools-02-95.csv")), "Refusé", "titres de colonnes")
	s.report(lead, s.send(lead, "/imports/lists", values, "x.png", []byte("\x89PNG\r\n\x1a\n\x00\x00\x00\rIHDR")), "Refusé")
	s.Want(s.send(lead, "/imports/lists", values, "", nil), 422, "Choisissez un fichier")
	s.Want(s.send(lead, "/imports/lists", map[string]string{"kind": "roster", "territory": "02"}, "a.csv", []byte("a")), 422, "Choisissez ce que contient le fichier")
	s.Want(s.send(lead, "/imports/roster", map[string]string{"school": "123", "territory": "02"}, "a.csv", []byte("a")), 422, "sept chiffres et une lettre")
	s.Want(s.send(lead, "/imports/roster", map[string]string{"school": "0020002a", "territory": "02"}, "a.csv", []byte("a")), 422, "0020002A est fausse : ce serait 0020002S")
}

func TestARosterIsSentByTheHeadOfItsSchoolAlone(t *testing.T) {
	s := newSite(t)
	s.shared(intake.Schools, "schools", "schools-02-95.csv")
	uai := s.value("SELECT MIN(uai) FROM directory_school WHERE territory = '02' AND type = 'ecole'")
	head, other := "head 02 "+uai, "head 95 "+s.value("SELECT MIN(uai) FROM directory_school WHERE territory = '95'")
	file := sharedFile(t, "rosters", "onde", "onde_eleves_exemple_eole-ci.csv")
	s.Want(s.Get(head, "/imports/roster"), 200, uai)
	path := s.report(head, s.send(head, "/imports/roster", map[string]string{"school": uai, "year": "2026-2027"}, "eleves.csv", file), "Terminé")
	s.Want(s.Get(other, path), 404)
	s.Want(s.send(other, "/imports/roster", map[string]string{"school": uai}, "eleves.csv", file), 404)
	s.Want(s.Get(head, "/imports/lists"), 404)
	s.Want(s.Get("teacher 02 "+uai, "/imports/roster"), 404)
	s.Want(s.Get("", "/imports"), 303)
	page := s.Want(s.Get(head, path), 200)
	for _, name := range []string{"DUPONT", "Dupont"} {
		if strings.Contains(page, name) {
			t.Errorf("the report names %s", name)
		}
	}
}

func TestNothingIsLeftOfAnUploadButItsReport(t *testing.T) {
	t.Setenv("TMPDIR", t.TempDir())
	s := newSite(t)
	values := map[string]string{"kind": "schools", "territory": "02"}
	s.report(lead, s.send(lead, "/imports/lists", values, "schools.csv", sharedFile(t, "schools", "schools-02-95.csv")), "Terminé")
	if left, err := os.ReadDir(os.TempDir()); err != nil || len(left) > 0 {
		t.Errorf("%v %v", left, err)
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
		s.Serve(w, r)
		s.Want(w, 200, `lang="en"`)
	}
}
