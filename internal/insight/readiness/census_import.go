package readiness

import (
	"context"
	"errors"
	"io"
	"maps"
	"slices"
	"strconv"
	"strings"

	"preau/internal/base/authz"
	"preau/internal/base/db"
	"preau/internal/base/errs"
	"preau/internal/base/journal"
	"preau/internal/base/tabular"
	"preau/internal/territory/directory"
	"preau/internal/territory/directory/intake"
)

// KindCensus is the kind of a census import among the others.
const KindCensus intake.Kind = "census"

// ImportOptions says how a census file is to be imported.
type ImportOptions struct {
	Name   string // of the file, for the report
	DryRun bool   // compute the report and keep nothing
	School string // take the answers of this school alone, which the file then need not name
	// Progress is called now and then with the bytes read and the size of the file.
	Progress func(done, total int64)
}

// columnNames are the titles that each column may bear, in the order of Cells; docs/census-csv.md lists them.
var columnNames = [len(Cells)][]string{
	{"pupils", "élèves", "effectif"}, {"device", "avec un appareil", "appareil", "with a device"}, {"shared", "appareil très partagé", "partagé", "device much shared"},
	{"video", "connexion vidéo", "video connection"}, {"reached", "familles joignables", "joignables", "families reachable"},
	{"channel", "moyen principal", "moyen", "main channel"}, {"display", "écran en classe", "écran", "screen in class"},
	{"laptop", "ordinateur enseignant", "ordinateur", "teacher's laptop"}, {"kit", "kit hybride", "hybrid kit"},
	{"connection", "connexion en classe", "connection in class"}, {"trained", "enseignant formé", "formé", "teacher trained"},
}

// columnTitle returns the French title of a cell's column, as it stands in files.
func columnTitle(cell string) string { return columnNames[slices.Index(Cells[:], cell)][1] }

// layout says where the columns of a census file are; -1 is absent.
type layout struct {
	school, class, name, version int
	cells                        [len(Cells)]int
}

// layoutOf recognises a census by its header. Invalid when the file does not say of which class a row is, or answers nothing.
func layoutOf(h tabular.Header, oneSchool bool) (layout, error) {
	l := layout{school: h.Column(columnSchool, "rne", "numero_uai"), class: h.Column(columnClass), name: h.Column(columnName, "classe"), version: h.Column(columnVersion)}
	answers := 0
	for i, names := range columnNames {
		if l.cells[i] = h.Column(names...); l.cells[i] >= 0 {
			answers++
		}
	}
	if l.school < 0 && !oneSchool || l.class < 0 && l.name < 0 || answers == 0 {
		return l, errs.NewInvalid("readiness.import.header")
	}
	return l, nil
}

// errDryRun undoes the transaction of a dry run, whose report is complete.
var errDryRun = errors.New("readiness: dry run")

// ImportCensus takes the answers of many classes from a table (CSV or xlsx, see docs/census-csv.md) in one transaction, and tells what
// became of each row. A row that is wrong rejects itself; a file that is no census is refused whole (Invalid). A column that the file lacks
// leaves what was answered; an empty cell is unknown. Importing the same file again changes nothing. The report is kept with those of the
// other imports, without the names of classes, which may name their teachers.
func (s *Service) ImportCensus(ctx context.Context, src tabular.Source, o ImportOptions) (intake.Report, error) {
	scopes, err := s.mayImport(ctx, o)
	if err != nil {
		return intake.Report{}, err
	}
	of := intake.Options{DryRun: o.DryRun}
	if len(scopes) == 1 {
		of.Territory, of.School = scopes[0].Territory, directory.UAI(scopes[0].School)
	}
	listed, err := s.imports.Announce(ctx, KindCensus, o.Name, of)
	if err != nil {
		return intake.Report{}, err
	}
	report, err := s.importCensus(ctx, src, o, scopes, listed)
	if err := listed.End(ctx, err); err != nil {
		return intake.Report{}, err
	}
	return report, nil
}

func (s *Service) importCensus(ctx context.Context, src tabular.Source, o ImportOptions, scopes []authz.Scope, listed *intake.Elsewhere) (intake.Report, error) {
	var j *censusImport
	err := s.db.Update(ctx, func(ctx context.Context, tx *db.Tx) error {
		j = &censusImport{s: s, tx: tx, o: o, scopes: scopes, listed: listed, schools: map[string]*importedSchool{}, seen: map[string]int{}, tallies: map[string]*intake.Tally{},
			report: intake.Report{ID: listed.ID(), Kind: KindCensus, File: o.Name, Layout: string(KindCensus), DryRun: o.DryRun}}
		if err := listed.Hold(ctx, tx); err != nil {
			return err
		}
		if err := j.read(ctx, src); err != nil {
			return err
		}
		if o.DryRun {
			return errDryRun
		}
		if err := j.recordFacts(ctx); err != nil {
			return err
		}
		return j.keep(ctx, tx)
	})
	if errors.Is(err, errDryRun) {
		err = s.db.Update(ctx, j.keep)
	}
	if err != nil {
		return intake.Report{}, err
	}
	return j.report, nil
}

