package accounts

import (
	"time"

	"preau/internal/base/authz"
)

// Invitation offers a role on a scope to whoever reads an address. Times are ms since 1970, UTC.
type Invitation struct {
	ID        string
	Email     string
	Role      authz.Role
	Scope     authz.Scope
	CreatedAt int64
	CreatedBy string // account, "" the command
	ExpiresAt int64

	state   string
	account string // that accepted
}

// What is kept of an invitation's state; that it has expired is read from the clock.
const (
	invitationPending   = "pending"
	invitationAccepted  = "accepted"
	invitationCancelled = "cancelled"
)

const (
	invitationLife = 14 * 24 * time.Hour
	// invitationKept is how long an answered or expired invitation is still told apart from a forged one.
	invitationKept = 30 * 24 * time.Hour
)

// InvitationState is what became of an invitation.
type InvitationState string

// The states.
const (
	InvitationOpen      InvitationState = "open"
	InvitationAccepted  InvitationState = "accepted"
	InvitationCancelled InvitationState = "cancelled"
	InvitationExpired   InvitationState = "expired"
	InvitationUnknown   InvitationState = "unknown"
)

// State returns what became of the invitation.
func (i Invitation) State(now int64) InvitationState {
	switch {
	case i.state == invitationAccepted:
		return InvitationAccepted
	case i.state == invitationCancelled:
		return InvitationCancelled
	case now >= i.ExpiresAt:
		return InvitationExpired
	}
	return InvitationOpen
}
