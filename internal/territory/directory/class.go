package directory

import (
	"slices"
	"strconv"
	"strings"
	"time"
	"unicode/utf8"

	"preau/internal/base/errs"
)

// Class is a class of a school in one school year.
type Class struct {
	Territory  string
	ID         string
	School     UAI
	Year       string // school year: 2026-2027
	Name       string
	Code       string // identifier in the source of the roster
	Level      string // one level, or several joined by "-": CE1-CE2; "" unknown
	Elementary Tri
	Pupils     *int64
	Teacher    string // person, "" unknown
	Status     Status
	Source     string
	UpdatedAt  int64 // ms UTC; a form holds the one that it was filled from
}

// ClassColumns lists the columns of a class in the order of Values.
var ClassColumns = []string{"territory", "id", "school", "year", "name", "code", "level", "elementary", "pupils", "teacher",
	"status", "source", "updated_at"}

const classColumns = "c.territory, c.id, c.school, c.year, c.name, c.code, c.level, c.elementary, c.pupils, COALESCE(c.teacher, ''), c.status, c.source, c.updated_at"

// Values returns the class as the values of ClassColumns, to be inserted.
func (c *Class) Values() []any {
	return []any{c.Territory, c.ID, string(c.School), c.Year, c.Name, c.Code, c.Level, c.Elementary, c.Pupils, orNull(c.Teacher),
		string(c.Status), c.Source, c.UpdatedAt}
}

// Levels of the classes, the youngest first, by type of school.
var (
	PreElementary  = []string{"TPS", "PS", "MS", "GS"}
	ElementaryOnly = []string{"CP", "CE1", "CE2", "CM1", "CM2"}
	OfCollege      = []string{"6e", "5e", "4e", "3e"}
	OfLycee        = []string{"2de", "1re", "terminale"}
)

// LevelsOf returns the levels that a class of the school may have.
func LevelsOf(s *School) []string {
	switch s.Type {
	case College:
		return OfCollege
	case Lycee:
		return OfLycee
	}
	switch {
	case s.Maternelle == Yes && s.Elementaire == No:
		return PreElementary
	case s.Maternelle == No && s.Elementaire == Yes:
		return ElementaryOnly
	}
	return slices.Concat(PreElementary, ElementaryOnly)
}

// levelOrder gives each level its place.
var levelOrder = slices.Concat(PreElementary, ElementaryOnly, OfCollege, OfLycee)

// ParseLevel returns the level or levels that the text names, in order and joined by "-", and whether it names
// any. It takes them separated by signs or spaces, in any case.
func ParseLevel(text string) (string, bool) {
	var found []string
	for _, word := range strings.FieldsFunc(text, func(r rune) bool { return strings.ContainsRune(" -/+,;&", r) }) {
		i := slices.IndexFunc(levelOrder, func(level string) bool { return strings.EqualFold(level, word) })
		if i < 0 {
			return "", false
		}
		if !slices.Contains(found, levelOrder[i]) {
			found = append(found, levelOrder[i])
		}
	}
	slices.SortFunc(found, func(a, b string) int { return slices.Index(levelOrder, a) - slices.Index(levelOrder, b) })
	return strings.Join(found, "-"), len(found) > 0
}

// LevelPlace returns the place of a class's first level among all levels, the youngest first; unknown comes last.
func LevelPlace(level string) int {
	first, _, _ := strings.Cut(level, "-")
	if i := slices.Index(levelOrder, first); i >= 0 {
		return i
	}
	return len(levelOrder)
}

// ElementaryOf tells whether a class of the level has elementary pupils; a level that is not known gives Unknown.
func ElementaryOf(level string) Tri {
	level, ok := ParseLevel(level)
	if !ok {
		return Unknown
	}
	for one := range strings.SplitSeq(level, "-") {
		if slices.Contains(ElementaryOnly, one) {
			return Yes
		}
	}
	return No
}

// SchoolYear returns the school year of an instant: it begins on 1 August, when the next one is prepared.
func SchoolYear(t time.Time) string {
	year := t.Year()
	if t.Month() < time.August {
		year--
	}
	return strconv.Itoa(year) + "-" + strconv.Itoa(year+1)
}

// ClassInput is what a person says of a class.
type ClassInput struct {
	Name    string
	Levels  []string
	Pupils  *int
	Teacher string // person of the school's staff, "" unknown
	Version int64  // of a change: the UpdatedAt that the form was filled from
}

// The bounds of a class.
const (
	mostInClass   = 99
	mostClassName = 40
)

// check returns the input's level, or an Invalid error.
func (in *ClassInput) check(school *School) (string, error) {
	var fields []errs.Field
	in.Name = strings.Join(strings.Fields(in.Name), " ")
	switch {
	case in.Name == "":
		fields = append(fields, errs.Field{Name: "name", Key: "directory.class.name.missing"})
	case utf8.RuneCountInString(in.Name) > mostClassName:
		fields = append(fields, errs.Field{Name: "name", Key: "directory.class.name.long", Args: []any{"n", mostClassName}})
	}
	level, ok := ParseLevel(strings.Join(in.Levels, "-"))
	if !ok && len(in.Levels) > 0 {
		fields = append(fields, errs.Field{Name: "level", Key: "directory.class.level.wrong"})
	}
	for one := range strings.SplitSeq(level, "-") {
		if one != "" && !slices.Contains(LevelsOf(school), one) {
			fields = append(fields, errs.Field{Name: "level", Key: "directory.class.level.wrong"})
			break
		}
	}
	if in.Pupils != nil && (*in.Pupils < 0 || *in.Pupils > mostInClass) {
		fields = append(fields, errs.Field{Name: "pupils", Key: "directory.class.pupils.wrong", Args: []any{"most", mostInClass}})
	}
	return level, errs.OfFields(fields...)
}
