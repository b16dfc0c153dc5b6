package chart

import (
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"math"
	"strconv"
	"strings"
)

const (
	mapWidth  = 1000 // units of the drawing
	mapMargin = 16
	// How far a simplified line may run from the true one, in units: about what the eye sees on a full screen.
	outerTolerance = 0.8
	innerTolerance = 1.5
)

// Position is a place on Earth in degrees (WGS 84).
type Position struct{ Lon, Lat float64 }

// Ground is the outline under a map and its projection. It does not change once made and may be shared.
type Ground struct {
	project projection
	height  int
	outline string // of the territory, as a closed path
	borders string // within it
	hash    string
}

// NewGround projects and simplifies GeoJSON geometries (Polygon or MultiPolygon): the outer ones give the
// territory's shape, the inner ones, such as communes, fine borders. A border shared by two neighbours is
// simplified and drawn once. It returns an error when a geometry cannot be read or there is none at all.
func NewGround(outer, inner []string) (*Ground, error) {
	shape, err := readAll(outer)
	if err != nil {
		return nil, err
	}
	parts, err := readAll(inner)
	if err != nil {
		return nil, err
	}
	box := bounds(append(append([]ring(nil), shape...), parts...))
	if box.empty() {
		return nil, errors.New("chart: no outline to draw")
	}
	return box.ground(shape, parts), nil
}

// NewEmptyGround returns a ground without outline that holds all the positions, for a territory whose
// contours are not known; without any position it is metropolitan France.
func NewEmptyGround(positions []Position) *Ground {
	box := bounds([]ring{positions})
	if box.empty() {
		box = extent{Position{-5, 42}, Position{8.5, 51}}
	}
	return box.ground(nil, nil)
}

// File returns the outline as an SVG file that Map draws when its GroundHref leads there: the browser keeps it,
// so that only the points travel with each page. Its address changes with Hash.
func (g *Ground) File() []byte {
	return []byte(`<svg xmlns="http://www.w3.org/2000/svg"><path id="outline" vector-effect="non-scaling-stroke" d="` + g.outline +
		`"/><path id="borders" vector-effect="non-scaling-stroke" d="` + g.borders + `"/></svg>`)
}

// Hash names the content of File in ten letters.
func (g *Ground) Hash() string { return g.hash }

func readAll(geometries []string) ([]ring, error) {
	var rings []ring
	for _, text := range geometries {
		r, err := readRings(text)
		if err != nil {
			return nil, err
		}
		rings = append(rings, r...)
	}
	return rings, nil
}

// A ring is a closed line: its last position repeats the first.
type ring []Position

type geometry struct {
	Type        string          `json:"type"`
	Coordinates json.RawMessage `json:"coordinates"`
}

func readRings(text string) ([]ring, error) {
	var g geometry
	if err := json.Unmarshal([]byte(text), &g); err != nil {
		return nil, fmt.Errorf("chart: geometry: %w", err)
	}
	var polygons [][][][]float64
	var err error
	switch g.Type {
	case "Polygon":
		polygons = make([][][][]float64, 1)
		err = json.Unmarshal(g.Coordinates, &polygons[0])
	case "MultiPolygon":
		err = json.Unmarshal(g.Coordinates, &polygons)
	default:
		return nil, fmt.Errorf("chart: geometry of type %q, not a polygon", g.Type)
	}
	if err != nil {
		return nil, fmt.Errorf("chart: coordinates: %w", err)
	}
	var rings []ring
	for _, polygon := range polygons {
		for _, line := range polygon {
			r := make(ring, 0, len(line))
			for _, pair := range line {
				if len(pair) < 2 || math.Abs(pair[0]) > 180 || math.Abs(pair[1]) > 90 {
					return nil, errors.New("chart: a position of the geometry is not a longitude and a latitude")
				}
				r = append(r, Position{pair[0], pair[1]})
			}
			rings = append(rings, r)
		}
	}
	return rings, nil
}

