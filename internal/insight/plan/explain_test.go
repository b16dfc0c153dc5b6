package plan

import (
	"slices"
	"strings"
	"testing"

	"pgregory.net/rapid"

	"preau/internal/base/errs"
	"preau/internal/base/i18n"
	"preau/internal/territory/programme"
)

// with returns the schools with one fact of one school changed as a Change says.
func with(t rapid.TB, schools []School, at int, c Change, away int64) []School {
	more := slices.Clone(schools)
	s := &more[at]
	v := int32(c.To.Number + away)
	switch c.Fact {
	case programme.FactIPS:
		s.IPS = Known(v)
	case programme.FactPriority:
		s.Priority = c.To.Word
	case programme.FactQPV:
		s.QPV = c.To.Word
	case programme.FactRural:
		s.Rural = map[string]Tri{"yes": Yes, "no": No}[c.To.Word]
	case programme.FactWithoutDevice:
		s.Census.Complete = s.Census.Complete || s.Census.DeviceOf == 0
		s.Census.DeviceOf, s.Census.WithoutDevice = int32(c.To.Of), v
	case programme.FactWithoutConnection:
		s.Census.ConnectionOf, s.Census.WithoutConnection = int32(c.To.Of), v
	default:
		t.Fatalf("a change of %s", c.Fact)
	}
	return more
}

func quantityOf(p *Plan, measure, uai string) int64 {
	for _, l := range p.Lines {
		if l.Measure == measure && l.School == uai {
			return l.Quantity
		}
	}
	return 0
}

// TestAChangeTurnsTheOutcomeAroundAndASmallerOneDoesNot makes the plan again with what is announced.
func TestAChangeTurnsTheOutcomeAroundAndASmallerOneDoesNot(t *testing.T) {
	seen := 0
	rapid.Check(t, func(t *rapid.T) {
		p, schools := drawProgramme(t), drawSchools(t, 10)
		at := rapid.IntRange(0, len(schools)-1).Draw(t, "school")
		e, err := Explain(p, schools, Options{}, schools[at].UAI)
		if err != nil {
			t.Fatal(err)
		}
		for _, x := range e.Measures {
			for _, c := range x.Changes {
				seen++
				if got := quantityOf(build(t, p, with(t, schools, at, c, 0), Options{}), x.ID, e.UAI) > 0; got != c.Served || c.Served == (x.Quantity > 0) {
					t.Fatalf("%s, %d units: %+v gives %v", x.ID, x.Quantity, c, got)
				}
				back := map[bool]int64{true: 1, false: -1}[(c.Fact == programme.FactIPS) == c.Served]
				if c.To.Word != "" || (c.To.Of > 0 && (c.To.Number+back < 0 || c.To.Number+back > c.To.Of)) {
					continue
				}
				inside := c.Fact != programme.FactIPS || (c.To.Number+back >= 700 && c.To.Number+back <= 1300)
				if got := quantityOf(build(t, p, with(t, schools, at, c, back), Options{}), x.ID, e.UAI) > 0; inside && got == c.Served {
					t.Fatalf("%s: less than %+v suffices", x.ID, c)
				}
			}
		}
	})
	if seen < 10 {
		t.Errorf("only %d changes were tried", seen)
	}
}

func TestMoreUnitsBringTheTurn(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		p, schools, o := drawProgramme(t), drawSchools(t, 1), drawOptions(t)
		o.Territories = nil
		at := rapid.IntRange(0, len(schools)-1).Draw(t, "school")
		e, err := Explain(p, schools, o, schools[at].UAI)
		if err != nil {
			t.Fatal(err)
		}
		for _, x := range e.Measures {
			m := p.Measure(x.ID)
			if x.MoreUnits == 0 || m.Allocation.Split.By != programme.SplitNeed {
				continue
			}
			units := min(m.Allocation.Target, m.BudgetCents()/x.UnitCostCents)
			for _, tt := range []struct {
				units int64
				want  bool
			}{{units + x.MoreUnits, true}, {units + x.MoreUnits - 1, false}} {
				target, money := m.Allocation.Target, *m.Budget.Statements[0].Euros
				m.Allocation.Target, *m.Budget.Statements[0].Euros = tt.units, programme.Cents(tt.units*x.UnitCostCents)
				if got := quantityOf(build(t, p, schools, o), x.ID, e.UAI) > 0; got != tt.want {
					t.Fatalf("%s, %s: %d more units: served %v with %d", o.Scenario, x.ID, x.MoreUnits, got, tt.units)
				}
				m.Allocation.Target, *m.Budget.Statements[0].Euros = target, money
			}
		}
	})
}

