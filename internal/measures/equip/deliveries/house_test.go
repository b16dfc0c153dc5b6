package deliveries

import (
	"context"
	"fmt"
	"os"
	"testing"

	"preau/internal/base/authz"
	"preau/internal/base/code"
	"preau/internal/base/db"
	"preau/internal/base/dbtest"
	"preau/internal/base/files"
	"preau/internal/base/i18n"
	"preau/internal/base/journal"
	"preau/internal/measures/equip/assets"
	"preau/internal/territory/directory"
)

// house is a small installation with one round of three stops.
type house struct {
	t       testing.TB
	d       *db.DB
	service *Service
}

const (
	hub     = "0020001R"
	village = "0020002S"
	hamlet  = "0020003T"
)

// rooms have the tables; those of equip are read from the folder, since package equip imports this one.
var rooms = []db.Migrations{journal.Migrations, files.Migrations, directory.Migrations, {Room: "equip", FS: os.DirFS("..")}}

func each(t *testing.T, f func(t *testing.T, h *house)) {
	t.Helper()
	dbtest.Each(t, func(t *testing.T, d *db.DB) { f(t, furnish(t, d)) }, rooms...)
}

func furnish(t testing.TB, d *db.DB) *house {
	t.Helper()
	j := journal.New(d, []byte("secret"))
	h := &house{t, d, New(d, j, directory.New(d, j))}
	h.exec("INSERT INTO directory_territory (territory, name) VALUES ('02', 'Aisne'), ('95', 'Val-d’Oise')")
	for uai, name := range map[string]string{hub: "École Cœur-de-Ville", village: "École du Village", hamlet: "École du Hameau"} {
		h.exec(`INSERT INTO directory_school (territory, uai, name, folded, type, sector, contract, address, commune, commune_name, status, source, updated_at)
			VALUES ('02', ?, ?, ?, 'ecole', 'public', 'none', '1 rue de l’École', '02408', 'Laon', 'open', 's', 0)`, uai, name, db.Fold(name))
	}
	h.exec(`INSERT INTO equip_model (id, kind, maker, name, reference, folded, tracked, life_months, created_at) VALUES
		('bag', 'other', 'Sac', 'Housse', 'H1', 'housse', 0, 60, 0), ('cam', 'camera', 'Œil', 'Caméra', 'C1', 'camera', 1, 60, 0)`)
	h.exec("INSERT INTO equip_kit (id, name, folded, latest, created_at) VALUES ('hybrid', 'Kit hybride', 'kit hybride', 1, 0)")
	h.exec("INSERT INTO equip_kit_part (kit, version, number, model, quantity) VALUES ('hybrid', 1, 1, 'cam', 1), ('hybrid', 1, 2, 'bag', 2)")
	h.exec("INSERT INTO equip_round (territory, id, name, commune, state, created_at) VALUES ('02', 'r1', 'Laon', '02408', 'planned', 0)")
	h.exec("INSERT INTO equip_counter (territory, name, last) VALUES ('02', 'delivery', 3)")
	for i, school := range []string{hub, village, hamlet} {
		h.exec("INSERT INTO equip_delivery (territory, id, code, round, stop, school, state) VALUES ('02', ?, ?, 'r1', ?, ?, 'planned')",
			fmt.Sprintf("d%d", i+1), noteCode(i+1), i+1, school)
	}
	return h
}

func noteCode(n int) string { return code.Make(code.Delivery, "02", uint64(n)) }

func (h *house) exec(query string, args ...any) {
	h.t.Helper()
	if err := h.d.Update(inside(), func(ctx context.Context, tx *db.Tx) error {
		_, err := tx.Exec(ctx, query, args...)
		return err
	}); err != nil {
		h.t.Fatal(err)
	}
}

func (h *house) count(query string, args ...any) int {
	h.t.Helper()
	var n int
	if err := h.d.View(inside(), func(ctx context.Context, tx *db.Tx) (err error) {
		n, err = db.One(ctx, tx, db.Value[int], query, args...)
		return err
	}); err != nil {
		h.t.Fatal(err)
	}
	return n
}

// tablets puts so many tablets on a delivery and returns their codes.
func (h *house) tablets(delivery, school string, n int) []string {
	list := make([]*assets.Asset, n)
	for i := range list {
		list[i] = &assets.Asset{Kind: "tablet", Name: "Tablette Ardoise", Delivery: delivery, School: school, State: assets.Ordered, OrderedAt: 1}
	}
	h.add(list)
	codes := make([]string, n)
	for i, a := range list {
		codes[i] = a.Code
	}
	return codes
}

// kits puts kits of a laptop and a camera on a delivery: each code stands before those of its parts.
func (h *house) kits(delivery, school string, n int) [][]string {
	var codes [][]string
	for range n {
		kit := &assets.Asset{ID: h.d.NewID(), Kind: "kit", Kit: "hybrid", KitVersion: 1, Name: "Kit hybride", Delivery: delivery, School: school, State: assets.Ordered, OrderedAt: 1}
		laptop := &assets.Asset{Kind: "laptop", Name: "Ordinateur", Parent: kit.ID, Delivery: delivery, School: school, State: assets.Ordered, OrderedAt: 1}
		camera := &assets.Asset{Kind: "camera", Name: "Caméra", Parent: kit.ID, Delivery: delivery, School: school, State: assets.Ordered, OrderedAt: 1}
		h.add([]*assets.Asset{kit, laptop, camera})
		codes = append(codes, []string{kit.Code, laptop.Code, camera.Code})
	}
	return codes
}

func (h *house) add(list []*assets.Asset) {
	h.t.Helper()
	if err := h.d.Update(inside(), func(ctx context.Context, tx *db.Tx) error { return assets.Add(ctx, tx, "02", list) }); err != nil {
		h.t.Fatal(err)
	}
}

func (h *house) asset(read string) assets.Asset {
	h.t.Helper()
	var a assets.Asset
	if err := h.d.View(inside(), func(ctx context.Context, tx *db.Tx) (err error) {
		a, err = assets.ByTag(ctx, tx, "02", read)
		return err
	}); err != nil {
		h.t.Fatalf("%s: %v", read, err)
	}
	return a
}

// scan says something and returns the outcomes.
func (h *house) scan(ctx context.Context, delivery string, scans ...Scan) []Outcome {
	h.t.Helper()
	_, answers, err := h.service.Scan(ctx, delivery, scans)
	if err != nil {
		h.t.Fatal(err)
	}
	list := make([]Outcome, len(answers))
	for i, a := range answers {
		list[i] = a.Outcome
	}
	return list
}

func (h *house) delivery(id string) *Content {
	h.t.Helper()
	c, err := h.service.Delivery(inside(), id)
	if err != nil {
		h.t.Fatal(err)
	}
	return c
}

func inside() context.Context { return spoken(db.Everywhere(authz.System(context.Background()))) }

var catalog, _ = i18n.Load(Messages, assets.Messages, files.Messages)

func spoken(ctx context.Context) context.Context { return i18n.With(ctx, catalog.In(i18n.French)) }

// as is somebody with a role, seen by the database as a request would be.
func as(role authz.Role, scope authz.Scope) context.Context {
	ctx := spoken(db.WithTerritories(context.Background(), "02"))
	return authz.With(ctx, policy, &authz.Principal{Account: string(role) + " " + scope.School, Role: role, Grants: []authz.Grant{{Role: role, Scope: scope}}})
}

var policy = authz.Join(Permissions, directory.Permissions)

func head(school string) context.Context { return as(authz.Head, authz.School("02", school)) }

func officer() context.Context { return as(authz.LogisticsOfficer, authz.Territory("02")) }
