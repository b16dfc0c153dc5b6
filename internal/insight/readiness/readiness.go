// Package readiness answers the product's question: if this school closed tonight, who could still learn tomorrow?
//
// The census gathers what each class has, by counts alone; the rule turns it into an interval [sure, possible] of pupils;
// figures add the classes up; drills rehearse a closure. Unknown is a value everywhere: it widens the interval, and is shown.
package readiness

import (
	"context"
	"sync"

	"preau/internal/base/authz"
	"preau/internal/base/db"
	"preau/internal/base/errs"
	"preau/internal/base/journal"
	"preau/internal/territory/directory"
	"preau/internal/territory/directory/intake"
)

// Costs knows what it costs to mend a need.
type Costs interface {
	// UnitCosts returns the cost of one unit in cents for each need that the territory's programme has a measure for.
	UnitCosts(ctx context.Context, territory string) (map[Need]int64, error)
}

// Recorder records facts: the journal.
type Recorder interface {
	Record(ctx context.Context, tx *db.Tx, f journal.Fact) error
}

// Imports lists the imports of the census with those of other files: the directory's imports do.
type Imports interface {
	Announce(ctx context.Context, kind intake.Kind, name string, o intake.Options) (*intake.Elsewhere, error)
}

// Service is what can be done with readiness.
type Service struct {
	db      *db.DB
	journal Recorder
	costs   Costs
	imports Imports

	mutex      sync.Mutex
	turns      map[string]chan struct{}
	freshAt    uint64 // generation of the data at which the sums were known to be fresh; 0 never
	refreshing bool   // the sums are being computed again beside those who read
	failed     bool   // the last time that they were, it failed
	views      map[string]*territorySums
	nationView *nationSums
	trends     map[string]keptTrend // by territory, "" the nation
}

// New returns the service. The journal must apply a Projection; costs may be nil: no programme.
func New(d *db.DB, j Recorder, costs Costs, imports Imports) *Service {
	return &Service{db: d, journal: j, costs: costs, imports: imports, turns: map[string]chan struct{}{}, views: map[string]*territorySums{}, trends: map[string]keptTrend{}}
}

// School is a school as pages name it.
type School struct {
	Territory   string `json:"territory"`
	UAI         string `json:"uai"`
	Name        string `json:"name"`
	CommuneName string `json:"commune_name"`
	Commune     string `json:"commune"`
}

const schoolColumns = "s.territory, s.uai, s.name, s.commune_name, s.commune"

func scanSchool(row db.Scanner) (School, error) {
	var s School
	err := row.Scan(&s.Territory, &s.UAI, &s.Name, &s.CommuneName, &s.Commune)
	return s, err
}

// findSchool returns the school, whatever the territory that its number names.
func findSchool(ctx context.Context, tx *db.Tx, uai string) (School, error) {
	id, ok := directory.ParseUAI(uai)
	if !ok {
		return School{}, errs.NewNotFound("readiness.school.not_found")
	}
	s, err := db.One(ctx, tx, scanSchool, "SELECT "+schoolColumns+" FROM directory_school s WHERE s.territory = ? AND s.uai = ?", id.Territory(), string(id))
	if db.IsNotFound(err) {
		s, err = db.One(ctx, tx, scanSchool, "SELECT "+schoolColumns+" FROM directory_school s WHERE s.uai = ?", string(id))
	}
	if db.IsNotFound(err) {
		return School{}, errs.NewNotFound("readiness.school.not_found")
	}
	return s, err
}

// contains tells whether one of the scopes contains the other.
func contains(scopes []authz.Scope, scope authz.Scope) bool {
	for _, s := range scopes {
		if s.Contains(scope) {
			return true
		}
	}
	return false
}
