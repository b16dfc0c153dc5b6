package orders

import (
	"context"
	"testing"

	"preau/internal/base/db"
	"preau/internal/base/errs"
	"preau/internal/measures/equip/assets"
)

func TestAPlanBecomesOrdersAwardsAndRoundsInOneStep(t *testing.T) {
	each(t, func(t *testing.T, h *house) {
		ctx := inside(t.Context())
		made := h.ordered()
		if len(made.Orders) != 4 || made.Units != 32 || made.Schools != 4 || len(made.Without) != 0 || made.Rounds.Stops != 4 {
			t.Errorf("%+v", made)
		}
		walls := h.order("walls")
		if walls.Reference == "" || walls.State != Draft || walls.Plan != "p1" || walls.AwardedAt != adopted || walls.Lines[0].Name != "Mur pédagogique" || walls.Lines[0].UnitCents != 318500 || walls.Lines[0].Awarded != 6 {
			t.Errorf("%+v", walls)
		}
		if kits := h.order("hybrid-kits"); kits.Lines[0].Name != "Kit d'enseignement hybride" || len(kits.Funders) != 1 || kits.Funders[0] != (Funder{"La Trousse à projets", Whole}) {
			t.Errorf("%+v", kits)
		}
		if n := h.count("SELECT COUNT(*) FROM equip_delivery"); n != 4 {
			t.Errorf("%d stops for 4 schools", n)
		}
		if n := h.count("SELECT COUNT(DISTINCT w.delivery) FROM equip_award w WHERE w.school = ?", laon); n != 1 {
			t.Errorf("the van stops %d times at one school", n)
		}
		if n := h.count("SELECT COUNT(DISTINCT d.round) FROM equip_delivery d WHERE d.school IN (?, ?, ?)", laon, laon2, athies); n != 1 {
			t.Errorf("neighbours are on %d rounds", n)
		}
		_, err := h.service.FromPlan(ctx, "02", nil)
		want(t, err, errs.Conflict, "orders.from_plan.done")
		_, err = h.service.FromPlan(ctx, "95", nil)
		want(t, err, errs.NotFound, "")
		if list, err := h.service.FromPlans(ctx, nil); len(list) != 0 || err == nil {
			t.Errorf("%v, %v", list, err)
		}
	})
}

func TestOnlyWhatIsNotOrderedYetIsOrderedAndTheLastChoiceIsRemembered(t *testing.T) {
	each(t, func(t *testing.T, h *house) {
		ctx := inside(t.Context())
		h.ordered()
		loans := h.order("pupil-loans")
		if err := h.service.Cancel(ctx, loans.ID); err != nil {
			t.Fatal(err)
		}
		h.plan.adopted["02"].Measures[0].Lines[0].Quantity = 5 // a later plan gives two walls more
		made, err := h.service.FromPlan(ctx, "02", nil)
		if err != nil || len(made.Orders) != 2 || made.Units != 12 {
			t.Errorf("%+v, %v", made, err)
		}
		walls := h.order("walls")
		if walls.Supplier != "Comptoir des écoles" || walls.Market != "2026-M-17" || walls.Lines[0].Quantity != 2 {
			t.Errorf("%+v", walls)
		}
		if n := h.count("SELECT COUNT(*) FROM equip_delivery d WHERE d.school = ?", laon); n != 1 {
			t.Errorf("a second order makes %d stops", n)
		}
	})
}

