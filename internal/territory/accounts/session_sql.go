package accounts

import (
	"context"

	"preau/internal/base/authz"
	"preau/internal/base/db"
)

// holder is an account behind a credential, with all its grants.
type holder struct {
	account, name, person string
	grants                []authz.Grant
}

type sessionRow struct {
	holder
	id                string
	role              authz.Role
	createdAt, seenAt int64
}

// selectSession returns the session of a hash whose account may log in, or ErrNotFound.
func selectSession(ctx context.Context, tx *db.Tx, hash string) (sessionRow, error) {
	row, err := db.One(ctx, tx, func(r db.Scanner) (s sessionRow, err error) {
		err = r.Scan(&s.id, &s.role, &s.createdAt, &s.seenAt, &s.account, &s.name, &s.person)
		return s, err
	}, `SELECT s.id, s.role, s.created_at, s.seen_at, a.id, a.name, a.person
		FROM accounts_session s JOIN accounts_account a ON a.id = s.account
		WHERE s.hash = ? AND a.disabled_at IS NULL`, hash)
	if err != nil {
		return row, err
	}
	row.grants, err = selectRoles(ctx, tx, row.account)
	return row, err
}

type tokenRow struct {
	holder
	id                   string
	role                 authz.Role
	scopes               []authz.Permission
	createdAt, expiresAt int64
}

// selectToken returns the token of a hash whose account may log in, or ErrNotFound.
func selectToken(ctx context.Context, tx *db.Tx, hash string) (tokenRow, error) {
	row, err := db.One(ctx, tx, func(r db.Scanner) (t tokenRow, err error) {
		var scopes string
		err = r.Scan(&t.id, &t.role, &scopes, &t.createdAt, &t.expiresAt, &t.account, &t.name, &t.person)
		t.scopes = splitScopes(scopes)
		return t, err
	}, `SELECT t.id, t.role, t.scopes, t.created_at, t.expires_at, a.id, a.name, a.person
		FROM accounts_token t JOIN accounts_account a ON a.id = t.account
		WHERE t.hash = ? AND a.disabled_at IS NULL`, hash)
	if err != nil {
		return row, err
	}
	row.grants, err = selectRoles(ctx, tx, row.account)
	return row, err
}

// selectRoles returns the grants of an account, the widest first.
func selectRoles(ctx context.Context, tx *db.Tx, account string) ([]authz.Grant, error) {
	return db.All(ctx, tx, func(r db.Scanner) (g authz.Grant, err error) {
		err = r.Scan(&g.Role, &g.Scope.Territory, &g.Scope.School, &g.Scope.Class)
		return g, err
	}, "SELECT role, territory, school, class FROM accounts_grant WHERE account = ? ORDER BY territory, school, class, role", account)
}

func insertSession(ctx context.Context, tx *db.Tx, hash, account, role string, method Method, device Device) (string, error) {
	id := tx.NewID()
	now := tx.Now()
	_, err := tx.Exec(ctx, `INSERT INTO accounts_session (id, hash, account, role, method, device, created_at, seen_at)
		VALUES (?, ?, ?, ?, ?, ?, ?, ?)`, id, hash, account, role, string(method), device.String(), now, now)
	return id, err
}

// selectSessions returns the newest sessions of an account that have not ended, the last used first.
func selectSessions(ctx context.Context, tx *db.Tx, account string, limit int) ([]Session, error) {
	now := tx.Now()
	return db.All(ctx, tx, scanSession, `SELECT id, device, method, created_at, seen_at FROM accounts_session
		WHERE account = ? AND created_at > ? AND seen_at > ? ORDER BY seen_at DESC, id DESC LIMIT ?`,
		account, now-sessionMost.Milliseconds(), now-sessionIdle.Milliseconds(), limit)
}

func scanSession(r db.Scanner) (s Session, err error) {
	var device string
	err = r.Scan(&s.ID, &device, &s.Method, &s.CreatedAt, &s.SeenAt)
	s.Device = parseDevice(device)
	return s, err
}

func selectOwnSession(ctx context.Context, tx *db.Tx, account, id string) (Session, error) {
	return db.One(ctx, tx, scanSession, "SELECT id, device, method, created_at, seen_at FROM accounts_session WHERE account = ? AND id = ?", account, id)
}

func deleteSession(ctx context.Context, tx *db.Tx, account, id string) error {
	_, err := tx.Exec(ctx, "DELETE FROM accounts_session WHERE account = ? AND id = ?", account, id)
	return err
}

// deleteSessions ends every session of an account but one; "" spares none. It returns their number.
func deleteSessions(ctx context.Context, tx *db.Tx, account, but string) (int64, error) {
	return tx.Exec(ctx, "DELETE FROM accounts_session WHERE account = ? AND id <> ?", account, but)
}

// updateSessionRole keeps the role that a person acts in, for this session and for the next.
func updateSessionRole(ctx context.Context, tx *db.Tx, account, session string, role authz.Role) error {
	if _, err := tx.Exec(ctx, "UPDATE accounts_session SET role = ? WHERE account = ? AND id = ?", string(role), account, session); err != nil {
		return err
	}
	_, err := tx.Exec(ctx, "UPDATE accounts_account SET last_role = ? WHERE id = ?", string(role), account)
	return err
}
