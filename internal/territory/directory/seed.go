package directory

import (
	"context"

	"preau/internal/base/db"
)

// Dataset is a whole directory to be written into an empty one: the demonstration, a test.
type Dataset struct {
	Territories   []TerritoryRow
	Sources       []Source
	Communes      []Commune
	Schools       []School
	Figures       []Figure
	Persons       []Person
	Identities    []Identity
	Homes         []Home
	Classes       []Class
	Affiliations  []Affiliation
	Guardianships []Guardianship
}

// Seed writes the dataset, in the order that the foreign keys ask for. It records no fact: nobody did this.
func Seed(ctx context.Context, tx *db.Tx, d *Dataset) error {
	for _, write := range []func() error{
		func() error {
			return bulk(ctx, tx, "directory_territory", []string{"territory", "name", "academie", "invented", "contour"}, d.Territories, (*TerritoryRow).values)
		},
		func() error {
			return bulk(ctx, tx, "directory_source", []string{"id", "name", "published", "sha256", "imported_at"}, d.Sources, (*Source).values)
		},
		func() error {
			return bulk(ctx, tx, "directory_commune", []string{"territory", "insee", "name", "folded", "contour", "rural"}, d.Communes, (*Commune).values)
		},
		func() error { return bulk(ctx, tx, "directory_school", SchoolColumns, d.Schools, (*School).Values) },
		func() error {
			return bulk(ctx, tx, "directory_figure", []string{"territory", "school", "name", "period", "source", "value"}, d.Figures, (*Figure).values)
		},
		func() error {
			return bulk(ctx, tx, "directory_person", []string{"territory", "id", "created_at"}, d.Persons, (*Person).values)
		},
		func() error {
			return bulk(ctx, tx, "directory_identity", IdentityColumns, d.Identities, (*Identity).Values)
		},
		func() error { return bulk(ctx, tx, "directory_home", HomeColumns, d.Homes, (*Home).Values) },
		func() error { return bulk(ctx, tx, "directory_class", ClassColumns, d.Classes, (*Class).Values) },
		func() error {
			return bulk(ctx, tx, "directory_affiliation", AffiliationColumns, d.Affiliations, (*Affiliation).Values)
		},
		func() error {
			return bulk(ctx, tx, "directory_guardianship", []string{"territory", "child", "guardian", "source"}, d.Guardianships, (*Guardianship).values)
		},
	} {
		if err := write(); err != nil {
			return err
		}
	}
	return nil
}

// HasPerson tells whether the person is in the directory.
func HasPerson(ctx context.Context, tx *db.Tx, territory, id string) (bool, error) {
	_, err := db.One(ctx, tx, func(rows db.Scanner) (found int, err error) { return found, rows.Scan(&found) },
		"SELECT 1 FROM directory_person WHERE territory = ? AND id = ?", territory, id)
	if db.IsNotFound(err) {
		return false, nil
	}
	return err == nil, err
}

// bulk inserts the rows of one table.
func bulk[T any](ctx context.Context, tx *db.Tx, table string, columns []string, rows []T, values func(*T) []any) error {
	i := 0
	_, err := tx.Bulk(ctx, table, columns, func() ([]any, error) {
		if i == len(rows) {
			return nil, nil
		}
		i++
		return values(&rows[i-1]), nil
	})
	return err
}

func (t *TerritoryRow) values() []any {
	return []any{t.Territory, t.Name, t.Academie, number(t.Invented), t.Contour}
}

func (s *Source) values() []any {
	return []any{s.ID, s.Name, s.Published, s.SHA256, s.ImportedAt}
}

func (c *Commune) values() []any {
	return []any{c.Territory, c.INSEE, c.Name, db.Fold(c.Name), c.Contour, c.Rural}
}

func (f *Figure) values() []any {
	return []any{f.Territory, string(f.School), string(f.Name), f.Period, f.Source, f.Value}
}

func (p *Person) values() []any { return []any{p.Territory, p.ID, p.CreatedAt} }

func (g *Guardianship) values() []any { return []any{g.Territory, g.Child, g.Guardian, g.Source} }

func number(yes bool) int {
	if yes {
		return 1
	}
	return 0
}
