package readiness

import (
	"fmt"
	"testing"

	"pgregory.net/rapid"
)

// world is a way in which the pupils of a class may be: for each condition, the set of pupils who meet it.
// enumerate calls f with the number of pupils who meet all in every world that the counts allow.
func enumerate(n int, counts []Interval, f func(all int)) {
	var walk func(i int, meets uint)
	walk = func(i int, meets uint) {
		if i == len(counts) {
			f(ones(meets))
			return
		}
		for set := uint(0); set < 1<<n; set++ {
			if c := ones(set); c >= counts[i].Lo && c <= counts[i].Hi {
				walk(i+1, meets&set)
			}
		}
	}
	walk(0, 1<<n-1)
}

func ones(set uint) int {
	c := 0
	for ; set > 0; set &= set - 1 {
		c++
	}
	return c
}

func TestBoundsAreAttainedAndNeverBeaten(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		n := rapid.IntRange(0, 5).Draw(t, "n")
		counts := make([]Interval, rapid.IntRange(0, 3).Draw(t, "m"))
		for i := range counts {
			lo := rapid.IntRange(0, n).Draw(t, "lo")
			counts[i] = Interval{lo, rapid.IntRange(lo, n).Draw(t, "hi")}
		}
		fact := rapid.SampledFrom([]Ternary{Unknown, No, Yes}).Draw(t, "fact")
		got := AllOf(n, counts, fact)
		least, most := n+1, -1
		enumerate(n, counts, func(all int) { least, most = min(least, all), max(most, all) })
		if fact == No {
			least, most = 0, 0
		} else if fact == Unknown {
			least = 0
		}
		if got != (Interval{least, most}) {
			t.Fatalf("AllOf(%d, %v, %v) = %v, the worlds give [%d, %d]", n, counts, fact, got, least, most)
		}
	})
}

func genCount(n int) *rapid.Generator[Count] {
	return rapid.Custom(func(t *rapid.T) Count {
		if rapid.Bool().Draw(t, "known") {
			return CountOf(rapid.IntRange(0, n).Draw(t, "count"))
		}
		return Count{}
	})
}

var genTernary = rapid.SampledFrom([]Ternary{Unknown, No, Yes})

func genAnswer(n int) *rapid.Generator[Answer] {
	return rapid.Custom(func(t *rapid.T) Answer {
		a := Answer{Pupils: CountOf(n), Device: genCount(n).Draw(t, "device"), Video: genCount(n).Draw(t, "video"), Reached: genCount(n).Draw(t, "reached"),
			Laptop: genTernary.Draw(t, "laptop"), Kit: genTernary.Draw(t, "kit"), Connection: genTernary.Draw(t, "connection"), Trained: genTernary.Draw(t, "trained")}
		most := n
		if d, known := a.Device.Get(); known {
			most = d
		}
		a.Shared = genCount(most).Draw(t, "shared")
		return a
	})
}

// truths calls f with the number of ready pupils of every class that the answer allows, pupil by pupil.
func truths(n int, a Answer, f func(ready int)) {
	options := func(t Ternary) []bool {
		switch t {
		case Yes:
			return []bool{true}
		case No:
			return []bool{false}
		}
		return []bool{false, true}
	}
	fits := func(c Count, set uint) bool { k, known := c.Get(); return !known || k == ones(set) }
	full := uint(1) << n
	for device := uint(0); device < full; device++ {
		for shared := uint(0); shared < full; shared++ {
			if shared&^device != 0 || !fits(a.Device, device) || !fits(a.Shared, shared) {
				continue
			}
			for video := uint(0); video < full; video++ {
				for reached := uint(0); reached < full; reached++ {
					if !fits(a.Video, video) || !fits(a.Reached, reached) {
						continue
					}
					for _, laptop := range options(a.Laptop) {
						for _, kit := range options(a.Kit) {
							for _, connection := range options(a.Connection) {
								for _, trained := range options(a.Trained) {
									if trained && (laptop || kit && connection) {
										f(ones(device &^ shared & video & reached))
									} else {
										f(0)
									}
								}
							}
						}
					}
				}
			}
		}
	}
}

func TestReadyIsExactlyWhatEveryPossibleClassAllows(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		n := rapid.IntRange(0, 3).Draw(t, "n")
		a := genAnswer(n).Draw(t, "answer")
		least, most := n+1, -1
		truths(n, a, func(ready int) { least, most = min(least, ready), max(most, ready) })
		if got := Assess(a).Ready; got != (Interval{least, most}) {
			t.Fatalf("Assess(%+v).Ready = %v, the classes that fit give [%d, %d]", a, got, least, most)
		}
	})
}

