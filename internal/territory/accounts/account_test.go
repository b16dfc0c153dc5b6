package accounts

import (
	"context"
	"errors"
	"slices"
	"testing"
	"time"

	"preau/internal/base/authz"
	"preau/internal/base/errs"
	"preau/internal/base/i18n"
	"preau/internal/base/mail"
)

type brokenMail struct{}

func (brokenMail) Send(context.Context, mail.Message) error { return errors.New("no") }

func TestANewPasswordEndsTheOtherSessionsAndAsksForTheOldOne(t *testing.T) {
	each(t, func(t *testing.T, h *house) {
		id := h.account(t, "zoe", head02)
		ctx, own := h.session(t, "zoe")
		_, other := h.session(t, "zoe")
		const next = "tilleul citerne agrafe pomme"
		for _, c := range []struct {
			current, password string
			key               string
		}{
			{"faux", next, "accounts.password.current_wrong"}, {"", next, "accounts.password.current_wrong"},
			{goodPassword, "court", "accounts.password.short"}, {goodPassword, "", "accounts.password.missing"},
		} {
			_, err := h.ChangePassword(ctx, c.current, c.password, visit)
			wants(t, err, errs.Invalid, c.key)
		}
		opened, err := h.ChangePassword(ctx, goodPassword, next, visit)
		if err != nil {
			t.Fatal(err)
		}
		if !authz.From(h.with(t, own)).Anonymous() || !authz.From(h.with(t, other)).Anonymous() || authz.From(h.with(t, opened.Secret)).Account != id {
			t.Error("the old sessions live, or the new one does not")
		}
		_, err = h.LogIn(h.ctx, "zoe@ecole.example", goodPassword, visit)
		wants(t, err, errs.Invalid, "accounts.login.wrong")
		if _, err = h.LogIn(h.ctx, "zoe@ecole.example", next, visit); err != nil {
			t.Error(err)
		}
		if kinds := h.kinds(t, id); kinds[len(kinds)-1] != factPasswordChanged {
			t.Errorf("facts %v", kinds)
		}
	})
}

func TestGuessingTheCurrentPasswordIsThrottledToo(t *testing.T) {
	h := sqliteHouse(t)
	h.account(t, "zoe", head02)
	ctx, _ := h.session(t, "zoe")
	for range 5 {
		_, err := h.ChangePassword(ctx, "faux", "tilleul citerne agrafe", visit)
		wants(t, err, errs.Invalid, "accounts.password.current_wrong")
	}
	_, err := h.ChangePassword(ctx, goodPassword, "tilleul citerne agrafe", visit)
	wants(t, err, errs.TooMany, "accounts.throttled")
}

func TestWhoForgotThePasswordSetsANewOneJustAfterALogInByLink(t *testing.T) {
	each(t, func(t *testing.T, h *house) {
		h.account(t, "zoe", head02)
		if _, err := h.Create(h.system(), NewAccount{Email: "lou@ecole.example", Name: "Lou", Grants: []authz.Grant{head02}}); err != nil {
			t.Fatal(err)
		}
		byLink := func(email string) context.Context {
			if err := h.RequestLink(h.ctx, email, "", visit); err != nil {
				t.Fatal(err)
			}
			opened, err := h.OpenLink(h.ctx, h.letter(t, "/login/link/"), visit)
			if err != nil {
				t.Fatal(err)
			}
			return h.with(t, opened.Secret)
		}
		ctx := byLink("zoe@ecole.example")
		h.pass(linkTrusted + time.Second)
		if o, err := h.Me(ctx); err != nil || !o.AsksCurrent {
			t.Error("an old session by link is trusted", err)
		}
		_, err := h.ChangePassword(ctx, "", "tilleul citerne agrafe", visit)
		wants(t, err, errs.Invalid, "accounts.password.current_wrong")
		ctx = byLink("zoe@ecole.example")
		if o, err := h.Me(ctx); err != nil || o.AsksCurrent {
			t.Error("a new session by link is not trusted", err)
		}
		if _, err := h.ChangePassword(ctx, "", "tilleul citerne agrafe", visit); err != nil {
			t.Error(err)
		}
		lou := byLink("lou@ecole.example")
		h.pass(time.Hour)
		if _, err := h.ChangePassword(lou, "", "tilleul citerne agrafe", visit); err != nil {
			t.Error("who has no password cannot set one:", err)
		}
	})
}

