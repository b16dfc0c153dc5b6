package incidents

import (
	"embed"

	"preau/internal/base/files"
	"preau/internal/base/web"
)

// Messages holds the part's words.
//
//go:embed messages.yaml
var Messages embed.FS

// Module is what the part gives to the site.
type Module struct{ Service *Service }

// Routes returns the pages. Whoever holds a device may say that something is wrong with it, without an account.
func (m *Module) Routes() []web.Route {
	return []web.Route{
		{Method: "GET", Pattern: "/incidents", Permission: Read, Handle: m.list},
		{Method: "GET", Pattern: "/incidents.csv", Permission: Read, Handle: m.csv},
		{Method: "GET", Pattern: "/incidents/new", Public: true, Handle: m.newPage},
		{Method: "POST", Pattern: "/incidents", Public: true, Handle: m.report},
		{Method: "GET", Pattern: "/incidents/told", Public: true, Handle: m.told},
		{Method: "GET", Pattern: "/incidents/rules", Permission: Assign, Handle: m.rules},
		{Method: "POST", Pattern: "/incidents/rules", Permission: Assign, Handle: m.setRule},
		{Method: "GET", Pattern: "/incidents/{incident}", Permission: Read, Handle: m.one},
		{Method: "GET", Pattern: "/incidents/{incident}/photo", Permission: Read, Handle: m.photo},
		{Method: "POST", Pattern: "/incidents/{incident}/note", Permission: Report, Handle: m.describe, MaxBody: files.MaxPicture + 1<<16},
		{Method: "POST", Pattern: "/incidents/{incident}/state", Permission: Act, Handle: m.change},
	}
}

// API adds the operations.
func (m *Module) API(api *web.API) {
	web.Operation(api, web.Spec{ID: "list-incidents", Method: "GET", Path: "/api/v1/incidents", Tag: "Incidents", Permission: Read, Summary: "Lists incidents, those that wait longest first"}, m.apiList)
	web.Operation(api, web.Spec{ID: "change-incident", Method: "POST", Path: "/api/v1/incidents/{incident}/state", Tag: "Incidents", Permission: Act, Summary: "Brings an incident to another state"}, m.apiChange)
}
