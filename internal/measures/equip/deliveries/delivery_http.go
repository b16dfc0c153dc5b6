package deliveries

import (
	"encoding/csv"
	"io"
	"net/http"
	"net/url"
	"strconv"

	"preau/internal/base/authz"
	"preau/internal/base/i18n"
	"preau/internal/base/web"
	"preau/internal/base/web/ui"
)

// listView is the page of the deliveries.
type listView struct {
	Rows  []Delivery
	State State
	Pages ui.Pages
	Query string // the filters, for the export
	Plan  bool
}

func filterOf(q *web.Values) Filter {
	return Filter{Territory: q.Text("territory"), School: q.Text("school"), State: State(q.Text("state")), Page: pageOf(q), Size: sizePage}
}

func (m *Module) list(r *http.Request) (web.Response, error) {
	ctx := r.Context()
	f := filterOf(web.Query(r))
	rows, total, err := m.Service.Deliveries(ctx, f)
	if err != nil {
		return nil, err
	}
	filters := url.Values{"state": {string(f.State)}, "territory": {f.Territory}, "school": {f.School}}
	v := listView{Rows: rows, State: f.State, Pages: pages(f.Page, total, "/deliveries", filters), Query: filters.Encode(), Plan: authz.Holds(ctx, PlanRounds)}
	return web.Page{Title: i18n.T(ctx, "deliveries.title"), Section: section, Body: listPage(v)}, nil
}

// mostExport is more deliveries than a territory ever has.
const mostExport = 100_000

func (m *Module) export(r *http.Request) (web.Response, error) {
	ctx := r.Context()
	f := filterOf(web.Query(r))
	f.Page, f.Size = 1, mostExport
	rows, _, err := m.Service.Deliveries(ctx, f)
	if err != nil {
		return nil, err
	}
	l := i18n.From(ctx)
	return web.File{Name: l.T("deliveries.file.list") + ".csv", ContentType: "text/csv; charset=utf-8", Write: func(w io.Writer) error {
		if _, err := io.WriteString(w, "\ufeff"); err != nil { // so that spreadsheets read the accents
			return err
		}
		out := csv.NewWriter(w)
		out.Comma = ';'
		_ = out.Write([]string{"code", "uai", l.T("deliveries.school"), l.T("deliveries.commune"), l.T("deliveries.round"), l.T("deliveries.day"), l.T("deliveries.items"), l.T("deliveries.state")})
		for _, d := range rows {
			_ = out.Write([]string{d.Code, d.School, plain(d.SchoolName), plain(d.Commune), plain(d.RoundName), d.PlannedOn, strconv.FormatInt(d.Items, 10), stateText(l, d.State)})
		}
		out.Flush()
		return out.Error()
	}}, nil
}

// plain keeps a spreadsheet from taking a text for a formula.
func plain(text string) string {
	if text != "" && (text[0] == '=' || text[0] == '+' || text[0] == '-' || text[0] == '@') {
		return "'" + text
	}
	return text
}

// view is the page of a delivery.
type view struct {
	*Content
	Receive bool // the person may say what came
}

func (m *Module) page(r *http.Request) (web.Response, error) {
	ctx := r.Context()
	c, err := m.Service.Delivery(ctx, r.PathValue("id"))
	if err != nil {
		return nil, err
	}
	v := view{c, authz.May(ctx, ReceiveDeliveries, authz.School(c.Territory, c.School))}
	return web.Page{Title: i18n.T(ctx, "deliveries.one", "code", c.Code), Section: section, Body: deliveryPage(v)}, nil
}

// byCode leads from the code on a note to what the person may do there.
func (m *Module) byCode(r *http.Request) (web.Response, error) {
	ctx := r.Context()
	id, err := m.Service.ByCode(ctx, r.PathValue("note"))
	if err != nil {
		return nil, err
	}
	if authz.Holds(ctx, ReceiveDeliveries) {
		return web.RedirectTo("/deliveries/" + id + "/receive"), nil
	}
	return web.RedirectTo("/deliveries/" + id), nil
}

func (m *Module) signedPaper(r *http.Request) (web.Response, error) {
	f, err := m.Service.Proof(r.Context(), r.PathValue("id"))
	if err != nil {
		return nil, err
	}
	return web.File{Name: f.Name, ContentType: f.Type, Inline: true, Body: f.Data}, nil
}

// settle decides what holds of an item of which different things were said.
func (m *Module) settle(r *http.Request) (web.Response, error) {
	form, err := web.Form(r)
	if err != nil {
		return nil, err
	}
	id := r.PathValue("id")
	if _, err := m.Service.Settle(r.Context(), id, form.Text("asset"), Says(form.Text("says"))); err != nil {
		return nil, err
	}
	return web.RedirectWith(web.Local(form.Text("back"), "/deliveries/"+id), "deliveries.conflict.settled"), nil
}

// again plans a new delivery for what one lacked.
func (m *Module) again(r *http.Request) (web.Response, error) {
	next, err := m.Service.Again(r.Context(), r.PathValue("id"))
	if err != nil {
		return nil, err
	}
	return web.RedirectWith("/deliveries/"+next, "deliveries.again.done"), nil
}

func worker(*http.Request) (web.Response, error) {
	return web.File{Name: "worker.js", ContentType: "text/javascript; charset=utf-8", Inline: true, Body: workerScript}, nil
}
