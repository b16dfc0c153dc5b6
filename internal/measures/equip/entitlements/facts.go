package entitlements

// The kinds of fact about entitlements. Their subject is the entitlement, their school the teacher's.
const (
	FactDeclared   = "equip.entitlement.declared"
	FactChosen     = "equip.entitlement.chosen"
	FactHandedOver = "equip.entitlement.handed_over" // its data is a Done: the programme counts it
	FactLeft       = "equip.entitlement.left"
	FactEnded      = "equip.entitlement.ended" // returned or kept: data says which
	FactMoved      = "equip.entitlement.moved" // to another school of the territory
	FactWithdrawn  = "equip.entitlement.withdrawn"
)

// Facts lists them.
var Facts = []string{FactDeclared, FactChosen, FactHandedOver, FactLeft, FactEnded, FactMoved, FactWithdrawn}

// Done is the data of FactHandedOver.
type Done struct {
	Measure  string `json:"measure,omitempty"`
	Quantity int64  `json:"quantity"`
}

// Step is the data of the other facts.
type Step struct {
	State State `json:"state"`
}
