package deliveries

import (
	"bytes"
	"image"
	"image/color"
	"image/png"
	"slices"
	"strings"
	"testing"

	"preau/internal/base/authz"
	"preau/internal/base/db"
	"preau/internal/base/dbtest"
	"preau/internal/base/doc"
	"preau/internal/base/doc/doctest"
	"preau/internal/base/errs"
	"preau/internal/base/files"
	"preau/internal/measures/equip/assets"
)

func TestARoundIsOrderedDatedAndSent(t *testing.T) {
	each(t, func(t *testing.T, h *house) {
		h.tablets("d1", hub, 2)
		ctx := officer()
		if err := h.service.ChangeRound(ctx, "r1", RoundInput{Name: "Laon nord", PlannedOn: "2026-12-01", Order: []string{"d3", "d1", "d2"}}); err != nil {
			t.Fatal(err)
		}
		r, list, err := h.service.Round(ctx, "r1")
		if err != nil || r.PlannedOn != "2026-12-01" || r.Items != 2 || len(list) != 3 || list[0].ID != "d3" || list[0].Stop != 1 || list[2].ID != "d2" {
			t.Errorf("%+v %+v %v", r, list, err)
		}
		for name, in := range map[string]RoundInput{"no name": {PlannedOn: "2026-12-01"}, "no day": {Name: "x", PlannedOn: "2026-02-30"}, "a stop forgotten": {Name: "x", Order: []string{"d1", "d2"}}, "a stop twice": {Name: "x", Order: []string{"d1", "d2", "d2"}}} {
			if err := h.service.ChangeRound(ctx, "r1", in); !errs.Is(err, errs.Invalid) {
				t.Errorf("%s: %v", name, err)
			}
		}
		if err := h.service.MoveRound(ctx, "r1", RoundUnderWay); !errs.Is(err, errs.Conflict) {
			t.Errorf("it left before it was packed: %v", err)
		}
		for _, to := range []RoundState{RoundPacked, RoundPlanned, RoundPacked, RoundPacked, RoundUnderWay} {
			if err := h.service.MoveRound(ctx, "r1", to); err != nil {
				t.Fatalf("%s: %v", to, err)
			}
		}
		if c := h.delivery("d1"); c.State != UnderWay {
			t.Errorf("the stop is %s", c.State)
		}
		// A head sees the round with their own stop alone, and does not plan it; nor does an officer of one school.
		if _, list, err := h.service.Round(head(hub), "r1"); err != nil || len(list) != 1 {
			t.Errorf("%d stops, %v", len(list), err)
		}
		if err := h.service.MoveRound(head(hub), "r1", RoundDone); !errs.Is(err, errs.NotFound) {
			t.Errorf("a head: %v", err)
		}
		if err := h.service.MoveRound(as(authz.LogisticsOfficer, authz.School("02", hub)), "r1", RoundDone); !errs.Is(err, errs.Forbidden) {
			t.Errorf("an officer of one school: %v", err)
		}
	})
}

// drawing is a stroke on a canvas.
func drawing(t testing.TB) []byte {
	t.Helper()
	canvas := image.NewNRGBA(image.Rect(0, 0, 300, 100))
	for x := 20; x < 280; x++ {
		for y := range 4 {
			canvas.Set(x, 50+y+(x/20)%7*4, color.Black)
		}
	}
	var b bytes.Buffer
	if err := png.Encode(&b, canvas); err != nil {
		t.Fatal(err)
	}
	return b.Bytes()
}

func screen(t testing.TB) Signing {
	return Signing{How: OnScreen, Name: "Aïcha Lefèvre", Function: "directrice", Picture: drawing(t)}
}

