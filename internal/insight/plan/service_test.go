package plan

import (
	"context"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"preau/internal/base/authz"
	"preau/internal/base/db"
	"preau/internal/base/dbtest"
	"preau/internal/base/errs"
	"preau/internal/base/i18n"
	"preau/internal/base/journal"
	"preau/internal/territory/directory"
	"preau/internal/territory/programme"
)

// readinessTables are the tables of the readiness room, which plans read.
var readinessTables = db.Migrations{Room: "readiness", FS: os.DirFS("../readiness")}

var rooms = []db.Migrations{journal.Migrations, directory.Migrations, programme.Migrations, readinessTables, Migrations}

// house is an installation with the press kit's programme in force.
type house struct {
	d          *db.DB
	journal    *journal.Journal
	programmes *programme.Service
	service    *Service
}

func (h *house) update(t testing.TB, f func(ctx context.Context, tx *db.Tx) error) {
	t.Helper()
	if err := h.d.Update(db.Everywhere(context.Background()), f); err != nil {
		t.Fatal(err)
	}
}

func (h *house) exec(t testing.TB, query string, args ...any) {
	t.Helper()
	h.update(t, func(ctx context.Context, tx *db.Tx) error { _, err := tx.Exec(ctx, query, args...); return err })
}

// furnish returns a house with the schools of a public list, or with one out of so many.
func furnish(t testing.TB, d *db.DB, list string, every int) *house {
	t.Helper()
	h := &house{d: d, journal: journal.New(d, []byte("secret"), programme.Projection{})}
	h.programmes = programme.New(d, h.journal)
	h.service = New(d, h.journal, h.programmes, together)
	h.service.Join(Links{AccountName: func(_ context.Context, account string) string { return "Camille " + account }})
	data := &directory.Dataset{}
	for i, s := range publicList(t, list) {
		if i%every != 0 {
			continue
		}
		row := directory.School{Territory: s.Territory, UAI: directory.UAI(s.UAI), Name: s.Name, Type: directory.SchoolType(s.Type),
			Maternelle: directoryTri(s.Maternelle), Elementaire: directoryTri(s.Elementary), Sector: directory.Sector(s.Sector), Contract: directory.Contract(s.Contract),
			CommuneName: s.Commune, IPSYear: s.IPSYear, PupilsYear: s.PupilsYear, Priority: directory.Priority(s.Priority), QPV: directory.QPV(s.QPV), Status: directory.Open, Source: "list"}
		if s.IPS.Known {
			v := float64(s.IPS.Value) / 10
			row.IPS = &v
		}
		if s.Pupils.Known {
			v := int64(s.Pupils.Value)
			row.Pupils = &v
		}
		data.Schools = append(data.Schools, row)
	}
	h.update(t, func(ctx context.Context, tx *db.Tx) error { return directory.Seed(ctx, tx, data) })
	h.load(t, "")
	return h
}

func directoryTri(t Tri) directory.Tri {
	switch t {
	case Yes:
		return directory.Yes
	case No:
		return directory.No
	}
	return directory.Unknown
}

// load puts the press kit's programme in force, with a remark at its end.
func (h *house) load(t testing.TB, remark string) {
	t.Helper()
	text, err := os.ReadFile(filepath.Join("..", "..", "..", "programmes", "tne-2020.yaml"))
	if err != nil {
		t.Fatal(err)
	}
	if _, err := h.programmes.Load(system(), "tne-2020.yaml", append(text, remark...)); err != nil {
		t.Fatal(err)
	}
}

// each runs f on both databases in a house with one out of ten of the schools of 02 and 95.
func each(t *testing.T, f func(t *testing.T, h *house)) { t.Helper(); eachOf(t, 10, f) }

// eachWhole runs f on both databases in a house with all 1,628 of them.
func eachWhole(t *testing.T, f func(t *testing.T, h *house)) { t.Helper(); eachOf(t, 1, f) }

func eachOf(t *testing.T, every int, f func(t *testing.T, h *house)) {
	t.Helper()
	dbtest.Each(t, func(t *testing.T, d *db.DB) { f(t, furnish(t, d, "schools-02-95.csv", every)) }, rooms...)
}

var policy = authz.Join(Permissions, programme.Permissions, journal.Permissions, directory.Permissions)

func as(account string, role authz.Role, codes ...string) context.Context {
	p := &authz.Principal{Account: account, Role: role}
	for _, code := range codes {
		p.Grants = append(p.Grants, authz.Grant{Role: role, Scope: authz.Territory(code)})
	}
	if len(codes) == 0 {
		p.Grants = []authz.Grant{{Role: role}}
		return db.Everywhere(authz.With(context.Background(), policy, p))
	}
	return db.WithTerritories(authz.With(context.Background(), policy, p), codes...)
}

