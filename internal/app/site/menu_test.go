package site

import (
	"slices"
	"strings"
	"testing"

	"preau/internal/base/authz"
	"preau/internal/base/i18n"
	"preau/internal/base/journal"
	"preau/internal/insight/plan"
	"preau/internal/insight/readiness"
	"preau/internal/territory/accounts"
	"preau/internal/territory/directory"
	"preau/internal/territory/directory/intake"
)

func TestADashboardSaysWhatTheRoleMayDoAndNothingElse(t *testing.T) {
	policy := authz.Join(accounts.Permissions, directory.Permissions, intake.Permissions, journal.Permissions, plan.Permissions, readiness.Permissions)
	// What each hint promises; a hint that is not here promises no more than its entry does by being shown.
	promises := map[string]authz.Permission{"site.menu.schools.export": directory.ExportSchools, "site.menu.readiness.whole": readiness.ReadWhole,
		"site.menu.plan.make": plan.MakePlans, "site.menu.drills.run": readiness.RunDrills, "site.menu.imports.lists": intake.ImportLists,
		"site.menu.imports.rosters": intake.ImportRosters, "site.menu.accounts.grant": accounts.GrantRoles, "site.menu.people_data.answer": directory.AnswerPeople}
	nothingYet := []authz.Role{authz.Guardian, authz.Pupil, authz.Moderator, authz.Donor, authz.Trainer, authz.Librarian}
	ctx := languages(t)[i18n.French]
	for _, role := range authz.Roles {
		if role == authz.Public {
			continue
		}
		ctx := authz.With(ctx, policy, &authz.Principal{Account: "a", Role: role, Grants: []authz.Grant{{Role: role}}})
		list, more := possible(ctx)
		if more == slices.Contains(nothingYet, role) {
			t.Errorf("%s: more than the public: %v", role, more)
		}
		for _, e := range list {
			said := e.say(ctx)
			for key, perm := range promises {
				if said == i18n.T(ctx, key) && !authz.Holds(ctx, perm) {
					t.Errorf("%s is told of %q without holding %s", role, said, perm)
				}
			}
			if said == "" {
				t.Errorf("%s: nothing is said of %s", role, e.href)
			}
		}
	}
}

func TestALongMenuIsGatheredAndLosesNothing(t *testing.T) {
	ctx := languages(t)[i18n.French]
	all := authz.System(ctx)
	var want []string
	for _, e := range entries {
		if e.seen(all) {
			want = append(want, e.href)
		}
	}
	var got []string
	menu := Menu(all)
	for _, item := range menu {
		if len(item.Within) == 0 {
			got = append(got, item.Href)
		}
		if len(item.Within) == 1 {
			t.Errorf("%s gathers one entry", item.Label)
		}
		for _, in := range item.Within {
			got = append(got, in.Href)
		}
		if strings.HasPrefix(item.Label, "⟦") {
			t.Errorf("no word for %s", item.Label)
		}
	}
	slices.Sort(want)
	slices.Sort(got)
	if !slices.Equal(got, want) {
		t.Errorf("the menu leads to %v, want %v", got, want)
	}
	if len(menu) > mostEntries {
		t.Errorf("%d entries in one line: %v", len(menu), menu)
	}
	if short := Menu(authz.With(ctx, authz.Policy{}, nil)); len(short) != 3 || short[1].Label != "Écoles" {
		t.Errorf("the public's menu: %v", short)
	}
}
