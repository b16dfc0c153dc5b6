// Package stocktake compares what should be in a school, or in one of its rooms, with what is seen there, scan by scan.
package stocktake

import (
	"context"

	"preau/internal/base/db"
	"preau/internal/base/journal"
	"preau/internal/measures/equip/assets"
)

// Outcome is what a scan tells.
type Outcome string

// The outcomes. A tag that nobody knows is kept: it may be of something that was never entered.
const (
	Expected  Outcome = "expected"
	Elsewhere Outcome = "elsewhere" // it should be in another room or school, or was retired
	Unknown   Outcome = "unknown"
)

// Stocktake is one round through a school, or a room of it. Times are ms UTC, 0 not yet.
type Stocktake struct {
	Territory, ID string
	School        string
	SchoolName    string
	Room          string // "" the whole school
	OpenedAt      int64
	ClosedAt      int64
	SignedBy      string // the function of who signed
	Document      string // files_file.id
	SHA256        string
	Found, Missed int64 // once closed
	Version       int64
}

// Closed tells whether it is closed: nothing changes any more.
func (s *Stocktake) Closed() bool { return s.ClosedAt > 0 }

// Scan is what was read, the newest reading of each tag.
type Scan struct {
	Code    string
	Asset   string
	Name    string
	Outcome Outcome
	Place   string // where it should be: a school and a room
	School  string
	At      int64
}

// Item is something that is expected here.
type Item struct {
	assets.Asset
	Lent bool // out on a loan: it is not missed
	Lost bool // declared after the closing
}

// Content is a stocktake with what was seen and what was not.
type Content struct {
	Stocktake
	Scans  []Scan // the newest first
	Unseen []Item
	Lent   []Item
	Tally  Tally
}

// Tally counts.
type Tally struct {
	Expected  int `json:"expected"` // to be seen: lent items are not
	Seen      int `json:"seen"`
	Elsewhere int `json:"elsewhere"`
	Unknown   int `json:"unknown"`
	Lent      int `json:"lent"`
}

// Links is what other rooms know.
type Links struct {
	// School returns the territory and the name of a school, NotFound.
	School func(ctx context.Context, uai string) (territory, name string, err error)
}

// Recorder records facts: the journal.
type Recorder interface {
	Record(ctx context.Context, tx *db.Tx, f journal.Fact) error
}

// Service is what can be done with stocktakes. Join completes it before the first request.
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