func lead(code string) context.Context { return as("lead-"+code, authz.TerritoryLead, code) }
func pilot() context.Context           { return as("pilot", authz.NationalPilot) }
func public() context.Context {
	return db.Everywhere(authz.With(context.Background(), policy, nil))
}
func system() context.Context { return db.Everywhere(authz.System(context.Background())) }

func (h *house) keep(t testing.TB, ctx context.Context, r Request) *Head {
	t.Helper()
	head, err := h.service.Keep(ctx, r)
	if err != nil {
		t.Fatal(err)
	}
	return head
}

func (h *house) adopt(t testing.TB, ctx context.Context, id string) *Head {
	t.Helper()
	head, err := h.service.Adopt(ctx, id)
	if err != nil {
		t.Fatal(err)
	}
	return head
}

func TestAKeptPlanIsThePlanByteForByte(t *testing.T) {
	eachWhole(t, func(t *testing.T, h *house) {
		for _, r := range []Request{{}, {Scenario: ByLottery, Seed: 18446744073709551615}} {
			head := h.keep(t, pilot(), r)
			p, err := h.service.Whole(pilot(), head.ID)
			if err != nil {
				t.Fatal(err)
			}
			fresh, err := h.service.Build(pilot(), r)
			if err != nil {
				t.Fatal(err)
			}
			for _, plan := range []*Plan{p, fresh} {
				if sum, _ := Sum(plan); sum != head.SHA256 || sum == "" {
					t.Errorf("%s: %s is not %s", r.Scenario, sum, head.SHA256)
				}
			}
		}
	})
}

func TestALeadPlansAndSeesTheirOwnTerritory(t *testing.T) {
	each(t, func(t *testing.T, h *house) {
		own := h.keep(t, lead("02"), Request{})
		if !slices.Equal(own.Territories, []string{"02"}) || own.BudgetCents >= 27_300_000_00 {
			t.Errorf("%v, %d", own.Territories, own.BudgetCents)
		}
		if _, err := h.service.Keep(lead("02"), Request{Territories: []string{"02", "95"}}); !errs.Is(err, errs.NotFound) {
			t.Errorf("a plan for another territory: %v", err)
		}
		if _, err := h.service.Plan(lead("95"), own.ID); !errs.Is(err, errs.NotFound) {
			t.Errorf("the plan of another territory: %v", err)
		}
		both := h.keep(t, pilot(), Request{})
		rows, total, err := h.service.Rows(lead("02"), both.ID, LineFilter{Measure: "hybrid-kits", Page: 1, Size: 1000})
		if err != nil || total != (592+9)/10 || len(rows) != total {
			t.Fatalf("%d rows, %v", total, err)
		}
		if i := slices.IndexFunc(rows, func(l LineRow) bool { return l.Territory != "02" || l.Name == "" }); i >= 0 {
			t.Errorf("%+v", rows[i])
		}
		if _, err := h.service.Adopt(lead("02"), both.ID); !errs.Is(err, errs.Forbidden) {
			t.Errorf("a lead adopts for another territory: %v", err)
		}
		list, err := h.service.Plans(lead("95"))
		if err != nil || len(list) != 1 || list[0].ID != both.ID {
			t.Errorf("%d plans, %v", len(list), err)
		}
		if _, err := h.service.Build(lead("02"), Request{Everywhere: true}); !errs.Is(err, errs.NotFound) {
			t.Errorf("a lead plans the nation: %v", err)
		}
		for _, ctx := range []context.Context{public(), as("head", authz.Head, "02")} {
			if _, err := h.service.Build(ctx, Request{}); err == nil {
				t.Error("somebody else plans")
			}
			if _, err := h.service.Plan(ctx, both.ID); err == nil {
				t.Error("somebody else reads a draft")
			}
		}
	})
}

