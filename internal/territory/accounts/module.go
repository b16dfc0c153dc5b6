package accounts

import (
	"embed"
	"net/http"

	"preau/internal/base/db"
	"preau/internal/base/mail"
	"preau/internal/base/web"
)

//go:embed migrations/*.sql
var migrations embed.FS

// Migrations are the room's tables.
var Migrations = db.Migrations{Room: "accounts", FS: migrations}

// Messages are the room's texts.
//
//go:embed messages.yaml
var Messages embed.FS

// Module is the room's pages and operations over its service.
type Module struct {
	service *Service
	address func(*http.Request) string
	spool   *mail.Spool
}

// NewModule returns the module. address returns the network address of who asks, for throttling. spool holds
// the letters that a demonstration shows; it is nil elsewhere.
func NewModule(s *Service, address func(*http.Request) string, spool *mail.Spool) *Module {
	return &Module{service: s, address: address, spool: spool}
}

// Routes returns the pages; those of the demonstration only where the service runs one.
func (m *Module) Routes() []web.Route {
	routes := []web.Route{
		{Method: "GET", Pattern: "/login", Public: true, Handle: m.loginPage},
		{Method: "POST", Pattern: "/login", Public: true, Handle: m.login},
		{Method: "GET", Pattern: "/login/sent", Public: true, Handle: m.sentPage},
		{Method: "GET", Pattern: "/login/link/{token}", Public: true, Handle: m.linkPage},
		{Method: "POST", Pattern: "/login/link/{token}", Public: true, Handle: m.openLink},
		{Method: "POST", Pattern: "/logout", Public: true, Handle: m.logout},
		{Method: "GET", Pattern: "/invitations/{token}", Public: true, Handle: m.offerPage},
		{Method: "POST", Pattern: "/invitations/{token}", Public: true, Handle: m.acceptOffer},

		{Method: "GET", Pattern: "/account", Permission: Self, Handle: m.accountPage},
		{Method: "POST", Pattern: "/account", Permission: Self, Handle: m.updateProfile},
		{Method: "POST", Pattern: "/account/password", Permission: Self, Handle: m.changePassword},
		{Method: "POST", Pattern: "/account/sessions/revoke", Permission: Self, Handle: m.revokeSessions},
		{Method: "POST", Pattern: "/account/tokens", Permission: Self, Handle: m.createToken},
		{Method: "POST", Pattern: "/account/tokens/{id}/revoke", Permission: Self, Handle: m.revokeToken},
		{Method: "GET", Pattern: "/account/export", Permission: Self, Handle: m.exportOwn},
		{Method: "GET", Pattern: "/account/role", Permission: Self, Handle: m.rolePage},
		{Method: "POST", Pattern: "/account/role", Permission: Self, Handle: m.switchRole},

		{Method: "GET", Pattern: "/accounts", Permission: ReadAccounts, Handle: m.peoplePage},
		{Method: "GET", Pattern: "/accounts/invite", Permission: GrantRoles, Handle: m.invitePage},
		{Method: "POST", Pattern: "/accounts/invite", Permission: GrantRoles, Handle: m.invite},
		{Method: "POST", Pattern: "/accounts/invitations/{id}/resend", Permission: GrantRoles, Handle: m.resend},
		{Method: "POST", Pattern: "/accounts/invitations/{id}/cancel", Permission: GrantRoles, Handle: m.cancelInvitation},
		{Method: "GET", Pattern: "/accounts/{id}", Permission: ReadAccounts, Handle: m.personPage},
		{Method: "POST", Pattern: "/accounts/{id}/grants", Permission: GrantRoles, Handle: m.addGrant},
		{Method: "POST", Pattern: "/accounts/{id}/grants/{grant}/remove", Permission: GrantRoles, Handle: m.removeGrant},
		{Method: "POST", Pattern: "/accounts/{id}/disable", Permission: DisableAccounts, Handle: m.disable},
		{Method: "POST", Pattern: "/accounts/{id}/enable", Permission: DisableAccounts, Handle: m.enable},
		{Method: "GET", Pattern: "/accounts/{id}/export", Permission: ExportAccounts, Handle: m.exportOther},
		{Method: "GET", Pattern: "/accounts/{id}/erase", Permission: EraseAccounts, Handle: m.erasePage},
		{Method: "POST", Pattern: "/accounts/{id}/erase", Permission: EraseAccounts, Handle: m.erase},
	}
	if m.service.demo {
		routes = append(routes,
			web.Route{Method: "GET", Pattern: "/demo/enter", Public: true, Handle: m.enterPage},
			web.Route{Method: "POST", Pattern: "/demo/enter", Public: true, Handle: m.enter},
			web.Route{Method: "GET", Pattern: "/demo/mail", Public: true, Handle: m.mailPage})
	}
	return routes
}

// API adds the operations.
func (m *Module) API(api *web.API) {
	web.Operation(api, web.Spec{ID: "get-me", Method: "GET", Path: "/api/v1/me", Tag: "Accounts", Permission: Self,
		Summary: "Tells who asks, in which role, on which scopes and within which limits"}, m.getMe)
	web.Operation(api, web.Spec{ID: "list-tokens", Method: "GET", Path: "/api/v1/tokens", Tag: "Accounts", Permission: Self,
		Summary: "Lists the personal access tokens of the account, without their secrets"}, m.listTokens)
	web.Operation(api, web.Spec{ID: "revoke-token", Method: "DELETE", Path: "/api/v1/tokens/{id}", Tag: "Accounts", Permission: Self,
		Summary: "Revokes a personal access token"}, m.deleteToken)
}
