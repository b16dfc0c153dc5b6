package accounts

import (
	"context"
	"time"

	"preau/internal/base/authz"
	"preau/internal/base/db"
	"preau/internal/base/errs"
	"preau/internal/base/i18n"
	"preau/internal/base/journal"
)

// Overview is what the page of one's own account shows.
type Overview struct {
	Account  Account
	Grants   []NamedGrant // of all roles
	Sessions []Session    // the newest fifty
	Tokens   []Token
	// AsksCurrent tells whether a new password needs the current one.
	AsksCurrent bool
}

// NamedGrant is a grant with the name of its place, "" for the nation.
type NamedGrant struct {
	Grant
	Place string
}

const shownSessions = 50

// Me returns the account that asks, with its grants, sessions and tokens.
func (s *Service) Me(ctx context.Context) (Overview, error) {
	p, err := inPerson(ctx)
	if err != nil {
		return Overview{}, err
	}
	var o Overview
	var grants []Grant
	err = s.db.View(db.Everywhere(ctx), func(ctx context.Context, tx *db.Tx) error {
		var err error
		if o.Account, err = selectAccount(ctx, tx, p.Account); err != nil {
			return err
		}
		if grants, err = selectGrants(ctx, tx, []string{p.Account}, "", nil); err != nil {
			return err
		}
		if o.Tokens, err = selectTokens(ctx, tx, p.Account); err != nil {
			return err
		}
		if o.Sessions, err = selectSessions(ctx, tx, p.Account, shownSessions); err != nil {
			return err
		}
		o.AsksCurrent, err = asksCurrent(ctx, tx, o.Account, p.Session)
		return err
	})
	if err != nil {
		return Overview{}, err
	}
	for i := range o.Sessions {
		o.Sessions[i].Current = o.Sessions[i].ID == p.Session
		o.Sessions[i].SeenAt = s.activity.seen(o.Sessions[i].ID, o.Sessions[i].SeenAt)
	}
	o.Grants, err = s.named(ctx, grants)
	return o, err
}

// named returns the grants with the names of their places; what has no name keeps its codes.
func (s *Service) named(ctx context.Context, grants []Grant) ([]NamedGrant, error) {
	scopes := make([]authz.Scope, len(grants))
	for i, g := range grants {
		scopes[i] = g.Scope
	}
	names, err := s.placeNames(ctx, scopes)
	if err != nil {
		return nil, err
	}
	list := make([]NamedGrant, len(grants))
	for i, g := range grants {
		list[i] = NamedGrant{g, names[g.Scope]}
	}
	return list, nil
}

// placeNames returns a name for each scope but the nation.
func (s *Service) placeNames(ctx context.Context, scopes []authz.Scope) (map[authz.Scope]string, error) {
	asked := map[authz.Scope]bool{}
	var list []authz.Scope
	for _, scope := range scopes {
		if scope != authz.Nation() && !asked[scope] {
			asked[scope] = true
			list = append(list, scope)
		}
	}
	if len(list) == 0 {
		return map[authz.Scope]string{}, nil
	}
	names, err := s.places.PlaceNames(ctx, list)
	if err != nil {
		return nil, err
	}
	all := map[authz.Scope]string{}
	for _, scope := range list {
		if all[scope] = names[scope]; all[scope] == "" {
			all[scope] = codesOf(scope)
		}
	}
	return all, nil
}

// codesOf names a scope that the directory does not know.
func codesOf(s authz.Scope) string {
	switch LevelOf(s) {
	case OfNation:
		return ""
	case OfTerritory:
		return s.Territory
	}
	return s.School
}

// UpdateProfile changes the name and the language of the account that asks.
func (s *Service) UpdateProfile(ctx context.Context, name, language string) (i18n.Lang, error) {
	p, err := inPerson(ctx)
	if err != nil {
		return "", err
	}
	normal, wrong := checkName("name", name)
	if err := fieldErrors(wrong); err != nil {
		return "", err
	}
	lang := normalLanguage(language)
	return lang, s.db.Update(db.Everywhere(ctx), func(ctx context.Context, tx *db.Tx) error {
		account, err := selectAccount(ctx, tx, p.Account)
		if err != nil {
			return err
		}
		return updateProfile(ctx, tx, p.Account, normal, foldedAccount(normal, account.Email), lang)
	})
}

