package loans

import "preau/internal/base/authz"

// The permissions of loans. Names of pupils are seen by who may see the pupils of the class, whoever sees the loan.
const (
	// ReadLoans shows the loans of one's places.
	ReadLoans authz.Permission = "lend.loan.read"
	// HandLoans hands devices over, takes them back, and writes down what a family states.
	HandLoans authz.Permission = "lend.loan.hand"
	// ReadOwn shows a family the loans of its own children, and a pupil their own; StateOwn tells what happened to the device.
	ReadOwn  authz.Permission = "lend.loan.own"
	StateOwn authz.Permission = "lend.claim.own"
	// DecideClaims decides who answers for a breakage, a loss or a theft.
	DecideClaims authz.Permission = "lend.claim.decide"
	// EditHolidays writes the school holidays of a territory.
	EditHolidays authz.Permission = "lend.holiday.edit"
	// Remind shows whom to call and which letters to print.
	Remind authz.Permission = "lend.reminder.read"
)

// Permissions says which roles hold them.
var Permissions = authz.Policy{
	ReadLoans:    {authz.NationalPilot, authz.TerritoryLead, authz.LogisticsOfficer, authz.Head, authz.Teacher},
	HandLoans:    {authz.LogisticsOfficer, authz.Head, authz.Teacher},
	ReadOwn:      {authz.Guardian, authz.Pupil},
	StateOwn:     {authz.Guardian},
	DecideClaims: {authz.TerritoryLead, authz.LogisticsOfficer, authz.Head},
	EditHolidays: {authz.TerritoryLead, authz.LogisticsOfficer},
	Remind:       {authz.Head},
}
