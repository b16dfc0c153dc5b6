package crisis

import (
	"fmt"
	"math/rand/v2"
	"testing"

	"pgregory.net/rapid"
)

func at(lat, lon float64) Point { return Point{&lat, &lon} }

func total(moves []Move) (metres, served int64) {
	for _, m := range moves {
		served += m.Quantity
		if m.Metres != nil {
			metres += m.Quantity * *m.Metres
		} else {
			metres += m.Quantity * unknownFar
		}
	}
	return metres, served
}

// best tries every way: the most pupils served, then the fewest metres.
func best(needs []Need, stocks []Stock, i int, left int64, free []int64) (served, metres int64) {
	if i == len(needs) {
		return 0, 0
	}
	if left < 0 {
		return best(needs, stocks, i, needs[i].Least, free)
	}
	served, metres = best(needs, stocks, i+1, -1, free) // the rest of this school gets none
	if left == 0 {
		return served, metres
	}
	for j := range stocks {
		if free[j] == 0 {
			continue
		}
		free[j]--
		s, m := best(needs, stocks, i, left-1, free)
		free[j]++
		d, _ := distance(needs[i].Point, stocks[j].Point)
		if s+1 > served || (s+1 == served && m+d < metres) {
			served, metres = s+1, m+d
		}
	}
	return served, metres
}

func TestNoWayServesMoreNorIsShorter(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		point := func(name string) Point {
			return at(float64(rapid.IntRange(0, 9).Draw(t, name))/10+49, float64(rapid.IntRange(0, 9).Draw(t, name))/10+3)
		}
		var needs []Need
		var stocks []Stock
		for i := range rapid.IntRange(1, 3).Draw(t, "needs") {
			p := point("need")
			needs = append(needs, Need{School: fmt.Sprint(i), Least: int64(rapid.IntRange(0, 2).Draw(t, "least")), Point: p})
			needs[i].Most = needs[i].Least
			if rapid.Bool().Draw(t, "own") {
				stocks = append(stocks, Stock{School: fmt.Sprint(i), Free: int64(rapid.IntRange(0, 2).Draw(t, "own stock")), Point: p})
			}
		}
		for i := range rapid.IntRange(1, 2).Draw(t, "stocks") {
			stocks = append(stocks, Stock{School: fmt.Sprint(10 + i), Free: int64(rapid.IntRange(0, 3).Draw(t, "free")), Point: point("stock")})
		}
		free := make([]int64, len(stocks))
		for j := range stocks {
			free[j] = stocks[j].Free
		}
		wantServed, wantMetres := best(needs, stocks, 0, -1, free)
		if metres, served := total(Assign(needs, stocks)); served != wantServed || metres != wantMetres {
			t.Fatalf("%d served over %d m, best %d over %d m: %+v %+v", served, metres, wantServed, wantMetres, needs, stocks)
		}
	})
}

func TestTheNearestFirstIsNotTheShortestOnTheWhole(t *testing.T) {
	needs := []Need{{School: "a", Least: 1, Most: 1, Point: at(49, 3.00)}, {School: "b", Least: 1, Most: 1, Point: at(49, 3.10)}}
	stocks := []Stock{{School: "x", Free: 1, Point: at(49, 3.04)}, {School: "y", Free: 1, Point: at(49, 2.95)}}
	for _, m := range Assign(needs, stocks) {
		if (m.School == "a") != (m.Stock == "y") {
			t.Errorf("%+v", m)
		}
	}
}

func TestThoseWhoSurelyNeedADeviceComeBeforeThoseWhoMay(t *testing.T) {
	needs := []Need{{School: "a", Least: 0, Most: 5, Point: at(49, 3)}, {School: "b", Least: 5, Most: 9, Point: at(50, 3)}}
	stocks := []Stock{{School: "a", Free: 4, Point: at(49, 3)}, {School: "far", Free: 2}}
	got := map[string]int64{}
	for _, m := range Assign(needs, stocks) {
		got[m.School] += m.Quantity
		if m.Stock == "far" && m.Metres != nil {
			t.Error("a distance is known that is not")
		}
	}
	if got["b"] != 5 || got["a"] != 1 {
		t.Errorf("%v", got)
	}
}

func BenchmarkAssign(b *testing.B) {
	r := rand.New(rand.NewPCG(1, 2))
	var needs []Need
	var stocks []Stock
	for i := range 800 {
		p := at(49+r.Float64(), 3+r.Float64())
		needs = append(needs, Need{School: fmt.Sprint(i), Least: int64(r.IntN(30)), Most: 30, Point: p})
		stocks = append(stocks, Stock{School: fmt.Sprint(i), Free: int64(r.IntN(40)), Point: p})
	}
	b.ReportAllocs()
	for b.Loop() {
		Assign(needs, stocks)
	}
}
