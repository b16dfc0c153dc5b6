// Package site is what belongs to no room: the home page, the dashboard, the journal, the API's readable
// page and the statements that every site owes its visitors.
package site

import (
	"embed"

	"preau/internal/base/journal"
	"preau/internal/base/web"
	"preau/internal/insight/readiness"
	"preau/internal/territory/accounts"
	"preau/internal/territory/directory"
	"preau/internal/territory/programme"
)

// Messages are the site's texts.
//
//go:embed messages.yaml
var Messages embed.FS

// Module is the site.
type Module struct {
	Accounts  *accounts.Service
	Directory *directory.Service
	Programme *programme.Service
	Readiness *readiness.Service
	Source    string // address of the source code, "" where it is to be asked for

	server  *web.Server
	journal *journal.Journal
	kinds   []string // every kind of fact, for the journal's filter
}

// New returns the site over a journal whose rooms record these kinds of fact. Its services are set before
// the first request.
func New(server *web.Server, j *journal.Journal, kinds []string) *Module {
	return &Module{server: server, journal: j, kinds: kinds}
}

// Routes returns the site's pages.
func (m *Module) Routes() []web.Route {
	return []web.Route{
		{Method: "GET", Pattern: "/{$}", Public: true, Handle: m.homePage, Cached: true},
		{Method: "GET", Pattern: "/dashboard", Permission: accounts.Self, Handle: m.dashboardPage, Cached: true},
		{Method: "GET", Pattern: "/journal", Permission: journal.Read, Handle: m.journalPage},
		{Method: "GET", Pattern: "/journal.csv", Permission: journal.Read, Handle: m.journalCSV},
		{Method: "GET", Pattern: "/api", Public: true, Handle: m.apiPage},
		{Method: "GET", Pattern: "/accessibility", Public: true, Handle: m.accessibilityPage, Cached: true},
		{Method: "GET", Pattern: "/about-data", Public: true, Handle: m.dataPage, Cached: true},
		{Method: "GET", Pattern: "/source", Public: true, Handle: m.sourcePage, Cached: true},
	}
}

// API adds the site's operations.
func (m *Module) API(api *web.API) {
	web.Operation(api, web.Spec{ID: "list-facts", Method: "GET", Path: "/api/v1/facts", Tag: "Journal", Permission: journal.Read,
		Summary: "Lists what happened, newest first"}, m.listFacts)
}
