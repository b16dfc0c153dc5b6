package loans_test

import (
	"context"
	"fmt"
	"testing"
	"time"

	"preau/internal/base/authz"
	"preau/internal/base/code"
	"preau/internal/base/db"
	"preau/internal/base/dbtest"
	"preau/internal/base/errs"
	"preau/internal/base/files"
	"preau/internal/base/journal"
	"preau/internal/base/mail"
	"preau/internal/base/web/webtest"
	"preau/internal/measures/equip"
	"preau/internal/measures/equip/assets"
	"preau/internal/measures/lend"
	"preau/internal/measures/lend/loans"
	"preau/internal/territory/directory"
)

const (
	territory = "02"
	uai       = "0020001R"
	other     = "0020002S"
)

var key = []byte("0123456789abcdef0123456789abcdef")

var policy = authz.Join(directory.Permissions, loans.Permissions)

func as(who string) context.Context {
	return db.Everywhere(authz.With(context.Background(), policy, webtest.Principal(who)))
}

var (
	head     = as("head 02 " + uai)
	teacher  = as("teacher 02 " + uai + " a")
	teacherB = as("teacher 02 " + uai + " b")
	stranger = as("head 02 " + other)
	officer  = as("logistics_officer 02")
	inside   = db.Everywhere(authz.System(context.Background()))
)

// keeper gives the real assets to the loans, as the house does.
type keeper struct{ assets.Keeper }

func (keeper) of(a assets.Asset) loans.Asset {
	return loans.Asset{ID: a.ID, Code: a.Code, Serial: a.Serial, Name: a.Name, Kind: a.Kind, School: a.School, Measure: a.Measure, Lendable: a.Lendable,
		Delivered: a.State == assets.Delivered || a.State == assets.Installed || a.State == assets.Usable, Retired: a.State == assets.Retired, Trouble: string(a.Trouble), Holder: a.Holder, Since: a.BoughtOn}
}

func (k keeper) ByTag(ctx context.Context, tx *db.Tx, territory, read string) (loans.Asset, error) {
	a, err := assets.ByTag(ctx, tx, territory, read)
	return k.of(a), err
}

func (k keeper) ByID(ctx context.Context, tx *db.Tx, territory, id string) (loans.Asset, error) {
	a, err := assets.ByID(ctx, tx, territory, id)
	return k.of(a), err
}

func (k keeper) with(ctx context.Context, tx *db.Tx, territory, id string, f func(a *assets.Asset) error) error {
	a, err := assets.ByID(ctx, tx, territory, id)
	if err != nil {
		return err
	}
	return f(&a)
}

func (k keeper) Lend(ctx context.Context, tx *db.Tx, territory, id, loan string) error {
	return k.with(ctx, tx, territory, id, func(a *assets.Asset) error {
		if err := k.Hold(ctx, tx, a, loan); err != nil {
			return err
		}
		return k.Reach(ctx, tx, a, assets.Usable)
	})
}

func (k keeper) TakeBack(ctx context.Context, tx *db.Tx, territory, id, loan string) error {
	return k.with(ctx, tx, territory, id, func(a *assets.Asset) error { return k.Release(ctx, tx, a, loan) })
}

func (k keeper) Trouble(ctx context.Context, tx *db.Tx, territory, id, trouble, reason string) error {
	return k.with(ctx, tx, territory, id, func(a *assets.Asset) error {
		return k.Keeper.Trouble(ctx, tx, a, assets.Trouble(trouble), reason)
	})
}

func (k keeper) Move(ctx context.Context, tx *db.Tx, territory, id, school, reason string) error {
	return k.with(ctx, tx, territory, id, func(a *assets.Asset) error { return k.Keeper.Move(ctx, tx, a, school, "", "", reason) })
}

