package agreements

import (
	"context"

	"preau/internal/base/web"
)

const tag = "Prêts"

type itemBody struct {
	Kind       Kind   `json:"kind" enum:"device,charger,case,sim,hotspot"`
	Name       string `json:"name"`
	Asset      string `json:"asset,omitempty" readOnly:"true"`
	Code       string `json:"code,omitempty" readOnly:"true" doc:"inventory code"`
	DataPlan   string `json:"data_plan,omitempty"`
	ValueCents int64  `json:"value_cents,omitempty" doc:"when new; 0 unknown"`
}

type agreementBody struct {
	ID       string `json:"id"`
	Code     string `json:"code"`
	School   string `json:"school"`
	Class    string `json:"class"`
	Pupil    string `json:"pupil"`
	Language string `json:"language"`
	State    State  `json:"state"`
	Start    string `json:"start"`
	Due      string `json:"due"`
	SHA256   string `json:"sha256,omitempty" doc:"of the document as it was signed"`
}

func bodyOf(a *Agreement) agreementBody {
	return agreementBody{a.ID, a.Code, a.School, a.Class, a.Pupil, a.Language, a.State, a.StartOn, a.DueOn, a.SHA256}
}

type wantedBody struct {
	Pupil    string `json:"pupil"`
	Language string `json:"language,omitempty" doc:"beside French"`
	Device   string `json:"device,omitempty" doc:"label or serial number; without it the device is chosen at the handover"`
}

type signerBody struct {
	Guardian string `json:"guardian,omitempty" doc:"opaque person; without it the name of who answers for the pupil"`
	Name     string `json:"name,omitempty"`
	Drawing  []byte `json:"drawing" doc:"PNG, base64"`
}

type prepareIn struct {
	ID   string `path:"id" doc:"class"`
	Body struct {
		Pupils []wantedBody `json:"pupils" minItems:"1" maxItems:"200"`
		Items  []itemBody   `json:"items" minItems:"1" maxItems:"12"`
		Start  string       `json:"start,omitempty" doc:"today when it is left out"`
		Due    string       `json:"due,omitempty" doc:"the end of the school year when it is left out"`
	}
}

type listOut struct {
	Body struct {
		Agreements []agreementBody `json:"agreements"`
	}
}

type listIn struct {
	School string `query:"school"`
	Class  string `query:"class"`
	State  State  `query:"state" enum:"prepared,signed,ended,cancelled"`
}

type signIn struct {
	ID   string `path:"id"`
	Body struct {
		Signers []signerBody `json:"signers" minItems:"1" maxItems:"2"`
	}
}

type oneOut struct{ Body agreementBody }

// API adds the operations.
func (m *Module) API(api *web.API) {
	web.Operation(api, web.Spec{ID: "prepare-agreements", Method: "POST", Path: "/api/v1/lend/classes/{id}/agreements", Summary: "Prepares agreements for pupils of a class, all or nothing; those who have one are left out", Tag: tag, Permission: EditAgreements}, m.prepareOperation)
	web.Operation(api, web.Spec{ID: "list-agreements", Method: "GET", Path: "/api/v1/lend/agreements", Summary: "Lists agreements by school and class", Tag: tag, Permission: ReadAgreements},
		func(ctx context.Context, in *listIn) (*listOut, error) {
			lines, err := m.Service.List(ctx, Filter{School: in.School, Class: in.Class, State: in.State})
			if err != nil {
				return nil, err
			}
			out := &listOut{}
			out.Body.Agreements = []agreementBody{}
			for _, l := range lines {
				out.Body.Agreements = append(out.Body.Agreements, bodyOf(l.Agreement))
			}
			return out, nil
		})
	web.Operation(api, web.Spec{ID: "sign-agreement", Method: "POST", Path: "/api/v1/lend/agreements/{id}/signature", Summary: "Signs an agreement with the drawings of one or two persons, and freezes it", Tag: tag, Permission: EditAgreements, MaxBody: 4 << 20},
		func(ctx context.Context, in *signIn) (*oneOut, error) {
			var signers []Signer
			for _, s := range in.Body.Signers {
				signers = append(signers, Signer(s))
			}
			a, err := m.Service.SignOnScreen(ctx, in.ID, signers)
			if err != nil {
				return nil, err
			}
			return &oneOut{bodyOf(a)}, nil
		})
}

func (m *Module) prepareOperation(ctx context.Context, in *prepareIn) (*listOut, error) {
	class, err := m.Service.class(ctx, EditAgreements, in.ID)
	if err != nil {
		return nil, err
	}
	terms := Terms{Start: in.Body.Start, Due: in.Body.Due}
	if terms.Start == "" {
		terms.Start = m.Service.today()
	}
	if terms.Due == "" {
		terms.Due = EndOfYear(class.Year)
	}
	for _, i := range in.Body.Items {
		terms.Items = append(terms.Items, Item{Kind: i.Kind, Name: i.Name, DataPlan: i.DataPlan, ValueCents: i.ValueCents})
	}
	var wanted []Wanted
	for _, p := range in.Body.Pupils {
		wanted = append(wanted, Wanted(p))
	}
	made, err := m.Service.Prepare(ctx, in.ID, wanted, terms)
	if err != nil {
		return nil, err
	}
	out := &listOut{}
	out.Body.Agreements = []agreementBody{}
	for _, a := range made {
		out.Body.Agreements = append(out.Body.Agreements, bodyOf(a))
	}
	return out, nil
}
