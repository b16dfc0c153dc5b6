package plan

import (
	"bytes"
	"encoding/json"
	"fmt"
	"math/rand/v2"
	"slices"
	"testing"

	"gonum.org/v1/gonum/mat"
	"gonum.org/v1/gonum/optimize/convex/lp"
	"pgregory.net/rapid"

	"preau/internal/territory/programme"
)

// drawSchools returns a few schools of two territories with every kind of hole.
func drawSchools(t *rapid.T, least int) []School {
	n := rapid.IntRange(least, 40).Draw(t, "schools")
	schools := make([]School, n)
	for i := range schools {
		schools[i] = drawSchool(t, i)
	}
	return schools
}

func drawSchool(t *rapid.T, i int) School {
	tri := rapid.SampledFrom([]Tri{Unknown, No, Yes})
	opt := func(name string, least, most int32) Opt {
		if rapid.Bool().Draw(t, name+" known") {
			return Known(rapid.Int32Range(least, most).Draw(t, name))
		}
		return Opt{}
	}
	s := School{
		Territory: rapid.SampledFrom([]string{"02", "95"}).Draw(t, "territory"), UAI: fmt.Sprintf("%07dA", 1000+i*7),
		Type:   rapid.SampledFrom([]string{"ecole", "ecole", "ecole", "college", "lycee"}).Draw(t, "type"),
		Sector: rapid.SampledFrom([]string{"public", "public", "private", "unknown"}).Draw(t, "sector"),
		IPS:    opt("ips", 600, 1500), Pupils: opt("pupils", 0, 400), Classes: opt("classes", 1, 20),
		Priority: rapid.SampledFrom([]string{"", "none", "REP", "REP+"}).Draw(t, "priority"),
		QPV:      rapid.SampledFrom([]string{"", "none", "near", "in"}).Draw(t, "qpv"),
		Rural:    tri.Draw(t, "rural"), Maternelle: tri.Draw(t, "maternelle"), Elementary: tri.Draw(t, "elementary"),
		Registered: rapid.SampledFrom([]int64{0, 0, 5, 7, 9}).Draw(t, "registered"),
	}
	s.Contract = map[string]string{"public": "none", "private": rapid.SampledFrom([]string{"under", "outside", "unknown"}).Draw(t, "contract"), "unknown": "unknown"}[s.Sector]
	if rapid.Bool().Draw(t, "census") {
		s.Census = Census{DeviceOf: rapid.Int32Range(0, 100).Draw(t, "of"), Complete: rapid.Bool().Draw(t, "complete")}
		s.Census.WithoutDevice = rapid.Int32Range(0, s.Census.DeviceOf).Draw(t, "without")
		s.Census.ConnectionOf = s.Census.DeviceOf
		s.Census.WithoutConnection = rapid.Int32Range(0, s.Census.DeviceOf).Draw(t, "no connection")
		s.Census.LackingMost = opt("lacking most", s.Census.WithoutDevice, 100)
		s.Census.OnlyDevice = rapid.Int32Range(0, s.Census.WithoutDevice).Draw(t, "only a device")
		s.Kits = Tally{rapid.Int32Range(0, 4).Draw(t, "kits"), rapid.Int32Range(0, 4).Draw(t, "no kits")}
		s.Displays = Tally{rapid.Int32Range(0, 4).Draw(t, "displays"), rapid.Int32Range(0, 4).Draw(t, "no displays")}
		s.Ready = drawReady(t)
	}
	return s
}

func drawReady(t *rapid.T) Ready {
	r := Ready{Pupils: rapid.Int32Range(0, 100).Draw(t, "counted")}
	for _, c := range []*Range{&r.Device, &r.Video, &r.Family, &r.Teaching, &r.Trained} {
		c.Sure = rapid.Int64Range(0, int64(r.Pupils)).Draw(t, "sure")
		c.Possible = rapid.Int64Range(c.Sure, int64(r.Pupils)).Draw(t, "possible")
	}
	return r
}

