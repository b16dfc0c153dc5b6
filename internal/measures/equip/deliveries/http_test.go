package deliveries

import (
	"bytes"
	"encoding/base64"
	"encoding/json"
	"fmt"
	"mime/multipart"
	"net/http"
	"net/url"
	"regexp"
	"strings"
	"testing"

	"preau/internal/base/files"
	"preau/internal/base/web/webtest"
	"preau/internal/measures/equip/assets"
)

const (
	asHead    = "head 02 " + hub
	asOther   = "head 02 " + village
	asOfficer = "logistics_officer 02"
	asLead    = "territory_lead 02"
)

func newSite(t testing.TB, h *house) *webtest.Site {
	t.Helper()
	return webtest.New(t, h.d, policy, &Module{Service: h.service, Site: "https://preau.example"}, Messages, assets.Messages, files.Messages)
}

var inputs = regexp.MustCompile(`(?s)<input[^>]*name="([^"]+)"[^>]*value="([^"]*)"`)

// sentBack returns the form of a page as a browser without scripts sends it back.
func sentBack(body string) url.Values {
	form := url.Values{}
	for _, m := range inputs.FindAllStringSubmatch(body, -1) {
		form.Set(m[1], m[2])
	}
	for _, m := range regexp.MustCompile(`(?s)<select[^>]*name="([^"]+)".*?</select>`).FindAllStringSubmatch(body, -1) {
		if chosen := regexp.MustCompile(`value="([^"]*)" selected`).FindStringSubmatch(m[0]); chosen != nil {
			form.Set(m[1], chosen[1])
		}
	}
	return form
}

func TestAReceptionWithoutScriptsSaysTheSame(t *testing.T) {
	each(t, func(t *testing.T, h *house) {
		s := newSite(t, h)
		codes := h.tablets("d1", hub, 4)
		theirs := h.tablets("d2", village, 1)
		if w := s.Get(asHead, "/b/"+noteCode(1)); w.Code != http.StatusSeeOther || w.Header().Get("Location") != "/deliveries/d1/receive" {
			t.Errorf("the note's code leads to %s", w.Header().Get("Location"))
		}
		form := sentBack(s.Want(s.Get(asHead, "/deliveries/d1/receive"), 200, "École Cœur-de-Ville", codes[3], "0 reçu sur 4"))
		form.Set("says."+h.asset(codes[0]).ID, "received")
		form.Set("says."+h.asset(codes[1]).ID, "damaged")
		form.Set("serial."+h.asset(codes[2]).ID, "sn 77")
		form.Set("scan", codes[3])
		for range 2 { // a second click
			if w := s.Post(asHead, "/deliveries/d1/receive", form); w.Code != http.StatusSeeOther {
				t.Fatalf("%d %s", w.Code, w.Body)
			}
		}
		if c := h.delivery("d1"); c.Tally != (Tally{Items: 4, Received: 3, Damaged: 1}) || h.asset("SN77").Code != codes[2] {
			t.Errorf("%+v", c.Tally)
		}
		if n := h.count("SELECT COUNT(*) FROM equip_scan"); n != 4 {
			t.Errorf("%d scans", n)
		}
		form = sentBack(s.Want(s.Get(asHead, "/deliveries/d1/receive"), 200, "SN77"))
		if form.Set("says."+h.asset(codes[0]).ID, "missing"); s.Post(asHead, "/deliveries/d1/receive", form).Code != http.StatusSeeOther {
			t.Error("a correction is refused")
		}
		form = sentBack(s.Get(asHead, "/deliveries/d1/receive").Body.String())
		form.Set("scan", theirs[0])
		s.Want(s.Post(asHead, "/deliveries/d1/receive", form), 200, "destiné à un autre établissement")
		form.Set("batch", "another")
		form.Set("scan", "tag-9")
		s.Want(s.Post(asHead, "/deliveries/d1/receive", form), 200, "tag-9", "n&#39;est pas connue")
		s.Want(s.Get(asOther, "/deliveries/d1/receive"), 404)
		s.Want(s.Get(asLead, "/deliveries/d1/receive"), 404)
	})
}

