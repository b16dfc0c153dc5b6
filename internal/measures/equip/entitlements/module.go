package entitlements

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

// Routes returns the pages.
func (m *Module) Routes() []web.Route {
	return []web.Route{
		{Method: "GET", Pattern: "/entitlements", Permission: Read, Handle: m.list},
		{Method: "GET", Pattern: "/entitlements.csv", Permission: Read, Handle: m.csv},
		{Method: "POST", Pattern: "/entitlements/import", Permission: Declare, Handle: m.importList, MaxBody: mostBytes + 1<<16},
		{Method: "GET", Pattern: "/entitlements/new", Permission: Declare, Handle: m.newPage},
		{Method: "POST", Pattern: "/entitlements", Permission: Declare, Handle: m.declare},
		{Method: "GET", Pattern: "/entitlements/mine", Permission: ReadOwn, Handle: m.own},
		{Method: "POST", Pattern: "/entitlements/mine", Permission: ReadOwn, Handle: m.chooseOwn},
		{Method: "GET", Pattern: "/entitlements/{id}", Permission: Read, Handle: m.one},
		{Method: "POST", Pattern: "/entitlements/{id}/pack", Permission: HandOver, Handle: m.choose},
		{Method: "POST", Pattern: "/entitlements/{id}/handover", Permission: HandOver, Handle: m.give, MaxBody: files.MaxPicture + 1<<16},
		{Method: "GET", Pattern: "/entitlements/{id}/receipt.pdf", Permission: Read, Handle: m.receipt},
		{Method: "POST", Pattern: "/entitlements/{id}/leave", Permission: HandOver, Handle: m.leave},
		{Method: "POST", Pattern: "/entitlements/{id}/move", Permission: HandOver, Handle: m.move},
		{Method: "POST", Pattern: "/entitlements/{id}/end", Permission: HandOver, Handle: m.end},
	}
}

// API adds the operations.
func (m *Module) API(api *web.API) {
	web.Operation(api, web.Spec{ID: "list-entitlements", Method: "GET", Path: "/api/v1/entitlements", Tag: "Entitlements", Permission: Read,
		Summary: "Lists the new teachers who are entitled to a pack, without their names"}, m.apiList)
}
