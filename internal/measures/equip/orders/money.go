package orders

import (
	"cmp"
	"slices"
)

// Amounts is how far money has come, in cents. What is given up after it was ordered is no longer counted as ordered.
type Amounts struct {
	Ordered  int64 `json:"ordered_cents"`
	Received int64 `json:"received_cents"` // what came, at the price that it was ordered for: the proof of service done
	Invoiced int64 `json:"invoiced_cents"`
	Paid     int64 `json:"paid_cents"`
}

func (a Amounts) plus(b Amounts) Amounts {
	return Amounts{a.Ordered + b.Ordered, a.Received + b.Received, a.Invoiced + b.Invoiced, a.Paid + b.Paid}
}

// shared splits the amounts among funders: each adds up to the cent.
func (a Amounts) shared(weights []int64) []Amounts {
	parts := make([]Amounts, len(weights))
	for _, of := range []func(*Amounts) *int64{
		func(a *Amounts) *int64 { return &a.Ordered }, func(a *Amounts) *int64 { return &a.Received },
		func(a *Amounts) *int64 { return &a.Invoiced }, func(a *Amounts) *int64 { return &a.Paid },
	} {
		for i, part := range split(*of(&a), weights) {
			*of(&parts[i]) = part
		}
	}
	return parts
}

// MoneyRow is the money of a measure that one funder gives in one territory.
type MoneyRow struct {
	Territory string `json:"territory"`
	Measure   string `json:"measure"` // "" of none
	Funder    string `json:"funder"`
	Amounts
}

// MoneyLine is the money of one measure, against what the programme and the plan hold for it.
type MoneyLine struct {
	Measure string     `json:"measure"`
	Budget  int64      `json:"budget_cents"`  // the programme's line, for all its territories
	Planned int64      `json:"planned_cents"` // by the plans in force in the territories asked for
	Units   int64      `json:"units_ordered"`
	Came    int64      `json:"units_received"`
	Sum     Amounts    `json:"sum"`
	Rows    []MoneyRow `json:"rows"` // by territory and funder
}

// Beyond tells whether more is ordered than the plan holds.
func (l *MoneyLine) Beyond() bool { return l.Planned > 0 && l.Sum.Ordered > l.Planned }

// Unserved tells whether more is invoiced than came.
func (l *MoneyLine) Unserved() bool { return l.Sum.Invoiced > l.Sum.Received }

// account is the money of one line of an order, before it is shared among its funders.
type account struct {
	territory, measure string
	funders            []Funder
	units, came        int64
	amounts            Amounts
}

// ledger adds accounts up, by measure, territory and funder; the measures are in the order given, then by name.
func ledger(accounts []account, measures []string) []MoneyLine {
	type key struct{ measure, territory, funder string }
	rows := map[key]Amounts{}
	lines := map[string]*MoneyLine{}
	for _, id := range measures {
		lines[id] = &MoneyLine{Measure: id}
	}
	for _, a := range accounts {
		line := lines[a.measure]
		if line == nil {
			line = &MoneyLine{Measure: a.measure}
			lines[a.measure] = line
		}
		line.Units, line.Came, line.Sum = line.Units+a.units, line.Came+a.came, line.Sum.plus(a.amounts)
		weights := make([]int64, len(a.funders))
		for i, f := range a.funders {
			weights[i] = f.Share
		}
		for i, part := range a.amounts.shared(weights) {
			k := key{a.measure, a.territory, a.funders[i].Name}
			rows[k] = rows[k].plus(part)
		}
	}
	for k, amounts := range rows {
		lines[k.measure].Rows = append(lines[k.measure].Rows, MoneyRow{k.territory, k.measure, k.funder, amounts})
	}
	list := make([]MoneyLine, 0, len(lines))
	for _, line := range lines {
		slices.SortFunc(line.Rows, func(a, b MoneyRow) int {
			return cmp.Or(cmp.Compare(a.Territory, b.Territory), cmp.Compare(a.Funder, b.Funder))
		})
		list = append(list, *line)
	}
	place := func(id string) int {
		if i := slices.Index(measures, id); i >= 0 {
			return i
		}
		return len(measures)
	}
	slices.SortFunc(list, func(a, b MoneyLine) int {
		return cmp.Or(cmp.Compare(place(a.Measure), place(b.Measure)), cmp.Compare(a.Measure, b.Measure))
	})
	return list
}
