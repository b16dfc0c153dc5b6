package readiness

import (
	"context"

	"preau/internal/base/authz"
	"preau/internal/base/db"
	"preau/internal/base/errs"
)

// Place names what a report is about: the nation (zero value), a territory, a commune of it, or a school.
type Place struct {
	Territory, Commune, School string

	Brief bool // without the trend, for who does not show it: it adds up every day of every school
}

// Report returns everything about a place that the person may see: whole, with what is missing, its cost and the trend, to those who hold
// ReadWhole there; else the published figures. A commune has no published figures: NotFound.
func (s *Service) Report(ctx context.Context, p Place) (Report, error) {
	if err := authz.Check(ctx, ReadPublished, authz.Nation()); err != nil {
		return Report{}, err
	}
	switch {
	case p.School != "":
		return s.reportSchool(ctx, p)
	case p.Commune != "":
		return s.reportCommune(ctx, p)
	case p.Territory != "":
		view, err := s.territory(ctx, p.Territory)
		if err != nil {
			return Report{}, err
		}
		r := Report{Territory: p.Territory, TerritoryName: view.Name}
		err = s.fill(ctx, &r, view.Figures, view.Veil, authz.Territory(p.Territory), p.Brief)
		return r, err
	}
	view, err := s.nation(ctx)
	if err != nil {
		return Report{}, err
	}
	var r Report
	err = s.fill(ctx, &r, view.total, view.veil, authz.Nation(), p.Brief)
	return r, err
}

func (s *Service) reportSchool(ctx context.Context, p Place) (Report, error) {
	f, err := s.school(ctx, p.School)
	if err != nil {
		return Report{}, err
	}
	if p.Territory != "" && p.Territory != f.Territory {
		return Report{}, errs.NewNotFound("readiness.school.not_found")
	}
	r := Report{Territory: f.Territory, School: &f.School}
	scope := authz.School(f.Territory, f.UAI)
	if err := s.fill(ctx, &r, f.Figures, f.Veil, scope, p.Brief); err != nil || !r.Whole {
		return r, err
	}
	err = s.db.View(db.WithTerritories(ctx, f.Territory), func(ctx context.Context, tx *db.Tx) (err error) {
		r.Classes, err = classesOf(ctx, tx, f.Territory, f.UAI, []authz.Scope{scope})
		return err
	})
	return r, err
}

func (s *Service) reportCommune(ctx context.Context, p Place) (Report, error) {
	if err := authz.Check(ctx, ReadWhole, authz.Territory(p.Territory)); err != nil {
		return Report{}, err
	}
	view, err := s.territory(ctx, p.Territory)
	if err != nil {
		return Report{}, err
	}
	r := Report{Territory: p.Territory, TerritoryName: view.Name, Commune: p.Commune}
	var sum Figures
	for _, f := range view.schools {
		if f.Commune == p.Commune {
			sum.Add(f.Figures)
			r.CommuneName = f.CommuneName
		}
	}
	if sum.Schools == 0 {
		return Report{}, errs.NewNotFound("readiness.commune.not_found")
	}
	r.Figures, r.Whole = sum.Show(), true
	units, err := s.unitCosts(ctx, p.Territory)
	r.Mendings = mendings(sum, units)
	return r, err
}

// fill completes a report with the figures as the person may see them.
func (s *Service) fill(ctx context.Context, r *Report, f Figures, v Veil, scope authz.Scope, brief bool) error {
	r.Figures = seen(ctx, f, v, scope)
	if r.Whole = authz.May(ctx, ReadWhole, scope); !r.Whole {
		return nil
	}
	units, err := s.unitCosts(ctx, r.Territory)
	if err != nil {
		return err
	}
	r.Mendings = mendings(f, units)
	if brief {
		return nil
	}
	r.Trend, err = s.trend(ctx, scope.Territory, scope.School)
	return err
}

// unitCosts returns the programme's unit costs for a territory; none without a programme, nor for the nation, whose territories differ.
func (s *Service) unitCosts(ctx context.Context, territory string) (map[Need]int64, error) {
	if s.costs == nil || territory == "" {
		return nil, nil
	}
	return s.costs.UnitCosts(ctx, territory)
}
