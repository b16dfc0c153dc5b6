package plan

import (
	"strings"

	"preau/internal/base/i18n"
	"preau/internal/territory/programme"
)

// Few is the number of pupils under which a count is not published: fewer than five might point to somebody.
const Few = 5

// Label says the name of a scenario.
func (s Scenario) Label(l *i18n.Localizer) string { return l.T("plan.scenario." + string(s)) }

// Label says where a kept plan stands.
func (s State) Label(l *i18n.Localizer) string { return l.T("plan.state." + string(s)) }

// Label says in a sentence why a school gets nothing.
func (r Reason) Label(l *i18n.Localizer) string { return l.T("plan.reason." + string(r)) }

// Label says what kept a measure from growing further.
func (m Limit) Label(l *i18n.Localizer) string { return l.T("plan.limit." + string(m)) }

// limitText says what kept the measure from growing further; what is shared out between territories is, in a
// plan for one of them, its part, or the whole line where the programme has no other.
func (m *Measure) limitText(l *i18n.Localizer, p *programme.Programme) string {
	switch {
	case m.Limit != LimitShared || len(m.Pools) > 1:
		return m.Limit.Label(l)
	case len(p.Codes()) > 1:
		return l.T("plan.limit.part")
	}
	return l.T("plan.limit.whole")
}

// Points says thousandths of a point as points.
func Points(l *i18n.Localizer, thousandths int64) string {
	return l.Decimal(float64(thousandths)/1000, 2)
}

// facts says the names of unknown facts, "" for none.
func facts(l *i18n.Localizer, names []string) string {
	said := make([]string, len(names))
	for i, name := range names {
		said[i] = programme.FactName(l, name)
	}
	return strings.Join(said, ", ")
}

// shareOf says a part of a whole in per cent, "" when the whole is nothing.
func shareOf(l *i18n.Localizer, part, whole int64) string {
	if whole == 0 {
		return ""
	}
	return l.Percent(float64(part) / float64(whole))
}

// decimal says a number with one decimal, or that it is unknown.
func decimal(l *i18n.Localizer, v *float64) string {
	if v == nil {
		return l.T("programme.unknown")
	}
	return l.Decimal(*v, 1)
}

// say says a range of pupils.
func (r Range) say(l *i18n.Localizer) string {
	if r.Sure == r.Possible {
		return l.T("plan.gain.exact", "n", r.Sure)
	}
	return l.T("plan.gain.between", "n", r.Possible, "sure", r.Sure)
}

// short says a range without its unit, for a column of them.
func (r Range) short(l *i18n.Localizer) string {
	if r.Sure == r.Possible {
		return l.Number(r.Sure)
	}
	return l.T("plan.gain.short", "sure", r.Sure, "possible", r.Possible)
}

// what says what the school gets of the measure, or why it gets nothing.
func (x *Explanatory) what(l *i18n.Localizer) string {
	switch {
	case x.Level == programme.LevelTerritory:
		return l.T("plan.told.territory")
	case x.Level == programme.LevelNone:
		return l.T("plan.told.none")
	case x.Few:
		return l.T("plan.told.few")
	case x.Quantity > 0 && x.Quantity < x.Capacity:
		return l.T("plan.told.part", "units", programme.CountOf(l, x.Unit, x.Quantity), "money", l.Money(x.CostCents), "whole", l.Number(x.Capacity))
	case x.Quantity > 0:
		return l.T("plan.told.served", "units", programme.CountOf(l, x.Unit, x.Quantity), "money", l.Money(x.CostCents))
	case x.Tie != nil:
		return x.Reason.Label(l) + " " + l.T("plan.told.tie", "school", x.Tie.say(l))
	}
	return x.Reason.Label(l)
}

// operations says in order what the program did for the school.
func (x *Explanatory) operations(l *i18n.Localizer, e *Explanation) []string {
	if x.Level != programme.LevelSchool {
		return nil
	}
	if x.Rank == 0 {
		return []string{x.Reason.Label(l)}
	}
	list := []string{l.T("plan.told.eligible")}
	if !x.Few {
		list = append(list, l.T("plan.told.capacity", "units", programme.CountOf(l, x.Unit, x.Capacity)))
	}
	list = append(list, l.T("plan.told.rank."+string(e.Scenario), "rank", l.Number(int64(x.Rank)), "n", x.Of, "points", Points(l, int64(x.Points)), "seed", seedText(e.Seed)))
	if x.FirstLeft == nil {
		return append(list, l.T("plan.told.everybody"))
	}
	list = append(list, l.T("plan.told.cut."+string(x.Limit), "units", programme.CountOf(l, x.Unit, x.Planned)))
	if x.LastServed != nil {
		list = append(list, l.T("plan.told.above", "school", x.LastServed.say(l), "rank", l.Number(int64(x.LastServed.Rank)), "points", Points(l, int64(x.LastServed.Points))))
	}
	list = append(list, l.T("plan.told.below", "school", x.FirstLeft.say(l), "rank", l.Number(int64(x.FirstLeft.Rank)), "points", Points(l, int64(x.FirstLeft.Points))))
	if x.Tie == nil {
		return list
	}
	if x.Quantity == 0 {
		return append(list, l.T("plan.told.tie.lost", "school", x.Tie.say(l), "points", Points(l, int64(x.Points))))
	}
	return append(list, l.T("plan.told.tie.won", "school", x.Tie.say(l), "points", Points(l, int64(x.Points))))
}

