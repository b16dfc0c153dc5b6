package site

import (
	"context"
	"slices"

	"preau/internal/base/authz"
	"preau/internal/base/i18n"
	"preau/internal/base/journal"
	"preau/internal/base/web/ui"
	"preau/internal/insight/plan"
	"preau/internal/insight/readiness"
	"preau/internal/measures/equip/agents"
	"preau/internal/measures/equip/assets"
	"preau/internal/measures/equip/catalogue"
	"preau/internal/measures/equip/deliveries"
	"preau/internal/measures/equip/entitlements"
	"preau/internal/measures/equip/incidents"
	"preau/internal/measures/equip/orders"
	"preau/internal/measures/equip/stocktake"
	"preau/internal/measures/lend/needs"
	"preau/internal/territory/accounts"
	"preau/internal/territory/directory"
	"preau/internal/territory/directory/intake"
)

// entry is a place that a person may go to. The hint says on the dashboard what it is for: the first one whose
// permission the person holds, so that nobody is told of what they cannot do.
type entry struct {
	section, href, label string
	hints                []hint
	seen                 func(context.Context) bool
}

// hint is what a person may do at a place, to be said to those who hold the permission; "" is everybody.
type hint struct {
	perm authz.Permission
	key  string
}

// say returns the hint for the person, "" when there is none.
func (e entry) say(ctx context.Context) string {
	for _, h := range e.hints {
		if h.perm == "" || authz.Holds(ctx, h.perm) {
			return i18n.T(ctx, h.key)
		}
	}
	return ""
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
	{"dashboard", "/dashboard", "site.menu.dashboard", nil, loggedIn},
	{"my-school", "/my-school", "site.menu.my_school", []hint{{"", "site.menu.my_school.hint"}}, is(authz.Head)},
	{"my-classes", "/my-classes", "site.menu.my_classes", []hint{{"", "site.menu.my_classes.hint"}}, is(authz.Teacher)},
	{"census", "/census", "site.menu.census", []hint{{"", "site.menu.census.hint"}}, holds(readiness.AnswerCensus)},
	{"programme", "/programme", "site.menu.programme", []hint{{"", "site.menu.programme.hint"}}, always},
	{"schools", "/schools", "site.menu.schools", []hint{{directory.ExportSchools, "site.menu.schools.export"}, {"", "site.menu.schools.hint"}}, always},
	{"map", "/map", "site.menu.map", []hint{{"", "site.menu.map.hint"}}, always},
	{"readiness", "/readiness", "site.menu.readiness", []hint{{readiness.ReadWhole, "site.menu.readiness.whole"}, {"", "site.menu.readiness.hint"}}, holds(readiness.ReadTerritory)},
	{"plan", "/plan", "site.menu.plan", []hint{{plan.MakePlans, "site.menu.plan.make"}, {"", "site.menu.plan.hint"}}, holds(plan.ReadPlans)},
	{"drills", "/drills", "site.menu.drills", []hint{{readiness.RunDrills, "site.menu.drills.run"}, {"", "site.menu.drills.hint"}}, holds(readiness.ReadDrills)},
	{"assets", "/assets", "site.menu.assets", []hint{{assets.EditAssets, "site.menu.assets.edit"}, {"", "site.menu.assets.hint"}}, holds(assets.ReadAssets)},
	{"catalogue", "/catalogue", "site.menu.catalogue", []hint{{"", "site.menu.catalogue.hint"}}, holds(catalogue.ReadCatalogue)},
	{"orders", "/orders", "site.menu.orders", []hint{{orders.EditOrders, "site.menu.orders.edit"}, {"", "site.menu.orders.hint"}}, holds(orders.ReadOrders)},
	{"money", "/money", "site.menu.money", []hint{{"", "site.menu.money.hint"}}, holds(orders.ReadOrders)},
	{"deliveries", "/deliveries", "site.menu.deliveries", []hint{{deliveries.ReceiveDeliveries, "site.menu.deliveries.receive"}, {"", "site.menu.deliveries.hint"}}, holds(deliveries.ReadDeliveries)},
	{"incidents", "/incidents", "site.menu.incidents", []hint{{incidents.Act, "site.menu.incidents.act"}, {"", "site.menu.incidents.hint"}}, holds(incidents.Read)},
	{"stocktakes", "/stocktakes", "site.menu.stocktakes", []hint{{stocktake.Take, "site.menu.stocktakes.take"}, {"", "site.menu.stocktakes.hint"}}, holds(stocktake.Read)},
	{"entitlements", "/entitlements", "site.menu.entitlements", []hint{{"", "site.menu.entitlements.hint"}}, holds(entitlements.Read)},
	{"entitlements", "/entitlements/mine", "site.menu.entitlement", []hint{{"", "site.menu.entitlement.hint"}}, is(authz.Teacher)},
	{"agents", "/agents", "site.menu.agents", []hint{{"", "site.menu.agents.hint"}}, holds(agents.ManageAgents)},
	{"lend", "/lend", "site.menu.lend", []hint{{needs.ReadOwn, "site.menu.lend.own"}, {"", "site.menu.lend.hint"}}, holds(needs.Enter)},
	{"imports", "/imports", "site.menu.imports", []hint{{intake.ImportLists, "site.menu.imports.lists"}, {intake.ImportRosters, "site.menu.imports.rosters"},
		{"", "site.menu.imports.hint"}}, holds(intake.ReadImports)},
	{"journal", "/journal", "site.menu.journal", []hint{{"", "site.menu.journal.hint"}}, holds(journal.Read)},
	{"accounts", "/accounts", "site.menu.accounts", []hint{{accounts.GrantRoles, "site.menu.accounts.grant"}, {"", "site.menu.accounts.hint"}}, holds(accounts.ReadAccounts)},
	{"people-data", "/people-data", "site.menu.people_data", []hint{{"", "site.menu.people_data.answer"}}, holds(directory.AnswerPeople)},
}

