package orders

import (
	"context"
	"strings"
	"time"

	"preau/internal/base/authz"
	"preau/internal/base/db"
	"preau/internal/base/errs"
	"preau/internal/base/i18n"
	"preau/internal/base/journal"
)

// Invoice is what a supplier claims for units of a line.
type Invoice struct {
	Territory string `json:"-"`
	ID        string `json:"id"`
	Order     string `json:"-"`
	Line      int64  `json:"line"`
	Reference string `json:"reference"`
	DatedOn   string `json:"dated_on"` // 2026-10-01
	Quantity  int64  `json:"quantity"`
	Cents     int64  `json:"cents"`
	PaidOn    string `json:"paid_on"` // "" not yet
}

// Proof sets what is claimed for a line beside what came of it.
type Proof struct {
	Line      int64    `json:"line"`
	Name      string   `json:"name"`
	Quantity  int64    `json:"quantity"` // ordered
	Received  int64    `json:"received"` // came: the proof of service done
	GivenUp   int64    `json:"given_up"`
	Invoiced  int64    `json:"invoiced"` // units
	UnitCents int64    `json:"unit_cents"`
	Amounts   Amounts  `json:"amounts"`
	Shares    []Shared `json:"shares"`
}

// Shared is what one funder gives for a line.
type Shared struct {
	Funder string `json:"funder"`
	Amounts
}

// Unserved tells whether more units, or more money, are claimed than came.
func (p *Proof) Unserved() bool {
	return p.Invoiced > p.Received || p.Amounts.Invoiced > p.Amounts.Received
}

// InvoiceInput is an invoice as a person writes it.
type InvoiceInput struct {
	Line      int64  `json:"line"`
	Reference string `json:"reference"`
	DatedOn   string `json:"dated_on"`
	Quantity  int64  `json:"quantity"`
	Cents     int64  `json:"cents" doc:"With tax"`
}

func (in *InvoiceInput) check(o *Order) error {
	in.Reference = strings.Join(strings.Fields(in.Reference), " ")
	var fields []errs.Field
	wrong := func(name, key string, args ...any) {
		fields = append(fields, errs.Field{Name: name, Key: key, Args: args})
	}
	if o.line(in.Line) == nil {
		wrong("line", "orders.error.line", "n", in.Line)
	}
	switch {
	case in.Reference == "":
		wrong("reference", "orders.error.empty")
	case len(in.Reference) > mostText:
		wrong("reference", "orders.error.long", "n", mostText)
	}
	if _, err := time.Parse(time.DateOnly, in.DatedOn); err != nil {
		wrong("dated_on", "orders.error.day")
	}
	if in.Quantity < 0 || in.Quantity > mostQuantity {
		wrong("quantity", "orders.error.quantity", "most", mostQuantity)
	}
	if in.Cents < 1 || in.Cents > mostCents*mostQuantity {
		wrong("cents", "orders.error.price")
	}
	return errs.OfFields(fields...)
}

// AddInvoice writes an invoice for a line of an order that was placed, and tells whether more is claimed now than
// came. It returns Invalid, NotFound, or a Conflict when the order was never placed or has that invoice already.
func (s *Service) AddInvoice(ctx context.Context, id string, in InvoiceInput) (made Invoice, unserved bool, err error) {
	if _, err := authz.Scopes(ctx, PayOrders); err != nil {
		return made, false, err
	}
	err = s.db.Update(ctx, func(ctx context.Context, tx *db.Tx) error {
		o, err := orderByID(ctx, tx, PayOrders, id)
		if err != nil {
			return err
		}
		if o.State == Draft || o.State == Cancelled {
			return errs.NewConflict("orders.invoice.draft", "reference", o.Reference)
		}
		if err := in.check(&o); err != nil {
			return err
		}
		made = Invoice{o.Territory, tx.NewID(), o.ID, in.Line, in.Reference, in.DatedOn, in.Quantity, in.Cents, ""}
		added, err := tx.Exec(ctx, `INSERT INTO equip_invoice (territory, id, order_id, line, reference, dated_on, quantity, cents, created_at) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)
			ON CONFLICT (territory, order_id, reference, line) DO NOTHING`, o.Territory, made.ID, o.ID, in.Line, in.Reference, in.DatedOn, in.Quantity, in.Cents, tx.Now())
		if err != nil {
			return err
		}
		if added == 0 {
			return errs.NewConflict("orders.invoice.again", "reference", in.Reference)
		}
		proofs, err := proofsOf(ctx, tx, &o)
		if err != nil {
			return err
		}
		for i := range proofs {
			if proofs[i].Line == in.Line {
				unserved = proofs[i].Unserved()
			}
		}
		return s.recordInvoice(ctx, tx, &o, &made, FactInvoiced)
	})
	return made, unserved, err
}

