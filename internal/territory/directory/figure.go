package directory

import (
	"strconv"
	"strings"
)

// FigureName names a dated figure of a school.
type FigureName string

// The dated figures of a school. The sector is one only where a person corrected it.
const (
	FigureIPS      FigureName = "ips"
	FigurePupils   FigureName = "pupils"
	FigurePriority FigureName = "priority"
	FigureQPV      FigureName = "qpv"
	FigureRural    FigureName = "rural"
	FigureSector   FigureName = "sector"
)

// FigureNames lists the dated figures in the order in which a page shows them.
var FigureNames = []FigureName{FigurePupils, FigureIPS, FigurePriority, FigureQPV, FigureRural, FigureSector}

// EntrySource is the source of the values that a person of the territory corrected.
const EntrySource = "saisie"

// Figure is one value of a school as one source gives it for one period. Where two sources disagree both stay.
type Figure struct {
	Territory string
	School    UAI
	Name      FigureName
	Period    string // school year 2022-2023, or year 2025
	Source    string // directory_source.id
	Value     string // as written: 97.7, REP+, in, 1
}

// Source is where values come from: a file that was imported or a form that was filled in.
type Source struct {
	ID         string
	Name       string
	Published  string // date or school year that the source gives
	SHA256     string
	ImportedAt int64
}

// Newer tells whether f stands for the school rather than g, of the same name: the later period wins, then
// what a person corrected, then the source that came last.
func (f Figure) Newer(g Figure) bool {
	if a, b := startYear(f.Period), startYear(g.Period); a != b {
		return a > b
	}
	if (f.Source == EntrySource) != (g.Source == EntrySource) {
		return f.Source == EntrySource
	}
	return f.Source > g.Source
}

// startYear is the year in which a period begins, 0 when it names none.
func startYear(period string) int {
	head, _, _ := strings.Cut(period, "-")
	n, _ := strconv.Atoi(head)
	return n
}

// Stand puts into the school, for each name, the figure that stands among the list. A value that cannot be
// read is passed over: the file that gave it was checked when it came in.
func (s *School) Stand(figures []Figure) {
	standing := map[FigureName]Figure{}
	for _, f := range figures {
		if g, has := standing[f.Name]; !has || f.Newer(g) {
			standing[f.Name] = f
		}
	}
	for _, f := range standing {
		s.put(f)
	}
}

func (s *School) put(f Figure) {
	switch f.Name {
	case FigureIPS:
		if v, err := strconv.ParseFloat(f.Value, 64); err == nil {
			s.IPS, s.IPSYear = &v, f.Period
		}
	case FigurePupils:
		if v, err := strconv.ParseInt(f.Value, 10, 64); err == nil {
			s.Pupils, s.PupilsYear = &v, f.Period
		}
	case FigurePriority:
		s.Priority = Priority(f.Value)
	case FigureQPV:
		s.QPV = QPV(f.Value)
	case FigureRural:
		s.Rural = TriOf(f.Value == "1")
	case FigureSector:
		s.Sector = Sector(f.Value)
		if s.Sector == Public {
			s.Contract = ContractNone
		} else if s.Contract == ContractNone {
			s.Contract = ContractUnknown
		}
	}
}
