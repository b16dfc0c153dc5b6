package crisis

import (
	"context"
	"embed"

	"preau/internal/base/web"
)

// Messages holds the words of handovers for a crisis.
//
//go:embed messages.yaml
var Messages embed.FS

// Module is what they give to the site.
type Module struct{ Service *Service }

// Routes returns the pages.
func (m *Module) Routes() []web.Route {
	one := "/lend/crises/{id}"
	return []web.Route{
		{Method: "GET", Pattern: "/lend/crises", Permission: ReadCrises, Handle: m.listPage},
		{Method: "GET", Pattern: "/lend/crises/new", Permission: RunCrises, Handle: m.newPage},
		{Method: "POST", Pattern: "/lend/crises", Permission: RunCrises, Handle: m.propose},
		{Method: "GET", Pattern: one, Permission: ReadCrises, Handle: m.page},
		{Method: "GET", Pattern: one + "/sheets.pdf", Permission: ReadCrises, Handle: m.sheets},
		{Method: "POST", Pattern: one + "/start", Permission: RunCrises, Handle: m.turned(m.Service.Start, "crisis.started")},
		{Method: "POST", Pattern: one + "/end", Permission: RunCrises, Handle: m.turned(m.Service.End, "crisis.ended.done")},
		{Method: "POST", Pattern: one + "/move", Permission: RunCrises, Handle: m.move},
	}
}

type proposeIn struct {
	Body struct {
		Territory string `json:"territory,omitempty"`
		Name      string `json:"name" maxLength:"100"`
		ClosesOn  string `json:"closes_on,omitempty" doc:"2026-12-01"`
		Drill     string `json:"drill,omitempty" doc:"the schools and their numbers are the drill's"`
		Schools   string `json:"schools,omitempty" doc:"of a real closing: a line a school, \"0020001R 12\" or \"0020001R 12-20\""`
	}
}

type proposeOut struct {
	Body struct {
		ID string `json:"id"`
	}
}

// API adds the operations.
func (m *Module) API(api *web.API) {
	web.Operation(api, web.Spec{ID: "propose-crisis-handover", Method: "POST", Path: "/api/v1/lend/crises", Summary: "Proposes for each pupil without a device the nearest stock", Tag: "Prêts", Permission: RunCrises},
		func(ctx context.Context, in *proposeIn) (*proposeOut, error) {
			id, err := m.Service.Propose(ctx, Input{Territory: in.Body.Territory, Name: in.Body.Name, ClosesOn: in.Body.ClosesOn, Drill: in.Body.Drill, Schools: in.Body.Schools})
			out := &proposeOut{}
			out.Body.ID = id
			return out, err
		})
}
