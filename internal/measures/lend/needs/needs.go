package needs

import (
	"context"

	"preau/internal/base/authz"
	"preau/internal/base/db"
	"preau/internal/base/journal"
	"preau/internal/territory/directory"
)

// Recorder records facts: the journal.
type Recorder interface {
	Record(ctx context.Context, tx *db.Tx, f journal.Fact) error
}

// Directory knows schools, classes and pupils.
type Directory interface {
	School(ctx context.Context, uai directory.UAI) (directory.School, error)
	Class(ctx context.Context, id string) (directory.ClassLine, error)
	Classes(ctx context.Context, filter directory.ClassFilter) (directory.Page[directory.ClassLine], error)
	Pupils(ctx context.Context, class directory.Class) ([]directory.Pupil, error)
	OwnPupils(ctx context.Context, perm authz.Permission) ([]directory.OwnPupil, error)
}

// Links is what other rooms add. A nil member adds nothing.
type Links struct {
	// Planned returns how many devices the plan in force gives to a school for its pupils, and that plan; false
	// when none does.
	Planned func(ctx context.Context, territory, school string) (quantity int, plan string, known bool, err error)
	// Doors lead from the page where loans begin to the other parts of the room.
	Doors []Door
}

// Door is the address of a page with the key of its name, for who holds the permission.
type Door struct {
	Permission authz.Permission
	Href, Key  string
}

// Service nominates, ranks and decides.
type Service struct {
	db        *db.DB
	journal   Recorder
	directory Directory
	rule      *Rule
	key       []byte
	links     Links
}

// New returns the service; key is the installation's secret, with which equal points are drawn. Join completes it
// before the first request.
func New(d *db.DB, j Recorder, places Directory, rule *Rule, key []byte) *Service {
	return &Service{db: d, journal: j, directory: places, rule: rule, key: key}
}

// Join hands over what other rooms add.
func (s *Service) Join(links Links) { s.links = links }

// Rule returns the published rule.
func (s *Service) Rule() *Rule { return s.rule }

// Year is the school year of today.
func (s *Service) Year() string { return directory.SchoolYear(s.db.Time()) }

// inside reads the directory for the room, which has checked its own permission.
func inside(ctx context.Context) context.Context { return db.Everywhere(authz.System(ctx)) }