func TestConditionsHoldReady(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		n := rapid.IntRange(0, 40).Draw(t, "n")
		o := Assess(genAnswer(n).Draw(t, "answer"))
		for i, c := range o.Conditions {
			if c.Lo < 0 || c.Hi > n || c.Lo > c.Hi {
				t.Fatalf("%s is %v in a class of %d", Conditions[i], c, n)
			}
			if o.Ready.Lo > c.Lo || o.Ready.Hi > c.Hi {
				t.Fatalf("ready %v exceeds %s %v", o.Ready, Conditions[i], c)
			}
		}
		for i, m := range o.Missing {
			if m.Lo < 0 || m.Lo > m.Hi {
				t.Fatalf("missing %s: %v", Needs[i], m)
			}
		}
	})
}

func TestAnsweringMoreNeverWidens(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		n := rapid.IntRange(0, 30).Draw(t, "n")
		known := genAnswer(n).Draw(t, "answer")
		less := known
		for i, forget := range []func(){
			func() { less.Device = Count{} }, func() { less.Shared = Count{} }, func() { less.Video = Count{} }, func() { less.Reached = Count{} },
			func() { less.Laptop = Unknown }, func() { less.Kit = Unknown }, func() { less.Connection = Unknown }, func() { less.Trained = Unknown },
		} {
			if rapid.Bool().Draw(t, fmt.Sprint("forget", i)) {
				forget()
			}
		}
		more, fewer := Assess(known), Assess(less)
		if more.Ready.Lo < fewer.Ready.Lo || more.Ready.Hi > fewer.Ready.Hi {
			t.Fatalf("knowing %+v gives %v, knowing only %+v gives %v", known, more.Ready, less, fewer.Ready)
		}
	})
}

func TestAssess(t *testing.T) {
	full := Answer{Pupils: CountOf(24), Device: CountOf(22), Shared: CountOf(3), Video: CountOf(20), Reached: CountOf(23),
		Laptop: Yes, Kit: No, Connection: Yes, Trained: Yes}
	with := func(change func(*Answer)) Answer { a := full; change(&a); return a }
	for _, c := range []struct {
		name  string
		a     Answer
		ready Interval
		equip Interval
	}{
		{"all known: 24 less 5, 4 and 1 in the worst case, the fewest in the best", full, Interval{14, 19}, Interval{15, 19}},
		{"a teacher who is not trained loses all", with(func(a *Answer) { a.Trained = No }), Interval{0, 0}, Interval{15, 19}},
		{"a training that is not known leaves what is possible", with(func(a *Answer) { a.Trained = Unknown }), Interval{0, 19}, Interval{15, 19}},
		{"neither laptop nor kit", with(func(a *Answer) { a.Laptop = No }), Interval{0, 0}, Interval{0, 0}},
		{"a kit in a connected room stands for the laptop", with(func(a *Answer) { a.Laptop, a.Kit = No, Yes }), Interval{14, 19}, Interval{15, 19}},
		{"a kit without connection does not", with(func(a *Answer) { a.Laptop, a.Kit, a.Connection = No, Yes, No }), Interval{0, 0}, Interval{0, 0}},
		{"sharing not known: no device is sure", with(func(a *Answer) { a.Shared = Count{} }), Interval{0, 20}, Interval{0, 20}},
		{"devices not known, sharing known", with(func(a *Answer) { a.Device = Count{} }), Interval{0, 20}, Interval{0, 20}},
		{"nothing known but the pupils", Answer{Pupils: CountOf(24)}, Interval{0, 24}, Interval{0, 24}},
	} {
		o := Assess(c.a)
		if o.Ready != c.ready || o.Conditions[0] != c.equip || !o.Sized || o.Pupils != 24 {
			t.Errorf("%s: %+v", c.name, o)
		}
	}
	unsized := Assess(with(func(a *Answer) { a.Pupils = Count{}; a.Trained = No }))
	if unsized.Sized || unsized.Ready != (Interval{}) || unsized.Missing[4] != (Interval{1, 1}) {
		t.Errorf("a class without number of pupils: %+v", unsized)
	}
}

func TestBoundsHoldForEveryClassOfAtMostFourPupilsAndTwoConditions(t *testing.T) {
	for n := range 5 {
		for a := range n + 1 {
			for b := a; b <= n; b++ {
				for c := range n + 1 {
					for d := c; d <= n; d++ {
						counts := []Interval{{a, b}, {c, d}}
						least, most := n+1, -1
						enumerate(n, counts, func(all int) { least, most = min(least, all), max(most, all) })
						if got := AllOf(n, counts); got != (Interval{least, most}) {
							t.Fatalf("AllOf(%d, %v) = %v, the worlds give [%d, %d]", n, counts, got, least, most)
						}
					}
				}
			}
		}
	}
}
