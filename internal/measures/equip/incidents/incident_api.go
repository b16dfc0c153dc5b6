package incidents

import "context"

type apiIncident struct {
	ID         string `json:"id"`
	Number     int64  `json:"number"`
	Territory  string `json:"territory"`
	School     string `json:"school"`
	Asset      string `json:"asset"`
	Code       string `json:"code" doc:"Inventory code of the asset"`
	Kind       Kind   `json:"kind"`
	State      State  `json:"state"`
	Actor      string `json:"actor"`
	Reports    int64  `json:"reports"`
	ReportedAt int64  `json:"reported_at" doc:"ms since 1970, UTC"`
	UsableAt   int64  `json:"usable_at,omitempty" doc:"ms since 1970, UTC"`
	Version    int64  `json:"version"`
}

func said(i *Incident) apiIncident {
	return apiIncident{i.ID, i.Number, i.Territory, i.School, i.Asset, i.AssetCode, i.Kind, i.State, i.Actor, i.Reports, i.ReportedAt, i.UsableAt, i.Version}
}

type listIn struct {
	School string `query:"school" doc:"UAI"`
	State  string `query:"state" enum:"open,reported,taken,waiting,repaired,usable,closed"`
	Page   int    `query:"page" minimum:"1" default:"1"`
}

type listOut struct {
	Body struct {
		Total     int           `json:"total"`
		Incidents []apiIncident `json:"incidents"`
	}
}

func (m *Module) apiList(ctx context.Context, in *listIn) (*listOut, error) {
	list, total, err := m.Service.List(ctx, Filter{School: in.School, State: State(in.State), Page: in.Page, Size: 200})
	if err != nil {
		return nil, err
	}
	out := &listOut{}
	out.Body.Total, out.Body.Incidents = total, make([]apiIncident, len(list))
	for i := range list {
		out.Body.Incidents[i] = said(&list[i])
	}
	return out, nil
}

type changeIn struct {
	Incident string `path:"incident"`
	Body     struct {
		Version int64  `json:"version" doc:"The version that was read"`
		State   string `json:"state" enum:"taken,waiting,repaired,usable,closed"`
	}
}

func (m *Module) apiChange(ctx context.Context, in *changeIn) (*struct{}, error) {
	return nil, m.Service.Change(ctx, in.Incident, in.Body.Version, State(in.Body.State))
}
