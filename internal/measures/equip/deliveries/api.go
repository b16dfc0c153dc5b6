package deliveries

import (
	"context"
	"net/http"

	"preau/internal/base/errs"
	"preau/internal/base/i18n"
	"preau/internal/base/web"
)

// API adds the operations of rounds, deliveries and receptions.
func (m *Module) API(a *web.API) {
	const tag = "Deliveries"
	web.Operation(a, web.Spec{ID: "list-rounds", Method: http.MethodGet, Path: "/api/v1/rounds", Tag: tag, Permission: ReadDeliveries,
		Summary: "The rounds that stop at schools in your scope, the next first"}, m.apiRounds)
	web.Operation(a, web.Spec{ID: "move-round", Method: http.MethodPost, Path: "/api/v1/rounds/{id}/state", Tag: tag, Permission: PlanRounds,
		Summary: "Bring a round to its next state, or one back"}, m.apiMove)
	web.Operation(a, web.Spec{ID: "list-deliveries", Method: http.MethodGet, Path: "/api/v1/deliveries", Tag: tag, Permission: ReadDeliveries,
		Summary: "The deliveries to schools in your scope, the next first"}, m.apiDeliveries)
	web.Operation(a, web.Spec{ID: "get-delivery", Method: http.MethodGet, Path: "/api/v1/deliveries/{id}", Tag: tag, Permission: ReadDeliveries,
		Summary: "A delivery with its items and what was said of each"}, m.apiDelivery)
	web.Operation(a, web.Spec{ID: "scan-delivery", Method: http.MethodPost, Path: "/api/v1/deliveries/{id}/scans", Tag: tag, Permission: ReceiveDeliveries,
		Summary: "Say what came: up to 500 scans in one transaction, each answered; a scan sent twice counts once"}, m.apiScans)
}

type roundsIn struct {
	Territory string `query:"territory" doc:"Code of a territory"`
	State     string `query:"state"`
	Page      int    `query:"page" minimum:"1" default:"1"`
	Size      int    `query:"size" minimum:"1" maximum:"500" default:"100"`
}

type roundJSON struct {
	Territory string     `json:"territory"`
	ID        string     `json:"id"`
	Name      string     `json:"name"`
	PlannedOn string     `json:"planned_on,omitempty"`
	State     RoundState `json:"state"`
	Stops     int64      `json:"stops"`
	Items     int64      `json:"items"`
	Received  int64      `json:"received" doc:"Stops of which something was received"`
}

type roundsOut struct {
	Body struct {
		Total  int         `json:"total"`
		Rounds []roundJSON `json:"rounds"`
	}
}

func (m *Module) apiRounds(ctx context.Context, in *roundsIn) (*roundsOut, error) {
	list, total, err := m.Service.Rounds(ctx, RoundFilter{Territory: in.Territory, State: RoundState(in.State), Page: in.Page, Size: in.Size})
	if err != nil {
		return nil, err
	}
	out := &roundsOut{}
	out.Body.Total, out.Body.Rounds = total, make([]roundJSON, len(list))
	for i, r := range list {
		out.Body.Rounds[i] = roundJSON{r.Territory, r.ID, r.Name, r.PlannedOn, r.State, r.Stops, r.Items, r.Received}
	}
	return out, nil
}

type moveIn struct {
	ID   string `path:"id"`
	Body struct {
		State string `json:"state,omitempty" enum:"planned,packed,under_way,done"`
	}
}

type nothing struct{}

func (m *Module) apiMove(ctx context.Context, in *moveIn) (*nothing, error) {
	return &nothing{}, m.Service.MoveRound(ctx, in.ID, RoundState(in.Body.State))
}

type deliveryJSON struct {
	Territory string `json:"territory"`
	ID        string `json:"id"`
	Code      string `json:"code"`
	Round     string `json:"round"`
	Stop      int64  `json:"stop"`
	School    string `json:"school"`
	State     State  `json:"state"`
	PlannedOn string `json:"planned_on,omitempty"`
	Items     int64  `json:"items"`
	SHA256    string `json:"sha256,omitempty" doc:"Of the document that was signed"`
}

func jsonOf(d *Delivery) deliveryJSON {
	return deliveryJSON{d.Territory, d.ID, d.Code, d.Round, d.Stop, d.School, d.State, d.PlannedOn, d.Items, d.SHA256}
}

type deliveriesIn struct {
	Territory string `query:"territory" doc:"Code of a territory"`
	School    string `query:"school" doc:"UAI"`
	Round     string `query:"round"`
	State     string `query:"state"`
	Page      int    `query:"page" minimum:"1" default:"1"`
	Size      int    `query:"size" minimum:"1" maximum:"500" default:"100"`
}

type deliveriesOut struct {
	Body struct {
		Total      int            `json:"total"`
		Deliveries []deliveryJSON `json:"deliveries"`
	}
}

func (m *Module) apiDeliveries(ctx context.Context, in *deliveriesIn) (*deliveriesOut, error) {
	list, total, err := m.Service.Deliveries(ctx, Filter{Territory: in.Territory, School: in.School, Round: in.Round, State: State(in.State), Page: in.Page, Size: in.Size})
	if err != nil {
		return nil, err
	}
	out := &deliveriesOut{}
	out.Body.Total, out.Body.Deliveries = total, make([]deliveryJSON, len(list))
	for i := range list {
		out.Body.Deliveries[i] = jsonOf(&list[i])
	}
	return out, nil
}

type deliveryIn struct {
	ID string `path:"id"`
}

type deliveryOut struct {
	Body struct {
		deliveryJSON
		Tally Tally     `json:"tally"`
		List  []itemOut `json:"list" doc:"Kits and single things, the parts of a kit beneath it"`
	}
}

func (m *Module) apiDelivery(ctx context.Context, in *deliveryIn) (*deliveryOut, error) {
	c, err := m.Service.Delivery(ctx, in.ID)
	if err != nil {
		return nil, err
	}
	out := &deliveryOut{}
	out.Body.deliveryJSON, out.Body.Tally = jsonOf(&c.Delivery), c.Tally
	out.Body.List = itemsOut(i18n.From(ctx), c.Items)
	return out, nil
}

type scanDeliveryIn struct {
	ID   string `path:"id"`
	Body scansIn
}

type scanDeliveryOut struct {
	Body struct {
		Answers []answerOut `json:"answers"`
		State   State       `json:"state"`
		Tally   Tally       `json:"tally"`
	}
}

func (m *Module) apiScans(ctx context.Context, in *scanDeliveryIn) (*scanDeliveryOut, error) {
	if len(in.Body.Scans) == 0 {
		return nil, errs.NewInvalid("deliveries.scan.none")
	}
	c, answers, err := m.Service.Scan(ctx, in.ID, in.Body.list())
	if err != nil {
		return nil, err
	}
	out := &scanDeliveryOut{}
	whole := outOf(ctx, c, answers)
	out.Body.Answers, out.Body.State, out.Body.Tally = whole.Answers, whole.State, whole.Tally
	return out, nil
}