func TestTwoPagesThatContradictEachOtherAreSettledOnThePage(t *testing.T) {
	each(t, func(t *testing.T, h *house) {
		s := newSite(t, h)
		code := h.tablets("d1", hub, 1)[0]
		id := h.asset(code).ID
		mine, yours := sentBack(s.Get(asHead, "/deliveries/d1/receive").Body.String()), sentBack(s.Get(asOfficer, "/deliveries/d1/receive").Body.String())
		mine.Set("says."+id, "received")
		yours.Set("says."+id, "missing")
		s.Post(asHead, "/deliveries/d1/receive", mine)
		s.Want(s.Post(asOfficer, "/deliveries/d1/receive", yours), 200, "Quelqu&#39;un a noté autre chose", "Garder « Manquant »", "Garder « Reçu »")
		s.Want(s.Get(asLead, "/deliveries/d1"), 200, "Deux constats différents pour 1 article")
		if w := s.Post(asOfficer, "/deliveries/d1/settle", url.Values{"asset": {id}, "says": {"missing"}, "back": {"https://elsewhere"}}); w.Header().Get("Location") != "/deliveries/d1" {
			t.Errorf("%d %s", w.Code, w.Header().Get("Location"))
		}
		if body := s.Want(s.Get(asHead, "/deliveries/d1"), 200, "1 manquant"); strings.Contains(body, "Deux constats") {
			t.Error("the contradiction is still shown")
		}
	})
}

func TestTheScriptIsAnsweredScanByScan(t *testing.T) {
	each(t, func(t *testing.T, h *house) {
		s := newSite(t, h)
		kits := h.kits("d1", hub, 1)
		send := func(as, path, body string) (int, scansOut) {
			w := s.Do(as, http.MethodPost, path, "application/json", strings.NewReader(body))
			var out scansOut
			_ = json.Unmarshal(w.Body.Bytes(), &out)
			return w.Code, out
		}
		status, out := send(asHead, "/deliveries/d1/scans", fmt.Sprintf(`{"scans":[{"id":"a","code":%q},{"id":"a","code":%q},{"id":"b","code":"??"}]}`, kits[0][0], kits[0][0]))
		if status != 200 || len(out.Answers) != 3 || out.Answers[0].Outcome != OutcomeCounted || out.Answers[1].Outcome != OutcomeAgain || out.Answers[2].Outcome != OutcomeSurplus {
			t.Fatalf("%d %+v", status, out)
		}
		if out.Answers[0].Message != "Reçu : Kit hybride, "+kits[0][0]+"." || out.Items[0].Says != SaysReceived || out.Items[0].Parts[0].Text != "Comme le kit" || out.Tally.Surplus != 1 {
			t.Errorf("%+v", out)
		}
		if status, out := send(asOfficer, "/deliveries/d1/scans", `{"scans":[]}`); status != 200 || out.Items[0].Says != SaysReceived {
			t.Errorf("who asks: %d", status)
		}
		for as, want := range map[string]int{"": 401, asOther: 404, asLead: 404} {
			if status, _ := send(as, "/deliveries/d1/scans", `{"scans":[]}`); status != want {
				t.Errorf("%q: %d, want %d", as, status, want)
			}
		}
		if status, _ := send(asHead, "/deliveries/d1/scans", `{"scans":`); status != 422 {
			t.Errorf("half a message: %d", status)
		}
		if status, out := send(asHead, "/api/v1/deliveries/d1/scans", fmt.Sprintf(`{"scans":[{"id":"api","code":%q}]}`, kits[0][0])); status != 200 || out.Answers[0].Outcome != OutcomeAgain {
			t.Errorf("the API: %d %+v", status, out)
		}
		if status, _ := send(asHead, "/api/v1/deliveries/d1/scans", `{"scans":[]}`); status != 422 {
			t.Errorf("nothing to say: %d", status)
		}
		s.Want(s.Get(asHead, "/api/v1/deliveries/d1"), 200, `"state":"received"`, kits[0][1], `"surplus":1`)
		s.Want(s.Get(asHead, "/api/v1/deliveries?size=1"), 200, `"total":1`, `"id":"d1"`)
		s.Want(s.Get(asOfficer, "/api/v1/rounds"), 200, `"stops":3`, `"state":"under_way"`)
	})
}

