package incidents

import (
	"context"
	"errors"
	"io"
	"net/http"
	"net/url"
	"strconv"

	"preau/internal/base/authz"
	"preau/internal/base/db"
	"preau/internal/base/errs"
	"preau/internal/base/files"
	"preau/internal/base/i18n"
	"preau/internal/base/tabular"
	"preau/internal/base/web"
	"preau/internal/base/web/ui"
	"preau/internal/measures/equip/assets"
)

const (
	section  = "incidents"
	pageSize = 50
	// mostRows bounds an export.
	mostRows = 20_000
)

// Door leads from the label of an asset to its report.
func (s *Service) Door(ctx context.Context, a assets.Asset) ([]assets.Door, error) {
	if a.State == assets.Retired {
		return nil, nil
	}
	q := url.Values{"territory": {a.Territory}, "asset": {a.ID}}
	return []assets.Door{{Text: i18n.T(ctx, "incidents.door"), Hint: i18n.T(ctx, "incidents.door.hint"), Href: "/incidents/new?" + q.Encode()}}, nil
}

// newView is the page of the second tap.
type newView struct {
	Asset  assets.Asset
	Errors ui.Errors
}

func (m *Module) newPage(r *http.Request) (web.Response, error) {
	q := web.Query(r)
	return m.showNew(r, q.Text("territory"), q.Text("asset"), nil, http.StatusOK)
}

func (m *Module) showNew(r *http.Request, territory, asset string, faults ui.Errors, status int) (web.Response, error) {
	ctx := r.Context()
	v := newView{Errors: faults}
	if err := m.Service.db.View(ctx, func(ctx context.Context, tx *db.Tx) (err error) {
		v.Asset, err = assets.ByID(ctx, tx, territory, asset)
		return err
	}); err != nil {
		return nil, err
	}
	return web.Page{Title: i18n.T(ctx, "incidents.door"), Section: section, Body: newPage(v), Status: status}, nil
}

func (m *Module) report(r *http.Request) (web.Response, error) {
	ctx := r.Context()
	form, err := web.Form(r)
	if err != nil {
		return nil, err
	}
	t, err := m.Service.Tell(ctx, form.Text("territory"), form.Text("asset"), Kind(form.Text("kind")))
	if errs.Is(err, errs.Invalid) {
		return m.showNew(r, form.Text("territory"), form.Text("asset"), ui.Errors{{Name: "kind", Text: i18n.T(ctx, "incidents.kind.missing")}}, http.StatusUnprocessableEntity)
	}
	if err != nil {
		return nil, err
	}
	q := url.Values{"number": {strconv.FormatInt(t.Number, 10)}}
	if t.Again {
		q.Set("again", "1")
	}
	if t.Known {
		q.Set("id", t.ID)
	}
	return web.RedirectTo("/incidents/told?" + q.Encode()), nil
}

// toldView thanks, and takes a note and a photo of who may report for the place.
type toldView struct {
	ID, Number, Note string
	Again            bool
	Errors           ui.Errors
}

func (m *Module) told(r *http.Request) (web.Response, error) {
	q := web.Query(r)
	return m.showTold(r, toldView{ID: q.Text("id"), Number: q.Text("number"), Again: q.Has("again")}, http.StatusOK)
}

func (m *Module) showTold(r *http.Request, v toldView, status int) (web.Response, error) {
	return web.Page{Title: i18n.T(r.Context(), "incidents.told"), Section: section, Body: toldPage(v), Status: status}, nil
}

func (m *Module) describe(r *http.Request) (web.Response, error) {
	ctx, id := r.Context(), r.PathValue("incident")
	if _, err := authz.Scopes(ctx, Report); err != nil {
		return nil, err // before the photo is looked at
	}
	form, err := web.Form(r)
	if err != nil {
		return nil, err
	}
	photo, err := photoOf(r)
	if err == nil {
		err = m.Service.Describe(ctx, id, form.Text("note"), photo)
	}
	if e, ok := errors.AsType[*errs.Error](err); ok && (e.Kind == errs.Invalid || e.Kind == errs.TooLarge) {
		v := toldView{ID: id, Number: form.Text("number"), Note: form.Text("note")}
		if len(e.Fields) > 0 {
			e = errs.NewInvalid(e.Fields[0].Key, e.Fields[0].Args...)
		}
		v.Errors = ui.Errors{{Name: "note", Text: i18n.T(ctx, e.Key, e.Args...)}}
		return m.showTold(r, v, web.Status(err))
	}
	if err != nil {
		return nil, err
	}
	return web.RedirectWith("/incidents/told?number="+url.QueryEscape(form.Text("number")), "incidents.done.described"), nil
}

// photoOf reads the photo of a form, nil when none was chosen.
func photoOf(r *http.Request) (*files.Picture, error) {
	file, name, err := web.Upload(r, "photo")
	if errs.Is(err, errs.Invalid) || err == nil && name == "" {
		return nil, nil
	}
	if err != nil {
		return nil, err
	}
	defer file.Close()
	p, err := files.Photo(file)
	return &p, err
}

// listView is the page of all incidents.
type listView struct {
	List   []Incident
	Delays []Delay
	Filter Filter
	Total  int
	Now    int64
	Assign bool
}

