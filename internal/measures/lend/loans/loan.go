package loans

import (
	"strings"

	"preau/internal/base/code"
	"preau/internal/base/errs"
)

// State is where a loan stands.
type State string

// The states. What is not Out is over.
const (
	Out       State = "out"
	Returned  State = "returned"
	Lost      State = "lost"
	Stolen    State = "stolen"
	Cancelled State = "cancelled" // written by mistake
)

// States lists them.
var States = []State{Out, Returned, Lost, Stolen, Cancelled}

// Loan is one device in the hands of one pupil.
type Loan struct {
	Territory, ID string
	Agreement     string
	Asset         string
	Kind          string // of the agreement's item: device, hotspot, sim
	Code          string // inventory code of the device
	Name          string // of its model
	School        string
	Class         string
	Pupil         string
	Measure       string
	State         State
	Counts        bool // the class counts one device more at a pupil's home
	HandedAt      int64
	HandedBy      string
	DueOn         string
	Out           Condition
	PhotoOut      string
	ReturnedAt    int64 // 0 not yet
	ReturnedTo    string
	In            Condition
	PhotoIn       string
	Wiped         *bool // nil: nothing to erase, or not said
	Receipt       string
	AskedAt       int64 // 0: not asked back
	Version       int64
}

// Late tells whether the device should have been back before a day.
func (l *Loan) Late(today string) bool { return l.State == Out && l.DueOn < today }

// use is the data of a fact about the loan that makes the class's devices at home so many more.
func (l *Loan) use(devices, quantity int64) Use {
	u := Use{Kind: l.Kind, Devices: devices, Quantity: quantity}
	if quantity != 0 {
		u.Measure = l.Measure
	}
	return u
}

// Agreement is what a loan asks about the agreement that it stands on.
type Agreement struct {
	Territory, ID, Code  string
	School, Class, Pupil string
	Year                 string
	State                string // prepared, signed, ended, cancelled
	DueOn                string
	Measure              string
	Language             string
	Items                []Item
}

// Item is one thing of an agreement.
type Item struct {
	Number int64
	Kind   string // device, charger, case, sim, hotspot
	Name   string
	Asset  string // "" not named yet
	Code   string
}

// itemKind returns the kind of item that a device of a kind is.
func itemKind(assetKind string) string {
	if assetKind == "hotspot" || assetKind == "sim" {
		return assetKind
	}
	return "device"
}

// reading is what was read of a pair: which of the two is the slip and which the device.
type reading struct{ slip, device string }

// tell says which is the slip and which the device, in whatever order they were read. A serial number is taken for a device. It
// returns Invalid when two slips or two labels were read, or one is missing.
func tell(first, second string) (reading, error) {
	first, second = strings.TrimSpace(first), strings.TrimSpace(second)
	switch {
	case first == "" && second == "":
		return reading{}, errs.OfFields(errs.Field{Name: "slip", Key: "loans.pair.empty"})
	case first == second:
		return reading{}, errs.OfFields(errs.Field{Name: "device", Key: "loans.pair.same"})
	}
	a, b := isSlip(first), isSlip(second)
	switch {
	case a && b:
		return reading{}, errs.OfFields(errs.Field{Name: "device", Key: "loans.pair.slips"})
	case b:
		first, second = second, first
	case !a && isLabel(first) && second != "" && !isLabel(second):
		first, second = second, first // a slip that was misread, and a label
	case !a && isLabel(first) && isLabel(second):
		return reading{}, errs.OfFields(errs.Field{Name: "slip", Key: "loans.pair.labels"})
	}
	return reading{slip: first, device: second}, nil
}

func isSlip(read string) bool {
	kind, _, ok := code.Parse(read)
	return ok && kind == code.Agreement
}

func isLabel(read string) bool {
	kind, _, ok := code.Parse(read)
	return ok && kind == code.Asset
}

// HandedDay returns the day of the handover in Paris.
func (l *Loan) HandedDay() string { return day(l.HandedAt) }
