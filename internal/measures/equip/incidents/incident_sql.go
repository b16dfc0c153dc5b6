package incidents

import (
	"context"

	"preau/internal/base/authz"
	"preau/internal/base/db"
	"preau/internal/base/errs"
)

const columns = `i.territory, i.id, i.number, i.asset, a.name, a.code, i.school, i.class, i.kind, i.note, i.photo, i.actor, i.state, i.reports,
	i.reported_at, COALESCE(i.taken_at, 0), COALESCE(i.usable_at, 0), COALESCE(i.closed_at, 0), i.version`

const from = " FROM equip_incident i JOIN equip_asset a ON a.territory = i.territory AND a.id = i.asset "

func scan(row db.Scanner) (Incident, error) {
	var i Incident
	err := row.Scan(&i.Territory, &i.ID, &i.Number, &i.Asset, &i.AssetName, &i.AssetCode, &i.School, &i.Class, &i.Kind, &i.Note, &i.Photo, &i.Actor, &i.State, &i.Reports,
		&i.ReportedAt, &i.TakenAt, &i.UsableAt, &i.ClosedAt, &i.Version)
	return i, err
}

// find returns an incident, NotFound, also for a person who may not do this with it.
func find(ctx context.Context, tx *db.Tx, perm authz.Permission, id string) (Incident, error) {
	i, err := db.One(ctx, tx, scan, "SELECT "+columns+from+"WHERE i.id = ?", id)
	if db.IsNotFound(err) {
		return i, errs.NewNotFound("incidents.not_found")
	}
	if err != nil {
		return i, err
	}
	return i, authz.Check(ctx, perm, authz.School(i.Territory, i.School))
}

// openOf returns the open incident of an asset, db.ErrNotFound when there is none.
func openOf(ctx context.Context, tx *db.Tx, territory, asset string) (Incident, error) {
	return db.One(ctx, tx, scan, "SELECT "+columns+from+"WHERE i.territory = ? AND i.asset = ? AND i.state NOT IN ('usable', 'closed') ORDER BY i.reported_at LIMIT 1", territory, asset)
}

func insert(ctx context.Context, tx *db.Tx, i *Incident, account string) error {
	_, err := tx.Exec(ctx, `INSERT INTO equip_incident (territory, id, number, asset, school, class, kind, actor, state, reported_at, reported_by, reports)
		VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, 1)`, i.Territory, i.ID, i.Number, i.Asset, i.School, i.Class, string(i.Kind), i.Actor, string(i.State), i.ReportedAt, account)
	return err
}

func date(at int64) any {
	if at == 0 {
		return nil
	}
	return at
}

// save writes an incident that was read in this version: Conflict when somebody changed it since.
func save(ctx context.Context, tx *db.Tx, i *Incident) error {
	n, err := tx.Exec(ctx, `UPDATE equip_incident SET kind = ?, note = ?, photo = ?, actor = ?, state = ?, reports = ?, taken_at = ?, usable_at = ?, closed_at = ?, version = version + 1
		WHERE territory = ? AND id = ? AND version = ?`, string(i.Kind), i.Note, i.Photo, i.Actor, string(i.State), i.Reports, date(i.TakenAt), date(i.UsableAt), date(i.ClosedAt), i.Territory, i.ID, i.Version)
	if err == nil && n == 0 {
		return errs.NewConflict("incidents.meanwhile")
	}
	i.Version++
	return err
}

// Filter chooses incidents. Empty members choose all.
type Filter struct {
	School string
	State  State // "open": all that somebody still has to act on
	Kind   Kind
	Actor  string
	Page   int // from 1
	Size   int
}

// Open is the filter's state for all that is not at its end.
const Open State = "open"

func (f *Filter) where(scopes []authz.Scope) (string, []any) {
	where, args := authz.Filter(scopes, "i.territory", "i.school", "i.class")
	for _, part := range []struct{ column, value string }{{"i.school", f.School}, {"i.kind", string(f.Kind)}, {"i.actor", f.Actor}} {
		if part.value != "" {
			where, args = where+" AND "+part.column+" = ?", append(args, part.value)
		}
	}
	switch f.State {
	case "":
	case Open:
		where += " AND i.state NOT IN ('usable', 'closed')"
	default:
		where, args = where+" AND i.state = ?", append(args, string(f.State))
	}
	return where, args
}
