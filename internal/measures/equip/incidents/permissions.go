package incidents

import "preau/internal/base/authz"

// The permissions of incidents.
const (
	// Report tells that something is wrong. Whoever scans a label may, too; but only who holds it is believed at once.
	Report authz.Permission = "equip.incident.report"
	// Read shows the incidents of one's places.
	Read authz.Permission = "equip.incident.read"
	// Act takes them, and says how far they are.
	Act authz.Permission = "equip.incident.act"
	// Assign says who acts for what.
	Assign authz.Permission = "equip.incident.assign"
)

// Permissions says which roles hold them.
var Permissions = authz.Policy{
	Report: {authz.TerritoryLead, authz.LogisticsOfficer, authz.Head, authz.Teacher},
	Read:   {authz.NationalPilot, authz.TerritoryLead, authz.LogisticsOfficer, authz.Head},
	Act:    {authz.TerritoryLead, authz.LogisticsOfficer},
	Assign: {authz.TerritoryLead, authz.LogisticsOfficer},
}
