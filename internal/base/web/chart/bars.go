package chart

import (
	"context"
	"io"
)

// Bar is one line of Bars. Text says the value in words beside the bar.
type Bar struct {
	Label string
	Href  string // where the label leads, if anywhere
	Value float64
	Text  string
	Tone  Tone // One when empty
}

// Bars are quantities of the same kind, one under the other, on a scale from 0 to Max (or the largest).
type Bars struct {
	Title, Desc string
	Max         float64
	Rows        []Bar
}

// Render implements templ.Component.
func (c Bars) Render(_ context.Context, w io.Writer) error {
	whole := c.Max
	for _, r := range c.Rows {
		whole = highest(whole, r.Value)
	}
	p := &page{}
	p.open("app-bars", c.Title, c.Desc)
	p.add(`<ul class="app-bars__rows">`)
	for _, r := range c.Rows {
		t := r.Tone
		if t == "" {
			t = One
		}
		p.openRow(r.Label, r.Href, r.Text)
		p.openBar()
		p.bar("0", share(r.Value, whole), "100%", t)
		p.add(`</svg></li>`)
	}
	p.add(`</ul></figure>`)
	return p.send(w)
}

func (p *page) openRow(label, href, text string) {
	p.add(`<li><span class="app-bars__label">`)
	if href != "" {
		p.add(`<a`)
		p.href(href)
		p.add(`>`)
	}
	p.text(label)
	if href != "" {
		p.add(`</a>`)
	}
	p.add(`</span> <span class="app-bars__value">`)
	p.text(text)
	p.add(`</span>`)
}

func (p *page) openBar() {
	p.add(`<svg class="app-bars__bar" aria-hidden="true" focusable="false">`)
}

// Stack is one line of Stacks: Values are in the order of the keys.
type Stack struct {
	Label  string
	Href   string
	Values []float64
	Text   string
}

// Stacks are parts of a whole, end to end, on a scale from 0 to Max (or the largest sum). With Share each
// line is drawn over the full width.
type Stacks struct {
	Title, Desc string
	Keys        []Key
	Max         float64
	Share       bool
	Rows        []Stack
}

// Render implements templ.Component.
func (c Stacks) Render(_ context.Context, w io.Writer) error {
	whole := c.Max
	for _, r := range c.Rows {
		whole = highest(whole, sum(r.Values))
	}
	p := &page{}
	p.open("app-bars", c.Title, c.Desc)
	p.add(`<ul class="app-bars__rows">`)
	for _, r := range c.Rows {
		if c.Share {
			whole = sum(r.Values)
		}
		p.openRow(r.Label, r.Href, r.Text)
		p.openBar()
		at := 0.0
		for i, v := range r.Values {
			p.bar(share(at, whole), share(v, whole), "100%", tone(c.Keys, i))
			at += v
		}
		p.add(`<rect class="app-outline" width="`, share(at, whole), `" height="100%"/></svg></li>`)
	}
	p.add(`</ul>`)
	p.legend(c.Keys)
	p.add(`</figure>`)
	return p.send(w)
}

func sum(values []float64) float64 {
	total := 0.0
	for _, v := range values {
		total += v
	}
	return total
}

// Group is several bars under one label: Values and Texts are in the order of the keys.
type Group struct {
	Label  string
	Href   string
	Values []float64
	Texts  []string
}

// Groups compare the same quantities between a few things, such as scenarios: on one scale from 0 to Max (or
// the largest), or with Own each group on its own scale, for quantities of different kinds.
type Groups struct {
	Title, Desc string
	Keys        []Key
	Max         float64
	Own         bool
	Rows        []Group
}

// Render implements templ.Component.
func (c Groups) Render(_ context.Context, w io.Writer) error {
	whole := c.Max
	for _, r := range c.Rows {
		whole = highest(whole, r.Values...)
	}
	p := &page{}
	p.open("app-bars app-bars--groups", c.Title, c.Desc)
	p.add(`<ul class="app-bars__rows">`)
	for _, r := range c.Rows {
		if c.Own {
			whole = highest(0, r.Values...)
		}
		p.openRow(r.Label, r.Href, "")
		p.add(`<ul class="app-bars__group">`)
		for i, v := range r.Values {
			p.add(`<li><span class="govuk-visually-hidden">`)
			if i < len(c.Keys) {
				p.text(c.Keys[i].Label)
			}
			p.add(`</span>`)
			p.openBar()
			p.bar("0", share(v, whole), "100%", tone(c.Keys, i))
			p.add(`</svg> <span class="app-bars__value">`)
			if i < len(r.Texts) {
				p.text(r.Texts[i])
			}
			p.add(`</span></li>`)
		}
		p.add(`</ul></li>`)
	}
	p.add(`</ul>`)
	p.legend(c.Keys)
	p.add(`</figure>`)
	return p.send(w)
}

// Interval is one line of Intervals: between Sure and Possible. Bound marks the most that anyone could
// reach; 0 draws no mark.
type Interval struct {
	Label    string
	Href     string
	Sure     float64
	Possible float64
	Bound    float64
	Text     string
}

// Intervals compare what several choices surely and possibly give, on one scale from 0 to Max (or the largest).
type Intervals struct {
	Title, Desc string
	SureLabel   string // legend; none when empty
	UnsureLabel string
	BoundLabel  string
	Max         float64
	Rows        []Interval
}

// Render implements templ.Component.
func (c Intervals) Render(_ context.Context, w io.Writer) error {
	whole := c.Max
	bound := false
	for _, r := range c.Rows {
		whole = highest(whole, r.Possible, r.Bound)
		bound = bound || r.Bound > 0
	}
	p := &page{}
	p.open("app-bars", c.Title, c.Desc)
	p.add(`<ul class="app-bars__rows">`)
	for _, r := range c.Rows {
		p.openRow(r.Label, r.Href, r.Text)
		p.openBar()
		p.add(`<rect class="app-scale" width="100%" height="100%"/>`)
		p.bar("0", share(r.Possible, whole), "100%", Unknown)
		p.bar("0", share(r.Sure, whole), "100%", Sure)
		p.add(`<rect class="app-outline" width="`, share(r.Possible, whole), `" height="100%"/>`)
		if r.Bound > 0 {
			x := share(r.Bound, whole)
			p.add(`<line class="app-bound" x1="`, x, `" x2="`, x, `" y1="-4" y2="24"/>`)
		}
		p.add(`</svg></li>`)
	}
	p.add(`</ul>`)
	if c.SureLabel != "" {
		p.intervalLegend(c, bound)
	}
	p.add(`</figure>`)
	return p.send(w)
}

func (p *page) intervalLegend(c Intervals, bound bool) {
	p.add(`<ul class="app-legend">`)
	for _, k := range []Key{{c.SureLabel, Sure}, {c.UnsureLabel, Unknown}} {
		p.add(`<li><svg aria-hidden="true" focusable="false">`)
		p.bar("0", "16", "16", k.Tone)
		p.add(`<rect class="app-outline" width="16" height="16"/></svg>`)
		p.text(k.Label)
		p.add(`</li>`)
	}
	if bound && c.BoundLabel != "" {
		p.add(`<li><svg aria-hidden="true" focusable="false"><line class="app-bound" x1="8" x2="8" y2="16"/></svg>`)
		p.text(c.BoundLabel)
		p.add(`</li>`)
	}
	p.add(`</ul>`)
}
