package needs

import (
	"context"
	"slices"

	"preau/internal/base/authz"
	"preau/internal/base/db"
	"preau/internal/base/errs"
	"preau/internal/territory/directory"
)

// ranking returns the ranked list of a school; the caller has checked a permission.
func (s *Service) ranking(ctx context.Context, territory, school, year string) (*Ranking, error) {
	planned, err := s.planned(ctx, territory, school)
	if err != nil {
		return nil, err
	}
	var r *Ranking
	err = s.db.View(ctx, func(ctx context.Context, tx *db.Tx) error {
		r, err = s.rankingIn(ctx, tx, territory, school, year, planned)
		return err
	})
	return r, err
}

func (s *Service) rankingIn(ctx context.Context, tx *db.Tx, territory, school, year string, planned *Quota) (*Ranking, error) {
	list, err := s.ofSchool(ctx, tx, territory, school, year)
	if err != nil {
		return nil, err
	}
	quota := planned
	byHand, found, err := quotaByHand(ctx, tx, territory, school, year)
	if found {
		quota = &byHand
	}
	return Rank(s.rule, s.key, list, quota), err
}

// planned returns the quota that the adopted plan gives to a school; nil when it gives none.
func (s *Service) planned(ctx context.Context, territory, school string) (*Quota, error) {
	if s.links.Planned == nil {
		return nil, nil
	}
	quantity, plan, known, err := s.links.Planned(ctx, territory, school)
	if err != nil || !known {
		return nil, err
	}
	return &Quota{Quantity: quantity, Plan: plan}, nil
}

// SchoolNeeds is the ranked list of a school, with the names that its head may see.
type SchoolNeeds struct {
	School  directory.School
	Year    string
	Ranking *Ranking
	Names   map[string]Named // by pupil
	Classes []directory.ClassLine
}

// Named is a pupil of the school with their class.
type Named struct {
	directory.Pupil
	Class string
}

// OfSchool returns the ranked list of a school this year, for its head; NotFound for anybody else.
func (s *Service) OfSchool(ctx context.Context, uai string) (*SchoolNeeds, error) {
	school, err := s.place(ctx, Decide, uai)
	if err != nil {
		return nil, err
	}
	v := &SchoolNeeds{School: school, Year: s.Year()}
	if v.Ranking, err = s.ranking(ctx, school.Territory, uai, v.Year); err != nil {
		return nil, err
	}
	v.Classes, v.Names, err = s.names(ctx, school, v.Year)
	return v, err
}

// place returns a school on which the principal holds the permission, or NotFound.
func (s *Service) place(ctx context.Context, perm authz.Permission, uai string) (directory.School, error) {
	school, err := s.directory.School(inside(ctx), directory.UAI(uai))
	if err != nil {
		return school, unseen(ctx, perm, err)
	}
	return school, authz.Check(ctx, perm, authz.School(school.Territory, uai))
}

const mostClasses = 200

func (s *Service) names(ctx context.Context, school directory.School, year string) ([]directory.ClassLine, map[string]Named, error) {
	page, err := s.directory.Classes(inside(ctx), directory.ClassFilter{Territory: school.Territory, School: school.UAI, Year: year, Size: mostClasses})
	if err != nil {
		return nil, nil, err
	}
	names := map[string]Named{}
	for _, c := range page.Rows { // ten or so
		pupils, err := s.directory.Pupils(inside(ctx), c.Class)
		if err != nil {
			return nil, nil, err
		}
		for _, p := range pupils {
			names[p.Person] = Named{p, c.Name}
		}
	}
	return page.Rows, names, nil
}

// Applied counts what the rule decided.
type Applied struct{ Granted, Waiting int }

// Apply grants the devices of the school's quota in the order of the ranking; the others wait. It returns Conflict when no quota is known.
func (s *Service) Apply(ctx context.Context, uai string) (Applied, error) {
	school, err := s.place(ctx, Decide, uai)
	if err != nil {
		return Applied{}, err
	}
	planned, err := s.planned(ctx, school.Territory, uai)
	if err != nil {
		return Applied{}, err
	}
	var done Applied
	err = s.db.Update(ctx, func(ctx context.Context, tx *db.Tx) error {
		done = Applied{}
		r, err := s.rankingIn(ctx, tx, school.Territory, uai, s.Year(), planned)
		if err != nil {
			return err
		}
		if r.Quota == nil {
			return errs.NewConflict("needs.quota.none")
		}
		free := r.Free()
		for i := range r.Candidates {
			n := &r.Candidates[i].Nomination
			switch {
			case n.State.Served():
				continue
			case free > 0:
				free--
				done.Granted++
				err = s.decide(ctx, tx, n, Granted, "")
			case n.State == Nominated:
				done.Waiting++
				err = s.decide(ctx, tx, n, Waiting, "")
			}
			if err != nil {
				return err
			}
		}
		return nil
	})
	return done, err
}

func (s *Service) decide(ctx context.Context, tx *db.Tx, n *Nomination, to State, reason string) error {
	if err := n.decide(to, reason); err != nil {
		return err
	}
	n.DecidedAt, n.DecidedBy = tx.Now(), authz.From(ctx).Account
	if err := s.update(ctx, tx, n); err != nil {
		return err
	}
	return s.record(ctx, tx, map[State]string{Granted: FactGranted, Waiting: FactWaiting, Declined: FactDeclined}[to], n)
}

