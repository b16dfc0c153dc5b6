package loans

import (
	"context"

	"preau/internal/base/db"
	"preau/internal/base/errs"
)

const claimColumns = `c.territory, c.id, c.loan, c.school, c.kind, c.happened_on, c.statement, c.told_by, c.report, c.photo, c.state, c.fault, c.reason,
	c.value_cents, c.charge_cents, COALESCE(c.decided_at, 0), c.decided_by, c.swapped, c.created_at, c.version`

func scanClaim(row db.Scanner) (Claim, error) {
	var c Claim
	err := row.Scan(&c.Territory, &c.ID, &c.Loan, &c.School, &c.Kind, &c.HappenedOn, &c.Statement, &c.ToldBy, &c.Report, &c.Photo, &c.State, &c.Fault, &c.Reason,
		&c.ValueCents, &c.ChargeCents, &c.DecidedAt, &c.DecidedBy, &c.Swapped, &c.CreatedAt, &c.Version)
	return c, err
}

func claimByID(ctx context.Context, tx *db.Tx, id string) (Claim, error) {
	c, err := db.One(ctx, tx, scanClaim, "SELECT "+claimColumns+" FROM lend_claim c WHERE c.id = ?", id)
	if db.IsNotFound(err) {
		return c, errs.NewNotFound("loans.claim.not_found")
	}
	return c, err
}

func insertClaim(ctx context.Context, tx *db.Tx, c *Claim, by string) error {
	_, err := tx.Exec(ctx, `INSERT INTO lend_claim (territory, id, loan, school, kind, happened_on, statement, told_by, report, photo, state, created_at, created_by, version)
		VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, 1)`, c.Territory, c.ID, c.Loan, c.School, string(c.Kind), c.HappenedOn, c.Statement, c.ToldBy, c.Report, c.Photo, string(c.State), c.CreatedAt, by)
	return err
}

func saveClaim(ctx context.Context, tx *db.Tx, c *Claim) error {
	n, err := tx.Exec(ctx, `UPDATE lend_claim SET report = ?, state = ?, fault = ?, reason = ?, value_cents = ?, charge_cents = ?, decided_at = ?, decided_by = ?, swapped = ?, version = version + 1
		WHERE territory = ? AND id = ? AND version = ?`, c.Report, string(c.State), string(c.Fault), c.Reason, c.ValueCents, c.ChargeCents, orNull(c.DecidedAt), c.DecidedBy, c.Swapped, c.Territory, c.ID, c.Version)
	if err != nil {
		return err
	}
	if n == 0 {
		return errs.NewConflict("loans.claim.meanwhile")
	}
	c.Version++
	return nil
}

func claimsOf(ctx context.Context, tx *db.Tx, territory, loan string) ([]Claim, error) {
	return db.All(ctx, tx, scanClaim, "SELECT "+claimColumns+" FROM lend_claim c WHERE c.territory = ? AND c.loan = ? ORDER BY c.created_at, c.id", territory, loan)
}
