// Package assets keeps what was bought: each item with its code, its serial number, the dates of its states, and
// four different answers to "whose is it?": owner, funder, custodian and place.
package assets

import (
	"strings"

	"preau/internal/base/errs"
)

// State is how far an asset has come. The states follow one another; each has its date.
type State string

// The states, in their order. A class counts what is usable; what is retired never comes back.
const (
	Awarded   State = "awarded"
	Ordered   State = "ordered"
	Delivered State = "delivered"
	Installed State = "installed"
	Usable    State = "usable"
	Retired   State = "retired"
)

// States lists them in their order.
var States = []State{Awarded, Ordered, Delivered, Installed, Usable, Retired}

func (s State) order() int {
	for i, state := range States {
		if s == state {
			return i
		}
	}
	return -1
}

// Trouble is why an asset cannot be used though it was delivered; "" nothing.
type Trouble string

// The troubles.
const (
	Broken  Trouble = "broken"
	Repair  Trouble = "repair" // away to be repaired, or swapped under warranty
	Lost    Trouble = "lost"
	Stolen  Trouble = "stolen"
	Missing Trouble = "missing" // of a delivery: not in the parcel
	Wrong   Trouble = "wrong"   // of a delivery: another thing than was ordered
)

// Troubles lists them.
var Troubles = []Trouble{Broken, Repair, Lost, Stolen, Missing, Wrong}

// What a usable asset brings to a class; "" nothing by itself.
const (
	ServesDisplay = "display" // a wall, a projector: the census asks for it
	ServesLaptop  = "laptop"  // the teacher's
	ServesKit     = "kit"     // hybrid teaching
	ServesClass   = "class"   // something else that is the class's: robots, refurbished computers
)

// Asset is one item, or one kit; the parts of a kit are assets whose Parent it is.
type Asset struct {
	Territory, ID string
	Code          string // on its label, see base/code
	Serial        string // the maker's; see CleanSerial
	Parent        string
	Model         string // "" of a kit
	Kit           string // "" of a single item or a part
	KitVersion    int64
	Kind          string // of the model, or "kit"
	Name          string // of the model or the kit
	Serves        string
	Lendable      bool
	Measure       string // of the programme
	Order         string
	Line          int64
	Delivery      string
	Owner         string
	Funder        string
	Custodian     string
	School        string // place: UAI, "" the territory's own stock
	Class         string
	Room          string
	State         State
	Trouble       Trouble
	Holder        string // the loan or the entitlement that it is out on, "" here
	Locked        bool
	AwardedAt     int64 // ms UTC, 0 not yet; so are the others
	OrderedAt     int64
	DeliveredAt   int64
	InstalledAt   int64
	UsableAt      int64
	RetiredAt     int64
	CostCents     *int64 // with tax, nil unknown
	BoughtOn      string // 2026-10-01
	SeenAt        int64
	SeenFacts     string // JSON
	Version       int64
}

// Works tells whether the asset can be used now, by whoever holds it.
func (a *Asset) Works() bool { return a.State == Usable && a.Trouble == "" }

// Free tells whether the asset works, may be lent, and is with nobody.
func (a *Asset) Free() bool { return a.Works() && a.Lendable && a.Holder == "" && a.Parent == "" }

// Counts tells whether the measure counts the asset when it becomes usable. What is lent or handed to a person
// counts when it is.
func (a *Asset) Counts() bool {
	return a.Measure != "" && a.Serves != "" && !a.Lendable && a.Parent == ""
}

// dateOf returns where the date of a state is kept.
func (a *Asset) dateOf(s State) *int64 {
	switch s {
	case Awarded:
		return &a.AwardedAt
	case Ordered:
		return &a.OrderedAt
	case Delivered:
		return &a.DeliveredAt
	case Installed:
		return &a.InstalledAt
	case Usable:
		return &a.UsableAt
	}
	return &a.RetiredAt
}

// Reach brings the asset to a state at a time in ms. States that it skips get the same date, retirement apart. It
// returns false when the asset is there already, and Conflict when it is further on.
func (a *Asset) Reach(s State, at int64) (bool, error) {
	switch {
	case s == a.State:
		return false, nil
	case s.order() < a.State.order():
		return false, errs.NewConflict("assets.state.behind", "code", a.Code)
	case s == Retired:
		a.State, a.RetiredAt = s, at
		return true, nil
	}
	for _, passed := range States[a.State.order()+1 : s.order()+1] {
		*a.dateOf(passed) = at
	}
	a.State = s
	return true, nil
}

// CleanSerial returns a serial number as it is kept and compared: capitals, without spaces. Numbers that makers
// leave in place of one are none.
func CleanSerial(s string) string {
	s = strings.ToUpper(strings.Join(strings.Fields(s), ""))
	switch s {
	case "TOBEFILLEDBYO.E.M.", "DEFAULTSTRING", "SYSTEMSERIALNUMBER", "NONE", "N/A", "NOTSPECIFIED", "INVALID", "0", "UNKNOWN":
		return ""
	}
	if strings.Trim(s, "0.-X") == "" {
		return ""
	}
	return s
}
