package programme

import (
	"fmt"
	"strconv"
	"strings"

	"github.com/goccy/go-yaml/ast"
)

// Programme is a programme as its file tells it: what it wants to do, where, with which money, by whom.
// Each figure carries its source; where sources disagree every statement stays.
type Programme struct {
	ID          string       `yaml:"id" json:"id"`
	Name        Text         `yaml:"name" json:"name"`
	Summary     Text         `yaml:"summary" json:"summary"`
	Invented    bool         `yaml:"invented" json:"invented"`
	Documents   []Document   `yaml:"documents" json:"documents"`
	Territories []Territory  `yaml:"territories" json:"territories"`
	Conditions  []Named      `yaml:"conditions" json:"conditions"`
	Budget      Figure       `yaml:"budget" json:"budget"`
	BudgetNote  *Text        `yaml:"budget_note" json:"budget_note,omitempty"`
	Operators   []Named      `yaml:"operators" json:"operators"`
	Committees  []Committee  `yaml:"committees" json:"committees"`
	Calendar    []Event      `yaml:"calendar" json:"calendar"`
	Impacts     []Statement  `yaml:"impacts" json:"impacts"`
	Context     []Statement  `yaml:"context" json:"context"`
	Assumptions []Assumption `yaml:"assumptions" json:"assumptions"`
	Rankings    []Ranking    `yaml:"rankings" json:"rankings"`
	Measures    []Measure    `yaml:"measures" json:"measures"`
	// Complements are announced beside the measures, without an amount of their own.
	Complements []Measure `yaml:"complements" json:"complements"`
}

// Text is said in both languages.
type Text struct {
	French  string `yaml:"fr" json:"fr"`
	English string `yaml:"en" json:"en"`
}

// In returns the text in the language, "en" or else French.
func (t Text) In(lang string) string {
	if lang == "en" {
		return t.English
	}
	return t.French
}

// Document is where figures come from.
type Document struct {
	ID        string `yaml:"id" json:"id"`
	Title     Text   `yaml:"title" json:"title"`
	Publisher string `yaml:"publisher" json:"publisher"`
	Date      string `yaml:"date" json:"date"`
}

// Source says where a figure is written: the document, and the page, section or date in it.
type Source struct {
	Document string `yaml:"document" json:"document"`
	Page     int    `yaml:"page" json:"page,omitempty"`
	Section  string `yaml:"section" json:"section,omitempty"`
	Date     string `yaml:"date" json:"date,omitempty"`
}

// Territory is one that the programme serves.
type Territory struct {
	Code     string `yaml:"code" json:"code"`
	Name     string `yaml:"name" json:"name"`
	Academie string `yaml:"academie" json:"academie"`
	Why      *Text  `yaml:"why" json:"why,omitempty"`
	Source   Source `yaml:"source" json:"source"`
}

// Named is a thing of the programme with its name and what it is: a condition, an operator.
type Named struct {
	ID     string `yaml:"id" json:"id"`
	Name   Text   `yaml:"name" json:"name"`
	Text   Text   `yaml:"text" json:"text"`
	Source Source `yaml:"source" json:"source"`
}

// Committee is one of the bodies that steer the programme.
type Committee struct {
	ID           string `yaml:"id" json:"id"`
	Name         Text   `yaml:"name" json:"name"`
	Role         Text   `yaml:"role" json:"role"`
	Meets        *Text  `yaml:"meets" json:"meets,omitempty"`
	PerTerritory bool   `yaml:"per_territory" json:"per_territory"`
	Members      []Text `yaml:"members" json:"members"`
	Source       Source `yaml:"source" json:"source"`
}

// Event is a date of the calendar; Date is as exact as its source: 2020, 2020-06 or 2020-11-04.
type Event struct {
	Date   string `yaml:"date" json:"date"`
	Text   Text   `yaml:"text" json:"text"`
	Source Source `yaml:"source" json:"source"`
}

// Figure is what the sources state about one quantity, in the order of the file. Disagreement says in
// words how the statements differ, and which one the plan follows; it is there whenever they do.
type Figure struct {
	Statements   []Statement `yaml:"statements" json:"statements"`
	Disagreement *Text       `yaml:"disagreement" json:"disagreement,omitempty"`
}

// Statement is what one place of one document says. At most one of Number, Percent and Euros is there;
// none of them means that the source gives words only. Shares divides Number between territories.
type Statement struct {
	Number  *int64           `yaml:"number" json:"number,omitempty"`
	Percent *int64           `yaml:"percent" json:"percent,omitempty"`
	Euros   *Cents           `yaml:"euros" json:"cents,omitempty"`
	Shares  map[string]int64 `yaml:"shares" json:"shares,omitempty"`
	Text    Text             `yaml:"text" json:"text"`
	Source  Source           `yaml:"source" json:"source"`
}

// Cents is money; the file writes it in euros, with at most two decimals.
type Cents int64

// UnmarshalYAML reads euros: 4500000 or 333.33.
func (c *Cents) UnmarshalYAML(node ast.Node) error {
	s := node.GetToken().Value
	whole, frac, _ := strings.Cut(s, ".")
	if !digits(whole) || len(whole) > 12 || len(frac) > 2 || (frac != "" && !digits(frac)) {
		return &notEuros{line: lineOf(node.GetToken()), value: s}
	}
	cents, err := strconv.ParseInt(whole+(frac + "00")[:2], 10, 64)
	if err != nil {
		return err
	}
	*c = Cents(cents)
	return nil
}

