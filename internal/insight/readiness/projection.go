package readiness

import (
	"context"
	"encoding/json"
	"fmt"
	"slices"

	"preau/internal/base/db"
	"preau/internal/base/i18n"
	"preau/internal/base/journal"
	"preau/internal/territory/directory"
	"preau/internal/territory/directory/intake"
)

// Projection keeps readiness_class, readiness_means, readiness_school and readiness_history from the facts of the
// census and of what the measures bring.
// A fact of the directory marks its school or its territory as stale: their sums are computed again, see Refresh.
type Projection struct{}

// directoryKinds are the kinds of fact after which a territory's schools, classes or numbers of pupils may be others.
var directoryKinds = []string{intake.FactImported, directory.FactSchoolCorrected, directory.FactClassAdded, directory.FactClassChanged, directory.FactClassClosed}

// answered is the data of FactAnswered.
type answered struct {
	Year string `json:"year"`
	Answer
}

// Name returns the projection's name.
func (Projection) Name() string { return "readiness" }

// Kinds returns the kinds of fact that it listens to.
func (Projection) Kinds() []string {
	return slices.Concat([]string{FactAnswered}, directoryKinds, useKinds, loanKinds)
}

// Tables names the tables that follow from the facts alone. The sums of readiness_school follow from them and the directory.
func (Projection) Tables() []string {
	return []string{"readiness_class", "readiness_means", "readiness_history"}
}

// Reset empties the tables; every territory becomes stale.
func (Projection) Reset(ctx context.Context, tx *db.Tx) error {
	for _, table := range []string{"readiness_class", "readiness_means", "readiness_school", "readiness_history", "readiness_stale"} {
		if _, err := tx.Exec(ctx, "DELETE FROM "+table); err != nil {
			return err
		}
	}
	return MarkStale(ctx, tx, "", "")
}

// Apply brings the tables up to date with one fact.
func (Projection) Apply(ctx context.Context, tx *db.Tx, e journal.Entry) error {
	if slices.Contains(directoryKinds, e.Kind) {
		if e.Kind == intake.FactImported && !mattered(e) {
			return nil
		}
		return MarkStale(ctx, tx, e.Territory, e.School)
	}
	if e.Kind != FactAnswered {
		return applyMeans(ctx, tx, e)
	}
	var a answered
	if err := json.Unmarshal(e.Data, &a); err != nil {
		return fmt.Errorf("readiness: fact %s: %w", e.ID, err)
	}
	now, err := meansOf(ctx, tx, e.Territory, e.Class)
	if err != nil {
		return err
	}
	before, err := readRow(ctx, tx, e.Territory, e.Class)
	if err != nil {
		return err
	}
	after := classRow{Territory: e.Territory, Class: e.Class, School: e.School, Year: a.Year, Version: before.Version + 1, AnsweredAt: e.At, Said: said{a.Answer, now}}
	return after.replace(ctx, tx, before, now, e.At)
}

// replace writes the row in the place of the one before, as it stands with the means of now, and brings history and sums up to date.
func (r classRow) replace(ctx context.Context, tx *db.Tx, before classRow, now Means, at int64) error {
	r.Figures = Of(r.Said.with(now), true)
	if err := r.store(ctx, tx, now); err != nil {
		return err
	}
	day := i18n.Millis(at).In(i18n.Paris).Format("2006-01-02")
	if err := storeHistory(ctx, tx, r, day, before.Figures); err != nil {
		return err
	}
	// A school whose sums wait to be computed again needs no sum now.
	waiting, err := db.One(ctx, tx, db.Value[int], "SELECT COUNT(*) FROM readiness_stale WHERE territory = ? AND school IN ('', ?)", r.Territory, r.School)
	if err != nil || waiting > 0 {
		return err
	}
	return sumSchools(ctx, tx, r.Territory, r.School)
}

// mattered tells whether an import may have changed schools, classes or numbers of pupils. One that cannot be read may have.
func mattered(e journal.Entry) bool {
	var i intake.Imported
	if err := json.Unmarshal(e.Data, &i); err != nil {
		return true
	}
	return i.Kind != intake.Contours && i.Kind != intake.REP && i.Created+i.Updated+i.Closed > 0
}

// MarkStale notes that the sums of a school must be computed again before they are next read: of every school of the territory
// when school is "", of every school there is when territory is "" too.
func MarkStale(ctx context.Context, tx *db.Tx, territory, school string) error {
	if territory == "" {
		_, err := tx.Exec(ctx, `INSERT INTO readiness_stale (territory, school) SELECT DISTINCT territory, '' FROM directory_school WHERE 1 = 1
			ON CONFLICT (territory, school) DO NOTHING`)
		return err
	}
	_, err := tx.Exec(ctx, "INSERT INTO readiness_stale (territory, school) VALUES (?, ?) ON CONFLICT (territory, school) DO NOTHING", territory, school)
	return err
}

