package needs

import "preau/internal/base/authz"

// The permissions of needs. Names and criteria are seen inside the school alone.
const (
	// Enter shows where everything about loans begins.
	Enter authz.Permission = "lend.enter"
	// Nominate shows and changes who of a class is nominated, and explains each place.
	Nominate authz.Permission = "lend.need.nominate"
	// Decide shows the ranking of a school, and grants and declines.
	Decide authz.Permission = "lend.need.decide"
	// ReadCounts shows how many pupils are nominated and served in each school, never who.
	ReadCounts authz.Permission = "lend.need.count"
	// EditQuotas sets aside the plan's quota of a school.
	EditQuotas authz.Permission = "lend.quota.edit"
	// DecideAppeals upholds and rejects appeals; outside the school they bear no name.
	DecideAppeals authz.Permission = "lend.appeal.decide"
	// ReadOwn shows a family what was decided for its own child, and why.
	ReadOwn authz.Permission = "lend.need.own"
	// AskAppeal asks for another look at it.
	AskAppeal authz.Permission = "lend.appeal.ask"
)

// Permissions says which roles hold them.
var Permissions = authz.Policy{
	Enter:         {authz.NationalPilot, authz.TerritoryLead, authz.LogisticsOfficer, authz.Head, authz.Teacher, authz.Guardian, authz.Pupil},
	Nominate:      {authz.Head, authz.Teacher},
	Decide:        {authz.Head},
	ReadCounts:    {authz.NationalPilot, authz.TerritoryLead, authz.LogisticsOfficer},
	EditQuotas:    {authz.TerritoryLead, authz.LogisticsOfficer},
	DecideAppeals: {authz.Head, authz.TerritoryLead},
	ReadOwn:       {authz.Guardian, authz.Pupil},
	AskAppeal:     {authz.Guardian},
}
