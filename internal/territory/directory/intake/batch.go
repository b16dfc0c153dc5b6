package intake

import (
	"context"
	"errors"
	"slices"

	"preau/internal/base/db"
	"preau/internal/territory/directory"
)

// batch is new rows that wait to be written together.
type batch struct {
	territories [][]any // code, name, académie
	schools     [][]any
	figures     [][]any
}

// enough is how many new schools, or figures, are written together.
const enough = 500

// relieve hands the batch to the writer when it is large.
func (k *stock) relieve(ctx context.Context) error {
	if len(k.batch.schools) < enough && len(k.batch.figures) < enough {
		return nil
	}
	return k.flush(ctx)
}

// flush hands the batch to the writer, which works beside the reading of the file: whoever uses the
// transaction waits for it first (settle).
func (k *stock) flush(ctx context.Context) error {
	if err := k.settle(); err != nil {
		return err
	}
	b := k.batch
	k.batch = batch{schools: make([][]any, 0, enough), figures: make([][]any, 0, enough)}
	done := make(chan error, 1)
	k.writing = done
	go func() { done <- b.write(ctx, k.tx) }()
	return nil
}

// settle waits until the batch that was handed over is written.
func (k *stock) settle() error {
	if k.writing == nil {
		return nil
	}
	err := <-k.writing
	k.writing = nil
	return err
}

// close writes what waits and waits for it.
func (k *stock) close(ctx context.Context) error {
	if err := k.flush(ctx); err != nil {
		return err
	}
	if err := k.settle(); err != nil {
		return err
	}
	return errors.Join(k.update.Close(), k.stand.Close())
}

// stop waits for the writer after an error, so that nothing uses the transaction after its end.
func (k *stock) stop() { _ = k.settle() }

// write writes the batch in the order that the foreign keys ask for.
func (b *batch) write(ctx context.Context, tx *db.Tx) error {
	for _, t := range b.territories {
		if _, err := tx.Exec(ctx, `INSERT INTO directory_territory (territory, name, academie) VALUES (?, ?, ?)
			ON CONFLICT (territory) DO UPDATE SET academie = excluded.academie
			WHERE directory_territory.academie = '' AND excluded.academie <> ''`, t...); err != nil {
			return err
		}
	}
	if err := bulk(ctx, tx, "directory_school", append(slices.Clip(directory.SchoolColumns), "lists"), b.schools); err != nil {
		return err
	}
	return bulk(ctx, tx, "directory_figure", []string{"territory", "school", "name", "period", "source", "value"}, b.figures)
}

func bulk(ctx context.Context, tx *db.Tx, table string, columns []string, rows [][]any) error {
	if len(rows) == 0 {
		return nil
	}
	_, err := tx.Bulk(ctx, table, columns, func() ([]any, error) {
		if len(rows) == 0 {
			return nil, nil
		}
		row := rows[0]
		rows = rows[1:]
		return row, nil
	})
	return err
}
