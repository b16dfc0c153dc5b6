package programme

import (
	"context"
	"encoding/json"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"

	"preau/internal/base/authz"
	"preau/internal/base/db"
	"preau/internal/base/dbtest"
	"preau/internal/base/errs"
	"preau/internal/base/i18n"
	"preau/internal/base/journal"
	"preau/internal/base/web"
	"preau/internal/base/web/ui"
)

func system() context.Context { return db.Everywhere(authz.System(context.Background())) }

func public() context.Context {
	return db.Everywhere(authz.With(context.Background(), Permissions, nil))
}

// each runs f on both databases, empty.
func each(t *testing.T, f func(t *testing.T, d *db.DB, s *Service, j *journal.Journal)) {
	t.Helper()
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		j := journal.New(d, []byte("secret"), Projection{})
		f(t, d, New(d, j), j)
	}, journal.Migrations, Migrations)
}

func load(t *testing.T, s *Service, name, text string) LoadReport {
	t.Helper()
	report, err := s.Load(system(), name, []byte(text))
	if err != nil {
		t.Fatal(err)
	}
	return report
}

func TestLoadingTheSameProgrammeAgainChangesNothing(t *testing.T) {
	each(t, func(t *testing.T, _ *db.DB, s *Service, j *journal.Journal) {
		text := file(t, "tne-2020.yaml")
		first := load(t, s, "tne-2020.yaml", text)
		if first.Unchanged || first.Version != 1 || first.Measures != 8 || first.BudgetCents != 27_300_000_00 {
			t.Errorf("%+v", first)
		}
		if again := load(t, s, "tne-2020.yaml", text); !again.Unchanged || again.Version != 1 || again.SHA256 != first.SHA256 {
			t.Errorf("%+v", again)
		}
		if next := load(t, s, "tne-2020.yaml", text+"\n# remark\n"); next.Unchanged || next.Version != 2 {
			t.Errorf("%+v", next)
		}
		if back := load(t, s, "tne-2020.yaml", text); back.Unchanged || back.Version != 3 {
			t.Errorf("%+v", back)
		}
		facts, err := j.List(system(), journal.Filter{Kind: FactLoaded})
		if err != nil || len(facts) != 6 {
			t.Errorf("%d facts, %v", len(facts), err)
		}
	})
}

func TestAProgrammeIsInForceInItsTerritories(t *testing.T) {
	each(t, func(t *testing.T, _ *db.DB, s *Service, _ *journal.Journal) {
		if _, err := s.Current(public(), ""); !errs.Is(err, errs.NotFound) {
			t.Errorf("nothing is loaded: %v", err)
		}
		load(t, s, "tne-2020.yaml", file(t, "tne-2020.yaml"))
		load(t, s, "demo.yaml", file(t, "demo.yaml"))
		for territory, want := range map[string]string{"02": "tne-2020", "95": "tne-2020", "99": "demo", "": "demo"} {
			v, err := s.Current(public(), territory)
			if err != nil || v.Programme.ID != want {
				t.Errorf("%q: %v, want %s", territory, err, want)
			}
		}
		if _, err := s.Current(public(), "75"); !errs.Is(err, errs.NotFound) {
			t.Errorf("75: %v", err)
		}
		if v, err := s.Show(public(), "tne-2020"); err != nil || v.Number != 1 || v.Text() != file(t, "tne-2020.yaml") {
			t.Errorf("%v", err)
		}
		only02 := strings.Replace(file(t, "tne-2020.yaml"), `shares: {"02": 225, "95": 775}`, `shares: {"02": 1000}`, 2)
		start, end := strings.Index(only02, `  - code: "95"`), strings.Index(only02, "conditions:")
		load(t, s, "tne-2020.yaml", only02[:start]+only02[end:])
		if _, err := s.Current(public(), "95"); !errs.Is(err, errs.NotFound) {
			t.Errorf("the programme has left 95: %v", err)
		}
		costs, err := s.UnitCosts(public(), "02")
		if err != nil || costs["device"] != 400_00 || costs["kit"] != 300_00 {
			t.Errorf("%v %v", costs, err)
		}
		if costs, err := s.UnitCosts(public(), "75"); err != nil || len(costs) != 0 {
			t.Errorf("%v %v", costs, err)
		}
	})
}

func TestOnlyWhoMayLoadsAProgramme(t *testing.T) {
	d := dbtest.SQLite(t, journal.Migrations, Migrations)
	s := New(d, journal.New(d, []byte("secret")))
	lead := authz.With(context.Background(), Permissions, &authz.Principal{Account: "a", Role: authz.TerritoryLead, Grants: []authz.Grant{{Role: authz.TerritoryLead, Scope: authz.Territory("02")}}})
	if _, err := s.Load(lead, "x", []byte(file(t, "tne-2020.yaml"))); !errs.Is(err, errs.NotFound) {
		t.Errorf("a lead: %v", err)
	}
	if _, err := s.Load(public(), "x", []byte(file(t, "tne-2020.yaml"))); !errs.Is(err, errs.Unauthenticated) {
		t.Errorf("the public: %v", err)
	}
	if _, err := s.Load(system(), "x", []byte("id: [")); !errs.Is(err, errs.Invalid) {
		t.Errorf("a wrong file: %v", err)
	}
}

