package chart

import (
	"context"
	"io"
	"math"
	"strconv"
)

// Line is one quantity over time. A NaN is a gap: not known then.
type Line struct {
	Label  string
	Values []float64
	Tone   Tone
}

// Trend shows how quantities went over X. Band, when it has as many values as X, is drawn as the space
// between what was sure and what was possible.
type Trend struct {
	Title, Desc string
	X           []string // one label for each value; as many as fit are shown
	Lines       []Line
	Low, High   []float64 // the band; nil for none
	BandLabel   string
	Max         float64              // top of the scale; a round number above the values when 0
	Scale       func(float64) string // writes a value of the scale
}

const (
	trendHeight = 240 // pixels of the plot
	trendTop    = 10  // above it, for half the highest label
	trendShown  = 5   // labels of X that fit on a phone
)

var totalHeight = strconv.Itoa(trendTop + trendHeight + 30)

// Render implements templ.Component.
func (c Trend) Render(_ context.Context, w io.Writer) error {
	top := c.top()
	p := &page{}
	p.open("app-trend", c.Title, c.Desc)
	p.add(`<div class="app-trend__row">`)
	c.scale(p, top)
	p.add(`<svg class="app-trend__plot" role="img" aria-labelledby="`, titleID(c.Title), `" height="`, totalHeight, `">`)
	grid(p)
	c.band(p, top)
	p.add(`<svg y="`)
	p.int(trendTop)
	p.add(`" width="100%" height="`)
	p.int(trendHeight)
	p.add(`" viewBox="0 0 1000 1000" preserveAspectRatio="none" overflow="visible">`)
	for i, line := range c.Lines {
		c.line(p, line, tone(c.keys(), i), top)
	}
	p.add(`</svg>`)
	for i, line := range c.Lines {
		c.dots(p, line, tone(c.keys(), i), top)
	}
	c.labels(p)
	p.add(`</svg></div>`)
	c.legend(p)
	p.add(`</figure>`)
	return p.send(w)
}

func (c Trend) keys() []Key {
	keys := make([]Key, len(c.Lines))
	for i, line := range c.Lines {
		keys[i] = Key{line.Label, line.Tone}
	}
	return keys
}

func (c Trend) legend(p *page) {
	keys := c.keys()
	if c.BandLabel != "" && len(c.High) > 0 {
		keys = append(keys, Key{c.BandLabel, Unknown})
	}
	p.legend(keys)
}

func (c Trend) top() float64 {
	if c.Max > 0 {
		return c.Max
	}
	most := 0.0
	for _, line := range c.Lines {
		most = highest(most, line.Values...)
	}
	return ceiling(highest(most, c.High...))
}

// x returns the place of the i-th value between 0 and 1, a little away from both edges.
func (c Trend) x(i int) float64 {
	if len(c.X) < 2 {
		return 0.5
	}
	return 0.01 + 0.98*float64(i)/float64(len(c.X)-1)
}

// rule returns the height of the i-th quarter of the scale.
func rule(i int) string { return strconv.Itoa(trendTop + trendHeight - trendHeight*i/4) }

func grid(p *page) {
	for i := 0; i <= 4; i++ {
		class := "app-trend__rule"
		if i == 0 {
			class = "app-trend__axis"
		}
		p.add(`<line class="`, class, `" x2="100%" y1="`, rule(i), `" y2="`, rule(i), `"/>`)
	}
}

// scale writes the values of the rules in a drawing of its own, whose width does not grow with the plot's.
func (c Trend) scale(p *page, top float64) {
	if c.Scale == nil {
		return
	}
	p.add(`<svg class="app-trend__scale" aria-hidden="true" focusable="false" height="`, totalHeight, `">`)
	for i := 0; i <= 4; i++ {
		p.add(`<text text-anchor="end" x="100%" y="`, rule(i), `" dy="5">`)
		p.text(c.Scale(top * float64(i) / 4))
		p.add(`</text>`)
	}
	p.add(`</svg>`)
}

// band fills what lies between Low and High: the hatch of the whole plot, cut to that shape.
func (c Trend) band(p *page, top float64) {
	n := min(len(c.X), len(c.Low), len(c.High))
	if n == 0 {
		return
	}
	id := titleID(c.Title) + "-band"
	p.add(`<clipPath id="`, id, `" clipPathUnits="objectBoundingBox"><path transform="scale(.001)" d="M`)
	for i := range n {
		p.place(c.x(i), c.High[i]/top)
	}
	for i := n - 1; i >= 0; i-- {
		p.place(c.x(i), c.Low[i]/top)
	}
	p.add(`z"/></clipPath><rect y="`)
	p.int(trendTop)
	p.add(`" width="100%" height="`)
	p.int(trendHeight)
	p.add(`" fill="url(#hatch)" clip-path="url(#`, id, `)"/>`)
}

// place writes a point of a path in the plot's thousandths; y grows upwards.
func (p *page) place(x, y float64) {
	if math.IsNaN(y) {
		y = 0
	}
	p.int(int(math.Round(x * 1000)))
	p.add(" ")
	p.int(int(math.Round((1 - max(0, min(1, y))) * 1000)))
	p.add(" ")
}

func (c Trend) line(p *page, line Line, t Tone, top float64) {
	p.add(`<path class="app-trend__line app-line-`, string(t), `" d="`)
	pen := false
	for i := range min(len(c.X), len(line.Values)) {
		v := line.Values[i]
		if math.IsNaN(v) {
			pen = false
			continue
		}
		if !pen {
			p.add("M")
			pen = true
		}
		p.place(c.x(i), v/top)
	}
	p.add(`"/>`)
}

func (c Trend) dots(p *page, line Line, t Tone, top float64) {
	for i := range min(len(c.X), len(line.Values)) {
		v := line.Values[i]
		if math.IsNaN(v) {
			continue
		}
		y := float64(trendTop) + trendHeight*(1-max(0, min(1, v/top)))
		p.add(`<circle class="app-tone-`, string(t), `" cx="`, number(c.x(i)*100), `%" cy="`, number(y), `" r="4.5"/>`)
	}
}

func (c Trend) labels(p *page) {
	every := (len(c.X) + trendShown - 1) / trendShown
	for i, label := range c.X {
		// Counted from the end, so that the latest is always named.
		if (len(c.X)-1-i)%every != 0 {
			continue
		}
		anchor := "middle"
		switch i {
		case len(c.X) - 1:
			anchor = "end"
		case 0:
			anchor = "start"
		}
		p.add(`<text class="app-trend__label" text-anchor="`, anchor, `" x="`, number(c.x(i)*100), `%" y="`)
		p.int(trendTop + trendHeight + 22)
		p.add(`">`)
		p.text(label)
		p.add(`</text>`)
	}
}
