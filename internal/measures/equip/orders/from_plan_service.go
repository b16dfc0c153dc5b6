package orders

import (
	"context"
	"slices"

	"preau/internal/base/authz"
	"preau/internal/base/db"
	"preau/internal/base/errs"
	"preau/internal/measures/equip/catalogue"
)

// Made is what ordering a plan did in one territory.
type Made struct {
	Territory string   `json:"territory"`
	Plan      string   `json:"plan"`
	Orders    []string `json:"orders"`  // identifiers of the drafts
	Units     int64    `json:"units"`   // of all of them
	Cents     int64    `json:"cents"`   //
	Schools   int      `json:"schools"` // that get something
	Without   []string `json:"without"` // measures that nothing in the catalogue suits
	Rounds    Planned  `json:"rounds"`
}

// Proposals returns, for each measure of the plan in force in a territory whose units are bought, what remains to be
// ordered and with what: as it was ordered last, or else what the catalogue has that suits. NotFound without a plan.
func (s *Service) Proposals(ctx context.Context, territory string) (*Adopted, []Proposal, error) {
	if err := authz.Check(ctx, EditOrders, authz.Territory(territory)); err != nil {
		return nil, nil, err
	}
	adopted, err := s.plans.InForce(ctx, territory)
	if err != nil {
		return nil, nil, err
	}
	var list []Proposal
	err = s.db.View(ctx, func(ctx context.Context, tx *db.Tx) (err error) {
		list, err = proposals(ctx, tx, territory, adopted)
		return err
	})
	return adopted, list, err
}

func proposals(ctx context.Context, tx *db.Tx, territory string, adopted *Adopted) ([]Proposal, error) {
	stock, err := orderable(ctx, tx)
	if err != nil {
		return nil, err
	}
	ordered, err := orderedBySchool(ctx, tx, territory)
	if err != nil {
		return nil, err
	}
	list := make([]Proposal, len(adopted.Measures))
	for i, m := range adopted.Measures {
		p := Proposal{Measure: m, Choice: Choice{Measure: m.ID}}
		p.Remaining, p.Planned, p.Ordered = remaining(m, ordered)
		last, err := lastChoice(ctx, tx, territory, m.ID)
		if err != nil {
			return nil, err
		}
		if last != nil {
			p.Choice = *last
			p.Item, p.Found = itemOf(stock, last.Kit, last.Model)
		}
		if !p.Found {
			p.Item, p.Found = proposed(stock, m)
			p.Choice.Kit, p.Choice.Model = p.Item.Kit, p.Item.Model
		}
		if m.Funder != "" && len(p.Choice.Funders) == 0 {
			p.Choice.Funders = []Funder{{m.Funder, Whole}}
		}
		if p.Choice.Owner == "" {
			p.Choice.Owner = m.Funder
		}
		list[i] = p
	}
	return list, nil
}

// orderable returns what is in the catalogue and in service.
func orderable(ctx context.Context, tx *db.Tx) ([]Item, error) {
	kits, models, err := catalogue.InService(ctx, tx)
	return items(kits, models), err
}

// Items returns what may be ordered: kits, then models.
func (s *Service) Items(ctx context.Context) ([]Item, error) {
	if _, err := authz.Scopes(ctx, EditOrders); err != nil {
		return nil, err
	}
	var list []Item
	err := s.db.View(ctx, func(ctx context.Context, tx *db.Tx) (err error) {
		list, err = orderable(ctx, tx)
		return err
	})
	return list, err
}

func itemOf(list []Item, kit, model string) (Item, bool) {
	i := slices.IndexFunc(list, func(i Item) bool { return i.Kit == kit && i.Model == model })
	if i < 0 {
		return Item{}, false
	}
	return list[i], true
}

// orderedBySchool returns how many units of each measure the orders that stand give to each school. What a line gives
// to no school is the territory's stock.
func orderedBySchool(ctx context.Context, tx *db.Tx, territory string) (map[awardKey]int64, error) {
	all := map[awardKey]int64{}
	read := func(text string) error {
		rows, err := tx.Query(ctx, text, territory)
		if err != nil {
			return err
		}
		defer rows.Close()
		for rows.Next() {
			var key awardKey
			var n int64
			if err := rows.Scan(&key.measure, &key.school, &n); err != nil {
				return err
			}
			all[key] += n
		}
		return rows.Err()
	}
	const standing = `JOIN equip_order o ON o.territory = l.territory AND o.id = l.order_id AND o.state <> 'cancelled' WHERE l.territory = ? AND l.measure <> ''`
	if err := read(`SELECT l.measure, w.school, SUM(w.quantity) FROM equip_award w
		JOIN equip_order_line l ON l.territory = w.territory AND l.order_id = w.order_id AND l.number = w.line ` + standing + " GROUP BY l.measure, w.school"); err != nil {
		return nil, err
	}
	err := read(`SELECT l.measure, '', SUM(l.quantity) - COALESCE(SUM((SELECT SUM(w.quantity) FROM equip_award w
		WHERE w.territory = l.territory AND w.order_id = l.order_id AND w.line = l.number)), 0) FROM equip_order_line l ` + standing + " GROUP BY l.measure")
	return all, err
}

