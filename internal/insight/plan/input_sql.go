package plan

import (
	"cmp"
	"context"
	"database/sql"
	"maps"
	"math"
	"slices"

	"preau/internal/base/db"
)

// readSchools returns the open schools of the territories, of all when there are none, in any order.
// What the directory and the census do not know stays unknown.
func readSchools(ctx context.Context, tx *db.Tx, codes []string) ([]School, error) {
	where, args := within("s.territory", codes)
	schools, err := db.All(ctx, tx, scanSchool(), `SELECT s.territory, s.uai, s.name, s.commune_name, s.type, s.maternelle, s.elementaire,
		s.sector, s.contract, s.ips, s.ips_year, s.pupils, s.pupils_year, COALESCE(s.priority, ''), COALESCE(s.qpv, ''), s.rural,
		COALESCE((SELECT f.at FROM journal_fact f WHERE f.territory = s.territory AND f.school = s.uai AND f.kind = 'readiness.census.answered'
			ORDER BY f.id LIMIT 1), 0)
		FROM directory_school s WHERE s.status = 'open'`+where, args...)
	if err != nil {
		return nil, err
	}
	at := make(map[key]int, len(schools))
	for i := range schools {
		at[key{schools[i].Territory, schools[i].UAI}] = i
	}
	return schools, readClasses(ctx, tx, codes, schools, at)
}

// key names a school.
type key struct{ territory, uai string }

func within(column string, codes []string) (string, []any) {
	if len(codes) == 0 {
		return "", nil
	}
	return " AND " + column + " IN (" + db.Marks(len(codes)) + ")", db.Strings(codes)
}

// scanSchool returns a scan that keeps one copy of each of the few words that schools share.
func scanSchool() func(db.Scanner) (School, error) {
	words := map[string]string{}
	one := func(s *string) {
		if w, ok := words[*s]; ok {
			*s = w
		} else {
			words[*s] = *s
		}
	}
	return func(row db.Scanner) (School, error) {
		var s School
		var maternelle, elementary, pupils, rural sql.NullInt64
		var ips sql.NullFloat64
		err := row.Scan(&s.Territory, &s.UAI, &s.Name, &s.Commune, &s.Type, &maternelle, &elementary, &s.Sector, &s.Contract,
			&ips, &s.IPSYear, &pupils, &s.PupilsYear, &s.Priority, &s.QPV, &rural, &s.Registered)
		for _, w := range []*string{&s.Territory, &s.Commune, &s.Type, &s.Sector, &s.Contract, &s.IPSYear, &s.PupilsYear, &s.Priority, &s.QPV} {
			one(w)
		}
		s.Maternelle, s.Elementary, s.Rural = tri(maternelle), tri(elementary), tri(rural)
		if ips.Valid {
			s.IPS = Known(int32(math.Round(ips.Float64 * 10)))
		}
		if pupils.Valid {
			s.Pupils = Known(int32(pupils.Int64))
		}
		return s, err
	}
}

func tri(v sql.NullInt64) Tri {
	switch {
	case !v.Valid:
		return Unknown
	case v.Int64 == 1:
		return Yes
	}
	return No
}

// readClasses adds the classes of the latest school year of each school, and their census. The rows come one a
// class and in any order: to sort them and to add them up here takes half the time that the database takes.
func readClasses(ctx context.Context, tx *db.Tx, codes []string, schools []School, at map[key]int) error {
	where, args := within("c.territory", codes)
	rows, err := tx.Query(ctx, `SELECT c.territory, c.school, c.year, c.elementary, c.pupils, r.sized, r.size, r.device_least, r.device_most,
		r.video_least, r.video_most, r.family_least, r.family_most, r.teaching_least, r.teaching_most, r.training_least, r.training_most, r.display, r.kit
		FROM directory_class c LEFT JOIN readiness_class r ON r.territory = c.territory AND r.class = c.id
		WHERE c.status = 'open'`+where, args...)
	if err != nil {
		return err
	}
	defer rows.Close()
	var row [19]any // as the driver gives them: anything else is converted, value by value
	targets := make([]any, len(row))
	for i := range row {
		targets[i] = &row[i]
	}
	years := map[schoolYear]*classes{}
	for rows.Next() {
		if err := rows.Scan(targets...); err != nil {
			return err
		}
		c := classOf(&row)
		sums := years[c.schoolYear]
		if sums == nil {
			sums = &classes{schoolYear: c.schoolYear}
			years[c.schoolYear] = sums
		}
		sums.add(&c)
	}
	inOrder := slices.SortedFunc(maps.Values(years), func(a, b *classes) int { return cmp.Compare(a.year, b.year) })
	for _, sums := range inOrder {
		sums.close(schools, at)
	}
	return rows.Err()
}
