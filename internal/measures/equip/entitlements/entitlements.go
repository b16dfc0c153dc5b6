// Package entitlements gives new teachers the equipment that the programme promises them: who is entitled, the pack
// that they choose, the handover, and what becomes of it when they leave the territory.
package entitlements

import (
	"context"

	"preau/internal/base/db"
	"preau/internal/base/i18n"
	"preau/internal/base/journal"
	"preau/internal/measures/equip/assets"
	"preau/internal/territory/directory"
)

// State is how far an entitlement has come.
type State string

// The states. A teacher who moves within the territory takes the pack along; one who leaves it brings it back, or
// keeps it where the programme's agreement says so.
const (
	Declared   State = "declared"
	Chosen     State = "chosen"
	HandedOver State = "handed_over"
	Left       State = "left"
	Returned   State = "returned"
	Kept       State = "kept"
	Withdrawn  State = "withdrawn"
)

// States lists them in their order.
var States = []State{Declared, Chosen, HandedOver, Left, Returned, Kept, Withdrawn}

// Entitlement is the right of a new teacher to a pack, for a school year. Times are ms UTC, 0 not yet.
type Entitlement struct {
	Territory, ID string
	Person        string // opaque
	School        string
	Year          string // 2026-2027
	Kit           string // the pack chosen
	State         State
	DeclaredAt    int64
	ChosenAt      int64
	Asset         string // what was handed over
	HandedAt      int64
	Document      string // files_file.id: what was signed
	LeftOn        string // day
	EndedAt       int64
	Version       int64

	Name string // of the teacher, for those who may see it
}

// Pack is something that a new teacher may choose.
type Pack struct{ ID, Name string }

// Directory knows schools and who works there.
type Directory interface {
	School(ctx context.Context, uai directory.UAI) (directory.School, error)
}

// Links is what other rooms know.
type Links struct {
	// Packs returns what may be chosen.
	Packs func(ctx context.Context) ([]Pack, error)
	// Staff returns who works in a school today; Names the names of persons.
	Staff func(ctx context.Context, territory, school string) ([]directory.Member, error)
	Names func(ctx context.Context, territory string, persons []string) (map[string]string, error)
	// Measure returns the programme's measure that pays for the packs, "" none.
	Measure func(ctx context.Context, territory string) (string, error)
}

// Recorder records facts: the journal.
type Recorder interface {
	Record(ctx context.Context, tx *db.Tx, f journal.Fact) error
}

// Service is what can be done with entitlements. Join completes it before the first request.
type Service struct {
	db        *db.DB
	journal   Recorder
	keeper    assets.Keeper
	directory Directory
	links     Links
}

// New returns the service.
func New(d *db.DB, j Recorder, places Directory) *Service {
	return &Service{db: d, journal: j, keeper: assets.Keeper{Journal: j}, directory: places}
}

// Join hands over what other rooms know.
func (s *Service) Join(links Links) { s.links = links }

func (s *Service) record(ctx context.Context, tx *db.Tx, e *Entitlement, kind string, data any) error {
	return s.journal.Record(ctx, tx, journal.Fact{Territory: e.Territory, School: e.School, Kind: kind, Subject: e.ID, Data: data})
}

// nameOr returns the name, or words for somebody whose name is not kept any more.
func nameOr(ctx context.Context, name string) string {
	if name == "" {
		return i18n.T(ctx, "entitlements.nameless")
	}
	return name
}
