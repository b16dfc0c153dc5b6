package accounts

import "preau/internal/base/authz"

// What may be done with accounts. Granting is bounded further by Grantable: nobody hands out a role that is
// not below their own.
const (
	Self            authz.Permission = "accounts.self"            // one's own account
	ReadAccounts    authz.Permission = "accounts.account.read"    // of the people with a role in the scope
	GrantRoles      authz.Permission = "accounts.grant.write"     // invite, add and take away roles
	DisableAccounts authz.Permission = "accounts.account.disable" // keep somebody out, let them in again
	ExportAccounts  authz.Permission = "accounts.account.export"  // what is kept of one person
	EraseAccounts   authz.Permission = "accounts.account.erase"
	CreateAccounts  authz.Permission = "accounts.account.create" // without an invitation
)

// Permissions says which roles hold them.
var Permissions = authz.Policy{
	Self:            everyone(),
	ReadAccounts:    {authz.NationalPilot, authz.Admin, authz.TerritoryLead, authz.Head, authz.DPO},
	GrantRoles:      {authz.NationalPilot, authz.Admin, authz.TerritoryLead, authz.Head},
	DisableAccounts: {authz.NationalPilot, authz.Admin, authz.TerritoryLead},
	ExportAccounts:  {authz.Admin, authz.DPO},
	EraseAccounts:   {authz.NationalPilot, authz.Admin, authz.DPO},
	CreateAccounts:  {authz.Admin},
}

// everyone is every role of a person who is logged in.
func everyone() []authz.Role {
	roles := make([]authz.Role, 0, len(authz.Roles))
	for _, r := range authz.Roles {
		if r != authz.Public {
			roles = append(roles, r)
		}
	}
	return roles
}
