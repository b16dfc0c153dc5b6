package agreements

import (
	"embed"

	"preau/internal/base/web"
)

// Messages holds the words of the pages; those of the agreement itself are in texts/.
//
//go:embed messages.yaml
var Messages embed.FS

// Module is what agreements give to the site.
type Module struct{ Service *Service }

// Routes returns the pages.
func (m *Module) Routes() []web.Route {
	one, class := "/lend/agreements/{id}", "/lend/agreements/classes/{id}"
	return []web.Route{
		{Method: "GET", Pattern: "/c/{code}", Permission: ReadAgreements, Handle: m.byCode},
		{Method: "GET", Pattern: "/lend/agreements", Permission: ReadAgreements, Handle: m.listPage},
		{Method: "GET", Pattern: class + "/prepare", Permission: EditAgreements, Handle: m.preparePage},
		{Method: "POST", Pattern: class + "/prepare", Permission: EditAgreements, Handle: m.prepare},
		{Method: "GET", Pattern: class + "/agreements.pdf", Permission: ReadAgreements, Handle: m.batch("conventions", false)},
		{Method: "GET", Pattern: class + "/slips.pdf", Permission: ReadAgreements, Handle: m.batch("cartes", true)},
		{Method: "GET", Pattern: "/lend/agreements/scan", Permission: EditAgreements, Handle: m.scanPage},
		{Method: "POST", Pattern: "/lend/agreements/scan", Permission: EditAgreements, Handle: m.scan, MaxBody: maxSheet},
		{Method: "GET", Pattern: one, Permission: ReadAgreements, Handle: m.agreementPage},
		{Method: "GET", Pattern: one + "/agreement.pdf", Permission: ReadAgreements, Handle: m.pdf},
		{Method: "GET", Pattern: one + "/paper", Permission: ReadAgreements, Handle: m.returned},
		{Method: "POST", Pattern: one + "/verify", Permission: ReadAgreements, Handle: m.verify, MaxBody: maxSheet},
		{Method: "GET", Pattern: one + "/edit", Permission: EditAgreements, Handle: m.changePage},
		{Method: "POST", Pattern: one + "/edit", Permission: EditAgreements, Handle: m.change},
		{Method: "GET", Pattern: one + "/cancel", Permission: EditAgreements, Handle: m.cancelPage},
		{Method: "POST", Pattern: one + "/cancel", Permission: EditAgreements, Handle: m.cancel},
		{Method: "GET", Pattern: one + "/sign", Permission: EditAgreements, Handle: m.signPage},
		{Method: "POST", Pattern: one + "/sign", Permission: EditAgreements, Handle: m.sign, MaxBody: 4 << 20},
		{Method: "GET", Pattern: "/lend/own/agreements", Permission: ReadOwn, Handle: m.ownPage},
		{Method: "GET", Pattern: "/lend/own/agreements/{id}", Permission: ReadOwn, Handle: m.ownPDF},
	}
}
