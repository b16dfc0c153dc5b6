package app

import (
	"context"

	"preau/internal/base/db"
	"preau/internal/base/errs"
	"preau/internal/insight/plan"
	"preau/internal/measures/equip/assets"
	"preau/internal/measures/lend/agreements"
	"preau/internal/measures/lend/crisis"
	"preau/internal/measures/lend/loans"
	"preau/internal/measures/lend/needs"
)

// Lend are the services of the parts of lend.
type Lend struct {
	Needs      *needs.Service
	Agreements *agreements.Service
	Loans      *loans.Service
	Crisis     *crisis.Service
}

// lend opens the room of the loans and returns its pages and operations.
func (a *App) lend(c Config) ([]module, error) {
	rule, err := needs.DefaultRule()
	if err != nil {
		return nil, err
	}
	a.Lend = Lend{Needs: needs.New(a.DB, a.Journal, a.Directory, rule, c.Key), Agreements: agreements.New(a.DB, a.Journal, a.Directory, c.Site)}
	a.Lend.Needs.Join(needs.Links{Planned: a.lendPlanned, Doors: lendDoors})
	a.Lend.Agreements.Join(agreements.Links{Granted: a.Lend.Needs.GrantedIn, Device: a.lendDevice, Measure: a.lendMeasure})
	a.Lend.Loans = loans.New(a.DB, a.Journal, a.Directory, devices{assets.Keeper{Journal: a.Journal}}, c.Mail, c.Site)
	a.Lend.Loans.Join(loans.Links{HandedOver: a.Lend.Needs.MarkLent, Account: a.accountName, Catalog: a.Catalog})
	a.Lend.Crisis = crisis.New(a.DB, a.Journal, a.Directory, devices{assets.Keeper{Journal: a.Journal}}, drills{a.Readiness})
	return []module{&needs.Module{Service: a.Lend.Needs}, &agreements.Module{Service: a.Lend.Agreements}, &loans.Module{Service: a.Lend.Loans}, &crisis.Module{Service: a.Lend.Crisis}}, nil
}

// lendDoors lead from the page where loans begin to their other parts.
var lendDoors = []needs.Door{
	{Permission: loans.HandLoans, Href: "/lend/handover", Key: "loans.handover"},
	{Permission: loans.HandLoans, Href: "/lend/return", Key: "loans.return"},
	{Permission: loans.ReadLoans, Href: "/lend/loans", Key: "loans.list"},
	{Permission: loans.DecideClaims, Href: "/lend/claims", Key: "loans.claims"},
	{Permission: loans.Remind, Href: "/lend/reminders", Key: "loans.reminders"},
	{Permission: crisis.ReadCrises, Href: "/lend/crises", Key: "crisis.title"},
	{Permission: loans.EditHolidays, Href: "/lend/holidays", Key: "loans.holidays"},
}

// raisesDevices is what the programme's measure that lends devices to pupils raises.
const raisesDevices = "device"

// lendMeasure returns the measure by which a territory's programme lends devices to pupils, "" none.
func (a *App) lendMeasure(ctx context.Context, territory string) (string, error) {
	v, err := a.Programme.Current(inside(ctx), territory)
	if errs.Is(err, errs.NotFound) {
		return "", nil
	}
	if err != nil {
		return "", err
	}
	for _, m := range v.Programme.Measures {
		if m.Allocation.Raises == raisesDevices {
			return m.ID, nil
		}
	}
	return "", nil
}

// lendPlanned returns how many devices the plan in force gives to a school's pupils, and that plan. A school that the
// plan does not name gets none of them.
func (a *App) lendPlanned(ctx context.Context, territory, school string) (int, string, bool, error) {
	ctx = inside(ctx)
	inForce, err := a.Plan.InForce(ctx, territory)
	if errs.Is(err, errs.NotFound) {
		return 0, "", false, nil
	}
	if err != nil {
		return 0, "", false, err
	}
	measure, err := a.lendMeasure(ctx, territory)
	if err != nil || measure == "" {
		return 0, "", false, err
	}
	rows, _, err := a.Plan.Rows(ctx, inForce.ID, plan.LineFilter{Measure: measure, Search: school, Page: 1, Size: 10})
	for _, row := range rows {
		if row.School == school && row.Territory == territory {
			return int(row.Quantity), inForce.ID, true, err
		}
	}
	return 0, inForce.ID, err == nil, err
}

// lendDevice returns a school's device whose label or serial number was read.
func (a *App) lendDevice(ctx context.Context, territory, school, read string) (agreements.Device, error) {
	var found assets.Asset
	err := a.DB.View(inside(ctx), func(ctx context.Context, tx *db.Tx) (err error) {
		found, err = assets.ByTag(ctx, tx, territory, read)
		return err
	})
	if err == nil && (found.School != school || !found.Lendable) {
		err = errs.NewNotFound("assets.tag.unknown", "tag", read)
	}
	device := agreements.Device{Asset: found.ID, Code: found.Code, Name: found.Name, Measure: found.Measure}
	if found.CostCents != nil {
		device.ValueCents = *found.CostCents
	}
	return device, err
}
