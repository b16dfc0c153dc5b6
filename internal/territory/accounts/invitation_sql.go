package accounts

import (
	"context"

	"preau/internal/base/authz"
	"preau/internal/base/db"
)

const invitationColumns = "id, email, role, territory, school, class, state, created_at, created_by, expires_at, COALESCE(account, '')"

func scanInvitation(r db.Scanner) (i Invitation, err error) {
	err = r.Scan(&i.ID, &i.Email, &i.Role, &i.Scope.Territory, &i.Scope.School, &i.Scope.Class, &i.state, &i.CreatedAt, &i.CreatedBy, &i.ExpiresAt, &i.account)
	return i, err
}

func insertInvitation(ctx context.Context, tx *db.Tx, i Invitation, hash string) error {
	_, err := tx.Exec(ctx, `INSERT INTO accounts_invitation (territory, id, email, role, school, class, hash, state, created_at, created_by, expires_at)
		VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)`,
		i.Scope.Territory, i.ID, i.Email, string(i.Role), i.Scope.School, i.Scope.Class, hash, invitationPending, i.CreatedAt, i.CreatedBy, i.ExpiresAt)
	return err
}

func selectInvitationByHash(ctx context.Context, tx *db.Tx, hash string) (Invitation, error) {
	return db.One(ctx, tx, scanInvitation, "SELECT "+invitationColumns+" FROM accounts_invitation WHERE hash = ?", hash)
}

func selectInvitation(ctx context.Context, tx *db.Tx, id string) (Invitation, error) {
	return db.One(ctx, tx, scanInvitation, "SELECT "+invitationColumns+" FROM accounts_invitation WHERE id = ?", id)
}

// selectSameInvitation returns the pending invitation of an address to a role on a scope, expired or not.
func selectSameInvitation(ctx context.Context, tx *db.Tx, email string, role authz.Role, s authz.Scope) (Invitation, error) {
	return db.One(ctx, tx, scanInvitation, "SELECT "+invitationColumns+` FROM accounts_invitation
		WHERE email = ? AND role = ? AND territory = ? AND school = ? AND class = ? AND state = ?`,
		email, string(role), s.Territory, s.School, s.Class, invitationPending)
}

// selectPendingInvitations returns the invitations that wait for an answer and that the condition leaves, the newest first.
func selectPendingInvitations(ctx context.Context, tx *db.Tx, where string, args []any, limit int) ([]Invitation, error) {
	args = append([]any{invitationPending}, append(args, limit)...)
	return db.All(ctx, tx, scanInvitation, "SELECT "+invitationColumns+" FROM accounts_invitation WHERE state = ? AND "+where+
		" ORDER BY created_at DESC, id DESC LIMIT ?", args...)
}

// renewInvitation gives a pending invitation a new link, after which the old one opens nothing.
func renewInvitation(ctx context.Context, tx *db.Tx, i Invitation, hash, by string, expiresAt int64) (bool, error) {
	n, err := tx.Exec(ctx, "UPDATE accounts_invitation SET hash = ?, created_by = ?, expires_at = ? WHERE territory = ? AND id = ? AND state = ?",
		hash, by, expiresAt, i.Scope.Territory, i.ID, invitationPending)
	return n == 1, err
}

// acceptInvitation marks an open invitation as accepted and tells whether it still was open.
func acceptInvitation(ctx context.Context, tx *db.Tx, i Invitation, hash, account string) (bool, error) {
	now := tx.Now()
	n, err := tx.Exec(ctx, `UPDATE accounts_invitation SET state = ?, answered_at = ?, account = ?
		WHERE territory = ? AND id = ? AND hash = ? AND state = ? AND expires_at > ?`,
		invitationAccepted, now, account, i.Scope.Territory, i.ID, hash, invitationPending, now)
	return n == 1, err
}

func cancelInvitation(ctx context.Context, tx *db.Tx, i Invitation) (bool, error) {
	n, err := tx.Exec(ctx, "UPDATE accounts_invitation SET state = ?, answered_at = ? WHERE territory = ? AND id = ? AND state = ?",
		invitationCancelled, tx.Now(), i.Scope.Territory, i.ID, invitationPending)
	return n == 1, err
}

// selectInvitationsBy returns the pending invitations that an account sent within a scope.
func selectInvitationsBy(ctx context.Context, tx *db.Tx, account string, s authz.Scope) ([]Invitation, error) {
	where, args := authz.Filter([]authz.Scope{s}, "territory", "school", "class")
	return db.All(ctx, tx, scanInvitation, "SELECT "+invitationColumns+" FROM accounts_invitation WHERE created_by = ? AND state = ? AND "+where+
		" ORDER BY id", append([]any{account, invitationPending}, args...)...)
}

// selectInvitationsOf returns the invitations that an address received or an account accepted.
func selectInvitationsOf(ctx context.Context, tx *db.Tx, a Account) ([]Invitation, error) {
	return db.All(ctx, tx, scanInvitation, "SELECT "+invitationColumns+" FROM accounts_invitation WHERE email = ? OR account = ? ORDER BY id", a.Email, a.ID)
}
