package readiness

import (
	"context"
	"slices"

	"preau/internal/base/authz"
	"preau/internal/base/db"
)

const drillColumns = `d.territory, d.id, d.name, d.day, d.scope, d.school, d.commune, d.created_at,
	(SELECT COALESCE(MAX(n.number), 0) FROM readiness_drill_run n WHERE n.territory = d.territory AND n.drill = d.id),
	COALESCE(CASE d.scope
		WHEN 'school' THEN (SELECT s.name FROM directory_school s WHERE s.territory = d.territory AND s.uai = d.school)
		WHEN 'commune' THEN (SELECT MIN(s.commune_name) FROM directory_school s WHERE s.territory = d.territory AND s.commune = d.commune)
		ELSE (SELECT t.name FROM directory_territory t WHERE t.territory = d.territory) END, d.territory)`

func (d *Drill) targets() []any {
	return []any{&d.Territory, &d.ID, &d.Name, &d.Day, &d.Scope, &d.School, &d.Commune, &d.CreatedAt, &d.Runs, &d.Place}
}

func scanDrill(row db.Scanner) (Drill, error) {
	var d Drill
	err := row.Scan(d.targets()...)
	return d, err
}

// findDrill returns the drill of that identifier when it lies within the scopes, else db.ErrNotFound.
func findDrill(ctx context.Context, tx *db.Tx, scopes []authz.Scope, id string) (Drill, error) {
	where, args := authz.Filter(scopes, "d.territory", "d.school", "")
	return db.One(ctx, tx, scanDrill, "SELECT "+drillColumns+" FROM readiness_drill d WHERE d.id = ? AND "+where, append([]any{id}, args...)...)
}

func insertDrill(ctx context.Context, tx *db.Tx, d Drill, schools []string) error {
	if _, err := tx.Exec(ctx, "INSERT INTO readiness_drill (territory, id, name, day, scope, school, commune, created_at) VALUES (?, ?, ?, ?, ?, ?, ?, ?)",
		d.Territory, d.ID, d.Name, d.Day, string(d.Scope), d.School, d.Commune, d.CreatedAt); err != nil {
		return err
	}
	for _, uai := range schools {
		if _, err := tx.Exec(ctx, "INSERT INTO readiness_drill_school (territory, drill, school) VALUES (?, ?, ?) ON CONFLICT (territory, drill, school) DO NOTHING",
			d.Territory, d.ID, uai); err != nil {
			return err
		}
	}
	return nil
}

// listedSchools returns the UAIs of a drill of the scope list, in order.
func listedSchools(ctx context.Context, tx *db.Tx, d Drill) ([]string, error) {
	return db.All(ctx, tx, db.Value[string], "SELECT school FROM readiness_drill_school WHERE territory = ? AND drill = ? ORDER BY school", d.Territory, d.ID)
}

// chosen returns the condition on the schools (s) that the drill closes.
func (d Drill) chosen() (string, []any) {
	where, args := "s.territory = ? AND s.status = 'open'", []any{d.Territory}
	switch d.Scope {
	case DrillSchool:
		return where + " AND s.uai = ?", append(args, d.School)
	case DrillCommune:
		return where + " AND s.commune = ?", append(args, d.Commune)
	case DrillList:
		return where + " AND EXISTS (SELECT 1 FROM readiness_drill_school l WHERE l.territory = s.territory AND l.drill = ? AND l.school = s.uai)", append(args, d.ID)
	}
	return where, args
}

func countChosen(ctx context.Context, tx *db.Tx, d Drill) (int, error) {
	where, args := d.chosen()
	return db.One(ctx, tx, db.Value[int], "SELECT COUNT(*) FROM directory_school s WHERE "+where, args...)
}

