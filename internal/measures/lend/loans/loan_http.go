package loans

import (
	"context"
	"encoding/csv"
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
	"preau/internal/base/web"
	"preau/internal/base/web/ui"
	"preau/internal/territory/directory"
)

const section = "lend"

// mostBody is what a form with a photo may weigh.
const mostBody = files.MaxPicture + 1<<20

// file reads a file of a loan that this person may see.
func (s *Service) file(ctx context.Context, territory, id string) ([]byte, string, error) {
	var f files.File
	err := s.db.View(ctx, func(ctx context.Context, tx *db.Tx) error {
		var err error
		f, err = files.Load(ctx, tx, territory, room, id)
		return err
	})
	return f.Data, f.Type, err
}

// said returns what is wrong, in words for the page; false when the error is for another place to answer.
func said(ctx context.Context, err error) (ui.Errors, bool) {
	e, ok := errors.AsType[*errs.Error](err)
	if !ok || e.Kind == errs.Internal || e.Kind == errs.Unauthenticated {
		return nil, false
	}
	var list ui.Errors
	for _, f := range e.Fields {
		list = append(list, ui.FieldError{Name: f.Name, Text: i18n.T(ctx, f.Key, f.Args...)})
	}
	if len(list) == 0 {
		list = ui.Errors{{Name: "device", Text: i18n.T(ctx, e.Key, e.Args...)}}
	}
	return list, true
}

// photo returns what was uploaded, nil when nothing was.
func photo(r *http.Request) ([]byte, error) {
	f, _, err := web.Upload(r, "photo")
	if errs.Is(err, errs.Invalid) {
		return nil, nil
	}
	if err != nil {
		return nil, err
	}
	defer func() { _ = f.Close() }()
	data, err := io.ReadAll(io.LimitReader(f, files.MaxPicture+1))
	if len(data) == 0 {
		return nil, err
	}
	return data, err
}

func condition(form *web.Values) Condition {
	c := Condition{Note: form.Text("note")}
	for _, w := range form.All("wrong") {
		c.Wrong = append(c.Wrong, Check(w))
	}
	return c
}

// listView is the list of loans.
type listView struct {
	Filter
	Page    directory.Page[Line]
	Address url.Values
	Names   bool // of pupils are shown
}

func filterOf(r *http.Request) Filter {
	q := web.Query(r)
	f := Filter{Territory: q.Text("territory"), School: q.Text("school"), Class: q.Text("class"), State: State(q.Text("state")), Late: q.Has("late"), Asked: q.Has("asked"),
		Search: q.Text("q"), Sort: Sort(q.Text("sort")), Down: q.Has("down")}
	if n := q.Int("page"); n != nil {
		f.Page = *n
	}
	if !q.Has("state") && !q.Has("all") && !f.Late && !f.Asked {
		f.State = Out
	}
	if f.State == "all" {
		f.State = ""
	}
	return f
}

func (m *Module) listPage(r *http.Request) (web.Response, error) {
	ctx := r.Context()
	v := listView{Filter: filterOf(r), Address: r.URL.Query(), Names: authz.Holds(ctx, directory.ReadPupils)}
	var err error
	if v.Page, err = m.Service.List(ctx, v.Filter); err != nil {
		return nil, err
	}
	return web.Page{Title: i18n.T(ctx, "loans.list"), Section: section, Body: listPage(v)}, nil
}

// with returns the address of the list with one parameter changed; "" takes it away.
func (v listView) with(name, value string) string {
	q := url.Values{}
	for key, values := range v.Address {
		q[key] = values
	}
	q.Del("page")
	if q.Set(name, value); value == "" {
		q.Del(name)
	}
	if len(q) == 0 {
		return "/lend/loans"
	}
	return "/lend/loans?" + q.Encode()
}

