package intake

import "preau/internal/base/authz"

// The permissions of imports.
const (
	// ImportLists brings in schools, their figures and contours.
	ImportLists authz.Permission = "directory.list.import"
	// ImportRosters brings in the pupils, the guardians and the classes of a school.
	ImportRosters authz.Permission = "directory.roster.import"
	// ReadImports shows the imports and their reports, which name no person.
	ReadImports authz.Permission = "directory.import.read"
)

// Permissions says which roles hold them.
var Permissions = authz.Policy{
	ImportLists:   {authz.NationalPilot, authz.TerritoryLead, authz.Admin},
	ImportRosters: {authz.Head, authz.TerritoryLead, authz.Admin},
	ReadImports:   {authz.NationalPilot, authz.TerritoryLead, authz.Head, authz.DPO, authz.Admin},
}
