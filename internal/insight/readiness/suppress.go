package readiness

// Suppression of small numbers: the one engine in front of every public page, file and answer of the API.
// The reasons are in docs/decisions/0010-readiness-rule.md.

// smallest is the least number of pupils that is published.
const smallest = 5

// Table is a set of numbers of pupils to publish, with the sums that tie them.
type Table struct {
	Values []int
	Sums   []Sum
	Hidden []bool // hidden from the start for another reason; nil for none
}

// Sum says that the numbers of Parts add up to a total that readers know: the number Total of the table,
// or, when Total is -1, Known.
type Sum struct {
	Parts []int
	Total int
	Known int
}

// Suppress returns which numbers must stay hidden so that no number from 1 to 4 is published or can be worked out from those that are:
// the small ones themselves, every part of a total under 5, and as many others as it takes (complementary suppression), the smallest first.
// Zero is published: it counts nobody, and an unanswered census would otherwise be hidden whole.
func Suppress(t Table) []bool {
	hidden := make([]bool, len(t.Values))
	copy(hidden, t.Hidden)
	for i, v := range t.Values {
		if v > 0 && v < smallest {
			hidden[i] = true
		}
	}
	for _, s := range t.Sums {
		if total := t.total(s); total > 0 && total < smallest {
			for _, p := range s.Parts {
				hidden[p] = true
			}
		}
	}
	for changed := true; changed; {
		changed = false
		low, high := t.bounds(hidden)
		for _, s := range t.Sums {
			if t.exposed(s, hidden, low, high) && t.hideOne(s, hidden) {
				changed = true
				break // the bounds have changed with it
			}
		}
		for _, s := range t.Sums { // the plain subtractions need no bounds: all of them in one pass
			if t.lone(s, hidden) && t.hideOne(s, hidden) {
				changed = true
			}
		}
	}
	return hidden
}

func (t Table) total(s Sum) int {
	if s.Total < 0 {
		return s.Known
	}
	return t.Values[s.Total]
}

// lone tells whether exactly one number of the sum is hidden: a subtraction gives it away.
func (t Table) lone(s Sum, hidden []bool) bool {
	n := 0
	for _, p := range s.Parts {
		if hidden[p] {
			n++
		}
	}
	if s.Total >= 0 && hidden[s.Total] {
		n++
	}
	return n == 1
}

// exposed tells whether a hidden part of the sum is known to a reader who bounds every hidden number.
func (t Table) exposed(s Sum, hidden []bool, low, high []int) bool {
	for _, p := range s.Parts {
		if hidden[p] && low[p] == high[p] {
			return true
		}
	}
	return s.Total >= 0 && hidden[s.Total] && low[s.Total] == high[s.Total]
}

// hideOne hides one more number of the sum: the smallest part above zero, else a zero, else the total. It returns false when all are hidden.
func (t Table) hideOne(s Sum, hidden []bool) bool {
	best := -1
	for _, p := range s.Parts {
		if hidden[p] {
			continue
		}
		if best < 0 || better(t.Values[p], t.Values[best]) {
			best = p
		}
	}
	if best < 0 && s.Total >= 0 && !hidden[s.Total] {
		best = s.Total
	}
	if best < 0 {
		return false
	}
	hidden[best] = true
	return true
}

// better prefers the smaller of two numbers, and any number to zero, which readers expect to see.
func better(v, than int) bool {
	if v == 0 || than == 0 {
		return v > than
	}
	return v < than
}

// bounds returns between what and what a reader knows each number to be, who knows that a hidden one is
// seldom zero, and goes through the sums until they teach nothing more.
func (t Table) bounds(hidden []bool) (low, high []int) {
	low, high = make([]int, len(t.Values)), make([]int, len(t.Values))
	const unbounded = 1 << 40
	for i, v := range t.Values {
		low[i], high[i] = v, v
		if hidden[i] {
			low[i], high[i] = min(1, v), unbounded
		}
	}
	for _, s := range t.Sums {
		if total := t.total(s); total < smallest { // hidden whole, its zeros too
			for _, p := range s.Parts {
				if hidden[p] {
					low[p] = 0
				}
			}
		}
	}
	const rounds = 20 // each round narrows; the few that would narrow further are near enough
	for range rounds {
		narrowed := false
		for _, s := range t.Sums {
			narrowed = t.narrow(s, low, high) || narrowed
		}
		if !narrowed {
			break
		}
	}
	return low, high
}

