package orders

import (
	"context"
	"time"

	"preau/internal/base/db"
	"preau/internal/base/errs"
	"preau/internal/base/i18n"
	"preau/internal/measures/equip/assets"
	"preau/internal/measures/equip/catalogue"
)

// Place sends a draft to its supplier: every unit becomes an asset, awarded when the plan was adopted and ordered
// now; the tracked parts of a kit become assets of their own. What no school was awarded goes to the territory's
// stock. It returns how many assets were made; Invalid for what the order lacks, NotFound, or Conflict when it is
// no draft or was changed since version.
func (s *Service) Place(ctx context.Context, id string, version int64) (int, error) {
	before, err := s.order(ctx, EditOrders, id)
	if err != nil {
		return 0, err
	}
	places, err := s.stock(ctx, before.Territory)
	if err != nil {
		return 0, err
	}
	made := 0
	err = s.db.Update(ctx, func(ctx context.Context, tx *db.Tx) error {
		o, err := orderByID(ctx, tx, EditOrders, id)
		if err != nil {
			return err
		}
		switch o.State {
		case Placed:
			return errs.NewConflict("orders.place.already", "reference", o.Reference, "when", i18n.From(ctx).DateTime(i18n.Millis(o.PlacedAt)))
		case Closed, Cancelled:
			return o.over()
		}
		if err := o.ready(); err != nil {
			return err
		}
		o.State, o.PlacedAt = Placed, tx.Now()
		if err := saveHead(ctx, tx, &o, version); err != nil {
			return err
		}
		if err := awardStock(ctx, tx, &o); err != nil {
			return err
		}
		if _, err := s.planWaiting(ctx, tx, o.Territory, places, UsualBounds); err != nil {
			return err
		}
		list, err := newAssets(ctx, tx, &o)
		if err != nil {
			return err
		}
		if err := assets.Add(ctx, tx, o.Territory, list); err != nil {
			return err
		}
		made = len(list)
		data := o.told()
		data.Assets = int64(made)
		return s.recordTold(ctx, tx, &o, FactPlaced, data)
	})
	return made, err
}

// awardStock gives what no school was awarded to the territory's own stock.
func awardStock(ctx context.Context, tx *db.Tx, o *Order) error {
	for i := range o.Lines {
		l := &o.Lines[i]
		rest := l.Quantity - l.Awarded
		if rest == 0 {
			continue
		}
		if err := addAwards(ctx, tx, o, []Award{{Line: l.Number, Quantity: rest}}); err != nil {
			return err
		}
		l.Awarded += rest
	}
	return nil
}

// newAssets returns the assets that an order makes, the parts of a kit after it.
func newAssets(ctx context.Context, tx *db.Tx, o *Order) ([]*assets.Asset, error) {
	var list []*assets.Asset
	for i := range o.Lines {
		l := &o.Lines[i]
		maker, err := makerOf(ctx, tx, o, l)
		if err != nil {
			return nil, err
		}
		if maker == nil {
			continue // consumables are counted, not followed
		}
		awards, err := awardsOfLine(ctx, tx, o, l.Number)
		if err != nil {
			return nil, err
		}
		for _, a := range awards {
			for range a.Quantity {
				list = maker.add(list, a)
			}
		}
	}
	return list, nil
}

// maker makes the assets of a line.
type maker struct {
	unit  assets.Asset
	parts []assets.Asset
	id    func() string
}

// makerOf returns the maker of a line, nil when nothing of it is followed.
func makerOf(ctx context.Context, tx *db.Tx, o *Order, l *Line) (*maker, error) {
	now := tx.Now()
	awarded := o.AwardedAt
	if awarded == 0 {
		awarded = now
	}
	cost := l.UnitCents
	unit := assets.Asset{Measure: l.Measure, Order: o.ID, Line: l.Number, Owner: o.Owner, Funder: o.funderText(), Custodian: o.Custodian,
		State: assets.Ordered, AwardedAt: awarded, OrderedAt: now, CostCents: &cost, BoughtOn: i18n.Millis(now).In(i18n.Paris).Format(time.DateOnly)}
	m := &maker{id: tx.NewID}
	if l.Model != "" {
		model, err := catalogue.ModelByID(ctx, tx, l.Model)
		if err != nil || !model.Tracked {
			return nil, err
		}
		m.unit = unit
		m.unit.Model, m.unit.Kind, m.unit.Name, m.unit.Serves, m.unit.Lendable = model.ID, model.Kind, model.Title(), model.Serves, model.Lendable
		return m, nil
	}
	kit, err := catalogue.KitByID(ctx, tx, l.Kit)
	if err != nil {
		return nil, err
	}
	parts, err := catalogue.PartsOf(ctx, tx, l.Kit, l.KitVersion)
	if err != nil {
		return nil, err
	}
	m.unit = unit
	m.unit.Kit, m.unit.KitVersion, m.unit.Kind, m.unit.Name, m.unit.Serves, m.unit.Lendable = kit.ID, l.KitVersion, "kit", kit.Name, kit.Serves, kit.Lendable
	if single, ok := parts.Single(); ok { // a tablet with its case is the tablet: one label, one serial number
		m.unit.Model, m.unit.Kind = single.ID, single.Kind
		return m, nil
	}
	for _, part := range parts {
		for range part.Quantity {
			if part.Model.Tracked {
				item := unit
				item.Model, item.Kind, item.Name, item.Serves, item.CostCents = part.Model.ID, part.Model.Kind, part.Model.Title(), part.Model.Serves, nil
				m.parts = append(m.parts, item)
			}
		}
	}
	return m, nil
}

// add appends one unit for an award, with its parts.
func (m *maker) add(list []*assets.Asset, a Award) []*assets.Asset {
	put := func(one assets.Asset, parent string) string {
		one.ID, one.Parent, one.School, one.Delivery = m.id(), parent, a.School, a.Delivery
		if one.Custodian == "" {
			one.Custodian = a.School
		}
		list = append(list, &one)
		return one.ID
	}
	id := put(m.unit, "")
	for _, part := range m.parts {
		put(part, id)
	}
	return list
}
