package agreements

import (
	"strconv"
	"strings"
	"time"
	"unicode/utf8"

	"preau/internal/base/errs"
)

// State is how far an agreement has come.
type State string

// The states. Only a prepared agreement can be changed, signed or cancelled.
const (
	Prepared  State = "prepared"
	Signed    State = "signed"
	Ended     State = "ended"
	Cancelled State = "cancelled"
)

// States lists them.
var States = []State{Prepared, Signed, Ended, Cancelled}

// How tells how an agreement was signed.
type How string

// The ways of signing.
const (
	OnScreen How = "screen"
	OnPaper  How = "paper"
)

// Kind is what an item is.
type Kind string

// The kinds. A connection is a SIM card or a hotspot, and has a data plan.
const (
	KindDevice  Kind = "device"
	KindCharger Kind = "charger"
	KindCase    Kind = "case"
	KindSIM     Kind = "sim"
	KindHotspot Kind = "hotspot"
)

// Kinds lists them, as a form asks for them.
var Kinds = []Kind{KindDevice, KindCharger, KindCase, KindSIM, KindHotspot}

// Connects tells whether a data plan goes with the kind.
func (k Kind) Connects() bool { return k == KindSIM || k == KindHotspot }

// Item is one thing that is lent.
type Item struct {
	Kind       Kind
	Name       string // as the family knows it: Tablette Samsung A9
	Asset      string // known at the latest when it is handed over
	Code       string // its inventory code
	DataPlan   string
	ValueCents int64 // when new, 0 unknown
}

// Agreement is the convention for one pupil and what is lent to them.
type Agreement struct {
	Territory string
	ID        string
	Code      string
	School    string
	Class     string
	Pupil     string // opaque person
	Year      string
	Language  string
	Homes     int // 1, 2
	StartOn   string
	DueOn     string
	Measure   string
	State     State
	SignedAt  int64 // ms UTC, 0 not yet
	SignedHow How
	SignedBy  string // guardian, "" somebody else who answers for the pupil
	Signature string // file
	Second    string // file: the other home's
	SecondBy  string
	Document  string // file: as it was signed
	SHA256    string // of the document
	Version   int64
	CreatedAt int64
	Items     []Item
}

// Connected tells whether a connection is among the items.
func (a *Agreement) Connected() bool {
	for _, i := range a.Items {
		if i.Kind.Connects() {
			return true
		}
	}
	return false
}

// open returns Conflict unless the agreement can still be changed.
func (a *Agreement) open() error {
	switch a.State {
	case Prepared:
		return nil
	case Cancelled:
		return errs.NewConflict("agreements.cancelled", "code", a.Code)
	}
	return errs.NewConflict("agreements.signed.fixed", "code", a.Code, "day", shortDay(time.UnixMilli(a.SignedAt)))
}

// The bounds of an agreement.
const (
	mostItems = 12
	mostName  = 80
	mostValue = 10_000_00 // cents
)

// Terms are what a person says of an agreement, or of many at once.
type Terms struct {
	Items []Item
	Start string // 2026-10-01
	Due   string
}

// check cleans the terms and returns Invalid with each field that is wrong.
func (t *Terms) check(today string) error {
	var fields []errs.Field
	wrong := func(name, key string, args ...any) {
		fields = append(fields, errs.Field{Name: name, Key: key, Args: args})
	}
	start, err := time.Parse(time.DateOnly, t.Start)
	if err != nil {
		wrong("start", "agreements.day.wrong")
	}
	due, err2 := time.Parse(time.DateOnly, t.Due)
	switch {
	case err2 != nil:
		wrong("due", "agreements.day.wrong")
	case err == nil && !due.After(start):
		wrong("due", "agreements.due.early")
	case t.Due <= today:
		wrong("due", "agreements.due.past")
	case err == nil && due.After(start.AddDate(2, 0, 0)):
		wrong("due", "agreements.due.late")
	}
	devices := 0
	for i := range t.Items {
		item := &t.Items[i]
		item.Name, item.DataPlan = strings.Join(strings.Fields(item.Name), " "), strings.Join(strings.Fields(item.DataPlan), " ")
		name := string(item.Kind)
		switch {
		case !known(item.Kind):
			wrong("items", "agreements.item.kind")
		case item.Name == "" || utf8.RuneCountInString(item.Name) > mostName:
			wrong(name+"_name", "agreements.item.name", "most", mostName)
		case item.Kind.Connects() && (item.DataPlan == "" || utf8.RuneCountInString(item.DataPlan) > mostName):
			wrong(name+"_plan", "agreements.item.plan")
		case item.ValueCents < 0 || item.ValueCents > mostValue:
			wrong(name+"_value", "agreements.item.value", "most", mostValue/100)
		}
		if item.Kind == KindDevice || item.Kind.Connects() {
			devices++
		}
	}
	if devices == 0 || len(t.Items) > mostItems {
		wrong("items", "agreements.item.none")
	}
	return errs.OfFields(fields...)
}

func known(k Kind) bool {
	for _, one := range Kinds {
		if k == one {
			return true
		}
	}
	return false
}

// EndOfYear returns the last day on which what is lent in a school year comes back unless said otherwise.
func EndOfYear(year string) string {
	_, end, _ := strings.Cut(year, "-")
	return end + "-06-30"
}

// ScaleMonths is how long a device keeps a value: it is worth its price when new, nothing after that, and in between as
// the straight line says. Each month that was begun counts.
const ScaleMonths = 48

// ValueAfter returns what a device that cost so many cents is worth after so many months, in cents.
func ValueAfter(cents, months int64) int64 {
	return cents * max(0, ScaleMonths-max(0, months)) / ScaleMonths
}

// shortDay writes a day with figures alone, which every language of the texts reads.
func shortDay(t time.Time) string { return t.Format("02/01/2006") }

// dayOf writes a day of the database as shortDay does.
func dayOf(day string) string {
	t, err := time.Parse(time.DateOnly, day)
	if err != nil {
		return day
	}
	return shortDay(t)
}

// euros writes an amount with figures alone.
func euros(cents int64) string {
	return strconv.FormatInt(cents/100, 10) + "," + strconv.FormatInt(100+cents%100, 10)[1:] + " €"
}
