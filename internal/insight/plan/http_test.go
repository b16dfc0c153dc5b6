package plan

import (
	"bytes"
	"context"
	"encoding/json"
	"html"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"net/url"
	"strings"
	"testing"

	"github.com/xuri/excelize/v2"

	"preau/internal/base/authz"
	"preau/internal/base/db"
	"preau/internal/base/dbtest"
	"preau/internal/base/errs"
	"preau/internal/base/i18n"
	"preau/internal/base/web"
	"preau/internal/base/web/ui"
	"preau/internal/territory/programme"
)

// site is the room's pages over a house, as one person sees them.
type site struct {
	*house
	catalog *i18n.Catalog
	server  *web.Server
	who     *authz.Principal
}

func open(t *testing.T) *site {
	t.Helper()
	s := &site{house: furnish(t, dbtest.SQLite(t, rooms...), "schools-02-95.csv", 1)}
	catalog, err := i18n.Load(errs.Messages, authz.Messages, web.Messages, ui.Messages, programme.Messages, Messages)
	if err != nil {
		t.Fatal(err)
	}
	s.catalog = catalog
	if s.server, err = web.New(web.Config{DB: s.d, Catalog: catalog, Policy: policy, Log: slog.New(slog.DiscardHandler), Version: "test",
		Authenticate: func(*http.Request) (*authz.Principal, error) { return s.who, nil },
		Menu:         func(context.Context) []ui.MenuItem { return nil }}); err != nil {
		t.Fatal(err)
	}
	m := &Module{Service: s.service}
	s.server.Add(m.Routes()...)
	m.API(s.server.API())
	return s
}

func (s *site) as(role authz.Role, codes ...string) {
	s.who = &authz.Principal{Account: "account-" + string(role), Role: role}
	for _, code := range codes {
		s.who.Grants = append(s.who.Grants, authz.Grant{Role: role, Scope: authz.Territory(code)})
	}
	if len(codes) == 0 {
		s.who.Grants = []authz.Grant{{Role: role}}
	}
}

// ask sends a request and returns the status, where it redirects to, and the text of the answer.
func (s *site) ask(t *testing.T, method, path, lang string, form url.Values) (int, string, string) {
	t.Helper()
	r := httptest.NewRequest(method, path, strings.NewReader(form.Encode()))
	r.Header.Set("Accept-Language", lang)
	r.Header.Set("Content-Type", "application/x-www-form-urlencoded")
	w := httptest.NewRecorder()
	s.server.ServeHTTP(w, r)
	body := html.UnescapeString(w.Body.String())
	if strings.Contains(body, "⟦") {
		at := strings.Index(body, "⟦")
		t.Errorf("%s %s: a message is missing: %s", method, path, body[at:min(at+80, len(body))])
	}
	return w.Code, w.Header().Get("Location"), body
}

func (s *site) want(t *testing.T, path, lang string, words ...string) {
	t.Helper()
	code, _, body := s.ask(t, "GET", path, lang, nil)
	if code != http.StatusOK {
		t.Fatalf("%s: %d", path, code)
	}
	for _, word := range words {
		if !strings.Contains(body, word) {
			t.Errorf("%s in %s does not say %q", path, lang, word)
		}
	}
}

