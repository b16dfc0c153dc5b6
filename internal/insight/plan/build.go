package plan

import (
	"cmp"
	"slices"

	"preau/internal/base/errs"
	"preau/internal/territory/programme"
)

// rule is a measure of the programme made ready for use.
type rule struct {
	measure  *programme.Measure
	criteria []programme.Criterion
	unitCost int64
	assumptions
}

// run is one measure at work: who may be served and who may not, before any way of choosing.
type run struct {
	*rule
	candidates []candidate // of all the programme's territories, by UAI
	refused    []refusal   // by UAI
	scores     *scores
}

type refusal struct {
	school  int32
	reason  Reason
	unknown missing
}

// desk is a programme and its schools, prepared for every scenario. It is read only once prepared.
type desk struct {
	programme *programme.Programme
	schools   []School // by UAI
	codes     []string // of the programme, sorted
	chosen    []string // of the plan, sorted
	assumed   assumptions
	runs      []*run // one a measure
}

// Build returns the plan of a programme for the schools. It returns an Invalid error for a scenario or a
// territory that the programme does not know.
func Build(p *programme.Programme, schools []School, o Options) (*Plan, error) {
	d, err := prepare(p, schools, o)
	if err != nil {
		return nil, err
	}
	return d.plan(o), nil
}

func prepare(p *programme.Programme, schools []School, o Options) (*desk, error) {
	if o.Scenario != "" && !slices.Contains(Scenarios, o.Scenario) {
		return nil, errs.NewInvalid("plan.error.scenario", "scenario", string(o.Scenario))
	}
	d := &desk{programme: p, schools: sorted(schools)}
	d.codes = slices.Sorted(slices.Values(p.Codes()))
	if o.Everywhere {
		d.codes = territoriesOf(d.schools)
	}
	d.chosen = d.codes
	if len(o.Territories) > 0 {
		d.chosen = slices.Compact(slices.Sorted(slices.Values(o.Territories)))
	}
	for _, code := range d.chosen {
		if !slices.Contains(d.codes, code) {
			return nil, errs.NewInvalid("plan.error.territory", "territory", code, "programme", p.ID)
		}
	}
	if !o.Everywhere {
		d.schools = slices.DeleteFunc(slices.Clone(d.schools), func(s School) bool { return !slices.Contains(d.codes, s.Territory) })
	}
	d.assumed = assumptions{}
	for _, kind := range programme.Kinds {
		d.assumed[kind] = p.Assumption(kind)
	}
	for i := range p.Measures {
		d.runs = append(d.runs, d.prepare(&p.Measures[i]))
	}
	return d, nil
}

func territoriesOf(schools []School) []string {
	seen := map[string]bool{}
	codes := []string{}
	for i := range schools {
		if code := schools[i].Territory; !seen[code] {
			seen[code] = true
			codes = append(codes, code)
		}
	}
	slices.Sort(codes)
	return codes
}

// prepare finds who may be served by a measure, what each can take and how many points it has.
func (d *desk) prepare(m *programme.Measure) *run {
	r := &run{rule: &rule{measure: m, assumptions: d.assumed}}
	r.unitCost, _ = m.UnitCostCents()
	if m.Allocation.Level != programme.LevelSchool {
		return r
	}
	r.criteria = d.programme.Ranking(m.Allocation.Ranking).Criteria
	admitted := make([]int32, 0, len(d.schools))
	unknowns := make([]missing, 0, len(d.schools))
	capacities := make([]int32, 0, len(d.schools))
	for i := range d.schools {
		reason, unknown := eligible(&m.Allocation.Eligibility, &d.schools[i])
		capacity := int32(0)
		if reason == "" {
			var more missing
			if capacity, more = r.capacity(&d.schools[i]); capacity == 0 {
				reason = ReasonProvided
			}
			unknown |= more
		}
		if reason != "" {
			r.refused = append(r.refused, refusal{int32(i), reason, unknown})
			continue
		}
		admitted, unknowns, capacities = append(admitted, int32(i)), append(unknowns, unknown), append(capacities, capacity)
	}
	r.scores = score(r.criteria, d.schools, admitted, m.Allocation.Capacity.Deduct)
	r.candidates = make([]candidate, 0, len(admitted))
	for i, school := range admitted {
		points, unknown, ok := r.scores.points(i)
		if !ok {
			r.refused = append(r.refused, refusal{school, ReasonCriterionUnknown, unknown | unknowns[i]})
			continue
		}
		r.candidates = append(r.candidates, candidate{school: school, points: points, capacity: capacities[i], unknown: unknown | unknowns[i]})
	}
	slices.SortFunc(r.refused, func(a, b refusal) int { return cmp.Compare(a.school, b.school) })
	return r
}

