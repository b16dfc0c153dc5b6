package assets

import (
	"context"
	"errors"
	"io"
	"net/http"
	"net/url"
	"strconv"

	"preau/internal/base/authz"
	"preau/internal/base/errs"
	"preau/internal/base/i18n"
	"preau/internal/base/tabular"
	"preau/internal/base/web"
	"preau/internal/base/web/ui"
)

const section = "assets"

// filterOf reads what a person asks of the assets.
func filterOf(q *web.Values) Filter {
	f := Filter{Territory: q.Text("territory"), Search: q.Text("q"), School: q.Text("school"), Class: q.Text("class"), State: q.Text("state"), Trouble: q.Text("trouble"),
		Kind: q.Text("kind"), Measure: q.Text("measure"), Owner: q.Text("owner"), Funder: q.Text("funder"), Custodian: q.Text("custodian"), Order: q.Text("order_id"), Model: q.Text("model"),
		Lent: q.Text("lent"), Serial: q.Text("serial"), Unseen: q.Text("unseen"), Parts: q.Text("parts") == "yes", Sort: Sort(q.Text("sort")), Down: q.Text("order") == "down"}
	if n := q.Int("page"); n != nil {
		f.Page = *n
	}
	return f
}

// query returns the address of the filter, without its page.
func (f *Filter) query() url.Values {
	v := url.Values{}
	for _, p := range [...]struct{ name, value, usual string }{{"territory", f.Territory, ""}, {"q", f.Search, ""}, {"school", f.School, ""}, {"class", f.Class, ""},
		{"state", f.State, ""}, {"trouble", f.Trouble, ""}, {"kind", f.Kind, ""}, {"measure", f.Measure, ""}, {"owner", f.Owner, ""}, {"funder", f.Funder, ""},
		{"custodian", f.Custodian, ""}, {"order_id", f.Order, ""}, {"model", f.Model, ""}, {"lent", f.Lent, ""}, {"serial", f.Serial, ""}, {"unseen", f.Unseen, ""},
		{"sort", string(f.Sort), string(ByName)}} {
		if p.value != p.usual && p.value != "" {
			v.Set(p.name, p.value)
		}
	}
	if f.Parts {
		v.Set("parts", "yes")
	}
	if f.Down {
		v.Set("order", "down")
	}
	return v
}

// href returns the address of a page of the filter.
func (f Filter) href(path string, page int) string {
	v := f.query()
	if page > 1 {
		v.Set("page", strconv.Itoa(page))
	}
	if len(v) == 0 {
		return path
	}
	return path + "?" + v.Encode()
}

// narrowed tells whether the filter leaves anything out.
func (f Filter) narrowed() bool {
	v := f.query()
	v.Del("sort")
	v.Del("order")
	return len(v) > 0
}

// kept are the parameters that the form of filters has no input for.
func (f Filter) kept() []ui.Hidden {
	var list []ui.Hidden
	for _, name := range [...]string{"territory", "class", "order_id", "model", "serial", "parts", "sort", "order"} {
		if value := f.query().Get(name); value != "" {
			list = append(list, ui.Hidden{Name: name, Value: value})
		}
	}
	return list
}

type listView struct {
	Page
	Measures []ui.Option
	Edit     bool // the person may say whose it is
	Install  bool // the person may say that it works
	Own      bool // the person sees the assets of one school alone
	Here     string
}

func (v *listView) pages() ui.Pages {
	return ui.Pages{Page: v.Page.Page, Size: v.Size, Total: v.Total, Href: func(page int) string { return v.Filter.href("/assets", page) }}
}

// head returns a column that sorts the list.
func (v *listView) head(label string, by Sort) ui.Column {
	f := v.Filter
	f.Sort, f.Down = by, v.Filter.Sort == by && !v.Filter.Down
	h := &ui.SortHeader{Label: label, Href: f.href("/assets", 1)}
	if v.Filter.Sort == by {
		h.Direction = ui.Ascending
		if v.Filter.Down {
			h.Direction = ui.Descending
		}
	}
	return ui.Column{Label: label, Sort: h}
}

