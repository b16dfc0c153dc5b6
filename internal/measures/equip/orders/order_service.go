package orders

import (
	"context"
	"fmt"

	"preau/internal/base/authz"
	"preau/internal/base/db"
	"preau/internal/base/errs"
	"preau/internal/base/i18n"
	"preau/internal/base/journal"
	"preau/internal/measures/equip/assets"
	"preau/internal/measures/equip/catalogue"
)

func (s *Service) record(ctx context.Context, tx *db.Tx, o *Order, kind string) error {
	return s.recordTold(ctx, tx, o, kind, o.told())
}

func (s *Service) recordTold(ctx context.Context, tx *db.Tx, o *Order, kind string, data told) error {
	return s.journal.Record(ctx, tx, journal.Fact{Territory: o.Territory, Kind: kind, Subject: o.ID, Data: data})
}

// Orders returns a page of the orders of the person's territories, and how many there are.
func (s *Service) Orders(ctx context.Context, f Filter) ([]Row, int, error) {
	scopes, err := authz.Scopes(ctx, ReadOrders)
	if err != nil {
		return nil, 0, err
	}
	if f, err = f.normal(); err != nil {
		return nil, 0, err
	}
	var list []Row
	total := 0
	err = s.db.View(ctx, func(ctx context.Context, tx *db.Tx) (err error) {
		list, total, err = listOrders(ctx, tx, scopes, f)
		return err
	})
	return list, total, err
}

// Order returns an order with its lines and funders, NotFound.
func (s *Service) Order(ctx context.Context, id string) (Order, error) {
	return s.order(ctx, ReadOrders, id)
}

func (s *Service) order(ctx context.Context, perm authz.Permission, id string) (Order, error) {
	if _, err := authz.Scopes(ctx, perm); err != nil {
		return Order{}, err
	}
	var o Order
	err := s.db.View(ctx, func(ctx context.Context, tx *db.Tx) (err error) {
		o, err = orderByID(ctx, tx, perm, id)
		return err
	})
	return o, err
}

// reference takes the next reference of the year in a territory: 2026-0001.
func reference(ctx context.Context, tx *db.Tx, territory string) (string, error) {
	year := i18n.Millis(tx.Now()).In(i18n.Paris).Format("2006")
	n, err := assets.Numbers(ctx, tx, territory, "order-"+year, 1)
	return fmt.Sprintf("%s-%04d", year, n), err
}

// Add makes a draft without a plan and returns its identifier.
func (s *Service) Add(ctx context.Context, territory string, in Input) (string, error) {
	if err := authz.Check(ctx, EditOrders, authz.Territory(territory)); err != nil {
		return "", err
	}
	if err := in.check(); err != nil {
		return "", err
	}
	if _, err := s.directory.Territory(ctx, territory); err != nil {
		return "", err
	}
	o := Order{Territory: territory, State: Draft, CreatedBy: authz.From(ctx).Account, Funders: in.Funders}
	o.take(&in)
	err := s.db.Update(ctx, func(ctx context.Context, tx *db.Tx) (err error) {
		o.ID, o.CreatedAt, o.Lines = tx.NewID(), tx.Now(), nil
		if o.Reference, err = reference(ctx, tx, territory); err != nil {
			return err
		}
		for i, line := range in.Lines {
			l, err := lineFrom(ctx, tx, line, nil)
			if err != nil {
				return err
			}
			l.Number = int64(i + 1)
			o.Lines = append(o.Lines, l)
		}
		if err := insertOrder(ctx, tx, &o); err != nil {
			return err
		}
		return s.record(ctx, tx, &o, FactDrafted)
	})
	return o.ID, err
}

// take puts the head of an input into the order.
func (o *Order) take(in *Input) {
	o.Market, o.Supplier, o.ExpectedOn, o.Owner, o.Custodian, o.Note = in.Market, in.Supplier, in.ExpectedOn, in.Owner, in.Custodian, in.Note
}

