package plan

import "preau/internal/base/authz"

// The permissions of plans.
const (
	// ReadPlans compares scenarios and shows plans of one's territories, drafts too.
	ReadPlans authz.Permission = "plan.plan.read"
	// MakePlans keeps a plan as a draft, and discards it.
	MakePlans authz.Permission = "plan.plan.make"
	// AdoptPlans puts a draft in force.
	AdoptPlans authz.Permission = "plan.plan.adopt"
	// ReadAdopted shows what the plan in force gives to a school and why: the law opens it to everybody.
	ReadAdopted authz.Permission = "plan.explanation.read"
)

// Permissions says which roles hold them.
var Permissions = authz.Policy{
	ReadPlans:   {authz.NationalPilot, authz.TerritoryLead, authz.LogisticsOfficer, authz.TrainingManager, authz.Evaluator},
	MakePlans:   {authz.NationalPilot, authz.TerritoryLead},
	AdoptPlans:  {authz.NationalPilot, authz.TerritoryLead},
	ReadAdopted: {authz.Public},
}
