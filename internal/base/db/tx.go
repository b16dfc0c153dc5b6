package db

import (
	"context"
	"database/sql"
	"errors"
	"math/rand/v2"
	"strings"
	"time"
)

// Tx is a transaction. Its methods take SQL with `?` placeholders.
type Tx struct {
	tx     *sql.Tx
	d      *DB
	write  bool
	missed []string // texts that the writer has no prepared statement of yet
}

type (
	insideKey      struct{}
	territoriesKey struct{}
)

// everywhere is the row-level security setting that shows every territory.
const everywhere = "*"

// WithTerritories returns a context whose transactions see only these territories (PostgreSQL).
func WithTerritories(ctx context.Context, codes ...string) context.Context {
	return context.WithValue(ctx, territoriesKey{}, strings.Join(codes, ","))
}

// Everywhere returns a context whose transactions see every territory.
func Everywhere(ctx context.Context) context.Context {
	return context.WithValue(ctx, territoriesKey{}, everywhere)
}

var errNested = errors.New("db: a transaction cannot begin inside another")

// View runs f in a read-only transaction with one view of the data.
func (d *DB) View(ctx context.Context, f func(ctx context.Context, tx *Tx) error) error {
	return d.run(ctx, false, f)
}

// Update runs f in a transaction that is kept when f returns nil and undone otherwise. Transactions
// behave as if they ran one after the other; one that cannot is run again, so f must have no other effect.
func (d *DB) Update(ctx context.Context, f func(ctx context.Context, tx *Tx) error) error {
	const attempts = 6
	for attempt := 1; ; attempt++ {
		err := d.run(ctx, true, f)
		if err == nil {
			d.generation.Add(1)
			return nil
		}
		if !IsSerialization(err) || attempt == attempts || ctx.Err() != nil {
			return err
		}
		time.Sleep(time.Duration(rand.IntN(1<<attempt*4)+1) * time.Millisecond)
	}
}

func (d *DB) run(ctx context.Context, write bool, f func(context.Context, *Tx) error) error {
	if ctx.Value(insideKey{}) != nil {
		return errNested
	}
	if _, has := ctx.Deadline(); !has {
		var cancel context.CancelFunc
		ctx, cancel = context.WithTimeout(ctx, Timeout)
		defer cancel()
	}
	pool, options := d.reader, &sql.TxOptions{ReadOnly: true}
	if write {
		pool, options = d.writer, &sql.TxOptions{}
	}
	if d.postgres {
		options.Isolation = sql.LevelRepeatableRead
		if write {
			options.Isolation = sql.LevelSerializable
		}
	}
	tx, err := pool.BeginTx(ctx, options)
	if err != nil {
		return err
	}
	t := &Tx{tx: tx, d: d, write: write}
	defer d.learn(ctx, t)
	defer tx.Rollback() // after a commit this does nothing
	if d.postgres {
		codes, _ := ctx.Value(territoriesKey{}).(string)
		if _, err := tx.ExecContext(ctx, "SELECT set_config('preau.territories', $1, true)", codes); err != nil {
			return err
		}
	}
	if err := f(context.WithValue(ctx, insideKey{}, true), t); err != nil {
		return err
	}
	return tx.Commit()
}

// Postgres tells whether the transaction runs on PostgreSQL.
func (t *Tx) Postgres() bool { return t.d.postgres }

// Now returns the database's instant, and NewID a new identifier.
func (t *Tx) Now() int64 { return t.d.Now() }

// NewID returns a new identifier.
func (t *Tx) NewID() string { return t.d.NewID() }

func (t *Tx) text(query string) string {
	if t.d.postgres {
		return rebound(query)
	}
	return query
}

// Exec runs a statement and returns the number of rows that it changed.
func (t *Tx) Exec(ctx context.Context, query string, args ...any) (int64, error) {
	if err := readable(args); err != nil {
		return 0, err
	}
	var result sql.Result
	var err error
	if stmt := t.cached(ctx, query); stmt != nil {
		result, err = stmt.ExecContext(ctx, args...)
	} else {
		result, err = t.tx.ExecContext(ctx, t.text(query), args...)
	}
	if err != nil {
		return 0, err
	}
	return result.RowsAffected()
}

// Query returns the rows of a query; the caller closes them. All and One are shorter.
func (t *Tx) Query(ctx context.Context, query string, args ...any) (*sql.Rows, error) {
	if err := readable(args); err != nil {
		return nil, err
	}
	if stmt := t.cached(ctx, query); stmt != nil {
		return stmt.QueryContext(ctx, args...)
	}
	return t.tx.QueryContext(ctx, t.text(query), args...)
}

