package assets

// The kinds of fact about assets. Their subject is the asset; school and class are its place.
const (
	FactDelivered = "equip.asset.delivered"
	FactInstalled = "equip.asset.installed"
	// FactUsable and FactUnusable tell that something came into use, or went out of it: their data is a Use.
	FactUsable   = "equip.asset.usable"
	FactUnusable = "equip.asset.unusable"
	FactTroubled = "equip.asset.troubled"   // broken, lost, stolen …: data says which
	FactMended   = "equip.asset.mended"     // and when it is over
	FactMoved    = "equip.asset.moved"      // place
	FactHanded   = "equip.asset.reassigned" // owner, funder or custodian
	FactNamed    = "equip.asset.named"      // its serial number became known, or was put right
	FactSwapped  = "equip.asset.swapped"    // another device came under warranty: its serial number
	// FactCorrected tells that a state was told by mistake.
	FactCorrected = "equip.asset.corrected"
	FactRetired   = "equip.asset.retired"
	FactSeen      = "equip.asset.seen"
)

// The kinds of fact about deeds of transfer.
const (
	FactDeedPrepared      = "equip.deed.prepared"
	FactDeedSigned        = "equip.deed.signed"
	FactDeedCountersigned = "equip.deed.countersigned"
	FactDeedCancelled     = "equip.deed.cancelled"
)

// Facts lists them.
var Facts = []string{FactDelivered, FactInstalled, FactUsable, FactUnusable, FactTroubled, FactMended, FactMoved, FactHanded, FactNamed, FactSwapped,
	FactCorrected, FactRetired, FactSeen, FactDeedPrepared, FactDeedSigned, FactDeedCountersigned, FactDeedCancelled}

// Use is the data of FactUsable and FactUnusable: what the class has one more, or one less, of.
type Use struct {
	Measure  string `json:"measure,omitempty"` // counts for the programme
	Serves   string `json:"serves,omitempty"`
	Quantity int64  `json:"quantity"` // 1, -1
}

// Change is the data of the other facts.
type Change struct {
	Field  string `json:"field,omitempty"` // place, owner, funder, custodian, serial, trouble
	Before string `json:"before,omitempty"`
	After  string `json:"after,omitempty"`
	Reason string `json:"reason,omitempty"` // a document's reference or a message key, never a person's name
}
