package readiness

import (
	"encoding/json"
	"strings"
	"testing"

	"pgregory.net/rapid"
)

var genSchool = rapid.Custom(func(t *rapid.T) Figures {
	f := Figures{Schools: 1}
	for range rapid.IntRange(1, 3).Draw(t, "classes") {
		n := rapid.IntRange(1, 28).Draw(t, "pupils")
		if rapid.IntRange(0, 3).Draw(t, "answered") == 0 {
			f.Add(Of(Answer{Pupils: CountOf(n)}, false))
			continue
		}
		near := func(name string) Count {
			return CountOf(max(0, n-rapid.SampledFrom([]int{0, 0, 1, 2, 3, 5, 8}).Draw(t, name)))
		}
		a := Answer{Pupils: CountOf(n), Device: near("device"), Shared: CountOf(0), Video: near("video"), Reached: near("reached"), Laptop: Yes,
			Trained: rapid.SampledFrom([]Ternary{Yes, Yes, No, Unknown}).Draw(t, "trained")}
		f.Add(Of(a, true))
	}
	return f
})

func TestPublishedDetailsLeaveEachSmallNumberOpen(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		schools := rapid.SliceOfN(genSchool, 1, 8).Draw(t, "schools")
		var sum Figures
		for _, f := range schools {
			sum.Add(f)
		}
		veils, total := Publish(schools, Veil{Details: rapid.Bool().Draw(t, "hidden above")})
		hidden, rest := 0, [9]int{}
		for i, f := range schools {
			if !veils[i].Details && (smallDetail(f.details()) || veils[i].Ready != [3]bool{}) {
				t.Fatalf("school %d is published: %+v, %+v", i, f, veils[i])
			}
			if !veils[i].Details {
				continue
			}
			hidden++
			for k, v := range f.details() {
				rest[k] += v
			}
		}
		if total.Details {
			hidden++
		} else if smallDetail(sum.details()) {
			t.Fatalf("the sum is published: %+v", sum)
		}
		if hidden == 1 && hidden < len(schools)+1 {
			t.Fatalf("one row alone is hidden: the others tell it")
		}
		if !total.Details && smallDetail(rest) {
			t.Fatalf("the published ones tell that the hidden ones together are %v", rest)
		}
	})
}

func TestFiguresOfPartsAddUp(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		var sum Figures
		for _, f := range rapid.SliceOfN(genSchool, 0, 5).Draw(t, "schools") {
			sum.Add(f)
		}
		for i, c := range sum.Conditions {
			if c.Met+c.NotMet+c.Unknown != sum.Pupils {
				t.Fatalf("%s: %+v of %d pupils", Conditions[i], c, sum.Pupils)
			}
		}
		if sum.Ready.Lo > sum.Ready.Hi || sum.Ready.Hi > sum.Pupils || sum.Lost().Lo+sum.Ready.Hi != sum.Pupils {
			t.Fatalf("%+v", sum)
		}
	})
}

func TestFiguresAsJSON(t *testing.T) {
	f := Of(Answer{Pupils: CountOf(24), Device: CountOf(22), Shared: CountOf(3), Video: CountOf(20), Reached: CountOf(18), Laptop: Yes, Trained: Yes}, true)
	text, err := json.Marshal(f.Show())
	if err != nil {
		t.Fatal(err)
	}
	for _, want := range []string{`"pupils":24,"sure":9,"possible":18`, `"equipment":{"met":15,"not_met":5,"unknown":4}`, `"relationship":{"met":18,"not_met":6,"unknown":0}`,
		`"training":{"met":24,"not_met":0,"unknown":0}`, `"weakest":"relationship"`, `"suppressed":false`} {
		if !strings.Contains(string(text), want) {
			t.Errorf("%s lacks %s", text, want)
		}
	}
	veils, _ := Publish([]Figures{f}, Veil{})
	text, _ = json.Marshal(f.Veiled(veils[0]))
	for _, want := range []string{`"equipment":{"met":null,"not_met":null,"unknown":null}`, `"weakest":null`, `"suppressed":true`, `"pupils":24,"sure":9,"possible":18`} {
		if !strings.Contains(string(text), want) {
			t.Errorf("4 pupils of whom the equipment is unknown: %s lacks %s", text, want)
		}
	}
}
