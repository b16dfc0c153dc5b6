package stocktake

import "preau/internal/base/authz"

// The permissions of stocktakes.
const (
	// Read shows the stocktakes of one's schools.
	Read authz.Permission = "equip.stocktake.read"
	// Take opens one, scans and closes it.
	Take authz.Permission = "equip.stocktake.take"
)

// Permissions says which roles hold them.
var Permissions = authz.Policy{
	Read: {authz.TerritoryLead, authz.LogisticsOfficer, authz.Head},
	Take: {authz.LogisticsOfficer, authz.Head},
}