// classRow is a class's line of readiness_class: its last answer and what it implies now. Version 0 is none.
type classRow struct {
	Territory, Class, School, Year string
	Version                        int
	AnsweredAt                     int64
	Said                           said
	Figures                        Figures // pupils and readiness alone, when it was read
}

// readRow returns the line of a class; one without an answer has version 0.
func readRow(ctx context.Context, tx *db.Tx, territory, class string) (classRow, error) {
	r := classRow{Territory: territory, Class: class}
	text := ""
	_, err := db.One(ctx, tx, func(row db.Scanner) (struct{}, error) {
		f, a := &r.Figures, &r.Said.Answer
		return struct{}{}, row.Scan(&r.School, &r.Year, &r.Version, &r.AnsweredAt, &f.Pupils, &f.Ready.Lo, &f.Ready.Hi, &text,
			&a.Pupils, &a.Device, &a.Shared, &a.Video, &a.Reached, &a.Channel, &a.Display, &a.Laptop, &a.Kit, &a.Connection, &a.Trained)
	}, `SELECT school, year, version, answered_at, size, sure, possible, said,
		pupils, device, shared, video, reached, channel, display, laptop, kit, connection, trained FROM readiness_class WHERE territory = ? AND class = ?`, territory, class)
	if db.IsNotFound(err) {
		return r, nil
	}
	r.Figures.Answered = 1
	if err == nil && text != "" {
		r.Said = said{}
		err = json.Unmarshal([]byte(text), &r.Said)
	}
	return r, err
}

func (r classRow) store(ctx context.Context, tx *db.Tx, now Means) error {
	if _, err := tx.Exec(ctx, "DELETE FROM readiness_class WHERE territory = ? AND class = ?", r.Territory, r.Class); err != nil {
		return err
	}
	text := ""
	if (r.Said.Means != Means{} || now != Means{}) { // else the columns are the answer
		b, err := json.Marshal(r.Said)
		if err != nil {
			return err
		}
		text = string(b)
	}
	f := r.Figures
	a, c, m := r.Said.with(now), f.Conditions, f.Missing
	_, err := tx.Exec(ctx, `INSERT INTO readiness_class (territory, class, school, year, version, answered_at,
		pupils, device, shared, video, reached, channel, display, laptop, kit, connection, trained, sized, size, sure, possible,
		equipment_met, equipment_not_met, equipment_unknown, relationship_met, relationship_not_met, relationship_unknown,
		training_met, training_not_met, training_unknown, device_least, device_most, video_least, video_most,
		teaching_least, teaching_most, family_least, family_most, training_least, training_most, said, lent_devices, lent_videos)
		VALUES (`+db.Marks(43)+`)`,
		r.Territory, r.Class, r.School, r.Year, r.Version, r.AnsweredAt,
		a.Pupils, a.Device, a.Shared, a.Video, a.Reached, string(a.Channel), a.Display, a.Laptop, a.Kit, a.Connection, a.Trained,
		1-f.Unsized, f.Pupils, f.Ready.Lo, f.Ready.Hi,
		c[0].Met, c[0].NotMet, c[0].Unknown, c[1].Met, c[1].NotMet, c[1].Unknown, c[2].Met, c[2].NotMet, c[2].Unknown,
		m[0].Lo, m[0].Hi, m[1].Lo, m[1].Hi, m[2].Lo, m[2].Hi, m[3].Lo, m[3].Hi, m[4].Lo, m[4].Hi, text, a.Lent, a.LentVideo)
	return err
}

// storeHistory adds to the day what the line changed in its school's sums over answered classes.
func storeHistory(ctx context.Context, tx *db.Tx, r classRow, day string, before Figures) error {
	after := r.Figures
	change := [4]int{after.Answered - before.Answered, after.Pupils - before.Pupils, after.Ready.Lo - before.Ready.Lo, after.Ready.Hi - before.Ready.Hi}
	if change == [4]int{} {
		return nil
	}
	_, err := tx.Exec(ctx, `INSERT INTO readiness_history (territory, year, school, day, answered, pupils, sure, possible)
		VALUES (?, ?, ?, ?, ?, ?, ?, ?) ON CONFLICT (territory, year, school, day) DO UPDATE SET
		answered = readiness_history.answered + excluded.answered, pupils = readiness_history.pupils + excluded.pupils,
		sure = readiness_history.sure + excluded.sure, possible = readiness_history.possible + excluded.possible`,
		r.Territory, r.Year, r.School, day, change[0], change[1], change[2], change[3])
	return err
}

