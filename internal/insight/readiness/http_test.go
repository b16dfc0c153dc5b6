package readiness

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"mime/multipart"
	"net/http"
	"net/http/httptest"
	"net/url"
	"regexp"
	"strings"
	"testing"

	"preau/internal/base/authz"
	"preau/internal/base/db"
	"preau/internal/base/dbtest"
	"preau/internal/base/doc/doctest"
	"preau/internal/base/i18n"
	"preau/internal/base/tabular"
	"preau/internal/base/web/webtest"
	"preau/internal/territory/directory"
	"preau/internal/territory/directory/intake"
)

// site serves the room alone.
type site struct{ *webtest.Site }

func newSite(t testing.TB, h *house) *site {
	t.Helper()
	return &site{webtest.New(t, h.d, authz.Join(Permissions, directory.Permissions, intake.Permissions), &Module{Service: h.service, Site: "https://preau.example"}, Messages, tabular.Messages)}
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
		w := s.Get(asHead, "/census")
		if w.Code != http.StatusSeeOther || w.Header().Get("Location") != "/census/"+village {
			t.Fatalf("a head is not led to their school: %d %s", w.Code, w.Header().Get("Location"))
		}
		form := typed(s.Want(s.Get(asHead, "/census/"+village), 200, "École du Village", "Petits", "Grands", `name="v1.device"`))
		if form.Get("v1.pupils") != "20" || form.Get("v2.pupils") != "" {
			t.Errorf("the pupils of the list are not there: %v", form)
		}
		form.Set("all.device", "tous")
		form.Set("all.trained", "yes")
		form.Set("v1.device", "18")
		form.Set("action", "fill")
		filled := typed(s.Want(s.Post(asHead, "/census/"+village, form), 200, "Les cases vides sont remplies"))
		if filled.Get("v1.device") != "18" || filled.Get("v2.device") != "tous" || filled.Get("v2.trained") != "yes" || h.count(t, "SELECT COUNT(*) FROM journal_fact") != 0 {
			t.Errorf("copied: %v", filled)
		}
		filled.Del("action")
		filled.Set("v1.shared", "19")
		body := s.Want(s.Post(asHead, "/census/"+village, filled), 422, `href="#v1.shared"`, `id="v1.shared-error"`, `aria-describedby="v1.shared-error"`, "19 est plus que les 18", `href="#v2.device"`)
		again := typed(body)
		if again.Get("v1.shared") != "19" || again.Get("v2.device") != "tous" {
			t.Errorf("what was typed is lost: %v", again)
		}
		again.Set("v1.shared", "2")
		again.Set("v2.pupils", "21")
		w = s.Post(asHead, "/census/"+village, again)
		if w.Code != http.StatusSeeOther || h.count(t, "SELECT COUNT(*) FROM readiness_class") != 2 {
			t.Fatalf("%d: %s", w.Code, w.Body)
		}
		if w = s.Post(asHead, "/census/"+village, again); w.Code != http.StatusSeeOther || h.count(t, "SELECT COUNT(*) FROM journal_fact") != 2 {
			t.Errorf("a second click: %d, %d facts", w.Code, h.count(t, "SELECT COUNT(*) FROM journal_fact"))
		}
	})
}

