package deliveries

import "preau/internal/measures/equip/assets"

// State is how far a delivery has come.
type State string

// The states of a delivery, in their order.
const (
	Planned  State = "planned"
	UnderWay State = "under_way"
	Partial  State = "partial"  // something was said of some of its items
	Received State = "received" // something was said of all of them, and nothing is contradictory
	Signed   State = "signed"
)

// States lists them in their order.
var States = []State{Planned, UnderWay, Partial, Received, Signed}

// Delivery is the stop of a round at one school.
type Delivery struct {
	Territory, ID string
	Code          string // on its note
	Round         string
	Stop          int64
	School        string
	State         State
	ReceivedAt    int64 // ms UTC, 0 not yet; so is SignedAt
	SignedAt      int64
	SignedBy      string // a function: "directrice"
	SignedHow     string // screen, paper
	Signature     string
	Document      string
	SHA256        string
	Version       int64

	RoundName  string
	PlannedOn  string
	RoundState RoundState
	Items      int64 // kits counted once

	SchoolName, Commune, Address string // of the directory
}

// The ways of signing.
const (
	OnScreen = "screen"
	OnPaper  = "paper"
)

// Item is what is expected at a delivery: a kit with its parts, or a single thing.
type Item struct {
	ID, Code, Serial, Parent, Name, Kit string
	KitVersion                          int64
	School                              string
	State                               assets.State
	Trouble                             assets.Trouble
	Parts                               []*Item

	Says      Says   // what stands, "" nothing yet
	Scan      string // the scan that says so
	Disputed  []Scan // those that say something else
	Following bool   // a part that nobody spoke of apart: it follows its kit
}

// Tally counts what was said of the items of a delivery, kits counted once.
type Tally struct {
	Items     int `json:"items"`
	Received  int `json:"received"`
	Damaged   int `json:"damaged"`
	Wrong     int `json:"wrong"`
	Missing   int `json:"missing"`
	Surplus   int `json:"surplus"`
	Conflicts int `json:"conflicts"`
}

// Open is how many items nothing was said of.
func (t Tally) Open() int { return t.Items - t.Received - t.Damaged - t.Wrong - t.Missing }

// Whole tells whether everything came, and nothing else.
func (t Tally) Whole() bool { return t.Received == t.Items && t.Surplus == 0 }

// Content is a delivery with all that is expected and all that was said.
type Content struct {
	Delivery
	Items   []*Item // kits and single things; their parts beneath them
	Surplus []Scan
	Refused []Scan
	Tally   Tally
}

// all calls f with each item and each part.
func (c *Content) all(f func(*Item)) {
	for _, item := range c.Items {
		f(item)
		for _, part := range item.Parts {
			f(part)
		}
	}
}

// say puts the scans of the delivery beside the items that they speak of, and counts.
func (c *Content) say(scans []Scan) {
	byID := map[string]*Item{}
	c.all(func(item *Item) { byID[item.ID] = item })
	for _, scan := range scans {
		item := byID[scan.Asset]
		switch {
		case scan.Outcome == OutcomeSurplus:
			c.Surplus = append(c.Surplus, scan)
		case scan.Outcome == OutcomeRefused:
			c.Refused = append(c.Refused, scan)
		case item == nil || scan.Settled:
		case scan.Outcome == OutcomeCounted:
			item.Says, item.Scan = scan.Says, scan.ID
		case scan.Outcome == OutcomeConflict:
			item.Disputed = append(item.Disputed, scan)
		}
	}
	c.count()
}

func (c *Content) count() {
	c.Tally = Tally{Items: len(c.Items), Surplus: len(c.Surplus)}
	for _, item := range c.Items {
		for _, part := range item.Parts {
			part.Following = part.Says == ""
		}
		switch item.Says {
		case SaysReceived:
			c.Tally.Received++
		case SaysDamaged:
			c.Tally.Damaged++
		case SaysWrong:
			c.Tally.Wrong++
		case SaysMissing:
			c.Tally.Missing++
		}
	}
	c.all(func(item *Item) { c.Tally.Conflicts += len(item.Disputed) })
}

// stands returns the state that the delivery is in by what was said.
func (c *Content) stands() State {
	switch {
	case c.State == Signed:
		return Signed
	case c.Tally.Items > 0 && c.Tally.Open() == 0 && c.Tally.Conflicts == 0:
		return Received
	case c.Tally.Open() < c.Tally.Items || c.Tally.Surplus > 0:
		return Partial
	}
	return c.State
}
