// Package intake brings files into the directory: lists of schools, their figures, contours and rosters.
//
// A file is read twice at most: once to know what it is, and refuse it whole when it is something else; once
// row by row, inside the one transaction that changes the directory. A row that is wrong rejects itself. The
// report counts every row and keeps those that a person must look at.
package intake

import (
	"context"
	"embed"
	"errors"
	"slices"
	"sync"
	"time"

	"preau/internal/base/authz"
	"preau/internal/base/db"
	"preau/internal/base/errs"
	"preau/internal/base/i18n"
	"preau/internal/base/journal"
	"preau/internal/base/tabular"
	"preau/internal/territory/directory"
)

// Kind is what a file tells about.
type Kind string

// The kinds of import.
const (
	Schools  Kind = "schools"  // lists of schools
	IPS      Kind = "ips"      // social position indices and numbers of pupils
	REP      Kind = "rep"      // priority education
	Contours Kind = "contours" // boundaries of communes and départements
	Roster   Kind = "roster"   // pupils, guardians, classes and staff of a school
)

// Kinds lists the kinds of import.
var Kinds = []Kind{Schools, IPS, REP, Contours, Roster}

// Label returns what the kind is in a language.
func (k Kind) Label(l *i18n.Localizer) string { return l.T("intake.kind." + string(k)) }

// Messages holds the reports' texts.
//
//go:embed messages.yaml
var Messages embed.FS

// Options says how a file is to be imported.
type Options struct {
	DryRun       bool          // compute the report and keep nothing
	Territory    string        // import this territory alone; "" imports all
	School       directory.UAI // whose roster it is, where the file does not say
	Year         string        // school year (2026-2027) or year (2026) of the file, where it does not say
	AllowClosing bool          // close schools, or end pupils, however many disappeared
	// Progress is called now and then with the bytes read and the size of the file.
	Progress func(done, total int64)
}

// Timeout ends an import whose context has no deadline.
const Timeout = 30 * time.Minute

// Service imports files. Every method asks for a permission first.
type Service struct {
	db      *db.DB
	journal *journal.Journal
	key     []byte
	after   func(context.Context)

	mu      sync.Mutex
	running map[string]Progress
}

// New returns the service. The key hashes the national identifiers of pupils (INE), which are kept in no
// other form; with another key they no longer match.
func New(d *db.DB, j *journal.Journal, key []byte) *Service {
	return &Service{db: d, journal: j, key: key, running: map[string]Progress{}}
}

// Join says what to do after an import that was kept: what others compute from the directory. app calls it before the first import.
func (s *Service) Join(after func(context.Context)) { s.after = after }

// Progress tells how far an import is: bytes read and size of the file.
type Progress struct{ Done, Total int64 }

// Ticket is an import that was announced and has not run yet.
type Ticket struct {
	ID string

	s    *Service
	kind Kind
	name string
	o    Options
}

// Import announces an import and runs it. Its errors are those of Begin and Run.
func (s *Service) Import(ctx context.Context, kind Kind, name string, src tabular.Source, o Options) (Report, error) {
	t, err := s.Begin(ctx, kind, name, o)
	if err != nil {
		return Report{}, err
	}
	return t.Run(ctx, src)
}

// Begin asks for the permission and writes down that the import runs, so that its interruption is seen.
func (s *Service) Begin(ctx context.Context, kind Kind, name string, o Options) (*Ticket, error) {
	if err := s.authorise(ctx, kind, &o); err != nil {
		return nil, err
	}
	return s.begin(ctx, kind, name, o)
}

func (s *Service) begin(ctx context.Context, kind Kind, name string, o Options) (*Ticket, error) {
	t := &Ticket{s: s, kind: kind, name: baseName(name), o: o}
	err := s.db.Update(ctx, func(ctx context.Context, tx *db.Tx) error {
		t.ID = tx.NewID()
		return insertImport(ctx, tx, t)
	})
	if err != nil {
		return nil, err
	}
	s.follow(t.ID, Progress{})
	return t, nil
}

// authorise asks for the permission on what the import may change: the nation, a territory or a school.
func (s *Service) authorise(ctx context.Context, kind Kind, o *Options) error {
	if kind != Roster || o.School == "" {
		permission := ImportLists
		if kind == Roster {
			permission = ImportRosters
		}
		return authz.Check(ctx, permission, authz.Territory(o.Territory))
	}
	err := s.db.View(ctx, func(ctx context.Context, tx *db.Tx) error {
		code, err := territoryOfSchool(ctx, tx, o.School)
		if code != "" {
			o.Territory = code
		}
		return err
	})
	return errors.Join(authz.Check(ctx, ImportRosters, authz.School(o.Territory, string(o.School))), err)
}

