package catalogue

import "preau/internal/base/authz"

// The permissions of the catalogue.
const (
	// ReadCatalogue shows the models and the kits.
	ReadCatalogue authz.Permission = "equip.catalogue.read"
	// EditCatalogue adds, changes and retires them.
	EditCatalogue authz.Permission = "equip.catalogue.edit"
)

// Permissions says which roles hold them.
var Permissions = authz.Policy{
	ReadCatalogue: {authz.NationalPilot, authz.TerritoryLead, authz.LogisticsOfficer, authz.Head, authz.Evaluator},
	EditCatalogue: {authz.NationalPilot, authz.TerritoryLead},
}
