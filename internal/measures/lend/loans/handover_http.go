package loans

import (
	"context"
	"net/http"
	"net/url"

	"preau/internal/base/authz"
	"preau/internal/base/errs"
	"preau/internal/base/i18n"
	"preau/internal/base/web"
	"preau/internal/base/web/ui"
)

// entryView is the page from which a handover begins.
type entryView struct {
	Places []Place
	Errors ui.Errors
	Slip   string
}

func (m *Module) handoversPage(r *http.Request) (web.Response, error) {
	ctx := r.Context()
	v := entryView{Slip: web.Query(r).Text("slip")}
	var err error
	if v.Places, err = m.Service.Places(ctx); err != nil {
		return nil, err
	}
	status := http.StatusOK
	if v.Slip != "" {
		class, err := m.Service.ClassOfSlip(ctx, v.Slip)
		if err == nil {
			return web.RedirectTo("/lend/handover/classes/" + class + "?slip=" + url.QueryEscape(v.Slip)), nil
		}
		var ok bool
		if v.Errors, ok = said(ctx, err); !ok {
			return nil, err
		}
		status = http.StatusUnprocessableEntity
	}
	return web.Page{Title: i18n.T(ctx, "loans.handover"), Section: section, Body: entryPage(v), Status: status}, nil
}

// handoverView is the handover screen of a class: what was read of the pair under way.
type handoverView struct {
	*ClassSlips
	ID      string // of the pair
	Account string
	Slip    string
	Device  string
	Condition
	Errors ui.Errors
}

// awaited is the input that the next scan goes into.
func (v handoverView) awaited() string {
	if v.Slip != "" && v.Device == "" {
		return "device"
	}
	return "slip"
}

func (m *Module) classPage(r *http.Request) (web.Response, error) {
	return m.classAnswer(r.Context(), r.PathValue("id"), handoverView{Slip: web.Query(r).Text("slip")})
}

func (m *Module) classAnswer(ctx context.Context, class string, v handoverView) (web.Response, error) {
	var err error
	if v.ClassSlips, err = m.Service.OfClass(ctx, class); err != nil {
		return nil, err
	}
	if v.ID == "" {
		v.ID = m.Service.db.NewID()
	}
	v.Account = authz.From(ctx).Account
	status := http.StatusOK
	if len(v.Errors) > 0 {
		status = http.StatusUnprocessableEntity
	}
	return web.Page{Title: i18n.T(ctx, "loans.handover.of", "class", v.Name), Section: section, Body: handoverPage(v), Status: status}, nil
}

// handOver takes one pair. One half of it alone comes back with the other half awaited, so that a hand scanner, which ends
// each code with Enter, works without scripts.
func (m *Module) handOver(r *http.Request) (web.Response, error) {
	ctx, class := r.Context(), r.PathValue("id")
	form, err := web.Form(r)
	if err != nil {
		return nil, err
	}
	v := handoverView{ID: form.Text("id"), Slip: form.Text("slip"), Device: form.Text("device"), Condition: condition(form)}
	if (v.Slip == "") != (v.Device == "") {
		if isLabel(v.Slip) {
			v.Slip, v.Device = "", v.Slip
		} else if isSlip(v.Device) {
			v.Slip, v.Device = v.Device, ""
		}
		return m.classAnswer(ctx, class, v)
	}
	p := Pair{ID: v.ID, Slip: v.Slip, Device: v.Device, Condition: v.Condition}
	if p.Photo, err = photo(r); err != nil {
		return nil, err
	}
	done, err := m.Service.Handover(ctx, p)
	if err != nil {
		if errs.Is(err, errs.NotFound) {
			if _, err := m.Service.OfClass(ctx, class); err != nil {
				return nil, err
			}
		}
		var ok bool
		if v.Errors, ok = said(ctx, err); !ok {
			return nil, err
		}
		v.ID = ""
		return m.classAnswer(ctx, class, v)
	}
	key := "loans.handover.done"
	if done.Again {
		key = "loans.handover.again"
	}
	return web.RedirectWith("/lend/handover/classes/"+class, key, "code", done.Loan.Code, "due", dayText(ctx, done.Loan.DueOn)), nil
}

// returnView is the return screen.
type returnView struct {
	ID     string
	Device string
	Line   *Line // nil: nothing scanned yet
	Condition
	Errors ui.Errors
}

func (m *Module) returnPage(r *http.Request) (web.Response, error) {
	return m.returnAnswer(r.Context(), returnView{Device: web.Query(r).Text("device")}, nil)
}

func (m *Module) returnAnswer(ctx context.Context, v returnView, err error) (web.Response, error) {
	if v.ID == "" {
		v.ID = m.Service.db.NewID()
	}
	l, looked := Loan{}, error(nil)
	if v.Device != "" {
		l, looked = m.Service.Found(ctx, v.Device)
	} else {
		_, looked = m.Service.Places(ctx) // says who may be here
	}
	if err == nil {
		err = looked
	}
	status := http.StatusOK
	if err != nil {
		var ok bool
		if v.Errors, ok = said(ctx, err); !ok || v.Device == "" {
			return nil, err
		}
		status = http.StatusUnprocessableEntity
	}
	if looked == nil && v.Device != "" {
		lines, err := m.Service.lines(ctx, []Loan{l})
		if err != nil {
			return nil, err
		}
		v.Line = &lines[0]
		if len(v.Errors) == 0 {
			v.Condition = l.Out // what was wrong already is ticked
		}
	}
	return web.Page{Title: i18n.T(ctx, "loans.return"), Section: section, Body: returnPage(v), Status: status}, nil
}

func (m *Module) takeBack(r *http.Request) (web.Response, error) {
	ctx := r.Context()
	form, err := web.Form(r)
	if err != nil {
		return nil, err
	}
	b := Back{ID: form.Text("id"), Device: form.Text("device"), Condition: condition(form), Repair: form.Has("repair")}
	switch form.Text("wiped") {
	case "yes":
		yes := true
		b.Wiped = &yes
	case "no":
		no := false
		b.Wiped = &no
	}
	if b.Photo, err = photo(r); err != nil {
		return nil, err
	}
	done, err := m.Service.Return(ctx, b)
	if err != nil {
		return m.returnAnswer(ctx, returnView{Device: b.Device, Condition: b.Condition}, err)
	}
	return web.RedirectWith("/lend/loans/"+done.Loan.ID, "loans.returned", "code", done.Loan.Code, "receipt", done.Loan.Receipt), nil
}
