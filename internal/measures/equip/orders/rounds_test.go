package orders

import (
	"fmt"
	"reflect"
	"testing"

	"pgregory.net/rapid"
)

// someStops draws schools in communes on a map, some of them nowhere.
func someStops(t *rapid.T) []Stop {
	var stops []Stop
	for c := range rapid.IntRange(1, 25).Draw(t, "communes") {
		x, y := rapid.Float64Range(2, 4).Draw(t, "x"), rapid.Float64Range(49, 50).Draw(t, "y")
		for range rapid.IntRange(1, 6).Draw(t, "schools") {
			s := Stop{Place: Place{School: fmt.Sprintf("S%03d", len(stops)), Commune: fmt.Sprintf("%05d", c), CommuneName: fmt.Sprint("C", c)}, Units: int64(rapid.IntRange(1, 30).Draw(t, "units"))}
			if rapid.IntRange(0, 9).Draw(t, "known") > 0 {
				s.Latitude, s.Longitude = &y, &x
			}
			stops = append(stops, s)
		}
	}
	return stops
}

func TestEverySchoolIsAStopOfOneRoundAndASmallCommuneIsServedOnce(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		stops := someStops(t)
		b := Bounds{Stops: rapid.IntRange(1, 15).Draw(t, "stops"), Units: int64(rapid.IntRange(10, 200).Draw(t, "load")), Kilometres: 30}
		trips := PlanTrips(stops, b)
		seen := map[string]int{}
		rounds := map[string]map[int]bool{}
		for i, trip := range trips {
			units := int64(0)
			for _, s := range trip.Stops {
				seen[s.School]++
				units += s.Units
				if rounds[s.Commune] == nil {
					rounds[s.Commune] = map[int]bool{}
				}
				rounds[s.Commune][i] = true
			}
			if len(trip.Stops) > b.Stops || (units > b.Units && len(trip.Stops) > 1) || trip.Name == "" || trip.Commune != trip.Stops[0].Commune {
				t.Fatalf("%+v under %+v", trip, b)
			}
		}
		if len(seen) != len(stops) {
			t.Fatalf("%d of %d schools", len(seen), len(stops))
		}
		of, load := map[string]int{}, map[string]int64{}
		for _, s := range stops {
			if seen[s.School] != 1 {
				t.Fatalf("%s is %d stops", s.School, seen[s.School])
			}
			of[s.Commune]++
			load[s.Commune] += s.Units
		}
		for commune, list := range rounds {
			if of[commune] <= b.Stops && load[commune] <= b.Units && len(list) != 1 {
				t.Fatalf("the van goes %d times to %s", len(list), commune)
			}
		}
		if again := PlanTrips(stops, b); !reflect.DeepEqual(trips, again) {
			t.Fatal("the same stops give other rounds")
		}
	})
}

func TestNeighbouringCommunesShareARoundAndFarOnesDoNot(t *testing.T) {
	at := func(school, commune string, x, y float64) Stop {
		return Stop{Place: Place{School: school, Commune: commune, CommuneName: commune, Latitude: &y, Longitude: &x}, Units: 5}
	}
	trips := PlanTrips([]Stop{at("A", "Laon", 3.62, 49.56), at("B", "Athies", 3.68, 49.57), at("C", "Hirson", 4.08, 49.92), at("D", "Laon", 3.63, 49.57), {Place: Place{School: "E", Name: "Loin"}, Units: 1}}, UsualBounds)
	var names []string
	for _, trip := range trips {
		names = append(names, trip.Name)
	}
	if want := []string{"Hirson", "Laon, Athies", "Loin"}; !reflect.DeepEqual(names, want) && !reflect.DeepEqual(names, []string{"Hirson", "Athies, Laon", "Loin"}) {
		t.Errorf("%q, want %q", names, want)
	}
}