func TestTheJourneyOfAPlanInTheBrowser(t *testing.T) {
	s := open(t)
	s.as(authz.TerritoryLead, "02")
	s.want(t, "/plan", "fr", "Selon le besoin", "Tirage au sort", "Part égale", "Aisne (02)", "Garder comme projet", "Kits d'enseignement hybride", "225", "<svg", "la part de ce territoire", "IPS moyen des servis")
	s.want(t, "/plan", "en", "By need", "Mean IPS")
	s.update(t, func(ctx context.Context, tx *db.Tx) error {
		for _, statement := range []string{
			"INSERT INTO directory_source (id, name, published, sha256, imported_at) VALUES ('list', 'Liste des écoles', '2026', '', 1), ('zones', 'Zonage rural', 'mai 2025', '', 1)",
			"INSERT INTO directory_figure (territory, school, name, period, source, value) VALUES ('02', '0020002S', 'rural', '2025', 'zones', '1'), ('02', '0020002S', 'rural', '2024', 'list', '0')",
			"UPDATE directory_school SET rural = 1 WHERE territory = '02' AND uai = '0020002S'"} {
			if _, err := tx.Exec(ctx, statement); err != nil {
				return err
			}
		}
		return nil
	})
	code, to, _ := s.ask(t, "POST", "/plans", "fr", url.Values{"scenario": {"need"}, "territory": {"02"}})
	if code != http.StatusSeeOther || !strings.HasPrefix(to, "/plans/") {
		t.Fatalf("keep: %d %s", code, to)
	}
	s.want(t, to, "fr", "Projet", "Adopter le plan", "Empreinte SHA-256", "Servis", "Camille account-territory_lead")
	s.want(t, to+"?measure=walls&q=SAINT-quentin", "fr", "Saint-Quentin")
	s.want(t, to+"?show=left&reason=target", "en", "target was reached before its rank")
	s.want(t, to+"?page=2", "en", "teaching walls", "School by school")
	s.want(t, to+"/schools/0020002S", "fr", "Projet de plan : rien n'est décidé", "R. 311-3-1-2")
	if code, _, _ := s.ask(t, "GET", "/plan/schools/0020002S", "fr", nil); code != http.StatusNotFound {
		t.Errorf("a draft is public: %d", code)
	}
	s.want(t, to+"/adopt", "fr", "Adopter ce plan", "Aisne (02)")
	if code, back, _ := s.ask(t, "POST", to+"/adopt", "fr", nil); code != http.StatusSeeOther || back != to {
		t.Fatalf("adopt: %d %s", code, back)
	}
	code, _, body := s.ask(t, "POST", to+"/adopt", "fr", nil)
	if code != http.StatusConflict || !strings.Contains(body, "a déjà été adopté par Camille account-territory_lead") {
		t.Errorf("a second click: %d", code)
	}
	if code, _, _ := s.ask(t, "GET", to+"/adopt", "fr", nil); code != http.StatusConflict {
		t.Errorf("the question for an adopted plan: %d", code)
	}
	s.want(t, to, "en", "Adopted, in force", "Decided")
	s.who = nil
	s.want(t, "/plan/schools/0020002S", "fr", "L. 311-3-1", "R. 311-3-1-2", "1. La part de l'algorithme", "2. Les données traitées", "3. Les paramètres et leur poids", "4. Les opérations effectuées",
		"Collège Louis Sandras", "97,7 (2025)", "Plan adopté le", "oui (2025)", "Zonage rural mai 2025", "Liste des écoles 2026")
	s.want(t, "/plan/schools/0020002S", "en", "The operations carried out", "parameters", "L. 311-3-1")
	block, err := s.service.Block(public(), "02", "0020002S")
	if err != nil || block == nil {
		t.Fatalf("no block: %v", err)
	}
	var page bytes.Buffer
	if err := block.Render(i18n.With(public(), s.catalog.In(i18n.French)), &page); err != nil || !strings.Contains(page.String(), "/plan/schools/0020002S") || strings.Contains(page.String(), "⟦") {
		t.Errorf("%v %s", err, page.String())
	}
	if block, err := s.service.Block(public(), "95", "0950001K"); err != nil || block != nil {
		t.Errorf("a block without a plan: %v", err)
	}
	if code, to, _ := s.ask(t, "GET", "/plan", "fr", nil); code != http.StatusSeeOther || !strings.HasPrefix(to, "/login") {
		t.Errorf("the public plans: %d %s", code, to)
	}
}

func TestADraftIsDiscardedAndThePilotSeesEveryTerritory(t *testing.T) {
	s := open(t)
	s.as(authz.NationalPilot)
	s.want(t, "/plan", "fr", "Aisne (02), Val-d'Oise (95)", "Tous mes territoires")
	s.want(t, "/plan?territory=95", "en", "Val-d'Oise (95)")
	_, to, _ := s.ask(t, "POST", "/plans", "fr", url.Values{"scenario": {"lottery"}, "seed": {"42"}})
	s.want(t, to, "fr", "Tirage au sort", "42")
	s.want(t, to+"/schools/0020002S", "fr", "Le tirage au sort (nombre 42)")
	s.want(t, to+"/discard", "en", "Discard this draft")
	if code, _, _ := s.ask(t, "POST", to+"/discard", "fr", nil); code != http.StatusSeeOther {
		t.Errorf("discard: %d", code)
	}
	if code, _, _ := s.ask(t, "POST", to+"/adopt", "fr", nil); code != http.StatusConflict {
		t.Errorf("adopt a discarded draft: %d", code)
	}
	s.as(authz.TerritoryLead, "02")
	if code, _, _ := s.ask(t, "POST", to+"/adopt", "fr", nil); code != http.StatusForbidden {
		t.Errorf("a lead decides for both: %d", code)
	}
	for _, wrong := range []url.Values{{"scenario": {"guess"}}, {"seed": {"-1"}}, {"territory": {"75"}}} {
		if code, _, _ := s.ask(t, "POST", "/plans", "fr", wrong); code != http.StatusUnprocessableEntity && code != http.StatusNotFound {
			t.Errorf("%v: %d", wrong, code)
		}
	}
}

func TestAnExportHoldsEveryLineOnce(t *testing.T) {
	s := open(t)
	s.as(authz.TerritoryLead, "02")
	_, to, _ := s.ask(t, "POST", "/plans", "fr", url.Values{"scenario": {"need"}})
	_, _, body := s.ask(t, "GET", to+"/lines.csv", "fr", nil)
	lines := strings.Split(strings.TrimSpace(body), "\n")
	const want = 1 + 3*592 + 4 // header, three measures for each school, four territorial ones
	if len(lines) != want || !strings.HasPrefix(lines[0], "\ufeffmeasure;territory;school;name;commune;quantity") {
		t.Errorf("%d lines, want %d: %s", len(lines), want, lines[0])
	}
	r := httptest.NewRequest("GET", to+"/lines.xlsx", nil)
	w := httptest.NewRecorder()
	s.server.ServeHTTP(w, r)
	book, err := excelize.OpenReader(bytes.NewReader(w.Body.Bytes()))
	if err != nil {
		t.Fatal(err)
	}
	defer book.Close()
	if rows, err := book.GetRows("Sheet1"); err != nil || len(rows) != want {
		t.Errorf("%d rows, %v", len(rows), err)
	}
}