// lineFrom returns the line that an input asks for. A kit stays in the version that the line has already; what is
// new must be in the catalogue, in service.
func lineFrom(ctx context.Context, tx *db.Tx, in LineInput, before *Line) (Line, error) {
	l := Line{Number: in.Number, Measure: in.Measure, Kit: in.Kit, KitVersion: in.KitVersion, Model: in.Model, Quantity: in.Quantity, UnitCents: in.UnitCents}
	if in.Model != "" {
		m, err := catalogue.ModelByID(ctx, tx, in.Model)
		if err != nil {
			return l, err
		}
		if m.Retired && (before == nil || before.Model != m.ID) {
			return l, errs.NewConflict("catalogue.error.retired", "name", m.Title())
		}
		return l, nil
	}
	k, err := catalogue.KitByID(ctx, tx, in.Kit)
	if err != nil {
		return l, err
	}
	if k.Retired && (before == nil || before.Kit != k.ID) {
		return l, errs.NewConflict("orders.error.kit_retired", "name", k.Name)
	}
	if l.KitVersion < 1 || l.KitVersion > k.Latest {
		l.KitVersion = k.Latest
	}
	return l, nil
}

// Change changes an order. A draft may change whole; of a placed order only its market, its date and its note, for
// what was ordered is ordered. It returns Invalid, NotFound, or Conflict.
func (s *Service) Change(ctx context.Context, id string, in Input) error {
	if _, err := authz.Scopes(ctx, EditOrders); err != nil {
		return err
	}
	if err := in.check(); err != nil {
		return err
	}
	return s.db.Update(ctx, func(ctx context.Context, tx *db.Tx) error {
		o, err := orderByID(ctx, tx, EditOrders, id)
		if err != nil {
			return err
		}
		switch o.State {
		case Draft:
			o.take(&in)
			if err := changeLines(ctx, tx, &o, in.Lines); err != nil {
				return err
			}
			if _, err := tx.Exec(ctx, "DELETE FROM equip_order_funder WHERE territory = ? AND order_id = ?", o.Territory, o.ID); err != nil {
				return err
			}
			o.Funders = in.Funders
			if err := insertFunders(ctx, tx, &o); err != nil {
				return err
			}
		case Placed:
			o.Market, o.ExpectedOn, o.Note = in.Market, in.ExpectedOn, in.Note
		default:
			return o.over()
		}
		if err := saveHead(ctx, tx, &o, in.Version); err != nil {
			return err
		}
		return s.record(ctx, tx, &o, FactChanged)
	})
}

// over says why an order does not change any more.
func (o *Order) over() error {
	if o.State == Cancelled {
		return errs.NewConflict("orders.state.cancelled", "reference", o.Reference)
	}
	return errs.NewConflict("orders.state.closed", "reference", o.Reference)
}

// changeLines brings the lines of a draft to what the input says.
func changeLines(ctx context.Context, tx *db.Tx, o *Order, in []LineInput) error {
	next := int64(1)
	for _, l := range o.Lines {
		next = max(next, l.Number+1)
	}
	var lines []Line
	for i, line := range in {
		before := o.line(line.Number)
		if line.Number > 0 && before == nil {
			return errs.NewInvalid("orders.error.line", "n", line.Number)
		}
		if line.Quantity == 0 {
			if err := dropLine(ctx, tx, o, line.Number); err != nil {
				return err
			}
			continue
		}
		l, err := lineFrom(ctx, tx, line, before)
		if err != nil {
			return err
		}
		if before == nil {
			l.Number = next
			next++
			if err := insertLine(ctx, tx, o, &l); err != nil {
				return err
			}
			lines = append(lines, l)
			continue
		}
		if l.Quantity < before.Awarded {
			return errs.OfFields(errs.Field{Name: fmt.Sprintf("quantity-%d", i+1), Key: "orders.error.awarded", Args: []any{"n", before.Awarded, "name", before.Name}})
		}
		if _, err := tx.Exec(ctx, "UPDATE equip_order_line SET measure = ?, kit = ?, kit_version = ?, model = ?, quantity = ?, unit_cents = ? WHERE territory = ? AND order_id = ? AND number = ?",
			l.Measure, l.Kit, l.KitVersion, l.Model, l.Quantity, l.UnitCents, o.Territory, o.ID, l.Number); err != nil {
			return err
		}
		lines = append(lines, l)
	}
	o.Lines = lines
	return nil
}