// sumColumns are the sums of readiness_school in their order; classSums computes them over the open classes (c) of open schools (s),
// with their answers (r) where there are any. A class that never answered has its pupils unknown in everything; a school without
// any class counts as one such class of its own number of pupils.
const (
	sumColumns = `blank, classes, answered, unsized, pupils, sure, possible,
		equipment_met, equipment_not_met, relationship_met, relationship_not_met, training_met, training_not_met,
		device_least, device_most, video_least, video_most, teaching_least, teaching_most, family_least, family_most, training_least, training_most`
	listedPupils = `c.pupils, CASE WHEN c.id IS NULL THEN s.pupils END, 0`
	classSums    = `MAX(CASE WHEN c.id IS NULL AND s.pupils IS NULL THEN 1 ELSE 0 END), COUNT(c.id), COUNT(r.class),
		SUM(CASE WHEN c.id IS NULL OR r.sized = 1 OR (r.class IS NULL AND c.pupils IS NOT NULL) THEN 0 ELSE 1 END),
		SUM(COALESCE(r.size, ` + listedPupils + `)), SUM(COALESCE(r.sure, 0)), SUM(COALESCE(r.possible, ` + listedPupils + `)),
		SUM(COALESCE(r.equipment_met, 0)), SUM(COALESCE(r.equipment_not_met, 0)),
		SUM(COALESCE(r.relationship_met, 0)), SUM(COALESCE(r.relationship_not_met, 0)),
		SUM(COALESCE(r.training_met, 0)), SUM(COALESCE(r.training_not_met, 0)),
		SUM(COALESCE(r.device_least, 0)), SUM(COALESCE(r.device_most, ` + listedPupils + `)),
		SUM(COALESCE(r.video_least, 0)), SUM(COALESCE(r.video_most, ` + listedPupils + `)),
		SUM(COALESCE(r.teaching_least, 0)), SUM(COALESCE(r.teaching_most, CASE WHEN c.id IS NULL THEN 0 ELSE 1 END)),
		SUM(COALESCE(r.family_least, 0)), SUM(COALESCE(r.family_most, ` + listedPupils + `)),
		SUM(COALESCE(r.training_least, 0)), SUM(COALESCE(r.training_most, CASE WHEN c.id IS NULL THEN 0 ELSE 1 END))`
	openClasses = `directory_school s
		LEFT JOIN directory_class c ON c.territory = s.territory AND c.school = s.uai AND c.status = 'open'
		LEFT JOIN readiness_class r ON r.territory = c.territory AND r.class = c.id`
)

// sumSchools computes the sums of a school, or with "" those of every school of the territory.
func sumSchools(ctx context.Context, tx *db.Tx, territory, school string) error {
	ofSums, ofSchools, args := "territory = ?", "s.territory = ?", []any{territory}
	if school != "" {
		ofSums, ofSchools, args = ofSums+" AND school = ?", ofSchools+" AND s.uai = ?", append(args, school)
	}
	if _, err := tx.Exec(ctx, "DELETE FROM readiness_school WHERE "+ofSums, args...); err != nil {
		return err
	}
	_, err := tx.Exec(ctx, "INSERT INTO readiness_school (territory, school, commune, "+sumColumns+")"+
		" SELECT s.territory, s.uai, s.commune, "+classSums+" FROM "+openClasses+
		" WHERE "+ofSchools+" AND s.status = 'open' GROUP BY s.territory, s.uai, s.commune", args...)
	return err
}

// staleMark is a line of readiness_stale: a school, or with "" every school of the territory.
type staleMark struct{ territory, school string }

// staleMarks returns what waits to be computed again: of one territory, or with "" of all.
func staleMarks(ctx context.Context, tx *db.Tx, territory string) ([]staleMark, error) {
	return db.All(ctx, tx, func(row db.Scanner) (staleMark, error) {
		var m staleMark
		err := row.Scan(&m.territory, &m.school)
		return m, err
	}, "SELECT territory, school FROM readiness_stale WHERE ? IN ('', territory) ORDER BY territory, school", territory)
}

// freshen computes the sums of a territory's schools that are stale.
func freshen(ctx context.Context, tx *db.Tx, territory string) error {
	stale, err := staleMarks(ctx, tx, territory)
	if err != nil {
		return err
	}
	for _, m := range stale {
		if err := sumSchools(ctx, tx, m.territory, m.school); err != nil {
			return err
		}
		if m.school == "" {
			break // the whole territory came first: its schools are done
		}
	}
	_, err = tx.Exec(ctx, "DELETE FROM readiness_stale WHERE territory = ?", territory)
	return err
}
