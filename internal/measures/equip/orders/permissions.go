package orders

import "preau/internal/base/authz"

// The permissions of orders.
const (
	// ReadOrders shows the orders of one's territories, who gets what, and the money.
	ReadOrders authz.Permission = "equip.order.read"
	// EditOrders makes, changes, places and closes them, and plans their rounds.
	EditOrders authz.Permission = "equip.order.edit"
	// PayOrders writes down what is invoiced and paid.
	PayOrders authz.Permission = "equip.invoice.edit"
)

// Permissions says which roles hold them.
var Permissions = authz.Policy{
	ReadOrders: {authz.NationalPilot, authz.TerritoryLead, authz.LogisticsOfficer},
	EditOrders: {authz.NationalPilot, authz.TerritoryLead, authz.LogisticsOfficer},
	PayOrders:  {authz.NationalPilot, authz.TerritoryLead, authz.LogisticsOfficer},
}
