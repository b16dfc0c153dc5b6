package orders

import "context"

// List is the answer of list-orders.
type List struct {
	Total  int   `json:"total"`
	Orders []Row `json:"orders"`
}

func (m *Module) apiOrders(ctx context.Context, in *struct {
	Territory string `query:"territory"`
	State     string `query:"state" enum:"draft,placed,closed,cancelled"`
	Measure   string `query:"measure"`
	Search    string `query:"q"`
	Page      int    `query:"page" minimum:"1" default:"1"`
}) (*struct{ Body List }, error) {
	list, total, err := m.Service.Orders(ctx, Filter{Territory: in.Territory, State: State(in.State), Measure: in.Measure, Search: in.Search, Page: in.Page})
	return &struct{ Body List }{List{total, list}}, err
}

// Named is the answer of operations that make an order.
type Named struct {
	ID string `json:"id"`
}

func (m *Module) apiAdd(ctx context.Context, in *struct {
	Body struct {
		Territory string `json:"territory"`
		Input
	}
}) (*struct{ Body Named }, error) {
	id, err := m.Service.Add(ctx, in.Body.Territory, in.Body.Input)
	return &struct{ Body Named }{Named{id}}, err
}

func (m *Module) apiFromPlan(ctx context.Context, in *struct {
	Body struct {
		Territory string   `json:"territory,omitempty" doc:"Every one of the person's where a plan is in force when empty"`
		Choices   []Choice `json:"choices,omitempty" doc:"A measure without a choice is ordered as the last time, or with what suits"`
	}
}) (*struct{ Body []Made }, error) {
	if in.Body.Territory == "" {
		list, err := m.Service.FromPlans(ctx, in.Body.Choices)
		return &struct{ Body []Made }{list}, err
	}
	made, err := m.Service.FromPlan(ctx, in.Body.Territory, in.Body.Choices)
	return &struct{ Body []Made }{[]Made{made}}, err
}

func (m *Module) apiRounds(ctx context.Context, in *struct {
	Body struct {
		Territory  string  `json:"territory"`
		Stops      int     `json:"stops,omitempty" default:"12"`
		Units      int64   `json:"units,omitempty" default:"200"`
		Kilometres float64 `json:"kilometres,omitempty" default:"25"`
	}
}) (*struct{ Body Planned }, error) {
	p, err := m.Service.PlanRounds(ctx, in.Body.Territory, Bounds{in.Body.Stops, in.Body.Units, in.Body.Kilometres})
	return &struct{ Body Planned }{p}, err
}

type byID struct {
	ID string `path:"order"`
}

func (m *Module) apiOrder(ctx context.Context, in *byID) (*struct{ Body Order }, error) {
	o, err := m.Service.Order(ctx, in.ID)
	return &struct{ Body Order }{o}, err
}

func (m *Module) apiChange(ctx context.Context, in *struct {
	ID   string `path:"order"`
	Body Input
}) (*struct{ Body Order }, error) {
	if err := m.Service.Change(ctx, in.ID, in.Body); err != nil {
		return nil, err
	}
	return m.apiOrder(ctx, &byID{in.ID})
}

// PlacedOrder is the answer of place-order.
type PlacedOrder struct {
	Assets int `json:"assets"` // made, parts of kits too
}

func (m *Module) apiPlace(ctx context.Context, in *struct {
	ID   string `path:"order"`
	Body struct {
		Version int64 `json:"version" doc:"Of the order, as it was read"`
	}
}) (*struct{ Body PlacedOrder }, error) {
	n, err := m.Service.Place(ctx, in.ID, in.Body.Version)
	return &struct{ Body PlacedOrder }{PlacedOrder{n}}, err
}

func (m *Module) apiCancel(ctx context.Context, in *byID) (*struct{}, error) {
	return nil, m.Service.Cancel(ctx, in.ID)
}

func (m *Module) apiClose(ctx context.Context, in *struct {
	ID   string `path:"order"`
	Body struct {
		Without bool `json:"give_up,omitempty" doc:"Gives up what has not come"`
	}
}) (*struct{}, error) {
	return nil, m.Service.Close(ctx, in.ID, in.Body.Without)
}

func (m *Module) apiAwards(ctx context.Context, in *byID) (*struct{ Body []Award }, error) {
	_, list, err := m.Service.Awards(ctx, in.ID)
	return &struct{ Body []Award }{list}, err
}

func (m *Module) apiSetAward(ctx context.Context, in *struct {
	ID   string `path:"order"`
	Body AwardInput
}) (*struct{}, error) {
	return nil, m.Service.SetAward(ctx, in.ID, in.Body)
}

// Claims is the answer of list-invoices.
type Claims struct {
	Invoices []Invoice `json:"invoices"`
	Lines    []Proof   `json:"lines"`
}

func (m *Module) apiInvoices(ctx context.Context, in *byID) (*struct{ Body Claims }, error) {
	list, proofs, err := m.Service.Invoices(ctx, in.ID)
	return &struct{ Body Claims }{Claims{list, proofs}}, err
}

// Claimed is the answer of add-invoice.
type Claimed struct {
	Invoice
	Unserved bool `json:"unserved"` // more is claimed than came
}

func (m *Module) apiAddInvoice(ctx context.Context, in *struct {
	ID   string `path:"order"`
	Body InvoiceInput
}) (*struct{ Body Claimed }, error) {
	invoice, unserved, err := m.Service.AddInvoice(ctx, in.ID, in.Body)
	return &struct{ Body Claimed }{Claimed{invoice, unserved}}, err
}

func (m *Module) apiPay(ctx context.Context, in *struct {
	ID      string `path:"order"`
	Invoice string `path:"invoice"`
	Body    struct {
		PaidOn string `json:"paid_on,omitempty" doc:"Today when empty"`
	}
}) (*struct{}, error) {
	return nil, m.Service.PayInvoice(ctx, in.ID, in.Invoice, in.Body.PaidOn)
}

func (m *Module) apiMoney(ctx context.Context, in *struct {
	Territory string `query:"territory" doc:"All of the person's when empty"`
}) (*struct{ Body []MoneyLine }, error) {
	list, err := m.Service.Money(ctx, in.Territory)
	return &struct{ Body []MoneyLine }{list}, err
}
