package accounts

import (
	"context"

	"preau/internal/base/authz"
	"preau/internal/base/db"
)

func scanGrant(r db.Scanner) (g Grant, err error) {
	err = r.Scan(&g.ID, &g.Account, &g.Role, &g.Scope.Territory, &g.Scope.School, &g.Scope.Class)
	return g, err
}

const grantColumns = "g.id, g.account, g.role, g.territory, g.school, g.class"

// selectGrants returns the grants of the accounts, the widest first; where, if any, is a condition on g.
func selectGrants(ctx context.Context, tx *db.Tx, accounts []string, where string, args []any) ([]Grant, error) {
	if len(accounts) == 0 {
		return nil, nil
	}
	query := "SELECT " + grantColumns + " FROM accounts_grant g WHERE g.account IN (" + db.Marks(len(accounts)) + ")"
	if where != "" {
		query += " AND " + where
	}
	return db.All(ctx, tx, scanGrant, query+" ORDER BY g.territory, g.school, g.class, g.role", append(db.Strings(accounts), args...)...)
}

func selectGrant(ctx context.Context, tx *db.Tx, account, id string) (Grant, error) {
	return db.One(ctx, tx, scanGrant, "SELECT "+grantColumns+" FROM accounts_grant g WHERE g.account = ? AND g.id = ?", account, id)
}

// insertGrant inserts a grant and tells whether the account did not hold it yet.
func insertGrant(ctx context.Context, tx *db.Tx, g Grant, by string) (bool, error) {
	n, err := tx.Exec(ctx, `INSERT INTO accounts_grant (territory, id, account, role, school, class, created_at, created_by)
		VALUES (?, ?, ?, ?, ?, ?, ?, ?) ON CONFLICT (account, role, territory, school, class) DO NOTHING`,
		g.Scope.Territory, g.ID, g.Account, string(g.Role), g.Scope.School, g.Scope.Class, tx.Now(), by)
	return n == 1, err
}

func deleteGrant(ctx context.Context, tx *db.Tx, g Grant) (bool, error) {
	n, err := tx.Exec(ctx, "DELETE FROM accounts_grant WHERE territory = ? AND id = ?", g.Scope.Territory, g.ID)
	return n == 1, err
}

// otherAdmins returns how many accounts besides this one may log in as administrator.
func otherAdmins(ctx context.Context, tx *db.Tx, account string) (int, error) {
	return db.One(ctx, tx, db.Value[int], `SELECT COUNT(DISTINCT g.account) FROM accounts_grant g JOIN accounts_account a ON a.id = g.account
		WHERE g.role = ? AND g.account <> ? AND a.disabled_at IS NULL`, string(authz.Admin), account)
}
