package programme

import (
	"fmt"
	"regexp"
	"slices"

	"github.com/goccy/go-yaml/ast"

	"preau/internal/base/errs"
)

// checker collects what is wrong in a file that could be read; each mistake names its line.
type checker struct {
	p      *Programme
	file   *ast.File
	fields []errs.Field
}

var (
	idForm   = regexp.MustCompile(`^[a-z][a-z0-9-]{0,40}$`)
	codeForm = regexp.MustCompile(`^([0-9]{2}|2A|2B|9[78][0-9])$`)
	dateForm = regexp.MustCompile(`^[0-9]{4}(-(0[1-9]|1[0-2])(-(0[1-9]|[12][0-9]|3[01]))?)?$`)
)

// wrong adds a mistake at a path; args alternate names and values, the line comes first.
func (c *checker) wrong(path, key string, args ...any) {
	c.fields = append(c.fields, errs.Field{Name: path, Key: key, Args: append([]any{"line", c.line(path)}, args...)})
}

func at(list string, i int, more string) string { return fmt.Sprintf("%s[%d]%s", list, i, more) }

func (c *checker) all() {
	p := c.p
	c.id("id", p.ID)
	c.text("name", p.Name)
	c.text("summary", p.Summary)
	c.documents()
	c.territories()
	c.named("conditions", p.Conditions)
	c.named("operators", p.Operators)
	c.figure("budget", &p.Budget)
	if p.BudgetCents() <= 0 {
		c.wrong("budget", "programme.error.no_budget")
	}
	if p.BudgetNote != nil {
		c.text("budget_note", *p.BudgetNote)
	}
	c.committees()
	c.calendar()
	c.statements("impacts", p.Impacts)
	c.statements("context", p.Context)
	c.assumptions()
	c.rankings()
	c.measures()
	if sum := p.ItemisedCents(); sum > p.BudgetCents() && p.BudgetCents() > 0 {
		c.wrong("measures", "programme.error.lines_over_budget", "sum", sum/100, "budget", p.BudgetCents()/100)
	}
}

func (c *checker) id(path, id string) {
	if !idForm.MatchString(id) {
		c.wrong(path, "programme.error.id", "value", id)
	}
}

// unique returns a function that reports an id seen before.
func (c *checker) unique() func(path, id string) {
	seen := map[string]bool{}
	return func(path, id string) {
		c.id(path, id)
		if seen[id] {
			c.wrong(path, "programme.error.twice", "value", id)
		}
		seen[id] = true
	}
}

func (c *checker) text(path string, t Text) {
	if t.French == "" || t.English == "" {
		c.wrong(path, "programme.error.text", "key", path)
	}
}

func (c *checker) oneOf(path, value string, allowed ...string) {
	if !slices.Contains(allowed, value) {
		c.wrong(path, "programme.error.one_of", "value", value, "allowed", list(allowed))
	}
}

func list(words []string) string {
	out := ""
	for i, w := range words {
		if i > 0 {
			out += ", "
		}
		out += w
	}
	return out
}

func (c *checker) source(path string, s Source) {
	if !slices.ContainsFunc(c.p.Documents, func(d Document) bool { return d.ID == s.Document }) {
		c.wrong(path, "programme.error.source", "value", s.Document)
		return
	}
	if s.Page <= 0 && s.Section == "" && s.Date == "" {
		c.wrong(path, "programme.error.source_place")
	}
}

func (c *checker) documents() {
	unique := c.unique()
	for i, d := range c.p.Documents {
		unique(at("documents", i, ".id"), d.ID)
		c.text(at("documents", i, ".title"), d.Title)
		if !dateForm.MatchString(d.Date) {
			c.wrong(at("documents", i, ".date"), "programme.error.date", "value", d.Date)
		}
	}
}

func (c *checker) territories() {
	if len(c.p.Territories) == 0 {
		c.wrong("territories", "programme.error.no_territory")
	}
	seen := map[string]bool{}
	for i, t := range c.p.Territories {
		if !codeForm.MatchString(t.Code) {
			c.wrong(at("territories", i, ".code"), "programme.error.territory", "value", t.Code)
		}
		if seen[t.Code] {
			c.wrong(at("territories", i, ".code"), "programme.error.twice", "value", t.Code)
		}
		seen[t.Code] = true
		c.source(at("territories", i, ".source"), t.Source)
	}
}

func (c *checker) territory(path, code string) {
	if !slices.Contains(c.p.Codes(), code) {
		c.wrong(path, "programme.error.territory", "value", code)
	}
}

func (c *checker) named(list string, things []Named) {
	unique := c.unique()
	for i, n := range things {
		unique(at(list, i, ".id"), n.ID)
		c.text(at(list, i, ".name"), n.Name)
		c.text(at(list, i, ".text"), n.Text)
		c.source(at(list, i, ".source"), n.Source)
	}
}

func (c *checker) figure(path string, f *Figure) {
	if len(f.Statements) == 0 {
		c.wrong(path, "programme.error.no_statement")
	}
	c.statements(path+".statements", f.Statements)
	if f.disagrees() && f.Disagreement == nil {
		c.wrong(path, "programme.error.disagreement")
	}
	if f.Disagreement != nil {
		c.text(path+".disagreement", *f.Disagreement)
	}
}

func (c *checker) statements(path string, statements []Statement) {
	for i, s := range statements {
		where := at(path, i, "")
		given := 0
		for _, there := range []bool{s.Number != nil, s.Percent != nil, s.Euros != nil} {
			if there {
				given++
			}
		}
		if given > 1 {
			c.wrong(where, "programme.error.two_figures")
		}
		c.text(where+".text", s.Text)
		c.source(where+".source", s.Source)
		c.shares(where+".shares", s.Shares, s.Number)
	}
}

// shares checks that a division between territories adds up to the number that it divides.
func (c *checker) shares(path string, shares map[string]int64, number *int64) {
	if shares == nil {
		return
	}
	sum := int64(0)
	for _, code := range sortedKeys(shares) {
		c.territory(path, code)
		sum += shares[code]
		if shares[code] < 0 {
			c.wrong(path, "programme.error.negative")
		}
	}
	if number != nil && sum != *number {
		c.wrong(path, "programme.error.shares", "sum", sum, "number", *number)
	}
}

func sortedKeys(m map[string]int64) []string {
	keys := make([]string, 0, len(m))
	for k := range m {
		keys = append(keys, k)
	}
	slices.Sort(keys)
	return keys
}

func (c *checker) committees() {
	unique := c.unique()
	for i, k := range c.p.Committees {
		unique(at("committees", i, ".id"), k.ID)
		c.text(at("committees", i, ".name"), k.Name)
		c.text(at("committees", i, ".role"), k.Role)
		c.source(at("committees", i, ".source"), k.Source)
		for j, m := range k.Members {
			c.text(at(at("committees", i, ".members"), j, ""), m)
		}
	}
}

func (c *checker) calendar() {
	for i, e := range c.p.Calendar {
		if !dateForm.MatchString(e.Date) {
			c.wrong(at("calendar", i, ".date"), "programme.error.date", "value", e.Date)
		}
		c.text(at("calendar", i, ".text"), e.Text)
		c.source(at("calendar", i, ".source"), e.Source)
	}
}
