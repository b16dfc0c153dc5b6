package intake

import (
	"context"
	"slices"
	"strings"

	"preau/internal/base/db"
	"preau/internal/territory/directory"
)

// stock is the part of the directory that an import compares with its file: the schools of the territories
// that the file names, read when first needed. New rows are written in batches, beside the reading.
type stock struct {
	*job
	areas   map[string]*area
	counts  map[string]int // schools that the directory has, by territory
	sources map[string]directory.Source
	update  *db.Stmt // of a whole school
	stand   *db.Stmt // of the figures that stand for it
	batch   batch
	writing chan error // of the batch being written, nil when none is
}

// area is a territory with its schools.
type area struct {
	code    string
	schools map[directory.UAI]*stored
	named   bool // the territory itself is written down
}

// stored is a school as the directory has it, with its figures.
type stored struct {
	school  directory.School
	lists   string // layouts of the lists that name it, between spaces
	figures []directory.Figure
	seen    bool // the file names it
	line    int  // of a file of figures, where it named the school first
}

func (j *job) newStock(ctx context.Context) (*stock, error) {
	k := &stock{job: j, areas: map[string]*area{}, counts: map[string]int{}, sources: map[string]directory.Source{}}
	sources, err := db.All(ctx, j.tx, scanSource, "SELECT "+sourceColumns+" FROM directory_source")
	if err != nil {
		return nil, err
	}
	for _, s := range sources {
		k.sources[s.ID] = s
	}
	if err := k.countSchools(ctx); err != nil {
		return nil, err
	}
	set := strings.Join(directory.SchoolColumns[2:], " = ?, ") + " = ?, lists = ?"
	if k.update, err = j.tx.Prepare(ctx, "UPDATE directory_school SET "+set+" WHERE territory = ? AND uai = ?"); err != nil {
		return nil, err
	}
	k.stand, err = j.tx.Prepare(ctx, `UPDATE directory_school SET ips = ?, ips_year = ?, pupils = ?, pupils_year = ?, priority = ?, qpv = ?, rural = ?,
		sector = ?, contract = ?, updated_at = ? WHERE territory = ? AND uai = ?`)
	return k, err
}

func (k *stock) countSchools(ctx context.Context) error {
	rows, err := k.tx.Query(ctx, "SELECT territory, COUNT(*) FROM directory_school GROUP BY territory")
	if err != nil {
		return err
	}
	defer rows.Close()
	for rows.Next() {
		var territory string
		var n int
		if err := rows.Scan(&territory, &n); err != nil {
			return err
		}
		k.counts[territory] = n
	}
	return rows.Err()
}

// area returns a territory of the directory.
func (k *stock) area(ctx context.Context, code string) (*area, error) {
	if a := k.areas[code]; a != nil {
		return a, nil
	}
	a := &area{code: code, schools: make(map[directory.UAI]*stored, k.counts[code])}
	k.areas[code] = a
	if k.counts[code] == 0 {
		return a, nil
	}
	if err := k.settle(); err != nil {
		return nil, err
	}
	if err := k.loadSchools(ctx, a); err != nil {
		return nil, err
	}
	return a, k.loadFigures(ctx, a)
}

func (k *stock) loadSchools(ctx context.Context, a *area) error {
	rows, err := k.tx.Query(ctx, "SELECT "+strings.Join(directory.SchoolColumns, ", ")+", lists FROM directory_school WHERE territory = ?", a.code)
	if err != nil {
		return err
	}
	defer rows.Close()
	for rows.Next() {
		s := &stored{}
		if s.school, err = directory.ScanSchool(andLists{rows, &s.lists}); err != nil {
			return err
		}
		a.schools[s.school.UAI] = s
	}
	return rows.Err()
}

// andLists scans one column more than a school has.
type andLists struct {
	row   db.Scanner
	lists *string
}

func (a andLists) Scan(dest ...any) error { return a.row.Scan(append(dest, a.lists)...) }

