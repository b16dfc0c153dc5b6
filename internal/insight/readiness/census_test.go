package readiness

import (
	"context"
	"encoding/json"
	"errors"
	"testing"

	"preau/internal/base/authz"
	"preau/internal/base/db"
	"preau/internal/base/errs"
	"preau/internal/base/journal"
)

func (h *house) answer(t testing.TB, ctx context.Context, uai string, submitted ...Submitted) Saved {
	t.Helper()
	saved, err := h.service.Answer(ctx, uai, submitted)
	if err != nil {
		t.Fatal(err)
	}
	return saved
}

func TestAHeadAnswersForTheWholeSchoolAtOnceAndASecondClickSavesNothing(t *testing.T) {
	each(t, func(t *testing.T, h *house) {
		ctx := head(big)
		census, err := h.service.Census(ctx, big)
		if err != nil || !census.Whole || len(census.Classes) != 12 {
			t.Fatalf("%+v, %v", census, err)
		}
		var all []Submitted
		for _, c := range census.Classes {
			all = append(all, Submitted{c.ID, c.Version, wholeAnswer})
		}
		if saved := h.answer(t, ctx, big, all...); saved.Changed != 12 || saved.Unchanged != 0 {
			t.Fatalf("%+v", saved)
		}
		if saved := h.answer(t, ctx, big, all...); saved.Changed != 0 || saved.Unchanged != 12 {
			t.Fatalf("second click: %+v", saved)
		}
		if n := h.count(t, "SELECT COUNT(*) FROM journal_fact WHERE kind = ?", FactAnswered); n != 12 {
			t.Errorf("%d facts, want 12", n)
		}
		_, shown, err := h.service.OfSchool(ctx, big)
		if err != nil || shown.Pupils != 288 || shown.Sure != CountOf(12*14) || shown.Possible != CountOf(12*19) || shown.Answered != 12 {
			t.Errorf("%+v, %v", shown, err)
		}
	})
}

func TestACensusIsItsSchoolsAndItsTerritorysAlone(t *testing.T) {
	each(t, func(t *testing.T, h *house) {
		for _, c := range []struct {
			name string
			ctx  context.Context
			kind errs.Kind
			ok   bool
		}{
			{"the public", public(), errs.Unauthenticated, false},
			{"the head of another school", head(village), errs.NotFound, false},
			{"the lead of another territory", as(authz.TerritoryLead, authz.Territory("95")), errs.NotFound, false},
			{"an evaluator", as(authz.Evaluator, authz.Territory("02")), errs.NotFound, false},
			{"the data protection officer", as(authz.DPO, authz.Nation()), errs.NotFound, false},
			{"the teacher of another class", as(authz.Teacher, authz.Class("02", village, "v1")), errs.NotFound, false},
			{"the lead", lead(), 0, true},
			{"the head", head(big), 0, true},
			{"the teacher of the class", as(authz.Teacher, authz.Class("02", big, "c01")), 0, true},
		} {
			census, err := h.service.Census(c.ctx, big)
			saved, saveErr := h.service.Answer(c.ctx, big, []Submitted{{"c01", 0, Raw{0: "24"}}})
			if c.ok {
				if err != nil || saveErr != nil || saved.Changed != 0 || saved.Unchanged != 1 {
					t.Errorf("%s: %v, %v, %+v", c.name, err, saveErr, saved)
				}
				continue
			}
			if !errs.Is(err, c.kind) || !errs.Is(saveErr, c.kind) || len(census.Classes) > 0 {
				t.Errorf("%s: %v, %v", c.name, err, saveErr)
			}
		}
		teacher := as(authz.Teacher, authz.Class("02", big, "c01"))
		if census, _ := h.service.Census(teacher, big); census.Whole || len(census.Classes) != 1 {
			t.Errorf("a teacher sees %d classes, whole: %v", len(census.Classes), census.Whole)
		}
		if _, err := h.service.Answer(teacher, big, []Submitted{{"c02", 0, wholeAnswer}}); !errs.Is(err, errs.NotFound) {
			t.Errorf("a teacher answers for another class: %v", err)
		}
	})
}

