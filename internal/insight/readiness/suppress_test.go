package readiness

import (
	"testing"

	"pgregory.net/rapid"
)

// shares returns the table of some schools, each split in three shares of its pupils, and of their common total.
func shares(schools [][3]int) Table {
	var t Table
	var total [3]int
	n := 0
	for _, s := range schools {
		at := len(t.Values)
		t.Values = append(t.Values, s[:]...)
		t.Sums = append(t.Sums, Sum{Parts: []int{at, at + 1, at + 2}, Total: -1, Known: s[0] + s[1] + s[2]})
		for k := range s {
			total[k] += s[k]
			n += s[k]
		}
	}
	at := len(t.Values)
	t.Values = append(t.Values, total[:]...)
	t.Sums = append(t.Sums, Sum{Parts: []int{at, at + 1, at + 2}, Total: -1, Known: n})
	for k := range 3 {
		column := Sum{Total: at + k}
		for i := range schools {
			column.Parts = append(column.Parts, 3*i+k)
		}
		t.Sums = append(t.Sums, column)
	}
	return t
}

// readings returns, for each number, how many different values it takes (at most 2) over all the tables that a reader
// of what is published must think possible. A reader takes a hidden number to be above zero, unless its total is under 5.
func readings(t Table, hidden []bool) []int {
	seen := make([]map[int]bool, len(t.Values))
	least := make([]int, len(t.Values))
	most := 0
	for i, v := range t.Values {
		seen[i] = map[int]bool{}
		least[i] = min(1, v)
		most = max(most, v)
	}
	for _, s := range t.Sums {
		most = max(most, t.total(s))
		if t.total(s) < smallest {
			for _, p := range s.Parts {
				least[p] = 0
			}
		}
	}
	values := append([]int(nil), t.Values...)
	known := make([]bool, len(values))
	for i := range known {
		known[i] = !hidden[i]
	}
	fits := func() bool {
		for _, s := range t.Sums {
			sum, open := 0, false
			for _, p := range s.Parts {
				if known[p] {
					sum += values[p]
				} else {
					open = true
				}
			}
			total, fixed := s.Known, true
			if s.Total >= 0 {
				total, fixed = values[s.Total], known[s.Total]
			}
			if fixed && (sum > total || !open && sum != total) {
				return false
			}
		}
		return true
	}
	steps := 0
	var walk func(i int)
	walk = func(i int) {
		if steps++; steps > 3_000_000 {
			return
		}
		for i < len(values) && known[i] {
			i++
		}
		if i == len(values) {
			for k, v := range values {
				seen[k][v] = true
			}
			return
		}
		known[i] = true
		for values[i] = least[i]; values[i] <= most; values[i]++ {
			if fits() {
				walk(i + 1)
			}
		}
		known[i] = false
	}
	walk(0)
	counts := make([]int, len(t.Values))
	for i := range seen {
		counts[i] = len(seen[i])
	}
	return counts
}

func TestNoSmallNumberIsPublishedOrCanBeWorkedOut(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		schools := make([][3]int, rapid.IntRange(1, 3).Draw(t, "schools"))
		for i := range schools {
			for k := range 3 {
				schools[i][k] = rapid.SampledFrom([]int{0, 0, 1, 2, 3, 4, 5, 6, 8, 11}).Draw(t, "pupils")
			}
		}
		table := shares(schools)
		hidden := Suppress(table)
		small := false
		for i, v := range table.Values {
			if v > 0 && v < smallest {
				small = true
				if !hidden[i] {
					t.Fatalf("%v: number %d is %d and published", schools, i, v)
				}
			}
		}
		if !small {
			for i := range hidden {
				if hidden[i] {
					t.Fatalf("%v: nothing is small, yet number %d is hidden", schools, i)
				}
			}
			return
		}
		counts := readings(table, hidden)
		for i, v := range table.Values {
			if v > 0 && v < smallest && counts[i] < 2 && !wholly(table, hidden) {
				t.Fatalf("%v: number %d (%d) can be worked out from %v", schools, i, v, hidden)
			}
		}
	})
}

// wholly tells whether nothing more could be hidden.
func wholly(t Table, hidden []bool) bool {
	for i := range t.Values {
		if !hidden[i] {
			return false
		}
	}
	return true
}

func TestSuppress(t *testing.T) {
	for _, c := range []struct {
		name    string
		schools [][3]int
		shown   [][3]bool // of the schools
	}{
		{"large numbers are all shown", [][3]int{{20, 10, 15}, {40, 0, 9}}, [][3]bool{{true, true, true}, {true, true, true}}},
		{"a school that never answered is shown as such", [][3]int{{0, 43, 0}, {0, 20, 0}}, [][3]bool{{true, true, true}, {true, true, true}}},
		{"a small number hides another of its school, and both those of another school", [][3]int{{40, 3, 30}, {40, 8, 7}, {50, 90, 60}},
			[][3]bool{{true, false, false}, {true, false, false}, {true, true, true}}},
		{"a school under five pupils is hidden whole", [][3]int{{3, 0, 0}, {40, 8, 7}}, [][3]bool{{false, false, false}, {false, false, false}}},
	} {
		hidden := Suppress(shares(c.schools))
		for i, s := range c.shown {
			for k := range s {
				if s[k] == hidden[3*i+k] {
					t.Errorf("%s: school %d, share %d: hidden = %v", c.name, i, k, hidden[3*i+k])
				}
			}
		}
	}
}

func BenchmarkSuppress(b *testing.B) {
	schools := make([][3]int, 1036)
	for i := range schools {
		schools[i] = [3]int{i * 7 % 130, i * 3 % 40, i * 11 % 90}
	}
	table := shares(schools)
	for b.Loop() {
		Suppress(table)
	}
}