// drawProgramme returns the press kit's programme with other money, targets and rules, so that the cut
// falls anywhere.
func drawProgramme(t *rapid.T) *programme.Programme {
	p := tne(t)
	for i := range p.Measures {
		m := &p.Measures[i]
		a := &m.Allocation
		if a.Level != programme.LevelSchool {
			continue
		}
		a.Target = rapid.Int64Range(1, 25).Draw(t, "target")
		cost := programme.Cents(rapid.Int64Range(1, 5000).Draw(t, "unit cost"))
		line := programme.Cents(rapid.Int64Range(1, 300_000).Draw(t, "line"))
		m.UnitCost = &programme.UnitCost{Euros: &cost}
		m.Budget.Statements[0].Euros = &line
		a.Partial = rapid.Bool().Draw(t, "partial")
		a.Capacity.Permille = rapid.SampledFrom([]int64{1000, 500, 333}).Draw(t, "permille")
		a.Split.By = rapid.SampledFrom([]programme.SplitBy{programme.SplitNeed, programme.SplitPupils, programme.SplitSchools, programme.SplitEqual}).Draw(t, "split")
	}
	for i := range p.Rankings {
		for j := range p.Rankings[i].Criteria {
			p.Rankings[i].Criteria[j].Unknown = rapid.SampledFrom([]programme.Policy{programme.PolicyMedian, programme.PolicyMedian,
				programme.PolicyLowest, programme.PolicyHighest, programme.PolicyExclude}).Draw(t, "policy")
		}
	}
	return p
}

func drawOptions(t *rapid.T) Options {
	o := Options{Scenario: rapid.SampledFrom(Scenarios).Draw(t, "scenario"), Seed: rapid.Uint64().Draw(t, "seed")}
	o.Territories = rapid.SampledFrom([][]string{nil, {"02"}, {"95"}, {"95", "02"}}).Draw(t, "territories")
	return o
}

func build(t rapid.TB, p *programme.Programme, schools []School, o Options) *Plan {
	plan, err := Build(p, schools, o)
	if err != nil {
		t.Fatal(err)
	}
	return plan
}

func TestAPlanKeepsToMoneyTargetAndCapacity(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		p, schools, o := drawProgramme(t), drawSchools(t, 0), drawOptions(t)
		plan := build(t, p, schools, o)
		sum := map[string]Measure{}
		for _, l := range plan.Lines {
			m := sum[l.Measure]
			m.Planned += l.Quantity
			m.CostCents += l.CostCents
			m.Served++
			sum[l.Measure] = m
			checkCapacity(t, p, schools, l)
			if len(o.Territories) > 0 && !slices.Contains(o.Territories, l.Territory) {
				t.Fatalf("%s is not in the plan", l.Territory)
			}
		}
		total := int64(0)
		for _, m := range plan.Measures {
			line := p.Measure(m.ID).BudgetCents()
			if m.Planned != sum[m.ID].Planned || m.CostCents != sum[m.ID].CostCents || m.Served != sum[m.ID].Served {
				t.Fatalf("%s: %+v is not the sum of its lines %+v", m.ID, m, sum[m.ID])
			}
			if m.CostCents > m.BudgetCents || m.BudgetCents > line || m.Planned > m.Target || m.Planned > m.Bound || m.NeedServed > m.NeedBound {
				t.Fatalf("%s goes beyond its line %d: %+v", m.ID, line, m)
			}
			for _, pool := range m.Pools {
				if pool.Planned > pool.Target || pool.CostCents > pool.BudgetCents {
					t.Fatalf("%s: %+v", m.ID, pool)
				}
			}
			total += m.CostCents
		}
		if total != plan.CostCents {
			t.Fatalf("cost %d is not the sum %d", plan.CostCents, total)
		}
	})
}

func checkCapacity(t *rapid.T, p *programme.Programme, schools []School, l Line) {
	if l.School == "" {
		return
	}
	s := &schools[slices.IndexFunc(schools, func(s School) bool { return s.UAI == l.School })]
	a := p.Measure(l.Measure).Allocation
	if a.Capacity.Of == programme.OfClasses && s.Classes.Known {
		most := (int64(s.Classes.Value)*a.Capacity.Permille+999)/1000 - int64(s.Kits.Yes)
		if l.Quantity > most {
			t.Fatalf("%s gets %d kits, %d are the most", l.School, l.Quantity, most)
		}
	}
	if a.Capacity.Of == programme.OfPupilsLacking && s.Census.Complete && l.Quantity > int64(s.Census.WithoutDevice) {
		t.Fatalf("%s gets %d loans for %d pupils", l.School, l.Quantity, s.Census.WithoutDevice)
	}
}

