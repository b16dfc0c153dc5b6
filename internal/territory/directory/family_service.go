package directory

import (
	"context"

	"preau/internal/base/authz"
	"preau/internal/base/db"
)

// OwnPupil is a pupil as they and their family are told of.
type OwnPupil struct {
	Territory string
	Pupil
	School     UAI
	SchoolName string
	Class      string
	ClassName  string
}

// OwnPupils returns the pupils that the principal is or is responsible for, with their class of today, in the
// territories where they hold the permission; by name. There may be none.
func (s *Service) OwnPupils(ctx context.Context, perm authz.Permission) ([]OwnPupil, error) {
	scopes, err := authz.Scopes(ctx, perm)
	if err != nil {
		return nil, err
	}
	person := authz.From(ctx).Person
	if person == "" {
		return nil, nil
	}
	for i := range scopes { // a guardianship holds wherever in the territory the child goes to school
		scopes[i] = authz.Scope{Territory: scopes[i].Territory}
	}
	where, args := authz.Filter(scopes, "a.territory", "", "")
	var list []OwnPupil
	err = s.db.View(ctx, func(ctx context.Context, tx *db.Tx) error {
		list, err = db.All(ctx, tx, scanOwnPupil, `SELECT a.territory, a.person, i.given_name, i.usage_name, i.family_name, a.school, s.name, c.id, c.name
			FROM directory_affiliation a JOIN directory_identity i ON i.territory = a.territory AND i.person = a.person
			JOIN directory_class c ON c.territory = a.territory AND c.id = a.class
			JOIN directory_school s ON s.territory = a.territory AND s.uai = a.school
			WHERE a.role = 'pupil' AND (a.end_date IS NULL OR a.end_date > ?) AND (a.person = ? OR EXISTS (SELECT 1 FROM directory_guardianship g
				WHERE g.territory = a.territory AND g.child = a.person AND g.guardian = ?)) AND `+where+` ORDER BY i.folded, a.person, c.name LIMIT 50`,
			append([]any{s.today(), person, person}, args...)...)
		return err
	})
	return list, err
}

func scanOwnPupil(row db.Scanner) (OwnPupil, error) {
	var p OwnPupil
	var usage string
	err := row.Scan(&p.Territory, &p.Person, &p.GivenName, &usage, &p.FamilyName, &p.School, &p.SchoolName, &p.Class, &p.ClassName)
	if usage != "" {
		p.FamilyName = usage
	}
	return p, err
}
