package accounts

import (
	"context"
	"slices"
	"strings"
	"unicode/utf8"

	"preau/internal/base/authz"
	"preau/internal/base/db"
	"preau/internal/base/errs"
	"preau/internal/base/journal"
)

// NewToken is a token to be made: in the role that the person acts in now, for all that the role may read, or
// for the permissions that are named.
type NewToken struct {
	Name     string
	ReadOnly bool
	Scopes   []authz.Permission
	Days     int
}

// CreateToken makes a token and returns it with its secret, which is told this once.
func (s *Service) CreateToken(ctx context.Context, n NewToken) (Token, string, error) {
	p, err := inPerson(ctx)
	if err != nil {
		return Token{}, "", err
	}
	token, err := s.checkToken(p, n)
	if err != nil {
		return Token{}, "", err
	}
	var secret string
	err = s.db.Update(db.Everywhere(ctx), func(ctx context.Context, tx *db.Tx) error {
		held, err := selectTokens(ctx, tx, p.Account)
		if err != nil {
			return err
		}
		if len(held) >= maxTokens {
			return errs.NewConflict("accounts.token.many", "n", maxTokens)
		}
		token.ID, token.CreatedAt = tx.NewID(), tx.Now()
		token.ExpiresAt = token.CreatedAt + tokenLife(n.Days).Milliseconds()
		var hash string
		secret, hash = newSecret(tokenPrefix)
		if err := insertToken(ctx, tx, token, hash, p.Account); err != nil {
			return err
		}
		return s.journal.Record(ctx, tx, journal.Fact{Kind: factTokenCreated, Subject: p.Account, Data: tokenFact{token.ID}})
	})
	return token, secret, err
}

type tokenFact struct {
	Token string `json:"token"`
}

// checkToken returns the token without what the database gives it.
func (s *Service) checkToken(p *authz.Principal, n NewToken) (Token, error) {
	token := Token{Name: strings.Join(strings.Fields(n.Name), " "), Role: p.Role}
	possible := TokenPermissions(s.policy, p.Role)
	if n.ReadOnly {
		n.Scopes = reading(possible)
	}
	var fields []errs.Field
	if token.Name == "" || utf8.RuneCountInString(token.Name) > maxTokenName {
		fields = append(fields, errs.Field{Name: "token_name", Key: "accounts.token.name_missing", Args: []any{"max", maxTokenName}})
	}
	for _, scope := range n.Scopes {
		if slices.Contains(possible, scope) && !slices.Contains(token.Scopes, scope) {
			token.Scopes = append(token.Scopes, scope)
		}
	}
	if len(token.Scopes) == 0 {
		fields = append(fields, errs.Field{Name: "token_scopes", Key: "accounts.token.scopes_missing"})
	}
	if !slices.Contains(TokenDays, n.Days) {
		fields = append(fields, errs.Field{Name: "token_days", Key: "accounts.token.days_missing"})
	}
	return token, errs.OfFields(fields...)
}

// PossibleScopes returns what a token of the principal may be limited to.
func (s *Service) PossibleScopes(ctx context.Context) []authz.Permission {
	return TokenPermissions(s.policy, authz.From(ctx).Role)
}

// Tokens returns the tokens of the account that asks, the newest first.
func (s *Service) Tokens(ctx context.Context) ([]Token, error) {
	p, err := self(ctx)
	if err != nil {
		return nil, err
	}
	var list []Token
	err = s.db.View(db.Everywhere(ctx), func(ctx context.Context, tx *db.Tx) error {
		list, err = selectTokens(ctx, tx, p.Account)
		return err
	})
	return list, err
}

// RevokeToken ends a token of the account that asks; one that is gone already is no error.
func (s *Service) RevokeToken(ctx context.Context, id string) error {
	p, err := self(ctx)
	if err != nil {
		return err
	}
	return s.db.Update(db.Everywhere(ctx), func(ctx context.Context, tx *db.Tx) error {
		gone, err := deleteToken(ctx, tx, p.Account, id)
		if err != nil || !gone {
			return err
		}
		return s.journal.Record(ctx, tx, journal.Fact{Kind: factTokenRevoked, Subject: p.Account, Data: tokenFact{id}})
	})
}
