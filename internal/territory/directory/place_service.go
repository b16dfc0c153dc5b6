package directory

import (
	"context"
	"fmt"
	"maps"
	"slices"

	"preau/internal/base/authz"
	"preau/internal/base/db"
)

// PlaceNames returns the names of those of the scopes that exist: of a territory, of a school, of a class with its
// school. The nation has none. It asks for a few queries, however many the scopes.
func (s *Service) PlaceNames(ctx context.Context, scopes []authz.Scope) (map[authz.Scope]string, error) {
	wanted := map[authz.Scope]bool{}
	codes := [3]map[any]bool{{}, {}, {}} // of territories, schools and classes
	for _, scope := range scopes {
		permission := ReadSchools
		if scope.Class != "" {
			permission = ReadClasses
		}
		if err := authz.Check(ctx, permission, scope); err != nil {
			return nil, err
		}
		wanted[scope] = true
		for i, code := range []string{scope.Territory, scope.School, scope.Class} {
			if code != "" {
				codes[i][code] = true
			}
		}
	}
	names := map[authz.Scope]string{}
	err := s.db.View(ctx, func(ctx context.Context, tx *db.Tx) error {
		for i, query := range placeQueries {
			if len(codes[i]) == 0 {
				continue
			}
			territories, list := slices.Collect(maps.Keys(codes[0])), slices.Collect(maps.Keys(codes[i]))
			found, err := db.All(ctx, tx, scanPlace, fmt.Sprintf(query, db.Marks(len(territories)), db.Marks(len(list))), slices.Concat(territories, list)...)
			if err != nil {
				return err
			}
			for _, p := range found {
				if wanted[p.scope] {
					names[p.scope] = p.name
				}
			}
		}
		return nil
	})
	return names, err
}

// placeQueries find the names of territories, schools and classes among so many territories and so many codes.
var placeQueries = [3]string{
	"SELECT territory, '', '', name FROM directory_territory WHERE territory IN (%s) AND territory IN (%s)",
	"SELECT territory, uai, '', name FROM directory_school WHERE territory IN (%s) AND uai IN (%s)",
	`SELECT c.territory, c.school, c.id, c.name || ', ' || s.name FROM directory_class c
		JOIN directory_school s ON s.territory = c.territory AND s.uai = c.school WHERE c.territory IN (%s) AND c.id IN (%s)`,
}

// place is a scope with its name.
type place struct {
	scope authz.Scope
	name  string
}

func scanPlace(row db.Scanner) (place, error) {
	var p place
	err := row.Scan(&p.scope.Territory, &p.scope.School, &p.scope.Class, &p.name)
	return p, err
}