// linkTrusted is how long after a log-in by link the current password is not asked: who forgot it sets a new one.
const linkTrusted = 15 * time.Minute

func asksCurrent(ctx context.Context, tx *db.Tx, a Account, session string) (bool, error) {
	if !a.HasPassword {
		return false, nil
	}
	opened, err := selectOwnSession(ctx, tx, a.ID, session)
	if err != nil {
		return true, err
	}
	return opened.Method != ByLink || tx.Now()-opened.CreatedAt > linkTrusted.Milliseconds(), nil
}

// ChangePassword sets a new password, ends every session of the account and opens a new one for who asks. The
// current password is asked unless there is none or the session was opened by a link just now.
func (s *Service) ChangePassword(ctx context.Context, current, password string, v Visit) (Opened, error) {
	p, err := inPerson(ctx)
	if err != nil {
		return Opened{}, err
	}
	var account Account
	var asks bool
	if err := s.db.View(db.Everywhere(ctx), func(ctx context.Context, tx *db.Tx) error {
		if account, err = selectAccount(ctx, tx, p.Account); err == nil {
			asks, err = asksCurrent(ctx, tx, account, p.Session)
		}
		return err
	}); err != nil {
		return Opened{}, err
	}
	if err := fieldErrors(checkPassword("new_password", password, account.Email, account.Name)); err != nil {
		return Opened{}, err
	}
	if asks {
		if err := s.checkCurrent(ctx, account, current, v); err != nil {
			return Opened{}, err
		}
	}
	hash, err := s.hasher.hash(ctx, password)
	if err != nil {
		return Opened{}, err
	}
	return s.open(ctx, account.ID, ByPassword, v, func(ctx context.Context, tx *db.Tx) error {
		if err := updatePassword(ctx, tx, account.ID, hash); err != nil {
			return err
		}
		if _, err := deleteSessions(ctx, tx, account.ID, ""); err != nil {
			return err
		}
		if err := useOtherLinks(ctx, tx, account.ID); err != nil {
			return err
		}
		return s.journal.Record(ctx, tx, journal.Fact{Kind: factPasswordChanged, Subject: account.ID})
	})
}

func (s *Service) checkCurrent(ctx context.Context, account Account, current string, v Visit) error {
	err := s.throttled(account.Email, v.Address, func(int) (bool, error) {
		right, _, err := s.hasher.verify(ctx, account.password, current)
		return right, err
	})
	if errs.Is(err, errs.Invalid) {
		return errs.OfFields(errs.Field{Name: "current_password", Key: "accounts.password.current_wrong"})
	}
	return err
}

// RevokeSession ends one session of the account that asks; one that has ended already is no error.
func (s *Service) RevokeSession(ctx context.Context, id string) error {
	p, err := inPerson(ctx)
	if err != nil {
		return err
	}
	return s.db.Update(db.Everywhere(ctx), func(ctx context.Context, tx *db.Tx) error {
		return deleteSession(ctx, tx, p.Account, id)
	})
}

// RevokeOtherSessions ends every session of the account but the one that asks, and returns their number.
func (s *Service) RevokeOtherSessions(ctx context.Context) (int64, error) {
	p, err := inPerson(ctx)
	if err != nil {
		return 0, err
	}
	var n int64
	err = s.db.Update(db.Everywhere(ctx), func(ctx context.Context, tx *db.Tx) error {
		n, err = deleteSessions(ctx, tx, p.Account, p.Session)
		return err
	})
	return n, err
}

// Grants returns the grants of the account that asks, of all roles, for the switch.
func (s *Service) Grants(ctx context.Context) ([]NamedGrant, error) {
	p, err := self(ctx)
	if err != nil {
		return nil, err
	}
	var grants []Grant
	if err := s.db.View(db.Everywhere(ctx), func(ctx context.Context, tx *db.Tx) error {
		grants, err = selectGrants(ctx, tx, []string{p.Account}, "", nil)
		return err
	}); err != nil {
		return nil, err
	}
	return s.named(ctx, grants)
}

