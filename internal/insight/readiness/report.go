package readiness

import (
	"encoding/json"
	"fmt"
	"strings"

	"preau/internal/base/i18n"
)

// Mending is what is missing of one need and what it would cost to mend.
type Mending struct {
	Need    Need
	Count   Interval // pupils or classes, see Need
	Unknown bool     // of nobody, or of no class, is anything known: Count says nothing
	Unit    Cents    // of one, unknown when the programme has no measure for it
}

// Cents is an amount of money, or unknown (the zero value).
type Cents struct {
	Amount int64
	Known  bool
}

// Cost returns what the least and the most that is missing would cost; false when the unit cost, or what is missing, is unknown.
func (m Mending) Cost() (least, most int64, known bool) {
	return int64(m.Count.Lo) * m.Unit.Amount, int64(m.Count.Hi) * m.Unit.Amount, m.Unit.Known && !m.Unknown
}

// nobody tells whether no number of pupils is known.
func (f Figures) nobody() bool { return f.Pupils == 0 && (f.Unsized > 0 || f.Blank > 0) }

// lackUnknown tells whether nothing can be said of a need: of what pupils lack where no number of pupils is known, of what classes lack where
// no class is.
func (f Figures) lackUnknown(n Need) bool {
	if n == NeedTeaching || n == NeedTraining {
		return f.Classes == 0
	}
	return f.nobody()
}

// mendings returns the needs of the figures with the programme's unit costs.
func mendings(f Figures, units map[Need]int64) []Mending {
	list := make([]Mending, len(Needs))
	for i, need := range Needs {
		cost, known := units[need]
		list[i] = Mending{need, f.Missing[i], f.lackUnknown(need), Cents{cost, known}}
	}
	return list
}

// Report is everything about one place: the nation, a territory, a commune or a school.
type Report struct {
	Territory     string
	TerritoryName string
	Commune       string // INSEE code, of a commune
	CommuneName   string
	School        *School // of a school
	Figures       Shown
	// What follows is for those who may see every number; else it is empty.
	Whole    bool
	Mendings []Mending
	Trend    []TrendPoint
	Classes  []ClassCensus // of a school
}

// mendingJSON is a Mending in the API: missing pupils or classes, and cents.
type mendingJSON struct {
	Least     *int   `json:"least" doc:"Missing at least; null when nothing is known"`
	Most      *int   `json:"most" doc:"Missing at most; null when nothing is known"`
	UnitCents *int64 `json:"unit_cents" doc:"Cost of one; null when the programme has no measure for it"`
	CostLeast *int64 `json:"cost_least_cents"`
	CostMost  *int64 `json:"cost_most_cents"`
}

type missingJSON struct {
	Device   mendingJSON `json:"device" doc:"Pupils without a usable device at home"`
	Video    mendingJSON `json:"video" doc:"Pupils without a connection that carries video"`
	Teaching mendingJSON `json:"teaching" doc:"Classes whose teacher has neither a laptop nor a hybrid kit in a connected room"`
	Family   mendingJSON `json:"family" doc:"Pupils whose family cannot be reached"`
	Training mendingJSON `json:"training" doc:"Classes whose teacher is not trained in hybrid teaching"`
}

// classJSON is a class in a school's report.
type classJSON struct {
	ID       string `json:"id"`
	Name     string `json:"name"`
	Level    string `json:"level"`
	Answered bool   `json:"answered"`
	FiguresJSON
}

// ReportJSON is a Report in the API and in the command's output.
type ReportJSON struct {
	Territory string `json:"territory,omitempty"`
	Commune   string `json:"commune,omitempty"`
	School    string `json:"school,omitempty"`
	Name      string `json:"name,omitempty"`
	FiguresJSON
	Missing *missingJSON `json:"missing,omitempty"`
	Trend   []TrendPoint `json:"trend,omitempty"`
	Detail  []classJSON  `json:"class_figures,omitempty"`
}

// JSON returns the report as the API gives it.
func (r Report) JSON() ReportJSON {
	j := ReportJSON{Territory: r.Territory, Commune: r.Commune, Name: r.TerritoryName, FiguresJSON: r.Figures.JSON(), Trend: r.Trend}
	if r.Commune != "" {
		j.Name = r.CommuneName
	}
	if r.School != nil {
		j.School, j.Name = r.School.UAI, r.School.Name
	}
	if r.Whole {
		j.Missing = missingOf(r.Mendings)
	}
	for _, c := range r.Classes {
		f := c.Figures().Show().JSON()
		j.Detail = append(j.Detail, classJSON{ID: c.ID, Name: c.Name, Level: c.Level, Answered: c.Answered(), FiguresJSON: f})
	}
	return j
}

func missingOf(list []Mending) *missingJSON {
	one := func(i int) mendingJSON {
		m := list[i]
		var j mendingJSON
		if !m.Unknown {
			j.Least, j.Most = &m.Count.Lo, &m.Count.Hi
		}
		if least, most, known := m.Cost(); known {
			j.UnitCents, j.CostLeast, j.CostMost = &m.Unit.Amount, &least, &most
		}
		return j
	}
	return &missingJSON{one(0), one(1), one(2), one(3), one(4)}
}

