package entitlements

import (
	"context"

	"preau/internal/base/authz"
	"preau/internal/base/db"
	"preau/internal/base/errs"
)

const columns = `territory, id, person, school, year, kit, state, declared_at, COALESCE(chosen_at, 0), asset, COALESCE(handed_at, 0), signature, left_on, COALESCE(ended_at, 0), version`

func scan(row db.Scanner) (Entitlement, error) {
	var e Entitlement
	err := row.Scan(&e.Territory, &e.ID, &e.Person, &e.School, &e.Year, &e.Kit, &e.State, &e.DeclaredAt, &e.ChosenAt, &e.Asset, &e.HandedAt, &e.Document, &e.LeftOn, &e.EndedAt, &e.Version)
	return e, err
}

// find returns the entitlement, NotFound, also for a person who may not do this with it.
func find(ctx context.Context, tx *db.Tx, perm authz.Permission, id string) (Entitlement, error) {
	e, err := db.One(ctx, tx, scan, "SELECT "+columns+" FROM equip_entitlement WHERE id = ?", id)
	if db.IsNotFound(err) {
		return e, errs.NewNotFound("entitlements.not_found")
	}
	if err != nil {
		return e, err
	}
	return e, authz.Check(ctx, perm, authz.School(e.Territory, e.School))
}

// insert writes a new entitlement and tells whether the person had none that year.
func insert(ctx context.Context, tx *db.Tx, e *Entitlement) (bool, error) {
	n, err := tx.Exec(ctx, `INSERT INTO equip_entitlement (territory, id, person, school, year, kind, state, declared_at) VALUES (?, ?, ?, ?, ?, 'new_teacher', ?, ?)
		ON CONFLICT (territory, person, year) DO NOTHING`, e.Territory, e.ID, e.Person, e.School, e.Year, string(e.State), e.DeclaredAt)
	return n > 0, err
}

func date(at int64) any {
	if at == 0 {
		return nil
	}
	return at
}

// save writes an entitlement that was read in this version: Conflict when somebody changed it since.
func save(ctx context.Context, tx *db.Tx, e *Entitlement) error {
	n, err := tx.Exec(ctx, `UPDATE equip_entitlement SET school = ?, kit = ?, state = ?, chosen_at = ?, asset = ?, handed_at = ?, signature = ?, left_on = ?, ended_at = ?, version = version + 1
		WHERE territory = ? AND id = ? AND version = ?`, e.School, e.Kit, string(e.State), date(e.ChosenAt), e.Asset, date(e.HandedAt), e.Document, e.LeftOn, date(e.EndedAt), e.Territory, e.ID, e.Version)
	if err == nil && n == 0 {
		return errs.NewConflict("entitlements.meanwhile")
	}
	e.Version++
	return err
}

// Filter chooses entitlements. Empty members choose all.
type Filter struct {
	School, Year string
	State        State
}

// list returns the entitlements within the scopes, the newest first.
func list(ctx context.Context, tx *db.Tx, scopes []authz.Scope, f Filter) ([]Entitlement, error) {
	where, args := authz.Filter(scopes, "territory", "school", "")
	for _, part := range []struct{ column, value string }{{"school", f.School}, {"year", f.Year}, {"state", string(f.State)}} {
		if part.value != "" {
			where, args = where+" AND "+part.column+" = ?", append(args, part.value)
		}
	}
	return db.All(ctx, tx, scan, "SELECT "+columns+" FROM equip_entitlement WHERE "+where+" ORDER BY year DESC, school, declared_at, id LIMIT 2000", args...)
}
