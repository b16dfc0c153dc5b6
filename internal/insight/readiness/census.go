package readiness

import (
	"strconv"
	"strings"

	"preau/internal/base/errs"
)

// Channel is how most of a class's families are reached.
type Channel string

// The channels; the empty one is unknown.
const (
	ChannelApp   Channel = "app" // an ENT or an application, e-mail included
	ChannelSMS   Channel = "sms"
	ChannelPhone Channel = "phone"
	ChannelPaper Channel = "paper"
)

// Channels lists the channels in the order in which they are shown.
var Channels = [4]Channel{ChannelApp, ChannelSMS, ChannelPhone, ChannelPaper}

// Answer is what is said of a class in the census: the eight questions. The zero value says nothing.
type Answer struct {
	Pupils     Count   `json:"pupils"`  // pupils of the class
	Device     Count   `json:"device"`  // of these, with a device at home on which they can work
	Shared     Count   `json:"shared"`  // of those with a device, who share it with more than one other child
	Video      Count   `json:"video"`   // with a connection at home that carries video
	Reached    Count   `json:"reached"` // whose family can be reached
	Channel    Channel `json:"channel"`
	Display    Ternary `json:"display"` // in the classroom: a screen or a projector that works
	Laptop     Ternary `json:"laptop"`  // the teacher has a laptop for work
	Kit        Ternary `json:"kit"`     // a hybrid kit, usable today
	Connection Ternary `json:"connection"`
	Trained    Ternary `json:"trained"` // the teacher is trained in hybrid teaching

	// What the programme lends to pupils of the class, whatever was said: lower bounds of what nobody knows.
	Lent      int `json:"-"` // devices
	LentVideo int `json:"-"` // connections
}

// Says tells whether the answer says more than the number of pupils that the school's list already gives.
func (a Answer) Says(listed Count) bool {
	if a.Pupils == listed {
		a.Pupils = Count{}
	}
	return a != Answer{}
}

// Doubt is a number of pupils that may be a slip of the keyboard: far from what was known of the class.
type Doubt struct {
	Class  string
	Name   string
	Pupils int
	Known  int
}

// doubt tells whether a new number of pupils is far from every number that is known of the class: that of the school's list and that of the
// last answer. Far is half as many again or half as few, and five pupils at least. Known is then that of the list, else of the answer.
func (c ClassCensus) doubt(answer Answer) (Doubt, bool) {
	n, given := answer.Pupils.Get()
	last, answered := c.Answer.Pupils.Get()
	if !given || !answered || n == last {
		return Doubt{}, false
	}
	listed, isListed := c.Listed.Get()
	if !isListed {
		listed = last
	}
	return Doubt{c.ID, c.Name, n, listed}, far(n, listed) && far(n, last)
}

func far(n, known int) bool {
	const few = 5
	return n-known >= few && 2*n > 3*known || known-n >= few && 2*n < known
}

// Cells lists the names of an answer's cells, in the order of the form, the spreadsheet and the CSV file.
var Cells = [11]string{"pupils", "device", "shared", "video", "reached", "channel", "display", "laptop", "kit", "connection", "trained"}

// maxPupils is above any class there is: more is a slip of the keyboard.
const maxPupils = 200

// Raw is an answer as it was typed, in the order of Cells.
type Raw [11]string

// Raw returns the answer as it would be typed. A word stands for yes and no, so that what is shown can be read again in any language.
func (a Answer) Raw() Raw {
	return Raw{a.Pupils.String(), a.Device.String(), a.Shared.String(), a.Video.String(), a.Reached.String(), string(a.Channel),
		a.Display.String(), a.Laptop.String(), a.Kit.String(), a.Connection.String(), a.Trained.String()}
}