func TestProgressComesFromFactsAndCanBeRebuilt(t *testing.T) {
	each(t, func(t *testing.T, d *db.DB, s *Service, j *journal.Journal) {
		load(t, s, "tne-2020.yaml", file(t, "tne-2020.yaml"))
		record := func(kind string, data any) {
			t.Helper()
			if err := d.Update(system(), func(ctx context.Context, tx *db.Tx) error {
				return j.Record(ctx, tx, journal.Fact{Territory: "02", Kind: kind, Data: data})
			}); err != nil {
				t.Fatal(err)
			}
		}
		record(FactPlanAdopted, Adopted{Measures: []AdoptedMeasure{{ID: "walls", Target: 9, Planned: 8, CostCents: 7}, {ID: "pupil-loans", Target: 5, Planned: 5}}})
		record("equip.asset.usable", map[string]any{"measure": "walls", "quantity": 3})
		record("equip.asset.usable", map[string]any{"measure": "walls"})
		record("lend.loan.handed_over", map[string]any{"measure": "pupil-loans"})
		record("lend.loan.handed_over", map[string]any{"measure": "pupil-loans", "quantity": -1})
		record("equip.asset.usable", map[string]any{})
		record(FactPlanAdopted, Adopted{Measures: []AdoptedMeasure{{ID: "walls", Target: 6, Planned: 6, CostCents: 5}}})
		check := func() {
			t.Helper()
			v, err := s.Current(public(), "02")
			if err != nil {
				t.Fatal(err)
			}
			list, err := s.Progress(public(), v.Programme, "02")
			if err != nil || len(list) != 8 {
				t.Fatalf("%d measures, %v", len(list), err)
			}
			if w := list[3]; w.Target != 6 || w.Planned != 6 || w.PlannedCents != 5 || w.Done != 4 {
				t.Errorf("%+v", w)
			}
			if loans := list[5]; loans.Planned != 0 || loans.Done != 0 || loans.Target != 15000 {
				t.Errorf("%+v", loans)
			}
			if other, err := s.Progress(public(), v.Programme, "95"); err != nil || other[3].Done != 0 || other[3].Target != 2700 {
				t.Errorf("%+v %v", other[3], err)
			}
		}
		check()
		if _, err := j.Rebuild(context.Background()); err != nil {
			t.Fatal(err)
		}
		check()
	})
}

func TestThePagesSayTheProgrammeInBothLanguages(t *testing.T) {
	d := dbtest.SQLite(t, journal.Migrations, Migrations)
	s := New(d, journal.New(d, []byte("secret")))
	server := serve(t, d, s)
	if code, body := get(t, server, "/programme", "fr"); code != http.StatusOK || !strings.Contains(body, "Aucun programme") {
		t.Errorf("without a programme: %d", code)
	}
	load(t, s, "demo.yaml", file(t, "demo.yaml"))
	load(t, s, "tne-2020.yaml", file(t, "tne-2020.yaml"))
	tests := []struct{ path, lang, want string }{
		{"/programme", "fr", "27\u202f300\u202f000\u00a0€"},
		{"/programme", "fr", "2\u202f000\u202f000\u00a0€"},
		{"/programme", "fr", "Les sources ne s’accordent pas"},
		{"/programme", "en", "€27,300,000"},
		{"/programme", "en", "derived"},
		{"/programme", "en", "Press kit"},
		{"/programme?programme=demo", "en", "An invented programme"},
		{"/programme/rules", "fr", "la médiane des établissements"},
		{"/programme/rules", "en", "rounded up"},
		{"/programme/people", "fr", "Comité de pilotage national"},
		{"/programme/people", "en", "every week"},
	}
	for _, tt := range tests {
		code, body := get(t, server, tt.path, tt.lang)
		body = strings.NewReplacer("&#39;", "’", "&#34;", `"`).Replace(body)
		if code != http.StatusOK || !strings.Contains(body, tt.want) || strings.Contains(body, "⟦") {
			t.Errorf("%s in %s: %d, wanted %q", tt.path, tt.lang, code, tt.want)
		}
	}
	if code, body := get(t, server, "/programme/file", "fr"); code != http.StatusOK || body != file(t, "tne-2020.yaml") {
		t.Errorf("the file: %d", code)
	}
	if code, _ := get(t, server, "/programme?programme=nothing", "fr"); code != http.StatusNotFound {
		t.Errorf("an unknown programme: %d", code)
	}
	_, body := get(t, server, "/api/v1/programme?territory=02", "fr")
	var shown struct {
		Number           int64
		NotItemisedCents int64 `json:"not_itemised_cents"`
		Programme        struct{ ID string }
		Progress         []Progress
	}
	if err := json.Unmarshal([]byte(body), &shown); err != nil || shown.Programme.ID != "tne-2020" || shown.NotItemisedCents != 2_000_000_00 || len(shown.Progress) != 8 {
		t.Errorf("%+v %v", shown, err)
	}
}

func serve(t *testing.T, d *db.DB, s *Service) *web.Server {
	t.Helper()
	catalog, err := i18n.Load(errs.Messages, authz.Messages, web.Messages, ui.Messages, Messages)
	if err != nil {
		t.Fatal(err)
	}
	server, err := web.New(web.Config{DB: d, Catalog: catalog, Policy: Permissions, Log: slog.New(slog.DiscardHandler), Version: "test",
		Authenticate: func(*http.Request) (*authz.Principal, error) { return nil, nil },
		Menu:         func(context.Context) []ui.MenuItem { return nil }})
	if err != nil {
		t.Fatal(err)
	}
	m := &Module{Service: s}
	server.Add(m.Routes()...)
	m.API(server.API())
	return server
}

func get(t *testing.T, server http.Handler, path, lang string) (int, string) {
	t.Helper()
	r := httptest.NewRequest(http.MethodGet, path, nil)
	r.Header.Set("Accept-Language", lang)
	w := httptest.NewRecorder()
	server.ServeHTTP(w, r)
	return w.Code, w.Body.String()
}
