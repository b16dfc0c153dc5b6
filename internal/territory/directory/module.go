package directory

import (
	"context"
	"embed"
	"time"

	"preau/internal/base/db"
	"preau/internal/base/jobs"
	"preau/internal/base/tabular"
	"preau/internal/base/web"
)

//go:embed migrations/*.sql
var migrations embed.FS

// Migrations are the directory's tables.
var Migrations = db.Migrations{Room: "directory", FS: migrations}

// Messages holds the texts of the directory's pages.
//
//go:embed messages.yaml
var Messages embed.FS

// Module is what the directory gives to the site.
type Module struct{ Service *Service }

// Routes returns the directory's pages.
func (m *Module) Routes() []web.Route {
	return []web.Route{
		{Method: "GET", Pattern: "/schools", Permission: ReadSchools, Public: true, Handle: m.schoolsPage, Cached: true},
		{Method: "GET", Pattern: "/schools/export.csv", Permission: ExportSchools, Handle: m.exportSchools(tabular.CSVType, "schools.csv", tabular.ExportCSV), Timeout: exportTimeout},
		{Method: "GET", Pattern: "/schools/export.xlsx", Permission: ExportSchools, Handle: m.exportSchools(tabular.XLSXType, "schools.xlsx", tabular.ExportXLSX), Timeout: exportTimeout},
		{Method: "GET", Pattern: "/schools/{uai}", Permission: ReadSchools, Public: true, Handle: m.schoolPage, Cached: true},
		{Method: "GET", Pattern: "/schools/{uai}/correct", Permission: CorrectSchools, Handle: m.correctPage},
		{Method: "POST", Pattern: "/schools/{uai}/correct", Permission: CorrectSchools, Handle: m.correct},
		{Method: "GET", Pattern: "/schools/{uai}/staff", Permission: EditStaff, Handle: m.staffPage},
		{Method: "POST", Pattern: "/schools/{uai}/staff", Permission: EditStaff, Handle: m.addStaff},
		{Method: "GET", Pattern: "/schools/{uai}/staff/{person}/end", Permission: EditStaff, Handle: m.endStaffPage},
		{Method: "POST", Pattern: "/schools/{uai}/staff/{person}/end", Permission: EditStaff, Handle: m.endStaff},
		{Method: "GET", Pattern: "/sources", Permission: ReadSchools, Public: true, Handle: m.sourcesPage, Cached: true},
		{Method: "GET", Pattern: "/map", Permission: ReadSchools, Public: true, Handle: m.mapPage, Cached: true},
		{Method: "GET", Pattern: "/territories/{code}", Permission: ReadSchools, Public: true, Handle: m.territoryPage, Cached: true},
		{Method: "GET", Pattern: "/my-school", Permission: EditClasses, Handle: m.mySchoolPage},
		{Method: "GET", Pattern: "/my-classes", Permission: ReadClasses, Handle: m.myClassesPage},
		{Method: "GET", Pattern: "/classes", Permission: ReadClasses, Handle: m.classesPage},
		{Method: "POST", Pattern: "/classes", Permission: EditClasses, Handle: m.addClass},
		{Method: "GET", Pattern: "/classes/new", Permission: EditClasses, Handle: m.newClassPage},
		{Method: "GET", Pattern: "/classes/{id}", Permission: ReadClasses, Handle: m.classPage},
		{Method: "POST", Pattern: "/classes/{id}", Permission: EditClasses, Handle: m.changeClass},
		{Method: "GET", Pattern: "/classes/{id}/edit", Permission: EditClasses, Handle: m.changeClassPage},
		{Method: "GET", Pattern: "/classes/{id}/close", Permission: EditClasses, Handle: m.closeClassPage},
		{Method: "POST", Pattern: "/classes/{id}/close", Permission: EditClasses, Handle: m.closeClass},
		{Method: "GET", Pattern: "/people-data", Permission: CountPeople, Handle: m.peoplePage},
		{Method: "POST", Pattern: "/people-data", Permission: AnswerPeople, Handle: m.findPerson},
		{Method: "POST", Pattern: "/people-data/{territory}/{person}/export", Permission: AnswerPeople, Handle: m.exportPerson},
		{Method: "GET", Pattern: "/people-data/{territory}/{person}/erase", Permission: AnswerPeople, Handle: m.erasePersonPage},
		{Method: "POST", Pattern: "/people-data/{territory}/{person}/erase", Permission: AnswerPeople, Handle: m.erasePerson},
	}
}

// exportTimeout lets a slow line take a whole country.
const exportTimeout = 5 * time.Minute

// Jobs returns what the directory does again and again.
func (m *Module) Jobs() []jobs.Job {
	return []jobs.Job{{Name: "directory.retire", Every: 24 * time.Hour, Run: func(ctx context.Context) error {
		_, err := m.Service.Retire(ctx)
		return err
	}}}
}
