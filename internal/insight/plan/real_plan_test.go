package plan

import (
	"bytes"
	"crypto/sha256"
	"encoding/json"
	"slices"
	"testing"
)

// TestThePressKitOnTheRealSchools checks by hand what the plan says of the 1,628 schools of 02 and 95.
func TestThePressKitOnTheRealSchools(t *testing.T) {
	schools := publicList(t, "schools-02-95.csv")
	if len(schools) != 1628 {
		t.Fatalf("%d schools", len(schools))
	}
	plan := build(t, tne(t), schools, Options{})
	if plan.BudgetCents != 27_300_000_00 || plan.CostCents > 25_300_000_00 || len(plan.Measures) != 8 || len(plan.Absent) != 0 {
		t.Errorf("budget %d, cost %d, %d measures", plan.BudgetCents, plan.CostCents, len(plan.Measures))
	}
	want := map[string]struct{ target, planned, cost int64 }{
		"teacher-training": {2, 2, 2_000_000_00},
		"parents":          {2, 2, 1_300_000_00},
		"resources":        {0, 0, 0},
		"walls":            {2700, 2700, 2700 * 3_333_33},
		"pupil-loans":      {15000, 15000, 6_000_000_00},
		"new-teachers":     {1000, 1000, 2_000_000_00},
		"evaluation":       {2, 2, 500_000_00},
	}
	for _, m := range plan.Measures {
		if w, ok := want[m.ID]; ok && (m.Target != w.target || m.Planned != w.planned || m.CostCents != w.cost) {
			t.Errorf("%s: %d of %d for %d cents, want %+v", m.ID, m.Planned, m.Target, m.CostCents, w)
		}
	}
	kits := plan.measure("hybrid-kits")
	if kits.Target != 15000 || kits.Planned != halfOfTheClasses(schools) || kits.Limit != LimitCapacity || kits.CostCents != kits.Planned*300_00 {
		t.Errorf("kits: %+v, half of the classes is %d", kits, halfOfTheClasses(schools))
	}
	for _, l := range plan.Lines {
		switch {
		case l.Measure == "new-teachers" && l.Territory == "02" && l.Quantity != 225, l.Measure == "new-teachers" && l.Territory == "95" && l.Quantity != 775:
			t.Errorf("%+v", l)
		case l.School != "" && !slices.Contains(l.Unknown, "rural"):
			t.Errorf("no school of this list has a rural flag: %+v", l)
		}
	}
	for _, id := range []string{"walls", "hybrid-kits", "pupil-loans"} {
		if i := slices.IndexFunc(plan.LeftOut, func(l LeftOut) bool { return l.Measure == id && l.School == "0952381X" }); i < 0 ||
			(plan.LeftOut[i].Reason != ReasonSectorUnknown && plan.LeftOut[i].Reason != ReasonType) {
			t.Errorf("the school whose sector is unknown gets %s", id)
		}
	}
}

// halfOfTheClasses works the kits out again: no school of the list has a class, so pupils divided by the
// assumed size of a class, at least one, and half of it rounded up. The school without a sector is refused.
func halfOfTheClasses(schools []School) int64 {
	pupils := map[string]int{"maternelle": 75, "elementaire": 185, "primaire": 89, "ecole": 89, "college": 485, "lycee": 592}
	size := map[string]int{"maternelle": 24, "elementaire": 22, "primaire": 22, "ecole": 22, "college": 26, "lycee": 28}
	sum := 0
	for _, s := range schools {
		n := pupils[s.Kind()]
		if s.Pupils.Known {
			n = int(s.Pupils.Value)
		}
		classes := max(1, (2*n+size[s.Kind()])/(2*size[s.Kind()]))
		if s.Sector != "unknown" {
			sum += (classes + 1) / 2
		}
	}
	return int64(sum)
}

func TestTheSameBytesTwice(t *testing.T) {
	sum := func() [32]byte {
		text, err := json.Marshal(build(t, tne(t), publicList(t, "schools-02-95.csv"), Options{}))
		if err != nil {
			t.Fatal(err)
		}
		return sha256.Sum256(text)
	}
	if first, second := sum(), sum(); !bytes.Equal(first[:], second[:]) {
		t.Error("two plans of the same input differ")
	}
}

// TestNeedServesTheLeastAdvantaged holds each scenario against the others on the real schools.
func TestNeedServesTheLeastAdvantaged(t *testing.T) {
	list, err := Compare(tne(t), publicList(t, "schools-02-95.csv"), Options{Seed: 2020}, together)
	if err != nil {
		t.Fatal(err)
	}
	if len(list) != len(Scenarios) {
		t.Fatalf("%d scenarios", len(list))
	}
	for _, out := range list[1:] {
		for i, part := range out.Measures {
			need := list[0].Measures[i]
			if part.Planned != need.Planned || part.NeedServed > need.NeedServed {
				t.Errorf("%s serves more need than the ranking in %s", out.Scenario, part.ID)
			}
			if part.ID == "walls" && *part.Social.MeanIPS <= *need.Social.MeanIPS {
				t.Errorf("%s: mean IPS %g, by need %g", out.Scenario, *part.Social.MeanIPS, *need.Social.MeanIPS)
			}
		}
	}
}

func TestAllFranceIsPlannedWithinTheMoney(t *testing.T) {
	schools := publicList(t, "schools-france.csv")
	plan := build(t, tne(t), schools, Options{Everywhere: true})
	if len(schools) != 59591 || plan.CostCents > plan.BudgetCents || len(plan.Territories) != 105 {
		t.Errorf("%d schools, cost %d, %d territories", len(schools), plan.CostCents, len(plan.Territories))
	}
}

func TestAProgrammeKnowsItsTerritoriesAndScenarios(t *testing.T) {
	for _, o := range []Options{{Territories: []string{"75"}}, {Scenario: "guess"}} {
		if _, err := Build(tne(t), nil, o); err == nil {
			t.Errorf("%+v is accepted", o)
		}
	}
	plan := build(t, tne(t), nil, Options{})
	if !slices.Equal(plan.Absent, []string{"02", "95"}) {
		t.Errorf("absent: %v", plan.Absent)
	}
}

func BenchmarkPlan0295(b *testing.B) { benchmarkPlan(b, "schools-02-95.csv", Options{}) }

func BenchmarkPlanFrance(b *testing.B) {
	benchmarkPlan(b, "schools-france.csv", Options{Everywhere: true})
}

func benchmarkPlan(b *testing.B, name string, o Options) {
	schools, p := publicList(b, name), tne(b)
	for b.Loop() {
		plan, err := Build(p, schools, o)
		if err != nil {
			b.Fatal(err)
		}
		if _, err := json.Marshal(plan); err != nil {
			b.Fatal(err)
		}
	}
}

func BenchmarkCompareFrance(b *testing.B) {
	schools, p := publicList(b, "schools-france.csv"), tne(b)
	for b.Loop() {
		if _, err := Compare(p, schools, Options{Everywhere: true}, together); err != nil {
			b.Fatal(err)
		}
	}
}