// insertRun keeps what is known now of every class that the drill closes.
func insertRun(ctx context.Context, tx *db.Tx, d Drill, number int) error {
	if _, err := tx.Exec(ctx, "INSERT INTO readiness_drill_run (territory, drill, number, ran_at) VALUES (?, ?, ?, ?)",
		d.Territory, d.ID, number, tx.Now()); err != nil {
		return err
	}
	where, args := d.chosen()
	const pupils = "COALESCE(r.size, " + listedPupils + ")"
	_, err := tx.Exec(ctx, `INSERT INTO readiness_drill_class (territory, drill, run, school, class, answered, sized, pupils, sure, possible,
		equipment_met, equipment_not_met, relationship_met, relationship_not_met, training_met, training_not_met,
		device_least, device_most, video_least, video_most, teaching_least, teaching_most, family_least, family_most, training_least, training_most)
		SELECT s.territory, CAST(? AS TEXT), CAST(? AS BIGINT), s.uai, COALESCE(c.id, ''), CASE WHEN r.class IS NULL THEN 0 ELSE 1 END,
		CASE WHEN r.class IS NOT NULL THEN r.sized WHEN COALESCE(c.pupils, CASE WHEN c.id IS NULL THEN s.pupils END) IS NULL THEN 0 ELSE 1 END,
		`+pupils+`, COALESCE(r.sure, 0), COALESCE(r.possible, `+listedPupils+`),
		COALESCE(r.equipment_met, 0), COALESCE(r.equipment_not_met, 0), COALESCE(r.relationship_met, 0), COALESCE(r.relationship_not_met, 0),
		COALESCE(r.training_met, 0), COALESCE(r.training_not_met, 0),
		COALESCE(r.device_least, 0), COALESCE(r.device_most, `+listedPupils+`), COALESCE(r.video_least, 0), COALESCE(r.video_most, `+listedPupils+`),
		COALESCE(r.teaching_least, 0), COALESCE(r.teaching_most, CASE WHEN c.id IS NULL THEN 0 ELSE 1 END),
		COALESCE(r.family_least, 0), COALESCE(r.family_most, `+listedPupils+`),
		COALESCE(r.training_least, 0), COALESCE(r.training_most, CASE WHEN c.id IS NULL THEN 0 ELSE 1 END)
		FROM `+openClasses+" WHERE "+where, append([]any{d.ID, number}, args...)...)
	return err
}

// ofRun are the sums over the classes (k) of a run, in the order of Figures.targets.
const ofRun = `COUNT(DISTINCT k.school), COALESCE(SUM(CASE WHEN k.class = '' AND k.sized = 0 THEN 1 ELSE 0 END), 0),
	COALESCE(SUM(CASE WHEN k.class = '' THEN 0 ELSE 1 END), 0), COALESCE(SUM(k.answered), 0),
	COALESCE(SUM(CASE WHEN k.class <> '' AND k.sized = 0 THEN 1 ELSE 0 END), 0), ` + ofRunPupils

const ofRunPupils = `COALESCE(SUM(k.pupils), 0), COALESCE(SUM(k.sure), 0), COALESCE(SUM(k.possible), 0),
	COALESCE(SUM(k.equipment_met), 0), COALESCE(SUM(k.equipment_not_met), 0),
	COALESCE(SUM(k.relationship_met), 0), COALESCE(SUM(k.relationship_not_met), 0),
	COALESCE(SUM(k.training_met), 0), COALESCE(SUM(k.training_not_met), 0),
	COALESCE(SUM(k.device_least), 0), COALESCE(SUM(k.device_most), 0), COALESCE(SUM(k.video_least), 0), COALESCE(SUM(k.video_most), 0),
	COALESCE(SUM(k.teaching_least), 0), COALESCE(SUM(k.teaching_most), 0), COALESCE(SUM(k.family_least), 0), COALESCE(SUM(k.family_most), 0),
	COALESCE(SUM(k.training_least), 0), COALESCE(SUM(k.training_most), 0)`

// runFigures returns the sums of a run over its classes.
func runFigures(ctx context.Context, tx *db.Tx, d Drill, number int) (Figures, error) {
	f, err := db.One(ctx, tx, func(row db.Scanner) (Figures, error) {
		var f Figures
		err := row.Scan(f.targets()...)
		f.done()
		return f, err
	}, "SELECT "+ofRun+" FROM readiness_drill_class k WHERE k.territory = ? AND k.drill = ? AND k.run = ?", d.Territory, d.ID, number)
	return f, err
}

// storeTotals keeps the sums that a list of runs shows.
func storeTotals(ctx context.Context, tx *db.Tx, d Drill, number int, f Figures) error {
	_, err := tx.Exec(ctx, `UPDATE readiness_drill_run SET schools = ?, blank = ?, classes = ?, answered = ?, unsized = ?, pupils = ?, sure = ?, possible = ?
		WHERE territory = ? AND drill = ? AND number = ?`, f.Schools, f.Blank, f.Classes, f.Answered, f.Unsized, f.Pupils, f.Ready.Lo, f.Ready.Hi,
		d.Territory, d.ID, number)
	return err
}

const runColumns = "r.number, r.ran_at, r.schools, r.blank, r.classes, r.answered, r.unsized, r.pupils, r.sure, r.possible"

