package entitlements

import "preau/internal/base/authz"

// The permissions of entitlements.
const (
	// Read shows who is entitled in one's schools.
	Read authz.Permission = "equip.entitlement.read"
	// Declare says that a teacher is new, and withdraws it.
	Declare authz.Permission = "equip.entitlement.declare"
	// HandOver notes the pack, hands it over and takes it back.
	HandOver authz.Permission = "equip.entitlement.hand_over"
	// ReadOwn shows one's own entitlement, and chooses the pack.
	ReadOwn authz.Permission = "equip.entitlement.own"
)

// Permissions says which roles hold them.
var Permissions = authz.Policy{
	Read:     {authz.TerritoryLead, authz.LogisticsOfficer, authz.Head},
	Declare:  {authz.TerritoryLead, authz.LogisticsOfficer, authz.Head},
	HandOver: {authz.LogisticsOfficer, authz.Head},
	ReadOwn:  {authz.Teacher},
}