// Grant gives a device of the quota to one pupil. It returns Conflict when the quota is used up, and Invalid when
// others who are placed higher wait and none of the reasons for it is given.
func (s *Service) Grant(ctx context.Context, id, reason string) error {
	return s.change(ctx, id, Decide, func(ctx context.Context, tx *db.Tx, r *Ranking, c *Candidate) error {
		switch {
		case r.Quota == nil:
			return errs.NewConflict("needs.quota.none")
		case r.Free() == 0:
			return errs.NewConflict("needs.quota.full", "n", r.Quota.Quantity)
		case c.Rank == 0:
			return errs.NewConflict("needs.state.wrong")
		case r.Before(c) == 0:
			reason = ""
		case !slices.Contains(OrderReasons, reason):
			return errs.OfFields(errs.Field{Name: "reason", Key: "needs.order.reason", Args: []any{"n", r.Before(c)}})
		}
		return s.decide(ctx, tx, &c.Nomination, Granted, reason)
	})
}

// Release puts a pupil whose device was granted, and not handed over, back among those who wait.
func (s *Service) Release(ctx context.Context, id string) error {
	return s.change(ctx, id, Decide, func(ctx context.Context, tx *db.Tx, _ *Ranking, c *Candidate) error {
		return s.decide(ctx, tx, &c.Nomination, Waiting, "")
	})
}

// Decline closes a nomination with one of the reasons.
func (s *Service) Decline(ctx context.Context, id, reason string) error {
	return s.change(ctx, id, Decide, func(ctx context.Context, tx *db.Tx, _ *Ranking, c *Candidate) error {
		if !slices.Contains(DeclineReasons, reason) {
			return errs.OfFields(errs.Field{Name: "reason", Key: "needs.reason.missing"})
		}
		return s.decide(ctx, tx, &c.Nomination, Declined, reason)
	})
}

// change finds a nomination that the principal may change, with its ranking, and changes it.
func (s *Service) change(ctx context.Context, id string, perm authz.Permission, f func(context.Context, *db.Tx, *Ranking, *Candidate) error) error {
	n, err := s.visible(ctx, perm, id)
	if err != nil {
		return err
	}
	planned, err := s.planned(ctx, n.Territory, n.School)
	if err != nil {
		return err
	}
	return s.db.Update(ctx, func(ctx context.Context, tx *db.Tx) error {
		r, err := s.rankingIn(ctx, tx, n.Territory, n.School, n.Year, planned)
		if err != nil {
			return err
		}
		c := r.Find(id)
		if c == nil {
			return errs.NewNotFound("needs.not_found")
		}
		return f(ctx, tx, r, c)
	})
}

// visible returns a nomination on whose class the principal holds the permission, or NotFound.
func (s *Service) visible(ctx context.Context, perm authz.Permission, id string) (Nomination, error) {
	if _, err := authz.Scopes(ctx, perm); err != nil {
		return Nomination{}, err
	}
	var n Nomination
	err := s.db.View(ctx, func(ctx context.Context, tx *db.Tx) (err error) {
		n, err = s.find(ctx, tx, id)
		return err
	})
	if err != nil {
		return n, err
	}
	return n, authz.Check(ctx, perm, authz.Class(n.Territory, n.School, n.Class))
}

// Told is one nomination explained to the school.
type Told struct {
	Explanation
	Ranking *Ranking
	Pupil   directory.Pupil // zero when the pupil left the class
	Class   string
	School  directory.School
}

// Explain returns a nomination with its explanation, for the head and the teacher of the class.
func (s *Service) Explain(ctx context.Context, id string) (*Told, error) {
	n, err := s.visible(ctx, Nominate, id)
	if err != nil {
		return nil, err
	}
	t := &Told{}
	if t.Ranking, err = s.ranking(ctx, n.Territory, n.School, n.Year); err != nil {
		return nil, err
	}
	c := t.Ranking.Find(id)
	if c == nil {
		return nil, errs.NewNotFound("needs.not_found")
	}
	t.Explanation = t.Ranking.Explain(c)
	if t.School, err = s.directory.School(inside(ctx), directory.UAI(n.School)); err != nil {
		return nil, err
	}
	class, err := s.directory.Class(inside(ctx), n.Class)
	if err != nil {
		return nil, err
	}
	t.Class = class.Name
	pupils, err := s.directory.Pupils(inside(ctx), class.Class)
	for _, p := range pupils {
		if p.Person == n.Pupil {
			t.Pupil = p
		}
	}
	return t, err
}

// GrantedIn returns the pupils of a class whose device is granted and not handed over yet, for the agreements.
func (s *Service) GrantedIn(ctx context.Context, territory, class, year string) ([]string, error) {
	var list []string
	err := s.db.View(ctx, func(ctx context.Context, tx *db.Tx) (err error) {
		list, err = db.All(ctx, tx, db.Value[string], "SELECT pupil FROM lend_nomination WHERE territory = ? AND class = ? AND year = ? AND state = 'granted' ORDER BY id", territory, class, year)
		return err
	})
	return list, err
}

// MarkLent notes in the transaction of a handover that the pupil has the device; nothing for one who was not nominated.
func (s *Service) MarkLent(ctx context.Context, tx *db.Tx, territory, pupil, year string) error {
	_, err := tx.Exec(ctx, `UPDATE lend_nomination SET state = 'lent', version = version + 1 WHERE territory = ? AND pupil = ? AND year = ?
		AND state IN ('nominated', 'waiting', 'granted')`, territory, pupil, year)
	return err
}
