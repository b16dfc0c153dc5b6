package app_test

import (
	"context"
	"path/filepath"
	"testing"

	"preau/internal/base/db"
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
