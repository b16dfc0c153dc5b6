package orders

import (
	"context"
	"net/http"
	"strconv"

	"preau/internal/base/authz"
	"preau/internal/base/errs"
	"preau/internal/base/i18n"
	"preau/internal/base/web"
	"preau/internal/base/web/ui"
)

// orderView is the page of an order.
type orderView struct {
	order     Order
	territory string // name
	names     names
	proofs    []Proof
	edit, pay bool
	beyond    []string // names of the measures of which more is ordered than the plan holds
}

func (m *Module) order(r *http.Request) (web.Response, error) {
	ctx := r.Context()
	v := orderView{}
	var err error
	if v.order, err = m.Service.Order(ctx, r.PathValue("order")); err != nil {
		return nil, err
	}
	if _, v.proofs, err = m.Service.Invoices(ctx, v.order.ID); err != nil {
		return nil, err
	}
	t, err := m.Service.directory.Territory(ctx, v.order.Territory)
	if err != nil {
		return nil, err
	}
	v.territory = t.Name
	if v.names, _, err = m.measures(ctx, v.order.Territory); err != nil {
		return nil, err
	}
	scope := authz.Territory(v.order.Territory)
	v.edit, v.pay = authz.May(ctx, EditOrders, scope), authz.May(ctx, PayOrders, scope)
	if v.beyond, err = m.beyond(ctx, &v.order, v.names); err != nil {
		return nil, err
	}
	return web.Page{Title: i18n.T(ctx, "orders.order", "reference", v.order.Reference), Section: "orders", Body: orderPage(v)}, nil
}

// beyond returns the names of the measures of which the orders of the territory, with this one, take more than the
// plan in force holds.
func (m *Module) beyond(ctx context.Context, o *Order, n names) ([]string, error) {
	lines, err := m.Service.Money(ctx, o.Territory)
	if err != nil {
		return nil, err
	}
	var list []string
	for i := range lines {
		l := &lines[i]
		mine := false
		for j := range o.Lines {
			if o.Lines[j].Measure == l.Measure && l.Measure != "" {
				mine = true
				if o.State == Draft {
					l.Sum.Ordered += o.Lines[j].Cents()
				}
			}
		}
		if mine && l.Beyond() {
			list = append(list, n.of(ctx, l.Measure))
		}
	}
	return list, nil
}

// editForm is an order as a person writes it.
type editForm struct {
	order   Order // as it is; without an ID for a new one
	value   func(name, standing string) string
	lines   []Line // with empty ones for more
	funders []Funder
	items   []ui.Option
	measure []ui.Option
	places  []ui.Option // territories, for a new order
	errors  ui.Errors
}

// field returns an input of the form.
func (f *editForm) field(name, standing string, field ui.Field) ui.Field {
	field.Name, field.Value, field.Error = name, f.value(name, standing), f.errors.For(name)
	return field
}

// spareLines is how many empty lines the form of an order offers.
const spareLines = 2

func (m *Module) newOrder(r *http.Request) (web.Response, error) {
	if _, err := authz.Scopes(r.Context(), EditOrders); err != nil {
		return nil, err
	}
	return m.form(r, Order{State: Draft}, nil, nil)
}

func (m *Module) editOrder(r *http.Request) (web.Response, error) {
	o, err := m.Service.order(r.Context(), EditOrders, r.PathValue("order"))
	if err != nil {
		return nil, err
	}
	if o.State == Closed || o.State == Cancelled {
		return nil, o.over()
	}
	return m.form(r, o, nil, nil)
}

// form shows the form of an order, with what was sent and what is wrong with it.
func (m *Module) form(r *http.Request, o Order, sent *web.Values, wrong ui.Errors) (web.Response, error) {
	ctx := r.Context()
	f := editForm{order: o, errors: wrong, value: func(name, standing string) string {
		if sent != nil {
			return sent.Text(name)
		}
		return standing
	}}
	var err error
	if f.items, err = m.itemOptions(r, i18n.T(ctx, "orders.line.none")); err != nil {
		return nil, err
	}
	codes := []string{o.Territory}
	title := i18n.T(ctx, "orders.new")
	if o.ID == "" {
		if f.places, err = m.territories(ctx); err != nil {
			return nil, err
		}
		codes = codesOf(f.places)
	} else {
		title = i18n.T(ctx, "orders.edit", "reference", o.Reference)
	}
	byID, list, err := m.measures(ctx, codes...)
	if err != nil {
		return nil, err
	}
	f.measure = []ui.Option{{Text: i18n.T(ctx, "orders.no_measure")}}
	for _, id := range list {
		f.measure = append(f.measure, ui.Option{Value: id, Text: byID[id]})
	}
	f.lines = append(f.lines, o.Lines...)
	for range spareLines {
		f.lines = append(f.lines, Line{})
	}
	for i := range f.lines {
		f.offer(&f.lines[i])
	}
	f.funders = append(f.funders, o.Funders...)
	for len(f.funders) < funderRows {
		f.funders = append(f.funders, Funder{})
	}
	return withErrors(web.Page{Title: title, Section: "orders", Body: editPage(title, f)}, wrong), nil
}

