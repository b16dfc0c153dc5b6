package assets

import (
	"bytes"
	"encoding/base64"
	"encoding/json"
	"mime/multipart"
	"net/http"
	"net/url"
	"strings"
	"testing"

	"preau/internal/base/db"
	"preau/internal/base/dbtest"
	"preau/internal/base/files"
	"preau/internal/base/web/webtest"
)

// site serves the pages over a world.
func site(t *testing.T, f func(t *testing.T, w *world, s *webtest.Site)) {
	t.Helper()
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		w := newWorld(t, d)
		w.words(t)
		f(t, w, webtest.New(t, d, Permissions, &Module{Service: w.Service}, Messages, files.Messages))
	}, rooms...)
}

func TestAHeadSaysThatWhatCameWorksAndSeesNoOtherSchool(t *testing.T) {
	site(t, func(t *testing.T, w *world, s *webtest.Site) {
		list := w.add(t, 3)
		other := w.add(t, 1, func(_ int, a *Asset) { a.School = hirson })[0]
		me := head(laon)
		body := s.Want(s.Get(me, "/assets"), 200, list[0].Code, list[2].Serial, "Tout fonctionne sur cette page", "École Jean Moulin")
		if strings.Contains(body, other.Code) || strings.Contains(body, "/assets/assign") {
			t.Error("a head sees another school, or may reassign")
		}
		s.Want(s.Get(me, "/assets/"+other.ID), 404)
		s.Want(s.Post("teacher 02 "+laon, "/assets/"+list[0].ID+"/state", url.Values{"do": {"nothing"}}), 404)
		s.Want(s.Post(me, "/assets/states", url.Values{"do": {"usable"}, "next": {"/assets"}}), 303)
		s.Want(s.Post(me, "/assets/states", url.Values{"do": {"usable"}, "code": {list[0].Code}, "next": {"//elsewhere"}}), 303)
		if w.now(t, list[0].ID).State != Usable || w.now(t, list[1].ID).State != Delivered {
			t.Error("not those that were ticked")
		}
		s.Want(s.Post(me, "/assets/states", url.Values{"do": {"all"}, "every": {list[1].Code, list[2].Code, other.Code}, "next": {"/assets"}}), 303)
		if w.now(t, list[2].ID).State != Usable || w.now(t, other.ID).State != Delivered {
			t.Error("the whole page, and no other school")
		}
		s.Want(s.Post(me, "/assets/"+list[2].ID+"/state", url.Values{"do": {"back"}, "version": {"2"}}), 303)
		s.Want(s.Post(me, "/assets/"+list[2].ID+"/state", url.Values{"do": {"usable"}, "version": {"2"}}), 409, "entre-temps")
		s.Want(s.Get(me, "/assets.csv?state=usable"), 200, list[0].Code)
		if w := s.Get(me, "/assets.xlsx"); w.Code != 200 || !bytes.HasPrefix(w.Body.Bytes(), []byte("PK")) {
			t.Error(w.Code)
		}
	})
}

