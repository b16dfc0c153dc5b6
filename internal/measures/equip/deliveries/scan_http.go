package deliveries

import (
	"context"
	_ "embed"
	"encoding/json"
	"net/http"

	"preau/internal/base/authz"
	"preau/internal/base/errs"
	"preau/internal/base/i18n"
	"preau/internal/base/web"
)

// workerScript keeps the page of a reception for when there is no network. It is served beside the deliveries and not
// with the other scripts, since a worker reaches no further than the folder that it comes from.
//
//go:embed worker.js
var workerScript []byte

// receptionView is the page of a reception.
type receptionView struct {
	*Content
	Batch   string // begins the identifiers of what this page sends: sent twice, it counts once
	Answers []Answer
	Account string
}

func (m *Module) reception(r *http.Request) (web.Response, error) {
	c, err := m.Service.Reception(r.Context(), r.PathValue("id"))
	if err != nil {
		return nil, err
	}
	return m.showReception(r.Context(), c, nil, http.StatusOK)
}

func (m *Module) showReception(ctx context.Context, c *Content, answers []Answer, status int) (web.Response, error) {
	v := receptionView{Content: c, Batch: m.Service.db.NewID(), Answers: answers, Account: authz.From(ctx).Account}
	return web.Page{Title: i18n.T(ctx, "deliveries.receive.title", "code", c.Code), Section: section, Body: receptionPage(v), Status: status}, nil
}

// receive takes the form of the page: what was ticked, and what was typed or read into the field.
func (m *Module) receive(r *http.Request) (web.Response, error) {
	ctx := r.Context()
	id := r.PathValue("id")
	c, err := m.Service.Reception(ctx, id)
	if err != nil {
		return nil, err
	}
	form, err := web.Form(r)
	if err != nil {
		return nil, err
	}
	_, answers, err := m.Service.Scan(ctx, id, typed(form, c))
	if err != nil {
		return nil, err
	}
	told := answers[:0]
	for _, a := range answers {
		if a.Outcome != OutcomeCounted && a.Outcome != OutcomeAgain {
			told = append(told, a)
		}
	}
	if len(told) == 0 {
		return web.RedirectWith("/deliveries/"+id+"/receive", "deliveries.receive.saved", "n", len(answers)), nil
	}
	if c, err = m.Service.Reception(ctx, id); err != nil {
		return nil, err
	}
	return m.showReception(ctx, c, told, http.StatusOK)
}

// typed returns the scans that a form stands for: each item of which it says something else than the page said.
func typed(form *web.Values, c *Content) []Scan {
	var list []Scan
	batch := form.Text("batch")
	c.all(func(item *Item) {
		says, seen := Says(form.Text("says."+item.ID)), form.Text("seen."+item.ID)
		serial := form.Text("serial." + item.ID)
		if serial == "" && says == Says(form.Text("was."+item.ID)) || serial == "" && says == "" {
			return
		}
		if says == "" { // who writes a serial number holds the thing in their hand
			says = SaysReceived
		}
		list = append(list, Scan{ID: batch + "." + item.ID, Code: item.Code, Says: says, Serial: serial, Replaces: seen})
	})
	if read := form.Text("scan"); read != "" {
		list = append(list, Scan{ID: batch + ".scan", Code: read, Says: Says(form.Text("scan_says")), Note: form.Text("note")})
	}
	return list
}

// scansIn is what the page sends, now or when the network is back.
type scansIn struct {
	Scans []scanIn `json:"scans" maxItems:"500" doc:"What was said, in the order in which it was said"`
}

type scanIn struct {
	ID       string `json:"id" maxLength:"100" doc:"Made by the sender: sent twice, it counts once"`
	Code     string `json:"code" maxLength:"200" doc:"As it was read: a label, the address in its QR code or a serial number"`
	Says     string `json:"says,omitempty" enum:"received,damaged,wrong,missing" doc:"received unless told"`
	Serial   string `json:"serial,omitempty" maxLength:"200" doc:"The maker's serial number, when it becomes known"`
	Note     string `json:"note,omitempty" maxLength:"500"`
	At       int64  `json:"at,omitempty" doc:"Milliseconds since 1970, UTC, by the clock of the device"`
	Replaces string `json:"replaces,omitempty" maxLength:"100" doc:"The scan that this one corrects on purpose"`
}