// Run reads the source and changes the directory in one transaction, or returns an error and changes
// nothing. It returns Invalid for a file that is not what it is said to be, TooLarge for one beyond the
// limits, Conflict where too much would be closed and Unavailable when it was stopped. A ticket runs once.
func (t *Ticket) Run(ctx context.Context, src tabular.Source) (Report, error) {
	defer t.s.unfollow(t.ID)
	if _, has := ctx.Deadline(); !has {
		var cancel context.CancelFunc
		ctx, cancel = context.WithTimeout(ctx, Timeout)
		defer cancel()
	}
	report, err := t.run(ctx, src)
	if err != nil {
		return Report{}, t.ended(ctx, err)
	}
	if t.s.after != nil && !t.o.DryRun {
		t.s.after(ctx)
	}
	return report, nil
}

// ended writes down why the import failed and returns the error to give: that of its interruption when it was stopped.
func (t *Ticket) ended(ctx context.Context, err error) error {
	if ctx.Err() != nil {
		err = errs.New(errs.Unavailable, "intake.interrupted").Because(err)
	}
	return errors.Join(err, t.fail(context.WithoutCancel(ctx), err))
}

// errDryRun undoes the transaction of a dry run, whose report is complete.
var errDryRun = errors.New("intake: dry run")

func (t *Ticket) run(ctx context.Context, src tabular.Source) (Report, error) {
	limits := tabular.Limits{}
	if t.kind == Contours {
		limits.Bytes = maxContours
	}
	in, err := tabular.Inspect(src, limits)
	if err != nil {
		return Report{}, err
	}
	var report Report
	err = t.s.db.Update(ctx, func(ctx context.Context, tx *db.Tx) error {
		j := &job{Ticket: t, tx: tx, src: src, in: in, limits: limits, tallies: map[string]*Tally{}}
		j.report = Report{ID: t.ID, Kind: t.kind, File: t.name, DryRun: t.o.DryRun, SHA256: in.SHA256}
		if err := holdImport(ctx, tx, t.ID); err != nil {
			return err
		}
		if err := j.read(ctx); err != nil {
			return err
		}
		report = j.report
		if t.o.DryRun {
			return errDryRun
		}
		if err := j.recordFacts(ctx); err != nil {
			return err
		}
		return finishImport(ctx, tx, report)
	})
	if errors.Is(err, errDryRun) {
		err = t.s.db.Update(ctx, func(ctx context.Context, tx *db.Tx) error { return finishImport(ctx, tx, report) })
	}
	return report, err
}

func (t *Ticket) fail(ctx context.Context, cause error) error {
	state, key, args := Failed, "intake.failed", []any(nil)
	if e, ok := errors.AsType[*errs.Error](cause); ok {
		key, args = e.Key, e.Args
	}
	if key == "intake.interrupted" {
		state = Interrupted
	}
	return t.s.db.Update(ctx, func(ctx context.Context, tx *db.Tx) error { return failImport(ctx, tx, t.ID, state, key, args) })
}

// MarkInterrupted ends the imports that a sudden stop left running: nothing of them was kept. It is called at
// start-up and, for a server notices only after a while that its client died, now and then. An import that runs
// is left alone, in another process too: on PostgreSQL it holds its row, on SQLite it is writing.
func (s *Service) MarkInterrupted(ctx context.Context) (int64, error) {
	if err := authz.Check(ctx, ImportLists, authz.Nation()); err != nil {
		return 0, err
	}
	const running = "SELECT id FROM directory_import WHERE state = 'running' ORDER BY id"
	var left []string
	err := s.db.View(ctx, func(ctx context.Context, tx *db.Tx) (err error) {
		left, err = db.All(ctx, tx, db.Value[string], running)
		return err
	})
	if err != nil || len(left) == 0 {
		return 0, err
	}
	if writing, err := s.db.Writing(ctx); err != nil || writing {
		return 0, err
	}
	err = s.db.Update(ctx, func(ctx context.Context, tx *db.Tx) (err error) {
		query := running
		if tx.Postgres() {
			query += " FOR UPDATE SKIP LOCKED"
		}
		if left, err = db.All(ctx, tx, db.Value[string], query); err != nil {
			return err
		}
		left = slices.DeleteFunc(left, func(id string) bool { _, here := s.Follow(id); return here })
		for _, id := range left {
			if err := failImport(ctx, tx, id, Interrupted, "intake.interrupted", nil); err != nil {
				return err
			}
		}
		return nil
	})
	return int64(len(left)), err
}

func (s *Service) follow(id string, p Progress) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.running[id] = p
}

func (s *Service) unfollow(id string) {
	s.mu.Lock()
	defer s.mu.Unlock()
	delete(s.running, id)
}

// Follow returns how far an import is that runs in this process.
func (s *Service) Follow(id string) (Progress, bool) {
	s.mu.Lock()
	defer s.mu.Unlock()
	p, ok := s.running[id]
	return p, ok
}
