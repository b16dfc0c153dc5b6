package loans

import (
	"strings"
	"time"
	"unicode/utf8"

	"preau/internal/base/errs"
	"preau/internal/measures/lend/agreements"
)

// ClaimKind is what happened to a device.
type ClaimKind string

// The kinds.
const (
	Breakage ClaimKind = "breakage"
	Loss     ClaimKind = "loss"
	Theft    ClaimKind = "theft"
)

// ClaimKinds lists them.
var ClaimKinds = []ClaimKind{Breakage, Loss, Theft}

// trouble is what is wrong with a device after it.
func (k ClaimKind) trouble() string {
	return map[ClaimKind]string{Breakage: "broken", Loss: "lost", Theft: "stolen"}[k]
}

// ends is the state of a loan that ends without its device.
func (k ClaimKind) ends() State {
	if k == Theft {
		return Stolen
	}
	return Lost
}

// ClaimState is how far a claim has come.
type ClaimState string

// The states. A decided claim asks for nothing, or for an amount that is then paid or waived.
const (
	Stated  ClaimState = "stated"
	Decided ClaimState = "decided"
	Paid    ClaimState = "paid"
	Waived  ClaimState = "waived"
)

// Fault is who answers for what happened, as it was decided.
type Fault string

// The faults. Wear, accidents and simple carelessness are none.
const (
	NoFault         Fault = "none"
	Deliberate      Fault = "deliberate"
	GrossNegligence Fault = "gross_negligence"
)

// Faults lists them.
var Faults = []Fault{NoFault, GrossNegligence, Deliberate}

// Claim is what was stated and decided about a device that broke or disappeared at home.
type Claim struct {
	Territory, ID string
	Loan          string
	School        string
	Kind          ClaimKind
	HappenedOn    string
	Statement     string
	ToldBy        string // family, school
	Report        string // reference of the report to the police
	Photo         string
	State         ClaimState
	Fault         Fault
	Reason        string
	ValueCents    *int64 // depreciated, on the day it happened; nil unknown
	ChargeCents   *int64 // nil: not decided
	DecidedAt     int64
	DecidedBy     string
	Swapped       string // the loan that took its place
	CreatedAt     int64
	Version       int64
}

// Statement is what a family, or the school for it, says happened.
type Statement struct {
	ID         string // made with the form: sent twice, it counts once
	Loan       string
	Family     bool // the family says it itself
	Kind       ClaimKind
	HappenedOn string
	Text       string
	Report     string
	Photo      []byte
}

const (
	mostStatement = 2000
	mostReport    = 80
)

// check cleans the statement and returns Invalid with each field that is wrong.
func (s *Statement) check(handed, today string) error {
	var fields []errs.Field
	wrong := func(name, key string, args ...any) {
		fields = append(fields, errs.Field{Name: name, Key: key, Args: args})
	}
	if s.Kind.trouble() == "" {
		wrong("kind", "loans.claim.kind.missing")
	}
	if _, err := time.Parse(time.DateOnly, s.HappenedOn); err != nil {
		wrong("happened_on", "loans.day.wrong")
	} else if s.HappenedOn > today || s.HappenedOn < handed {
		wrong("happened_on", "loans.claim.day.outside")
	}
	s.Text, s.Report = strings.TrimSpace(s.Text), strings.Join(strings.Fields(s.Report), " ")
	if s.Text == "" {
		wrong("statement", "loans.claim.text.missing")
	}
	if utf8.RuneCountInString(s.Text) > mostStatement {
		wrong("statement", "loans.claim.text.long", "most", mostStatement)
	}
	if utf8.RuneCountInString(s.Report) > mostReport {
		wrong("report", "loans.claim.text.long", "most", mostReport)
	}
	return errs.OfFields(fields...)
}

// Charge returns the most that a family can be asked for, in cents. It is nothing without a fault, and nothing for a theft that
// was reported; otherwise the value of the device on that day, and for a breakage no more than its repair costs. An unknown value
// gives nothing: no amount is asked that the agreement's scale does not give.
func Charge(kind ClaimKind, fault Fault, report string, valueCents *int64, repairCents int64) int64 {
	if fault == NoFault || valueCents == nil || (kind == Theft && report != "") {
		return 0
	}
	if kind == Breakage {
		return min(*valueCents, repairCents)
	}
	return *valueCents
}

// worth returns what a device that cost so much is worth on a day by the scale of the agreement; nil when the price or
// the age is unknown. Each month that was begun counts.
func worth(newCents *int64, since, day string) *int64 {
	from, err := time.Parse(time.DateOnly, since)
	on, err2 := time.Parse(time.DateOnly, day)
	if newCents == nil || *newCents <= 0 || err != nil || err2 != nil {
		return nil
	}
	months := int64(on.Year()-from.Year())*12 + int64(on.Month()-from.Month())
	if on.Day() > from.Day() {
		months++
	}
	value := agreements.ValueAfter(*newCents, months)
	return &value
}
