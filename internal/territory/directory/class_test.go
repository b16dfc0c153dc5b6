package directory

import (
	"context"
	"testing"
	"time"

	"preau/internal/base/authz"
	"preau/internal/base/errs"
)

func TestALevelIsReadHoweverItIsWritten(t *testing.T) {
	for text, want := range map[string]string{"CE1": "CE1", "cm2": "CM2", "CM1-CM2": "CM1-CM2", "CM2 / CM1": "CM1-CM2", "GS, CP": "GS-CP", "6E": "6e", "Terminale": "terminale",
		"CP CP": "CP", "": "", "CE3": "", "CE1 ?": ""} {
		if got, ok := ParseLevel(text); got != want || ok != (want != "") {
			t.Errorf("ParseLevel(%q) = %q, %v", text, got, ok)
		}
	}
	for level, want := range map[string]Tri{"PS": No, "GS-CP": Yes, "CM2": Yes, "6e": No, "": Unknown, "?": Unknown} {
		if got := ElementaryOf(level); got != want {
			t.Errorf("ElementaryOf(%q) = %d, want %d", level, got, want)
		}
	}
}

func TestASchoolYearBeginsInAugust(t *testing.T) {
	for day, want := range map[string]string{"2026-07-31": "2025-2026", "2026-08-01": "2026-2027", "2026-12-31": "2026-2027", "2027-01-01": "2026-2027"} {
		at, _ := time.Parse(time.DateOnly, day)
		if got := SchoolYear(at); got != want {
			t.Errorf("%s is in %s, want %s", day, got, want)
		}
	}
}

func TestAClassIsAddedChangedAndClosedByItsHead(t *testing.T) {
	each(t, func(t *testing.T, s *Service) {
		head := as(authz.Head, authz.School("02", string(primary)))
		id, err := s.AddClass(head, "02", primary, ClassInput{Name: "  CP   A ", Levels: []string{"GS", "CP"}, Pupils: ptr(21), Teacher: "teacher-a"})
		if err != nil {
			t.Fatal(err)
		}
		class, err := s.Class(head, id)
		if err != nil || class.Name != "CP A" || class.Level != "GS-CP" || class.Elementary != Yes || *class.Pupils != 21 || class.TeacherName != "Claire Dupont" {
			t.Fatalf("%+v: %v", class, err)
		}
		_, err = s.AddClass(head, "02", primary, ClassInput{Name: "CP A"})
		wantKind(t, err, errs.Conflict)
		change := ClassInput{Name: "CP B", Version: class.UpdatedAt}
		if err := s.ChangeClass(head, id, change); err != nil {
			t.Fatal(err)
		}
		wantKind(t, s.ChangeClass(head, id, change), errs.Conflict) // a second click, or somebody else's form
		class, _ = s.Class(head, id)
		wantKind(t, s.ChangeClass(head, id, ClassInput{Name: "CE1 A", Version: class.UpdatedAt}), errs.Conflict)
		for range 2 { // a second click
			if err := s.CloseClass(head, id); err != nil {
				t.Fatal(err)
			}
		}
		wantFacts(t, s, FactClassAdded, 1)
		wantFacts(t, s, FactClassChanged, 1)
		wantFacts(t, s, FactClassClosed, 1)
		page, err := s.Classes(head, ClassFilter{})
		if err != nil || page.Total != 2 {
			t.Errorf("%d open classes: %v", page.Total, err)
		}
		if page, _ = s.Classes(head, ClassFilter{Status: "all"}); page.Total != 3 {
			t.Errorf("%d classes", page.Total)
		}
	})
}

func TestAWrongClassIsRefused(t *testing.T) {
	each(t, func(t *testing.T, s *Service) {
		head := as(authz.Head, authz.School("02", string(primary)))
		for _, in := range []ClassInput{{Name: ""}, {Name: string(make([]rune, 41))}, {Name: "A", Levels: []string{"6e"}}, {Name: "A", Levels: []string{"x"}},
			{Name: "A", Pupils: ptr(-1)}, {Name: "A", Pupils: ptr(100)}, {Name: "A", Teacher: "pupil-a"}, {Name: "A", Teacher: "nobody"}} {
			_, err := s.AddClass(head, "02", primary, in)
			wantKind(t, err, errs.Invalid)
		}
		_, err := s.AddClass(system(), "02", gone, ClassInput{Name: "A"})
		wantKind(t, err, errs.Conflict)
		_, err = s.AddClass(system(), "02", MakeUAI(20999), ClassInput{Name: "A"})
		wantKind(t, err, errs.NotFound)
	})
}

func TestAClassBelongsToItsSchool(t *testing.T) {
	each(t, func(t *testing.T, s *Service) {
		other := as(authz.Head, authz.School("95", string(college)))
		teacher := as(authz.Teacher, authz.Class("02", string(primary), "class-b"))
		_, err := s.AddClass(other, "02", primary, ClassInput{Name: "A"})
		wantKind(t, err, errs.NotFound)
		for _, ctx := range []context.Context{other, teacher} {
			wantKind(t, s.CloseClass(ctx, "class-a"), errs.NotFound)
			wantKind(t, s.ChangeClass(ctx, "class-a", ClassInput{Name: "A", Version: 1}), errs.NotFound)
		}
		wantKind(t, s.CloseClass(teacher, "class-b"), errs.NotFound)
		wantKind(t, s.CloseClass(public(), "class-a"), errs.Unauthenticated)
		page, err := s.Classes(teacher, ClassFilter{})
		if err != nil || page.Total != 1 || page.Rows[0].ID != "class-b" {
			t.Errorf("a teacher sees %+v: %v", page.Rows, err)
		}
		_, err = s.Classes(other, ClassFilter{School: primary})
		wantKind(t, err, errs.NotFound)
		lead := as(authz.TerritoryLead, authz.Territory("02"))
		page, err = s.Classes(lead, ClassFilter{})
		if err != nil || page.Total != 2 {
			t.Fatalf("the lead sees %d classes: %v", page.Total, err)
		}
		for _, c := range page.Rows {
			if c.TeacherName != "" {
				t.Errorf("the lead is told the name of a teacher")
			}
		}
	})
}
