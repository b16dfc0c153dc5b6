package orders

import (
	"context"
	"slices"
	"strings"

	"preau/internal/base/authz"
	"preau/internal/base/db"
	"preau/internal/base/errs"
)

const orderColumns = `o.territory, o.id, o.reference, o.market, o.supplier, o.plan, o.state, o.expected_on, o.owner, o.custodian, o.note, o.version,
	COALESCE(o.awarded_at, 0), o.created_at, o.created_by, COALESCE(o.placed_at, 0), COALESCE(o.closed_at, 0)`

func scanOrder(row db.Scanner) (Order, error) {
	var o Order
	err := row.Scan(&o.Territory, &o.ID, &o.Reference, &o.Market, &o.Supplier, &o.Plan, &o.State, &o.ExpectedOn, &o.Owner, &o.Custodian, &o.Note, &o.Version,
		&o.AwardedAt, &o.CreatedAt, &o.CreatedBy, &o.PlacedAt, &o.ClosedAt)
	return o, err
}

// orderByID returns an order whole, where the person holds the permission: NotFound otherwise.
func orderByID(ctx context.Context, tx *db.Tx, perm authz.Permission, id string) (Order, error) {
	o, err := db.One(ctx, tx, scanOrder, "SELECT "+orderColumns+" FROM equip_order o WHERE o.id = ?", id)
	if db.IsNotFound(err) || (err == nil && !authz.May(ctx, perm, authz.Territory(o.Territory))) {
		return o, errs.NewNotFound("orders.not_found")
	}
	if err != nil {
		return o, err
	}
	if err := authz.Check(ctx, perm, authz.Territory(o.Territory)); err != nil {
		return o, err
	}
	if o.Lines, err = linesOf(ctx, tx, &o); err != nil {
		return o, err
	}
	o.Funders, err = db.All(ctx, tx, func(row db.Scanner) (Funder, error) {
		var f Funder
		err := row.Scan(&f.Name, &f.Share)
		return f, err
	}, "SELECT f.funder, f.share FROM equip_order_funder f WHERE f.territory = ? AND f.order_id = ? ORDER BY f.share DESC, f.funder", o.Territory, o.ID)
	return o, err
}

func linesOf(ctx context.Context, tx *db.Tx, o *Order) ([]Line, error) {
	return db.All(ctx, tx, func(row db.Scanner) (Line, error) {
		var l Line
		err := row.Scan(&l.Number, &l.Measure, &l.Kit, &l.KitVersion, &l.Model, &l.Name, &l.Tracked, &l.Quantity, &l.UnitCents, &l.Awarded)
		return l, err
	}, `SELECT l.number, l.measure, l.kit, l.kit_version, l.model, COALESCE(k.name, m.maker || ' ' || m.name, ''), COALESCE(m.tracked, 1), l.quantity, l.unit_cents,
		COALESCE((SELECT SUM(w.quantity) FROM equip_award w WHERE w.territory = l.territory AND w.order_id = l.order_id AND w.line = l.number), 0)
		FROM equip_order_line l LEFT JOIN equip_kit k ON k.id = l.kit LEFT JOIN equip_model m ON m.id = l.model
		WHERE l.territory = ? AND l.order_id = ? ORDER BY l.number`, o.Territory, o.ID)
}

func insertOrder(ctx context.Context, tx *db.Tx, o *Order) error {
	var awarded any
	if o.AwardedAt > 0 {
		awarded = o.AwardedAt
	}
	_, err := tx.Exec(ctx, `INSERT INTO equip_order (territory, id, reference, market, supplier, plan, state, expected_on, owner, custodian, note, version, awarded_at, created_at, created_by)
		VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, 1, ?, ?, ?)`, o.Territory, o.ID, o.Reference, o.Market, o.Supplier, o.Plan, string(o.State), o.ExpectedOn,
		o.Owner, o.Custodian, o.Note, awarded, o.CreatedAt, o.CreatedBy)
	if err != nil {
		return err
	}
	for i := range o.Lines {
		if err := insertLine(ctx, tx, o, &o.Lines[i]); err != nil {
			return err
		}
	}
	return insertFunders(ctx, tx, o)
}

func insertLine(ctx context.Context, tx *db.Tx, o *Order, l *Line) error {
	_, err := tx.Exec(ctx, "INSERT INTO equip_order_line (territory, order_id, number, measure, kit, kit_version, model, quantity, unit_cents) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)",
		o.Territory, o.ID, l.Number, l.Measure, l.Kit, l.KitVersion, l.Model, l.Quantity, l.UnitCents)
	return err
}

func insertFunders(ctx context.Context, tx *db.Tx, o *Order) error {
	for _, f := range o.Funders {
		if _, err := tx.Exec(ctx, "INSERT INTO equip_order_funder (territory, order_id, funder, share) VALUES (?, ?, ?, ?)", o.Territory, o.ID, f.Name, f.Share); err != nil {
			return err
		}
	}
	return nil
}

// saveHead writes what a person may change of an order, and its state; Conflict when somebody changed it since it
// was read.
func saveHead(ctx context.Context, tx *db.Tx, o *Order, version int64) error {
	date := func(at int64) any {
		if at == 0 {
			return nil
		}
		return at
	}
	changed, err := tx.Exec(ctx, `UPDATE equip_order SET market = ?, supplier = ?, state = ?, expected_on = ?, owner = ?, custodian = ?, note = ?, placed_at = ?, closed_at = ?,
		version = version + 1 WHERE territory = ? AND id = ? AND version = ?`, o.Market, o.Supplier, string(o.State), o.ExpectedOn, o.Owner, o.Custodian, o.Note,
		date(o.PlacedAt), date(o.ClosedAt), o.Territory, o.ID, version)
	if err == nil && changed == 0 {
		return errs.NewConflict("orders.meanwhile", "reference", o.Reference)
	}
	return err
}

