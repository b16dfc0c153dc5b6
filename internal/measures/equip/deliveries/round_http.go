package deliveries

import (
	"errors"
	"io"
	"net/http"
	"net/url"
	"sort"
	"strconv"
	"strings"

	"preau/internal/base/authz"
	"preau/internal/base/doc"
	"preau/internal/base/errs"
	"preau/internal/base/i18n"
	"preau/internal/base/web"
	"preau/internal/base/web/ui"
)

const (
	section  = "deliveries" // of the menu
	sizePage = 50
)

// roundsView is the page of the rounds.
type roundsView struct {
	Rounds []Round
	State  RoundState
	Pages  ui.Pages
}

func (m *Module) roundList(r *http.Request) (web.Response, error) {
	ctx, q := r.Context(), web.Query(r)
	f := RoundFilter{Territory: q.Text("territory"), State: RoundState(q.Text("state")), Page: pageOf(q), Size: sizePage}
	list, total, err := m.Service.Rounds(ctx, f)
	if err != nil {
		return nil, err
	}
	v := roundsView{Rounds: list, State: f.State, Pages: pages(f.Page, total, "/rounds", url.Values{"state": {string(f.State)}, "territory": {f.Territory}})}
	return web.Page{Title: i18n.T(ctx, "deliveries.rounds"), Section: section, Body: roundsPage(v)}, nil
}

// pageOf returns the number of the page that the address asks for, from 1.
func pageOf(q *web.Values) int {
	if n := q.Int("page"); n != nil && *n > 1 && *n < 1_000_000 {
		return *n
	}
	return 1
}

// pages leads to the pages of a list under the same filters.
func pages(page, total int, path string, filters url.Values) ui.Pages {
	for name, values := range filters {
		if values[0] == "" {
			filters.Del(name)
		}
	}
	return ui.Pages{Page: page, Size: sizePage, Total: total, Href: func(page int) string {
		filters.Set("page", strconv.Itoa(page))
		return path + "?" + filters.Encode()
	}}
}

// roundView is the page of a round.
type roundView struct {
	Round  Round
	Stops  []Delivery
	Plan   bool // the person may change it
	Input  RoundInput
	Errors ui.Errors
}

func (m *Module) roundPage(r *http.Request) (web.Response, error) {
	round, list, err := m.Service.Round(r.Context(), r.PathValue("id"))
	if err != nil {
		return nil, err
	}
	return m.showRound(r, round, list, RoundInput{Name: round.Name, PlannedOn: round.PlannedOn}, nil)
}

func (m *Module) showRound(r *http.Request, round Round, list []Delivery, in RoundInput, faults []errs.Field) (web.Response, error) {
	ctx := r.Context()
	v := roundView{Round: round, Stops: list, Input: in, Plan: round.State != RoundDone && int64(len(list)) == round.Stops}
	for _, d := range list {
		v.Plan = v.Plan && authz.May(ctx, PlanRounds, authz.School(d.Territory, d.School))
	}
	status := http.StatusOK
	for _, f := range faults {
		v.Errors = append(v.Errors, ui.FieldError{Name: f.Name, Text: i18n.T(ctx, f.Key, f.Args...)})
		status = http.StatusUnprocessableEntity
	}
	return web.Page{Title: round.Name, Section: section, Body: roundPage(v), Status: status}, nil
}

// roundChange saves name, day and order; a button beside a stop moves that one first.
func (m *Module) roundChange(r *http.Request) (web.Response, error) {
	ctx := r.Context()
	form, err := web.Form(r)
	if err != nil {
		return nil, err
	}
	id := r.PathValue("id")
	round, list, err := m.Service.Round(ctx, id)
	if err != nil {
		return nil, err
	}
	in := RoundInput{Name: form.Text("name"), PlannedOn: form.Text("planned_on"), Order: typedOrder(form, list)}
	if up := form.Text("up"); up != "" {
		in.Order = moved(in.Order, up, -1)
	} else if down := form.Text("down"); down != "" {
		in.Order = moved(in.Order, down, 1)
	}
	err = m.Service.ChangeRound(ctx, id, in)
	if e, ok := errors.AsType[*errs.Error](err); ok && len(e.Fields) > 0 {
		return m.showRound(r, round, list, in, e.Fields)
	}
	if err != nil {
		return nil, err
	}
	return web.RedirectWith("/rounds/"+id, "deliveries.round.saved"), nil
}

// typedOrder sorts the stops by the numbers beside them; equal ones stay as they were.
func typedOrder(form *web.Values, list []Delivery) []string {
	rank := map[string]int{}
	order := make([]string, len(list))
	for i, d := range list {
		order[i], rank[d.ID] = d.ID, (i+1)*2
		if n := form.Int("stop." + d.ID); n != nil && *n != i+1 {
			rank[d.ID] = *n*2 - 1 // who is sent to a place comes before who stood there
			if *n > i+1 {
				rank[d.ID] = *n*2 + 1
			}
		}
	}
	sort.SliceStable(order, func(a, b int) bool { return rank[order[a]] < rank[order[b]] })
	return order
}

func (m *Module) roundMove(r *http.Request) (web.Response, error) {
	form, err := web.Form(r)
	if err != nil {
		return nil, err
	}
	id := r.PathValue("id")
	if err := m.Service.MoveRound(r.Context(), id, RoundState(form.Text("to"))); err != nil {
		return nil, err
	}
	return web.RedirectWith("/rounds/"+id, "deliveries.round.moved"), nil
}

func (m *Module) packingPage(r *http.Request) (web.Response, error) {
	id := r.PathValue("id")
	list, err := m.Service.Packing(r.Context(), id, "")
	if err != nil {
		return nil, err
	}
	return web.Page{Title: i18n.T(r.Context(), "deliveries.packing"), Section: section, Body: packingPage(id, list)}, nil
}

// of tells whether the address is about a round or about one delivery.
func of(r *http.Request) (round, delivery string) {
	if strings.HasPrefix(r.URL.Path, "/rounds/") {
		return r.PathValue("id"), ""
	}
	return "", r.PathValue("id")
}

// pdf answers with a document that write writes.
func pdf(r *http.Request, name string, write func(io.Writer) error) (web.Response, error) {
	var b strings.Builder
	if err := write(&b); err != nil {
		return nil, err
	}
	return web.File{Name: name + ".pdf", ContentType: pdfType, Inline: true, Body: []byte(b.String())}, nil
}

func (m *Module) packingPaper(r *http.Request) (web.Response, error) {
	round, delivery := of(r)
	return pdf(r, i18n.T(r.Context(), "deliveries.file.packing"), func(w io.Writer) error { return m.Service.PackingPaper(r.Context(), round, delivery, w) })
}

func (m *Module) notePaper(r *http.Request) (web.Response, error) {
	round, delivery := of(r)
	return pdf(r, i18n.T(r.Context(), "deliveries.file.note"), func(w io.Writer) error {
		return m.Service.NotePaper(r.Context(), round, delivery, m.site(r), w)
	})
}

func (m *Module) labels(r *http.Request) (web.Response, error) {
	round, delivery := of(r)
	q := web.Query(r)
	o := LabelOptions{Stock: q.Text("stock"), First: 1, Site: m.site(r)}
	if o.Stock == "" {
		o.Stock = doc.Stocks[0].Name
	}
	if n := q.Int("first"); n != nil {
		o.First = *n
	}
	if err := q.Err(); err != nil {
		return nil, err
	}
	return pdf(r, i18n.T(r.Context(), "deliveries.file.labels"), func(w io.Writer) error { return m.Service.Labels(r.Context(), round, delivery, o, w) })
}