func TestAStaleAnswerClashesAndSavesNothing(t *testing.T) {
	each(t, func(t *testing.T, h *house) {
		h.answer(t, as(authz.Teacher, authz.Class("02", village, "v1")), village, Submitted{"v1", 0, Raw{0: "20", 1: "18"}})
		mine := []Submitted{{"v1", 0, Raw{0: "20", 1: "12"}}, {"v2", 0, Raw{0: "21"}}}
		_, err := h.service.Answer(head(village), village, mine)
		clash, ok := errors.AsType[*Clash](err)
		if !ok || !errs.Is(err, errs.Conflict) || len(clash.Theirs) != 1 || clash.Theirs["v1"].Answer.Device != CountOf(18) {
			t.Fatalf("%v", err)
		}
		if n := h.count(t, "SELECT COUNT(*) FROM readiness_class"); n != 1 {
			t.Errorf("%d classes are answered, want 1: nothing is saved in part", n)
		}
		mine[0].Version = clash.Theirs["v1"].Version
		if saved := h.answer(t, head(village), village, mine...); saved.Changed != 2 || saved.Unchanged != 0 {
			t.Errorf("after having seen theirs: %+v", saved)
		}
	})
}

func TestEveryFaultyCellIsNamed(t *testing.T) {
	each(t, func(t *testing.T, h *house) {
		_, err := h.service.Answer(head(village), village, []Submitted{
			{"v1", 0, Raw{"20", "25", "-1", "beaucoup", "tous", "pigeon", "peut-être"}},
			{"v2", 0, Raw{"", "tous", "", "", "300", "", "oui"}},
		})
		e, ok := errors.AsType[*errs.Error](err)
		if !ok {
			t.Fatal(err)
		}
		got := map[string]string{}
		for _, f := range e.Fields {
			got[f.Name] = f.Key
		}
		want := map[string]string{"v1.device": "readiness.census.error.morethanpupils", "v1.shared": "readiness.census.error.negative",
			"v1.video": "readiness.census.error.number", "v1.channel": "readiness.census.error.channel", "v1.display": "readiness.census.error.ternary",
			"v2.device": "readiness.census.error.allofunknown", "v2.reached": "readiness.census.error.toomany"}
		for name, key := range want {
			if got[name] != key {
				t.Errorf("%s: %q, want %q", name, got[name], key)
			}
		}
		if len(got) != len(want) {
			t.Errorf("faults: %v", got)
		}
		if n := h.count(t, "SELECT COUNT(*) FROM journal_fact"); n != 0 {
			t.Errorf("%d facts were recorded", n)
		}
	})
}

func TestUnknownIsAnAnswerAndPupilsComeFromTheList(t *testing.T) {
	each(t, func(t *testing.T, h *house) {
		if saved := h.answer(t, head(village), village, Submitted{"v1", 0, Raw{}}, Submitted{"v2", 0, Raw{}}); saved.Changed != 0 || saved.Unchanged != 2 {
			t.Errorf("saying nothing: %+v", saved)
		}
		h.answer(t, head(village), village, Submitted{"v1", 0, Raw{1: "tous", 10: "oui"}}, Submitted{"v2", 0, Raw{10: "non"}})
		census, err := h.service.Census(head(village), village)
		if err != nil {
			t.Fatal(err)
		}
		for _, c := range census.Classes {
			switch c.ID {
			case "v1":
				if c.Answer.Pupils != CountOf(20) || c.Answer.Device != CountOf(20) {
					t.Errorf("v1: %+v", c.Answer)
				}
			case "v2":
				if c.Answer.Pupils.Known() || c.Answer.Trained != No {
					t.Errorf("v2: %+v", c.Answer)
				}
			}
		}
		_, shown, err := h.service.OfSchool(head(village), village)
		if err != nil || shown.Pupils != 20 || shown.Unsized != 1 || shown.Answered != 2 || shown.Conditions[2] != (ShownTally{CountOf(20), CountOf(0), CountOf(0)}) {
			t.Errorf("%+v, %v", shown, err)
		}
		if saved := h.answer(t, head(village), village, Submitted{"v1", 1, Raw{}}); saved.Changed != 1 || saved.Unchanged != 0 {
			t.Errorf("forgetting an answer: %+v", saved)
		}
	})
}

func TestARebuildGivesTheLiveTables(t *testing.T) {
	each(t, func(t *testing.T, h *house) {
		h.answer(t, head(big), big, Submitted{"c01", 0, wholeAnswer}, Submitted{"c02", 0, Raw{0: "24", 1: "10"}})
		h.answer(t, head(big), big, Submitted{"c01", 1, Raw{0: "25", 1: "25", 2: "0", 3: "25", 4: "25", 7: "oui", 10: "oui"}})
		h.answer(t, head(village), village, Submitted{"v2", 0, Raw{10: "oui"}})
		before := h.dump(t)
		if n, err := h.journal.Rebuild(context.Background()); err != nil || n != 4 {
			t.Fatalf("%d, %v", n, err)
		}
		if after := h.dump(t); after != before {
			t.Errorf("rebuilt:\n%s\nlive:\n%s", after, before)
		}
	})
}

