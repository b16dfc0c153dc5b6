package incidents_test

import (
	"context"
	"errors"
	"net/http/httptest"
	"net/url"
	"strconv"
	"strings"
	"testing"
	"time"

	"preau/internal/base/authz"
	"preau/internal/base/db"
	"preau/internal/base/dbtest"
	"preau/internal/base/files"
	"preau/internal/base/i18n"
	"preau/internal/base/journal"
	"preau/internal/base/mail"
	"preau/internal/base/web/webtest"
	"preau/internal/measures/equip"
	"preau/internal/measures/equip/assets"
	"preau/internal/measures/equip/incidents"
)

const (
	here    = "0990001N"
	teacher = "teacher 99 " + here + " c1"
	head    = "head 99 " + here
	other   = "head 99 0990002P"
	officer = "logistics_officer 99"
)

// house is the part with a kit in a class and a tablet of the school.
type house struct {
	*webtest.Site
	db      *db.DB
	journal *journal.Journal
	service *incidents.Service
	kit     assets.Asset
	tablet  assets.Asset
}

func inside() context.Context { return db.Everywhere(authz.System(context.Background())) }

func open(t *testing.T, d *db.DB) *house {
	t.Helper()
	h := &house{db: d, journal: journal.New(d, make([]byte, 32))}
	h.service = incidents.New(d, h.journal)
	h.service.Join(incidents.Links{SchoolName: func(context.Context, string) (string, error) { return "École du Préau", nil }})
	h.Site = webtest.New(t, d, incidents.Permissions, &incidents.Module{Service: h.service}, incidents.Messages, assets.Messages, files.Messages)
	kit := &assets.Asset{Kind: "kit", Name: "Kit hybride", Serves: assets.ServesKit, Owner: "o", Funder: "f", Custodian: "Commune", School: here, Class: "c1", State: assets.Usable}
	tablet := &assets.Asset{Kind: "tablet", Name: "Ardoise", Owner: "o", Funder: "f", Custodian: "Commune", School: here, State: assets.Usable}
	h.update(t, func(ctx context.Context, tx *db.Tx) error {
		return assets.Add(ctx, tx, "99", []*assets.Asset{kit, tablet})
	})
	h.kit, h.tablet = *kit, *tablet
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

func (h *house) tell(as string, a assets.Asset, kind incidents.Kind) *httptest.ResponseRecorder {
	return h.Post(as, "/incidents", url.Values{"territory": {"99"}, "asset": {a.ID}, "kind": {string(kind)}})
}

func (h *house) only(t *testing.T) incidents.Incident {
	t.Helper()
	list, n, err := h.service.List(inside(), incidents.Filter{Page: 1, Size: 10})
	if err != nil || n != 1 {
		t.Fatalf("%d incidents, %v", n, err)
	}
	return list[0]
}

func (h *house) facts(t *testing.T, kind string) int {
	t.Helper()
	list, err := h.journal.List(inside(), journal.Filter{Territory: "99", Kind: kind})
	if err != nil {
		t.Fatal(err)
	}
	return len(list)
}

func TestATeacherReportsInTwoTapsAndTheClassCountsTheKitAgainWhenItIsUsable(t *testing.T) {
	each(t, func(t *testing.T, h *house) {
		h.Want(h.Get(teacher, "/incidents/new?territory=99&asset="+h.kit.ID), 200, "Ne s&#39;allume plus", h.kit.Code)
		w := h.tell(teacher, h.kit, incidents.Power)
		h.Want(w, 303)
		h.Want(h.Get(teacher, w.Header().Get("Location")), 200, "c&#39;est signalé", "facultatif")
		if a := h.asset(t, h.kit.ID); a.Trouble != assets.Broken || h.facts(t, assets.FactUnusable) != 1 {
			t.Errorf("the kit is %q", a.Trouble)
		}
		i := h.only(t)
		h.Want(h.Post(teacher, "/incidents/"+i.ID+"/note", url.Values{"note": {"Il sent le brûlé"}, "number": {"1"}}), 303)
		h.Want(h.Get(head, "/incidents/"+i.ID), 200, "Il sent le brûlé", "École du Préau")
		step := func(state string) {
			i := h.only(t)
			h.Want(h.Post(officer, "/incidents/"+i.ID+"/state", url.Values{"version": {strconv.FormatInt(i.Version, 10)}, "state": {state}}), 303)
		}
		step("taken")
		step("waiting")
		step("repaired")
		if a := h.asset(t, h.kit.ID); a.Trouble != assets.Repair {
			t.Errorf("away to be repaired, the kit is %q", a.Trouble)
		}
		step("usable")
		if a := h.asset(t, h.kit.ID); a.Trouble != "" || h.facts(t, assets.FactUsable) != 1 {
			t.Errorf("usable again, the kit is %q", a.Trouble)
		}
		i = h.only(t)
		h.Want(h.Post(officer, "/incidents/"+i.ID+"/state", url.Values{"version": {strconv.FormatInt(i.Version, 10)}, "state": {"taken"}}), 409)
		h.Want(h.Get(head, "/incidents"), 200, "Délais de retour", "médiane")
		h.Want(h.Get(head, "/incidents.csv"), 200, "Kit hybride")
	})
}

func TestASecondReportJoinsTheFirstAndTheSecondClickOfAnOfficerSeesWhoWasFirst(t *testing.T) {
	each(t, func(t *testing.T, h *house) {
		h.tell(teacher, h.kit, incidents.Sound)
		if a := h.asset(t, h.kit.ID); a.Trouble != "" {
			t.Errorf("without sound the kit can still be used, but is %q", a.Trouble)
		}
		w := h.tell(head, h.kit, incidents.Broken)
		h.Want(h.Get(head, w.Header().Get("Location")), 200, "déjà connu")
		i := h.only(t)
		if i.Reports != 2 || i.Kind != incidents.Broken || h.asset(t, h.kit.ID).Trouble != assets.Broken {
			t.Errorf("%+v", i)
		}
		form := url.Values{"version": {strconv.FormatInt(i.Version, 10)}, "state": {"taken"}}
		h.Want(h.Post(officer, "/incidents/"+i.ID+"/state", form), 303)
		h.Want(h.Post(officer, "/incidents/"+i.ID+"/state", form), 409, "entre-temps")
	})
}

func TestWhoeverScansALabelMayReportButIsNotBelievedAtOnceNorWithoutEnd(t *testing.T) {
	each(t, func(t *testing.T, h *house) {
		for _, as := range []string{"", other} {
			w := h.tell(as, h.kit, incidents.Stolen)
			h.Want(w, 303)
			if strings.Contains(w.Header().Get("Location"), "id=") {
				t.Error("a stranger may add to the report")
			}
		}
		if a := h.asset(t, h.kit.ID); a.Trouble != "" || h.only(t).Reports != 2 {
			t.Errorf("a stranger was believed: %q", a.Trouble)
		}
		var many []*assets.Asset
		for range 25 {
			many = append(many, &assets.Asset{Kind: "tablet", Name: "Ardoise", Owner: "o", Funder: "f", Custodian: "c", School: here, State: assets.Usable})
		}
		h.update(t, func(ctx context.Context, tx *db.Tx) error { return assets.Add(ctx, tx, "99", many) })
		refused := 0
		for _, a := range many {
			if w := h.tell("", *a, incidents.Other); w.Code == 429 {
				refused++
			}
		}
		if refused != 6 { // the first report of the kit is one of the twenty
			t.Errorf("%d reports were refused", refused)
		}
		h.Want(h.tell(teacher, *many[24], incidents.Other), 303)
	})
}

func TestAWrongReportOrTheWrongPersonChangesNothing(t *testing.T) {
	each(t, func(t *testing.T, h *house) {
		h.Want(h.tell(teacher, h.kit, "nothing"), 422, "Choisissez")
		h.Want(h.tell(teacher, assets.Asset{ID: "none"}, incidents.Power), 404)
		h.Want(h.Get("", "/incidents/new?territory=99&asset=none"), 404)
		h.tell(head, h.kit, incidents.Power)
		i := h.only(t)
		h.Want(h.Get(other, "/incidents/"+i.ID), 404)
		h.Want(h.Get(other, "/incidents"), 200, "Aucun incident")
		for _, as := range []string{head, other, teacher} {
			h.Want(h.Post(as, "/incidents/"+i.ID+"/state", url.Values{"version": {"1"}, "state": {"usable"}}), 404)
		}
		h.Want(h.Post("teacher 99 0990002P c9", "/incidents/"+i.ID+"/note", url.Values{"note": {"x"}}), 404)
		h.Want(h.Post(head, "/incidents/"+i.ID+"/note", url.Values{"note": {strings.Repeat("é", 1001)}, "number": {"1"}}), 422, "1 000")
		h.Want(h.Get(officer, "/incidents/"+i.ID+"/photo"), 404)
	})
}

func TestTheMostPreciseRuleSaysWhoActs(t *testing.T) {
	each(t, func(t *testing.T, h *house) {
		rule := func(kind, custodian, actor string) {
			h.Want(h.Post(officer, "/incidents/rules", url.Values{"territory": {"99"}, "kind": {kind}, "custodian": {custodian}, "actor": {actor}}), 303)
		}
		actor := func(want string) {
			t.Helper()
			tablet := &assets.Asset{Kind: "tablet", Name: "Ardoise", Owner: "o", Funder: "f", Custodian: "Commune", School: here, State: assets.Usable}
			h.update(t, func(ctx context.Context, tx *db.Tx) error { return assets.Add(ctx, tx, "99", []*assets.Asset{tablet}) })
			told, err := h.service.Tell(inside(), "99", tablet.ID, incidents.Power)
			if err != nil || told.Actor != want {
				t.Errorf("%q acts instead of %q, %v", told.Actor, want, err)
			}
		}
		actor("")
		rule("", "", "Tous")
		actor("Tous")
		rule("tablet", "", "Tablettes")
		actor("Tablettes")
		rule("", "Commune", "Mairie")
		actor("Mairie")
		rule("tablet", "Commune", "Tablettes de la mairie")
		actor("Tablettes de la mairie")
		rule("tablet", "Commune", "")
		actor("Mairie")
		h.Want(h.Post(officer, "/incidents/rules", url.Values{"territory": {"99"}, "actor": {"x"}, "email": {"pas une adresse"}}), 422, "adresse")
		h.Want(h.Post("logistics_officer 98", "/incidents/rules", url.Values{"territory": {"99"}, "actor": {"x"}}), 404)
		h.Want(h.Get(head, "/incidents/rules"), 404)
	})
}

// refusing takes no letter.
type refusing struct{}

func (refusing) Send(context.Context, mail.Message) error { return errors.New("no") }

func TestAServiceGetsOneLetterForAllThatIsNewAndNoneForNothing(t *testing.T) {
	each(t, func(t *testing.T, h *house) {
		catalog, err := i18n.Load(incidents.Messages)
		if err != nil {
			t.Fatal(err)
		}
		l := catalog.In(i18n.French)
		for _, kind := range []string{"", "tablet"} { // one service for two rules
			h.Want(h.Post(officer, "/incidents/rules", url.Values{"territory": {"99"}, "kind": {kind}, "actor": {"Atelier"}, "email": {"atelier@preau.example"}}), 303)
		}
		spool := mail.NewSpool(10)
		digests := func(letters mail.Sender) int {
			n, _ := h.service.Digests(inside(), l, letters, "https://preau.example")
			return n
		}
		if n := digests(spool); n != 0 {
			t.Errorf("%d letters about nothing", n)
		}
		h.tell(head, h.kit, incidents.Power)
		h.tell(head, h.tablet, incidents.Screen)
		if n := digests(refusing{}); n != 0 {
			t.Errorf("%d letters went though none was taken", n)
		}
		if n := digests(spool); n != 1 {
			t.Errorf("%d letters", n)
		}
		kept := spool.Messages()
		if len(kept) != 1 || kept[0].To != "atelier@preau.example" || !strings.Contains(kept[0].Text, h.kit.Code) || !strings.Contains(kept[0].Text, h.tablet.Code) {
			t.Errorf("%+v", kept)
		}
		if n := digests(spool); n != 0 {
			t.Error("told twice")
		}
		if len(h.service.Jobs(l, nil, "")) != 0 || h.service.Jobs(l, spool, "")[0].Every != 24*time.Hour {
			t.Error("the job")
		}
	})
}
