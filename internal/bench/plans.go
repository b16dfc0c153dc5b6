package main

import (
	"bytes"
	"context"
	"database/sql"
	"encoding/json"
	"errors"
	"fmt"
	"time"
)

// timesRun is how often a command is run; the fastest run counts, for the limit too.
const timesRun = 3

// schoolRows and classRows are the rows that a plan and the readiness of the nation depend on.
const (
	schoolRows = `SELECT territory, uai, name, commune_name, type, maternelle, elementaire, sector, contract, ips, ips_year, pupils, pupils_year,
		priority, qpv, rural FROM directory_school WHERE status = 'open'`
	classRows = `SELECT c.territory, c.school, c.year, c.pupils, c.elementary, r.display, r.kit, r.sized, r.size, r.sure, r.possible,
		r.device_least, r.device_most, r.video_least, r.video_most, r.teaching_least, r.teaching_most, r.family_least, r.family_most,
		r.training_least, r.training_most
		FROM directory_class c LEFT JOIN readiness_class r ON r.territory = c.territory AND r.class = c.id WHERE c.status = 'open'`
)

// plans measures the plan of the two territories and of the whole country on the real schools, process start
// included, against a reading of the same rows.
func (b *bench) plans(ctx context.Context) error {
	for _, p := range []struct {
		database, name string
		goal           float64
		args           []string
	}{
		{local, "plan for 02 and 95", 1, []string{"--territory", "02,95"}},
		{france, "plan for France", 3, []string{"--territory", "all"}},
	} {
		if err := b.plan(ctx, p.database, p.name, p.goal, p.args...); err != nil {
			return err
		}
	}
	return nil
}

func (b *bench) plan(ctx context.Context, database, name string, goal float64, args ...string) error {
	address, err := b.need(ctx, database)
	if err != nil {
		return err
	}
	var best time.Duration
	var first []byte
	same := 1.0
	for range timesRun {
		out, took, err := b.preau(ctx, append([]string{"plan", "--json", "--db", address}, args...)...)
		if err != nil {
			return err
		}
		if first == nil {
			first = out
		}
		if !bytes.Equal(out, first) {
			same = 0
		}
		best = least(best, took)
	}
	var plan struct {
		Lines []json.RawMessage `json:"lines"`
	}
	if err := json.Unmarshal(first, &plan); err != nil {
		return err
	}
	scan, _, err := b.scan(ctx, database, schoolRows, classRows)
	if err != nil {
		return err
	}
	row := cost(fmt.Sprintf("%s: %d lines", name, len(plan.Lines)), best.Seconds(), "s", scan.Seconds())
	if goal > 0 {
		row = row.aimed(valueAtMost, goal)
	}
	b.add(row, alone(name+": same bytes each time", same, "1 is yes"))
	if same == 0 {
		return errors.New(name + ": not the same bytes each time")
	}
	return nil
}

// scan reads the rows of some queries with the driver alone and returns the fastest time and the number of rows.
func (b *bench) scan(ctx context.Context, database string, queries ...string) (best time.Duration, rows int, err error) {
	d, err := openBare(b.path(database))
	if err != nil {
		return 0, 0, err
	}
	defer d.Close()
	for range timesRun {
		started := time.Now()
		rows = 0
		for _, q := range queries {
			n, err := scanRows(ctx, d, q)
			if err != nil {
				return 0, 0, err
			}
			rows += n
		}
		best = least(best, time.Since(started))
	}
	return best, rows, nil
}

func scanRows(ctx context.Context, d *sql.DB, query string) (int, error) {
	rows, err := d.QueryContext(ctx, query)
	if err != nil {
		return 0, err
	}
	defer rows.Close()
	columns, err := rows.Columns()
	if err != nil {
		return 0, err
	}
	into := make([]any, len(columns))
	for i := range into {
		into[i] = new(any)
	}
	n := 0
	for ; rows.Next(); n++ {
		if err := rows.Scan(into...); err != nil {
			return n, err
		}
	}
	return n, rows.Err()
}

// generatedClasses is about how many classes France has.
const generatedClasses = 250_000

// readiness measures the readiness of the nation over its classes, process start included: at first, when the
// sums of every school must be computed, then as usual; against a reading of the classes with their answers.
// With the classes there, the plan for France is measured once more.
func (b *bench) readiness(ctx context.Context) error {
	address, err := b.need(ctx, france)
	if err != nil {
		return err
	}
	if err := b.fill(ctx, address, generatedClasses, 0); err != nil {
		return err
	}
	ask := func() (time.Duration, error) {
		out, took, err := b.preau(ctx, "readiness", "--json", "--db", address)
		if err != nil {
			return 0, err
		}
		var report struct {
			Pupils int `json:"pupils"`
		}
		if err := json.Unmarshal(out, &report); err != nil {
			return 0, err
		}
		if report.Pupils < 15*generatedClasses {
			return 0, fmt.Errorf("only %d pupils are counted", report.Pupils)
		}
		return took, nil
	}
	first, err := ask()
	if err != nil {
		return err
	}
	var usual time.Duration
	for range timesRun {
		took, err := ask()
		if err != nil {
			return err
		}
		usual = least(usual, took)
	}
	scan, rows, err := b.scan(ctx, france, classRows)
	if err != nil {
		return err
	}
	name := fmt.Sprintf("readiness of France, %d classes", rows)
	b.add(cost(name, usual.Seconds(), "s", scan.Seconds()).aimed(valueAtMost, 1),
		cost(name+", after every school changed", first.Seconds(), "s", scan.Seconds()))
	return b.plan(ctx, france, "plan for France with these classes", 0, "--territory", "all")
}
