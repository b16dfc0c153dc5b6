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
		n := 0
		err := s.db.Update(ctx, func(ctx context.Context, tx *db.Tx) error {
			due, err := s.due(ctx, tx)
			if err != nil {
				return err
			}
			n = len(due)
			for _, p := range due {
				if err := s.erase(ctx, tx, p.Territory, p.ID, "retention"); err != nil {
					return err
				}
			}
			return nil
		})
		total += n
		if err != nil || n < retireBatch {
			return total, err
		}
	}
}

// due returns some of the persons whose time has come.
func (s *Service) due(ctx context.Context, tx *db.Tx) ([]Person, error) {
	now := s.db.Time().In(i18n.Paris)
	day := func(kind string) string { return now.AddDate(0, -monthsOf(kind), 0).Format(time.DateOnly) }
	scan := func(row db.Scanner) (Person, error) {
		var p Person
		err := row.Scan(&p.Territory, &p.ID)
		return p, err
	}
	left, err := db.All(ctx, tx, scan, `SELECT i.territory, i.person FROM directory_identity i
		JOIN directory_affiliation a ON a.territory = i.territory AND a.person = i.person
		GROUP BY i.territory, i.person
		HAVING SUM(CASE WHEN a.end_date IS NULL THEN 1 ELSE 0 END) = 0
			AND MAX(a.end_date) < CASE WHEN MAX(CASE WHEN a.role = 'pupil' THEN 0 ELSE 1 END) = 1 THEN ? ELSE ? END
		ORDER BY i.territory, i.person LIMIT ?`, day("staff"), day("pupil"), retireBatch)
	if err != nil || len(left) == retireBatch {
		return left, err
	}
	alone, err := db.All(ctx, tx, scan, `SELECT i.territory, i.person FROM directory_identity i
		JOIN directory_person p ON p.territory = i.territory AND p.id = i.person
		WHERE p.created_at < ? AND NOT EXISTS (SELECT 1 FROM directory_affiliation a WHERE a.territory = i.territory AND a.person = i.person)
		AND NOT EXISTS (SELECT 1 FROM directory_guardianship g WHERE g.territory = i.territory AND g.guardian = i.person)
		ORDER BY i.territory, i.person LIMIT ?`, now.AddDate(0, -monthsOf("other"), 0).UnixMilli(), retireBatch-len(left))
	return append(left, alone...), err
}
