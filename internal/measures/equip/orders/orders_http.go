package orders

import (
	"context"
	"io"
	"net/http"
	"net/url"
	"strconv"
	"strings"
	"time"

	"preau/internal/base/authz"
	"preau/internal/base/errs"
	"preau/internal/base/i18n"
	"preau/internal/base/tabular"
	"preau/internal/base/web"
	"preau/internal/base/web/ui"
)

// names says what the programmes call their measures.
type names map[string]string

// of returns the name of a measure, or its identifier when no programme in force knows it.
func (n names) of(ctx context.Context, measure string) string {
	if measure == "" {
		return i18n.T(ctx, "orders.no_measure")
	}
	if name, known := n[measure]; known {
		return name
	}
	return measure
}

// measures returns the names of the measures that buy something, in the territories given, and their order.
func (m *Module) measures(ctx context.Context, codes ...string) (names, []string, error) {
	all, order := names{}, []string{}
	for _, code := range codes {
		version, err := m.Service.programme.Current(ctx, code)
		if errs.Is(err, errs.NotFound) {
			continue
		}
		if err != nil {
			return nil, nil, err
		}
		for i := range version.Programme.Measures {
			measure := &version.Programme.Measures[i]
			if _, there := all[measure.ID]; there {
				continue
			}
			all[measure.ID] = measure.Name.Say(i18n.From(ctx))
			if buys(measure.Done) {
				order = append(order, measure.ID)
			}
		}
	}
	return all, order, nil
}

// territories returns the codes and names of the person's territories.
func (m *Module) territories(ctx context.Context) ([]ui.Option, error) {
	codes, err := m.Service.allTerritories(ctx, ReadOrders)
	if err != nil {
		return nil, err
	}
	var list []ui.Option
	for _, code := range codes {
		t, err := m.Service.directory.Territory(ctx, code)
		if err != nil {
			return nil, err
		}
		list = append(list, ui.Option{Value: code, Text: t.Name + " (" + code + ")"})
	}
	return list, nil
}

func codesOf(options []ui.Option) []string {
	codes := make([]string, len(options))
	for i, o := range options {
		codes[i] = o.Value
	}
	return codes
}

// listView is the page of orders.
type listView struct {
	filter      Filter
	rows        []Row
	pages       ui.Pages
	territories []ui.Option
	names       names
	measures    []string
	edit        bool
}

func filterOf(q *web.Values) Filter {
	f := Filter{Territory: q.Text("territory"), State: State(q.Text("state")), Measure: q.Text("measure"), Search: q.Text("q"), Sort: Sort(q.Text("sort")), Down: q.Text("order") == "down", Page: 1}
	if n := q.Int("page"); n != nil && *n > 1 && *n < 1_000_000 {
		f.Page = *n
	}
	return f
}

// href returns the address of the list under a filter.
func (f Filter) href(path string) string {
	q := url.Values{}
	for _, p := range []struct{ name, value string }{{"territory", f.Territory}, {"state", string(f.State)}, {"measure", f.Measure}, {"q", f.Search}, {"sort", string(f.Sort)}} {
		if p.value != "" {
			q.Set(p.name, p.value)
		}
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
func (v *listView) head(label string, by Sort, numeric bool) ui.Column {
	f := v.filter
	f.Page, f.Sort, f.Down = 1, by, v.filter.Sort == by && !v.filter.Down
	h := &ui.SortHeader{Href: f.href("/orders")}
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
	v := listView{filter: filterOf(web.Query(r)), edit: authz.Holds(ctx, EditOrders)}
	var err error
	if v.filter, err = v.filter.normal(); err != nil {
		return nil, err
	}
	total := 0
	if v.rows, total, err = m.Service.Orders(ctx, v.filter); err != nil {
		return nil, err
	}
	if v.territories, err = m.territories(ctx); err != nil {
		return nil, err
	}
	if v.names, v.measures, err = m.measures(ctx, codesOf(v.territories)...); err != nil {
		return nil, err
	}
	v.pages = ui.Pages{Page: v.filter.Page, Size: v.filter.Size, Total: total, Href: func(page int) string {
		f := v.filter
		f.Page = page
		return f.href("/orders")
	}}
	return web.Page{Title: i18n.T(ctx, "orders.title"), Section: "orders", Body: listPage(v)}, nil
}

// exportHeader names the columns of the export.
var exportHeader = []string{"territory", "reference", "state", "measures", "supplier", "market", "quantity", "received", "cost_euros", "expected_on", "placed_on"}

func (m *Module) csv(r *http.Request) (web.Response, error) {
	f := filterOf(web.Query(r))
	f.Size = -1
	rows, _, err := m.Service.Orders(r.Context(), f)
	if err != nil {
		return nil, err
	}
	cells := [][]string{exportHeader}
	for i := range rows {
		o := &rows[i]
		cells = append(cells, []string{o.Territory, o.Reference, string(o.State), o.Measures, o.Supplier, o.Market, whole(o.Quantity), whole(o.Received), euros(o.Cents), o.ExpectedOn, dayOf(o.PlacedAt)})
	}
	return csvFile("commandes.csv", cells), nil
}

func csvFile(name string, rows [][]string) web.File {
	return web.File{Name: name, ContentType: "text/csv; charset=utf-8", Write: func(w io.Writer) error { return tabular.WriteCSV(w, rows) }}
}

func whole(n int64) string { return strconv.FormatInt(n, 10) }

// euros writes cents as euros, with a point as in public files.
func euros(cents int64) string {
	sign := ""
	if cents < 0 {
		sign, cents = "-", -cents
	}
	return sign + whole(cents/100) + "." + strconv.Itoa(int(cents%100/10)) + strconv.Itoa(int(cents%10))
}

// dayOf writes the day of an instant in Paris, "" for none.
func dayOf(at int64) string {
	if at == 0 {
		return ""
	}
	return i18n.Millis(at).In(i18n.Paris).Format(time.DateOnly)
}

// dayText says a day that is kept as 2026-10-01.
func dayText(ctx context.Context, day string) string {
	t, err := time.ParseInLocation(time.DateOnly, day, i18n.Paris)
	if err != nil {
		return day
	}
	return i18n.From(ctx).Date(t)
}

// cents reads an amount that a person wrote in euros; what is no amount is an error of the field.
func cents(v *web.Values, name string) *int64 {
	text := strings.NewReplacer(" ", "", "\u00a0", "", "\u202f", "", "€", "", ",", ".").Replace(v.Text(name))
	if text == "" {
		return nil
	}
	n, ok := parseHundredths(text)
	if !ok {
		v.Wrong(name, "orders.error.price")
		return nil
	}
	return &n
}

// parseHundredths reads a decimal number with at most two decimals as hundredths, without any rounding.
func parseHundredths(text string) (int64, bool) {
	before, after, _ := strings.Cut(text, ".")
	if len(after) > 2 || len(before) > 12 {
		return 0, false
	}
	n, err := strconv.ParseUint(before+(after + "00")[:2], 10, 62)
	return int64(n), err == nil
}

// withErrors returns a page, as one that was refused when there are errors.
func withErrors(page web.Page, list ui.Errors) web.Page {
	if list != nil {
		page.Status = http.StatusUnprocessableEntity
	}
	return page
}
