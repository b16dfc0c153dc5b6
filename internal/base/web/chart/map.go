package chart

import (
	"context"
	"io"
	"math"
)

// Shape is the form of a point: with its tone it says the point's class twice.
type Shape string

// The shapes.
const (
	Circle   Shape = "circle"
	Square   Shape = "square"
	Triangle Shape = "triangle"
	Diamond  Shape = "diamond"
	Cross    Shape = "cross"
)

// Mark is a class of points: an entry of the legend.
type Mark struct {
	Label string
	Tone  Tone
	Shape Shape
}

// Point is a place on the map. Title is its name and what its class says, in words.
type Point struct {
	At    Position
	Mark  int // index into the map's marks
	Title string
	Href  string
}

// Words are what the map says by itself, in the person's language.
type Words struct {
	Skip    string // link past the points
	SkipTo  string // id of the table that says the same
	ZoomIn  string
	ZoomOut string
	Home    string
	Keys    string // how to use it with the keyboard
}

// Map shows points on their territory. Points outside the ground are left out; without a Ground the points
// alone make the map.
type Map struct {
	Title, Desc string
	Ground      *Ground
	GroundHref  string // address of Ground.File; the outline is drawn in the page when empty
	Marks       []Mark
	Points      []Point
	Words       Words
}

// Render implements templ.Component.
func (c Map) Render(_ context.Context, w io.Writer) error {
	if c.Ground == nil {
		c.Ground = NewEmptyGround(c.positions())
	}
	p := &page{}
	p.open("app-map", c.Title, c.Desc)
	if c.Words.SkipTo != "" {
		p.add(`<p><a class="app-skip" href="#`)
		p.text(c.Words.SkipTo)
		p.add(`">`)
		p.text(c.Words.Skip)
		p.add(`</a></p>`)
	}
	p.add(`<div class="app-map__frame" data-map="">`)
	c.controls(p)
	p.add(`<svg class="app-map__drawing" role="group" aria-labelledby="`, titleID(c.Title), `" viewBox="0 0 `)
	p.int(mapWidth)
	p.add(" ")
	p.int(c.Ground.height)
	p.add(`">`)
	c.ground(p)
	for _, point := range c.Points {
		c.point(p, point)
	}
	p.add(`</svg><p class="app-map__label" data-map-label="" aria-hidden="true"></p></div>`)
	c.legend(p)
	p.add(`</figure>`)
	return p.send(w)
}

func (c Map) ground(p *page) {
	if c.GroundHref == "" {
		p.add(`<path class="app-map__outline" d="`, c.Ground.outline, `"/><path class="app-map__borders" d="`, c.Ground.borders, `"/>`)
		return
	}
	for _, part := range []string{"outline", "borders"} {
		p.add(`<use class="app-map__`, part, `" href="`)
		p.text(c.GroundHref)
		p.add(`#`, part, `"/>`)
	}
}

func (c Map) positions() []Position {
	all := make([]Position, 0, len(c.Points))
	for _, point := range c.Points {
		if finite(point.At) {
			all = append(all, point.At)
		}
	}
	return all
}

func (c Map) controls(p *page) {
	p.add(`<div class="app-map__controls" data-map-controls="" hidden="">`)
	for _, b := range []struct{ command, sign, label string }{
		{"in", "+", c.Words.ZoomIn}, {"out", "−", c.Words.ZoomOut}, {"home", "⤢", c.Words.Home},
	} {
		p.add(`<button type="button" data-map-command="`, b.command, `" aria-label="`)
		p.text(b.label)
		p.add(`"><span aria-hidden="true">`, b.sign, `</span></button>`)
	}
	p.add(`<p class="govuk-visually-hidden">`)
	p.text(c.Words.Keys)
	p.add(`</p></div>`)
}

func (c Map) point(p *page, point Point) {
	if point.Mark < 0 || point.Mark >= len(c.Marks) || !finite(point.At) {
		return
	}
	s := c.Ground.project.spot(point.At)
	if s.x < 0 || s.y < 0 || s.x > mapWidth || s.y > float64(c.Ground.height) {
		return
	}
	mark := c.Marks[point.Mark]
	p.add(`<a`)
	p.href(point.Href)
	p.add(`><title>`)
	p.text(point.Title)
	p.add(`</title>`)
	p.shape(mark, int(math.Round(s.x)), int(math.Round(s.y)))
	p.add(`</a>`)
}

func finite(at Position) bool {
	return !math.IsNaN(at.Lon+at.Lat) && !math.IsInf(at.Lon+at.Lat, 0)
}

// shape draws a mark around a point; all shapes cover about the same area.
func (p *page) shape(m Mark, x, y int) {
	p.add(`<path class="app-point app-tone-`, string(m.Tone), `" d="M`)
	p.int(x)
	p.add(" ")
	p.int(y)
	p.add(forms[m.Shape], `"/>`)
}

var forms = map[Shape]string{
	Circle:   "m-6 0a6 6 0 1 0 12 0a6 6 0 1 0-12 0z",
	Square:   "m-5-5h10v10h-10z",
	Triangle: "m0-7l7 12h-14z",
	Diamond:  "m0-8l7 8-7 8-7-8z",
	Cross:    "m-6-3l3-3 3 3 3-3 3 3-3 3 3 3-3 3-3-3-3 3-3-3 3-3z",
}

func (c Map) legend(p *page) {
	p.add(`<ul class="app-legend">`)
	for _, m := range c.Marks {
		p.add(`<li><svg viewBox="-9 -9 18 18" aria-hidden="true" focusable="false">`)
		p.shape(m, 0, 0)
		p.add(`</svg>`)
		p.text(m.Label)
		p.add(`</li>`)
	}
	p.add(`</ul>`)
}
