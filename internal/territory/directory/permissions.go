package directory

import "preau/internal/base/authz"

// The permissions of the directory.
const (
	ReadSchools    authz.Permission = "directory.school.read"
	ExportSchools  authz.Permission = "directory.school.export"
	CorrectSchools authz.Permission = "directory.school.correct"
	ReadClasses    authz.Permission = "directory.class.read"
	EditClasses    authz.Permission = "directory.class.edit"
	// ReadPupils shows the names of the pupils of a class; nobody outside the school holds it.
	ReadPupils authz.Permission = "directory.pupil.read"
	// ReadFamilies shows the homes and the guardians of a pupil to the head, for a convention.
	ReadFamilies authz.Permission = "directory.family.read"
	// EditStaff shows and changes who works in a school.
	EditStaff authz.Permission = "directory.staff.edit"
	// CountPeople shows how many people are known, never who.
	CountPeople authz.Permission = "directory.people.count"
	// AnswerPeople finds one person by exact name and birth date, to hand over or erase what is kept about them.
	AnswerPeople authz.Permission = "directory.people.answer"
)

// Permissions says which roles hold them. Schools and their figures are open data.
var Permissions = authz.Policy{
	ReadSchools:    {authz.Public},
	ExportSchools:  {authz.NationalPilot, authz.TerritoryLead, authz.LogisticsOfficer, authz.TrainingManager, authz.Evaluator},
	CorrectSchools: {authz.TerritoryLead},
	ReadClasses: {authz.NationalPilot, authz.TerritoryLead, authz.LogisticsOfficer, authz.TrainingManager, authz.Head,
		authz.Teacher},
	EditClasses:  {authz.TerritoryLead, authz.Head},
	ReadPupils:   {authz.Head, authz.Teacher},
	ReadFamilies: {authz.Head},
	EditStaff:    {authz.Head},
	CountPeople:  {authz.NationalPilot, authz.TerritoryLead, authz.DPO},
	AnswerPeople: {authz.DPO},
}