// plan makes the plan of one scenario.
func (d *desk) plan(o Options) *Plan {
	p := d.programme
	o.Scenario = cmp.Or(o.Scenario, ByNeed)
	plan := &Plan{Programme: p.ID, Scenario: o.Scenario, Territories: d.chosen, Absent: d.absent(),
		Lines: []Line{}, LeftOut: []LeftOut{}, Measures: []Measure{}, Complements: []Measure{},
		names: map[missing][]string{}}
	if o.Scenario == ByLottery {
		plan.Seed = o.Seed
	}
	for _, r := range d.runs {
		m := Measure{ID: r.measure.ID, Unit: r.measure.Unit, Level: r.measure.Allocation.Level, Split: r.measure.Allocation.Split.By,
			UnitCostCents: r.unitCost, Limit: LimitNone, StandIns: []StandIn{}, Pools: []Pool{}}
		switch m.Level {
		case programme.LevelTerritory:
			d.shareOut(plan, r, &m)
		case programme.LevelSchool:
			d.serve(plan, r, &m, o)
		}
		plan.CostCents += m.CostCents
		plan.BudgetCents += m.BudgetCents
		plan.Measures = append(plan.Measures, m)
	}
	for i := range p.Complements {
		c := &p.Complements[i]
		m := Measure{ID: c.ID, Unit: c.Unit, Level: programme.LevelNone, Limit: LimitNone, StandIns: []StandIn{}, Pools: []Pool{}}
		plan.Complements = append(plan.Complements, m)
	}
	if len(d.chosen) == len(d.codes) {
		plan.BudgetCents = p.BudgetCents()
	}
	return plan
}

func (d *desk) absent() []string {
	there := territoriesOf(d.schools)
	absent := []string{}
	for _, code := range d.codes {
		if !slices.Contains(there, code) {
			absent = append(absent, code)
		}
	}
	return absent
}

// shareOut divides a measure between the territories: units at a cost, or the money alone.
func (d *desk) shareOut(plan *Plan, r *run, m *Measure) {
	weights, unknown := r.weigh(&r.measure.Allocation.Split, d.codes, d.schools)
	money := divide(r.measure.BudgetCents(), weights)
	units := divide(r.measure.Allocation.Target, weights)
	for i, code := range d.codes {
		if !slices.Contains(d.chosen, code) || money[i] == 0 {
			continue
		}
		pool := Pool{Territory: code, Target: 1, BudgetCents: money[i], Planned: 1, CostCents: money[i]}
		if m.Unit != programme.UnitEnvelope {
			pool.Target = units[i]
			pool.Planned = min(units[i], money[i]/r.unitCost)
			pool.CostCents = pool.Planned * r.unitCost
		}
		m.add(pool, pool.Planned)
		m.Eligible++
		m.Served++
		plan.Lines = append(plan.Lines, Line{Measure: m.ID, Territory: code, Quantity: pool.Planned, CostCents: pool.CostCents,
			Unknown: unknown[i].names(plan.names)})
	}
	m.Limit = LimitShared
}

func (m *Measure) add(p Pool, bound int64) {
	m.Pools = append(m.Pools, p)
	m.Target += p.Target
	m.BudgetCents += p.BudgetCents
	m.Planned += p.Planned
	m.CostCents += p.CostCents
	m.Bound += bound
}

// pool is a part of a measure with those who compete for it.
type pool struct {
	Pool
	candidates []candidate
}

// units returns how many units target and money allow.
func (p *pool) units(unitCost int64) int64 { return min(p.Target, p.BudgetCents/unitCost) }

// pools returns the parts of a measure that are shared out in the plan's territories.
func (d *desk) pools(r *run) []pool {
	a := &r.measure.Allocation
	whole := pool{Pool: Pool{Target: a.Target, BudgetCents: r.measure.BudgetCents()}}
	if a.Split.By == programme.SplitNeed {
		whole.candidates = slices.Clone(r.candidates)
		if len(d.chosen) == len(d.codes) {
			return []pool{whole}
		}
		return []pool{d.partOf(r, whole)}
	}
	weights, _ := r.weigh(&a.Split, d.codes, d.schools)
	targets, money := divide(a.Target, weights), divide(whole.BudgetCents, weights)
	pools := []pool{}
	for i, code := range d.codes {
		if slices.Contains(d.chosen, code) {
			p := pool{Pool: Pool{Territory: code, Target: targets[i], BudgetCents: money[i]}}
			p.candidates = d.of(r.candidates, []string{code})
			pools = append(pools, p)
		}
	}
	return pools
}

