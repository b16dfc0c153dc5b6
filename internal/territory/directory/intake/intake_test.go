package intake_test

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"testing"

	"preau/internal/base/authz"
	"preau/internal/base/db"
	"preau/internal/base/dbtest"
	"preau/internal/base/errs"
	"preau/internal/base/i18n"
	"preau/internal/base/journal"
	"preau/internal/base/tabular"
	"preau/internal/territory/directory"
	"preau/internal/territory/directory/intake"
)

// world is a database with the service, and the clock that they tell the time by.
type world struct {
	t   testing.TB
	d   *db.DB
	j   *journal.Journal
	s   *intake.Service
	ctx context.Context
}

func newWorld(t testing.TB, d *db.DB) *world {
	j := journal.New(d, []byte("secret"))
	return &world{t, d, j, intake.New(d, j, []byte("a key for tests")), db.Everywhere(authz.System(context.Background()))}
}

// each runs the test on both databases.
func each(t *testing.T, f func(t *testing.T, w *world)) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) { f(t, newWorld(t, d)) }, journal.Migrations, directory.Migrations)
}

// onSQLite runs the test on SQLite alone, where the rule under test is no matter of the database.
func onSQLite(t testing.TB) *world {
	return newWorld(t, dbtest.SQLite(t, journal.Migrations, directory.Migrations))
}

func source(b []byte) tabular.Source { return tabular.File(bytes.NewReader(b), int64(len(b))) }

func sharedFile(t testing.TB, parts ...string) []byte {
	t.Helper()
	b, err := os.ReadFile(filepath.Join(append([]string{dbtest.Shared(t)}, parts...)...))
	if err != nil {
		t.Fatal(err)
	}
	return b
}

func (w *world) try(kind intake.Kind, name string, b []byte, o intake.Options) (intake.Report, error) {
	return w.s.Import(w.ctx, kind, name, source(b), o)
}

func (w *world) must(kind intake.Kind, name string, b []byte, o intake.Options) intake.Report {
	w.t.Helper()
	r, err := w.try(kind, name, b, o)
	if err != nil {
		w.t.Fatalf("%s: %v", name, err)
	}
	if r.Created+r.Updated+r.Unchanged+r.Merged+r.Rejected != r.Read {
		w.t.Errorf("%s: the outcomes do not add up to the rows read: %+v", name, r.Tally)
	}
	return r
}

// shared imports a real file.
func (w *world) shared(kind intake.Kind, parts ...string) intake.Report {
	w.t.Helper()
	return w.must(kind, parts[len(parts)-1], sharedFile(w.t, parts...), intake.Options{})
}

// value returns the one value of a query as text.
func (w *world) value(query string, args ...any) string {
	w.t.Helper()
	var v any
	err := w.d.View(w.ctx, func(ctx context.Context, tx *db.Tx) error { return tx.QueryRow(ctx, query, args...).Scan(&v) })
	if err != nil {
		w.t.Fatalf("%s: %v", query, err)
	}
	if b, ok := v.([]byte); ok {
		v = string(b)
	}
	return fmt.Sprint(v)
}

func (w *world) expect(want, query string, args ...any) {
	w.t.Helper()
	if got := w.value(query, args...); got != want {
		w.t.Errorf("%s %v: %s, want %s", query, args, got, want)
	}
}

func tally(read, created, updated, unchanged, merged, closed, rejected int) intake.Tally {
	return intake.Tally{Read: read, Created: created, Updated: updated, Unchanged: unchanged, Merged: merged, Closed: closed, Rejected: rejected}
}

func (w *world) counts(what string, r intake.Report, want intake.Tally) {
	w.t.Helper()
	got := r.Tally
	got.Doubtful, got.Inferred = 0, 0
	if got != want {
		w.t.Errorf("%s: %+v, want %+v", what, got, want)
	}
}

// reasons counts the rows of a report by outcome and reason.
func reasons(r intake.Report) map[string]int {
	n := map[string]int{}
	for _, row := range r.Rows {
		n[string(row.Outcome)+" "+row.Reason]++
	}
	return n
}

func keyOf(err error) string {
	if e, ok := errors.AsType[*errs.Error](err); ok {
		return e.Key
	}
	return fmt.Sprint(err)
}

