package assets

import (
	"context"

	"preau/internal/base/db"
	"preau/internal/base/errs"
	"preau/internal/base/journal"
)

// Recorder records facts: the journal.
type Recorder interface {
	Record(ctx context.Context, tx *db.Tx, f journal.Fact) error
}

// Keeper changes assets inside a transaction and records what changed: every room that touches an asset goes
// through it. It checks no permission: its callers have.
type Keeper struct{ Journal Recorder }

func (k Keeper) record(ctx context.Context, tx *db.Tx, a *Asset, kind string, data any) error {
	return k.Journal.Record(ctx, tx, journal.Fact{Territory: a.Territory, School: a.School, Class: a.Class, Kind: kind, Subject: a.ID, Data: data})
}

// change applies f to an asset and records what follows for its use: a class that gains or loses a working asset
// learns it in the same transaction.
func (k Keeper) change(ctx context.Context, tx *db.Tx, a *Asset, kind string, data any, f func(*Asset)) error {
	before := *a
	f(a)
	if err := save(ctx, tx, a); err != nil {
		return err
	}
	if kind != "" {
		if err := k.record(ctx, tx, a, kind, data); err != nil {
			return err
		}
	}
	moved := before.School != a.School || before.Class != a.Class
	if before.Works() && (!a.Works() || moved) {
		if err := k.use(ctx, tx, &before, FactUnusable, -1); err != nil {
			return err
		}
	}
	if a.Works() && (!before.Works() || moved) {
		return k.use(ctx, tx, a, FactUsable, 1)
	}
	return nil
}

func (k Keeper) use(ctx context.Context, tx *db.Tx, a *Asset, kind string, quantity int64) error {
	if a.Parent != "" {
		return nil // the kit speaks for its parts
	}
	u := Use{Serves: a.Serves, Quantity: quantity}
	if a.Counts() {
		u.Measure = a.Measure
	}
	return k.record(ctx, tx, a, kind, u)
}

// Reach brings an asset and, of a kit, its parts to a state, and records it. An asset that is there already is
// left as it is; one that is further on is a Conflict.
func (k Keeper) Reach(ctx context.Context, tx *db.Tx, a *Asset, state State) error {
	at := tx.Now()
	next := *a
	reached, err := next.Reach(state, at)
	if err != nil || !reached {
		return err
	}
	kind := map[State]string{Delivered: FactDelivered, Installed: FactInstalled, Retired: FactRetired}[state]
	if err := k.change(ctx, tx, a, kind, Change{Before: string(a.State), After: string(state)}, func(a *Asset) { *a = next }); err != nil {
		return err
	}
	if a.Kit == "" {
		return nil
	}
	parts, err := Parts(ctx, tx, a.Territory, a.ID)
	if err != nil {
		return err
	}
	for i := range parts {
		if p := &parts[i]; p.State.order() < state.order() {
			if err := k.Reach(ctx, tx, p, state); err != nil {
				return err
			}
		}
	}
	return nil
}

// Trouble says what is wrong with an asset, or with "" that nothing is any more.
func (k Keeper) Trouble(ctx context.Context, tx *db.Tx, a *Asset, trouble Trouble, reason string) error {
	if a.Trouble == trouble {
		return nil
	}
	if a.State == Retired {
		return errs.NewConflict("assets.state.retired", "code", a.Code)
	}
	return k.change(ctx, tx, a, FactTroubled, Change{Field: "trouble", Before: string(a.Trouble), After: string(trouble), Reason: reason},
		func(a *Asset) { a.Trouble = trouble })
}

// Name gives an asset its serial number. A number that another asset in service bears is a Conflict.
func (k Keeper) Name(ctx context.Context, tx *db.Tx, a *Asset, serial string) error {
	serial = CleanSerial(serial)
	if serial == "" {
		return errs.NewInvalid("assets.serial.invalid")
	}
	if serial == a.Serial {
		return nil
	}
	other, err := db.All(ctx, tx, db.Value[string], "SELECT code FROM equip_asset WHERE territory = ? AND serial = ? AND id <> ? AND state <> 'retired'", a.Territory, serial, a.ID)
	if err != nil {
		return err
	}
	if len(other) > 0 {
		return errs.NewConflict("assets.serial.taken", "serial", serial, "code", other[0])
	}
	return k.change(ctx, tx, a, FactNamed, Change{Field: "serial", Before: a.Serial, After: serial}, func(a *Asset) { a.Serial = serial })
}

// Move brings an asset, with its parts, to another place.
func (k Keeper) Move(ctx context.Context, tx *db.Tx, a *Asset, school, class, room, reason string) error {
	if a.School == school && a.Class == class && a.Room == room {
		return nil
	}
	from, to := a.School+"/"+a.Class+"/"+a.Room, school+"/"+class+"/"+room
	if err := k.change(ctx, tx, a, FactMoved, Change{Field: "place", Before: from, After: to, Reason: reason},
		func(a *Asset) { a.School, a.Class, a.Room = school, class, room }); err != nil {
		return err
	}
	if a.Kit == "" {
		return nil
	}
	_, err := tx.Exec(ctx, "UPDATE equip_asset SET school = ?, class = ?, room = ?, version = version + 1 WHERE territory = ? AND parent = ?", school, class, room, a.Territory, a.ID)
	return err
}

// Hold marks a free asset as out with a loan or an entitlement; Conflict when it is not free.
func (k Keeper) Hold(ctx context.Context, tx *db.Tx, a *Asset, holder string) error {
	switch {
	case a.Holder != "":
		return errs.NewConflict("assets.held", "code", a.Code)
	case a.Trouble != "" || a.State == Retired || a.State.order() < Delivered.order():
		return errs.NewConflict("assets.unfit", "code", a.Code)
	}
	a.Holder = holder
	return save(ctx, tx, a)
}

// Release marks an asset as back from a loan or an entitlement; Conflict when that does not hold it.
func (k Keeper) Release(ctx context.Context, tx *db.Tx, a *Asset, holder string) error {
	if a.Holder != holder {
		return errs.NewConflict("assets.not_held", "code", a.Code)
	}
	a.Holder = ""
	return save(ctx, tx, a)
}
