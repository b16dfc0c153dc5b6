package intake

import (
	"context"
	"maps"
	"slices"

	"preau/internal/base/db"
	"preau/internal/base/errs"
	"preau/internal/base/tabular"
	"preau/internal/territory/directory"
)

// job is one import inside its transaction.
type job struct {
	*Ticket
	tx      *db.Tx
	src     tabular.Source
	in      tabular.Inspection
	limits  tabular.Limits
	source  directory.Source
	report  Report
	tallies map[string]*Tally // by territory
	school  place             // of a roster
	leftOut map[string]int    // rows of other territories than the one asked for
	unsure  bool              // a rejected row may be about anybody: nobody is missing for sure
	ticks   int
}

// read dispatches on the kind.
func (j *job) read(ctx context.Context) error {
	switch j.kind {
	case Schools:
		return j.readSchools(ctx)
	case IPS:
		return j.readFigures(ctx, ipsLayout)
	case REP:
		return j.readFigures(ctx, repLayout)
	case Contours:
		return j.readContours(ctx)
	case Roster:
		return j.readRoster(ctx)
	}
	return errs.NewInvalid("intake.which_kind", "kind", string(j.kind))
}

// tally returns the counts of a territory; "" is for rows that name none.
func (j *job) tally(territory string) *Tally {
	t := j.tallies[territory]
	if t == nil {
		t = &Tally{}
		j.tallies[territory] = t
	}
	return t
}

// What a row of the file became.
const (
	created = iota
	updated
	unchanged
	merged
	rejected
)

// count counts a row of the file once, by what became of it.
func (j *job) count(territory string, what int) {
	for _, t := range []*Tally{&j.report.Tally, j.tally(territory)} {
		t.Read++
		switch what {
		case created:
			t.Created++
		case updated:
			t.Updated++
		case unchanged:
			t.Unchanged++
		case merged:
			t.Merged++
		case rejected:
			t.Rejected++
		}
	}
}

// reject counts a row as rejected and says why.
func (j *job) reject(territory string, line int, subject, reason string, args ...any) {
	j.count(territory, rejected)
	j.report.add(Row{Line: line, Outcome: Rejected, Subject: subject, Reason: reason, Args: args})
}

// rejectBad rejects a row that could not be read: it may be about anybody.
func (j *job) rejectBad(row *tabular.Row) {
	j.unsure = true
	j.reject("", row.Line, "", row.Bad.Key, row.Bad.Args...)
}

// doubt says what a person should check about a row that is imported all the same.
func (j *job) doubt(territory string, line int, subject, reason string, args ...any) {
	j.report.Doubtful++
	j.tally(territory).Doubtful++
	j.report.add(Row{Line: line, Outcome: Doubtful, Subject: subject, Reason: reason, Args: args})
}

// closing counts something that the file no longer has.
func (j *job) closing(territory, subject, reason string, args ...any) {
	j.report.Closed++
	j.tally(territory).Closed++
	j.report.add(Row{Outcome: Closed, Subject: subject, Reason: reason, Args: args})
}

// outside tells whether the import is limited to another territory.
func (j *job) outside(territory string) bool {
	return j.o.Territory != "" && territory != j.o.Territory
}

// leaveOut counts a row of another territory than the one that the import is limited to.
func (j *job) leaveOut(territory string) {
	if j.leftOut == nil {
		j.leftOut = map[string]int{}
	}
	j.leftOut[territory]++
	j.report.Read++
	j.report.Rejected++
}

// sayLeftOut reports the rows of other territories together: there may be many.
func (j *job) sayLeftOut() {
	for _, code := range slices.Sorted(maps.Keys(j.leftOut)) {
		j.report.add(Row{Outcome: Rejected, Subject: code, Reason: "intake.outside", Args: []any{"n", j.leftOut[code], "territory", code}})
	}
}

// progress tells how far the reading is, every few hundred rows.
func (j *job) progress(done int64) {
	if j.ticks++; j.ticks%256 != 0 && done < j.in.Size {
		return
	}
	j.s.follow(j.ID, Progress{done, j.in.Size})
	if j.o.Progress != nil {
		j.o.Progress(done, j.in.Size)
	}
}

// open opens the file as a table.
func (j *job) open() (*tabular.Table, error) {
	if j.in.Form != tabular.Text {
		return nil, errs.NewInvalid("intake.not_table")
	}
	return tabular.Open(j.src, j.in, j.limits)
}

// useSource finds the source that the file is, or writes it down: a file that is read again is the same
// source, so that reading it again changes nothing.
func (j *job) useSource(ctx context.Context, layout, published string) error {
	j.report.Layout = layout
	found, err := db.All(ctx, j.tx, scanSource, "SELECT "+sourceColumns+` FROM directory_source
		WHERE sha256 = ? AND layout = ? AND published = ? ORDER BY id LIMIT 1`, j.in.SHA256, layout, published)
	if err != nil {
		return err
	}
	if len(found) > 0 {
		j.source = found[0]
		return nil
	}
	j.source = directory.Source{ID: j.tx.NewID(), Name: j.name, Published: published, SHA256: j.in.SHA256, ImportedAt: j.tx.Now()}
	_, err = j.tx.Exec(ctx, "INSERT INTO directory_source (id, name, layout, published, sha256, imported_at) VALUES (?, ?, ?, ?, ?, ?)",
		j.source.ID, j.source.Name, layout, published, j.source.SHA256, j.source.ImportedAt)
	return err
}

const sourceColumns = "id, name, published, sha256, imported_at"

func scanSource(row db.Scanner) (directory.Source, error) {
	var s directory.Source
	err := row.Scan(&s.ID, &s.Name, &s.Published, &s.SHA256, &s.ImportedAt)
	return s, err
}

// wrongHeader refuses a table that is none of the layouts of its kind.
func (j *job) wrongHeader() error {
	return errs.NewInvalid("intake.layout." + string(j.kind))
}
