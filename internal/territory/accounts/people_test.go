package accounts

import (
	"context"
	"encoding/json"
	"fmt"
	"slices"
	"strings"
	"testing"

	"preau/internal/base/authz"
	"preau/internal/base/db"
	"preau/internal/base/errs"
)

func TestWhoMayGiveWhichRoleWhere(t *testing.T) {
	each(t, func(t *testing.T, h *house) {
		h.account(t, "pilot", nation)
		h.account(t, "lead", lead02)
		h.account(t, "head", head02)
		h.account(t, "teacher", teach)
		here := h.account(t, "zoe", head02)
		far := h.account(t, "ali", head95)
		as := map[string]context.Context{"": h.ctx}
		for name, role := range map[string]authz.Role{"pilot": authz.NationalPilot, "lead": authz.TerritoryLead, "head": authz.Head, "teacher": authz.Teacher} {
			as[name] = h.as(t, name, role)
		}
		class, school := teach.Scope, head02.Scope
		for _, c := range []struct {
			who     string
			account string
			role    authz.Role
			scope   authz.Scope
			kind    errs.Kind
			key     string
		}{
			{"pilot", far, authz.Admin, authz.Nation(), 0, ""},
			{"pilot", far, authz.TerritoryLead, authz.Territory("95"), 0, ""},
			{"pilot", far, authz.TerritoryLead, authz.Territory("99"), errs.Invalid, "accounts.place.unknown"},
			{"pilot", far, authz.TerritoryLead, authz.Nation(), errs.Invalid, "accounts.scope.needs_territory"},
			{"pilot", far, authz.Public, authz.Nation(), errs.Forbidden, "accounts.grant.above"},
			{"pilot", "nobody", authz.Evaluator, authz.Nation(), errs.NotFound, "authz.not_found"},
			{"lead", here, authz.Head, school, 0, ""}, // held already
			{"lead", here, authz.Trainer, authz.Territory("02"), 0, ""},
			{"lead", here, authz.Trainer, authz.Nation(), errs.NotFound, "authz.not_found"},
			{"lead", here, authz.Trainer, authz.Territory("95"), errs.NotFound, "authz.not_found"},
			{"lead", here, authz.TerritoryLead, authz.Territory("02"), errs.Forbidden, "accounts.grant.above"},
			{"lead", here, authz.NationalPilot, authz.Nation(), errs.NotFound, "authz.not_found"},
			{"lead", here, authz.NationalPilot, authz.Territory("02"), errs.Forbidden, "accounts.grant.above"},
			{"lead", here, authz.DPO, authz.Territory("02"), errs.Forbidden, "accounts.grant.above"},
			{"lead", here, authz.Head, authz.School("02", "0020099Z"), errs.Invalid, "accounts.place.unknown"},
			{"lead", far, authz.Trainer, authz.Territory("02"), errs.NotFound, "authz.not_found"}, // does not know them
			{"head", here, authz.Teacher, school, 0, ""},
			{"head", here, authz.Teacher, class, 0, ""},
			{"head", here, authz.TerritoryLead, authz.Territory("02"), errs.NotFound, "authz.not_found"},
			{"head", here, authz.TerritoryLead, school, errs.Forbidden, "accounts.grant.above"},
			{"head", here, authz.Head, school, errs.Forbidden, "accounts.grant.above"},
			{"head", here, authz.Teacher, head95.Scope, errs.NotFound, "authz.not_found"},
			{"head", far, authz.Teacher, school, errs.NotFound, "authz.not_found"},
			{"teacher", here, authz.Pupil, class, errs.NotFound, "authz.not_found"},
			{"", here, authz.Teacher, class, errs.Unauthenticated, "authz.login"},
		} {
			t.Run(fmt.Sprint(c.who, " ", c.role, " ", c.scope), func(t *testing.T) {
				wants(t, h.AddGrant(as[c.who], c.account, c.role, c.scope), c.kind, c.key)
				if c.account != "nobody" && c.account == here {
					_, err := h.Invite(as[c.who], "neuf@ecole.example", c.role, c.scope)
					wants(t, err, c.kind, c.key)
				}
			})
		}
		if got := h.kinds(t, here); !slices.Equal(got, []string{factAccountCreated, factGrantAdded, factGrantAdded, factGrantAdded, factGrantAdded}) {
			t.Errorf("facts %v", got)
		}
	})
}

