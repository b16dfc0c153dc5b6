package needs

import (
	"context"

	"preau/internal/base/web"
)

const tag = "Prêts"

type nominationBody struct {
	Pupil   string            `json:"pupil" doc:"opaque person"`
	In      bool              `json:"nominated"`
	Answers map[string]Answer `json:"answers,omitempty" doc:"yes, no or unknown by criterion; what is missing is unknown"`
}

type nominateIn struct {
	ID   string `path:"id" doc:"class"`
	Body struct {
		Pupils []nominationBody `json:"pupils" maxItems:"200"`
	}
}

type nominateOut struct {
	Body struct {
		Nominated int `json:"nominated"`
		Changed   int `json:"changed"`
		Withdrawn int `json:"withdrawn"`
	}
}

type schoolIn struct {
	UAI string `path:"uai"`
}

type placeBody struct {
	ID    string `json:"id"`
	Pupil string `json:"pupil"`
	Class string `json:"class"`
	Rank  int    `json:"rank"`
	State State  `json:"state"`
}

type rankingOut struct {
	Body struct {
		School string      `json:"school"`
		Year   string      `json:"year"`
		Quota  *int        `json:"quota" doc:"null: nobody has said"`
		Places []placeBody `json:"places"`
	}
}

type applyOut struct {
	Body struct {
		Granted int `json:"granted"`
		Waiting int `json:"waiting"`
	}
}

type quotaIn struct {
	UAI  string `path:"uai"`
	Body struct {
		Quantity int    `json:"quantity"`
		Reason   string `json:"reason"`
	}
}

// API adds the operations.
func (m *Module) API(api *web.API) {
	web.Operation(api, web.Spec{ID: "nominate-pupils", Method: "PUT", Path: "/api/v1/lend/classes/{id}/nominations", Summary: "Says who of a class is nominated for a loan, all or nothing", Tag: tag, Permission: Nominate},
		func(ctx context.Context, in *nominateIn) (*nominateOut, error) {
			entries := make([]Entry, len(in.Body.Pupils))
			for i, p := range in.Body.Pupils {
				entries[i] = Entry(p)
			}
			saved, err := m.Service.NominateClass(ctx, in.ID, entries)
			if err != nil {
				return nil, err
			}
			out := &nominateOut{}
			out.Body.Nominated, out.Body.Changed, out.Body.Withdrawn = saved.Nominated, saved.Changed, saved.Withdrawn
			return out, nil
		})
	web.Operation(api, web.Spec{ID: "rank-pupils", Method: "GET", Path: "/api/v1/lend/schools/{uai}/ranking", Summary: "Lists the nominated pupils of a school by rank, without any criterion", Tag: tag, Permission: Decide}, m.rankingOperation)
	web.Operation(api, web.Spec{ID: "apply-ranking", Method: "POST", Path: "/api/v1/lend/schools/{uai}/ranking/apply", Summary: "Grants the quota in the order of the ranking", Tag: tag, Permission: Decide},
		func(ctx context.Context, in *schoolIn) (*applyOut, error) {
			done, err := m.Service.Apply(ctx, in.UAI)
			if err != nil {
				return nil, err
			}
			out := &applyOut{}
			out.Body.Granted, out.Body.Waiting = done.Granted, done.Waiting
			return out, nil
		})
	web.Operation(api, web.Spec{ID: "set-lend-quota", Method: "PUT", Path: "/api/v1/lend/schools/{uai}/quota", Summary: "Sets how many devices a school has to lend this year", Tag: tag, Permission: EditQuotas},
		func(ctx context.Context, in *quotaIn) (*struct{}, error) {
			return nil, m.Service.SetQuota(ctx, in.UAI, in.Body.Quantity, in.Body.Reason)
		})
}

func (m *Module) rankingOperation(ctx context.Context, in *schoolIn) (*rankingOut, error) {
	v, err := m.Service.OfSchool(ctx, in.UAI)
	if err != nil {
		return nil, err
	}
	out := &rankingOut{}
	out.Body.School, out.Body.Year, out.Body.Places = in.UAI, v.Year, []placeBody{}
	if q := v.Ranking.Quota; q != nil {
		out.Body.Quota = &q.Quantity
	}
	for _, c := range v.Ranking.Candidates {
		out.Body.Places = append(out.Body.Places, placeBody{c.ID, c.Pupil, c.Class, c.Rank, c.State})
	}
	return out, nil
}
