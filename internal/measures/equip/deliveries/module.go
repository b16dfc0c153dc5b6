package deliveries

import (
	"embed"
	"net/http"
	"strings"

	"preau/internal/base/files"
	"preau/internal/base/web"
)

// Messages holds the words of deliveries.
//
//go:embed messages.yaml
var Messages embed.FS

// Module is what deliveries give to the site. Site is its address (https://…), which the codes on paper lead to; that
// of the request when empty.
type Module struct {
	Service *Service
	Site    string
}

// mostForm bounds a form with a photo: the photo and what stands beside it.
const mostForm = files.MaxPicture + 1<<20

// Routes returns the pages of rounds, deliveries and receptions.
func (m *Module) Routes() []web.Route {
	get, post := http.MethodGet, http.MethodPost
	return []web.Route{
		{Method: get, Pattern: "/rounds", Permission: ReadDeliveries, Handle: m.roundList},
		{Method: get, Pattern: "/rounds/{id}", Permission: ReadDeliveries, Handle: m.roundPage},
		{Method: post, Pattern: "/rounds/{id}", Permission: PlanRounds, Handle: m.roundChange},
		{Method: post, Pattern: "/rounds/{id}/state", Permission: PlanRounds, Handle: m.roundMove},
		{Method: get, Pattern: "/rounds/{id}/packing", Permission: ReadDeliveries, Handle: m.packingPage},
		{Method: get, Pattern: "/rounds/{id}/packing.pdf", Permission: ReadDeliveries, Handle: m.packingPaper},
		{Method: get, Pattern: "/rounds/{id}/notes.pdf", Permission: ReadDeliveries, Handle: m.notePaper},
		{Method: get, Pattern: "/rounds/{id}/labels.pdf", Permission: ReadDeliveries, Handle: m.labels},
		{Method: get, Pattern: "/deliveries", Permission: ReadDeliveries, Handle: m.list},
		{Method: get, Pattern: "/deliveries.csv", Permission: ReadDeliveries, Handle: m.export},
		{Method: get, Pattern: "/deliveries/worker.js", Public: true, Handle: worker},
		{Method: get, Pattern: "/deliveries/{id}", Permission: ReadDeliveries, Handle: m.page},
		{Method: get, Pattern: "/deliveries/{id}/packing.pdf", Permission: ReadDeliveries, Handle: m.packingPaper},
		{Method: get, Pattern: "/deliveries/{id}/note.pdf", Permission: ReadDeliveries, Handle: m.notePaper},
		{Method: get, Pattern: "/deliveries/{id}/labels.pdf", Permission: ReadDeliveries, Handle: m.labels},
		{Method: get, Pattern: "/deliveries/{id}/signed.pdf", Permission: ReadDeliveries, Handle: m.signedPaper},
		{Method: get, Pattern: "/deliveries/{id}/receive", Permission: ReceiveDeliveries, Handle: m.reception},
		{Method: post, Pattern: "/deliveries/{id}/receive", Permission: ReceiveDeliveries, Handle: m.receive},
		{Method: post, Pattern: "/deliveries/{id}/scans", Permission: ReceiveDeliveries, Handle: m.scans},
		{Method: post, Pattern: "/deliveries/{id}/settle", Permission: ReceiveDeliveries, Handle: m.settle},
		{Method: post, Pattern: "/deliveries/{id}/again", Permission: PlanRounds, Handle: m.again},
		{Method: get, Pattern: "/deliveries/{id}/sign", Permission: ReceiveDeliveries, Handle: m.signPage},
		{Method: post, Pattern: "/deliveries/{id}/sign", Permission: ReceiveDeliveries, Handle: m.sign, MaxBody: mostForm},
		{Method: get, Pattern: "/b/{note}", Permission: ReadDeliveries, Handle: m.byCode},
	}
}

// site is the address that the codes on paper lead to: the configured one, else that of the request.
func (m *Module) site(r *http.Request) string {
	switch {
	case m.Site != "":
		return strings.TrimSuffix(m.Site, "/")
	case r.TLS != nil:
		return "https://" + r.Host
	}
	return "http://" + r.Host
}
