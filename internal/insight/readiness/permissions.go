package readiness

import "preau/internal/base/authz"

// The permissions of readiness.
const (
	// ReadPublished shows the figures of schools and territories, small numbers suppressed.
	ReadPublished authz.Permission = "readiness.figures.read"
	// ReadTerritory shows the table of a territory's schools; small numbers are suppressed without ReadWhole.
	ReadTerritory authz.Permission = "readiness.territory.read"
	// ReadWhole shows every number, class by class, and what is missing.
	ReadWhole authz.Permission = "readiness.whole.read"
	// AnswerCensus shows and changes the census of a school or of a class.
	AnswerCensus authz.Permission = "readiness.census.answer"
	// ImportCensus takes the census of many schools from a file.
	ImportCensus authz.Permission = "readiness.census.import"
	// ReadDrills shows drills, RunDrills makes them.
	ReadDrills authz.Permission = "readiness.drill.read"
	RunDrills  authz.Permission = "readiness.drill.run"
)

// Permissions says which roles hold them.
var Permissions = authz.Policy{
	ReadPublished: {authz.Public},
	ReadTerritory: {authz.NationalPilot, authz.TerritoryLead, authz.LogisticsOfficer, authz.TrainingManager, authz.Evaluator},
	ReadWhole:     {authz.NationalPilot, authz.TerritoryLead, authz.LogisticsOfficer, authz.TrainingManager, authz.Head},
	AnswerCensus:  {authz.TerritoryLead, authz.Head, authz.Teacher},
	ImportCensus:  {authz.TerritoryLead},
	ReadDrills:    {authz.NationalPilot, authz.TerritoryLead, authz.LogisticsOfficer, authz.TrainingManager, authz.Head},
	RunDrills:     {authz.NationalPilot, authz.TerritoryLead, authz.Head},
}
