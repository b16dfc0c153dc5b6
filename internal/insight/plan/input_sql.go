package plan

import (
	"context"
	"database/sql"
	"math"

	"preau/internal/base/db"
)

// readSchools returns the open schools of the territories, of all when there are none, in any order.
// What the directory and the census do not know stays unknown.
func readSchools(ctx context.Context, tx *db.Tx, codes []string) ([]School, error) {
	where, args := within("s.territory", codes)
	schools, err := db.All(ctx, tx, scanSchool(), `SELECT s.territory, s.uai, s.name, s.commune_name, s.type, s.maternelle, s.elementaire,
		s.sector, s.contract, s.ips, s.ips_year, s.pupils, s.pupils_year, COALESCE(s.priority, ''), COALESCE(s.qpv, ''), s.rural
		FROM directory_school s WHERE s.status = 'open'`+where, args...)
	if err != nil {
		return nil, err
	}
	at := make(map[key]int, len(schools))
	for i := range schools {
		at[key{schools[i].Territory, schools[i].UAI}] = i
	}
	if err := readClasses(ctx, tx, codes, schools, at); err != nil {
		return nil, err
	}
	return schools, readRegistered(ctx, tx, codes, schools, at)
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
			&ips, &s.IPSYear, &pupils, &s.PupilsYear, &s.Priority, &s.QPV, &rural)
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

// classSums sums up the open classes (c) of a school in a year, with their answers to the census (r).
const classSums = `c.year, COUNT(*), SUM(CASE WHEN r.sized = 1 THEN r.size ELSE COALESCE(c.pupils, 0) END),
	SUM(CASE WHEN r.sized = 1 OR c.pupils IS NOT NULL THEN 0 ELSE 1 END), SUM(CASE WHEN c.elementary = 1 THEN 1 ELSE 0 END), SUM(CASE WHEN c.elementary IS NULL THEN 1 ELSE 0 END),
	SUM(CASE WHEN c.elementary = 1 AND r.sized = 1 AND r.device_least = r.device_most THEN 1 ELSE 0 END),
	SUM(CASE WHEN c.elementary = 1 AND r.sized = 1 AND r.device_least = r.device_most THEN r.size ELSE 0 END),
	SUM(CASE WHEN c.elementary = 1 AND r.sized = 1 AND r.device_least = r.device_most THEN r.device_least ELSE 0 END),
	SUM(CASE WHEN c.elementary = 1 AND r.sized = 1 AND r.video_least = r.video_most THEN r.size ELSE 0 END),
	SUM(CASE WHEN c.elementary = 1 AND r.sized = 1 AND r.video_least = r.video_most THEN r.video_least ELSE 0 END),
	SUM(CASE WHEN c.elementary = 1 AND r.sized = 1 AND r.teaching_most = 0 AND r.training_most = 0 AND r.device_least > r.video_most + r.family_most
		THEN r.device_least - r.video_most - r.family_most ELSE 0 END),
	SUM(CASE WHEN c.elementary = 1 AND r.sized = 1 THEN r.device_most WHEN c.elementary = 1 THEN COALESCE(c.pupils, 0) ELSE 0 END),
	SUM(CASE WHEN c.elementary = 1 AND (r.sized IS NULL OR r.sized = 0) AND c.pupils IS NULL THEN 1 ELSE 0 END),
	SUM(CASE WHEN c.elementary = 1 AND r.display = 1 THEN 1 ELSE 0 END), SUM(CASE WHEN c.elementary = 1 AND r.display = 0 THEN 1 ELSE 0 END),
	SUM(CASE WHEN r.kit = 1 THEN 1 ELSE 0 END), SUM(CASE WHEN r.kit = 0 THEN 1 ELSE 0 END),
	SUM(CASE WHEN r.sized = 1 THEN r.size ELSE 0 END),
	SUM(CASE WHEN r.sized = 1 THEN r.size - r.device_most ELSE 0 END), SUM(CASE WHEN r.sized = 1 THEN r.size - r.device_least ELSE 0 END),
	SUM(CASE WHEN r.sized = 1 THEN r.size - r.video_most ELSE 0 END), SUM(CASE WHEN r.sized = 1 THEN r.size - r.video_least ELSE 0 END),
	SUM(CASE WHEN r.sized = 1 THEN r.size - r.family_most ELSE 0 END), SUM(CASE WHEN r.sized = 1 THEN r.size - r.family_least ELSE 0 END),
	SUM(CASE WHEN r.sized = 1 AND r.teaching_most = 0 THEN r.size ELSE 0 END), SUM(CASE WHEN r.sized = 1 AND r.teaching_least = 0 THEN r.size ELSE 0 END),
	SUM(CASE WHEN r.sized = 1 AND r.training_most = 0 THEN r.size ELSE 0 END), SUM(CASE WHEN r.sized = 1 AND r.training_least = 0 THEN r.size ELSE 0 END)`