func TestEverySchoolIsServedOrLeftOutWithAReason(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		p, schools, o := drawProgramme(t), drawSchools(t, 0), drawOptions(t)
		plan := build(t, p, schools, o)
		seen := map[string]int{}
		for _, l := range plan.Lines {
			seen[l.Measure+l.School]++
		}
		for _, l := range plan.LeftOut {
			seen[l.Measure+l.School]++
			if !slices.Contains(Reasons, l.Reason) {
				t.Fatalf("%+v has no reason", l)
			}
		}
		for _, m := range plan.Measures {
			for _, s := range schools {
				if m.Level == programme.LevelSchool && slices.Contains(plan.Territories, s.Territory) && seen[m.ID+s.UAI] != 1 {
					t.Fatalf("%s stands %d times in %s", s.UAI, seen[m.ID+s.UAI], m.ID)
				}
			}
		}
	})
}

func TestTheOrderOfTheInputChangesNoByte(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		p, schools, o := drawProgramme(t), drawSchools(t, 1), drawOptions(t)
		first, _ := json.Marshal(build(t, p, schools, o))
		again := slices.Clone(schools)
		rand.New(rand.NewPCG(rapid.Uint64().Draw(t, "shuffle"), 1)).Shuffle(len(again), func(i, j int) { again[i], again[j] = again[j], again[i] })
		second, _ := json.Marshal(build(t, p, again, o))
		if !bytes.Equal(first, second) {
			t.Fatalf("\n%s\n%s", first, second)
		}
	})
}

func TestMoreNeedNeverLowersTheRank(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		p, schools := drawProgramme(t), drawSchools(t, 1)
		before := build(t, p, schools, Options{})
		at := rapid.IntRange(0, len(schools)-1).Draw(t, "school")
		more := slices.Clone(schools)
		s := &more[at]
		if s.IPS.Known {
			s.IPS.Value -= rapid.Int32Range(0, 400).Draw(t, "less ips")
		}
		s.Priority = map[string]string{"": "", "none": "REP", "REP": "REP+", "REP+": "REP+"}[s.Priority]
		s.QPV = map[string]string{"": "", "none": "near", "near": "in", "in": "in"}[s.QPV]
		if s.Rural == No {
			s.Rural = Yes
		}
		after := build(t, p, more, Options{})
		for _, m := range before.Measures {
			was, now := rankOf(before, m.ID, s.UAI), rankOf(after, m.ID, s.UAI)
			if now > was {
				t.Fatalf("%s falls from %d to %d in %s", s.UAI, was, now, m.ID)
			}
		}
	})
}

func rankOf(p *Plan, measure, uai string) int32 {
	for _, l := range p.Lines {
		if l.Measure == measure && l.School == uai {
			return l.Rank
		}
	}
	for _, l := range p.LeftOut {
		if l.Measure == measure && l.School == uai {
			return l.Rank
		}
	}
	return 0
}

func TestWhatIsUnknownIsNamedOnTheLine(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		p, schools := drawProgramme(t), drawSchools(t, 1)
		plan := build(t, p, schools, drawOptions(t))
		for _, l := range plan.Lines {
			if l.School == "" {
				continue
			}
			s := schools[slices.IndexFunc(schools, func(s School) bool { return s.UAI == l.School })]
			named := func(fact string, known bool) {
				if known == slices.Contains(l.Unknown, fact) {
					t.Fatalf("%s in %s: known %v, unknown %v", fact, l.Measure, known, l.Unknown)
				}
			}
			named("ips", s.IPS.Known)
			named("priority", s.Priority != "")
			named("qpv", s.QPV != "")
			named("rural", s.Rural != Unknown)
			named("contract", s.Sector == "public" || s.Contract != "unknown")
			switch l.Measure {
			case "hybrid-kits":
				named("classes", s.Classes.Known)
				named("pupils", s.Classes.Known || s.Pupils.Known)
			case "pupil-loans":
				named("without_connection", s.Census.ConnectionOf > 0)
				named("without_device", s.Census.Complete && s.Census.DeviceOf > 0)
				named("levels", s.Elementary != Unknown && (s.Census.Complete || s.Maternelle == No))
			}
		}
	})
}

func TestThePartOfATerritoryIsItsPartOfTheWholePlan(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		p, schools := drawProgramme(t), drawSchools(t, 1)
		whole := build(t, p, schools, Options{})
		for _, code := range []string{"02", "95"} {
			part := build(t, p, schools, Options{Territories: []string{code}})
			want := slices.DeleteFunc(slices.Clone(whole.Lines), func(l Line) bool { return l.Territory != code })
			if len(want) != len(part.Lines) {
				t.Fatalf("%d lines, %d in the whole", len(part.Lines), len(want))
			}
			for i := range want {
				a, b := want[i], part.Lines[i]
				if a.Measure != b.Measure || a.School != b.School || a.Quantity != b.Quantity || a.CostCents != b.CostCents {
					t.Fatalf("%+v differs from %+v", b, a)
				}
			}
		}
	})
}

