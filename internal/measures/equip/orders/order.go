package orders

import (
	"slices"
	"strconv"
	"strings"
	"time"

	"preau/internal/base/errs"
)

// State is how far an order has come.
type State string

// The states. A draft is placed or cancelled; a placed order is closed, or cancelled as long as nothing came.
const (
	Draft     State = "draft"
	Placed    State = "placed"
	Closed    State = "closed"
	Cancelled State = "cancelled"
)

// States lists them in their order.
var States = []State{Draft, Placed, Closed, Cancelled}

// Order is what is bought of one supplier for one territory.
type Order struct {
	Territory  string   `json:"territory"`
	ID         string   `json:"id"`
	Reference  string   `json:"reference"` // 2026-0001
	Market     string   `json:"market"`    // reference of the market
	Supplier   string   `json:"supplier"`
	Plan       string   `json:"plan,omitempty"` // the adopted plan that it carries out
	State      State    `json:"state"`
	ExpectedOn string   `json:"expected_on"` // 2026-10-01, "" unknown
	Owner      string   `json:"owner"`       // who the things will belong to
	Custodian  string   `json:"custodian"`   // who will answer for them, "" the school that gets them
	Note       string   `json:"note"`
	Version    int64    `json:"version"`
	AwardedAt  int64    `json:"awarded_at"` // ms UTC: when the plan was adopted, 0 without one
	CreatedAt  int64    `json:"created_at"`
	CreatedBy  string   `json:"-"`
	PlacedAt   int64    `json:"placed_at,omitempty"`
	ClosedAt   int64    `json:"closed_at,omitempty"`
	Lines      []Line   `json:"lines"`
	Funders    []Funder `json:"funders"`
}

// Line is so many of a kit in a version, or of a model.
type Line struct {
	Number     int64  `json:"number"`
	Measure    string `json:"measure"` // of the programme, "" none
	Kit        string `json:"kit,omitempty"`
	KitVersion int64  `json:"kit_version,omitempty"`
	Model      string `json:"model,omitempty"`
	Name       string `json:"name"` // of the kit or the model
	Tracked    bool   `json:"tracked"`
	Quantity   int64  `json:"quantity"`
	UnitCents  int64  `json:"unit_cents"`
	Awarded    int64  `json:"awarded"` // to schools; the rest is the territory's stock
}

// Cents returns what the line costs.
func (l *Line) Cents() int64 { return l.Quantity * l.UnitCents }

// Funder pays a share of an order, in ten-thousandths.
type Funder struct {
	Name  string `json:"name"`
	Share int64  `json:"share"`
}

// Cents returns what the order costs.
func (o *Order) Cents() int64 {
	sum := int64(0)
	for i := range o.Lines {
		sum += o.Lines[i].Cents()
	}
	return sum
}

// Quantity returns how many units the order is for.
func (o *Order) Quantity() int64 {
	sum := int64(0)
	for i := range o.Lines {
		sum += o.Lines[i].Quantity
	}
	return sum
}

// funderText names the funders as an asset bears them: one alone, or each with its share.
func (o *Order) funderText() string {
	if len(o.Funders) == 1 {
		return o.Funders[0].Name
	}
	texts := make([]string, len(o.Funders))
	for i, f := range o.Funders {
		texts[i] = f.Name + " (" + strings.Replace(strconv.FormatFloat(float64(f.Share)/100, 'f', -1, 64), ".", ",", 1) + " %)"
	}
	return strings.Join(texts, ", ")
}

// told returns the data of a fact about the order.
func (o *Order) told() told {
	t := told{Reference: o.Reference, Quantity: o.Quantity()}
	for i := range o.Lines {
		t.Lines = append(t.Lines, toldLine{o.Lines[i].Measure, o.Lines[i].Quantity, o.Lines[i].Cents()})
	}
	return t
}

// LineInput is a line as a person writes it. A line that is there keeps its Number; 0 is a new one, and a Quantity
// of 0 takes a line away.
type LineInput struct {
	Number     int64  `json:"number,omitempty"`
	Measure    string `json:"measure,omitempty"`
	Kit        string `json:"kit,omitempty"`
	KitVersion int64  `json:"kit_version,omitempty" doc:"The newest when 0"`
	Model      string `json:"model,omitempty"`
	Quantity   int64  `json:"quantity"`
	UnitCents  int64  `json:"unit_cents"`
}

// Input is an order as a person writes it.
type Input struct {
	Market     string      `json:"market,omitempty"`
	Supplier   string      `json:"supplier,omitempty"`
	ExpectedOn string      `json:"expected_on,omitempty"`
	Owner      string      `json:"owner,omitempty"`
	Custodian  string      `json:"custodian,omitempty"`
	Note       string      `json:"note,omitempty"`
	Lines      []LineInput `json:"lines,omitempty"`
	Funders    []Funder    `json:"funders,omitempty"`
	Version    int64       `json:"version,omitempty" doc:"Of the order, as it was read"`
}