func TestEveryReasonIsSaidInBothLanguages(t *testing.T) {
	c, err := i18n.Load(intake.Messages, tabular.Messages)
	if err != nil {
		t.Fatal(err)
	}
	for _, l := range i18n.Langs {
		for _, k := range intake.Kinds {
			if strings.Contains(k.Label(c.In(l)), "⟦") {
				t.Errorf("%s has no label", k)
			}
		}
		for _, o := range []intake.Outcome{intake.Rejected, intake.Merged, intake.Closed, intake.Reopened, intake.Doubtful} {
			if strings.Contains(o.Label(c.In(l)), "⟦") {
				t.Errorf("%s has no label", o)
			}
		}
		for _, s := range []intake.State{intake.Running, intake.Done, intake.Failed, intake.Interrupted} {
			if strings.Contains(s.Label(c.In(l)), "⟦") {
				t.Errorf("%s has no label", s)
			}
		}
	}
}

func TestAReportIsOneObjectAndIsKept(t *testing.T) {
	each(t, func(t *testing.T, w *world) {
		c, err := i18n.Load(intake.Messages, tabular.Messages)
		if err != nil {
			t.Fatal(err)
		}
		text := "uai;type;secteur;nom;departement\n0020002S;college;Public;Collège;002\n0020002T;college;Public;Collège;002\n"
		r := w.must(intake.Schools, "liste.csv", []byte(text), intake.Options{})
		j, err := r.JSON(c.In(i18n.English))
		if err != nil {
			t.Fatal(err)
		}
		for _, want := range []string{`"read": 2`, `"created": 1`, `"updated": 0`, `"unchanged": 0`, `"merged": 0`, `"closed": 0`, `"rejected": 1`,
			`"line": 3`, `"outcome": "rejected"`, `"reason": "The check letter of 0020002T is wrong: it would be 0020002S."`} {
			if !strings.Contains(string(j), want) {
				t.Errorf("%s is not in %s", want, j)
			}
		}
		kept, err := w.s.Get(w.ctx, r.ID)
		if err != nil {
			t.Fatal(err)
		}
		if kept.State != intake.Done || kept.Tally != r.Tally || fmt.Sprint(kept.Rows) != fmt.Sprint(r.Rows) || kept.FinishedAt == nil {
			t.Errorf("kept %+v, want %+v", kept, r)
		}
		list, err := w.s.List(w.ctx, 10)
		if err != nil || len(list) != 1 || list[0].ID != r.ID || list[0].File != "liste.csv" {
			t.Errorf("%+v %v", list, err)
		}
		if _, err := w.s.Get(w.ctx, "absent"); !errs.Is(err, errs.NotFound) {
			t.Error(err)
		}
	})
}

func TestADryRunTellsTheSameAndKeepsNothing(t *testing.T) {
	each(t, func(t *testing.T, w *world) {
		b := sharedFile(t, "schools", "schools-02-95.csv")
		dry := w.must(intake.Schools, "schools-02-95.csv", b, intake.Options{DryRun: true})
		w.expect("0", "SELECT COUNT(*) FROM directory_school")
		w.expect("0", "SELECT COUNT(*) FROM directory_source")
		w.expect("0", "SELECT COUNT(*) FROM journal_fact")
		w.expect("done", "SELECT state FROM directory_import WHERE dry_run = 1")
		real := w.must(intake.Schools, "schools-02-95.csv", b, intake.Options{})
		if dry.Tally != real.Tally || len(dry.Rows) != len(real.Rows) || !dry.DryRun {
			t.Errorf("dry %+v, real %+v", dry.Tally, real.Tally)
		}
	})
}

func TestAnImportAsksForThePermission(t *testing.T) { each(t, importAsksForThePermission) }