// offer adds what a line is for to the choices, when the catalogue does not offer it any more.
func (f *editForm) offer(l *Line) {
	if l.Number == 0 {
		return
	}
	for _, option := range f.items {
		if option.Value == l.item() {
			return
		}
	}
	f.items = append(f.items, ui.Option{Value: l.item(), Text: l.Name})
}

// item names in a form what the line is for.
func (l *Line) item() string {
	i := Item{Kit: l.Kit, Model: l.Model}
	if l.Kit == "" && l.Model == "" {
		return ""
	}
	return i.value()
}

// inputIn reads an order from a form.
func inputIn(form *web.Values, before *Order) Input {
	in := Input{Market: form.Text("market"), Supplier: form.Text("supplier"), ExpectedOn: form.Text("expected_on"), Owner: form.Text("owner"),
		Custodian: form.Text("custodian"), Note: form.Text("note"), Funders: fundersIn(form)}
	if n := form.Int("version"); n != nil {
		in.Version = int64(*n)
	}
	for i := range mostLines + spareLines {
		row := strconv.Itoa(i + 1)
		line := LineInput{Measure: form.Text("measure-" + row)}
		if n := form.Int("number-" + row); n != nil {
			line.Number = int64(*n)
		}
		line.Kit, line.Model = itemIn(form.Text("item-" + row))
		if line.Number == 0 && line.Kit == "" && line.Model == "" {
			continue
		}
		if n := form.Int("quantity-" + row); n != nil {
			line.Quantity = int64(*n)
		}
		if c := cents(form, "price-"+row); c != nil {
			line.UnitCents = *c
		}
		if was := before.line(line.Number); was != nil && was.Kit == line.Kit {
			line.KitVersion = was.KitVersion // unless another kit is chosen
			if form.Has("newest-" + row) {
				line.KitVersion = 0
			}
		}
		in.Lines = append(in.Lines, line)
	}
	return in
}

func (m *Module) addOrder(r *http.Request) (web.Response, error) {
	ctx := r.Context()
	form, err := web.Form(r)
	if err != nil {
		return nil, err
	}
	if _, err := authz.Scopes(ctx, EditOrders); err != nil {
		return nil, err
	}
	in := inputIn(form, &Order{})
	id, err := "", form.Err()
	if err == nil {
		id, err = m.Service.Add(ctx, form.Text("territory"), in)
	}
	if list, ok := web.FormErrors(ctx, err, errs.Invalid, errs.Conflict); ok {
		return m.form(r, Order{State: Draft}, form, list)
	}
	if err != nil {
		return nil, err
	}
	return web.RedirectWith("/orders/"+id, "orders.flash.added"), nil
}

func (m *Module) changeOrder(r *http.Request) (web.Response, error) {
	ctx := r.Context()
	form, err := web.Form(r)
	if err != nil {
		return nil, err
	}
	o, err := m.Service.order(ctx, EditOrders, r.PathValue("order"))
	if err != nil {
		return nil, err
	}
	in := inputIn(form, &o)
	if err = form.Err(); err == nil {
		err = m.Service.Change(ctx, o.ID, in)
	}
	if list, ok := web.FormErrors(ctx, err, errs.Invalid, errs.Conflict); ok {
		return m.form(r, o, form, list)
	}
	if err != nil {
		return nil, err
	}
	return web.RedirectWith("/orders/"+o.ID, "orders.flash.changed"), nil
}

// confirmView is a page that asks before an order goes on.
type confirmView struct {
	order   Order
	title   string
	text    string
	button  string
	verb    string
	danger  bool
	giveUp  int64 // units that have not come
	missing ui.Errors
}

