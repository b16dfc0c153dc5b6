package chart

import (
	"bytes"
	"compress/gzip"
	"encoding/json"
	"math"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"

	"preau/internal/base/dbtest"

	"pgregory.net/rapid"
)

// The unit square and its right neighbour, which share the border from (1,0) to (1,1).
const (
	left  = `{"type":"Polygon","coordinates":[[[0,0],[1,0],[1,0.5],[1,1],[0,1],[0,0]]]}`
	right = `{"type":"MultiPolygon","coordinates":[[[[1,0],[2,0],[2,1],[1,1],[1,0.5],[1,0]]]]}`
	both  = `{"type":"Polygon","coordinates":[[[0,0],[2,0],[2,1],[0,1],[0,0]]]}`
)

func TestASharedBorderIsDrawnOnce(t *testing.T) {
	g, err := NewGround([]string{both}, []string{left, right})
	if err != nil {
		t.Fatal(err)
	}
	if n := strings.Count(g.borders, "m"); n != 1 {
		t.Errorf("%d lines between two neighbours: %s", n, g.borders)
	}
	if !regexp.MustCompile(`^m500 \d+l0 -?\d+$|^m500 \d+l0-\d+$`).MatchString(g.borders) {
		t.Errorf("the border is not one straight line in the middle: %s", g.borders)
	}
}

func TestWithoutAnOutlineTheOuterEdgeIsABorder(t *testing.T) {
	g, err := NewGround(nil, []string{left, right})
	if err != nil {
		t.Fatal(err)
	}
	if n := strings.Count(g.borders, "m"); n != 3 || g.outline != "" {
		t.Errorf("%d lines, not the two outer ones and the shared one: %s", n, g.borders)
	}
}

func TestAMapIsTrueToScaleAndUpright(t *testing.T) {
	// A square of one degree of latitude, as wide as it is high on the ground.
	lon := 1 / math.Cos(49.5*math.Pi/180)
	g := NewEmptyGround([]Position{{2, 49}, {2 + lon, 50}})
	a, b := g.project.spot(Position{2, 49}), g.project.spot(Position{2 + lon, 50})
	if math.Abs((b.x-a.x)-(a.y-b.y)) > 1e-6 || b.y > a.y {
		t.Errorf("south-west at %v, north-east at %v", a, b)
	}
	for _, s := range []spot{a, b} {
		if s.x < mapMargin-1 || s.x > mapWidth-mapMargin+1 || s.y < mapMargin-1 || s.y > float64(g.height) {
			t.Errorf("%v lies outside a drawing of %d × %d", s, mapWidth, g.height)
		}
	}
}

func TestATallTerritoryStaysOnTheScreen(t *testing.T) {
	g := NewEmptyGround([]Position{{2, 43}, {2.1, 50}})
	if g.height > 1400 {
		t.Errorf("the drawing is %d units high for %d wide", g.height, mapWidth)
	}
	if x := g.project.spot(Position{2.05, 46}).x; math.Abs(x-mapWidth/2) > 1 {
		t.Errorf("its middle stands at %v, not in the middle", x)
	}
}

func TestPointsOutsideTheGroundAreLeftOut(t *testing.T) {
	g, err := NewGround([]string{both}, nil)
	if err != nil {
		t.Fatal(err)
	}
	markup := render(t, Map{Title: "x", Ground: g, Marks: []Mark{{"a", Sure, Circle}}, Points: []Point{
		{Position{1, 0.5}, 0, "in", "/in"}, {Position{10, 10}, 0, "out", "/out"}, {Position{math.NaN(), 0}, 0, "nowhere", "/no"}, {Position{1, 0.5}, 7, "no mark", "/mark"},
	}})
	if strings.Count(markup, "<a ") != 1 || !strings.Contains(markup, "/in") {
		t.Error(markup)
	}
}

func TestGeometriesThatAreNoneAreRefused(t *testing.T) {
	for _, text := range []string{
		``, `{}`, `null`, `{"type":"Point","coordinates":[1,2]}`, `{"type":"Polygon","coordinates":[[[1]]]}`,
		`{"type":"Polygon","coordinates":[[["a","b"]]]}`, `{"type":"Polygon","coordinates":[[[700000,6900000]]]}`,
		`{"type":"Polygon","coordinates":[]}`, `{"type":"Polygon","coordinates":[[]]}`,
	} {
		if _, err := NewGround([]string{text}, nil); err == nil {
			t.Errorf("%s makes a ground", text)
		}
	}
}

func TestSimplifyStaysWithinItsTolerance(t *testing.T) {
	coordinate := rapid.Float64Range(-100, 100)
	rapid.Check(t, func(t *rapid.T) {
		line := rapid.SliceOfN(rapid.Custom(func(t *rapid.T) spot {
			return spot{coordinate.Draw(t, "x"), coordinate.Draw(t, "y")}
		}), 2, 60).Draw(t, "line")
		const tolerance = 5
		short := simplify(line, tolerance)
		if short[0] != line[0] || short[len(short)-1] != line[len(line)-1] {
			t.Fatal("an end has moved")
		}
		at := 0 // the points kept are in order, and each one left out lies near the piece that spans it
		for _, p := range line[1:] {
			if at+1 < len(short) && p == short[at+1] {
				at++
				continue
			}
			if at+1 < len(short) && distance(p, short[at], short[at+1]) > tolerance {
				t.Fatalf("%v is too far from %v–%v", p, short[at], short[at+1])
			}
		}
		if at != len(short)-1 {
			t.Fatal("the points kept are not the line's, in order")
		}
	})
}

func realGround(tb testing.TB, territory string) *Ground {
	tb.Helper()
	folder := filepath.Join(dbtest.Shared(tb), "geo")
	var communes struct {
		Features []struct{ Geometry json.RawMessage }
	}
	var whole struct{ Geometry json.RawMessage }
	for name, into := range map[string]any{"communes-": &communes, "departement-": &whole} {
		text, err := os.ReadFile(filepath.Join(folder, name+territory+".geojson"))
		if err != nil {
			tb.Fatal(err)
		}
		if err := json.Unmarshal(text, into); err != nil {
			tb.Fatal(err)
		}
	}
	var inner []string
	for _, f := range communes.Features {
		inner = append(inner, string(f.Geometry))
	}
	g, err := NewGround([]string{string(whole.Geometry)}, inner)
	if err != nil {
		tb.Fatal(err)
	}
	return g
}

func TestADepartementWeighsLittle(t *testing.T) {
	for _, territory := range []string{"02", "95"} {
		g := realGround(t, territory)
		var sent bytes.Buffer
		w := gzip.NewWriter(&sent)
		if _, err := w.Write(g.File()); err != nil {
			t.Fatal(err)
		}
		if err := w.Close(); err != nil {
			t.Fatal(err)
		}
		if sent.Len() > 25_000 {
			t.Errorf("the outline of %s weighs %d bytes over the wire", territory, sent.Len())
		}
		again := realGround(t, territory)
		if !bytes.Equal(g.File(), again.File()) || g.Hash() != again.Hash() {
			t.Errorf("the outline of %s differs from one time to the next", territory)
		}
	}
}

func FuzzGeometry(f *testing.F) {
	f.Add(left)
	f.Add(right)
	f.Add(both)
	f.Fuzz(func(t *testing.T, text string) {
		g, err := NewGround([]string{text}, []string{text, left})
		if err != nil {
			return
		}
		if g.height <= 0 || g.height > 3*mapWidth {
			t.Errorf("a drawing of %d units", g.height)
		}
		_ = render(t, Map{Title: "x", Ground: g})
	})
}
