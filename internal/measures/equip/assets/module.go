package assets

import (
	"embed"
	"time"

	"preau/internal/base/files"
	"preau/internal/base/tabular"
	"preau/internal/base/web"
)

// Messages holds the words of assets.
//
//go:embed messages.yaml
var Messages embed.FS

// Module is what assets give to the site.
type Module struct{ Service *Service }

// exportTimeout lets a slow line take a whole territory.
const exportTimeout = 5 * time.Minute

// signingBody is the most that a signed paper weighs on its way here.
const signingBody = files.MaxPicture + 1<<16

// Routes returns the pages.
func (m *Module) Routes() []web.Route {
	return []web.Route{
		{Method: "GET", Pattern: "/assets", Permission: ReadAssets, Handle: m.list},
		{Method: "GET", Pattern: "/assets.csv", Permission: ReadAssets, Handle: m.export(tabular.CSVType, "materiels.csv", tabular.ExportCSV), Timeout: exportTimeout},
		{Method: "GET", Pattern: "/assets.xlsx", Permission: ReadAssets, Handle: m.export(tabular.XLSXType, "materiels.xlsx", tabular.ExportXLSX), Timeout: exportTimeout},
		{Method: "POST", Pattern: "/assets/states", Permission: InstallAssets, Handle: m.states},
		{Method: "GET", Pattern: "/assets/assign", Permission: EditAssets, Handle: m.assignPage},
		{Method: "POST", Pattern: "/assets/assign", Permission: EditAssets, Handle: m.assign},
		{Method: "GET", Pattern: "/assets/serials", Permission: EditAssets, Handle: m.serialsPage},
		{Method: "POST", Pattern: "/assets/serials", Permission: EditAssets, Handle: m.serials, MaxBody: 9 << 20},
		{Method: "GET", Pattern: "/assets/{asset}", Permission: ReadAssets, Handle: m.one},
		{Method: "GET", Pattern: "/assets/{asset}/certificate.pdf", Permission: ReadAssets, Handle: m.certificate},
		{Method: "POST", Pattern: "/assets/{asset}/state", Permission: InstallAssets, Handle: m.state},
		{Method: "GET", Pattern: "/assets/{asset}/move", Permission: InstallAssets, Handle: m.show(actMove)},
		{Method: "POST", Pattern: "/assets/{asset}/move", Permission: InstallAssets, Handle: m.do(actMove)},
		{Method: "GET", Pattern: "/assets/{asset}/trouble", Permission: InstallAssets, Handle: m.show(actTrouble)},
		{Method: "POST", Pattern: "/assets/{asset}/trouble", Permission: InstallAssets, Handle: m.do(actTrouble)},
		{Method: "GET", Pattern: "/assets/{asset}/serial", Permission: EditAssets, Handle: m.show(actSerial)},
		{Method: "POST", Pattern: "/assets/{asset}/serial", Permission: EditAssets, Handle: m.do(actSerial)},
		{Method: "GET", Pattern: "/assets/{asset}/swap", Permission: EditAssets, Handle: m.show(actSwap)},
		{Method: "POST", Pattern: "/assets/{asset}/swap", Permission: EditAssets, Handle: m.do(actSwap)},
		{Method: "GET", Pattern: "/assets/{asset}/assign", Permission: EditAssets, Handle: m.show(actAssign)},
		{Method: "POST", Pattern: "/assets/{asset}/assign", Permission: EditAssets, Handle: m.do(actAssign)},
		{Method: "GET", Pattern: "/assets/{asset}/retire", Permission: EditAssets, Handle: m.show(actRetire)},
		{Method: "POST", Pattern: "/assets/{asset}/retire", Permission: EditAssets, Handle: m.do(actRetire)},
		{Method: "GET", Pattern: "/m/{tag}", Public: true, Handle: m.label},
		{Method: "GET", Pattern: "/deeds", Permission: CedeAssets, Handle: m.deeds},
		{Method: "GET", Pattern: "/deeds/new", Permission: CedeAssets, Handle: m.newDeed},
		{Method: "POST", Pattern: "/deeds", Permission: CedeAssets, Handle: m.prepareDeed},
		{Method: "GET", Pattern: "/deeds/{deed}", Permission: CedeAssets, Handle: m.deed},
		{Method: "GET", Pattern: "/deeds/{deed}/deed.pdf", Permission: CedeAssets, Handle: m.deedPaper(false)},
		{Method: "GET", Pattern: "/deeds/{deed}/signed.pdf", Permission: CedeAssets, Handle: m.deedPaper(true)},
		{Method: "POST", Pattern: "/deeds/{deed}/sign", Permission: CedeAssets, Handle: m.signDeed, MaxBody: signingBody},
		{Method: "POST", Pattern: "/deeds/{deed}/cancel", Permission: CedeAssets, Handle: m.cancelDeed},
	}
}
