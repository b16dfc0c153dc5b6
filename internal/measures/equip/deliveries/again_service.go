package deliveries

import (
	"context"

	"preau/internal/base/authz"
	"preau/internal/base/code"
	"preau/internal/base/db"
	"preau/internal/base/errs"
	"preau/internal/base/i18n"
	"preau/internal/measures/equip/assets"
)

// Again plans a new delivery, a round of its own, for what was missing or wrong at one that is signed, and returns
// its identifier. Conflict when that one is not signed, or when nothing of it is left to bring.
func (s *Service) Again(ctx context.Context, id string) (string, error) {
	seen, err := s.content(ctx, id, PlanRounds)
	if err != nil {
		return "", err
	}
	if seen.State != Signed {
		return "", errs.NewConflict("deliveries.again.unsigned")
	}
	name := i18n.T(ctx, "deliveries.again.round", "school", seen.SchoolName)
	var next string
	err = s.db.Update(ctx, func(ctx context.Context, tx *db.Tx) error {
		d, err := deliveryOf(ctx, tx, id)
		if err != nil {
			return err
		}
		c, err := contentOf(ctx, tx, d)
		if err != nil {
			return err
		}
		next, err = s.bring(ctx, tx, c, name)
		return err
	})
	return next, err
}

// owed tells whether an item is still to come.
func owed(item *Item) bool {
	return (item.Trouble == assets.Missing || item.Trouble == assets.Wrong) && item.State != assets.Retired
}

func (s *Service) bring(ctx context.Context, tx *db.Tx, c *Content, name string) (string, error) {
	var list []*Item
	for _, item := range c.Items {
		if owed(item) {
			list = append(list, item)
		}
	}
	if len(list) == 0 {
		return "", errs.NewConflict("deliveries.again.none")
	}
	number, err := assets.Numbers(ctx, tx, c.Territory, "delivery", 1)
	if err != nil {
		return "", err
	}
	round, next := tx.NewID(), tx.NewID()
	if _, err := tx.Exec(ctx, `INSERT INTO equip_round (territory, id, name, commune, planned_on, state, created_at)
		SELECT territory, ?, ?, commune, '', 'planned', ? FROM equip_round WHERE territory = ? AND id = ?`, round, name, tx.Now(), c.Territory, c.Round); err != nil {
		return "", err
	}
	if _, err := tx.Exec(ctx, "INSERT INTO equip_delivery (territory, id, code, round, stop, school, state) VALUES (?, ?, ?, ?, 1, ?, 'planned')",
		c.Territory, next, code.Make(code.Delivery, c.Territory, uint64(number)), round, c.School); err != nil {
		return "", err
	}
	for _, item := range list {
		for _, one := range append([]*Item{item}, item.Parts...) {
			if err := s.hand(ctx, tx, c, one, next); err != nil {
				return "", err
			}
		}
	}
	return next, s.record(ctx, tx, &c.Delivery, FactAgain, again{Items: len(list), Next: next})
}

// hand puts an item on the next delivery, as if nobody had looked for it yet.
func (s *Service) hand(ctx context.Context, tx *db.Tx, c *Content, item *Item, next string) error {
	if owed(item) {
		a, err := assets.ByID(ctx, tx, c.Territory, item.ID)
		if err != nil {
			return err
		}
		if err := s.keeper.Trouble(ctx, tx, &a, "", c.Code); err != nil {
			return err
		}
	}
	_, err := tx.Exec(ctx, "UPDATE equip_asset SET delivery = ?, version = version + 1 WHERE territory = ? AND id = ?", next, c.Territory, item.ID)
	return err
}

// CanBringAgain tells whether the person may plan a new delivery for what this one lacked.
func (c *Content) CanBringAgain(ctx context.Context) bool {
	if c.State != Signed || !authz.May(ctx, PlanRounds, authz.School(c.Territory, c.School)) {
		return false
	}
	for _, item := range c.Items {
		if owed(item) {
			return true
		}
	}
	return false
}
