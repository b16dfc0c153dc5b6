package assets

import (
	"context"
	"testing"

	"preau/internal/base/db"
	"preau/internal/base/errs"
)

func (w *world) update(t testing.TB, id string, f func(ctx context.Context, tx *db.Tx, a *Asset) error) error {
	t.Helper()
	return w.d.Update(system(t), func(ctx context.Context, tx *db.Tx) error {
		a, err := ByID(ctx, tx, "02", id)
		if err != nil {
			return err
		}
		return f(ctx, tx, &a)
	})
}

func TestAKitIsUsableWithItsPartsAndOutOfUseWithAnyOfThem(t *testing.T) {
	each(t, func(t *testing.T, w *world) {
		kit, laptop, camera := w.kit(t)
		ctx := as(t, head(laon))
		if err := w.SetState(ctx, kit.ID, 0, Usable); err != nil {
			t.Fatal(err)
		}
		for _, id := range []string{kit.ID, laptop.ID, camera.ID} {
			if a := w.now(t, id); a.State != Usable || a.UsableAt == 0 || a.InstalledAt == 0 {
				t.Errorf("%+v", a)
			}
		}
		if w.uses(t) != 1 {
			t.Errorf("%d uses: the kit speaks for its parts", w.uses(t))
		}
		for _, id := range []string{camera.ID, laptop.ID} {
			if err := w.SetTrouble(ctx, id, 0, TroubleInput{Trouble: Broken}); err != nil {
				t.Fatal(err)
			}
		}
		if k := w.now(t, kit.ID); k.Works() || w.uses(t) != 0 {
			t.Errorf("%s, %d uses", k.Trouble, w.uses(t))
		}
		if err := w.SetTrouble(ctx, camera.ID, 0, TroubleInput{}); err != nil {
			t.Fatal(err)
		}
		if k := w.now(t, kit.ID); k.Works() {
			t.Error("a kit works though its laptop does not")
		}
		if err := w.Swap(as(t, officer), laptop.ID, 0, "kl 2", "RMA 7"); err != nil {
			t.Fatal(err)
		}
		k, l := w.now(t, kit.ID), w.now(t, laptop.ID)
		if !k.Works() || w.uses(t) != 1 || l.Serial != "KL2" || l.UsableAt == 0 || l.Code != laptop.Code || l.SeenAt != 0 {
			t.Errorf("%+v %+v, %d uses", k, l, w.uses(t))
		}
		if w.facts(t, FactSwapped, laptop.ID) != 1 {
			t.Error("no fact of the swap")
		}
	})
}

func TestAStateToldByMistakeIsTakenBackOneStepAtATimeUnlessLent(t *testing.T) {
	each(t, func(t *testing.T, w *world) {
		a := w.add(t, 1)[0]
		ctx := as(t, head(laon))
		if err := w.SetState(ctx, a.ID, 1, Usable); err != nil {
			t.Fatal(err)
		}
		if err := w.update(t, a.ID, func(ctx context.Context, tx *db.Tx, a *Asset) error { return w.keeper.Hold(ctx, tx, a, "loan") }); err != nil {
			t.Fatal(err)
		}
		if err := w.Back(ctx, a.ID, 0); !errs.Is(err, errs.Conflict) {
			t.Errorf("taken back while lent: %v", err)
		}
		if err := w.update(t, a.ID, func(ctx context.Context, tx *db.Tx, a *Asset) error { return w.keeper.Hold(ctx, tx, a, "other") }); !errs.Is(err, errs.Conflict) {
			t.Errorf("lent twice: %v", err)
		}
		if err := w.update(t, a.ID, func(ctx context.Context, tx *db.Tx, a *Asset) error { return w.keeper.Release(ctx, tx, a, "loan") }); err != nil {
			t.Fatal(err)
		}
		for _, want := range []State{Installed, Delivered} {
			if err := w.Back(ctx, a.ID, 0); err != nil {
				t.Fatal(err)
			}
			if got := w.now(t, a.ID); got.State != want || got.UsableAt != 0 {
				t.Errorf("%+v", got)
			}
		}
		if err := w.Back(ctx, a.ID, 0); !errs.Is(err, errs.Conflict) {
			t.Errorf("a delivery taken back: %v", err)
		}
		if w.uses(t) != 0 {
			t.Errorf("%d uses", w.uses(t))
		}
	})
}

