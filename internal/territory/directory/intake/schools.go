package intake

import (
	"context"
	"io"
	"regexp"
	"slices"
	"strings"

	"preau/internal/base/db"
	"preau/internal/base/errs"
	"preau/internal/base/tabular"
	"preau/internal/territory/directory"
)

// cell is what a list of schools is complete for: a type of school in a territory.
type cell struct {
	territory string
	kind      directory.SchoolType
}

// survey is what a first pass over a list of schools tells.
type survey struct {
	layout *schoolLayout
	chosen map[int32]choice // by the digits of the UAI: the row that stands for the school
	cells  map[cell]bool
	left   map[string]int // rows by territory
	named  map[int32]bool // digits of UAIs in rows that are rejected: those schools are not missing
}

// choice is the row that stands for a school that the file names several times.
type choice struct {
	line   int32
	annexe bool
}

// schoolsImport reads a list of schools.
type schoolsImport struct {
	*stock
	survey
	lists map[cell]map[string]directory.Source // the newest list of each layout
	ended []cell                               // what this list is complete for, and newer than the last
}

func (j *job) readSchools(ctx context.Context) error {
	s, err := j.surveySchools(ctx)
	if err != nil {
		return err
	}
	if err := j.useSource(ctx, s.layout.name, s.layout.published); err != nil {
		return err
	}
	k, err := j.newStock(ctx)
	if err != nil {
		return err
	}
	k.sources[j.source.ID] = j.source
	defer k.stop()
	m := &schoolsImport{stock: k, survey: *s}
	if m.lists, err = m.loadCoverage(ctx); err != nil {
		return err
	}
	if err := m.eachRow(ctx); err != nil {
		return err
	}
	j.sayLeftOut()
	if err := k.close(ctx); err != nil {
		return err
	}
	return m.saveCoverage(ctx)
}

// surveySchools reads the file once to know its layout, its date, what it is complete for, and which row
// stands for a school that it names several times: the first that is no annexe, else the first.
func (j *job) surveySchools(ctx context.Context) (*survey, error) {
	t, err := j.open()
	if err != nil {
		return nil, err
	}
	defer t.Close()
	layout, ok := recognise(t.Header)
	if !ok {
		return nil, j.wrongHeader()
	}
	if layout.territories, err = j.knownTerritories(ctx); err != nil {
		return nil, err
	}
	s := &survey{layout: layout, chosen: map[int32]choice{}, cells: map[cell]bool{}, left: map[string]int{}, named: map[int32]bool{}}
	for {
		row, err := t.Next()
		if err == io.EOF {
			return s, nil
		}
		if err != nil {
			return nil, err
		}
		s.add(row)
	}
}

func (s *survey) add(row *tabular.Row) {
	territory := s.layout.territory(row)
	if row.Bad != nil || row.Short || territory == "" {
		s.name(row.Raw + " " + strings.Join(row.Fields, " "))
		return
	}
	s.left[territory]++
	if date := s.layout.get(row, colDate); date > s.layout.published && schoolYearOfDate(date) != "" {
		s.layout.published = strings.Clone(date)
	}
	text := s.layout.get(row, colUAI)
	kind := s.layout.schoolType(row)
	if _, bad := parseUAI(text); bad != nil || kind == "" || s.layout.get(row, colName) == "" {
		s.name(text)
		return
	}
	digits := int32(digitsOf(text))
	s.cells[cell{territory, kind}] = true
	annexe := s.isAnnexe(row)
	if first, again := s.chosen[digits]; !again || first.annexe && !annexe {
		s.chosen[digits] = choice{int32(row.Line), annexe}
	}
}

var likeUAI = regexp.MustCompile(`\b[0-9]{7}[A-Za-z]\b`)

// name notes the schools that a rejected row seems to be about, however wrong it is: they are not missing.
func (s *survey) name(text string) {
	for _, uai := range likeUAI.FindAllString(text, -1) {
		s.named[int32(digitsOf(uai))] = true
	}
}

var annexeWords = []string{"annexe", "section", "site", "antenne"}

// isAnnexe tells whether a row is a part of a school rather than the school, by its name or its attachment.
func (s *survey) isAnnexe(row *tabular.Row) bool {
	if s.layout.get(row, colAttachment) != "" {
		return true
	}
	for _, word := range strings.Fields(db.Fold(s.layout.get(row, colName))) {
		if slices.Contains(annexeWords, word) {
			return true
		}
	}
	return false
}

