package directory

import (
	"context"
	"testing"

	"preau/internal/base/db"
	"preau/internal/base/dbtest"
	"preau/internal/base/journal"
)

func TestALevelSaysHowReadyASchoolIs(t *testing.T) {
	for _, c := range []struct {
		interval Interval
		want     Level
	}{{Interval{}, LevelUnknown}, {Interval{75, 100, 100}, LevelMost}, {Interval{0, 49, 100}, LevelFew}, {Interval{50, 60, 100}, LevelSome},
		{Interval{0, 100, 100}, LevelUnknown}, {Interval{10, 61, 100}, LevelUnknown}, {Interval{10, 60, 100}, LevelSome}} {
		if got := c.interval.Level(); got != c.want {
			t.Errorf("%v is %s, want %s", c.interval, got, c.want)
		}
	}
}

func TestAMapShowsSchoolsOrTheirCommunes(t *testing.T) {
	s := newService(t, dbtest.SQLite(t, journal.Migrations, Migrations), withContours(t, realSchools(t, "schools-02-95.csv")))
	whole, err := s.Map(public(), MapFilter{Territory: "95"})
	if err != nil || !whole.Communes || whole.Ground == nil {
		t.Fatalf("%v", err)
	}
	schools := 0
	for _, p := range whole.Places {
		schools += p.Schools
		if p.Positions > 0 && (p.Latitude < 48.8 || p.Latitude > 49.3) {
			t.Errorf("%s lies at %f", p.Name, p.Latitude)
		}
	}
	if schools != 1036 {
		t.Errorf("%d schools in the communes, want 1036", schools)
	}
	colleges, err := s.Map(public(), MapFilter{Territory: "95", Type: "college"})
	if err != nil || colleges.Communes || len(colleges.Places) == 0 || colleges.Ground != whole.Ground {
		t.Errorf("%d places, by commune %v: %v", len(colleges.Places), colleges.Communes, err)
	}
}

func TestAMapFollowsTheContours(t *testing.T) {
	each(t, func(t *testing.T, s *Service) {
		bare, err := s.Map(public(), MapFilter{Territory: "02"})
		if err != nil || bare.Ground == nil || bare.Unplaced != 0 || len(bare.Places) != 1 {
			t.Fatalf("%+v: %v", bare, err)
		}
		err = s.db.Update(system(), func(ctx context.Context, tx *db.Tx) error {
			_, err := tx.Exec(ctx, "UPDATE directory_territory SET contour = ? WHERE territory = ?", `{"type":"Polygon","coordinates":[[[3,49],[4,49],[4,50],[3,50],[3,49]]]}`, "02")
			return err
		})
		if err != nil {
			t.Fatal(err)
		}
		drawn, err := s.Map(public(), MapFilter{Territory: "02"})
		if err != nil || drawn.Ground.Hash() == bare.Ground.Hash() {
			t.Errorf("the map keeps the old ground: %v", err)
		}
		if corsica, err := s.Map(public(), MapFilter{Territory: "2A"}); err != nil || corsica.Unplaced != 1 {
			t.Errorf("Corsica: %+v, %v", corsica, err)
		}
	})
}
