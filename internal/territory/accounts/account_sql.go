package accounts

import (
	"context"

	"preau/internal/base/db"
	"preau/internal/base/i18n"
)

const accountColumns = "id, email, name, password, person, language, last_role, created_at, COALESCE(disabled_at, 0)"

func scanAccount(r db.Scanner) (a Account, err error) {
	err = r.Scan(&a.ID, &a.Email, &a.Name, &a.password, &a.Person, &a.Language, &a.lastRole, &a.CreatedAt, &a.DisabledAt)
	a.HasPassword = a.password != ""
	return a, err
}

func selectAccount(ctx context.Context, tx *db.Tx, id string) (Account, error) {
	return db.One(ctx, tx, scanAccount, "SELECT "+accountColumns+" FROM accounts_account WHERE id = ?", id)
}

func selectAccountByEmail(ctx context.Context, tx *db.Tx, email string) (Account, error) {
	return db.One(ctx, tx, scanAccount, "SELECT "+accountColumns+" FROM accounts_account WHERE email = ?", email)
}

// insertAccount inserts an account and tells whether its address was free.
func insertAccount(ctx context.Context, tx *db.Tx, a Account) (bool, error) {
	n, err := tx.Exec(ctx, `INSERT INTO accounts_account (id, email, name, folded, password, person, language, created_at)
		VALUES (?, ?, ?, ?, ?, ?, ?, ?) ON CONFLICT (email) DO NOTHING`,
		a.ID, a.Email, a.Name, foldedAccount(a.Name, a.Email), a.password, a.Person, string(a.Language), a.CreatedAt)
	return n == 1, err
}

func updateProfile(ctx context.Context, tx *db.Tx, id, name, folded string, language i18n.Lang) error {
	_, err := tx.Exec(ctx, "UPDATE accounts_account SET name = ?, folded = ?, language = ? WHERE id = ?", name, folded, string(language), id)
	return err
}

func updatePassword(ctx context.Context, tx *db.Tx, id, hash string) error {
	_, err := tx.Exec(ctx, "UPDATE accounts_account SET password = ? WHERE id = ?", hash, id)
	return err
}

// updateDisabled sets since when an account is kept out, 0 for not, and tells whether that is a change.
func updateDisabled(ctx context.Context, tx *db.Tx, id string, at int64) (bool, error) {
	if at == 0 {
		n, err := tx.Exec(ctx, "UPDATE accounts_account SET disabled_at = NULL WHERE id = ? AND disabled_at IS NOT NULL", id)
		return n == 1, err
	}
	n, err := tx.Exec(ctx, "UPDATE accounts_account SET disabled_at = ? WHERE id = ? AND disabled_at IS NULL", at, id)
	return n == 1, err
}

// selectNames returns the names of the accounts that the condition on a grant g leaves, "" none.
func selectNames(ctx context.Context, tx *db.Tx, ids []string, where string, args []any) (map[string]string, error) {
	query := "SELECT a.id, a.name FROM accounts_account a WHERE a.id IN (" + db.Marks(len(ids)) + ")"
	if where != "" {
		query += " AND EXISTS (SELECT 1 FROM accounts_grant g WHERE g.account = a.id AND " + where + ")"
	}
	rows, err := tx.Query(ctx, query, append(db.Strings(ids), args...)...)
	if err != nil {
		return nil, err
	}
	defer rows.Close()
	names := map[string]string{}
	for rows.Next() {
		var id, name string
		if err := rows.Scan(&id, &name); err != nil {
			return nil, err
		}
		names[id] = name
	}
	return names, rows.Err()
}

// eraseAccount deletes everything that is kept of an account.
func eraseAccount(ctx context.Context, tx *db.Tx, a Account) error {
	for _, query := range []string{
		"DELETE FROM accounts_session WHERE account = ?",
		"DELETE FROM accounts_link WHERE account = ?",
		"DELETE FROM accounts_token WHERE account = ?",
		"DELETE FROM accounts_grant WHERE account = ?",
		"DELETE FROM accounts_invitation WHERE account = ?",
		"DELETE FROM accounts_account WHERE id = ?",
	} {
		if _, err := tx.Exec(ctx, query, a.ID); err != nil {
			return err
		}
	}
	_, err := tx.Exec(ctx, "DELETE FROM accounts_invitation WHERE email = ?", a.Email)
	return err
}
