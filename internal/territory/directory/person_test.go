package directory

import (
	"context"
	"encoding/json"
	"slices"
	"testing"
	"time"

	"preau/internal/base/authz"
	"preau/internal/base/db"
	"preau/internal/base/dbtest"
	"preau/internal/base/errs"
	"preau/internal/base/journal"
)

func TestPupilsAndFamiliesAreSeenInsideTheSchool(t *testing.T) {
	each(t, func(t *testing.T, s *Service) {
		class := Class{Territory: "02", ID: "class-a", School: primary}
		head := as(authz.Head, authz.School("02", string(primary)))
		pupils, err := s.Pupils(head, class)
		if err != nil || !slices.Equal(pupils, []Pupil{{"pupil-a", "Zoé", "Lefèvre"}}) {
			t.Fatalf("%+v: %v", pupils, err)
		}
		if _, err := s.Pupils(as(authz.Teacher, authz.Class("02", string(primary), "class-a")), class); err != nil {
			t.Error(err)
		}
		homes, guardians, err := s.Family(head, "02", "pupil-a")
		if err != nil || len(homes) != 2 || len(guardians) != 1 || guardians[0].FamilyName != "Martin" || len(guardians[0].Homes) != 1 {
			t.Errorf("%+v, %+v: %v", homes, guardians, err)
		}
		outside := []context.Context{as(authz.Head, authz.School("95", string(college))), as(authz.Teacher, authz.Class("02", string(primary), "class-b")),
			as(authz.TerritoryLead, authz.Territory("02")), as(authz.DPO, authz.Territory("02")), as(authz.Evaluator, authz.Nation()), as(authz.Guardian, authz.Territory("02"))}
		for i, ctx := range outside {
			if _, err := s.Pupils(ctx, class); !errs.Is(err, errs.NotFound) {
				t.Errorf("person %d sees the pupils: %v", i, err)
			}
			if _, _, err := s.Family(ctx, "02", "pupil-a"); !errs.Is(err, errs.NotFound) {
				t.Errorf("person %d sees the family: %v", i, err)
			}
		}
		// A head who names their own school for the class of another sees nobody.
		lie := Class{Territory: "95", ID: "class-a", School: college}
		if pupils, err := s.Pupils(outside[0], lie); err != nil || len(pupils) != 0 {
			t.Errorf("%+v: %v", pupils, err)
		}
	})
}

func TestStaffComeAndGo(t *testing.T) {
	each(t, func(t *testing.T, s *Service) {
		head := as(authz.Head, authz.School("02", string(primary)))
		in := StaffInput{GivenName: "Ali", FamilyName: "Benali", Role: RoleTeacher, Start: "2026-09-01"}
		person, err := s.AddStaff(head, "02", primary, in)
		if err != nil {
			t.Fatal(err)
		}
		_, err = s.AddStaff(head, "02", primary, in)
		wantKind(t, err, errs.Conflict)
		_, err = s.AddStaff(as(authz.Head, authz.School("95", string(college))), "02", primary, in)
		wantKind(t, err, errs.NotFound)
		staff, err := s.Staff(head, "02", primary)
		if err != nil || len(staff) != 2 || staff[0].Person != person || staff[1].Name != "Claire Dupont" {
			t.Fatalf("%+v: %v", staff, err)
		}
		for range 2 { // a second click
			if err := s.EndStaff(head, "02", primary, "teacher-a"); err != nil {
				t.Fatal(err)
			}
		}
		wantFacts(t, s, FactStaffLeft, 1)
		if staff, _ = s.Staff(head, "02", primary); len(staff) != 1 {
			t.Errorf("%+v", staff)
		}
		if class, err := s.Class(head, "class-a"); err != nil || class.Teacher != "" {
			t.Errorf("the class keeps its teacher: %+v, %v", class, err)
		}
		wantKind(t, s.EndStaff(head, "02", primary, "pupil-a"), errs.NotFound)
	})
}

