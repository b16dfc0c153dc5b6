package agreements

import (
	"context"

	"preau/internal/base/code"
	"preau/internal/base/db"
	"preau/internal/base/errs"
)

const columns = `territory, id, code, school, class, pupil, year, language, homes, start_on, due_on, measure, state, COALESCE(signed_at, 0), signed_how,
	signed_by, signature, second, second_by, document, sha256, version, created_at`

func scan(row db.Scanner) (*Agreement, error) {
	a := &Agreement{}
	err := row.Scan(&a.Territory, &a.ID, &a.Code, &a.School, &a.Class, &a.Pupil, &a.Year, &a.Language, &a.Homes, &a.StartOn, &a.DueOn, &a.Measure, &a.State,
		&a.SignedAt, &a.SignedHow, &a.SignedBy, &a.Signature, &a.Second, &a.SecondBy, &a.Document, &a.SHA256, &a.Version, &a.CreatedAt)
	return a, err
}

// one returns the agreement that a condition finds, with its items, or NotFound.
func one(ctx context.Context, tx *db.Tx, where string, args ...any) (*Agreement, error) {
	a, err := db.One(ctx, tx, scan, "SELECT "+columns+" FROM lend_agreement WHERE "+where, args...)
	if db.IsNotFound(err) {
		return nil, errs.NewNotFound("agreements.not_found")
	}
	if err != nil {
		return nil, err
	}
	return a, withItems(ctx, tx, []*Agreement{a})
}

// mostAtOnce bounds the agreements whose items one query reads.
const mostAtOnce = 400

// withItems reads the items of agreements of one territory.
func withItems(ctx context.Context, tx *db.Tx, list []*Agreement) error {
	byID := map[string]*Agreement{}
	for _, a := range list {
		byID[a.ID] = a
	}
	for rest := list; len(rest) > 0; {
		some := rest[:min(len(rest), mostAtOnce)]
		rest = rest[len(some):]
		args := []any{some[0].Territory}
		for _, a := range some {
			args = append(args, a.ID)
		}
		type line struct {
			agreement string
			Item
		}
		items, err := db.All(ctx, tx, func(row db.Scanner) (line, error) {
			var l line
			err := row.Scan(&l.agreement, &l.Kind, &l.Name, &l.Asset, &l.Code, &l.DataPlan, &l.ValueCents)
			return l, err
		}, "SELECT agreement, kind, name, asset, code, data_plan, COALESCE(value_cents, 0) FROM lend_item WHERE territory = ? AND agreement IN ("+db.Marks(len(some))+") ORDER BY agreement, number", args...)
		if err != nil {
			return err
		}
		for _, l := range items {
			byID[l.agreement].Items = append(byID[l.agreement].Items, l.Item)
		}
	}
	return nil
}

// nextCode numbers an agreement in its territory.
func nextCode(ctx context.Context, tx *db.Tx, territory string) (string, error) {
	if _, err := tx.Exec(ctx, `INSERT INTO lend_counter (territory, name, last) VALUES (?, 'agreement', 1)
		ON CONFLICT (territory, name) DO UPDATE SET last = lend_counter.last + 1`, territory); err != nil {
		return "", err
	}
	n, err := db.One(ctx, tx, db.Value[int64], "SELECT last FROM lend_counter WHERE territory = ? AND name = 'agreement'", territory)
	return code.Make(code.Agreement, territory, uint64(n)), err
}

func insert(ctx context.Context, tx *db.Tx, a *Agreement, by string) error {
	if _, err := tx.Exec(ctx, `INSERT INTO lend_agreement (territory, id, code, school, class, pupil, year, language, homes, start_on, due_on, measure, state, created_at, created_by)
		VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)`, a.Territory, a.ID, a.Code, a.School, a.Class, a.Pupil, a.Year, a.Language, a.Homes, a.StartOn, a.DueOn,
		a.Measure, string(a.State), a.CreatedAt, by); err != nil {
		return err
	}
	return insertItems(ctx, tx, a)
}

func insertItems(ctx context.Context, tx *db.Tx, a *Agreement) error {
	for i, item := range a.Items {
		if _, err := tx.Exec(ctx, "INSERT INTO lend_item (territory, agreement, number, kind, name, asset, code, data_plan, value_cents) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)",
			a.Territory, a.ID, i+1, string(item.Kind), item.Name, item.Asset, item.Code, item.DataPlan, orNull(item.ValueCents)); err != nil {
			return err
		}
	}
	return nil
}

// update writes back what can change, or returns Conflict when somebody else changed it first.
func update(ctx context.Context, tx *db.Tx, a *Agreement) error {
	changed, err := tx.Exec(ctx, `UPDATE lend_agreement SET language = ?, homes = ?, start_on = ?, due_on = ?, state = ?, signed_at = ?, signed_how = ?, signed_by = ?, signature = ?,
		second = ?, second_by = ?, document = ?, sha256 = ?, version = version + 1 WHERE territory = ? AND id = ? AND version = ?`, a.Language, a.Homes, a.StartOn, a.DueOn,
		string(a.State), orNull(a.SignedAt), string(a.SignedHow), a.SignedBy, a.Signature, a.Second, a.SecondBy, a.Document, a.SHA256, a.Territory, a.ID, a.Version)
	if err == nil && changed == 0 {
		return errs.NewConflict("agreements.meanwhile", "code", a.Code)
	}
	a.Version++
	return err
}

func orNull(n int64) any {
	if n == 0 {
		return nil
	}
	return n
}

// Filter chooses agreements; empty members choose all.
type Filter struct {
	Territory, School, Class string
	State                    State
	Year                     string
	Pupil                    string
}

// mostListed bounds a list: a school has fewer agreements in a year.
const mostListed = 2000

func list(ctx context.Context, tx *db.Tx, f Filter, where string, args []any) ([]*Agreement, error) {
	for _, c := range []struct{ column, value string }{{"territory", f.Territory}, {"school", f.School}, {"class", f.Class}, {"state", string(f.State)}, {"year", f.Year}, {"pupil", f.Pupil}} {
		if c.value != "" {
			where += " AND " + c.column + " = ?"
			args = append(args, c.value)
		}
	}
	return db.All(ctx, tx, scan, "SELECT "+columns+" FROM lend_agreement WHERE "+where+" ORDER BY territory, school, class, id LIMIT ?", append(args, mostListed)...)
}
