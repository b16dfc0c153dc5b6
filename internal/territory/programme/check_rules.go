package programme

import "slices"

func (c *checker) assumptions() {
	seen := map[string]bool{}
	for i, a := range c.p.Assumptions {
		where := at("assumptions", i, "")
		c.oneOf(where+".kind", a.Kind, Kinds...)
		if seen[a.Kind] {
			c.wrong(where+".kind", "programme.error.twice", "value", a.Kind)
		}
		seen[a.Kind] = true
		if a.Pupils < 0 || a.PupilsPerClass <= 0 {
			c.wrong(where, "programme.error.positive", "key", "pupils_per_class")
		}
		c.source(where+".source", a.Source)
	}
	if !c.sharesOutToSchools() {
		return
	}
	for _, kind := range Kinds {
		if !seen[kind] {
			c.wrong("assumptions", "programme.error.no_assumption", "kind", kind)
		}
	}
}

func (c *checker) sharesOutToSchools() bool {
	return slices.ContainsFunc(c.p.Measures, func(m Measure) bool { return m.Allocation.Level == LevelSchool })
}

func (c *checker) rankings() {
	unique := c.unique()
	for i, r := range c.p.Rankings {
		where := at("rankings", i, "")
		unique(where+".id", r.ID)
		c.text(where+".name", r.Name)
		c.text(where+".text", r.Text)
		c.source(where+".source", r.Source)
		sum, seen := int64(0), map[string]bool{}
		for j, k := range r.Criteria {
			path := at(where+".criteria", j, "")
			if seen[k.Fact] {
				c.wrong(path+".fact", "programme.error.twice", "value", k.Fact)
			}
			seen[k.Fact] = true
			sum += k.Weight
			c.criterion(path, k)
		}
		if sum != 100 {
			c.wrong(where+".criteria", "programme.error.weights", "sum", sum)
		}
	}
}

func (c *checker) criterion(path string, k Criterion) {
	c.oneOf(path+".fact", k.Fact, FactIPS, FactPriority, FactQPV, FactRural, FactWithoutDevice, FactWithoutConnection, FactEquipped)
	c.oneOf(path+".unknown", string(k.Unknown), string(PolicyMedian), string(PolicyLowest), string(PolicyHighest), string(PolicyExclude))
	if k.Weight <= 0 || k.Weight > 100 {
		c.wrong(path+".weight", "programme.error.weight")
	}
	if (k.Fact == FactIPS) != (k.From != k.To) {
		c.wrong(path, "programme.error.scale")
	}
	words := Words(k.Fact)
	before := int64(0)
	for _, w := range words {
		v, there := k.Values[w]
		if !there || v < before || v > 1000 {
			c.wrong(path+".values", "programme.error.values", "allowed", list(words))
			break
		}
		before = v
	}
	if len(k.Values) != len(words) {
		c.wrong(path+".values", "programme.error.values", "allowed", list(words))
	}
	shares := k.Fact == FactWithoutDevice || k.Fact == FactWithoutConnection
	if shares != (k.Step > 0) || k.Step > 1000 {
		c.wrong(path+".step", "programme.error.step")
	}
}

func (c *checker) measures() {
	unique := c.unique()
	for i := range c.p.Measures {
		m, where := &c.p.Measures[i], at("measures", i, "")
		unique(where+".id", m.ID)
		if m.Number != i+1 {
			c.wrong(where+".number", "programme.error.numbering", "number", i+1)
		}
		c.measure(where, m)
	}
	for i := range c.p.Complements {
		m, where := &c.p.Complements[i], at("complements", i, "")
		unique(where+".id", m.ID)
		c.measure(where, m)
		if m.Allocation.Level != LevelNone {
			c.wrong(where+".allocation.level", "programme.error.one_of", "value", string(m.Allocation.Level), "allowed", string(LevelNone))
		}
	}
}

func (c *checker) measure(where string, m *Measure) {
	c.text(where+".name", m.Name)
	c.text(where+".text", m.Text)
	c.source(where+".source", m.Source)
	c.oneOf(where+".unit", string(m.Unit), string(UnitClass), string(UnitPupil), string(UnitTeacher), string(UnitSchool),
		string(UnitDevice), string(UnitEnvelope))
	for i, id := range m.Operators {
		if !slices.ContainsFunc(c.p.Operators, func(o Named) bool { return o.ID == id }) {
			c.wrong(at(where+".operators", i, ""), "programme.error.operator", "value", id)
		}
	}
	for i, id := range m.Conditions {
		if !slices.ContainsFunc(c.p.Conditions, func(o Named) bool { return o.ID == id }) {
			c.wrong(at(where+".conditions", i, ""), "programme.error.condition", "value", id)
		}
	}
	for i, kind := range m.Done {
		c.oneOf(at(where+".done", i, ""), kind, DoneKinds...)
	}
	if m.Target != nil {
		c.figure(where+".target", m.Target)
	}
	if m.Budget != nil {
		c.figure(where+".budget", m.Budget)
	}
	if m.Note != nil {
		c.text(where+".note", *m.Note)
	}
	c.unitCost(where, m)
	c.allocation(where+".allocation", m)
}