func digits(s string) bool {
	return s != "" && strings.Trim(s, "0123456789") == ""
}

// Unit is what a measure is counted in.
type Unit string

// The units. An envelope is money that a territory spends as a whole.
const (
	UnitClass    Unit = "class"
	UnitPupil    Unit = "pupil"
	UnitTeacher  Unit = "teacher"
	UnitSchool   Unit = "school"
	UnitDevice   Unit = "device"
	UnitEnvelope Unit = "envelope"
)

// Measure is one thing that the programme does.
type Measure struct {
	ID         string     `yaml:"id" json:"id"`
	Number     int        `yaml:"number" json:"number,omitempty"`
	Name       Text       `yaml:"name" json:"name"`
	Text       Text       `yaml:"text" json:"text"`
	Source     Source     `yaml:"source" json:"source"`
	Operators  []string   `yaml:"operators" json:"operators"`
	Conditions []string   `yaml:"conditions" json:"conditions"`
	Unit       Unit       `yaml:"unit" json:"unit"`
	Target     *Figure    `yaml:"target" json:"target,omitempty"`
	Budget     *Figure    `yaml:"budget" json:"budget,omitempty"`
	UnitCost   *UnitCost  `yaml:"unit_cost" json:"unit_cost,omitempty"`
	Note       *Text      `yaml:"note" json:"note,omitempty"`
	Done       []string   `yaml:"done" json:"done,omitempty"`
	Allocation Allocation `yaml:"allocation" json:"allocation"`
}

// UnitCost is stated by a source, or derived: the budget line divided by the target of the plan,
// rounded down to the cent so that the target never costs more than the line.
type UnitCost struct {
	Derived bool    `yaml:"derived" json:"derived"`
	Euros   *Cents  `yaml:"euros" json:"cents,omitempty"`
	Source  *Source `yaml:"source" json:"source,omitempty"`
}

// BudgetCents returns the whole programme's money.
func (p *Programme) BudgetCents() int64 { return firstEuros(&p.Budget) }

// ItemisedCents returns the sum of the budget lines of the measures.
func (p *Programme) ItemisedCents() int64 {
	sum := int64(0)
	for i := range p.Measures {
		sum += p.Measures[i].BudgetCents()
	}
	for i := range p.Complements {
		sum += p.Complements[i].BudgetCents()
	}
	return sum
}

// NotItemisedCents returns the money that no line itemises.
func (p *Programme) NotItemisedCents() int64 { return p.BudgetCents() - p.ItemisedCents() }

// Codes returns the codes of the territories, in the order of the file.
func (p *Programme) Codes() []string {
	codes := make([]string, len(p.Territories))
	for i, t := range p.Territories {
		codes[i] = t.Code
	}
	return codes
}

// Document returns the document of that id; Parse has made sure that sources name only known ones.
func (p *Programme) Document(id string) Document {
	for _, d := range p.Documents {
		if d.ID == id {
			return d
		}
	}
	return Document{ID: id}
}

// Operator returns the operator of that id.
func (p *Programme) Operator(id string) Named { return named(p.Operators, id) }

// Condition returns the condition of that id.
func (p *Programme) Condition(id string) Named { return named(p.Conditions, id) }

func named(list []Named, id string) Named {
	for _, n := range list {
		if n.ID == id {
			return n
		}
	}
	return Named{ID: id, Name: Text{French: id, English: id}}
}

// Measure returns the measure or complement of that id, or nil.
func (p *Programme) Measure(id string) *Measure {
	for i := range p.Measures {
		if p.Measures[i].ID == id {
			return &p.Measures[i]
		}
	}
	for i := range p.Complements {
		if p.Complements[i].ID == id {
			return &p.Complements[i]
		}
	}
	return nil
}

// BudgetCents returns the measure's budget line, 0 when no source gives an amount.
func (m *Measure) BudgetCents() int64 {
	if m.Budget == nil {
		return 0
	}
	return firstEuros(m.Budget)
}

// UnitCostCents returns what one unit costs; ok is false when nothing states or implies it.
func (m *Measure) UnitCostCents() (cents int64, ok bool) {
	switch {
	case m.UnitCost == nil:
		return 0, false
	case m.UnitCost.Euros != nil:
		return int64(*m.UnitCost.Euros), true
	case m.Allocation.Target > 0 && m.BudgetCents() > 0:
		return m.BudgetCents() / m.Allocation.Target, true
	}
	return 0, false
}

func firstEuros(f *Figure) int64 {
	for _, s := range f.Statements {
		if s.Euros != nil {
			return int64(*s.Euros)
		}
	}
	return 0
}

// disagrees tells whether two statements give different figures.
func (f *Figure) disagrees() bool {
	var first string
	for _, s := range f.Statements {
		key := ""
		switch {
		case s.Number != nil:
			key = fmt.Sprint("n", *s.Number)
		case s.Percent != nil:
			key = fmt.Sprint("%", *s.Percent)
		case s.Euros != nil:
			key = fmt.Sprint("€", *s.Euros)
		}
		if key == "" {
			continue
		}
		if first != "" && key != first {
			return true
		}
		first = key
	}
	return false
}
