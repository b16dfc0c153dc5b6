package plan

import (
	"cmp"
	"slices"

	"preau/internal/base/errs"
	"preau/internal/territory/programme"
)

// Explanation says of one school, measure by measure, how the plan came to its result.
type Explanation struct {
	School   School        `json:"-"`
	UAI      string        `json:"school"`
	Scenario Scenario      `json:"scenario"`
	Seed     uint64        `json:"seed,omitempty"`
	Measures []Explanatory `json:"measures"`
}

// Explanatory is the explanation of one measure for one school.
type Explanatory struct {
	ID            string           `json:"id"`
	Unit          programme.Unit   `json:"unit"`
	Level         programme.Level  `json:"level"`
	Quantity      int64            `json:"quantity"`
	Few           bool             `json:"few,omitempty"` // fewer than five pupils: the number is not published
	CostCents     int64            `json:"cost_cents"`
	UnitCostCents int64            `json:"unit_cost_cents"`
	Reason        Reason           `json:"reason,omitempty"` // "" when served
	Capacity      int64            `json:"capacity"`
	Rank          int32            `json:"rank"`
	Of            int64            `json:"of"` // how many were ranked
	Points        int32            `json:"points"`
	Criteria      []CriterionPoint `json:"criteria"`
	Unknown       []string         `json:"unknown"`
	Target        int64            `json:"target"`
	Planned       int64            `json:"planned"`
	Limit         Limit            `json:"limit"`
	Pool          string           `json:"pool"`           // territory of the ranking, "" all together
	LastServed    *Neighbour       `json:"last_served"`    // just above the cut; nil when nobody is served
	FirstLeft     *Neighbour       `json:"first_left_out"` // just below the cut; nil when everybody is served
	Tie           *Neighbour       `json:"tie,omitempty"`  // on the other side of the cut with as many points: the number UAI decided
	Changes       []Change         `json:"changes"`
	MoreUnits     int64            `json:"more_units"` // that target and money would have to allow before its turn comes
}

// CriterionPoint is what one criterion gives the school. Points is thousandths of a point.
type CriterionPoint struct {
	Fact        string           `json:"fact"`
	Value       FactValue        `json:"value"`
	Weight      int64            `json:"weight"`
	Thousandths int64            `json:"thousandths"`
	Points      int64            `json:"points"`
	Unknown     bool             `json:"unknown"`
	Policy      programme.Policy `json:"policy"`
}

// FactValue is the value of a fact: a number (ips in tenths, pupils or classes, of so many) or a word.
type FactValue struct {
	Number int64  `json:"number,omitempty"`
	Of     int64  `json:"of,omitempty"`
	Word   string `json:"word,omitempty"`
	Year   string `json:"year,omitempty"`
}

// Neighbour is the school just above or just below the cut. A private school is not named.
type Neighbour struct {
	UAI    string `json:"school,omitempty"`
	Name   string `json:"name,omitempty"`
	Rank   int32  `json:"rank"`
	Points int32  `json:"points"`
}

// Explain returns the explanation of a school of the plan's territories, or NotFound.
func Explain(p *programme.Programme, schools []School, o Options, uai string) (*Explanation, error) {
	d, err := prepare(p, schools, o)
	if err != nil {
		return nil, err
	}
	o.Scenario = cmp.Or(o.Scenario, ByNeed)
	return d.explanation(d.plan(o), o, uai)
}

// explanation returns the explanation of a school under a plan of the desk.
func (d *desk) explanation(plan *Plan, o Options, uai string) (*Explanation, error) {
	at := slices.IndexFunc(d.schools, func(s School) bool { return s.UAI == uai && slices.Contains(d.chosen, s.Territory) })
	if at < 0 {
		return nil, errs.NewNotFound("plan.error.school", "school", uai)
	}
	e := &Explanation{School: d.schools[at], UAI: uai, Scenario: plan.Scenario, Seed: plan.Seed}
	for i, r := range d.runs {
		m := &plan.Measures[i]
		x := Explanatory{ID: m.ID, Unit: m.Unit, Level: m.Level, UnitCostCents: m.UnitCostCents, Limit: m.Limit,
			Target: m.Target, Planned: m.Planned, Unknown: none, Criteria: []CriterionPoint{}, Changes: []Change{}}
		if m.Level == programme.LevelSchool {
			d.explain(&x, plan, r, at)
			x.Changes, x.MoreUnits = d.changes(&x, r, at, o)
		}
		e.Measures = append(e.Measures, x)
	}
	return e, nil
}

// explain fills in what the plan says of the school at that place.
func (d *desk) explain(x *Explanatory, plan *Plan, r *run, at int) {
	s := &d.schools[at]
	for i := range plan.Lines {
		if l := &plan.Lines[i]; l.Measure == x.ID && l.School == s.UAI && l.Territory == s.Territory {
			x.Quantity, x.CostCents, x.Rank, x.Points, x.Unknown = l.Quantity, l.CostCents, l.Rank, l.Points, l.Unknown
		}
	}
	for i := range plan.LeftOut {
		if l := &plan.LeftOut[i]; l.Measure == x.ID && l.School == s.UAI && l.Territory == s.Territory {
			x.Reason, x.Rank, x.Points, x.Unknown = l.Reason, l.Rank, l.Points, l.Unknown
		}
	}
	if plan.measure(x.ID).Split != programme.SplitNeed {
		x.Pool = s.Territory
	}
	d.cut(x, plan)
	if plan.Scenario == ByNeed {
		x.Tie = x.tie()
	}
	if i, ok := slices.BinarySearchFunc(r.candidates, int32(at), func(c candidate, at int32) int { return int(c.school - at) }); ok {
		x.Capacity = int64(r.candidates[i].capacity)
	}
	for _, c := range r.criteria {
		x.Criteria = append(x.Criteria, r.criterion(&c, s))
	}
}

