package stocktake

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
		{Method: "GET", Pattern: "/stocktakes", Permission: Read, Handle: m.list},
		{Method: "POST", Pattern: "/stocktakes", Permission: Take, Handle: m.open},
		{Method: "GET", Pattern: "/stocktakes/{stocktake}", Permission: Read, Handle: m.one},
		{Method: "POST", Pattern: "/stocktakes/{stocktake}/scan", Permission: Take, Handle: m.read},
		{Method: "POST", Pattern: "/stocktakes/{stocktake}/bring", Permission: Take, Handle: m.bring},
		{Method: "POST", Pattern: "/stocktakes/{stocktake}/lost", Permission: Take, Handle: m.lose},
		{Method: "POST", Pattern: "/stocktakes/{stocktake}/close", Permission: Take, Handle: m.close, MaxBody: files.MaxPicture + 1<<16},
		{Method: "GET", Pattern: "/stocktakes/{stocktake}/report.pdf", Permission: Read, Handle: m.report},
	}
}

// API adds the operations.
func (m *Module) API(api *web.API) {
	web.Operation(api, web.Spec{ID: "open-stocktake", Method: "POST", Path: "/api/v1/stocktakes", Tag: "Stocktakes", Permission: Take, Summary: "Opens a stocktake of a school or a room, or goes on with the open one"}, m.apiOpen)
	web.Operation(api, web.Spec{ID: "read-stocktake", Method: "POST", Path: "/api/v1/stocktakes/{stocktake}/scans", Tag: "Stocktakes", Permission: Take, Summary: "Takes readings and says what each tells"}, m.apiRead)
}
