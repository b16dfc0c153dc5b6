package readiness

import (
	"bytes"
	"context"
	"encoding/json"
	"io"
	"log/slog"
	"mime/multipart"
	"net/http"
	"net/http/httptest"
	"net/url"
	"regexp"
	"strings"
	"testing"

	"preau/internal/base/authz"
	"preau/internal/base/doc/doctest"
	"preau/internal/base/errs"
	"preau/internal/base/i18n"
	"preau/internal/base/tabular"
	"preau/internal/base/web"
	"preau/internal/base/web/ui"
)

// site serves the room alone; who asks is told by the header As: a role, then territory, school and class.
type site struct {
	t      testing.TB
	server *web.Server
}

func newSite(t testing.TB, h *house) *site {
	t.Helper()
	catalog, err := i18n.Load(Messages, web.Messages, ui.Messages, errs.Messages, authz.Messages, tabular.Messages)
	if err != nil {
		t.Fatal(err)
	}
	server, err := web.New(web.Config{DB: h.d, Catalog: catalog, Policy: Permissions, Log: slog.New(slog.NewTextHandler(io.Discard, nil)),
		Authenticate: func(r *http.Request) (*authz.Principal, error) { return principal(r.Header.Get("As")), nil },
		Menu:         func(context.Context) []ui.MenuItem { return nil }})
	if err != nil {
		t.Fatal(err)
	}
	m := &Module{Service: h.service, Site: "https://preau.example"}
	server.Add(m.Routes()...)
	m.API(server.API())
	return &site{t, server}
}

