package incidents

// The kinds of fact about incidents. Their subject is the asset.
const (
	FactReported = "equip.incident.reported"
	FactRepeated = "equip.incident.repeated" // reported again while it was open
	FactChanged  = "equip.incident.changed"  // data says into which state
)

// Facts lists them.
var Facts = []string{FactReported, FactRepeated, FactChanged}

// told is their data.
type told struct {
	Number int64 `json:"number"`
	Kind   Kind  `json:"kind"`
	State  State `json:"state"`
}
