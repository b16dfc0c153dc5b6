package main

import (
	"encoding/json"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"text/tabwriter"
)

// Row is a figure beside its limit. The ratio is the share of the limit that was reached: 1 is as good as
// the limit, 0.5 half as good, whether more is better (pages per second) or less (milliseconds).
type Row struct {
	Name  string   `json:"name"`
	Value float64  `json:"value"`
	Unit  string   `json:"unit"`
	Limit *float64 `json:"limit"`
	Ratio *float64 `json:"ratio"`
	Goal  *float64 `json:"goal"`

	aim aim
}

// aim says what a goal is about.
type aim string

const (
	noAim        aim = ""
	valueAtMost  aim = "value ≤ goal"
	ratioAtLeast aim = "ratio ≥ goal"
)

// rate is a figure of which more is better.
func rate(name string, value float64, unit string, limit float64) Row {
	return withLimit(Row{Name: name, Value: value, Unit: unit}, limit, value/limit)
}

// cost is a figure of which less is better.
func cost(name string, value float64, unit string, limit float64) Row {
	return withLimit(Row{Name: name, Value: value, Unit: unit}, limit, limit/value)
}

// alone is a figure without a limit.
func alone(name string, value float64, unit string) Row {
	return Row{Name: name, Value: value, Unit: unit}
}

func withLimit(r Row, limit, ratio float64) Row {
	r.Limit, r.Ratio = &limit, &ratio
	return r
}

// aimed gives the row a goal; its unit says what the goal is about.
func (r Row) aimed(a aim, goal float64) Row {
	r.aim, r.Goal = a, &goal
	r.Unit += ", " + string(a)
	return r
}

// verdict says whether the goal is met; "" without a goal.
func (r Row) verdict() string {
	met := false
	switch r.aim {
	case noAim:
		return ""
	case valueAtMost:
		met = r.Value <= *r.Goal
	case ratioAtLeast:
		met = r.Ratio != nil && *r.Ratio >= *r.Goal
	}
	if met {
		return "met"
	}
	return "MISSED"
}

func printTable(w io.Writer, rows []Row) {
	t := tabwriter.NewWriter(w, 0, 0, 2, ' ', 0)
	fmt.Fprintln(t, "name\tvalue\tlimit\tratio\tgoal\t\tunit")
	for _, r := range rows {
		fmt.Fprintln(t, strings.Join([]string{r.Name, digits(&r.Value), digits(r.Limit), digits(r.Ratio), digits(r.Goal), r.verdict(), r.Unit}, "\t"))
	}
	_ = t.Flush()
}

// digits writes a number with three digits that count, "" when there is none.
func digits(v *float64) string {
	switch {
	case v == nil:
		return ""
	case *v >= 100:
		return strconv.FormatFloat(*v, 'f', 0, 64)
	}
	return strconv.FormatFloat(*v, 'g', 3, 64)
}

// writeJSON keeps the rows as an array of name, value, unit, limit, ratio and goal.
func writeJSON(file string, rows []Row) error {
	if err := os.MkdirAll(filepath.Dir(file), 0o750); err != nil {
		return err
	}
	text, err := json.MarshalIndent(rows, "", "  ")
	if err != nil {
		return err
	}
	return os.WriteFile(file, append(text, '\n'), 0o644)
}
