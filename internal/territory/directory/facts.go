package directory

// The kinds of fact that the directory records.
const (
	FactSchoolCorrected = "directory.school.corrected" // a person of the territory put a value right
	FactClassAdded      = "directory.class.added"
	FactClassChanged    = "directory.class.changed"
	FactClassClosed     = "directory.class.closed"
	FactStaffJoined     = "directory.staff.joined"
	FactStaffLeft       = "directory.staff.left"
	FactPersonExported  = "directory.person.exported" // what is kept about a person was handed over
	FactPersonErased    = "directory.person.erased"   // on request, or by a retention rule
)

// Facts lists them.
var Facts = []string{FactSchoolCorrected, FactClassAdded, FactClassChanged, FactClassClosed, FactStaffJoined, FactStaffLeft,
	FactPersonExported, FactPersonErased}