func TestPlacingAnOrderMakesItsAssets(t *testing.T) {
	each(t, func(t *testing.T, h *house) {
		ctx := inside(t.Context())
		h.ordered()
		o := h.order("hybrid-kits")
		n, err := h.service.Place(ctx, o.ID, o.Version)
		if err != nil || n != 9*4 {
			t.Fatalf("%d assets, %v", n, err)
		}
		var kit assets.Asset
		var parts []assets.Asset
		if err := h.d.View(ctx, func(ctx context.Context, tx *db.Tx) error {
			id, err := db.One(ctx, tx, db.Value[string], "SELECT id FROM equip_asset WHERE kind = 'kit' AND school = ? ORDER BY code LIMIT 1", laon2)
			if err != nil {
				return err
			}
			if kit, err = assets.ByID(ctx, tx, "02", id); err != nil {
				return err
			}
			parts, err = assets.Parts(ctx, tx, "02", id)
			return err
		}); err != nil {
			t.Fatal(err)
		}
		if kit.State != assets.Ordered || kit.AwardedAt != adopted || kit.OrderedAt == 0 || kit.Serves != "kit" || kit.Measure != "hybrid-kits" || *kit.CostCents != 26200 ||
			kit.Owner != "La Trousse à projets" || kit.Funder != "La Trousse à projets" || kit.Custodian != laon2 || kit.Delivery == "" || kit.Code == "" || kit.BoughtOn == "" {
			t.Errorf("%+v", kit)
		}
		if len(parts) != 3 || parts[0].School != laon2 || parts[0].Delivery != kit.Delivery || parts[0].CostCents != nil || parts[0].Measure != "hybrid-kits" {
			t.Errorf("%+v", parts)
		}
		_, err = h.service.Place(ctx, o.ID, o.Version+1)
		want(t, err, errs.Conflict, "orders.place.already")
		if n := h.count("SELECT COUNT(*) FROM journal_fact WHERE kind = ?", FactPlaced); n != 1 {
			t.Errorf("%d facts", n)
		}
		h.place("pupil-loans")
		if n := h.count("SELECT COUNT(*) FROM equip_asset WHERE measure = 'pupil-loans' AND kind = 'tablet' AND lendable = 1 AND model <> '' AND parent = ''"); n != 10 {
			t.Errorf("%d tablets: a tablet with its case is one thing", n)
		}
		h.place("new-teachers")
		if n := h.count("SELECT COUNT(*) FROM equip_asset a JOIN equip_delivery d ON d.territory = a.territory AND d.id = a.delivery AND d.school = '' WHERE a.measure = 'new-teachers' AND a.school = '' AND a.parent = ''"); n != 7 {
			t.Errorf("%d of 7 go to the territory's stock", n)
		}
	})
}

func TestAnOrderThatLacksSomethingIsNotPlaced(t *testing.T) {
	each(t, func(t *testing.T, h *house) {
		ctx := inside(t.Context())
		h.ordered()
		o := h.order("walls")
		in := Input{Version: o.Version, Funders: []Funder{{"État", 6000}, {"Région", 3000}}}
		want(t, h.service.Change(ctx, o.ID, in), errs.Invalid, "orders.error.shares")
		in.Funders[1].Share = 4000
		in.Lines = []LineInput{{Number: 1, Measure: "walls", Kit: o.Lines[0].Kit, KitVersion: 1, Quantity: 5, UnitCents: 1}}
		want(t, h.service.Change(ctx, o.ID, in), errs.Invalid, "orders.error.awarded")
		in.Lines[0].Quantity = 8
		if err := h.service.Change(ctx, o.ID, in); err != nil {
			t.Fatal(err)
		}
		want(t, h.service.Change(ctx, o.ID, in), errs.Conflict, "orders.meanwhile")
		o = h.order("walls")
		_, err := h.service.Place(ctx, o.ID, o.Version)
		want(t, err, errs.Invalid, "orders.place.supplier")
		if n := h.count("SELECT COUNT(*) FROM equip_asset"); n != 0 {
			t.Errorf("%d assets of an order that was refused", n)
		}
		_, _, err = h.service.AddInvoice(ctx, o.ID, InvoiceInput{Line: 1, Reference: "F1", DatedOn: "2026-10-01", Quantity: 1, Cents: 100})
		want(t, err, errs.Conflict, "orders.invoice.draft")
		want(t, h.service.Close(ctx, o.ID, true), errs.Conflict, "orders.close.draft")
		want(t, h.service.SetAward(ctx, o.ID, AwardInput{1, laon2, 3}), errs.Invalid, "orders.error.too_many")
		want(t, h.service.SetAward(ctx, o.ID, AwardInput{1, "0950001A", 1}), errs.Invalid, "orders.error.school")
		if err := h.service.SetAward(ctx, o.ID, AwardInput{1, laon2, 2}); err != nil {
			t.Error(err)
		}
		if n := h.count("SELECT COUNT(*) FROM equip_award WHERE order_id = ? AND delivery = ''", o.ID); n != 0 {
			t.Errorf("%d awards without a stop", n)
		}
	})
}