func TestANumberOfPupilsFarFromTheKnownOneIsAskedAboutOnce(t *testing.T) {
	each(t, func(t *testing.T, h *house) {
		s := newSite(t, h)
		form := typed(s.Want(s.Get(asHead, "/census/"+village), 200, "0 classe sur 2 a répondu"))
		form.Set("v1.pupils", "99")
		form.Set("v1.device", "120")
		body := s.Want(s.Post(asHead, "/census/"+village, form), 422, "120 est plus que")
		if strings.Contains(body, "Confirmer") {
			t.Error("a number is asked about while another is wrong")
		}
		form.Set("v1.device", "90")
		form = typed(s.Want(s.Post(asHead, "/census/"+village, form), 422, "Petits : 99 élèves, alors que l&#39;on en connaît 20", "Confirmer et enregistrer", `aria-describedby="v1.pupils-error"`, `id="v1.pupils-error"`))
		if n := h.count(t, "SELECT COUNT(*) FROM readiness_class"); n != 0 {
			t.Error("it was saved before it was confirmed")
		}
		form.Set("v1.pupils", "98")
		form = typed(s.Want(s.Post(asHead, "/census/"+village, form), 422, "98 élèves"))
		if w := s.Post(asHead, "/census/"+village, form); w.Code != http.StatusSeeOther {
			t.Errorf("confirmed, it is not saved: %d", w.Code)
		}
		form = typed(s.Want(s.Get(asHead, "/census/"+village), 200, "1 classe sur 2 a répondu"))
		form.Set("v1.reached", "50")
		if w := s.Post(asHead, "/census/"+village, form); w.Code != http.StatusSeeOther {
			t.Errorf("what was confirmed is asked about again: %d", w.Code)
		}
		body = s.Want(s.Do(asHead, http.MethodPut, "/api/v1/census/"+village, "application/json", strings.NewReader(`{"classes": [{"id": "v1", "version": 2, "answer": {"pupils": 7,
			"device": null, "shared": null, "video": null, "reached": null, "channel": "", "display": null, "laptop": null, "kit": null, "connection": null, "trained": null}}]}`)), 200)
		if !strings.Contains(body, `"doubts":[{"class":"v1","pupils":7,"known":20}]`) {
			t.Error(body)
		}
	})
}

func TestTheCensusGoesFromTheYoungestToTheOldest(t *testing.T) {
	each(t, func(t *testing.T, h *house) {
		h.exec(t, "UPDATE directory_class SET status = 'closed' WHERE school = ?", village)
		for i, class := range [][2]string{{"6e 2", "6e"}, {"Tle 1", "terminale"}, {"6e 10", "6e"}, {"3e 1", "3e"}, {"Les Loups", "MS-GS"}, {"Ulis", ""}, {"CM2 A", "CM2"}, {"PS", "PS"}} {
			id := fmt.Sprintf("n%d", i)
			h.class(t, "02", village, id, class[0], 20)
			h.exec(t, "UPDATE directory_class SET level = ? WHERE id = ?", class[1], id)
		}
		s := newSite(t, h)
		body := s.Want(s.Get(asHead, "/census/"+village), 200, `<span class="app-muted">MS-GS</span>`, `<span class="app-muted">terminale</span>`)
		if n := strings.Count(body, `<span class="app-muted">`); n != 2 {
			t.Errorf("%d levels are beside names that say them", n-2)
		}
		var names []string
		for _, m := range regexp.MustCompile(`name="n(\d)\.version"`).FindAllStringSubmatch(body, -1) {
			names = append(names, m[1])
		}
		if order := strings.Join(names, ""); order != "74602315" {
			t.Errorf("the classes come as %s", order)
		}
		id, err := h.service.PrepareDrill(head(village), DrillInput{Territory: "02", Name: "Crue", Day: "2026-11-30", Scope: DrillSchool, School: village})
		if err != nil {
			t.Fatal(err)
		}
		_, classes, err := h.service.DrillClasses(head(village), id, 0, "")
		if err != nil || len(classes) != 8 || classes[0].Name != "PS" || classes[4].Name != "6e 10" || classes[7].Name != "Ulis" {
			t.Errorf("%+v, %v", classes, err)
		}
	})
}

