package orders

import (
	"context"
	"fmt"
	"os"
	"slices"
	"testing"

	"preau/internal/base/authz"
	"preau/internal/base/db"
	"preau/internal/base/dbtest"
	"preau/internal/base/errs"
	"preau/internal/base/files"
	"preau/internal/base/journal"
	"preau/internal/measures/equip/assets"
	"preau/internal/measures/equip/catalogue"
	"preau/internal/territory/directory"
	"preau/internal/territory/programme"
	"preau/programmes"
)

// house is a small installation: one territory with schools in three communes, a catalogue and a plan.
type house struct {
	t       testing.TB
	d       *db.DB
	service *Service
	stock   *catalogue.Service
	plan    *plans
}

// plans is a plan in force that tests write.
type plans struct{ adopted map[string]*Adopted }

func (p *plans) InForce(_ context.Context, territory string) (*Adopted, error) {
	if a := p.adopted[territory]; a != nil {
		return a, nil
	}
	return nil, errs.NewNotFound("orders.from_plan.no_plan")
}

// rooms have the tables; those of equip are read from the folder, since package equip imports this one.
var rooms = []db.Migrations{journal.Migrations, files.Migrations, directory.Migrations, programme.Migrations, {Room: "equip", FS: os.DirFS("..")}}

var policy = authz.Join(Permissions, catalogue.Permissions, directory.Permissions, programme.Permissions, authz.Policy{assets.ReadAssets: {authz.TerritoryLead}})

const (
	laon    = "0020001R"
	laon2   = "0020002S"
	athies  = "0020003T"
	hirson  = "0020004U"
	adopted = 1_760_000_000_000
)

func inside(ctx context.Context) context.Context { return db.Everywhere(authz.System(ctx)) }

func each(t *testing.T, f func(t *testing.T, h *house)) {
	t.Helper()
	dbtest.Each(t, func(t *testing.T, d *db.DB) { f(t, furnish(t, d)) }, rooms...)
}

func furnish(t testing.TB, d *db.DB) *house {
	t.Helper()
	j := journal.New(d, []byte("secret"))
	j.Project(programme.Projection{})
	h := &house{t: t, d: d, stock: catalogue.New(d, j), plan: &plans{map[string]*Adopted{}}}
	h.service = New(d, j, h.plan, directory.New(d, j), programme.New(d, j))
	ctx := inside(t.Context())
	h.exec("INSERT INTO directory_territory (territory, name) VALUES ('02', 'Aisne'), ('95', 'Val-d’Oise')")
	for uai, at := range map[string]struct {
		name, commune, communeName string
		latitude, longitude        float64
	}{
		laon: {"École Cœur-de-Ville", "02408", "Laon", 49.56, 3.62}, laon2: {"École de la Cuve", "02408", "Laon", 49.57, 3.63},
		athies: {"École d'Athies", "02028", "Athies", 49.57, 3.68}, hirson: {"École d'Hirson", "02381", "Hirson", 49.92, 4.08},
	} {
		h.exec(`INSERT INTO directory_school (territory, uai, name, folded, type, sector, contract, commune, commune_name, latitude, longitude, status, source, updated_at)
			VALUES ('02', ?, ?, ?, 'ecole', 'public', 'none', ?, ?, ?, ?, 'open', 's', 0)`, uai, at.name, db.Fold(at.name), at.commune, at.communeName, at.latitude, at.longitude)
	}
	if err := h.stock.AddStarter(ctx); err != nil {
		t.Fatal(err)
	}
	if _, err := h.service.programme.Load(ctx, "tne-2020.yaml", programmes.TNE2020); err != nil {
		t.Fatal(err)
	}
	h.plan.adopted["02"] = &Adopted{ID: "p1", AdoptedAt: adopted, Measures: []Measure{
		{ID: "walls", UnitCents: 333333, Wants: assets.ServesDisplay, Funder: "Réseau Canopé", Lines: []Due{{laon, 3, 1}, {athies, 2, 2}, {hirson, 1, 3}}},
		{ID: "hybrid-kits", UnitCents: 30000, Wants: assets.ServesKit, Funder: "La Trousse à projets", Lines: []Due{{laon, 4, 1}, {laon2, 5, 2}}},
		{ID: "pupil-loans", UnitCents: 40000, Wants: Lendable, Funder: "La Trousse à projets", Lines: []Due{{laon2, 10, 1}}},
		{ID: "new-teachers", UnitCents: 200000, Wants: assets.ServesLaptop, Funder: "Réseau Canopé", Lines: []Due{{"", 7, 0}}},
	}}
	return h
}

func (h *house) exec(query string, args ...any) {
	h.t.Helper()
	if err := h.d.Update(inside(h.t.Context()), func(ctx context.Context, tx *db.Tx) error {
		_, err := tx.Exec(ctx, query, args...)
		return err
	}); err != nil {
		h.t.Fatal(err)
	}
}

func (h *house) count(query string, args ...any) int {
	h.t.Helper()
	n := 0
	if err := h.d.View(inside(h.t.Context()), func(ctx context.Context, tx *db.Tx) (err error) {
		n, err = db.One(ctx, tx, db.Value[int], query, args...)
		return err
	}); err != nil {
		h.t.Fatal(err)
	}
	return n
}

// order returns the order of a measure.
func (h *house) order(measure string) Order {
	h.t.Helper()
	ctx := inside(h.t.Context())
	rows, _, err := h.service.Orders(ctx, Filter{Measure: measure})
	if err != nil || len(rows) == 0 {
		h.t.Fatalf("%s: %d orders, %v", measure, len(rows), err)
	}
	o, err := h.service.Order(ctx, rows[0].ID)
	if err != nil {
		h.t.Fatal(err)
	}
	return o
}

// ordered orders the plan, with suppliers.
func (h *house) ordered() Made {
	h.t.Helper()
	var choices []Choice
	for _, m := range h.plan.adopted["02"].Measures {
		choices = append(choices, Choice{Measure: m.ID, Supplier: "Comptoir des écoles", Market: "2026-M-17"})
	}
	made, err := h.service.FromPlan(inside(h.t.Context()), "02", choices)
	if err != nil {
		h.t.Fatal(err)
	}
	return made
}

// place places the order of a measure and returns it.
func (h *house) place(measure string) Order {
	h.t.Helper()
	o := h.order(measure)
	if _, err := h.service.Place(inside(h.t.Context()), o.ID, o.Version); err != nil {
		h.t.Fatal(err)
	}
	return h.order(measure)
}

// deliver says that so many units of an order came.
func (h *house) deliver(o Order, n int) {
	h.t.Helper()
	h.exec(`UPDATE equip_asset SET state = 'delivered', delivered_at = 5 WHERE territory = '02' AND order_id = ? AND parent = '' AND id IN
		(SELECT b.id FROM equip_asset b WHERE b.territory = '02' AND b.order_id = ? AND b.parent = '' AND b.delivered_at IS NULL ORDER BY b.code LIMIT `+fmt.Sprint(n)+")", o.ID, o.ID)
}

// want fails unless err is of the kind.
func want(t testing.TB, err error, kind errs.Kind, key string) {
	t.Helper()
	e, ok := err.(*errs.Error)
	if !ok || e.Kind != kind || (key != "" && e.Key != key && !slices.ContainsFunc(e.Fields, func(f errs.Field) bool { return f.Key == key })) {
		t.Errorf("got %v, want %s", err, key)
	}
}
