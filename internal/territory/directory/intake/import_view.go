package intake

import (
	"context"
	"slices"

	"preau/internal/base/authz"
	"preau/internal/base/db"
	"preau/internal/base/i18n"
	"preau/internal/base/web/ui"
)

// Territory is where a person may import: Code "" is everywhere.
type Territory struct{ Code, Name string }

// Territories returns where the principal holds the permission: their own territories, or everywhere and each
// one that is known.
func (s *Service) Territories(ctx context.Context, perm authz.Permission) ([]Territory, error) {
	scopes, err := authz.Scopes(ctx, perm)
	if err != nil {
		return nil, err
	}
	var list []Territory
	for _, scope := range scopes {
		switch {
		case scope.School != "":
		case scope.Territory == "":
			return s.everywhere(ctx)
		case !slices.ContainsFunc(list, func(t Territory) bool { return t.Code == scope.Territory }):
			list = append(list, Territory{scope.Territory, territoryName(scope.Territory)})
		}
	}
	return list, nil
}

func (s *Service) everywhere(ctx context.Context) ([]Territory, error) {
	list := []Territory{{}}
	err := s.db.View(ctx, func(ctx context.Context, tx *db.Tx) error {
		known, err := db.All(ctx, tx, func(row db.Scanner) (Territory, error) {
			var t Territory
			err := row.Scan(&t.Code, &t.Name)
			return t, err
		}, "SELECT territory, name FROM directory_territory ORDER BY territory")
		list = append(list, known...)
		return err
	})
	return list, err
}

// schoolOptions names the schools of the scopes.
func (s *Service) schoolOptions(ctx context.Context, scopes []authz.Scope) ([]ui.Option, error) {
	where, args := authz.Filter(scopes, "territory", "uai", "")
	var list []ui.Option
	err := s.db.View(ctx, func(ctx context.Context, tx *db.Tx) error {
		var err error
		list, err = db.All(ctx, tx, func(row db.Scanner) (ui.Option, error) {
			var o ui.Option
			err := row.Scan(&o.Value, &o.Text)
			return o, err
		}, "SELECT uai, name FROM directory_school WHERE "+where+" ORDER BY folded, uai", args...)
		return err
	})
	return list, err
}

func kindOptions(ctx context.Context) []ui.Option {
	l := i18n.From(ctx)
	var list []ui.Option
	for _, k := range Kinds {
		if k != Roster {
			list = append(list, ui.Option{Value: string(k), Text: k.Label(l), Hint: l.T("intake.page.hint." + string(k))})
		}
	}
	return list
}

func stateColour(s State) string {
	switch s {
	case Done:
		return "green"
	case Failed, Interrupted:
		return "red"
	}
	return "yellow"
}

// figures are the counts of a report, those that are not zero and the rows read.
func figures(ctx context.Context, r *Report) []ui.Figure {
	l := i18n.From(ctx)
	list := []ui.Figure{{Figure: l.Number(int64(r.Read)), Label: l.T("intake.page.count.read")}}
	for _, c := range []struct {
		n   int
		key string
	}{{r.Created, "created"}, {r.Updated, "updated"}, {r.Unchanged, "unchanged"}, {r.Merged, "merged"}, {r.Closed, "closed"},
		{r.Rejected, "rejected"}, {r.Doubtful, "doubtful"}, {r.Inferred, "inferred"}} {
		if c.n > 0 {
			list = append(list, ui.Figure{Figure: l.Number(int64(c.n)), Label: l.T("intake.page.count." + c.key)})
		}
	}
	return list
}

func rowTable(ctx context.Context, rows []Row) ui.DataTable {
	l := i18n.From(ctx)
	t := ui.DataTable{Caption: l.T("intake.page.rows"), Columns: []ui.Column{{Label: l.T("intake.page.line")}, {Label: l.T("intake.page.outcome")},
		{Label: l.T("intake.page.subject")}, {Label: l.T("intake.page.reason")}}}
	for _, row := range rows {
		line := l.T("intake.page.no_line")
		if row.Line > 0 {
			line = l.Number(int64(row.Line))
		}
		t.Rows = append(t.Rows, []string{line, row.Outcome.Label(l), row.Subject, row.Say(l)})
	}
	return t
}

func progressOf(ctx context.Context, p Progress) ui.ProgressOf {
	text := i18n.T(ctx, "intake.page.starting")
	if p.Total > 0 {
		text = i18n.From(ctx).Percent(float64(p.Done) / float64(p.Total))
	}
	return ui.ProgressOf{ID: "import-progress", Label: i18n.T(ctx, "intake.page.progress"), Value: p.Done, Max: p.Total, Text: text}
}

func importHref(id string) string { return "/imports/" + id }

// liveHref is where the page of an import refreshes itself from, "" once the import has ended.
func liveHref(v importView) string {
	if v.Record.State == Running {
		return importHref(v.Record.ID)
	}
	return ""
}

func action(f form) string {
	if f.Lists {
		return "/imports/lists"
	}
	return "/imports/roster"
}

func ticked(yes bool) []string {
	if yes {
		return []string{"1"}
	}
	return nil
}
