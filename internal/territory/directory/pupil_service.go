package directory

import (
	"context"

	"preau/internal/base/authz"
	"preau/internal/base/db"
)

// PupilPlace is a pupil with the class that they are in today.
type PupilPlace struct {
	Pupil
	School    UAI
	Class     string
	ClassName string
}

// mostAtOnce bounds the persons of one query.
const mostAtOnce = 500

// PupilsByID returns, by person, those of the persons who are pupils today in a class whose pupils the principal may
// see; the others are left out. A pupil of two classes is told of in the one where they came last.
func (s *Service) PupilsByID(ctx context.Context, territory string, persons []string) (map[string]PupilPlace, error) {
	found := make(map[string]PupilPlace, len(persons))
	scopes, err := authz.Scopes(ctx, ReadPupils)
	if err != nil {
		return nil, err
	}
	where, args := authz.Filter(scopes, "a.territory", "a.school", "a.class")
	err = s.db.View(ctx, func(ctx context.Context, tx *db.Tx) error {
		for rest := persons; len(rest) > 0; {
			some := rest[:min(len(rest), mostAtOnce)]
			rest = rest[len(some):]
			list, err := db.All(ctx, tx, scanPupilPlace, `SELECT i.person, i.given_name, i.usage_name, i.family_name, a.school, c.id, c.name
				FROM directory_affiliation a JOIN directory_identity i ON i.territory = a.territory AND i.person = a.person
				JOIN directory_class c ON c.territory = a.territory AND c.id = a.class
				WHERE a.territory = ? AND a.role = 'pupil' AND (a.end_date IS NULL OR a.end_date > ?) AND a.person IN (`+db.Marks(len(some))+`)
				AND `+where+` ORDER BY a.start_date, a.id`, append(append([]any{territory, s.today()}, db.Strings(some)...), args...)...)
			if err != nil {
				return err
			}
			for _, p := range list {
				found[p.Person] = p
			}
		}
		return nil
	})
	return found, err
}

func scanPupilPlace(row db.Scanner) (PupilPlace, error) {
	var p PupilPlace
	var usage string
	err := row.Scan(&p.Person, &p.GivenName, &usage, &p.FamilyName, &p.School, &p.Class, &p.ClassName)
	if usage != "" {
		p.FamilyName = usage
	}
	return p, err
}
