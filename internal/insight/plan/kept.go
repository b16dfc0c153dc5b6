package plan

import (
	"preau/internal/territory/programme"
)

// State is where a kept plan stands.
type State string

// The states. A draft is adopted or discarded; an adopted plan is undone only by another that takes its place.
const (
	Draft      State = "draft"
	Adopted    State = "adopted"
	Superseded State = "superseded"
	Discarded  State = "discarded"
)

// Head is a kept plan without its lines.
type Head struct {
	ID           string    `json:"id"`
	Programme    string    `json:"programme"`
	Version      string    `json:"version"`
	Scenario     Scenario  `json:"scenario"`
	Seed         uint64    `json:"seed,omitempty"`
	Territories  []string  `json:"territories"`
	Absent       []string  `json:"absent"`
	State        State     `json:"state"`
	BudgetCents  int64     `json:"budget_cents"`
	CostCents    int64     `json:"cost_cents"`
	SHA256       string    `json:"sha256"`
	CreatedAt    int64     `json:"created_at"`
	CreatedBy    string    `json:"-"`
	DecidedAt    int64     `json:"decided_at,omitempty"`
	DecidedBy    string    `json:"-"`
	SupersededAt int64     `json:"superseded_at,omitempty"`
	SupersededBy string    `json:"superseded_by,omitempty"`
	Measures     []Measure `json:"measures"`
	Complements  []Measure `json:"complements"`
}

// plan returns the plan of the head, without its lines.
func (h *Head) plan() *Plan {
	return &Plan{Programme: h.Programme, Scenario: h.Scenario, Seed: h.Seed, Territories: h.Territories, Absent: h.Absent,
		BudgetCents: h.BudgetCents, CostCents: h.CostCents, Measures: h.Measures, Complements: h.Complements, Lines: []Line{}, LeftOut: []LeftOut{}}
}

// LineFilter chooses lines of a plan. Empty members choose all.
type LineFilter struct {
	Measure string
	LeftOut bool   // schools that get nothing, else those that get something
	Reason  Reason // of those left out
	Search  string // words of the name, the commune or the UAI
	Page    int    // from 1
	Size    int
}

// LineRow is a line as a person reads it: a school that gets something, or nothing for a Reason.
type LineRow struct {
	Line
	Reason        Reason
	Name, Commune string
}

// adoptedIn returns what the plan holds for one territory, for the fact of its adoption.
func adoptedIn(p *Plan, sha, territory string) programme.Adopted {
	a := programme.Adopted{Programme: p.Programme, SHA256: sha, Measures: []programme.AdoptedMeasure{}}
	for _, m := range p.Measures {
		in := programme.AdoptedMeasure{ID: m.ID}
		for _, l := range p.Lines {
			if l.Measure == m.ID && l.Territory == territory {
				in.Planned += l.Quantity
				in.CostCents += l.CostCents
			}
		}
		in.Target = in.Planned
		for _, pool := range m.Pools {
			if pool.Territory == territory || len(p.Territories) == 1 {
				in.Target = pool.Target
			}
		}
		a.Measures = append(a.Measures, in)
	}
	return a
}
