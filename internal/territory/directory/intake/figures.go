package intake

import (
	"context"
	"io"
	"maps"
	"regexp"
	"slices"
	"strings"

	"preau/internal/base/db"
	"preau/internal/base/errs"
	"preau/internal/base/tabular"
	"preau/internal/territory/directory"
)

// figureLayout reads a table that gives figures of schools that the directory has.
type figureLayout struct {
	name        string
	uai         int
	departement int
	year        int    // -1: the whole file is of one period
	period      string // then
	columns     map[directory.FigureName]int
	commune     int // INSEE code
	sector      int
	complete    bool // a public school that is not in the list is known not to be
}

// ipsLayout recognises the three layouts of fr-en-ips: écoles, collèges, and lycées with their two tracks.
func ipsLayout(j *job, h tabular.Header) (*figureLayout, error) {
	l := &figureLayout{
		name: "ips", uai: h.Column("uai"), departement: h.Column("code_du_departement"), year: h.Column("rentree_scolaire"),
		commune: h.Column("code_insee_de_la_commune"), sector: h.Column("secteur"),
		columns: map[directory.FigureName]int{
			directory.FigureIPS:    h.Column("ips_ensemble_gt_pro", "ips"),
			directory.FigurePupils: h.Column("effectifs_ensemble_gt_pro", "effectifs"),
		},
	}
	if l.uai < 0 || l.year < 0 || l.columns[directory.FigureIPS] < 0 {
		return nil, j.wrongHeader()
	}
	return l, nil
}

var yearInName = regexp.MustCompile(`(?:^|\D)(20\d\d)(?:\D|$)`)

// repLayout recognises the list of schools in priority education. The list says no year: it is that of the
// options, or else of the file's name.
func repLayout(j *job, h tabular.Header) (*figureLayout, error) {
	l := &figureLayout{
		name: "rep", uai: h.Column("numero", "uai"), departement: h.Column("n departement", "code departement"), year: -1, commune: -1, sector: -1,
		columns: map[directory.FigureName]int{directory.FigurePriority: h.Column("ep")}, complete: true,
	}
	if l.uai < 0 || l.departement < 0 || l.columns[directory.FigurePriority] < 0 {
		return nil, j.wrongHeader()
	}
	period, ok := parsePeriod(j.o.Year)
	if m := yearInName.FindStringSubmatch(j.name); !ok && j.o.Year == "" && m != nil {
		period, ok = m[1], true
	}
	if !ok {
		return nil, errs.NewInvalid("intake.year")
	}
	l.period = period
	return l, nil
}

// figuresImport reads a table of figures.
type figuresImport struct {
	*stock
	*figureLayout
	named    map[string]bool // territories that the file names
	mistaken map[int32]bool  // digits of UAIs in rows that are rejected: those schools are not left out
}

func (j *job) readFigures(ctx context.Context, recognise func(*job, tabular.Header) (*figureLayout, error)) error {
	t, err := j.open()
	if err != nil {
		return err
	}
	defer t.Close()
	layout, err := recognise(j, t.Header)
	if err != nil {
		return err
	}
	if err := j.useSource(ctx, layout.name, layout.period); err != nil {
		return err
	}
	k, err := j.newStock(ctx)
	if err != nil {
		return err
	}
	defer k.stop()
	f := &figuresImport{stock: k, figureLayout: layout, named: map[string]bool{}, mistaken: map[int32]bool{}}
	for {
		row, err := t.Next()
		if err == io.EOF {
			break
		}
		if err != nil {
			return err
		}
		j.progress(t.Offset())
		if err := f.row(ctx, row); err != nil {
			return err
		}
	}
	if layout.complete {
		if err := f.inferNone(ctx); err != nil {
			return err
		}
	}
	j.sayLeftOut()
	return k.close(ctx)
}

func (f *figuresImport) row(ctx context.Context, row *tabular.Row) error {
	if row.Bad != nil {
		f.rejectBad(row)
		return nil
	}
	departement := row.Get(f.departement)
	territory := directory.TerritoryOf(departement)
	if f.outside(territory) {
		f.leaveOut(territory)
		return nil
	}
	f.named[territory] = true
	uai, bad := parseUAI(row.Get(f.uai))
	if bad != nil {
		f.mistake(row.Get(f.uai))
		f.reject(territory, row.Line, "", bad.reason, bad.args...)
		return nil
	}
	s, err := f.find(ctx, uai, departement)
	if err != nil {
		return err
	}
	if s == nil {
		f.reject(territory, row.Line, string(uai), "intake.school.unknown")
		return nil
	}
	if f.outside(s.school.Territory) {
		f.leaveOut(s.school.Territory)
		return nil
	}
	if s.line > 0 {
		f.count(s.school.Territory, merged)
		f.report.add(Row{Line: row.Line, Outcome: Merged, Subject: string(uai), Reason: "intake.school.merged", Args: []any{"kept", s.line}})
		return nil
	}
	e, bad := f.read(row, uai)
	if bad != nil {
		f.mistake(string(uai))
		f.reject(territory, row.Line, string(uai), bad.reason, bad.args...)
		return nil
	}
	return f.apply(ctx, s, e)
}