func TestAdoptingFreezesAPlanOnce(t *testing.T) {
	each(t, func(t *testing.T, h *house) {
		head := h.keep(t, lead("02"), Request{})
		h.adopt(t, lead("02"), head.ID)
		_, err := h.service.Adopt(lead("02"), head.ID)
		if !errs.Is(err, errs.Conflict) || !strings.Contains(err.Error(), "Camille lead-02") || !strings.Contains(err.Error(), "20") {
			t.Errorf("a second adoption: %v", err)
		}
		if err := h.service.Discard(lead("02"), head.ID); !errs.Is(err, errs.Conflict) {
			t.Errorf("an adopted plan is discarded: %v", err)
		}
		h.exec(t, "UPDATE directory_school SET ips = 150, name = 'Autre', pupils = 3")
		p, err := h.service.Whole(lead("02"), head.ID)
		if err != nil {
			t.Fatal(err)
		}
		if sum, _ := Sum(p); sum != head.SHA256 {
			t.Error("the adopted plan followed the directory")
		}
		facts, err := h.journal.List(system(), journal.Filter{Kind: FactAdopted})
		if err != nil || len(facts) != 1 || facts[0].Territory != "02" || facts[0].Subject != head.ID || facts[0].Account != "lead-02" {
			t.Errorf("%v %v", facts, err)
		}
		progress, err := h.programmes.Progress(public(), tne(t), "02")
		if err != nil || progress[6].Planned != 225 || progress[6].Target != 225 || progress[3].Planned != head.Measures[3].Planned {
			t.Errorf("%+v %v", progress, err)
		}
	})
}

func TestOnlyANewPlanUndoesAnAdoptedOne(t *testing.T) {
	each(t, func(t *testing.T, h *house) {
		first, second := h.keep(t, pilot(), Request{}), h.keep(t, pilot(), Request{Scenario: ByEqual})
		h.adopt(t, pilot(), first.ID)
		h.adopt(t, pilot(), second.ID)
		old, err := h.service.Plan(pilot(), first.ID)
		if err != nil || old.State != Superseded || old.SupersededBy != second.ID || old.SupersededAt == 0 {
			t.Errorf("%+v %v", old, err)
		}
		now, err := h.service.InForce(public(), "95")
		if err != nil || now.ID != second.ID {
			t.Errorf("%v %v", now, err)
		}
		own := h.keep(t, lead("02"), Request{})
		if _, err := h.service.Adopt(lead("02"), own.ID); !errs.Is(err, errs.Conflict) {
			t.Errorf("a part replaces the whole: %v", err)
		}
		if now, err := h.service.InForce(public(), "02"); err != nil || now.ID != second.ID {
			t.Errorf("a refused adoption changed something: %v", err)
		}
		draft := h.keep(t, pilot(), Request{})
		if err := h.service.Discard(pilot(), draft.ID); err != nil {
			t.Fatal(err)
		}
		if _, err := h.service.Adopt(pilot(), draft.ID); !errs.Is(err, errs.Conflict) {
			t.Errorf("a discarded draft is adopted: %v", err)
		}
		last := h.keep(t, pilot(), Request{})
		h.load(t, "\n# a remark\n")
		if _, err := h.service.Adopt(pilot(), last.ID); !errs.Is(err, errs.Conflict) {
			t.Errorf("a draft under former rules is adopted: %v", err)
		}
	})
}

func TestPartsOfACommonRankingStayWithinTheProgramme(t *testing.T) {
	eachWhole(t, func(t *testing.T, h *house) {
		aisne := h.keep(t, lead("02"), Request{})
		h.adopt(t, lead("02"), aisne.ID)
		valdOise := h.keep(t, lead("95"), Request{})
		h.exec(t, "UPDATE directory_school SET ips = 140 WHERE territory = '02'")
		greedy := h.keep(t, lead("95"), Request{})
		if _, err := h.service.Adopt(lead("95"), greedy.ID); !errs.Is(err, errs.Conflict) {
			t.Errorf("together the plans go beyond the programme: %v", err)
		}
		h.adopt(t, lead("95"), valdOise.ID)
	})
}

func TestTheExplanationIsPublicOnceAdopted(t *testing.T) {
	each(t, func(t *testing.T, h *house) {
		const school = "0020002S"
		head := h.keep(t, lead("02"), Request{})
		if _, err := h.service.ExplainAdopted(public(), school); !errs.Is(err, errs.NotFound) {
			t.Errorf("a draft is public: %v", err)
		}
		draft, err := h.service.ExplainKept(lead("02"), head.ID, school)
		if err != nil {
			t.Fatal(err)
		}
		h.adopt(t, lead("02"), head.ID)
		h.exec(t, "UPDATE directory_school SET ips = 150")
		told, err := h.service.ExplainAdopted(public(), school)
		if err != nil {
			t.Fatal(err)
		}
		if len(told.Measures) != 8 || told.School.IPS != Known(977) || told.Measures[4].Quantity != draft.Measures[4].Quantity || told.Measures[4].Rank == 0 {
			t.Errorf("%+v", told.Explanation)
		}
		if _, err := h.service.ExplainAdopted(public(), "0950001K"); !errs.Is(err, errs.NotFound) {
			t.Errorf("a school of no plan: %v", err)
		}
		if _, err := h.service.ExplainKept(lead("95"), head.ID, school); !errs.Is(err, errs.NotFound) {
			t.Errorf("the explanation for another territory: %v", err)
		}
	})
}

