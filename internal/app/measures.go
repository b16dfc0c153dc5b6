package app

import (
	"context"
	"slices"

	"preau/internal/base/errs"
	"preau/internal/base/i18n"
	"preau/internal/measures/equip/agents"
	"preau/internal/measures/equip/assets"
	"preau/internal/measures/equip/catalogue"
	"preau/internal/measures/equip/deliveries"
	"preau/internal/measures/equip/entitlements"
	"preau/internal/measures/equip/incidents"
	"preau/internal/measures/equip/orders"
	"preau/internal/measures/equip/stocktake"
	"preau/internal/territory/directory"
)

// Equip are the services of the parts of equip.
type Equip struct {
	Assets     *assets.Service
	Catalogue  *catalogue.Service
	Agents     *agents.Service
	Deliveries *deliveries.Service
	Orders     *orders.Service
	// Entitlements of new teachers.
	Entitlements *entitlements.Service
	Incidents    *incidents.Service
	Stocktake    *stocktake.Service
}

// measures opens the rooms of the measures and returns their pages and operations.
func (a *App) measures(c Config) []module {
	a.Equip = Equip{Catalogue: catalogue.New(a.DB, a.Journal), Agents: agents.New(a.DB, a.Journal),
		Deliveries: deliveries.New(a.DB, a.Journal, a.Directory)}
	a.Equip.Entitlements = entitlements.New(a.DB, a.Journal, a.Directory)
	a.Equip.Entitlements.Join(entitlements.Links{Packs: a.packs, Measure: a.measureDoneBy("equip.entitlement.handed_over"),
		Staff: func(ctx context.Context, territory, school string) ([]directory.Member, error) {
			return a.Directory.Staff(inside(ctx), territory, directory.UAI(school))
		},
		Names: func(ctx context.Context, territory string, persons []string) (map[string]string, error) {
			return a.Directory.StaffNames(inside(ctx), territory, persons)
		}})
	a.Equip.Orders = orders.New(a.DB, a.Journal, plansInForce{a.Plan, a.Programme}, a.Directory, a.Programme)
	a.Equip.Incidents = incidents.New(a.DB, a.Journal)
	a.Equip.Incidents.Join(incidents.Links{SchoolName: a.schoolName})
	a.Equip.Stocktake = stocktake.New(a.DB, a.Journal)
	a.Equip.Stocktake.Join(stocktake.Links{School: func(ctx context.Context, uai string) (territory, name string, err error) {
		school, err := a.Directory.School(inside(ctx), directory.UAI(uai))
		return school.Territory, school.Name, err
	}})
	a.Equip.Assets = assets.New(a.DB, a.Journal, a.Directory)
	a.Equip.Assets.Join(assets.Links{Papers: a.Catalog.In(i18n.French), AccountName: a.accountName, Measures: a.measureNames,
		Doors: []func(context.Context, assets.Asset) ([]assets.Door, error){a.Equip.Incidents.Door}})
	return []module{
		&assets.Module{Service: a.Equip.Assets},
		&catalogue.Module{Service: a.Equip.Catalogue},
		&orders.Module{Service: a.Equip.Orders},
		&agents.Module{Service: a.Equip.Agents, Site: c.Site},
		&deliveries.Module{Service: a.Equip.Deliveries, Site: c.Site},
		&entitlements.Module{Service: a.Equip.Entitlements},
		&incidents.Module{Service: a.Equip.Incidents},
		&stocktake.Module{Service: a.Equip.Stocktake},
	}
}

// packs are what a new teacher may choose: the kits that serve as a teacher's computer.
func (a *App) packs(ctx context.Context) ([]entitlements.Pack, error) {
	kits, err := a.Equip.Catalogue.Kits(inside(ctx), false)
	if err != nil {
		return nil, err
	}
	var packs []entitlements.Pack
	for _, k := range kits {
		if k.Serves == assets.ServesLaptop {
			packs = append(packs, entitlements.Pack{ID: k.ID, Name: k.Name})
		}
	}
	return packs, nil
}

// measureDoneBy returns who names the measure of a territory's programme whose units that kind of fact counts, "" none.
func (a *App) measureDoneBy(kind string) func(ctx context.Context, territory string) (string, error) {
	return func(ctx context.Context, territory string) (string, error) {
		version, err := a.Programme.Current(inside(ctx), territory)
		if errs.Is(err, errs.NotFound) {
			return "", nil
		}
		if err != nil {
			return "", err
		}
		for _, m := range version.Programme.Measures {
			if slices.Contains(m.Done, kind) {
				return m.ID, nil
			}
		}
		return "", nil
	}
}

// measureNames names the measures of a territory's programme, in the person's language.
func (a *App) measureNames(ctx context.Context, territory string) (map[string]string, error) {
	version, err := a.Programme.Current(inside(ctx), territory)
	if errs.Is(err, errs.NotFound) {
		return nil, nil
	}
	if err != nil {
		return nil, err
	}
	names := map[string]string{}
	for _, m := range append(slices.Clone(version.Programme.Measures), version.Programme.Complements...) {
		names[m.ID] = m.Name.In(string(i18n.From(ctx).Lang))
	}
	return names, nil
}

// schoolName names a school to a room that has checked that the person may know of it.
func (a *App) schoolName(ctx context.Context, uai string) (string, error) {
	school, err := a.Directory.School(inside(ctx), directory.UAI(uai))
	if errs.Is(err, errs.NotFound) {
		return uai, nil
	}
	return school.Name, err
}
