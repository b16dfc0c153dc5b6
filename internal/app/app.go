// Package app joins the rooms into one house: it is the only place that knows them all.
package app

import (
	"context"
	"errors"
	"io/fs"
	"log/slog"
	"slices"
	"time"

	"github.com/a-h/templ"

	"preau/internal/app/site"
	"preau/internal/base/authz"
	"preau/internal/base/db"
	"preau/internal/base/errs"
	"preau/internal/base/files"
	"preau/internal/base/i18n"
	"preau/internal/base/jobs"
	"preau/internal/base/journal"
	"preau/internal/base/mail"
	"preau/internal/base/tabular"
	"preau/internal/base/web"
	"preau/internal/base/web/ui"
	"preau/internal/insight/plan"
	"preau/internal/insight/readiness"
	"preau/internal/measures/equip"
	"preau/internal/measures/equip/entitlements"
	"preau/internal/measures/lend"
	"preau/internal/measures/lend/agreements"
	"preau/internal/measures/lend/loans"
	"preau/internal/measures/lend/needs"
	"preau/internal/territory/accounts"
	"preau/internal/territory/directory"
	"preau/internal/territory/directory/intake"
	"preau/internal/territory/programme"
)

// Config says how the house is opened.
type Config struct {
	Database string
	Key      []byte // the installation's secret, see Key
	Version  string
	Log      *slog.Logger  // silent when nil
	Catalog  *i18n.Catalog // read when nil
	Options  []db.Option

	// What follows is for the site alone.
	Site         string      // its address, for letters
	Mail         mail.Sender // nil: no letters
	Demo         bool
	Secure       bool
	TrustProxy   bool
	MetricsToken string
	Source       string // where the program's source code is, "" where it is to be asked for
}

// App is the house: the services of every room, and the site over them.
type App struct {
	DB        *db.DB
	Journal   *journal.Journal
	Catalog   *i18n.Catalog
	Accounts  *accounts.Service
	Directory *directory.Service
	Intake    *intake.Service
	Programme *programme.Service
	Readiness *readiness.Service
	Plan      *plan.Service
	Equip     Equip
	Lend      Lend
	Server    *web.Server
}

// Migrations are the tables of every room, the lower floors first.
var Migrations = []db.Migrations{journal.Migrations, files.Migrations, directory.Migrations, accounts.Migrations, programme.Migrations,
	equip.Migrations, lend.Migrations, readiness.Migrations, plan.Migrations}

// messages are the texts of every room.
var messages = append([]fs.FS{errs.Messages, authz.Messages, files.Messages, web.Messages, ui.Messages, tabular.Messages, directory.Messages,
	intake.Messages, accounts.Messages, programme.Messages, readiness.Messages, plan.Messages, site.Messages, texts}, append(slices.Clone(equip.Messages), lend.Messages...)...)

// Catalog returns every message in every language.
func Catalog() (*i18n.Catalog, error) { return i18n.Load(messages...) }

// Policy says which roles hold which permission, in every room.
func Policy() authz.Policy {
	return authz.Join(journal.Permissions, directory.Permissions, intake.Permissions, accounts.Permissions, programme.Permissions,
		equip.Permissions, lend.Permissions, readiness.Permissions, plan.Permissions)
}

// New opens the database, brings its schema up to date and joins the rooms. Imports that a former run left
// unfinished are marked as interrupted: nothing of them was kept.
func New(ctx context.Context, c Config) (*App, error) {
	if c.Log == nil {
		c.Log = slog.New(slog.DiscardHandler)
	}
	a := &App{Catalog: c.Catalog}
	var err error
	if a.Catalog == nil {
		if a.Catalog, err = Catalog(); err != nil {
			return nil, err
		}
	}
	if a.DB, err = db.Open(ctx, c.Database, c.Options...); err != nil {
		return nil, err
	}
	if err := a.join(ctx, c); err != nil {
		return nil, errors.Join(err, a.DB.Close())
	}
	return a, nil
}

