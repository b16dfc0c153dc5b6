package orders

import (
	"context"
	"net/http"
	"net/url"
	"slices"
	"strconv"
	"strings"

	"preau/internal/base/authz"
	"preau/internal/base/db"
	"preau/internal/base/errs"
	"preau/internal/base/i18n"
	"preau/internal/base/web"
	"preau/internal/base/web/ui"
)

// awardsView is the page of who gets what of an order.
type awardsView struct {
	order  Order
	search string
	rows   []Award
	pages  ui.Pages
	edit   bool
	sent   *web.Values
	errors ui.Errors
}

// awardsPerPage is how many awards a page shows.
const awardsPerPage = 100

func (m *Module) awards(r *http.Request) (web.Response, error) { return m.awardsPage(r, nil, nil) }

func (m *Module) awardsPage(r *http.Request, sent *web.Values, wrong ui.Errors) (web.Response, error) {
	ctx := r.Context()
	o, list, err := m.Service.Awards(ctx, r.PathValue("order"))
	if err != nil {
		return nil, err
	}
	q := web.Query(r)
	v := awardsView{order: o, search: q.Text("q"), sent: sent, errors: wrong, edit: o.State == Draft && authz.May(ctx, EditOrders, authz.Territory(o.Territory))}
	words := strings.Fields(db.Fold(v.search))
	list = slices.DeleteFunc(list, func(a Award) bool {
		text := db.Fold(a.Name + " " + a.Commune + " " + a.School)
		return slices.ContainsFunc(words, func(word string) bool { return !strings.Contains(text, word) })
	})
	page := 1
	if n := q.Int("page"); n != nil && *n > 1 {
		page = min(*n, 1+len(list)/awardsPerPage)
	}
	from := min((page-1)*awardsPerPage, len(list))
	v.rows = list[from:min(from+awardsPerPage, len(list))]
	v.pages = ui.Pages{Page: page, Size: awardsPerPage, Total: len(list), Href: func(page int) string {
		return "/orders/" + o.ID + "/awards?" + url.Values{"q": {v.search}, "page": {strconv.Itoa(page)}}.Encode()
	}}
	return withErrors(web.Page{Title: i18n.T(ctx, "orders.awards.title", "reference", o.Reference), Section: "orders", Body: awardsPage(v)}, wrong), nil
}

func (m *Module) setAward(r *http.Request) (web.Response, error) {
	ctx, id := r.Context(), r.PathValue("order")
	form, err := web.Form(r)
	if err != nil {
		return nil, err
	}
	if _, err := m.Service.order(ctx, EditOrders, id); err != nil {
		return nil, err
	}
	in := AwardInput{School: form.Text("school"), Line: 1}
	if n := form.Int("line"); n != nil {
		in.Line = int64(*n)
	}
	if n := form.Int("quantity"); n != nil {
		in.Quantity = int64(*n)
	}
	if err = form.Err(); err == nil {
		err = m.Service.SetAward(ctx, id, in)
	}
	if list, ok := web.FormErrors(ctx, err, errs.Invalid, errs.Conflict); ok {
		return m.awardsPage(r, form, list)
	}
	if err != nil {
		return nil, err
	}
	return web.RedirectWith("/orders/"+id+"/awards?q="+url.QueryEscape(in.School), "orders.flash.award"), nil
}

// awardsHeader names the columns of the export.
var awardsHeader = []string{"line", "item", "school", "name", "commune", "quantity", "rank", "round", "planned_on"}

func (m *Module) awardsCSV(r *http.Request) (web.Response, error) {
	o, list, err := m.Service.Awards(r.Context(), r.PathValue("order"))
	if err != nil {
		return nil, err
	}
	rows := [][]string{awardsHeader}
	for i := range list {
		a := &list[i]
		rows = append(rows, []string{whole(a.Line), o.line(a.Line).Name, a.School, a.Name, a.Commune, whole(a.Quantity), rankText(a.Rank), a.RoundName, a.PlannedOn})
	}
	return csvFile("attributions-"+o.Reference+".csv", rows), nil
}

// rankText writes a rank, "" for none.
func rankText(rank int64) string {
	if rank == 0 {
		return ""
	}
	return whole(rank)
}

