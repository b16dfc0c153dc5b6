package plan

import (
	"context"

	"preau/internal/base/authz"
	"preau/internal/base/db"
	"preau/internal/base/errs"
	"preau/internal/territory/programme"
)

// Told is an explanation with what it stands on.
type Told struct {
	*Explanation
	Head    *Head
	Version *programme.Version
	Sources []Source // where the school's figures come from
}

// Source is where a figure of a school comes from; Figure is "" for what the list of schools says of it.
type Source struct {
	Figure, Value, Period, Name, Published string
}

// ExplainAdopted returns the explanation of a school under the plan in force in its territory, for everybody.
// It returns NotFound when no plan is in force there or the plan does not know the school.
func (s *Service) ExplainAdopted(ctx context.Context, uai string) (*Told, error) {
	if err := authz.Check(ctx, ReadAdopted, authz.Nation()); err != nil {
		return nil, err
	}
	var h *Head
	err := s.db.View(db.Everywhere(ctx), func(ctx context.Context, tx *db.Tx) error {
		id, err := db.One(ctx, tx, db.Value[string], `SELECT p.id FROM plan_school s JOIN plan_plan p ON p.id = s.plan
			WHERE s.school = ? AND s.served = 1 AND p.state = 'adopted'`, uai)
		if err != nil {
			return err
		}
		h, err = headOf(ctx, tx, id)
		return err
	})
	if db.IsNotFound(err) {
		return nil, errs.NewNotFound("plan.error.not_adopted")
	}
	if err != nil {
		return nil, err
	}
	told, err := s.tell(ctx, h, uai)
	if err != nil {
		return nil, err
	}
	told.Explanation = told.Explanation.Published()
	return told, nil
}

// ExplainKept returns the explanation of a school under a kept plan of the person's territories.
func (s *Service) ExplainKept(ctx context.Context, id, uai string) (*Told, error) {
	h, seen, err := s.visible(ctx, ReadPlans, id)
	if err != nil {
		return nil, err
	}
	told, err := s.tell(ctx, h, uai)
	if err != nil {
		return nil, err
	}
	for _, code := range seen {
		if code == told.School.Territory {
			return told, nil
		}
	}
	return nil, errs.NewNotFound("plan.error.school", "school", uai)
}

func (s *Service) tell(ctx context.Context, h *Head, uai string) (*Told, error) {
	version, err := s.programmes.Version(ctx, h.Version)
	if err != nil {
		return nil, err
	}
	d, err := s.deskOf(ctx, h, version.Programme)
	if err != nil {
		return nil, err
	}
	told := &Told{Head: h, Version: version}
	if told.Explanation, err = d.explanation(d.made, Options{Scenario: h.Scenario, Seed: h.Seed}, uai); err != nil {
		return nil, err
	}
	if !d.same {
		for i := range told.Measures {
			told.Measures[i].Changes, told.Measures[i].MoreUnits = []Change{}, 0
		}
	}
	err = s.db.View(db.Everywhere(ctx), func(ctx context.Context, tx *db.Tx) (err error) {
		told.Sources, err = sourcesOf(ctx, tx, told.School.Territory, uai)
		return err
	})
	return told, err
}

// maxDesks bounds the plans that are kept ready.
const maxDesks = 2

// ready is a kept plan made again from its frozen input, for explanations.
type ready struct {
	*desk
	made *Plan // as it was kept
	same bool  // the program still makes the same plan of it, so that a change can be tried out
}

// deskOf returns a kept plan made ready for explanations, once: its input never changes.
func (s *Service) deskOf(ctx context.Context, h *Head, p *programme.Programme) (*ready, error) {
	s.mutex.Lock()
	d, ok := s.desks[h.ID]
	s.mutex.Unlock()
	if ok {
		return d, nil
	}
	var schools []School
	var asKept *Plan
	err := s.db.View(db.Everywhere(ctx), func(ctx context.Context, tx *db.Tx) (err error) {
		if schools, err = frozen(ctx, tx, h.ID, p.Codes()); err != nil {
			return err
		}
		asKept, err = wholePlan(ctx, tx, h)
		return err
	})
	if err != nil {
		return nil, err
	}
	o := Options{Scenario: h.Scenario, Seed: h.Seed, Territories: h.Territories}
	made, err := prepare(p, schools, o)
	if err != nil {
		return nil, err
	}
	sum, err := Sum(made.plan(o))
	if err != nil {
		return nil, err
	}
	d = &ready{desk: made, made: asKept, same: sum == h.SHA256}
	s.mutex.Lock()
	defer s.mutex.Unlock()
	if len(s.desks) >= maxDesks {
		clear(s.desks)
	}
	s.desks[h.ID] = d
	return d, nil
}

// sourcesOf returns the dated figures of a school with the names of their sources, the newest first, and the
// list that names the school.
func sourcesOf(ctx context.Context, tx *db.Tx, territory, uai string) ([]Source, error) {
	return db.All(ctx, tx, func(row db.Scanner) (Source, error) {
		var o Source
		err := row.Scan(&o.Figure, &o.Value, &o.Period, &o.Name, &o.Published)
		return o, err
	}, `SELECT f.name, f.value, f.period, COALESCE(o.name, ''), COALESCE(o.published, '') FROM directory_figure f
		LEFT JOIN directory_source o ON o.id = f.source WHERE f.territory = ? AND f.school = ?
		UNION ALL SELECT '', '', '', o.name, o.published FROM directory_school s JOIN directory_source o ON o.id = s.source
		WHERE s.territory = ? AND s.uai = ? ORDER BY 1, 3 DESC, 4`, territory, uai, territory, uai)
}
