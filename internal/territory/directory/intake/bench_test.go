package intake_test

import (
	"context"
	"strings"
	"testing"
	"time"

	"preau/internal/base/db"
	"preau/internal/base/dbtest"
	"preau/internal/base/journal"
	"preau/internal/territory/directory"
	"preau/internal/territory/directory/intake"
)

// BenchmarkImport measures a first import of all French schools, and a second, against what the database can do
// at best: a bare prepared insert of the very rows that came of it, in one transaction. Each is the best of
// three rounds, so that whatever else the machine does weighs on all alike.
func BenchmarkImport(b *testing.B) {
	for _, engine := range []struct {
		name string
		open func(testing.TB, ...db.Migrations) *db.DB
	}{{"sqlite", dbtest.SQLite}, {"postgres", dbtest.Postgres}} {
		b.Run(engine.name, func(b *testing.B) {
			open := func() *world { return newWorld(b, engine.open(b, journal.Migrations, directory.Migrations)) }
			file := sharedFile(b, "schools", "schools-france.csv")
			var first, again, schools, all float64 // schools a second
			for b.Loop() {
				for range 3 {
					w := open()
					first = max(first, perSecond(func() { w.must(intake.Schools, "schools-france.csv", file, intake.Options{}) }))
					again = max(again, perSecond(func() { w.must(intake.Schools, "schools-france.csv", file, intake.Options{}) }))
					rows := w.rows("directory_school")
					figures := w.rows("directory_figure")
					bare := open()
					schools = max(schools, perSecond(func() { bare.insert(rows) }))
					bare = open()
					all = max(all, perSecond(func() { bare.insert(rows, figures) }))
				}
			}
			b.ReportMetric(first, "schools/s")
			b.ReportMetric(again, "again/s")
			b.ReportMetric(schools, "bare/s")
			b.ReportMetric(first/schools, "ratio")
			b.ReportMetric(first/all, "ratio-with-figures")
		})
	}
}

func perSecond(f func()) float64 {
	start := time.Now()
	f()
	return 59_591 / time.Since(start).Seconds()
}

// table is a table with its rows.
type table struct {
	name    string
	columns []string
	rows    [][]any
}

func (w *world) rows(name string) table {
	w.t.Helper()
	t := table{name: name}
	err := w.d.View(w.ctx, func(ctx context.Context, tx *db.Tx) error {
		rows, err := tx.Query(ctx, "SELECT * FROM "+name)
		if err != nil {
			return err
		}
		defer rows.Close()
		if t.columns, err = rows.Columns(); err != nil {
			return err
		}
		for rows.Next() {
			values, into := make([]any, len(t.columns)), make([]any, len(t.columns))
			for i := range values {
				into[i] = &values[i]
			}
			if err := rows.Scan(into...); err != nil {
				return err
			}
			t.rows = append(t.rows, values)
		}
		return rows.Err()
	})
	if err != nil {
		w.t.Fatal(err)
	}
	return t
}

func (w *world) insert(tables ...table) {
	w.t.Helper()
	err := w.d.Update(w.ctx, func(ctx context.Context, tx *db.Tx) error {
		for _, t := range tables {
			stmt, err := tx.Prepare(ctx, "INSERT INTO "+t.name+" ("+strings.Join(t.columns, ", ")+") VALUES ("+db.Marks(len(t.columns))+")")
			if err != nil {
				return err
			}
			for _, row := range t.rows {
				if _, err := stmt.Exec(ctx, row...); err != nil {
					return err
				}
			}
			if err := stmt.Close(); err != nil {
				return err
			}
		}
		return nil
	})
	if err != nil {
		w.t.Fatal(err)
	}
}