func (n *Neighbour) say(l *i18n.Localizer) string {
	if n.Name == "" {
		return l.T("plan.told.private")
	}
	return l.T("plan.told.neighbour", "name", n.Name, "uai", n.UAI)
}

// turns says what would have changed the outcome.
func (x *Explanatory) turns(l *i18n.Localizer) []string {
	var list []string
	for i := range x.Changes {
		list = append(list, x.Changes[i].say(l))
	}
	if x.MoreUnits > 0 {
		list = append(list, l.T("plan.change.units", "units", programme.CountOf(l, x.Unit, x.MoreUnits), "money", l.Money(x.MoreUnits*x.UnitCostCents)))
	}
	return list
}

func (c *Change) say(l *i18n.Localizer) string {
	outcome := l.T("plan.change.left")
	if c.Served {
		outcome = l.T("plan.change.served")
	}
	var fact string
	switch c.Fact {
	case programme.FactIPS:
		value := l.Decimal(float64(c.To.Number)/10, 1)
		switch {
		case c.Served && c.Known:
			fact = l.T("plan.change.ips.down", "value", value)
		case c.Served:
			fact = l.T("plan.change.ips.known_down", "value", value)
		case c.Known:
			fact = l.T("plan.change.ips.up", "value", value)
		default:
			fact = l.T("plan.change.ips.known_up", "value", value)
		}
	case programme.FactWithoutDevice, programme.FactWithoutConnection:
		name := programme.FactName(l, c.Fact)
		switch {
		case c.Served:
			fact = l.T("plan.change.count.up", "fact", name, "n", c.To.Number, "of", c.To.Of)
		default:
			fact = l.T("plan.change.count.down", "fact", name, "n", c.To.Number, "of", c.To.Of)
		}
	default:
		fact = l.T("plan.change.word", "fact", programme.FactName(l, c.Fact), "value", programme.WordOf(l, c.Fact, c.To.Word))
	}
	return l.T("plan.change.then", "fact", fact, "outcome", outcome)
}

// say says the value of a fact for a criterion of a school.
func (c *CriterionPoint) say(l *i18n.Localizer) string {
	if c.Unknown {
		return l.T("plan.value.unknown", "policy", programme.PolicyName(l, c.Policy))
	}
	switch c.Fact {
	case programme.FactIPS:
		return l.Decimal(float64(c.Value.Number)/10, 1)
	case programme.FactWithoutDevice, programme.FactWithoutConnection:
		switch {
		case c.Thousandths == 0:
			return l.T("plan.value.few")
		case c.Thousandths == Full:
			return l.T("plan.value.nearly_all")
		}
		return l.T("plan.value.share", "share", l.Percent(float64(c.Thousandths)/1000))
	case programme.FactEquipped:
		return l.T("plan.value.equipped", "n", c.Value.Number, "of", c.Value.Of)
	}
	return programme.WordOf(l, c.Fact, c.Value.Word)
}

// Sentences says an explanation as plain text, a line at a time, for the terminal.
func (e *Explanation) Sentences(l *i18n.Localizer, p *programme.Programme) []string {
	list := []string{l.T("plan.told.title", "name", e.School.Name, "uai", e.UAI)}
	for i := range e.Measures {
		x := &e.Measures[i]
		list = append(list, "", p.Measure(x.ID).Name.Say(l)+l.T("plan.colon")+x.what(l))
		for _, o := range x.operations(l, e) {
			list = append(list, "  - "+o)
		}
		if x.Rank > 0 {
			for j := range x.Criteria {
				c := &x.Criteria[j]
				list = append(list, "  · "+l.T("plan.told.criterion", "fact", programme.FactName(l, c.Fact), "value", c.say(l), "points", Points(l, c.Points), "weight", c.Weight))
			}
		}
		for _, turn := range x.turns(l) {
			list = append(list, "  → "+turn)
		}
	}
	return list
}