func (h *house) grantID(t *testing.T, account string, role authz.Role) string {
	t.Helper()
	p, err := h.Get(h.system(), account)
	if err != nil {
		t.Fatal(err)
	}
	for _, g := range p.Grants {
		if g.Role == role {
			return g.ID
		}
	}
	t.Fatalf("%s holds no role %s", account, role)
	return ""
}

func TestARoleTakenAwayIsGoneAtOnce(t *testing.T) {
	each(t, func(t *testing.T, h *house) {
		h.account(t, "lead", lead02)
		id := h.account(t, "zoe", head02, lead95)
		lead := h.as(t, "lead", authz.TerritoryLead)
		_, secret := h.session(t, "zoe")
		if p := authz.From(h.with(t, secret)); p.Role != authz.TerritoryLead || len(p.Roles) != 2 {
			t.Fatalf("acts as %+v", p)
		}
		far := h.grantID(t, id, authz.TerritoryLead)
		wants(t, h.RemoveGrant(lead, id, far), errs.NotFound, "authz.not_found")
		wants(t, h.RemoveGrant(h.as(t, "zoe", authz.Head), id, far), errs.NotFound, "authz.not_found")

		near := h.grantID(t, id, authz.Head)
		wants(t, h.RemoveGrant(lead, id, near), 0, "")
		if p := authz.From(h.with(t, secret)); p.Role != authz.TerritoryLead || len(p.Roles) != 1 {
			t.Errorf("acts as %+v", p)
		}
		wants(t, h.RemoveGrant(h.system(), id, near), 0, "") // a second click
		wants(t, h.RemoveGrant(h.system(), id, far), 0, "")
		p := authz.From(h.with(t, secret))
		if p.Role != authz.Public || p.Roles != nil || p.Anonymous() {
			t.Errorf("without a role, acts as %+v", p)
		}
		if o, err := h.Me(h.seeing(p)); err != nil || len(o.Grants) != 0 {
			t.Error("has lost their own account", err)
		}
		if _, err := h.List(h.seeing(p), Filter{}); !errs.Is(err, errs.NotFound) {
			t.Error("still sees people", err)
		}
	})
}

func TestTheLastAdministratorStays(t *testing.T) {
	each(t, func(t *testing.T, h *house) {
		first := h.account(t, "root", admin)
		grant := h.grantID(t, first, authz.Admin)
		wants(t, h.RemoveGrant(h.system(), first, grant), errs.Conflict, "accounts.last_admin")
		wants(t, h.Disable(h.system(), first), errs.Conflict, "accounts.last_admin")
		wants(t, h.EraseAccount(h.system(), first), errs.Conflict, "accounts.last_admin")
		wants(t, h.Disable(h.as(t, "root", authz.Admin), first), errs.Conflict, "accounts.not_oneself")
		wants(t, h.EraseAccount(h.as(t, "root", authz.Admin), first), errs.Conflict, "accounts.not_oneself")
		second := h.account(t, "second", admin)
		wants(t, h.Disable(h.as(t, "second", authz.Admin), first), 0, "")
		wants(t, h.Disable(h.system(), second), errs.Conflict, "accounts.last_admin")
		wants(t, h.EraseAccount(h.system(), first), 0, "") // disabled, it administers nothing
	})
}

func TestALeadKeepsOutWhoIsBelowThemInTheirTerritoryAlone(t *testing.T) {
	each(t, func(t *testing.T, h *house) {
		h.account(t, "lead", lead02)
		h.account(t, "head", head02)
		ids := map[string]string{
			"below": h.account(t, "below", head02), "peer": h.account(t, "peer", lead02), "both": h.account(t, "both", head02, head95),
			"national": h.account(t, "national", head02, authz.Grant{Role: authz.Evaluator}), "far": h.account(t, "far", head95), "none": h.account(t, "none"),
		}
		lead := h.as(t, "lead", authz.TerritoryLead)
		for name, id := range ids {
			err := h.Disable(lead, id)
			if name == "below" {
				wants(t, err, 0, "")
				wants(t, h.Disable(lead, id), 0, "") // a second click
				wants(t, h.Enable(lead, id), 0, "")
			} else if !errs.Is(err, errs.NotFound) {
				t.Errorf("%s: %v", name, err)
			}
			wants(t, h.Disable(h.as(t, "head", authz.Head), id), errs.NotFound, "authz.not_found")
		}
		p, err := h.Get(lead, ids["below"])
		if err != nil || !p.MayDisable || !p.MayGrant || p.MayErase || p.MayExport {
			t.Errorf("%+v %v", p, err)
		}
		if p, err := h.Get(lead, ids["both"]); err != nil || p.MayDisable || len(p.Grants) != 1 {
			t.Errorf("%+v %v", p, err)
		}
		if got := h.kinds(t, ids["below"]); !slices.Equal(got[2:], []string{factAccountDisabled, factAccountEnabled}) {
			t.Errorf("facts %v", got)
		}
	})
}