func TestASignatureFreezesTheListAndIsGivenOnce(t *testing.T) {
	each(t, func(t *testing.T, h *house) {
		codes := h.tablets("d1", hub, 3)
		h.scan(head(hub), "d1", Scan{ID: "1", Code: codes[0]}, Scan{ID: "2", Code: codes[1], Says: SaysDamaged}, Scan{ID: "3", Code: "etrange-1"})
		in := screen(t)
		if _, err := h.service.Sign(head(hub), "d1", in); !errs.Is(err, errs.Conflict) {
			t.Fatalf("signed with an item that nobody saw: %v", err)
		}
		blank := in
		blank.Picture = blankPNG(t)
		for name, wrong := range map[string]Signing{"no name": {How: OnScreen, Function: "x", Picture: in.Picture}, "no function": {How: OnScreen, Name: "x", Picture: in.Picture}, "nothing drawn": blank,
			"no picture": {How: OnScreen, Name: "x", Function: "x", Picture: []byte("GIF")}, "another code": {How: OnPaper, Function: "x", Code: noteCode(2), Picture: in.Picture}} {
			if _, err := h.service.Sign(head(hub), "d1", wrong); !errs.Is(err, errs.Invalid) {
				t.Errorf("%s: %v", name, err)
			}
		}
		in.RestMissing = true
		if _, err := h.service.Sign(head(hub), "d1", in); err != nil {
			t.Fatal(err)
		}
		c := h.delivery("d1")
		if c.State != Signed || c.Tally != (Tally{Items: 3, Received: 1, Damaged: 1, Missing: 1, Surplus: 1}) || c.SignedBy != "directrice" {
			t.Errorf("%+v", c)
		}
		f, err := h.service.Proof(head(hub), "d1")
		if err != nil || f.SHA256 != c.SHA256 || files.Sum(f.Data) != c.SHA256 {
			t.Fatalf("%v", err)
		}
		text, err := doctest.Text(f.Data)
		if err != nil {
			t.Fatal(err)
		}
		for _, part := range []string{"Preuve de livraison " + c.Code, "École Cœur-de-Ville", "Différences", "Abîmé", "Manquant", "etrange-1", "Aïcha Lefèvre", "directrice", codes[2]} {
			if !strings.Contains(text, part) {
				t.Errorf("the document lacks %q:\n%s", part, text)
			}
		}
		if _, err := h.service.Sign(head(hub), "d1", in); !errs.Is(err, errs.Conflict) {
			t.Errorf("signed twice: %v", err)
		}
		// What arrives after the signature is kept, and changes nothing.
		if got := h.scan(head(hub), "d1", Scan{ID: "late", Code: codes[2]}, Scan{ID: "late2", Code: codes[0]}); !slices.Equal(got, []Outcome{OutcomeRefused, OutcomeAgain}) {
			t.Error(got)
		}
		if _, err := h.service.Proof(head(village), "d1"); !errs.Is(err, errs.NotFound) {
			t.Errorf("another school: %v", err)
		}
		if n := h.count("SELECT COUNT(*) FROM journal_fact WHERE data LIKE '%Lef%'"); n != 0 {
			t.Error("the journal holds a name")
		}
	})
}

func blankPNG(t testing.TB) []byte {
	var b bytes.Buffer
	if err := png.Encode(&b, image.NewNRGBA(image.Rect(0, 0, 300, 100))); err != nil {
		t.Fatal(err)
	}
	return b.Bytes()
}

func TestARoundIsDoneWhenItsLastStopIsReceived(t *testing.T) {
	each(t, func(t *testing.T, h *house) {
		for i, school := range []string{hub, village, hamlet} {
			id := []string{"d1", "d2", "d3"}[i]
			h.scan(officer(), id, Scan{ID: "s" + id, Code: h.tablets(id, school, 1)[0]})
		}
		if r, _, err := h.service.Round(officer(), "r1"); err != nil || r.State != RoundDone {
			t.Errorf("%s, %v", r.State, err)
		}
		if err := h.service.ChangeRound(officer(), "r1", RoundInput{Name: "x"}); !errs.Is(err, errs.Conflict) {
			t.Errorf("changed after it was done: %v", err)
		}
	})
}

