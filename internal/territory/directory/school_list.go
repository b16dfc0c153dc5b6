package directory

import (
	"slices"
	"strings"

	"preau/internal/base/db"
	"preau/internal/base/errs"
)

// anyUnknown, as a filter of a value that may be unknown, chooses the schools whose value is unknown.
const anyUnknown = "unknown"

// SchoolSort names what a list of schools is sorted by.
type SchoolSort string

// The orders of a list of schools; unknown values come last both ways.
const (
	ByName    SchoolSort = "name"
	ByCommune SchoolSort = "commune"
	ByIPS     SchoolSort = "ips"
	ByPupils  SchoolSort = "pupils"
)

// SchoolFilter chooses schools. Empty members choose all, except Status, which is then Open.
type SchoolFilter struct {
	Territory string
	Search    string // words of the name, commune, postcode or UAI, without regard to accents and case
	Type      string // ecole, college, lycee
	Level     string // maternelle, elementaire: schools known to have it
	Sector    string // public, private, unknown
	Priority  string // REP+, REP, none, unknown
	QPV       string // in, near, none, unknown
	Commune   string // INSEE code
	Status    string // open, closed, all
	Unknown   string // a figure name, position or classes: schools where it is unknown
	Sort      SchoolSort
	Down      bool // the last first
	Page      int  // from 1
	Size      int  // rows a page, 25 unless told, 200 at the most
}

// The bounds of a page of schools.
const (
	schoolsPerPage = 25
	maxPerPage     = 200
	maxPages       = 1_000_000
)

var filterValues = []struct {
	name   string
	value  func(*SchoolFilter) string
	values []string
}{
	{"type", func(f *SchoolFilter) string { return f.Type }, []string{string(Ecole), string(College), string(Lycee)}},
	{"level", func(f *SchoolFilter) string { return f.Level }, []string{"maternelle", "elementaire"}},
	{"sector", func(f *SchoolFilter) string { return f.Sector }, []string{string(Public), string(Private), anyUnknown}},
	{"priority", func(f *SchoolFilter) string { return f.Priority }, []string{string(REPPlus), string(REP), string(PriorityNone), anyUnknown}},
	{"qpv", func(f *SchoolFilter) string { return f.QPV }, []string{string(QPVIn), string(QPVNear), string(QPVNone), anyUnknown}},
	{"status", func(f *SchoolFilter) string { return f.Status }, []string{string(Open), string(Closed), "all"}},
	{"unknown", func(f *SchoolFilter) string { return f.Unknown }, []string{"ips", "pupils", "priority", "qpv", "rural", "sector", "position", "classes"}},
	{"sort", func(f *SchoolFilter) string { return string(f.Sort) }, []string{string(ByName), string(ByCommune), string(ByIPS), string(ByPupils)}},
}

// normal returns the filter with its defaults, or an Invalid error that names the member that is wrong.
func (f SchoolFilter) normal() (SchoolFilter, error) {
	var fields []errs.Field
	for _, v := range filterValues {
		if value := v.value(&f); value != "" && !slices.Contains(v.values, value) {
			fields = append(fields, errs.Field{Name: v.name, Key: "directory.filter.wrong", Args: []any{"name", v.name, "values", strings.Join(v.values, ", ")}})
		}
	}
	if f.Page < 0 || f.Page > maxPages {
		fields = append(fields, errs.Field{Name: "page", Key: "directory.filter.page"})
	}
	if f.Sort == "" {
		f.Sort = ByName
	}
	if f.Status == "" {
		f.Status = string(Open)
	}
	if f.Page == 0 {
		f.Page = 1
	}
	if f.Size <= 0 {
		f.Size = schoolsPerPage
	}
	f.Size = min(f.Size, maxPerPage)
	return f, errs.OfFields(fields...)
}

// condition is a WHERE clause in the making.
type condition struct {
	text strings.Builder
	args []any
}

func (c *condition) and(text string, args ...any) {
	if c.text.Len() > 0 {
		c.text.WriteString(" AND ")
	}
	c.text.WriteString(text)
	c.args = append(c.args, args...)
}

// where returns the condition of the filter over directory_school s.
func (f *SchoolFilter) where(c *condition) {
	if f.Territory != "" {
		c.and("s.territory = ?", f.Territory)
	}
	if f.Status != "all" {
		c.and("s.status = ?", f.Status)
	}
	if f.Type != "" {
		c.and("s.type = ?", f.Type)
	}
	switch f.Level {
	case "maternelle":
		c.and("s.maternelle = 1")
	case "elementaire":
		c.and("s.elementaire = 1")
	}
	if f.Sector != "" {
		c.and("s.sector = ?", f.Sector)
	}
	known(c, "s.priority", f.Priority)
	known(c, "s.qpv", f.QPV)
	if f.Commune != "" {
		c.and("s.commune = ?", f.Commune)
	}
	f.whereUnknown(c)
	for word := range strings.SplitSeq(db.Fold(f.Search), " ") {
		if word != "" {
			c.and("s.folded LIKE ?", "%"+word+"%")
		}
	}
}

func known(c *condition, column, value string) {
	switch value {
	case "":
	case anyUnknown:
		c.and(column + " IS NULL")
	default:
		c.and(column+" = ?", value)
	}
}

func (f *SchoolFilter) whereUnknown(c *condition) {
	switch f.Unknown {
	case "ips", "pupils", "priority", "qpv", "rural":
		c.and("s." + f.Unknown + " IS NULL")
	case "sector":
		c.and("s.sector = ?", string(SectorUnknown))
	case "position":
		c.and("s.latitude IS NULL")
	case "classes":
		c.and("NOT EXISTS (SELECT 1 FROM directory_class c WHERE c.territory = s.territory AND c.school = s.uai AND c.status = 'open')")
	}
}

// order returns the ORDER BY clause; the UAI makes it total, so that no row is on two pages or on none. All its
// columns go the same way, so that an index serves both.
func (f *SchoolFilter) order() string {
	direction := "ASC"
	if f.Down {
		direction = "DESC"
	}
	switch f.Sort {
	case ByCommune:
		return "s.commune_folded " + direction + ", s.folded " + direction + ", s.uai " + direction
	case ByIPS:
		return "s.ips " + direction + " NULLS LAST, s.folded " + direction + ", s.uai " + direction
	case ByPupils:
		return "s.pupils " + direction + " NULLS LAST, s.folded " + direction + ", s.uai " + direction
	}
	return "s.folded " + direction + ", s.uai " + direction
}

// SchoolLine is a school in a list.
type SchoolLine struct {
	Territory   string
	UAI         UAI
	Name        string
	Type        SchoolType
	Maternelle  Tri
	Elementaire Tri
	Sector      Sector
	CommuneName string
	IPS         *float64
	Pupils      *int64
	Priority    Priority
	QPV         QPV
	Status      Status
}

// lineColumns are the columns of a SchoolLine; COALESCE spares a pointer.
const lineColumns = `s.territory, s.uai, s.name, s.type, s.maternelle, s.elementaire, s.sector, s.commune_name, s.ips, s.pupils,
	COALESCE(s.priority, ''), COALESCE(s.qpv, ''), s.status`

func scanLine(row db.Scanner) (SchoolLine, error) {
	var l SchoolLine
	err := row.Scan(&l.Territory, &l.UAI, &l.Name, &l.Type, &l.Maternelle, &l.Elementaire, &l.Sector, &l.CommuneName, &l.IPS, &l.Pupils,
		&l.Priority, &l.QPV, &l.Status)
	return l, err
}
