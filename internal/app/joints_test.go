package app_test

import (
	"context"
	"net/http"
	"net/http/httptest"
	"path/filepath"
	"strings"
	"testing"

	"preau/internal/base/authz"
	"preau/internal/base/db"
	"preau/internal/base/tabular"
	"preau/internal/insight/readiness"
	"preau/internal/territory/directory/intake"
)

func TestAnImportEndsWithTheSumsComputed(t *testing.T) {
	h := serveHouse(t, "sqlite:"+filepath.Join(t.TempDir(), "preau.db"))
	importFile(t, h, intake.Schools, "schools/schools-02-95.csv")
	if err := h.DB.View(inside(), func(ctx context.Context, tx *db.Tx) error {
		sums, err := db.One(ctx, tx, db.Value[int], "SELECT COUNT(*) FROM readiness_school")
		if err != nil {
			return err
		}
		waiting, err := db.One(ctx, tx, db.Value[int], "SELECT COUNT(*) FROM readiness_stale")
		if sums != 1628 || waiting != 0 {
			t.Errorf("the sums of %d schools are there, %d wait", sums, waiting)
		}
		return err
	}); err != nil {
		t.Fatal(err)
	}
}

func TestTheCensusIsAmongTheImports(t *testing.T) {
	h := openHouse(t)
	school := h.bigSchool(t)
	census, err := h.Readiness.Census(inside(), school)
	if err != nil {
		t.Fatal(err)
	}
	file := "uai;class_id;pupils\n" + school + ";" + census.Classes[0].ID + ";onze\n"
	report, err := h.Readiness.ImportCensus(inside(), tabular.File(strings.NewReader(file), int64(len(file))), readiness.ImportOptions{Name: "lundi.csv"})
	if err != nil || report.Rejected != 1 {
		t.Fatalf("%+v, %v", report, err)
	}
	for path, words := range map[string][]string{"/imports": {"lundi.csv", "Recensement des classes", "/imports/" + report.ID}, "/imports/" + report.ID: {"lundi.csv", school, "« onze »"},
		"/imports/" + report.ID + "/report.csv": {school + " · élèves", "« onze »"}, "/imports/" + report.ID + "/report.json": {`"kind": "census"`, `"rejected": 1`}} {
		w := httptest.NewRecorder()
		r := httptest.NewRequest(http.MethodGet, path, nil)
		r.AddCookie(h.session(t, authz.TerritoryLead))
		h.Server.ServeHTTP(w, r)
		for _, word := range words {
			if w.Code != http.StatusOK || !strings.Contains(w.Body.String(), word) {
				t.Errorf("%s: %d, without %q", path, w.Code, word)
			}
		}
	}
	if r, err := h.Doctor(inside()); err != nil || !r.Sound() {
		t.Errorf("%+v, %v", r, err)
	}
}
