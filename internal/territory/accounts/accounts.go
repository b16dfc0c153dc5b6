// Package accounts knows who may log in and what they may do where.
//
// A person logs in with a password or a one-time link and acts in one of the roles that they were granted,
// each on a scope: the nation, a territory, a school, a class. Programs act with a personal access token.
// Of every secret the database keeps a hash alone.
package accounts

import (
	"context"
	"log/slog"
	"strings"
	"time"

	"preau/internal/base/authz"
	"preau/internal/base/db"
	"preau/internal/base/i18n"
	"preau/internal/base/journal"
	"preau/internal/base/mail"
)

// Place is a territory, a school or a class as it is chosen in a form.
type Place struct{ Code, Name string }

// Places names what grants are about; app hands the directory over. It asks for no permission: the room calls
// it for scopes that the person was allowed to see, or named themselves.
type Places interface {
	// PlaceNames returns the names of those of the scopes that exist; the nation is not asked for.
	PlaceNames(ctx context.Context, scopes []authz.Scope) (map[authz.Scope]string, error)
	// Territories returns the territories, by code.
	Territories(ctx context.Context) ([]Place, error)
	// Classes returns the open classes of a school, by name.
	Classes(ctx context.Context, territory, school string) ([]Place, error)
}

// Config is what the room needs from outside.
type Config struct {
	DB      *db.DB
	Journal *journal.Journal
	Catalog *i18n.Catalog // for letters
	Policy  authz.Policy  // of all rooms: what a token may be limited to
	Places  Places
	Log     *slog.Logger
	// Mail delivers links; nil when the installation sends no mail: then there is no log-in by link, and an
	// invitation's link is shown to who invites.
	Mail mail.Sender
	// Site is the address of the site, for the links in letters: https://preau.example
	Site string
	// Demo opens the accounts on show to everybody.
	Demo bool
}

// Service logs people in and administers accounts, grants, invitations and tokens.
type Service struct {
	db      *db.DB
	journal *journal.Journal
	catalog *i18n.Catalog
	policy  authz.Policy
	places  Places
	log     *slog.Logger
	letters mail.Sender
	site    string
	demo    bool

	hasher      *hasher
	byAccount   *throttle // failed passwords
	byAddress   *throttle // failed passwords, invented links
	byLink      *throttle // links asked for
	credentials *credentials
	activity    *activity
}

// parallelHashes is how many passwords are hashed at once: 19 MiB each.
const parallelHashes = 2

// New returns the service.
func New(c Config) *Service {
	return &Service{
		db: c.DB, journal: c.Journal, catalog: c.Catalog, policy: c.Policy, places: c.Places, log: c.Log,
		letters: c.Mail, site: strings.TrimSuffix(c.Site, "/"), demo: c.Demo,
		hasher:    newHasher(defaultParams, parallelHashes),
		byAccount: newThrottle(5, 15*time.Second, 15*time.Minute, time.Hour),
		// A whole school shares one address.
		byAddress:   newThrottle(60, 15*time.Second, 15*time.Minute, time.Hour),
		byLink:      newThrottle(3, time.Minute, 15*time.Minute, time.Hour),
		credentials: newCredentials(),
		activity:    newActivity(),
	}
}

// SendsMail tells whether the installation sends mail.
func (s *Service) SendsMail() bool { return s.letters != nil }

// Visit is the request behind a log-in.
type Visit struct {
	Address   string // of the network, for throttling; never kept
	UserAgent string
}

// Opened is a session that was just opened.
type Opened struct {
	Secret   string // for the cookie
	Account  string
	Language i18n.Lang
}
