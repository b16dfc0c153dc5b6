package assets

import (
	"bytes"
	"context"
	"image"
	"image/color"
	"image/png"
	"os"
	"strings"
	"testing"

	"preau/internal/base/db"
	"preau/internal/base/doc/doctest"
	"preau/internal/base/errs"
	"preau/internal/base/i18n"
)

// drawing is a signature, as a canvas sends it.
func drawing(t testing.TB) []byte {
	t.Helper()
	p := image.NewRGBA(image.Rect(0, 0, 300, 100))
	for x := 20; x < 280; x++ {
		for y := range 4 {
			p.Set(x, 30+y+(x*x/900)%40, color.Black)
		}
	}
	var b bytes.Buffer
	if err := png.Encode(&b, p); err != nil {
		t.Fatal(err)
	}
	return b.Bytes()
}

// words gives the world the words of its papers.
func (w *world) words(t testing.TB) {
	t.Helper()
	catalog, err := i18n.Load(Messages)
	if err != nil {
		t.Fatal(err)
	}
	w.Join(Links{Papers: catalog.In(i18n.French)})
}

// readable returns the text of a paper; with PREAU_PAPERS it is also put into that folder, to be looked at.
func readable(t testing.TB, name string, paper []byte) string {
	t.Helper()
	if folder := os.Getenv("PREAU_PAPERS"); folder != "" {
		if err := os.WriteFile(folder+"/"+name+".pdf", paper, 0o600); err != nil {
			t.Fatal(err)
		}
	}
	text, err := doctest.Text(paper)
	if err != nil {
		t.Fatal(err)
	}
	return strings.ReplaceAll(text, "\n", " ")
}

func (w *world) prepare(t testing.TB, codes ...string) (Deed, error) {
	t.Helper()
	return w.PrepareDeed(as(t, lead), DeedInput{Territory: "02", To: "Commune de Laon", ToKind: "commune", Deliberation: "2026-41", DeliberatedOn: "2026-03-12", Codes: codes})
}

func TestTheOwnerChangesWithTheCountersignatureAndNotBefore(t *testing.T) {
	each(t, func(t *testing.T, w *world) {
		w.words(t)
		list := w.add(t, 30)
		kit, laptop, _ := w.kit(t)
		codes := []string{kit.Code, strings.ToLower(kit.Code)} // told twice, it stands there once
		for _, a := range list {
			codes = append(codes, a.Code)
		}
		d, err := w.prepare(t, codes...)
		if err != nil || d.Items != 31 || d.From != "Région académique" {
			t.Fatalf("%+v %v", d, err)
		}
		boss := as(t, lead)
		if err := w.Sign(boss, d.ID, d.Version, Signing{How: OnScreen, As: "A. Martin, DASEN", Picture: drawing(t)}); err != nil {
			t.Fatal(err)
		}
		if w.now(t, kit.ID).Owner != "Région académique" {
			t.Error("the owner changed with the first signature")
		}
		if err := w.Sign(boss, d.ID, d.Version, Signing{How: OnScreen, As: "B", Picture: drawing(t)}); !errs.Is(err, errs.Conflict) {
			t.Errorf("signed twice in the same version: %v", err)
		}
		if err := w.Sign(boss, d.ID, 0, Signing{How: OnPaper, As: "B. Petit, maire", Picture: drawing(t), Code: kit.Code}); !errs.Is(err, errs.Invalid) {
			t.Errorf("another paper: %v", err)
		}
		if err := w.Sign(boss, d.ID, 0, Signing{How: OnPaper, As: "B. Petit, maire", Picture: drawing(t), Code: d.Code}); err != nil {
			t.Fatal(err)
		}
		for _, id := range []string{kit.ID, laptop.ID, list[7].ID} {
			if a := w.now(t, id); a.Owner != "Commune de Laon" || a.Funder != "État" {
				t.Errorf("%+v", a)
			}
		}
		done, items, err := w.Deed(boss, d.ID)
		if err != nil || done.State != DeedCountersigned || len(items) != 31 || done.SHA256 != d.SHA256 {
			t.Fatalf("%+v %v", done, err)
		}
		text, err := w.DeedPaper(boss, d.ID, false)
		if err != nil || text.SHA256 != d.SHA256 {
			t.Fatal(err)
		}
		signed, err := w.DeedPaper(boss, d.ID, true)
		if err != nil || signed.SHA256 != done.DocumentSHA256 {
			t.Fatal(err)
		}
		read := readable(t, "deed", text.Data)
		for _, part := range []string{d.Code, "Région académique", "Commune de Laon", "2026-41 du 12 mars 2026", kit.Code, laptop.Serial, list[29].Serial, "Coût d'achat connu : 18", "Nom et fonction"} {
			if !strings.Contains(read, part) {
				t.Errorf("the deed lacks %q: %s", part, read)
			}
		}
		read = readable(t, "deed-signed", signed.Data)
		for _, part := range []string{"A. Martin, DASEN", "B. Petit, maire", d.SHA256} {
			if !strings.Contains(read, part) {
				t.Errorf("the signed deed lacks %q", part)
			}
		}
		if err := w.CancelDeed(boss, d.ID, 0); !errs.Is(err, errs.Conflict) {
			t.Errorf("cancelled after the countersignature: %v", err)
		}
		if d, err := w.Details(boss, kit.ID); err != nil || d.Answers[0].Then[0].Reason != done.Code || len(d.Deeds) != 1 {
			t.Errorf("%+v %v", d.Answers[0], err)
		}
	})
}