// extent is a rectangle on the globe: south-west and north-east.
type extent struct{ low, high Position }

func (e extent) empty() bool { return e.low.Lon > e.high.Lon }

func bounds(rings []ring) extent {
	e := extent{Position{math.Inf(1), math.Inf(1)}, Position{math.Inf(-1), math.Inf(-1)}}
	for _, r := range rings {
		for _, p := range r {
			e.low = Position{min(e.low.Lon, p.Lon), min(e.low.Lat, p.Lat)}
			e.high = Position{max(e.high.Lon, p.Lon), max(e.high.Lat, p.Lat)}
		}
	}
	return e
}

func (e extent) ground(shape, parts []ring) *Ground {
	project, height := e.fit()
	g := &Ground{
		project: project,
		height:  height,
		outline: project.closed(shape),
		borders: project.lines(chains(parts, len(shape) > 0)),
	}
	sum := sha256.Sum256(g.File())
	g.hash = hex.EncodeToString(sum[:5])
	return g
}

// projection is equirectangular, true to scale at the middle latitude: at the size of a département it
// differs from Lambert-93 by less than a unit.
type projection struct {
	west, north    float64
	perLon, perLat float64
}

// fit returns the projection that fills the width, and the height; a territory much taller than wide is
// narrowed so that the map stays on a screen.
func (e extent) fit() (projection, int) {
	cos := math.Cos((e.low.Lat + e.high.Lat) / 2 * math.Pi / 180)
	width := max((e.high.Lon-e.low.Lon)*cos, 0.01)
	height := max(e.high.Lat-e.low.Lat, 0.01)
	const room = mapWidth - 2*mapMargin
	scale := min(room/width, 1.3*room/height)
	return projection{
		west:   e.low.Lon - (mapWidth/scale-width)/2/cos,
		north:  e.high.Lat + mapMargin/scale,
		perLon: scale * cos,
		perLat: scale,
	}, int(math.Ceil(height*scale)) + 2*mapMargin
}

type spot struct{ x, y float64 }

func (p projection) spot(at Position) spot {
	return spot{(at.Lon - p.west) * p.perLon, (p.north - at.Lat) * p.perLat}
}

func (p projection) spots(line []Position) []spot {
	out := make([]spot, len(line))
	for i, at := range line {
		out[i] = p.spot(at)
	}
	return out
}

func (p projection) closed(rings []ring) string {
	var path pathWriter
	for _, r := range rings {
		if path.line(simplify(p.spots(r), outerTolerance)) {
			path.WriteByte('z')
			path.closed()
		}
	}
	return path.String()
}

func (p projection) lines(chains [][]Position) string {
	var path pathWriter
	for _, c := range chains {
		path.line(simplify(p.spots(c), innerTolerance))
	}
	return path.String()
}

// pathWriter writes lines in whole units, each point relative to the one before.
type pathWriter struct {
	strings.Builder
	x, y           int
	startX, startY int
}

// line writes a line and tells whether anything of it was left after rounding.
func (w *pathWriter) line(spots []spot) bool {
	written := false
	for i, s := range spots {
		x, y := int(math.Round(s.x)), int(math.Round(s.y))
		if i == 0 {
			w.WriteByte('m')
			w.pair(x-w.x, y-w.y)
			w.startX, w.startY = x, y
		} else if x != w.x || y != w.y {
			if written {
				w.gap(x - w.x)
			} else {
				w.WriteByte('l')
			}
			w.pair(x-w.x, y-w.y)
			written = true
		}
		w.x, w.y = x, y
	}
	return written
}

// closed says that the path went back to the start of its line.
func (w *pathWriter) closed() { w.x, w.y = w.startX, w.startY }

func (w *pathWriter) gap(next int) {
	if next >= 0 {
		w.WriteByte(' ')
	}
}

func (w *pathWriter) pair(dx, dy int) {
	w.WriteString(strconv.Itoa(dx))
	w.gap(dy)
	w.WriteString(strconv.Itoa(dy))
}