func TestWhatIsWrongChangesNothing(t *testing.T) {
	each(t, func(t *testing.T, w *world) {
		list := w.add(t, 2)
		elsewhere := w.add(t, 1, func(_ int, a *Asset) { a.School = hirson })[0]
		retired := w.add(t, 1, func(_ int, a *Asset) { a.State, a.RetiredAt = Retired, 9 })[0]
		ordered := w.add(t, 1, func(_ int, a *Asset) { a.State, a.DeliveredAt = Ordered, 0 })[0]
		ctx, boss := as(t, head(laon)), as(t, officer)
		for name, c := range map[string]struct {
			err  error
			kind errs.Kind
		}{
			"a serial number that another has":  {w.SetSerial(boss, list[0].ID, 0, list[1].Serial), errs.Conflict},
			"no serial number":                  {w.SetSerial(boss, list[0].ID, 0, "To be filled by O.E.M."), errs.Invalid},
			"a serial number, by a head":        {w.SetSerial(ctx, list[0].ID, 0, "X1"), errs.NotFound},
			"an asset of another school":        {w.SetState(ctx, elsewhere.ID, 0, Usable), errs.NotFound},
			"an unknown one":                    {w.SetState(ctx, "nothing", 0, Usable), errs.NotFound},
			"an old version":                    {w.SetState(ctx, list[0].ID, 7, Usable), errs.Conflict},
			"one that is not delivered":         {w.SetState(ctx, ordered.ID, 0, Usable), errs.Conflict},
			"one that is retired":               {w.SetState(ctx, retired.ID, 0, Usable), errs.Conflict},
			"a state that is reached otherwise": {w.SetState(ctx, list[0].ID, 0, Retired), errs.Invalid},
			"a theft without a report":          {w.SetTrouble(ctx, list[0].ID, 0, TroubleInput{Trouble: Stolen, HappenedOn: "2026-01-01", Statement: "La nuit."}), errs.Invalid},
			"a loss without a statement":        {w.SetTrouble(ctx, list[0].ID, 0, TroubleInput{Trouble: Lost, HappenedOn: "2026-01-01"}), errs.Invalid},
			"a loss tomorrow":                   {w.SetTrouble(ctx, list[0].ID, 0, TroubleInput{Trouble: Lost, HappenedOn: "2999-01-01", Statement: "?"}), errs.Invalid},
			"a swap for the same":               {w.Swap(boss, list[0].ID, 0, list[0].Serial, ""), errs.Conflict},
			"a move to no school":               {w.Move(boss, list[0].ID, 0, Place{School: "0029999Z"}), errs.Invalid},
			"a move to another, by a head":      {w.Move(ctx, list[0].ID, 0, Place{School: hirson}), errs.NotFound},
			"a class of another school":         {w.Move(boss, list[0].ID, 0, Place{School: hirson, Class: classID}), errs.Invalid},
			"an owner without a document":       {w.AssignOne(boss, list[0].ID, 0, Reassignment{Field: FieldOwner, Value: "Moi"}), errs.Invalid},
		} {
			if errs.KindOf(c.err) != c.kind || c.err == nil {
				t.Errorf("%s: %v", name, c.err)
			}
		}
		for _, a := range append(list, elsewhere, retired, ordered) {
			if now := w.now(t, a.ID); now != *a && (now.Version != 1 || now.State != a.State) {
				t.Errorf("changed: %+v", now)
			}
		}
		if n, err := w.j.List(system(t), journalOf("equip")); err != nil || len(n) != 0 {
			t.Errorf("%d facts, %v", len(n), err)
		}
	})
}