// keeper is another room that keeps a row about a person.
type keeper struct{ erased []string }

func (k *keeper) Name() string { return "lend" }

func (k *keeper) ExportPerson(_ context.Context, _ *db.Tx, _, person string) (any, error) {
	return map[string]string{"loan": person}, nil
}

func (k *keeper) ErasePerson(_ context.Context, _ *db.Tx, _, person string) error {
	k.erased = append(k.erased, person)
	return nil
}

func TestWhatIsKeptAboutOnePersonIsHandedOverWhole(t *testing.T) {
	each(t, func(t *testing.T, s *Service) {
		s.Join(Links{Keepers: []PersonKeeper{&keeper{}}})
		dpo := as(authz.DPO, authz.Territory("02"))
		found, err := s.FindPerson(dpo, PersonQuery{"02", "Lefevre", "ZOE", "2018-03-09"})
		if err != nil || len(found) != 1 || found[0].Person != "pupil-a" || !slices.Equal(found[0].Roles, []string{"pupil"}) {
			t.Fatalf("%+v: %v", found, err)
		}
		if found, _ = s.FindPerson(dpo, PersonQuery{"02", "Martin", "Inès", ""}); len(found) != 1 || found[0].Roles[0] != "guardian" {
			t.Errorf("%+v", found)
		}
		if found, _ = s.FindPerson(dpo, PersonQuery{"02", "Lefevre", "Zoé", ""}); len(found) != 0 {
			t.Errorf("a pupil is found without the birth date: %+v", found)
		}
		file, err := s.ExportPerson(dpo, "02", "pupil-a")
		if err != nil {
			t.Fatal(err)
		}
		text, _ := json.Marshal(file)
		if file.Identity == nil || !file.Identity.INEHash || len(file.Homes) != 2 || len(file.Guardians) != 1 || len(file.Affiliations) != 1 || file.Elsewhere["lend"] == nil {
			t.Errorf("%s", text)
		}
		wantFacts(t, s, FactPersonExported, 1)
		_, err = s.ExportPerson(as(authz.DPO, authz.Territory("95")), "02", "pupil-a")
		wantKind(t, err, errs.NotFound)
		_, err = s.ExportPerson(dpo, "02", "nobody")
		wantKind(t, err, errs.NotFound)
		for _, q := range []PersonQuery{{"02", "", "Zoé", ""}, {"02", "Lefèvre", "!", ""}, {"02", "Lefèvre", "Zoé", "2018-02-30"}} {
			_, err = s.FindPerson(dpo, q)
			wantKind(t, err, errs.Invalid)
		}
	})
}