// tie returns the school on the other side of the cut when it has as many points, or nil: only the order of UAI
// numbers then put one before the other.
func (x *Explanatory) tie() *Neighbour {
	other := x.FirstLeft
	if x.Quantity == 0 {
		other = x.LastServed
	}
	if other == nil || x.Rank == 0 || other.Points != x.Points || x.Reason == ReasonWhole {
		return nil
	}
	return other
}

func (p *Plan) measure(id string) *Measure {
	for i := range p.Measures {
		if p.Measures[i].ID == id {
			return &p.Measures[i]
		}
	}
	return nil
}

// cut finds the schools on both sides of the cut in the school's own ranking.
func (d *desk) cut(x *Explanatory, plan *Plan) {
	inPool := func(territory string) bool { return x.Pool == "" || x.Pool == territory }
	for i := range plan.Lines {
		if l := &plan.Lines[i]; l.Measure == x.ID && inPool(l.Territory) {
			x.Of++
			if x.LastServed == nil || l.Rank > x.LastServed.Rank {
				x.LastServed = d.neighbour(l.School, l.Territory, l.Rank, l.Points)
			}
		}
	}
	for i := range plan.LeftOut {
		if l := &plan.LeftOut[i]; l.Measure == x.ID && l.Rank > 0 && inPool(l.Territory) {
			x.Of++
			if x.FirstLeft == nil || l.Rank < x.FirstLeft.Rank {
				x.FirstLeft = d.neighbour(l.School, l.Territory, l.Rank, l.Points)
			}
		}
	}
	for _, p := range plan.measure(x.ID).Pools {
		if p.Territory == x.Pool {
			x.Target, x.Planned = p.Target, p.Planned
		}
	}
}

func (d *desk) neighbour(uai, territory string, rank, points int32) *Neighbour {
	n := &Neighbour{Rank: rank, Points: points}
	if s := &d.schools[d.find(uai, territory)]; s.Sector == "public" {
		n.UAI, n.Name = s.UAI, s.Name
	}
	return n
}

// criterion returns what one criterion gives a school, eligible or not.
func (r *run) criterion(c *programme.Criterion, s *School) CriterionPoint {
	t := s.tally(r.measure.Allocation.Capacity.Deduct)
	v, known := value(c, s, t)
	if !known {
		v = max(0, r.scores.stand[slices.IndexFunc(r.criteria, func(k programme.Criterion) bool { return k.Fact == c.Fact })])
	}
	return CriterionPoint{Fact: c.Fact, Value: factValue(c.Fact, s, t), Weight: c.Weight, Thousandths: v, Points: v * c.Weight,
		Unknown: !known, Policy: c.Unknown}
}

func factValue(fact string, s *School, t Tally) FactValue {
	switch fact {
	case programme.FactIPS:
		return FactValue{Number: int64(s.IPS.Value), Year: s.IPSYear}
	case programme.FactPriority:
		return FactValue{Word: s.Priority}
	case programme.FactQPV:
		return FactValue{Word: s.QPV}
	case programme.FactRural:
		return FactValue{Word: map[Tri]string{Yes: "yes", No: "no"}[s.Rural]}
	case programme.FactWithoutDevice:
		return FactValue{Number: int64(s.Census.WithoutDevice), Of: int64(s.Census.DeviceOf)}
	case programme.FactWithoutConnection:
		return FactValue{Number: int64(s.Census.WithoutConnection), Of: int64(s.Census.ConnectionOf)}
	}
	return FactValue{Number: int64(t.Yes), Of: int64(t.Yes + t.No)}
}

// Published returns the explanation as everybody may read it: nothing in it tells a number of pupils under
// five, nor how many of a school's pupils lack something.
func (e *Explanation) Published() *Explanation {
	out := *e
	out.Measures = slices.Clone(e.Measures)
	for i := range out.Measures {
		x := &out.Measures[i]
		if x.Unit == programme.UnitPupil && x.Quantity > 0 && x.Quantity < Few {
			x.Few, x.Quantity, x.CostCents = true, 0, 0
		}
		if x.Unit == programme.UnitPupil && x.Capacity > 0 && x.Capacity < Few {
			x.Few, x.Quantity, x.CostCents, x.Capacity = true, 0, 0, 0
		}
		x.Criteria = slices.Clone(x.Criteria)
		for j := range x.Criteria {
			if c := &x.Criteria[j]; c.Fact == programme.FactWithoutDevice || c.Fact == programme.FactWithoutConnection {
				c.Value = FactValue{}
			}
		}
	}
	return &out
}
