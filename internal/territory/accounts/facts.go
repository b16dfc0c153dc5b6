package accounts

// The kinds of fact that the room records. Their data are opaque identifiers and roles, never a name or an address.
const (
	factAccountCreated      = "accounts.account.created"
	factAccountDisabled     = "accounts.account.disabled"
	factAccountEnabled      = "accounts.account.enabled"
	factAccountErased       = "accounts.account.erased"
	factGrantAdded          = "accounts.grant.added"
	factGrantRemoved        = "accounts.grant.removed"
	factInvitationSent      = "accounts.invitation.sent"
	factInvitationAccepted  = "accounts.invitation.accepted"
	factInvitationCancelled = "accounts.invitation.cancelled"
	factPasswordChanged     = "accounts.password.changed"
	factTokenCreated        = "accounts.token.created"
	factTokenRevoked        = "accounts.token.revoked"
	factLoginThrottled      = "accounts.login.throttled" // log-in to one account failed too often
)

// Facts lists them.
var Facts = []string{factAccountCreated, factAccountDisabled, factAccountEnabled, factAccountErased, factGrantAdded, factGrantRemoved,
	factInvitationSent, factInvitationAccepted, factInvitationCancelled, factPasswordChanged, factTokenCreated, factTokenRevoked,
	factLoginThrottled}
