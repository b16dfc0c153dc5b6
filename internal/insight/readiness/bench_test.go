package readiness

import (
	"context"
	"fmt"
	"testing"

	"preau/internal/base/db"
	"preau/internal/base/dbtest"
	"preau/internal/base/journal"
)

// france fills a database with 60,000 schools and 250,000 answered classes in a hundred territories, and returns the service.
func france(tb testing.TB) *Service {
	tb.Helper()
	d := dbtest.SQLite(tb, rooms...)
	const schools, classes = 60_000, 250_000
	territory := func(school int) string { return fmt.Sprintf("%02d", school%100) }
	rows := func(n int, row func(i int) []any) func() ([]any, error) {
		i := -1
		return func() ([]any, error) {
			if i++; i == n {
				return nil, nil
			}
			return row(i), nil
		}
	}
	err := d.Update(db.Everywhere(context.Background()), func(ctx context.Context, tx *db.Tx) error {
		if _, err := tx.Bulk(ctx, "directory_territory", []string{"territory", "name"}, rows(100, func(i int) []any { return []any{territory(i), "Territoire"} })); err != nil {
			return err
		}
		if _, err := tx.Bulk(ctx, "directory_school", []string{"territory", "uai", "name", "folded", "type", "sector", "contract", "status", "source", "updated_at"},
			rows(schools, func(i int) []any {
				return []any{territory(i), fmt.Sprintf("%07dA", i), "École", "ecole", "ecole", "public", "none", "open", "s", 0}
			})); err != nil {
			return err
		}
		if _, err := tx.Bulk(ctx, "directory_class", []string{"territory", "id", "school", "year", "name", "pupils", "status", "source", "updated_at"},
			rows(classes, func(i int) []any {
				return []any{territory(i % schools), fmt.Sprintf("0190%08d-aaaa-bbbb-cccc-123456789012", i), fmt.Sprintf("%07dA", i%schools), "2026-2027", fmt.Sprint(i), 24, "open", "s", 0}
			})); err != nil {
			return err
		}
		answer := Answer{Pupils: CountOf(24), Device: CountOf(22), Shared: CountOf(3), Video: CountOf(20), Reached: CountOf(23), Laptop: Yes, Trained: Yes}
		row := classRow{Year: "2026-2027", Version: 1, Said: said{Answer: answer}, Figures: Of(answer, true)}
		for i := range classes {
			row.Territory, row.School, row.Class = territory(i%schools), fmt.Sprintf("%07dA", i%schools), fmt.Sprintf("0190%08d-aaaa-bbbb-cccc-123456789012", i)
			if err := row.store(ctx, tx, Means{}); err != nil {
				return err
			}
		}
		// Each school answered on three days of thirty.
		if _, err := tx.Bulk(ctx, "readiness_history", []string{"territory", "year", "school", "day", "answered", "pupils", "sure", "possible"},
			rows(3*schools, func(i int) []any {
				school := i / 3
				return []any{territory(school), "2026-2027", fmt.Sprintf("%07dA", school), fmt.Sprintf("2026-11-%02d", (school+i%3*7)%30+1), 1, 24, 10, 20}
			})); err != nil {
			return err
		}
		return MarkStale(ctx, tx, "", "")
	})
	if err != nil {
		tb.Fatal(err)
	}
	return New(d, journal.New(d, []byte("secret"), Projection{}), nil, nil)
}

// BenchmarkFrance measures the readiness of the nation's 250,000 classes: the sums at the end of an import that changed it everywhere,
// what a visitor waits for meanwhile, and what the figures cost otherwise.
func BenchmarkFrance(b *testing.B) {
	s := france(b)
	changed := func() {
		if err := s.db.Update(system(), func(ctx context.Context, tx *db.Tx) error { return MarkStale(ctx, tx, "", "") }); err != nil {
			b.Fatal(err)
		}
	}
	visit := func(p Place) {
		if r, err := s.Report(system(), p); err != nil || p.Territory == "" && r.Figures.Pupils != 6_000_000 {
			b.Fatal(r.Figures.Pupils, err)
		}
	}
	b.Run("end of an import", func(b *testing.B) {
		for b.Loop() {
			b.StopTimer()
			changed()
			b.StartTimer()
			if err := s.Refresh(system()); err != nil {
				b.Fatal(err)
			}
		}
	})
	b.Run("visitor after an import", func(b *testing.B) {
		visit(Place{Brief: true})
		for b.Loop() {
			b.StopTimer()
			changed()
			b.StartTimer()
			visit(Place{Brief: true})
			b.StopTimer()
			if err := s.Refresh(system()); err != nil {
				b.Fatal(err)
			}
			visit(Place{Brief: true})
			b.StartTimer()
		}
	})
	b.Run("nation", func(b *testing.B) {
		for b.Loop() {
			s.nationView = nil
			visit(Place{Brief: true})
		}
	})
	b.Run("territory of 600 schools", func(b *testing.B) {
		for b.Loop() {
			clear(s.views)
			visit(Place{Territory: "42", Brief: true})
		}
	})
	for name, of := range map[string][2]string{"trend of the nation": {}, "trend of a territory": {"42"}, "trend of a school": {"42", "0000042A"}} {
		b.Run(name, func(b *testing.B) {
			for b.Loop() {
				if err := s.db.View(system(), func(ctx context.Context, tx *db.Tx) error {
					points, err := trendOf(ctx, tx, of[0], of[1])
					if len(points) < 3 {
						b.Fatal(len(points))
					}
					return err
				}); err != nil {
					b.Fatal(err)
				}
			}
		})
	}
}
