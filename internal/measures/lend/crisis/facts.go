package crisis

// The kinds of fact about handovers for a crisis. Their subject is the handover; their data counts devices.
const (
	FactProposed = "lend.crisis.proposed"
	FactStarted  = "lend.crisis.started"
	FactMoved    = "lend.crisis.moved"
	FactEnded    = "lend.crisis.ended"
)

// Facts lists them.
var Facts = []string{FactProposed, FactStarted, FactMoved, FactEnded}

// Counted is the data of a fact.
type Counted struct {
	N int64 `json:"n"` // devices
}
