// Package limit measures an import of schools against what the database can do at best: a bare prepared
// insert of the very rows that the import wrote, in one transaction, into an empty database of the same schema.
package limit

import (
	"context"
	"fmt"
	"strings"
	"time"

	"preau/internal/base/db"
	"preau/internal/base/tabular"
	"preau/internal/territory/directory"
	"preau/internal/territory/directory/intake"
)

// Result is what was measured, in schools a second.
type Result struct {
	Schools int
	Import  float64 // a first import
	Again   float64 // the same file a second time
	Bare    float64 // the bare insert of the same schools
	All     float64 // the bare insert of the same schools with their figures, which the import writes too
}

// Ratio returns the rate of the import over that of the bare insert of the schools.
func (r Result) Ratio() float64 { return r.Import / r.Bare }

// Measure imports a list of schools twice with the service of the full database, and inserts the rows that
// came of it into two empty databases: the schools alone, then the schools with their figures.
func Measure(ctx context.Context, s *intake.Service, full, bare, all *db.DB, name string, file tabular.Source) (Result, error) {
	var r Result
	for _, rate := range []*float64{&r.Import, &r.Again} {
		start := time.Now()
		report, err := s.Import(ctx, intake.Schools, name, file, intake.Options{})
		if err != nil {
			return r, err
		}
		if r.Schools == 0 {
			r.Schools = report.Created
		}
		*rate = float64(report.Read) / time.Since(start).Seconds()
	}
	schools, err := read(ctx, full, "directory_school", append(append([]string{}, directory.SchoolColumns...), "lists"))
	if err != nil {
		return r, err
	}
	figures, err := read(ctx, full, "directory_figure", []string{"territory", "school", "name", "period", "source", "value"})
	if err != nil {
		return r, err
	}
	for _, m := range []struct {
		d      *db.DB
		tables []table
		rate   *float64
	}{{bare, []table{schools}, &r.Bare}, {all, []table{schools, figures}, &r.All}} {
		start := time.Now()
		if err := m.d.Update(ctx, func(ctx context.Context, tx *db.Tx) error { return insert(ctx, tx, m.tables) }); err != nil {
			return r, err
		}
		*m.rate = float64(len(schools.rows)) / time.Since(start).Seconds()
	}
	if len(schools.rows) != r.Schools {
		return r, fmt.Errorf("limit: %d schools were imported, %d are there", r.Schools, len(schools.rows))
	}
	return r, nil
}

type table struct {
	name    string
	columns []string
	rows    [][]any
}

func read(ctx context.Context, d *db.DB, name string, columns []string) (table, error) {
	t := table{name: name, columns: columns}
	err := d.View(ctx, func(ctx context.Context, tx *db.Tx) error {
		var err error
		t.rows, err = db.All(ctx, tx, func(row db.Scanner) ([]any, error) {
			values := make([]any, len(columns))
			into := make([]any, len(columns))
			for i := range values {
				into[i] = &values[i]
			}
			return values, row.Scan(into...)
		}, "SELECT "+strings.Join(columns, ", ")+" FROM "+name)
		return err
	})
	return t, err
}

// insert runs one prepared insert a row: nothing else but what the database itself does.
func insert(ctx context.Context, tx *db.Tx, tables []table) error {
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
}
