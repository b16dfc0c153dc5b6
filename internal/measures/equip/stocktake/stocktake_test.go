package stocktake_test

import (
	"bytes"
	"context"
	"encoding/base64"
	"image"
	"image/color"
	"image/png"
	"net/url"
	"strings"
	"testing"

	"preau/internal/base/authz"
	"preau/internal/base/db"
	"preau/internal/base/dbtest"
	"preau/internal/base/errs"
	"preau/internal/base/files"
	"preau/internal/base/journal"
	"preau/internal/base/web/webtest"
	"preau/internal/measures/equip"
	"preau/internal/measures/equip/assets"
	"preau/internal/measures/equip/stocktake"
)

const (
	here    = "0990001N"
	there   = "0990002P"
	head    = "head 99 " + here
	other   = "head 99 " + there
	officer = "logistics_officer 99"
	lead    = "territory_lead 99"
)

// house is the part with, in the first school, a kit with a part, two tablets, one of them lent; in the second school, a robot.
type house struct {
	*webtest.Site
	db                                 *db.DB
	journal                            *journal.Journal
	kit, part, tablet, lent, elsewhere *assets.Asset
}

func inside() context.Context { return db.Everywhere(authz.System(context.Background())) }

func open(t *testing.T, d *db.DB) *house {
	t.Helper()
	h := &house{db: d, journal: journal.New(d, make([]byte, 32))}
	service := stocktake.New(d, h.journal)
	service.Join(stocktake.Links{School: func(_ context.Context, uai string) (string, string, error) {
		if uai != here && uai != there {
			return "", "", errs.NewNotFound("stocktake.school.none")
		}
		return "99", "École " + uai, nil
	}})
	h.Site = webtest.New(t, d, stocktake.Permissions, &stocktake.Module{Service: service}, stocktake.Messages, assets.Messages, files.Messages)
	thing := func(name, school, room string) *assets.Asset {
		return &assets.Asset{Kind: "tablet", Name: name, Owner: "o", Funder: "f", Custodian: "c", School: school, Room: room, State: assets.Usable}
	}
	h.kit, h.tablet, h.lent, h.elsewhere = thing("Kit", here, "12"), thing("Ardoise", here, "12"), thing("Ardoise prêtée", here, "12"), thing("Robot", there, "")
	h.kit.ID, h.kit.Kind, h.kit.Kit = "kit", "kit", "k"
	h.lent.Holder = "loan"
	h.part = thing("Caméra", here, "12")
	h.part.Parent = "kit"
	h.update(t, func(ctx context.Context, tx *db.Tx) error {
		return assets.Add(ctx, tx, "99", []*assets.Asset{h.kit, h.part, h.tablet, h.lent, h.elsewhere})
	})
	return h
}

func each(t *testing.T, f func(t *testing.T, h *house)) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) { f(t, open(t, d)) }, journal.Migrations, files.Migrations, equip.Migrations)
}

func (h *house) update(t *testing.T, f func(context.Context, *db.Tx) error) {
	t.Helper()
	if err := h.db.Update(inside(), f); err != nil {
		t.Fatal(err)
	}
}

func (h *house) asset(t *testing.T, id string) (a assets.Asset) {
	t.Helper()
	h.update(t, func(ctx context.Context, tx *db.Tx) (err error) {
		a, err = assets.ByID(ctx, tx, "99", id)
		return err
	})
	return a
}

// begun returns the address of a stocktake that somebody opens.
func (h *house) begun(t *testing.T, as, uai, room string) string {
	t.Helper()
	w := h.Post(as, "/stocktakes", url.Values{"school": {uai}, "room": {room}})
	h.Want(w, 303)
	return w.Header().Get("Location")
}

func (h *house) scan(t *testing.T, as, at, tag string, parts ...string) string {
	t.Helper()
	return h.Want(h.Post(as, at+"/scan", url.Values{"tag": {tag}}), 200, parts...)
}

func drawing() string {
	p := image.NewRGBA(image.Rect(0, 0, 300, 100))
	for x := 20; x < 200; x++ {
		p.Set(x, 50+x%9, color.Black)
	}
	var b bytes.Buffer
	_ = png.Encode(&b, p)
	return "data:image/png;base64," + base64.StdEncoding.EncodeToString(b.Bytes())
}

