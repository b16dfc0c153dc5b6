package crisis

import (
	"context"
	"errors"
	"net/http"
	"strconv"
	"time"

	"preau/internal/base/authz"
	"preau/internal/base/doc"
	"preau/internal/base/errs"
	"preau/internal/base/i18n"
	"preau/internal/base/web"
	"preau/internal/base/web/ui"
)

const section = "lend"

type listView struct {
	List []Crisis
	May  bool
}

func (m *Module) listPage(r *http.Request) (web.Response, error) {
	ctx := r.Context()
	list, err := m.Service.List(ctx)
	if err != nil {
		return nil, err
	}
	return web.Page{Title: i18n.T(ctx, "crisis.title"), Section: section, Body: listPage(listView{list, authz.Holds(ctx, RunCrises)})}, nil
}

type formView struct {
	Input
	Territories []string
	Errors      ui.Errors
}

func (m *Module) newPage(r *http.Request) (web.Response, error) {
	return m.formAnswer(r.Context(), formView{Input: Input{ID: m.Service.db.NewID(), Drill: web.Query(r).Text("drill"), ClosesOn: m.Service.db.Time().In(i18n.Paris).Format(time.DateOnly)}})
}

func (m *Module) formAnswer(ctx context.Context, v formView) (web.Response, error) {
	scopes, err := authz.Scopes(ctx, RunCrises)
	if err != nil {
		return nil, err
	}
	for _, scope := range scopes {
		if scope.School == "" && scope.Territory != "" {
			v.Territories = append(v.Territories, scope.Territory)
		}
	}
	status := http.StatusOK
	if len(v.Errors) > 0 {
		status = http.StatusUnprocessableEntity
	}
	return web.Page{Title: i18n.T(ctx, "crisis.new"), Section: section, Body: formPage(v), Status: status}, nil
}

func (m *Module) propose(r *http.Request) (web.Response, error) {
	ctx := r.Context()
	form, err := web.Form(r)
	if err != nil {
		return nil, err
	}
	in := Input{ID: form.Text("id"), Territory: form.Text("territory"), Name: form.Text("name"), ClosesOn: form.Text("closes_on"), Drill: form.Text("drill"), Schools: form.Text("schools")}
	id, err := m.Service.Propose(ctx, in)
	if errs.Is(err, errs.Invalid) {
		e, _ := errors.AsType[*errs.Error](err)
		v := formView{Input: in}
		for _, f := range e.Fields {
			v.Errors = append(v.Errors, ui.FieldError{Name: f.Name, Text: i18n.T(ctx, f.Key, f.Args...)})
		}
		if len(v.Errors) > 0 {
			return m.formAnswer(ctx, v)
		}
	}
	if err != nil {
		return nil, err
	}
	return web.RedirectTo("/lend/crises/" + id), nil
}

func (m *Module) page(r *http.Request) (web.Response, error) {
	p, err := m.Service.Get(r.Context(), r.PathValue("id"))
	if err != nil {
		return nil, err
	}
	return web.Page{Title: p.Name, Section: section, Body: planPage(p)}, nil
}

func (m *Module) turned(f func(context.Context, string) error, flash string) web.Handler {
	return func(r *http.Request) (web.Response, error) {
		id := r.PathValue("id")
		if err := f(r.Context(), id); err != nil {
			return nil, err
		}
		return web.RedirectWith("/lend/crises/"+id, flash), nil
	}
}

func (m *Module) move(r *http.Request) (web.Response, error) {
	form, err := web.Form(r)
	if err != nil {
		return nil, err
	}
	id := r.PathValue("id")
	n, err := m.Service.MoveDevices(r.Context(), id, form.Text("stock"), form.Text("school"))
	if err != nil {
		return nil, err
	}
	return web.RedirectWith("/lend/crises/"+id, "crisis.moved", "n", n), nil
}

// sheets prints, for the van, what goes from where to where, and for each school the sheet of the handover in the yard.
func (m *Module) sheets(r *http.Request) (web.Response, error) {
	ctx := r.Context()
	p, err := m.Service.Get(ctx, r.PathValue("id"))
	if err != nil {
		return nil, err
	}
	l := i18n.From(ctx)
	d := doc.New(doc.Options{Title: p.Name, Lang: string(l.Lang), Footer: p.Name, Page: l.T("crisis.paper.page"), Created: m.Service.db.Time()})
	if len(p.Moves) > 0 {
		d.Title(l.T("crisis.moves"))
		t := doc.Table{Grid: true, Size: 10, Height: 9, Columns: []doc.Column{{Title: l.T("crisis.from"), Width: 3}, {Title: l.T("crisis.to"), Width: 3}, {Title: l.T("crisis.devices"), Width: 1, Align: doc.Right}, {Title: l.T("crisis.distance"), Width: 1, Align: doc.Right}, {Title: l.T("crisis.done"), Width: 1}}}
		for _, mv := range p.Moves {
			t.Rows = append(t.Rows, doc.Texts(stockName(ctx, mv), mv.SchoolName, strconv.FormatInt(mv.Quantity, 10), distanceText(ctx, mv.Metres), ""))
		}
		d.Table(t)
	}
	for i, school := range p.Schools {
		if i > 0 || len(p.Moves) > 0 {
			d.NewPage()
		}
		devices, err := m.Service.Devices(ctx, p, school.School)
		if err != nil {
			return nil, err
		}
		yard(ctx, d, p, &school, devices)
	}
	body, err := d.Bytes()
	return web.File{Name: "remise-urgence.pdf", ContentType: "application/pdf", Inline: true, Body: body}, err
}

// yard is one school's sheet: a short agreement that a family signs in the yard, a line a device.
func yard(ctx context.Context, d *doc.Document, p *Plan, school *SchoolLine, devices []Device) {
	l := i18n.From(ctx)
	d.Title(l.T("crisis.yard", "school", school.Name))
	d.Text(l.T("crisis.yard.counts", "least", school.Least, "most", school.Most, "here", school.Here, "comes", school.Comes))
	d.Text(l.T("crisis.yard.text"))
	t := doc.Table{Grid: true, Size: 9, Height: 11, Columns: []doc.Column{{Title: l.T("crisis.device"), Width: 2}, {Title: l.T("crisis.pupil"), Width: 3}, {Title: l.T("crisis.class"), Width: 1}, {Title: l.T("crisis.adult"), Width: 3}, {Title: l.T("crisis.signature"), Width: 2}}}
	lines := school.Here + school.Comes
	for i := range int(max(lines, 1)) {
		text := ""
		if i < len(devices) {
			text = devices[i].Code
		}
		t.Rows = append(t.Rows, doc.Row{{Text: text, Bold: true}, {}, {}, {}, {}})
	}
	d.Table(t)
	d.Note(l.T("crisis.yard.after"))
}

func stockName(ctx context.Context, m MoveLine) string {
	if m.Stock == "" {
		return i18n.T(ctx, "crisis.store")
	}
	return m.StockName
}

func distanceText(ctx context.Context, metres *int64) string {
	if metres == nil {
		return i18n.T(ctx, "crisis.distance.unknown")
	}
	return i18n.T(ctx, "crisis.km", "km", i18n.From(ctx).Decimal(float64(*metres)/1000, 1))
}

func dayText(ctx context.Context, day string) string {
	t, err := time.ParseInLocation(time.DateOnly, day, i18n.Paris)
	if err != nil {
		return day
	}
	return i18n.From(ctx).Date(t)
}
