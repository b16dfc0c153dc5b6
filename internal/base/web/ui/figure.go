package ui

import (
	"context"
	"strconv"

	"preau/internal/base/i18n"

	"github.com/a-h/templ"
)

// Pages is where a list stands: Page counts from 1.
type Pages struct {
	Page  int
	Size  int // rows a page
	Total int // rows of all pages
	Href  func(page int) string
}

// Count returns the number of pages, 1 at least.
func (p Pages) Count() int {
	if p.Size < 1 || p.Total < 1 {
		return 1
	}
	return (p.Total + p.Size - 1) / p.Size
}

func (p Pages) first() int {
	if p.Total == 0 {
		return 0
	}
	return (p.Page-1)*p.Size + 1
}

func (p Pages) last() int { return min(p.Page*p.Size, p.Total) }

// window returns the pages to name: the first, the last and those around the current one; 0 stands for a gap.
func (p Pages) window() []int {
	count := p.Count()
	var out []int
	for n := 1; n <= count; n++ {
		near := n >= p.Page-1 && n <= p.Page+1
		// A gap of one page is filled by that page.
		edge := n == 1 || n == count || n == 2 && p.Page <= 4 || n == count-1 && p.Page >= count-3
		switch {
		case near || edge:
			out = append(out, n)
		case out[len(out)-1] != 0:
			out = append(out, 0)
		}
	}
	return out
}

// SummaryRow is one line of a SummaryList: Value, or Body when it is more than a text.
type SummaryRow struct {
	Key     string
	Value   string
	Body    templ.Component
	Actions []Action // links, with Hidden words for what they act on
}

// Figure is a number that stands for itself.
type Figure struct {
	Figure string
	Label  string
	Note   string
	Href   string // the label leads there
}

// ProgressOf is how far something has come. Max 0 means that the end is not known yet.
type ProgressOf struct {
	ID    string // unique in the page when the page shows several
	Label string
	Value int64
	Max   int64
	Text  string // the figures in words: "12 sur 40"
}

func (p ProgressOf) id() string {
	if p.ID == "" {
		return "progress"
	}
	return p.ID
}

// Range is the readiness of Total pupils: Sure of them at least, Possible at most could still learn.
type Range struct {
	Label    string // what is measured, above the bar; may be ""
	Sure     int64
	Possible int64
	Total    int64
	Text     string // in words; IntervalText when empty
	Big      bool   // the page's main figure
	Legend   bool   // explains the three parts beneath
}

// IntervalText says the range in words: "entre 12 et 19 élèves sur 24", or "19 élèves sur 24" when nothing is unknown.
func IntervalText(ctx context.Context, sure, possible, total int64) string {
	switch {
	case total == 0:
		return i18n.T(ctx, "ui.interval.none")
	case sure == possible:
		return i18n.T(ctx, "ui.interval.exact", "n", sure, "total", total)
	}
	return i18n.T(ctx, "ui.interval.between", "n", possible, "sure", sure, "total", total)
}

func (r Range) text(ctx context.Context) string {
	if r.Text != "" {
		return r.Text
	}
	return IntervalText(ctx, r.Sure, r.Possible, r.Total)
}

// part returns n of the total as a length of the bar.
func (r Range) part(n int64) string {
	if r.Total <= 0 {
		return "0%"
	}
	n = max(0, min(n, r.Total))
	return strconv.FormatFloat(float64(n)*100/float64(r.Total), 'f', 2, 64) + "%"
}

// State is whether a condition is met.
type State string

// The states of a condition.
const (
	Met     State = "met"
	NotMet  State = "not_met"
	Unknown State = "unknown"
)

func (s State) class() string {
	switch s {
	case Met:
		return "app-chip app-chip--met"
	case NotMet:
		return "app-chip app-chip--not-met"
	}
	return "app-chip app-chip--unknown"
}

func (s State) text(ctx context.Context) string {
	switch s {
	case Met:
		return i18n.T(ctx, "ui.condition.met")
	case NotMet:
		return i18n.T(ctx, "ui.condition.not_met")
	}
	return i18n.T(ctx, "ui.condition.unknown")
}

// Condition is one of the three things that learning at a distance needs.
type Condition struct {
	Label string
	State State
	Text  string // instead of "met", "not met", "unknown"
}

// Nothing is what a list says when it has no rows.
type Nothing struct {
	Title  string
	Hint   string
	Action *Action
}