func filterOf(r *http.Request) Filter {
	q := web.Query(r)
	f := Filter{School: q.Text("school"), State: State(q.Text("state")), Kind: Kind(q.Text("kind")), Actor: q.Text("actor"), Page: 1, Size: pageSize}
	if n := q.Int("page"); n != nil && *n > 0 {
		f.Page = *n
	}
	return f
}

func (m *Module) list(r *http.Request) (web.Response, error) {
	ctx := r.Context()
	v := listView{Filter: filterOf(r), Now: m.Service.db.Now(), Assign: authz.Holds(ctx, Assign)}
	var err error
	if v.List, v.Total, err = m.Service.List(ctx, v.Filter); err != nil {
		return nil, err
	}
	if v.Delays, err = m.Service.Delays(ctx); err != nil {
		return nil, err
	}
	return web.Page{Title: i18n.T(ctx, "incidents.title"), Section: section, Body: listPage(v)}, nil
}

func (m *Module) csv(r *http.Request) (web.Response, error) {
	ctx := r.Context()
	f := filterOf(r)
	f.Size = mostRows
	list, _, err := m.Service.List(ctx, f)
	if err != nil {
		return nil, err
	}
	l, now := i18n.From(ctx), m.Service.db.Now()
	rows := [][]string{{l.T("incidents.number"), "uai", l.T("incidents.school"), l.T("incidents.item"), l.T("incidents.code"), l.T("incidents.kind"), l.T("incidents.state"), l.T("incidents.actor"), l.T("incidents.reported"), l.T("incidents.delay")}}
	for _, i := range list {
		rows = append(rows, []string{strconv.FormatInt(i.Number, 10), i.School, i.SchoolName, i.AssetName, i.AssetCode, kindText(l, i.Kind), stateText(l, i.State), actorText(l, i.Actor),
			l.Date(i18n.Millis(i.ReportedAt)), l.Decimal(i.DelayDays(now), 1)})
	}
	return web.File{Name: "incidents.csv", ContentType: "text/csv; charset=utf-8", Write: func(w io.Writer) error { return tabular.WriteCSV(w, rows) }}, nil
}

// oneView is the page of one incident.
type oneView struct {
	Incident
	Now int64
	May bool
}

func (m *Module) one(r *http.Request) (web.Response, error) {
	ctx := r.Context()
	i, err := m.Service.One(ctx, r.PathValue("incident"))
	if err != nil {
		return nil, err
	}
	return web.Page{Title: i18n.T(ctx, "incidents.one", "number", i.Number), Section: section,
		Body: onePage(oneView{i, m.Service.db.Now(), authz.May(ctx, Act, authz.School(i.Territory, i.School))})}, nil
}

func (m *Module) photo(r *http.Request) (web.Response, error) {
	f, err := m.Service.Photo(r.Context(), r.PathValue("incident"))
	if err != nil {
		return nil, err
	}
	return web.File{ContentType: f.Type, Body: f.Data}, nil
}

func (m *Module) change(r *http.Request) (web.Response, error) {
	form, err := web.Form(r)
	if err != nil {
		return nil, err
	}
	version := int64(0)
	if n := form.Int("version"); n != nil {
		version = int64(*n)
	}
	if err := m.Service.Change(r.Context(), r.PathValue("incident"), version, State(form.Text("state"))); err != nil {
		return nil, err
	}
	return web.RedirectWith("/incidents/"+r.PathValue("incident"), "incidents.done.changed"), nil
}

// rulesView is the page that says who acts for what.
type rulesView struct {
	Rules       []Rule
	Territories []string
	Typed       Rule
	Errors      ui.Errors
}

func (m *Module) rules(r *http.Request) (web.Response, error) {
	return m.showRules(r, rulesView{}, http.StatusOK)
}

func (m *Module) showRules(r *http.Request, v rulesView, status int) (web.Response, error) {
	ctx := r.Context()
	var err error
	if v.Rules, err = m.Service.Rules(ctx); err != nil {
		return nil, err
	}
	for _, g := range authz.From(ctx).Grants {
		if g.Scope.Territory != "" && g.Scope.School == "" {
			v.Territories = append(v.Territories, g.Scope.Territory)
		}
	}
	return web.Page{Title: i18n.T(ctx, "incidents.rules"), Section: section, Body: rulesPage(v), Status: status}, nil
}

func (m *Module) setRule(r *http.Request) (web.Response, error) {
	ctx := r.Context()
	form, err := web.Form(r)
	if err != nil {
		return nil, err
	}
	rule := Rule{Territory: form.Text("territory"), Kind: form.Text("kind"), Custodian: form.Text("custodian"), Actor: form.Text("actor"), Email: form.Text("email")}
	err = m.Service.SetRule(ctx, rule)
	if e, ok := errors.AsType[*errs.Error](err); ok && len(e.Fields) > 0 {
		return m.showRules(r, rulesView{Typed: rule, Errors: ui.Errors{{Name: e.Fields[0].Name, Text: i18n.T(ctx, e.Fields[0].Key, e.Fields[0].Args...)}}}, http.StatusUnprocessableEntity)
	}
	if err != nil {
		return nil, err
	}
	return web.RedirectWith("/incidents/rules", "incidents.done.rule"), nil
}
