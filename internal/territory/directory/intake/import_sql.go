package intake

import (
	"context"
	"encoding/json"

	"preau/internal/base/authz"
	"preau/internal/base/db"
	"preau/internal/base/errs"
)

func insertImport(ctx context.Context, tx *db.Tx, t *Ticket) error {
	dry := 0
	if t.o.DryRun {
		dry = 1
	}
	_, err := tx.Exec(ctx, `INSERT INTO directory_import (id, kind, file, territory, school, account, dry_run, state, started_at)
		VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)`,
		t.ID, string(t.kind), t.name, t.o.Territory, string(t.o.School), authz.From(ctx).Account, dry, string(Running), tx.Now())
	return err
}

// holdImport holds the import's row until the end of the transaction, by which other processes see that it runs.
func holdImport(ctx context.Context, tx *db.Tx, id string) error {
	_, err := tx.Exec(ctx, "UPDATE directory_import SET state = ? WHERE id = ?", string(Running), id)
	return err
}

func finishImport(ctx context.Context, tx *db.Tx, r Report) error {
	if _, err := tx.Exec(ctx, `UPDATE directory_import SET state = ?, message = '', args = '', finished_at = ?, layout = ?, sha256 = ?,
		rows_read = ?, created = ?, updated = ?, unchanged = ?, merged = ?, closed = ?, rejected = ?, doubtful = ?, inferred = ?, more = ?
		WHERE id = ?`, string(Done), tx.Now(), r.Layout, r.SHA256, r.Read, r.Created, r.Updated, r.Unchanged, r.Merged, r.Closed,
		r.Rejected, r.Doubtful, r.Inferred, r.More, r.ID); err != nil {
		return err
	}
	number := 0
	_, err := tx.Bulk(ctx, "directory_import_row", []string{"import", "number", "line", "outcome", "subject", "reason", "args"}, func() ([]any, error) {
		if number == len(r.Rows) {
			return nil, nil
		}
		row := r.Rows[number]
		number++
		args, err := marshalArgs(row.Args)
		return []any{r.ID, number, row.Line, string(row.Outcome), row.Subject, row.Reason, args}, err
	})
	return err
}

func failImport(ctx context.Context, tx *db.Tx, id string, state State, key string, args []any) error {
	text, err := marshalArgs(args)
	if err != nil {
		return err
	}
	_, err = tx.Exec(ctx, "UPDATE directory_import SET state = ?, message = ?, args = ?, finished_at = ? WHERE id = ?",
		string(state), key, text, tx.Now(), id)
	return err
}

func marshalArgs(args []any) (string, error) {
	if len(args) == 0 {
		return "", nil
	}
	text, err := json.Marshal(args)
	return string(text), err
}

// unmarshalArgs returns names and values as they were, whole numbers as such.
func unmarshalArgs(text string) ([]any, error) {
	if text == "" {
		return nil, nil
	}
	var args []any
	if err := json.Unmarshal([]byte(text), &args); err != nil {
		return nil, err
	}
	for i, a := range args {
		if n, ok := a.(float64); ok && n == float64(int64(n)) {
			args[i] = int64(n)
		}
	}
	return args, nil
}

// Record is an import as it is kept: its report and how it ended. Rows is empty in a list.
type Record struct {
	Report
	Territory, School, Account string
	State                      State
	Message                    string // message key of a failure or an interruption
	Args                       []any
	StartedAt                  int64
	FinishedAt                 *int64
}

const recordColumns = `id, kind, file, layout, sha256, territory, school, account, dry_run, state, message, args, started_at, finished_at,
	rows_read, created, updated, unchanged, merged, closed, rejected, doubtful, inferred, more`

func scanRecord(row db.Scanner) (Record, error) {
	var r Record
	var dry int64
	var args string
	err := row.Scan(&r.ID, &r.Kind, &r.File, &r.Layout, &r.SHA256, &r.Territory, &r.School, &r.Account, &dry, &r.State, &r.Message, &args,
		&r.StartedAt, &r.FinishedAt, &r.Read, &r.Created, &r.Updated, &r.Unchanged, &r.Merged, &r.Closed, &r.Rejected, &r.Doubtful,
		&r.Inferred, &r.More)
	if err != nil {
		return r, err
	}
	r.DryRun = dry == 1
	r.Args, err = unmarshalArgs(args)
	return r, err
}

// seen returns the condition on the imports that the principal may see: those of their places, and their own.
func seen(ctx context.Context) (where string, args []any, err error) {
	scopes, err := authz.Scopes(ctx, ReadImports)
	if err != nil {
		return "", nil, err
	}
	where, args = authz.Filter(scopes, "territory", "school", "")
	if own := authz.From(ctx).Account; own != "" {
		where, args = "("+where+" OR account = ?)", append(args, own)
	}
	return where, args, nil
}

// List returns the last imports that the principal may see, newest first.
func (s *Service) List(ctx context.Context, limit int) ([]Record, error) {
	where, args, err := seen(ctx)
	if err != nil {
		return nil, err
	}
	var list []Record
	err = s.db.View(ctx, func(ctx context.Context, tx *db.Tx) error {
		list, err = db.All(ctx, tx, scanRecord, "SELECT "+recordColumns+" FROM directory_import WHERE "+where+
			" ORDER BY id DESC LIMIT ?", append(args, limit)...)
		return err
	})
	return list, err
}

// Get returns an import with its rows, or NotFound.
func (s *Service) Get(ctx context.Context, id string) (Record, error) {
	where, args, err := seen(ctx)
	if err != nil {
		return Record{}, err
	}
	var r Record
	err = s.db.View(ctx, func(ctx context.Context, tx *db.Tx) error {
		r, err = db.One(ctx, tx, scanRecord, "SELECT "+recordColumns+" FROM directory_import WHERE id = ? AND "+where, append([]any{id}, args...)...)
		if db.IsNotFound(err) {
			return errs.NewNotFound("intake.not_found")
		}
		if err != nil {
			return err
		}
		r.Rows, err = db.All(ctx, tx, scanRow, "SELECT line, outcome, subject, reason, args FROM directory_import_row WHERE import = ? ORDER BY number", id)
		return err
	})
	return r, err
}

func scanRow(row db.Scanner) (Row, error) {
	var r Row
	var args string
	if err := row.Scan(&r.Line, &r.Outcome, &r.Subject, &r.Reason, &args); err != nil {
		return r, err
	}
	var err error
	r.Args, err = unmarshalArgs(args)
	return r, err
}
