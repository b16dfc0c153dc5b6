package directory

import (
	"context"
	"time"

	"preau/internal/base/authz"
	"preau/internal/base/db"
	"preau/internal/base/i18n"
)

// RetentionRule says how long the identity of one kind of person is kept.
type RetentionRule struct {
	Kind   string // pupil, guardian, staff, other
	Months int    // after the last affiliation ended; 0: until the last child's is erased
}

// Retention lists the rules that Retire applies. A convention for a loan may run over the summer and its
// return may be disputed: a year is enough for that and for the report of the programme. Staff answer for what
// they handed over for two years. Somebody who has no place in any school is other.
var Retention = []RetentionRule{
	{Kind: "pupil", Months: 12},
	{Kind: "guardian", Months: 0},
	{Kind: "staff", Months: 24},
	{Kind: "other", Months: 12},
}

func monthsOf(kind string) int {
	for _, r := range Retention {
		if r.Kind == kind {
			return r.Months
		}
	}
	return 0
}

// retireBatch is how many persons one transaction erases, so that a long night of erasing blocks nobody.
const retireBatch = 200

// Retire erases the identities whose time has come and returns how many. It is safe to run twice.
func (s *Service) Retire(ctx context.Context) (int, error) {
	if err := authz.Check(ctx, AnswerPeople, authz.Nation()); err != nil {
		return 0, err
	}
	total := 0
	for {
		var due []Person
		// The search takes long and keeps nobody from writing; each person is looked at again before the erasure.
		err := s.db.View(ctx, func(ctx context.Context, tx *db.Tx) error {
			var err error
			due, err = s.due(ctx, tx, nil)
			return err
		})
		if err != nil || len(due) == 0 {
			return total, err
		}
		n, err := s.retire(ctx, due)
		if total += n; err != nil || n == 0 {
			return total, err
		}
	}
}

// retire erases those of the persons who are still due and returns how many.
func (s *Service) retire(ctx context.Context, due []Person) (int, error) {
	n := 0
	err := s.db.Update(ctx, func(ctx context.Context, tx *db.Tx) error {
		n = 0
		for _, p := range due {
			still, err := s.due(ctx, tx, &p)
			if err != nil {
				return err
			}
			if len(still) == 0 {
				continue
			}
			if err := s.erase(ctx, tx, p.Territory, p.ID, "retention"); err != nil {
				return err
			}
			n++
		}
		return nil
	})
	return n, err
}

// Those who left: no affiliation runs or ended too lately for its role.
const dueLeft = `SELECT DISTINCT i.territory, i.person FROM directory_affiliation a
	JOIN directory_identity i ON i.territory = a.territory AND i.person = a.person
	WHERE a.end_date < ? AND NOT EXISTS (SELECT 1 FROM directory_affiliation o WHERE o.territory = a.territory AND o.person = a.person
		AND (o.end_date IS NULL OR o.end_date >= CASE WHEN o.role = 'pupil' THEN ? ELSE ? END))`

// Those who never had a place in a school, nor a child there.
const dueOther = `SELECT i.territory, i.person FROM directory_identity i
	JOIN directory_person p ON p.territory = i.territory AND p.id = i.person
	WHERE p.created_at < ? AND NOT EXISTS (SELECT 1 FROM directory_affiliation a WHERE a.territory = i.territory AND a.person = i.person)
	AND NOT EXISTS (SELECT 1 FROM directory_guardianship g WHERE g.territory = i.territory AND g.guardian = i.person)`

// due returns some of the persons whose time has come, or tells it of the only one.
func (s *Service) due(ctx context.Context, tx *db.Tx, only *Person) ([]Person, error) {
	now := s.db.Time().In(i18n.Paris)
	before := func(kind string) time.Time { return now.AddDate(0, -monthsOf(kind), 0) }
	pupils, staff := before("pupil").Format(time.DateOnly), before("staff").Format(time.DateOnly)
	limit, who := " LIMIT ?", []any{retireBatch}
	if only != nil {
		limit, who = " AND i.territory = ? AND i.person = ?", []any{only.Territory, only.ID}
	}
	scan := func(row db.Scanner) (Person, error) {
		var p Person
		err := row.Scan(&p.Territory, &p.ID)
		return p, err
	}
	left, err := db.All(ctx, tx, scan, dueLeft+limit, append([]any{max(pupils, staff), pupils, staff}, who...)...)
	if err != nil || len(left) > 0 {
		return left, err
	}
	return db.All(ctx, tx, scan, dueOther+limit, append([]any{before("other").UnixMilli()}, who...)...)
}
