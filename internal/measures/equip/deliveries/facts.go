package deliveries

// The kinds of fact about rounds and deliveries. The subject of a round's facts is the round, that of the others the
// delivery; what happens to each item is a fact of the asset.
const (
	FactRoundPlanned = "equip.round.planned" // its day was set
	FactRoundMoved   = "equip.round.moved"   // packed, under way, done, or back
	FactReceived     = "equip.delivery.received"
	FactDisputed     = "equip.delivery.disputed" // two persons say different things of one item
	FactSettled      = "equip.delivery.settled"
	FactSurplus      = "equip.delivery.surplus" // a tag that was not expected
	FactSigned       = "equip.delivery.signed"
	FactAgain        = "equip.delivery.repeated" // what it lacked comes with another
)

// Facts lists them.
var Facts = []string{FactRoundPlanned, FactRoundMoved, FactReceived, FactDisputed, FactSettled, FactSurplus, FactSigned, FactAgain}

// roundPlanned is the data of FactRoundPlanned.
type roundPlanned struct {
	Day string `json:"day"`
}

// roundMoved is the data of FactRoundMoved.
type roundMoved struct {
	Before RoundState `json:"before"`
	After  RoundState `json:"round_state"`
}

// said is the data of FactDisputed and FactSettled: which item, and what is said of it.
type said struct {
	Asset string `json:"asset"`
	Says  Says   `json:"says"`
}

// surplus is the data of FactSurplus: how many there are of them now. What an unknown tag says is kept with the delivery alone.
type surplus struct {
	Surplus int `json:"surplus"`
}

// again is the data of FactAgain: how many items, kits counted once, and the delivery that brings them.
type again struct {
	Items int    `json:"items"`
	Next  string `json:"next"`
}

// signed is the data of FactSigned.
type signed struct {
	Tally
	How    string `json:"how"`
	SHA256 string `json:"sha256"`
}
