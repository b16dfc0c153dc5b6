package directory

import (
	"cmp"
	"context"
	"fmt"
	"slices"

	"preau/internal/base/authz"
	"preau/internal/base/db"
	"preau/internal/base/errs"
	"preau/internal/base/web/chart"
)

// MapFilter chooses what a map shows.
type MapFilter struct {
	Territory string
	Type      string // ecole, college, lycee; "" all
}

// Place is a point of the map: a school or, where they are too many, the schools of a commune.
type Place struct {
	UAI       UAI    // "" for a commune
	Commune   string // INSEE code
	Name      string
	In        string // name of the commune, for a school
	Schools   int
	Positions int // schools whose position is known
	Latitude  float64
	Longitude float64
	Readiness Interval
}

// Level returns the level of the place.
func (p *Place) Level() Level { return p.Readiness.Level() }

// TerritoryMap is what the map of a territory shows, and its table says.
type TerritoryMap struct {
	Territory TerritoryFigures
	Filter    MapFilter
	Communes  bool // the places are communes
	Places    []Place
	Unplaced  int // schools that have no position
	Ground    *chart.Ground
}

// mostPlaces is how many schools a map shows one by one: with the table beneath, more would weigh over 25 KB.
const mostPlaces = 300

// Map returns the map of a territory for the public, or NotFound.
func (s *Service) Map(ctx context.Context, f MapFilter) (TerritoryMap, error) {
	m := TerritoryMap{Filter: f}
	if err := authz.Check(ctx, ReadSchools, authz.Territory(f.Territory)); err != nil {
		return m, err
	}
	if f.Type != "" && !slices.Contains(SchoolTypes, SchoolType(f.Type)) {
		return m, errs.NewInvalid("directory.filter.wrong", "name", "type", "values", "ecole, college, lycee")
	}
	var err error
	if m.Territory, err = s.Territory(ctx, f.Territory); err != nil {
		return m, err
	}
	readiness := map[UAI]Interval{}
	if s.links.Readiness != nil {
		if readiness, err = s.links.Readiness(ctx, f.Territory); err != nil {
			return m, err
		}
	}
	schools, err := s.placesOf(ctx, f, readiness)
	if err != nil {
		return m, err
	}
	m.arrange(schools)
	m.Ground, err = s.ground(ctx, f.Territory, m.Places)
	return m, err
}

// placesOf returns the open schools of a territory as places, by name.
func (s *Service) placesOf(ctx context.Context, f MapFilter, readiness map[UAI]Interval) ([]Place, error) {
	var list []Place
	err := s.db.View(ctx, func(ctx context.Context, tx *db.Tx) error {
		var err error
		list, err = db.All(ctx, tx, func(row db.Scanner) (Place, error) {
			p := Place{Schools: 1}
			var latitude, longitude *float64
			err := row.Scan(&p.UAI, &p.Name, &p.Commune, &p.In, &latitude, &longitude)
			if latitude != nil && longitude != nil {
				p.Positions, p.Latitude, p.Longitude = 1, *latitude, *longitude
			}
			p.Readiness = readiness[p.UAI]
			return p, err
		}, `SELECT uai, name, commune, commune_name, latitude, longitude FROM directory_school
			WHERE territory = ? AND status = 'open' AND (? = '' OR type = ?) ORDER BY commune_folded, folded, uai`, f.Territory, f.Type, f.Type)
		return err
	})
	return list, err
}

// arrange puts the schools on the map one by one, or by commune where they are too many.
func (m *TerritoryMap) arrange(schools []Place) {
	for _, p := range schools {
		m.Unplaced += 1 - p.Positions
	}
	if m.Communes = len(schools) > mostPlaces; !m.Communes {
		m.Places = schools
		return
	}
	at := map[string]int{}
	for _, p := range schools {
		key := cmp.Or(p.Commune, p.In)
		i, has := at[key]
		if !has {
			i = len(m.Places)
			at[key] = i
			m.Places = append(m.Places, Place{Commune: p.Commune, Name: cmp.Or(p.In, "?")})
		}
		m.Places[i].join(&p)
	}
}

// join adds a school to a commune, whose point is the middle of its schools.
func (p *Place) join(school *Place) {
	p.Schools++
	p.Readiness.Sure += school.Readiness.Sure
	p.Readiness.Possible += school.Readiness.Possible
	p.Readiness.Total += school.Readiness.Total
	if school.Positions == 1 {
		p.Positions++
		p.Latitude += (school.Latitude - p.Latitude) / float64(p.Positions)
		p.Longitude += (school.Longitude - p.Longitude) / float64(p.Positions)
	}
}

// heaviestBorders is the size of an outline, in bytes before compression, beyond which the communes' borders
// are left out: a département of eight hundred communes would weigh more than all the rest of the page.
const heaviestBorders = 20_000

// ground returns the outline of a territory. It is kept until the contours change: to simplify them takes
// longer than all the rest.
func (s *Service) ground(ctx context.Context, territory string, places []Place) (*chart.Ground, error) {
	var stamp, outer string
	var inner []string
	var kept *chart.Ground
	var has bool
	err := s.db.View(ctx, func(ctx context.Context, tx *db.Tx) error {
		var err error
		if stamp, err = contourStamp(ctx, tx, territory); err != nil {
			return err
		}
		if kept, has = s.grounds.get(0, stamp); has {
			return nil
		}
		if outer, err = db.One(ctx, tx, db.Value[string], "SELECT contour FROM directory_territory WHERE territory = ?", territory); err != nil {
			return err
		}
		inner, err = db.All(ctx, tx, db.Value[string], "SELECT contour FROM directory_commune WHERE territory = ? AND contour <> '' ORDER BY insee", territory)
		return err
	})
	if err != nil || has {
		return kept, err
	}
	if outer == "" && len(inner) == 0 {
		return chart.NewEmptyGround(positionsOf(places)), nil
	}
	g, err := newGround(outer, inner)
	if err != nil {
		return nil, err
	}
	s.grounds.put(0, stamp, g)
	return g, nil
}

// contourStamp changes whenever the contours of a territory do.
func contourStamp(ctx context.Context, tx *db.Tx, territory string) (string, error) {
	return db.One(ctx, tx, func(row db.Scanner) (string, error) {
		var outline, communes, letters int64
		var last string
		err := row.Scan(&outline, &communes, &letters, &last)
		return fmt.Sprint(territory, " ", outline, " ", communes, " ", letters, " ", last), err
	}, `SELECT LENGTH(t.contour), (SELECT COUNT(*) FROM directory_commune c WHERE c.territory = t.territory),
		(SELECT CAST(COALESCE(SUM(LENGTH(c.contour)), 0) AS BIGINT) FROM directory_commune c WHERE c.territory = t.territory),
		(SELECT COALESCE(MAX(i.id), '') FROM directory_import i WHERE i.kind = 'contours' AND i.state = 'done')
		FROM directory_territory t WHERE t.territory = ?`, territory)
}

// newGround draws the territory with its communes, unless they would weigh too much.
func newGround(outer string, inner []string) (*chart.Ground, error) {
	var outline []string
	if outer != "" {
		outline = []string{outer}
	}
	ground, err := chart.NewGround(outline, inner)
	if err != nil || outer == "" || len(ground.File()) <= heaviestBorders {
		return ground, err
	}
	return chart.NewGround(outline, nil)
}

func positionsOf(places []Place) []chart.Position {
	var list []chart.Position
	for _, p := range places {
		if p.Positions > 0 {
			list = append(list, chart.Position{Lon: p.Longitude, Lat: p.Latitude})
		}
	}
	return list
}
