package authz_test

import (
	"context"
	"testing"

	"preau/internal/base/authz"
	"preau/internal/base/errs"
)

const (
	read  authz.Permission = "thing.read"
	write authz.Permission = "thing.write"
)

var policy = authz.Policy{read: {authz.Public}, write: {authz.Head, authz.TerritoryLead}}

func as(role authz.Role, scopes ...authz.Scope) context.Context {
	p := &authz.Principal{Account: "a", Role: role}
	for _, s := range scopes {
		p.Grants = append(p.Grants, authz.Grant{Role: role, Scope: s})
	}
	return authz.With(context.Background(), policy, p)
}

func TestAPersonMayDoOnlyWhatTheirRoleHoldsOnTheirScope(t *testing.T) {
	head := as(authz.Head, authz.School("02", "0020002S"))
	scenarios := []struct {
		name  string
		ctx   context.Context
		perm  authz.Permission
		scope authz.Scope
		want  errs.Kind
		ok    bool
	}{
		{"the public reads what is public", authz.With(context.Background(), policy, nil), read, authz.Nation(), 0, true},
		{"the public is asked to log in to write", authz.With(context.Background(), policy, nil), write, authz.Territory("02"), errs.Unauthenticated, false},
		{"a head writes in their school", head, write, authz.School("02", "0020002S"), 0, true},
		{"a head writes in a class of their school", head, write, authz.Class("02", "0020002S", "c"), 0, true},
		{"another school is not found", head, write, authz.School("02", "0020004U"), errs.NotFound, false},
		{"the same school code in another territory is not found", head, write, authz.School("95", "0020002S"), errs.NotFound, false},
		{"their whole territory is not found", head, write, authz.Territory("02"), errs.NotFound, false},
		{"the nation is not found", head, write, authz.Nation(), errs.NotFound, false},
		{"a lead writes in a school of the territory", as(authz.TerritoryLead, authz.Territory("02")), write, authz.School("02", "x"), 0, true},
		{"a teacher does not write", as(authz.Teacher, authz.Territory("02")), write, authz.Territory("02"), errs.NotFound, false},
		{"a head without a grant does not write", as(authz.Head), write, authz.School("02", "x"), errs.NotFound, false},
		{"a permission that no role holds is refused", as(authz.Admin, authz.Nation()), "thing.unknown", authz.Nation(), errs.NotFound, false},
		{"a context without access is the public without a policy", context.Background(), read, authz.Nation(), errs.Unauthenticated, false},
		{"the system may do everything", authz.System(context.Background()), "thing.unknown", authz.Nation(), 0, true},
	}
	for _, s := range scenarios {
		err := authz.Check(s.ctx, s.perm, s.scope)
		if (err == nil) != s.ok || (err != nil && errs.KindOf(err) != s.want) {
			t.Errorf("%s: %v", s.name, err)
		}
	}
}

func TestATokenDoesNoMoreThanItsLimit(t *testing.T) {
	p := &authz.Principal{Account: "a", Role: authz.TerritoryLead, Limit: []authz.Permission{read},
		Grants: []authz.Grant{{Role: authz.TerritoryLead, Scope: authz.Territory("02")}}}
	ctx := authz.With(context.Background(), policy, p)
	if err := authz.Check(ctx, write, authz.Territory("02")); err == nil {
		t.Error("a token for reading wrote")
	}
	if err := authz.Check(ctx, read, authz.Territory("02")); err != nil {
		t.Error(err)
	}
	if _, err := authz.Scopes(ctx, write); err == nil {
		t.Error("a token for reading listed what it may write")
	}
}

func TestAFilterKeepsTheRowsInsideTheScopes(t *testing.T) {
	scenarios := []struct {
		name   string
		scopes []authz.Scope
		school string
		want   string
		args   int
	}{
		{"none", nil, "s", "1 = 0", 0},
		{"nation", []authz.Scope{authz.Nation()}, "s", "1 = 1", 0},
		{"territory", []authz.Scope{authz.Territory("02")}, "s", "((t = ?))", 1},
		{"two schools", []authz.Scope{authz.School("02", "a"), authz.School("02", "b")}, "s", "((t = ? AND s = ?) OR (t = ? AND s = ?))", 4},
		{"a school where the table has none", []authz.Scope{authz.School("02", "a")}, "", "((1 = 0))", 0},
	}
	for _, s := range scenarios {
		if got, args := authz.Filter(s.scopes, "t", s.school, ""); got != s.want || len(args) != s.args {
			t.Errorf("%s: %s %v", s.name, got, args)
		}
	}
}

func TestAnUncheckedContextIsKnown(t *testing.T) {
	ctx := as(authz.Head)
	if authz.Checked(ctx) {
		t.Error("checked before any check")
	}
	authz.May(ctx, write, authz.Nation())
	if authz.Checked(ctx) {
		t.Error("asking for a link counted as a check")
	}
	_ = authz.Check(ctx, write, authz.Nation())
	if !authz.Checked(ctx) {
		t.Error("the check was not seen")
	}
}
