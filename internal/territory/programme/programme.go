// Package programme keeps what a territory's digital-education programme wants to do, with which money, by
// whom and by which rules: a file (YAML), each of whose figures names its source. Where sources disagree
// every statement stays. It also counts what has come of each measure.
package programme

import (
	"context"
	"sync"

	"preau/internal/base/db"
	"preau/internal/base/journal"
)

// Recorder records facts: the journal.
type Recorder interface {
	Record(ctx context.Context, tx *db.Tx, f journal.Fact) error
}

// Service loads programmes and tells about them.
type Service struct {
	db      *db.DB
	journal Recorder

	mutex  sync.Mutex
	parsed map[string]*Version // whole, by id: a version never changes
}

// New returns the service. The journal must apply a Projection.
func New(d *db.DB, j Recorder) *Service {
	return &Service{db: d, journal: j, parsed: map[string]*Version{}}
}