func TestARoleIsSwitchedForTheSessionAndKeptForTheNext(t *testing.T) {
	each(t, func(t *testing.T, h *house) {
		h.account(t, "zoe", head02, head95, lead02)
		ctx, secret := h.session(t, "zoe")
		_, second := h.session(t, "zoe")
		if p := authz.From(ctx); p.Role != authz.TerritoryLead || len(p.Grants) != 1 || !slices.Equal(p.Roles, []authz.Role{authz.TerritoryLead, authz.Head}) {
			t.Fatalf("%+v", p)
		}
		wants(t, h.SwitchRole(ctx, authz.Admin), errs.Invalid, "accounts.role.not_held")
		wants(t, h.SwitchRole(ctx, authz.Public), errs.Invalid, "accounts.role.not_held")
		wants(t, h.SwitchRole(h.ctx, authz.Head), errs.Unauthenticated, "authz.login")
		wants(t, h.SwitchRole(ctx, authz.Head), 0, "")
		ctx = h.with(t, secret)
		p := authz.From(ctx)
		if p.Role != authz.Head || len(p.Grants) != 2 || authz.Check(ctx, GrantRoles, authz.Territory("02")) == nil || authz.Check(ctx, GrantRoles, head95.Scope) != nil {
			t.Errorf("%+v", p)
		}
		if authz.From(h.with(t, second)).Role != authz.TerritoryLead {
			t.Error("the other session was switched too")
		}
		if next, _ := h.session(t, "zoe"); authz.From(next).Role != authz.Head {
			t.Error("the next session forgot the role")
		}
		if grants, err := h.Grants(ctx); err != nil || len(grants) != 3 {
			t.Errorf("the switch shows %v, %v", grants, err)
		}
	})
}

func TestAProfileIsChangedByItsOwner(t *testing.T) {
	each(t, func(t *testing.T, h *house) {
		h.account(t, "zoe", head02)
		ctx, secret := h.session(t, "zoe")
		_, err := h.UpdateProfile(ctx, "", "en")
		wants(t, err, errs.Invalid, "accounts.name.missing")
		if lang, err := h.UpdateProfile(ctx, "Zoé Été", "en"); lang != i18n.English || err != nil {
			t.Error(lang, err)
		}
		if authz.From(h.with(t, secret)).Name != "Zoé Été" {
			t.Error("the name is not shown")
		}
		if people, err := h.List(h.system(), Filter{Search: "ete"}); err != nil || people.Total != 1 {
			t.Error("the new name is not found", err)
		}
		if lang, err := h.UpdateProfile(ctx, "Zoé", "klingon"); lang != i18n.French || err != nil {
			t.Error(lang, err)
		}
		_, err = h.UpdateProfile(h.ctx, "Zoé", "fr")
		wants(t, err, errs.Unauthenticated, "authz.login")
	})
}

// token returns the principal of a token, nil when it opens nothing.
func (h *house) token(t *testing.T, secret string) *authz.Principal {
	t.Helper()
	p, err := h.recognise(context.Background(), secret, tokenPrefix, h.loadToken)
	if err != nil {
		t.Fatal(err)
	}
	return p
}

