package agents

import (
	"embed"

	"preau/internal/base/web"
)

// Messages holds the part's words.
//
//go:embed messages.yaml
var Messages embed.FS

// Module is what the part gives to the site. Site is the address that agents are told.
type Module struct {
	Service *Service
	Site    string
}

// Routes returns the page of the agents and the address that they report to.
func (m *Module) Routes() []web.Route {
	return []web.Route{
		{Method: "GET", Pattern: "/agents", Permission: ManageAgents, Handle: m.page},
		{Method: "POST", Pattern: "/agents", Permission: ManageAgents, Handle: m.add},
		{Method: "POST", Pattern: "/agents/unknown/forget", Permission: ManageAgents, Handle: m.forget},
		{Method: "POST", Pattern: "/agents/{territory}/{id}/revoke", Permission: ManageAgents, Handle: m.revoke},
		{Method: "POST", Pattern: "/api/inventory/{key}", Public: true, Handle: m.report, MaxBody: maxBody},
	}
}

// API adds nothing: agents speak their own protocols.
func (m *Module) API(*web.API) {}
