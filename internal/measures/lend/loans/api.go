package loans

import (
	"context"
	"errors"

	"preau/internal/base/errs"
	"preau/internal/base/files"
	"preau/internal/base/i18n"
	"preau/internal/base/web"
)

const tag = "Prêts"

type pairBody struct {
	ID     string   `json:"id,omitempty" maxLength:"64" doc:"made where it was scanned: sent twice, it counts once"`
	Slip   string   `json:"slip" maxLength:"200" doc:"code of the agreement, as read"`
	Device string   `json:"device" maxLength:"200" doc:"label or serial number, as read; the order of the two does not matter"`
	Wrong  []string `json:"wrong,omitempty" maxItems:"20" doc:"points of the condition list that are not in order"`
	Note   string   `json:"note,omitempty" doc:"about the device"`
	Photo  []byte   `json:"photo,omitempty" doc:"picture of the device, in base64"`
}

type backBody struct {
	ID     string   `json:"id,omitempty" maxLength:"64"`
	Device string   `json:"device" maxLength:"200"`
	Wrong  []string `json:"wrong,omitempty" maxItems:"20"`
	Note   string   `json:"note,omitempty"`
	Photo  []byte   `json:"photo,omitempty"`
	Wiped  *bool    `json:"wiped,omitempty" doc:"its data were erased; absent: nothing to erase, or not said"`
	Repair bool     `json:"repair,omitempty" doc:"not to be lent again before it was repaired"`
}

type handIn struct {
	Body struct {
		Pairs []pairBody `json:"pairs" minItems:"1" maxItems:"200"`
	}
}

type backIn struct {
	Body struct {
		Devices []backBody `json:"devices" minItems:"1" maxItems:"200"`
	}
}

type resultBody struct {
	ID      string `json:"id,omitempty"`
	Loan    string `json:"loan,omitempty"`
	Code    string `json:"code,omitempty" doc:"inventory code of the device"`
	Pupil   string `json:"pupil,omitempty" doc:"opaque person"`
	Name    string `json:"name,omitempty" doc:"of the pupil, where it may be seen"`
	Class   string `json:"class,omitempty"`
	Due     string `json:"due,omitempty"`
	Receipt string `json:"receipt,omitempty"`
	Again   bool   `json:"again,omitempty" doc:"it was done before: nothing changed"`
	Status  int    `json:"status" doc:"200, or the HTTP status of the refusal"`
	Error   string `json:"error,omitempty" doc:"key of the refusal"`
	Message string `json:"message,omitempty" doc:"the refusal in words"`
}

type resultsOut struct {
	Body struct {
		Results []resultBody `json:"results"`
	}
}

type listIn struct {
	Territory string `query:"territory"`
	School    string `query:"school"`
	Class     string `query:"class"`
	State     string `query:"state" enum:"out,returned,lost,stolen,cancelled"`
	Late      bool   `query:"late"`
	Page      int    `query:"page" minimum:"1" default:"1"`
	Size      int    `query:"size" minimum:"1" maximum:"200" default:"50"`
}

type loanBody struct {
	ID       string `json:"id"`
	Code     string `json:"code"`
	Model    string `json:"model"`
	Kind     string `json:"kind"`
	School   string `json:"school"`
	Class    string `json:"class"`
	Pupil    string `json:"pupil" doc:"opaque person"`
	State    State  `json:"state"`
	HandedAt int64  `json:"handed_at" doc:"milliseconds UTC"`
	Due      string `json:"due"`
	Late     bool   `json:"late"`
}

type listOut struct {
	Body struct {
		Loans []loanBody `json:"loans"`
		Page  int        `json:"page"`
		Size  int        `json:"size"`
		Total int        `json:"total"`
	}
}

// API adds the operations: a scripted load hands over and takes back through them, as the screens do.
func (m *Module) API(api *web.API) {
	web.Operation(api, web.Spec{ID: "hand-over-devices", Method: "POST", Path: "/api/v1/lend/handovers", Summary: "Hands up to 200 devices over to pupils, in one transaction; each refusal says why", Tag: tag, Permission: HandLoans, MaxBody: 4*files.MaxPicture/3 + 4<<20}, m.handOperation)
	web.Operation(api, web.Spec{ID: "return-devices", Method: "POST", Path: "/api/v1/lend/returns", Summary: "Takes up to 200 devices back, in one transaction; each refusal says why", Tag: tag, Permission: HandLoans, MaxBody: 4*files.MaxPicture/3 + 4<<20}, m.backOperation)
	web.Operation(api, web.Spec{ID: "list-loans", Method: "GET", Path: "/api/v1/lend/loans", Summary: "Lists loans", Tag: tag, Permission: ReadLoans}, m.listOperation)
}

