package assets

import (
	"context"
	"fmt"
	"os"
	"testing"
	"time"

	"preau/internal/base/authz"
	"preau/internal/base/db"
	"preau/internal/base/dbtest"
	"preau/internal/base/files"
	"preau/internal/base/journal"
	"preau/internal/base/web/webtest"
	"preau/internal/territory/directory"
)

// equip holds the room's tables: the room itself imports this package.
var equip = db.Migrations{Room: "equip", FS: os.DirFS("..")}

var rooms = []db.Migrations{journal.Migrations, files.Migrations, directory.Migrations, equip}

var (
	laon   = string(directory.MakeUAI(20001))
	hirson = string(directory.MakeUAI(20002))
)

const classID = "class-laon"

// world is a territory with two schools, one class and a catalogue of one kit of two models.
type world struct {
	*Service
	d    *db.DB
	j    *journal.Journal
	made int
}

func newWorld(t testing.TB, d *db.DB) *world {
	t.Helper()
	j := journal.New(d, []byte("key"))
	places := directory.New(d, j)
	w := &world{Service: New(d, j, places), d: d, j: j}
	ctx := system(t)
	err := d.Update(ctx, func(ctx context.Context, tx *db.Tx) error {
		set := &directory.Dataset{Territories: []directory.TerritoryRow{{Territory: "02", Name: "Aisne"}, {Territory: "95", Name: "Val-d'Oise"}},
			Sources: []directory.Source{{ID: "test"}}}
		for _, s := range []struct{ uai, name, commune string }{{laon, "École Jean Moulin", "Laon"}, {hirson, "École Élisa Lemonnier", "Hirson"}} {
			set.Schools = append(set.Schools, directory.School{Territory: "02", UAI: directory.UAI(s.uai), Name: s.name, CommuneName: s.commune, Address: "1 rue de l'École", Postcode: "02000",
				Type: directory.Ecole, Sector: directory.Public, Status: directory.Open, Source: "test"})
		}
		set.Classes = []directory.Class{{Territory: "02", ID: classID, School: directory.UAI(laon), Year: "2026-2027", Name: "CM2 B", Status: directory.Open, Source: "test"}}
		if err := directory.Seed(ctx, tx, set); err != nil {
			return err
		}
		for _, q := range []string{
			`INSERT INTO equip_model (id, kind, maker, name, reference, folded, tracked, serves, life_months, created_at) VALUES ('laptop', 'laptop', 'Ardoise', 'Portable 14', 'A14', '', 1, 'laptop', 60, 1)`,
			`INSERT INTO equip_model (id, kind, maker, name, reference, folded, tracked, serves, life_months, created_at) VALUES ('camera', 'camera', 'Lucarne', 'Grand angle', 'LUC', '', 1, '', 48, 1)`,
			`INSERT INTO equip_kit (id, name, folded, serves, latest, created_at) VALUES ('hybrid', 'Kit hybride', '', 'kit', 1, 1)`,
			`INSERT INTO equip_kit_part (kit, version, number, model, quantity) VALUES ('hybrid', 1, 1, 'laptop', 1)`,
			`INSERT INTO equip_kit_part (kit, version, number, model, quantity) VALUES ('hybrid', 1, 2, 'camera', 1)`} {
			if _, err := tx.Exec(ctx, q); err != nil {
				return err
			}
		}
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	return w
}

func each(t *testing.T, f func(t *testing.T, w *world)) {
	t.Helper()
	dbtest.Each(t, func(t *testing.T, d *db.DB) { f(t, newWorld(t, d)) }, rooms...)
}

func system(t testing.TB) context.Context { return db.Everywhere(authz.System(t.Context())) }

// as returns the context of somebody, told as for webtest.
func as(t testing.TB, who string) context.Context {
	p := webtest.Principal(who)
	ctx := authz.With(t.Context(), Permissions, p)
	if codes := p.Territories(); codes != nil {
		return db.WithTerritories(ctx, codes...)
	}
	return db.Everywhere(ctx)
}

const (
	lead    = "territory_lead 02"
	officer = "logistics_officer 02"
)

func head(school string) string { return "head 02 " + school }

// add writes laptops in a school, as they were delivered.
func (w *world) add(t testing.TB, n int, more ...func(i int, a *Asset)) []*Asset {
	t.Helper()
	list := make([]*Asset, n)
	cost := int64(60_000)
	for i := range list {
		w.made++
		list[i] = &Asset{Kind: "laptop", Name: "Ardoise Portable 14", Model: "laptop", Serves: ServesLaptop, Measure: "kits", Owner: "Région académique", Funder: "État", Custodian: "École de Laon",
			Serial: fmt.Sprintf("SN%06d", w.made), School: laon, State: Delivered, AwardedAt: 1, OrderedAt: 2, DeliveredAt: 3, CostCents: &cost, BoughtOn: "2026-01-10"}
		for _, f := range more {
			f(i, list[i])
		}
	}
	w.write(t, list)
	return list
}

func (w *world) write(t testing.TB, list []*Asset) {
	t.Helper()
	if err := w.d.Update(system(t), func(ctx context.Context, tx *db.Tx) error { return Add(ctx, tx, "02", list) }); err != nil {
		t.Fatal(err)
	}
}

// kit writes a hybrid kit of two parts in a school, as it was delivered.
func (w *world) kit(t testing.TB) (kit, laptop, camera *Asset) {
	t.Helper()
	kit = &Asset{ID: w.d.NewID(), Kit: "hybrid", KitVersion: 1, Kind: "kit", Name: "Kit hybride", Serves: ServesKit, Measure: "kits", Owner: "Région académique", Funder: "État",
		Custodian: "École de Laon", School: laon, Class: classID, State: Delivered, DeliveredAt: 3}
	laptop = &Asset{Parent: kit.ID, Model: "laptop", Kind: "laptop", Name: "Ardoise Portable 14", Serves: ServesLaptop, Serial: "KL1", Owner: kit.Owner, Funder: kit.Funder,
		Custodian: kit.Custodian, School: laon, Class: classID, State: Delivered, DeliveredAt: 3}
	camera = &Asset{Parent: kit.ID, Model: "camera", Kind: "camera", Name: "Lucarne Grand angle", Serial: "KC1", Owner: kit.Owner, Funder: kit.Funder,
		Custodian: kit.Custodian, School: laon, Class: classID, State: Delivered, DeliveredAt: 3}
	w.write(t, []*Asset{kit, laptop, camera})
	return kit, laptop, camera
}

// now returns an asset as it is.
func (w *world) now(t testing.TB, id string) Asset {
	t.Helper()
	a, err := w.Asset(system(t), id)
	if err != nil {
		t.Fatal(err)
	}
	return a
}

// uses sums what the facts say of things that came into use and went out of it.
func (w *world) uses(t testing.TB) (n int) {
	t.Helper()
	for kind, sign := range map[string]int{FactUsable: 1, FactUnusable: -1} {
		list, err := w.j.List(system(t), journal.Filter{Kind: kind, Limit: 1000})
		if err != nil {
			t.Fatal(err)
		}
		n += sign * len(list)
	}
	return n
}

// facts counts the facts of a kind about something.
func (w *world) facts(t testing.TB, kind, subject string) int {
	t.Helper()
	list, err := w.j.List(system(t), journal.Filter{Kind: kind, Subject: subject, Limit: 1000})
	if err != nil {
		t.Fatal(err)
	}
	return len(list)
}

func day(t testing.TB, text string) time.Time {
	t.Helper()
	at, err := time.Parse(time.DateOnly, text)
	if err != nil {
		t.Fatal(err)
	}
	return at
}

func journalOf(kind string) journal.Filter { return journal.Filter{Kind: kind, Limit: 1000} }