func (v listView) sortBy(s Sort) *ui.SortHeader {
	h := &ui.SortHeader{Href: v.with("sort", string(s))}
	current := v.Sort
	if current == "" {
		current = ByDue
	}
	if current == s {
		h.Direction = ui.Ascending
		next := listView{Filter: v.Filter, Address: url.Values{}}
		for key, values := range v.Address {
			next.Address[key] = values
		}
		next.Address.Set("sort", string(s))
		if v.Down {
			h.Direction = ui.Descending
			h.Href = next.with("down", "")
		} else {
			h.Href = next.with("down", "1")
		}
	}
	return h
}

func (v listView) pages() ui.Pages {
	return ui.Pages{Page: v.Page.Page, Size: v.Page.Size, Total: v.Page.Total, Href: func(n int) string { return v.with("page", strconv.Itoa(n)) }}
}

func (m *Module) listCSV(r *http.Request) (web.Response, error) {
	list, err := m.Service.All(r.Context(), filterOf(r))
	if err != nil {
		return nil, err
	}
	l := i18n.From(r.Context())
	ctx := i18n.With(context.Background(), l)
	return web.File{Name: "prets.csv", ContentType: "text/csv; charset=utf-8", Write: func(w io.Writer) error {
		if _, err := io.WriteString(w, "\ufeff"); err != nil {
			return err
		}
		c := csv.NewWriter(w)
		c.Comma = ';'
		_ = c.Write([]string{l.T("loans.code"), l.T("loans.model"), l.T("loans.school"), l.T("loans.class"), l.T("loans.pupil"), l.T("loans.state"), l.T("loans.handed"), l.T("loans.due"), l.T("loans.returned_at")})
		for _, one := range list {
			back := ""
			if one.ReturnedAt != 0 {
				back = day(one.ReturnedAt)
			}
			_ = c.Write([]string{one.Code, plain(one.Name), plain(one.SchoolName), plain(one.ClassName), plain(one.PupilName), stateText(ctx, one.State), day(one.HandedAt), one.DueOn, back})
		}
		c.Flush()
		return c.Error()
	}}, nil
}

// plain keeps a spreadsheet from reading a text as a formula.
func plain(text string) string {
	if text != "" && (text[0] == '=' || text[0] == '+' || text[0] == '-' || text[0] == '@') {
		return "'" + text
	}
	return text
}

// loanView is one loan with what may be done about it.
type loanView struct {
	Line
	Claims []Claim
	May    bool // hand over, take back
	Today  bool // handed over today: may be undone
}

func (m *Module) loanPage(r *http.Request) (web.Response, error) {
	ctx := r.Context()
	line, err := m.Service.Loan(ctx, r.PathValue("id"))
	if err != nil {
		return nil, err
	}
	v := loanView{Line: line, May: authz.May(ctx, HandLoans, authz.Class(line.Territory, line.School, line.Class)), Today: line.State == Out && day(line.HandedAt) == m.Service.today()}
	if v.Claims, err = m.Service.ClaimsOf(ctx, line.Loan); err != nil {
		return nil, err
	}
	return web.Page{Title: line.Code, Section: section, Body: loanPage(v)}, nil
}

func (m *Module) loanPhoto(r *http.Request) (web.Response, error) {
	data, kind, err := m.Service.PhotoOf(r.Context(), r.PathValue("id"), r.PathValue("which"))
	if err != nil {
		return nil, err
	}
	return web.File{Name: "photo.jpg", ContentType: kind, Inline: true, Body: data}, nil
}

func (m *Module) cancel(r *http.Request) (web.Response, error) {
	id := r.PathValue("id")
	line, err := m.Service.Loan(r.Context(), id)
	if err != nil {
		return nil, err
	}
	if err := m.Service.Cancel(r.Context(), id); err != nil {
		return nil, err
	}
	return web.RedirectWith("/lend/handover/classes/"+line.Class, "loans.cancelled", "code", line.Code), nil
}

func (m *Module) ownPage(r *http.Request) (web.Response, error) {
	list, err := m.Service.Own(r.Context())
	if err != nil {
		return nil, err
	}
	return web.Page{Title: i18n.T(r.Context(), "loans.own"), Section: section, Body: ownPage(list, authz.Holds(r.Context(), StateOwn))}, nil
}
