package needs

import (
	"context"

	"preau/internal/base/db"
	"preau/internal/base/errs"
)

const nominationColumns = `territory, id, school, class, pupil, year, criteria, unknown, state, reason, appeal, COALESCE(appealed_at, 0),
	COALESCE(decided_at, 0), decided_by, version, created_at, created_by`

func (s *Service) scan(row db.Scanner) (Nomination, error) {
	var n Nomination
	var yes, unknown string
	err := row.Scan(&n.Territory, &n.ID, &n.School, &n.Class, &n.Pupil, &n.Year, &yes, &unknown, &n.State, &n.Reason, &n.Appeal, &n.AppealedAt,
		&n.DecidedAt, &n.DecidedBy, &n.Version, &n.CreatedAt, &n.CreatedBy)
	n.Answers = answersOf(s.rule, yes, unknown)
	return n, err
}

// ofSchool returns every nomination of a school in a year.
func (s *Service) ofSchool(ctx context.Context, tx *db.Tx, territory, school, year string) ([]Nomination, error) {
	return db.All(ctx, tx, s.scan, "SELECT "+nominationColumns+" FROM lend_nomination WHERE territory = ? AND school = ? AND year = ? ORDER BY id",
		territory, school, year)
}

// find returns a nomination of any territory that the transaction sees, or NotFound.
func (s *Service) find(ctx context.Context, tx *db.Tx, id string) (Nomination, error) {
	n, err := db.One(ctx, tx, s.scan, "SELECT "+nominationColumns+" FROM lend_nomination WHERE id = ?", id)
	if db.IsNotFound(err) {
		err = errs.NewNotFound("needs.not_found")
	}
	return n, err
}

// insert writes a new nomination.
func (s *Service) insert(ctx context.Context, tx *db.Tx, n *Nomination) error {
	_, err := tx.Exec(ctx, `INSERT INTO lend_nomination (territory, id, school, class, pupil, year, criteria, unknown, points, state, created_at, created_by)
		VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)`, n.Territory, n.ID, n.School, n.Class, n.Pupil, n.Year, n.ids(Yes), n.ids(Unknown),
		Total(s.rule.Give(n.Answers)), string(n.State), n.CreatedAt, n.CreatedBy)
	return err
}

// update writes a nomination back, or returns Conflict when somebody else changed it.
func (s *Service) update(ctx context.Context, tx *db.Tx, n *Nomination) error {
	changed, err := tx.Exec(ctx, `UPDATE lend_nomination SET school = ?, class = ?, criteria = ?, unknown = ?, points = ?, state = ?, reason = ?, appeal = ?, appealed_at = ?,
		decided_at = ?, decided_by = ?, version = version + 1 WHERE territory = ? AND id = ? AND version = ?`, n.School, n.Class, n.ids(Yes), n.ids(Unknown),
		Total(s.rule.Give(n.Answers)), string(n.State), n.Reason, string(n.Appeal), orNull(n.AppealedAt), orNull(n.DecidedAt), n.DecidedBy, n.Territory, n.ID, n.Version)
	if err == nil && changed == 0 {
		return errs.NewConflict("needs.meanwhile")
	}
	n.Version++
	return err
}

func orNull(ms int64) any {
	if ms == 0 {
		return nil
	}
	return ms
}

// quotaByHand returns the quota that was set by hand, and whether one was.
func quotaByHand(ctx context.Context, tx *db.Tx, territory, school, year string) (Quota, bool, error) {
	q, err := db.One(ctx, tx, func(row db.Scanner) (Quota, error) {
		var q Quota
		err := row.Scan(&q.Quantity, &q.Reason)
		return q, err
	}, "SELECT quantity, reason FROM lend_quota WHERE territory = ? AND school = ? AND year = ?", territory, school, year)
	if db.IsNotFound(err) {
		return q, false, nil
	}
	return q, err == nil, err
}

// Count is what a territory knows of a school's needs.
type Count struct {
	Territory, School string
	Name              string
	Nominated         int64 // ranked, not decided
	Waiting           int64
	Granted           int64 // and lent
	Appeals           int64 // not decided
}

// counts returns the schools with nominations that a condition keeps.
func counts(ctx context.Context, tx *db.Tx, year, where string, args []any) ([]Count, error) {
	return db.All(ctx, tx, func(row db.Scanner) (Count, error) {
		var c Count
		err := row.Scan(&c.Territory, &c.School, &c.Nominated, &c.Waiting, &c.Granted, &c.Appeals)
		return c, err
	}, `SELECT territory, school, SUM(CASE WHEN state = 'nominated' THEN 1 ELSE 0 END), SUM(CASE WHEN state = 'waiting' THEN 1 ELSE 0 END),
		SUM(CASE WHEN state IN ('granted', 'lent') THEN 1 ELSE 0 END), SUM(CASE WHEN appeal = 'asked' THEN 1 ELSE 0 END)
		FROM lend_nomination WHERE year = ? AND `+where+" GROUP BY territory, school ORDER BY territory, school", append([]any{year}, args...)...)
}