// keep keeps the report.
func (j *censusImport) keep(ctx context.Context, tx *db.Tx) error {
	territory := ""
	if codes := j.territories(); len(codes) == 1 {
		territory = codes[0]
	}
	report := j.report
	report.Rows = j.kept
	return j.listed.Keep(ctx, tx, territory, report)
}

// mayImport returns the places whose census the person may import: those of ImportCensus, or the one school that they answer for.
func (s *Service) mayImport(ctx context.Context, o ImportOptions) ([]authz.Scope, error) {
	if o.School == "" {
		return authz.Scopes(ctx, ImportCensus)
	}
	if _, err := authz.Scopes(ctx, AnswerCensus); err != nil {
		return nil, err
	}
	var school School
	err := s.db.View(ctx, func(ctx context.Context, tx *db.Tx) (err error) {
		school, err = findSchool(ctx, tx, o.School)
		return err
	})
	if err != nil {
		return nil, err
	}
	own := authz.School(school.Territory, school.UAI)
	return []authz.Scope{own}, authz.Check(ctx, AnswerCensus, own)
}

// censusImport is one import inside its transaction.
type censusImport struct {
	s       *Service
	tx      *db.Tx
	o       ImportOptions
	scopes  []authz.Scope
	layout  layout
	schools map[string]*importedSchool // the last ones met
	seen    map[string]int             // line by class that the file has answered
	tallies map[string]*intake.Tally   // by territory
	report  intake.Report
	kept    []intake.Row // those of the report, without the names of classes
	listed  *intake.Elsewhere
}

// rowOf is what a row of the file is about.
type rowOf struct{ uai, class, cell string }

// String names the row to the person whose file it is, kept to everybody who may read the report.
func (r rowOf) String() string { return r.cellOf(strings.TrimSpace(r.uai + " " + r.class)) }

func (r rowOf) kept() string { return r.cellOf(r.uai) }

func (r rowOf) cellOf(place string) string {
	if r.cell == "" {
		return place
	}
	return place + " · " + r.cell
}

// importedSchool is a school that the file names; nil classes when it is not known or not the person's.
type importedSchool struct {
	territory string
	classes   []ClassCensus
}

// mostSchools bounds the schools kept at hand: files come sorted by school, and memory must not grow with them.
const mostSchools = 200

func (j *censusImport) read(ctx context.Context, src tabular.Source) error {
	const megabytes = 64 << 20
	rows, in, err := tabular.Read(src, tabular.Limits{Bytes: megabytes})
	if err != nil {
		return err
	}
	defer rows.Close()
	j.report.SHA256 = in.SHA256
	if j.layout, err = layoutOf(rows.Columns(), j.o.School != ""); err != nil {
		return err
	}
	for {
		row, err := rows.Next()
		if err == io.EOF {
			return nil
		}
		if err != nil {
			return err
		}
		if err := j.row(ctx, row); err != nil {
			return err
		}
		if at, ok := rows.(interface{ Offset() int64 }); ok && j.report.Read%256 == 0 {
			j.listed.Progress(at.Offset(), in.Size)
			if j.o.Progress != nil {
				j.o.Progress(at.Offset(), in.Size)
			}
		}
	}
}

// row takes one row of the file.
func (j *censusImport) row(ctx context.Context, row *tabular.Row) error {
	if row.Bad != nil {
		j.reject("", row.Line, rowOf{}, row.Bad.Key, row.Bad.Args...)
		return nil
	}
	uai := strings.ToUpper(row.Get(j.layout.school))
	if j.o.School != "" && uai == "" {
		uai = strings.ToUpper(j.o.School)
	}
	school, err := j.school(ctx, uai)
	if err != nil {
		return err
	}
	about := rowOf{uai: shorten(uai), class: shorten(row.Get(j.layout.name))}
	if school.classes == nil {
		j.reject("", row.Line, about, "readiness.import.reason.school")
		return nil
	}
	class, reason := school.find(row.Get(j.layout.class), row.Get(j.layout.name))
	if class == nil {
		j.reject(school.territory, row.Line, about, reason)
		return nil
	}
	about.class = class.Name
	return j.answer(ctx, row, class, about)
}

// school returns a school of the file; its classes are those that the person may import for.
func (j *censusImport) school(ctx context.Context, uai string) (*importedSchool, error) {
	if found, ok := j.schools[uai]; ok {
		return found, nil
	}
	if len(j.schools) >= mostSchools {
		clear(j.schools)
	}
	found := &importedSchool{}
	school, err := findSchool(ctx, j.tx, uai)
	switch {
	case err == nil && contains(j.scopes, authz.School(school.Territory, school.UAI)):
		found.territory = school.Territory
		if found.classes, err = classesOf(ctx, j.tx, school.Territory, school.UAI, j.scopes); err != nil {
			return nil, err
		}
	case err != nil && !errs.Is(err, errs.NotFound):
		return nil, err
	}
	j.schools[uai] = found
	return found, nil
}

