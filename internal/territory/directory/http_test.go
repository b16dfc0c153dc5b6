package directory

import (
	"net/http"
	"net/http/httptest"
	"net/url"
	"strings"
	"testing"

	"preau/internal/base/dbtest"
	"preau/internal/base/journal"
	"preau/internal/base/web/webtest"
)

// site serves the directory alone.
type site struct{ *webtest.Site }

func newSite(t testing.TB, s *Service) *site {
	t.Helper()
	return &site{webtest.New(t, s.db, Permissions, &Module{Service: s}, Messages)}
}

func onSite(t *testing.T, f func(s *site)) {
	t.Helper()
	f(newSite(t, newService(t, dbtest.SQLite(t, journal.Migrations, Migrations), small())))
}

const (
	leadOf02  = "territory_lead 02"
	teacherOf = "teacher 02 " // and the school and the class
	dpoOf02   = "dpo 02"
)

var (
	headOf    = "head 02 " + string(primary)
	otherHead = "head 95 " + string(college)
)

func TestThePublicFindsSchoolsAndTheirFigures(t *testing.T) {
	onSite(t, func(s *site) {
		list := s.Want(s.Get("", "/schools?q=aumone"), 200, "Collège Le Parc")
		if strings.Contains(list, "Jean Moulin") || strings.Contains(list, "export.csv") {
			t.Error("the public list shows too much")
		}
		s.Want(s.Get("", "/schools?sort=ips&order=down&page=1"), 200, `aria-sort="descending"`)
		s.Want(s.Get("", "/schools?status=closed"), 200, "École fermée</a>", "Fermée</strong>", `data-label="Commune">Étréaupont</td>`)
		s.Want(s.Get("", "/schools?q=jean"), 200, `>École Jean Moulin</a></th>`, `--numeric" data-label="Élèves">201</td>`)
		s.Want(s.Get("", "/schools?type=nothing"), 422)
		s.Want(s.Get("", "/schools?page=x"), 422)
		page := s.Want(s.Get("", "/schools/"+string(primary)), 200, "Jean Moulin", "91,5", "93,0", "ips.csv", "Les sources ne disent pas", "Inconnu")
		if strings.Contains(page, "CE1 A") || strings.Contains(page, "/correct") {
			t.Error("the public page of a school shows its classes or a form")
		}
		s.Want(s.Get("", "/schools/0000000A"), 404)
		if w := s.Get("", "/schools/"+strings.ToLower(string(primary))); w.Code != 303 || w.Header().Get("Location") != "/schools/"+string(primary) {
			t.Errorf("in lower case: %d %s", w.Code, w.Header().Get("Location"))
		}
		s.Want(s.Get("", "/territories/02"), 200, "Aisne")
		s.Want(s.Get("", "/territories/99"), 404)
		s.Want(s.Get("", "/sources"), 200, "ips.csv", "2022-2023")
		s.Want(s.Get("", "/map"), 200, "Aisne", "Corse-du-Sud")
		s.Want(s.Get("", "/map?territory=02"), 200, "/schools/"+string(primary), `id="places"`)
		s.Want(s.Get("", "/map?territory=02&type=x"), 422)
		s.Want(s.Get("", "/map?territory=77"), 404)
		s.Want(s.Get(leadOf02, "/map"), 200, `id="places"`, "Carte : Aisne", "/map?all=1")
		s.Want(s.Get(leadOf02, "/map?all=1"), 200, "Choisissez un territoire", "Corse-du-Sud")
		s.Want(s.Get("national_pilot", "/map"), 200, "Choisissez un territoire")
	})
}

