package plan

import (
	"hash/fnv"
	"math/rand/v2"
	"slices"
)

// Scenario is a way of choosing who is served first.
type Scenario string

// The scenarios.
const (
	ByNeed    Scenario = "need"    // most points first
	ByEqual   Scenario = "equal"   // the same number for every school, as far as each can take it
	ByLottery Scenario = "lottery" // drawn by lot from a published number
	ByFirst   Scenario = "first"   // the first to have answered the census first
)

// Scenarios lists the scenarios, the rule of the programme first.
var Scenarios = []Scenario{ByNeed, ByEqual, ByLottery, ByFirst}

// candidate is an eligible school of a measure.
type candidate struct {
	school   int32 // its place in the schools sorted by UAI
	points   int32
	capacity int32
	quantity int32
	unknown  missing
}

// order returns the candidates' places in the order in which a scenario serves them; ties go by UAI.
// Candidates stand in the order of their UAI.
func order(scenario Scenario, seed uint64, measure string, schools []School, candidates []candidate) []int32 {
	keys := make([]uint64, len(candidates))
	for i := range candidates {
		keys[i] = uint64(i)
	}
	switch scenario {
	case ByNeed:
		for i := range candidates {
			keys[i] |= uint64(maxPoints-candidates[i].points) << 32
		}
		slices.Sort(keys)
	case ByLottery:
		draw := hash(measure)
		for i := range candidates {
			keys[i] |= lot(seed, draw^packed(schools[candidates[i].school].UAI)) &^ 0xffffffff
		}
		slices.Sort(keys)
	case ByFirst:
		slices.SortFunc(keys, func(a, b uint64) int {
			x, y := schools[candidates[a].school].Registered, schools[candidates[b].school].Registered
			switch {
			case x == y:
				return int(int64(a) - int64(b))
			case y == 0 || (x != 0 && x < y):
				return -1
			}
			return 1
		})
	}
	places := make([]int32, len(keys))
	for i, key := range keys {
		places[i] = int32(key & 0xffffffff)
	}
	return places
}

// maxPoints is the most that a school can have: 100 points, in thousandths.
const maxPoints = 100 * Full

// lot draws one number for a school: it depends on the seed, the measure and the UAI alone, so that
// anyone can draw it again.
func lot(seed, key uint64) uint64 {
	pcg := rand.NewPCG(seed, key)
	pcg.Uint64()
	return pcg.Uint64()
}

func hash(text string) uint64 {
	h := fnv.New64a()
	_, _ = h.Write([]byte(text))
	return h.Sum64()
}

// serve gives each candidate in turn what it can take until the units are used up. When partial is
// false, one that cannot be served whole gets nothing and ends the round. It returns the units given.
func serve(candidates []candidate, places []int32, units int64, partial bool) int64 {
	left := units
	for _, i := range places {
		c := &candidates[i]
		if int64(c.capacity) > left && !partial {
			break
		}
		c.quantity = int32(min(int64(c.capacity), left))
		if left -= int64(c.quantity); left == 0 {
			break
		}
	}
	return units - left
}

// serveEqually gives every candidate the same number as far as it can take it, and what is left over one
// by one in the order of UAI. It returns the units given.
func serveEqually(candidates []candidate, units int64) int64 {
	caps := make([]int32, len(candidates))
	for i := range candidates {
		caps[i] = candidates[i].capacity
	}
	slices.Sort(caps)
	left, level := units, int32(0)
	for i, c := range caps {
		open := int64(len(caps) - i)
		if int64(c-level)*open > left {
			level += int32(left / open)
			break
		}
		left -= int64(c-level) * open
		level = c
	}
	given := int64(0)
	for i := range candidates {
		candidates[i].quantity = min(candidates[i].capacity, level)
		given += int64(candidates[i].quantity)
	}
	for i := range candidates {
		if given == units {
			break
		}
		if candidates[i].capacity > level {
			candidates[i].quantity++
			given++
		}
	}
	return given
}