func TestAStolenAssetIsToBeLockedUntilItIsFound(t *testing.T) {
	each(t, func(t *testing.T, w *world) {
		a := w.add(t, 1)[0]
		ctx := as(t, head(laon))
		if err := w.SetState(ctx, a.ID, 0, Usable); err != nil {
			t.Fatal(err)
		}
		if err := w.SetTrouble(ctx, a.ID, 0, TroubleInput{Trouble: Stolen, HappenedOn: "2026-01-02", Statement: "Vitre brisée.", Reference: "PV 2026/118"}); err != nil {
			t.Fatal(err)
		}
		d, err := w.Details(ctx, a.ID)
		if err != nil || !d.Locked || d.Works() || d.Loss == nil || d.Loss.Reference != "PV 2026/118" || d.Loss.FoundAt != 0 {
			t.Fatalf("%+v %v", d, err)
		}
		if err := w.SetTrouble(ctx, a.ID, 0, TroubleInput{}); err != nil {
			t.Fatal(err)
		}
		if d, err = w.Details(ctx, a.ID); err != nil || d.Locked || !d.Works() || d.Loss.FoundAt == 0 || w.uses(t) != 1 {
			t.Errorf("%+v %v", d, err)
		}
	})
}

func TestTheFourAnswersToWhoseIsItHaveTheirHistory(t *testing.T) {
	each(t, func(t *testing.T, w *world) {
		kit, laptop, _ := w.kit(t)
		w.Join(Links{AccountName: func(context.Context, string) string { return "Camille" }})
		boss := as(t, officer)
		for _, r := range []Reassignment{{FieldOwner, "Commune de Laon", "Délibération 12"}, {FieldFunder, "Région", ""}, {FieldCustodian, "Mairie de Laon", ""}} {
			if err := w.AssignOne(boss, kit.ID, 0, r); err != nil {
				t.Fatal(err)
			}
		}
		if err := w.Move(boss, kit.ID, 0, Place{School: hirson, Room: "B 12"}); err != nil {
			t.Fatal(err)
		}
		if p := w.now(t, laptop.ID); p.Owner != "Commune de Laon" || p.Custodian != "Mairie de Laon" || p.School != hirson || p.Room != "B 12" || p.Class != "" {
			t.Errorf("a part does not follow its kit: %+v", p)
		}
		if err := w.Move(boss, laptop.ID, 0, Place{School: laon}); !errs.Is(err, errs.Conflict) {
			t.Errorf("a part moved alone: %v", err)
		}
		d, err := w.Details(boss, kit.ID)
		if err != nil || len(d.Answers) != 4 {
			t.Fatalf("%+v %v", d.Answers, err)
		}
		for i, want := range []struct{ now, before string }{{"Commune de Laon", "Région académique"}, {"Région", "État"}, {"Mairie de Laon", "École de Laon"}, {"École Élisa Lemonnier, ⟦assets.place.room⟧", "École Jean Moulin, CM2 B"}} {
			a := d.Answers[i]
			if a.Now != want.now || len(a.Then) != 1 || a.Then[0].Before != want.before || a.Who != "Camille" || a.Since == 0 {
				t.Errorf("%+v, want %+v", a, want)
			}
		}
		if _, err := w.Details(as(t, head(laon)), kit.ID); !errs.Is(err, errs.NotFound) {
			t.Errorf("its former school still sees it: %v", err)
		}
	})
}

func TestAWorkingAssetThatMovesCountsInItsNewClass(t *testing.T) {
	each(t, func(t *testing.T, w *world) {
		a := w.add(t, 1)[0]
		boss := as(t, officer)
		if err := w.SetState(boss, a.ID, 0, Usable); err != nil {
			t.Fatal(err)
		}
		if err := w.Move(boss, a.ID, 0, Place{School: laon, Class: classID}); err != nil {
			t.Fatal(err)
		}
		f := journalOf(FactUsable)
		list, err := w.j.List(system(t), f)
		if err != nil || len(list) != 2 || list[0].Class != classID || w.uses(t) != 1 {
			t.Errorf("%+v %v", list, err)
		}
		if w.facts(t, FactUnusable, a.ID) != 1 {
			t.Error("its former place did not lose it")
		}
	})
}
