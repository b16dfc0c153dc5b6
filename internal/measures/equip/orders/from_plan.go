package orders

import (
	"cmp"
	"slices"
	"strings"

	"preau/internal/measures/equip/catalogue"
)

// Item is a kit or a model that a line may be for.
type Item struct {
	Kit, Model string
	Version    int64 // of the kit, the newest
	Name       string
	Serves     string
	Lendable   bool
	Cents      int64
	Priced     bool // Cents is known
}

// items returns what may be ordered: kits first, then models that are followed.
func items(kits []catalogue.KitLine, models []catalogue.Model) []Item {
	var list []Item
	for _, k := range kits {
		cents, priced := k.Parts.PriceCents()
		list = append(list, Item{Kit: k.ID, Version: k.Latest, Name: k.Name, Serves: k.Serves, Lendable: k.Lendable, Cents: cents, Priced: priced})
	}
	for _, m := range models {
		item := Item{Model: m.ID, Name: m.Title(), Serves: m.Serves, Lendable: m.Lendable}
		if m.PriceCents != nil {
			item.Cents, item.Priced = *m.PriceCents, true
		}
		list = append(list, item)
	}
	return list
}

// suits tells whether the item is what a measure wants.
func (i *Item) suits(w Wants) bool {
	if w == Lendable {
		return i.Lendable
	}
	return !i.Lendable && i.Serves != "" && i.Serves == string(w)
}

// proposed returns the item that a measure gets when nobody chose one yet: a kit rather than a model, the dearest
// that what the plan counts for a unit pays for, else the cheapest. False when nothing suits.
func proposed(list []Item, m Measure) (Item, bool) {
	suiting := slices.DeleteFunc(slices.Clone(list), func(i Item) bool { return !i.suits(m.Wants) })
	if len(suiting) == 0 {
		return Item{}, false
	}
	rank := func(i Item) int64 { // the lower the better
		switch {
		case i.Priced && i.Cents <= m.UnitCents:
			return -i.Cents
		case i.Priced:
			return i.Cents
		}
		return m.UnitCents // no price: the plan's
	}
	return slices.MinFunc(suiting, func(a, b Item) int {
		return cmp.Or(cmp.Compare(btoi(a.Kit == ""), btoi(b.Kit == "")), cmp.Compare(btoi(rank(a) > 0), btoi(rank(b) > 0)), cmp.Compare(rank(a), rank(b)), cmp.Compare(a.Name, b.Name))
	}), true
}

func btoi(b bool) int {
	if b {
		return 1
	}
	return 0
}

// Choice is what a measure of a plan is carried out with.
type Choice struct {
	Measure    string   `json:"measure"`
	Skip       bool     `json:"skip,omitempty" doc:"Orders nothing for this measure now"`
	Kit        string   `json:"kit,omitempty"`
	Model      string   `json:"model,omitempty"`
	UnitCents  *int64   `json:"unit_cents,omitempty" doc:"With tax; the catalogue's when absent"`
	Market     string   `json:"market,omitempty"`
	Supplier   string   `json:"supplier,omitempty"`
	Owner      string   `json:"owner,omitempty"`
	Custodian  string   `json:"custodian,omitempty"`
	ExpectedOn string   `json:"expected_on,omitempty"`
	Funders    []Funder `json:"funders,omitempty"`
}

// Proposal is what remains to be ordered of a measure, with the choice that stands for it.
type Proposal struct {
	Measure
	Planned   int64  `json:"planned"` // units, by the plan
	Ordered   int64  `json:"ordered"` // of these, by orders that stand
	Remaining []Due  `json:"-"`
	Choice    Choice `json:"choice"`
	Item      Item   `json:"-"`
	Found     bool   `json:"found"` // something in the catalogue suits
}

// Units returns how many units remain to be ordered.
func (p *Proposal) Units() int64 {
	sum := int64(0)
	for _, d := range p.Remaining {
		sum += d.Quantity
	}
	return sum
}

// cents returns what one unit costs: as chosen, as in the catalogue, or as the plan counts.
func (p *Proposal) cents() int64 {
	switch {
	case p.Choice.UnitCents != nil:
		return *p.Choice.UnitCents
	case p.Item.Priced:
		return p.Item.Cents
	}
	return p.UnitCents
}

// awardKey names a school in a measure.
type awardKey struct{ measure, school string }

// remaining returns what a measure still gives, after what orders that stand give already.
func remaining(m Measure, ordered map[awardKey]int64) (list []Due, planned, done int64) {
	for _, d := range m.Lines {
		planned += d.Quantity
		had := min(ordered[awardKey{m.ID, d.School}], d.Quantity)
		done += had
		if rest := d.Quantity - had; rest > 0 {
			list = append(list, Due{d.School, rest, d.Rank})
		}
	}
	return list, planned, done
}

// value names the item in a form.
func (i *Item) value() string {
	if i.Kit != "" {
		return "kit:" + i.Kit
	}
	return "model:" + i.Model
}

// itemIn reads the item that a form names.
func itemIn(value string) (kit, model string) {
	if id, ok := strings.CutPrefix(value, "kit:"); ok {
		return id, ""
	}
	model, _ = strings.CutPrefix(value, "model:")
	return "", model
}