func TestAStocktakeTellsWhatIsHereWhatIsElsewhereAndWhatIsMissing(t *testing.T) {
	each(t, func(t *testing.T, h *house) {
		at := h.begun(t, head, here, "")
		h.Want(h.Get(head, at), 200, "0 vus sur 2 attendus", "1 prêtés", "Attendus et pas vus", "Ardoise prêtée")
		h.scan(t, head, at, h.part.Code, "à sa place", `data-kind="good"`, "1 vus sur 2") // the part speaks for its kit
		h.scan(t, head, at, h.kit.Code, "1 vus sur 2")
		h.scan(t, head, at, strings.ToLower(h.part.Code), "1 vus sur 2")
		h.scan(t, head, at, h.elsewhere.Code, `data-kind="again"`, "attendu ailleurs (École "+there+")", "1 attendus ailleurs")
		h.scan(t, head, at, "VIEUX-1234", `data-kind="bad"`, "étiquette inconnue", "1 inconnus")
		h.scan(t, head, at, "VIEUX-1234", "1 inconnus")
		h.Want(h.Post(head, at+"/scan", url.Values{"tag": {" "}}), 422, "Scannez ou tapez")
		h.Want(h.Post(head, at+"/close", url.Values{"function": {"Directrice"}}), 422, "manque la signature")
		h.Want(h.Post(head, at+"/close", url.Values{"drawing": {drawing()}}), 422, "Donnez la fonction")
		close := url.Values{"function": {"Directrice"}, "drawing": {drawing()}}
		h.Want(h.Post(head, at+"/close", close), 303)
		h.Want(h.Post(head, at+"/close", close), 409)
		h.Want(h.Post(head, at+"/scan", url.Values{"tag": {h.tablet.Code}}), 409, "clos")
		h.Want(h.Get(lead, at), 200, "Clos le", "1 vus sur 2", h.tablet.Code)
		if w := h.Get(lead, at+"/report.pdf"); w.Code != 200 || !bytes.HasPrefix(w.Body.Bytes(), []byte("%PDF")) {
			t.Errorf("the report: %d", w.Code)
		}
		if h.asset(t, "kit").SeenAt == 0 || h.asset(t, h.tablet.ID).SeenAt != 0 {
			t.Error("what was seen is not noted, or what was not is")
		}
		h.Want(h.Post(head, at+"/lost", url.Values{"asset": {h.tablet.ID}}), 303)
		h.Want(h.Post(head, at+"/lost", url.Values{"asset": {h.tablet.ID}}), 409)
		h.Want(h.Post(head, at+"/lost", url.Values{"asset": {"kit"}}), 409)
		if a := h.asset(t, h.tablet.ID); a.Trouble != assets.Lost {
			t.Errorf("declared lost, the tablet is %q", a.Trouble)
		}
		facts, err := h.journal.List(inside(), journal.Filter{Territory: "99", Kind: "equip.stocktake"})
		if err != nil || len(facts) != 2 {
			t.Errorf("%d facts, %v", len(facts), err)
		}
	})
}

func TestTwoWhoBeginAtOnceCountTogetherAndARoomIsCountedAlone(t *testing.T) {
	each(t, func(t *testing.T, h *house) {
		at := h.begun(t, head, here, "12")
		if again := h.begun(t, officer, here, " 12 "); again != at {
			t.Error("two stocktakes of one room")
		}
		if h.begun(t, officer, here, "13") == at {
			t.Error("another room is the same stocktake")
		}
		h.scan(t, officer, at, h.tablet.Code, "1 vus sur 2")
		h.scan(t, head, at, h.kit.Code, "2 vus sur 2")
		next := h.begun(t, officer, here, "13")
		h.scan(t, officer, next, h.tablet.Code, "attendu ailleurs", "0 vus sur 0")
	})
}

func TestWhatIsSeenElsewhereMayStayThereByWhoAnswersForBothPlaces(t *testing.T) {
	each(t, func(t *testing.T, h *house) {
		at := h.begun(t, head, here, "")
		if page := h.scan(t, head, at, h.elsewhere.Code); strings.Contains(page, "Il reste ici") {
			t.Error("a head is offered what belongs to another school")
		}
		h.Want(h.Post(head, at+"/bring", url.Values{"tag": {h.elsewhere.Code}}), 403, "autre lieu")
		h.Want(h.Get(officer, at), 200, "Il reste ici")
		h.Want(h.Post(officer, at+"/bring", url.Values{"tag": {h.elsewhere.Code}}), 303)
		if a := h.asset(t, h.elsewhere.ID); a.School != here {
			t.Errorf("it is in %s", a.School)
		}
		h.Want(h.Get(head, at), 200, "1 vus sur 3", "0 attendus ailleurs")
		h.Want(h.Post(officer, at+"/bring", url.Values{"tag": {"XX"}}), 404)
	})
}

func TestNobodyTakesStockInAnotherSchool(t *testing.T) {
	each(t, func(t *testing.T, h *house) {
		at := h.begun(t, head, here, "")
		h.Want(h.Get(other, at), 404)
		h.Want(h.Get(other, "/stocktakes"), 200, "Aucun inventaire")
		for path, form := range map[string]url.Values{"/scan": {"tag": {h.kit.Code}}, "/bring": {"tag": {h.kit.Code}}, "/close": {"function": {"x"}, "drawing": {drawing()}}, "/lost": {"asset": {"kit"}}} {
			for _, as := range []string{other, lead, "teacher 99 " + here + " c1"} {
				if w := h.Post(as, at+path, form); w.Code != 404 {
					t.Errorf("%s by %s: %d", path, as, w.Code)
				}
			}
		}
		h.Want(h.Post(other, "/stocktakes", url.Values{"school": {here}}), 404)
		h.Want(h.Post(officer, "/stocktakes", url.Values{"school": {"0000000X"}}), 422, "Aucune école")
		h.Want(h.Post(officer, "/stocktakes", url.Values{"school": {here}, "room": {strings.Repeat("é", 61)}}), 422, "trop long")
		h.Want(h.Do(head, "POST", "/api/v1"+at+"/scans", "application/json", strings.NewReader(`{"tags":["`+h.kit.Code+`","??"]}`)), 200, `"outcome":"expected"`, `"outcome":"unknown"`)
	})
}
