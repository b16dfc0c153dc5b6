package orders

import (
	"net/http"
	"strconv"

	"preau/internal/base/authz"
	"preau/internal/base/errs"
	"preau/internal/base/i18n"
	"preau/internal/base/web"
	"preau/internal/base/web/ui"
)

// planView is the page that orders what a plan gives.
type planView struct {
	territory   string
	territories []ui.Option
	none        bool // no plan is in force there
	proposals   []Proposal
	names       names
	items       []ui.Option
	errors      ui.Errors
	values      *web.Values // what was sent, nil before
}

// value returns what was sent for a field, or what stands.
func (v *planView) value(name, standing string) string {
	if v.values != nil {
		return v.values.Text(name)
	}
	return standing
}

// left tells whether anything remains to be ordered.
func (v *planView) left() bool {
	for i := range v.proposals {
		if v.proposals[i].Units() > 0 {
			return true
		}
	}
	return false
}

func (m *Module) askPlan(r *http.Request) (web.Response, error) {
	return m.planPage(r, web.Query(r).Text("territory"), nil, nil)
}

// planPage shows the measures of the plan in force, with what was sent and what is wrong with it.
func (m *Module) planPage(r *http.Request, territory string, sent *web.Values, wrong ui.Errors) (web.Response, error) {
	ctx := r.Context()
	v := planView{territory: territory, errors: wrong, values: sent}
	var err error
	if v.territories, err = m.territories(ctx); err != nil {
		return nil, err
	}
	if v.territory == "" && len(v.territories) > 0 {
		v.territory = v.territories[0].Value
	}
	if _, v.proposals, err = m.Service.Proposals(ctx, v.territory); errs.Is(err, errs.NotFound) && authz.May(ctx, EditOrders, authz.Territory(v.territory)) {
		v.none, err = true, nil
	}
	if err != nil {
		return nil, err
	}
	if v.names, _, err = m.measures(ctx, v.territory); err != nil {
		return nil, err
	}
	if v.items, err = m.itemOptions(r, i18n.T(ctx, "orders.from_plan.nothing")); err != nil {
		return nil, err
	}
	return withErrors(web.Page{Title: i18n.T(ctx, "orders.from_plan.title"), Section: "orders", Body: planPage(v)}, wrong), nil
}

// itemOptions are the kits and models that may be ordered.
func (m *Module) itemOptions(r *http.Request, none string) ([]ui.Option, error) {
	list, err := m.Service.Items(r.Context())
	if err != nil {
		return nil, err
	}
	options := []ui.Option{{Text: none}}
	for _, i := range list {
		price := i18n.T(r.Context(), "orders.no_price")
		if i.Priced {
			price = i18n.From(r.Context()).Money(i.Cents)
		}
		options = append(options, ui.Option{Value: i.value(), Text: i.Name + ", " + price})
	}
	return options, nil
}

func (m *Module) fromPlan(r *http.Request) (web.Response, error) {
	ctx := r.Context()
	form, err := web.Form(r)
	if err != nil {
		return nil, err
	}
	territory := form.Text("territory")
	if err := authz.Check(ctx, EditOrders, authz.Territory(territory)); err != nil {
		return nil, err
	}
	var choices []Choice
	for _, id := range form.All("measure") {
		choices = append(choices, choiceOf(form, id))
	}
	made, err := Made{}, form.Err()
	if err == nil {
		made, err = m.Service.FromPlan(ctx, territory, choices)
	}
	if list, ok := web.FormErrors(ctx, err, errs.Invalid, errs.Conflict); ok {
		return m.planPage(r, territory, form, list)
	}
	if err != nil {
		return nil, err
	}
	return web.RedirectWith("/orders?territory="+territory, "orders.flash.from_plan", "n", len(made.Orders), "units", made.Units, "schools", made.Schools, "rounds", made.Rounds.Rounds), nil
}

// choiceOf reads what a person chose for a measure. The supplier, the market, the owner and the funder are those of
// the whole form.
func choiceOf(form *web.Values, measure string) Choice {
	c := Choice{Measure: measure, UnitCents: cents(form, "price-"+measure), Market: form.Text("market-" + measure), Supplier: form.Text("supplier-" + measure),
		Owner: form.Text("owner"), Custodian: form.Text("custodian"), ExpectedOn: form.Text("expected_on"), Funders: fundersIn(form)}
	c.Kit, c.Model = itemIn(form.Text("item-" + measure))
	c.Skip = c.Kit == "" && c.Model == ""
	return c
}

// funderRows is how many funders a form offers.
const funderRows = 4

// fundersIn reads the funders of a form, their shares in per cent.
func fundersIn(form *web.Values) []Funder {
	var list []Funder
	for i := range funderRows {
		row := strconv.Itoa(i + 1)
		if !form.Has("funder-"+row) && !form.Has("share-"+row) {
			continue
		}
		f := Funder{Name: form.Text("funder-" + row)}
		if share := cents(form, "share-"+row); share != nil {
			f.Share = *share
		}
		list = append(list, f)
	}
	return list
}

func percent(share int64) string { return strconv.FormatFloat(float64(share)/100, 'f', -1, 64) }
