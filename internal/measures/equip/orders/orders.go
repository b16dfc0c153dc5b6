// Package orders buys what an adopted plan gives to the schools: who gets what, from whom, with whose money, and in
// which round of a van. What was ordered becomes assets; money follows them.
package orders

import (
	"context"

	"preau/internal/base/db"
	"preau/internal/base/journal"
	"preau/internal/territory/directory"
	"preau/internal/territory/programme"
)

// Recorder records facts: the journal.
type Recorder interface {
	Record(ctx context.Context, tx *db.Tx, f journal.Fact) error
}

// Plans knows which plan is in force where.
type Plans interface {
	// InForce returns what the plan in force in a territory buys there, NotFound when there is none.
	InForce(ctx context.Context, territory string) (*Adopted, error)
}

// Adopted is a plan in force, as far as it buys something in one territory.
type Adopted struct {
	ID        string // of the plan
	AdoptedAt int64  // ms UTC
	Measures  []Measure
}

// Measure is one measure of a plan whose units are bought.
type Measure struct {
	ID        string
	UnitCents int64  // what the plan counts for one unit
	Wants     Wants  // what is bought
	Funder    string // who pays, as the programme tells
	Lines     []Due
}

// Due is what a school gets of a measure, or the territory's own stock when School is "".
type Due struct {
	School   string
	Quantity int64
	Rank     int64 // in the plan, 0 without
}

// Wants says what a measure buys: what it serves in a class, or Lendable.
type Wants string

// Lendable is a thing that is lent to pupils; the other wants are what an asset serves.
const Lendable Wants = "lendable"

// Service makes orders and follows their money.
type Service struct {
	db        *db.DB
	journal   Recorder
	plans     Plans
	directory *directory.Service
	programme *programme.Service
}

// New returns the service.
func New(d *db.DB, j Recorder, plans Plans, schools *directory.Service, programmes *programme.Service) *Service {
	return &Service{db: d, journal: j, plans: plans, directory: schools, programme: programmes}
}

// places returns the schools of a territory by UAI, closed ones too.
func (s *Service) places(ctx context.Context, territory string) (map[string]Place, error) {
	schools, err := s.directory.AllSchools(ctx, directory.SchoolFilter{Territory: territory, Status: "all"})
	if err != nil {
		return nil, err
	}
	all := map[string]Place{}
	for school, err := range schools {
		if err != nil {
			return nil, err
		}
		all[string(school.UAI)] = Place{School: string(school.UAI), Name: school.Name, Commune: school.Commune, CommuneName: school.CommuneName,
			Latitude: school.Latitude, Longitude: school.Longitude}
	}
	return all, nil
}