func (c *checker) unitCost(where string, m *Measure) {
	u := m.UnitCost
	if u == nil {
		return
	}
	where += ".unit_cost"
	switch {
	case u.Derived == (u.Euros != nil):
		c.wrong(where, "programme.error.unit_cost")
	case u.Derived && (m.BudgetCents() <= 0 || m.Allocation.Target <= 0):
		c.wrong(where, "programme.error.unit_cost_derived")
	case u.Euros != nil && *u.Euros == 0:
		c.wrong(where, "programme.error.positive", "key", "euros")
	case u.Euros != nil && u.Source == nil:
		c.wrong(where, "programme.error.source", "value", "")
	case u.Source != nil:
		c.source(where+".source", *u.Source)
	}
}

func (c *checker) allocation(where string, m *Measure) {
	a := &m.Allocation
	c.oneOf(where+".level", string(a.Level), string(LevelSchool), string(LevelTerritory), string(LevelNone))
	if a.Why != nil {
		c.text(where+".why", *a.Why)
	}
	switch a.Level {
	case LevelNone:
		if a.Why == nil {
			c.wrong(where, "programme.error.why")
		}
	case LevelTerritory:
		c.split(where, m, false)
		c.territoryTarget(where, m)
	case LevelSchool:
		c.split(where, m, true)
		c.schoolRule(where, m)
	}
}

// territoryTarget checks a measure that a territory spends as a whole: units at a cost, or the money alone.
func (c *checker) territoryTarget(where string, m *Measure) {
	if m.BudgetCents() <= 0 {
		c.wrong(where, "programme.error.no_amount")
	}
	if m.Unit == UnitEnvelope {
		if m.Allocation.Target != 0 {
			c.wrong(where+".target", "programme.error.envelope_target")
		}
		return
	}
	c.target(where, m)
}

// target checks that the plan's target is one that a source states, and that a unit has a cost.
func (c *checker) target(where string, m *Measure) {
	stated := m.Target != nil && slices.ContainsFunc(m.Target.Statements, func(s Statement) bool {
		return s.Number != nil && *s.Number == m.Allocation.Target
	})
	if !stated || m.Allocation.Target <= 0 {
		c.wrong(where+".target", "programme.error.target", "value", m.Allocation.Target)
	}
	if _, ok := m.UnitCostCents(); !ok {
		c.wrong(where, "programme.error.no_unit_cost")
	}
}

func (c *checker) schoolRule(where string, m *Measure) {
	a := &m.Allocation
	if m.BudgetCents() <= 0 {
		c.wrong(where, "programme.error.no_amount")
	}
	c.target(where, m)
	if c.p.Ranking(a.Ranking) == nil {
		c.wrong(where+".ranking", "programme.error.ranking", "value", a.Ranking)
	}
	c.oneOf(where+".raises", a.Raises, "", "device", "kit")
	c.eligibility(where+".eligibility", a.Eligibility)
	k := a.Capacity
	c.oneOf(where+".capacity.of", k.Of, OfClasses, OfElementaryClasses, OfPupilsLacking)
	c.oneOf(where+".capacity.round", k.Round, "up", "down")
	c.oneOf(where+".capacity.deduct", k.Deduct, "", "displays", "kits")
	if k.Permille <= 0 || k.Permille > 1000 {
		c.wrong(where+".capacity.permille", "programme.error.permille")
	}
	if (k.Of == OfPupilsLacking) != (k.WhenUnknown > 0) || k.WhenUnknown > 1000 {
		c.wrong(where+".capacity.permille_when_unknown", "programme.error.when_unknown")
	}
	if k.WhenUnknown > 0 {
		if k.Source == nil {
			c.wrong(where+".capacity", "programme.error.source", "value", "")
		} else {
			c.source(where+".capacity.source", *k.Source)
		}
	}
}

func (c *checker) eligibility(where string, e Eligibility) {
	for i, t := range e.Types {
		c.oneOf(at(where+".types", i, ""), t, "ecole", "college", "lycee")
	}
	for i, l := range e.Levels {
		c.oneOf(at(where+".levels", i, ""), l, "maternelle", "elementaire")
	}
	for i, s := range e.Sectors {
		c.oneOf(at(where+".sectors", i, ""), s, "public", "private")
	}
	for i, k := range e.Contracts {
		c.oneOf(at(where+".contracts", i, ""), k, "under", "outside")
	}
	c.licence(where+".unknown.levels", e.Unknown.Levels, len(e.Levels) > 0)
	c.licence(where+".unknown.sectors", e.Unknown.Sectors, len(e.Sectors) > 0)
	c.licence(where+".unknown.contracts", e.Unknown.Contracts, len(e.Contracts) > 0)
}

// licence checks that what happens to the unknown is said wherever a condition is set.
func (c *checker) licence(path, value string, asked bool) {
	if asked {
		c.oneOf(path, value, Admit, Refuse)
	} else if value != "" {
		c.wrong(path, "programme.error.licence")
	}
}

func (c *checker) split(where string, m *Measure, need bool) {
	s := m.Allocation.Split
	allowed := []string{string(SplitShares), string(SplitPupils), string(SplitSchools), string(SplitEqual)}
	if need {
		allowed = append(allowed, string(SplitNeed))
	}
	c.oneOf(where+".split.by", string(s.By), allowed...)
	if (s.By == SplitShares) != (len(s.Shares) > 0) {
		c.wrong(where+".split", "programme.error.split_shares")
	}
	if s.By == SplitShares {
		var target *int64
		if m.Allocation.Target > 0 {
			target = &m.Allocation.Target
		}
		c.shares(where+".split.shares", s.Shares, target)
		if s.Source == nil {
			c.wrong(where+".split", "programme.error.source", "value", "")
		} else {
			c.source(where+".split.source", *s.Source)
		}
	}
}
