package plan

import (
	"cmp"
	"slices"

	"preau/internal/territory/programme"
)

// Together returns between how many and how many of n pupils meet every one of the conditions, of each of
// which it is known between how many and how many meet it. The readiness room owns this rule.
type Together func(n int64, conditions []Range) Range

// The conditions of readiness that the units of a measure may raise, by their place in a school's ranges.
const (
	conditionDevice = iota
	conditionVideo
	conditionFamily
	conditionTeaching
	conditionTrained
	conditions
)

// standing is a school on the day of the plan: n pupils, and of each condition how many meet it.
type standing struct {
	n     int64
	holds [conditions]Range
}

// standing returns where a school stands. Pupils whom no answer covers may meet a condition or not; when
// even their number is unknown it is the programme's assumption.
func (a assumptions) standing(s *School) standing {
	n, _ := a.pupils(s)
	st := standing{n: max(int64(n), int64(s.Ready.Pupils))}
	uncounted := st.n - int64(s.Ready.Pupils)
	for i, c := range [conditions]Range{s.Ready.Device, s.Ready.Video, s.Ready.Family, s.Ready.Teaching, s.Ready.Trained} {
		st.holds[i] = Range{c.Sure, c.Possible + uncounted}
	}
	return st
}

// added is what the plan adds to one school: pupils who newly meet a condition, between and between.
type added [conditions]Range

// raise adds the units of a measure. A device reaches one pupil who had none. A kit reaches the pupils of
// one class, counted at the school's average, if its room is connected and its teacher had no laptop: which
// class gets it is the school's choice, so nothing is sure.
func (a *added) raise(condition string, units int64, st *standing, classes int64) {
	switch condition {
	case "device":
		had := st.holds[conditionDevice]
		a[conditionDevice] = Range{min(units, st.n-had.Possible), min(units, st.n-had.Sure)}
	case "kit":
		a[conditionTeaching] = Range{0, min(units*st.n/classes, st.n-st.holds[conditionTeaching].Sure)}
	}
}

// gain returns how many pupils of the school become able to go on learning.
//
// Whoever newly meets every condition newly meets one that the plan raises. So those who do are, for each
// raised condition, the pupils whom it reaches and who meet all the others: at least as many as the
// largest of these sets surely has, at most as many as all of them possibly have together.
func (st *standing) gain(a *added, together Together) Range {
	after := st.holds
	for i := range after {
		after[i].Sure = min(st.n, after[i].Sure+a[i].Sure)
		after[i].Possible = min(st.n, after[i].Possible+a[i].Possible)
	}
	sum := Range{}
	for i := range a {
		if a[i].Possible == 0 {
			continue
		}
		others := after
		others[i] = a[i]
		g := together(st.n, others[:])
		sum.Sure = max(sum.Sure, g.Sure)
		sum.Possible += g.Possible
	}
	most := together(st.n, after[:]).Possible
	sum.Possible = min(sum.Possible, most)
	sum.Sure = min(sum.Sure, sum.Possible)
	return sum
}

// alone returns how many pupils surely become able to go on learning when so many devices are lent: those
// who surely lack a device and nothing else, less the pupils who may lack one and go without.
func (c *Census) alone(lent int64) int64 {
	if !c.LackingMost.Known {
		return 0
	}
	return max(0, int64(c.OnlyDevice)-max(0, int64(c.LackingMost.Value)-lent))
}

// slope is what one school can gain from a measure: so much a unit, up to a ceiling (in pupils).
type slope struct {
	pupils, classes int64 // one unit reaches pupils/classes
	ceiling         int64
	capacity        int64
}

// ceiling returns the most pupils that a raised condition could win in the school, whatever else the plan adds.
func (st *standing) ceiling(condition int, best *added, together Together) int64 {
	after := st.holds
	for i := range after {
		after[i].Possible = min(st.n, after[i].Possible+best[i].Possible)
	}
	after[condition] = Range{0, st.n - st.holds[condition].Sure}
	return together(st.n, after[:]).Possible
}

// gainBound returns the most pupils that the units of a pool could win: the linear relaxation, in which a
// school may get a fraction of a unit. Each school's gain grows evenly up to its ceiling, so filling the
// steepest schools first solves it exactly; pupils being whole, the result is rounded down.
func gainBound(slopes []slope, units int64) int64 {
	slices.SortStableFunc(slopes, func(a, b slope) int { return cmp.Compare(b.pupils*a.classes, a.pupils*b.classes) })
	total, left := 0.0, float64(units)
	for _, s := range slopes {
		if left <= 0 || s.pupils == 0 {
			break
		}
		per := float64(s.pupils) / float64(s.classes)
		take := min(float64(s.capacity), float64(s.ceiling)/per, left)
		total += take * per
		left -= take
	}
	const lost = 1e-3 // more than the sums of binary fractions can lose
	return int64(total + lost)
}

func conditionOf(raises string) int {
	if raises == "kit" {
		return conditionTeaching
	}
	return conditionDevice
}

// raises tells whether the units of the run's measure raise readiness.
func (r *run) raises() bool {
	return r.measure.Allocation.Level == programme.LevelSchool && r.measure.Allocation.Raises != ""
}

// gainBound returns the most pupils that any choice of schools could win with the programme's units.
func (d *desk) gainBound(together Together) int64 {
	best := make([]added, len(d.schools))
	for _, r := range d.runs {
		if !r.raises() {
			continue
		}
		for _, c := range r.candidates {
			s := &d.schools[c.school]
			st := r.standing(s)
			best[c.school].raise(r.measure.Allocation.Raises, int64(c.capacity), &st, r.allClasses(s))
		}
	}
	total := int64(0)
	for _, r := range d.runs {
		if !r.raises() {
			continue
		}
		condition := conditionOf(r.measure.Allocation.Raises)
		for _, p := range d.pools(r) {
			slopes := make([]slope, len(p.candidates))
			for i, c := range p.candidates {
				s := &d.schools[c.school]
				st := r.standing(s)
				slopes[i] = slope{pupils: 1, classes: 1, capacity: int64(c.capacity), ceiling: st.ceiling(condition, &best[c.school], together)}
				if condition == conditionTeaching {
					slopes[i].pupils, slopes[i].classes = st.n, r.allClasses(s)
				}
			}
			total += gainBound(slopes, p.units(r.unitCost))
		}
	}
	return total
}

// allClasses returns the number of classes of a school, assumed when unknown, at least one.
func (a assumptions) allClasses(s *School) int64 {
	n, _ := a.classes(s, programme.OfClasses)
	return max(1, int64(n))
}
