// Package catalogue knows what may be ordered: models of things, and kits made of them. It is one for the
// installation. A kit changes by a new version: what was ordered under an older one stays what it was.
package catalogue

import (
	"context"

	"preau/internal/base/db"
	"preau/internal/base/journal"
)

// Recorder records facts: the journal.
type Recorder interface {
	Record(ctx context.Context, tx *db.Tx, f journal.Fact) error
}

// Service reads and changes the catalogue.
type Service struct {
	db      *db.DB
	journal Recorder
}

// New returns the service.
func New(d *db.DB, j Recorder) *Service { return &Service{db: d, journal: j} }

// record writes a fact: the catalogue belongs to no territory, and neither do its facts.
func (s *Service) record(ctx context.Context, tx *db.Tx, kind, subject string, data any) error {
	return s.journal.Record(ctx, tx, journal.Fact{Kind: kind, Subject: subject, Data: data})
}
