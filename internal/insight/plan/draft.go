package plan

import "preau/internal/territory/programme"

// Options choose how a plan is made.
type Options struct {
	Scenario Scenario // ByNeed unless told
	Seed     uint64   // of the lottery
	// Territories are those that the plan is for, all of the programme's when empty. The part that the
	// others get is set aside by the programme's rules.
	Territories []string
	// Everywhere extends the programme to every territory of the input, with the same money: a what-if.
	Everywhere bool
}

// Plan says what each school gets of each measure, at what cost, and who gets nothing and why. Lines
// stand by measure, territory of the split and rank; the same input gives the same bytes.
type Plan struct {
	Programme   string    `json:"programme"`
	Scenario    Scenario  `json:"scenario"`
	Seed        uint64    `json:"seed,omitempty"`
	Territories []string  `json:"territories"`
	Absent      []string  `json:"absent"` // territories of the programme without a school in the directory
	BudgetCents int64     `json:"budget_cents"`
	CostCents   int64     `json:"cost_cents"`
	Measures    []Measure `json:"measures"`
	Complements []Measure `json:"complements"`
	Lines       []Line    `json:"lines"`
	LeftOut     []LeftOut `json:"left_out"`

	names map[missing][]string // one list for each set of unknown facts
}

// Limit says what kept a measure from growing further.
type Limit string

// The limits. At capacity everybody eligible has what they can take.
const (
	LimitTarget   Limit = "target"
	LimitBudget   Limit = "budget"
	LimitCapacity Limit = "capacity"
	LimitShared   Limit = "shared" // the whole line is shared out
	LimitNone     Limit = "none"   // nothing is shared out: no amount, or nothing to share
)

// Measure sums up one measure of the plan, in its own unit. Bound is the most units that any way of
// choosing could plan: the linear relaxation of target, money and capacities. NeedServed counts each unit
// with the points (thousandths) of its school, and NeedBound is the most that any way could reach.
type Measure struct {
	ID            string            `json:"id"`
	Target        int64             `json:"target"`
	Planned       int64             `json:"planned"`
	CostCents     int64             `json:"cost_cents"`
	Eligible      int64             `json:"eligible"`
	Bound         int64             `json:"bound"`
	Unit          programme.Unit    `json:"unit"`
	Level         programme.Level   `json:"level"`
	Split         programme.SplitBy `json:"split,omitempty"`
	BudgetCents   int64             `json:"budget_cents"`
	UnitCostCents int64             `json:"unit_cost_cents"`
	Served        int64             `json:"served"`
	NeedServed    int64             `json:"need_served"`
	NeedBound     int64             `json:"need_bound"`
	Limit         Limit             `json:"limit"`
	StandIns      []StandIn         `json:"stand_ins"`
	Pools         []Pool            `json:"pools"`
}

// StandIn says what an unknown fact counted as, in thousandths of the criterion's weight.
type StandIn struct {
	Fact        string           `json:"fact"`
	Policy      programme.Policy `json:"policy"`
	Thousandths int64            `json:"thousandths"`
	Schools     int64            `json:"schools"` // eligible schools of which it is unknown
}

// Pool is the part of a measure that one ranking shares out: for one territory, or for all together.
type Pool struct {
	Territory   string `json:"territory"` // "" all together
	Target      int64  `json:"target"`
	BudgetCents int64  `json:"budget_cents"`
	Planned     int64  `json:"planned"`
	CostCents   int64  `json:"cost_cents"`
}

// Line is what a school gets of a measure, or a territory when School is "". Points are thousandths of a
// point; a territory has no rank and no points, both are 0. Unknown names the facts that were unknown
// where the rule needed them, and for which its declared policy was used.
type Line struct {
	Measure   string   `json:"measure"`
	Territory string   `json:"territory"`
	School    string   `json:"school"`
	Quantity  int64    `json:"quantity"`
	CostCents int64    `json:"cost_cents"`
	Rank      int32    `json:"rank"`
	Points    int32    `json:"points"`
	Unknown   []string `json:"unknown"`
}

// LeftOut is a school that gets nothing of a measure. One that is not eligible has no rank.
type LeftOut struct {
	Measure   string   `json:"measure"`
	Territory string   `json:"territory"`
	School    string   `json:"school"`
	Reason    Reason   `json:"reason"`
	Rank      int32    `json:"rank,omitempty"`
	Points    int32    `json:"points,omitempty"`
	Unknown   []string `json:"unknown,omitempty"`
}
