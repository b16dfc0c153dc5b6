package chart

import "math"

// simplify leaves out the points that are less than tolerance away from the line without them
// (Douglas and Peucker, 1973). The ends stay.
func simplify(line []spot, tolerance float64) []spot {
	if len(line) < 3 {
		return line
	}
	keep := make([]bool, len(line))
	keep[0], keep[len(line)-1] = true, true
	type span struct{ first, last int }
	open := []span{{0, len(line) - 1}}
	for len(open) > 0 {
		s := open[len(open)-1]
		open = open[:len(open)-1]
		at, far := s.first, tolerance
		for i := s.first + 1; i < s.last; i++ {
			if d := distance(line[i], line[s.first], line[s.last]); d > far {
				at, far = i, d
			}
		}
		if at > s.first {
			keep[at] = true
			open = append(open, span{s.first, at}, span{at, s.last})
		}
	}
	out := line[:0:0]
	for i, s := range line {
		if keep[i] {
			out = append(out, s)
		}
	}
	return out
}

// distance from p to the segment from a to b.
func distance(p, a, b spot) float64 {
	dx, dy := b.x-a.x, b.y-a.y
	length := dx*dx + dy*dy
	if length > 0 {
		t := max(0, min(1, ((p.x-a.x)*dx+(p.y-a.y)*dy)/length))
		a = spot{a.x + t*dx, a.y + t*dy}
	}
	return math.Hypot(p.x-a.x, p.y-a.y)
}

// chains cuts rings into lines between the positions where three borders meet, each line once although two
// neighbours have it. So both sides of a border are simplified alike and no gap opens between them. With
// sharedOnly, what only one ring has is left out: the outer edge, which the territory's own outline draws.
func chains(rings []ring, sharedOnly bool) [][]Position {
	n := newNet(rings, sharedOnly)
	var out [][]Position
	for _, start := range n.order {
		if len(n.next[start]) != 2 {
			out = n.follow(out, start)
		}
	}
	// What is left are closed lines that meet nothing, such as enclaves.
	for _, start := range n.order {
		out = n.follow(out, start)
	}
	return out
}

type edge struct{ a, b Position }

func newEdge(a, b Position) edge {
	if b.Lon < a.Lon || b.Lon == a.Lon && b.Lat < a.Lat {
		a, b = b, a
	}
	return edge{a, b}
}

// net is the borders as positions and the positions next to them.
type net struct {
	order []Position // as first met, so that the same input gives the same lines
	next  map[Position][]Position
	drawn map[edge]bool
}

func newNet(rings []ring, sharedOnly bool) *net {
	sides := map[edge]int{}
	var order []edge
	for _, r := range rings {
		for i := 1; i < len(r); i++ {
			e := newEdge(r[i-1], r[i])
			if e.a == e.b {
				continue
			}
			if sides[e] == 0 {
				order = append(order, e)
			}
			sides[e]++
		}
	}
	n := &net{next: map[Position][]Position{}, drawn: map[edge]bool{}}
	for _, e := range order {
		if sharedOnly && sides[e] == 1 {
			continue
		}
		n.join(e.a, e.b)
		n.join(e.b, e.a)
	}
	return n
}

func (n *net) join(a, b Position) {
	if _, known := n.next[a]; !known {
		n.order = append(n.order, a)
	}
	n.next[a] = append(n.next[a], b)
}

// follow appends the lines that leave start and are not drawn yet.
func (n *net) follow(out [][]Position, start Position) [][]Position {
	for _, to := range n.next[start] {
		if n.drawn[newEdge(start, to)] {
			continue
		}
		line := []Position{start}
		at := start
		for {
			n.drawn[newEdge(at, to)] = true
			line = append(line, to)
			from := at
			at = to
			if len(n.next[at]) != 2 || at == start {
				break
			}
			to = n.next[at][0]
			if to == from {
				to = n.next[at][1]
			}
		}
		out = append(out, line)
	}
	return out
}
