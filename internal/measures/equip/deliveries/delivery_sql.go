package deliveries

import (
	"cmp"
	"context"
	"slices"
	"strings"

	"preau/internal/base/authz"
	"preau/internal/base/db"
	"preau/internal/base/errs"
)

// Kits and single things are those without a parent. That is never asked with an equality beside the delivery, nor in
// the order of the names: SQLite without statistics would take the index of the parents or the names, and read the
// whole territory in it.

const deliveryColumns = `d.territory, d.id, d.code, d.round, d.stop, d.school, d.state, COALESCE(d.received_at, 0), COALESCE(d.signed_at, 0),
	d.signed_by, d.signed_how, d.signature, d.document, d.sha256, d.version, r.name, r.planned_on, r.state,
	(SELECT COUNT(*) FROM equip_asset a WHERE a.territory = d.territory AND a.delivery = d.id AND LENGTH(a.parent) = 0)`

const fromDelivery = ` FROM equip_delivery d JOIN equip_round r ON r.territory = d.territory AND r.id = d.round `

func scanDelivery(row db.Scanner) (Delivery, error) {
	var d Delivery
	err := row.Scan(&d.Territory, &d.ID, &d.Code, &d.Round, &d.Stop, &d.School, &d.State, &d.ReceivedAt, &d.SignedAt,
		&d.SignedBy, &d.SignedHow, &d.Signature, &d.Document, &d.SHA256, &d.Version, &d.RoundName, &d.PlannedOn, &d.RoundState, &d.Items)
	return d, err
}

func deliveryOf(ctx context.Context, tx *db.Tx, id string) (Delivery, error) {
	d, err := db.One(ctx, tx, scanDelivery, "SELECT "+deliveryColumns+fromDelivery+"WHERE d.id = ?", id)
	if db.IsNotFound(err) {
		return d, errs.NewNotFound("deliveries.not_found")
	}
	return d, err
}

// Filter narrows a list of deliveries down.
type Filter struct {
	Territory  string
	School     string
	Round      string
	State      State
	Page, Size int
}

func deliveryCondition(scopes []authz.Scope, f Filter) (string, []any) {
	where, args := authz.Filter(scopes, "d.territory", "d.school", "")
	for _, part := range []struct{ column, value string }{{"d.territory", f.Territory}, {"d.school", f.School}, {"d.round", f.Round}, {"d.state", string(f.State)}} {
		if part.value != "" {
			where, args = where+" AND "+part.column+" = ?", append(args, part.value)
		}
	}
	return where, args
}

func deliveries(ctx context.Context, tx *db.Tx, scopes []authz.Scope, f Filter) ([]Delivery, int, error) {
	where, args := deliveryCondition(scopes, f)
	total, err := db.One(ctx, tx, db.Value[int], "SELECT COUNT(*) FROM equip_delivery d WHERE "+where, args...)
	if err != nil {
		return nil, 0, err
	}
	list, err := db.All(ctx, tx, scanDelivery, "SELECT "+deliveryColumns+fromDelivery+"WHERE "+where+
		" ORDER BY CASE WHEN d.state = 'signed' THEN 1 ELSE 0 END, CASE WHEN r.planned_on = '' THEN 1 ELSE 0 END, r.planned_on, r.name, r.id, d.stop, d.id LIMIT ? OFFSET ?",
		append(args, f.Size, (f.Page-1)*f.Size)...)
	return list, total, err
}

// stops returns the deliveries of a round in their order.
func stops(ctx context.Context, tx *db.Tx, territory, round string) ([]Delivery, error) {
	return db.All(ctx, tx, scanDelivery, "SELECT "+deliveryColumns+fromDelivery+"WHERE d.territory = ? AND d.round = ? ORDER BY d.stop, d.id", territory, round)
}

const itemColumns = "a.id, a.code, a.serial, a.parent, a.name, a.kit, a.kit_version, a.school, a.state, a.trouble"

func scanItem(row db.Scanner) (*Item, error) {
	var i Item
	err := row.Scan(&i.ID, &i.Code, &i.Serial, &i.Parent, &i.Name, &i.Kit, &i.KitVersion, &i.School, &i.State, &i.Trouble)
	return &i, err
}

// contentOf returns a delivery with its items and what was said of them.
func contentOf(ctx context.Context, tx *db.Tx, d Delivery) (*Content, error) {
	c := &Content{Delivery: d}
	things, err := db.All(ctx, tx, scanItem, "SELECT "+itemColumns+" FROM equip_asset a WHERE a.territory = ? AND a.delivery = ?", d.Territory, d.ID)
	if err != nil {
		return nil, err
	}
	parts, err := db.All(ctx, tx, scanItem, "SELECT "+itemColumns+` FROM equip_asset k JOIN equip_asset a ON a.territory = k.territory AND a.parent = k.id
		WHERE k.territory = ? AND k.delivery = ?`, d.Territory, d.ID)
	if err != nil {
		return nil, err
	}
	byID := map[string]*Item{}
	for _, item := range things {
		if item.Parent == "" {
			byID[item.ID] = item
			c.Items = append(c.Items, item)
		}
	}
	for _, part := range parts {
		if kit := byID[part.Parent]; kit != nil {
			kit.Parts = append(kit.Parts, part)
		}
	}
	sortItems(c.Items)
	scans, err := scansOf(ctx, tx, d.Territory, d.ID)
	if err != nil {
		return nil, err
	}
	c.say(scans)
	return c, nil
}

func sortItems(list []*Item) {
	slices.SortFunc(list, func(x, y *Item) int { return cmp.Or(strings.Compare(x.Name, y.Name), strings.Compare(x.Code, y.Code)) })
	for _, item := range list {
		sortItems(item.Parts)
	}
}

// supply is a part of a kit that is counted and has no code of its own: a cable, a bag.
type supply struct {
	Kit      string
	Version  int64
	Name     string
	Quantity int64
}

// suppliesOf returns what the kits of a delivery hold beside their assets.
func suppliesOf(ctx context.Context, tx *db.Tx, territory, delivery string) ([]supply, error) {
	return db.All(ctx, tx, func(row db.Scanner) (supply, error) {
		var s supply
		err := row.Scan(&s.Kit, &s.Version, &s.Name, &s.Quantity)
		return s, err
	}, `SELECT DISTINCT p.kit, p.version, m.maker || ' ' || m.name, p.quantity FROM equip_asset a
		JOIN equip_kit_part p ON p.kit = a.kit AND p.version = a.kit_version JOIN equip_model m ON m.id = p.model
		WHERE a.territory = ? AND a.delivery = ? AND a.kit <> '' AND m.tracked = 0 ORDER BY 1, 2, 3`, territory, delivery)
}

func setState(ctx context.Context, tx *db.Tx, d *Delivery, state State) error {
	received := any(nil)
	if state == Received {
		received = tx.Now()
	}
	_, err := tx.Exec(ctx, `UPDATE equip_delivery SET state = ?, received_at = COALESCE(received_at, ?), version = version + 1 WHERE territory = ? AND id = ?`,
		string(state), received, d.Territory, d.ID)
	d.State = state
	d.Version++
	return err
}