func TestAClashShowsTheOthersAnswersAndKeepsMine(t *testing.T) {
	each(t, func(t *testing.T, h *house) {
		s := newSite(t, h)
		form := typed(s.Get(asHead, "/census/"+village).Body.String())
		h.answer(t, as(authz.Teacher, authz.Class("02", village, "v1")), village, Submitted{"v1", 0, Raw{0: "20", 1: "15", 10: "oui"}})
		form.Set("v1.device", "17")
		body := s.Want(s.Post(asHead, "/census/"+village, form), 409, "Avec un appareil : 15", "Enseignant formé : oui", "Rien n&#39;a été enregistré")
		form = typed(body)
		if form.Get("v1.device") != "17" {
			t.Errorf("mine is lost: %v", form)
		}
		if w := s.Post(asHead, "/census/"+village, form); w.Code != http.StatusSeeOther {
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
		pdf := s.Get(asHead, "/census/"+village+"/form.pdf")
		if pdf.Code != 200 || doctest.Pages(pdf.Body.Bytes()) != 1 {
			t.Errorf("paper: %d", pdf.Code)
		}
		census, _ := h.service.Census(head(village), village)
		s.Want(s.Get(asHead, "/census/"+village+"?form="+census.Fingerprint()), 200)
		s.Want(s.Get(asHead, "/census/"+village+"?form=0badf00d"), 200, "depuis que ce formulaire papier a été imprimé")
		book := s.Get(asHead, "/census/"+village+"/census.xlsx")
		filled := edit(t, book.Body.Bytes(), map[string]any{"F2": 20, "F3": 18, "E2": 20})
		s.Want(s.upload(asHead, "/census/"+village+"/upload", "census.xlsx", filled), 200, "2 lignes lues", "Compte rendu")
		s.Want(s.upload(asLead, "/census", "census.csv", []byte(censusFile)), 200, "8 lignes lues", "La même classe est déjà à la ligne 2")
		s.Want(s.upload(asHead, "/census/"+big+"/upload", "census.xlsx", filled), 404)
		s.Want(s.upload(asHead, "/census", "census.csv", []byte(censusFile)), 404)
		s.Want(s.upload(asLead, "/census", "census.csv", []byte("a;b\n1;2\n")), 422, "n&#39;est pas un recensement")
		s.Want(s.Get(asLead, "/census?q=coeur"), 200, "Cœur-de-Ville", "/census/forms.pdf?territory=02", `name="file"`)
		if w := s.Get(asLead, "/census/forms.pdf?territory=02"); w.Code != 200 {
			t.Errorf("all forms: %d", w.Code)
		}
		s.Want(s.Get("dpo", "/census/forms.pdf?territory=02"), 404)
	})
}

func (s *site) upload(as, path, name string, content []byte) *httptest.ResponseRecorder {
	var b bytes.Buffer
	m := multipart.NewWriter(&b)
	part, err := m.CreateFormFile("file", name)
	if err != nil {
		s.T.Fatal(err)
	}
	_, _ = part.Write(content)
	_ = m.Close()
	return s.Do(as, http.MethodPost, path, m.FormDataContentType(), &b)
}

func TestReadinessPages(t *testing.T) {
	each(t, func(t *testing.T, h *house) {
		s := newSite(t, h)
		h.answer(t, head(big), big, Submitted{"c01", 0, wholeAnswer}, Submitted{"c02", 0, Raw{0: "24", 1: "12", 10: "non"}})
		s.Want(s.Get(asLead, "/readiness"), 200, "Aisne", "Ce qui manque", "École Cœur-de-Ville", "/drills/new?territory=02", "Classes sans réponse")
		s.Want(s.Get(asLead, "/readiness?territory=02&sort=training&order=down&q=ville&commune=02408"), 200, `aria-sort="descending"`)
		s.Want(s.Get(asLead, "/readiness?territory=02&commune=02722"), 200, "Commune 02722")
		s.Want(s.Get(asLead, "/readiness?territory=02&commune=02999"), 404)
		s.Want(s.Get("evaluator 02", "/readiness?territory=02&commune=02722"), 404)
		s.Want(s.Get(asLead, "/readiness?territory=95"), 404)
		s.Want(s.Get("evaluator 02", "/readiness"), 200, "Un nombre n&#39;est pas publié")
		s.Want(s.Get("national_pilot", "/readiness"), 200, "/readiness?territory=95", "Val-d’Oise")
		csv := s.Want(s.Get(asLead, "/readiness/schools.csv?territory=02"), 200, "uai;name;commune;pupils;sure;possible", big)
		if strings.Count(csv, "\r\n") != 5 {
			t.Errorf("the file of 4 schools:\n%s", csv)
		}
		public := s.Want(s.Get("", "/readiness/schools/"+big), 200, "Les trois conditions")
		if strings.Contains(public, "Classe 01") || strings.Contains(public, "Ce qui manque") {
			t.Error("the public sees classes")
		}
		s.Want(s.Get(asBigHead, "/readiness/schools/"+big), 200, "Classe 01", "Ce qui manque", "/census/"+big)
		s.Want(s.Get("", "/readiness/schools/"+blank), 200, "Aucun nombre d&#39;élèves")
		s.Want(s.Get("", "/readiness/schools/0020009X"), 404)
		for _, path := range []string{"/readiness", "/census", "/drills", "/drills/new", "/readiness/schools.csv?territory=02"} {
			if w := s.Get("", path); w.Code != http.StatusSeeOther || !strings.HasPrefix(w.Header().Get("Location"), "/login") {
				t.Errorf("%s is open to the public: %d", path, w.Code)
			}
			s.Want(s.Get("dpo", path), 404)
		}
	})
}

func TestWithoutAClassThePagesSaySoAndWhatToDo(t *testing.T) {
	h := furnish(t, dbtest.SQLite(t, rooms...))
	h.exec(t, "UPDATE directory_class SET status = 'closed' WHERE territory = '02'")
	if err := h.d.Update(system(), func(ctx context.Context, tx *db.Tx) error { return MarkStale(ctx, tx, "", "") }); err != nil {
		t.Fatal(err)
	}
	s := newSite(t, h)
	const fr, en = "Aucune classe n&#39;est encore connue : on ne sait pas qui", "No class is known yet: nobody knows who"
	for path, as := range map[string]string{"/readiness": asLead, "/readiness/schools/" + big: asBigHead, "/readiness/schools/" + village: ""} {
		body := s.Want(s.Get(as, path), 200, fr, "Toutes les classes : aucune n&#39;est encore connue", "aucune classe n&#39;a répondu")
		for _, good := range []string{"sur 0", "Aucun manque", "Ce qui manque", "0 classe"} {
			if strings.Contains(body, good) {
				t.Errorf("%s says %q", path, good)
			}
		}
		for _, link := range []string{`href="/imports/roster"`, `href="/census`} {
			if strings.Contains(body, link) != (as != "") {
				t.Errorf("%s as %q: %s", path, as, link)
			}
		}
	}
	s.Want(s.Get(asBigHead, "/readiness/schools/"+big), 200, `href="/classes/new?school=`+big)
	s.Want(s.Get("national_pilot", "/readiness"), 200, "aucune classe connue", "0 sur 1")
	s.Want(s.Get(asLead, "/census"), 200, "aucune classe connue")
	s.Want(s.Get(asBigHead, "/census/"+big), 200, `href="/classes/new?school=`+big, `href="/imports/roster"`)
	for lang, say := range map[i18n.Lang]string{i18n.French: "Aucune classe n'est encore connue", i18n.English: en} {
		ctx := in(t, system(), lang)
		r, err := h.service.Report(ctx, Place{Territory: "02"})
		if text := r.Text(i18n.From(ctx)); err != nil || !strings.Contains(text, say) || !strings.Contains(text, "preau import roster") {
			t.Errorf("%v:\n%s", err, text)
		}
	}
	s.Want(s.Get(asLead, "/census?progress=noclass"), 200, "Aucune classe connue (4)", "École Blanche")
	if body := s.Want(s.Get(asLead, "/census?progress=waiting"), 200, "À relancer (0)", "Aucune école"); strings.Contains(body, "École Blanche") {
		t.Error("a school without any class is to be reminded")
	}
	// Classes that have not answered are no good news either; one that has, says how much is known.
	s.Want(s.Get("national_pilot", "/readiness?territory=95"), 200, "aucune classe n&#39;a répondu", "Ce qui manque")
	h.answer(t, as(authz.TerritoryLead, authz.Territory("95")), afar, Submitted{"a1", 0, Raw{"18", "18", "0", "18", "18", "app", "oui", "oui", "oui", "oui", "oui"}})
	s.Want(s.Get("national_pilot", "/readiness?territory=95"), 200, "Aucun manque n&#39;est connu dans la classe qui a répondu, sur 1.")
}

func TestDrillPages(t *testing.T) {
	each(t, func(t *testing.T, h *house) {
		s := newSite(t, h)
		h.answer(t, head(big), big, Submitted{"c01", 0, wholeAnswer})
		s.Want(s.Get(asLead, "/drills"), 200, "Aucun exercice")
		form := typed(s.Want(s.Get(asLead, "/drills/new?territory=02"), 200, `name="day-month"`, `value="commune"`))
		form.Set("name", "")
		form.Set("day-day", "31")
		form.Set("day-month", "2")
		form.Set("scope", "list")
		form.Set("schools", big+"\n"+village)
		body := s.Want(s.Post(asLead, "/drills", form), 422, `href="#name"`, `href="#day"`, big)
		form = typed(body)
		form.Set("name", "Grippe")
		form.Set("day-day", "7")
		form.Set("day-month", "12")
		form.Set("scope", "list")
		form.Set("schools", big+"\n"+village)
		w := s.Post(asLead, "/drills", form)
		if w.Code != http.StatusSeeOther {
			t.Fatalf("%d: %s", w.Code, w.Body)
		}
		path := w.Header().Get("Location")
		if twice := s.Post(asLead, "/drills", form); twice.Header().Get("Location") != path || h.count(t, "SELECT COUNT(*) FROM readiness_drill") != 1 {
			t.Errorf("a second click prepares another drill: %s", twice.Header().Get("Location"))
		}
		form.Set("name", "Neige")
		again := typed(s.Want(s.Post(asLead, "/drills", form), 409, "Envoyez de nouveau", `value="Neige"`))
		again.Set("scope", "list")
		again.Set("schools", big+" "+village)
		if w := s.Post(asLead, "/drills", again); w.Code != http.StatusSeeOther || w.Header().Get("Location") == path {
			t.Errorf("a changed form: %d %s", w.Code, w.Header().Get("Location"))
		}
		s.Want(s.Get(asLead, "/drills"), 200, "Grippe", "Neige", "Aisne, 2 écoles")
		s.Want(s.Get(asLead, path), 200, "Grippe", "7 décembre", "Fermé ce jour-là : Aisne, 2 écoles.", "École Cœur-de-Ville", "École par école")
		for range 2 {
			if w := s.Post(asLead, path+"/runs", url.Values{"last": {"1"}}); w.Code != http.StatusSeeOther {
				t.Errorf("again: %d", w.Code)
			}
		}
		s.Want(s.Get(asLead, path), 200, "Le passage 2 comparé au passage 1", path+"?run=1")
		csv := s.Want(s.Get(asLead, path+"/drill.csv"), 200, "uai;school;commune;class;level;answered;pupils;lost_least;lost_most;device_least")
		if n := strings.Count(csv, "\r\n"); n != 15 {
			t.Errorf("%d lines for 14 classes", n)
		}
		s.Want(s.Get(asLead, path+"/schools/"+big+"?run=1"), 200, "Classe 12", "Imprimer")
		s.Want(s.Get(asLead, path+"/schools/"+empty), 404)
		for url, pages := range map[string]int{path + "/sheets.pdf": 2, path + "/schools/" + big + "/sheet.pdf": 1} {
			pdf := s.Get(asLead, url)
			if pdf.Code != 200 || doctest.Pages(pdf.Body.Bytes()) != pages {
				t.Errorf("%s: %d, %d pages", url, pdf.Code, doctest.Pages(pdf.Body.Bytes()))
			}
		}
		s.Want(s.Get(asHead, path), 404)
		named := typed(s.Want(s.Get(asLead, "/drills/new"), 200, "Son nom, sa commune ou son UAI"))
		named.Set("name", "Une école")
		named.Set("scope", "school")
		named.Set("school", "ecole")
		named = typed(s.Want(s.Post(asLead, "/drills", named), 422, "Plusieurs écoles répondent à « ecole »", `value="`+big+`"`, "École Cœur-de-Ville"))
		named.Set("scope", "school")
		named.Set("school", "coeur ville")
		w = s.Post(asLead, "/drills", named)
		s.Want(s.Get(asLead, w.Header().Get("Location")), 200, "Fermé ce jour-là : École Cœur-de-Ville.", "Classe 12", "réponse de 1 classe sur 12")
		named = typed(s.Want(s.Get(asLead, "/drills/new?school="+village), 200))
		named.Set("name", "Sans réponse")
		named.Set("scope", "school")
		w = s.Post(asLead, "/drills", named)
		s.Want(s.Get(asLead, w.Header().Get("Location")), 200, "ne peut encore rien dire", `href="/census/`+village)
		own := typed(s.Want(s.Get(asHead, "/drills/new"), 200, `value="`+village+`"`, "École du Village. Rien"))
		own.Set("name", "Chez nous")
		if w := s.Post(asHead, "/drills", own); w.Code != http.StatusSeeOther {
			t.Errorf("a head's own drill: %d: %s", w.Code, w.Body)
		}
		s.Want(s.Get(asHead, "/drills"), 200, "Chez nous", "École du Village")
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
		if err := json.Unmarshal([]byte(s.Want(s.Get("", "/api/v1/readiness"), 200)), &nation); err != nil || nation.Pupils != 406 || len(nation.Territories) != 2 {
			t.Errorf("%+v, %v", nation, err)
		}
		s.Want(s.Get(asLead, "/api/v1/readiness/territories/02"), 200, `"missing":{"device":{"least":5`, `"weakest":"equipment"`)
		if body := s.Want(s.Get("", "/api/v1/readiness/schools/"+big), 200); strings.Contains(body, "class_figures") || strings.Contains(body, "missing") {
			t.Errorf("the public sees classes: %s", body)
		}
		s.Want(s.Get(asBigHead, "/api/v1/readiness/schools/"+big), 200, `"class_figures":[{"id":"c01"`)
		s.Want(s.Get(asLead, "/api/v1/readiness/territories/02/schools"), 200, `"uai":"`+big+`"`)
		s.Want(s.Get(asBigHead, "/api/v1/readiness/territories/02/schools"), 404)
		s.Want(s.Get(asLead, "/api/v1/readiness/territories/02/communes"), 200, `{"commune":"02408","name":"Commune 02408","pupils":288,"sure":14`)
		s.Want(s.Get("evaluator 02", "/api/v1/readiness/territories/02/communes"), 404)
		s.Want(s.Get(asHead, "/api/v1/census/"+village), 200, `"id":"v1"`, `"version":0`)
		put := func(body string) *httptest.ResponseRecorder {
			return s.Do(asHead, http.MethodPut, "/api/v1/census/"+village, "application/json", strings.NewReader(body))
		}
		answer := `{"classes":[{"id":"v1","version":0,"answer":{"pupils":20,"device":18,"shared":null,"video":null,"reached":null,"channel":"sms","display":null,"laptop":true,"kit":null,"connection":null,"trained":false}}]}`
		s.Want(put(answer), 200, `"changed":1`)
		s.Want(put(answer), 200, `"unchanged":1`)
		s.Want(put(strings.Replace(answer, "18", "17", 1)), 409)
		s.Want(put(strings.Replace(answer, "18", "21", 1)), 422, "v1.device")
		s.Want(s.Get("", "/api/v1/census/"+village), 401)
		s.Want(s.Get(asLead, "/api/v1/readiness/drills"), 200, "[]")
		id, err := h.service.PrepareDrill(lead(), DrillInput{Territory: "02", Name: "Essai", Day: "2026-12-07", Scope: DrillTerritory})
		if err != nil {
			t.Fatal(err)
		}
		s.Want(s.Get(asLead, "/api/v1/readiness/drills/"+id), 200, `"by_school":[{"territory":"02","uai":"`+village, `"lost_least":5`)
		s.Want(s.Get(asHead, "/api/v1/readiness/drills/"+id), 404)
	})
}

func TestDrillOperations(t *testing.T) {
	each(t, func(t *testing.T, h *house) {
		s := newSite(t, h)
		h.answer(t, head(big), big, Submitted{"c01", 0, wholeAnswer})
		post := func(as, path, body string) *httptest.ResponseRecorder {
			return s.Do(as, http.MethodPost, "/api/v1/readiness/drills"+path, "application/json", strings.NewReader(body))
		}
		const own = `{"id":"` + firstDrill + `","territory":"02","name":"Crue","day":"2026-12-07","scope":"commune","commune":"02408"}`
		for range 2 {
			s.Want(post(asLead, "", own), 200, `"id":"`+firstDrill, `"place":"Commune 02408"`, `"run":1,"schools":1,"classes":12`, `"lost_least":5`, `"by_school":[{"territory":"02","uai":"`+big)
		}
		s.Want(post(asBigHead, "", `{"territory":"02","name":"Chez nous","day":"2026-12-07","scope":"school","school":"`+big+`"}`), 200, `"place":"École Cœur-de-Ville"`)
		s.Want(post(asLead, "", strings.Replace(own, "Crue", "Neige", 1)), 409)
		other := strings.Replace(own, `"id":"`+firstDrill+`",`, "", 1)
		for body, want := range map[string]string{
			strings.Replace(other, "02408", "02999", 1):                                              "commune",
			strings.Replace(other, "2026-12-07", "2026-02-31", 1):                                    "day",
			strings.Replace(other, `"commune","commune":"02408"`, `"school"`, 1):                     "school",
			strings.Replace(other, `"commune","commune":"02408"`, `"list","schools":["0020009"]`, 1): "0020009",
			strings.Replace(own, firstDrill, "d1", 1):                                                "uuid",
			`{"territory":"02"}`: "name",
		} {
			s.Want(post(asLead, "", body), 422, want)
		}
		// The same authorisation as the pages': another's school or territory is not found, who prepares none is refused.
		s.Want(post(asHead, "", `{"territory":"02","name":"Ailleurs","day":"2026-12-07","scope":"school","school":"`+big+`"}`), 404)
		s.Want(post(asBigHead, "", own), 404)
		s.Want(post("territory_lead 95", "", own), 404)
		s.Want(post("logistics_officer 02", "", own), 404)
		s.Want(post("", "", own), 401)
		for range 2 {
			s.Want(post(asLead, "/"+firstDrill+"/runs", `{"last":1}`), 200, `"run":2`)
		}
		s.Want(post("territory_lead 95", "/"+firstDrill+"/runs", `{"last":2}`), 404)
		s.Want(s.Get(asLead, "/api/v1/readiness/drills"), 200, `"id":"`+firstDrill, `"run":2`)
		w := s.Get("logistics_officer 02", "/api/v1/readiness/drills/"+firstDrill+"/drill.csv?run=1")
		if csv := s.Want(w, 200, "uai;school;commune;class"); strings.Count(csv, "\r\n") != 13 || w.Header().Get("Content-Type") != csvType {
			t.Errorf("%s: %s", w.Header(), csv)
		}
		s.Want(s.Get(asLead, "/api/v1/readiness/drills/"+firstDrill+"/drill.csv?run=9"), 404)
		s.Want(s.Get("evaluator 02", "/api/v1/readiness/drills/"+firstDrill+"/drill.csv"), 404)
		s.Want(s.Get("", "/api/openapi.json"), 200, `"prepare-drill"`, `"run-drill"`, `"text/csv":{"schema":{"type":"string"}}`)
		if n := h.count(t, "SELECT COUNT(*) FROM journal_fact WHERE kind = ?", FactDrilled); n != 3 {
			t.Errorf("%d facts of three runs", n)
		}
	})
}
