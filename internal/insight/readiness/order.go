package readiness

import (
	"cmp"
	"slices"
	"strings"

	"preau/internal/base/db"
	"preau/internal/territory/directory"
)

// compareClasses orders the classes of a school as a school does: from the youngest to the oldest, then by name, in which numbers count
// as such (6e 2 before 6e 10); what is left equal goes by identifier.
func compareClasses(levelA, nameA, idA, levelB, nameB, idB string) int {
	return cmp.Or(directory.LevelPlace(levelA)-directory.LevelPlace(levelB), compareNames(db.Fold(nameA), db.Fold(nameB)), strings.Compare(idA, idB))
}

// compareNames compares two folded names word by word, numbers by their value.
func compareNames(a, b string) int {
	return slices.CompareFunc(pieces(a), pieces(b), func(x, y string) int {
		if isDigit(x[0]) && isDigit(y[0]) {
			x, y = strings.TrimLeft(x, "0"), strings.TrimLeft(y, "0")
			return cmp.Or(len(x)-len(y), strings.Compare(x, y))
		}
		return strings.Compare(x, y)
	})
}

// pieces cuts a name where digits begin and end.
func pieces(name string) []string {
	var list []string
	for start, i := 0, 1; i <= len(name); i++ {
		if i == len(name) || isDigit(name[i]) != isDigit(name[i-1]) {
			list = append(list, name[start:i])
			start = i
		}
	}
	return list
}

func isDigit(b byte) bool { return '0' <= b && b <= '9' }

// levelBeside returns the level to show beside the name of a class: none when the name says it.
func levelBeside(name, level string) string {
	said, of := db.Fold(name), db.Fold(level)
	if strings.HasPrefix(said, of) || strings.Contains(said+" ", " "+of+" ") {
		return ""
	}
	return level
}
