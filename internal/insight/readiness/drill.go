package readiness

import (
	"strings"
	"time"
	"unicode/utf8"

	"github.com/google/uuid"

	"preau/internal/base/authz"
	"preau/internal/base/errs"
	"preau/internal/territory/directory"
)

// DrillScope is what a drill closes.
type DrillScope string

// The scopes of a drill.
const (
	DrillSchool    DrillScope = "school"
	DrillCommune   DrillScope = "commune"
	DrillTerritory DrillScope = "territory"
	DrillList      DrillScope = "list"
)

// DrillScopes lists the scopes in the order in which they are shown.
var DrillScopes = [4]DrillScope{DrillSchool, DrillCommune, DrillTerritory, DrillList}

// Drill is a rehearsal: these schools close on that day. Nothing happens to them; each run tells what would.
type Drill struct {
	Territory string
	ID        string
	Name      string
	Day       string // 2026-11-16
	Scope     DrillScope
	School    string // UAI, of the scope school
	Commune   string // INSEE code, of the scope commune
	CreatedAt int64
	Runs      int    // number of the last run
	Place     string // name of the school, the commune or the territory that it closes, or of which it closes some schools
}

// scope is where the permissions for the drill are asked: its school, else its territory.
func (d Drill) scope() authz.Scope {
	if d.Scope == DrillSchool {
		return authz.School(d.Territory, d.School)
	}
	return authz.Territory(d.Territory)
}

// DrillInput is what a person says of a drill. ID is a UUID that is made with the form, so that sending it twice prepares one drill; "" none.
type DrillInput struct {
	ID        string
	Territory string
	Name      string
	Day       string
	Scope     DrillScope
	School    string
	Commune   string
	Schools   []string // of the scope list
}

const (
	mostDrillName    = 80
	mostDrillSchools = 2000
)

// check returns the drill, without what only the database knows, and brings the UAIs of the list into their one form.
func (in *DrillInput) check() (Drill, error) {
	var faults []errs.Field
	wrong := func(name, key string, args ...any) {
		faults = append(faults, errs.Field{Name: name, Key: key, Args: args})
	}
	d := Drill{Territory: in.Territory, ID: in.ID, Name: strings.Join(strings.Fields(in.Name), " "), Day: in.Day, Scope: in.Scope}
	if in.ID != "" && (len(in.ID) != len(uuid.Nil.String()) || uuid.Validate(in.ID) != nil) {
		wrong("id", "readiness.drill.error.id")
	}
	switch n := utf8.RuneCountInString(d.Name); {
	case n == 0:
		wrong("name", "readiness.drill.error.name")
	case n > mostDrillName:
		wrong("name", "readiness.drill.error.longname", "max", mostDrillName)
	}
	if _, err := time.Parse("2006-01-02", in.Day); err != nil {
		wrong("day", "readiness.drill.error.day")
	}
	switch in.Scope {
	case DrillSchool:
		uai, ok := directory.ParseUAI(in.School)
		if !ok {
			wrong("school", "readiness.drill.error.school")
		}
		d.School = string(uai)
	case DrillCommune:
		if d.Commune = strings.TrimSpace(in.Commune); d.Commune == "" {
			wrong("commune", "readiness.drill.error.commune")
		}
	case DrillTerritory:
	case DrillList:
		if len(in.Schools) == 0 {
			wrong("schools", "readiness.drill.error.schools")
		}
		if len(in.Schools) > mostDrillSchools {
			wrong("schools", "readiness.drill.error.manyschools", "max", mostDrillSchools)
		}
		for i, text := range in.Schools {
			uai, ok := directory.ParseUAI(text)
			if !ok {
				wrong("schools", "readiness.drill.error.uai", "uai", shorten(text))
				break
			}
			in.Schools[i] = string(uai)
		}
	default:
		wrong("scope", "readiness.drill.error.scope")
	}
	return d, errs.OfFields(faults...)
}

// DrillRun is one run of a drill: what was known at its time. In a list its figures are without conditions and needs.
type DrillRun struct {
	Number  int
	RanAt   int64
	Figures Figures
}

// DrillResult is a drill with one of its runs, school by school, and the run that it is compared with.
type DrillResult struct {
	Drill
	Run     DrillRun
	Against *DrillRun // the run compared with; nil for the first
	Runs    []DrillRun
	Schools []SchoolFigures // the most surely lost first
}

// DrillClass is a class in a run.
type DrillClass struct {
	School
	ID       string // "" the school as a whole: it has no class in the directory
	Name     string
	Level    string
	Figures  Figures
	Answered bool
}