// MarshalJSON writes the report as the API gives it.
func (r Report) MarshalJSON() ([]byte, error) { return json.Marshal(r.JSON()) }

// Text returns the report in plain lines, for the terminal.
func (r Report) Text(l *i18n.Localizer) string {
	var b strings.Builder
	line := func(label, value string) { fmt.Fprintf(&b, "%-34s %s\n", label, value) }
	f := r.Figures
	b.WriteString(r.title(l) + "\n")
	line(l.T("readiness.text.schools"), l.Number(int64(f.Schools)))
	line(l.T("readiness.text.classes"), l.T("readiness.text.classes.value", "n", f.Classes, "answered", f.Answered, "unsized", f.Unsized))
	line(l.T("readiness.text.pupils"), l.Number(int64(f.Pupils)))
	line(l.T("readiness.text.sure"), withShare(l, f.Sure, f.Pupils))
	line(l.T("readiness.text.possible"), withShare(l, f.Possible, f.Pupils))
	if f.Classes == 0 {
		b.WriteString(l.T("readiness.noclass") + "\n" + l.T("readiness.noclass.command") + "\n")
		return b.String()
	}
	for i, c := range Conditions {
		t := f.Conditions[i]
		line(conditionName(l, c), l.T("readiness.text.condition", "met", countText(l, t.Met), "not_met", countText(l, t.NotMet), "unknown", countText(l, t.Unknown)))
	}
	weakest := noWeakest(l, f)
	if f.Weakest() != "" {
		weakest = conditionName(l, f.Weakest())
	}
	line(l.T("readiness.text.weakest"), weakest)
	for _, m := range r.Mendings {
		line(needName(l, m.Need), mendingText(l, m))
	}
	return b.String()
}

func (r Report) title(l *i18n.Localizer) string {
	switch {
	case r.School != nil:
		return r.School.Name + " (" + r.School.UAI + ")"
	case r.Commune != "":
		return r.CommuneName
	case r.Territory != "":
		return strings.TrimSpace(r.TerritoryName + " (" + r.Territory + ")")
	}
	return l.T("readiness.nation")
}

// countText says a number; what is suppressed is "fewer than five, or withheld".
func countText(l *i18n.Localizer, c Count) string {
	if n, known := c.Get(); known {
		return l.Number(int64(n))
	}
	return l.T("readiness.suppressed")
}

func withShare(l *i18n.Localizer, c Count, of int) string {
	n, known := c.Get()
	if !known || of == 0 {
		return countText(l, c)
	}
	return l.Number(int64(n)) + " (" + l.Percent(float64(n)/float64(of)) + ")"
}

// rangeText says an interval: "12" when both ends are the same, else "between 12 and 15".
func rangeText(l *i18n.Localizer, i Interval) string {
	if i.Lo == i.Hi {
		return l.Number(int64(i.Lo))
	}
	return l.T("readiness.range", "least", i.Lo, "most", i.Hi)
}

// lackOf says how much of a need is missing.
func lackOf(l *i18n.Localizer, m Mending) string {
	if m.Unknown {
		return l.T("readiness.notknown")
	}
	return rangeText(l, m.Count)
}

// mendingText says how much of a need is missing, and its cost when it is known.
func mendingText(l *i18n.Localizer, m Mending) string {
	text := lackOf(l, m)
	if cost := costText(l, m); cost != "" {
		text += ", " + cost
	}
	return text
}

func costText(l *i18n.Localizer, m Mending) string {
	least, most, known := m.Cost()
	switch {
	case !known:
		return ""
	case least == most:
		return l.Money(least)
	}
	return l.T("readiness.range.money", "least", l.Money(least), "most", l.Money(most))
}

func conditionName(l *i18n.Localizer, c Condition) string {
	switch c {
	case Equipment:
		return l.T("readiness.condition.equipment")
	case Relationship:
		return l.T("readiness.condition.relationship")
	}
	return l.T("readiness.condition.training")
}

func needName(l *i18n.Localizer, n Need) string {
	switch n {
	case NeedDevice:
		return l.T("readiness.need.device")
	case NeedVideo:
		return l.T("readiness.need.video")
	case NeedTeaching:
		return l.T("readiness.need.teaching")
	case NeedFamily:
		return l.T("readiness.need.family")
	}
	return l.T("readiness.need.training")
}

func channelName(l *i18n.Localizer, c Channel) string {
	switch c {
	case ChannelApp:
		return l.T("readiness.channel.app")
	case ChannelSMS:
		return l.T("readiness.channel.sms")
	case ChannelPhone:
		return l.T("readiness.channel.phone")
	case ChannelPaper:
		return l.T("readiness.channel.paper")
	}
	return l.T("readiness.unknown")
}
