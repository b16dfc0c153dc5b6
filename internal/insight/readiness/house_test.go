package readiness

import (
	"context"
	"fmt"
	"testing"

	"preau/internal/base/authz"
	"preau/internal/base/db"
	"preau/internal/base/dbtest"
	"preau/internal/base/journal"
	"preau/internal/territory/directory"
	"preau/internal/territory/directory/intake"
)

// house is a small installation: a database with a directory, a journal with the projection, the service.
type house struct {
	d       *db.DB
	journal *journal.Journal
	service *Service
}

// costsOf is a programme that lends devices and gives kits, and has nothing for the rest.
type costsOf map[Need]int64

func (c costsOf) UnitCosts(context.Context, string) (map[Need]int64, error) { return c, nil }

var rooms = []db.Migrations{journal.Migrations, directory.Migrations, Migrations}

// each runs f on both databases in a house with the schools of two territories.
func each(t *testing.T, f func(t *testing.T, h *house)) {
	t.Helper()
	dbtest.Each(t, func(t *testing.T, d *db.DB) { f(t, furnish(t, d)) }, rooms...)
}

// The schools of the house. Big has twelve classes, village two, empty none but a number of pupils, blank nothing at all;
// afar is in the other territory.
const (
	big     = "0020001R"
	village = "0020002S"
	empty   = "0020003T"
	blank   = "0020004U"
	afar    = "0950001K"
)

func furnish(t testing.TB, d *db.DB) *house {
	t.Helper()
	h := &house{d: d, journal: journal.New(d, []byte("secret"), Projection{})}
	h.service = New(d, h.journal, costsOf{NeedDevice: 40000, NeedTeaching: 30000}, intake.New(d, h.journal, []byte("secret")))
	h.exec(t, "INSERT INTO directory_territory (territory, name) VALUES ('02', 'Aisne'), ('95', 'Val-d’Oise')")
	school := func(territory, uai, name, commune string, pupils any) {
		h.exec(t, `INSERT INTO directory_school (territory, uai, name, folded, type, sector, contract, commune, commune_name, pupils, status, source, updated_at)
			VALUES (?, ?, ?, ?, 'ecole', 'public', 'none', ?, ?, ?, 'open', 's', 0)`, territory, uai, name, db.Fold(name), commune, "Commune "+commune, pupils)
	}
	school("02", big, "École Cœur-de-Ville", "02408", 999)
	school("02", village, "École du Village", "02722", nil)
	school("02", empty, "École Sans Classe", "02722", 80)
	school("02", blank, "École Blanche", "02722", nil)
	school("95", afar, "École Lointaine", "95127", nil)
	for i := range 12 {
		h.class(t, "02", big, fmt.Sprintf("c%02d", i+1), fmt.Sprintf("Classe %02d", i+1), 24)
	}
	h.class(t, "02", village, "v1", "Petits", 20)
	h.class(t, "02", village, "v2", "Grands", nil)
	h.class(t, "95", afar, "a1", "Unique", 18)
	if err := d.Update(db.Everywhere(context.Background()), func(ctx context.Context, tx *db.Tx) error { return MarkStale(ctx, tx, "", "") }); err != nil {
		t.Fatal(err)
	}
	return h
}

func (h *house) class(t testing.TB, territory, school, id, name string, pupils any) {
	h.exec(t, `INSERT INTO directory_class (territory, id, school, year, name, pupils, status, source, updated_at)
		VALUES (?, ?, ?, '2026-2027', ?, ?, 'open', 's', 0)`, territory, id, school, name, pupils)
}

func (h *house) exec(t testing.TB, query string, args ...any) {
	t.Helper()
	if err := h.d.Update(db.Everywhere(context.Background()), func(ctx context.Context, tx *db.Tx) error {
		_, err := tx.Exec(ctx, query, args...)
		return err
	}); err != nil {
		t.Fatal(err)
	}
}

func (h *house) count(t testing.TB, query string, args ...any) int {
	t.Helper()
	var n int
	if err := h.d.View(db.Everywhere(context.Background()), func(ctx context.Context, tx *db.Tx) (err error) {
		n, err = db.One(ctx, tx, db.Value[int], query, args...)
		return err
	}); err != nil {
		t.Fatal(err)
	}
	return n
}

// as returns the context of a person with one role on one scope, seeing what the web adapter would let them see.
func as(role authz.Role, scope authz.Scope) context.Context {
	ctx := authz.With(context.Background(), Permissions, &authz.Principal{Account: "account-" + string(role), Role: role, Grants: []authz.Grant{{Role: role, Scope: scope}}})
	if scope.Territory == "" {
		return db.Everywhere(ctx)
	}
	return db.WithTerritories(ctx, scope.Territory)
}

func public() context.Context {
	return db.Everywhere(authz.With(context.Background(), Permissions, nil))
}

func system() context.Context { return db.Everywhere(authz.System(context.Background())) }

func head(uai string) context.Context { return as(authz.Head, authz.School("02", uai)) }

func lead() context.Context { return as(authz.TerritoryLead, authz.Territory("02")) }

// wholeAnswer is the answer of a class of 24 where all is well but for a few.
var wholeAnswer = Raw{"24", "22", "3", "20", "23", "app", "oui", "oui", "non", "oui", "oui"}