func TestTheExplanationOfARealSchool(t *testing.T) {
	schools := publicList(t, "schools-02-95.csv")
	plan := build(t, tne(t), schools, Options{})
	i := slices.IndexFunc(plan.LeftOut, func(l LeftOut) bool { return l.Measure == "walls" && l.Reason == ReasonTarget && l.Rank > 0 })
	left := plan.LeftOut[i]
	e, err := Explain(tne(t), schools, Options{}, left.School)
	if err != nil {
		t.Fatal(err)
	}
	x := e.Measures[3]
	if x.Rank != left.Rank || x.Points != left.Points || x.Of != plan.Measures[3].Eligible || x.LastServed == nil || x.FirstLeft == nil ||
		x.LastServed.Rank+1 != x.FirstLeft.Rank || x.FirstLeft.Points > x.LastServed.Points {
		t.Errorf("%+v", x)
	}
	sum := int64(0)
	for _, c := range x.Criteria {
		sum += c.Points
	}
	if sum != int64(x.Points) {
		t.Errorf("the criteria make %d points, the school has %d", sum, x.Points)
	}
	if len(x.Changes) == 0 || x.MoreUnits <= 0 {
		t.Errorf("nothing would change the outcome: %+v", x)
	}
	if _, err := Explain(tne(t), schools, Options{}, "0000000A"); !errs.Is(err, errs.NotFound) {
		t.Errorf("a school that is not there: %v", err)
	}
}

func TestAPrivateNeighbourIsNotNamed(t *testing.T) {
	schools := publicList(t, "schools-02-95.csv")
	for i := range schools {
		schools[i].Sector, schools[i].Contract = "private", "under"
	}
	e, err := Explain(tne(t), schools, Options{}, schools[200].UAI)
	if err != nil {
		t.Fatal(err)
	}
	for _, x := range e.Measures {
		for _, n := range []*Neighbour{x.LastServed, x.FirstLeft} {
			if n != nil && (n.Name != "" || n.UAI != "") {
				t.Errorf("%s names %+v", x.ID, n)
			}
		}
	}
}

func BenchmarkExplain0295(b *testing.B) {
	schools, p := publicList(b, "schools-02-95.csv"), tne(b)
	for b.Loop() {
		if _, err := Explain(p, schools, Options{}, "0020002S"); err != nil {
			b.Fatal(err)
		}
	}
}

func TestATieAtTheCutIsToldOnBothSides(t *testing.T) {
	p, schools := tne(t), publicList(t, "schools-02-95.csv")
	plan := build(t, p, schools, Options{})
	i := slices.IndexFunc(plan.Lines, func(l Line) bool { return l.Measure == "walls" && l.School != "" })
	at := slices.IndexFunc(schools, func(s School) bool { return s.UAI == plan.Lines[i].School })
	first, second, third := schools[at], schools[at], schools[at]
	first.UAI, second.UAI, third.UAI = "0020001A", "0950002B", "0950003C"
	second.Territory, third.Territory = "95", "95"
	third.IPS = Known(1200) // less in need than the two others
	walls := p.Measure("walls")
	walls.Allocation.Target, walls.Allocation.Split.By, walls.Allocation.Partial = plan.Lines[i].Quantity, programme.SplitNeed, false
	explained := func(uai string, o Options) Explanatory {
		e, err := Explain(p, []School{third, second, first}, o, uai)
		if err != nil {
			t.Fatal(err)
		}
		return e.Measures[slices.IndexFunc(e.Measures, func(x Explanatory) bool { return x.ID == "walls" })]
	}
	won, lost, behind := explained("0020001A", Options{}), explained("0950002B", Options{}), explained("0950003C", Options{})
	if won.Quantity == 0 || won.Tie == nil || won.Tie.UAI != "0950002B" {
		t.Errorf("who wins the tie: %+v", won)
	}
	if lost.Quantity > 0 || lost.Tie == nil || lost.Tie.UAI != "0020001A" || lost.Points != won.Points {
		t.Errorf("who loses the tie: %+v", lost)
	}
	if behind.Tie != nil {
		t.Errorf("who has fewer points: %+v", behind)
	}
	if drawn := explained("0950002B", Options{Scenario: ByLottery}); drawn.Tie != nil {
		t.Errorf("a lottery has no tie: %+v", drawn)
	}
	said := lost.what(french(t))
	if want := "autant de points que " + first.Name + " (0020001A)"; !strings.Contains(said, want) || !strings.Contains(said, "UAI") {
		t.Errorf("what is said: %q, want %q", said, want)
	}
}

// french returns the room's words.
func french(t *testing.T) *i18n.Localizer {
	t.Helper()
	catalog, err := i18n.Load(programme.Messages, Messages)
	if err != nil {
		t.Fatal(err)
	}
	return catalog.In(i18n.French)
}