func importAsksForThePermission(t *testing.T, w *world) {
	b := []byte("uai;type;secteur;nom;departement\n0020002S;college;Public;Collège;002\n0950006R;college;Public;Collège;095\n")
	as := func(role authz.Role, scope authz.Scope) context.Context {
		p := &authz.Principal{Account: "a", Role: role, Grants: []authz.Grant{{Role: role, Scope: scope}}}
		return db.WithTerritories(authz.With(context.Background(), intake.Permissions, p), scope.Territory)
	}
	for name, c := range map[string]struct {
		ctx  context.Context
		kind intake.Kind
		o    intake.Options
		want errs.Kind
	}{
		"the public":                     {db.Everywhere(authz.With(context.Background(), intake.Permissions, nil)), intake.Schools, intake.Options{}, errs.Unauthenticated},
		"a lead, the nation":             {as(authz.TerritoryLead, authz.Territory("02")), intake.Schools, intake.Options{}, errs.NotFound},
		"a lead, another territory":      {as(authz.TerritoryLead, authz.Territory("02")), intake.Schools, intake.Options{Territory: "95"}, errs.NotFound},
		"a head, a list":                 {as(authz.Head, authz.School("02", "0020002S")), intake.Schools, intake.Options{Territory: "02"}, errs.NotFound},
		"a head, another school":         {as(authz.Head, authz.School("02", "0020002S")), intake.Roster, intake.Options{School: "0020004U"}, errs.NotFound},
		"a teacher, the school's roster": {as(authz.Teacher, authz.School("02", "0020002S")), intake.Roster, intake.Options{School: "0020002S"}, errs.NotFound},
	} {
		if _, err := w.s.Import(c.ctx, c.kind, "f", source(b), c.o); errs.KindOf(err) != c.want {
			t.Errorf("%s: %v", name, err)
		}
	}
	w.expect("0", "SELECT COUNT(*) FROM directory_import")
	r, err := w.s.Import(as(authz.TerritoryLead, authz.Territory("02")), intake.Schools, "f", source(b), intake.Options{Territory: "02"})
	if err != nil || r.Created != 1 || r.Rejected != 1 {
		t.Errorf("%+v %v", r, err)
	}
	w.expect("02", "SELECT MAX(territory) FROM directory_school")
	roster := sharedFile(t, "rosters", "onde", "onde_eleves_exemple_eole-ci.csv")
	r, err = w.s.Import(as(authz.Head, authz.School("02", "0020002S")), intake.Roster, "f", source(roster), intake.Options{School: "0020002S"})
	if err != nil || r.Created != 2 {
		t.Errorf("%+v %v", r, err)
	}
}

func TestAWrongFileIsRefusedWholeAndSaysSo(t *testing.T) {
	each(t, func(t *testing.T, w *world) {
		w.shared(intake.Schools, "schools", "schools-02-95.csv")
		before := w.value("SELECT COUNT(*) FROM directory_source")
		for name, c := range map[string]struct {
			kind intake.Kind
			b    []byte
			o    intake.Options
			key  string
		}{
			"empty":                  {intake.Schools, nil, intake.Options{}, "tabular.empty"},
			"another header":         {intake.Schools, []byte("a;b\n1;2\n"), intake.Options{}, "intake.layout.schools"},
			"binary":                 {intake.Schools, []byte("uai;type\x00"), intake.Options{}, "tabular.binary"},
			"a zip":                  {intake.Schools, sharedFile(t, "rosters", "oneroster", "v1p2_full_dataset.zip"), intake.Options{}, "intake.not_table"},
			"schools as IPS":         {intake.IPS, sharedFile(t, "schools", "schools-02-95.csv"), intake.Options{}, "intake.layout.ips"},
			"schools as REP":         {intake.REP, sharedFile(t, "schools", "schools-02-95.csv"), intake.Options{}, "intake.layout.rep"},
			"REP without a year":     {intake.REP, sharedFile(t, "schools", "rep-2022.csv"), intake.Options{}, "intake.year"},
			"a table as contours":    {intake.Contours, []byte("a;b\n"), intake.Options{}, "intake.contour.not"},
			"JSON of another kind":   {intake.Contours, []byte(`{"a": [1, 2]}`), intake.Options{}, "intake.contour.broken"},
			"a GeoJSON cut":          {intake.Contours, sharedFile(t, "geo", "communes-95.geojson")[:50_000], intake.Options{}, "intake.contour.broken"},
			"schools as a roster":    {intake.Roster, sharedFile(t, "schools", "schools-02-95.csv"), intake.Options{School: "0020002S"}, "intake.layout.roster"},
			"AAF with its DTD":       {intake.Roster, sharedFile(t, "rosters", "aaf", "ENT_Complet_20200101_Eleve_0000.xml"), intake.Options{School: "0020002S"}, "tabular.xml.dtd"},
			"XML of another kind":    {intake.Roster, []byte("<r/>"), intake.Options{School: "0020002S"}, "intake.layout.roster"},
			"ONDE without a school":  {intake.Roster, sharedFile(t, "rosters", "onde", "onde_eleves_exemple_eole-ci.csv"), intake.Options{}, "intake.roster.which"},
			"of an unknown school":   {intake.Roster, sharedFile(t, "rosters", "onde", "onde_eleves_exemple_eole-ci.csv"), intake.Options{School: "0010002X"}, "intake.roster.school"},
			"a kind there is not":    {"tout", []byte("a;b\n"), intake.Options{}, "intake.which_kind"},
			"OneRoster, no school":   {intake.Roster, sharedFile(t, "rosters", "oneroster", "v1p2_full_dataset.zip"), intake.Options{}, "intake.oneroster.which"},
			"another zip as roster":  {intake.Roster, sharedFile(t, "packages", "scorm", anyZip(t)), intake.Options{School: "0020002S"}, "intake.oneroster.missing"},
			"SIECLE, no good school": {intake.Roster, sharedFile(t, "rosters", "siecle", "siecle-with-two-valid-students-and-school-year.xml"), intake.Options{}, "intake.roster.which"},
		} {
			r, err := w.try(c.kind, "fichier.bin", c.b, c.o)
			if keyOf(err) != c.key {
				t.Errorf("%s: %v, want %s", name, err, c.key)
			}
			if r.ID != "" {
				t.Errorf("%s: a report was given: %+v", name, r)
			}
		}
		w.expect(before, "SELECT COUNT(*) FROM directory_source")
		w.expect("1628", "SELECT COUNT(*) FROM directory_school")
		w.expect("0", "SELECT COUNT(*) FROM directory_import WHERE state = 'running'")
		w.expect("19", "SELECT COUNT(*) FROM directory_import WHERE state = 'failed' AND message <> '' AND finished_at IS NOT NULL")
	})
}

