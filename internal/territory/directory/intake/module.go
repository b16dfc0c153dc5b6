package intake

import (
	"context"
	"time"

	"preau/internal/base/jobs"
	"preau/internal/base/web"
)

// Module is what the imports give to the site.
type Module struct{ Service *Service }

// The bounds of an upload.
const (
	largestList   = 256 << 20
	largestRoster = 64 << 20
	uploadTimeout = 10 * time.Minute
)

// Routes returns the pages of the imports.
func (m *Module) Routes() []web.Route {
	return []web.Route{
		{Method: "GET", Pattern: "/imports", Permission: ReadImports, Handle: m.importsPage},
		{Method: "GET", Pattern: "/imports/lists", Permission: ImportLists, Handle: m.listsPage},
		{Method: "POST", Pattern: "/imports/lists", Permission: ImportLists, Handle: m.importList, MaxBody: largestList, Timeout: uploadTimeout},
		{Method: "GET", Pattern: "/imports/roster", Permission: ImportRosters, Handle: m.rosterPage},
		{Method: "POST", Pattern: "/imports/roster", Permission: ImportRosters, Handle: m.importRoster, MaxBody: largestRoster, Timeout: uploadTimeout},
		{Method: "GET", Pattern: "/imports/{id}", Permission: ReadImports, Handle: m.importPage},
		{Method: "GET", Pattern: "/imports/{id}/report.csv", Permission: ReadImports, Handle: m.reportCSV},
		{Method: "GET", Pattern: "/imports/{id}/report.json", Permission: ReadImports, Handle: m.reportJSON},
	}
}

// Jobs returns what the imports do again and again.
func (m *Module) Jobs() []jobs.Job {
	return []jobs.Job{{Name: "intake.interrupted", Every: time.Minute, Run: func(ctx context.Context) error {
		_, err := m.Service.MarkInterrupted(ctx)
		return err
	}}}
}

// API adds nothing: files are imported by hand or by the command.
func (m *Module) API(*web.API) {}
