package agreements

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

// Directory knows schools, classes, pupils and their families.
type Directory interface {
	School(ctx context.Context, uai directory.UAI) (directory.School, error)
	Class(ctx context.Context, id string) (directory.ClassLine, error)
	Pupils(ctx context.Context, class directory.Class) ([]directory.Pupil, error)
	PupilsByID(ctx context.Context, territory string, persons []string) (map[string]directory.PupilPlace, error)
	Family(ctx context.Context, territory, child string) ([]directory.Home, []directory.Guardian, error)
	OwnPupils(ctx context.Context, perm authz.Permission) ([]directory.OwnPupil, error)
}

// Device is what an agreement says of a device that was chosen before the handover.
type Device struct {
	Asset, Code, Name string
	Measure           string
	ValueCents        int64 // when new, 0 unknown
}

// Links is what other rooms add. A nil member adds nothing.
type Links struct {
	// Granted returns the pupils of a class to whom a device is granted and not handed over yet.
	Granted func(ctx context.Context, territory, class, year string) ([]string, error)
	// Device returns a school's device whose label or serial number was read, NotFound when it has none like that.
	Device func(ctx context.Context, territory, school, read string) (Device, error)
	// Measure returns the programme's measure that lends devices to pupils, "" none.
	Measure func(ctx context.Context, territory string) (string, error)
}

// Service prepares agreements, has them signed and keeps them as they were signed.
type Service struct {
	db        *db.DB
	journal   Recorder
	directory Directory
	site      string
	links     Links
}

// New returns the service; site is the address that the QR codes lead to. Join completes it before the first request.
func New(d *db.DB, j Recorder, places Directory, site string) *Service {
	return &Service{db: d, journal: j, directory: places, site: site}
}

// Join hands over what other rooms add.
func (s *Service) Join(links Links) { s.links = links }

// inside reads the directory for the room, which has checked its own permission: a teacher, who hands the tablet over,
// sees the homes of a pupil on the agreement and nowhere else.
func inside(ctx context.Context) context.Context { return db.Everywhere(authz.System(ctx)) }

// room names the keeper of the files.
const room = "lend"
