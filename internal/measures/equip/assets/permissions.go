package assets

import "preau/internal/base/authz"

// The permissions of assets.
const (
	// ReadAssets shows the assets of one's places.
	ReadAssets authz.Permission = "equip.asset.read"
	// EditAssets moves, names, repairs and retires them, and says who owns them and who answers for them.
	EditAssets authz.Permission = "equip.asset.edit"
	// InstallAssets says that what came to a school is installed, works or does not.
	InstallAssets authz.Permission = "equip.asset.install"
	// CedeAssets hands their ownership over by a deed.
	CedeAssets authz.Permission = "equip.asset.cede"
)

// Permissions says which roles hold them.
var Permissions = authz.Policy{
	ReadAssets:    {authz.NationalPilot, authz.TerritoryLead, authz.LogisticsOfficer, authz.Head},
	EditAssets:    {authz.TerritoryLead, authz.LogisticsOfficer},
	InstallAssets: {authz.TerritoryLead, authz.LogisticsOfficer, authz.Head},
	CedeAssets:    {authz.TerritoryLead, authz.LogisticsOfficer},
}
