package journal_test

import (
	"context"
	"fmt"
	"testing"
	"testing/fstest"

	"preau/internal/base/authz"
	"preau/internal/base/db"
	"preau/internal/base/dbtest"
	"preau/internal/base/journal"
)

// tally counts facts a school: a projection as small as can be.
type tally struct{}

var tallyTables = db.Migrations{Room: "tally", FS: fstest.MapFS{"migrations/0001_tally.sql": {Data: []byte(
	"CREATE TABLE tally_school (territory TEXT NOT NULL, school TEXT NOT NULL, n BIGINT NOT NULL, PRIMARY KEY (territory, school))")}}}

func (tally) Name() string     { return "tally" }
func (tally) Kinds() []string  { return []string{"tally.thing.done"} }
func (tally) Tables() []string { return []string{"tally_school"} }
func (tally) Reset(ctx context.Context, tx *db.Tx) error {
	_, err := tx.Exec(ctx, "DELETE FROM tally_school")
	return err
}
func (tally) Apply(ctx context.Context, tx *db.Tx, e journal.Entry) error {
	_, err := tx.Exec(ctx, `INSERT INTO tally_school (territory, school, n) VALUES (?, ?, 1)
		ON CONFLICT (territory, school) DO UPDATE SET n = tally_school.n + 1`, e.Territory, e.School)
	return err
}

func each(t *testing.T, f func(t *testing.T, ctx context.Context, d *db.DB, j *journal.Journal)) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		f(t, db.Everywhere(authz.System(context.Background())), d, journal.New(d, []byte("secret"), tally{}))
	}, journal.Migrations, tallyTables)
}

func record(t *testing.T, ctx context.Context, d *db.DB, j *journal.Journal, territory string, n int) {
	t.Helper()
	for i := range n {
		if err := d.Update(ctx, func(ctx context.Context, tx *db.Tx) error {
			return j.Record(ctx, tx, journal.Fact{Territory: territory, School: fmt.Sprint("school", i%3), Kind: "tally.thing.done", Data: map[string]int{"i": i}})
		}); err != nil {
			t.Fatal(err)
		}
	}
}

func exec(t *testing.T, ctx context.Context, d *db.DB, query string, args ...any) {
	t.Helper()
	if err := d.Update(ctx, func(ctx context.Context, tx *db.Tx) error {
		_, err := tx.Exec(ctx, query, args...)
		return err
	}); err != nil {
		t.Fatal(err)
	}
}

func TestAnUntouchedJournalVerifies(t *testing.T) {
	each(t, func(t *testing.T, ctx context.Context, d *db.DB, j *journal.Journal) {
		record(t, ctx, d, j, "02", 5)
		record(t, ctx, d, j, "95", 2)
		if n, err := j.Seal(ctx); n != 7 || err != nil {
			t.Fatalf("sealed %d, %v", n, err)
		}
		record(t, ctx, d, j, "02", 1)
		r, err := j.Verify(ctx)
		if err != nil || len(r.Faults) > 0 || r.Facts != 8 || r.Sealed != 7 {
			t.Errorf("%+v, %v", r, err)
		}
		if n, err := j.Seal(ctx); n != 1 || err != nil {
			t.Errorf("sealed %d more, %v", n, err)
		}
	})
}

