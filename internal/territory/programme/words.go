package programme

import (
	"strconv"
	"strings"

	"preau/internal/base/i18n"
)

// Say returns the text in the localizer's language.
func (t Text) Say(l *i18n.Localizer) string { return t.In(string(l.Lang)) }

// CountOf says a number of units: "2 700 classes".
func CountOf(l *i18n.Localizer, unit Unit, n int64) string {
	return l.T("programme.unit."+string(unit), "n", n)
}

// say returns a source in words: the document, and the place in it.
func (s Source) say(l *i18n.Localizer, p *Programme) string {
	parts := []string{p.Document(s.Document).Title.Say(l)}
	if s.Page > 0 {
		parts = append(parts, l.T("programme.source.page", "page", strconv.Itoa(s.Page)))
	}
	if s.Section != "" {
		parts = append(parts, l.T("programme.source.section", "section", s.Section))
	}
	if s.Date != "" {
		parts = append(parts, s.Date)
	}
	return strings.Join(parts, ", ")
}

// figures says the figures of a target, one for each statement that differs: "15 000 classes", "50 % des classes".
func (m *Measure) figures(l *i18n.Localizer) []string {
	if m.Target == nil {
		return nil
	}
	var list []string
	for _, s := range m.Target.Statements {
		text := s.Text.Say(l)
		switch {
		case s.Number != nil:
			text = CountOf(l, m.Unit, *s.Number)
		case s.Percent != nil:
			text = l.T("programme.percent", "percent", l.Percent(float64(*s.Percent)/100))
		}
		if len(list) == 0 || list[len(list)-1] != text {
			list = append(list, text)
		}
	}
	return list
}

// unitCost says what a unit costs, and whether that is derived.
func (m *Measure) unitCost(l *i18n.Localizer) string {
	cents, ok := m.UnitCostCents()
	switch {
	case !ok:
		return l.T("programme.unknown")
	case m.UnitCost.Derived:
		return l.T("programme.derived", "money", l.Money(cents))
	}
	return l.Money(cents)
}

// money says the measure's budget line.
func (m *Measure) money(l *i18n.Localizer) string {
	if m.Budget == nil {
		return l.T("programme.no_amount")
	}
	return l.Money(m.BudgetCents())
}

func (m *Measure) operators(l *i18n.Localizer, p *Programme) string {
	names := make([]string, len(m.Operators))
	for i, id := range m.Operators {
		names[i] = p.Operator(id).Name.Say(l)
	}
	return strings.Join(names, ", ")
}

// planned says what the adopted plan gives, and done what has come of it.
func (p *Progress) planned(l *i18n.Localizer) string {
	if p.Planned == 0 {
		return l.T("programme.not_yet")
	}
	if p.Unit == UnitEnvelope {
		return l.Money(p.PlannedCents)
	}
	return l.T("programme.planned", "units", CountOf(l, p.Unit, p.Planned), "money", l.Money(p.PlannedCents))
}

func (p *Progress) done(l *i18n.Localizer) string {
	switch {
	case len(p.Measure.Done) == 0:
		return l.T("programme.not_counted")
	case p.Unit == UnitEnvelope:
		return l.T("programme.done.people", "n", p.Done)
	}
	return CountOf(l, p.Unit, p.Done)
}

// rules says how a measure is shared out, one sentence a rule.
func (m *Measure) rules(l *i18n.Localizer, p *Programme) []string {
	a := &m.Allocation
	if a.Level == LevelNone {
		return []string{a.Why.Say(l)}
	}
	var list []string
	switch {
	case a.Level == LevelSchool:
		list = append(list, m.eligibleSentence(l), m.capacitySentence(l), l.T("programme.rule.target", "units", CountOf(l, m.Unit, a.Target), "money", l.Money(m.BudgetCents())))
	case a.Target > 0:
		list = append(list, l.T("programme.rule.units", "units", CountOf(l, m.Unit, a.Target), "money", l.Money(m.BudgetCents())))
	default:
		list = append(list, l.T("programme.rule.money", "money", l.Money(m.BudgetCents())))
	}
	list = append(list, a.Split.say(l, p))
	if a.Level == LevelSchool {
		list = append(list, l.T("programme.rule.ranking", "ranking", p.Ranking(a.Ranking).Name.Say(l)))
		if a.Partial {
			list = append(list, l.T("programme.rule.partial"))
		} else {
			list = append(list, l.T("programme.rule.whole"))
		}
		list = append(list, l.T("programme.rule.ties"))
		list = append(list, a.Eligibility.unknownSentences(l)...)
	}
	if a.Why != nil {
		list = append(list, a.Why.Say(l))
	}
	return list
}