// anyZip returns the name of a SCORM package.
func anyZip(t testing.TB) string {
	t.Helper()
	paths, _ := filepath.Glob(filepath.Join(dbtest.Shared(t), "packages", "scorm", "*.zip"))
	if len(paths) == 0 {
		t.Fatal("no package")
	}
	return filepath.Base(paths[0])
}

func TestAnImportThatIsStoppedHalfwayLeavesNothing(t *testing.T) {
	each(t, func(t *testing.T, w *world) {
		b := sharedFile(t, "schools", "schools-02-95.csv")
		for _, at := range []int64{1000, int64(len(b)) / 2, int64(len(b)) - 10} {
			ctx, cancel := context.WithCancel(w.ctx)
			_, err := w.s.Import(ctx, intake.Schools, "f", source(b), intake.Options{Progress: func(done, total int64) {
				if done >= at {
					cancel()
				}
			}})
			cancel()
			if !errs.Is(err, errs.Unavailable) {
				t.Errorf("stopped at %d: %v", at, err)
			}
			w.empty()
		}
		w.expect("3", "SELECT COUNT(*) FROM directory_import WHERE state = 'interrupted'")
	})
}

// empty checks that an import left nothing.
func (w *world) empty() {
	w.t.Helper()
	for _, table := range []string{"directory_school", "directory_figure", "directory_source", "directory_territory", "directory_coverage", "directory_import_row", "journal_fact"} {
		w.expect("0", "SELECT COUNT(*) FROM "+table)
	}
}

// broken is a file on a disk that fails at a place, from the third reading on.
type broken struct {
	io.ReaderAt
	at       int64
	readings int
}

func (b *broken) ReadAt(p []byte, off int64) (int, error) {
	if off == 0 {
		b.readings++
	}
	if b.readings > 2 && off > b.at {
		return 0, errors.New("input/output error")
	}
	return b.ReaderAt.ReadAt(p, off)
}

func TestAFileThatCannotBeReadToItsEndLeavesNothing(t *testing.T) {
	each(t, func(t *testing.T, w *world) {
		b := sharedFile(t, "schools", "schools-02-95.csv")
		disk := &broken{ReaderAt: bytes.NewReader(b), at: 80_000}
		_, err := w.s.Import(w.ctx, intake.Schools, "f", tabular.File(disk, int64(len(b))), intake.Options{})
		if keyOf(err) != "tabular.unread" || disk.readings != 3 {
			t.Errorf("%v after %d readings", err, disk.readings)
		}
		w.empty()
		w.expect("failed", "SELECT state FROM directory_import WHERE message = 'tabular.unread'")
	})
}