// readClasses adds the classes of the latest school year of each school, and their census.
func readClasses(ctx context.Context, tx *db.Tx, codes []string, schools []School, at map[key]int) error {
	where, args := within("c.territory", codes)
	rows, err := tx.Query(ctx, "SELECT c.territory, c.school, "+classSums+`
		FROM directory_class c LEFT JOIN readiness_class r ON r.territory = c.territory AND r.class = c.id
		WHERE c.status = 'open'`+where+` GROUP BY c.territory, c.school, c.year ORDER BY c.territory, c.school, c.year`, args...)
	if err != nil {
		return err
	}
	defer rows.Close()
	for rows.Next() {
		var k key
		var s School
		var year string
		var classes, pupils, unsized, elementary, unlevelled, exact, lacking, unbounded int32
		r := &s.Ready
		if err := rows.Scan(&k.territory, &k.uai, &year, &classes, &pupils, &unsized, &elementary, &unlevelled, &exact,
			&s.Census.DeviceOf, &s.Census.WithoutDevice, &s.Census.ConnectionOf, &s.Census.WithoutConnection,
			&s.Census.OnlyDevice, &lacking, &unbounded, &s.Displays.Yes, &s.Displays.No, &s.Kits.Yes, &s.Kits.No, &r.Pupils,
			&r.Device.Sure, &r.Device.Possible, &r.Video.Sure, &r.Video.Possible, &r.Family.Sure, &r.Family.Possible,
			&r.Teaching.Sure, &r.Teaching.Possible, &r.Trained.Sure, &r.Trained.Possible); err != nil {
			return err
		}
		i, ok := at[k]
		if !ok {
			continue // the school is closed
		}
		school := &schools[i]
		school.Classes = Known(classes)
		if unsized == 0 && (!school.Pupils.Known || school.PupilsYear < year) {
			school.Pupils, school.PupilsYear = Known(pupils), year
		}
		school.ElementaryClasses = Opt{}
		if unlevelled == 0 {
			school.ElementaryClasses = Known(elementary)
		}
		if unlevelled == 0 && unbounded == 0 {
			s.Census.LackingMost = Known(lacking)
		}
		s.Census.Complete = unlevelled == 0 && elementary > 0 && exact == elementary
		school.Census, school.Displays, school.Kits, school.Ready = s.Census, s.Displays, s.Kits, s.Ready
	}
	return rows.Err()
}

// readRegistered adds when each school first answered the census.
func readRegistered(ctx context.Context, tx *db.Tx, codes []string, schools []School, at map[key]int) error {
	where, args := within("f.territory", codes)
	rows, err := tx.Query(ctx, "SELECT f.territory, f.school, MIN(f.at) FROM journal_fact f WHERE f.kind = 'readiness.census.answered'"+where+
		" GROUP BY f.territory, f.school", args...)
	if err != nil {
		return err
	}
	defer rows.Close()
	for rows.Next() {
		var k key
		var first int64
		if err := rows.Scan(&k.territory, &k.uai, &first); err != nil {
			return err
		}
		if i, ok := at[k]; ok {
			schools[i].Registered = first
		}
	}
	return rows.Err()
}
