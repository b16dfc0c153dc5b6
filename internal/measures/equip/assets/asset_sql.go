package assets

import (
	"context"
	"slices"
	"strings"

	"preau/internal/base/code"
	"preau/internal/base/db"
	"preau/internal/base/errs"
)

var columnNames = []string{"territory", "id", "code", "serial", "parent", "model", "kit", "kit_version", "kind", "name", "serves", "lendable",
	"folded", "measure", "order_id", "line", "delivery", "owner", "funder", "custodian", "school", "class", "room", "state", "trouble", "holder", "locked",
	"awarded_at", "ordered_at", "delivered_at", "installed_at", "usable_at", "retired_at", "cost_cents", "bought_on", "seen_at", "seen_facts", "version", "updated_at"}

const columns = `a.territory, a.id, a.code, a.serial, a.parent, a.model, a.kit, a.kit_version, a.kind, a.name, a.serves, a.lendable,
	a.measure, a.order_id, a.line, a.delivery, a.owner, a.funder, a.custodian, a.school, a.class, a.room, a.state, a.trouble, a.holder, a.locked,
	COALESCE(a.awarded_at, 0), COALESCE(a.ordered_at, 0), COALESCE(a.delivered_at, 0), COALESCE(a.installed_at, 0), COALESCE(a.usable_at, 0), COALESCE(a.retired_at, 0),
	a.cost_cents, a.bought_on, COALESCE(a.seen_at, 0), a.seen_facts, a.version`

func scan(row db.Scanner) (Asset, error) {
	var a Asset
	err := row.Scan(&a.Territory, &a.ID, &a.Code, &a.Serial, &a.Parent, &a.Model, &a.Kit, &a.KitVersion, &a.Kind, &a.Name, &a.Serves, &a.Lendable,
		&a.Measure, &a.Order, &a.Line, &a.Delivery, &a.Owner, &a.Funder, &a.Custodian, &a.School, &a.Class, &a.Room, &a.State, &a.Trouble, &a.Holder, &a.Locked,
		&a.AwardedAt, &a.OrderedAt, &a.DeliveredAt, &a.InstalledAt, &a.UsableAt, &a.RetiredAt,
		&a.CostCents, &a.BoughtOn, &a.SeenAt, &a.SeenFacts, &a.Version)
	return a, err
}

func (a *Asset) folded() string { return db.Fold(a.Code + " " + a.Serial + " " + a.Name) }

func flag(b bool) int {
	if b {
		return 1
	}
	return 0
}

func date(at int64) any {
	if at == 0 {
		return nil
	}
	return at
}

func (a *Asset) values(at int64) []any {
	return []any{a.Territory, a.ID, a.Code, a.Serial, a.Parent, a.Model, a.Kit, a.KitVersion, a.Kind, a.Name, a.Serves, flag(a.Lendable),
		a.folded(), a.Measure, a.Order, a.Line, a.Delivery, a.Owner, a.Funder, a.Custodian, a.School, a.Class, a.Room, string(a.State), string(a.Trouble), a.Holder, flag(a.Locked),
		date(a.AwardedAt), date(a.OrderedAt), date(a.DeliveredAt), date(a.InstalledAt), date(a.UsableAt), date(a.RetiredAt),
		a.CostCents, a.BoughtOn, date(a.SeenAt), a.SeenFacts, a.Version, at}
}

// Numbers takes the next n numbers of a name in a territory and returns the first.
func Numbers(ctx context.Context, tx *db.Tx, territory, name string, n int64) (int64, error) {
	last, err := db.One(ctx, tx, db.Value[int64], `INSERT INTO equip_counter (territory, name, last) VALUES (?, ?, ?)
		ON CONFLICT (territory, name) DO UPDATE SET last = equip_counter.last + excluded.last RETURNING last`, territory, name, n)
	return last - n + 1, err
}