func TestPagesOfRoundsAndDeliveries(t *testing.T) {
	each(t, func(t *testing.T, h *house) {
		s := newSite(t, h)
		h.kits("d1", hub, 2)
		s.Want(s.Get(asOfficer, "/rounds"), 200, "Laon", "Jour à fixer")
		body := s.Want(s.Get(asOfficer, "/rounds/r1"), 200, "École du Village", "Tout est emballé", `name="down" value="d1"`)
		form := sentBack(body)
		form.Set("stop.d3", "1")
		form.Set("planned_on", "2026-12-01")
		if w := s.Post(asOfficer, "/rounds/r1", form); w.Code != http.StatusSeeOther {
			t.Fatalf("%d %s", w.Code, w.Body)
		}
		list := func() string {
			_, stops, err := h.service.Round(officer(), "r1")
			if err != nil {
				t.Fatal(err)
			}
			order := ""
			for _, d := range stops {
				order += d.ID
			}
			return order
		}
		if list() != "d3d1d2" {
			t.Errorf("the order is %s", list())
		}
		form = sentBack(s.Get(asOfficer, "/rounds/r1").Body.String())
		form.Del("up")
		form.Set("down", "d3")
		s.Post(asOfficer, "/rounds/r1", form)
		if list() != "d1d3d2" {
			t.Errorf("the order is %s", list())
		}
		form.Set("name", "")
		s.Want(s.Post(asOfficer, "/rounds/r1", form), 422, "Donnez un nom")
		if w := s.Post(asOfficer, "/rounds/r1/state", url.Values{"to": {"packed"}}); w.Code != http.StatusSeeOther {
			t.Errorf("%d", w.Code)
		}
		s.Want(s.Post(asOfficer, "/rounds/r1/state", url.Values{"to": {"done"}}), 409)
		s.Want(s.Get(asOfficer, "/rounds/r1/packing"), 200, "2 × Kit hybride", "2 × Sac Housse")
		s.Want(s.Get(asHead, "/rounds/r1"), 200, "École Cœur-de-Ville")
		s.Want(s.Get(asOfficer, "/deliveries?state=planned"), 200, "École du Hameau")
		s.Want(s.Get(asOfficer, "/deliveries?state=signed"), 200, "Aucune livraison")
		csv := s.Want(s.Get(asOfficer, "/deliveries.csv"), 200, noteCode(2), "École du Village")
		if strings.Count(csv, "\n") != 4 {
			t.Errorf("%s", csv)
		}
		for _, path := range []string{"/rounds/r1/packing.pdf", "/rounds/r1/notes.pdf", "/rounds/r1/labels.pdf?stock=L4731&first=189", "/deliveries/d1/note.pdf", "/deliveries/d1/packing.pdf", "/deliveries/d1/labels.pdf"} {
			if w := s.Get(asHead, path); w.Code != 200 || !strings.HasPrefix(w.Body.String(), "%PDF") {
				t.Errorf("%s: %d", path, w.Code)
			}
		}
		s.Want(s.Get(asHead, "/rounds/r1/labels.pdf?first=22"), 422, "de 1 à 21")
		s.Want(s.Get(asHead, "/deliveries/d2"), 404)
		if w := s.Get("", "/deliveries/worker.js"); w.Code != 200 || !strings.HasPrefix(w.Header().Get("Content-Type"), "text/javascript") {
			t.Errorf("the worker: %d", w.Code)
		}
	})
}

func TestSigningOnTheScreenAndOnPaper(t *testing.T) {
	each(t, func(t *testing.T, h *house) {
		s := newSite(t, h)
		for _, id := range []string{"d1", "d2"} {
			school := map[string]string{"d1": hub, "d2": village}[id]
			h.scan(officer(), id, Scan{ID: "s" + id, Code: h.tablets(id, school, 2)[0]})
		}
		form := url.Values{"how": {"screen"}, "name": {"A. B."}, "function": {"directrice"}, "drawing": {"data:image/png;base64," + base64.StdEncoding.EncodeToString(drawing(t))}}
		s.Want(s.Get(asHead, "/deliveries/d1/sign"), 200, "Les noter comme manquants", "<canvas")
		s.Want(s.Post(asHead, "/deliveries/d1/sign", form), 409, "pas encore été vu", `value="directrice"`)
		form.Set("rest_missing", "yes")
		form.Set("function", "")
		s.Want(s.Post(asHead, "/deliveries/d1/sign", form), 422, "Écrivez la fonction", `value="A. B."`)
		form.Set("function", "directrice")
		if w := s.Post(asHead, "/deliveries/d1/sign", form); w.Code != http.StatusSeeOther {
			t.Fatalf("%d %s", w.Code, w.Body)
		}
		s.Want(s.Post(asHead, "/deliveries/d1/sign", form), 409, "déjà signée")
		s.Want(s.Get(asHead, "/deliveries/d1"), 200, "Preuve de livraison", h.delivery("d1").SHA256, "directrice")
		if w := s.Get(asHead, "/deliveries/d1/signed.pdf"); w.Code != 200 || files.Sum(w.Body.Bytes()) != h.delivery("d1").SHA256 {
			t.Errorf("the document: %d", w.Code)
		}
		var b bytes.Buffer
		m := multipart.NewWriter(&b)
		for name, value := range map[string]string{"how": "paper", "function": "gardien", "code": strings.ToLower(noteCode(2)), "rest_missing": "yes"} {
			_ = m.WriteField(name, value)
		}
		part, _ := m.CreateFormFile("sheet", "feuille.png")
		_, _ = part.Write(drawing(t))
		_ = m.Close()
		if w := s.Do(asOther, http.MethodPost, "/deliveries/d2/sign", m.FormDataContentType(), &b); w.Code != http.StatusSeeOther {
			t.Fatalf("%d %s", w.Code, w.Body)
		}
		if c := h.delivery("d2"); c.State != Signed || c.SignedHow != OnPaper || c.SignedBy != "gardien" {
			t.Errorf("%+v", c.Delivery)
		}
	})
}