func TestPeopleAreListedInTheScopesOfWhoAsks(t *testing.T) {
	each(t, func(t *testing.T, h *house) {
		h.account(t, "pilot", nation)
		h.account(t, "lead", lead02)
		h.account(t, "head", head02)
		ids := []string{h.account(t, "zoë martin", teach, head95), h.account(t, "ali benali", head95), h.account(t, "personne")}
		list := func(ctx context.Context, f Filter) string {
			people, err := h.List(ctx, f)
			if err != nil {
				t.Fatal(err)
			}
			var names []string
			for _, p := range people.List {
				names = append(names, fmt.Sprintf("%s:%d", p.Name, len(p.Grants)))
			}
			if people.Total != len(names) {
				t.Errorf("total %d of %d", people.Total, len(names))
			}
			return strings.Join(names, ",")
		}
		pilot, lead, head := h.as(t, "pilot", authz.NationalPilot), h.as(t, "lead", authz.TerritoryLead), h.as(t, "head", authz.Head)
		for _, c := range []struct {
			ctx  context.Context
			f    Filter
			want string
		}{
			{pilot, Filter{}, "ali benali:1,head:1,lead:1,personne:0,pilot:1,zoë martin:2"},
			{lead, Filter{}, "head:1,lead:1,zoë martin:1"},
			{head, Filter{}, "head:1,zoë martin:1"},
			{pilot, Filter{Search: "MARTIN Zoe"}, "zoë martin:2"},
			{pilot, Filter{Search: "ecole.example benali"}, "ali benali:1"},
			{pilot, Filter{Search: "100%"}, ""},
			{pilot, Filter{Role: authz.Head}, "ali benali:1,head:1,zoë martin:2"},
			{lead, Filter{Role: authz.Head}, "head:1"},
			{pilot, Filter{Territory: "95"}, "ali benali:1,zoë martin:2"},
			{lead, Filter{Territory: "95"}, ""},
			{pilot, Filter{School: "0020002S", Role: authz.Teacher}, "zoë martin:2"},
		} {
			if got := list(c.ctx, c.f); got != c.want {
				t.Errorf("%+v: %s, want %s", c.f, got, c.want)
			}
		}
		if _, err := h.List(h.as(t, "zoë martin", authz.Teacher), Filter{}); !errs.Is(err, errs.NotFound) {
			t.Error("a teacher lists people", err)
		}
		if _, err := h.Get(lead, ids[1]); !errs.Is(err, errs.NotFound) {
			t.Error("a lead sees somebody elsewhere", err)
		}
		names, err := h.Names(lead, ids)
		if err != nil || len(names) != 1 || names[ids[0]] != "zoë martin" {
			t.Errorf("names %v, %v", names, err)
		}
		if names, err = h.Names(pilot, ids); err != nil || len(names) != 3 {
			t.Errorf("names %v, %v", names, err)
		}
	})
}

func TestPagesOfPeopleFollowEachOther(t *testing.T) {
	h := sqliteHouse(t)
	var seeds []SeedAccount
	for i := range 120 {
		seeds = append(seeds, SeedAccount{Email: fmt.Sprintf("p%03d@ecole.example", i), Name: fmt.Sprintf("Personne %03d", i), Grants: []authz.Grant{head02}})
	}
	h.seed(t, seeds)
	seen := map[string]bool{}
	for page, size := range []int{50, 50, 20, 0} {
		people, err := h.List(h.system(), Filter{Page: page + 1})
		if err != nil || len(people.List) != size || people.Total != 120 {
			t.Fatalf("page %d: %d of %d, %v", page+1, len(people.List), people.Total, err)
		}
		for _, p := range people.List {
			if seen[p.ID] || len(p.Grants) != 1 || p.Grants[0].Place != "École des Tilleuls" {
				t.Errorf("twice, or %+v", p)
			}
			seen[p.ID] = true
		}
	}
}