func (r *DrillRun) targets() []any {
	f := &r.Figures
	return []any{&r.Number, &r.RanAt, &f.Schools, &f.Blank, &f.Classes, &f.Answered, &f.Unsized, &f.Pupils, &f.Ready.Lo, &f.Ready.Hi}
}

// drillRuns returns the runs of a drill, the last first, without their conditions and needs.
func drillRuns(ctx context.Context, tx *db.Tx, d Drill) ([]DrillRun, error) {
	return db.All(ctx, tx, func(row db.Scanner) (DrillRun, error) {
		var r DrillRun
		err := row.Scan(r.targets()...)
		return r, err
	}, "SELECT "+runColumns+" FROM readiness_drill_run r WHERE r.territory = ? AND r.drill = ? ORDER BY r.number DESC", d.Territory, d.ID)
}

// drillLines returns the last drills within the scopes with their last run, the newest first.
func drillLines(ctx context.Context, tx *db.Tx, scopes []authz.Scope, limit int) ([]DrillLine, error) {
	where, args := authz.Filter(scopes, "d.territory", "d.school", "")
	return db.All(ctx, tx, func(row db.Scanner) (DrillLine, error) {
		var l DrillLine
		err := row.Scan(append(l.Drill.targets(), l.Last.targets()...)...)
		return l, err
	}, "SELECT "+drillColumns+", "+runColumns+` FROM readiness_drill d
		JOIN readiness_drill_run r ON r.territory = d.territory AND r.drill = d.id
		WHERE r.number = (SELECT MAX(m.number) FROM readiness_drill_run m WHERE m.territory = d.territory AND m.drill = d.id) AND `+where+`
		ORDER BY d.created_at DESC, d.id DESC LIMIT ?`, append(args, limit)...)
}

// runSchools returns the figures of each school in a run, the most surely lost first.
func runSchools(ctx context.Context, tx *db.Tx, d Drill, number int) ([]SchoolFigures, error) {
	return db.All(ctx, tx, func(row db.Scanner) (SchoolFigures, error) {
		var f SchoolFigures
		err := row.Scan(append([]any{&f.Territory, &f.UAI, &f.Name, &f.CommuneName, &f.Commune}, f.Figures.targets()...)...)
		f.Figures.done()
		return f, err
	}, "SELECT "+schoolColumns+", "+ofRun+` FROM readiness_drill_class k
		JOIN directory_school s ON s.territory = k.territory AND s.uai = k.school
		WHERE k.territory = ? AND k.drill = ? AND k.run = ?
		GROUP BY s.territory, s.uai, s.name, s.commune_name, s.commune, s.folded
		ORDER BY SUM(k.pupils) - SUM(k.possible) DESC, SUM(k.pupils) - SUM(k.sure) DESC, s.folded, s.uai`, d.Territory, d.ID, number)
}

// runClasses returns the classes of a run, of one school when its UAI is given: by school, then the youngest pupils first.
func runClasses(ctx context.Context, tx *db.Tx, d Drill, number int, school string) ([]DrillClass, error) {
	where, args := "k.territory = ? AND k.drill = ? AND k.run = ?", []any{d.Territory, d.ID, number}
	if school != "" {
		where, args = where+" AND k.school = ?", append(args, school)
	}
	list, err := db.All(ctx, tx, func(row db.Scanner) (DrillClass, error) {
		var c DrillClass
		err := row.Scan(append([]any{&c.Territory, &c.UAI, &c.School.Name, &c.CommuneName, &c.Commune, &c.ID, &c.Name, &c.Level}, c.Figures.targets()...)...)
		c.Figures.done()
		c.Answered = c.Figures.Answered > 0
		return c, err
	}, "SELECT "+schoolColumns+", k.class, COALESCE(c.name, ''), COALESCE(c.level, ''), "+ofRun+` FROM readiness_drill_class k
		JOIN directory_school s ON s.territory = k.territory AND s.uai = k.school
		LEFT JOIN directory_class c ON c.territory = k.territory AND c.id = k.class
		WHERE `+where+` GROUP BY s.territory, s.uai, s.name, s.commune_name, s.commune, s.folded, k.class, c.name, c.level
		ORDER BY s.folded, s.uai`, args...)
	for rest := list; len(rest) > 0; {
		own := ofSchool(rest, rest[0].UAI)
		slices.SortFunc(own, func(a, b DrillClass) int { return compareClasses(a.Level, a.Name, a.ID, b.Level, b.Name, b.ID) })
		rest = rest[len(own):]
	}
	return list, err
}