func (in scanIn) scan() Scan {
	return Scan{ID: in.ID, Code: in.Code, Says: Says(in.Says), Serial: in.Serial, Note: in.Note, At: in.At, Replaces: in.Replaces}
}

func (in scansIn) list() []Scan {
	list := make([]Scan, len(in.Scans))
	for i, s := range in.Scans {
		list[i] = s.scan()
	}
	return list
}

// scansOut answers for each scan and tells how the delivery stands now, so that two who receive it see each other.
type scansOut struct {
	Answers []answerOut `json:"answers"`
	State   State       `json:"state"`
	Tally   Tally       `json:"tally"`
	Text    string      `json:"text" doc:"The tally in the person's language"`
	Items   []itemOut   `json:"items"`
}

type answerOut struct {
	ID      string  `json:"id"`
	Outcome Outcome `json:"outcome" enum:"counted,again,conflict,surplus,refused"`
	Item    string  `json:"item,omitempty"`
	Message string  `json:"message"`
}

type itemOut struct {
	ID        string    `json:"id"`
	Code      string    `json:"code"`
	Serial    string    `json:"serial,omitempty"`
	Name      string    `json:"name"`
	Says      Says      `json:"says,omitempty"`
	Scan      string    `json:"scan,omitempty" doc:"The scan that says so"`
	Text      string    `json:"text"`
	Conflicts int       `json:"conflicts,omitempty"`
	Parts     []itemOut `json:"parts,omitempty"`
}

func outOf(ctx context.Context, c *Content, answers []Answer) scansOut {
	l := i18n.From(ctx)
	out := scansOut{Answers: make([]answerOut, len(answers)), State: c.State, Tally: c.Tally, Text: tallyText(l, c.Tally), Items: itemsOut(l, c.Items)}
	for i, a := range answers {
		out.Answers[i] = answerOut{a.ID, a.Outcome, a.Asset, l.T(a.Key, a.Args...)}
	}
	return out
}

func itemsOut(l *i18n.Localizer, items []*Item) []itemOut {
	list := make([]itemOut, len(items))
	for i, item := range items {
		list[i] = itemOut{ID: item.ID, Code: item.Code, Serial: item.Serial, Name: item.Name, Says: item.Says, Scan: item.Scan, Text: itemText(l, item), Conflicts: len(item.Disputed)}
		if len(item.Parts) > 0 {
			list[i].Parts = itemsOut(l, item.Parts)
		}
	}
	return list
}

// itemText says how an item stands.
func itemText(l *i18n.Localizer, item *Item) string {
	switch {
	case len(item.Disputed) > 0:
		return l.T("deliveries.conflict.short", "first", saysText(l, item.Says), "second", saysText(l, item.Disputed[0].Says))
	case item.Following && item.Parent != "":
		return l.T("deliveries.part.follows")
	}
	return saysText(l, item.Says)
}

// scans takes what the page's script sends, and answers in JSON.
func (m *Module) scans(r *http.Request) (web.Response, error) {
	ctx := r.Context()
	if _, err := authz.Scopes(ctx, ReceiveDeliveries); err != nil {
		return nil, err
	}
	var in scansIn
	if err := json.NewDecoder(r.Body).Decode(&in); err != nil {
		return nil, errs.NewInvalid("deliveries.scan.body").Because(err)
	}
	c, answers, err := m.Service.Scan(ctx, r.PathValue("id"), in.list())
	if err != nil {
		return nil, err
	}
	body, err := json.Marshal(outOf(ctx, c, answers))
	if err != nil {
		return nil, err
	}
	return web.File{Name: "scans.json", ContentType: "application/json", Inline: true, Body: body}, nil
}
