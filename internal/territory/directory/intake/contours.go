package intake

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"io"
	"strings"

	"preau/internal/base/db"
	"preau/internal/base/errs"
	"preau/internal/base/tabular"
	"preau/internal/territory/directory"
)

const (
	maxContours = 1 << 30  // bytes of a file of boundaries
	maxFeature  = 16 << 20 // bytes of one feature, which is held in memory
	maxPoints   = 500_000
)

// feature is one boundary of a GeoJSON file (RFC 7946).
type feature struct {
	Type       string                     `json:"type"`
	Properties map[string]json.RawMessage `json:"properties"`
	Geometry   *geometry                  `json:"geometry"`
}

type geometry struct {
	Type        string          `json:"type"`
	Coordinates json.RawMessage `json:"coordinates"`
}

// contoursImport reads the boundaries of communes and départements.
type contoursImport struct {
	*job
	number      int             // of the feature in the file, from 1
	territories map[string]bool // those that there are
	named       map[string]int  // the feature that gave a code first
}

func (j *job) readContours(ctx context.Context) error {
	if j.in.Form != tabular.JSON {
		return errs.NewInvalid("intake.contour.not")
	}
	if err := j.useSource(ctx, "geojson", ""); err != nil {
		return err
	}
	known, err := j.knownTerritories(ctx)
	if err != nil {
		return err
	}
	c := &contoursImport{job: j, territories: known, named: map[string]int{}}
	r, offset, err := j.in.Reader(j.src, j.limits)
	if err != nil {
		return err
	}
	defer r.Close()
	guard := &valueGuard{r: r, left: maxFeature}
	err = eachFeature(json.NewDecoder(guard), func(f *feature, problem error) error {
		guard.left = maxFeature
		j.progress(offset())
		return c.feature(ctx, f, problem)
	})
	if err != nil {
		return contourError(err)
	}
	j.sayLeftOut()
	return nil
}

// contourError turns an error of the JSON into a refusal of the file.
func contourError(err error) error {
	_, syntax := errors.AsType[*json.SyntaxError](err)
	_, kind := errors.AsType[*json.UnmarshalTypeError](err)
	if syntax || kind || errors.Is(err, io.ErrUnexpectedEOF) || errors.Is(err, io.EOF) || errors.Is(err, errNotGeoJSON) {
		return errs.NewInvalid("intake.contour.broken").Because(err)
	}
	return err
}

var errNotGeoJSON = errors.New("intake: neither a Feature nor a FeatureCollection")

// eachFeature calls f for the features of a FeatureCollection one by one, or for a lone Feature. A feature
// that is valid JSON of another shape comes with its problem.
func eachFeature(d *json.Decoder, f func(*feature, error) error) error {
	if t, err := d.Token(); err != nil || t != json.Delim('{') {
		return errors.Join(errNotGeoJSON, err)
	}
	lone := map[string]json.RawMessage{}
	collection := false
	for d.More() {
		key, err := d.Token()
		if err != nil {
			return err
		}
		if key == "features" {
			collection = true
			if err := eachMember(d, f); err != nil {
				return err
			}
			continue
		}
		var value json.RawMessage
		if err := d.Decode(&value); err != nil {
			return err
		}
		if name, _ := key.(string); name == "type" || name == "properties" || name == "geometry" {
			lone[name] = value
		}
	}
	if _, err := d.Token(); err != nil {
		return err
	}
	if _, err := d.Token(); err != io.EOF {
		return errors.Join(errNotGeoJSON, err) // something follows
	}
	switch kind := string(lone["type"]); {
	case collection && kind == `"FeatureCollection"`:
		return nil
	case !collection && kind == `"Feature"`:
		whole, err := json.Marshal(lone)
		if err != nil {
			return err
		}
		return one(whole, f)
	}
	return errNotGeoJSON
}

func eachMember(d *json.Decoder, f func(*feature, error) error) error {
	if t, err := d.Token(); err != nil || t != json.Delim('[') {
		return errors.Join(errNotGeoJSON, err)
	}
	for d.More() {
		var raw json.RawMessage
		if err := d.Decode(&raw); err != nil {
			return err
		}
		if err := one(raw, f); err != nil {
			return err
		}
	}
	_, err := d.Token()
	return err
}

func one(raw json.RawMessage, f func(*feature, error) error) error {
	var v feature
	err := json.Unmarshal(raw, &v)
	return f(&v, err)
}

// text returns the first of the properties that is a text or a number.
func (f *feature) text(names ...string) string {
	for _, name := range names {
		raw := f.Properties[name]
		var s string
		if json.Unmarshal(raw, &s) == nil && s != "" {
			return strings.TrimSpace(s)
		}
		var n json.Number
		if json.Unmarshal(raw, &n) == nil && n != "" {
			return n.String()
		}
	}
	return ""
}