func (s *Service) recordInvoice(ctx context.Context, tx *db.Tx, o *Order, i *Invoice, kind string) error {
	return s.journal.Record(ctx, tx, journal.Fact{Territory: o.Territory, Kind: kind, Subject: i.ID,
		Data: toldInvoice{o.Reference, []toldLine{{o.line(i.Line).Measure, i.Quantity, i.Cents}}}})
}

// PayInvoice says that an invoice was paid on a day, today when it is "". Paid twice is paid once.
func (s *Service) PayInvoice(ctx context.Context, id, invoice, day string) error {
	if _, err := authz.Scopes(ctx, PayOrders); err != nil {
		return err
	}
	if _, err := time.Parse(time.DateOnly, day); day != "" && err != nil {
		return errs.OfFields(errs.Field{Name: "paid_on", Key: "orders.error.day"})
	}
	return s.db.Update(ctx, func(ctx context.Context, tx *db.Tx) error {
		o, err := orderByID(ctx, tx, PayOrders, id)
		if err != nil {
			return err
		}
		if day == "" {
			day = i18n.Millis(tx.Now()).In(i18n.Paris).Format(time.DateOnly)
		}
		list, err := invoicesOf(ctx, tx, &o)
		if err != nil {
			return err
		}
		for i := range list {
			if list[i].ID != invoice {
				continue
			}
			if list[i].PaidOn != "" {
				return nil
			}
			if _, err := tx.Exec(ctx, "UPDATE equip_invoice SET paid_on = ? WHERE territory = ? AND id = ?", day, o.Territory, invoice); err != nil {
				return err
			}
			return s.recordInvoice(ctx, tx, &o, &list[i], FactPaid)
		}
		return errs.NewNotFound("orders.invoice.not_found")
	})
}

// Invoices returns the invoices of an order, and for each of its lines what is claimed beside what came.
func (s *Service) Invoices(ctx context.Context, id string) ([]Invoice, []Proof, error) {
	if _, err := authz.Scopes(ctx, ReadOrders); err != nil {
		return nil, nil, err
	}
	var list []Invoice
	var proofs []Proof
	err := s.db.View(ctx, func(ctx context.Context, tx *db.Tx) error {
		o, err := orderByID(ctx, tx, ReadOrders, id)
		if err != nil {
			return err
		}
		if list, err = invoicesOf(ctx, tx, &o); err != nil {
			return err
		}
		proofs, err = proofsOf(ctx, tx, &o)
		return err
	})
	return list, proofs, err
}

func invoicesOf(ctx context.Context, tx *db.Tx, o *Order) ([]Invoice, error) {
	return db.All(ctx, tx, func(row db.Scanner) (Invoice, error) {
		i := Invoice{Territory: o.Territory, Order: o.ID}
		err := row.Scan(&i.ID, &i.Line, &i.Reference, &i.DatedOn, &i.Quantity, &i.Cents, &i.PaidOn)
		return i, err
	}, "SELECT i.id, i.line, i.reference, i.dated_on, i.quantity, i.cents, i.paid_on FROM equip_invoice i WHERE i.territory = ? AND i.order_id = ? ORDER BY i.dated_on, i.created_at, i.id", o.Territory, o.ID)
}

func proofsOf(ctx context.Context, tx *db.Tx, o *Order) ([]Proof, error) {
	came, err := receivedOf(ctx, tx, o.Territory, o.ID)
	if err != nil {
		return nil, err
	}
	invoices, err := invoicesOf(ctx, tx, o)
	if err != nil {
		return nil, err
	}
	weights := make([]int64, len(o.Funders))
	for i, f := range o.Funders {
		weights[i] = f.Share
	}
	list := make([]Proof, len(o.Lines))
	for i := range o.Lines {
		l := &o.Lines[i]
		c := came[lineKey{o.ID, l.Number}]
		p := Proof{Line: l.Number, Name: l.Name, Quantity: l.Quantity, Received: c.received, GivenUp: c.given, UnitCents: l.UnitCents}
		p.Amounts = Amounts{Ordered: (l.Quantity - c.given) * l.UnitCents, Received: c.received * l.UnitCents}
		for _, v := range invoices {
			if v.Line != l.Number {
				continue
			}
			p.Invoiced += v.Quantity
			p.Amounts.Invoiced += v.Cents
			if v.PaidOn != "" {
				p.Amounts.Paid += v.Cents
			}
		}
		for j, part := range p.Amounts.shared(weights) {
			p.Shares = append(p.Shares, Shared{o.Funders[j].Name, part})
		}
		list[i] = p
	}
	return list, nil
}
