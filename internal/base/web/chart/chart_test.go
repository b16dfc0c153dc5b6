package chart

import (
	"context"
	"encoding/xml"
	"errors"
	"io"
	"math"
	"strings"
	"testing"

	"github.com/a-h/templ"
)

const bad = `"><script>alert(1)</script>&`

func charts() map[string]templ.Component {
	keys := []Key{{Label: bad}, {Label: "b", Tone: Unknown}}
	marks := []Mark{{bad, Sure, Circle}, {"b", Unknown, Diamond}, {"c", Lost, Cross}}
	points := []Point{{Position{2, 49}, 0, bad, "/schools/" + bad}, {Position{2.2, 49.1}, 1, "b", "/b"}, {Position{2.1, 49.2}, 2, "c", "/c"}}
	return map[string]templ.Component{
		"bars":      Bars{Title: bad, Desc: bad, Rows: []Bar{{Label: bad, Href: "/a" + bad, Value: 3, Text: bad}, {Label: "b", Value: math.NaN()}}},
		"stacks":    Stacks{Title: bad, Keys: keys, Rows: []Stack{{Label: bad, Values: []float64{1, 2}, Text: bad}, {Label: "b"}}},
		"shares":    Stacks{Title: bad, Keys: keys, Share: true, Rows: []Stack{{Label: bad, Values: []float64{1, 3}}, {Label: "b", Values: []float64{0, 0}}}},
		"groups":    Groups{Title: bad, Keys: keys, Own: true, Rows: []Group{{Label: bad, Values: []float64{1, 2}, Texts: []string{bad}}}},
		"intervals": Intervals{Title: bad, SureLabel: bad, UnsureLabel: "u", BoundLabel: "b", Rows: []Interval{{Label: bad, Sure: 1, Possible: 2, Bound: 4, Text: bad}}},
		"trend": Trend{Title: bad, Desc: bad, X: []string{bad, "b", "c"}, Low: []float64{1, 2, 3}, High: []float64{3, 3, 3}, BandLabel: bad,
			Lines: []Line{{bad, []float64{1, math.NaN(), 3}, ""}, {"b", nil, Two}}, Scale: func(float64) string { return bad }},
		"map":         Map{Title: bad, Desc: bad, Marks: marks, Points: points, Words: Words{bad, bad, bad, bad, bad, bad}},
		"map by href": Map{Title: bad, Marks: marks, Points: points, GroundHref: "/ground?" + bad},
		"empty bars":  Bars{Title: "x"},
		"empty trend": Trend{Title: "x"},
		"empty map":   Map{Title: "x"},
	}
}

func render(t *testing.T, c templ.Component) string {
	t.Helper()
	var b strings.Builder
	if err := c.Render(context.Background(), &b); err != nil {
		t.Fatal(err)
	}
	return b.String()
}

func TestChartsAreWellFormedAndEscaped(t *testing.T) {
	for name, c := range charts() {
		markup := render(t, c)
		d := xml.NewDecoder(strings.NewReader(markup))
		for {
			token, err := d.Token()
			if errors.Is(err, io.EOF) {
				break
			}
			if err != nil {
				t.Fatalf("%s: %v in %s", name, err, markup)
			}
			start, ok := token.(xml.StartElement)
			if !ok {
				continue
			}
			if start.Name.Local == "script" {
				t.Errorf("%s: a text became a script", name)
			}
			for _, a := range start.Attr {
				if a.Name.Local == "style" || strings.Contains(a.Value, "NaN") {
					t.Errorf("%s: %s=%q", name, a.Name.Local, a.Value)
				}
			}
		}
	}
}

func TestChartsAreTheSameTwice(t *testing.T) {
	first, second := charts(), charts()
	for name := range first {
		if render(t, first[name]) != render(t, second[name]) {
			t.Errorf("%s differs from one time to the next", name)
		}
	}
}

func TestBarsKeepTheirProportions(t *testing.T) {
	markup := render(t, Bars{Title: "x", Rows: []Bar{{Value: math.NaN()}, {Value: 10}, {Value: 5}, {Value: 0}}})
	for _, want := range []string{`width="100%"`, `width="50%"`, `width="0%"`} {
		if !strings.Contains(markup, want) {
			t.Errorf("no bar of %s in %s", want, markup)
		}
	}
}

func TestStacksOfSharesFillTheWidth(t *testing.T) {
	markup := render(t, Stacks{Title: "x", Share: true, Keys: []Key{{Label: "a"}, {Label: "b"}}, Rows: []Stack{{Values: []float64{1, 3}}, {Values: []float64{100, 300}}}})
	if n := strings.Count(markup, `x="25%" width="75%"`); n != 2 {
		t.Errorf("%d of 2 lines are drawn as shares: %s", n, markup)
	}
}

func TestTrendLeavesAGapWhereNothingIsKnown(t *testing.T) {
	markup := render(t, Trend{Title: "x", X: []string{"a", "b", "c"}, Max: 10, Lines: []Line{{Values: []float64{0, math.NaN(), 10}}}})
	if !strings.Contains(markup, `d="M10 1000 M990 0 "`) || strings.Count(markup, "<circle") != 2 {
		t.Error(markup)
	}
}

func TestCeilingIsRound(t *testing.T) {
	for v, want := range map[float64]float64{0: 1, -3: 1, 0.3: 0.5, 1: 1, 7: 10, 12: 20, 21: 25, 40: 50, 99: 100, 1628: 2000, math.Inf(1): 1} {
		if got := ceiling(v); math.Abs(got-want) > 1e-9 {
			t.Errorf("above %v: %v, not %v", v, got, want)
		}
	}
}