// The bounds of an order.
const (
	mostText     = 200
	mostNote     = 2000
	mostLines    = 20
	mostFunders  = 8
	mostQuantity = 100_000
	mostCents    = 100_000_000
)

// check puts the input in order and returns an Invalid error that names each field at fault, or nil. A draft may
// lack what placing it asks for.
func (in *Input) check() error {
	var fields []errs.Field
	wrong := func(name, key string, args ...any) {
		fields = append(fields, errs.Field{Name: name, Key: key, Args: args})
	}
	for _, f := range []struct {
		name string
		text *string
		most int
	}{{"market", &in.Market, mostText}, {"supplier", &in.Supplier, mostText}, {"owner", &in.Owner, mostText}, {"custodian", &in.Custodian, mostText}, {"note", &in.Note, mostNote}} {
		*f.text = strings.TrimSpace(*f.text)
		if len(*f.text) > f.most {
			wrong(f.name, "orders.error.long", "n", f.most)
		}
	}
	if _, err := time.Parse(time.DateOnly, in.ExpectedOn); in.ExpectedOn != "" && err != nil {
		wrong("expected_on", "orders.error.day")
	}
	if len(in.Lines) > mostLines {
		wrong("item-1", "orders.error.lines", "most", mostLines)
	}
	for i := range in.Lines {
		in.Lines[i].check(strconv.Itoa(i+1), wrong)
	}
	checkFunders(in.Funders, wrong)
	return errs.OfFields(fields...)
}

func (l *LineInput) check(row string, wrong func(name, key string, args ...any)) {
	if l.Quantity == 0 && l.Number > 0 {
		return
	}
	if (l.Kit == "") == (l.Model == "") {
		wrong("item-"+row, "orders.error.item")
	}
	if l.Quantity < 1 || l.Quantity > mostQuantity {
		wrong("quantity-"+row, "orders.error.quantity", "most", mostQuantity)
	}
	if l.UnitCents < 0 || l.UnitCents > mostCents {
		wrong("price-"+row, "orders.error.price")
	}
}

// checkFunders finds fault with funders whose shares do not add up to the whole, or who stand there twice.
func checkFunders(funders []Funder, wrong func(name, key string, args ...any)) {
	if len(funders) == 0 {
		return
	}
	if len(funders) > mostFunders {
		wrong("funder-1", "orders.error.funders", "most", mostFunders)
	}
	sum, names := int64(0), map[string]bool{}
	for i := range funders {
		f, row := &funders[i], strconv.Itoa(i+1)
		f.Name = strings.Join(strings.Fields(f.Name), " ")
		switch {
		case f.Name == "":
			wrong("funder-"+row, "orders.error.empty")
		case len(f.Name) > mostText:
			wrong("funder-"+row, "orders.error.long", "n", mostText)
		case names[f.Name]:
			wrong("funder-"+row, "orders.error.funder_twice")
		}
		names[f.Name] = true
		if f.Share < 1 || f.Share > Whole {
			wrong("share-"+row, "orders.error.share")
		}
		sum += f.Share
	}
	if sum != Whole {
		wrong("share-1", "orders.error.shares", "sum", strconv.FormatFloat(float64(sum)/100, 'f', -1, 64))
	}
}

// ready returns an Invalid error that names what an order lacks to be placed, or nil.
func (o *Order) ready() error {
	var fields []errs.Field
	wrong := func(name, key string, args ...any) {
		fields = append(fields, errs.Field{Name: name, Key: key, Args: args})
	}
	for _, f := range []struct{ name, text, key string }{{"supplier", o.Supplier, "orders.place.supplier"}, {"market", o.Market, "orders.place.market"}, {"owner", o.Owner, "orders.place.owner"}} {
		if f.text == "" {
			wrong(f.name, f.key)
		}
	}
	if len(o.Lines) == 0 {
		wrong("item-1", "orders.place.lines")
	}
	for i := range o.Lines {
		if l := &o.Lines[i]; l.Awarded > l.Quantity {
			wrong("quantity-"+strconv.Itoa(i+1), "orders.error.awarded", "n", l.Awarded, "name", l.Name)
		}
	}
	if len(o.Funders) == 0 {
		wrong("funder-1", "orders.place.funders")
	}
	return errs.OfFields(fields...)
}

// line returns the line of a number, nil without.
func (o *Order) line(number int64) *Line {
	i := slices.IndexFunc(o.Lines, func(l Line) bool { return l.Number == number })
	if i < 0 {
		return nil
	}
	return &o.Lines[i]
}
