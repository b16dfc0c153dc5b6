package assets

import (
	"context"
	"fmt"
	"slices"
	"testing"
	"time"

	"preau/internal/base/db"
	"preau/internal/base/dbtest"
)

// many writes 100,000 assets in 1,600 schools.
func (w *world) many(t testing.TB) {
	t.Helper()
	list := make([]*Asset, 100_000)
	kinds := []struct{ kind, name, measure string }{{"kit", "Kit hybride", "kits"}, {"tablet", "Bruma Tablette 10", "loans"}, {"display", "Mur interactif Canopée", "walls"}, {"laptop", "Ardoise Portable 14", "teachers"}}
	for i := range list {
		k := kinds[i%4]
		list[i] = &Asset{Kind: k.kind, Name: k.name, Measure: k.measure, Owner: fmt.Sprintf("Commune %d", i%700), Funder: "État", Custodian: fmt.Sprintf("École %d", i%1600),
			School: fmt.Sprintf("%07dX", 20000+i%1600), State: States[(i/7)%5], Serial: fmt.Sprintf("SN%08d", i*7919), UsableAt: int64(1_700_000_000_000 + i*977%100_000)}
		if i%50 == 0 {
			list[i].Trouble = Broken
		}
		if i%3 == 0 {
			list[i].Holder = "loan"
		}
	}
	w.write(t, list)
}

var asked = []Filter{{}, {State: "usable"}, {Kind: "tablet", State: "delivered", Sort: BySchool}, {Trouble: "any"}, {Owner: "Commune 45"}, {Measure: "kits", Lent: "none"}, {Search: "tablette"},
	{Search: "7919"}, {School: "0020005X"}, {State: "usable", Sort: ByUse, Down: true}, {Custodian: "École 33", Kind: "laptop"}, {Kind: "kit", Trouble: "broken", State: "usable"}}

// BenchmarkList times page 1 of the list of 100,000 assets under a dozen filters: cold, when the data changed just before
// and every count is made again; then as the service keeps its pages.
func BenchmarkList(b *testing.B) {
	for _, engine := range []struct {
		name string
		open func(testing.TB, ...db.Migrations) *db.DB
	}{{"sqlite", dbtest.SQLite}, {"postgres", dbtest.Postgres}} {
		b.Run(engine.name, func(b *testing.B) {
			w := newWorld(b, engine.open(b, rooms...))
			w.many(b)
			if err := w.d.Update(system(b), func(ctx context.Context, tx *db.Tx) error { _, err := tx.Exec(ctx, "ANALYZE"); return err }); err != nil {
				b.Fatal(err)
			}
			ctx := as(b, lead)
			first, err := w.Assets(ctx, Filter{Size: 1})
			if err != nil {
				b.Fatal(err)
			}
			for b.Loop() {
				for _, warm := range []bool{false, true} {
					var took []time.Duration
					for _, f := range asked {
						if _, err := w.Assets(ctx, f); err != nil {
							b.Fatal(err)
						}
					}
					for i := range 240 {
						if !warm {
							if err := w.update(b, first.Rows[0].ID, func(ctx context.Context, tx *db.Tx, a *Asset) error {
								return w.keeper.Move(ctx, tx, a, a.School, "", fmt.Sprint(warm, i), "")
							}); err != nil {
								b.Fatal(err)
							}
						}
						if !warm {
							w.counts.values = nil
						}
						began := time.Now()
						if _, err := w.Assets(ctx, asked[i%len(asked)]); err != nil {
							b.Fatal(err)
						}
						took = append(took, time.Since(began))
					}
					slices.Sort(took)
					name := map[bool]string{false: "cold", true: "kept"}[warm]
					b.ReportMetric(float64(took[len(took)/2].Microseconds())/1000, name+"-p50-ms")
					b.ReportMetric(float64(took[len(took)*99/100].Microseconds())/1000, name+"-p99-ms")
				}
			}
		})
	}
}
