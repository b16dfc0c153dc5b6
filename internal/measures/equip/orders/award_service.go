package orders

import (
	"context"
	"slices"
	"strings"

	"preau/internal/base/authz"
	"preau/internal/base/db"
	"preau/internal/base/errs"
)

// Awards returns who gets what of an order, by line and rank, with names.
func (s *Service) Awards(ctx context.Context, id string) (Order, []Award, error) {
	o, err := s.order(ctx, ReadOrders, id)
	if err != nil {
		return o, nil, err
	}
	places, err := s.places(ctx, o.Territory)
	if err != nil {
		return o, nil, err
	}
	var list []Award
	err = s.db.View(ctx, func(ctx context.Context, tx *db.Tx) (err error) {
		list, err = awardsOf(ctx, tx, &o)
		return err
	})
	for i := range list {
		p := places[list[i].School]
		list[i].Name, list[i].Commune = p.Name, p.CommuneName
	}
	return o, list, err
}

// AwardInput says how many of a line a school gets.
type AwardInput struct {
	Line     int64  `json:"line"`
	School   string `json:"school" doc:"UAI"`
	Quantity int64  `json:"quantity"`
}

// SetAward says how many of a line of a draft a school gets; 0 takes its award away. What is new joins the school's
// stop, or gets one. It returns Invalid, NotFound, or Conflict when the order is no draft.
func (s *Service) SetAward(ctx context.Context, id string, in AwardInput) error {
	o, err := s.order(ctx, EditOrders, id)
	if err != nil {
		return err
	}
	in.School = strings.ToUpper(strings.TrimSpace(in.School))
	places, err := s.stock(ctx, o.Territory)
	if err != nil {
		return err
	}
	var fields []errs.Field
	if _, known := places[in.School]; !known || in.School == "" {
		fields = append(fields, errs.Field{Name: "school", Key: "orders.error.school", Args: []any{"school", in.School}})
	}
	if in.Quantity < 0 || in.Quantity > mostQuantity {
		fields = append(fields, errs.Field{Name: "quantity", Key: "orders.error.quantity", Args: []any{"most", mostQuantity}})
	}
	if err := errs.OfFields(fields...); err != nil {
		return err
	}
	return s.db.Update(ctx, func(ctx context.Context, tx *db.Tx) error {
		o, err := orderByID(ctx, tx, EditOrders, id)
		if err != nil {
			return err
		}
		if o.State != Draft {
			return errs.NewConflict("orders.award.placed", "reference", o.Reference)
		}
		if err := setAward(ctx, tx, &o, in); err != nil {
			return err
		}
		if err := tidyRounds(ctx, tx, o.Territory); err != nil {
			return err
		}
		if _, err := s.planWaiting(ctx, tx, o.Territory, places, UsualBounds); err != nil {
			return err
		}
		if err := saveHead(ctx, tx, &o, o.Version); err != nil {
			return err
		}
		return s.record(ctx, tx, &o, FactChanged)
	})
}

func setAward(ctx context.Context, tx *db.Tx, o *Order, in AwardInput) error {
	l := o.line(in.Line)
	if l == nil {
		return errs.OfFields(errs.Field{Name: "line", Key: "orders.error.line", Args: []any{"n", in.Line}})
	}
	before, err := awardsOfLine(ctx, tx, o, in.Line)
	if err != nil {
		return err
	}
	had := int64(0)
	if i := slices.IndexFunc(before, func(a Award) bool { return a.School == in.School }); i >= 0 {
		had = before[i].Quantity
	}
	if sum := l.Awarded - had + in.Quantity; sum > l.Quantity {
		return errs.OfFields(errs.Field{Name: "quantity", Key: "orders.error.too_many", Args: []any{"left", l.Quantity - l.Awarded + had, "name", l.Name}})
	}
	switch {
	case in.Quantity == 0:
		_, err = tx.Exec(ctx, "DELETE FROM equip_award WHERE territory = ? AND order_id = ? AND line = ? AND school = ?", o.Territory, o.ID, in.Line, in.School)
	case had > 0:
		_, err = tx.Exec(ctx, "UPDATE equip_award SET quantity = ? WHERE territory = ? AND order_id = ? AND line = ? AND school = ?", in.Quantity, o.Territory, o.ID, in.Line, in.School)
	default:
		err = addAwards(ctx, tx, o, []Award{{Line: in.Line, School: in.School, Quantity: in.Quantity}})
	}
	return err
}

// allTerritories returns the territories on which the person holds the permission, by code.
func (s *Service) allTerritories(ctx context.Context, perm authz.Permission) ([]string, error) {
	if _, err := authz.Scopes(ctx, perm); err != nil {
		return nil, err
	}
	overview, err := s.directory.Overview(ctx)
	if err != nil {
		return nil, err
	}
	var codes []string
	for _, t := range overview.Territories {
		if authz.May(ctx, perm, authz.Territory(t.Territory)) {
			codes = append(codes, t.Territory)
		}
	}
	return codes, nil
}