// Parse reads an answer as typed in French or English and returns it with the cells at fault, named as in Cells.
// An empty cell and "?" are unknown; "tous" is every pupil of the class and "aucun" none.
func (r Raw) Parse() (Answer, []errs.Field) {
	var a Answer
	var faults []errs.Field
	count := func(i int) Count {
		c, key := parseCount(r[i], a.Pupils)
		if key != "" {
			faults = append(faults, errs.Field{Name: Cells[i], Key: key, Args: []any{"text", shorten(r[i]), "max", maxPupils}})
		}
		return c
	}
	ternary := func(i int) Ternary {
		t, ok := parseTernary(r[i])
		if !ok {
			faults = append(faults, errs.Field{Name: Cells[i], Key: "readiness.census.error.ternary", Args: []any{"text", shorten(r[i])}})
		}
		return t
	}
	a.Pupils = count(0)
	a.Device, a.Shared, a.Video, a.Reached = count(1), count(2), count(3), count(4)
	channel, ok := parseChannel(r[5])
	if !ok {
		faults = append(faults, errs.Field{Name: Cells[5], Key: "readiness.census.error.channel", Args: []any{"text", shorten(r[5])}})
	}
	a.Channel = channel
	a.Display, a.Laptop, a.Kit, a.Connection, a.Trained = ternary(6), ternary(7), ternary(8), ternary(9), ternary(10)
	return a, append(faults, a.check(faults)...)
}

// check returns the cells that contradict one another, those left out that are at fault already.
func (a Answer) check(already []errs.Field) []errs.Field {
	faulty := map[string]bool{}
	for _, f := range already {
		faulty[f.Name] = true
	}
	var faults []errs.Field
	more := func(name string, c, limit Count, key string) {
		n, known := c.Get()
		most, limited := limit.Get()
		if known && limited && n > most && !faulty[name] {
			faults = append(faults, errs.Field{Name: name, Key: key, Args: []any{"count", n, "limit", most}})
			faulty[name] = true
		}
	}
	more("device", a.Device, a.Pupils, "readiness.census.error.morethanpupils")
	more("shared", a.Shared, a.Device, "readiness.census.error.morethandevices")
	more("shared", a.Shared, a.Pupils, "readiness.census.error.morethanpupils")
	more("video", a.Video, a.Pupils, "readiness.census.error.morethanpupils")
	more("reached", a.Reached, a.Pupils, "readiness.census.error.morethanpupils")
	if n, known := a.Reached.Get(); known && n == 0 && a.Channel != "" && !faulty["channel"] && !pupilless(a.Pupils) {
		faults = append(faults, errs.Field{Name: "channel", Key: "readiness.census.error.channelofnone"})
	}
	return faults
}

func pupilless(pupils Count) bool {
	n, known := pupils.Get()
	return known && n == 0
}

// parseCount returns the count and the key of what is wrong with it.
func parseCount(text string, pupils Count) (Count, string) {
	text = strings.ToLower(strings.TrimSpace(text))
	switch text {
	case "", "?":
		return Count{}, ""
	case "aucun", "aucune", "none":
		return CountOf(0), ""
	case "tous", "toutes", "tout", "all":
		if !pupils.Known() {
			return Count{}, "readiness.census.error.allofunknown"
		}
		return pupils, ""
	}
	n, err := strconv.Atoi(text)
	switch {
	case err != nil:
		return Count{}, "readiness.census.error.number"
	case n < 0:
		return Count{}, "readiness.census.error.negative"
	case n > maxPupils:
		return Count{}, "readiness.census.error.toomany"
	}
	return CountOf(n), ""
}

func parseTernary(text string) (Ternary, bool) {
	switch strings.ToLower(strings.TrimSpace(text)) {
	case "", "?":
		return Unknown, true
	case "oui", "o", "yes", "y", "1", "true", "vrai":
		return Yes, true
	case "non", "n", "no", "0", "false", "faux":
		return No, true
	}
	return Unknown, false
}

func parseChannel(text string) (Channel, bool) {
	switch strings.ToLower(strings.TrimSpace(text)) {
	case "", "?":
		return "", true
	case "app", "ent", "appli", "application":
		return ChannelApp, true
	case "sms":
		return ChannelSMS, true
	case "phone", "telephone", "téléphone", "tel", "tél":
		return ChannelPhone, true
	case "paper", "papier":
		return ChannelPaper, true
	}
	return "", false
}

// shorten keeps a message readable whatever was typed.
func shorten(text string) string {
	runes := []rune(strings.TrimSpace(text))
	if len(runes) > 20 {
		return string(runes[:20]) + "…"
	}
	return string(runes)
}
