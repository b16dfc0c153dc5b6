package catalogue

// The kinds of fact about the catalogue. Their subject is the model or the kit.
const (
	FactModelAdded   = "equip.model.added"
	FactModelChanged = "equip.model.changed"
	FactModelRetired = "equip.model.retired"
	FactKitAdded     = "equip.kit.added"
	FactKitChanged   = "equip.kit.changed" // a new version
	FactKitRetired   = "equip.kit.retired"
)

// Facts lists them.
var Facts = []string{FactModelAdded, FactModelChanged, FactModelRetired, FactKitAdded, FactKitChanged, FactKitRetired}

// Told is the data of these facts.
type Told struct {
	Name    string `json:"name"`
	Version int64  `json:"version,omitempty"` // of a kit
	Retired bool   `json:"retired,omitempty"` // false: it may be ordered again
}
