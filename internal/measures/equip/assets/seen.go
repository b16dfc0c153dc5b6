package assets

import (
	"context"

	"preau/internal/base/db"
	"preau/internal/base/errs"
)

// BySerial returns the asset in service that bears the serial number, NotFound; Conflict when several do.
func BySerial(ctx context.Context, tx *db.Tx, territory, serial string) (Asset, error) {
	serial = CleanSerial(serial)
	if serial == "" {
		return Asset{}, errs.NewNotFound("assets.not_found")
	}
	list, err := db.All(ctx, tx, scan, "SELECT "+columns+" FROM equip_asset a WHERE a.territory = ? AND a.serial = ? AND a.state <> 'retired' ORDER BY a.id LIMIT 2", territory, serial)
	switch {
	case err != nil:
		return Asset{}, err
	case len(list) == 0:
		return Asset{}, errs.NewNotFound("assets.tag.unknown", "tag", serial)
	case len(list) > 1:
		return Asset{}, errs.NewConflict("assets.serial.several", "serial", serial)
	}
	return list[0], nil
}

// Seen notes that an asset was seen working by an inventory agent, with what it told of the model, as JSON. The
// journal gets a fact when the asset was in trouble or what is told of it changed, not each time.
func (k Keeper) Seen(ctx context.Context, tx *db.Tx, a *Asset, facts string) error {
	tell := a.SeenFacts != facts || a.Trouble != "" || a.SeenAt == 0
	a.SeenAt, a.SeenFacts = tx.Now(), facts
	if err := save(ctx, tx, a); err != nil {
		return err
	}
	if !tell {
		return nil
	}
	return k.record(ctx, tx, a, FactSeen, Change{Field: "seen", After: string(a.Trouble)})
}
