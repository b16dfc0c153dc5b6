package agents

// The kinds of fact that the part records.
const (
	FactKeyAdded   = "equip.agent.opened"
	FactKeyRevoked = "equip.agent.revoked"
)

// Facts lists them.
var Facts = []string{FactKeyAdded, FactKeyRevoked}