func (h *house) seed(t *testing.T, seeds []SeedAccount) {
	t.Helper()
	if err := h.d.Update(h.system(), func(ctx context.Context, tx *db.Tx) error { return h.SeedAccounts(ctx, tx, seeds) }); err != nil {
		t.Fatal(err)
	}
}

func TestSeededAccountsLogInAndThoseOnShowAreEntered(t *testing.T) {
	each(t, func(t *testing.T, h *house) {
		seeds := []SeedAccount{
			{Email: "lead@demo.example", Name: "Claire", Person: "p1", Grants: []authz.Grant{lead02}, Password: goodPassword, Showcase: 2},
			{Email: "Head@demo.example", Name: "Driss", Grants: []authz.Grant{head02, teach}, Password: goodPassword, Showcase: 1},
			{Email: "hidden@demo.example", Name: "Hugo", Grants: []authz.Grant{admin}, Password: goodPassword},
		}
		h.seed(t, seeds)
		if _, err := h.LogIn(h.ctx, "head@demo.example", goodPassword, visit); err != nil {
			t.Fatal(err)
		}
		list, err := h.Showcase(h.ctx)
		if err != nil || len(list) != 2 || list[0].Name != "Driss" || len(list[0].Grants) != 2 || list[1].Grants[0].Place != "Aisne" {
			t.Fatalf("%+v %v", list, err)
		}
		opened, err := h.Enter(h.ctx, list[1].ID, visit)
		if err != nil {
			t.Fatal(err)
		}
		if p := authz.From(h.with(t, opened.Secret)); p.Name != "Claire" || p.Role != authz.TerritoryLead || p.Person != "p1" {
			t.Errorf("entered as %+v", p)
		}
		for _, id := range []string{seeds[2].ID, "", "x"} {
			_, err := h.Enter(h.ctx, id, visit)
			wants(t, err, errs.NotFound, "authz.not_found")
		}
		h.demo = false
		_, err = h.Enter(h.ctx, list[1].ID, visit)
		wants(t, err, errs.NotFound, "authz.not_found")
		err = h.d.Update(h.ctx, func(ctx context.Context, tx *db.Tx) error { return h.SeedAccounts(ctx, tx, nil) })
		wants(t, err, errs.Unauthenticated, "authz.login")
	})
}

func TestCreateMakesTheFirstAdministratorAndAddsWhatIsMissing(t *testing.T) {
	each(t, func(t *testing.T, h *house) {
		made, err := h.Create(h.system(), NewAccount{Email: "Root@ecole.example", Name: "Racine", Grants: []authz.Grant{admin}, Link: true})
		if err != nil || !made.New {
			t.Fatal(made, err)
		}
		opened, err := h.OpenLink(h.ctx, strings.TrimPrefix(made.Link, "https://preau.example/login/link/"), visit)
		if err != nil || authz.From(h.with(t, opened.Secret)).Role != authz.Admin {
			t.Fatal(err)
		}
		again, err := h.Create(h.system(), NewAccount{Email: "root@ecole.example", Name: "Autre", Password: goodPassword, Grants: []authz.Grant{admin, lead02}})
		if err != nil || again.New || again.ID != made.ID || again.Link != "" {
			t.Fatal(again, err)
		}
		p, err := h.Get(h.system(), made.ID)
		if err != nil || p.Name != "Racine" || p.HasPassword || len(p.Grants) != 2 {
			t.Errorf("%+v %v", p, err)
		}
		for key, n := range map[string]NewAccount{
			"accounts.email.wrong":      {Email: "x", Name: "X"},
			"accounts.name.missing":     {Email: "x@ecole.example"},
			"accounts.password.short":   {Email: "x@ecole.example", Name: "X", Password: "court"},
			"accounts.place.unknown":    {Email: "x@ecole.example", Name: "X", Grants: []authz.Grant{{Role: authz.TerritoryLead, Scope: authz.Territory("99")}}},
			"accounts.scope.too_narrow": {Email: "x@ecole.example", Name: "X", Grants: []authz.Grant{{Role: authz.Admin, Scope: authz.Territory("02")}}},
			"accounts.role.missing":     {Email: "x@ecole.example", Name: "X", Grants: []authz.Grant{{Role: "king"}}},
		} {
			_, err := h.Create(h.system(), n)
			wants(t, err, errs.Invalid, key)
		}
		h.account(t, "pilot", nation)
		_, err = h.Create(h.as(t, "pilot", authz.NationalPilot), NewAccount{Email: "x@ecole.example", Name: "X"})
		wants(t, err, errs.NotFound, "authz.not_found")
	})
}