func (m *Module) askPlace(r *http.Request) (web.Response, error) {
	return m.placePage(r, nil)
}

// placePage asks before an order is placed, and says what it lacks.
func (m *Module) placePage(r *http.Request, wrong ui.Errors) (web.Response, error) {
	ctx := r.Context()
	o, err := m.Service.order(ctx, EditOrders, r.PathValue("order"))
	if err != nil {
		return nil, err
	}
	if o.State == Closed || o.State == Cancelled {
		return nil, o.over()
	}
	v := confirmView{order: o, title: i18n.T(ctx, "orders.place.title", "reference", o.Reference), button: i18n.T(ctx, "orders.place.button"), verb: "place", missing: wrong,
		text: i18n.T(ctx, "orders.place.text", "units", o.Quantity(), "money", i18n.From(ctx).Money(o.Cents()), "supplier", o.Supplier)}
	if lacks, ok := web.FormErrors(ctx, o.ready(), errs.Invalid, errs.Conflict); ok && wrong == nil {
		v.missing = lacks
	}
	return withErrors(web.Page{Title: v.title, Section: "orders", Body: confirmPage(v)}, wrong), nil
}

func (m *Module) place(r *http.Request) (web.Response, error) {
	ctx, id := r.Context(), r.PathValue("order")
	form, err := web.Form(r)
	if err != nil {
		return nil, err
	}
	version := int64(0)
	if n := form.Int("version"); n != nil {
		version = int64(*n)
	}
	n, err := m.Service.Place(ctx, id, version)
	if errs.Is(err, errs.Invalid) {
		list, _ := web.FormErrors(ctx, err, errs.Invalid, errs.Conflict)
		return m.placePage(r, list)
	}
	if err != nil {
		return nil, err
	}
	return web.RedirectWith("/orders/"+id, "orders.flash.placed", "n", n), nil
}

func (m *Module) askCancel(r *http.Request) (web.Response, error) {
	ctx := r.Context()
	o, err := m.Service.order(ctx, EditOrders, r.PathValue("order"))
	if err != nil {
		return nil, err
	}
	if o.State == Closed || o.State == Cancelled {
		return nil, o.over()
	}
	v := confirmView{order: o, title: i18n.T(ctx, "orders.cancel.title", "reference", o.Reference), button: i18n.T(ctx, "orders.cancel.button"), verb: "cancel", danger: true,
		text: i18n.T(ctx, "orders.cancel.text")}
	return web.Page{Title: v.title, Section: "orders", Body: confirmPage(v)}, nil
}

func (m *Module) cancel(r *http.Request) (web.Response, error) {
	id := r.PathValue("order")
	if err := m.Service.Cancel(r.Context(), id); err != nil {
		return nil, err
	}
	return web.RedirectWith("/orders/"+id, "orders.flash.cancelled"), nil
}

func (m *Module) askClose(r *http.Request) (web.Response, error) {
	ctx := r.Context()
	o, err := m.Service.order(ctx, EditOrders, r.PathValue("order"))
	if err != nil {
		return nil, err
	}
	switch o.State {
	case Draft:
		return nil, errs.NewConflict("orders.close.draft", "reference", o.Reference)
	case Closed, Cancelled:
		return nil, o.over()
	}
	_, proofs, err := m.Service.Invoices(ctx, o.ID)
	if err != nil {
		return nil, err
	}
	v := confirmView{order: o, title: i18n.T(ctx, "orders.close.title", "reference", o.Reference), button: i18n.T(ctx, "orders.close.button"), verb: "close",
		text: i18n.T(ctx, "orders.close.text")}
	for i, p := range proofs {
		if o.Lines[i].Tracked {
			v.giveUp += max(0, p.Quantity-p.GivenUp-p.Received)
		}
	}
	return web.Page{Title: v.title, Section: "orders", Body: confirmPage(v)}, nil
}

func (m *Module) close(r *http.Request) (web.Response, error) {
	form, err := web.Form(r)
	if err != nil {
		return nil, err
	}
	id := r.PathValue("order")
	if err := m.Service.Close(r.Context(), id, form.Has("without")); err != nil {
		return nil, err
	}
	return web.RedirectWith("/orders/"+id, "orders.flash.closed"), nil
}
