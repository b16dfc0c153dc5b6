package accounts

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"net/http"
	"strings"

	"preau/internal/base/authz"
	"preau/internal/base/db"
	"preau/internal/base/errs"
)

// Authenticate returns who asks: by the session's cookie, or on the API by a personal access token
// ("Authorization: Bearer …", RFC 6750). It returns nil for the public, to whom an ended session belongs too,
// and Unauthenticated for a token that opens nothing.
func (s *Service) Authenticate(r *http.Request) (*authz.Principal, error) {
	if strings.HasPrefix(r.URL.Path, "/static/") {
		return nil, nil
	}
	if strings.HasPrefix(r.URL.Path, "/api/") {
		if token, sent := bearer(r.Header.Get("Authorization")); sent {
			p, err := s.recognise(r.Context(), token, tokenPrefix, s.loadToken)
			if p == nil && err == nil {
				err = errs.New(errs.Unauthenticated, "accounts.token.refused")
			}
			return p, err
		}
	}
	c, err := r.Cookie(sessionCookie)
	if err != nil {
		return nil, nil
	}
	return s.recognise(r.Context(), c.Value, "", s.loadSession)
}

func bearer(header string) (token string, sent bool) {
	scheme, token, _ := strings.Cut(header, " ")
	return strings.TrimSpace(token), strings.EqualFold(scheme, "Bearer")
}

type loader func(ctx context.Context, tx *db.Tx, hash string) (*credential, error)

// recognise returns the principal of a secret, nil when it opens nothing.
func (s *Service) recognise(ctx context.Context, secret, prefix string, load loader) (*authz.Principal, error) {
	if !plausible(secret, prefix) {
		return nil, nil
	}
	key := sha256.Sum256([]byte(secret))
	generation := s.db.Generation() // before the reading: what is read may only be newer
	found := s.credentials.get(generation, key)
	if found == nil {
		err := s.db.View(db.Everywhere(ctx), func(ctx context.Context, tx *db.Tx) error {
			var err error
			found, err = load(ctx, tx, hex.EncodeToString(key[:]))
			return err
		})
		if db.IsNotFound(err) {
			return nil, nil
		}
		if err != nil {
			return nil, err
		}
		s.credentials.put(generation, key, found)
	}
	now := s.db.Now()
	if found.ended(now) {
		return nil, nil
	}
	s.activity.used(found, now)
	return found.principal, nil
}

// loadSession returns the credential of a session whose account may log in, or ErrNotFound.
func (s *Service) loadSession(ctx context.Context, tx *db.Tx, hash string) (*credential, error) {
	row, err := selectSession(ctx, tx, hash)
	if err != nil {
		return nil, err
	}
	p := principalOf(row.holder, row.role)
	p.Session = row.id
	c := &credential{principal: p, id: row.id, session: true, createdAt: row.createdAt}
	c.seenAt.Store(s.activity.seen(row.id, row.seenAt))
	return c, nil
}

// loadToken returns the credential of a token whose account may log in, or ErrNotFound.
func (s *Service) loadToken(ctx context.Context, tx *db.Tx, hash string) (*credential, error) {
	row, err := selectToken(ctx, tx, hash)
	if err != nil {
		return nil, err
	}
	p := &authz.Principal{Account: row.account, Person: row.person, Name: row.name, Role: row.role, Grants: grantsOf(row.grants, row.role),
		Roles: []authz.Role{row.role}, Limit: row.scopes}
	if len(p.Grants) == 0 {
		p.Role, p.Roles = authz.Public, nil // the role was taken away
	}
	return &credential{principal: p, id: row.id, createdAt: row.createdAt, expiresAt: row.expiresAt}, nil
}

// principalOf returns the principal that acts in the wanted role, or in the first that the account holds.
func principalOf(h holder, wanted authz.Role) *authz.Principal {
	roles := rolesOf(h.grants)
	role := acting(wanted, roles)
	return &authz.Principal{Account: h.account, Person: h.person, Name: h.name, Role: role, Grants: grantsOf(h.grants, role), Roles: roles}
}

// self returns the principal for what concerns their own account. An account whose last role was taken away
// still has itself; a token has it only when its limit says so.
func self(ctx context.Context) (*authz.Principal, error) {
	p := authz.From(ctx)
	_, err := authz.Scopes(ctx, Self)
	if err != nil && (p.Account == "" || len(p.Grants) > 0 || p.Limit != nil) {
		return nil, err
	}
	return p, nil
}

// inPerson is self for what a token may never do: a program must not make itself at home.
func inPerson(ctx context.Context) (*authz.Principal, error) {
	p, err := self(ctx)
	if err == nil && p.Session == "" {
		err = errs.NewForbidden("accounts.session.needed")
	}
	return p, err
}