func TestAnInterruptedImportSaysSoAtStartUp(t *testing.T) {
	each(t, func(t *testing.T, w *world) {
		ticket, err := w.s.Begin(w.ctx, intake.Schools, "liste.csv", intake.Options{})
		if err != nil {
			t.Fatal(err)
		}
		if _, ok := w.s.Follow(ticket.ID); !ok {
			t.Error("the import cannot be followed")
		}
		next := newWorld(t, w.d) // the program that starts next
		for _, want := range []struct {
			s *intake.Service
			n int64
		}{{w.s, 0}, {next.s, 1}, {next.s, 0}} {
			if n, err := want.s.MarkInterrupted(w.ctx); n != want.n || err != nil {
				t.Errorf("%d, want %d: %v", n, want.n, err)
			}
		}
		r, err := w.s.Get(w.ctx, ticket.ID)
		if err != nil || r.State != intake.Interrupted || r.Message != "intake.interrupted" {
			t.Errorf("%+v %v", r, err)
		}
	})
}

func TestAnImportThatAnotherProcessRunsIsLeftAlone(t *testing.T) {
	for name, address := range map[string]string{"sqlite": "sqlite:" + filepath.Join(t.TempDir(), "preau.db"), "postgres": dbtest.PostgresURL(t)} {
		t.Run(name, func(t *testing.T) {
			w := newWorld(t, dbtest.Open(t, address, journal.Migrations, directory.Migrations))
			other := newWorld(t, dbtest.Open(t, address))
			b := sharedFile(t, "schools", "schools-02-95.csv")
			var halt sync.Once
			halfway, goOn := make(chan struct{}), make(chan struct{})
			ticket, err := w.s.Begin(w.ctx, intake.Schools, "f", intake.Options{Progress: func(int64, int64) {
				halt.Do(func() { close(halfway); <-goOn })
			}})
			if err != nil {
				t.Fatal(err)
			}
			ended := make(chan error)
			go func() {
				_, err := ticket.Run(w.ctx, source(b))
				ended <- err
			}()
			<-halfway
			if n, err := other.s.MarkInterrupted(other.ctx); n != 0 || err != nil {
				t.Errorf("%d %v", n, err)
			}
			other.expect("running", "SELECT state FROM directory_import")
			close(goOn)
			if err := <-ended; err != nil {
				t.Error(err)
			}
			other.expect("done", "SELECT state FROM directory_import")
		})
	}
}

func TestProgressGoesToTheEnd(t *testing.T) {
	w := onSQLite(t)
	b := sharedFile(t, "schools", "schools-02-95.csv")
	var last int64
	calls := 0
	w.must(intake.Schools, "f", b, intake.Options{Progress: func(done, total int64) {
		if done < last || total != int64(len(b)) {
			t.Errorf("%d of %d after %d", done, total, last)
		}
		last = done
		calls++
	}})
	if calls < 5 || last != int64(len(b)) {
		t.Errorf("%d calls, the last at %d of %d", calls, last, len(b))
	}
}

func TestEachTerritoryGetsItsFact(t *testing.T) {
	each(t, func(t *testing.T, w *world) {
		r := w.shared(intake.Schools, "schools", "schools-02-95.csv")
		facts, err := w.j.List(w.ctx, journal.Filter{Kind: intake.FactImported})
		if err != nil || len(facts) != 2 {
			t.Fatalf("%v %v", facts, err)
		}
		for _, f := range facts {
			want := map[string]string{"02": `"created":592`, "95": `"created":1036`}[f.Territory]
			if f.Subject != r.ID || want == "" || !strings.Contains(string(f.Data), want) {
				t.Errorf("%s: %s", f.Territory, f.Data)
			}
		}
	})
}

func TestWhatFollowsAnImportIsDoneWhenItWasKeptAndOnlyThen(t *testing.T) {
	w := onSQLite(t)
	schools := ""
	w.s.Join(func(context.Context) { schools += w.value("SELECT COUNT(*) FROM directory_school") + " " })
	list := []byte("uai;type;secteur;nom;code_postal;commune;departement;latitude;longitude;ips_2025\n0020001R;ecole;public;École;02000;Laon;02;;;\n")
	w.must(intake.Schools, "liste.csv", list, intake.Options{DryRun: true})
	if _, err := w.try(intake.Schools, "rien.csv", []byte("no;list\n1;2\n"), intake.Options{}); err == nil {
		t.Error("what is no list was imported")
	}
	w.must(intake.Schools, "liste.csv", list, intake.Options{})
	if schools != "1 " {
		t.Errorf("done with so many schools each time: %q", schools)
	}
}