// Add writes new assets and gives them their identifiers and, where they have none, their codes. Their parents
// stand before them in the list, and are named by the code or the identifier that the list gave them.
func Add(ctx context.Context, tx *db.Tx, territory string, list []*Asset) error {
	first, err := Numbers(ctx, tx, territory, "asset", int64(len(list)))
	if err != nil {
		return err
	}
	for i, a := range list {
		a.Territory, a.Version = territory, 1
		if a.ID == "" {
			a.ID = tx.NewID()
		}
		if a.Code == "" {
			a.Code = code.Make(code.Asset, territory, uint64(first)+uint64(i))
		}
	}
	i, now := 0, tx.Now()
	_, err = tx.Bulk(ctx, "equip_asset", columnNames, func() ([]any, error) {
		if i == len(list) {
			return nil, nil
		}
		i++
		return list[i-1].values(now), nil
	})
	return err
}

// ByID returns an asset, NotFound.
func ByID(ctx context.Context, tx *db.Tx, territory, id string) (Asset, error) {
	return found(db.One(ctx, tx, scan, "SELECT "+columns+" FROM equip_asset a WHERE a.territory = ? AND a.id = ?", territory, id))
}

// ByTag returns the asset whose label or serial number was read, NotFound. A serial number that several assets
// bear names none of them: Conflict.
func ByTag(ctx context.Context, tx *db.Tx, territory, read string) (Asset, error) {
	if kind, canonical, ok := code.Parse(read); ok && kind == code.Asset {
		return found(db.One(ctx, tx, scan, "SELECT "+columns+" FROM equip_asset a WHERE a.territory = ? AND a.code = ?", territory, canonical))
	}
	a, err := BySerial(ctx, tx, territory, read)
	if errs.Is(err, errs.NotFound) {
		return Asset{}, errs.NewNotFound("assets.tag.unknown", "tag", read)
	}
	return a, err
}

func found(a Asset, err error) (Asset, error) {
	if db.IsNotFound(err) {
		return Asset{}, errs.NewNotFound("assets.not_found")
	}
	return a, err
}

// Parts returns the parts of a kit, by code.
func Parts(ctx context.Context, tx *db.Tx, territory, kit string) ([]Asset, error) {
	// Sorted here: asked for the order of the codes, SQLite without statistics reads the whole territory in it.
	list, err := db.All(ctx, tx, scan, "SELECT "+columns+" FROM equip_asset a WHERE a.territory = ? AND a.parent = ?", territory, kit)
	slices.SortFunc(list, func(x, y Asset) int { return strings.Compare(x.Code, y.Code) })
	return list, err
}

// save writes an asset that was read in this version: Conflict when somebody changed it since.
func save(ctx context.Context, tx *db.Tx, a *Asset) error {
	changed, err := tx.Exec(ctx, `UPDATE equip_asset SET serial = ?, folded = ?, delivery = ?, owner = ?, funder = ?, custodian = ?, school = ?, class = ?, room = ?,
		state = ?, trouble = ?, holder = ?, locked = ?, awarded_at = ?, ordered_at = ?, delivered_at = ?, installed_at = ?, usable_at = ?, retired_at = ?,
		seen_at = ?, seen_facts = ?, version = version + 1, updated_at = ? WHERE territory = ? AND id = ? AND version = ?`,
		a.Serial, a.folded(), a.Delivery, a.Owner, a.Funder, a.Custodian, a.School, a.Class, a.Room,
		string(a.State), string(a.Trouble), a.Holder, flag(a.Locked), date(a.AwardedAt), date(a.OrderedAt), date(a.DeliveredAt), date(a.InstalledAt), date(a.UsableAt), date(a.RetiredAt),
		date(a.SeenAt), a.SeenFacts, tx.Now(), a.Territory, a.ID, a.Version)
	if err != nil {
		return err
	}
	if changed == 0 {
		return errs.NewConflict("assets.meanwhile", "code", a.Code)
	}
	a.Version++
	return nil
}

// hold writes who holds an asset and nothing else, as save: a thousand devices are handed over in a morning, and save renews each index.
func hold(ctx context.Context, tx *db.Tx, a *Asset, holder string) error {
	changed, err := tx.Exec(ctx, "UPDATE equip_asset SET holder = ?, version = version + 1, updated_at = ? WHERE territory = ? AND id = ? AND version = ?", holder, tx.Now(), a.Territory, a.ID, a.Version)
	if err != nil {
		return err
	}
	if changed == 0 {
		return errs.NewConflict("assets.meanwhile", "code", a.Code)
	}
	a.Holder, a.Version = holder, a.Version+1
	return nil
}
