package readiness

import (
	"context"
	"errors"
	"slices"
	"sync"
	"testing"
	"time"

	"preau/internal/base/db"
	"preau/internal/base/dbtest"
	"preau/internal/base/journal"
	"preau/internal/territory/directory/intake"
)

// nothingChanges runs f until the data did not change meanwhile: the database's own watch may count a change at any time.
func nothingChanges(h *house, f func()) {
	for {
		before := h.d.Generation()
		if f(); h.d.Generation() == before {
			return
		}
	}
}

func TestManyWhoAskAtOnceWaitForOneComputation(t *testing.T) {
	h := furnish(t, dbtest.SQLite(t, rooms...))
	if err := h.service.Refresh(system()); err != nil {
		t.Fatal(err)
	}
	nothingChanges(h, func() {
		h.service.nationView, h.service.views = nil, map[string]*territorySums{}
		var all sync.WaitGroup
		views := make([]*territorySums, 16)
		for i := range views {
			all.Go(func() {
				view, err := h.service.territory(system(), "02")
				if err != nil {
					t.Error(err)
				}
				views[i] = view
			})
		}
		all.Wait()
		if different := len(slices.Compact(views)); different > 1 && h.d.Generation() == views[0].generation {
			t.Errorf("%d views were computed", different)
		}
	})
	gone, cancel := context.WithCancel(system())
	end, err := h.service.turn(gone, "02")
	if err != nil {
		t.Fatal(err)
	}
	cancel()
	if _, err := h.service.turn(gone, "02"); err == nil {
		t.Error("who has gone still waits for their turn")
	}
	end()
}

// changeWhole changes a class behind the program's back and marks the whole territory, as an import does.
func (h *house) changeWhole(t *testing.T) {
	h.exec(t, "UPDATE directory_class SET pupils = pupils + 1 WHERE id = 'c01'")
	if err := h.d.Update(system(), func(ctx context.Context, tx *db.Tx) error { return MarkStale(ctx, tx, "02", "") }); err != nil {
		t.Fatal(err)
	}
}

func TestAfterAnImportReadersSeeTheFiguresOfBeforeUntilTheNewOnesAreThere(t *testing.T) {
	each(t, func(t *testing.T, h *house) {
		pupils := func() int {
			t.Helper()
			r, err := h.service.Report(system(), Place{Territory: "02"})
			if err != nil {
				t.Fatal(err)
			}
			return r.Figures.Pupils
		}
		if n := pupils(); n != 388 {
			t.Fatal(n)
		}
		end, err := h.service.turn(system(), refreshTurn) // the sums are being computed, and it takes long
		if err != nil {
			t.Fatal(err)
		}
		h.changeWhole(t)
		total, _, err := h.service.Nation(public())
		if err != nil || total.Pupils != 406 || pupils() != 388 {
			t.Errorf("%d pupils, %v: a reader did not get the figures of before", total.Pupils, err)
		}
		end()
		for until := time.Now().Add(10 * time.Second); pupils() != 389; time.Sleep(time.Millisecond) {
			if time.Now().After(until) {
				t.Fatal("the figures never followed")
			}
		}
		h.changeWhole(t)
		if err := h.service.Refresh(system()); err != nil || pupils() != 390 {
			t.Errorf("%d pupils after the sums were computed, %v", pupils(), err)
		}
	})
}

func TestAfterAFailureTheNextReaderComputesTheSumsAndIsTold(t *testing.T) {
	h := furnish(t, dbtest.SQLite(t, rooms...))
	if _, _, err := h.service.Nation(public()); err != nil {
		t.Fatal(err)
	}
	h.changeWhole(t)
	h.exec(t, "ALTER TABLE readiness_school RENAME TO readiness_lost")
	for until := time.Now().Add(10 * time.Second); ; time.Sleep(time.Millisecond) {
		if _, _, err := h.service.Nation(public()); err != nil {
			return
		}
		if time.Now().After(until) {
			t.Fatal("old figures are shown for ever")
		}
	}
}

