package journal

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"slices"

	"preau/internal/base/db"
)

// Check compares a projection as it is with what the facts give.
type Check struct {
	Name     string // the table
	Live     int64  // rows there are
	Replayed int64  // rows that the facts give
	Equal    bool   // every value is the same
}

var errUndo = errors.New("journal: undone on purpose")

// CheckProjections replays every fact in a transaction that is undone, and compares each table of the
// projections before and after.
func (j *Journal) CheckProjections(ctx context.Context) ([]Check, error) {
	var checks []Check
	err := j.db.Update(db.Everywhere(ctx), func(ctx context.Context, tx *db.Tx) error {
		checks = nil
		before, err := j.digests(ctx, tx)
		if err != nil {
			return err
		}
		if _, err := j.replay(ctx, tx); err != nil {
			return err
		}
		after, err := j.digests(ctx, tx)
		if err != nil {
			return err
		}
		for i, b := range before {
			checks = append(checks, Check{Name: b.table, Live: b.rows, Replayed: after[i].rows, Equal: b == after[i]})
		}
		return errUndo
	})
	if errors.Is(err, errUndo) {
		err = nil
	}
	return checks, err
}

type digest struct {
	table string
	rows  int64
	sum   string
}

func (j *Journal) digests(ctx context.Context, tx *db.Tx) ([]digest, error) {
	var list []digest
	for _, p := range j.projections {
		for _, table := range p.Tables() {
			d, err := digestOf(ctx, tx, table)
			if err != nil {
				return nil, err
			}
			list = append(list, d)
		}
	}
	return list, nil
}

// digestOf hashes every row of a table, whatever their order.
func digestOf(ctx context.Context, tx *db.Tx, table string) (digest, error) {
	d := digest{table: table}
	rows, err := tx.Query(ctx, "SELECT * FROM "+table)
	if err != nil {
		return d, err
	}
	defer rows.Close()
	columns, err := rows.Columns()
	if err != nil {
		return d, err
	}
	values, targets := make([]any, len(columns)), make([]any, len(columns))
	for i := range values {
		targets[i] = &values[i]
	}
	var lines []string
	for rows.Next() {
		if err := rows.Scan(targets...); err != nil {
			return d, err
		}
		sum := sha256.Sum256(fmt.Append(nil, values...))
		lines = append(lines, string(sum[:]))
		d.rows++
	}
	slices.Sort(lines)
	h := sha256.New()
	for _, l := range lines {
		h.Write([]byte(l))
	}
	d.sum = hex.EncodeToString(h.Sum(nil))
	return d, rows.Err()
}
