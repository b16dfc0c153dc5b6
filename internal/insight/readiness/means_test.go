package readiness

import (
	"testing"

	"pgregory.net/rapid"
)

func TestWhatCameOrWentSinceTheCensusChangesWhatItSaid(t *testing.T) {
	answer := Answer{Pupils: CountOf(24), Device: CountOf(20), Shared: CountOf(2), Video: CountOf(22), Reached: CountOf(24), Laptop: Yes, Kit: No, Display: Unknown, Connection: Yes, Trained: Yes}
	for name, c := range map[string]struct {
		then, now Means
		check     func(Answer) bool
	}{
		"nothing happened":                        {Means{}, Means{}, func(a Answer) bool { return a == answer }},
		"three devices were lent":                 {Means{}, Means{Devices: 3}, func(a Answer) bool { return a.Device == CountOf(23) && a.Lent == 3 }},
		"more than the class has pupils":          {Means{}, Means{Devices: 9}, func(a Answer) bool { return a.Device == CountOf(24) }},
		"one of those already counted broke":      {Means{Devices: 5}, Means{Devices: 4}, func(a Answer) bool { return a.Device == CountOf(19) }},
		"all that were counted went":              {Means{Devices: 20}, Means{}, func(a Answer) bool { return a.Device == CountOf(0) && a.Shared == CountOf(0) }},
		"a hotspot was lent":                      {Means{}, Means{Videos: 1}, func(a Answer) bool { return a.Video == CountOf(23) }},
		"a kit came":                              {Means{}, Means{Kits: 1}, func(a Answer) bool { return a.Kit == Yes }},
		"a kit that the census knew as not works": {Means{Kits: 1}, Means{Kits: 1}, func(a Answer) bool { return a.Kit == No }},
		"the teacher's laptop broke":              {Means{Laptops: 1}, Means{}, func(a Answer) bool { return a.Laptop == No }},
		"one laptop of two broke":                 {Means{Laptops: 2}, Means{Laptops: 1}, func(a Answer) bool { return a.Laptop == Yes }},
		"an unknown screen went":                  {Means{Displays: 1}, Means{}, func(a Answer) bool { return a.Display == Unknown }},
		"a screen came":                           {Means{}, Means{Displays: 1}, func(a Answer) bool { return a.Display == Yes }},
	} {
		if got := (said{answer, c.then}).with(c.now); !c.check(got) {
			t.Errorf("%s: %+v", name, got)
		}
	}
}

func TestALoanRaisesWhatIsSureEvenWhereTheCensusDidNotKnow(t *testing.T) {
	answer := Answer{Pupils: CountOf(24), Video: CountOf(24), Reached: CountOf(24), Laptop: Yes, Trained: Yes}
	before := Assess((said{Answer: answer}).with(Means{}))
	after := Assess((said{Answer: answer}).with(Means{Devices: 7}))
	if before.Ready != (Interval{0, 24}) || after.Ready != (Interval{7, 24}) || after.Missing[0] != (Interval{0, 17}) {
		t.Errorf("from %v to %v, missing %v", before.Ready, after.Ready, after.Missing[0])
	}
}

func TestMeansNeverLowerAndTheirLossNeverRaisesWhoCouldLearn(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		n := rapid.IntRange(1, 40).Draw(t, "pupils")
		count := func(name string) Count {
			if rapid.Bool().Draw(t, name+" known") {
				return CountOf(rapid.IntRange(0, n).Draw(t, name))
			}
			return Count{}
		}
		s := said{Answer: Answer{Pupils: CountOf(n), Device: count("device"), Video: count("video"), Reached: count("reached"), Laptop: Yes, Trained: Yes}}
		less := Means{Devices: rapid.IntRange(0, 50).Draw(t, "devices"), Videos: rapid.IntRange(0, 50).Draw(t, "videos")}
		more := less.plus(Means{Devices: rapid.IntRange(0, 5).Draw(t, "more devices"), Videos: rapid.IntRange(0, 5).Draw(t, "more videos")})
		a, b := Assess(s.with(less)).Ready, Assess(s.with(more)).Ready
		if b.Lo < a.Lo || b.Hi < a.Hi || b.Lo > b.Hi || b.Hi > n {
			t.Fatalf("from %v to %v of %d", a, b, n)
		}
	})
}
