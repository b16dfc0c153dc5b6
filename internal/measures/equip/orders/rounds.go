package orders

import (
	"cmp"
	"maps"
	"math"
	"slices"
	"strconv"
	"strings"
)

// Place is where things are delivered: a school, or the territory's own stock when School is "".
type Place struct {
	School, Name         string
	Commune, CommuneName string // INSEE code, "" unknown
	Latitude, Longitude  *float64
}

// Stop is how many units a place gets, of all orders together.
type Stop struct {
	Place
	Units int64
}

// Bounds limit a round of a van.
type Bounds struct {
	Stops      int     // at most
	Units      int64   // at most; one stop that gets more is a round of its own
	Kilometres float64 // as the crow flies: from one commune of a round to the next
}

// UsualBounds are a day's work for two people with a van.
var UsualBounds = Bounds{Stops: 12, Units: 200, Kilometres: 25}

// Trip is a round that is planned: stops in their order.
type Trip struct {
	Name    string // of its communes
	Commune string // INSEE code of the first
	Stops   []Stop
}

// group is the stops of one commune, or a part of them that fills a round.
type group struct {
	commune, name string
	stops         []Stop
	units         int64
	at            point
	placed        bool // its position is known
}

// PlanTrips plans the rounds: every place is a stop of exactly one. The places of a commune travel together as long
// as they fit; what is left room for is the next commune. The same stops give the same rounds.
func PlanTrips(stops []Stop, b Bounds) []Trip {
	var trips []Trip
	var open []group
	for _, g := range groups(stops) {
		open = append(open, g.parts(b)...)
	}
	for len(open) > 0 {
		trip := take(&open, farthest(open))
		load := trip.units
		members := []group{trip}
		for {
			next := nearest(open, members[len(members)-1], b, b.Stops-countStops(members), b.Units-load)
			if next < 0 {
				break
			}
			g := take(&open, next)
			load += g.units
			members = append(members, g)
		}
		trips = append(trips, tripOf(members))
	}
	return trips
}

// groups returns the stops by commune, by code. Places without a commune are each on their own: nobody knows whether
// they lie near one another.
func groups(stops []Stop) []group {
	byCode := map[string]*group{}
	for _, s := range stops {
		key := s.Commune
		if key == "" {
			key = "?" + s.School
		}
		g := byCode[key]
		if g == nil {
			g = &group{commune: s.Commune, name: cmp.Or(s.CommuneName, s.Name)}
			byCode[key] = g
		}
		g.stops = append(g.stops, s)
	}
	list := make([]group, 0, len(byCode))
	for _, key := range slices.Sorted(maps.Keys(byCode)) {
		list = append(list, *byCode[key])
	}
	return list
}

// parts cuts the stops of a commune into as few parts as fit into a round each, near ones together.
func (g group) parts(b Bounds) []group {
	slices.SortFunc(g.stops, func(x, y Stop) int { return cmp.Compare(x.School, y.School) })
	order := path(g.stops)
	var parts []group
	for _, s := range order {
		last := len(parts) - 1
		if last < 0 || len(parts[last].stops) >= b.Stops || parts[last].units+s.Units > b.Units {
			parts = append(parts, group{commune: g.commune, name: g.name})
			last++
		}
		parts[last].stops = append(parts[last].stops, s)
		parts[last].units += s.Units
	}
	for i := range parts {
		parts[i].locate()
	}
	return parts
}

// locate finds the middle of the stops whose position is known.
func (g *group) locate() {
	var sum point
	n := 0.0
	for _, s := range g.stops {
		if at, known := s.at(); known {
			sum.x, sum.y, n = sum.x+at.x, sum.y+at.y, n+1
		}
	}
	if n > 0 {
		g.at, g.placed = point{sum.x / n, sum.y / n}, true
	}
}

// farthest returns the group that lies farthest from the middle of all, so that nobody is left over at the edge.
func farthest(open []group) int {
	var middle point
	n := 0.0
	for _, g := range open {
		if g.placed {
			middle.x, middle.y, n = middle.x+g.at.x, middle.y+g.at.y, n+1
		}
	}
	if n == 0 {
		return 0
	}
	middle = point{middle.x / n, middle.y / n}
	best, far := 0, -1.0
	for i, g := range open {
		if d := g.at.to(middle); g.placed && d > far {
			best, far = i, d
		}
	}
	return best
}

// nearest returns the group within reach of the last one that still fits, -1 when there is none.
func nearest(open []group, last group, b Bounds, stops int, units int64) int {
	best, near := -1, b.Kilometres
	if !last.placed {
		return best
	}
	for i, g := range open {
		if !g.placed || len(g.stops) > stops || g.units > units {
			continue
		}
		if d := g.at.to(last.at); d < near || (d == near && best < 0) {
			best, near = i, d
		}
	}
	return best
}

func countStops(members []group) int {
	n := 0
	for _, g := range members {
		n += len(g.stops)
	}
	return n
}

func take(open *[]group, i int) group {
	g := (*open)[i]
	*open = slices.Delete(*open, i, i+1)
	return g
}

// namedCommunes is how many communes the name of a round lists.
const namedCommunes = 3

func tripOf(members []group) Trip {
	trip := Trip{Commune: members[0].commune}
	var names []string
	for _, g := range members {
		trip.Stops = append(trip.Stops, g.stops...)
		if g.name != "" && !slices.Contains(names, g.name) {
			names = append(names, g.name)
		}
	}
	trip.Name = strings.Join(names[:min(len(names), namedCommunes)], ", ")
	if more := len(names) - namedCommunes; more > 0 {
		trip.Name += " + " + strconv.Itoa(more)
	}
	return trip
}

// path orders stops so that each is followed by the nearest that is left; those whose position is unknown are last.
func path(stops []Stop) []Stop {
	left, order := slices.Clone(stops), make([]Stop, 0, len(stops))
	for len(left) > 0 {
		best, near := 0, math.Inf(1)
		if len(order) > 0 {
			from, known := order[len(order)-1].at()
			for i, s := range left {
				if at, ok := s.at(); ok && known && at.to(from) < near {
					best, near = i, at.to(from)
				}
			}
		}
		order = append(order, left[best])
		left = slices.Delete(left, best, best+1)
	}
	return order
}

// point is a position on a plane, in kilometres: exact enough within a territory.
type point struct{ x, y float64 }

func (p point) to(q point) float64 { return math.Hypot(p.x-q.x, p.y-q.y) }

// kmPerDegree is the length of a degree of latitude.
const kmPerDegree = 111.2

// meanLatitude is that of the middle of metropolitan France, where degrees of longitude are measured: over a
// territory the error is a few per cent.
const meanLatitude = 47.0

// at returns the position of a place, and whether it is known.
func (p *Place) at() (point, bool) {
	if p.Latitude == nil || p.Longitude == nil {
		return point{}, false
	}
	return point{*p.Longitude * kmPerDegree * math.Cos(meanLatitude*math.Pi/180), *p.Latitude * kmPerDegree}, true
}