func (m *schoolsImport) eachRow(ctx context.Context) error {
	t, err := m.open()
	if err != nil {
		return err
	}
	defer t.Close()
	for {
		row, err := t.Next()
		if err == io.EOF {
			return nil
		}
		if err != nil {
			return err
		}
		m.progress(t.Offset())
		if row.Bad != nil {
			m.rejectBad(row)
			continue
		}
		if row.Short {
			m.reject("", row.Line, "", "intake.row.short")
			continue
		}
		territory := m.layout.territory(row)
		if territory == "" {
			m.reject("", row.Line, "", "intake.school.territory", "value", short(m.layout.get(row, colDepartement)))
			continue
		}
		if err := m.row(ctx, row, territory); err != nil {
			return err
		}
		if m.left[territory]--; m.left[territory] == 0 {
			if err := m.endArea(ctx, territory); err != nil {
				return err
			}
		}
	}
}

// row imports a row whose territory is known, or rejects it.
func (m *schoolsImport) row(ctx context.Context, row *tabular.Row, territory string) error {
	if m.outside(territory) {
		m.leaveOut(territory)
		return nil
	}
	uai, bad := m.layout.number(row)
	if bad != nil {
		m.reject(territory, row.Line, "", bad.reason, bad.args...)
		return nil
	}
	if m.layout.schoolType(row) == "" {
		m.reject(territory, row.Line, string(uai), "intake.school.type", "value", short(m.layout.get(row, colType)))
		return nil
	}
	if m.layout.get(row, colName) == "" {
		m.reject(territory, row.Line, string(uai), "intake.school.name")
		return nil
	}
	if kept := m.chosen[int32(digitsOf(string(uai)))]; int(kept.line) != row.Line {
		m.count(territory, merged)
		m.report.add(Row{Line: row.Line, Outcome: Merged, Subject: string(uai), Reason: "intake.school.merged", Args: []any{"kept", int(kept.line)}})
		return nil
	}
	e := m.layout.read(row, uai)
	a, err := m.area(ctx, territory)
	if err != nil {
		return err
	}
	for _, d := range e.doubts {
		m.doubt(territory, e.line, string(uai), d.reason, d.args...)
	}
	if !a.named && (e.academie != "" || len(a.schools) == 0) {
		a.named = true
		m.batch.territories = append(m.batch.territories, []any{territory, territoryName(territory), e.academie})
	}
	if s := a.schools[uai]; s != nil {
		return m.compare(ctx, s, e)
	}
	m.count(territory, created)
	s := &stored{school: e.school, lists: " " + m.layout.name + " ", seen: true}
	if e.closed {
		now := m.tx.Now()
		s.school.Status, s.school.ClosedAt = directory.Closed, &now
	}
	m.addFigures(s, e.line, e.figures)
	s.school.Stand(s.figures)
	m.create(a, s)
	return m.relieve(ctx)
}

// compare brings a school of the directory up to date with its row.
func (m *schoolsImport) compare(ctx context.Context, s *stored, e *listed) error {
	s.seen = true
	older := m.older(s)
	after := merge(s.school, e.school, older)
	if !older {
		m.reviveOrClose(&after, e)
	}
	added := m.addFigures(s, e.line, e.figures)
	after.Stand(s.figures)
	lists := s.lists
	if !strings.Contains(lists, " "+m.layout.name+" ") {
		lists = strings.TrimRight(lists, " ") + " " + m.layout.name + " "
	}
	changed := !same(&s.school, &after)
	if added || changed {
		m.count(s.school.Territory, updated)
	} else {
		m.count(s.school.Territory, unchanged)
	}
	if !changed && lists == s.lists {
		return m.relieve(ctx)
	}
	if changed && !older {
		after.Source = m.source.ID
	}
	s.school, s.lists = after, lists
	if err := m.save(ctx, s); err != nil {
		return err
	}
	return m.relieve(ctx)
}

// reviveOrClose opens a closed school that a list names again, and closes one that the list says closed.
func (m *schoolsImport) reviveOrClose(s *directory.School, e *listed) {
	switch {
	case e.closed && s.Status == directory.Open:
		now := m.tx.Now()
		s.Status, s.ClosedAt = directory.Closed, &now
		m.closing(s.Territory, string(s.UAI), "intake.school.said_closed")
	case !e.closed && s.Status == directory.Closed:
		s.Status, s.ClosedAt = directory.Open, nil
		m.report.add(Row{Line: e.line, Outcome: Reopened, Subject: string(s.UAI), Reason: "intake.school.reopened"})
	}
}