func TestATokenActsWithinItsLimitUntilItEnds(t *testing.T) {
	each(t, func(t *testing.T, h *house) {
		id := h.account(t, "zoe", lead02, head95)
		ctx := h.as(t, "zoe", authz.TerritoryLead)
		token, secret, err := h.CreateToken(ctx, NewToken{Name: " export  du lundi ", Scopes: []authz.Permission{ReadAccounts, ReadAccounts, "plan.adopt"}, Days: 30})
		if err != nil || token.Name != "export du lundi" || !slices.Equal(token.Scopes, []authz.Permission{ReadAccounts}) {
			t.Fatal(token, err)
		}
		p := h.token(t, secret)
		limited := h.seeing(p)
		if p.Role != authz.TerritoryLead || p.Session != "" || len(p.Grants) != 1 {
			t.Errorf("%+v", p)
		}
		if _, err := h.List(limited, Filter{}); err != nil {
			t.Error("the token may not read:", err)
		}
		for name, err := range map[string]error{
			"grant":  h.AddGrant(limited, id, authz.Head, head02.Scope),
			"revoke": h.RevokeToken(limited, token.ID),
		} {
			if !errs.Is(err, errs.NotFound) {
				t.Errorf("%s: %v", name, err)
			}
		}
		if _, err := h.Tokens(limited); !errs.Is(err, errs.NotFound) {
			t.Error("the token lists tokens", err)
		}

		_, wide, err := h.CreateToken(ctx, NewToken{Name: "tout", Scopes: h.PossibleScopes(ctx), Days: 365})
		if err != nil {
			t.Fatal(err)
		}
		everything := h.seeing(h.token(t, wide))
		if list, err := h.Tokens(everything); err != nil || len(list) != 2 || list[1].UsedAt != 0 {
			t.Errorf("%+v %v", list, err)
		}
		for _, f := range []func() error{
			func() error {
				_, _, err := h.CreateToken(everything, NewToken{Name: "x", ReadOnly: true, Days: 30})
				return err
			},
			func() error {
				_, err := h.ChangePassword(everything, goodPassword, "tilleul citerne agrafe", visit)
				return err
			},
			func() error { return h.SwitchRole(everything, authz.Head) },
			func() error { _, err := h.Me(everything); return err },
			func() error { _, err := h.ExportAccount(everything, id); return err },
		} {
			wants(t, f(), errs.Forbidden, "accounts.session.needed")
		}

		if err := h.WriteActivity(h.system()); err != nil {
			t.Fatal(err)
		}
		if list, _ := h.Tokens(ctx); list[0].UsedAt != h.d.Now() || list[1].UsedAt != h.d.Now() {
			t.Errorf("last used: %+v", list)
		}
		h.pass(30 * 24 * time.Hour)
		if h.token(t, secret) != nil || h.token(t, wide) == nil {
			t.Error("not the one that is old has ended")
		}
		ctx = h.as(t, "zoe", authz.TerritoryLead)
		if list, _ := h.Tokens(ctx); h.RevokeToken(ctx, list[0].ID) != nil || h.token(t, wide) != nil {
			t.Error("a revoked token opens")
		}
	})
}

func TestATokenLosesWhatItsOwnerLoses(t *testing.T) {
	each(t, func(t *testing.T, h *house) {
		id := h.account(t, "zoe", lead02)
		h.account(t, "ali", lead02)
		ctx := h.as(t, "zoe", authz.TerritoryLead)
		token, secret, err := h.CreateToken(ctx, NewToken{Name: "x", ReadOnly: true, Days: 90})
		if err != nil {
			t.Fatal(err)
		}
		wants(t, h.RevokeToken(h.as(t, "ali", authz.TerritoryLead), token.ID), 0, "")
		if h.token(t, secret) == nil {
			t.Fatal("somebody else revoked it")
		}
		if err := h.RemoveGrant(h.system(), id, h.grantID(t, id, authz.TerritoryLead)); err != nil {
			t.Fatal(err)
		}
		p := h.token(t, secret)
		if p == nil || p.Role != authz.Public || len(p.Grants) != 0 {
			t.Errorf("without the role: %+v", p)
		}
		if _, err := h.List(h.seeing(p), Filter{}); err == nil {
			t.Error("it still reads")
		}
		if _, err := h.Tokens(h.seeing(p)); err == nil {
			t.Error("it escapes its limit")
		}
		if err := h.Disable(h.system(), id); err != nil || h.token(t, secret) != nil {
			t.Error("the token of a disabled account opens", err)
		}
	})
}

func TestATokenIsRefusedWithWhatIsMissing(t *testing.T) {
	h := sqliteHouse(t)
	h.account(t, "zoe", lead02)
	ctx := h.as(t, "zoe", authz.TerritoryLead)
	for key, n := range map[string]NewToken{
		"accounts.token.name_missing":   {ReadOnly: true, Days: 30},
		"accounts.token.scopes_missing": {Name: "x", Days: 30, Scopes: []authz.Permission{EraseAccounts}}, // not the role's
		"accounts.token.days_missing":   {Name: "x", ReadOnly: true, Days: 3650},
	} {
		_, _, err := h.CreateToken(ctx, n)
		wants(t, err, errs.Invalid, key)
	}
	for range maxTokens {
		if _, _, err := h.CreateToken(ctx, NewToken{Name: "x", ReadOnly: true, Days: 30}); err != nil {
			t.Fatal(err)
		}
	}
	_, _, err := h.CreateToken(ctx, NewToken{Name: "x", ReadOnly: true, Days: 30})
	wants(t, err, errs.Conflict, "accounts.token.many")
}