// schoolText names the place of an award.
func schoolText(ctx context.Context, a *Award) string {
	switch {
	case a.School == "":
		return i18n.T(ctx, "orders.stock")
	case a.Name == "":
		return a.School
	}
	return a.Name
}

// roundRow is a round as the page of an order tells it.
type roundRow struct {
	id, name, plannedOn string
	stops               int
	units               int64
}

// roundsView is the page of the rounds that bring an order.
type roundsView struct {
	order Order
	rows  []roundRow
	alone int64 // units that no round brings
}

func (m *Module) rounds(r *http.Request) (web.Response, error) {
	ctx := r.Context()
	o, list, err := m.Service.Awards(ctx, r.PathValue("order"))
	if err != nil {
		return nil, err
	}
	v := roundsView{order: o}
	stops := map[string]bool{}
	for i := range list {
		a := &list[i]
		if a.Round == "" {
			v.alone += a.Quantity
			continue
		}
		at := slices.IndexFunc(v.rows, func(row roundRow) bool { return row.id == a.Round })
		if at < 0 {
			v.rows = append(v.rows, roundRow{id: a.Round, name: a.RoundName, plannedOn: a.PlannedOn})
			at = len(v.rows) - 1
		}
		v.rows[at].units += a.Quantity
		if !stops[a.Delivery] {
			stops[a.Delivery] = true
			v.rows[at].stops++
		}
	}
	slices.SortFunc(v.rows, func(a, b roundRow) int {
		return strings.Compare(a.plannedOn+a.name+a.id, b.plannedOn+b.name+b.id)
	})
	return web.Page{Title: i18n.T(ctx, "orders.rounds.of", "reference", o.Reference), Section: "orders", Body: roundsPage(v)}, nil
}

// boundsView is the page that plans the rounds of a territory anew.
type boundsView struct {
	territories []ui.Option
	territory   string
	values      map[string]string
	errors      ui.Errors
}

func (m *Module) askRounds(r *http.Request) (web.Response, error) {
	b := UsualBounds
	return m.boundsPage(r, boundsView{territory: web.Query(r).Text("territory"), values: map[string]string{"stops": strconv.Itoa(b.Stops), "units": whole(b.Units),
		"kilometres": strconv.FormatFloat(b.Kilometres, 'f', -1, 64)}})
}

func (m *Module) boundsPage(r *http.Request, v boundsView) (web.Response, error) {
	ctx := r.Context()
	if _, err := authz.Scopes(ctx, EditOrders); err != nil {
		return nil, err
	}
	var err error
	if v.territories, err = m.territories(ctx); err != nil {
		return nil, err
	}
	return withErrors(web.Page{Title: i18n.T(ctx, "orders.rounds.plan"), Section: "orders", Body: boundsPage(v)}, v.errors), nil
}

func (m *Module) planRounds(r *http.Request) (web.Response, error) {
	ctx := r.Context()
	form, err := web.Form(r)
	if err != nil {
		return nil, err
	}
	v := boundsView{territory: form.Text("territory"), values: map[string]string{}}
	for _, name := range []string{"stops", "units", "kilometres"} {
		v.values[name] = form.Text(name)
	}
	if err := authz.Check(ctx, EditOrders, authz.Territory(v.territory)); err != nil {
		return nil, err
	}
	var b Bounds
	if n := form.Int("stops"); n != nil {
		b.Stops = *n
	}
	if n := form.Int("units"); n != nil {
		b.Units = int64(*n)
	}
	if n := form.Float("kilometres"); n != nil {
		b.Kilometres = *n
	}
	p, err := Planned{}, form.Err()
	if err == nil {
		p, err = m.Service.PlanRounds(ctx, v.territory, b)
	}
	if list, ok := web.FormErrors(ctx, err, errs.Invalid, errs.Conflict); ok {
		v.errors = list
		return m.boundsPage(r, v)
	}
	if err != nil {
		return nil, err
	}
	return web.RedirectWith("/rounds?territory="+v.territory, "orders.flash.rounds", "n", p.Rounds, "stops", p.Stops), nil
}
