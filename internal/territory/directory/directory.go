// Package directory knows who and where: territories, communes, schools with their dated figures, classes,
// people, homes and guardians.
//
// Identity (names, birth date, contacts, homes) is kept apart from the opaque person that every other
// table names, and is seen only inside the school, by its head and by the teacher of the class.
package directory

import (
	"context"

	"github.com/a-h/templ"

	"preau/internal/base/db"
	"preau/internal/base/journal"
	"preau/internal/base/web/chart"
)

// Service reads and changes the directory. Every method asks for a permission first.
type Service struct {
	db        *db.DB
	journal   *journal.Journal
	links     Links
	counts    memo[int]
	pages     memo[Page[SchoolLine]]
	overviews memo[Overview]
	people    memo[[]PeopleCount]
	grounds   memo[*chart.Ground] // by contour stamp, whatever the generation
}

// New returns the service; Join completes it before the first request.
func New(d *db.DB, j *journal.Journal) *Service { return &Service{db: d, journal: j} }

// Links is what other rooms add to the directory. A nil member adds nothing.
type Links struct {
	// Readiness returns who could keep learning in the schools of a territory, as far as the public may know.
	Readiness func(ctx context.Context, territory string) (map[UAI]Interval, error)
	// Blocks are shown on the page of a school, in this order; a nil component is left out.
	Blocks []func(ctx context.Context, school School) (templ.Component, error)
	// Tasks return what remains to be done for a school, on the page of its head.
	Tasks []func(ctx context.Context, school School) ([]Task, error)
	// Keepers are the rooms that keep rows about persons.
	Keepers []PersonKeeper
}

// Task is something that a head should do next.
type Task struct {
	Text string // in the person's language
	Href string
	Note string
	Done bool
}

// PersonKeeper is a room that keeps rows about a person under their opaque identifier.
type PersonKeeper interface {
	// Name names the room in the export of a person.
	Name() string
	// ExportPerson returns what the room keeps about the person, as JSON can write it; nil for nothing.
	ExportPerson(ctx context.Context, tx *db.Tx, territory, person string) (any, error)
	// ErasePerson removes what identifies the person; counts and facts stay.
	ErasePerson(ctx context.Context, tx *db.Tx, territory, person string) error
}

// Join hands over what other rooms add.
func (s *Service) Join(links Links) { s.links = links }

// Interval tells how many of Total pupils could surely, and could possibly, keep learning.
type Interval struct{ Sure, Possible, Total int64 }

// Level puts a school on the map.
type Level string

// The levels, the best first.
const (
	LevelMost    Level = "most"    // three pupils out of four surely
	LevelSome    Level = "some"    // in between
	LevelFew     Level = "few"     // fewer than one out of two, even at best
	LevelUnknown Level = "unknown" // more is unknown than known
)

// Levels lists the levels, the best first.
var Levels = []Level{LevelMost, LevelSome, LevelFew, LevelUnknown}

// Level returns the level of an interval.
func (i Interval) Level() Level {
	switch {
	case i.Total <= 0:
		return LevelUnknown
	case i.Sure*4 >= i.Total*3:
		return LevelMost
	case i.Possible*2 < i.Total:
		return LevelFew
	case (i.Possible-i.Sure)*2 > i.Total:
		return LevelUnknown
	}
	return LevelSome
}