// QueryRow returns the first row of a query.
func (t *Tx) QueryRow(ctx context.Context, query string, args ...any) *sql.Row {
	if stmt := t.cached(ctx, query); stmt != nil {
		return stmt.QueryRowContext(ctx, args...)
	}
	return t.tx.QueryRowContext(ctx, t.text(query), args...)
}

// cached returns the prepared statement of a text on SQLite, nil when there is none; pgx keeps a cache of its own.
func (t *Tx) cached(ctx context.Context, query string) *sql.Stmt {
	if t.d.postgres {
		return nil
	}
	var stmt *sql.Stmt
	if t.write {
		if stmt = t.d.changes.find(query); stmt == nil && preparable(query) {
			t.missed = append(t.missed, query)
		}
	} else {
		stmt = t.d.statements.get(ctx, t.d.reader, query)
	}
	if stmt == nil {
		return nil
	}
	return t.tx.StmtContext(ctx, stmt)
}

// Stmt is a statement prepared for a loop inside one transaction.
type Stmt struct{ stmt *sql.Stmt }

// Prepare prepares a statement for this transaction; the caller closes it.
func (t *Tx) Prepare(ctx context.Context, query string) (*Stmt, error) {
	stmt, err := t.tx.PrepareContext(ctx, t.text(query))
	if err != nil {
		return nil, err
	}
	return &Stmt{stmt}, nil
}

// Exec runs the statement and returns the number of rows that it changed.
func (s *Stmt) Exec(ctx context.Context, args ...any) (int64, error) {
	if err := readable(args); err != nil {
		return 0, err
	}
	result, err := s.stmt.ExecContext(ctx, args...)
	if err != nil {
		return 0, err
	}
	return result.RowsAffected()
}

// QueryRow returns the first row of the statement.
func (s *Stmt) QueryRow(ctx context.Context, args ...any) *sql.Row {
	return s.stmt.QueryRowContext(ctx, args...)
}

// Close releases the statement.
func (s *Stmt) Close() error { return s.stmt.Close() }

// Scanner reads one row.
type Scanner interface{ Scan(dest ...any) error }

// All returns every row of a query, read by scan; no row gives an empty slice.
func All[T any](ctx context.Context, tx *Tx, scan func(Scanner) (T, error), query string, args ...any) ([]T, error) {
	rows, err := tx.Query(ctx, query, args...)
	if err != nil {
		return nil, err
	}
	defer rows.Close()
	list := []T{}
	for rows.Next() {
		v, err := scan(rows)
		if err != nil {
			return nil, err
		}
		list = append(list, v)
	}
	return list, rows.Err()
}

// One returns the first row of a query, or ErrNotFound.
func One[T any](ctx context.Context, tx *Tx, scan func(Scanner) (T, error), query string, args ...any) (T, error) {
	if err := readable(args); err != nil {
		var none T
		return none, err
	}
	v, err := scan(tx.QueryRow(ctx, query, args...))
	if errors.Is(err, sql.ErrNoRows) {
		err = ErrNotFound
	}
	return v, err
}

// Value scans a row of one column.
func Value[T any](row Scanner) (T, error) {
	var v T
	err := row.Scan(&v)
	return v, err
}

// Bulk inserts many rows into a table, several a statement, since the call costs more than the row (and
// PostgreSQL's COPY does not go with row-level security). next returns the values of the following row, or
// nil at the end.
func (t *Tx) Bulk(ctx context.Context, table string, columns []string, next func() ([]any, error)) (int64, error) {
	size := min(64, 30_000/len(columns)) // a statement takes 32,766 arguments at the most
	if t.d.postgres {
		size = min(500, 60_000/len(columns)) // 65,535 there
	}
	head := "INSERT INTO " + table + " (" + strings.Join(columns, ", ") + ") VALUES "
	row := "(" + Marks(len(columns)) + ")"
	stmt, err := t.Prepare(ctx, head+strings.Repeat(row+", ", size-1)+row)
	if err != nil {
		return 0, err
	}
	defer stmt.Close()
	var n int64
	args := make([]any, 0, size*len(columns))
	for {
		values, err := next()
		if err != nil {
			return n, err
		}
		if values == nil {
			break
		}
		args = append(args, values...)
		n++
		if len(args) == cap(args) {
			if _, err := stmt.Exec(ctx, args...); err != nil {
				return n, err
			}
			args = args[:0]
		}
	}
	if rest := len(args) / len(columns); rest > 0 {
		_, err = t.Exec(ctx, head+strings.Repeat(row+", ", rest-1)+row, args...)
	}
	return n, err
}
