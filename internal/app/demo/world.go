// Package demo invents a territory: communes, schools, classes and people that do not exist, from a fixed
// seed, with the holes and the dirt of real data, so that every page has something to show.
package demo

import (
	"fmt"
	"math"
	"math/rand/v2"
	"strings"
)

// Territory is the code of the invented territory: no département bears it.
const Territory = "99"

// TerritoryName is its name.
const TerritoryName = "Val-de-Brume (territoire inventé)"

// The world's seed: the same number gives the same territory.
const seed = 2020

// Commune is a commune with its outline.
type Commune struct {
	INSEE, Name string
	Contour     string // GeoJSON
	X, Y        float64
	Rural       *bool
	affluence   float64 // mean IPS of its schools
	size        int     // weight by which schools fall to it
}

// School is a school.
type School struct {
	UAI, Name, Type         string
	Maternelle, Elementaire *bool
	Sector, Contract        string
	Address, Postcode       string
	Commune                 *Commune
	Longitude, Latitude     float64
	IPS                     *float64
	Pupils                  *int
	Priority, QPV           *string
	Classes                 []*Class
	Head                    *Person
	answering               float64 // share of its classes that answer the census
}

// Class is a class with its people.
type Class struct {
	School      *School
	Name, Level string
	Elementary  bool
	Teacher     *Person
	Pupils      []*Person
	Counted     *int // what the directory knows of its size
}

// Person is somebody who does not exist.
type Person struct {
	ID                string
	Family, Given     string
	Birth             string
	Email, Phone      string
	Address, Postcode string
	Town              string
	SecondHome        bool
	Guardians         []*Person
}

// World is the whole territory.
type World struct {
	Communes  []*Commune
	Schools   []*School
	Guardians []*Person
	Outline   string

	random *rand.Rand
	id     int
}

// NewWorld invents the territory.
func NewWorld() *World {
	w := &World{random: rand.New(rand.NewPCG(seed, seed))}
	w.makeCommunes()
	w.makeSchools()
	for _, s := range w.Schools {
		w.makeClasses(s)
	}
	return w
}

// The territory lies in the ocean, where it stands in nobody's way.
const (
	west, south      = -7.90, 47.10
	across, upwards  = 12, 10 // communes
	cellWide, cellUp = 0.085, 0.058
)

func (w *World) makeCommunes() {
	corners := w.corners()
	names := communeNames(w.random, across*upwards)
	for row := range upwards {
		for column := range across {
			if w.outside(column, row) {
				continue
			}
			w.Communes = append(w.Communes, w.commune(column, row, corners, names[len(w.Communes)]))
		}
	}
	w.Outline = w.outline(corners)
}

type point struct{ x, y float64 }

// corners are those of a grid, each moved a little, so that neighbours share their borders.
func (w *World) corners() [][]point {
	grid := make([][]point, upwards+1)
	for row := range grid {
		grid[row] = make([]point, across+1)
		for column := range grid[row] {
			grid[row][column] = point{
				west + cellWide*(float64(column)+0.7*(w.random.Float64()-0.5)),
				south + cellUp*(float64(row)+0.7*(w.random.Float64()-0.5)),
			}
		}
	}
	return grid
}

// outside cuts the grid's angles off, so that the territory looks like one.
func (w *World) outside(column, row int) bool {
	x := (float64(column)+0.5)/across*2 - 1
	y := (float64(row)+0.5)/upwards*2 - 1
	return x*x+y*y > 1.25
}

func (w *World) commune(column, row int, corners [][]point, name string) *Commune {
	ring := []point{corners[row][column], corners[row][column+1], corners[row+1][column+1], corners[row+1][column], corners[row][column]}
	c := &Commune{INSEE: fmt.Sprintf("99%03d", len(w.Communes)+1), Name: name, Contour: polygon(ring)}
	for _, p := range ring[:4] {
		c.X += p.x / 4
		c.Y += p.y / 4
	}
	// One town in the middle of the south, a second in the north-east; affluence falls towards the town's east.
	town := math.Hypot(float64(column)-6, float64(row)-3)
	second := math.Hypot(float64(column)-9, float64(row)-8)
	c.size = 1 + int(14*math.Exp(-town*town/3)) + int(7*math.Exp(-second*second/2))
	c.affluence = 103 + 16*math.Sin(float64(row)/2.3) - 2.2*math.Max(0, float64(column)-5) + 8*w.random.NormFloat64()
	rural := c.size <= 2
	if w.random.Float64() < 0.93 {
		c.Rural = &rural
	}
	return c
}

func polygon(ring []point) string {
	var b strings.Builder
	b.WriteString(`{"type":"Polygon","coordinates":[[`)
	for i, p := range ring {
		if i > 0 {
			b.WriteByte(',')
		}
		fmt.Fprintf(&b, "[%.5f,%.5f]", p.x, p.y)
	}
	b.WriteString("]]}")
	return b.String()
}

// outline joins the outer borders of the communes: those that one commune alone has.
func (w *World) outline(corners [][]point) string {
	type node struct{ column, row int }
	next := map[node]node{}
	inside := func(column, row int) bool {
		return column >= 0 && row >= 0 && column < across && row < upwards && !w.outside(column, row)
	}
	var start node
	for row := range upwards {
		for column := range across {
			if !inside(column, row) {
				continue
			}
			a, b, c, d := node{column, row}, node{column + 1, row}, node{column + 1, row + 1}, node{column, row + 1}
			for _, side := range []struct {
				from, to    node
				column, row int
			}{{a, b, column, row - 1}, {b, c, column + 1, row}, {c, d, column, row + 1}, {d, a, column - 1, row}} {
				if !inside(side.column, side.row) {
					next[side.from] = side.to
					start = side.from
				}
			}
		}
	}
	ring := []point{corners[start.row][start.column]}
	for n := next[start]; n != start; n = next[n] {
		ring = append(ring, corners[n.row][n.column])
	}
	return polygon(append(ring, ring[0]))
}
