package orders

import (
	"net/http"

	"preau/internal/base/authz"
	"preau/internal/base/errs"
	"preau/internal/base/i18n"
	"preau/internal/base/web"
	"preau/internal/base/web/ui"
)

// moneyView is the page of the money.
type moneyView struct {
	territory   string
	territories []ui.Option
	names       names
	lines       []MoneyLine
	sum         MoneyLine
}

func (m *Module) money(r *http.Request) (web.Response, error) {
	ctx := r.Context()
	v := moneyView{territory: web.Query(r).Text("territory")}
	var err error
	if v.lines, err = m.Service.Money(ctx, v.territory); err != nil {
		return nil, err
	}
	if v.territories, err = m.territories(ctx); err != nil {
		return nil, err
	}
	if v.names, _, err = m.measures(ctx, codesOf(v.territories)...); err != nil {
		return nil, err
	}
	for _, l := range v.lines {
		v.sum.Budget, v.sum.Planned, v.sum.Sum = v.sum.Budget+l.Budget, v.sum.Planned+l.Planned, v.sum.Sum.plus(l.Sum)
		v.sum.Units, v.sum.Came = v.sum.Units+l.Units, v.sum.Came+l.Came
	}
	return web.Page{Title: i18n.T(ctx, "orders.money.title"), Section: "money", Body: moneyPage(v)}, nil
}

// moneyHeader names the columns of the export: a row a measure, territory and funder.
var moneyHeader = []string{"measure", "territory", "funder", "ordered_euros", "received_euros", "invoiced_euros", "paid_euros"}

func (m *Module) moneyCSV(r *http.Request) (web.Response, error) {
	lines, err := m.Service.Money(r.Context(), web.Query(r).Text("territory"))
	if err != nil {
		return nil, err
	}
	rows := [][]string{moneyHeader}
	for _, l := range lines {
		for _, row := range l.Rows {
			rows = append(rows, []string{row.Measure, row.Territory, row.Funder, euros(row.Ordered), euros(row.Received), euros(row.Invoiced), euros(row.Paid)})
		}
	}
	return csvFile("argent.csv", rows), nil
}

// invoicesView is the page of the invoices of an order.
type invoicesView struct {
	order  Order
	list   []Invoice
	proofs []Proof
	pay    bool
	sent   *web.Values
	errors ui.Errors
}

// value returns what was sent for a field, or what stands.
func (v *invoicesView) value(name, standing string) string {
	if v.sent != nil {
		return v.sent.Text(name)
	}
	return standing
}

func (m *Module) invoices(r *http.Request) (web.Response, error) { return m.invoicesPage(r, nil, nil) }

func (m *Module) invoicesPage(r *http.Request, sent *web.Values, wrong ui.Errors) (web.Response, error) {
	ctx := r.Context()
	v := invoicesView{sent: sent, errors: wrong}
	var err error
	if v.order, err = m.Service.Order(ctx, r.PathValue("order")); err != nil {
		return nil, err
	}
	if v.list, v.proofs, err = m.Service.Invoices(ctx, v.order.ID); err != nil {
		return nil, err
	}
	v.pay = (v.order.State == Placed || v.order.State == Closed) && authz.May(ctx, PayOrders, authz.Territory(v.order.Territory))
	return withErrors(web.Page{Title: i18n.T(ctx, "orders.invoices.title", "reference", v.order.Reference), Section: "orders", Body: invoicesPage(v)}, wrong), nil
}

func (m *Module) addInvoice(r *http.Request) (web.Response, error) {
	ctx, id := r.Context(), r.PathValue("order")
	form, err := web.Form(r)
	if err != nil {
		return nil, err
	}
	if _, err := m.Service.order(ctx, PayOrders, id); err != nil {
		return nil, err
	}
	in := InvoiceInput{Line: 1, Reference: form.Text("reference"), DatedOn: form.Text("dated_on")}
	if n := form.Int("line"); n != nil {
		in.Line = int64(*n)
	}
	if n := form.Int("quantity"); n != nil {
		in.Quantity = int64(*n)
	}
	if c := cents(form, "cents"); c != nil {
		in.Cents = *c
	}
	unserved := false
	if err = form.Err(); err == nil {
		_, unserved, err = m.Service.AddInvoice(ctx, id, in)
	}
	if list, ok := web.FormErrors(ctx, err, errs.Invalid, errs.Conflict); ok {
		return m.invoicesPage(r, form, list)
	}
	if err != nil {
		return nil, err
	}
	to := web.RedirectWith("/orders/"+id+"/invoices", "orders.flash.invoiced")
	if unserved {
		to = web.RedirectWith("/orders/"+id+"/invoices", "orders.flash.unserved")
		to.Kind = ui.KindError
	}
	return to, nil
}

func (m *Module) payInvoice(r *http.Request) (web.Response, error) {
	form, err := web.Form(r)
	if err != nil {
		return nil, err
	}
	id := r.PathValue("order")
	if err := m.Service.PayInvoice(r.Context(), id, r.PathValue("invoice"), form.Text("paid_on")); err != nil {
		return nil, err
	}
	return web.RedirectWith("/orders/"+id+"/invoices", "orders.flash.paid"), nil
}