func TestWhatWasMissingComesWithAnotherDelivery(t *testing.T) {
	each(t, func(t *testing.T, h *house) {
		kit := h.kits("d1", hub, 1)[0]
		codes := h.tablets("d1", hub, 2)
		if _, err := h.service.Again(officer(), "d1"); !errs.Is(err, errs.Conflict) {
			t.Errorf("before it was signed: %v", err)
		}
		h.scan(head(hub), "d1", Scan{ID: "1", Code: codes[0]}, Scan{ID: "2", Code: codes[1], Says: SaysWrong})
		in := screen(t)
		in.RestMissing = true
		if _, err := h.service.Sign(head(hub), "d1", in); err != nil {
			t.Fatal(err)
		}
		if _, err := h.service.Again(head(hub), "d1"); !errs.Is(err, errs.NotFound) {
			t.Errorf("a head plans: %v", err)
		}
		next, err := h.service.Again(officer(), "d1")
		if err != nil {
			t.Fatal(err)
		}
		c := h.delivery(next)
		if c.State != Planned || c.Tally != (Tally{Items: 2}) || c.RoundName != "Complément : École Cœur-de-Ville" {
			t.Errorf("%s %+v %q", c.State, c.Tally, c.RoundName)
		}
		h.scan(head(hub), next, Scan{ID: "3", Code: kit[0]}, Scan{ID: "4", Code: codes[1]})
		for _, read := range append(kit, codes[1]) {
			if a := h.asset(read); a.State != assets.Delivered || a.Trouble != "" {
				t.Errorf("%s is %s %s", a.Name, a.State, a.Trouble)
			}
		}
		if _, err := h.service.Again(officer(), "d1"); !errs.Is(err, errs.Conflict) {
			t.Errorf("twice: %v", err)
		}
	})
}

func TestThePapersSayWhatIsExpectedAndTheirCodesDecode(t *testing.T) {
	d := furnish(t, dbtest.SQLite(t, rooms...))
	kits := d.kits("d1", hub, 2)
	codes := d.tablets("d1", hub, 3)
	ctx := officer()
	var packing, note, labels bytes.Buffer
	if err := d.service.PackingPaper(ctx, "r1", "", &packing); err != nil {
		t.Fatal(err)
	}
	if doctest.Pages(packing.Bytes()) != 3 {
		t.Errorf("%d pages for three stops", doctest.Pages(packing.Bytes()))
	}
	contains(t, packing.Bytes(), "2 × Kit hybride", "Chacun contient : 1 × Caméra, 1 × Ordinateur, 2 × Sac", codes[2], "Arrêt 1 : École Cœur-de-Ville")
	const site = "https://preau.territoire-exemple.fr"
	if err := d.service.NotePaper(ctx, "", "d1", site, &note); err != nil {
		t.Fatal(err)
	}
	contains(t, note.Bytes(), "Bon de livraison "+noteCode(1), kits[0][0], codes[0], "Abîmé", "Fonction")
	page := doctest.Pictures(t, note.Bytes(), 200)[0]
	if read, err := doctest.QR(page, 200, 160, 10, 40, 45); err != nil || read != site+"/b/"+noteCode(1) {
		t.Errorf("the note's code reads %q, %v", read, err)
	}
	if err := d.service.Labels(ctx, "", "d1", LabelOptions{Stock: "L7651", First: 4, Site: site}, &labels); err != nil {
		t.Fatal(err)
	}
	stock, _ := doc.FindStock("L7651")
	x, y := stock.Place(3)
	if read, err := doctest.QR(doctest.Pictures(t, labels.Bytes(), 300)[0], 300, x, y, stock.Width, stock.Height); err != nil || read != site+"/m/"+kits[0][0] && read != site+"/m/"+kits[1][0] {
		t.Errorf("the first label reads %q, %v", read, err)
	}
	for _, wrong := range []LabelOptions{{Stock: "A1", First: 1}, {Stock: "L7160", First: 22}, {Stock: "L7160"}} {
		if err := d.service.Labels(ctx, "r1", "", wrong, &labels); !errs.Is(err, errs.Invalid) {
			t.Errorf("%+v: %v", wrong, err)
		}
	}
}

func contains(t *testing.T, pdf []byte, parts ...string) {
	t.Helper()
	text, err := doctest.Text(pdf)
	if err != nil {
		t.Fatal(err)
	}
	for _, part := range parts {
		if !strings.Contains(text, part) {
			t.Errorf("the paper lacks %q:\n%s", part, text)
		}
	}
}

func TestAnotherTerritoryIsNotSeen(t *testing.T) {
	each(t, func(t *testing.T, h *house) {
		ctx := db.WithTerritories(as(authz.LogisticsOfficer, authz.Territory("95")), "95")
		if _, _, err := h.service.Round(ctx, "r1"); !errs.Is(err, errs.NotFound) {
			t.Errorf("%v", err)
		}
		if _, err := h.service.ByCode(ctx, noteCode(1)); !errs.Is(err, errs.NotFound) {
			t.Errorf("%v", err)
		}
		if id, err := h.service.ByCode(head(hub), strings.ToLower(noteCode(1))); err != nil || id != "d1" {
			t.Errorf("%s %v", id, err)
		}
	})
}
