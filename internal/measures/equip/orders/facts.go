package orders

// The kinds of fact about orders. Their subject is the order, or the invoice.
const (
	FactDrafted   = "equip.order.drafted"
	FactChanged   = "equip.order.changed"
	FactPlaced    = "equip.order.placed"
	FactCancelled = "equip.order.cancelled"
	FactClosed    = "equip.order.closed"
	FactRounds    = "equip.order.rounds" // subject: the territory
	FactInvoiced  = "equip.invoice.received"
	FactPaid      = "equip.invoice.paid"
)

// Facts lists them.
var Facts = []string{FactDrafted, FactChanged, FactPlaced, FactCancelled, FactClosed, FactRounds, FactInvoiced, FactPaid}

// toldLine is a line in the data of a fact.
type toldLine struct {
	Measure   string `json:"measure,omitempty"`
	Quantity  int64  `json:"quantity"`
	CostCents int64  `json:"cost_cents"`
}

// told is the data of the facts about an order.
type told struct {
	Reference string     `json:"reference"`
	Quantity  int64      `json:"quantity"`
	Lines     []toldLine `json:"lines"`
	Assets    int64      `json:"assets,omitempty"` // made by placing it, or given up
}

// toldRounds is the data of FactRounds.
type toldRounds struct {
	Rounds int `json:"rounds"`
	Stops  int `json:"stops"`
}

// toldInvoice is the data of the facts about an invoice.
type toldInvoice struct {
	Order string     `json:"order"`
	Lines []toldLine `json:"lines"`
}
