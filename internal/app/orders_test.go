package app_test

import (
	"context"
	"path/filepath"
	"testing"
	"time"

	"preau/internal/base/db"
	"preau/internal/base/errs"
	"preau/internal/insight/plan"
	"preau/internal/measures/equip/orders"
	"preau/internal/territory/directory/intake"
	"preau/programmes"
)

func TestThePlanOfTheRealSchoolsIsOrderedInOneStepAndPlaced(t *testing.T) {
	h := serveHouse(t, "sqlite:"+filepath.Join(t.TempDir(), "preau.db"))
	ctx := inside()
	importFile(t, h, intake.Schools, "schools/schools-02-95.csv")
	must := func(err error) {
		t.Helper()
		if err != nil {
			t.Fatal(err)
		}
	}
	_, err := h.Programme.Load(ctx, "tne-2020.yaml", programmes.TNE2020)
	must(err)
	must(h.Equip.Catalogue.AddStarter(ctx))
	kept, err := h.Plan.Keep(ctx, plan.Request{})
	must(err)
	head, err := h.Plan.Adopt(ctx, kept.ID)
	must(err)
	start := time.Now()
	var choices []orders.Choice
	for _, measure := range []string{"walls", "hybrid-kits", "pupil-loans", "new-teachers"} {
		choices = append(choices, orders.Choice{Measure: measure, Supplier: "Comptoir des écoles", Market: "2026-M-1"})
	}
	made, err := h.Equip.Orders.FromPlans(ctx, choices)
	must(err)
	t.Logf("ordered in %v", time.Since(start).Round(time.Millisecond))
	planned, ordered := map[string]int64{}, map[string]int64{}
	for _, m := range head.Measures {
		if m.ID == "walls" || m.ID == "hybrid-kits" || m.ID == "pupil-loans" || m.ID == "new-teachers" {
			planned[m.ID] = m.Planned
		}
	}
	for _, m := range made {
		t.Logf("%+v", m)
	}
	list, total, err := h.Equip.Orders.Orders(ctx, orders.Filter{Size: -1})
	must(err)
	if total != 8 || len(made) != 2 {
		t.Errorf("%d orders in %d territories", total, len(made))
	}
	for _, row := range list {
		start := time.Now()
		n, err := h.Equip.Orders.Place(ctx, row.ID, row.Version)
		must(err)
		t.Logf("%s %s: %d units, %d assets in %v", row.Territory, row.Measures, row.Quantity, n, time.Since(start).Round(time.Millisecond))
		ordered[row.Measures] += row.Quantity
	}
	for id, n := range planned {
		if ordered[id] != n || n == 0 {
			t.Errorf("%s: %d ordered of %d planned", id, ordered[id], n)
		}
	}
	if _, err := h.Equip.Orders.FromPlans(ctx, nil); !errs.Is(err, errs.Conflict) {
		t.Errorf("ordered twice: %v", err)
	}
	must(h.DB.View(ctx, func(ctx context.Context, tx *db.Tx) error {
		twice, err := db.One(ctx, tx, db.Value[int], "SELECT COUNT(*) FROM (SELECT d.territory, d.school FROM equip_delivery d GROUP BY d.territory, d.school HAVING COUNT(*) > 1) t")
		if err != nil || twice > 0 {
			t.Errorf("the van goes twice to %d schools, %v", twice, err)
		}
		lost, err := db.One(ctx, tx, db.Value[int], "SELECT COUNT(*) FROM equip_asset WHERE delivery = ''")
		if err != nil || lost > 0 {
			t.Errorf("%d assets in no van, %v", lost, err)
		}
		return err
	}))
	start = time.Now()
	money, err := h.Equip.Orders.Money(ctx, "")
	must(err)
	t.Logf("money in %v", time.Since(start).Round(time.Millisecond))
	for _, l := range money {
		t.Logf("%s: budget %d, planned %d, %+v", l.Measure, l.Budget, l.Planned, l.Sum)
		if l.Units != planned[l.Measure] || l.Sum.Ordered > l.Budget {
			t.Errorf("%+v", l)
		}
	}
}
