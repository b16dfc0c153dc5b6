package accounts

import (
	"context"

	"preau/internal/base/db"
)

func insertToken(ctx context.Context, tx *db.Tx, t Token, hash, account string) error {
	_, err := tx.Exec(ctx, `INSERT INTO accounts_token (id, hash, account, name, role, scopes, created_at, expires_at)
		VALUES (?, ?, ?, ?, ?, ?, ?, ?)`, t.ID, hash, account, t.Name, string(t.Role), joinScopes(t.Scopes), t.CreatedAt, t.ExpiresAt)
	return err
}

// selectTokens returns the tokens of an account, the newest first.
func selectTokens(ctx context.Context, tx *db.Tx, account string) ([]Token, error) {
	return db.All(ctx, tx, func(r db.Scanner) (t Token, err error) {
		var scopes string
		err = r.Scan(&t.ID, &t.Name, &t.Role, &scopes, &t.CreatedAt, &t.ExpiresAt, &t.UsedAt)
		t.Scopes = splitScopes(scopes)
		return t, err
	}, `SELECT id, name, role, scopes, created_at, expires_at, COALESCE(used_at, 0) FROM accounts_token
		WHERE account = ? ORDER BY created_at DESC, id DESC`, account)
}

func deleteToken(ctx context.Context, tx *db.Tx, account, id string) (bool, error) {
	n, err := tx.Exec(ctx, "DELETE FROM accounts_token WHERE account = ? AND id = ?", account, id)
	return n == 1, err
}
