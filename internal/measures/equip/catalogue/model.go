package catalogue

import (
	"slices"
	"strings"
	"time"

	"preau/internal/base/db"
	"preau/internal/base/errs"
	"preau/internal/measures/equip/assets"
)

// Kinds lists the kinds of model.
var Kinds = []string{"laptop", "tablet", "display", "camera", "microphone", "speaker", "robot", "hotspot", "sim", "charger", "case", "other"}

// Serving lists what a usable one may bring to a class; "" nothing by itself.
var Serving = []string{"", assets.ServesDisplay, assets.ServesLaptop, assets.ServesKit, assets.ServesClass}

// Energies lists the classes of the energy label; "" is unknown.
var Energies = []string{"", "A", "B", "C", "D", "E", "F", "G"}

// Model is a thing as its maker sells it.
type Model struct {
	ID             string `json:"id"`
	Kind           string `json:"kind"`
	Maker          string `json:"maker"`
	Name           string `json:"name"`
	Reference      string `json:"reference"`       // the maker's
	Tracked        bool   `json:"tracked"`         // each item is an asset; else a consumable, counted
	Serves         string `json:"serves"`          // what a usable one brings to a class
	Lendable       bool   `json:"lendable"`        // may be lent to a pupil
	WarrantyMonths *int64 `json:"warranty_months"` // nil unknown
	LifeMonths     int64  `json:"life_months"`     // expected life: depreciation runs over it
	PriceCents     *int64 `json:"price_cents"`     // with tax, nil unknown
	PricedOn       string `json:"priced_on"`       // 2026-10-01, "" unknown
	Energy         string `json:"energy"`          // A to G, "" unknown
	Repairability  *int64 `json:"repairability"`   // index in tenths, 0 to 100, nil unknown
	Photo          string `json:"-"`
	Retired        bool   `json:"retired"` // no longer ordered
	Version        int64  `json:"version"`
	CreatedAt      int64  `json:"created_at"`
}

// Title returns the model as a list names it: maker and name.
func (m *Model) Title() string { return m.Maker + " " + m.Name }

func (m *Model) folded() string { return db.Fold(m.Maker + " " + m.Name + " " + m.Reference) }

// The bounds of a model's figures.
const (
	mostText   = 120
	mostMonths = 240
	mostCents  = 100_000_000
)

// clean puts the texts of a model in order.
func (m *Model) clean() {
	for _, text := range []*string{&m.Maker, &m.Name, &m.Reference} {
		*text = strings.Join(strings.Fields(*text), " ")
	}
}

// check returns an Invalid error that names each field at fault, or nil.
func (m *Model) check() error {
	var fields []errs.Field
	wrong := func(name, key string, args ...any) {
		fields = append(fields, errs.Field{Name: name, Key: key, Args: args})
	}
	for _, f := range []struct{ name, text string }{{"maker", m.Maker}, {"name", m.Name}, {"reference", m.Reference}} {
		switch {
		case f.text == "":
			wrong(f.name, "catalogue.error.empty")
		case len(f.text) > mostText:
			wrong(f.name, "catalogue.error.long", "n", mostText)
		}
	}
	if !slices.Contains(Kinds, m.Kind) {
		wrong("kind", "catalogue.error.choice")
	}
	if !slices.Contains(Serving, m.Serves) {
		wrong("serves", "catalogue.error.choice")
	}
	if !slices.Contains(Energies, m.Energy) {
		wrong("energy", "catalogue.error.choice")
	}
	if m.LifeMonths < 1 || m.LifeMonths > mostMonths {
		wrong("life_months", "catalogue.error.months", "least", 1, "most", mostMonths)
	}
	if m.WarrantyMonths != nil && (*m.WarrantyMonths < 0 || *m.WarrantyMonths > mostMonths) {
		wrong("warranty_months", "catalogue.error.months", "least", 0, "most", mostMonths)
	}
	if m.PriceCents != nil && (*m.PriceCents < 0 || *m.PriceCents > mostCents) {
		wrong("price", "catalogue.error.price")
	}
	if _, err := time.Parse(time.DateOnly, m.PricedOn); m.PricedOn != "" && err != nil {
		wrong("priced_on", "catalogue.error.day")
	}
	if m.Repairability != nil && (*m.Repairability < 0 || *m.Repairability > 100) {
		wrong("repairability", "catalogue.error.repairability")
	}
	if !m.Tracked && (m.Serves != "" || m.Lendable) {
		wrong("tracked", "catalogue.error.consumable")
	}
	return errs.OfFields(fields...)
}

// ModelSort names what a list of models is sorted by.
type ModelSort string

// The orders of a list of models; unknown values come last both ways.
const (
	ByName     ModelSort = "name"
	ByKind     ModelSort = "kind"
	ByPrice    ModelSort = "price"
	ByWarranty ModelSort = "warranty"
	ByRepair   ModelSort = "repairability"
)

var sortColumns = map[ModelSort]string{ByName: "m.folded", ByKind: "m.kind", ByPrice: "m.price_cents", ByWarranty: "m.warranty_months", ByRepair: "m.repairability"}

// ModelFilter chooses models. Empty members choose all, except Retired, which leaves the retired ones out.
type ModelFilter struct {
	Search  string
	Kind    string
	Retired bool // the retired ones alone
	Sort    ModelSort
	Down    bool
	Page    int // from 1
	Size    int // rows a page, 50 unless told; below 0 all
}

// modelsPerPage is how many models a page shows.
const modelsPerPage = 50

// normal returns the filter with its defaults, or an Invalid error.
func (f ModelFilter) normal() (ModelFilter, error) {
	if f.Sort == "" {
		f.Sort = ByName
	}
	if f.Size == 0 {
		f.Size = modelsPerPage
	}
	f.Page = max(f.Page, 1)
	var fields []errs.Field
	if _, known := sortColumns[f.Sort]; !known {
		fields = append(fields, errs.Field{Name: "sort", Key: "catalogue.error.choice"})
	}
	if f.Kind != "" && !slices.Contains(Kinds, f.Kind) {
		fields = append(fields, errs.Field{Name: "kind", Key: "catalogue.error.choice"})
	}
	return f, errs.OfFields(fields...)
}