func TestTheAPIPlansKeepsAdoptsAndExplains(t *testing.T) {
	s := open(t)
	s.as(authz.NationalPilot)
	_, _, body := s.ask(t, "GET", "/api/v1/plan", "fr", nil)
	var plan map[string]json.RawMessage
	if err := json.Unmarshal([]byte(body), &plan); err != nil {
		t.Fatal(err)
	}
	for _, name := range []string{"budget_cents", "cost_cents", "measures", "lines"} {
		if plan[name] == nil {
			t.Errorf("the plan has no %s", name)
		}
	}
	var measures []map[string]any
	var lines []map[string]any
	_ = json.Unmarshal(plan["measures"], &measures)
	_ = json.Unmarshal(plan["lines"], &lines)
	for _, name := range []string{"id", "target", "planned", "cost_cents", "eligible", "bound"} {
		if _, ok := measures[0][name]; !ok || len(measures) != 8 {
			t.Errorf("a measure has no %s", name)
		}
	}
	for _, name := range []string{"measure", "territory", "school", "quantity", "cost_cents", "rank", "points", "unknown"} {
		if _, ok := lines[0][name]; !ok {
			t.Errorf("a line has no %s", name)
		}
	}
	_, _, body = s.ask(t, "GET", "/api/v1/plan/scenarios?seed=7", "fr", nil)
	var outcomes []Outcome
	if err := json.Unmarshal([]byte(body), &outcomes); err != nil || len(outcomes) != 4 || outcomes[2].Seed != 7 {
		t.Errorf("%v %d", err, len(outcomes))
	}
	r := httptest.NewRequest("POST", "/api/v1/plans", strings.NewReader(`{"scenario": "need"}`))
	r.Header.Set("Content-Type", "application/json")
	w := httptest.NewRecorder()
	s.server.ServeHTTP(w, r)
	var head Head
	if err := json.Unmarshal(w.Body.Bytes(), &head); err != nil || head.State != Draft {
		t.Fatalf("%v %s", err, w.Body)
	}
	if code, _, _ := s.ask(t, "POST", "/api/v1/plans/"+head.ID+"/adopt", "fr", nil); code != http.StatusOK {
		t.Errorf("adopt: %d", code)
	}
	s.who = nil
	_, _, body = s.ask(t, "GET", "/api/v1/plan/schools/0020002S", "fr", nil)
	var told struct {
		School   string
		Plan     string
		Measures []Explanatory
	}
	if err := json.Unmarshal([]byte(body), &told); err != nil || told.School != "0020002S" || told.Plan != head.ID || len(told.Measures) != 8 {
		t.Errorf("%v %+v", err, told)
	}
	if code, _, _ := s.ask(t, "GET", "/api/v1/plan", "fr", nil); code != http.StatusUnauthorized {
		t.Errorf("the public plans: %d", code)
	}
}

// TestThePublicNeverReadsASmallNumberOfPupils explains a school of which the census says too much.
func TestThePublicNeverReadsASmallNumberOfPupils(t *testing.T) {
	e := Explanation{Measures: []Explanatory{
		{ID: "pupil-loans", Unit: programme.UnitPupil, Quantity: 3, CostCents: 1200, Capacity: 3,
			Criteria: []CriterionPoint{{Fact: programme.FactWithoutDevice, Value: FactValue{Number: 3, Of: 20}}}},
		{ID: "pupil-loans", Unit: programme.UnitPupil, Quantity: 6, CostCents: 2400, Capacity: 9},
		{ID: "walls", Unit: programme.UnitClass, Quantity: 3, CostCents: 900, Capacity: 3},
	}}
	out := e.Published()
	if x := out.Measures[0]; !x.Few || x.Quantity != 0 || x.CostCents != 0 || x.Capacity != 0 || x.Criteria[0].Value != (FactValue{}) {
		t.Errorf("%+v", x)
	}
	if out.Measures[1].Quantity != 6 || out.Measures[2].Quantity != 3 || e.Measures[0].Quantity != 3 {
		t.Errorf("%+v", out.Measures)
	}
}

func TestTheTerminalExplainsInWholeSentences(t *testing.T) {
	catalog, err := i18n.Load(programme.Messages, Messages)
	if err != nil {
		t.Fatal(err)
	}
	p, schools := tne(t), publicList(t, "schools-02-95.csv")
	for _, lang := range i18n.Langs {
		for _, uai := range []string{"0020002S", "0952381X", schools[900].UAI} {
			e, err := Explain(p, schools, Options{}, uai)
			if err != nil {
				t.Fatal(err)
			}
			text := strings.Join(e.Sentences(catalog.In(lang), p), "\n")
			if strings.ContainsAny(text, "⟦{}") || len(text) < 300 {
				t.Error(text)
			}
		}
	}
}