func TestNoScenarioGoesBeyondItsBounds(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		p, schools, o := drawProgramme(t), drawSchools(t, 1), drawOptions(t)
		list, err := Compare(p, schools, o, together)
		if err != nil {
			t.Fatal(err)
		}
		for _, out := range list {
			if out.Gain.Sure > out.Gain.Possible || out.Gain.Possible > out.GainBound {
				t.Fatalf("%s: gain %+v, bound %d", out.Scenario, out.Gain, out.GainBound)
			}
			sum := int64(0)
			for _, share := range out.Territories {
				sum += share.CostCents
			}
			if sum != out.CostCents {
				t.Fatalf("%s: the territories' shares make %d, not %d", out.Scenario, sum, out.CostCents)
			}
		}
	})
}

func TestEqualSharesDifferByOneAtMost(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		candidates := make([]candidate, rapid.IntRange(1, 20).Draw(t, "n"))
		room := int64(0)
		for i := range candidates {
			candidates[i].capacity = rapid.Int32Range(1, 12).Draw(t, "capacity")
			room += int64(candidates[i].capacity)
		}
		units := rapid.Int64Range(0, 150).Draw(t, "units")
		given := serveEqually(candidates, units)
		if given != min(units, room) {
			t.Fatalf("%d given of %d for %d", given, units, room)
		}
		most, sum := int32(0), int64(0)
		for _, c := range candidates {
			most, sum = max(most, c.quantity), sum+int64(c.quantity)
		}
		for _, c := range candidates {
			if c.quantity > c.capacity || (c.quantity < c.capacity && c.quantity < most-1) || sum != given {
				t.Fatalf("%+v", candidates)
			}
		}
	})
}

func TestDivideIsExactAndFair(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		weights := rapid.SliceOfN(rapid.Int64Range(0, 1e9), 1, 20).Draw(t, "weights")
		total := rapid.Int64Range(0, 1e13).Draw(t, "total")
		all, sum := int64(0), int64(0)
		for _, w := range weights {
			all += w
		}
		parts := divide(total, weights)
		for i, part := range parts {
			sum += part
			if exact := float64(total) * float64(weights[i]) / float64(max(1, all)); float64(part) < exact-1.01 || float64(part) > exact+1.01 {
				t.Fatalf("part %d is %d, exactly %f", i, part, exact)
			}
		}
		if all > 0 && sum != total {
			t.Fatalf("%d divided makes %d", total, sum)
		}
	})
}

// TestTheBoundIsTheOptimumOfTheLinearProgramme solves the relaxation again with the simplex method.
func TestTheBoundIsTheOptimumOfTheLinearProgramme(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		n := rapid.IntRange(1, 6).Draw(t, "n")
		p := pool{Pool: Pool{Target: rapid.Int64Range(1, 30).Draw(t, "target"), BudgetCents: rapid.Int64Range(100, 3000).Draw(t, "money")}}
		cost := rapid.Int64Range(30, 100).Draw(t, "cost")
		for range n {
			p.candidates = append(p.candidates, candidate{points: rapid.Int32Range(0, maxPoints).Draw(t, "points"), capacity: rapid.Int32Range(1, 9).Draw(t, "capacity")})
		}
		// maximise Σ points·x with x ≤ capacity, Σ x ≤ target, cost·Σ x ≤ money; a slack for each
		rows, columns := n+2, 2*n+2
		a, b, c := mat.NewDense(rows, columns, nil), make([]float64, rows), make([]float64, columns)
		for i, k := range p.candidates {
			c[i] = -float64(k.points)
			a.Set(i, i, 1)
			a.Set(i, n+i, 1)
			b[i] = float64(k.capacity)
			a.Set(n, i, 1)
			a.Set(n+1, i, float64(cost))
		}
		a.Set(n, 2*n, 1)
		a.Set(n+1, 2*n+1, 1)
		b[n], b[n+1] = float64(p.Target), float64(p.BudgetCents)
		optimum, _, err := lp.Simplex(c, a, b, 1e-9, nil)
		if err != nil {
			t.Fatal(err)
		}
		_, need, _ := relax(&p, nil, cost, ByLottery)
		if diff := float64(need) + optimum; diff < -1e-3 || diff >= 1 {
			t.Fatalf("bound %d, optimum %f", need, -optimum)
		}
	})
}
