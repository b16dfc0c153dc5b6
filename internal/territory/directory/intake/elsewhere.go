package intake

import (
	"context"

	"preau/internal/base/db"
)

// Elsewhere is an import of a file that another room reads. It is listed with the others, its report kept and handed out as theirs.
type Elsewhere struct{ ticket *Ticket }

// Announce writes down that another room imports a file, so that its interruption is seen. That room has asked for its own permission; the
// options say where the import belongs, hence who sees it.
func (s *Service) Announce(ctx context.Context, kind Kind, name string, o Options) (*Elsewhere, error) {
	t, err := s.begin(ctx, kind, name, o)
	if err != nil {
		return nil, err
	}
	return &Elsewhere{t}, nil
}

// ID identifies the import.
func (e *Elsewhere) ID() string { return e.ticket.ID }

// Hold is the first thing in the transaction of the import: other processes see by it that the import runs.
func (e *Elsewhere) Hold(ctx context.Context, tx *db.Tx) error {
	return holdImport(ctx, tx, e.ticket.ID)
}

// Progress tells how far the import is: bytes read and size of the file.
func (e *Elsewhere) Progress(done, total int64) {
	e.ticket.s.follow(e.ticket.ID, Progress{done, total})
}

// Keep keeps the report, in the transaction of the import. The territory is the one that the file turned out to be of, "" for several.
func (e *Elsewhere) Keep(ctx context.Context, tx *db.Tx, territory string, r Report) error {
	r.ID = e.ticket.ID
	if e.ticket.o.Territory == "" {
		if _, err := tx.Exec(ctx, "UPDATE directory_import SET territory = ? WHERE id = ?", territory, r.ID); err != nil {
			return err
		}
	}
	return finishImport(ctx, tx, r)
}

// End is called once, when all is done: a cause other than nil is written down as the reason of the failure, and the error to give is returned.
func (e *Elsewhere) End(ctx context.Context, cause error) error {
	e.ticket.s.unfollow(e.ticket.ID)
	if cause == nil {
		return nil
	}
	return e.ticket.ended(ctx, cause)
}
