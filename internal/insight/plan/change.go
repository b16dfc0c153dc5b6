package plan

import (
	"cmp"
	"slices"

	"preau/internal/territory/programme"
)

// Change is a single change of one fact that would turn the outcome of a measure around for a school:
// nothing becomes something, or something nothing. It is the smallest for its fact, and was tried out:
// the plan was made again with it. Points is what it adds or takes, in thousandths.
type Change struct {
	Fact   string    `json:"fact"`
	To     FactValue `json:"to"`     // for ips: at most (to be served) or at least (to be left out); counts likewise the other way round
	Known  bool      `json:"known"`  // the fact is known today
	Served bool      `json:"served"` // the outcome after the change
	Points int64     `json:"points"`
}

// changes returns the changes that would turn the outcome around, the smallest first, and how many more
// units would have to be there before the school's turn comes (0 when it is served or not eligible).
func (d *desk) changes(x *Explanatory, r *run, at int, o Options) ([]Change, int64) {
	list := []Change{}
	if x.Rank == 0 || x.FirstLeft == nil {
		return list, 0
	}
	t := &trial{desk: *d, measure: r.measure, at: at, o: o, served: x.Quantity > 0}
	t.schools = slices.Clone(d.schools)
	if o.Scenario == ByNeed {
		for i := range r.criteria {
			if c, ok := t.smallest(&r.criteria[i], r); ok {
				list = append(list, c)
			}
		}
	}
	slices.SortStableFunc(list, func(a, b Change) int { return cmp.Compare(abs(a.Points), abs(b.Points)) })
	if t.served {
		return list, 0
	}
	return list, d.before(r, x, o)
}

func abs(n int64) int64 { return max(n, -n) }

// before returns how many units are missing before the school's turn comes: those that the schools ahead
// of it can still take, and one more; its whole need where it must be served whole.
func (d *desk) before(r *run, x *Explanatory, o Options) int64 {
	for _, p := range d.pools(r) {
		if p.Territory != x.Pool {
			continue
		}
		ahead := int64(0)
		for rank, i := range order(o.Scenario, o.Seed, x.ID, d.schools, p.candidates) {
			if int32(rank+1) == x.Rank {
				break
			}
			c := int64(p.candidates[i].capacity)
			if o.Scenario == ByEqual {
				c = min(c, 1)
			}
			ahead += c
		}
		own := int64(1)
		if !r.measure.Allocation.Partial && o.Scenario != ByEqual {
			own = x.Capacity
		}
		return max(1, ahead+own-p.units(r.unitCost))
	}
	return 0
}

// trial makes one measure again with one school changed.
type trial struct {
	desk
	measure *programme.Measure
	at      int
	o       Options
	served  bool
}

// turned tells whether the outcome is the other one when the school is as given.
func (t *trial) turned(s School) bool {
	before := t.schools[t.at]
	t.schools[t.at] = s
	defer func() { t.schools[t.at] = before }()
	r := t.prepare(t.measure)
	for _, p := range t.pools(r) {
		serve(p.candidates, order(t.o.Scenario, t.o.Seed, t.measure.ID, t.schools, p.candidates), p.units(r.unitCost), t.measure.Allocation.Partial)
		for i := range p.candidates {
			if int(p.candidates[i].school) == t.at {
				return (p.candidates[i].quantity > 0) != t.served
			}
		}
	}
	return t.served
}

// smallest returns the smallest change of one fact that turns the outcome around; ok is false when none does.
func (t *trial) smallest(c *programme.Criterion, r *run) (change Change, ok bool) {
	s := t.schools[t.at]
	tally := s.tally(r.measure.Allocation.Capacity.Deduct)
	_, known := value(c, &s, tally)
	var after School
	switch c.Fact {
	case programme.FactIPS:
		after, ok = t.ips(c, s)
	case programme.FactWithoutDevice, programme.FactWithoutConnection:
		after, ok = t.count(c, s)
	case programme.FactEquipped:
		return Change{}, false // what is installed also changes what is needed: no single figure tells
	default:
		after, ok = t.word(c, s)
	}
	if !ok {
		return Change{}, false
	}
	was := r.criterion(c, &s).Points
	now := r.criterion(c, &after).Points
	return Change{Fact: c.Fact, To: factValue(c.Fact, &after, tally), Known: known, Served: !t.served, Points: now - was}, true
}

// ips searches the IPS nearest to the present one that turns the outcome around.
func (t *trial) ips(c *programme.Criterion, s School) (School, bool) {
	least, most := 10*min(c.From, c.To), 10*max(c.From, c.To)
	with := func(v int64) School { after := s; after.IPS, after.IPSYear = Known(int32(v)), ""; return after }
	needIsLow := c.To < c.From
	if s.IPS.Known {
		if t.served == needIsLow {
			least = int64(s.IPS.Value) + 1
		} else {
			most = int64(s.IPS.Value) - 1
		}
	}
	v, ok := nearest(least, most, t.served != needIsLow, func(v int64) bool { return t.turned(with(v)) })
	return with(v), ok
}

// count searches the number of pupils without, nearest to the present one, that turns the outcome around.
// When the census has said nothing it is taken to count every pupil.
func (t *trial) count(c *programme.Criterion, s School) (School, bool) {
	device := c.Fact == programme.FactWithoutDevice
	of, without := s.Census.ConnectionOf, s.Census.WithoutConnection
	if device {
		of, without = s.Census.DeviceOf, s.Census.WithoutDevice
	}
	known := of > 0
	if !known {
		of, _ = t.assumed.pupils(&s)
	}
	with := func(v int64) School {
		after := s
		if device {
			after.Census.DeviceOf, after.Census.WithoutDevice = of, int32(v)
			after.Census.Complete = after.Census.Complete || !known
		} else {
			after.Census.ConnectionOf, after.Census.WithoutConnection = of, int32(v)
		}
		return after
	}
	least, most := int64(0), int64(of)
	if known && t.served {
		most = int64(without) - 1
	} else if known {
		least = int64(without) + 1
	}
	v, ok := nearest(least, most, t.served, func(v int64) bool { return t.turned(with(v)) })
	return with(v), ok
}

// nearest returns, between least and most, the largest value that turns when fromTop, else the smallest.
// Values that turn stand together at the other end.
func nearest(least, most int64, fromTop bool, turns func(int64) bool) (int64, bool) {
	if least > most {
		return 0, false
	}
	if fromTop {
		if !turns(least) {
			return 0, false
		}
		for least < most {
			if mid := least + (most-least+1)/2; turns(mid) {
				least = mid
			} else {
				most = mid - 1
			}
		}
		return least, true
	}
	if !turns(most) {
		return 0, false
	}
	for least < most {
		if mid := least + (most-least)/2; turns(mid) {
			most = mid
		} else {
			least = mid + 1
		}
	}
	return least, true
}

// word searches the value of a worded fact, nearest to the present one, that turns the outcome around.
func (t *trial) word(c *programme.Criterion, s School) (School, bool) {
	words := programme.Words(c.Fact)
	if t.served {
		words = slices.Clone(words)
		slices.Reverse(words)
	}
	now, known := value(c, &s, Tally{})
	for _, w := range words {
		after := s
		switch c.Fact {
		case programme.FactPriority:
			after.Priority = w
		case programme.FactQPV:
			after.QPV = w
		case programme.FactRural:
			after.Rural = map[string]Tri{"yes": Yes, "no": No}[w]
		}
		then, _ := value(c, &after, Tally{})
		if known && (then == now || (then < now) != t.served) {
			continue
		}
		if t.turned(after) {
			return after, true
		}
	}
	return s, false
}