func TestThePageOfAnAssetTellsWhoseItIsAndItsFormsSayWhatIsWrong(t *testing.T) {
	site(t, func(t *testing.T, w *world, s *webtest.Site) {
		kit, laptop, _ := w.kit(t)
		a := w.add(t, 1, func(_ int, a *Asset) { a.State, a.InstalledAt, a.UsableAt = Usable, 4, 5 })[0]
		s.Want(s.Get(officer, "/assets/"+kit.ID), 200, "À qui est-ce ?", "Région académique", "École Jean Moulin, CM2 B", laptop.Code, "Kit hybride")
		s.Want(s.Get(officer, "/assets/"+strings.ToLower(a.Code)), 200, "600", "amortissement", "60 mois", "Sortir de l&#39;inventaire")
		s.Want(s.Get(officer, "/assets/"+laptop.ID), 200, kit.Code)
		for _, page := range []string{"move", "trouble", "serial", "swap", "assign", "retire"} {
			s.Want(s.Get(officer, "/assets/"+a.ID+"/"+page), 200, a.Code)
		}
		for page, c := range map[string]struct {
			form url.Values
			say  string
		}{
			"move":    {url.Values{"school": {"École"}}, hirson},
			"trouble": {url.Values{"trouble": {"stolen"}, "happened_on": {"2026-01-01"}, "statement": {"La nuit."}}, "La nuit."},
			"serial":  {url.Values{"serial": {"kl1"}}, "déjà celui"},
			"swap":    {url.Values{"serial": {"KC1"}}, "déjà celui"},
			"assign":  {url.Values{"field": {"owner"}, "value": {"Commune"}}, "À remplir"},
			"retire":  {url.Values{"reason": {"worn"}}, "Choisissez"},
		} {
			w := s.Post(officer, "/assets/"+a.ID+"/"+page, c.form)
			if w.Code != http.StatusUnprocessableEntity && w.Code != http.StatusConflict {
				t.Errorf("%s: %d", page, w.Code)
			}
			s.Want(w, w.Code, c.say)
		}
		s.Want(s.Post(officer, "/assets/"+a.ID+"/move", url.Values{"school": {"Lemonnier"}, "room": {"12"}, "version": {"1"}}), 303)
		s.Want(s.Post(officer, "/assets/"+a.ID+"/trouble", url.Values{"trouble": {"broken"}, "version": {"2"}}), 303)
		s.Want(s.Post(officer, "/assets/"+a.ID+"/swap", url.Values{"serial": {"new9"}, "version": {"3"}}), 303)
		s.Want(s.Post(officer, "/assets/"+a.ID+"/assign", url.Values{"field": {"custodian"}, "value": {"Mairie"}, "version": {"4"}}), 303)
		s.Want(s.Get(officer, "/assets/"+a.ID), 200, "NEW9", "Mairie", "École Élisa Lemonnier, salle 12", "Déplacé de École Jean Moulin")
		s.Want(s.Post(officer, "/assets/"+a.ID+"/retire", url.Values{"reason": {"worn"}, "wipe": {"none_held"}, "weee": {"R"}, "weee_note": {"1"}, "version": {"5"}}), 303)
		if w := s.Get(officer, "/assets/"+a.ID+"/certificate.pdf"); w.Code != 200 || !bytes.HasPrefix(w.Body.Bytes(), []byte("%PDF")) {
			t.Error(w.Code)
		}
		s.Want(s.Get(officer, "/assets/assign?school="+laon), 200, "1 matériel sera changé")
		s.Want(s.Post(officer, "/assets/assign?school="+laon, url.Values{"field": {"funder"}, "value": {""}}), 422, "À remplir")
		s.Want(s.Post(officer, "/assets/assign?school="+laon, url.Values{"field": {"funder"}, "value": {"Région"}}), 303)
	})
}

func TestALabelTellsEverybodyWhoseItIsAndNothingOfAPerson(t *testing.T) {
	site(t, func(t *testing.T, w *world, s *webtest.Site) {
		a := w.add(t, 1, func(_ int, a *Asset) { a.Holder, a.Custodian = "loan-of-somebody", "Mme X" })[0]
		w.Join(Links{Doors: nil})
		for _, who := range []string{"", head(hirson)} {
			body := s.Want(s.Get(who, "/m/"+a.Code), 200, "appartient à Région académique", "École Jean Moulin", "1 rue de l&#39;École")
			for _, private := range []string{"loan", "Prêté", "Mme X", a.Serial, "CM2", "/assets/"} {
				if strings.Contains(body, private) {
					t.Errorf("the label tells %q to %q", private, who)
				}
			}
		}
		s.Want(s.Get("", "/m/"+strings.ToLower(strings.ReplaceAll(a.Code, "-", ""))), 200, "Connectez-vous", "/login?next=")
		s.Want(s.Get(head(laon), "/m/"+a.Code), 200, "Il fonctionne", "Voir sa page")
		s.Want(s.Get("", "/m/M222-2222"), 404, "pas connue")
		if err := w.SetTrouble(as(t, officer), a.ID, 0, TroubleInput{Trouble: Lost, HappenedOn: "2026-01-01", Statement: "Dans le bus."}); err != nil {
			t.Fatal(err)
		}
		if body := s.Want(s.Get("", "/m/"+a.Code), 200, "perdu ou volé"); strings.Contains(body, "bus") {
			t.Error("the label tells the statement")
		}
	})
}

