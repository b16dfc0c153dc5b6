package app

import (
	"context"
	"time"

	"preau/internal/base/db"
	"preau/internal/base/i18n"
	"preau/internal/measures/equip/assets"
	"preau/internal/measures/lend/loans"
)

// devices gives equip's assets to the loans, in the words of the loans.
type devices struct{ keeper assets.Keeper }

// mostFree bounds the devices that a page offers.
const mostFree = 300

func deviceOf(a *assets.Asset) loans.Asset {
	d := loans.Asset{ID: a.ID, Code: a.Code, Serial: a.Serial, Name: a.Name, Kind: a.Kind, School: a.School, Measure: a.Measure, Lendable: a.Lendable && a.Parent == "",
		Trouble: string(a.Trouble), Holder: a.Holder, Retired: a.State == assets.Retired, Since: a.BoughtOn}
	switch a.State {
	case assets.Delivered, assets.Installed, assets.Usable:
		d.Delivered = true
	}
	if d.Since == "" && a.DeliveredAt > 0 {
		d.Since = i18n.Millis(a.DeliveredAt).In(i18n.Paris).Format(time.DateOnly)
	}
	return d
}

func (devices) ByTag(ctx context.Context, tx *db.Tx, territory, read string) (loans.Asset, error) {
	a, err := assets.ByTag(ctx, tx, territory, read)
	return deviceOf(&a), err
}

func (devices) ByID(ctx context.Context, tx *db.Tx, territory, id string) (loans.Asset, error) {
	a, err := assets.ByID(ctx, tx, territory, id)
	return deviceOf(&a), err
}

func (d devices) Lend(ctx context.Context, tx *db.Tx, territory, id, loan string) error {
	return with(ctx, tx, territory, id, func(a *assets.Asset) error {
		if err := d.keeper.Hold(ctx, tx, a, loan); err != nil {
			return err
		}
		return d.keeper.Reach(ctx, tx, a, assets.Usable)
	})
}

func (d devices) TakeBack(ctx context.Context, tx *db.Tx, territory, id, loan string) error {
	return with(ctx, tx, territory, id, func(a *assets.Asset) error { return d.keeper.Release(ctx, tx, a, loan) })
}

func (d devices) Trouble(ctx context.Context, tx *db.Tx, territory, id, trouble, reason string) error {
	return with(ctx, tx, territory, id, func(a *assets.Asset) error {
		return d.keeper.Trouble(ctx, tx, a, assets.Trouble(trouble), reason)
	})
}

func (d devices) Move(ctx context.Context, tx *db.Tx, territory, id, school, reason string) error {
	return with(ctx, tx, territory, id, func(a *assets.Asset) error { return d.keeper.Move(ctx, tx, a, school, "", "", reason) })
}

func (devices) Free(ctx context.Context, tx *db.Tx, territory, school string) ([]loans.Asset, error) {
	list, err := assets.FreeIn(ctx, tx, territory, school, mostFree)
	out := make([]loans.Asset, len(list))
	for i := range list {
		out[i] = deviceOf(&list[i])
	}
	return out, err
}

// Stocks counts the devices of each school that could be lent now.
func (devices) Stocks(ctx context.Context, tx *db.Tx, territory string) (map[string]int64, error) {
	return assets.FreeBySchool(ctx, tx, territory)
}

func with(ctx context.Context, tx *db.Tx, territory, id string, f func(*assets.Asset) error) error {
	a, err := assets.ByID(ctx, tx, territory, id)
	if err != nil {
		return err
	}
	return f(&a)
}
