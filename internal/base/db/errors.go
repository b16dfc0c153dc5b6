package db

import (
	"errors"

	"github.com/jackc/pgx/v5/pgconn"
	"modernc.org/sqlite"
	sqlite3 "modernc.org/sqlite/lib"
)

// ErrNotFound is returned by One when no row matches.
var ErrNotFound = errors.New("db: no such row")

// IsNotFound tells whether no row matched.
func IsNotFound(err error) bool { return errors.Is(err, ErrNotFound) }

// IsConflict tells whether a unique or primary key refused a row.
func IsConflict(err error) bool {
	return hasCode(err, "23505", sqlite3.SQLITE_CONSTRAINT_UNIQUE, sqlite3.SQLITE_CONSTRAINT_PRIMARYKEY, sqlite3.SQLITE_CONSTRAINT_ROWID)
}

// IsForeignKey tells whether a foreign key refused a row.
func IsForeignKey(err error) bool {
	return hasCode(err, "23503", sqlite3.SQLITE_CONSTRAINT_FOREIGNKEY)
}

// IsSerialization tells whether the transaction must be run again: it met another one.
func IsSerialization(err error) bool {
	return hasCode(err, "40001", sqlite3.SQLITE_BUSY, sqlite3.SQLITE_BUSY_SNAPSHOT, sqlite3.SQLITE_BUSY_TIMEOUT) || hasCode(err, "40P01")
}

func hasCode(err error, postgres string, lite ...int) bool {
	if pg, ok := errors.AsType[*pgconn.PgError](err); ok {
		return pg.Code == postgres
	}
	if lt, ok := errors.AsType[*sqlite.Error](err); ok {
		for _, code := range lite {
			if lt.Code() == code {
				return true
			}
		}
	}
	return false
}