func TestVerifyNamesTheFirstFactThatWasTouched(t *testing.T) {
	scenarios := []struct {
		name, query, wrong string
		number             int64
	}{
		{"data altered", `UPDATE journal_fact SET data = '{"i":9}' WHERE id = (SELECT fact FROM journal_seal WHERE number = 3)`, "altered", 3},
		{"author altered", `UPDATE journal_fact SET account = 'x' WHERE id = (SELECT fact FROM journal_seal WHERE number = 1)`, "altered", 1},
		{"fact removed", `DELETE FROM journal_fact WHERE id = (SELECT fact FROM journal_seal WHERE number = 2)`, "removed", 2},
		{"fact and seal removed", `DELETE FROM journal_seal WHERE number = 2`, "removed", 2},
		{"end of the chain cut off", `DELETE FROM journal_seal WHERE number > 3`, "cut", 4},
		{"fact inserted", `INSERT INTO journal_fact (territory, id, at, kind, data, mac) VALUES ('02', 'zzz', 1, 'tally.thing.done', '{}', 'forged')`, "inserted", 0},
	}
	for _, s := range scenarios {
		t.Run(s.name, func(t *testing.T) {
			each(t, func(t *testing.T, ctx context.Context, d *db.DB, j *journal.Journal) {
				record(t, ctx, d, j, "02", 5)
				if _, err := j.Seal(ctx); err != nil {
					t.Fatal(err)
				}
				exec(t, ctx, d, s.query)
				r, err := j.Verify(ctx)
				if err != nil || len(r.Faults) != 1 {
					t.Fatalf("%+v, %v", r, err)
				}
				if f := r.Faults[0]; f.Wrong != s.wrong || f.Number != s.number || f.Territory != "02" {
					t.Errorf("found %+v", f)
				}
				if _, err := j.Seal(ctx); err != nil {
					t.Fatal(err)
				}
				if r, _ := j.Verify(ctx); len(r.Faults) == 0 {
					t.Error("sealing again hid the fault")
				}
			})
		})
	}
}

func TestARebuiltProjectionEqualsTheLiveOne(t *testing.T) {
	each(t, func(t *testing.T, ctx context.Context, d *db.DB, j *journal.Journal) {
		record(t, ctx, d, j, "02", 10)
		read := func() (rows []string) {
			if err := d.View(ctx, func(ctx context.Context, tx *db.Tx) (err error) {
				rows, err = db.All(ctx, tx, func(s db.Scanner) (string, error) {
					var school string
					var n int
					err := s.Scan(&school, &n)
					return fmt.Sprint(school, n), err
				}, "SELECT school, n FROM tally_school ORDER BY school")
				return err
			}); err != nil {
				t.Fatal(err)
			}
			return rows
		}
		live := fmt.Sprint(read())
		if checks, err := j.CheckProjections(ctx); err != nil || len(checks) != 1 || !checks[0].Equal {
			t.Errorf("an untouched projection: %+v, %v", checks, err)
		}
		exec(t, ctx, d, "UPDATE tally_school SET n = 99")
		if checks, err := j.CheckProjections(ctx); err != nil || checks[0].Equal || checks[0].Live != 3 || checks[0].Replayed != 3 {
			t.Errorf("a touched projection: %+v, %v", checks, err)
		}
		if n, err := j.Rebuild(ctx); n != 10 || err != nil {
			t.Fatalf("applied %d, %v", n, err)
		}
		if rebuilt := fmt.Sprint(read()); rebuilt != live {
			t.Errorf("rebuilt %s, live %s", rebuilt, live)
		}
	})
}

func TestAPersonReadsOnlyTheFactsOfTheirScope(t *testing.T) {
	each(t, func(t *testing.T, ctx context.Context, d *db.DB, j *journal.Journal) {
		record(t, ctx, d, j, "02", 4)
		record(t, ctx, d, j, "95", 3)
		lead := &authz.Principal{Account: "a", Role: authz.TerritoryLead, Grants: []authz.Grant{{Role: authz.TerritoryLead, Scope: authz.Territory("02")}}}
		list, err := j.List(db.Everywhere(authz.With(context.Background(), journal.Permissions, lead)), journal.Filter{Kind: "tally", Limit: 3})
		if err != nil || len(list) != 3 || list[0].Territory != "02" || list[0].ID < list[2].ID {
			t.Errorf("%+v, %v", list, err)
		}
		teacher := &authz.Principal{Account: "b", Role: authz.Teacher, Grants: []authz.Grant{{Role: authz.Teacher, Scope: authz.Territory("02")}}}
		if _, err := j.List(authz.With(context.Background(), journal.Permissions, teacher), journal.Filter{}); err == nil {
			t.Error("a teacher read the journal")
		}
	})
}
