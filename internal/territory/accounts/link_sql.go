package accounts

import (
	"context"

	"preau/internal/base/db"
)

// insertLink inserts a one-time link; account is "" for an address that nobody has.
func insertLink(ctx context.Context, tx *db.Tx, hash, account string) error {
	var owner any
	if account != "" {
		owner = account
	}
	now := tx.Now()
	_, err := tx.Exec(ctx, "INSERT INTO accounts_link (hash, account, created_at, expires_at) VALUES (?, ?, ?, ?)",
		hash, owner, now, now+linkLife.Milliseconds())
	return err
}

func selectLink(ctx context.Context, tx *db.Tx, hash string) (link, error) {
	return db.One(ctx, tx, func(r db.Scanner) (l link, err error) {
		err = r.Scan(&l.account, &l.expiresAt, &l.usedAt, &l.name, &l.email, &l.disabled)
		return l, err
	}, `SELECT l.account, l.expires_at, COALESCE(l.used_at, 0), a.name, a.email, CASE WHEN a.disabled_at IS NULL THEN 0 ELSE 1 END
		FROM accounts_link l JOIN accounts_account a ON a.id = l.account WHERE l.hash = ?`, hash)
}

// useLink marks a link as used and tells whether this was the one time.
func useLink(ctx context.Context, tx *db.Tx, hash string) (bool, error) {
	now := tx.Now()
	n, err := tx.Exec(ctx, "UPDATE accounts_link SET used_at = ? WHERE hash = ? AND used_at IS NULL AND expires_at > ?", now, hash, now)
	return n == 1, err
}

// useOtherLinks closes the links that an account still has.
func useOtherLinks(ctx context.Context, tx *db.Tx, account string) error {
	_, err := tx.Exec(ctx, "UPDATE accounts_link SET used_at = ? WHERE account = ? AND used_at IS NULL", tx.Now(), account)
	return err
}
