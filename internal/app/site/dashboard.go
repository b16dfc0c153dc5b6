package site

import (
	"context"
	"net/http"

	"preau/internal/base/authz"
	"preau/internal/base/errs"
	"preau/internal/base/i18n"
	"preau/internal/base/journal"
	"preau/internal/base/web"
	"preau/internal/base/web/ui"
	"preau/internal/insight/readiness"
	"preau/internal/territory/accounts"
	"preau/internal/territory/directory"
	"preau/internal/territory/programme"
)

// place is a territory on the dashboard, with what the programme does there.
type place struct {
	readiness.Report
	Programme *programme.Programme // nil: none is in force
	Progress  []programme.Progress
}

type dashboardView struct {
	Name    string
	Role    authz.Role
	Entries []entry
	More    bool // the role opens more than what the public may read
	Places  []place
	Choice  []directory.TerritoryFigures // territories to choose from, where the person sees several
	Chosen  string
	Days    []journal.Day     // the latest, for those who read the journal
	Schools map[string]string // names of the schools where a kind of fact happened alone
}

// dashboardPage opens what the person is here for: a head their school, a teacher their classes, who leads a
// territory its figures; everybody else is shown where they may go.
func (m *Module) dashboardPage(r *http.Request) (web.Response, error) {
	ctx := r.Context()
	if _, err := authz.Scopes(ctx, accounts.Self); err != nil {
		return nil, err
	}
	p := authz.From(ctx)
	switch p.Role {
	case authz.Head:
		return web.RedirectTo("/my-school"), nil
	case authz.Teacher:
		return web.RedirectTo("/my-classes"), nil
	}
	v := dashboardView{Name: p.Name, Role: p.Role, Chosen: web.Query(r).Text("territory")}
	v.Entries, v.More = possible(ctx)
	if authz.Holds(ctx, readiness.ReadTerritory) {
		if err := m.fillPlaces(ctx, &v); err != nil {
			return nil, err
		}
	}
	if authz.Holds(ctx, journal.Read) {
		if err := m.fillDays(ctx, &v); err != nil {
			return nil, err
		}
	}
	return web.Page{Title: i18n.T(ctx, "site.dashboard.title"), Section: "dashboard", Body: dashboardPage(v)}, nil
}

// fillDays gathers what has just happened.
func (m *Module) fillDays(ctx context.Context, v *dashboardView) error {
	const tallies = 8
	var err error
	if v.Days, err = m.journal.Days(ctx, journal.Filter{Territory: v.Chosen}, tallies); err != nil {
		return err
	}
	var alone []string
	for _, d := range v.Days {
		for _, t := range d.Tallies {
			if t.Schools == 1 {
				alone = append(alone, t.School)
			}
		}
	}
	v.Schools, err = m.schoolNames(ctx, alone)
	return err
}

// fillPlaces gathers the figures of the territories that the person follows: the chosen one, or each of
// theirs, or the nation as one.
func (m *Module) fillPlaces(ctx context.Context, v *dashboardView) error {
	codes := authz.From(ctx).Territories()
	if codes == nil {
		overview, err := m.Directory.Overview(ctx)
		if err != nil {
			return err
		}
		v.Choice = overview.Territories
		codes = []string{v.Chosen}
	} else if v.Chosen != "" {
		codes = []string{v.Chosen}
	}
	for _, code := range codes {
		p, err := m.place(ctx, code)
		if err != nil {
			return err
		}
		v.Places = append(v.Places, p)
	}
	return nil
}

func (m *Module) place(ctx context.Context, territory string) (place, error) {
	if territory != "" {
		if err := authz.Check(ctx, readiness.ReadTerritory, authz.Territory(territory)); err != nil {
			return place{}, err
		}
	}
	report, err := m.Readiness.Report(ctx, readiness.Place{Territory: territory, Brief: true})
	if err != nil {
		return place{}, err
	}
	p := place{Report: report}
	if p.Programme, err = m.programme(ctx, territory); err != nil || p.Programme == nil {
		return p, err
	}
	var only []string
	if territory != "" {
		only = []string{territory}
	}
	p.Progress, err = m.Programme.Progress(ctx, p.Programme, only...)
	return p, err
}

// programme returns the programme in force, or nil when none is.
func (m *Module) programme(ctx context.Context, territory string) (*programme.Programme, error) {
	v, err := m.Programme.Current(ctx, territory)
	if errs.Is(err, errs.NotFound) {
		return nil, nil
	}
	if err != nil {
		return nil, err
	}
	return v.Programme, nil
}

func placeName(ctx context.Context, p place) string {
	if p.Territory == "" {
		return i18n.T(ctx, "site.dashboard.nation")
	}
	return p.TerritoryName
}

// censusHref leads to the census for those who may open it.
func censusHref(ctx context.Context) string {
	if authz.Holds(ctx, readiness.AnswerCensus) {
		return "/census"
	}
	return ""
}

func territoryOptions(ctx context.Context, list []directory.TerritoryFigures) []ui.Option {
	options := []ui.Option{{Text: i18n.T(ctx, "site.dashboard.nation")}}
	for _, t := range list {
		options = append(options, ui.Option{Value: t.Territory, Text: t.Name + " (" + t.Territory + ")"})
	}
	return options
}

func measureColumns(ctx context.Context) []ui.Column {
	return []ui.Column{{Label: i18n.T(ctx, "site.dashboard.measure")}, {Label: i18n.T(ctx, "site.dashboard.target"), Numeric: true},
		{Label: i18n.T(ctx, "site.dashboard.planned"), Numeric: true}, {Label: i18n.T(ctx, "site.dashboard.done"), Numeric: true},
		{Label: i18n.T(ctx, "site.dashboard.planned_money"), Numeric: true}, {Label: i18n.T(ctx, "site.dashboard.budget"), Numeric: true}}
}

// quantity says a number of a measure's units; a measure that is money alone has none.
func quantity(ctx context.Context, p programme.Progress, n int64) string {
	if p.Unit == programme.UnitEnvelope {
		return i18n.T(ctx, "site.dashboard.no_unit")
	}
	return i18n.From(ctx).Number(n)
}
