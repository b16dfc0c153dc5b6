package app

import (
	"context"
	"slices"

	"preau/internal/insight/plan"
	"preau/internal/measures/equip/assets"
	"preau/internal/measures/equip/orders"
	"preau/internal/territory/programme"
)

// plansInForce tells orders what the plans in force buy.
type plansInForce struct {
	plan      *plan.Service
	programme *programme.Service
}

// InForce returns what the plan in force in a territory buys there, NotFound when there is none.
func (p plansInForce) InForce(ctx context.Context, territory string) (*orders.Adopted, error) {
	ctx = inside(ctx)
	head, err := p.plan.InForce(ctx, territory)
	if err != nil {
		return nil, err
	}
	version, err := p.programme.Version(ctx, head.Version)
	if err != nil {
		return nil, err
	}
	whole, err := p.plan.Whole(ctx, head.ID)
	if err != nil {
		return nil, err
	}
	adopted := &orders.Adopted{ID: head.ID, AdoptedAt: head.DecidedAt}
	for i := range version.Programme.Measures {
		m := &version.Programme.Measures[i]
		wants, buys := wantsOf(m)
		cents, priced := m.UnitCostCents()
		if !buys || !priced {
			continue
		}
		bought := orders.Measure{ID: m.ID, UnitCents: cents, Wants: wants, Funder: funderOf(version.Programme, m)}
		for _, line := range whole.Lines {
			if line.Measure == m.ID && line.Territory == territory {
				bought.Lines = append(bought.Lines, orders.Due{School: line.School, Quantity: line.Quantity, Rank: int64(line.Rank)})
			}
		}
		if len(bought.Lines) > 0 {
			adopted.Measures = append(adopted.Measures, bought)
		}
	}
	return adopted, nil
}

// wantsOf says what the units of a measure are, from the facts by which they count as done and from what they bring;
// false when they are not bought.
func wantsOf(m *programme.Measure) (orders.Wants, bool) {
	done := func(kind string) bool { return slices.Contains(m.Done, kind) }
	switch {
	case done("lend.loan.handed_over"):
		return orders.Lendable, true
	case done("equip.entitlement.handed_over"):
		return assets.ServesLaptop, true
	case !done(assets.FactUsable):
		return "", false
	case m.Allocation.Raises == "kit":
		return assets.ServesKit, true
	case m.Allocation.Capacity.Deduct == "displays":
		return assets.ServesDisplay, true
	}
	return assets.ServesClass, true
}

// funderOf names who pays for a measure: the first of its operators.
func funderOf(p *programme.Programme, m *programme.Measure) string {
	if len(m.Operators) == 0 {
		return ""
	}
	return p.Operator(m.Operators[0]).Name.French
}