// narrow draws from one sum what it says of each of its numbers.
func (t Table) narrow(s Sum, low, high []int) bool {
	sumLow, sumHigh := 0, 0
	for _, p := range s.Parts {
		sumLow += low[p]
		sumHigh += high[p]
	}
	totalLow, totalHigh := s.Known, s.Known
	narrowed := false
	if s.Total >= 0 {
		narrowed = tighten(&low[s.Total], &high[s.Total], sumLow, sumHigh)
		totalLow, totalHigh = low[s.Total], high[s.Total]
	}
	for _, p := range s.Parts {
		restLow, restHigh := sumLow-low[p], sumHigh-high[p]
		wasLow, wasHigh := low[p], high[p]
		if tighten(&low[p], &high[p], totalLow-restHigh, totalHigh-restLow) {
			narrowed = true
			sumLow += low[p] - wasLow
			sumHigh += high[p] - wasHigh
		}
	}
	return narrowed
}

func tighten(low, high *int, newLow, newHigh int) bool {
	narrowed := false
	if newLow > *low {
		*low, narrowed = newLow, true
	}
	if newHigh < *high {
		*high, narrowed = newHigh, true
	}
	return narrowed
}

// Veil is what is hidden of some figures.
type Veil struct {
	Ready   [3]bool // of the three numbers of ready
	Details bool    // the numbers by condition, all nine together
}

// Publish returns what everybody may see of the parts and of their sum; above is what is already hidden of the sum (its own Veil, when the sum
// is a part of something larger that is published too). Ready is suppressed number by number. The numbers by condition are shown or
// hidden together, because two conditions and the ready tell the third: hidden as soon as one of them is small, or one of ready is hidden.
func Publish(parts []Figures, above Veil) (veils []Veil, total Veil) {
	var sum Figures
	for _, f := range parts {
		sum.Add(f)
	}
	hidden := Suppress(readyTable(parts, sum, above))
	veils = make([]Veil, len(parts)+1)
	for i := range veils {
		copy(veils[i].Ready[:], hidden[3*i:3*i+3])
	}
	veils[len(parts)].Details = above.Details
	hideDetails(append(append(make([]Figures, 0, len(parts)+1), parts...), sum), veils)
	return veils[:len(parts)], veils[len(parts)]
}

// readyTable returns the table of the three numbers of ready of each part, then of their sum, tied by rows and columns.
func readyTable(parts []Figures, sum Figures, above Veil) Table {
	last := 3 * len(parts)
	t := Table{Values: make([]int, 0, last+3), Sums: make([]Sum, 0, len(parts)+4), Hidden: make([]bool, last+3)}
	row := func(f Figures) {
		at, ready := len(t.Values), f.ready()
		t.Values = append(t.Values, ready[:]...)
		t.Sums = append(t.Sums, Sum{Parts: []int{at, at + 1, at + 2}, Total: -1, Known: f.Pupils})
	}
	for _, f := range parts {
		row(f)
	}
	row(sum)
	copy(t.Hidden[last:], above.Ready[:])
	for k := range 3 {
		column := Sum{Total: last + k, Parts: make([]int, len(parts))}
		for i := range parts {
			column.Parts[i] = 3*i + k
		}
		t.Sums = append(t.Sums, column)
	}
	return t
}

// hideDetails marks the rows (the last is the sum of the others) whose numbers by condition must be hidden. A row hidden alone
// is told by the others, and so is a small sum of the few that are hidden: the rows of the fewest pupils are hidden with them.
func hideDetails(rows []Figures, veils []Veil) {
	last := len(rows) - 1
	hidden := 0
	var rest [9]int // of the hidden parts together, which the others tell when the sum is shown
	hide := func(i int) {
		veils[i].Details = true
		hidden++
		if i < last {
			for k, v := range rows[i].details() {
				rest[k] += v
			}
		}
	}
	for i, f := range rows {
		if veils[i].Details || veils[i].Ready != [3]bool{} || smallDetail(f.details()) {
			hide(i)
		}
	}
	for hidden > 0 && (hidden == 1 || !veils[last].Details && smallDetail(rest)) {
		fewest := -1
		for i := range last {
			if !veils[i].Details && rows[i].Pupils > 0 && (fewest < 0 || rows[i].Pupils < rows[fewest].Pupils) {
				fewest = i
			}
		}
		switch {
		case fewest >= 0:
			hide(fewest)
		case !veils[last].Details:
			hide(last)
		default:
			return
		}
	}
}

func smallDetail(details [9]int) bool {
	for _, v := range details {
		if v > 0 && v < smallest {
			return true
		}
	}
	return false
}
