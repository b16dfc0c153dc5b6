package deliveries

import (
	"context"

	"preau/internal/base/authz"
	"preau/internal/base/code"
	"preau/internal/base/db"
	"preau/internal/base/errs"
)

// Deliveries returns the deliveries to the person's schools, the next first, and how many there are.
func (s *Service) Deliveries(ctx context.Context, f Filter) ([]Delivery, int, error) {
	scopes, err := authz.Scopes(ctx, ReadDeliveries)
	if err != nil {
		return nil, 0, err
	}
	var list []Delivery
	var total int
	err = s.db.View(ctx, func(ctx context.Context, tx *db.Tx) (err error) {
		list, total, err = deliveries(ctx, tx, scopes, f)
		return err
	})
	if err != nil {
		return nil, 0, err
	}
	return list, total, s.name(ctx, list)
}

// Delivery returns a delivery with its items and what was said of them, NotFound.
func (s *Service) Delivery(ctx context.Context, id string) (*Content, error) {
	return s.content(ctx, id, ReadDeliveries)
}

// Reception is Delivery for those who may receive it.
func (s *Service) Reception(ctx context.Context, id string) (*Content, error) {
	return s.content(ctx, id, ReceiveDeliveries)
}

func (s *Service) content(ctx context.Context, id string, perm authz.Permission) (*Content, error) {
	if _, err := authz.Scopes(ctx, perm); err != nil {
		return nil, err
	}
	var c *Content
	err := s.db.View(ctx, func(ctx context.Context, tx *db.Tx) error {
		d, err := deliveryOf(ctx, tx, id)
		if err != nil {
			return err
		}
		if err := authz.Check(ctx, perm, authz.School(d.Territory, d.School)); err != nil {
			return err
		}
		c, err = contentOf(ctx, tx, d)
		return err
	})
	if err != nil {
		return nil, err
	}
	return c, s.nameOne(ctx, &c.Delivery)
}

func (s *Service) nameOne(ctx context.Context, d *Delivery) error {
	list := []Delivery{*d}
	err := s.name(ctx, list)
	*d = list[0]
	return err
}

// ByCode returns the identifier of the delivery whose note bears the code, NotFound.
func (s *Service) ByCode(ctx context.Context, read string) (string, error) {
	scopes, err := authz.Scopes(ctx, ReadDeliveries)
	if err != nil {
		return "", err
	}
	kind, canonical, ok := code.Parse(read)
	if !ok || kind != code.Delivery {
		return "", errs.NewNotFound("deliveries.code.unknown")
	}
	where, args := authz.Filter(scopes, "d.territory", "d.school", "")
	var id string
	err = s.db.View(ctx, func(ctx context.Context, tx *db.Tx) (err error) {
		id, err = db.One(ctx, tx, db.Value[string], "SELECT d.id FROM equip_delivery d WHERE d.code = ? AND "+where, append([]any{canonical}, args...)...)
		return err
	})
	if db.IsNotFound(err) {
		return "", errs.NewNotFound("deliveries.code.unknown")
	}
	return id, err
}
