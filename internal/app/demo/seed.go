package demo

import (
	"context"
	"fmt"
	"time"

	"preau/internal/base/authz"
	"preau/internal/base/db"
	"preau/internal/base/errs"
	"preau/internal/base/journal"
	"preau/internal/insight/plan"
	"preau/internal/insight/readiness"
	"preau/internal/territory/accounts"
	"preau/internal/territory/directory"
	"preau/internal/territory/directory/intake"
	"preau/internal/territory/programme"
)

// Password opens every account of the demonstration.
const Password = "preau-demo-2026"

// Rooms are the services that the demonstration is made with.
type Rooms struct {
	DB        *db.DB
	Journal   *journal.Journal
	Accounts  *accounts.Service
	Programme *programme.Service
	Readiness *readiness.Service
	Plan      *plan.Service
}

// Clock is the demonstration's time while it is made: the census was answered twice, weeks apart.
type Clock struct{ at time.Time }

// NewClock returns a clock that stands at the start of the invented school year.
func NewClock() *Clock {
	return &Clock{time.Date(schoolYear, time.September, 14, 8, 0, 0, 0, time.UTC)}
}

// Now returns the clock's time, a moment later at each call.
func (c *Clock) Now() time.Time {
	c.at = c.at.Add(3 * time.Millisecond)
	return c.at
}

// Seeded tells whether the invented territory is there already.
func Seeded(ctx context.Context, d *directory.Service) (bool, error) {
	_, err := d.Territory(ctx, Territory)
	if errs.Is(err, errs.NotFound) {
		return false, nil
	}
	return err == nil, err
}

// Seed makes the invented territory: its directory, its accounts, its programme after the given rules, two
// rounds of its census and an adopted plan. Families are apart.
func Seed(ctx context.Context, rooms Rooms, rules []byte, clock *Clock) error {
	ctx = db.Everywhere(authz.System(ctx))
	w := NewWorld()
	data, _ := w.Datasets(clock.Now().UnixMilli())
	list := w.accounts()
	if err := rooms.DB.Update(ctx, func(ctx context.Context, tx *db.Tx) error {
		if err := directory.Seed(ctx, tx, data); err != nil {
			return err
		}
		if err := rooms.Journal.Record(ctx, tx, journal.Fact{Territory: Territory, Kind: intake.FactImported, Subject: sourceSchools,
			Data: intake.Imported{Kind: "demo", Read: len(data.Schools), Created: len(data.Schools)}}); err != nil {
			return err
		}
		return rooms.Accounts.SeedAccounts(ctx, tx, list)
	}); err != nil {
		return fmt.Errorf("demo: %w", err)
	}
	if _, err := rooms.Programme.Load(ctx, "demo.yaml", rules); err != nil {
		return fmt.Errorf("demo: %w", err)
	}
	for wave := range 2 {
		clock.at = clock.at.AddDate(0, 0, 28*wave)
		if err := w.answerCensus(ctx, rooms.Readiness, wave); err != nil {
			return fmt.Errorf("demo: %w", err)
		}
	}
	kept, err := rooms.Plan.Keep(ctx, plan.Request{Territories: []string{Territory}, Scenario: plan.ByNeed})
	if err != nil {
		return fmt.Errorf("demo: %w", err)
	}
	if _, err := rooms.Plan.Adopt(ctx, kept.ID); err != nil {
		return fmt.Errorf("demo: %w", err)
	}
	_, err = rooms.Journal.Seal(ctx)
	return err
}

// Families writes the pupils and guardians of the schools that no visitor enters: most of the demonstration's
// rows, which nobody should wait for. What is there already is left, so that it may be stopped and begun again.
func Families(ctx context.Context, rooms Rooms) error {
	ctx = db.Everywhere(authz.System(ctx))
	done, err := rooms.Journal.List(ctx, journal.Filter{Kind: intake.FactImported, Subject: sourceRoster, Limit: 1})
	if err != nil || len(done) > 0 {
		return err
	}
	at := NewClock().Now().UnixMilli()
	_, families := NewWorld().Datasets(at)
	pupils := 0
	for data := range families {
		pupils += len(data.Affiliations)
		if err := rooms.DB.Update(ctx, func(ctx context.Context, tx *db.Tx) error {
			there, err := directory.HasPerson(ctx, tx, Territory, data.Persons[0].ID)
			if err != nil || there {
				return err
			}
			return directory.Seed(ctx, tx, data)
		}); err != nil {
			return fmt.Errorf("demo: %w", err)
		}
	}
	return rooms.DB.Update(ctx, func(ctx context.Context, tx *db.Tx) error {
		return rooms.Journal.Record(ctx, tx, journal.Fact{Territory: Territory, Kind: intake.FactImported, Subject: sourceRoster,
			Data: intake.Imported{Kind: "demo", Read: pupils}})
	})
}

