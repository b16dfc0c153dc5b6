package plan

import (
	"cmp"
	"encoding/binary"
	"slices"

	"preau/internal/territory/programme"
)

// Opt is a whole number that may be unknown (the zero value).
type Opt struct {
	Value int32 `json:"value,omitzero"`
	Known bool  `json:"known,omitzero"`
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
type Tally struct {
	Yes int32 `json:"yes,omitzero"`
	No  int32 `json:"no,omitzero"`
}

// Census is what a school's answers say of the pupils of its elementary classes. Each count is of the
// classes that gave it: of so many pupils, so many are without. The zero value: nothing is known.
type Census struct {
	DeviceOf          int32 `json:"device_of,omitzero"`
	WithoutDevice     int32 `json:"without_device,omitzero"`
	ConnectionOf      int32 `json:"connection_of,omitzero"`
	WithoutConnection int32 `json:"without_connection,omitzero"`
	Complete          bool  `json:"complete,omitzero"`     // every elementary class has counted its devices
	OnlyDevice        int32 `json:"only_device,omitzero"`  // pupils who surely lack a device and nothing else, their class and teacher included
	LackingMost       Opt   `json:"lacking_most,omitzero"` // pupils of elementary classes who possibly lack a device
}

// Ready is what a school's answers say of the conditions of its pupils, all classes together. In each
// range stand the pupils who surely, and who possibly, meet the condition among those counted.
type Ready struct {
	Pupils   int32 `json:"pupils,omitzero"`
	Device   Range `json:"device,omitzero"`
	Video    Range `json:"video,omitzero"`
	Family   Range `json:"family,omitzero"`
	Teaching Range `json:"teaching,omitzero"`
	Trained  Range `json:"trained,omitzero"`
}

// School is what the plan knows of a school. What is unknown is so marked, never guessed.
type School struct {
	Territory         string `json:"territory"`
	UAI               string `json:"uai"`
	Name              string `json:"name"`
	Commune           string `json:"commune"`
	Type              string `json:"type"` // ecole, college, lycee
	Maternelle        Tri    `json:"maternelle,omitzero"`
	Elementary        Tri    `json:"elementary,omitzero"`
	Sector            string `json:"sector"`       // public, private, unknown
	Contract          string `json:"contract"`     // none, under, outside, unknown
	IPS               Opt    `json:"ips,omitzero"` // in tenths
	IPSYear           string `json:"ips_year,omitzero"`
	Pupils            Opt    `json:"pupils,omitzero"`
	PupilsYear        string `json:"pupils_year,omitzero"`
	Priority          string `json:"priority,omitzero"` // none, REP, REP+, "" unknown
	QPV               string `json:"qpv,omitzero"`      // none, near, in, "" unknown
	Rural             Tri    `json:"rural,omitzero"`
	Classes           Opt    `json:"classes,omitzero"`
	ElementaryClasses Opt    `json:"elementary_classes,omitzero"`
	Displays          Tally  `json:"displays,omitzero"` // of elementary classes
	Kits              Tally  `json:"kits,omitzero"`
	Census            Census `json:"census,omitzero"`
	Ready             Ready  `json:"ready,omitzero"`
	Registered        int64  `json:"registered,omitzero"` // ms since 1970 when the school first answered the census, 0 never
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
	type place struct {
		uai uint64
		at  int32
	}
	places := make([]place, len(in))
	for i := range in {
		places[i] = place{packed(in[i].UAI), int32(i)}
	}
	byUAI := func(a, b place) int {
		if a.uai != b.uai {
			return cmp.Compare(a.uai, b.uai)
		}
		x, y := &in[a.at], &in[b.at]
		return cmp.Or(cmp.Compare(x.UAI, y.UAI), cmp.Compare(x.Territory, y.Territory))
	}
	if slices.IsSortedFunc(places, byUAI) {
		return in
	}
	slices.SortFunc(places, byUAI)
	out := make([]School, len(in))
	for i, p := range places {
		out[i] = in[p.at]
	}
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
