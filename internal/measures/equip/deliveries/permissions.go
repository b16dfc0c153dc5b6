package deliveries

import "preau/internal/base/authz"

// The permissions of deliveries.
const (
	// ReadDeliveries shows the deliveries of one's places.
	ReadDeliveries authz.Permission = "equip.delivery.read"
	// PlanRounds orders the stops of a round, dates it, packs it and sends it.
	PlanRounds authz.Permission = "equip.round.plan"
	// ReceiveDeliveries says what came, settles what is contradictory, and signs.
	ReceiveDeliveries authz.Permission = "equip.delivery.receive"
)

// Permissions says which roles hold them.
var Permissions = authz.Policy{
	ReadDeliveries:    {authz.NationalPilot, authz.TerritoryLead, authz.LogisticsOfficer, authz.Head},
	PlanRounds:        {authz.TerritoryLead, authz.LogisticsOfficer},
	ReceiveDeliveries: {authz.LogisticsOfficer, authz.Head},
}
