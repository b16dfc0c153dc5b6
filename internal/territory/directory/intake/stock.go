package intake

import (
	"context"
	"math"
	"slices"
	"strings"

	"preau/internal/base/db"
	"preau/internal/territory/directory"
)

// stock is the part of the directory that an import compares with its file: the schools of the territories
// that the file names, read when first needed. New rows wait in it to be written together.
type stock struct {
	*job
	areas   map[string]*area
	sources map[string]directory.Source
	schools []*stored
	figures []directory.Figure
	update  *db.Stmt
}

// area is a territory with its schools.
type area struct {
	code    string
	schools map[directory.UAI]*stored
	named   bool // the territory itself is written down, with its académie when the file gives it
}

// stored is a school as the directory has it, with its figures.
type stored struct {
	school  directory.School
	lists   string // layouts of the lists that name it, between spaces
	figures []directory.Figure
	seen    bool // the file names it
}

// batch is how many new rows are written together.
const batch = 500

func (j *job) newStock(ctx context.Context) (*stock, error) {
	k := &stock{job: j, areas: map[string]*area{}, sources: map[string]directory.Source{}}
	sources, err := db.All(ctx, j.tx, scanSource, "SELECT "+sourceColumns+" FROM directory_source")
	if err != nil {
		return nil, err
	}
	for _, s := range sources {
		k.sources[s.ID] = s
	}
	set := strings.Join(directory.SchoolColumns[2:], " = ?, ") + " = ?, lists = ?"
	k.update, err = j.tx.Prepare(ctx, "UPDATE directory_school SET "+set+" WHERE territory = ? AND uai = ?")
	return k, err
}

// close writes what waits.
func (k *stock) close(ctx context.Context) error {
	if err := k.flush(ctx); err != nil {
		return err
	}
	return k.update.Close()
}

// area returns a territory of the directory.
func (k *stock) area(ctx context.Context, code string) (*area, error) {
	if a := k.areas[code]; a != nil {
		return a, nil
	}
	a := &area{code: code, schools: map[directory.UAI]*stored{}}
	if err := k.loadSchools(ctx, a); err != nil {
		return nil, err
	}
	if len(a.schools) > 0 {
		if err := k.loadFigures(ctx, a); err != nil {
			return nil, err
		}
	}
	k.areas[code] = a
	return a, nil
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
	k.schools = append(k.schools, s)
}

// relieve writes what waits when it is much.
func (k *stock) relieve(ctx context.Context) error {
	if len(k.schools) < batch && len(k.figures) < batch {
		return nil
	}
	return k.flush(ctx)
}

// save writes a school that changed.
func (k *stock) save(ctx context.Context, s *stored) error {
	s.school.UpdatedAt = k.tx.Now()
	args := append(s.school.Values()[2:], s.lists, s.school.Territory, string(s.school.UAI))
	_, err := k.update.Exec(ctx, args...)
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
		k.figures = append(k.figures, f)
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

// flush writes the schools and the figures that wait, in this order.
func (k *stock) flush(ctx context.Context) error {
	i := 0
	_, err := k.tx.Bulk(ctx, "directory_school", append(slices.Clip(directory.SchoolColumns), "lists"), func() ([]any, error) {
		if i == len(k.schools) {
			return nil, nil
		}
		s := k.schools[i]
		i++
		return append(s.school.Values(), s.lists), nil
	})
	if err != nil {
		return err
	}
	k.schools = k.schools[:0]
	i = 0
	_, err = k.tx.Bulk(ctx, "directory_figure", []string{"territory", "school", "name", "period", "source", "value"}, func() ([]any, error) {
		if i == len(k.figures) {
			return nil, nil
		}
		f := &k.figures[i]
		i++
		return []any{f.Territory, string(f.School), string(f.Name), f.Period, f.Source, f.Value}, nil
	})
	k.figures = k.figures[:0]
	return err
}

// merge returns the school with what the file tells. An older file only fills what is unknown; a newer one
// also replaces, but never what it leaves out.
func merge(s, file directory.School, older bool) directory.School {
	text := func(known *string, given string) {
		if given != "" && (*known == "" || !older) {
			*known = given
		}
	}
	tri := func(known *directory.Tri, given directory.Tri) {
		if given != directory.Unknown && (*known == directory.Unknown || !older) {
			*known = given
		}
	}
	text(&s.Name, file.Name)
	text(&s.Address, file.Address)
	text(&s.Postcode, file.Postcode)
	text(&s.Commune, file.Commune)
	text(&s.CommuneName, file.CommuneName)
	text(&s.Circonscription, file.Circonscription)
	tri(&s.Maternelle, file.Maternelle)
	tri(&s.Elementaire, file.Elementaire)
	if file.Type != "" && !older {
		s.Type = file.Type
	}
	mergeSector(&s, file, older)
	if file.Latitude != nil && (s.Latitude == nil || !older && moved(s, file)) {
		s.Latitude, s.Longitude = file.Latitude, file.Longitude
	}
	return s
}

func mergeSector(s *directory.School, file directory.School, older bool) {
	if file.Sector != "" && file.Sector != directory.SectorUnknown && (s.Sector == directory.SectorUnknown || !older && s.Sector != file.Sector) {
		s.Sector, s.Contract = file.Sector, directory.ContractUnknown
		if s.Sector == directory.Public {
			s.Contract = directory.ContractNone
		}
	}
	if file.Contract != "" && file.Contract != directory.ContractUnknown && s.Sector == file.Sector &&
		(s.Contract == directory.ContractUnknown || !older) {
		s.Contract = file.Contract
	}
}

// moved tells whether two positions differ by more than about a metre: sources round them differently.
func moved(a, b directory.School) bool {
	const metre = 1e-5
	return a.Longitude == nil || math.Abs(*a.Latitude-*b.Latitude) > metre || math.Abs(*a.Longitude-*b.Longitude) > metre
}

// same tells whether two states of a school say the same.
func same(a, b *directory.School) bool {
	return a.Name == b.Name && a.Type == b.Type && a.Maternelle == b.Maternelle && a.Elementaire == b.Elementaire &&
		a.Sector == b.Sector && a.Contract == b.Contract && a.Address == b.Address && a.Postcode == b.Postcode &&
		a.Commune == b.Commune && a.CommuneName == b.CommuneName && a.Circonscription == b.Circonscription &&
		equal(a.Latitude, b.Latitude) && equal(a.Longitude, b.Longitude) && equal(a.IPS, b.IPS) && a.IPSYear == b.IPSYear &&
		equal(a.Pupils, b.Pupils) && a.PupilsYear == b.PupilsYear && a.Priority == b.Priority && a.QPV == b.QPV &&
		a.Rural == b.Rural && a.Status == b.Status
}

func equal[T comparable](a, b *T) bool { return a == b || a != nil && b != nil && *a == *b }