// partOf returns the part of a common ranking that the plan's territories get: what the ranking by need
// over all the programme's territories gives to their schools.
func (d *desk) partOf(r *run, whole pool) pool {
	places := order(ByNeed, 0, r.measure.ID, d.schools, whole.candidates)
	serve(whole.candidates, places, whole.units(r.unitCost), r.measure.Allocation.Partial)
	part := pool{candidates: d.of(whole.candidates, d.chosen)}
	for i := range part.candidates {
		part.Target += int64(part.candidates[i].quantity)
		part.candidates[i].quantity = 0
	}
	part.BudgetCents = part.Target * r.unitCost
	return part
}

// of returns the candidates of the territories.
func (d *desk) of(candidates []candidate, codes []string) []candidate {
	chosen := make([]candidate, 0, len(candidates))
	for _, c := range candidates {
		if slices.Contains(codes, d.schools[c.school].Territory) {
			chosen = append(chosen, c)
		}
	}
	return chosen
}

// serve shares a measure out to schools, as the scenario orders them.
func (d *desk) serve(plan *Plan, r *run, m *Measure, o Options) {
	limit := LimitCapacity
	for _, p := range d.pools(r) {
		places := order(o.Scenario, o.Seed, m.ID, d.schools, p.candidates)
		units := p.units(r.unitCost)
		if o.Scenario == ByEqual {
			p.Planned = serveEqually(p.candidates, units)
		} else {
			p.Planned = serve(p.candidates, places, units, r.measure.Allocation.Partial)
		}
		p.CostCents = p.Planned * r.unitCost
		bound, needBound, room := relax(&p, places, r.unitCost, o.Scenario)
		m.add(p.Pool, bound)
		m.NeedBound += needBound
		m.Eligible += int64(len(p.candidates))
		if room > p.Planned && limit != LimitBudget {
			limit = p.limit(r.unitCost)
		}
		d.write(plan, r, m, &p, places, o.Scenario)
	}
	m.Limit = limit
	for _, refused := range r.refused {
		if s := &d.schools[refused.school]; slices.Contains(d.chosen, s.Territory) {
			plan.LeftOut = append(plan.LeftOut, LeftOut{Measure: m.ID, Territory: s.Territory, School: s.UAI, Reason: refused.reason,
				Unknown: refused.unknown.names(plan.names)})
		}
	}
	m.StandIns = r.standIns()
}

// limit says what ends the pool before everybody is served.
func (p *pool) limit(unitCost int64) Limit {
	if p.Target <= p.BudgetCents/unitCost {
		return LimitTarget
	}
	return LimitBudget
}

// write adds the lines of a pool, and those whom it leaves out, in the order of their ranks.
func (d *desk) write(plan *Plan, r *run, m *Measure, p *pool, places []int32, scenario Scenario) {
	reason := Reason(p.limit(r.unitCost))
	stopped := p.Planned < p.units(r.unitCost)
	for rank, i := range places {
		c := &p.candidates[i]
		s := &d.schools[c.school]
		unknown := c.unknown
		if scenario == ByFirst && s.Registered == 0 {
			unknown |= missRegistered
		}
		if c.quantity > 0 {
			m.Served++
			m.NeedServed += int64(c.quantity) * int64(c.points)
			plan.Lines = append(plan.Lines, Line{Measure: m.ID, Territory: s.Territory, School: s.UAI, Quantity: int64(c.quantity),
				CostCents: int64(c.quantity) * r.unitCost, Rank: int32(rank + 1), Points: c.points, Unknown: unknown.names(plan.names)})
			continue
		}
		why := reason
		if stopped {
			why, stopped = ReasonWhole, false
		}
		plan.LeftOut = append(plan.LeftOut, LeftOut{Measure: m.ID, Territory: s.Territory, School: s.UAI, Reason: why,
			Rank: int32(rank + 1), Points: c.points, Unknown: unknown.names(plan.names)})
	}
}

// standIns returns what the unknown counted as, criterion by criterion.
func (r *run) standIns() []StandIn {
	list := []StandIn{}
	for j, c := range r.criteria {
		s := StandIn{Fact: c.Fact, Policy: c.Unknown, Thousandths: max(0, r.scores.stand[j])}
		for i := j; i < len(r.scores.values); i += len(r.criteria) {
			if r.scores.values[i] == unknownValue {
				s.Schools++
			}
		}
		list = append(list, s)
	}
	return list
}
