package agreements

import "preau/internal/base/authz"

// The permissions of agreements. Nobody outside the school and the family sees one.
const (
	ReadAgreements authz.Permission = "lend.agreement.read"
	// EditAgreements prepares and cancels them, and has them signed.
	EditAgreements authz.Permission = "lend.agreement.edit"
	// ReadOwn shows a family the agreements of its own children.
	ReadOwn authz.Permission = "lend.agreement.own"
)

// Permissions says which roles hold them.
var Permissions = authz.Policy{
	ReadAgreements: {authz.Head, authz.Teacher},
	EditAgreements: {authz.Head, authz.Teacher},
	ReadOwn:        {authz.Guardian, authz.Pupil},
}
