package readiness

import (
	"context"

	"preau/internal/base/db"
)

// SchoolFigures are the figures of a school, with what is hidden of them from the public.
type SchoolFigures struct {
	School
	Figures Figures
	Veil    Veil
}

// totals are the sums of readiness_school over a group, in the order that scanFigures reads.
const totals = `COUNT(*), COALESCE(SUM(blank), 0), COALESCE(SUM(classes), 0), COALESCE(SUM(answered), 0), COALESCE(SUM(unsized), 0),
	COALESCE(SUM(pupils), 0), COALESCE(SUM(sure), 0), COALESCE(SUM(possible), 0),
	COALESCE(SUM(equipment_met), 0), COALESCE(SUM(equipment_not_met), 0), COALESCE(SUM(relationship_met), 0), COALESCE(SUM(relationship_not_met), 0),
	COALESCE(SUM(training_met), 0), COALESCE(SUM(training_not_met), 0),
	COALESCE(SUM(device_least), 0), COALESCE(SUM(device_most), 0), COALESCE(SUM(video_least), 0), COALESCE(SUM(video_most), 0),
	COALESCE(SUM(teaching_least), 0), COALESCE(SUM(teaching_most), 0), COALESCE(SUM(family_least), 0), COALESCE(SUM(family_most), 0),
	COALESCE(SUM(training_least), 0), COALESCE(SUM(training_most), 0)`

// targets returns where a row of sums is read to; done completes what follows from them.
func (f *Figures) targets() []any {
	c, m := &f.Conditions, &f.Missing
	return []any{&f.Schools, &f.Blank, &f.Classes, &f.Answered, &f.Unsized, &f.Pupils, &f.Ready.Lo, &f.Ready.Hi,
		&c[0].Met, &c[0].NotMet, &c[1].Met, &c[1].NotMet, &c[2].Met, &c[2].NotMet,
		&m[0].Lo, &m[0].Hi, &m[1].Lo, &m[1].Hi, &m[2].Lo, &m[2].Hi, &m[3].Lo, &m[3].Hi, &m[4].Lo, &m[4].Hi}
}

func (f *Figures) done() {
	for i := range f.Conditions {
		f.Conditions[i].Unknown = f.Pupils - f.Conditions[i].Met - f.Conditions[i].NotMet
	}
}

// territoryFigures are the figures of a territory.
type territoryFigures struct {
	territory, name string
	figures         Figures
}

// figuresByTerritory returns the figures of every territory that has schools, by code.
func figuresByTerritory(ctx context.Context, tx *db.Tx) ([]territoryFigures, error) {
	list, err := db.All(ctx, tx, func(row db.Scanner) (territoryFigures, error) {
		var t territoryFigures
		err := row.Scan(append([]any{&t.territory}, t.figures.targets()...)...)
		t.figures.done()
		return t, err
	}, "SELECT territory, "+totals+" FROM readiness_school GROUP BY territory ORDER BY territory")
	if err != nil {
		return nil, err
	}
	names := map[string]string{}
	_, err = db.All(ctx, tx, func(row db.Scanner) (struct{}, error) {
		var code, name string
		err := row.Scan(&code, &name)
		names[code] = name
		return struct{}{}, err
	}, "SELECT territory, name FROM directory_territory")
	for i := range list {
		list[i].name = names[list[i].territory]
	}
	return list, err
}

// figuresBySchool returns the figures of the territory's open schools, by name.
func figuresBySchool(ctx context.Context, tx *db.Tx, territory string) ([]SchoolFigures, error) {
	return db.All(ctx, tx, func(row db.Scanner) (SchoolFigures, error) {
		f := SchoolFigures{Figures: Figures{Schools: 1}}
		err := row.Scan(append([]any{&f.Territory, &f.UAI, &f.Name, &f.CommuneName, &f.Commune}, f.Figures.targets()[1:]...)...)
		f.Figures.done()
		return f, err
	}, "SELECT "+schoolColumns+`, r.blank, r.classes, r.answered, r.unsized, r.pupils, r.sure, r.possible,
		r.equipment_met, r.equipment_not_met, r.relationship_met, r.relationship_not_met, r.training_met, r.training_not_met,
		r.device_least, r.device_most, r.video_least, r.video_most, r.teaching_least, r.teaching_most,
		r.family_least, r.family_most, r.training_least, r.training_most
		FROM readiness_school r JOIN directory_school s ON s.territory = r.territory AND s.uai = r.school
		WHERE r.territory = ? ORDER BY s.folded, s.uai`, territory)
}

// TrendPoint is what was known at the end of a day: over the classes that had answered by then.
type TrendPoint struct {
	Day      string `json:"day"`
	Answered int    `json:"classes_answered"`
	Pupils   int    `json:"pupils_answered"`
	Sure     int    `json:"sure"`
	Possible int    `json:"possible"`
}

// trendOf returns the trend of a territory ("" the nation) or of one of its schools, over the newest school year that is known there.
func trendOf(ctx context.Context, tx *db.Tx, territory, school string) ([]TrendPoint, error) {
	// The newest year of a territory is the end of an index; that of all rows would be a walk through them.
	newest, where, args := "SELECT MAX(year) FROM readiness_history h WHERE h.territory = ", "year = ?", []any{}
	if territory != "" {
		newest, args = newest+"?", append(args, territory)
	} else {
		newest = "SELECT MAX((" + newest + "t.territory)) FROM directory_territory t"
	}
	year, err := db.One(ctx, tx, db.Value[string], "SELECT COALESCE(("+newest+"), '')", args...)
	if err != nil || year == "" {
		return nil, err
	}
	args = []any{year}
	if territory != "" {
		where, args = where+" AND territory = ?", append(args, territory)
	}
	if school != "" {
		where, args = where+" AND school = ?", append(args, school)
	}
	points, err := db.All(ctx, tx, func(row db.Scanner) (TrendPoint, error) {
		var p TrendPoint
		err := row.Scan(&p.Day, &p.Answered, &p.Pupils, &p.Sure, &p.Possible)
		return p, err
	}, "SELECT day, SUM(answered), SUM(pupils), SUM(sure), SUM(possible) FROM readiness_history WHERE "+where+" GROUP BY day ORDER BY day", args...)
	for i := 1; i < len(points); i++ {
		p, q := &points[i], points[i-1]
		p.Answered, p.Pupils, p.Sure, p.Possible = p.Answered+q.Answered, p.Pupils+q.Pupils, p.Sure+q.Sure, p.Possible+q.Possible
	}
	return points, err
}