func (m *Module) list(r *http.Request) (web.Response, error) {
	ctx := r.Context()
	q := web.Query(r)
	f := filterOf(q)
	if err := q.Err(); err != nil {
		return nil, err
	}
	page, err := m.Service.Assets(ctx, f)
	if err != nil {
		return nil, err
	}
	v := listView{Page: page, Edit: authz.Holds(ctx, EditAssets), Install: authz.Holds(ctx, InstallAssets), Here: r.URL.RequestURI()}
	scopes, err := authz.Scopes(ctx, ReadAssets)
	if err != nil {
		return nil, err
	}
	v.Own = len(scopes) == 1 && scopes[0].School != ""
	if v.Measures, err = m.measureOptions(ctx, f.Territory); err != nil {
		return nil, err
	}
	return web.Page{Title: i18n.T(ctx, "assets.title"), Section: section, Body: listPage(v)}, nil
}

// measureOptions returns the measures to filter by: those of the person's territory when there is one.
func (m *Module) measureOptions(ctx context.Context, territory string) ([]ui.Option, error) {
	codes, err := m.Service.territories(ctx)
	if err != nil {
		return nil, err
	}
	if territory == "" && len(codes) > 0 {
		territory = codes[0]
	}
	names, err := m.Service.measureNames(ctx, territory)
	if err != nil || len(names) == 0 {
		return nil, err
	}
	return optionsOf(i18n.T(ctx, "assets.filter.all"), names), nil
}

func (m *Module) export(contentType, name string, write func(io.Writer, []string, tabular.Cells) error) web.Handler {
	return func(r *http.Request) (web.Response, error) {
		q := web.Query(r)
		f := filterOf(q)
		if err := q.Err(); err != nil {
			return nil, err
		}
		assets, err := m.Service.AllAssets(r.Context(), f)
		if err != nil {
			return nil, err
		}
		return web.File{Name: name, ContentType: contentType, Write: func(w io.Writer) error { return write(w, exportHeader, cells(assets)) }}, nil
	}
}

// states says of several assets at once that they are installed, or that they work: of those that are ticked, or of
// every one of the page. What is refused is told by its code.
func (m *Module) states(r *http.Request) (web.Response, error) {
	form, err := web.Form(r)
	if err != nil {
		return nil, err
	}
	next := web.Local(form.Text("next"), "/assets")
	codes, state := form.All("code"), State(form.Text("do"))
	if state == "all" {
		codes, state = form.All("every"), Usable
	}
	if len(codes) == 0 {
		if _, err := authz.Scopes(r.Context(), InstallAssets); err != nil {
			return nil, err
		}
		return web.Redirect{To: next, Flash: "assets.states.none", Kind: ui.KindError}, nil
	}
	told := make([]Told, len(codes))
	for i, code := range codes {
		told[i] = Told{Code: code, State: state}
	}
	done, err := m.Service.Tell(r.Context(), "", told)
	if err != nil {
		return nil, err
	}
	changed := 0
	var refused *Done
	for i := range done {
		if done[i].Err != nil {
			refused = &done[i]
		} else if done[i].Change {
			changed++
		}
	}
	if refused == nil {
		return web.RedirectWith(next, "assets.states.done", "n", changed), nil
	}
	e, _ := errors.AsType[*errs.Error](refused.Err)
	return web.Redirect{To: next, Flash: "assets.states.some", Args: []any{"n", changed, "why", i18n.T(r.Context(), e.Key, e.Args...)}, Kind: ui.KindError}, nil
}

// columns are those of the list, after that of the boxes to tick.
func (v *listView) columns(ctx context.Context) []ui.Column {
	list := []ui.Column{v.head(i18n.T(ctx, "assets.column.name"), ByName), {Label: i18n.T(ctx, "assets.column.serial")}, {Label: i18n.T(ctx, "assets.column.state")},
		v.head(i18n.T(ctx, "assets.column.school"), BySchool), {Label: i18n.T(ctx, "assets.field.owner")}, {Label: i18n.T(ctx, "assets.field.custodian")},
		v.head(i18n.T(ctx, "assets.column.usable"), ByUse)}
	if v.Install {
		list = append([]ui.Column{{Label: i18n.T(ctx, "assets.column.tick"), Hidden: true}}, list...)
	}
	return list
}

// at is where a column stands: one further on when there are boxes to tick.
func (v *listView) at(i int) int {
	if v.Install {
		return i + 1
	}
	return i
}
