package plan

import (
	"context"
	"strconv"

	"preau/internal/base/errs"
	"preau/internal/base/web"
)

// API adds the room's operations.
func (m *Module) API(api *web.API) {
	web.Operation(api, web.Spec{ID: "make-plan", Method: "GET", Path: "/api/v1/plan", Tag: "Plan", Permission: ReadPlans,
		Summary: "Makes the plan as the data stand now, without keeping it"}, m.apiPlan)
	web.Operation(api, web.Spec{ID: "compare-scenarios", Method: "GET", Path: "/api/v1/plan/scenarios", Tag: "Plan", Permission: ReadPlans,
		Summary: "Compares the scenarios as the data stand now"}, m.apiScenarios)
	web.Operation(api, web.Spec{ID: "explain-plan", Method: "GET", Path: "/api/v1/plan/schools/{uai}", Tag: "Plan", Public: true,
		Summary: "Explains what the plan in force gives to a school, and why"}, m.apiSchool)
	web.Operation(api, web.Spec{ID: "list-plans", Method: "GET", Path: "/api/v1/plans", Tag: "Plan", Permission: ReadPlans,
		Summary: "Lists the kept plans, newest first"}, m.apiPlans)
	web.Operation(api, web.Spec{ID: "keep-plan", Method: "POST", Path: "/api/v1/plans", Tag: "Plan", Permission: MakePlans,
		Summary: "Makes a plan and keeps it as a draft"}, m.apiKeep)
	web.Operation(api, web.Spec{ID: "show-plan", Method: "GET", Path: "/api/v1/plans/{id}", Tag: "Plan", Permission: ReadPlans,
		Summary: "Shows a kept plan with all its lines"}, m.apiKept)
	web.Operation(api, web.Spec{ID: "adopt-plan", Method: "POST", Path: "/api/v1/plans/{id}/adopt", Tag: "Plan", Permission: AdoptPlans,
		Summary: "Adopts a draft: it is frozen, and only another plan undoes it"}, m.apiAdopt)
}

// asked is what the operations that make a plan take.
type asked struct {
	Territory []string `query:"territory" doc:"Codes of territories; all of the person's when empty"`
	Scenario  string   `query:"scenario" enum:"need,equal,lottery,first" default:"need" doc:"Who is served first"`
	Seed      string   `query:"seed" pattern:"^[0-9]{0,20}$" doc:"Number of the lottery"`
}

func (a *asked) request() (Request, error) {
	r := Request{Territories: a.Territory, Scenario: Scenario(a.Scenario)}
	if a.Seed == "" {
		return r, nil
	}
	var err error
	if r.Seed, err = strconv.ParseUint(a.Seed, 10, 64); err != nil {
		return r, errs.OfFields(errs.Field{Name: "seed", Key: "plan.error.seed"})
	}
	return r, nil
}

func (m *Module) apiPlan(ctx context.Context, in *asked) (*struct{ Body *Plan }, error) {
	request, err := in.request()
	if err != nil {
		return nil, err
	}
	p, err := m.Service.Build(ctx, request)
	return &struct{ Body *Plan }{p}, err
}

func (m *Module) apiScenarios(ctx context.Context, in *asked) (*struct{ Body []Outcome }, error) {
	request, err := in.request()
	if err != nil {
		return nil, err
	}
	list, _, err := m.Service.Compare(ctx, request)
	return &struct{ Body []Outcome }{list}, err
}

// Explained is the answer of the operation explain-plan.
type Explained struct {
	*Explanation
	Plan      string `json:"plan"`
	Programme string `json:"programme"`
	SHA256    string `json:"sha256"`
	AdoptedAt int64  `json:"adopted_at"`
}

func (m *Module) apiSchool(ctx context.Context, in *struct {
	UAI string `path:"uai" doc:"Number of the school (UAI)"`
}) (*struct{ Body Explained }, error) {
	told, err := m.Service.ExplainAdopted(ctx, in.UAI)
	if err != nil {
		return nil, err
	}
	return &struct{ Body Explained }{Explained{Explanation: told.Explanation, Plan: told.Head.ID, Programme: told.Head.Programme, SHA256: told.Head.SHA256, AdoptedAt: told.Head.DecidedAt}}, nil
}

func (m *Module) apiPlans(ctx context.Context, _ *struct{}) (*struct{ Body []*Head }, error) {
	list, err := m.Service.Plans(ctx)
	return &struct{ Body []*Head }{list}, err
}

func (m *Module) apiKeep(ctx context.Context, in *struct {
	Body struct {
		Territories []string `json:"territories,omitempty"`
		Scenario    string   `json:"scenario" enum:"need,equal,lottery,first"`
		Seed        uint64   `json:"seed,omitempty"`
	}
}) (*struct{ Body *Head }, error) {
	h, err := m.Service.Keep(ctx, Request{Territories: in.Body.Territories, Scenario: Scenario(in.Body.Scenario), Seed: in.Body.Seed})
	return &struct{ Body *Head }{h}, err
}

// KeptPlan is the answer of the operation show-plan.
type KeptPlan struct {
	ID    string `json:"id"`
	State State  `json:"state"`
	*Plan
	SHA256 string `json:"sha256"`
}

func (m *Module) apiKept(ctx context.Context, in *struct {
	ID string `path:"id"`
}) (*struct{ Body KeptPlan }, error) {
	h, err := m.Service.Plan(ctx, in.ID)
	if err != nil {
		return nil, err
	}
	p, err := m.Service.Whole(ctx, in.ID)
	return &struct{ Body KeptPlan }{KeptPlan{h.ID, h.State, p, h.SHA256}}, err
}

func (m *Module) apiAdopt(ctx context.Context, in *struct {
	ID string `path:"id"`
}) (*struct{ Body *Head }, error) {
	h, err := m.Service.Adopt(ctx, in.ID)
	return &struct{ Body *Head }{h}, err
}
