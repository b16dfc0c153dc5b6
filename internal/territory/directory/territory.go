package directory

import (
	"context"

	"preau/internal/base/authz"
	"preau/internal/base/db"
	"preau/internal/base/errs"
)

// TerritoryRow is a territory as the database keeps it.
type TerritoryRow struct {
	Territory string // département code: 02, 95, 2A, 974
	Name      string
	Academie  string
	Invented  bool   // the demonstration: every page says so
	Contour   string // GeoJSON geometry, WGS84
}

// Commune is a commune of a territory.
type Commune struct {
	Territory string
	INSEE     string
	Name      string
	Contour   string // GeoJSON geometry, WGS84
	Rural     Tri
}

// TerritoryFigures is a territory with what is known of its schools.
type TerritoryFigures struct {
	Territory string
	Name      string
	Academie  string
	Invented  bool
	Contour   bool // its outline is known
	Schools   int  // open
	Ecoles    int
	Colleges  int
	Lycees    int
	Public    int
	Private   int
	Priority  int   // in REP or REP+
	Pupils    int64 // where known
	PupilsOf  int   // schools whose number of pupils is known
	IPSOf     int   // schools whose IPS is known
	Placed    int   // schools whose position is known
	Classes   int   // open
}

const territoryFigures = `SELECT t.territory, t.name, t.academie, t.invented, CASE WHEN t.contour = '' THEN 0 ELSE 1 END,
	COALESCE(s.n, 0), COALESCE(s.ecoles, 0), COALESCE(s.colleges, 0), COALESCE(s.lycees, 0), COALESCE(s.public, 0), COALESCE(s.private, 0),
	COALESCE(s.priority, 0), COALESCE(s.pupils, 0), COALESCE(s.pupils_of, 0), COALESCE(s.ips_of, 0), COALESCE(s.placed, 0), COALESCE(c.n, 0)
	FROM directory_territory t LEFT JOIN (
		SELECT territory, COUNT(*) AS n, COUNT(CASE WHEN type = 'ecole' THEN 1 END) AS ecoles, COUNT(CASE WHEN type = 'college' THEN 1 END) AS colleges,
			COUNT(CASE WHEN type = 'lycee' THEN 1 END) AS lycees, COUNT(CASE WHEN sector = 'public' THEN 1 END) AS public,
			COUNT(CASE WHEN sector = 'private' THEN 1 END) AS private, COUNT(CASE WHEN priority IN ('REP', 'REP+') THEN 1 END) AS priority,
			CAST(SUM(pupils) AS BIGINT) AS pupils, COUNT(pupils) AS pupils_of, COUNT(ips) AS ips_of, COUNT(latitude) AS placed
		FROM directory_school WHERE status = 'open' GROUP BY territory) s ON s.territory = t.territory
	LEFT JOIN (SELECT territory, COUNT(*) AS n FROM directory_class WHERE status = 'open' GROUP BY territory) c ON c.territory = t.territory
	ORDER BY t.territory`

func scanTerritoryFigures(row db.Scanner) (TerritoryFigures, error) {
	var t TerritoryFigures
	var invented, contour int
	err := row.Scan(&t.Territory, &t.Name, &t.Academie, &invented, &contour, &t.Schools, &t.Ecoles, &t.Colleges, &t.Lycees, &t.Public, &t.Private,
		&t.Priority, &t.Pupils, &t.PupilsOf, &t.IPSOf, &t.Placed, &t.Classes)
	t.Invented, t.Contour = invented == 1, contour == 1
	return t, err
}

// Overview is what is known of all territories together.
type Overview struct {
	Territories []TerritoryFigures
	Sum         TerritoryFigures // of all of them; its names are empty
}

// Overview returns the territories with what is known of their schools, for the public. It is kept until the
// data changes.
func (s *Service) Overview(ctx context.Context) (Overview, error) {
	if _, err := authz.Scopes(ctx, ReadSchools); err != nil {
		return Overview{}, err
	}
	generation := s.db.Generation()
	if o, ok := s.overviews.get(generation, ""); ok {
		return o, nil
	}
	var o Overview
	// The public figures are of all territories, whatever the person's own.
	err := s.db.View(db.Everywhere(ctx), func(ctx context.Context, tx *db.Tx) error {
		var err error
		o.Territories, err = db.All(ctx, tx, scanTerritoryFigures, territoryFigures)
		return err
	})
	if err != nil {
		return o, err
	}
	for _, t := range o.Territories {
		o.Sum.add(&t)
	}
	s.overviews.put(generation, "", o)
	return o, nil
}

func (t *TerritoryFigures) add(o *TerritoryFigures) {
	t.Schools += o.Schools
	t.Ecoles += o.Ecoles
	t.Colleges += o.Colleges
	t.Lycees += o.Lycees
	t.Public += o.Public
	t.Private += o.Private
	t.Priority += o.Priority
	t.Pupils += o.Pupils
	t.PupilsOf += o.PupilsOf
	t.IPSOf += o.IPSOf
	t.Placed += o.Placed
	t.Classes += o.Classes
	t.Invented = t.Invented || o.Invented
}

// Territory returns one territory with its figures, or NotFound.
func (s *Service) Territory(ctx context.Context, code string) (TerritoryFigures, error) {
	o, err := s.Overview(ctx)
	if err != nil {
		return TerritoryFigures{}, err
	}
	for _, t := range o.Territories {
		if t.Territory == code {
			return t, nil
		}
	}
	return TerritoryFigures{}, errs.NewNotFound("directory.territory.not_found", "code", code)
}

// CommuneLine is a commune with its number of open schools.
type CommuneLine struct {
	INSEE   string
	Name    string
	Schools int
}

// Communes returns the communes of a territory that have schools, by name.
func (s *Service) Communes(ctx context.Context, territory string) ([]CommuneLine, error) {
	if err := authz.Check(ctx, ReadSchools, authz.Territory(territory)); err != nil {
		return nil, err
	}
	var list []CommuneLine
	err := s.db.View(ctx, func(ctx context.Context, tx *db.Tx) error {
		var err error
		list, err = db.All(ctx, tx, func(row db.Scanner) (CommuneLine, error) {
			var c CommuneLine
			err := row.Scan(&c.INSEE, &c.Name, &c.Schools)
			return c, err
		}, `SELECT commune, MAX(commune_name), COUNT(*) FROM directory_school WHERE territory = ? AND status = 'open' AND commune <> ''
			GROUP BY commune ORDER BY MAX(commune_folded), commune`, territory)
		return err
	})
	return list, err
}