// aside are the places that the dashboard alone leads to, for those whose menu is long enough.
var aside = []entry{
	{"deeds", "/deeds", "site.menu.deeds", []hint{{"", "site.menu.deeds.hint"}}, holds(assets.CedeAssets)},
	{"people-data", "/people-data", "site.menu.people_data", []hint{{"", "site.menu.people_data.hint"}},
		func(ctx context.Context) bool {
			return authz.Holds(ctx, directory.CountPeople) && !authz.Holds(ctx, directory.AnswerPeople)
		}},
	{"", "/account", "site.menu.account", []hint{{"", "site.menu.account.hint"}}, loggedIn},
}

// shelf is some places of a dashboard, under a word unless it is "".
type shelf struct {
	label   string
	entries []entry
}

// shelves arranges the places of a dashboard as the menu does.
func shelves(list []entry) []shelf {
	if len(list) <= mostEntries {
		return []shelf{{entries: list}}
	}
	arranged := make([]shelf, len(groups)+1)
	for i, g := range groups {
		arranged[i+1].label = g.label
	}
	for _, e := range list {
		at := 1 + slices.IndexFunc(groups, func(g group) bool { return slices.Contains(g.sections, e.section) })
		arranged[at].entries = append(arranged[at].entries, e)
	}
	return slices.DeleteFunc(arranged, func(s shelf) bool { return len(s.entries) == 0 })
}

// possible returns what the person may do, for their dashboard, and whether that is more than the public may.
func possible(ctx context.Context) (list []entry, more bool) {
	public := authz.With(ctx, authz.Policy{}, nil)
	for _, e := range slices.Concat(entries, aside) {
		if len(e.hints) == 0 || !e.seen(ctx) {
			continue
		}
		list = append(list, e)
		more = more || (!e.seen(public) && e.href != "/account")
	}
	return list, more
}

// group gathers entries under one word, for a person who has many.
type group struct {
	label    string
	sections []string
}

var groups = []group{
	{"site.menu.group.territory", []string{"schools", "map", "readiness", "drills"}},
	{"site.menu.group.equipment", []string{"assets", "catalogue", "orders", "money", "deliveries", "incidents", "stocktakes", "entitlements", "agents", "deeds"}},
	{"site.menu.group.running", []string{"imports", "journal", "accounts", "people-data"}},
}

// mostEntries is how many entries stand in one line of the menu on a screen of ordinary width.
const mostEntries = 10

// Menu returns the entries that the person may open. When they are many, those that belong together stand under
// one word that leads to the first of them.
func Menu(ctx context.Context) []ui.MenuItem {
	var items []ui.MenuItem
	for _, e := range entries {
		if e.seen(ctx) {
			items = append(items, ui.MenuItem{Label: i18n.T(ctx, e.label), Href: e.href, Section: e.section})
		}
	}
	if len(items) <= mostEntries {
		return items
	}
	return gathered(ctx, items)
}

// gathered puts the members of each group, where there are several, in the place of the first.
func gathered(ctx context.Context, items []ui.MenuItem) []ui.MenuItem {
	var list []ui.MenuItem
	done := map[string]bool{}
	for _, item := range items {
		g := slices.IndexFunc(groups, func(g group) bool { return slices.Contains(g.sections, item.Section) })
		if g < 0 {
			list = append(list, item)
			continue
		}
		if done[groups[g].label] {
			continue
		}
		done[groups[g].label] = true
		var within []ui.MenuItem
		for _, other := range items {
			if slices.Contains(groups[g].sections, other.Section) {
				within = append(within, other)
			}
		}
		if len(within) > 1 {
			item = ui.MenuItem{Label: i18n.T(ctx, groups[g].label), Href: item.Href, Section: item.Section, Within: within}
		}
		list = append(list, item)
	}
	return list
}