// mistake notes that a rejected row is about the school of these digits, if they are any.
func (f *figuresImport) mistake(uai string) {
	if n := digitsOf(uai); n >= 0 {
		f.mistaken[int32(n)] = true
	}
}

// find returns the school, wherever the register and the département let it be, or nil.
func (f *figuresImport) find(ctx context.Context, uai directory.UAI, departement string) (*stored, error) {
	for _, code := range territoriesOf(uai, departement) {
		a, err := f.area(ctx, code)
		if err != nil {
			return nil, err
		}
		if s := a.schools[uai]; s != nil {
			return s, nil
		}
	}
	return nil, nil
}

// read returns what the row tells of the school: figures, and a commune, a sector and a contract that may
// be unknown so far.
func (f *figuresImport) read(row *tabular.Row, uai directory.UAI) (*listed, *doubt) {
	e := &listed{line: row.Line}
	period := f.period
	if f.year >= 0 {
		ok := false
		if period, ok = parsePeriod(row.Get(f.year)); !ok {
			return nil, &doubt{"intake.figure.year", []any{"value", short(row.Get(f.year))}}
		}
	}
	for _, name := range directory.FigureNames {
		if column, has := f.columns[name]; has && column >= 0 {
			e.read(name, period, row.Get(column))
		}
	}
	if len(e.figures) == 0 {
		if len(e.doubts) > 0 {
			return nil, &e.doubts[0]
		}
		return nil, &doubt{"intake.figure.none", nil}
	}
	e.school.UAI = uai
	if code := row.Get(f.commune); territoryOfCommune(code) != "" {
		e.school.Commune = code
	}
	switch sector := db.Fold(row.Get(f.sector)); {
	case sector == "public":
		e.school.Sector, e.school.Contract = directory.Public, directory.ContractNone
	case strings.HasPrefix(sector, "prive sous contrat"):
		e.school.Sector, e.school.Contract = directory.Private, directory.ContractUnder
	}
	return e, nil
}

// apply adds the figures, and fills what is unknown of the school with what the row tells beside them.
func (f *figuresImport) apply(ctx context.Context, s *stored, e *listed) error {
	for _, d := range e.doubts {
		f.doubt(s.school.Territory, e.line, string(s.school.UAI), d.reason, d.args...)
	}
	const older = true
	after, save := merge(s.school, e.school, older), f.saveFigures
	if !same(&s.school, &after) {
		save = f.save
	}
	added := f.addFigures(s, e.line, e.figures)
	after.Stand(s.figures)
	s.seen, s.line = true, e.line
	changed := !same(&s.school, &after)
	if added || changed {
		f.count(s.school.Territory, updated)
	} else {
		f.count(s.school.Territory, unchanged)
	}
	if changed {
		s.school = after
		if err := save(ctx, s); err != nil {
			return err
		}
	}
	return f.relieve(ctx)
}

// inferNone tells of the schools that a complete list leaves out, in the territories that it names, that
// they are in none of its networks. Only what is unknown is told; nothing is when a row may be about anybody.
func (f *figuresImport) inferNone(ctx context.Context) error {
	if f.unsure {
		f.doubt("", 0, "", "intake.figure.unsure")
		return nil
	}
	for _, code := range slices.Sorted(maps.Keys(f.named)) {
		a := f.areas[code]
		if a == nil {
			continue
		}
		for _, uai := range slices.Sorted(maps.Keys(a.schools)) {
			s := a.schools[uai]
			if s.seen || f.mistaken[int32(digitsOf(string(uai)))] || s.school.Priority != directory.PriorityUnknown || s.school.Sector == directory.SectorUnknown ||
				s.school.Status != directory.Open {
				continue
			}
			f.addFigures(s, 0, []directory.Figure{{Name: directory.FigurePriority, Period: f.period, Value: string(directory.PriorityNone)}})
			s.school.Stand(s.figures)
			f.report.Inferred++
			f.tally(code).Inferred++
			if err := f.saveFigures(ctx, s); err != nil {
				return err
			}
			if err := f.relieve(ctx); err != nil {
				return err
			}
		}
	}
	return nil
}
