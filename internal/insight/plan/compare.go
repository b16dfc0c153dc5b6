package plan

import (
	"cmp"
	"slices"

	"preau/internal/territory/programme"
)

// Social tells who is served, each school counting for what it gets. Unknown counts schools.
type Social struct {
	MeanIPS         *float64 `json:"mean_ips"` // nil: known of none
	IPSUnknown      int64    `json:"ips_unknown"`
	PriorityShare   *float64 `json:"priority_share"` // per cent in REP or REP+
	PriorityUnknown int64    `json:"priority_unknown"`
}

// Share is what one territory gets.
type Share struct {
	Territory string `json:"territory"`
	Units     int64  `json:"units,omitempty"`
	CostCents int64  `json:"cost_cents"`
	Schools   int64  `json:"schools"`
}

// Part is what a scenario does with one measure. Who is served is weighed by units.
type Part struct {
	ID          string  `json:"id"`
	Planned     int64   `json:"planned"`
	CostCents   int64   `json:"cost_cents"`
	Schools     int64   `json:"schools"`
	NeedServed  int64   `json:"need_served"`
	NeedBound   int64   `json:"need_bound"`
	Social      Social  `json:"social"`
	Territories []Share `json:"territories"`
}

// Outcome is what a scenario would do. Classes and pupils are reached at least: two things for one class
// count once. Estimated counts those of them whose number rests on an assumption. Gain is the number of
// pupils who become able to go on learning, and GainBound the most that any choice could win. Who is
// served by the measures shared out to schools is weighed by money.
type Outcome struct {
	Scenario    Scenario `json:"scenario"`
	Seed        uint64   `json:"seed,omitempty"`
	BudgetCents int64    `json:"budget_cents"`
	CostCents   int64    `json:"cost_cents"`
	Schools     int64    `json:"schools"`
	Classes     int64    `json:"classes"`
	Pupils      int64    `json:"pupils"`
	Estimated   int64    `json:"pupils_estimated"`
	Gain        Range    `json:"gain"`
	GainBound   int64    `json:"gain_bound"`
	Social      Social   `json:"social"`
	Territories []Share  `json:"territories"`
	Measures    []Part   `json:"measures"`
}

// Compare returns the outcome of every scenario, the programme's rule first.
func Compare(p *programme.Programme, schools []School, o Options, together Together) ([]Outcome, error) {
	d, err := prepare(p, schools, o)
	if err != nil {
		return nil, err
	}
	bound := d.gainBound(together)
	list := make([]Outcome, 0, len(Scenarios))
	for _, scenario := range Scenarios {
		o.Scenario = scenario
		outcome := d.outcome(d.plan(o), together)
		outcome.GainBound = bound
		list = append(list, outcome)
	}
	return list, nil
}

// served is what one school gets of a plan.
type served struct {
	cents, classes, pupils int64 // classes: the most that one measure reaches
	lent                   int64 // devices
	added                  added
}

// outcome sums a plan up.
func (d *desk) outcome(p *Plan, together Together) Outcome {
	out := Outcome{Scenario: p.Scenario, Seed: p.Seed, BudgetCents: p.BudgetCents, CostCents: p.CostCents}
	all := make([]served, len(d.schools))
	total := newTeller(d.chosen)
	lines := p.Lines
	for i, r := range d.runs {
		m := &p.Measures[i]
		part := Part{ID: m.ID, Planned: m.Planned, CostCents: m.CostCents, NeedServed: m.NeedServed, NeedBound: m.NeedBound}
		teller := newTeller(d.chosen)
		for len(lines) > 0 && lines[0].Measure == m.ID {
			line := lines[0]
			lines = lines[1:]
			teller.territory(line.Territory, line.Quantity, line.CostCents)
			total.territory(line.Territory, 0, line.CostCents)
			if line.School == "" {
				continue
			}
			at := d.find(line.School, line.Territory)
			part.Schools++
			teller.schools(line.Territory)
			teller.school(&d.schools[at], line.Quantity)
			all[at].take(r, &d.schools[at], line)
		}
		part.Social, part.Territories = teller.social(), teller.shares
		out.Measures = append(out.Measures, part)
	}
	d.reach(&out, all, total, together)
	return out
}

