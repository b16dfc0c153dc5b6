package loans

import (
	"encoding/json"
	"slices"
	"strings"
	"unicode/utf8"

	"preau/internal/base/errs"
)

// Check is a point of the condition list. Whoever hands over ticks what is wrong; what is not ticked is in order.
type Check string

// The points, in the order of the list.
const (
	Screen  Check = "screen"  // cracked, stains
	Body    Check = "body"    // dented, broken
	Keys    Check = "keys"    // keyboard, buttons
	Ports   Check = "ports"   // sockets
	Camera  Check = "camera"  // camera or microphone
	Battery Check = "battery" // does not hold
	Power   Check = "power"   // does not start
	Charger Check = "charger" // missing
	Case    Check = "case"    // missing
	Other   Check = "other"   // the note says what
)

// Checks lists them.
var Checks = []Check{Screen, Body, Keys, Ports, Camera, Battery, Power, Charger, Case, Other}

// mostNote bounds the note of a condition, in characters.
const mostNote = 300

// Condition is how a device is at a handover or a return. The zero Condition is in order.
type Condition struct {
	Wrong []Check `json:"wrong"`          // what is wrong, in the order of Checks
	Note  string  `json:"note,omitempty"` // about the device alone
}

// clean returns the condition with its points in order, each once; Invalid for one that is not in the list.
func (c Condition) clean() (Condition, error) {
	out := Condition{Wrong: []Check{}, Note: strings.TrimSpace(c.Note)}
	for _, check := range Checks {
		if slices.Contains(c.Wrong, check) {
			out.Wrong = append(out.Wrong, check)
		}
	}
	for _, check := range c.Wrong {
		if !slices.Contains(Checks, check) {
			return Condition{}, errs.OfFields(errs.Field{Name: "wrong", Key: "loans.condition.unknown", Args: []any{"point", string(check)}})
		}
	}
	if utf8.RuneCountInString(out.Note) > mostNote {
		return Condition{}, errs.OfFields(errs.Field{Name: "note", Key: "loans.condition.note.long", Args: []any{"most", mostNote}})
	}
	return out, nil
}

// Has tells whether the point is wrong.
func (c Condition) Has(check Check) bool { return slices.Contains(c.Wrong, check) }

// Difference is one point at the handover and at the return.
type Difference struct {
	Check   Check
	Out, In bool // wrong then, wrong now
}

// New tells whether it went wrong during the loan.
func (d Difference) New() bool { return d.In && !d.Out }

// Compare returns every point that was wrong at the handover, or is at the return, in the order of the list.
func Compare(out, in Condition) []Difference {
	var list []Difference
	for _, check := range Checks {
		if d := (Difference{check, out.Has(check), in.Has(check)}); d.Out || d.In {
			list = append(list, d)
		}
	}
	return list
}

func (c Condition) encode() string {
	b, err := json.Marshal(c)
	if err != nil {
		panic(err) // strings alone
	}
	return string(b)
}

func decodeCondition(text string) (Condition, error) {
	var c Condition
	if text == "" {
		return c, nil
	}
	err := json.Unmarshal([]byte(text), &c)
	return c, err
}
