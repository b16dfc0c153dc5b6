package accounts

import (
	"context"
	"errors"

	"preau/internal/base/authz"
	"preau/internal/base/db"
	"preau/internal/base/errs"
	"preau/internal/base/i18n"
)

// SeedAccount is an account of the demonstration.
type SeedAccount struct {
	ID       string // a new one when empty
	Email    string
	Name     string
	Person   string
	Language i18n.Lang
	Grants   []authz.Grant
	Password string // "" logs in by link alone
	// Showcase is the account's place on the entrance of the demonstration, 0 for none.
	Showcase int
}

// SeedAccounts inserts accounts that do not exist yet, in the transaction that makes the demonstration. It
// records no facts: nothing has happened. A password is hashed once, however many accounts share it. The list is
// completed with the identifiers.
func (s *Service) SeedAccounts(ctx context.Context, tx *db.Tx, list []SeedAccount) error {
	if err := authz.Check(ctx, CreateAccounts, authz.Nation()); err != nil {
		return err
	}
	hashes := map[string]string{"": ""}
	for i := range list {
		a := &list[i]
		if _, done := hashes[a.Password]; !done {
			hash, err := s.hasher.hash(ctx, a.Password)
			if err != nil {
				return err
			}
			hashes[a.Password] = hash
		}
		email, ok := normalEmail(a.Email)
		if !ok {
			return errors.New("accounts: a seeded account has no valid address")
		}
		a.Email, a.Language = email, normalLanguage(string(a.Language))
		if a.ID == "" {
			a.ID = tx.NewID()
		}
	}
	next := 0
	if _, err := tx.Bulk(ctx, "accounts_account", []string{"id", "email", "name", "folded", "password", "person", "language", "showcase", "created_at"}, func() ([]any, error) {
		if next == len(list) {
			return nil, nil
		}
		a := list[next]
		next++
		return []any{a.ID, a.Email, a.Name, foldedAccount(a.Name, a.Email), hashes[a.Password], a.Person, string(a.Language), a.Showcase, tx.Now()}, nil
	}); err != nil {
		return err
	}
	return seedGrants(ctx, tx, list)
}

func seedGrants(ctx context.Context, tx *db.Tx, list []SeedAccount) error {
	account, grant := 0, 0
	_, err := tx.Bulk(ctx, "accounts_grant", []string{"territory", "id", "account", "role", "school", "class", "created_at"}, func() ([]any, error) {
		for account < len(list) && grant == len(list[account].Grants) {
			account, grant = account+1, 0
		}
		if account == len(list) {
			return nil, nil
		}
		g := list[account].Grants[grant]
		grant++
		if !fits(g.Role, g.Scope) {
			return nil, errors.New("accounts: a seeded grant does not suit its scope: " + string(g.Role))
		}
		return []any{g.Scope.Territory, tx.NewID(), list[account].ID, string(g.Role), g.Scope.School, g.Scope.Class, tx.Now()}, nil
	})
	return err
}

// Shown is an account on the entrance of the demonstration.
type Shown struct {
	ID     string
	Name   string
	Grants []NamedGrant
}

// Showcase returns the accounts that everybody may enter. It returns NotFound outside a demonstration.
func (s *Service) Showcase(ctx context.Context) ([]Shown, error) {
	if !s.demo {
		return nil, errs.NewNotFound("authz.not_found")
	}
	var list []Shown
	var grants []Grant
	err := s.db.View(db.Everywhere(ctx), func(ctx context.Context, tx *db.Tx) error {
		var err error
		list, err = db.All(ctx, tx, func(r db.Scanner) (a Shown, err error) {
			err = r.Scan(&a.ID, &a.Name)
			return a, err
		}, "SELECT id, name FROM accounts_account WHERE showcase > 0 AND disabled_at IS NULL ORDER BY showcase, id")
		if err != nil {
			return err
		}
		ids := make([]string, len(list))
		for i, a := range list {
			ids[i] = a.ID
		}
		grants, err = selectGrants(ctx, tx, ids, "", nil)
		return err
	})
	if err != nil {
		return nil, err
	}
	named, err := s.named(ctx, grants)
	for i := range list {
		for _, g := range named {
			if g.Account == list[i].ID {
				list[i].Grants = append(list[i].Grants, g)
			}
		}
	}
	return list, err
}

// Enter opens a session in an account on show. It returns NotFound for any other.
func (s *Service) Enter(ctx context.Context, id string, v Visit) (Opened, error) {
	list, err := s.Showcase(ctx)
	if err != nil {
		return Opened{}, err
	}
	for _, a := range list {
		if a.ID == id {
			return s.open(ctx, id, ByDemo, v, nil)
		}
	}
	return Opened{}, errs.NewNotFound("authz.not_found")
}