func (k *stock) loadFigures(ctx context.Context, a *area) error {
	rows, err := k.tx.Query(ctx, "SELECT school, name, period, source, value FROM directory_figure WHERE territory = ?", a.code)
	if err != nil {
		return err
	}
	defer rows.Close()
	for rows.Next() {
		f := directory.Figure{Territory: a.code}
		if err := rows.Scan(&f.School, &f.Name, &f.Period, &f.Source, &f.Value); err != nil {
			return err
		}
		if s := a.schools[f.School]; s != nil {
			s.figures = append(s.figures, f)
		}
	}
	return rows.Err()
}

// older tells whether the file comes before the source that a school's row has: what it says then only
// fills what is unknown. Of two sources of one date the one that was read first is the older.
func (k *stock) older(s *stored) bool {
	return s.school.Source != k.source.ID && newer(k.sources[s.school.Source], k.source)
}

// newer tells whether source a is of a later date than b.
func newer(a, b directory.Source) bool {
	if a.Published != b.Published {
		return a.Published > b.Published
	}
	return a.ID > b.ID
}

// create adds a school that the directory does not have.
func (k *stock) create(a *area, s *stored) {
	s.school.Source, s.school.UpdatedAt = k.source.ID, k.tx.Now()
	a.schools[s.school.UAI] = s
	k.batch.schools = append(k.batch.schools, append(s.school.Values(), s.lists))
}

// save writes a school that changed.
func (k *stock) save(ctx context.Context, s *stored) error {
	if err := k.settle(); err != nil {
		return err
	}
	s.school.UpdatedAt = k.tx.Now()
	args := append(s.school.Values()[2:], s.lists, s.school.Territory, string(s.school.UAI))
	_, err := k.update.Exec(ctx, args...)
	return err
}

// saveFigures writes a school of which nothing changed but the figures that stand: most of its columns, and their
// indexes, are left alone.
func (k *stock) saveFigures(ctx context.Context, s *stored) error {
	if err := k.settle(); err != nil {
		return err
	}
	s.school.UpdatedAt = k.tx.Now()
	_, err := k.stand.Exec(ctx, s.school.IPS, s.school.IPSYear, s.school.Pupils, s.school.PupilsYear, orNull(string(s.school.Priority)),
		orNull(string(s.school.QPV)), s.school.Rural, string(s.school.Sector), string(s.school.Contract), s.school.UpdatedAt, s.school.Territory, string(s.school.UAI))
	return err
}

// addFigures adds to the school the figures that tell something new, and tells whether there are any: a
// value that stands already for its period is not written again under another source. Where two sources
// disagree on a period both stay, and the row is doubtful.
func (k *stock) addFigures(s *stored, line int, figures []directory.Figure) bool {
	added := false
	for _, f := range figures {
		f.Territory, f.School, f.Source = s.school.Territory, s.school.UAI, k.source.ID
		standing, known := s.standing(f)
		if known && (standing.Value == f.Value || s.has(f)) {
			continue
		}
		if known {
			k.doubt(f.Territory, line, string(f.School), "intake.differs."+string(f.Name), "period", f.Period, "old", standing.Value, "new", f.Value)
		}
		s.figures = append(s.figures, f)
		k.batch.figures = append(k.batch.figures, []any{f.Territory, string(f.School), string(f.Name), f.Period, f.Source, f.Value})
		added = true
	}
	return added
}

// standing returns the figure that stands for the name and the period of f.
func (s *stored) standing(f directory.Figure) (directory.Figure, bool) {
	var best directory.Figure
	found := false
	for _, g := range s.figures {
		if g.Name == f.Name && yearOf(g.Period) == yearOf(f.Period) && (!found || g.Newer(best)) {
			best, found = g, true
		}
	}
	return best, found
}

// has tells whether this very source gave a figure for the period already.
func (s *stored) has(f directory.Figure) bool {
	return slices.ContainsFunc(s.figures, func(g directory.Figure) bool {
		return g.Name == f.Name && g.Period == f.Period && g.Source == f.Source
	})
}

// yearOf returns the year in which a period begins.
func yearOf(period string) string { return period[:min(4, len(period))] }
