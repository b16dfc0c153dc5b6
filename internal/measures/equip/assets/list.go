package assets

import (
	"slices"
	"strings"
	"time"

	"preau/internal/base/authz"
	"preau/internal/base/db"
	"preau/internal/base/errs"
)

// Sort names what a list of assets is sorted by.
type Sort string

// The orders of a list of assets; each ends with the code, so that it is total.
const (
	ByName   Sort = "name"
	ByCode   Sort = "code"
	BySchool Sort = "school"
	ByUse    Sort = "usable"
)

var orders = map[Sort][]string{
	ByName: {"a.name", "a.code"}, ByCode: {"a.code"}, BySchool: {"a.school", "a.name", "a.code"}, ByUse: {"a.usable_at", "a.name", "a.code"},
}

// What a filter of a value that may be absent may ask for.
const (
	anyOf = "any"
	none  = "none"
)

// Kinds lists the kinds of asset: those of the models, and kits.
var Kinds = []string{"kit", "laptop", "tablet", "display", "camera", "microphone", "speaker", "robot", "hotspot", "sim", "charger", "case", "other"}

// Filter chooses assets. Empty members choose all; retired assets are left out unless State asks for them, and
// the parts of kits unless Parts does or Search names one by its label or its serial number.
type Filter struct {
	Territory string
	Search    string // words of the code, the serial number or the name, without regard to accents and case
	School    string // UAI, or words of the name of schools; none is the territory's own stock
	Class     string
	State     string // a State, or any, the retired ones too
	Trouble   string // a Trouble, any, none
	Kind      string
	Measure   string
	Owner     string // words of it; so are funder and custodian
	Funder    string
	Custodian string
	Order     string
	Model     string
	Lent      string // any, none
	Serial    string // none: without a serial number
	Unseen    string // 2026-10-01: not seen since that day
	Parts     bool
	Sort      Sort
	Down      bool // the last first
	Page      int  // from 1
	Size      int  // rows a page, 50 unless told, 500 at the most
}

const (
	perPage    = 50
	mostOnPage = 500
	mostPages  = 1_000_000
)

// normal returns the filter with its defaults, or an Invalid error that names the members that are wrong.
func (f Filter) normal() (Filter, error) {
	var fields []errs.Field
	oneOf := func(name, value string, values ...string) {
		if value != "" && !slices.Contains(values, value) {
			fields = append(fields, errs.Field{Name: name, Key: "assets.filter.wrong", Args: []any{"name", name, "values", strings.Join(values, ", ")}})
		}
	}
	oneOf("state", f.State, append(texts(States), anyOf)...)
	oneOf("trouble", f.Trouble, append(texts(Troubles), anyOf, none)...)
	oneOf("kind", f.Kind, Kinds...)
	oneOf("lent", f.Lent, anyOf, none)
	oneOf("serial", f.Serial, none)
	oneOf("sort", string(f.Sort), string(ByName), string(ByCode), string(BySchool), string(ByUse))
	if _, err := time.Parse(time.DateOnly, f.Unseen); f.Unseen != "" && err != nil {
		fields = append(fields, errs.Field{Name: "unseen", Key: "assets.error.day"})
	}
	if f.Page < 0 || f.Page > mostPages {
		fields = append(fields, errs.Field{Name: "page", Key: "assets.filter.page"})
	}
	if f.Sort == "" {
		f.Sort = ByName
	}
	f.Page = max(f.Page, 1)
	if f.Size <= 0 {
		f.Size = perPage
	}
	f.Size = min(f.Size, mostOnPage)
	return f, errs.OfFields(fields...)
}

func texts[T ~string](values []T) []string {
	list := make([]string, len(values))
	for i, v := range values {
		list[i] = string(v)
	}
	return list
}

// condition is a WHERE clause in the making, over equip_asset a.
type condition struct {
	text strings.Builder
	args []any
}

func (c *condition) and(text string, args ...any) {
	if c.text.Len() > 0 {
		c.text.WriteString(" AND ")
	}
	c.text.WriteString(text)
	c.args = append(c.args, args...)
}

func (c *condition) in(column string, values []string) {
	switch len(values) {
	case 0:
		c.and("1 = 0")
	case 1:
		c.and(column+" = ?", values[0]) // so that an index gives the order too
	default:
		c.and(column+" IN ("+db.Marks(len(values))+")", db.Strings(values)...)
	}
}

// chosen are the values that the words of a filter stand for; nil when the filter has no words.
type chosen struct{ territories, schools, owners, funders, custodians []string }

// where adds the condition of the filter.
func (f *Filter) where(c *condition, scopes []authz.Scope, v *chosen) {
	where, args := authz.Filter(scopes, "a.territory", "a.school", "a.class")
	c.in("a.territory", v.territories)
	if !f.Parts {
		c.and("a.parent = ''")
	}
	if where != "1 = 1" {
		c.and(where, args...)
	}
	f.whereState(c)
	for _, e := range [...]struct{ column, value string }{{"a.kind", f.Kind}, {"a.measure", f.Measure}, {"a.class", f.Class}, {"a.order_id", f.Order}, {"a.model", f.Model}} {
		if e.value != "" {
			c.and(e.column+" = ?", e.value)
		}
	}
	for _, e := range [...]struct {
		column string
		values []string
	}{{"a.school", v.schools}, {"a.owner", v.owners}, {"a.funder", v.funders}, {"a.custodian", v.custodians}} {
		if e.values != nil {
			c.in(e.column, e.values)
		}
	}
	for word := range strings.SplitSeq(db.Fold(f.Search), " ") {
		if word != "" {
			c.and("a.folded LIKE ?", "%"+word+"%")
		}
	}
}

func (f *Filter) whereState(c *condition) {
	switch f.State {
	case anyOf:
	case "":
		c.and("a.state <> 'retired'")
	default:
		c.and("a.state = ?", f.State)
	}
	switch f.Trouble {
	case "":
	case anyOf:
		c.and("a.trouble <> ''")
	case none:
		c.and("a.trouble = ''")
	default:
		c.and("a.trouble = ?", f.Trouble)
	}
	switch f.Lent {
	case anyOf:
		c.and("a.holder <> ''")
	case none:
		c.and("a.holder = ''")
	}
	if f.Serial == none {
		c.and("a.serial = ''")
	}
	if f.Unseen != "" {
		c.and("COALESCE(a.seen_at, 0) < ?", dayStart(f.Unseen))
	}
}

// order returns the ORDER BY clause. All its columns go the same way, so that an index serves both; what has no
// date comes last.
func (f *Filter) order() string {
	direction := " ASC"
	if f.Down {
		direction = " DESC"
	}
	var b strings.Builder
	for i, column := range orders[f.Sort] {
		if i > 0 {
			b.WriteString(", ")
		}
		b.WriteString(column + direction)
		if column == "a.usable_at" {
			b.WriteString(" NULLS LAST")
		}
	}
	return b.String()
}
