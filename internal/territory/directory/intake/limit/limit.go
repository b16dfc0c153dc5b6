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

// Result is what was measured, in schools a second: the best of the rounds.
type Result struct {
	Schools int
	Import  float64 // a first import
	Again   float64 // the same file a second time
	Bare    float64 // the bare insert of the same schools
	All     float64 // the bare insert of the same schools with their figures, which the import writes too
}

// Ratio returns the rate of the import over that of the bare insert of the schools.
func (r Result) Ratio() float64 { return r.Import / r.Bare }

// Measure runs rounds of these, each on an empty database that open gives: import the list of schools twice;
// insert the schools that came of it; insert them with their figures. The rounds follow one another so that
// whatever else the machine does weighs on all alike.
func Measure(ctx context.Context, rounds int, open func() (*db.DB, *intake.Service, error), name string, file tabular.Source) (Result, error) {
	var best Result
	for range rounds {
		r, err := round(ctx, open, name, file)
		if err != nil {
			return best, err
		}
		best.Schools = r.Schools
		best.Import, best.Again = max(best.Import, r.Import), max(best.Again, r.Again)
		best.Bare, best.All = max(best.Bare, r.Bare), max(best.All, r.All)
	}
	return best, nil
}

func round(ctx context.Context, open func() (*db.DB, *intake.Service, error), name string, file tabular.Source) (Result, error) {
	var r Result
	full, service, err := open()
	if err != nil {
		return r, err
	}
	for _, rate := range []*float64{&r.Import, &r.Again} {
		start := time.Now()
		report, err := service.Import(ctx, intake.Schools, name, file, intake.Options{})
		if err != nil {
			return r, err
		}
		r.Schools = max(r.Schools, report.Created)
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
	if len(schools.rows) != r.Schools {
		return r, fmt.Errorf("limit: %d schools were imported, %d are there", r.Schools, len(schools.rows))
	}
	if r.Bare, err = insertRate(ctx, open, schools); err != nil {
		return r, err
	}
	r.All, err = insertRate(ctx, open, schools, figures)
	return r, err
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

// insertRate inserts the tables into an empty database and returns rows of the first a second.
func insertRate(ctx context.Context, open func() (*db.DB, *intake.Service, error), tables ...table) (float64, error) {
	d, _, err := open()
	if err != nil {
		return 0, err
	}
	start := time.Now()
	err = d.Update(ctx, func(ctx context.Context, tx *db.Tx) error {
		for _, t := range tables {
			if err := insert(ctx, tx, t); err != nil {
				return err
			}
		}
		return nil
	})
	return float64(len(tables[0].rows)) / time.Since(start).Seconds(), err
}

// insert runs one prepared insert a row: nothing else but what the database itself does.
func insert(ctx context.Context, tx *db.Tx, t table) error {
	stmt, err := tx.Prepare(ctx, "INSERT INTO "+t.name+" ("+strings.Join(t.columns, ", ")+") VALUES ("+db.Marks(len(t.columns))+")")
	if err != nil {
		return err
	}
	for _, row := range t.rows {
		if _, err := stmt.Exec(ctx, row...); err != nil {
			return err
		}
	}
	return stmt.Close()
}