// dump returns the rows of the projection as text, and the figures of the territory that follow from them.
func (h *house) dump(t *testing.T) string {
	t.Helper()
	text := ""
	err := h.d.View(system(), func(ctx context.Context, tx *db.Tx) error {
		for _, table := range []string{"readiness_class ORDER BY territory, class", "readiness_means ORDER BY territory, class", "readiness_history ORDER BY territory, year, school, day"} {
			rows, err := tx.Query(ctx, "SELECT * FROM "+table)
			if err != nil {
				return err
			}
			columns, _ := rows.Columns()
			for rows.Next() {
				values, targets := make([]any, len(columns)), make([]any, len(columns))
				for i := range values {
					targets[i] = &values[i]
				}
				if err := rows.Scan(targets...); err != nil {
					return err
				}
				line, _ := json.Marshal(values)
				text += string(line) + "\n"
			}
			if err := rows.Close(); err != nil {
				return err
			}
		}
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	view, err := h.service.territory(system(), "02")
	if err != nil {
		t.Fatal(err)
	}
	line, _ := json.Marshal(view.schools)
	return text + string(line)
}

func TestATransactionThatDiesLeavesNeitherFactNorFigures(t *testing.T) {
	each(t, func(t *testing.T, h *house) {
		boom := errors.New("killed")
		err := h.d.Update(system(), func(ctx context.Context, tx *db.Tx) error {
			f := journal.Fact{Territory: "02", School: big, Class: "c01", Kind: FactAnswered, Subject: "c01", Data: answered{Year: "2026-2027", Answer: Answer{Pupils: CountOf(3)}}}
			if err := h.journal.Record(ctx, tx, f); err != nil {
				return err
			}
			return boom
		})
		if !errors.Is(err, boom) {
			t.Fatal(err)
		}
		for _, table := range []string{"journal_fact", "readiness_class", "readiness_history"} {
			if n := h.count(t, "SELECT COUNT(*) FROM "+table); n != 0 {
				t.Errorf("%s has %d rows", table, n)
			}
		}
	})
}

func TestTheSchoolsToAnswerForAreThePersons(t *testing.T) {
	each(t, func(t *testing.T, h *house) {
		for _, c := range []struct {
			name string
			ctx  context.Context
			want []string
		}{
			{"head of a school without class", head(empty), []string{empty}},
			{"teacher of one class", as(authz.Teacher, authz.Class("02", big, "c03")), []string{big}},
			{"lead", lead(), []string{blank, big, village, empty}},
		} {
			list, err := h.service.CensusSchools(c.ctx, 50)
			if err != nil || len(list) != len(c.want) {
				t.Errorf("%s: %+v, %v", c.name, list, err)
				continue
			}
			for i := range list {
				if list[i].UAI != c.want[i] {
					t.Errorf("%s: %d is %s, want %s", c.name, i, list[i].UAI, c.want[i])
				}
			}
		}
	})
}

func TestFarIsHalfAsManyAgainOrHalfAsFewAndFivePupils(t *testing.T) {
	for _, c := range []struct {
		listed, last, n Count
		doubtful        bool
	}{
		{CountOf(21), CountOf(21), CountOf(99), true},
		{CountOf(21), CountOf(21), CountOf(31), false},
		{CountOf(21), CountOf(21), CountOf(32), true},
		{CountOf(21), CountOf(21), CountOf(11), false},
		{CountOf(21), CountOf(21), CountOf(2), true},
		{CountOf(4), CountOf(4), CountOf(8), false},    // twice as many, and only four more
		{CountOf(21), CountOf(99), CountOf(99), false}, // as before
		{CountOf(21), CountOf(99), CountOf(98), false}, // near the last answer
		{CountOf(21), CountOf(99), CountOf(22), false}, // near the list
		{Count{}, CountOf(20), CountOf(60), true},
		{Count{}, Count{}, CountOf(60), false},
		{CountOf(21), CountOf(21), Count{}, false},
	} {
		class := ClassCensus{Listed: c.listed, Answer: Answer{Pupils: c.last}}
		if d, doubtful := class.doubt(Answer{Pupils: c.n}); doubtful != c.doubtful {
			t.Errorf("%+v: %+v, %v", c, d, doubtful)
		}
	}
}
