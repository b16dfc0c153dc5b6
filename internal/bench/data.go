package main

import (
	"context"
	"database/sql"
	"os"
	"path/filepath"

	_ "modernc.org/sqlite" // the driver "sqlite", for what is measured bare

	"preau/internal/app"
)

// path returns where a database of the run is kept.
func (b *bench) path(name string) string { return filepath.Join(b.folder, name+".db") }

// address returns the same as preau takes it.
func (b *bench) address(name string) string { return "sqlite:" + b.path(name) }

// The databases of the run: the two territories with all that is known of them, and the whole country.
const (
	local  = "local"
	france = "france"
)

// need makes a database unless it is there.
func (b *bench) need(ctx context.Context, name string) (string, error) {
	if b.made[name] {
		return b.address(name), nil
	}
	files := [][2]string{{"schools", b.file("schools", "schools-france.csv")}}
	if name == local {
		files = [][2]string{
			{"schools", b.file("schools", "schools-02-95.csv")},
			{"ips", b.file("schools", "ips-ecoles-2022.csv")}, {"ips", b.file("schools", "ips-colleges-2022.csv")}, {"ips", b.file("schools", "ips-lycees-2022.csv")},
			{"rep", b.file("schools", "rep-2022.csv")},
			{"contours", b.file("geo", "departement-02.geojson")}, {"contours", b.file("geo", "departement-95.geojson")},
		}
	}
	for _, f := range files {
		if _, _, err := b.preau(ctx, "import", f[0], f[1], "--json", "--db", b.address(name)); err != nil {
			return "", err
		}
	}
	b.made[name] = true
	return b.address(name), b.loadProgramme(ctx, name)
}

// fill gives a database classes and accounts.
func (b *bench) fill(ctx context.Context, address string, classes, leads int) error {
	key, err := app.Key(b.keyFile(), true)
	if err != nil {
		return err
	}
	return fill(ctx, address, key, classes, leads)
}

func (b *bench) loadProgramme(ctx context.Context, name string) error {
	_, _, err := b.preau(ctx, "programme", "load", filepath.Join(b.root, "programmes", "tne-2020.yaml"), "--db", b.address(name))
	return err
}

// openBare opens an SQLite file by its driver alone, set as the product sets it.
func openBare(path string) (*sql.DB, error) {
	d, err := sql.Open("sqlite", "file:"+path+"?_pragma=busy_timeout(10000)&_pragma=foreign_keys(1)&_pragma=journal_mode(WAL)"+
		"&_pragma=synchronous(NORMAL)&_pragma=temp_store(MEMORY)&_pragma=cache_size(-16000)&_txlock=immediate")
	if err != nil {
		return nil, err
	}
	d.SetMaxOpenConns(1)
	return d, nil
}

// remove removes an SQLite database.
func remove(path string) {
	for _, end := range []string{"", "-wal", "-shm"} {
		_ = os.Remove(path + end)
	}
}

// column returns the first column of a query's rows.
func column(ctx context.Context, d *sql.DB, query string, args ...any) ([]string, error) {
	rows, err := d.QueryContext(ctx, query, args...)
	if err != nil {
		return nil, err
	}
	defer rows.Close()
	var list []string
	for rows.Next() {
		var v string
		if err := rows.Scan(&v); err != nil {
			return nil, err
		}
		list = append(list, v)
	}
	return list, rows.Err()
}
