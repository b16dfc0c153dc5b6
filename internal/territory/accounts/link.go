package accounts

import "time"

// linkLife is how long a one-time link opens; linkKept how long it is still told apart from a forged one.
const (
	linkLife = 15 * time.Minute
	linkKept = 24 * time.Hour
)

// LinkState is what became of a one-time link.
type LinkState string

// The states. A link that is not known is forged, or so old that it is forgotten.
const (
	LinkOpen    LinkState = "open"
	LinkUsed    LinkState = "used"
	LinkExpired LinkState = "expired"
	LinkUnknown LinkState = "unknown"
)

// link is a one-time link with its account.
type link struct {
	account, name, email string
	expiresAt, usedAt    int64
	disabled             bool
}

func (l link) state(now int64) LinkState {
	switch {
	case l.disabled:
		return LinkUnknown
	case l.usedAt > 0:
		return LinkUsed
	case now >= l.expiresAt:
		return LinkExpired
	}
	return LinkOpen
}