func principal(as string) *authz.Principal {
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

func (s *site) post(as, path string, form url.Values) *httptest.ResponseRecorder {
	return s.do(as, http.MethodPost, path, "application/x-www-form-urlencoded", strings.NewReader(form.Encode()))
}

func (s *site) want(w *httptest.ResponseRecorder, status int, parts ...string) string {
	s.t.Helper()
	body := w.Body.String()
	if w.Code != status {
		s.t.Fatalf("status %d, want %d: %s", w.Code, status, body)
	}
	if strings.Contains(body, "⟦") {
		s.t.Errorf("a message is missing: %s", body[strings.Index(body, "⟦"):][:60])
	}
	for _, part := range parts {
		if !strings.Contains(body, part) {
			s.t.Errorf("the answer lacks %q:\n%s", part, body)
		}
	}
	return body
}

const (
	asHead    = "head 02 " + village
	asBigHead = "head 02 " + big
	asLead    = "territory_lead 02"
)

// typed returns the form of a page as a browser would send it back.
func typed(body string) url.Values {
	form := url.Values{}
	for _, m := range regexp.MustCompile(`(?s)<input[^>]*name="([^"]+)"[^>]*value="([^"]*)"`).FindAllStringSubmatch(body, -1) {
		form.Set(m[1], m[2])
	}
	for _, m := range regexp.MustCompile(`(?s)<select[^>]*name="([^"]+)".*?</select>`).FindAllStringSubmatch(body, -1) {
		if chosen := regexp.MustCompile(`value="([^"]*)" selected`).FindStringSubmatch(m[0]); chosen != nil {
			form.Set(m[1], chosen[1])
		}
	}
	return form
}

func TestAHeadFillsTheCensusInOnOnePage(t *testing.T) {
	each(t, func(t *testing.T, h *house) {
		s := newSite(t, h)
		w := s.get(asHead, "/census")
		if w.Code != http.StatusSeeOther || w.Header().Get("Location") != "/census/"+village {
			t.Fatalf("a head is not led to their school: %d %s", w.Code, w.Header().Get("Location"))
		}
		form := typed(s.want(s.get(asHead, "/census/"+village), 200, "École du Village", "Petits", "Grands", `name="v1.device"`))
		if form.Get("v1.pupils") != "20" || form.Get("v2.pupils") != "" {
			t.Errorf("the pupils of the list are not there: %v", form)
		}
		form.Set("all.device", "tous")
		form.Set("all.trained", "yes")
		form.Set("v1.device", "18")
		form.Set("action", "fill")
		filled := typed(s.want(s.post(asHead, "/census/"+village, form), 200, "Les cases vides sont remplies"))
		if filled.Get("v1.device") != "18" || filled.Get("v2.device") != "tous" || filled.Get("v2.trained") != "yes" || h.count(t, "SELECT COUNT(*) FROM journal_fact") != 0 {
			t.Errorf("copied: %v", filled)
		}
		filled.Del("action")
		filled.Set("v1.shared", "19")
		body := s.want(s.post(asHead, "/census/"+village, filled), 422, `href="#v1.shared"`, `id="v1.shared-error"`, `aria-describedby="v1.shared-error"`, "19 est plus que les 18", `href="#v2.device"`)
		again := typed(body)
		if again.Get("v1.shared") != "19" || again.Get("v2.device") != "tous" {
			t.Errorf("what was typed is lost: %v", again)
		}
		again.Set("v1.shared", "2")
		again.Set("v2.pupils", "21")
		w = s.post(asHead, "/census/"+village, again)
		if w.Code != http.StatusSeeOther || h.count(t, "SELECT COUNT(*) FROM readiness_class") != 2 {
			t.Fatalf("%d: %s", w.Code, w.Body)
		}
		if w = s.post(asHead, "/census/"+village, again); w.Code != http.StatusSeeOther || h.count(t, "SELECT COUNT(*) FROM journal_fact") != 2 {
			t.Errorf("a second click: %d, %d facts", w.Code, h.count(t, "SELECT COUNT(*) FROM journal_fact"))
		}
	})
}

func TestAClashShowsTheOthersAnswersAndKeepsMine(t *testing.T) {
	each(t, func(t *testing.T, h *house) {
		s := newSite(t, h)
		form := typed(s.get(asHead, "/census/"+village).Body.String())
		h.answer(t, as(authz.Teacher, authz.Class("02", village, "v1")), village, Submitted{"v1", 0, Raw{0: "20", 1: "15", 10: "oui"}})
		form.Set("v1.device", "17")
		body := s.want(s.post(asHead, "/census/"+village, form), 409, "Avec un appareil : 15", "Enseignant formé : oui", "Rien n&#39;a été enregistré")
		form = typed(body)
		if form.Get("v1.device") != "17" {
			t.Errorf("mine is lost: %v", form)
		}
		if w := s.post(asHead, "/census/"+village, form); w.Code != http.StatusSeeOther {
			t.Errorf("saving after having seen theirs: %d", w.Code)
		}
		census, _ := h.service.Census(head(village), village)
		for _, c := range census.Classes {
			if c.ID == "v1" && (c.Answer.Device != CountOf(17) || c.Version != 2) {
				t.Errorf("%+v", c)
			}
		}
	})
}

func TestCensusFilesAndPaper(t *testing.T) {
	each(t, func(t *testing.T, h *house) {
		s := newSite(t, h)
		pdf := s.get(asHead, "/census/"+village+"/form.pdf")
		if pdf.Code != 200 || doctest.Pages(pdf.Body.Bytes()) != 1 {
			t.Errorf("paper: %d", pdf.Code)
		}
		census, _ := h.service.Census(head(village), village)
		s.want(s.get(asHead, "/census/"+village+"?form="+census.Fingerprint()), 200)
		s.want(s.get(asHead, "/census/"+village+"?form=0badf00d"), 200, "depuis que ce formulaire papier a été imprimé")
		book := s.get(asHead, "/census/"+village+"/census.xlsx")
		filled := edit(t, book.Body.Bytes(), map[string]any{"F2": 20, "F3": 18, "E2": 20})
		s.want(s.upload(asHead, "/census/"+village+"/upload", "census.xlsx", filled), 200, "2 lignes lues", "Compte rendu")
		s.want(s.upload(asLead, "/census", "census.csv", []byte(censusFile)), 200, "8 lignes lues", "La même classe est déjà à la ligne 2")
		s.want(s.upload(asHead, "/census/"+big+"/upload", "census.xlsx", filled), 404)
		s.want(s.upload(asHead, "/census", "census.csv", []byte(censusFile)), 404)
		s.want(s.upload(asLead, "/census", "census.csv", []byte("a;b\n1;2\n")), 422, "n&#39;est pas un recensement")
		s.want(s.get(asLead, "/census?q=coeur"), 200, "Cœur-de-Ville", "/census/forms.pdf?territory=02", `name="file"`)
		if w := s.get(asLead, "/census/forms.pdf?territory=02"); w.Code != 200 {
			t.Errorf("all forms: %d", w.Code)
		}
		s.want(s.get("dpo", "/census/forms.pdf?territory=02"), 404)
	})
}

func (s *site) upload(as, path, name string, content []byte) *httptest.ResponseRecorder {
	var b bytes.Buffer
	m := multipart.NewWriter(&b)
	part, err := m.CreateFormFile("file", name)
	if err != nil {
		s.t.Fatal(err)
	}
	_, _ = part.Write(content)
	_ = m.Close()
	return s.do(as, http.MethodPost, path, m.FormDataContentType(), &b)
}

func TestReadinessPages(t *testing.T) {
	each(t, func(t *testing.T, h *house) {
		s := newSite(t, h)
		h.answer(t, head(big), big, Submitted{"c01", 0, wholeAnswer}, Submitted{"c02", 0, Raw{0: "24", 1: "12", 10: "non"}})
		s.want(s.get(asLead, "/readiness"), 200, "Aisne", "Ce qui manque", "École Cœur-de-Ville", "/drills/new?territory=02", "Classes sans réponse")
		s.want(s.get(asLead, "/readiness?territory=02&sort=training&order=down&q=ville&commune=02408"), 200, `aria-sort="descending"`)
		s.want(s.get(asLead, "/readiness?territory=02&commune=02722"), 200, "Commune 02722")
		s.want(s.get(asLead, "/readiness?territory=02&commune=02999"), 404)
		s.want(s.get("evaluator 02", "/readiness?territory=02&commune=02722"), 404)
		s.want(s.get(asLead, "/readiness?territory=95"), 404)
		s.want(s.get("evaluator 02", "/readiness"), 200, "Un nombre n&#39;est pas publié")
		s.want(s.get("national_pilot", "/readiness"), 200, "/readiness?territory=95", "Val-d’Oise")
		csv := s.want(s.get(asLead, "/readiness/schools.csv?territory=02"), 200, "uai;name;commune;pupils;sure;possible", big)
		if strings.Count(csv, "\r\n") != 5 {
			t.Errorf("the file of 4 schools:\n%s", csv)
		}
		public := s.want(s.get("", "/readiness/schools/"+big), 200, "Les trois conditions")
		if strings.Contains(public, "Classe 01") || strings.Contains(public, "Ce qui manque") {
			t.Error("the public sees classes")
		}
		s.want(s.get(asBigHead, "/readiness/schools/"+big), 200, "Classe 01", "Ce qui manque", "/census/"+big)
		s.want(s.get("", "/readiness/schools/"+blank), 200, "Aucun nombre d&#39;élèves")
		s.want(s.get("", "/readiness/schools/0020009X"), 404)
		for _, path := range []string{"/readiness", "/census", "/drills", "/drills/new", "/readiness/schools.csv?territory=02"} {
			if w := s.get("", path); w.Code != http.StatusSeeOther || !strings.HasPrefix(w.Header().Get("Location"), "/login") {
				t.Errorf("%s is open to the public: %d", path, w.Code)
			}
			s.want(s.get("dpo", path), 404)
		}
	})
}

func TestDrillPages(t *testing.T) {
	each(t, func(t *testing.T, h *house) {
		s := newSite(t, h)
		h.answer(t, head(big), big, Submitted{"c01", 0, wholeAnswer})
		s.want(s.get(asLead, "/drills"), 200, "Aucun exercice")
		form := typed(s.want(s.get(asLead, "/drills/new?territory=02"), 200, `name="day-month"`, `value="commune"`))
		form.Set("name", "")
		form.Set("day-day", "31")
		form.Set("day-month", "2")
		form.Set("scope", "list")
		form.Set("schools", big+"\n"+village)
		body := s.want(s.post(asLead, "/drills", form), 422, `href="#name"`, `href="#day"`, big)
		form = typed(body)
		form.Set("name", "Grippe")
		form.Set("day-day", "7")
		form.Set("day-month", "12")
		form.Set("scope", "list")
		form.Set("schools", big+"\n"+village)
		w := s.post(asLead, "/drills", form)
		if w.Code != http.StatusSeeOther {
			t.Fatalf("%d: %s", w.Code, w.Body)
		}
		path := w.Header().Get("Location")
		if twice := s.post(asLead, "/drills", form); twice.Header().Get("Location") != path || h.count(t, "SELECT COUNT(*) FROM readiness_drill") != 1 {
			t.Errorf("a second click prepares another drill: %s", twice.Header().Get("Location"))
		}
		s.want(s.get(asLead, path), 200, "Grippe", "7 décembre", "École Cœur-de-Ville", "École par école")
		for range 2 {
			if w := s.post(asLead, path+"/runs", url.Values{"last": {"1"}}); w.Code != http.StatusSeeOther {
				t.Errorf("again: %d", w.Code)
			}
		}
		s.want(s.get(asLead, path), 200, "Le passage 2 comparé au passage 1", path+"?run=1")
		csv := s.want(s.get(asLead, path+"/drill.csv"), 200, "uai;school;commune;class;level;answered;pupils;lost_least;lost_most;device_least")
		if n := strings.Count(csv, "\r\n"); n != 15 {
			t.Errorf("%d lines for 14 classes", n)
		}
		s.want(s.get(asLead, path+"/schools/"+big+"?run=1"), 200, "Classe 12", "Imprimer")
		s.want(s.get(asLead, path+"/schools/"+empty), 404)
		for url, pages := range map[string]int{path + "/sheets.pdf": 2, path + "/schools/" + big + "/sheet.pdf": 1} {
			pdf := s.get(asLead, url)
			if pdf.Code != 200 || doctest.Pages(pdf.Body.Bytes()) != pages {
				t.Errorf("%s: %d, %d pages", url, pdf.Code, doctest.Pages(pdf.Body.Bytes()))
			}
		}
		s.want(s.get(asHead, path), 404)
		own := typed(s.want(s.get(asHead, "/drills/new"), 200, `value="`+village+`"`))
		own.Set("name", "Chez nous")
		if w := s.post(asHead, "/drills", own); w.Code != http.StatusSeeOther {
			t.Errorf("a head's own drill: %d: %s", w.Code, w.Body)
		}
		s.want(s.get(asHead, "/drills"), 200, "Chez nous")
	})
}

func TestOperations(t *testing.T) {
	each(t, func(t *testing.T, h *house) {
		s := newSite(t, h)
		h.answer(t, head(big), big, Submitted{"c01", 0, wholeAnswer})
		var nation struct {
			Pupils, Sure, Possible int
			Conditions             map[string]map[string]int
			Territories            []struct{ Territory string }
		}
		if err := json.Unmarshal([]byte(s.want(s.get("", "/api/v1/readiness"), 200)), &nation); err != nil || nation.Pupils != 406 || len(nation.Territories) != 2 {
			t.Errorf("%+v, %v", nation, err)
		}
		s.want(s.get(asLead, "/api/v1/readiness/territories/02"), 200, `"missing":{"device":{"least":5`, `"weakest":"equipment"`)
		if body := s.want(s.get("", "/api/v1/readiness/schools/"+big), 200); strings.Contains(body, "class_figures") || strings.Contains(body, "missing") {
			t.Errorf("the public sees classes: %s", body)
		}
		s.want(s.get(asBigHead, "/api/v1/readiness/schools/"+big), 200, `"class_figures":[{"id":"c01"`)
		s.want(s.get(asLead, "/api/v1/readiness/territories/02/schools"), 200, `"uai":"`+big+`"`)
		s.want(s.get(asBigHead, "/api/v1/readiness/territories/02/schools"), 404)
		s.want(s.get(asLead, "/api/v1/readiness/territories/02/communes"), 200, `{"commune":"02408","name":"Commune 02408","pupils":288,"sure":14`)
		s.want(s.get("evaluator 02", "/api/v1/readiness/territories/02/communes"), 404)
		s.want(s.get(asHead, "/api/v1/census/"+village), 200, `"id":"v1"`, `"version":0`)
		put := func(body string) *httptest.ResponseRecorder {
			return s.do(asHead, http.MethodPut, "/api/v1/census/"+village, "application/json", strings.NewReader(body))
		}
		answer := `{"classes":[{"id":"v1","version":0,"answer":{"pupils":20,"device":18,"shared":null,"video":null,"reached":null,"channel":"sms","display":null,"laptop":true,"kit":null,"connection":null,"trained":false}}]}`
		s.want(put(answer), 200, `"changed":1`)
		s.want(put(answer), 200, `"unchanged":1`)
		s.want(put(strings.Replace(answer, "18", "17", 1)), 409)
		s.want(put(strings.Replace(answer, "18", "21", 1)), 422, "v1.device")
		s.want(s.get("", "/api/v1/census/"+village), 401)
		s.want(s.get(asLead, "/api/v1/readiness/drills"), 200, "[]")
		id, err := h.service.PrepareDrill(lead(), DrillInput{Territory: "02", Name: "Essai", Day: "2026-12-07", Scope: DrillTerritory})
		if err != nil {
			t.Fatal(err)
		}
		s.want(s.get(asLead, "/api/v1/readiness/drills/"+id), 200, `"by_school":[{"territory":"02","uai":"`+village, `"lost_least":5`)
		s.want(s.get(asHead, "/api/v1/readiness/drills/"+id), 404)
	})
}
