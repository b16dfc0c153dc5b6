package deliveries

import (
	"strings"

	"preau/internal/base/code"
	"preau/internal/measures/equip/assets"
)

// Says is what somebody says of an item at a reception.
type Says string

// What can be said.
const (
	SaysReceived Says = "received"
	SaysDamaged  Says = "damaged"
	SaysWrong    Says = "wrong" // another thing than was ordered
	SaysMissing  Says = "missing"
)

// Sayings lists them.
var Sayings = []Says{SaysReceived, SaysDamaged, SaysWrong, SaysMissing}

func (s Says) known() bool {
	return s == SaysReceived || s == SaysDamaged || s == SaysWrong || s == SaysMissing
}

// trouble is what a saying leaves the item with.
func (s Says) trouble() assets.Trouble {
	switch s {
	case SaysDamaged:
		return assets.Broken
	case SaysWrong:
		return assets.Wrong
	case SaysMissing:
		return assets.Missing
	}
	return ""
}

// Outcome is what became of a scan.
type Outcome string

// The outcomes. All of them are kept, so that nothing that somebody said is lost.
const (
	OutcomeCounted  Outcome = "counted"
	OutcomeAgain    Outcome = "again"    // said already
	OutcomeConflict Outcome = "conflict" // somebody said something else: a person decides
	OutcomeSurplus  Outcome = "surplus"  // not expected here
	OutcomeRefused  Outcome = "refused"
)

// Scan is what somebody says of one item. Its ID is made where it is scanned: sent twice, it counts once.
type Scan struct {
	ID       string
	Delivery string
	Code     string // as it was read: a label, a serial number, whatever the tag says
	Asset    string // "" unknown
	Says     Says
	Outcome  Outcome
	Other    string // of a conflict, the scan that was first; of a correction, the one that it replaces
	Settled  bool   // a conflict that somebody decided; a statement that another took the place of
	Note     string
	Serial   string
	At       int64 // ms UTC, by the clock of the device
	StoredAt int64
	Account  string

	// Replaces is the scan that the person saw when they said otherwise on purpose.
	Replaces string
}

// The bounds of a scan, in bytes.
const (
	mostID   = 100
	mostCode = 200
	mostNote = 500
	// MostScans is how many scans one call takes.
	MostScans = 500
)

func (s *Scan) clean() {
	s.ID, s.Code, s.Note = strings.TrimSpace(s.ID), strings.TrimSpace(s.Code), strings.TrimSpace(s.Note)
	s.Serial = assets.CleanSerial(s.Serial)
	if s.Says == "" {
		s.Says = SaysReceived
	}
}

// fault returns the message of what is wrong with a scan in itself, "" nothing.
func (s *Scan) fault() string {
	switch {
	case s.ID == "" || len(s.ID) > mostID || strings.Trim(s.ID, "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789-._") != "":
		return "deliveries.scan.id"
	case s.Code == "":
		return "deliveries.scan.empty"
	case len(s.Code) > mostCode || len(s.Note) > mostNote || len(s.Serial) > mostCode:
		return "deliveries.scan.long"
	case !s.Says.known():
		return "deliveries.scan.says"
	}
	return ""
}

// judge tells what becomes of a scan of an expected item, by what stands of that item.
func judge(item *Item, s *Scan) Outcome {
	switch {
	case item.Says == "":
		return OutcomeCounted
	case item.Says == s.Says && (s.Serial == "" || s.Serial == item.Serial):
		return OutcomeAgain
	case item.Says == s.Says && item.Serial == "", s.Replaces == item.Scan:
		return OutcomeCounted
	}
	for _, d := range item.Disputed {
		if d.Says == s.Says && (s.Serial == "" || d.Serial == s.Serial) {
			return OutcomeAgain
		}
	}
	return OutcomeConflict
}

// tag is how two readings of one unknown tag are found to be the same.
func tag(read string) string {
	if _, canonical, ok := code.Parse(read); ok {
		return canonical
	}
	return strings.ToUpper(strings.Join(strings.Fields(read), ""))
}

// index finds the items of a delivery by what was read.
type index struct {
	byCode   map[string]*Item
	bySerial map[string][]*Item
}

func indexOf(c *Content) *index {
	x := &index{map[string]*Item{}, map[string][]*Item{}}
	c.all(func(item *Item) {
		x.byCode[item.Code] = item
		x.addSerial(item)
	})
	return x
}

func (x *index) addSerial(item *Item) {
	if item.Serial != "" {
		x.bySerial[item.Serial] = append(x.bySerial[item.Serial], item)
	}
}

// find returns the one item of the delivery whose label or serial number was read, or nil. Several is true when the
// serial number names more than one.
func (x *index) find(read string) (item *Item, several bool) {
	if kind, canonical, ok := code.Parse(read); ok && kind == code.Asset {
		if item := x.byCode[canonical]; item != nil {
			return item, false
		}
	}
	list := x.bySerial[assets.CleanSerial(read)]
	if len(list) == 1 {
		return list[0], false
	}
	return nil, len(list) > 1
}
