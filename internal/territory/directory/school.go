package directory

import (
	"strings"

	"preau/internal/base/db"
)

// SchoolType is what kind of school it is.
type SchoolType string

// The types of school.
const (
	Ecole   SchoolType = "ecole"
	College SchoolType = "college"
	Lycee   SchoolType = "lycee"
)

// SchoolTypes lists the types, the youngest pupils first.
var SchoolTypes = []SchoolType{Ecole, College, Lycee}

// Sector tells who runs the school.
type Sector string

// The sectors; a source that says neither gives SectorUnknown.
const (
	Public        Sector = "public"
	Private       Sector = "private"
	SectorUnknown Sector = "unknown"
)

// Contract is the tie of a private school to the State.
type Contract string

// The contracts; a public school has none.
const (
	ContractNone    Contract = "none"
	ContractUnder   Contract = "under"
	ContractOutside Contract = "outside"
	ContractUnknown Contract = "unknown"
)

// Priority is the school's place in priority education; "" is unknown.
type Priority string

// The places in priority education.
const (
	PriorityUnknown Priority = ""
	PriorityNone    Priority = "none"
	REP             Priority = "REP"
	REPPlus         Priority = "REP+"
)

// QPV is where the school lies to a priority neighbourhood of the city policy; "" is unknown.
type QPV string

// The places relative to a priority neighbourhood; near is within 300 m.
const (
	QPVUnknown QPV = ""
	QPVNone    QPV = "none"
	QPVNear    QPV = "near"
	QPVIn      QPV = "in"
)

// Status tells whether a school or a class still works.
type Status string

// The statuses.
const (
	Open   Status = "open"
	Closed Status = "closed"
)

// School is a school with the newest known value of each figure. Unknown is nil, Unknown or "": never guessed.
type School struct {
	Territory       string
	UAI             UAI
	Name            string
	Type            SchoolType
	Maternelle      Tri // has pre-elementary classes
	Elementaire     Tri // has elementary classes
	Sector          Sector
	Contract        Contract
	Address         string
	Postcode        string
	Commune         string // INSEE code
	CommuneName     string
	Latitude        *float64
	Longitude       *float64
	Circonscription string
	IPS             *float64 // indice de position sociale, about 45 to 185
	IPSYear         string
	Pupils          *int64
	PupilsYear      string
	Priority        Priority
	QPV             QPV
	Rural           Tri
	Status          Status
	ClosedAt        *int64 // ms UTC
	Source          string // directory_source.id of the row
	UpdatedAt       int64  // ms UTC
}

// Folded returns the text that search and sorting by name use: name, commune, postcode and UAI.
func (s *School) Folded() string {
	return db.Fold(strings.Join([]string{s.Name, s.CommuneName, s.Postcode, string(s.UAI)}, " "))
}