func TestADeedIsPreparedAndSignedOnItsPages(t *testing.T) {
	site(t, func(t *testing.T, w *world, s *webtest.Site) {
		list := w.add(t, 2)
		s.Want(s.Get(lead, "/deeds"), 200, "Aucun acte")
		s.Want(s.Get(lead, "/deeds/new?school="+laon), 200, list[0].Code, list[1].Code)
		s.Want(s.Post(lead, "/deeds", url.Values{"codes": {"zzz"}, "to": {"Commune de Laon"}, "to_kind": {"commune"}, "deliberation": {"41"}, "deliberated_on": {"2026-03-12"}}), 422, "zzz", "Commune de Laon")
		at := s.Post(lead, "/deeds", url.Values{"codes": {list[0].Code + "\r\n" + list[1].Code}, "to": {"Commune de Laon"}, "to_kind": {"commune"}, "deliberation": {"41"}, "deliberated_on": {"2026-03-12"}})
		s.Want(at, 303)
		path := at.Header().Get("Location")
		body := s.Want(s.Get(lead, path), 200, "À signer par Région académique", "data-signing", list[0].Code)
		if strings.Contains(body, "signed.pdf") {
			t.Error("a signed deed before it is")
		}
		drawn := "data:image/png;base64," + base64.StdEncoding.EncodeToString(drawing(t))
		s.Want(s.Post(lead, path+"/sign", url.Values{"how": {"screen"}, "as": {"A. Martin, DASEN"}, "version": {"1"}}), 422, "A. Martin, DASEN")
		s.Want(s.Post(lead, path+"/sign", url.Values{"how": {"screen"}, "as": {"A. Martin, DASEN"}, "drawing": {drawn}, "version": {"1"}}), 303)
		s.Want(s.Get(lead, path), 200, "À signer par Commune de Laon", "Cette signature est la dernière")
		deeds, err := w.Deeds(as(t, lead))
		if err != nil || len(deeds) != 1 {
			t.Fatal(err)
		}
		var form bytes.Buffer
		parts := multipart.NewWriter(&form)
		for name, value := range map[string]string{"how": "paper", "as": "B. Petit, maire", "code": deeds[0].Code, "version": "2"} {
			_ = parts.WriteField(name, value)
		}
		file, _ := parts.CreateFormFile("sheet", "page.png")
		_, _ = file.Write(drawing(t))
		_ = parts.Close()
		s.Want(s.Do(lead, "POST", path+"/sign", parts.FormDataContentType(), &form), 303)
		s.Want(s.Get(lead, path), 200, "Contresigné", "signed.pdf", "B. Petit, maire")
		if w.now(t, list[1].ID).Owner != "Commune de Laon" {
			t.Error("the owner did not change")
		}
		s.Want(s.Get(lead, "/deeds"), 200, deeds[0].Code, "Contresigné")
		s.Want(s.Get(head(laon), path), 404)
	})
}

func TestTheAPIListsShowsAndTellsOfAssets(t *testing.T) {
	site(t, func(t *testing.T, w *world, s *webtest.Site) {
		list := w.add(t, 2)
		var answer List
		if err := json.Unmarshal(s.Get(officer, "/api/v1/assets?size=1&sort=code").Body.Bytes(), &answer); err != nil || answer.Total != 2 || len(answer.Assets) != 1 || answer.States[Delivered] != 2 {
			t.Fatalf("%+v %v", answer, err)
		}
		body := `{"assets": [{"code": "` + list[0].Code + `", "state": "usable"}, {"code": "` + list[1].Code + `", "serial": "` + list[0].Serial + `"}]}`
		var told TellResults
		w2 := s.Do(officer, "POST", "/api/v1/assets/states", "application/json", strings.NewReader(body))
		if err := json.Unmarshal(w2.Body.Bytes(), &told); err != nil || told.Changed != 1 || told.Refused != 1 || told.Results[1].Key != "assets.serial.taken" || told.Results[0].State != Usable {
			t.Fatalf("%s %v", w2.Body, err)
		}
		s.Want(s.Get(officer, "/api/v1/assets/"+list[0].Code), 200, `"usable_at":`, `"history":[{"at":`, `"value_cents":60000`)
		s.Want(s.Get(head(hirson), "/api/v1/assets/"+list[0].ID), 404)
	})
}

func TestASuppliersListIsReportedRowByRow(t *testing.T) {
	site(t, func(t *testing.T, w *world, s *webtest.Site) {
		a := w.add(t, 1, func(_ int, a *Asset) { a.Serial = "" })[0]
		var form bytes.Buffer
		parts := multipart.NewWriter(&form)
		file, _ := parts.CreateFormFile("file", "liste.csv")
		_, _ = file.Write([]byte("code;serial\n" + a.Code + ";A1\nM222-2222;A2\n"))
		_ = parts.Close()
		s.Want(s.Get(officer, "/assets/serials"), 200, "serial")
		s.Want(s.Do(officer, "POST", "/assets/serials", parts.FormDataContentType(), &form), 200, "2 lignes lues", "M222-2222", "Aucun matériel ne porte")
		s.Want(s.Post(officer, "/assets/serials", nil), 422)
		s.Want(s.Get(head(laon), "/assets/serials"), 404)
	})
}
