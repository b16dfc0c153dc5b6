package crisis

import "math"

// Point is where a school is; nil coordinates are unknown.
type Point struct{ Latitude, Longitude *float64 }

// Need is a school with pupils who need a device: at least, and at the most as far as is known.
type Need struct {
	School      string
	Least, Most int64
	Point
}

// Stock is a school, or the territory's own store (""), with devices that could be lent.
type Stock struct {
	School string
	Free   int64
	Point
}

// Move is a number of devices that go from a stock to a school: the same one where they are there already.
type Move struct {
	School, Stock string
	Quantity      int64
	Metres        *int64 // as the crow flies, nil unknown
}

// unknownFar stands for a distance that is not known: such a stock is used last.
const unknownFar = 2_000_000

// Assign gives the free devices to the needs so that as many pupils as possible get one and, among all ways to do so, the sum
// of the distances is the least there is. Who surely needs a device comes first; what is then left goes to those who possibly do, again
// by the least distances. A school's own devices serve it before any other: that is never longer, since distances obey the triangle
// inequality. Each part is the transportation problem, solved exactly by successive shortest paths: for n needs and m stocks in
// about (n+m)³ steps at the worst.
func Assign(needs []Need, stocks []Stock) []Move {
	free := make([]int64, len(stocks))
	for j, s := range stocks {
		free[j] = max(s.Free, 0)
	}
	flow := make([][]int64, len(needs))
	for i := range flow {
		flow[i] = make([]int64, len(stocks))
	}
	for _, possible := range []bool{false, true} {
		wanted := make([]int64, len(needs))
		for i, n := range needs {
			wanted[i] = max(n.Least, 0)
			if possible {
				wanted[i] = max(n.Most-n.Least, 0)
			}
		}
		ownFirst(needs, stocks, wanted, free, flow)
		transport(needs, stocks, wanted, free, flow)
	}
	var moves []Move
	for i, n := range needs {
		for j, s := range stocks {
			if flow[i][j] == 0 {
				continue
			}
			m := Move{School: n.School, Stock: s.School, Quantity: flow[i][j]}
			if metres, known := distance(n.Point, s.Point); known || n.School == s.School {
				m.Metres = &metres
			}
			moves = append(moves, m)
		}
	}
	return moves
}

func ownFirst(needs []Need, stocks []Stock, wanted, free []int64, flow [][]int64) {
	at := map[string]int{}
	for j, s := range stocks {
		at[s.School] = j
	}
	for i, n := range needs {
		if j, ok := at[n.School]; ok {
			q := min(wanted[i], free[j])
			wanted[i], free[j], flow[i][j] = wanted[i]-q, free[j]-q, flow[i][j]+q
		}
	}
}

// problem is one transportation problem on the needs and stocks that are left.
type problem struct {
	cost         [][]int64 // metres
	flow         [][]int64
	wanted, free []int64
	h            []int64 // potentials: needs, then stocks
}

func transport(needs []Need, stocks []Stock, wanted, free []int64, flow [][]int64) {
	var is, js []int
	for i := range needs {
		if wanted[i] > 0 {
			is = append(is, i)
		}
	}
	for j := range stocks {
		if free[j] > 0 {
			js = append(js, j)
		}
	}
	p := problem{h: make([]int64, len(is)+len(js))}
	for _, i := range is {
		row := make([]int64, len(js))
		for b, j := range js {
			metres, known := distance(needs[i].Point, stocks[j].Point)
			if !known {
				metres = unknownFar
			}
			row[b] = metres
		}
		p.cost, p.flow, p.wanted = append(p.cost, row), append(p.flow, make([]int64, len(js))), append(p.wanted, wanted[i])
	}
	for _, j := range js {
		p.free = append(p.free, free[j])
	}
	for p.augment() {
	}
	for a, i := range is {
		wanted[i] = p.wanted[a]
		for b, j := range js {
			flow[i][j] += p.flow[a][b]
		}
	}
	for b, j := range js {
		free[j] = p.free[b]
	}
}

const far = math.MaxInt64 / 4

// augment serves one more batch of pupils by the cheapest path from a need to a stock with devices left, taking devices back from
// other needs where that is shorter on the whole. It returns false when nobody more can be served.
func (p *problem) augment() bool {
	n, m := len(p.wanted), len(p.free)
	dist, from, done := make([]int64, n+m), make([]int, n+m), make([]bool, n+m)
	for v := range dist {
		dist[v], from[v] = far, -1
		if v < n && p.wanted[v] > 0 {
			dist[v] = -p.h[v]
		}
	}
	for {
		v := -1
		for u, d := range dist {
			if !done[u] && d < far && (v < 0 || d < dist[v]) {
				v = u
			}
		}
		if v < 0 {
			break
		}
		done[v] = true
		p.relax(v, dist, from, done)
	}
	last, best := -1, int64(far)
	for b := range m {
		if v := n + b; p.free[b] > 0 && dist[v] < far && dist[v]+p.h[v] < best {
			last, best = v, dist[v]+p.h[v]
		}
	}
	if last < 0 {
		return false
	}
	p.push(last, from)
	for v := range dist {
		if dist[v] < far {
			p.h[v] += dist[v]
		}
	}
	return true
}

// relax shortens the paths that go on from a vertex: a need takes from a stock, a stock takes back from a need that it serves.
func (p *problem) relax(v int, dist []int64, from []int, done []bool) {
	n := len(p.wanted)
	if v < n {
		for b := range p.free {
			u := n + b
			if d := dist[v] + p.cost[v][b] + p.h[v] - p.h[u]; !done[u] && d < dist[u] {
				dist[u], from[u] = d, v
			}
		}
		return
	}
	for a := range p.wanted {
		if p.flow[a][v-n] == 0 || done[a] {
			continue
		}
		if d := dist[v] - p.cost[a][v-n] + p.h[v] - p.h[a]; d < dist[a] {
			dist[a], from[a] = d, v
		}
	}
}

// push sends as many devices along the path as fit.
func (p *problem) push(last int, from []int) {
	n := len(p.wanted)
	q := p.free[last-n]
	v := last
	for from[v] >= 0 {
		if v < n { // reached from a stock that takes back
			q = min(q, p.flow[v][from[v]-n])
		}
		v = from[v]
	}
	q = min(q, p.wanted[v])
	p.wanted[v] -= q
	p.free[last-n] -= q
	for v = last; from[v] >= 0; v = from[v] {
		if v >= n {
			p.flow[from[v]][v-n] += q
		} else {
			p.flow[v][from[v]-n] -= q
		}
	}
}

// earth is the mean radius of the Earth in metres (IUGG).
const earth = 6_371_009

// distance returns the metres between two points as the crow flies; false when a point is unknown.
func distance(a, b Point) (int64, bool) {
	if a.Latitude == nil || a.Longitude == nil || b.Latitude == nil || b.Longitude == nil {
		return 0, false
	}
	rad := math.Pi / 180
	lat1, lat2 := *a.Latitude*rad, *b.Latitude*rad
	sinLat, sinLon := math.Sin((lat2-lat1)/2), math.Sin((*b.Longitude-*a.Longitude)*rad/2)
	x := sinLat*sinLat + math.Cos(lat1)*math.Cos(lat2)*sinLon*sinLon
	return int64(2*earth*math.Asin(math.Sqrt(min(1, x))) + 0.5), true
}