// feature imports the boundary of a commune or of a département, or rejects it.
func (c *contoursImport) feature(ctx context.Context, f *feature, problem error) error {
	c.number++
	if problem != nil || f.Type != "Feature" || f.Geometry == nil {
		c.reject("", c.number, "", "intake.contour.feature")
		return nil
	}
	code := strings.ToUpper(f.text("code", "code_insee", "insee", "INSEE_COM", "INSEE_DEP"))
	name := clip(f.text("nom", "name", "NOM", "NOM_COM", "NOM_DEP"), mostText)
	territory, commune := territoryOfCommune(code), true
	if len(code) <= 3 {
		territory, commune = directory.TerritoryOf(code), false
	}
	if !c.territories[territory] || name == "" {
		c.reject("", c.number, short(code), "intake.contour.code", "code", short(code))
		return nil
	}
	if c.outside(territory) {
		c.leaveOut(territory)
		return nil
	}
	if first, again := c.named[code]; again {
		c.count(territory, merged)
		c.report.add(Row{Line: c.number, Outcome: Merged, Subject: code, Reason: "intake.contour.merged", Args: []any{"kept", first}})
		return nil
	}
	contour, ok := f.Geometry.compact(boundsOf(territory))
	if !ok {
		c.reject(territory, c.number, code, "intake.contour.geometry")
		return nil
	}
	c.named[code] = c.number
	if commune {
		return c.commune(ctx, territory, code, name, contour)
	}
	return c.departement(ctx, territory, name, contour)
}

func (c *contoursImport) commune(ctx context.Context, territory, insee, name, contour string) error {
	was, err := db.All(ctx, c.tx, scanTwo, "SELECT name, contour FROM directory_commune WHERE territory = ? AND insee = ?", territory, insee)
	if err != nil {
		return err
	}
	switch {
	case len(was) == 0:
		c.count(territory, created)
		_, err = c.tx.Exec(ctx, "INSERT INTO directory_commune (territory, insee, name, folded, contour) VALUES (?, ?, ?, ?, ?)",
			territory, insee, name, db.Fold(name), contour)
	case was[0] == [2]string{name, contour}:
		c.count(territory, unchanged)
	default:
		c.count(territory, updated)
		_, err = c.tx.Exec(ctx, "UPDATE directory_commune SET name = ?, folded = ?, contour = ? WHERE territory = ? AND insee = ?",
			name, db.Fold(name), contour, territory, insee)
	}
	return err
}

func (c *contoursImport) departement(ctx context.Context, territory, name, contour string) error {
	was, err := db.All(ctx, c.tx, scanTwo, "SELECT name, contour FROM directory_territory WHERE territory = ?", territory)
	if err != nil {
		return err
	}
	switch {
	case len(was) == 0:
		c.count(territory, created)
		_, err = c.tx.Exec(ctx, "INSERT INTO directory_territory (territory, name, contour) VALUES (?, ?, ?)", territory, name, contour)
	case was[0] == [2]string{name, contour}:
		c.count(territory, unchanged)
	default:
		c.count(territory, updated)
		_, err = c.tx.Exec(ctx, "UPDATE directory_territory SET name = ?, contour = ? WHERE territory = ?", name, contour, territory)
	}
	return err
}

func scanTwo(row db.Scanner) ([2]string, error) {
	var two [2]string
	err := row.Scan(&two[0], &two[1])
	return two, err
}

// bounds are the longitudes and latitudes that a boundary may have.
type bounds struct{ west, east, south, north float64 }

var (
	earth = bounds{-180, 180, -90, 90}
	// metropole is wide around the départements of Europe: what lies outside has its axes swapped, or is in
	// another system than WGS84.
	metropole = bounds{-6, 10, 41, 52}
)

// boundsOf returns where a territory may lie.
func boundsOf(territory string) bounds {
	if len(territory) == 2 && territoryNames[territory] != "" {
		return metropole
	}
	return earth
}

func (b bounds) hold(p []float64) bool {
	return len(p) >= 2 && len(p) <= 3 && p[0] >= b.west && p[0] <= b.east && p[1] >= b.south && p[1] <= b.north
}

// compact returns the geometry as it is kept, or false when it is no Polygon or MultiPolygon of closed rings
// within the bounds.
func (g *geometry) compact(within bounds) (string, bool) {
	if bytes.Count(g.Coordinates, []byte("[")) > maxPoints || bytes.Contains(g.Coordinates, []byte("null")) {
		return "", false // a null would be read as zero
	}
	switch g.Type {
	case "Polygon":
		var p [][][]float64
		if json.Unmarshal(g.Coordinates, &p) != nil || !within.polygon(p) {
			return "", false
		}
	case "MultiPolygon":
		var m [][][][]float64
		if json.Unmarshal(g.Coordinates, &m) != nil || len(m) == 0 {
			return "", false
		}
		for _, p := range m {
			if !within.polygon(p) {
				return "", false
			}
		}
	default:
		return "", false
	}
	var b bytes.Buffer
	b.WriteString(`{"type":"` + g.Type + `","coordinates":`)
	if json.Compact(&b, g.Coordinates) != nil {
		return "", false
	}
	b.WriteByte('}')
	return b.String(), true
}

func (b bounds) polygon(rings [][][]float64) bool {
	if len(rings) == 0 {
		return false
	}
	for _, ring := range rings {
		if len(ring) < 4 {
			return false
		}
		for _, p := range ring {
			if !b.hold(p) {
				return false
			}
		}
		first, last := ring[0], ring[len(ring)-1]
		if first[0] != last[0] || first[1] != last[1] {
			return false
		}
	}
	return true
}

// valueGuard bounds the bytes of one JSON value, which the decoder holds in memory.
type valueGuard struct {
	r    io.Reader
	left int
}

func (g *valueGuard) Read(p []byte) (int, error) {
	if g.left < 0 {
		return 0, errs.New(errs.TooLarge, "intake.contour.large", "limit", maxFeature>>20)
	}
	n, err := g.r.Read(p)
	g.left -= n
	return n, err
}