// Filter chooses orders. Empty members choose all.
type Filter struct {
	Territory string
	State     State
	Measure   string
	Search    string // words of the reference, the market or the supplier
	Sort      Sort
	Down      bool
	Page      int // from 1
	Size      int // 50 unless told; below 0 all
}

// Sort names what a list of orders is sorted by.
type Sort string

// The orders of the list: the newest first unless told.
const (
	ByReference Sort = "reference"
	BySupplier  Sort = "supplier"
	ByExpected  Sort = "expected"
	ByCost      Sort = "cost"
	ByState     Sort = "state"
)

var sortColumns = map[Sort]string{"": "o.created_at DESC", ByReference: "o.reference", BySupplier: "o.supplier", ByExpected: "o.expected_on", ByCost: "cents", ByState: "o.state"}

// ordersPerPage is how many orders a page shows.
const ordersPerPage = 50

func (f Filter) normal() (Filter, error) {
	if f.Size == 0 {
		f.Size = ordersPerPage
	}
	f.Page = max(f.Page, 1)
	var fields []errs.Field
	if _, known := sortColumns[f.Sort]; !known {
		fields = append(fields, errs.Field{Name: "sort", Key: "orders.error.choice"})
	}
	if f.State != "" && !slices.Contains(States, f.State) {
		fields = append(fields, errs.Field{Name: "state", Key: "orders.error.choice"})
	}
	return f, errs.OfFields(fields...)
}

// Row is an order in a list.
type Row struct {
	Order
	Measures string `json:"measures"` // between spaces
	Quantity int64  `json:"quantity"`
	Cents    int64  `json:"cost_cents"`
	Received int64  `json:"received"` // units that came
}

const (
	costOf     = "COALESCE((SELECT SUM(l.quantity * l.unit_cents) FROM equip_order_line l WHERE l.territory = o.territory AND l.order_id = o.id), 0)"
	quantityOf = "COALESCE((SELECT SUM(l.quantity) FROM equip_order_line l WHERE l.territory = o.territory AND l.order_id = o.id), 0)"
)

func (f Filter) where(scopes []authz.Scope) (string, []any) {
	where, args := authz.Filter(scopes, "o.territory", "", "")
	and := func(text string, values ...any) { where, args = where+" AND "+text, append(args, values...) }
	if f.Territory != "" {
		and("o.territory = ?", f.Territory)
	}
	if f.State != "" {
		and("o.state = ?", string(f.State))
	}
	if f.Measure != "" {
		and("EXISTS (SELECT 1 FROM equip_order_line l WHERE l.territory = o.territory AND l.order_id = o.id AND l.measure = ?)", f.Measure)
	}
	for _, word := range strings.Fields(strings.ToLower(f.Search)) {
		and("LOWER(o.reference || ' ' || o.market || ' ' || o.supplier) LIKE ?", "%"+word+"%")
	}
	return where, args
}

// listOrders returns a page of orders, without their lines and funders, and how many there are.
func listOrders(ctx context.Context, tx *db.Tx, scopes []authz.Scope, f Filter) ([]Row, int, error) {
	where, args := f.where(scopes)
	total, err := db.One(ctx, tx, db.Value[int], "SELECT COUNT(*) FROM equip_order o WHERE "+where, args...)
	if err != nil {
		return nil, 0, err
	}
	order := sortColumns[f.Sort]
	if f.Down && f.Sort != "" {
		order += " DESC"
	}
	text := "SELECT " + orderColumns + ", " + quantityOf + ", " + costOf + " AS cents FROM equip_order o WHERE " + where + " ORDER BY " + order + ", o.reference DESC, o.id"
	if f.Size > 0 {
		text, args = text+" LIMIT ? OFFSET ?", append(args, f.Size, (f.Page-1)*f.Size)
	}
	list, err := db.All(ctx, tx, func(row db.Scanner) (Row, error) {
		var r Row
		o := &r.Order
		err := row.Scan(&o.Territory, &o.ID, &o.Reference, &o.Market, &o.Supplier, &o.Plan, &o.State, &o.ExpectedOn, &o.Owner, &o.Custodian, &o.Note, &o.Version,
			&o.AwardedAt, &o.CreatedAt, &o.CreatedBy, &o.PlacedAt, &o.ClosedAt, &r.Quantity, &r.Cents)
		return r, err
	}, text, args...)
	if err != nil {
		return nil, 0, err
	}
	return list, total, fill(ctx, tx, list)
}

// fill puts the measures of each order, and what came of it, into the rows.
func fill(ctx context.Context, tx *db.Tx, list []Row) error {
	for i := range list {
		r := &list[i]
		measures, err := db.All(ctx, tx, db.Value[string], "SELECT DISTINCT l.measure FROM equip_order_line l WHERE l.territory = ? AND l.order_id = ? ORDER BY l.measure", r.Territory, r.ID)
		if err != nil {
			return err
		}
		r.Measures = strings.TrimSpace(strings.Join(measures, " "))
		came, err := receivedOf(ctx, tx, r.Territory, r.ID)
		if err != nil {
			return err
		}
		for _, c := range came {
			r.Received += c.received
		}
	}
	return nil
}
