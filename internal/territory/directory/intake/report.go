package intake

import (
	"encoding/json"
	"path"
	"strings"

	"preau/internal/base/i18n"
)

// Outcome is what became of a row that a person should look at.
type Outcome string

// The outcomes that are kept with their row. A doubtful row was imported all the same.
const (
	Rejected Outcome = "rejected"
	Merged   Outcome = "merged"
	Closed   Outcome = "closed"
	Reopened Outcome = "reopened"
	Doubtful Outcome = "doubtful"
)

// Label returns the outcome in a language.
func (o Outcome) Label(l *i18n.Localizer) string { return l.T("intake.outcome." + string(o)) }

// Row is a row that a person should look at. It holds no personal data.
type Row struct {
	Line    int // in the file, 0 for what the file no longer has
	Outcome Outcome
	Subject string // UAI, or an identifier
	Reason  string // message key
	Args    []any  // names and values for the message
}

// Tally counts the rows of a file by what became of them: read is the sum of created, updated, unchanged,
// merged and rejected. Closed and Inferred count what the file tells by leaving it out.
type Tally struct {
	Read, Created, Updated, Unchanged, Merged, Closed, Rejected, Doubtful, Inferred int
}

// State is how an import ended.
type State string

// The states of an import.
const (
	Running     State = "running"
	Done        State = "done"
	Failed      State = "failed"      // nothing was kept
	Interrupted State = "interrupted" // the machine stopped; nothing was kept
)

// Label returns the state in a language.
func (s State) Label(l *i18n.Localizer) string { return l.T("intake.state." + string(s)) }

// Report tells what an import did, or would do.
type Report struct {
	ID     string
	Kind   Kind
	File   string
	Layout string
	SHA256 string
	DryRun bool
	Tally
	Rows []Row
	More int // rows to look at beyond those in Rows
}

// maxRows bounds the rows of a report.
const maxRows = 10_000

func (r *Report) add(row Row) {
	if len(r.Rows) >= maxRows {
		r.More++
		return
	}
	r.Rows = append(r.Rows, row)
}

// Say returns the reason of a row in a language.
func (row Row) Say(l *i18n.Localizer) string { return l.T(row.Reason, row.Args...) }

type jsonRow struct {
	Line    int     `json:"line"`
	Outcome Outcome `json:"outcome"`
	Subject string  `json:"subject"`
	Reason  string  `json:"reason"`
}

// JSON returns the report as one object, with the reasons in a language.
func (r Report) JSON(l *i18n.Localizer) ([]byte, error) {
	rows := make([]jsonRow, len(r.Rows))
	for i, row := range r.Rows {
		rows[i] = jsonRow{row.Line, row.Outcome, row.Subject, row.Say(l)}
	}
	return json.MarshalIndent(struct {
		ID        string    `json:"id"`
		Kind      Kind      `json:"kind"`
		File      string    `json:"file"`
		Layout    string    `json:"layout"`
		DryRun    bool      `json:"dry_run"`
		Read      int       `json:"read"`
		Created   int       `json:"created"`
		Updated   int       `json:"updated"`
		Unchanged int       `json:"unchanged"`
		Merged    int       `json:"merged"`
		Closed    int       `json:"closed"`
		Rejected  int       `json:"rejected"`
		Doubtful  int       `json:"doubtful"`
		Inferred  int       `json:"inferred"`
		Rows      []jsonRow `json:"rows"`
		More      int       `json:"more"`
	}{r.ID, r.Kind, r.File, r.Layout, r.DryRun, r.Read, r.Created, r.Updated, r.Unchanged, r.Merged, r.Closed, r.Rejected,
		r.Doubtful, r.Inferred, rows, r.More}, "", "  ")
}

// baseName returns the last part of a file's path on any system, at most 200 characters of it.
func baseName(name string) string {
	name = path.Base(strings.ReplaceAll(name, "\\", "/"))
	if runes := []rune(strings.ToValidUTF8(name, "")); len(runes) > 200 {
		return string(runes[:200])
	}
	return strings.ToValidUTF8(name, "")
}