// lastChoice returns what a measure was ordered with last in the territory, nil when it never was.
func lastChoice(ctx context.Context, tx *db.Tx, territory, measure string) (*Choice, error) {
	id := ""
	c, err := db.One(ctx, tx, func(row db.Scanner) (Choice, error) {
		c := Choice{Measure: measure}
		err := row.Scan(&id, &c.Kit, &c.Model, &c.Market, &c.Supplier, &c.Owner, &c.Custodian)
		return c, err
	}, `SELECT o.id, l.kit, l.model, o.market, o.supplier, o.owner, o.custodian FROM equip_order_line l
		JOIN equip_order o ON o.territory = l.territory AND o.id = l.order_id AND o.state <> 'cancelled'
		WHERE l.territory = ? AND l.measure = ? ORDER BY o.created_at DESC, o.id DESC LIMIT 1`, territory, measure)
	if db.IsNotFound(err) {
		return nil, nil
	}
	if err != nil {
		return nil, err
	}
	c.Funders, err = db.All(ctx, tx, func(row db.Scanner) (Funder, error) {
		var f Funder
		err := row.Scan(&f.Name, &f.Share)
		return f, err
	}, "SELECT f.funder, f.share FROM equip_order_funder f WHERE f.territory = ? AND f.order_id = ? ORDER BY f.share DESC, f.funder", territory, id)
	return &c, err
}

// FromPlan orders what the plan in force in a territory gives and nobody has ordered yet: a draft for each measure,
// with who gets what and in which round. A measure without a choice is ordered as the last time, or with what suits.
// It returns NotFound without a plan, and a Conflict when nothing is left to order.
func (s *Service) FromPlan(ctx context.Context, territory string, choices []Choice) (Made, error) {
	made := Made{Territory: territory}
	if err := authz.Check(ctx, EditOrders, authz.Territory(territory)); err != nil {
		return made, err
	}
	adopted, err := s.plans.InForce(ctx, territory)
	if err != nil {
		return made, err
	}
	if err := checkChoices(choices, adopted); err != nil {
		return made, err
	}
	places, err := s.stock(ctx, territory)
	if err != nil {
		return made, err
	}
	err = s.db.Update(ctx, func(ctx context.Context, tx *db.Tx) error {
		made = Made{Territory: territory, Plan: adopted.ID, Orders: []string{}, Without: []string{}}
		list, err := proposals(ctx, tx, territory, adopted)
		if err != nil {
			return err
		}
		stock, err := orderable(ctx, tx)
		if err != nil {
			return err
		}
		schools := map[string]bool{}
		for i := range list {
			p := &list[i]
			if err := p.choose(choices, stock); err != nil {
				return err
			}
			if p.Choice.Skip || p.Units() == 0 {
				continue
			}
			if !p.Found {
				made.Without = append(made.Without, p.ID)
				continue
			}
			if err := s.draft(ctx, tx, adopted, p, &made); err != nil {
				return err
			}
			for _, d := range p.Remaining {
				schools[d.School] = true
			}
		}
		if len(made.Orders) == 0 {
			return nothing(list, made)
		}
		delete(schools, "")
		made.Schools = len(schools)
		made.Rounds, err = s.planWaiting(ctx, tx, territory, places, UsualBounds)
		return err
	})
	return made, err
}

// nothing says why nothing was ordered.
func nothing(list []Proposal, made Made) error {
	if len(made.Without) > 0 {
		return errs.NewConflict("orders.from_plan.no_item", "measure", made.Without[0])
	}
	if slices.ContainsFunc(list, func(p Proposal) bool { return p.Units() > 0 }) {
		return errs.NewInvalid("orders.from_plan.none_chosen")
	}
	return errs.NewConflict("orders.from_plan.done")
}

