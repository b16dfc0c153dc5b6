package agents

import "preau/internal/base/authz"

// ManageAgents opens and revokes the addresses that agents report to, and shows the machines that nobody knows.
const ManageAgents authz.Permission = "equip.agent.manage"

// Permissions says which roles hold it.
var Permissions = authz.Policy{ManageAgents: {authz.TerritoryLead, authz.LogisticsOfficer}}
