package orders

import (
	"embed"

	"preau/internal/base/db"
	"preau/internal/base/web"
)

// Messages holds the words of orders.
//
//go:embed messages.yaml
var Messages embed.FS

// Module is what orders give to the site.
type Module struct{ Service *Service }

// Routes returns the pages.
func (m *Module) Routes() []web.Route {
	return []web.Route{
		{Method: "GET", Pattern: "/orders", Permission: ReadOrders, Handle: m.list, Cached: true},
		{Method: "GET", Pattern: "/orders/export.csv", Permission: ReadOrders, Handle: m.csv},
		{Method: "GET", Pattern: "/orders/from-plan", Permission: EditOrders, Handle: m.askPlan},
		{Method: "POST", Pattern: "/orders/from-plan", Permission: EditOrders, Handle: m.fromPlan, Timeout: db.Timeout},
		{Method: "GET", Pattern: "/orders/new", Permission: EditOrders, Handle: m.newOrder},
		{Method: "POST", Pattern: "/orders", Permission: EditOrders, Handle: m.addOrder},
		{Method: "GET", Pattern: "/orders/rounds", Permission: EditOrders, Handle: m.askRounds},
		{Method: "POST", Pattern: "/orders/rounds", Permission: EditOrders, Handle: m.planRounds},
		{Method: "GET", Pattern: "/orders/{order}", Permission: ReadOrders, Handle: m.order},
		{Method: "GET", Pattern: "/orders/{order}/edit", Permission: EditOrders, Handle: m.editOrder},
		{Method: "POST", Pattern: "/orders/{order}/edit", Permission: EditOrders, Handle: m.changeOrder},
		{Method: "GET", Pattern: "/orders/{order}/place", Permission: EditOrders, Handle: m.askPlace},
		{Method: "POST", Pattern: "/orders/{order}/place", Permission: EditOrders, Handle: m.place, Timeout: db.Timeout},
		{Method: "GET", Pattern: "/orders/{order}/cancel", Permission: EditOrders, Handle: m.askCancel},
		{Method: "POST", Pattern: "/orders/{order}/cancel", Permission: EditOrders, Handle: m.cancel},
		{Method: "GET", Pattern: "/orders/{order}/close", Permission: EditOrders, Handle: m.askClose},
		{Method: "POST", Pattern: "/orders/{order}/close", Permission: EditOrders, Handle: m.close},
		{Method: "GET", Pattern: "/orders/{order}/awards", Permission: ReadOrders, Handle: m.awards},
		{Method: "POST", Pattern: "/orders/{order}/awards", Permission: EditOrders, Handle: m.setAward},
		{Method: "GET", Pattern: "/orders/{order}/awards.csv", Permission: ReadOrders, Handle: m.awardsCSV},
		{Method: "GET", Pattern: "/orders/{order}/rounds", Permission: ReadOrders, Handle: m.rounds},
		{Method: "GET", Pattern: "/orders/{order}/invoices", Permission: ReadOrders, Handle: m.invoices},
		{Method: "POST", Pattern: "/orders/{order}/invoices", Permission: PayOrders, Handle: m.addInvoice},
		{Method: "POST", Pattern: "/orders/{order}/invoices/{invoice}/paid", Permission: PayOrders, Handle: m.payInvoice},
		{Method: "GET", Pattern: "/money", Permission: ReadOrders, Handle: m.money, Cached: true},
		{Method: "GET", Pattern: "/money/export.csv", Permission: ReadOrders, Handle: m.moneyCSV},
	}
}

// API adds the operations.
func (m *Module) API(api *web.API) {
	web.Operation(api, web.Spec{ID: "list-orders", Method: "GET", Path: "/api/v1/orders", Tag: "Orders", Permission: ReadOrders,
		Summary: "Lists the orders of the person's territories, newest first"}, m.apiOrders)
	web.Operation(api, web.Spec{ID: "add-order", Method: "POST", Path: "/api/v1/orders", Tag: "Orders", Permission: EditOrders,
		Summary: "Makes a draft without a plan"}, m.apiAdd)
	web.Operation(api, web.Spec{ID: "order-plan", Method: "POST", Path: "/api/v1/orders/from-plan", Tag: "Orders", Permission: EditOrders,
		Summary: "Orders what the plans in force give and nobody has ordered yet: drafts, awards and rounds in one step"}, m.apiFromPlan)
	web.Operation(api, web.Spec{ID: "plan-rounds", Method: "POST", Path: "/api/v1/orders/rounds", Tag: "Orders", Permission: EditOrders,
		Summary: "Plans the rounds of a territory anew, those apart that were dated or packed"}, m.apiRounds)
	web.Operation(api, web.Spec{ID: "show-order", Method: "GET", Path: "/api/v1/orders/{order}", Tag: "Orders", Permission: ReadOrders,
		Summary: "Shows an order with its lines and funders"}, m.apiOrder)
	web.Operation(api, web.Spec{ID: "change-order", Method: "PUT", Path: "/api/v1/orders/{order}", Tag: "Orders", Permission: EditOrders,
		Summary: "Changes an order that was read in a version"}, m.apiChange)
	web.Operation(api, web.Spec{ID: "place-order", Method: "POST", Path: "/api/v1/orders/{order}/place", Tag: "Orders", Permission: EditOrders,
		Summary: "Places a draft: every unit becomes an asset"}, m.apiPlace)
	web.Operation(api, web.Spec{ID: "cancel-order", Method: "POST", Path: "/api/v1/orders/{order}/cancel", Tag: "Orders", Permission: EditOrders,
		Summary: "Cancels an order of which nothing came"}, m.apiCancel)
	web.Operation(api, web.Spec{ID: "close-order", Method: "POST", Path: "/api/v1/orders/{order}/close", Tag: "Orders", Permission: EditOrders,
		Summary: "Closes a placed order"}, m.apiClose)
	web.Operation(api, web.Spec{ID: "list-awards", Method: "GET", Path: "/api/v1/orders/{order}/awards", Tag: "Orders", Permission: ReadOrders,
		Summary: "Lists who gets what of an order, and in which round"}, m.apiAwards)
	web.Operation(api, web.Spec{ID: "set-award", Method: "PUT", Path: "/api/v1/orders/{order}/awards", Tag: "Orders", Permission: EditOrders,
		Summary: "Says how many of a line of a draft a school gets"}, m.apiSetAward)
	web.Operation(api, web.Spec{ID: "list-invoices", Method: "GET", Path: "/api/v1/orders/{order}/invoices", Tag: "Orders", Permission: ReadOrders,
		Summary: "Lists the invoices of an order, beside what came"}, m.apiInvoices)
	web.Operation(api, web.Spec{ID: "add-invoice", Method: "POST", Path: "/api/v1/orders/{order}/invoices", Tag: "Orders", Permission: PayOrders,
		Summary: "Writes down an invoice, and warns when more is claimed than came"}, m.apiAddInvoice)
	web.Operation(api, web.Spec{ID: "pay-invoice", Method: "POST", Path: "/api/v1/orders/{order}/invoices/{invoice}/paid", Tag: "Orders", Permission: PayOrders,
		Summary: "Says that an invoice was paid"}, m.apiPay)
	web.Operation(api, web.Spec{ID: "show-money", Method: "GET", Path: "/api/v1/money", Tag: "Orders", Permission: ReadOrders,
		Summary: "Shows the money ordered, received, invoiced and paid, by measure, territory and funder, against the budget"}, m.apiMoney)
}