func TestCancellingAndClosingGiveUpWhatNeverCame(t *testing.T) {
	each(t, func(t *testing.T, h *house) {
		ctx := inside(t.Context())
		h.ordered()
		walls, kits, loans := h.place("walls"), h.place("hybrid-kits"), h.order("pupil-loans")
		if err := h.service.Cancel(ctx, loans.ID); err != nil {
			t.Fatal(err)
		}
		if err := h.service.Cancel(ctx, walls.ID); err != nil {
			t.Fatal(err)
		}
		if n := h.count("SELECT COUNT(*) FROM equip_delivery WHERE school IN (?, ?)", athies, hirson); n != 0 {
			t.Errorf("%d stops bring nothing", n)
		}
		if n := h.count("SELECT COUNT(*) FROM equip_asset WHERE order_id = ? AND state <> 'retired'", walls.ID); n != 0 {
			t.Errorf("%d assets of a cancelled order", n)
		}
		_, err := h.service.Place(ctx, walls.ID, walls.Version+1)
		want(t, err, errs.Conflict, "orders.state.cancelled")
		h.deliver(kits, 4)
		want(t, h.service.Cancel(ctx, kits.ID), errs.Conflict, "orders.cancel.came")
		want(t, h.service.Close(ctx, kits.ID, false), errs.Conflict, "orders.close.waiting")
		if err := h.service.Close(ctx, kits.ID, true); err != nil {
			t.Fatal(err)
		}
		lines, err := h.service.Money(ctx, "02")
		if err != nil {
			t.Fatal(err)
		}
		for _, l := range lines {
			if l.Measure == "hybrid-kits" && (l.Sum.Ordered != 4*26200 || l.Sum.Received != 4*26200 || l.Units != 4) {
				t.Errorf("%+v", l)
			}
			if l.Measure == "walls" && l.Sum.Ordered != 0 {
				t.Errorf("%+v", l)
			}
		}
		want(t, h.service.Change(ctx, kits.ID, Input{}), errs.Conflict, "orders.state.closed")
	})
}

func TestRoundsArePlannedAnewButThoseThatAreDatedStay(t *testing.T) {
	each(t, func(t *testing.T, h *house) {
		ctx := inside(t.Context())
		h.ordered()
		h.place("walls")
		h.exec("UPDATE equip_round SET planned_on = '2026-12-01' WHERE id = (SELECT d.round FROM equip_delivery d WHERE d.school = ?)", hirson)
		before := h.count("SELECT COUNT(*) FROM equip_delivery")
		p, err := h.service.PlanRounds(ctx, "02", Bounds{Stops: 1, Units: 100, Kilometres: 10})
		if err != nil || p.Rounds != 3 || p.Stops != 3 {
			t.Errorf("%+v, %v", p, err)
		}
		if n := h.count("SELECT COUNT(*) FROM equip_delivery"); n != before {
			t.Errorf("%d stops, %d before", n, before)
		}
		if n := h.count("SELECT COUNT(*) FROM equip_asset a LEFT JOIN equip_delivery d ON d.territory = a.territory AND d.id = a.delivery AND d.school = a.school WHERE d.id IS NULL"); n != 0 {
			t.Errorf("%d assets are on no stop of their school", n)
		}
		if n := h.count("SELECT COUNT(*) FROM equip_award WHERE delivery = ''"); n != 0 {
			t.Errorf("%d awards on no stop", n)
		}
		_, err = h.service.PlanRounds(ctx, "02", Bounds{})
		want(t, err, errs.Invalid, "orders.rounds.error.stops")
	})
}
