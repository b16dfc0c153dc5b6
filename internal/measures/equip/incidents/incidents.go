// Package incidents tells what went wrong with an asset, who must act, and how long it took until it could be used again.
package incidents

import (
	"context"
	"slices"

	"preau/internal/base/db"
	"preau/internal/base/errs"
	"preau/internal/base/journal"
	"preau/internal/measures/equip/assets"
)

// Kind is what is wrong, as the person who meets it says.
type Kind string

// The kinds, in the order in which they are shown.
const (
	Power   Kind = "power"
	Screen  Kind = "screen"
	Network Kind = "network"
	Sound   Kind = "sound"
	Broken  Kind = "broken"
	Lost    Kind = "lost"
	Stolen  Kind = "stolen"
	Other   Kind = "other"
)

// Kinds lists them.
var Kinds = []Kind{Power, Screen, Network, Sound, Broken, Lost, Stolen, Other}

// trouble is what the kind makes of the asset: "" it can still be used.
func (k Kind) trouble() assets.Trouble {
	switch k {
	case Power, Screen, Broken:
		return assets.Broken
	case Lost:
		return assets.Lost
	case Stolen:
		return assets.Stolen
	}
	return ""
}

// State is how far an incident has come.
type State string

// The states. The delay runs from the first report until the asset is usable again.
const (
	Reported State = "reported"
	Taken    State = "taken"
	Waiting  State = "waiting" // for a part, for somebody else
	Repaired State = "repaired"
	Usable   State = "usable"
	Closed   State = "closed" // without the asset: it will not come back
)

// States lists them in their order.
var States = []State{Reported, Taken, Waiting, Repaired, Usable, Closed}

// follows says which states may come after each.
var follows = map[State][]State{
	Reported: {Taken, Waiting, Repaired, Usable, Closed},
	Taken:    {Waiting, Repaired, Usable, Closed},
	Waiting:  {Taken, Repaired, Usable, Closed},
	Repaired: {Taken, Usable, Closed},
}

// Open tells whether somebody still has to act.
func (s State) Open() bool { return s != Usable && s != Closed }

// Next lists the states that may follow.
func (s State) Next() []State { return follows[s] }

func (s State) to(next State) error {
	if !slices.Contains(follows[s], next) {
		return errs.NewConflict("incidents.state.conflict")
	}
	return nil
}

// Incident is one thing that went wrong with one asset. Times are ms UTC, 0 not yet.
type Incident struct {
	Territory, ID string
	Number        int64
	Asset         string
	AssetName     string
	AssetCode     string
	School        string
	SchoolName    string
	Class         string
	Kind          Kind
	Note          string
	Photo         string
	Actor         string // who must act
	State         State
	Reports       int64 // how often it was reported
	ReportedAt    int64
	TakenAt       int64
	UsableAt      int64
	ClosedAt      int64
	Version       int64
}

// DelayDays returns the days from the first report until it was usable again, or until now, in days of 24 hours.
func (i *Incident) DelayDays(now int64) float64 {
	end := now
	switch {
	case i.UsableAt > 0:
		end = i.UsableAt
	case i.ClosedAt > 0:
		end = i.ClosedAt
	}
	return float64(end-i.ReportedAt) / float64(24*3600*1000)
}

// Links is what other rooms know.
type Links struct {
	// SchoolName names a school.
	SchoolName func(ctx context.Context, uai string) (string, error)
}

// Recorder records facts: the journal.
type Recorder interface {
	Record(ctx context.Context, tx *db.Tx, f journal.Fact) error
}

// Service is what can be done with incidents. Join completes it before the first request.
type Service struct {
	db      *db.DB
	journal Recorder
	keeper  assets.Keeper
	links   Links
}

// New returns the service.
func New(d *db.DB, j Recorder) *Service {
	return &Service{db: d, journal: j, keeper: assets.Keeper{Journal: j}}
}

// Join hands over what other rooms know.
func (s *Service) Join(links Links) { s.links = links }

func (s *Service) record(ctx context.Context, tx *db.Tx, i *Incident, kind string) error {
	return s.journal.Record(ctx, tx, journal.Fact{Territory: i.Territory, School: i.School, Class: i.Class, Kind: kind, Subject: i.Asset,
		Data: told{Number: i.Number, Kind: i.Kind, State: i.State}})
}
