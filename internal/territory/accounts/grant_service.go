package accounts

import (
	"context"
	"slices"

	"preau/internal/base/authz"
	"preau/internal/base/db"
	"preau/internal/base/errs"
	"preau/internal/base/journal"
)

// AddGrant gives an account a role on a scope; one that it holds already is no error. It returns NotFound for a
// scope or an account that the principal does not administer, Forbidden for a role that is not theirs to give.
func (s *Service) AddGrant(ctx context.Context, account string, role authz.Role, scope authz.Scope) error {
	if err := checkGranting(ctx, role, scope); err != nil {
		return err
	}
	if err := s.checkPlace(ctx, role, scope); err != nil {
		return err
	}
	scopes, err := authz.Scopes(ctx, GrantRoles)
	if err != nil {
		return err
	}
	return s.db.Update(ctx, func(ctx context.Context, tx *db.Tx) error {
		if err := visible(ctx, tx, account, scopes); err != nil {
			return err
		}
		return s.grant(ctx, tx, Grant{Account: account, Role: role, Scope: scope}, authz.From(ctx).Account)
	})
}

// checkGranting returns nil when the principal may give or take the role on the scope.
func checkGranting(ctx context.Context, role authz.Role, scope authz.Scope) error {
	if err := authz.Check(ctx, GrantRoles, scope); err != nil {
		return err
	}
	if !slices.Contains(grantable(ctx), role) {
		return errs.NewForbidden("accounts.grant.above")
	}
	return nil
}

// grantable returns the roles that the principal may hand out; the command hands out all.
func grantable(ctx context.Context) []authz.Role { return Grantable(authz.From(ctx).Role) }

// checkPlace returns Invalid unless the role makes sense on the scope and the place exists.
func (s *Service) checkPlace(ctx context.Context, role authz.Role, scope authz.Scope) error {
	if Levels(role) == nil {
		return errs.OfFields(errs.Field{Name: "role", Key: "accounts.role.missing"})
	}
	if !fits(role, scope) {
		return errs.OfFields(misfit(role, scope))
	}
	if scope == authz.Nation() {
		return nil
	}
	names, err := s.places.PlaceNames(ctx, []authz.Scope{scope})
	if err == nil && names[scope] == "" {
		err = errs.OfFields(errs.Field{Name: placeField(scope), Key: "accounts.place.unknown"})
	}
	return err
}

// misfit says beside which input a scope does not suit the role.
func misfit(role authz.Role, s authz.Scope) errs.Field {
	widest := Levels(role)[0]
	switch {
	case s.Territory == "" && (widest > OfNation || s != authz.Nation()):
		return errs.Field{Name: "territory", Key: "accounts.scope.needs_territory"}
	case s.School == "" && widest >= OfSchool:
		return errs.Field{Name: "school", Key: "accounts.scope.needs_school"}
	}
	return errs.Field{Name: placeField(s), Key: "accounts.scope.too_narrow"}
}

// placeField is the input that names the narrowest place of a scope.
func placeField(s authz.Scope) string {
	switch LevelOf(s) {
	case OfSchool:
		return "school"
	case OfClass:
		return "class"
	}
	return "territory"
}

// grant inserts a grant and records the fact, unless the account holds it already.
func (s *Service) grant(ctx context.Context, tx *db.Tx, g Grant, by string) error {
	g.ID = tx.NewID()
	added, err := insertGrant(ctx, tx, g, by)
	if err != nil || !added {
		return err
	}
	return s.record(ctx, tx, factGrantAdded, g)
}

type grantFact struct {
	Grant string     `json:"grant"`
	Role  authz.Role `json:"role"`
}

func (s *Service) record(ctx context.Context, tx *db.Tx, kind string, g Grant) error {
	return s.journal.Record(ctx, tx, journal.Fact{Territory: g.Scope.Territory, School: g.Scope.School, Class: g.Scope.Class,
		Kind: kind, Subject: g.Account, Data: grantFact{g.ID, g.Role}})
}

// RemoveGrant takes a grant away, with the invitations that the account sent by virtue of it. One that is gone
// already is no error. It returns Conflict for the last administrator's.
func (s *Service) RemoveGrant(ctx context.Context, account, id string) error {
	scopes, err := authz.Scopes(ctx, GrantRoles)
	if err != nil {
		return err
	}
	return s.db.Update(db.Everywhere(ctx), func(ctx context.Context, tx *db.Tx) error {
		if err := visible(ctx, tx, account, scopes); err != nil {
			return err
		}
		g, err := selectGrant(ctx, tx, account, id)
		if db.IsNotFound(err) {
			return nil
		}
		if err != nil {
			return err
		}
		if err := checkGranting(ctx, g.Role, g.Scope); err != nil {
			return err
		}
		if g.Role == authz.Admin {
			if err := notLastAdmin(ctx, tx, account); err != nil {
				return err
			}
		}
		return s.remove(ctx, tx, g)
	})
}

func (s *Service) remove(ctx context.Context, tx *db.Tx, g Grant) error {
	if _, err := deleteGrant(ctx, tx, g); err != nil {
		return err
	}
	if err := s.record(ctx, tx, factGrantRemoved, g); err != nil {
		return err
	}
	if Grantable(g.Role) == nil {
		return nil
	}
	return s.cancelInvitationsBy(ctx, tx, g.Account, g.Scope)
}

// notLastAdmin returns Conflict when no other account could administer the installation.
func notLastAdmin(ctx context.Context, tx *db.Tx, account string) error {
	n, err := otherAdmins(ctx, tx, account)
	if err == nil && n == 0 {
		err = errs.NewConflict("accounts.last_admin")
	}
	return err
}

// grantFilter returns the condition on a grant g that keeps those in the scopes; "" when a scope is the nation,
// to which accounts without any grant belong too.
func grantFilter(scopes []authz.Scope) (string, []any) {
	if slices.Contains(scopes, authz.Nation()) {
		return "", nil
	}
	return authz.Filter(scopes, "g.territory", "g.school", "g.class")
}

// visible returns NotFound unless the account exists and has a grant in the scopes.
func visible(ctx context.Context, tx *db.Tx, account string, scopes []authz.Scope) error {
	where, args := grantFilter(scopes)
	names, err := selectNames(ctx, tx, []string{account}, where, args)
	if err == nil && len(names) == 0 {
		err = errs.NewNotFound("authz.not_found")
	}
	return err
}