func TestADeedIsRefusedForWhatItCannotHandOver(t *testing.T) {
	each(t, func(t *testing.T, w *world) {
		w.words(t)
		list := w.add(t, 2)
		retired := w.add(t, 1, func(_ int, a *Asset) { a.State, a.RetiredAt = Retired, 9 })[0]
		foreign := w.add(t, 1, func(_ int, a *Asset) { a.Owner = "Association" })[0]
		_, laptop, _ := w.kit(t)
		for name, codes := range map[string][]string{"unknown": {"M222-2222"}, "retired": {retired.Code}, "two owners": {list[0].Code, foreign.Code}, "a part": {laptop.Code}, "nothing": nil} {
			if _, err := w.prepare(t, codes...); !errs.Is(err, errs.Invalid) {
				t.Errorf("%s: %v", name, err)
			}
		}
		d, err := w.prepare(t, list[0].Code)
		if err != nil {
			t.Fatal(err)
		}
		if _, err := w.prepare(t, list[0].Code, list[1].Code); !errs.Is(err, errs.Invalid) {
			t.Errorf("in two deeds: %v", err)
		}
		boss := as(t, officer)
		if err := w.Retire(boss, list[0].ID, 0, worn); !errs.Is(err, errs.Conflict) {
			t.Errorf("retired while in a deed: %v", err)
		}
		for _, in := range []Signing{{How: OnScreen, As: "A"}, {How: OnScreen, As: "A", Picture: []byte("no picture")}, {How: OnScreen, Picture: drawing(t)}} {
			if err := w.Sign(boss, d.ID, 0, in); !errs.Is(err, errs.Invalid) {
				t.Errorf("%+v: %v", in, err)
			}
		}
		if err := w.AssignOne(boss, list[0].ID, 0, Reassignment{Field: FieldOwner, Value: "Autre", Reference: "Lettre"}); err != nil {
			t.Fatal(err)
		}
		if err := w.Sign(boss, d.ID, 0, Signing{How: OnScreen, As: "A", Picture: drawing(t)}); err != nil {
			t.Fatal(err)
		}
		if err := w.Sign(boss, d.ID, 0, Signing{How: OnScreen, As: "B", Picture: drawing(t)}); !errs.Is(err, errs.Conflict) {
			t.Errorf("handed over by who owns it no more: %v", err)
		}
		if got, _, err := w.Deed(boss, d.ID); err != nil || got.State != DeedSigned || w.now(t, list[0].ID).Owner != "Autre" {
			t.Errorf("%+v %v", got, err)
		}
		if err := w.CancelDeed(boss, d.ID, 0); err != nil {
			t.Fatal(err)
		}
		if _, err := w.prepare(t, list[1].Code); err != nil {
			t.Errorf("after a deed was given up: %v", err)
		}
		if _, _, err := w.Deed(as(t, head(laon)), d.ID); !errs.Is(err, errs.NotFound) {
			t.Errorf("a head: %v", err)
		}
		if _, _, err := w.Deed(as(t, "logistics_officer 02 "+laon), d.ID); !errs.Is(err, errs.NotFound) {
			t.Errorf("an officer of one school: %v", err)
		}
	})
}

