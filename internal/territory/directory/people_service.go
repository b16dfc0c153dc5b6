package directory

import (
	"cmp"
	"context"
	"fmt"
	"slices"
	"strings"

	"preau/internal/base/authz"
	"preau/internal/base/db"
)

// PeopleCount says how many people of one kind a territory knows by name.
type PeopleCount struct {
	Territory string
	Kind      string // as RetentionRule
	Named     int
	Oldest    string // the day on which the one who left first did, "" when all are still here
}

// Whoever works in a school is staff, even with a child there; a guardian is one who is neither staff nor pupil.
const countAffiliated = `SELECT territory, CASE WHEN staff = 1 THEN 'staff' ELSE 'pupil' END, COUNT(*), COALESCE(MIN(ended), '') FROM (
	SELECT a.territory AS territory, MAX(CASE WHEN a.role = 'pupil' THEN 0 ELSE 1 END) AS staff,
		CASE WHEN COUNT(a.end_date) = COUNT(*) THEN MAX(a.end_date) END AS ended
	FROM directory_affiliation a JOIN directory_identity i ON i.territory = a.territory AND i.person = a.person
	WHERE %s GROUP BY a.territory, a.person) AS persons GROUP BY territory, staff`

const countGuardians = `SELECT i.territory, 'guardian', COUNT(*), '' FROM (SELECT DISTINCT territory, guardian FROM directory_guardianship) AS i
	JOIN directory_identity n ON n.territory = i.territory AND n.person = i.guardian
	WHERE %s AND NOT EXISTS (SELECT 1 FROM directory_affiliation a WHERE a.territory = i.territory AND a.person = i.guardian)
	GROUP BY i.territory`

const countNamed = "SELECT i.territory, 'other', COUNT(*), '' FROM directory_identity i WHERE %s GROUP BY i.territory"

// People counts the people who are known by name, by territory and kind. It reads every person, so it is kept
// until the data changes.
func (s *Service) People(ctx context.Context) ([]PeopleCount, error) {
	scopes, err := authz.Scopes(ctx, CountPeople)
	if err != nil {
		return nil, err
	}
	where, args := authz.Filter(scopes, "i.territory", "", "")
	generation, key := s.db.Generation(), fmt.Sprintf("%s %#v", where, args)
	if list, kept := s.people.get(generation, key); kept {
		return list, nil
	}
	var list []PeopleCount
	err = s.db.View(ctx, func(ctx context.Context, tx *db.Tx) error {
		list = nil
		rest := map[string]int{} // named, and not counted as another kind
		for _, query := range []string{countNamed, countAffiliated, countGuardians} {
			counts, err := db.All(ctx, tx, scanPeople, fmt.Sprintf(query, where), args...)
			if err != nil {
				return err
			}
			for _, c := range counts {
				if c.Kind == "other" {
					rest[c.Territory] = c.Named
					continue
				}
				rest[c.Territory] -= c.Named
				list = append(list, c)
			}
		}
		for territory, n := range rest {
			if n > 0 {
				list = append(list, PeopleCount{Territory: territory, Kind: "other", Named: n})
			}
		}
		return nil
	})
	if err != nil {
		return nil, err
	}
	slices.SortFunc(list, func(a, b PeopleCount) int {
		return cmp.Or(strings.Compare(a.Territory, b.Territory), kindOrder(a.Kind)-kindOrder(b.Kind))
	})
	s.people.put(generation, key, list)
	return list, nil
}

// kindOrder is the place of a kind among the retention rules.
func kindOrder(kind string) int {
	return slices.IndexFunc(Retention, func(r RetentionRule) bool { return r.Kind == kind })
}

func scanPeople(row db.Scanner) (PeopleCount, error) {
	var c PeopleCount
	err := row.Scan(&c.Territory, &c.Kind, &c.Named, &c.Oldest)
	return c, err
}
