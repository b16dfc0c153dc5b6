package crisis

import (
	"context"

	"preau/internal/base/authz"
	"preau/internal/base/db"
	"preau/internal/base/errs"
)

const columns = "c.territory, c.id, c.name, c.drill, c.closes_on, c.state, c.created_at"

func scan(row db.Scanner) (Crisis, error) {
	var c Crisis
	err := row.Scan(&c.Territory, &c.ID, &c.Name, &c.Drill, &c.ClosesOn, &c.State, &c.CreatedAt)
	return c, err
}

func byID(ctx context.Context, tx *db.Tx, id string) (Crisis, error) {
	c, err := db.One(ctx, tx, scan, "SELECT "+columns+" FROM lend_crisis c WHERE c.id = ?", id)
	if db.IsNotFound(err) {
		return c, errs.NewNotFound("crisis.not_found")
	}
	return c, err
}

func write(ctx context.Context, tx *db.Tx, c *Crisis, needs []Need, moves []Move) error {
	if _, err := tx.Exec(ctx, "INSERT INTO lend_crisis (territory, id, name, drill, closes_on, state, created_at, created_by) VALUES (?, ?, ?, ?, ?, ?, ?, ?)",
		c.Territory, c.ID, c.Name, c.Drill, c.ClosesOn, string(c.State), c.CreatedAt, authz.From(ctx).Account); err != nil {
		return err
	}
	for _, n := range needs {
		if _, err := tx.Exec(ctx, "INSERT INTO lend_crisis_school (territory, crisis, school, needed, possible) VALUES (?, ?, ?, ?, ?)", c.Territory, c.ID, n.School, n.Least, n.Most); err != nil {
			return err
		}
	}
	for _, m := range moves {
		if _, err := tx.Exec(ctx, "INSERT INTO lend_crisis_move (territory, crisis, school, stock, quantity, metres) VALUES (?, ?, ?, ?, ?, ?)", c.Territory, c.ID, m.School, m.Stock, m.Quantity, m.Metres); err != nil {
			return err
		}
	}
	return nil
}