func dropLine(ctx context.Context, tx *db.Tx, o *Order, number int64) error {
	if _, err := tx.Exec(ctx, "DELETE FROM equip_award WHERE territory = ? AND order_id = ? AND line = ?", o.Territory, o.ID, number); err != nil {
		return err
	}
	if _, err := tx.Exec(ctx, "DELETE FROM equip_order_line WHERE territory = ? AND order_id = ? AND number = ?", o.Territory, o.ID, number); err != nil {
		return err
	}
	return tidyRounds(ctx, tx, o.Territory)
}

// Cancel gives an order up. What was placed may still be cancelled as long as nothing of it came: its assets are
// retired. It returns NotFound, or Conflict when something came or it is over.
func (s *Service) Cancel(ctx context.Context, id string) error {
	if _, err := authz.Scopes(ctx, EditOrders); err != nil {
		return err
	}
	return s.db.Update(ctx, func(ctx context.Context, tx *db.Tx) error {
		o, err := orderByID(ctx, tx, EditOrders, id)
		if err != nil || o.State == Cancelled {
			return err
		}
		if o.State == Closed {
			return o.over()
		}
		data := o.told()
		if o.State == Placed {
			came, err := receivedOf(ctx, tx, o.Territory, o.ID)
			if err != nil {
				return err
			}
			for _, c := range came {
				if c.received > 0 {
					return errs.NewConflict("orders.cancel.came", "reference", o.Reference)
				}
			}
			invoices, err := db.One(ctx, tx, db.Value[int64], "SELECT COUNT(*) FROM equip_invoice i WHERE i.territory = ? AND i.order_id = ?", o.Territory, o.ID)
			if err != nil {
				return err
			}
			if invoices > 0 {
				return errs.NewConflict("orders.cancel.invoiced", "reference", o.Reference)
			}
			if data.Assets, err = giveUp(ctx, tx, &o); err != nil {
				return err
			}
		}
		if _, err := tx.Exec(ctx, "UPDATE equip_award SET delivery = '' WHERE territory = ? AND order_id = ?", o.Territory, o.ID); err != nil {
			return err
		}
		o.State, o.ClosedAt = Cancelled, tx.Now()
		if err := saveHead(ctx, tx, &o, o.Version); err != nil {
			return err
		}
		if err := tidyRounds(ctx, tx, o.Territory); err != nil {
			return err
		}
		return s.recordTold(ctx, tx, &o, FactCancelled, data)
	})
}

// giveUp retires the assets of an order that never came, with their parts, and returns how many units that is. They
// never were anywhere: the fact about the order tells it for all of them.
func giveUp(ctx context.Context, tx *db.Tx, o *Order) (int64, error) {
	const waiting = "territory = ? AND order_id = ? AND state IN ('awarded', 'ordered')"
	n, err := db.One(ctx, tx, db.Value[int64], "SELECT COUNT(*) FROM equip_asset WHERE parent = '' AND "+waiting, o.Territory, o.ID)
	if err != nil || n == 0 {
		return n, err
	}
	at := tx.Now()
	_, err = tx.Exec(ctx, "UPDATE equip_asset SET state = 'retired', retired_at = ?, delivery = '', version = version + 1, updated_at = ? WHERE "+waiting, at, at, o.Territory, o.ID)
	return n, err
}

// Close ends a placed order. What has not come is given up when the person says so: a Conflict otherwise.
func (s *Service) Close(ctx context.Context, id string, without bool) error {
	if _, err := authz.Scopes(ctx, EditOrders); err != nil {
		return err
	}
	return s.db.Update(ctx, func(ctx context.Context, tx *db.Tx) error {
		o, err := orderByID(ctx, tx, EditOrders, id)
		switch {
		case err != nil || o.State == Closed:
			return err
		case o.State == Draft:
			return errs.NewConflict("orders.close.draft", "reference", o.Reference)
		case o.State == Cancelled:
			return o.over()
		}
		data := o.told()
		if data.Assets, err = giveUp(ctx, tx, &o); err != nil {
			return err
		}
		if data.Assets > 0 && !without {
			return errs.NewConflict("orders.close.waiting", "n", data.Assets, "reference", o.Reference)
		}
		o.State, o.ClosedAt = Closed, tx.Now()
		if err := saveHead(ctx, tx, &o, o.Version); err != nil {
			return err
		}
		return s.recordTold(ctx, tx, &o, FactClosed, data)
	})
}