func TestTheLeadCorrectsAndExports(t *testing.T) {
	onSite(t, func(s *site) {
		s.Want(s.Get(leadOf02, "/schools"), 200, "/schools/export.csv")
		s.Want(s.Get(leadOf02, "/schools/export.csv?territory=02"), 200, string(primary), "uai;type")
		if w := s.Get(leadOf02, "/schools/export.xlsx"); w.Code != 200 || !strings.HasPrefix(w.Body.String(), "PK") {
			t.Errorf("the workbook answers %d", w.Code)
		}
		s.Want(s.Get("", "/schools/export.csv"), 303)
		s.Want(s.Get(headOf, "/schools/export.csv"), 404)
		path := "/schools/" + string(primary) + "/correct"
		s.Want(s.Get(leadOf02, path+"?figure=ips"), 200, `value="91.5"`)
		for _, name := range FigureNames {
			s.Want(s.Get(leadOf02, path+"?figure="+string(name)), 200)
		}
		s.Want(s.Post(leadOf02, path, url.Values{"figure": {"ips"}, "value": {"trop"}, "period": {"2022-2023"}}), 422, "entre 40 et 200")
		s.Want(s.Post(leadOf02, path, url.Values{"figure": {"ips"}, "value": {"99"}, "period": {"2022-2023"}}), 303)
		s.Want(s.Get("", "/schools/"+string(primary)), 200, "99,0", "Corrigé dans Préau")
		s.Want(s.Post("territory_lead 95", path, url.Values{"figure": {"ips"}, "value": {"99"}, "period": {"2022-2023"}}), 404)
		s.Want(s.Post(headOf, path, url.Values{}), 404)
	})
}

func TestTheHeadKeepsTheClassesAndTheStaff(t *testing.T) {
	onSite(t, func(s *site) {
		s.Want(s.Get(headOf, "/my-school"), 200, "Jean Moulin", "CE1 A", "Claire Dupont", "1 classe dont le nombre")
		s.Want(s.Get(leadOf02, "/my-school"), 303)
		s.Want(s.Get(leadOf02, "/classes/new"), 303)
		s.Want(s.Get(leadOf02, "/classes/new?school="+string(primary)), 200)
		s.Want(s.Get(teacherOf+string(primary)+" class-a", "/my-school"), 404)
		s.Want(s.Get(teacherOf+string(primary)+" class-a", "/classes/new?school="+string(primary)), 404)
		s.Want(s.Get(headOf, "/classes"), 200, "CM2 B")
		s.Want(s.Get(headOf, "/classes/new"), 200, "Jean Moulin", "CM1")
		s.Want(s.Get(otherHead, "/classes/new?school="+string(primary)), 404)
		school := url.Values{"school": {string(primary)}, "name": {"CM1 C"}, "level": {"CM1", "CM2"}, "pupils": {"26"}, "teacher": {"teacher-a"}}
		w := s.Post(headOf, "/classes", school)
		s.Want(w, 303)
		s.Want(s.Post(headOf, "/classes", school), 422, "déjà une classe CM1 C")
		s.Want(s.Post(headOf, "/classes", url.Values{"school": {string(primary)}, "name": {""}, "level": {"6e"}, "pupils": {"mille"}}), 422, "Écrivez un nombre, en chiffres")
		s.Want(s.Post(otherHead, "/classes", school), 404)
		class := w.Header().Get("Location")
		s.Want(s.Get(headOf, class), 200, "CM1, CM2", "Claire Dupont", "26")
		form := s.Want(s.Get(headOf, class+"/edit"), 200, `value="CM1 C"`)
		version := between(form, `name="version" value="`, `"`)
		change := url.Values{"version": {version}, "name": {"CM1 D"}, "level": {"CM1"}, "pupils": {""}}
		s.Want(s.Post(headOf, class, change), 303)
		s.Want(s.Post(headOf, class, change), 422, "entre-temps")
		s.Want(s.Get(headOf, class+"/close"), 200, "Fermer la classe CM1 D")
		s.Want(s.Post(headOf, class+"/close", nil), 303)
		s.Want(s.Post(headOf, class+"/close", nil), 303) // a second click
		staff := "/schools/" + string(primary) + "/staff"
		s.Want(s.Get(headOf, staff), 200, "Claire Dupont")
		s.Want(s.Get(leadOf02, staff), 404)
		person := url.Values{"given_name": {"Ali"}, "family_name": {"Benali"}, "role": {"teacher"}, "start": {"2026-09-01"}, "email": {"ali@example.org"}}
		s.Want(s.Post(headOf, staff, person), 303)
		s.Want(s.Post(headOf, staff, person), 422, "travaille déjà")
		s.Want(s.Post(headOf, staff, url.Values{"role": {"head"}, "start": {"2026-02-30"}}), 422)
		s.Want(s.Get(headOf, staff+"/teacher-a/end"), 200, "Claire Dupont ne travaille plus ici")
		s.Want(s.Post(headOf, staff+"/teacher-a/end", nil), 303)
		s.Want(s.Post(headOf, staff+"/teacher-a/end", nil), 303) // a second click
		s.Want(s.Post(headOf, staff+"/pupil-a/end", nil), 404)   // a pupil is not staff
	})
}

