package loans

import (
	"context"
	"net/http"

	"preau/internal/base/authz"
	"preau/internal/base/i18n"
	"preau/internal/base/web"
	"preau/internal/base/web/ui"
)

// statementView is the form by which a breakage, a loss or a theft is stated.
type statementView struct {
	Line
	Input  Statement
	Family bool
	Errors ui.Errors
}

func (v statementView) action() string {
	if v.Family {
		return "/lend/mine/" + v.ID + "/claim"
	}
	return "/lend/loans/" + v.ID + "/claim"
}

func (m *Module) statementPage(family bool) web.Handler {
	return func(r *http.Request) (web.Response, error) {
		v := statementView{Family: family, Input: Statement{ID: m.Service.db.NewID(), Kind: Breakage, HappenedOn: m.Service.today()}}
		return m.statementAnswer(r.Context(), r.PathValue("id"), v)
	}
}

func (m *Module) statementAnswer(ctx context.Context, id string, v statementView) (web.Response, error) {
	var err error
	if v.Line, err = m.Service.ForStatement(ctx, id, v.Family); err != nil {
		return nil, err
	}
	status := http.StatusOK
	if len(v.Errors) > 0 {
		status = http.StatusUnprocessableEntity
	}
	return web.Page{Title: i18n.T(ctx, "loans.claim.state"), Section: section, Body: statementPage(v), Status: status}, nil
}

func (m *Module) state(family bool) web.Handler {
	return func(r *http.Request) (web.Response, error) {
		ctx := r.Context()
		form, err := web.Form(r)
		if err != nil {
			return nil, err
		}
		in := Statement{ID: form.Text("id"), Loan: r.PathValue("id"), Family: family, Kind: ClaimKind(form.Text("kind")), HappenedOn: form.Text("happened_on"), Text: form.Text("statement"), Report: form.Text("report")}
		if in.Photo, err = photo(r); err != nil {
			return nil, err
		}
		if _, err := m.Service.State(ctx, in); err != nil {
			list, ok := said(ctx, err)
			if !ok {
				return nil, err
			}
			return m.statementAnswer(ctx, in.Loan, statementView{Family: family, Input: in, Errors: list})
		}
		to := "/lend/loans/" + in.Loan
		if family {
			to = "/lend/mine"
		}
		return web.RedirectWith(to, "loans.claim.stated"), nil
	}
}

func (m *Module) claimsPage(r *http.Request) (web.Response, error) {
	list, err := m.Service.Claims(r.Context())
	if err != nil {
		return nil, err
	}
	return web.Page{Title: i18n.T(r.Context(), "loans.claims"), Section: section, Body: claimsPage(list)}, nil
}

// claimView is a claim with what may be decided.
type claimView struct {
	ClaimLine
	Free    []Asset // of the school's stock
	Decider string
	Input   Decision
	Errors  ui.Errors
	May     bool // hand over another device
}

func (m *Module) claimPage(r *http.Request) (web.Response, error) {
	return m.claimAnswer(r.Context(), r.PathValue("id"), claimView{Input: Decision{Fault: NoFault}})
}

func (m *Module) claimAnswer(ctx context.Context, id string, v claimView) (web.Response, error) {
	var err error
	if v.ClaimLine, err = m.Service.ClaimByID(ctx, id); err != nil {
		return nil, err
	}
	l := v.Line.Loan
	v.May = authz.May(ctx, HandLoans, authz.Class(l.Territory, l.School, l.Class)) && v.Swapped == "" && (l.State == Out || v.Claim.Kind != Breakage)
	if v.May {
		if v.Free, err = m.Service.FreeDevices(ctx, l); err != nil {
			return nil, err
		}
	}
	if m.Service.links.Account != nil && v.DecidedBy != "" {
		v.Decider = m.Service.links.Account(ctx, v.DecidedBy)
	}
	status := http.StatusOK
	if len(v.Errors) > 0 {
		status = http.StatusUnprocessableEntity
	}
	return web.Page{Title: i18n.T(ctx, "loans.claim"), Section: section, Body: claimPage(v), Status: status}, nil
}

// cents reads an amount of euros.
func cents(form *web.Values, name string) *int64 {
	euros := form.Float(name)
	if euros == nil {
		return nil
	}
	c := int64(*euros*100 + 0.5)
	if *euros < 0 || *euros > 100_000 {
		form.Wrong(name, "loans.claim.amount.wrong")
		return nil
	}
	return &c
}

func (m *Module) decide(r *http.Request) (web.Response, error) {
	ctx, id := r.Context(), r.PathValue("id")
	form, err := web.Form(r)
	if err != nil {
		return nil, err
	}
	in := Decision{Fault: Fault(form.Text("fault")), Reason: form.Text("reason"), Report: form.Text("report"), ChargeCents: cents(form, "charge")}
	if repair := cents(form, "repair"); repair != nil {
		in.RepairCents = *repair
	}
	err = form.Err()
	if err == nil {
		_, err = m.Service.Decide(ctx, id, in)
	}
	if err != nil {
		list, ok := said(ctx, err)
		if !ok {
			return nil, err
		}
		return m.claimAnswer(ctx, id, claimView{Input: in, Errors: list})
	}
	return web.RedirectWith("/lend/claims/"+id, "loans.claim.decided.done"), nil
}

func (m *Module) settle(r *http.Request) (web.Response, error) {
	form, err := web.Form(r)
	if err != nil {
		return nil, err
	}
	id := r.PathValue("id")
	if err := m.Service.Settle(r.Context(), id, form.Text("how") == "paid"); err != nil {
		return nil, err
	}
	return web.RedirectWith("/lend/claims/"+id, "loans.claim.settled"), nil
}

func (m *Module) swap(r *http.Request) (web.Response, error) {
	ctx, id := r.Context(), r.PathValue("id")
	if _, err := authz.Scopes(ctx, HandLoans); err != nil {
		return nil, err // who decides does not hand over
	}
	form, err := web.Form(r)
	if err != nil {
		return nil, err
	}
	done, err := m.Service.Swap(ctx, id, form.Text("device"))
	if err != nil {
		list, ok := said(ctx, err)
		if !ok {
			return nil, err
		}
		return m.claimAnswer(ctx, id, claimView{Input: Decision{Fault: NoFault}, Errors: list})
	}
	return web.RedirectWith("/lend/loans/"+done.ID, "loans.swapped", "code", done.Code), nil
}
