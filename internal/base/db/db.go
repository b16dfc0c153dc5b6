// Package db opens the database and runs closures in transactions, on SQLite and PostgreSQL alike.
//
// One SQL text serves both: placeholders are written `?` and rebound. View reads, Update writes; neither
// can nest. On PostgreSQL row-level security shows a transaction only the territories that its context
// names (WithTerritories, Everywhere), so a query that forgets its territory returns nothing.
package db

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"net/url"
	"os"
	"path/filepath"
	"strings"
	"sync/atomic"
	"time"

	"github.com/google/uuid"
	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/stdlib"
	_ "modernc.org/sqlite" // the driver "sqlite"
)

// Timeout ends a transaction whose context has no deadline of its own.
const Timeout = 2 * time.Minute

// DB is an open database. It also stamps: Now and NewID are what services use for time and identifiers.
type DB struct {
	writer, reader *sql.DB
	postgres       bool
	file           string // of SQLite, as its driver takes it
	clock          func() time.Time
	newID          func() string
	generation     atomic.Uint64
	statements     statementCache // of the readers
	changes        statementCache // of the writer
	stopWatch      context.CancelFunc
	watched        chan struct{}
}

// Option changes how a database is opened.
type Option func(*DB)

// WithClock gives the time that Now returns.
func WithClock(clock func() time.Time) Option { return func(d *DB) { d.clock = clock } }

// WithIDs gives the identifiers that NewID returns.
func WithIDs(next func() string) Option { return func(d *DB) { d.newID = next } }

// Open opens sqlite:PATH (created when missing) or postgres://…; it applies no migration.
func Open(ctx context.Context, address string, options ...Option) (*DB, error) {
	d := &DB{clock: time.Now, newID: newUUID}
	for _, o := range options {
		o(d)
	}
	var err error
	switch {
	case strings.HasPrefix(address, "sqlite:"):
		err = d.openSQLite(ctx, strings.TrimPrefix(address, "sqlite:"))
	case strings.HasPrefix(address, "postgres://"), strings.HasPrefix(address, "postgresql://"):
		err = d.openPostgres(ctx, address)
	default:
		err = errors.New("db: the address must begin with sqlite: or postgres://")
	}
	if err != nil {
		return nil, err
	}
	d.watch()
	return d, nil
}

func newUUID() string { return uuid.Must(uuid.NewV7()).String() }

// patience is how long a connection to SQLite waits for another that writes.
const patience = "busy_timeout(10000)"

func (d *DB) openSQLite(ctx context.Context, path string) error {
	if err := os.MkdirAll(filepath.Dir(path), 0o750); err != nil {
		return fmt.Errorf("db: %w", err)
	}
	const common = "_pragma=" + patience + "&_pragma=foreign_keys(1)&_pragma=journal_mode(WAL)" +
		"&_pragma=synchronous(NORMAL)&_pragma=temp_store(MEMORY)"
	d.file = "file:" + (&url.URL{Path: path}).EscapedPath() + "?" + common
	var err error
	if d.writer, err = sql.Open("sqlite", d.file+"&_txlock=immediate&_pragma=cache_size(-16000)"); err != nil {
		return fmt.Errorf("db: %w", err)
	}
	d.writer.SetMaxOpenConns(1)
	if err = d.writer.PingContext(ctx); err != nil {
		return fmt.Errorf("db: %s: %w", path, err)
	}
	if d.reader, err = sql.Open("sqlite", d.file+"&_pragma=query_only(1)&_pragma=cache_size(-4000)"); err != nil {
		return fmt.Errorf("db: %w", err)
	}
	d.reader.SetMaxOpenConns(4)
	d.reader.SetMaxIdleConns(4)
	return nil
}

func (d *DB) openPostgres(ctx context.Context, address string) error {
	config, err := pgx.ParseConfig(address)
	if err != nil {
		return errors.New("db: the PostgreSQL address is not valid") // the cause may hold the password
	}
	d.postgres = true
	d.writer = stdlib.OpenDB(*config)
	d.writer.SetMaxOpenConns(16)
	d.writer.SetMaxIdleConns(8)
	d.writer.SetConnMaxIdleTime(5 * time.Minute)
	d.reader = d.writer
	if err := d.writer.PingContext(ctx); err != nil {
		return fmt.Errorf("db: %w", err)
	}
	return nil
}

// Close ends the watch and closes the connections; on SQLite the planner's statistics are kept fresh first,
// unless somebody writes just then.
func (d *DB) Close() error {
	d.stopWatch()
	<-d.watched
	d.statements.close()
	d.changes.close()
	if !d.postgres {
		_, _ = d.writer.Exec("PRAGMA busy_timeout(0); PRAGMA optimize")
		return errors.Join(d.reader.Close(), d.writer.Close())
	}
	return d.writer.Close()
}

// Postgres tells whether the database is PostgreSQL, for the few things that it alone has.
func (d *DB) Postgres() bool { return d.postgres }

// Now returns the instant in milliseconds since 1970, UTC.
func (d *DB) Now() int64 { return d.clock().UnixMilli() }

// Time returns the same instant as a time.
func (d *DB) Time() time.Time { return d.clock() }

// NewID returns a new identifier: a UUID version 7 (RFC 9562), which sorts by time.
func (d *DB) NewID() string { return d.newID() }

// Ping returns nil when the database answers.
func (d *DB) Ping(ctx context.Context) error { return d.reader.PingContext(ctx) }

// Writing tells whether somebody, in this process or in another, is changing an SQLite database right now. On
// PostgreSQL, where writers lock no more than the rows that they change, it is always false.
func (d *DB) Writing(ctx context.Context) (bool, error) {
	if d.postgres {
		return false, nil
	}
	apart, err := sql.Open("sqlite", strings.Replace(d.file, patience, "busy_timeout(0)", 1)+"&_txlock=immediate")
	if err != nil {
		return false, err
	}
	defer apart.Close()
	tx, err := apart.BeginTx(ctx, nil)
	if IsSerialization(err) {
		return true, nil
	}
	if err != nil {
		return false, err
	}
	return false, tx.Rollback()
}

// Generation returns a number that grows whenever the data may have changed, by this process at once
// and by another within a second. Whatever was computed at the same generation still holds.
func (d *DB) Generation() uint64 { return d.generation.Load() }

// watch notices the changes of other processes once a second.
func (d *DB) watch() {
	ctx, cancel := context.WithCancel(context.Background())
	d.stopWatch, d.watched = cancel, make(chan struct{})
	query := "PRAGMA data_version" // of the writer's own connection: only the commits of others change it
	if d.postgres {
		query = "SELECT pg_snapshot_xmax(pg_current_snapshot())::text::bigint"
	}
	go func() {
		defer close(d.watched)
		var last int64
		tick := time.NewTicker(time.Second)
		defer tick.Stop()
		for {
			select {
			case <-ctx.Done():
				return
			case <-tick.C:
			}
			var now int64
			if err := d.writer.QueryRowContext(ctx, query).Scan(&now); err == nil && now != last {
				last = now
				d.generation.Add(1)
			}
		}
	}()
}

// Backup writes a whole copy of an SQLite database to a new file while others go on writing.
func (d *DB) Backup(ctx context.Context, file string) error {
	if d.postgres {
		return errors.New("db: use pg_dump for PostgreSQL")
	}
	apart, err := sql.Open("sqlite", d.file) // the readers may not even write elsewhere, and the writer has better to do
	if err != nil {
		return err
	}
	_, err = apart.ExecContext(ctx, "VACUUM INTO ?", file)
	return errors.Join(err, apart.Close())
}
