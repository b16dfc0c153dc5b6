package plan

import "preau/internal/territory/programme"

// The kinds of fact that plans record, one fact for each territory.
const (
	FactDrafted    = "plan.plan.drafted"
	FactAdopted    = programme.FactPlanAdopted
	FactSuperseded = "plan.plan.superseded"
	FactDiscarded  = "plan.plan.discarded"
)

// Facts lists them.
var Facts = []string{FactDrafted, FactAdopted, FactSuperseded, FactDiscarded}