func TestTheCensusIsReadAsItWasCounted(t *testing.T) {
	each(t, func(t *testing.T, h *house) {
		const school = "0020002S"
		h.exec(t, "DELETE FROM directory_school WHERE uai <> ?", school)
		h.exec(t, "UPDATE directory_school SET type = 'ecole', maternelle = 1, elementaire = 1, pupils = NULL WHERE uai = ?", school)
		for _, c := range []struct {
			id         string
			elementary any
		}{{"a", 1}, {"b", 1}, {"c", 0}} {
			h.exec(t, `INSERT INTO directory_class (territory, id, school, year, name, elementary, pupils, status, source, updated_at)
				VALUES ('02', ?, ?, '2026-2027', ?, ?, 25, 'open', 's', 0)`, c.id, school, c.id, c.elementary)
		}
		h.exec(t, `INSERT INTO directory_class (territory, id, school, year, name, elementary, pupils, status, source, updated_at)
			VALUES ('02', 'old', ?, '2025-2026', 'old', 1, 99, 'open', 's', 0)`, school)
		answer := func(class string, device, deviceMost, display any) {
			h.exec(t, `INSERT INTO readiness_class (territory, class, school, year, version, answered_at, display, sized, size, sure, possible,
				equipment_met, equipment_not_met, equipment_unknown, relationship_met, relationship_not_met, relationship_unknown, training_met, training_not_met, training_unknown,
				device_least, device_most, video_least, video_most, teaching_least, teaching_most, family_least, family_most, training_least, training_most)
				VALUES ('02', ?, ?, '2026-2027', 1, 1, ?, 1, 20, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, ?, ?, 0, 20, 0, 1, 2, 2, 0, 0)`, class, school, display, device, deviceMost)
		}
		answer("a", 6, 6, 1)
		answer("b", 3, 9, nil)
		h.update(t, func(ctx context.Context, tx *db.Tx) error {
			return h.journal.Record(ctx, tx, journal.Fact{Territory: "02", School: school, Kind: "readiness.census.answered"})
		})
		var s School
		if err := h.d.View(system(), func(ctx context.Context, tx *db.Tx) error {
			list, err := readSchools(ctx, tx, []string{"02"})
			if err == nil {
				s = list[0]
			}
			return err
		}); err != nil {
			t.Fatal(err)
		}
		if s.Classes != Known(3) || s.ElementaryClasses != Known(2) || s.Pupils != Known(65) || s.Displays != (Tally{Yes: 1}) || s.Registered == 0 {
			t.Errorf("%+v", s)
		}
		if want := (Census{DeviceOf: 20, WithoutDevice: 6, LackingMost: Known(15)}); s.Census != want {
			t.Errorf("%+v, want %+v", s.Census, want)
		}
		if want := (Ready{Pupils: 40, Device: Range{25, 31}, Video: Range{0, 40}, Family: Range{36, 36}, Teaching: Range{0, 40}, Trained: Range{40, 40}}); s.Ready != want {
			t.Errorf("%+v, want %+v", s.Ready, want)
		}
	})
}

func TestEveryWordOfTheRoomIsInBothLanguages(t *testing.T) {
	if _, err := i18n.Load(Messages); err != nil {
		t.Fatal(err)
	}
}

// BenchmarkPlanFranceFromDatabase reads 59,591 schools from SQLite, plans every measure and writes the JSON.
func BenchmarkPlanFranceFromDatabase(b *testing.B) {
	h := furnish(b, dbtest.SQLite(b, rooms...), "schools-france.csv", 1)
	for b.Loop() {
		p, err := h.service.Build(system(), Request{Everywhere: true})
		if err != nil {
			b.Fatal(err)
		}
		if _, err := Sum(p); err != nil {
			b.Fatal(err)
		}
	}
}

// BenchmarkPlan0295FromDatabase does the same with the 1,628 schools of the programme's two territories.
func BenchmarkPlan0295FromDatabase(b *testing.B) {
	h := furnish(b, dbtest.SQLite(b, rooms...), "schools-02-95.csv", 1)
	for b.Loop() {
		p, err := h.service.Build(system(), Request{})
		if err != nil {
			b.Fatal(err)
		}
		if _, err := Sum(p); err != nil {
			b.Fatal(err)
		}
	}
}

func BenchmarkCompare0295FromDatabase(b *testing.B) {
	h := furnish(b, dbtest.SQLite(b, rooms...), "schools-02-95.csv", 1)
	for b.Loop() {
		if _, _, err := h.service.Compare(system(), Request{}); err != nil {
			b.Fatal(err)
		}
	}
}
