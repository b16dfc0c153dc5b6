package accounts

import (
	"context"
	"log/slog"
	"net/url"

	"preau/internal/base/authz"
	"preau/internal/base/db"
	"preau/internal/base/errs"
)

// throttledFact is the number of failures in a row of which a fact is recorded.
const throttledFact = 10

// LogIn opens a session by e-mail address and password. It returns Invalid when the two do not go together,
// TooMany when they failed too often, Forbidden when the account is disabled. Neither the answer nor the time
// it takes tells whether there is an account.
func (s *Service) LogIn(ctx context.Context, email, password string, v Visit) (Opened, error) {
	address, wrong := checkEmail("email", email)
	var missing *errs.Field
	if password == "" {
		missing = &errs.Field{Name: "password", Key: "accounts.login.password_missing"}
	}
	if err := fieldErrors(wrong, missing); err != nil {
		return Opened{}, err
	}
	var account Account
	err := s.throttled(address, v.Address, func(failures int) (right bool, err error) {
		account, right, err = s.verified(ctx, address, password)
		if err == nil && !right && account.ID != "" && failures == throttledFact {
			s.activity.failed(account.ID, failures)
		}
		return right, err
	})
	if err != nil {
		return Opened{}, err
	}
	return s.open(ctx, account.ID, ByPassword, v, nil)
}

// throttled runs a trial of a password. A trial that is right is forgiven, to the network address too; one that
// could not be made does not count.
func (s *Service) throttled(email, address string, trial func(failures int) (right bool, err error)) error {
	now := s.db.Now()
	account, network := keyOf("password", email), addressKey(address)
	if _, wait := s.byAddress.attempt(now, network); wait > 0 {
		return tooMany(wait)
	}
	failures, wait := s.byAccount.attempt(now, account)
	if wait > 0 {
		s.byAddress.forgive(network, 1)
		return tooMany(wait)
	}
	right, err := trial(failures)
	switch {
	case err != nil:
		s.byAccount.forgive(account, 1)
		s.byAddress.forgive(network, 1)
		return err
	case !right:
		return errs.OfFields(errs.Field{Name: "email", Key: "accounts.login.wrong"})
	}
	s.byAddress.forgive(network, s.byAccount.forgive(account, failures))
	return nil
}

// verified returns the account of the address, empty when there is none, and whether the password is right. A
// hash made with other costs than today's is renewed.
func (s *Service) verified(ctx context.Context, email, password string) (Account, bool, error) {
	account, err := s.byEmail(ctx, email)
	if err != nil && !db.IsNotFound(err) {
		return Account{}, false, err
	}
	right, stale, err := s.hasher.verify(ctx, account.password, password)
	if err == nil && right && stale {
		err = s.rehash(ctx, account, password)
	}
	return account, right, err
}

func (s *Service) rehash(ctx context.Context, account Account, password string) error {
	hash, err := s.hasher.hash(ctx, password)
	if err != nil {
		return err
	}
	return s.db.Update(db.Everywhere(ctx), func(ctx context.Context, tx *db.Tx) error {
		current, err := selectAccount(ctx, tx, account.ID)
		if err != nil || current.password != account.password {
			return err // changed meanwhile
		}
		return updatePassword(ctx, tx, account.ID, hash)
	})
}

func (s *Service) byEmail(ctx context.Context, email string) (Account, error) {
	var account Account
	err := s.db.View(db.Everywhere(ctx), func(ctx context.Context, tx *db.Tx) error {
		var err error
		account, err = selectAccountByEmail(ctx, tx, email)
		return err
	})
	return account, err
}

// open opens a session in a transaction of its own, in which first runs before. The session that the browser
// had ends: a log-in always gives a new secret, so that one planted beforehand is worth nothing.
func (s *Service) open(ctx context.Context, account string, method Method, v Visit, first func(context.Context, *db.Tx) error) (Opened, error) {
	var opened Opened
	err := s.db.Update(db.Everywhere(ctx), func(ctx context.Context, tx *db.Tx) error {
		if first != nil {
			if err := first(ctx, tx); err != nil {
				return err
			}
		}
		var err error
		opened, err = openSession(ctx, tx, account, method, v)
		return err
	})
	return opened, err
}

func openSession(ctx context.Context, tx *db.Tx, id string, method Method, v Visit) (Opened, error) {
	account, err := selectAccount(ctx, tx, id)
	if err != nil {
		return Opened{}, err
	}
	if account.Disabled() {
		return Opened{}, errs.NewForbidden("accounts.login.disabled")
	}
	if p := authz.From(ctx); p.Session != "" {
		if err := deleteSession(ctx, tx, p.Account, p.Session); err != nil {
			return Opened{}, err
		}
	}
	secret, hash := newSecret("")
	if _, err := insertSession(ctx, tx, hash, account.ID, account.lastRole, method, deviceOf(v.UserAgent)); err != nil {
		return Opened{}, err
	}
	return Opened{Secret: secret, Account: account.ID, Language: account.Language}, nil
}