// find returns the place of a school among those sorted by UAI.
func (d *desk) find(uai, territory string) int {
	key := packed(uai)
	at, _ := slices.BinarySearchFunc(d.schools, key, func(s School, key uint64) int { return cmp.Compare(packed(s.UAI), key) })
	for d.schools[at].UAI != uai || d.schools[at].Territory != territory {
		at++
	}
	return at
}

// take adds a line to what a school gets.
func (s *served) take(r *run, school *School, line Line) {
	s.cents += line.CostCents
	switch r.measure.Unit {
	case programme.UnitClass:
		s.classes = max(s.classes, line.Quantity)
	case programme.UnitPupil:
		s.pupils += line.Quantity
	}
	if r.raises() {
		st := r.standing(school)
		s.added.raise(r.measure.Allocation.Raises, line.Quantity, &st, r.allClasses(school))
		if conditionOf(r.measure.Allocation.Raises) == conditionDevice {
			s.lent += line.Quantity
		}
	}
}

// reach counts schools, classes and pupils reached, and the gain in readiness.
func (d *desk) reach(out *Outcome, all []served, total *teller, together Together) {
	for i := range all {
		s, got := &d.schools[i], &all[i]
		if got.cents == 0 {
			continue
		}
		out.Schools++
		out.Classes += got.classes
		total.school(s, got.cents)
		total.schools(s.Territory)
		st := d.assumed.standing(s)
		reached := max(got.pupils, got.classes*st.n/d.assumed.allClasses(s))
		out.Pupils += reached
		if !s.Pupils.Known || !s.Classes.Known {
			out.Estimated += reached
		}
		g := st.gain(&got.added, together)
		out.Gain.Sure += min(g.Possible, max(g.Sure, s.Census.alone(got.lent)))
		out.Gain.Possible += g.Possible
	}
	out.Social, out.Territories = total.social(), total.shares
}

// teller sums up who is served, each school weighing what it gets.
type teller struct {
	shares                     []Share
	ips, ipsWeight, ipsUnknown int64
	rep, repWeight, repUnknown int64
}

func newTeller(codes []string) *teller {
	t := &teller{shares: make([]Share, len(codes))}
	for i, code := range codes {
		t.shares[i].Territory = code
	}
	return t
}

func (t *teller) at(code string) *Share {
	at, _ := slices.BinarySearchFunc(t.shares, code, func(s Share, code string) int { return cmp.Compare(s.Territory, code) })
	return &t.shares[at]
}

func (t *teller) territory(code string, units, cents int64) {
	share := t.at(code)
	share.Units += units
	share.CostCents += cents
}

func (t *teller) schools(code string) { t.at(code).Schools++ }

func (t *teller) school(s *School, weight int64) {
	if s.IPS.Known {
		t.ips += int64(s.IPS.Value) * weight
		t.ipsWeight += weight
	} else {
		t.ipsUnknown++
	}
	switch s.Priority {
	case "":
		t.repUnknown++
		return
	case "REP", "REP+":
		t.rep += weight
	}
	t.repWeight += weight
}

func (t *teller) social() Social {
	s := Social{IPSUnknown: t.ipsUnknown, PriorityUnknown: t.repUnknown}
	if t.ipsWeight > 0 {
		mean := tenths(t.ips, t.ipsWeight)
		s.MeanIPS = &mean
	}
	if t.repWeight > 0 {
		share := tenths(1000*t.rep, t.repWeight)
		s.PriorityShare = &share
	}
	return s
}

// tenths returns a number of tenths, divided and rounded to one decimal.
func tenths(sum, by int64) float64 { return float64((sum+by/2)/by) / 10 }