// Showcase schools: a collège of twelve classes or more, and a village school of five.
func (w *World) showcase() (large, village *School) {
	for _, s := range w.Schools {
		if large == nil && s.Type == "college" && len(s.Classes) == 12 && s.answering > 0 {
			large = s
		}
		if village == nil && s.Type == "ecole" && len(s.Classes) == 5 && s.Commune.size <= 2 && s.Elementaire != nil && *s.Elementaire {
			village = s
		}
	}
	return large, village
}

// accounts are those that a visitor may enter as, one a role at least.
func (w *World) accounts() []accounts.SeedAccount {
	large, village := w.showcase()
	class := authz.Class(Territory, large.UAI, large.ClassID(0))
	pupil := large.Classes[0].Pupils[0]
	place := authz.Territory(Territory)
	roles := []struct {
		name   string
		person string
		email  string
		grants []authz.Grant
	}{
		{"Dominique Pilote", "", "pilote", []authz.Grant{{Role: authz.NationalPilot, Scope: authz.Nation()}}},
		{"Claude Meneur", "", "territoire", []authz.Grant{{Role: authz.TerritoryLead, Scope: place}}},
		{fullName(large.Head), large.Head.ID, "direction", []authz.Grant{{Role: authz.Head, Scope: authz.School(Territory, large.UAI)}}},
		{fullName(village.Head), village.Head.ID, "village", []authz.Grant{
			{Role: authz.Head, Scope: authz.School(Territory, village.UAI)},
			{Role: authz.Teacher, Scope: authz.Class(Territory, village.UAI, village.ClassID(0))}}},
		{fullName(large.Classes[0].Teacher), large.Classes[0].Teacher.ID, "enseignant", []authz.Grant{{Role: authz.Teacher, Scope: class}}},
		{"Sacha Logistique", "", "logistique", []authz.Grant{{Role: authz.LogisticsOfficer, Scope: place}}},
		{"Charlie Formation", "", "formation", []authz.Grant{{Role: authz.TrainingManager, Scope: place}}},
		{"Alix Formatrice", "", "formatrice", []authz.Grant{{Role: authz.Trainer, Scope: place}}},
		{"Morgan Documentaliste", "", "documentaliste", []authz.Grant{{Role: authz.Librarian, Scope: place}}},
		{fullName(pupil.Guardians[0]), pupil.Guardians[0].ID, "parent", []authz.Grant{{Role: authz.Guardian, Scope: class}}},
		{fullName(pupil), pupil.ID, "eleve", []authz.Grant{{Role: authz.Pupil, Scope: class}}},
		{"Maxime Évaluatrice", "", "evaluation", []authz.Grant{{Role: authz.Evaluator, Scope: authz.Nation()}}},
		{"Andrea Déléguée", "", "donnees", []authz.Grant{{Role: authz.DPO, Scope: place}}},
		{"Lou Modération", "", "moderation", []authz.Grant{{Role: authz.Moderator, Scope: place}}},
		{"Stéphane Mécène", "", "donateur", []authz.Grant{{Role: authz.Donor, Scope: authz.Nation()}}},
		{"Camille Admin", "", "admin", []authz.Grant{{Role: authz.Admin, Scope: authz.Nation()}}},
	}
	list := make([]accounts.SeedAccount, len(roles))
	for i, r := range roles {
		list[i] = accounts.SeedAccount{Email: r.email + "@demo.preau.example", Name: r.name, Person: r.person, Grants: r.grants, Password: Password, Showcase: i + 1}
	}
	return list
}

// ShownAccount is an account that the terminal names.
type ShownAccount struct {
	Email string
	Role  authz.Role
}

// Shown are the accounts of the demonstration, in the order of its entrance.
var Shown = []ShownAccount{{"pilote@demo.preau.example", authz.NationalPilot}, {"territoire@demo.preau.example", authz.TerritoryLead},
	{"direction@demo.preau.example", authz.Head}, {"village@demo.preau.example", authz.Head}, {"enseignant@demo.preau.example", authz.Teacher},
	{"logistique@demo.preau.example", authz.LogisticsOfficer}, {"evaluation@demo.preau.example", authz.Evaluator}, {"donnees@demo.preau.example", authz.DPO}}

func fullName(p *Person) string { return p.Given + " " + p.Family }
