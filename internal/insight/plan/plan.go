// Package plan shares a programme's measures out to schools within its money: who is eligible, in which
// order, how much, at what cost, and why. The rules are data in the programme's file.
//
// A plan is deterministic: the same schools and the same rules give the same bytes. What is unknown about a
// school is never guessed: a policy that the programme declares takes its place, and the line names it.
package plan

import (
	"context"
	"sync"

	"preau/internal/base/db"
	"preau/internal/base/journal"
	"preau/internal/territory/programme"
)

// Recorder records facts: the journal.
type Recorder interface {
	Record(ctx context.Context, tx *db.Tx, f journal.Fact) error
}

// Programmes knows which programme is in force where.
type Programmes interface {
	Current(ctx context.Context, territory string) (*programme.Version, error)
	Version(ctx context.Context, id string) (*programme.Version, error)
}

// Links is what other rooms add. A nil member adds nothing.
type Links struct {
	// AccountName returns the name of an account, "" when it has none.
	AccountName func(ctx context.Context, account string) string
}

// Service makes, compares, keeps and explains plans.
type Service struct {
	db         *db.DB
	journal    Recorder
	programmes Programmes
	together   Together
	links      Links

	mutex sync.Mutex
	desks map[string]*ready // kept plans made ready for explanations, by id
}

// New returns the service; together is the rule of readiness. Join completes it before the first request.
func New(d *db.DB, j Recorder, programmes Programmes, together Together) *Service {
	return &Service{db: d, journal: j, programmes: programmes, together: together, desks: map[string]*ready{}}
}

// Join hands over what other rooms add.
func (s *Service) Join(links Links) { s.links = links }
