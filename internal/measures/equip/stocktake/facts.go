package stocktake

// The kinds of fact about stocktakes. Their subject is the stocktake.
const (
	FactOpened = "equip.stocktake.opened"
	FactClosed = "equip.stocktake.closed" // its data is a Tally
)

// Facts lists them.
var Facts = []string{FactOpened, FactClosed}
