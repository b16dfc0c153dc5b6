package deliveries

import (
	"context"
	"slices"

	"preau/internal/base/authz"
	"preau/internal/base/db"
	"preau/internal/base/errs"
	"preau/internal/base/journal"
)

// Rounds returns the rounds that stop at a school of the person's, the next first, and how many there are.
func (s *Service) Rounds(ctx context.Context, f RoundFilter) ([]Round, int, error) {
	scopes, err := authz.Scopes(ctx, ReadDeliveries)
	if err != nil {
		return nil, 0, err
	}
	var list []Round
	var total int
	err = s.db.View(ctx, func(ctx context.Context, tx *db.Tx) (err error) {
		list, total, err = rounds(ctx, tx, scopes, f)
		return err
	})
	return list, total, err
}

// Round returns a round with those of its stops that the person may see. NotFound when that is none.
func (s *Service) Round(ctx context.Context, id string) (Round, []Delivery, error) {
	if _, err := authz.Scopes(ctx, ReadDeliveries); err != nil {
		return Round{}, nil, err
	}
	var r Round
	var list []Delivery
	err := s.db.View(ctx, func(ctx context.Context, tx *db.Tx) (err error) {
		r, list, err = roundFor(ctx, tx, id, ReadDeliveries)
		return err
	})
	if err != nil {
		return r, nil, err
	}
	return r, list, s.name(ctx, list)
}

// roundFor returns a round with its stops where the person holds the permission.
func roundFor(ctx context.Context, tx *db.Tx, id string, perm authz.Permission) (Round, []Delivery, error) {
	r, err := roundOf(ctx, tx, id)
	if err != nil {
		return r, nil, err
	}
	list, err := stops(ctx, tx, r.Territory, r.ID)
	if err != nil {
		return r, nil, err
	}
	list = slices.DeleteFunc(list, func(d Delivery) bool { return !authz.May(ctx, perm, authz.School(d.Territory, d.School)) })
	if len(list) == 0 {
		return r, nil, errs.NewNotFound("deliveries.round.not_found")
	}
	return r, list, nil
}

// planned returns a round whose stops are all the person's to plan; Forbidden when some are not.
func planned(ctx context.Context, tx *db.Tx, id string) (Round, []Delivery, error) {
	r, list, err := roundFor(ctx, tx, id, PlanRounds)
	if err == nil && int64(len(list)) < r.Stops {
		err = errs.NewForbidden("deliveries.round.shared")
	}
	return r, list, err
}

// ChangeRound names and dates a round and puts its stops in order. Conflict once it is done.
func (s *Service) ChangeRound(ctx context.Context, id string, in RoundInput) error {
	if _, err := authz.Scopes(ctx, PlanRounds); err != nil {
		return err
	}
	return s.db.Update(ctx, func(ctx context.Context, tx *db.Tx) error {
		r, list, err := planned(ctx, tx, id)
		if err != nil {
			return err
		}
		if err := in.Validate(); err != nil {
			return err
		}
		if r.State == RoundDone {
			return errs.NewConflict("deliveries.round.over")
		}
		if _, err := tx.Exec(ctx, "UPDATE equip_round SET name = ?, planned_on = ? WHERE territory = ? AND id = ?", in.Name, in.PlannedOn, r.Territory, r.ID); err != nil {
			return err
		}
		if in.Order != nil {
			if err := reorder(ctx, tx, r, list, in.Order); err != nil {
				return err
			}
		}
		if in.PlannedOn == r.PlannedOn {
			return nil
		}
		return s.journal.Record(ctx, tx, journal.Fact{Territory: r.Territory, Kind: FactRoundPlanned, Subject: r.ID, Data: roundPlanned{in.PlannedOn}})
	})
}

// reorder numbers the stops anew. The order must name each of them once.
func reorder(ctx context.Context, tx *db.Tx, r Round, list []Delivery, order []string) error {
	if len(order) != len(list) {
		return errs.NewInvalid("deliveries.round.order")
	}
	for _, d := range list {
		at := slices.Index(order, d.ID)
		if at < 0 {
			return errs.NewInvalid("deliveries.round.order")
		}
		if d.Stop == int64(at+1) {
			continue
		}
		if _, err := tx.Exec(ctx, "UPDATE equip_delivery SET stop = ? WHERE territory = ? AND id = ?", at+1, r.Territory, d.ID); err != nil {
			return err
		}
	}
	return nil
}

// MoveRound brings a round to its next state, or one back.
func (s *Service) MoveRound(ctx context.Context, id string, to RoundState) error {
	if _, err := authz.Scopes(ctx, PlanRounds); err != nil {
		return err
	}
	return s.db.Update(ctx, func(ctx context.Context, tx *db.Tx) error {
		r, _, err := planned(ctx, tx, id)
		if err != nil {
			return err
		}
		if r.State == to {
			return nil // a second click
		}
		if err := r.Move(to); err != nil {
			return err
		}
		return s.moveRound(ctx, tx, &r, to)
	})
}

func (s *Service) moveRound(ctx context.Context, tx *db.Tx, r *Round, to RoundState) error {
	if err := setRoundState(ctx, tx, r, to); err != nil {
		return err
	}
	data := roundMoved{r.State, to}
	r.State = to
	return s.journal.Record(ctx, tx, journal.Fact{Territory: r.Territory, Kind: FactRoundMoved, Subject: r.ID, Data: data})
}
