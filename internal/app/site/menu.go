package site

import (
	"context"

	"preau/internal/base/authz"
	"preau/internal/base/i18n"
	"preau/internal/base/journal"
	"preau/internal/base/web/ui"
	"preau/internal/insight/plan"
	"preau/internal/insight/readiness"
	"preau/internal/territory/accounts"
	"preau/internal/territory/directory/intake"
)

// entry is a place that a person may go to. The hint says on the dashboard what it is for.
type entry struct {
	section, href, label, hint string
	seen                       func(context.Context) bool
}

func holds(perm authz.Permission) func(context.Context) bool {
	return func(ctx context.Context) bool { return authz.Holds(ctx, perm) }
}

func is(roles ...authz.Role) func(context.Context) bool {
	return func(ctx context.Context) bool {
		p := authz.From(ctx)
		for _, r := range roles {
			if p.Role == r && !p.Anonymous() {
				return true
			}
		}
		return false
	}
}

func always(context.Context) bool { return true }

func loggedIn(ctx context.Context) bool { return !authz.From(ctx).Anonymous() }

// entries are in the order of the menu.
var entries = []entry{
	{"dashboard", "/dashboard", "site.menu.dashboard", "", loggedIn},
	{"my-school", "/my-school", "site.menu.my_school", "site.menu.my_school.hint", is(authz.Head)},
	{"my-classes", "/my-classes", "site.menu.my_classes", "site.menu.my_classes.hint", is(authz.Teacher)},
	{"census", "/census", "site.menu.census", "site.menu.census.hint", holds(readiness.AnswerCensus)},
	{"programme", "/programme", "site.menu.programme", "site.menu.programme.hint", always},
	{"schools", "/schools", "site.menu.schools", "site.menu.schools.hint", always},
	{"map", "/map", "site.menu.map", "site.menu.map.hint", always},
	{"readiness", "/readiness", "site.menu.readiness", "site.menu.readiness.hint", holds(readiness.ReadTerritory)},
	{"plan", "/plan", "site.menu.plan", "site.menu.plan.hint", holds(plan.ReadPlans)},
	{"drills", "/drills", "site.menu.drills", "site.menu.drills.hint", holds(readiness.ReadDrills)},
	{"imports", "/imports", "site.menu.imports", "site.menu.imports.hint", holds(intake.ReadImports)},
	{"journal", "/journal", "site.menu.journal", "site.menu.journal.hint", holds(journal.Read)},
	{"accounts", "/accounts", "site.menu.accounts", "site.menu.accounts.hint", holds(accounts.ReadAccounts)},
	{"people-data", "/people-data", "site.menu.people_data", "site.menu.people_data.hint", is(authz.DPO)},
}

// Menu returns the entries that the person may open.
func Menu(ctx context.Context) []ui.MenuItem {
	var items []ui.MenuItem
	for _, e := range entries {
		if e.seen(ctx) {
			items = append(items, ui.MenuItem{Label: i18n.T(ctx, e.label), Href: e.href, Section: e.section})
		}
	}
	return items
}
