package app_test

import (
	"testing"

	"preau/internal/app/demo"
	"preau/internal/base/journal"
	"preau/internal/insight/readiness"
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
