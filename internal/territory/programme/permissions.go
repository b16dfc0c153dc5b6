package programme

import "preau/internal/base/authz"

// The permissions of programmes.
const (
	// ReadProgramme shows programmes and what has come of them: open data.
	ReadProgramme authz.Permission = "programme.read"
	// LoadProgramme puts a programme, or a new version of it, in force.
	LoadProgramme authz.Permission = "programme.load"
)

// Permissions says which roles hold them.
var Permissions = authz.Policy{
	ReadProgramme: {authz.Public},
	LoadProgramme: {authz.NationalPilot, authz.Admin},
}
