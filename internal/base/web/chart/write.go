package chart

import (
	"hash/fnv"
	"html"
	"io"
	"math"
	"strconv"
	"strings"

	"github.com/a-h/templ"
)

// Tone is a colour of the style sheet, named by what it means.
type Tone string

// The tones. Those of readiness also differ by hatch and outline; One to Six are for things without an order.
const (
	Sure    Tone = "sure"
	Unknown Tone = "unknown"
	Lost    Tone = "lost"
	One     Tone = "1"
	Two     Tone = "2"
	Three   Tone = "3"
	Four    Tone = "4"
	Five    Tone = "5"
	Six     Tone = "6"
)

var inOrder = [...]Tone{One, Two, Three, Four, Five, Six}

// Key names one part of a chart in its legend. Without a Tone it takes the next of One to Six.
type Key struct {
	Label string
	Tone  Tone
}

func tone(keys []Key, i int) Tone {
	if i < len(keys) && keys[i].Tone != "" {
		return keys[i].Tone
	}
	return inOrder[i%len(inOrder)]
}

// page collects the markup of one chart.
type page struct{ strings.Builder }

func (p *page) add(parts ...string) {
	for _, part := range parts {
		p.WriteString(part)
	}
}

func (p *page) text(s string) { p.WriteString(html.EscapeString(s)) }

func (p *page) href(address string) {
	p.add(` href="`)
	p.text(string(templ.URL(address)))
	p.add(`"`)
}

func (p *page) int(n int) { p.WriteString(strconv.Itoa(n)) }

func (p *page) send(w io.Writer) error {
	_, err := io.WriteString(w, p.String())
	return err
}

// open starts the figure: its title, and the description beneath the title.
func (p *page) open(class, title, desc string) {
	id := titleID(title)
	p.add(`<figure class="app-chart `, class, `" aria-labelledby="`, id, `"><figcaption id="`, id, `" class="app-chart__title">`)
	p.text(title)
	p.add(`</figcaption>`)
	if desc != "" {
		p.add(`<p class="app-chart__desc">`)
		p.text(desc)
		p.add(`</p>`)
	}
}

func (p *page) legend(keys []Key) {
	if len(keys) < 2 {
		return
	}
	p.add(`<ul class="app-legend">`)
	for i, k := range keys {
		p.add(`<li><svg aria-hidden="true" focusable="false">`)
		p.bar("0", "16", "16", tone(keys, i))
		p.add(`<rect class="app-outline" width="16" height="16"/></svg>`)
		p.text(k.Label)
		p.add(`</li>`)
	}
	p.add(`</ul>`)
}

// bar draws one rectangle; the hatch of what is unknown is a pattern of the page's frame.
func (p *page) bar(x, width, height string, t Tone) {
	p.add(`<rect `)
	if x != "0" {
		p.add(`x="`, x, `" `)
	}
	p.add(`width="`, width, `" height="`, height, `"`)
	if t == Unknown {
		p.add(` fill="url(#hatch)"/>`)
		return
	}
	p.add(` class="app-tone-`, string(t), `"/>`)
}

// titleID names a chart in its page: charts of one page have different titles.
func titleID(title string) string {
	h := fnv.New32a()
	_, _ = io.WriteString(h, title)
	return "chart-" + strconv.FormatUint(uint64(h.Sum32()), 36)
}

// share returns v of whole as a length, between 0 and 100 %.
func share(v, whole float64) string {
	if whole <= 0 || math.IsNaN(v) {
		return "0%"
	}
	return number(100*max(0, min(1, v/whole))) + "%"
}

// number writes at most two decimals and no trailing zero.
func number(v float64) string {
	s := strconv.FormatFloat(v, 'f', 2, 64)
	return strings.TrimSuffix(strings.TrimRight(s, "0"), ".")
}

// highest returns the largest of the values that are known and most.
func highest(most float64, values ...float64) float64 {
	for _, v := range values {
		if v > most {
			most = v
		}
	}
	return most
}

// ceiling returns a round number that is at least v: 1, 2, 2.5 or 5 times a power of ten.
func ceiling(v float64) float64 {
	if v <= 0 || math.IsInf(v, 0) || math.IsNaN(v) {
		return 1
	}
	power := math.Pow(10, math.Floor(math.Log10(v)))
	for _, step := range []float64{1, 2, 2.5, 5, 10} {
		if v <= step*power*(1+1e-9) {
			return step * power
		}
	}
	return 10 * power
}