func between(text, before, after string) string {
	_, rest, _ := strings.Cut(text, before)
	value, _, _ := strings.Cut(rest, after)
	return value
}

func TestNamesOfPupilsAreSeenInsideTheSchoolAlone(t *testing.T) {
	onSite(t, func(s *site) {
		inside := []string{headOf, teacherOf + string(primary) + " class-a"}
		for _, as := range inside {
			page := s.Want(s.Get(as, "/classes/class-a"), 200, "Lefèvre", "Zoé")
			for _, secret := range []string{"hash-", "2018", "rue du Pré", "Martin"} {
				if strings.Contains(page, secret) {
					t.Errorf("%s sees %s", as, secret)
				}
			}
		}
		lead := s.Want(s.Get(leadOf02, "/classes/class-a"), 200, "CE1 A", "connu de l")
		if strings.Contains(lead, "Lefèvre") || strings.Contains(lead, "Dupont") {
			t.Error("the lead sees a name")
		}
		for _, as := range []string{otherHead, teacherOf + string(primary) + " class-b", "evaluator 02", dpoOf02, "guardian 02"} {
			s.Want(s.Get(as, "/classes/class-a"), 404)
		}
		s.Want(s.Get("", "/classes/class-a"), 303)
		mine := s.Want(s.Get(teacherOf+string(primary)+" class-b", "/my-classes"), 200, "CM2 B")
		if strings.Contains(mine, "CE1 A") {
			t.Error("a teacher sees the class of another")
		}
	})
}

func TestTheOfficerFindsHandsOverAndErases(t *testing.T) {
	onSite(t, func(s *site) {
		s.Want(s.Get(leadOf02, "/people-data"), 200, "Élèves")
		s.Want(s.Get(headOf, "/people-data"), 404)
		page := s.Want(s.Get(dpoOf02, "/people-data"), 200, "Responsables d", "12 mois", `name="family_name"`)
		if strings.Contains(page, "Lefèvre") {
			t.Error("the page of counts names somebody")
		}
		who := url.Values{"territory": {"02"}, "family_name": {"LEFEVRE"}, "given_name": {"zoé"}, "birth_date-day": {"9"}, "birth_date-month": {"3"}, "birth_date-year": {"2018"}}
		s.Want(s.Post(dpoOf02, "/people-data", who), 200, "pupil-a", "élève")
		s.Want(s.Post(leadOf02, "/people-data", who), 404)
		who.Set("birth_date-year", "2017")
		s.Want(s.Post(dpoOf02, "/people-data", who), 200, "Personne n&#39;est connu")
		who.Set("birth_date-month", "13")
		s.Want(s.Post(dpoOf02, "/people-data", who), 422, "Cette date n&#39;existe pas")
		file := s.Want(s.Post(dpoOf02, "/people-data/02/pupil-a/export", nil), 200, `"family_name": "Lefèvre"`, "9 rue Haute")
		if strings.Contains(file, "hash-") {
			t.Error("the export holds the hash of an INE")
		}
		s.Want(s.Get(dpoOf02, "/people-data/02/pupil-a/erase"), 200)
		s.Want(s.Post(dpoOf02, "/people-data/02/pupil-a/erase", nil), 303)
		s.Want(s.Post(dpoOf02, "/people-data/02/pupil-a/erase", nil), 303) // a second click
		s.Want(s.Post(dpoOf02, "/people-data/02/nobody/erase", nil), 404)
		s.Want(s.Post(dpoOf02, "/people-data/95/pupil-a/erase", nil), 404)
		s.Want(s.Post(leadOf02, "/people-data/02/pupil-b/erase", nil), 404)
	})
}

