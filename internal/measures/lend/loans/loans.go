// Package loans hands devices over to pupils and takes them back: conditions and photos, due dates, reminders, what goes
// wrong, and pupils who change school.
package loans

import (
	"context"

	"preau/internal/base/authz"
	"preau/internal/base/db"
	"preau/internal/base/i18n"
	"preau/internal/base/journal"
	"preau/internal/base/mail"
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
	PupilsByID(ctx context.Context, territory string, persons []string) (map[string]directory.PupilPlace, error)
	OwnPupils(ctx context.Context, perm authz.Permission) ([]directory.OwnPupil, error)
	Family(ctx context.Context, territory, child string) ([]directory.Home, []directory.Guardian, error)
}

// Asset is what loans ask about a device.
type Asset struct {
	ID, Code, Serial string
	Name             string // of its model
	Kind             string // of its model: tablet, laptop, hotspot, sim …
	School           string // where it is kept, "" the territory's own stock
	Measure          string
	Lendable         bool
	Delivered        bool   // it has arrived
	Retired          bool   // it has left the inventory
	Trouble          string // broken, repair, lost, stolen …; "" none
	Holder           string // the loan that it is out on, or something else that it serves
	Since            string // the day from which it ages, "" unknown
}

// Assets keeps the devices. What changes one happens in the transaction of the loan, with its own facts.
type Assets interface {
	// ByTag returns the device whose label or serial number was read, NotFound; ByID returns one by its identifier.
	ByTag(ctx context.Context, tx *db.Tx, territory, read string) (Asset, error)
	ByID(ctx context.Context, tx *db.Tx, territory, id string) (Asset, error)
	// Lend marks a device as out with a loan; one that was delivered becomes usable. Conflict when it is not free.
	Lend(ctx context.Context, tx *db.Tx, territory, id, loan string) error
	// TakeBack marks it as back.
	TakeBack(ctx context.Context, tx *db.Tx, territory, id, loan string) error
	// Trouble says what is wrong with it, "" nothing any more. What is stolen is to be locked.
	Trouble(ctx context.Context, tx *db.Tx, territory, id, trouble, reason string) error
	// Move brings it to another school.
	Move(ctx context.Context, tx *db.Tx, territory, id, school, reason string) error
	// Free returns devices of a school that could be lent now, some hundred at the most.
	Free(ctx context.Context, tx *db.Tx, territory, school string) ([]Asset, error)
}

// Links is what other rooms add. A nil member adds nothing.
type Links struct {
	// HandedOver tells, in the transaction of the handover, that the pupil has a device for that school year.
	HandedOver func(ctx context.Context, tx *db.Tx, territory, pupil, year string) error
	// Account returns the name of an account to those who may see it.
	Account func(ctx context.Context, account string) string
	// Catalog holds the words of letters.
	Catalog *i18n.Catalog
}

// Service lends. Join completes it before the first request.
type Service struct {
	db        *db.DB
	journal   Recorder
	directory Directory
	assets    Assets
	mail      mail.Sender // nil: no letters
	site      string      // address, for letters and QR codes
	links     Links
}

// New returns the service.
func New(d *db.DB, j Recorder, places Directory, devices Assets, letters mail.Sender, site string) *Service {
	return &Service{db: d, journal: j, directory: places, assets: devices, mail: letters, site: site}
}

// Join hands over what other rooms add.
func (s *Service) Join(links Links) { s.links = links }

// Year is the school year of today.
func (s *Service) Year() string { return directory.SchoolYear(s.db.Time()) }

// inside reads the directory for the room, which has checked its own permission.
func inside(ctx context.Context) context.Context { return db.Everywhere(authz.System(ctx)) }
