package app

import (
	"context"
	"log/slog"

	"github.com/a-h/templ"

	"preau/internal/base/authz"
	"preau/internal/base/db"
	"preau/internal/base/errs"
	"preau/internal/base/i18n"
	"preau/internal/insight/plan"
	"preau/internal/insight/readiness"
	"preau/internal/territory/accounts"
	"preau/internal/territory/directory"
	"preau/internal/territory/programme"
)

// What one room needs of another, in the words of the room that needs it.

// places names territories, schools and classes for the accounts' grants.
type places struct{ directory *directory.Service }

// inside reads the directory on behalf of the house, whoever asks: the room that does has checked its own
// permission.
func inside(ctx context.Context) context.Context { return db.Everywhere(authz.System(ctx)) }

// PlaceNames returns the names of those of the scopes that exist.
func (p places) PlaceNames(ctx context.Context, scopes []authz.Scope) (map[authz.Scope]string, error) {
	return p.directory.PlaceNames(inside(ctx), scopes)
}

// Territories returns the territories, by code.
func (p places) Territories(ctx context.Context) ([]accounts.Place, error) {
	overview, err := p.directory.Overview(inside(ctx))
	if err != nil {
		return nil, err
	}
	list := make([]accounts.Place, len(overview.Territories))
	for i, t := range overview.Territories {
		list[i] = accounts.Place{Code: t.Territory, Name: t.Name}
	}
	return list, nil
}

// mostClasses is above the number of classes of any school.
const mostClasses = 200

// Classes returns the open classes of a school, by name.
func (p places) Classes(ctx context.Context, territory, school string) ([]accounts.Place, error) {
	page, err := p.directory.Classes(inside(ctx), directory.ClassFilter{Territory: territory, School: directory.UAI(school), Size: mostClasses})
	if err != nil {
		return nil, err
	}
	list := make([]accounts.Place, len(page.Rows))
	for i, c := range page.Rows {
		list[i] = accounts.Place{Code: c.ID, Name: c.Name}
	}
	return list, nil
}

// costs tells readiness what it costs to mend a need: the unit cost of the programme's measure that raises it.
type costs struct{ programme *programme.Service }

// UnitCosts returns the cost of one unit in cents for each need that the territory's programme has a measure for.
func (c costs) UnitCosts(ctx context.Context, territory string) (map[readiness.Need]int64, error) {
	raised, err := c.programme.UnitCosts(ctx, territory)
	if err != nil {
		return nil, err
	}
	byNeed := map[readiness.Need]int64{}
	for raises, need := range map[string]readiness.Need{"device": readiness.NeedDevice, "kit": readiness.NeedTeaching} {
		if cents, ok := raised[raises]; ok {
			byNeed[need] = cents
		}
	}
	return byNeed, nil
}

// together is readiness's rule, as the plan asks for it.
func together(n int64, conditions []plan.Range) plan.Range {
	counts := make([]readiness.Interval, len(conditions))
	for i, c := range conditions {
		counts[i] = readiness.Interval{Lo: int(c.Sure), Hi: int(c.Possible)}
	}
	all := readiness.AllOf(int(n), counts)
	return plan.Range{Sure: int64(all.Lo), Possible: int64(all.Hi)}
}

// readinessOf gives the directory's map and lists who could keep learning, as the public may know it.
func readinessOf(s *readiness.Service) func(context.Context, string) (map[directory.UAI]directory.Interval, error) {
	return func(ctx context.Context, territory string) (map[directory.UAI]directory.Interval, error) {
		figures, err := s.OfSchools(ctx, territory)
		if err != nil {
			return nil, err
		}
		all := make(map[directory.UAI]directory.Interval, len(figures))
		for uai, f := range figures {
			sure, known := f.Sure.Get()
			possible, known2 := f.Possible.Get()
			if known && known2 {
				all[directory.UAI(uai)] = directory.Interval{Sure: int64(sure), Possible: int64(possible), Total: int64(f.Pupils)}
			}
		}
		return all, nil
	}
}

// refresher computes readiness's sums at the end of an import, so that no visitor waits for them. The import was kept whatever comes of it:
// after a failure the next reader computes them.
func refresher(s *readiness.Service, log *slog.Logger) func(context.Context) {
	return func(ctx context.Context) {
		if err := s.Refresh(ctx); err != nil {
			log.Error("readiness was not computed after an import", slog.Any("error", err))
		}
	}
}

// planBlock tells on a school's page what the plan in force gives to it.
func (a *App) planBlock(ctx context.Context, school directory.School) (templ.Component, error) {
	return a.Plan.Block(ctx, school.Territory, string(school.UAI))
}

// accountName names an account to those who may see it.
func (a *App) accountName(ctx context.Context, account string) string {
	names, err := a.Accounts.Names(ctx, []string{account})
	if err != nil {
		return ""
	}
	return names[account]
}

// censusTask tells a head which of their classes have not answered the census yet.
func (a *App) censusTask(ctx context.Context, school directory.School) ([]directory.Task, error) {
	census, err := a.Readiness.Census(ctx, string(school.UAI))
	if errs.Is(err, errs.NotFound) || (err == nil && len(census.Classes) == 0) {
		return nil, nil
	}
	if err != nil {
		return nil, err
	}
	answered := 0
	for _, c := range census.Classes {
		if c.Answered() {
			answered++
		}
	}
	return []directory.Task{{Text: i18n.T(ctx, "task.census"), Href: "/census/" + string(school.UAI), Done: answered == len(census.Classes),
		Note: i18n.T(ctx, "task.census.note", "n", answered, "classes", len(census.Classes))}}, nil
}