func (m *Measure) eligibleSentence(l *i18n.Localizer) string {
	e := &m.Allocation.Eligibility
	parts := []string{}
	add := func(prefix string, words []string) {
		if len(words) > 0 {
			said := make([]string, len(words))
			for i, w := range words {
				said[i] = l.T(prefix + w)
			}
			parts = append(parts, strings.Join(said, l.T("programme.or")))
		}
	}
	add("programme.type.", e.Types)
	add("programme.level.", e.Levels)
	add("programme.sector.", e.Sectors)
	add("programme.contract.", e.Contracts)
	if len(parts) == 0 {
		return l.T("programme.rule.everybody")
	}
	return l.T("programme.rule.eligible", "who", strings.Join(parts, " ; "))
}

func (m *Measure) capacitySentence(l *i18n.Localizer) string {
	k := &m.Allocation.Capacity
	text := l.T("programme.capacity."+k.Of, "share", l.Percent(float64(k.Permille)/1000))
	if k.Permille < 1000 {
		text += " " + l.T("programme.round."+k.Round)
	}
	if k.Deduct != "" {
		text += " " + l.T("programme.deduct."+k.Deduct)
	}
	if k.WhenUnknown > 0 {
		text += " " + l.T("programme.when_unknown", "share", l.Percent(float64(k.WhenUnknown)/1000))
	}
	return text
}

func (s *Split) say(l *i18n.Localizer, p *Programme) string {
	if s.By != SplitShares {
		return l.T("programme.split." + string(s.By))
	}
	parts := []string{}
	for _, t := range p.Territories {
		parts = append(parts, l.T("programme.split.share", "name", t.Name, "n", s.Shares[t.Code]))
	}
	return l.T("programme.split.shares", "shares", strings.Join(parts, ", "))
}

func (e *Eligibility) unknownSentences(l *i18n.Localizer) []string {
	var list []string
	add := func(key, value string) {
		if value != "" {
			list = append(list, l.T(key+value))
		}
	}
	add("programme.unknown.levels.", e.Unknown.Levels)
	add("programme.unknown.sectors.", e.Unknown.Sectors)
	add("programme.unknown.contracts.", e.Unknown.Contracts)
	return list
}

// FactName says the name of a fact that a criterion weighs or that a line lacks.
func FactName(l *i18n.Localizer, fact string) string { return l.T("programme.fact." + fact) }

// PolicyName says what an unknown fact counts as.
func PolicyName(l *i18n.Localizer, p Policy) string { return l.T("programme.policy." + string(p)) }

// WordOf says the value of a worded fact.
func WordOf(l *i18n.Localizer, fact, word string) string {
	switch fact {
	case FactPriority:
		if word == "none" {
			return l.T("programme.word.no_priority")
		}
		return word
	case FactQPV:
		return l.T("programme.word.qpv." + word)
	}
	return l.T("programme.word." + word)
}

// scale says how a criterion turns a fact into points.
func (c *Criterion) scale(l *i18n.Localizer) string {
	switch {
	case c.Fact == FactIPS:
		return l.T("programme.scale.ips", "from", c.From, "to", c.To)
	case len(c.Values) > 0:
		parts := []string{}
		for _, w := range Words(c.Fact) {
			parts = append(parts, l.T("programme.scale.word", "word", WordOf(l, c.Fact, w), "share", l.Percent(float64(c.Values[w])/1000)))
		}
		return strings.Join(parts, " ; ")
	case c.Fact == FactEquipped:
		return l.T("programme.scale.equipped")
	}
	return l.T("programme.scale.share", "step", l.Percent(float64(c.Step)/1000))
}