var worn = RetirementInput{Reason: "worn", Wipe: "overwritten", WipedOn: "2026-02-01", WipedBy: "DSI de Laon", WEEE: "Recyclerie de l'Aisne", WEEENote: "BSD-77"}

func TestARetiredAssetLeavesForGoodWithItsCertificate(t *testing.T) {
	each(t, func(t *testing.T, w *world) {
		w.words(t)
		kit, laptop, _ := w.kit(t)
		lent := w.add(t, 1, func(_ int, a *Asset) { a.Holder = "loan" })[0]
		boss := as(t, officer)
		for name, in := range map[string]RetirementInput{
			"without saying how it was wiped": {Reason: "worn", WEEE: "R", WEEENote: "1"}, "wiped by nobody": {Reason: "worn", Wipe: "erased", WipedOn: "2026-02-01", WEEE: "R", WEEENote: "1"},
			"handed to nobody": {Reason: "worn", Wipe: "none_held"}, "lost and wiped": {Reason: "lost", Wipe: "erased", WipedOn: "2026-02-01", WipedBy: "X"}, "worn and not recovered": {Reason: "worn", Wipe: "not_recovered", WEEE: "R", WEEENote: "1"}} {
			if err := w.Retire(boss, kit.ID, 0, in); !errs.Is(err, errs.Invalid) {
				t.Errorf("%s: %v", name, err)
			}
		}
		if err := w.Retire(boss, lent.ID, 0, worn); !errs.Is(err, errs.Conflict) {
			t.Errorf("while lent: %v", err)
		}
		if err := w.Retire(boss, kit.ID, 0, RetirementInput{Reason: "lost", Wipe: "not_recovered"}); !errs.Is(err, errs.Conflict) {
			t.Errorf("lost though nobody told: %v", err)
		}
		if err := w.SetState(boss, kit.ID, 0, Usable); err != nil {
			t.Fatal(err)
		}
		if err := w.Retire(boss, kit.ID, 0, worn); err != nil {
			t.Fatal(err)
		}
		if w.now(t, laptop.ID).State != Retired || w.uses(t) != 0 {
			t.Error("its parts stayed, or its class still counts it")
		}
		f, err := w.Certificate(boss, kit.ID)
		if err != nil {
			t.Fatal(err)
		}
		read := readable(t, "certificate", f.Data)
		for _, part := range []string{kit.Code, laptop.Code, laptop.Serial, "réécriture", "DSI de Laon", "BSD-77", "1er février 2026"} {
			if !strings.Contains(read, part) {
				t.Errorf("the certificate lacks %q: %s", part, read)
			}
		}
		if err := w.Retire(boss, kit.ID, 0, worn); !errs.Is(err, errs.Conflict) {
			t.Errorf("twice: %v", err)
		}
		if _, err := w.Certificate(boss, lent.ID); !errs.Is(err, errs.NotFound) {
			t.Errorf("of what is not retired: %v", err)
		}
		// Its serial number may come again.
		other := w.add(t, 1)[0]
		if err := w.SetSerial(boss, other.ID, 0, laptop.Serial); err != nil {
			t.Error(err)
		}
		if err := w.d.View(system(t), func(ctx context.Context, tx *db.Tx) error {
			a, err := ByTag(ctx, tx, "02", laptop.Serial)
			if err == nil && a.ID != other.ID {
				t.Errorf("%+v", a)
			}
			return err
		}); err != nil {
			t.Error(err)
		}
	})
}