// endArea closes the schools of the territory that left the list, and frees the territory.
func (m *schoolsImport) endArea(ctx context.Context, territory string) error {
	if m.outside(territory) {
		return nil
	}
	for _, kind := range directory.SchoolTypes {
		if m.cells[cell{territory, kind}] {
			if err := m.closeMissing(ctx, territory, kind); err != nil {
				return err
			}
		}
	}
	delete(m.areas, territory)
	return nil
}

// closeMissing closes the schools of a type that an earlier list of this layout named and this one does
// not. A list that is older than the last of its layout closes nothing; a school that a newer list of
// another layout names stays, doubtful.
func (m *schoolsImport) closeMissing(ctx context.Context, territory string, kind directory.SchoolType) error {
	at := cell{territory, kind}
	if last, has := m.lists[at][m.layout.name]; has && newer(last, m.source) {
		return nil
	}
	m.ended = append(m.ended, at)
	a, err := m.area(ctx, territory)
	if err != nil {
		return err
	}
	mark := " " + m.layout.name + " "
	var missing []*stored
	total := 0
	for _, s := range a.schools {
		if s.school.Type != kind || s.school.Status != directory.Open || !strings.Contains(s.lists, mark) {
			continue
		}
		total++
		if !s.seen && !m.named[int32(digitsOf(string(s.school.UAI)))] {
			missing = append(missing, s)
		}
	}
	slices.SortFunc(missing, func(x, y *stored) int { return strings.Compare(string(x.school.UAI), string(y.school.UAI)) })
	if tooMany(len(missing), total) && !m.o.AllowClosing {
		return errs.NewConflict("intake.closing", "n", len(missing), "total", total, "territory", territory)
	}
	for _, s := range missing {
		if err := m.closeSchool(ctx, s, m.lists[at]); err != nil {
			return err
		}
	}
	return nil
}

// tooMany tells whether so many disappear at once that the file is rather cut than right: more than a
// fifth. A handful may always leave, for a share of a few schools means nothing.
func tooMany(missing, total int) bool {
	const handful = 5
	return missing > handful && missing*5 > total
}

func (m *schoolsImport) closeSchool(ctx context.Context, s *stored, lists map[string]directory.Source) error {
	s.lists = strings.Replace(s.lists, m.layout.name+" ", "", 1)
	for layout, source := range lists {
		if strings.Contains(s.lists, " "+layout+" ") && newer(source, m.source) {
			m.doubt(s.school.Territory, 0, string(s.school.UAI), "intake.school.elsewhere")
			return m.save(ctx, s)
		}
	}
	now := m.tx.Now()
	s.lists = ""
	s.school.Status, s.school.ClosedAt, s.school.Source = directory.Closed, &now, m.source.ID
	m.closing(s.school.Territory, string(s.school.UAI), "intake.school.closed")
	return m.save(ctx, s)
}

// loadCoverage returns the newest list of each layout for each type of school in each territory.
func (m *schoolsImport) loadCoverage(ctx context.Context) (map[cell]map[string]directory.Source, error) {
	rows, err := m.tx.Query(ctx, "SELECT territory, type, layout, source FROM directory_coverage")
	if err != nil {
		return nil, err
	}
	defer rows.Close()
	lists := map[cell]map[string]directory.Source{}
	for rows.Next() {
		var at cell
		var layout, source string
		if err := rows.Scan(&at.territory, &at.kind, &layout, &source); err != nil {
			return nil, err
		}
		if lists[at] == nil {
			lists[at] = map[string]directory.Source{}
		}
		lists[at][layout] = m.sources[source]
	}
	return lists, rows.Err()
}

// saveCoverage writes down what this list is complete for.
func (m *schoolsImport) saveCoverage(ctx context.Context) error {
	for _, at := range m.ended {
		if _, err := m.tx.Exec(ctx, `INSERT INTO directory_coverage (territory, type, layout, source) VALUES (?, ?, ?, ?)
			ON CONFLICT (territory, type, layout) DO UPDATE SET source = excluded.source
			WHERE directory_coverage.source <> excluded.source`, at.territory, string(at.kind), m.layout.name, m.source.ID); err != nil {
			return err
		}
	}
	return nil
}