func TestTheAPISaysTheSame(t *testing.T) {
	onSite(t, func(s *site) {
		s.Want(s.Get("", "/api/v1/territories"), 200, `"code":"2A"`)
		s.Want(s.Get("", "/api/v1/schools?q=aumone"), 200, `"total":1`, `"ips":null`, `"name":"Collège Le Parc"`)
		s.Want(s.Get("", "/api/v1/territories/95/communes"), 200, `"name":"Saint-Ouen-l'Aumône"`, `"insee":"95572"`)
		s.Want(s.Get("", "/api/v1/territories/77/communes"), 404)
		s.Want(s.Get("", "/api/v1/schools?sort=x"), 422)
		s.Want(s.Get("", "/api/v1/schools?size=1&page=2"), 200, `"total":4`)
		s.Want(s.Get("", "/api/v1/schools/"+string(primary)), 200, `"priority":"REP"`, `"stands":true`, `"rural":null`)
		s.Want(s.Get("", "/api/v1/schools/0999999A"), 404)
		s.Want(s.Get("", "/api/v1/schools/"+string(primary)+"/classes"), 401)
		s.Want(s.Get(leadOf02, "/api/v1/schools/"+string(primary)+"/classes"), 200, `"name":"CE1 A"`, `"pupils":null`)
		s.Want(s.Get(otherHead, "/api/v1/schools/"+string(primary)+"/classes"), 404)
		s.Want(s.Get(otherHead, "/classes?school="+string(primary)), 404)
		s.Want(s.Get(teacherOf+string(primary)+" class-b", "/api/v1/schools/"+string(primary)+"/classes"), 200, "CM2 B")
	})
}

func TestEveryPageSpeaksEnglish(t *testing.T) {
	onSite(t, func(s *site) {
		for path, as := range map[string]string{"/schools": leadOf02, "/schools/" + string(primary): leadOf02, "/map": "", "/sources": "", "/map?territory=02": "", "/territories/02": "",
			"/my-school": headOf, "/classes": headOf, "/classes/class-a": headOf, "/classes/new": headOf, "/people-data": dpoOf02,
			"/schools/" + string(primary) + "/staff": headOf, "/schools/" + string(primary) + "/correct": leadOf02} {
			r := httptest.NewRequest(http.MethodGet, path, nil)
			r.Header.Set("As", as)
			r.Header.Set("Accept-Language", "en")
			w := httptest.NewRecorder()
			s.Serve(w, r)
			s.Want(w, 200, `lang="en"`)
		}
	})
}

func BenchmarkSchoolsPage(b *testing.B) {
	s := newSite(b, newService(b, dbtest.SQLite(b, journal.Migrations, Migrations), realSchools(b, "schools-02-95.csv")))
	b.Run("rendered", func(b *testing.B) {
		for b.Loop() {
			if w := s.Get("", "/schools"); w.Code != 200 {
				b.Fatal(w.Code)
			}
		}
	})
	b.Run("kept", func(b *testing.B) {
		r := httptest.NewRequest(http.MethodGet, "/schools", nil)
		r.Header.Set("Accept-Encoding", "br, gzip")
		for b.Loop() {
			w := httptest.NewRecorder()
			if s.Serve(w, r); w.Code != 200 {
				b.Fatal(w.Code)
			}
		}
	})
}