func TestAnImportThatChangedNothingMakesNoSumStale(t *testing.T) {
	each(t, func(t *testing.T, h *house) {
		for _, c := range []struct {
			fact  intake.Imported
			stale int
		}{
			{intake.Imported{Kind: intake.Schools, Read: 4, Same: 4}, 0},
			{intake.Imported{Kind: intake.Contours, Read: 4, Created: 4}, 0},
			{intake.Imported{Kind: intake.IPS, Read: 4, Updated: 1, Same: 3}, 1},
			{intake.Imported{Kind: intake.Roster, Read: 4, Same: 4, Closed: 1}, 1},
		} {
			if err := h.service.Refresh(system()); err != nil {
				t.Fatal(err)
			}
			err := h.d.Update(system(), func(ctx context.Context, tx *db.Tx) error {
				return h.journal.Record(ctx, tx, journal.Fact{Territory: "02", Kind: intake.FactImported, Data: c.fact})
			})
			if n := h.count(t, "SELECT COUNT(*) FROM readiness_stale"); err != nil || n != c.stale {
				t.Errorf("%+v: %d marks, %v", c.fact, n, err)
			}
		}
	})
}

func TestTheTrendOfATerritoryIsThatOfItsSchoolsAddedUp(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		h := furnish(t, d)
		day := time.Date(2026, 11, 2, 9, 0, 0, 0, time.UTC)
		db.WithClock(func() time.Time { return day })(d)
		h.answer(t, head(big), big, Submitted{"c01", 0, wholeAnswer}, Submitted{"c02", 0, wholeAnswer})
		h.answer(t, head(village), village, Submitted{"v1", 0, Raw{"20", "20", "0", "20", "20", "app", "oui", "oui", "non", "oui", "oui"}})
		day = day.AddDate(0, 0, 1)
		h.answer(t, head(big), big, Submitted{"c01", 1, Raw{"24", "24", "0", "24", "24", "app", "oui", "oui", "non", "oui", "oui"}})
		for _, c := range []struct {
			of   Place
			want []TrendPoint
		}{
			{Place{Territory: "02"}, []TrendPoint{{"2026-11-02", 3, 68, 48, 58}, {"2026-11-03", 3, 68, 58, 63}}},
			{Place{}, []TrendPoint{{"2026-11-02", 3, 68, 48, 58}, {"2026-11-03", 3, 68, 58, 63}}},
			{Place{School: big}, []TrendPoint{{"2026-11-02", 2, 48, 28, 38}, {"2026-11-03", 2, 48, 38, 43}}},
			{Place{School: blank}, nil},
		} {
			if r, err := h.service.Report(system(), c.of); err != nil || !slices.Equal(r.Trend, c.want) {
				t.Errorf("%+v: %+v, %v", c.of, r.Trend, err)
			}
		}
		checks, err := h.journal.CheckProjections(system())
		if err != nil || len(checks) != 3 || slices.ContainsFunc(checks, func(c journal.Check) bool { return !c.Equal }) {
			t.Errorf("%+v, %v", checks, err)
		}
	}, rooms...)
}

func TestTwoHeadsOfATerritoryDoNotWaitForOneAnother(t *testing.T) {
	h := furnish(t, dbtest.Open(t, dbtest.PostgresURL(t), rooms...)) // SQLite has one writer at a time
	if err := h.service.Refresh(system()); err != nil {
		t.Fatal(err)
	}
	census, err := h.service.Census(head(big), big)
	if err != nil {
		t.Fatal(err)
	}
	class := census.Classes[0]
	class.Answer, _ = wholeAnswer.Parse()
	if err := h.d.Update(system(), func(ctx context.Context, tx *db.Tx) error {
		if err := h.service.record(ctx, tx, class); err != nil {
			return err
		}
		other, cancel := context.WithTimeout(head(village), 10*time.Second)
		defer cancel()
		if _, err := h.service.Answer(other, village, []Submitted{{"v1", 0, Raw{"20", "20"}}, {"v2", 0, Raw{"21", "20"}}}); err != nil && !errors.As(err, new(*Clash)) {
			t.Errorf("the head of another school waited: %v", err)
		}
		return nil
	}); err != nil {
		t.Fatal(err)
	}
	if r, err := h.service.Report(system(), Place{Territory: "02"}); err != nil || r.Figures.Answered != 3 {
		t.Errorf("%+v, %v", r.Figures, err)
	}
}