func (a *App) join(ctx context.Context, c Config) error {
	if err := a.DB.Migrate(ctx, Migrations...); err != nil {
		return err
	}
	a.Journal = journal.New(a.DB, c.Key)
	a.Directory = directory.New(a.DB, a.Journal)
	a.Intake = intake.New(a.DB, a.Journal, c.Key)
	a.Programme = programme.New(a.DB, a.Journal)
	a.Readiness = readiness.New(a.DB, a.Journal, costs{a.Programme}, a.Intake)
	a.Plan = plan.New(a.DB, a.Journal, a.Programme, together)
	a.Journal.Project(readiness.Projection{}, programme.Projection{})
	a.Plan.Join(plan.Links{AccountName: a.accountName})
	a.Accounts = accounts.New(accounts.Config{DB: a.DB, Journal: a.Journal, Catalog: a.Catalog, Policy: Policy(), Places: places{a.Directory},
		Log: c.Log, Mail: c.Mail, Site: c.Site, Demo: c.Demo})
	figures := &readiness.Module{Service: a.Readiness, Site: c.Site}
	rule, err := needs.DefaultRule()
	if err != nil {
		return err
	}
	a.Directory.Join(directory.Links{Readiness: readinessOf(a.Readiness),
		Blocks:  []func(context.Context, directory.School) (templ.Component, error){figures.SchoolBlock, a.planBlock},
		Tasks:   []func(context.Context, directory.School) ([]directory.Task, error){a.censusTask},
		Keepers: []directory.PersonKeeper{a.Accounts.Keeper(), entitlements.Keeper{}, needs.Keeper{Rule: rule}, agreements.Keeper{}, loans.Keeper{}}})
	a.Intake.Join(refresher(a.Readiness, c.Log))
	if _, err := a.Intake.MarkInterrupted(inside(ctx)); err != nil {
		return err
	}
	return a.serve(c)
}

// module is a room's pages and operations.
type module interface {
	Routes() []web.Route
	API(*web.API)
}

// serve puts the rooms' pages and operations on one site.
func (a *App) serve(c Config) error {
	var err error
	a.Server, err = web.New(web.Config{DB: a.DB, Catalog: a.Catalog, Policy: Policy(), Log: c.Log, Version: c.Version,
		Authenticate: a.Accounts.Authenticate, Menu: site.Menu, Demo: c.Demo, Secure: c.Secure, MetricsToken: c.MetricsToken, TrustProxy: c.TrustProxy})
	if err != nil {
		return err
	}
	spool, _ := c.Mail.(*mail.Spool) // in the demonstration, which shows its letters
	home := site.New(a.Server, a.Journal, facts())
	home.Accounts, home.Directory, home.Programme, home.Readiness = a.Accounts, a.Directory, a.Programme, a.Readiness
	home.Source = c.Source
	lending, err := a.lend(c)
	if err != nil {
		return err
	}
	for _, m := range append(append(a.measures(c), lending...),
		home,
		accounts.NewModule(a.Accounts, a.Server.Address, spool),
		&directory.Module{Service: a.Directory},
		&intake.Module{Service: a.Intake},
		&programme.Module{Service: a.Programme},
		&readiness.Module{Service: a.Readiness, Site: c.Site},
		&plan.Module{Service: a.Plan},
	) {
		a.Server.Add(m.Routes()...)
		m.API(a.Server.API())
	}
	return nil
}

// facts lists every kind of fact that a room records.
func facts() []string {
	return slices.Sorted(slices.Values(slices.Concat(directory.Facts, intake.Facts, accounts.Facts, programme.Facts,
		equip.Facts, lend.Facts, readiness.Facts, plan.Facts)))
}

// Jobs returns what the house does again and again.
func (a *App) Jobs() []jobs.Job {
	list := []jobs.Job{{Name: "journal.seal", Every: time.Minute, Final: true, Run: func(ctx context.Context) error {
		_, err := a.Journal.Seal(ctx)
		return err
	}}}
	return slices.Concat(list, a.Accounts.Jobs(), (&directory.Module{Service: a.Directory}).Jobs(), (&intake.Module{Service: a.Intake}).Jobs(),
		(&loans.Module{Service: a.Lend.Loans}).Jobs())
}

// Close seals what the journal has got since its last seal, and closes the database.
func (a *App) Close() error {
	_, err := a.Journal.Seal(inside(context.Background()))
	return errors.Join(err, a.DB.Close())
}
