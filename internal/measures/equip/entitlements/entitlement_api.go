package entitlements

import "context"

type listIn struct {
	School string `query:"school" doc:"UAI"`
	Year   string `query:"year" doc:"School year, 2026-2027"`
	State  string `query:"state" enum:"declared,chosen,handed_over,left,returned,kept,withdrawn"`
}

type listOut struct {
	Body struct {
		Entitlements []outline `json:"entitlements"`
	}
}

// outline is an entitlement without the person.
type outline struct {
	ID         string `json:"id"`
	Territory  string `json:"territory"`
	School     string `json:"school"`
	Year       string `json:"year"`
	State      State  `json:"state"`
	Pack       string `json:"pack,omitempty"`
	Asset      string `json:"asset,omitempty"`
	DeclaredAt int64  `json:"declared_at" doc:"ms since 1970, UTC"`
	HandedAt   int64  `json:"handed_at,omitempty" doc:"ms since 1970, UTC"`
}

func (m *Module) apiList(ctx context.Context, in *listIn) (*listOut, error) {
	list, err := m.Service.List(ctx, Filter{School: in.School, Year: in.Year, State: State(in.State)})
	if err != nil {
		return nil, err
	}
	out := &listOut{}
	out.Body.Entitlements = make([]outline, len(list))
	for i, e := range list {
		out.Body.Entitlements[i] = outline{e.ID, e.Territory, e.School, e.Year, e.State, e.Kit, e.Asset, e.DeclaredAt, e.HandedAt}
	}
	return out, nil
}
