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

// Trouble says what is wrong with an asset, or with "" that nothing is any more. What is stolen is to be locked. A kit
// works when all its parts do: it follows the trouble of its parts.
func (k Keeper) Trouble(ctx context.Context, tx *db.Tx, a *Asset, trouble Trouble, reason string) error {
	if a.Trouble == trouble {
		return nil
	}
	if a.State == Retired {
		return errs.NewConflict("assets.state.retired", "code", a.Code)
	}
	kind := FactTroubled
	if trouble == "" {
		kind = FactMended
	}
	if err := k.change(ctx, tx, a, kind, Change{Field: "trouble", Before: string(a.Trouble), After: string(trouble), Reason: reason},
		func(a *Asset) { a.Trouble, a.Locked = trouble, trouble == Stolen }); err != nil {
		return err
	}
	return k.kitFollows(ctx, tx, a)
}

// reasonPart is why a kit that nobody spoke of changes.
const reasonPart = "assets.reason.part"

// kitFollows brings the kit of a part into trouble, or out of it with the last of its parts.
func (k Keeper) kitFollows(ctx context.Context, tx *db.Tx, part *Asset) error {
	if part.Parent == "" {
		return nil
	}
	kit, err := ByID(ctx, tx, part.Territory, part.Parent)
	if err != nil || kit.State == Retired {
		return err
	}
	n, err := db.One(ctx, tx, db.Value[int64], "SELECT COUNT(*) FROM equip_asset WHERE territory = ? AND parent = ? AND trouble <> '' AND state <> 'retired'", kit.Territory, kit.ID)
	switch {
	case err != nil:
		return err
	case n > 0 && kit.Trouble == "":
		return k.Trouble(ctx, tx, &kit, Broken, reasonPart)
	case n == 0 && kit.Trouble == Broken:
		return k.Trouble(ctx, tx, &kit, "", reasonPart)
	}
	return nil
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
	if err := untaken(ctx, tx, a, serial); err != nil {
		return err
	}
	return k.change(ctx, tx, a, FactNamed, Change{Field: "serial", Before: a.Serial, After: serial}, func(a *Asset) { a.Serial = serial })
}

// untaken returns Conflict when another asset in service bears the serial number.
func untaken(ctx context.Context, tx *db.Tx, a *Asset, serial string) error {
	other, err := db.All(ctx, tx, db.Value[string], "SELECT code FROM equip_asset WHERE territory = ? AND serial = ? AND id <> ? AND state <> 'retired' LIMIT 1", a.Territory, serial, a.ID)
	if err == nil && len(other) > 0 {
		err = errs.NewConflict("assets.serial.taken", "serial", serial, "code", other[0])
	}
	return err
}

// Swap notes that another device of the same model came in the place of this one under warranty. The asset goes on
// with its code, owner, funder and dates, since nothing more was bought; what was seen of the old device is forgotten.
func (k Keeper) Swap(ctx context.Context, tx *db.Tx, a *Asset, serial, reason string) error {
	serial = CleanSerial(serial)
	switch {
	case serial == "":
		return errs.NewInvalid("assets.serial.invalid")
	case a.State == Retired:
		return errs.NewConflict("assets.state.retired", "code", a.Code)
	case serial == a.Serial:
		return errs.NewConflict("assets.swap.same", "serial", serial)
	}
	if err := untaken(ctx, tx, a, serial); err != nil {
		return err
	}
	if err := k.change(ctx, tx, a, FactSwapped, Change{Field: "serial", Before: a.Serial, After: serial, Reason: reason},
		func(a *Asset) {
			a.Serial, a.Trouble, a.Locked, a.SeenAt, a.SeenFacts = serial, "", false, 0, ""
		}); err != nil {
		return err
	}
	return k.kitFollows(ctx, tx, a)
}

// Back takes the last state of an asset and its parts back, because it was told by mistake: from usable to installed, from installed
// to delivered. Conflict when the asset is out on a loan, or when there is nothing to take back.
func (k Keeper) Back(ctx context.Context, tx *db.Tx, a *Asset) error {
	to := map[State]State{Usable: Installed, Installed: Delivered}[a.State]
	switch {
	case to == "":
		return errs.NewConflict("assets.state.no_back", "code", a.Code)
	case a.Holder != "":
		return errs.NewConflict("assets.held", "code", a.Code)
	}
	from := a.State
	if err := k.change(ctx, tx, a, FactCorrected, Change{Field: "state", Before: string(from), After: string(to)}, func(a *Asset) {
		*a.dateOf(from) = 0
		a.State = to
	}); err != nil || a.Kit == "" {
		return err
	}
	parts, err := Parts(ctx, tx, a.Territory, a.ID)
	if err != nil {
		return err
	}
	for i := range parts {
		if parts[i].State == from {
			if err := k.Back(ctx, tx, &parts[i]); err != nil {
				return err
			}
		}
	}
	return nil
}

// Field is one of the answers to "whose is it?", the place apart.
type Field string

// The fields.
const (
	FieldOwner     Field = "owner"
	FieldFunder    Field = "funder"
	FieldCustodian Field = "custodian"
)

// Fields lists them.
var Fields = []Field{FieldOwner, FieldFunder, FieldCustodian}

func (a *Asset) field(f Field) *string {
	switch f {
	case FieldOwner:
		return &a.Owner
	case FieldFunder:
		return &a.Funder
	}
	return &a.Custodian
}

// Assign says who an asset and its parts belong to, who paid for them or who answers for them. The reason is a document's
// reference.
func (k Keeper) Assign(ctx context.Context, tx *db.Tx, a *Asset, field Field, value, reason string) error {
	before := *a.field(field)
	if before == value {
		return nil
	}
	if err := k.change(ctx, tx, a, FactHanded, Change{Field: string(field), Before: before, After: value, Reason: reason},
		func(a *Asset) { *a.field(field) = value }); err != nil || a.Kit == "" {
		return err
	}
	_, err := tx.Exec(ctx, "UPDATE equip_asset SET "+string(field)+" = ?, version = version + 1, updated_at = ? WHERE territory = ? AND parent = ?", value, tx.Now(), a.Territory, a.ID)
	return err
}

// Move brings an asset, with its parts, to another place.
func (k Keeper) Move(ctx context.Context, tx *db.Tx, a *Asset, school, class, room, reason string) error {
	if a.School == school && a.Class == class && a.Room == room {
		return nil
	}
	next := Asset{School: school, Class: class, Room: room}
	from, to := a.place(), next.place()
	if err := k.change(ctx, tx, a, FactMoved, Change{Field: fieldPlace, Before: from, After: to, Reason: reason},
		func(a *Asset) { a.School, a.Class, a.Room = school, class, room }); err != nil {
		return err
	}
	if a.Kit == "" {
		return nil
	}
	_, err := tx.Exec(ctx, "UPDATE equip_asset SET school = ?, class = ?, room = ?, version = version + 1, updated_at = ? WHERE territory = ? AND parent = ?", school, class, room, tx.Now(), a.Territory, a.ID)
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
	return hold(ctx, tx, a, holder)
}

// Release marks an asset as back from a loan or an entitlement; Conflict when that does not hold it.
func (k Keeper) Release(ctx context.Context, tx *db.Tx, a *Asset, holder string) error {
	if a.Holder != holder {
		return errs.NewConflict("assets.not_held", "code", a.Code)
	}
	return hold(ctx, tx, a, "")
}
