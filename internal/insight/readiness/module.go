package readiness

import (
	"embed"
	"net/http"
	"time"

	"preau/internal/base/db"
	"preau/internal/base/web"
)

//go:embed migrations/*.sql
var migrations embed.FS

// Migrations are the room's tables.
var Migrations = db.Migrations{Room: "readiness", FS: migrations}

// Messages holds the texts of the room's pages.
//
//go:embed messages.yaml
var Messages embed.FS

// Module is what readiness gives to the site. Site is its address (https://…), which the codes on paper lead to; that of the request when empty.
type Module struct {
	Service *Service
	Site    string
}

// mostUpload is the size of a census file that is taken through the site.
const mostUpload = 32 << 20

// importTime ends the import of such a file.
const importTime = 5 * time.Minute

// Routes returns the pages of the census, of readiness and of drills.
func (m *Module) Routes() []web.Route {
	return []web.Route{
		{Method: http.MethodGet, Pattern: "/census", Permission: AnswerCensus, Handle: m.censusList},
		{Method: http.MethodPost, Pattern: "/census", Permission: ImportCensus, Handle: m.upload, MaxBody: mostUpload, Timeout: importTime},
		{Method: http.MethodPost, Pattern: "/census/{uai}/upload", Permission: AnswerCensus, Handle: m.upload, MaxBody: mostUpload, Timeout: importTime},
		{Method: http.MethodGet, Pattern: "/census/forms.pdf", Permission: AnswerCensus, Handle: m.censusForms},
		{Method: http.MethodGet, Pattern: "/census/{uai}", Permission: AnswerCensus, Handle: m.censusPage},
		{Method: http.MethodPost, Pattern: "/census/{uai}", Permission: AnswerCensus, Handle: m.censusSave},
		{Method: http.MethodGet, Pattern: "/census/{uai}/form.pdf", Permission: AnswerCensus, Handle: m.censusForm},
		{Method: http.MethodGet, Pattern: "/census/{uai}/census.xlsx", Permission: AnswerCensus, Handle: m.censusWorkbook},
		{Method: http.MethodGet, Pattern: "/readiness", Permission: ReadTerritory, Handle: m.readiness, Cached: true},
		{Method: http.MethodGet, Pattern: "/readiness/schools.csv", Permission: ReadTerritory, Handle: m.exportSchools},
		{Method: http.MethodGet, Pattern: "/readiness/schools/{uai}", Permission: ReadPublished, Public: true, Handle: m.school, Cached: true},
		{Method: http.MethodGet, Pattern: "/drills", Permission: ReadDrills, Handle: m.drillList},
		{Method: http.MethodPost, Pattern: "/drills", Permission: RunDrills, Handle: m.prepareDrill},
		{Method: http.MethodGet, Pattern: "/drills/new", Permission: RunDrills, Handle: m.newDrill},
		{Method: http.MethodGet, Pattern: "/drills/{id}", Permission: ReadDrills, Handle: m.drillPage},
		{Method: http.MethodPost, Pattern: "/drills/{id}/runs", Permission: RunDrills, Handle: m.runDrill},
		{Method: http.MethodGet, Pattern: "/drills/{id}/drill.csv", Permission: ReadDrills, Handle: m.drillCSV},
		{Method: http.MethodGet, Pattern: "/drills/{id}/sheets.pdf", Permission: ReadDrills, Handle: m.drillSheets},
		{Method: http.MethodGet, Pattern: "/drills/{id}/schools/{uai}", Permission: ReadDrills, Handle: m.drillSchool},
		{Method: http.MethodGet, Pattern: "/drills/{id}/schools/{uai}/sheet.pdf", Permission: ReadDrills, Handle: m.drillSheets},
	}
}