// choose puts the person's choice in the place of the one that stands.
func (p *Proposal) choose(choices []Choice, stock []Item) error {
	i := slices.IndexFunc(choices, func(c Choice) bool { return c.Measure == p.ID })
	if i < 0 {
		return nil
	}
	c := choices[i]
	if c.Kit == "" && c.Model == "" {
		c.Kit, c.Model = p.Choice.Kit, p.Choice.Model
	}
	for _, f := range []struct{ to, standing *string }{{&c.Market, &p.Choice.Market}, {&c.Supplier, &p.Choice.Supplier}, {&c.Owner, &p.Choice.Owner}, {&c.Custodian, &p.Choice.Custodian}} {
		if *f.to == "" {
			*f.to = *f.standing
		}
	}
	if len(c.Funders) == 0 {
		c.Funders = p.Choice.Funders
	}
	p.Choice = c
	if c.Kit == "" && c.Model == "" {
		return nil
	}
	if p.Item, p.Found = itemOf(stock, c.Kit, c.Model); !p.Found {
		return errs.OfFields(errs.Field{Name: "item-" + p.ID, Key: "orders.error.item"})
	}
	return nil
}

func checkChoices(choices []Choice, adopted *Adopted) error {
	for _, c := range choices {
		if !slices.ContainsFunc(adopted.Measures, func(m Measure) bool { return m.ID == c.Measure }) {
			return errs.NewInvalid("orders.from_plan.measure", "measure", c.Measure)
		}
		in := Input{Market: c.Market, Supplier: c.Supplier, Owner: c.Owner, Custodian: c.Custodian, ExpectedOn: c.ExpectedOn, Funders: c.Funders}
		if err := in.check(); err != nil {
			return err
		}
		if c.UnitCents != nil && (*c.UnitCents < 0 || *c.UnitCents > mostCents) {
			return errs.OfFields(errs.Field{Name: "price-" + c.Measure, Key: "orders.error.price"})
		}
	}
	return nil
}

// draft writes the order of a measure.
func (s *Service) draft(ctx context.Context, tx *db.Tx, adopted *Adopted, p *Proposal, made *Made) error {
	c := &p.Choice
	o := Order{Territory: made.Territory, ID: tx.NewID(), Market: c.Market, Supplier: c.Supplier, Plan: adopted.ID, State: Draft, ExpectedOn: c.ExpectedOn,
		Owner: c.Owner, Custodian: c.Custodian, AwardedAt: adopted.AdoptedAt, CreatedAt: tx.Now(), CreatedBy: authz.From(ctx).Account, Funders: c.Funders}
	var err error
	if o.Reference, err = reference(ctx, tx, o.Territory); err != nil {
		return err
	}
	o.Lines = []Line{{Number: 1, Measure: p.ID, Kit: p.Item.Kit, KitVersion: p.Item.Version, Model: p.Item.Model, Quantity: p.Units(), UnitCents: p.cents()}}
	if err := insertOrder(ctx, tx, &o); err != nil {
		return err
	}
	var awards []Award
	for _, d := range p.Remaining {
		if d.School != "" { // what no school gets is the territory's stock
			awards = append(awards, Award{Line: 1, School: d.School, Quantity: d.Quantity, Rank: d.Rank})
		}
	}
	if err := addAwards(ctx, tx, &o, awards); err != nil {
		return err
	}
	made.Orders = append(made.Orders, o.ID)
	made.Units += o.Quantity()
	made.Cents += o.Cents()
	return s.record(ctx, tx, &o, FactDrafted)
}

// FromPlans orders the plans in force in every territory of the person's that has one. It returns what was done in
// each; a territory where everything is ordered already is left out. NotFound when no plan is in force anywhere.
func (s *Service) FromPlans(ctx context.Context, choices []Choice) ([]Made, error) {
	codes, err := s.allTerritories(ctx, EditOrders)
	if err != nil {
		return nil, err
	}
	var list []Made
	var last error
	for _, code := range codes {
		made, err := s.FromPlan(ctx, code, choices)
		switch {
		case err == nil:
			list = append(list, made)
		case errs.Is(err, errs.NotFound):
			if last == nil {
				last = err
			}
		case errs.Is(err, errs.Conflict):
			last = err
		default:
			return list, err
		}
	}
	if len(list) == 0 && last == nil {
		last = errs.NewNotFound("orders.from_plan.no_plan")
	}
	if len(list) > 0 {
		last = nil
	}
	return list, last
}
