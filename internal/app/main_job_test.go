package app_test

import (
	"bytes"
	"encoding/json"
	"net/http"
	"os"
	"path/filepath"
	"slices"
	"testing"

	"preau/internal/app"
	"preau/internal/base/authz"
	"preau/internal/base/dbtest"
	"preau/internal/base/tabular"
	"preau/internal/insight/plan"
	"preau/internal/territory/accounts"
	"preau/internal/territory/directory/intake"
	"preau/programmes"
)

func importFile(t *testing.T, h *house, kind intake.Kind, name string) intake.Report {
	t.Helper()
	file, err := os.Open(filepath.Join(dbtest.Shared(t), name))
	if err != nil {
		t.Fatal(err)
	}
	defer file.Close()
	info, err := file.Stat()
	if err != nil {
		t.Fatal(err)
	}
	report, err := h.Intake.Import(inside(), kind, name, tabular.File(file, info.Size()), intake.Options{})
	if err != nil {
		t.Fatal(err)
	}
	return report
}

func TestTheMainJobIsTheSameOnBothDatabases(t *testing.T) {
	var plans [][]byte
	var schemas [][]string
	for _, address := range []string{"sqlite:" + filepath.Join(t.TempDir(), "preau.db"), dbtest.PostgresURL(t)} {
		h := serveHouse(t, address)
		if r := importFile(t, h, intake.Schools, "schools/schools-02-95.csv"); r.Created != 1628 || r.Doubtful != 1 {
			t.Errorf("%+v", r.Tally)
		}
		if r := importFile(t, h, intake.Schools, "schools/schools-02-95.csv"); r.Unchanged != 1628 {
			t.Errorf("the second time: %+v", r.Tally)
		}
		importFile(t, h, intake.Contours, "geo/communes-02.geojson")
		if _, err := h.Programme.Load(inside(), "tne-2020.yaml", programmes.TNE2020); err != nil {
			t.Fatal(err)
		}
		p, err := h.Plan.Build(inside(), plan.Request{})
		if err != nil || p.BudgetCents != 27_300_000_00 || p.CostCents > p.BudgetCents || len(p.Measures) != 8 {
			t.Fatalf("%+v, %v", p, err)
		}
		text, err := json.Marshal(p)
		if err != nil {
			t.Fatal(err)
		}
		plans = append(plans, text)
		schema, err := h.DB.Schema(inside())
		if err != nil {
			t.Fatal(err)
		}
		schemas = append(schemas, schema)
		h.visitAsLead(t)
		if r, err := h.Doctor(inside()); err != nil || !r.Sound() {
			t.Errorf("%+v, %v", r, err)
		}
	}
	if !bytes.Equal(plans[0], plans[1]) {
		t.Error("the two databases give two plans")
	}
	if !slices.Equal(schemas[0], schemas[1]) {
		t.Errorf("the two databases differ: %v, %v", schemas[0], schemas[1])
	}
}

// visitAsLead opens the pages of a territory lead of the Aisne, and one that is not theirs.
func (h *house) visitAsLead(t *testing.T) {
	t.Helper()
	const email, password = "meneuse@preau.example", "trois-tilleuls-en-mai"
	if _, err := h.Accounts.Create(inside(), accounts.NewAccount{Email: email, Name: "Meneuse", Password: password,
		Grants: []authz.Grant{{Role: authz.TerritoryLead, Scope: authz.Territory("02")}}}); err != nil {
		t.Fatal(err)
	}
	opened, err := h.Accounts.LogIn(authz.With(inside(), app.Policy(), nil), email, password, accounts.Visit{Address: "127.0.0.1"})
	if err != nil {
		t.Fatal(err)
	}
	cookie := &http.Cookie{Name: "preau_session", Value: opened.Secret}
	for _, path := range []string{"/dashboard", "/schools", "/schools/0020002S", "/map", "/readiness", "/plan", "/drills", "/drills/new", "/imports", "/journal",
		"/accounts", "/census", "/people-data", "/account", "/programme", "/api/v1/plan", "/api/v1/facts"} {
		if status, to := h.ask(http.MethodGet, path, cookie); status != http.StatusOK {
			t.Errorf("%s: %d %s", path, status, to)
		}
	}
	if status, _ := h.ask(http.MethodGet, "/readiness?territory=95", cookie); status != http.StatusNotFound {
		t.Errorf("the readiness of another territory: %d", status)
	}
}
