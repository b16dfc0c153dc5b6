package orders

import (
	"context"
	"slices"

	"preau/internal/base/authz"
	"preau/internal/base/db"
	"preau/internal/base/errs"
)

// Money returns the money by measure, funder and territory, in the territories of the person's or in one of them,
// against the budget of the programme in force.
func (s *Service) Money(ctx context.Context, territory string) ([]MoneyLine, error) {
	codes, err := s.allTerritories(ctx, ReadOrders)
	if err != nil {
		return nil, err
	}
	if territory != "" {
		if err := authz.Check(ctx, ReadOrders, authz.Territory(territory)); err != nil {
			return nil, err
		}
		codes = []string{territory}
	}
	var accounts []account
	err = s.db.View(ctx, func(ctx context.Context, tx *db.Tx) error {
		accounts = nil
		for _, code := range codes {
			list, err := accountsOf(ctx, tx, code)
			if err != nil {
				return err
			}
			accounts = append(accounts, list...)
		}
		return nil
	})
	if err != nil {
		return nil, err
	}
	return s.against(ctx, accounts, codes)
}

// against sets the accounts beside the budget lines of the programmes in force in the territories.
func (s *Service) against(ctx context.Context, accounts []account, codes []string) ([]MoneyLine, error) {
	type budget struct{ line, planned int64 }
	budgets := map[string]budget{}
	var measures []string
	seen := map[string]bool{}
	for _, code := range codes {
		version, err := s.programme.Current(ctx, code)
		if errs.Is(err, errs.NotFound) {
			continue
		}
		if err != nil {
			return nil, err
		}
		progress, err := s.programme.Progress(ctx, version.Programme, code)
		if err != nil {
			return nil, err
		}
		for _, p := range progress {
			if !buys(p.Measure.Done) {
				continue
			}
			b := budgets[p.ID]
			if key := version.Programme.ID + " " + p.ID; !seen[key] {
				seen[key] = true
				b.line += p.BudgetCents
			}
			b.planned += p.PlannedCents
			budgets[p.ID] = b
			if !slices.Contains(measures, p.ID) {
				measures = append(measures, p.ID)
			}
		}
	}
	list := ledger(accounts, measures)
	for i := range list {
		b := budgets[list[i].Measure]
		list[i].Budget, list[i].Planned = b.line, b.planned
	}
	return list, nil
}

// boughtBy are the facts by which things that are bought count as done.
var boughtBy = []string{"equip.asset.usable", "equip.entitlement.handed_over", "lend.loan.handed_over"}

// buys tells whether the units of a measure that is done by such facts are bought.
func buys(done []string) bool {
	return slices.ContainsFunc(done, func(kind string) bool { return slices.Contains(boughtBy, kind) })
}

// accountsOf returns the accounts of the lines of a territory's orders that were placed.
func accountsOf(ctx context.Context, tx *db.Tx, territory string) ([]account, error) {
	received, err := receivedOf(ctx, tx, territory, "")
	if err != nil {
		return nil, err
	}
	funders, err := fundersOf(ctx, tx, territory)
	if err != nil {
		return nil, err
	}
	type line struct {
		key         lineKey
		measure     string
		units, cost int64
		invoiced    int64
		paid        int64
	}
	lines, err := db.All(ctx, tx, func(row db.Scanner) (line, error) {
		var l line
		err := row.Scan(&l.key.order, &l.key.number, &l.measure, &l.units, &l.cost, &l.invoiced, &l.paid)
		return l, err
	}, `SELECT l.order_id, l.number, l.measure, l.quantity, l.unit_cents,
		COALESCE((SELECT SUM(i.cents) FROM equip_invoice i WHERE i.territory = l.territory AND i.order_id = l.order_id AND i.line = l.number), 0),
		COALESCE((SELECT SUM(i.cents) FROM equip_invoice i WHERE i.territory = l.territory AND i.order_id = l.order_id AND i.line = l.number AND i.paid_on <> ''), 0)
		FROM equip_order_line l JOIN equip_order o ON o.territory = l.territory AND o.id = l.order_id
		WHERE l.territory = ? AND o.state IN ('placed', 'closed') ORDER BY l.order_id, l.number`, territory)
	if err != nil {
		return nil, err
	}
	list := make([]account, len(lines))
	for i, l := range lines {
		c := received[l.key]
		units := l.units - c.given
		list[i] = account{territory: territory, measure: l.measure, funders: funders[l.key.order], units: units, came: c.received,
			amounts: Amounts{units * l.cost, c.received * l.cost, l.invoiced, l.paid}}
	}
	return list, nil
}

// fundersOf returns the funders of each order of a territory.
func fundersOf(ctx context.Context, tx *db.Tx, territory string) (map[string][]Funder, error) {
	rows, err := tx.Query(ctx, "SELECT f.order_id, f.funder, f.share FROM equip_order_funder f WHERE f.territory = ? ORDER BY f.order_id, f.share DESC, f.funder", territory)
	if err != nil {
		return nil, err
	}
	defer rows.Close()
	all := map[string][]Funder{}
	for rows.Next() {
		var order string
		var f Funder
		if err := rows.Scan(&order, &f.Name, &f.Share); err != nil {
			return nil, err
		}
		all[order] = append(all[order], f)
	}
	return all, rows.Err()
}