// named returns who still has an identity or a home.
func namedPersons(t *testing.T, s *Service) []string {
	t.Helper()
	var list []string
	err := s.db.View(system(), func(ctx context.Context, tx *db.Tx) error {
		var err error
		list, err = db.All(ctx, tx, db.Value[string], "SELECT person FROM directory_identity UNION SELECT person FROM directory_home ORDER BY 1")
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	return list
}

func TestErasureLeavesTheOpaquePersonAndTakesTheGuardianWithTheLastChild(t *testing.T) {
	each(t, func(t *testing.T, s *Service) {
		room := &keeper{}
		s.Join(Links{Keepers: []PersonKeeper{room}})
		dpo := as(authz.DPO, authz.Territory("02"))
		for range 2 { // a second click
			if err := s.ErasePerson(dpo, "02", "pupil-a"); err != nil {
				t.Fatal(err)
			}
		}
		if got := namedPersons(t, s); !slices.Equal(got, []string{"mother", "pupil-b", "teacher-a"}) {
			t.Errorf("after the first child: %v", got)
		}
		wantFacts(t, s, FactPersonErased, 1)
		if err := s.ErasePerson(dpo, "02", "pupil-b"); err != nil {
			t.Fatal(err)
		}
		if got := namedPersons(t, s); !slices.Equal(got, []string{"teacher-a"}) {
			t.Errorf("after the last child: %v", got)
		}
		wantFacts(t, s, FactPersonErased, 3)
		if !slices.Equal(room.erased, []string{"pupil-a", "pupil-b", "mother"}) {
			t.Errorf("the other room erased %v", room.erased)
		}
		file, err := s.ExportPerson(dpo, "02", "pupil-a")
		if err != nil || file.Identity != nil || len(file.Affiliations) != 1 {
			t.Errorf("the opaque person: %+v, %v", file, err)
		}
		wantKind(t, s.ErasePerson(as(authz.TerritoryLead, authz.Territory("02")), "02", "teacher-a"), errs.NotFound)
	})
}

func TestIdentitiesAreErasedWhenTheirTimeHasCome(t *testing.T) {
	for _, open := range []func(testing.TB, func() time.Time) *db.DB{sqliteAt, postgresAt} {
		now := time.Date(2027, 8, 1, 12, 0, 0, 0, time.UTC)
		d := open(t, func() time.Time { return now })
		data := small()
		data.Affiliations[0].End = "2026-07-05" // pupil-a left more than twelve months ago
		data.Affiliations[2].End = "2026-07-05" // so did the teacher, but staff are kept for twenty-four
		data.Persons = append(data.Persons, Person{"02", "stray", now.AddDate(0, -13, 0).UnixMilli()}, Person{"02", "fresh", now.AddDate(0, -11, 0).UnixMilli()})
		data.Identities = append(data.Identities, Identity{Territory: "02", Person: "stray"}, Identity{Territory: "02", Person: "fresh"})
		s := newService(t, d, data)
		if n, err := s.Retire(system()); err != nil || n != 2 {
			t.Fatalf("%d erased: %v", n, err)
		}
		if got := namedPersons(t, s); !slices.Equal(got, []string{"fresh", "mother", "pupil-b", "teacher-a"}) {
			t.Errorf("left: %v", got)
		}
		now = now.AddDate(1, 0, 0)
		if n, err := s.Retire(system()); err != nil || n != 2 {
			t.Errorf("%d erased a year later: %v", n, err)
		}
		if n, err := s.Retire(system()); err != nil || n != 0 {
			t.Errorf("%d erased the second time: %v", n, err)
		}
		_, err := s.Retire(as(authz.DPO, authz.Territory("02")))
		wantKind(t, err, errs.NotFound)
	}
}

func sqliteAt(tb testing.TB, clock func() time.Time) *db.DB {
	return openAt(tb, "sqlite:"+tb.TempDir()+"/preau.db", clock)
}

func postgresAt(tb testing.TB, clock func() time.Time) *db.DB {
	return openAt(tb, dbtest.PostgresURL(tb), clock)
}

func openAt(tb testing.TB, address string, clock func() time.Time) *db.DB {
	tb.Helper()
	d, err := db.Open(context.Background(), address, db.WithClock(clock))
	if err != nil {
		tb.Fatal(err)
	}
	tb.Cleanup(func() { _ = d.Close() })
	if err := d.Migrate(context.Background(), journal.Migrations, Migrations); err != nil {
		tb.Fatal(err)
	}
	return d
}

func TestPeopleAreCountedByKind(t *testing.T) {
	each(t, func(t *testing.T, s *Service) {
		counts, err := s.People(as(authz.TerritoryLead, authz.Territory("02")))
		if err != nil {
			t.Fatal(err)
		}
		got := map[string]int{}
		for _, c := range counts {
			got[c.Kind] = c.Named
		}
		if len(got) != 3 || got["pupil"] != 2 || got["guardian"] != 1 || got["staff"] != 1 {
			t.Errorf("%v", got)
		}
		if counts, err = s.People(as(authz.DPO, authz.Territory("95"))); err != nil || len(counts) != 0 {
			t.Errorf("another territory: %v, %v", counts, err)
		}
		_, err = s.People(as(authz.Head, authz.School("02", string(primary))))
		wantKind(t, err, errs.NotFound)
	})
}