func (k keeper) Free(ctx context.Context, tx *db.Tx, territory, school string) ([]loans.Asset, error) {
	list, err := assets.FreeIn(ctx, tx, territory, school, 100)
	var out []loans.Asset
	for _, a := range list {
		out = append(out, k.of(a))
	}
	return out, err
}

// house is two schools of a territory, with two classes of pupils in the first, a stock of tablets in each, and signed agreements.
type house struct {
	*loans.Service
	t       testing.TB
	d       *db.DB
	clock   *time.Time
	letters *mail.Spool
	devices []string // codes of the tablets of the first school
	slips   []string // codes of the agreements of class a, then of class b
}

const pupils = 34 // 30 in class a, 4 in class b

// openHouse fills an empty database.
func openHouse(t testing.TB, d *db.DB) *house {
	now := time.Date(2026, 11, 23, 9, 0, 0, 0, time.UTC)
	h := &house{t: t, d: d, clock: &now, letters: mail.NewSpool(200)}
	db.WithClock(func() time.Time { return *h.clock })(d)
	j := journal.New(d, key)
	h.Service = loans.New(d, j, directory.New(d, j), keeper{assets.Keeper{Journal: j}}, h.letters, "https://preau.example")
	h.update(func(ctx context.Context, tx *db.Tx) error {
		if err := directory.Seed(ctx, tx, people()); err != nil {
			return err
		}
		for _, school := range []string{uai, other} {
			var list []*assets.Asset
			cost := int64(40000)
			for range 36 {
				list = append(list, &assets.Asset{Kind: "tablet", Name: "Tablette X10", Lendable: true, Measure: "pupil-loans", School: school, Owner: "Commune", Funder: "État", Custodian: school,
					State: assets.Delivered, DeliveredAt: 1, CostCents: &cost, BoughtOn: "2026-09-01"})
			}
			if err := assets.Add(ctx, tx, territory, list); err != nil {
				return err
			}
			for _, a := range list {
				if school == uai {
					h.devices = append(h.devices, a.Code)
				}
			}
		}
		for i := range pupils {
			class := "a"
			if i >= 30 {
				class = "b"
			}
			h.slips = append(h.slips, h.sign(ctx, tx, i, pupil(i), class, "signed"))
		}
		return nil
	})
	return h
}

func pupil(i int) string { return fmt.Sprintf("p%02d", i) }

// sign writes an agreement of a pupil.
func (h *house) sign(ctx context.Context, tx *db.Tx, n int, person, class, state string) string {
	c := code.Make(code.Agreement, territory, uint64(n))
	id := fmt.Sprintf("agreement-%02d", n)
	if _, err := tx.Exec(ctx, `INSERT INTO lend_agreement (territory, id, code, school, class, pupil, year, language, homes, start_on, due_on, state, created_at, created_by)
		VALUES (?, ?, ?, ?, ?, ?, '2026-2027', 'fr', 1, '2026-11-23', '2027-07-02', ?, 1, 'head')`, territory, id, c, uai, class, person, state); err != nil {
		h.t.Fatal(err)
	}
	for i, kind := range []string{"device", "charger"} {
		if _, err := tx.Exec(ctx, "INSERT INTO lend_item (territory, agreement, number, kind, name) VALUES (?, ?, ?, ?, ?)", territory, id, i+1, kind, kind); err != nil {
			h.t.Fatal(err)
		}
	}
	return c
}

func (h *house) update(f func(ctx context.Context, tx *db.Tx) error) {
	h.t.Helper()
	if err := h.d.Update(inside, f); err != nil {
		h.t.Fatal(err)
	}
}

