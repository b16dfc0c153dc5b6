package readiness

import (
	"context"
	"testing"

	"preau/internal/base/db"
	"preau/internal/base/journal"
)

// happens records a fact of a measure in a class of the big school.
func (h *house) happens(t *testing.T, kind, class string, data map[string]any) {
	t.Helper()
	if err := h.d.Update(system(), func(ctx context.Context, tx *db.Tx) error {
		return h.journal.Record(ctx, tx, journal.Fact{Territory: "02", School: big, Class: class, Kind: kind, Subject: "x", Data: data})
	}); err != nil {
		t.Fatal(err)
	}
}

func TestADeviceHandedOverRaisesItsClassAtOnceAndABreakageLowersIt(t *testing.T) {
	each(t, func(t *testing.T, h *house) {
		h.answer(t, head(big), big, Submitted{"c01", 0, Raw{"24", "20", "0", "24", "24", "app", "oui", "oui", "non", "oui", "oui"}})
		sure := func() (lo, hi int) {
			t.Helper()
			if err := h.d.View(system(), func(ctx context.Context, tx *db.Tx) error {
				return tx.QueryRow(ctx, "SELECT sure, possible FROM readiness_school WHERE territory = '02' AND school = ?", big).Scan(&lo, &hi)
			}); err != nil {
				t.Fatal(err)
			}
			return lo, hi
		}
		if _, err := h.service.Report(lead(), Place{Territory: "02"}); err != nil { // what an import left stale is fresh
			t.Fatal(err)
		}
		first, _ := sure()
		device := func(kind string, n int) {
			h.happens(t, kind, "c01", map[string]any{"measure": "pupil-loans", "quantity": n, "kind": "device", "devices": n})
		}
		for range 3 {
			device("lend.loan.handed_over", 1)
		}
		if lo, _ := sure(); lo != first+3 {
			t.Errorf("three devices later %d, from %d", lo, first)
		}
		device("lend.loan.unusable", -1)
		h.happens(t, "lend.loan.returned", "c01", map[string]any{"kind": "device", "devices": 0}) // the broken one: it had gone already
		if lo, _ := sure(); lo != first+2 {
			t.Errorf("a breakage later %d, from %d", lo, first)
		}
		h.happens(t, "equip.asset.usable", "c01", map[string]any{"serves": "kit", "quantity": 1})
		h.happens(t, "equip.asset.unusable", "c01", map[string]any{"serves": "laptop", "quantity": -1}) // never told of as usable
		if lo, _ := sure(); lo != first+2 {
			t.Errorf("with a kit in the place of the laptop %d, from %d", lo, first)
		}
		h.happens(t, "equip.asset.usable", "", map[string]any{"serves": "kit", "quantity": 1})                      // of the school, in no class
		h.happens(t, "lend.loan.handed_over", "c02", map[string]any{"kind": "device", "quantity": 1, "devices": 1}) // never answered
		h.answer(t, head(big), big, Submitted{"c02", 0, Raw{0: "24", 3: "24", 4: "24", 7: "oui", 10: "oui"}})
		census, err := h.service.Census(head(big), big)
		if err != nil {
			t.Fatal(err)
		}
		for _, c := range census.Classes {
			if f := c.Figures(); c.ID == "c02" && (f.Ready != Interval{1, 24}) {
				t.Errorf("a class whose devices nobody counted, with one lent: %+v", f.Ready)
			}
		}
		before := h.dump(t)
		if _, err := h.journal.Rebuild(context.Background()); err != nil {
			t.Fatal(err)
		}
		if after := h.dump(t); after != before {
			t.Errorf("rebuilt:\n%s\nlive:\n%s", after, before)
		}
	})
}