func checks(wrong []string, note string) Condition {
	c := Condition{Note: note}
	for _, w := range wrong {
		c.Wrong = append(c.Wrong, Check(w))
	}
	return c
}

func (m *Module) handOperation(ctx context.Context, in *handIn) (*resultsOut, error) {
	pairs := make([]Pair, len(in.Body.Pairs))
	for i, p := range in.Body.Pairs {
		pairs[i] = Pair{ID: p.ID, Slip: p.Slip, Device: p.Device, Condition: checks(p.Wrong, p.Note), Photo: p.Photo}
	}
	all, err := m.Service.HandoverAll(ctx, pairs)
	if err != nil {
		return nil, err
	}
	out, loans := &resultsOut{}, make([]Loan, len(all))
	out.Body.Results = make([]resultBody, len(all))
	for i, h := range all {
		out.Body.Results[i], loans[i] = result(ctx, h.Pair, h.Loan, h.Again, h.Err), h.Loan
	}
	return out, m.named(ctx, out, loans)
}

func (m *Module) backOperation(ctx context.Context, in *backIn) (*resultsOut, error) {
	backs := make([]Back, len(in.Body.Devices))
	for i, d := range in.Body.Devices {
		backs[i] = Back{ID: d.ID, Device: d.Device, Condition: checks(d.Wrong, d.Note), Photo: d.Photo, Wiped: d.Wiped, Repair: d.Repair}
	}
	all, err := m.Service.ReturnAll(ctx, backs)
	if err != nil {
		return nil, err
	}
	out, loans := &resultsOut{}, make([]Loan, len(all))
	out.Body.Results = make([]resultBody, len(all))
	for i, g := range all {
		out.Body.Results[i], loans[i] = result(ctx, g.Back, g.Loan, g.Again, g.Err), g.Loan
	}
	return out, m.named(ctx, out, loans)
}

// named adds the pupils' names to results, where they may be seen.
func (m *Module) named(ctx context.Context, out *resultsOut, list []Loan) error {
	pupils := map[string][]string{}
	for _, l := range list {
		if l.ID != "" {
			pupils[l.Territory] = append(pupils[l.Territory], l.Pupil)
		}
	}
	names, err := m.Service.names(ctx, pupils)
	for i, l := range list {
		out.Body.Results[i].Name = names[l.Pupil]
	}
	return err
}

func result(ctx context.Context, id string, l Loan, again bool, err error) resultBody {
	out := resultBody{ID: id, Status: 200}
	if err != nil {
		out.Status = web.Status(err)
		if e, ok := errors.AsType[*errs.Error](err); ok {
			out.Error = e.Key
			out.Message = i18n.T(ctx, e.Key, e.Args...)
			if len(e.Fields) > 0 {
				out.Error, out.Message = e.Fields[0].Key, i18n.T(ctx, e.Fields[0].Key, e.Fields[0].Args...)
			}
		}
		return out
	}
	out.Loan, out.Code, out.Pupil, out.Class, out.Due, out.Receipt, out.Again = l.ID, l.Code, l.Pupil, l.Class, l.DueOn, l.Receipt, again
	return out
}

func (m *Module) listOperation(ctx context.Context, in *listIn) (*listOut, error) {
	page, err := m.Service.List(ctx, Filter{Territory: in.Territory, School: in.School, Class: in.Class, State: State(in.State), Late: in.Late, Page: in.Page, Size: in.Size})
	if err != nil {
		return nil, err
	}
	out := &listOut{}
	out.Body.Page, out.Body.Size, out.Body.Total, out.Body.Loans = page.Page, page.Size, page.Total, make([]loanBody, len(page.Rows))
	for i, l := range page.Rows {
		out.Body.Loans[i] = loanBody{l.ID, l.Code, l.Name, l.Kind, l.School, l.Class, l.Pupil, l.State, l.HandedAt, l.DueOn, l.Late}
	}
	return out, nil
}