// find returns the class by its identifier, else by its name, else the key of why there is none.
func (s *importedSchool) find(id, name string) (*ClassCensus, string) {
	var found *ClassCensus
	folded := db.Fold(name)
	for i := range s.classes {
		c := &s.classes[i]
		switch {
		case id != "" && c.ID == id:
			return c, ""
		case id == "" && folded != "" && db.Fold(c.Name) == folded && c.Year == s.classes[0].Year: // the newest year comes first
			if found != nil {
				return nil, "readiness.import.reason.ambiguous"
			}
			found = c
		}
	}
	if found == nil {
		return nil, "readiness.import.reason.class"
	}
	return found, ""
}

// answer compares a row with what is known of its class, and keeps it when it says something new.
func (j *censusImport) answer(ctx context.Context, row *tabular.Row, class *ClassCensus, about rowOf) error {
	raw := class.Answer.Raw()
	for i, column := range j.layout.cells {
		if column >= 0 {
			raw[i] = row.Get(column)
		}
	}
	answer, faults := raw.complete(class.Listed)
	before, twice := j.seen[class.ID]
	same := answer == class.Answer && class.Answered() || !class.Answered() && !answer.Says(class.Listed)
	switch {
	case len(faults) > 0:
		j.count(class.Territory, func(t *intake.Tally) { t.Rejected++ })
		for _, f := range faults {
			j.note(row.Line, rowOf{about.uai, about.class, columnTitle(f.Name)}, intake.Rejected, f.Key, f.Args...)
		}
	case twice && answer == class.Answer:
		j.count(class.Territory, func(t *intake.Tally) { t.Merged++ })
		j.note(row.Line, about, intake.Merged, "readiness.import.reason.same", "line", before)
	case twice:
		j.reject(class.Territory, row.Line, about, "readiness.import.reason.twice", "line", before)
	case same:
		j.seen[class.ID] = row.Line
		j.count(class.Territory, func(t *intake.Tally) { t.Unchanged++ })
	case !j.current(row, class):
		j.reject(class.Territory, row.Line, about, "readiness.import.reason.changed")
	default:
		j.seen[class.ID] = row.Line
		if class.Answered() {
			j.count(class.Territory, func(t *intake.Tally) { t.Updated++ })
		} else {
			j.count(class.Territory, func(t *intake.Tally) { t.Created++ })
		}
		if d, doubtful := class.doubt(answer); doubtful {
			j.report.Doubtful++
			j.note(row.Line, about, intake.Doubtful, "readiness.import.reason.size", "n", d.Pupils, "known", d.Known)
		}
		class.Answer = answer
		class.Version++
		return j.s.record(ctx, j.tx, *class)
	}
	return nil
}

// current tells whether the row was filled from the class's last answer; a file without versions, made by another program, always is.
func (j *censusImport) current(row *tabular.Row, class *ClassCensus) bool {
	text := row.Get(j.layout.version)
	return text == "" || text == strconv.Itoa(class.Version)
}

// count counts a row by what became of it, in all and in its territory.
func (j *censusImport) count(territory string, what func(*intake.Tally)) {
	if j.tallies[territory] == nil {
		j.tallies[territory] = &intake.Tally{}
	}
	for _, t := range []*intake.Tally{&j.report.Tally, j.tallies[territory]} {
		t.Read++
		what(t)
	}
}

func (j *censusImport) reject(territory string, line int, about rowOf, reason string, args ...any) {
	j.count(territory, func(t *intake.Tally) { t.Rejected++ })
	j.note(line, about, intake.Rejected, reason, args...)
}

// note keeps a row that a person should look at.
func (j *censusImport) note(line int, about rowOf, outcome intake.Outcome, reason string, args ...any) {
	const most = 10_000
	if len(j.report.Rows) == most {
		j.report.More++
		return
	}
	row := intake.Row{Line: line, Outcome: outcome, Subject: about.kept(), Reason: reason, Args: args}
	j.kept = append(j.kept, row)
	row.Subject = about.String()
	j.report.Rows = append(j.report.Rows, row)
}

// imported is the data of FactImported.
type imported struct {
	Import    string `json:"import"`
	SHA256    string `json:"sha256"`
	Read      int    `json:"read"`
	Created   int    `json:"created"`
	Updated   int    `json:"updated"`
	Unchanged int    `json:"unchanged"`
	Merged    int    `json:"merged"`
	Rejected  int    `json:"rejected"`
}

// territories returns the codes of the territories that the file tells of, in order.
func (j *censusImport) territories() []string {
	return slices.DeleteFunc(slices.Sorted(maps.Keys(j.tallies)), func(code string) bool { return code == "" })
}

// recordFacts records one fact a territory that the file tells of.
func (j *censusImport) recordFacts(ctx context.Context) error {
	for _, code := range j.territories() {
		t := j.tallies[code]
		fact := journal.Fact{Territory: code, Kind: FactImported, Subject: j.report.ID,
			Data: imported{j.report.ID, j.report.SHA256, t.Read, t.Created, t.Updated, t.Unchanged, t.Merged, t.Rejected}}
		if uai, ok := directory.ParseUAI(j.o.School); ok {
			fact.School = string(uai)
		}
		if err := j.s.journal.Record(ctx, j.tx, fact); err != nil {
			return err
		}
	}
	return nil
}
