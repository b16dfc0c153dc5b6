package catalogue

import (
	"io"
	"net/http"
	"net/url"
	"strconv"

	"preau/internal/base/authz"
	"preau/internal/base/i18n"
	"preau/internal/base/tabular"
	"preau/internal/base/web"
	"preau/internal/base/web/ui"
)

// listView is the page of the catalogue.
type listView struct {
	filter ModelFilter
	models []Model
	pages  ui.Pages
	kits   []KitLine
	edit   bool
}

func filterOf(q *web.Values) ModelFilter {
	f := ModelFilter{Search: q.Text("q"), Kind: q.Text("kind"), Retired: q.Text("show") == "retired", Sort: ModelSort(q.Text("sort")), Down: q.Text("order") == "down", Page: 1}
	if n := q.Int("page"); n != nil && *n > 1 && *n < 1_000_000 {
		f.Page = *n
	}
	return f
}

// href returns the address of the list under a filter.
func (f ModelFilter) href(path string) string {
	q := url.Values{}
	for _, p := range []struct{ name, value, usual string }{{"q", f.Search, ""}, {"kind", f.Kind, ""}, {"sort", string(f.Sort), string(ByName)}} {
		if p.value != p.usual && p.value != "" {
			q.Set(p.name, p.value)
		}
	}
	if f.Retired {
		q.Set("show", "retired")
	}
	if f.Down {
		q.Set("order", "down")
	}
	if f.Page > 1 {
		q.Set("page", strconv.Itoa(f.Page))
	}
	if len(q) == 0 {
		return path
	}
	return path + "?" + q.Encode()
}

// head returns a column that sorts the list.
func (v *listView) head(label string, by ModelSort, numeric bool) ui.Column {
	f := v.filter
	f.Page, f.Sort, f.Down = 1, by, v.filter.Sort == by && !v.filter.Down
	h := &ui.SortHeader{Href: f.href("/catalogue")}
	if v.filter.Sort == by {
		h.Direction = ui.Ascending
		if v.filter.Down {
			h.Direction = ui.Descending
		}
	}
	return ui.Column{Label: label, Numeric: numeric, Sort: h}
}

func (m *Module) list(r *http.Request) (web.Response, error) {
	ctx := r.Context()
	v := listView{filter: filterOf(web.Query(r)), edit: authz.Holds(ctx, EditCatalogue)}
	var err error
	if v.filter, err = v.filter.normal(); err != nil {
		return nil, err
	}
	total := 0
	if v.models, total, err = m.Service.Models(ctx, v.filter); err != nil {
		return nil, err
	}
	v.pages = ui.Pages{Page: v.filter.Page, Size: v.filter.Size, Total: total, Href: func(page int) string {
		f := v.filter
		f.Page = page
		return f.href("/catalogue")
	}}
	if v.kits, err = m.Service.Kits(ctx, v.filter.Retired); err != nil {
		return nil, err
	}
	return web.Page{Title: i18n.T(ctx, "catalogue.title"), Section: "catalogue", Body: listPage(v)}, nil
}

// exportHeader names the columns of the export.
var exportHeader = []string{"kind", "maker", "name", "reference", "tracked", "serves", "lendable", "warranty_months", "life_months", "price_euros", "priced_on", "energy", "repairability", "retired"}

func (m *Module) csv(r *http.Request) (web.Response, error) {
	f := filterOf(web.Query(r))
	f.Size = -1
	models, _, err := m.Service.Models(r.Context(), f)
	if err != nil {
		return nil, err
	}
	return web.File{Name: "catalogue.csv", ContentType: "text/csv; charset=utf-8", Write: func(w io.Writer) error { return tabular.WriteCSV(w, rowsOf(models)) }}, nil
}

// rowsOf returns the models as the rows of a table.
func rowsOf(models []Model) [][]string {
	rows := [][]string{exportHeader}
	for i := range models {
		m := &models[i]
		rows = append(rows, []string{m.Kind, m.Maker, m.Name, m.Reference, strconv.Itoa(flag(m.Tracked)), m.Serves, strconv.Itoa(flag(m.Lendable)),
			number(m.WarrantyMonths, 1), strconv.FormatInt(m.LifeMonths, 10), number(m.PriceCents, 100), m.PricedOn, m.Energy, number(m.Repairability, 10), strconv.Itoa(flag(m.Retired))})
	}
	return rows
}

// number writes a figure in units of so many; nothing when it is unknown.
func number(n *int64, of int64) string {
	if n == nil {
		return ""
	}
	return strconv.FormatFloat(float64(*n)/float64(of), 'f', -1, 64)
}

func (m *Module) starter(r *http.Request) (web.Response, error) {
	if err := m.Service.AddStarter(r.Context()); err != nil {
		return nil, err
	}
	return web.RedirectWith("/catalogue", "catalogue.flash.started"), nil
}