// LogOut ends the session that asks; without one it does nothing.
func (s *Service) LogOut(ctx context.Context) error {
	p := authz.From(ctx)
	if p.Session == "" {
		return nil
	}
	return s.db.Update(db.Everywhere(ctx), func(ctx context.Context, tx *db.Tx) error {
		return deleteSession(ctx, tx, p.Account, p.Session)
	})
}

// RequestLink sends a one-time link to the address if it has an account. It returns Invalid for what is no
// address and TooMany when too many were asked for; else nil, whether there is an account or not.
func (s *Service) RequestLink(ctx context.Context, email, next string, v Visit) error {
	address, wrong := checkEmail("email", email)
	if wrong != nil {
		return fieldErrors(wrong)
	}
	if !s.SendsMail() {
		return errs.New(errs.Unavailable, "accounts.link.no_mail")
	}
	now := s.db.Now()
	if _, wait := s.byAddress.attempt(now, addressKey(v.Address)); wait > 0 {
		return tooMany(wait)
	}
	if _, wait := s.byLink.attempt(now, keyOf("link", address)); wait > 0 {
		return tooMany(wait)
	}
	var account Account
	var secret string
	err := s.db.Update(db.Everywhere(ctx), func(ctx context.Context, tx *db.Tx) error {
		var err error
		if account, err = selectAccountByEmail(ctx, tx, address); err != nil && !db.IsNotFound(err) {
			return err
		}
		var hash string
		secret, hash = newSecret("")
		return insertLink(ctx, tx, hash, account.ID)
	})
	if err != nil || account.ID == "" || account.Disabled() {
		return err
	}
	if err := s.letters.Send(ctx, linkLetter(s.catalog.In(account.Language), account, s.address("/login/link/", secret, next))); err != nil {
		s.log.Error("no link was sent", slog.Any("error", err)) // to the person: the same answer as ever
	}
	return nil
}

// address returns the address of a page of the site that a secret opens.
func (s *Service) address(path, secret, next string) string {
	to := s.site + path + secret
	if next != "" && next != "/" {
		to += "?next=" + url.QueryEscape(next)
	}
	return to
}

// Link returns the state of a one-time link and, when it is open, whose it is. It uses nothing up: a mail
// scanner that follows links costs the person nothing.
func (s *Service) Link(ctx context.Context, secret string) (state LinkState, name, email string, err error) {
	l, state, err := s.link(ctx, secret)
	if err != nil || state != LinkOpen {
		return state, "", "", err
	}
	return state, l.name, l.email, nil
}

func (s *Service) link(ctx context.Context, secret string) (link, LinkState, error) {
	if !plausible(secret, "") {
		return link{}, LinkUnknown, nil
	}
	var l link
	err := s.db.View(db.Everywhere(ctx), func(ctx context.Context, tx *db.Tx) error {
		var err error
		l, err = selectLink(ctx, tx, hashOf(secret))
		return err
	})
	if db.IsNotFound(err) {
		return link{}, LinkUnknown, nil
	}
	return l, l.state(s.db.Now()), err
}

// OpenLink opens a session by a one-time link, once. It returns Conflict for a link that was used or has
// expired, NotFound for one that is not known.
func (s *Service) OpenLink(ctx context.Context, secret string, v Visit) (Opened, error) {
	l, state, err := s.link(ctx, secret)
	if err != nil {
		return Opened{}, err
	}
	if state != LinkOpen {
		return Opened{}, linkError(state)
	}
	opened, err := s.open(ctx, l.account, ByLink, v, func(ctx context.Context, tx *db.Tx) error {
		once, err := useLink(ctx, tx, hashOf(secret))
		if err == nil && !once {
			err = linkError(LinkUsed)
		}
		if err != nil {
			return err
		}
		return useOtherLinks(ctx, tx, l.account)
	})
	if err == nil {
		s.byAddress.forgive(addressKey(v.Address), 1)
		s.byLink.forgive(keyOf("link", l.email), maxForgiven)
		s.byAccount.forgive(keyOf("password", l.email), maxForgiven)
	}
	return opened, err
}

// maxForgiven forgives everything.
const maxForgiven = 1 << 30

func linkError(state LinkState) error {
	switch state {
	case LinkUsed:
		return errs.NewConflict("accounts.link.used")
	case LinkExpired:
		return errs.NewConflict("accounts.link.expired")
	}
	return errs.NewNotFound("accounts.link.unknown")
}
