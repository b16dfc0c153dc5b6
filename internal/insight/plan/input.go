package plan

import (
	"cmp"
	"encoding/binary"
	"slices"

	"preau/internal/territory/programme"
)

// Opt is a whole number that may be unknown (the zero value).
type Opt struct {
	Value int32
	Known bool
}

// Known returns a number that is known.
func Known(n int32) Opt { return Opt{n, true} }

// Tri is yes, no or unknown (the zero value).
type Tri int8

// The values of a Tri.
const (
	Unknown Tri = iota
	No
	Yes
)

// Range is a number of which only a lower and an upper bound are known.
type Range struct {
	Sure     int64 `json:"sure"`
	Possible int64 `json:"possible"`
}

// Tally counts the classes of a school of which it is known that they have a thing, and that they have not.
type Tally struct{ Yes, No int32 }

// Census is what a school's answers say of the pupils of its elementary classes. Each count is of the
// classes that gave it: of so many pupils, so many are without. The zero value: nothing is known.
type Census struct {
	DeviceOf, WithoutDevice         int32
	ConnectionOf, WithoutConnection int32
	Complete                        bool // every elementary class has counted its devices
}

// Ready is what a school's answers say of the conditions of its pupils, all classes together. In each
// range stand the pupils who surely, and who possibly, meet the condition among those counted.
type Ready struct {
	Pupils                                   int32
	Device, Video, Family, Teaching, Trained Range
}

// School is what the plan knows of a school. What is unknown is so marked, never guessed.
type School struct {
	Territory, UAI, Name, Commune string
	Type                          string // ecole, college, lycee
	Maternelle, Elementary        Tri
	Sector                        string // public, private, unknown
	Contract                      string // none, under, outside, unknown
	IPS                           Opt    // in tenths
	IPSYear                       string
	Pupils                        Opt
	PupilsYear                    string
	Priority                      string // none, REP, REP+, "" unknown
	QPV                           string // none, near, in, "" unknown
	Rural                         Tri
	Classes                       Opt
	ElementaryClasses             Opt
	Displays, Kits                Tally
	Census                        Census
	Ready                         Ready
	Registered                    int64 // ms since 1970 when the school first answered the census, 0 never
}

// Kind returns the kind of school that assumptions are made for.
func (s *School) Kind() string {
	switch {
	case s.Type != "ecole":
		return s.Type
	case s.Maternelle == Yes && s.Elementary == No:
		return "maternelle"
	case s.Maternelle == No && s.Elementary == Yes:
		return "elementaire"
	case s.Maternelle == Yes && s.Elementary == Yes:
		return "primaire"
	}
	return "ecole"
}

// sorted returns the schools by UAI, whatever their order: the order of the input changes nothing.
func sorted(in []School) []School {
	byUAI := func(a, b School) int {
		return cmp.Or(cmp.Compare(packed(a.UAI), packed(b.UAI)), cmp.Compare(a.UAI, b.UAI), cmp.Compare(a.Territory, b.Territory))
	}
	if slices.IsSortedFunc(in, byUAI) {
		return in
	}
	out := slices.Clone(in)
	slices.SortFunc(out, byUAI)
	return out
}

// packed returns the first eight bytes of a UAI as a number that sorts as the text does.
func packed(uai string) uint64 {
	var b [8]byte
	copy(b[:], uai)
	return binary.BigEndian.Uint64(b[:])
}

// missing is the set of facts that were unknown where a line or a reason needed them.
type missing uint16

// The facts, in the order in which they are named.
const (
	missContract missing = 1 << iota
	missLevels
	missClasses
	missPupils
	missIPS
	missPriority
	missQPV
	missRural
	missDevice
	missConnection
	missEquipped
	missRegistered
)

// factNames names the facts of missing, in the order of its bits.
var factNames = []string{"contract", "levels", "classes", "pupils", programme.FactIPS, programme.FactPriority, programme.FactQPV,
	programme.FactRural, programme.FactWithoutDevice, programme.FactWithoutConnection, programme.FactEquipped, "registered"}

var none = []string{}

// names returns the facts of the set, never nil. Sets are few, so each is made once.
func (m missing) names(made map[missing][]string) []string {
	if m == 0 {
		return none
	}
	if names, ok := made[m]; ok {
		return names
	}
	names := []string{}
	for i, name := range factNames {
		if m&(1<<i) != 0 {
			names = append(names, name)
		}
	}
	made[m] = names
	return names
}

// missOf returns the bit of a criterion's fact.
func missOf(fact string) missing { return 1 << slices.Index(factNames, fact) }