func TestAnErasedPersonIsGoneAndTheFactsStay(t *testing.T) {
	each(t, func(t *testing.T, h *house) {
		id := h.account(t, "zoe", lead02, head02)
		dpo02 := authz.Grant{Role: authz.DPO, Scope: authz.Territory("02")}
		h.account(t, "dpo", dpo02)
		h.account(t, "dpo95", authz.Grant{Role: authz.DPO, Scope: authz.Territory("95")})
		ctx := h.as(t, "zoe", authz.TerritoryLead)
		if _, _, err := h.CreateToken(ctx, NewToken{Name: "x", ReadOnly: true, Days: 30}); err != nil {
			t.Fatal(err)
		}
		if err := h.RequestLink(h.ctx, "zoe@ecole.example", "", visit); err != nil {
			t.Fatal(err)
		}
		sent, err := h.Invite(ctx, "ali@ecole.example", authz.Head, head02.Scope)
		if err != nil {
			t.Fatal(err)
		}
		offered := h.letter(t, "/invitations/")
		if _, err := h.Invite(h.system(), "zoe@ecole.example", authz.Teacher, teach.Scope); err != nil {
			t.Fatal(err)
		}

		e, err := h.ExportAccount(ctx, id)
		if err != nil || e.Account.Email != "zoe@ecole.example" || len(e.Grants) != 2 || len(e.Sessions) == 0 || len(e.Tokens) != 1 || len(e.Invitations) != 1 || len(e.Facts) != 4 {
			t.Fatalf("%+v %v", e, err)
		}
		text, err := json.Marshal(e)
		if err != nil || strings.Contains(string(text), "argon2") || strings.Contains(string(text), hashOf(offered)) {
			t.Errorf("the export tells a secret: %s %v", text, err)
		}
		dpo := h.as(t, "dpo", authz.DPO)
		if _, err := h.ExportAccount(dpo, id); err != nil {
			t.Error(err)
		}
		for _, name := range []string{"dpo95", "zoe"} {
			stranger, _ := h.session(t, name)
			wants(t, h.EraseAccount(stranger, id), map[string]errs.Kind{"dpo95": errs.NotFound, "zoe": errs.NotFound}[name], "authz.not_found")
		}
		_, err = h.ExportAccount(h.as(t, "dpo95", authz.DPO), id)
		wants(t, err, errs.NotFound, "authz.not_found")

		if err := h.EraseAccount(dpo, id); err != nil {
			t.Fatal(err)
		}
		if _, err := h.Get(h.system(), id); !errs.Is(err, errs.NotFound) {
			t.Error("the account is there", err)
		}
		for _, table := range []string{"session", "link", "token", "grant", "invitation"} {
			if err := h.d.View(h.system(), func(ctx context.Context, tx *db.Tx) error {
				n, err := db.One(ctx, tx, db.Value[int], "SELECT COUNT(*) FROM accounts_"+table+" WHERE account = ?", id)
				if n != 0 {
					t.Errorf("%s: %d rows", table, n)
				}
				return err
			}); err != nil {
				t.Fatal(err)
			}
		}
		kinds := h.kinds(t, id)
		if kinds[0] != factAccountCreated || kinds[len(kinds)-1] != factAccountErased {
			t.Errorf("facts %v", kinds)
		}
		if got := h.kinds(t, sent.ID); !slices.Equal(got, []string{factInvitationSent, factInvitationCancelled}) {
			t.Errorf("the invitation that they sent: %v", got)
		}
		if o, err := h.Offer(h.ctx, offered); err != nil || o.State != InvitationCancelled {
			t.Errorf("%+v %v", o, err)
		}
		wants(t, h.EraseAccount(h.system(), id), errs.NotFound, "authz.not_found")
	})
}
