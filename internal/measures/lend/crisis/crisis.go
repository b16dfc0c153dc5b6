// Package crisis gets devices to pupils when schools close: for each pupil without one the nearest stock, lists for the van, and sheets
// for a handover in the yard.
package crisis

import (
	"context"
	"regexp"
	"strconv"
	"strings"
	"time"
	"unicode/utf8"

	"preau/internal/base/authz"
	"preau/internal/base/db"
	"preau/internal/base/errs"
	"preau/internal/base/journal"
	"preau/internal/territory/directory"
)

// Recorder records facts: the journal.
type Recorder interface {
	Record(ctx context.Context, tx *db.Tx, f journal.Fact) error
}

// Directory knows schools and where they are.
type Directory interface {
	School(ctx context.Context, uai directory.UAI) (directory.School, error)
}

// Device is one that could be lent now.
type Device struct{ Code, Name string }

// Assets keeps the devices.
type Assets interface {
	// Stocks counts the devices of each school ("" the territory's own store) that could be lent now.
	Stocks(ctx context.Context, tx *db.Tx, territory string) (map[string]int64, error)
	// FreeDevices returns those of one school, by code, at most so many.
	FreeDevices(ctx context.Context, tx *db.Tx, territory, school string, most int) ([]Device, error)
	// MoveFree moves up to so many of them to another school and returns how many it moved.
	MoveFree(ctx context.Context, tx *db.Tx, territory, from, to string, most int, reason string) (int, error)
}

// Drills tells what a readiness drill found.
type Drills interface {
	// Closing returns a drill's territory, name and day, and of each school that it closes how many pupils have no device of their own: at
	// least, and at the most. NotFound.
	Closing(ctx context.Context, drill string) (territory, name, day string, schools map[string][2]int64, err error)
}

// Service proposes and runs handovers for a crisis.
type Service struct {
	db        *db.DB
	journal   Recorder
	directory Directory
	assets    Assets
	drills    Drills
}

// New returns the service.
func New(d *db.DB, j Recorder, places Directory, devices Assets, drills Drills) *Service {
	return &Service{db: d, journal: j, directory: places, assets: devices, drills: drills}
}

// inside reads the directory for the room, which has checked its own permission.
func inside(ctx context.Context) context.Context { return db.Everywhere(authz.System(ctx)) }

// State is how far a handover has come.
type State string

// The states. While one is under way, an agreement that was signed on paper in the yard may be scanned back later.
const (
	Proposed State = "proposed"
	UnderWay State = "under_way"
	Ended    State = "ended"
)

// Crisis is a handover for schools that close.
type Crisis struct {
	Territory, ID string
	Name          string
	Drill         string // "" a real closing
	ClosesOn      string
	State         State
	CreatedAt     int64
}

// Input is what a person says of a new one.
type Input struct {
	ID        string // made with the form: sent twice, it counts once
	Territory string
	Name      string
	ClosesOn  string
	Drill     string // its schools and numbers are the drill's
	Schools   string // of a real closing: a line a school, its number and how many pupils lack a device, "0020001R 12" or "0020001R 12-20"
}

var schoolLine = regexp.MustCompile(`^([0-9A-Za-z]{8})[\s;,:]+(\d{1,4})(?:\s*[-–]\s*(\d{1,4}))?$`)

// mostSchools bounds one handover.
const mostSchools = 800

// parse reads the lines of a real closing.
func (in *Input) parse() (map[string][2]int64, error) {
	out := map[string][2]int64{}
	for line := range strings.Lines(in.Schools) {
		line = strings.TrimSpace(line)
		if line == "" {
			continue
		}
		m := schoolLine.FindStringSubmatch(line)
		if m == nil {
			return nil, errs.OfFields(errs.Field{Name: "schools", Key: "crisis.schools.line", Args: []any{"line", line}})
		}
		least, _ := strconv.ParseInt(m[2], 10, 64)
		most := least
		if m[3] != "" {
			most, _ = strconv.ParseInt(m[3], 10, 64)
		}
		if most < least {
			return nil, errs.OfFields(errs.Field{Name: "schools", Key: "crisis.schools.line", Args: []any{"line", line}})
		}
		out[strings.ToUpper(m[1])] = [2]int64{least, most}
	}
	if len(out) == 0 || len(out) > mostSchools {
		return nil, errs.OfFields(errs.Field{Name: "schools", Key: "crisis.schools.none", Args: []any{"most", mostSchools}})
	}
	return out, nil
}

func (in *Input) check() error {
	var fields []errs.Field
	in.Name = strings.Join(strings.Fields(in.Name), " ")
	if in.Name == "" || utf8.RuneCountInString(in.Name) > 100 {
		fields = append(fields, errs.Field{Name: "name", Key: "crisis.name.wrong"})
	}
	if _, err := time.Parse(time.DateOnly, in.ClosesOn); err != nil {
		fields = append(fields, errs.Field{Name: "closes_on", Key: "crisis.day.wrong"})
	}
	return errs.OfFields(fields...)
}
