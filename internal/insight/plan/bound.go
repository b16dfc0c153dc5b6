package plan

import "math/bits"

// relax returns the linear relaxation of a pool: the most units that target, money and capacities allow
// (rounded down, since a plan gives whole units), the most need that so many units could serve, in
// thousandths of a point times units (rounded up), and the sum of the capacities.
//
// Every unit of a measure costs the same, so the relaxation is a fractional knapsack that the greedy
// choice solves exactly: most points first, and of the last school the fraction that the money still buys.
// places is the order of a scenario, used as it is when that is the order of need.
func relax(p *pool, places []int32, unitCost int64, scenario Scenario) (units, need, room int64) {
	for i := range p.candidates {
		room += int64(p.candidates[i].capacity)
	}
	if scenario != ByNeed {
		places = order(ByNeed, 0, "", nil, p.candidates)
	}
	whole, rest := p.Target, int64(0)
	if p.BudgetCents/unitCost < p.Target {
		whole, rest = p.BudgetCents/unitCost, p.BudgetCents%unitCost
	}
	units = min(whole, room)
	left := whole
	for _, i := range places {
		c := &p.candidates[i]
		take := min(left, int64(c.capacity))
		need += take * int64(c.points)
		if left -= take; left == 0 {
			if take < int64(c.capacity) {
				need += fraction(int64(c.points), rest, unitCost)
				return units, need, room
			}
			continue
		}
	}
	return units, need, room
}

// fraction returns points times rest over cost, rounded up.
func fraction(points, rest, cost int64) int64 {
	hi, lo := bits.Mul64(uint64(points), uint64(rest))
	q, r := bits.Div64(hi, lo, uint64(cost))
	if r > 0 {
		q++
	}
	return int64(q)
}
