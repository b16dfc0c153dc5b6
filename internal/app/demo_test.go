package app_test

import (
	"context"
	"path/filepath"
	"testing"

	"preau/internal/app"
	"preau/internal/app/demo"
	"preau/internal/base/db"
	"preau/internal/base/journal"
	"preau/internal/insight/readiness"
	"preau/programmes"
)

func TestTheDemonstrationIsWholeAndItsJournalVerifies(t *testing.T) {
	h := openHouse(t)
	ctx := inside()
	territory, err := h.Directory.Territory(ctx, demo.Territory)
	if err != nil || territory.Schools != 300 || territory.Classes < 2300 {
		t.Fatalf("%+v, %v", territory, err)
	}
	report, err := h.Readiness.Report(ctx, readiness.Place{Territory: demo.Territory})
	if err != nil {
		t.Fatal(err)
	}
	f := report.Figures
	sure, _ := f.Sure.Get()
	possible, _ := f.Possible.Get()
	if f.Schools != 300 || f.Classes != territory.Classes || f.Answered == 0 || f.Answered == f.Classes || sure == 0 || possible <= sure || possible >= f.Pupils {
		t.Errorf("readiness has nothing to show: %+v", f)
	}
	plan, err := h.Plan.InForce(ctx, demo.Territory)
	if err != nil || plan.CostCents == 0 {
		t.Errorf("no plan in force: %+v, %v", plan, err)
	}
	doctor, err := h.Doctor(ctx)
	if err != nil || !doctor.Sound() || doctor.Facts < 1000 || doctor.Sealed != doctor.Facts {
		t.Errorf("%+v, %v", doctor, err)
	}
	facts, err := h.Journal.List(ctx, journal.Filter{Kind: "plan", Territory: demo.Territory})
	if err != nil || len(facts) == 0 {
		t.Errorf("%d facts of the plan, %v", len(facts), err)
	}
}

func TestTheDemonstrationsFamiliesMayBeStoppedAndBegunAgain(t *testing.T) {
	clock := demo.NewClock()
	a, err := app.New(inside(), app.Config{Database: "sqlite:" + filepath.Join(t.TempDir(), "demo.db"), Key: key, Options: []db.Option{db.WithClock(clock.Now)}})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = a.Close() })
	if err := demo.Seed(inside(), rooms(a), programmes.Demo, clock); err != nil {
		t.Fatal(err)
	}
	first := persons(t, a.DB)
	ctx, cancel := context.WithCancel(inside())
	go func() { // stopped as soon as something is written
		for persons(t, a.DB) == first {
			continue
		}
		cancel()
	}()
	if err := demo.Families(ctx, rooms(a)); err == nil {
		t.Fatal("it was not stopped")
	}
	stopped := persons(t, a.DB)
	for range 2 {
		if err := demo.Families(inside(), rooms(a)); err != nil {
			t.Fatal(err)
		}
	}
	if all, whole := persons(t, a.DB), persons(t, openHouse(t).DB); all != whole || first >= stopped || stopped >= all {
		t.Errorf("%d persons, %d, then %d; %d when not stopped", first, stopped, all, whole)
	}
}

func persons(t *testing.T, d *db.DB) (n int) {
	t.Helper()
	if err := d.View(inside(), func(ctx context.Context, tx *db.Tx) error {
		return tx.QueryRow(ctx, "SELECT COUNT(*) FROM directory_person").Scan(&n)
	}); err != nil {
		t.Error(err)
	}
	return n
}