// SwitchRole makes the session act in another role that the account holds. It returns Invalid for one that it
// does not.
func (s *Service) SwitchRole(ctx context.Context, role authz.Role) error {
	p, err := inPerson(ctx)
	if err != nil {
		return err
	}
	return s.db.Update(db.Everywhere(ctx), func(ctx context.Context, tx *db.Tx) error {
		grants, err := selectRoles(ctx, tx, p.Account)
		if err != nil {
			return err
		}
		if len(grantsOf(grants, role)) == 0 {
			return errs.OfFields(errs.Field{Name: "role", Key: "accounts.role.not_held"})
		}
		return updateSessionRole(ctx, tx, p.Account, p.Session, role)
	})
}

// Names returns the names of the accounts that the principal may see, by id: for pages that say who did what.
func (s *Service) Names(ctx context.Context, ids []string) (map[string]string, error) {
	scopes, err := authz.Scopes(ctx, ReadAccounts)
	if err != nil {
		return nil, err
	}
	names := map[string]string{}
	if len(ids) == 0 {
		return names, nil
	}
	where, args := grantFilter(scopes)
	err = s.db.View(ctx, func(ctx context.Context, tx *db.Tx) error {
		names, err = selectNames(ctx, tx, ids, where, args)
		return err
	})
	return names, err
}

// Created is a new account.
type Created struct {
	ID   string
	New  bool   // false: the address had an account, which was given the grants that it lacked
	Link string // a one-time link to log in, "" unless asked for
}

// NewAccount is an account to be made without an invitation. Password "" logs in by link alone.
type NewAccount struct {
	Email, Name, Password string
	Person                string
	Language              i18n.Lang
	Grants                []authz.Grant
	Link                  bool // returns a one-time link, for an installation that sends no mail yet
}

// Create makes an account with its grants; for the command and for administrators. An address that has an
// account already is given the grants that it lacks, and nothing else of it changes.
func (s *Service) Create(ctx context.Context, n NewAccount) (Created, error) {
	if err := authz.Check(ctx, CreateAccounts, authz.Nation()); err != nil {
		return Created{}, err
	}
	account, err := s.checkNew(ctx, n)
	if err != nil {
		return Created{}, err
	}
	if n.Password != "" {
		if account.password, err = s.hasher.hash(ctx, n.Password); err != nil {
			return Created{}, err
		}
	}
	var made Created
	err = s.db.Update(db.Everywhere(ctx), func(ctx context.Context, tx *db.Tx) error {
		made = Created{}
		made, err = s.create(ctx, tx, account, n)
		return err
	})
	return made, err
}

func (s *Service) checkNew(ctx context.Context, n NewAccount) (Account, error) {
	email, wrongEmail := checkEmail("email", n.Email)
	name, wrongName := checkName("name", n.Name)
	var wrongPassword *errs.Field
	if n.Password != "" {
		wrongPassword = checkPassword("password", n.Password, email, name)
	}
	if err := fieldErrors(wrongEmail, wrongName, wrongPassword); err != nil {
		return Account{}, err
	}
	for _, g := range n.Grants {
		if err := s.checkPlace(ctx, g.Role, g.Scope); err != nil {
			return Account{}, err
		}
	}
	return Account{Email: email, Name: name, Person: n.Person, Language: normalLanguage(string(n.Language))}, nil
}

func (s *Service) create(ctx context.Context, tx *db.Tx, account Account, n NewAccount) (Created, error) {
	account.ID, account.CreatedAt = tx.NewID(), tx.Now()
	isNew, err := insertAccount(ctx, tx, account)
	if err != nil {
		return Created{}, err
	}
	if isNew {
		err = s.journal.Record(ctx, tx, journal.Fact{Kind: factAccountCreated, Subject: account.ID})
	} else {
		account, err = selectAccountByEmail(ctx, tx, account.Email)
	}
	if err != nil {
		return Created{}, err
	}
	made := Created{ID: account.ID, New: isNew}
	for _, g := range n.Grants {
		if err := s.grant(ctx, tx, Grant{Account: account.ID, Role: g.Role, Scope: g.Scope}, authz.From(ctx).Account); err != nil {
			return Created{}, err
		}
	}
	if !n.Link {
		return made, nil
	}
	secret, hash := newSecret("")
	made.Link = s.address("/login/link/", secret, "")
	return made, insertLink(ctx, tx, hash, account.ID)
}
