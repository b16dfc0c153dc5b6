package crisis

import "preau/internal/base/authz"

// The permissions of handovers for a crisis.
const (
	// ReadCrises shows them: to a head, the part of the own school.
	ReadCrises authz.Permission = "lend.crisis.read"
	// RunCrises proposes, starts and ends one, and moves devices between schools.
	RunCrises authz.Permission = "lend.crisis.run"
)

// Permissions says which roles hold them.
var Permissions = authz.Policy{
	ReadCrises: {authz.NationalPilot, authz.TerritoryLead, authz.LogisticsOfficer, authz.Head},
	RunCrises:  {authz.TerritoryLead, authz.LogisticsOfficer},
}