// people is a directory of two schools; each pupil of class a has one guardian with an e-mail address, but p01 who has two
// homes, and p02 whose guardian is also that of p03 and has a telephone alone.
func people() *directory.Dataset {
	d := &directory.Dataset{
		Territories: []directory.TerritoryRow{{Territory: territory, Name: "Aisne"}},
		Sources:     []directory.Source{{ID: "s", Name: "essai", ImportedAt: 1}},
	}
	lat, lon := 49.56, 3.62
	for i, id := range []directory.UAI{uai, other} {
		x := lat + float64(i)/10
		d.Schools = append(d.Schools, directory.School{Territory: territory, UAI: id, Name: "École " + string(id), Type: directory.Ecole, Sector: directory.Public, Contract: directory.ContractNone,
			Latitude: &x, Longitude: &lon, Status: directory.Open, Source: "s", CommuneName: "Laon"})
	}
	for _, c := range []struct{ id, school string }{{"a", uai}, {"b", uai}, {"c", other}} {
		d.Classes = append(d.Classes, directory.Class{Territory: territory, ID: c.id, School: directory.UAI(c.school), Year: "2026-2027", Name: "CM1 " + c.id, Status: directory.Open, Source: "s"})
	}
	for i := range pupils {
		class := "a"
		if i >= 30 {
			class = "b"
		}
		d.Persons = append(d.Persons, directory.Person{Territory: territory, ID: pupil(i), CreatedAt: 1})
		d.Identities = append(d.Identities, directory.Identity{Territory: territory, Person: pupil(i), GivenName: "Zoé", FamilyName: fmt.Sprintf("Élève%02d", i)})
		d.Affiliations = append(d.Affiliations, directory.Affiliation{Territory: territory, ID: "in-" + pupil(i), Person: pupil(i), School: uai, Class: class, Role: directory.RolePupil, Start: "2026-09-01", Source: "s"})
		guardian := "g" + pupil(i)
		if i == 3 {
			guardian = "g" + pupil(2)
		} else {
			one := directory.Identity{Territory: territory, Person: guardian, GivenName: "Alix", FamilyName: fmt.Sprintf("Parent%02d", i), Email: guardian + "@example.org", Phone: "0300000000"}
			if i == 2 {
				one.Email = ""
			}
			d.Persons = append(d.Persons, directory.Person{Territory: territory, ID: guardian, CreatedAt: 1})
			d.Identities = append(d.Identities, one)
		}
		d.Guardianships = append(d.Guardianships, directory.Guardianship{Territory: territory, Child: pupil(i), Guardian: guardian, Source: "s"})
	}
	return d
}

// rooms are the tables that loans stand on.
var rooms = []db.Migrations{journal.Migrations, files.Migrations, directory.Migrations, equip.Migrations, lend.Migrations}

func each(t *testing.T, f func(t *testing.T, h *house)) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) { f(t, openHouse(t, d)) }, rooms...)
}

func want(t *testing.T, err error, kind errs.Kind, keys ...string) {
	t.Helper()
	e := &errs.Error{}
	if !errs.Is(err, kind) {
		t.Errorf("%v, want kind %d", err, kind)
		return
	}
	if len(keys) > 0 {
		if asError(err, &e); e.Key != keys[0] && (len(e.Fields) == 0 || e.Fields[0].Key != keys[0]) {
			t.Errorf("%v, want %s", err, keys[0])
		}
	}
}

// uses adds up what the facts say of devices at home and of the measure.
func (h *house) uses() (devices, quantity int64) {
	h.t.Helper()
	j := journal.New(h.d, key)
	for _, kind := range loans.UseKinds {
		list, err := j.List(inside, journal.Filter{Kind: kind, Limit: 1000})
		if err != nil {
			h.t.Fatal(err)
		}
		for _, e := range list {
			u := useOf(h.t, e)
			devices, quantity = devices+u.Devices, quantity+u.Quantity
		}
	}
	return devices, quantity
}

func (h *house) count(query string, args ...any) int {
	h.t.Helper()
	n := 0
	if err := h.d.View(inside, func(ctx context.Context, tx *db.Tx) error {
		var err error
		n, err = db.One(ctx, tx, db.Value[int], query, args...)
		return err
	}); err != nil {
		h.t.Fatal(err)
	}
	return n
}
