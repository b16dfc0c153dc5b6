package main

import (
	"context"
	"database/sql"
	"encoding/json"
	"errors"
	"fmt"
	"runtime"
	"strings"
	"time"
)

// importReport is what `preau import --json` prints, as far as it is read here.
type importReport struct {
	Read      int `json:"read"`
	Created   int `json:"created"`
	Unchanged int `json:"unchanged"`
}

// imports measures the import of every school of France, process start included, against an insert of the
// rows that it wrote; then a second run, which changes nothing. The two alternate twice; the better of each counts.
func (b *bench) imports(ctx context.Context) error {
	var imported, inserted time.Duration
	read := 0
	for _, name := range []string{"discarded", france} {
		report, took, err := b.importFrance(ctx, b.address(name))
		if err != nil {
			return err
		}
		read = report.Read
		if report.Created < read*99/100 {
			return fmt.Errorf("only %d of %d schools were created", report.Created, read)
		}
		imported = least(imported, took)
		if took, err = b.insertSame(ctx, b.path(name)); err != nil {
			return err
		}
		inserted = least(inserted, took)
	}
	remove(b.path("discarded"))
	b.add(rate("import of all schools of France", perSecond(read, imported), "rows/s", perSecond(read, inserted)).aimed(ratioAtLeast, 0.4))
	report, took, err := b.importFrance(ctx, b.address(france))
	if err != nil {
		return err
	}
	b.add(rate(fmt.Sprintf("the same again: %d of %d unchanged", report.Unchanged, read), perSecond(read, took), "rows/s", perSecond(read, inserted)))
	b.made[france] = true
	return b.loadProgramme(ctx, france)
}

// least is the smaller of two times; 0 is none yet.
func least(a, b time.Duration) time.Duration {
	if a == 0 {
		return b
	}
	return min(a, b)
}

func perSecond(n int, took time.Duration) float64 { return float64(n) / took.Seconds() }

func (b *bench) importFrance(ctx context.Context, address string) (importReport, time.Duration, error) {
	out, took, err := b.preau(ctx, "import", "schools", b.file("schools", "schools-france.csv"), "--json", "--db", address)
	if err != nil {
		return importReport{}, 0, err
	}
	var report importReport
	return report, took, json.Unmarshal(out, &report)
}

// table is a table with its rows.
type table struct {
	name    string
	columns int
	rows    [][]any
}

// insertSame inserts the rows of a database into an empty one with the same tables and indexes, each by a
// prepared statement, in one transaction, and returns how long it took.
func (b *bench) insertSame(ctx context.Context, path string) (time.Duration, error) {
	schema, tables, err := readAll(ctx, path)
	if err != nil {
		return 0, err
	}
	bare := b.path("bare")
	defer remove(bare)
	d, err := openBare(bare)
	if err != nil {
		return 0, err
	}
	defer d.Close()
	for _, statement := range schema {
		if _, err := d.ExecContext(ctx, statement); err != nil {
			return 0, err
		}
	}
	runtime.GC()
	started := time.Now()
	err = insertTables(ctx, d, tables)
	return time.Since(started), err
}

func insertTables(ctx context.Context, d *sql.DB, tables []table) error {
	tx, err := d.BeginTx(ctx, nil)
	if err != nil {
		return err
	}
	defer func() { _ = tx.Rollback() }()
	for _, t := range tables {
		stmt, err := tx.PrepareContext(ctx, "INSERT INTO "+t.name+" VALUES ("+strings.Repeat("?, ", t.columns-1)+"?)")
		if err != nil {
			return err
		}
		for _, row := range t.rows {
			if _, err := stmt.ExecContext(ctx, row...); err != nil {
				return fmt.Errorf("%s: %w", t.name, err)
			}
		}
		if err := stmt.Close(); err != nil {
			return err
		}
	}
	return tx.Commit()
}

// readAll returns the statements that make the schema of a database, and the rows of its tables in the order
// in which the tables were made: a table stands after those that it names. The list of migrations is left
// out, which the program writes before any import.
func readAll(ctx context.Context, path string) (schema []string, tables []table, err error) {
	d, err := openBare(path)
	if err != nil {
		return nil, nil, err
	}
	defer d.Close()
	if schema, err = column(ctx, d, "SELECT sql FROM sqlite_master WHERE sql IS NOT NULL AND name NOT LIKE 'sqlite%' ORDER BY rowid"); err != nil {
		return nil, nil, err
	}
	names, err := column(ctx, d, "SELECT name FROM sqlite_master WHERE type = 'table' AND name NOT LIKE 'sqlite%' AND name <> 'base_migration' ORDER BY rowid")
	if err != nil {
		return nil, nil, err
	}
	for _, name := range names {
		t, err := readTable(ctx, d, name)
		if err != nil {
			return nil, nil, err
		}
		if len(t.rows) > 0 {
			tables = append(tables, t)
		}
	}
	if len(tables) == 0 {
		err = errors.New("the import wrote nothing")
	}
	return schema, tables, err
}

func readTable(ctx context.Context, d *sql.DB, name string) (table, error) {
	rows, err := d.QueryContext(ctx, "SELECT * FROM "+name)
	if err != nil {
		return table{}, err
	}
	defer rows.Close()
	columns, err := rows.Columns()
	if err != nil {
		return table{}, err
	}
	t := table{name: name, columns: len(columns)}
	for rows.Next() {
		row, into := make([]any, len(columns)), make([]any, len(columns))
		for i := range row {
			into[i] = &row[i]
		}
		if err := rows.Scan(into...); err != nil {
			return table{}, err
		}
		t.rows = append(t.rows, row)
	}
	return t, rows.Err()
}
