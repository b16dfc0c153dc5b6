package catalogue

import (
	"slices"
	"strconv"
	"strings"

	"preau/internal/base/errs"
)

// Kit is a bill of materials that is ordered and delivered as one.
type Kit struct {
	ID        string `json:"id"`
	Name      string `json:"name"`
	Serves    string `json:"serves"`   // what a usable one brings to a class
	Lendable  bool   `json:"lendable"` // may be lent to a pupil, as a whole
	Latest    int64  `json:"latest"`   // number of its newest version
	Retired   bool   `json:"retired"`
	CreatedAt int64  `json:"created_at"`
}

// Part is so many of a model in a version of a kit.
type Part struct {
	Model    Model `json:"model"`
	Quantity int64 `json:"quantity"`
}

// Parts are what a version of a kit is made of.
type Parts []Part

// PriceCents returns what the parts cost together, with tax, and false when the price of one is unknown.
func (p Parts) PriceCents() (int64, bool) {
	sum := int64(0)
	for _, part := range p {
		if part.Model.PriceCents == nil {
			return 0, false
		}
		sum += part.Quantity * *part.Model.PriceCents
	}
	return sum, true
}

// Tracked returns the number of items that become assets of their own.
func (p Parts) Tracked() int64 {
	n := int64(0)
	for _, part := range p {
		if part.Model.Tracked {
			n += part.Quantity
		}
	}
	return n
}

// Single returns the only tracked item of a kit: a tablet with its charger and its case is followed as the tablet.
// False when there are several, or none.
func (p Parts) Single() (Model, bool) {
	if p.Tracked() != 1 {
		return Model{}, false
	}
	for _, part := range p {
		if part.Model.Tracked {
			return part.Model, true
		}
	}
	return Model{}, false
}

// PartInput is a part as a person names it.
type PartInput struct {
	Model    string `json:"model"`
	Quantity int64  `json:"quantity" minimum:"1" maximum:"100"`
}

// KitInput is what a person says of a kit.
type KitInput struct {
	Name     string      `json:"name" maxLength:"120"`
	Serves   string      `json:"serves,omitempty" enum:",display,laptop,kit,class"`
	Lendable bool        `json:"lendable,omitempty"`
	Parts    []PartInput `json:"parts" maxItems:"30"`
}

// The bounds of a kit.
const (
	mostParts = 30
	mostOfOne = 100
)

// check puts the input in order and returns an Invalid error that names each field at fault, or nil.
func (in *KitInput) check() error {
	in.Name = strings.Join(strings.Fields(in.Name), " ")
	var fields []errs.Field
	switch {
	case in.Name == "":
		fields = append(fields, errs.Field{Name: "name", Key: "catalogue.error.empty"})
	case len(in.Name) > mostText:
		fields = append(fields, errs.Field{Name: "name", Key: "catalogue.error.long", Args: []any{"n", mostText}})
	}
	if !slices.Contains(Serving, in.Serves) {
		fields = append(fields, errs.Field{Name: "serves", Key: "catalogue.error.choice"})
	}
	if len(in.Parts) == 0 || len(in.Parts) > mostParts {
		fields = append(fields, errs.Field{Name: "model-1", Key: "catalogue.error.parts", Args: []any{"most", mostParts}})
	}
	seen := map[string]bool{}
	for i, part := range in.Parts {
		row := strconv.Itoa(i + 1)
		if part.Quantity < 1 || part.Quantity > mostOfOne {
			fields = append(fields, errs.Field{Name: "quantity-" + row, Key: "catalogue.error.quantity", Args: []any{"most", mostOfOne}})
		}
		if seen[part.Model] {
			fields = append(fields, errs.Field{Name: "model-" + row, Key: "catalogue.error.twice"})
		}
		seen[part.Model] = true
	}
	return errs.OfFields(fields...)
}
