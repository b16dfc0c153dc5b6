package intake_test

import (
	"testing"

	"preau/internal/base/db"
	"preau/internal/base/dbtest"
	"preau/internal/base/journal"
	"preau/internal/territory/directory"
	"preau/internal/territory/directory/intake"
	"preau/internal/territory/directory/intake/limit"
)

func BenchmarkImport(b *testing.B) {
	for _, engine := range []struct {
		name string
		open func(testing.TB, ...db.Migrations) *db.DB
	}{{"sqlite", dbtest.SQLite}, {"postgres", dbtest.Postgres}} {
		b.Run(engine.name, func(b *testing.B) {
			file := source(sharedFile(b, "schools", "schools-france.csv"))
			open := func() (*db.DB, *intake.Service, error) {
				w := newWorld(b, engine.open(b, journal.Migrations, directory.Migrations))
				return w.d, w.s, nil
			}
			var r limit.Result
			for b.Loop() {
				var err error
				if r, err = limit.Measure(newWorld(b, nil).ctx, 3, open, "schools-france.csv", file); err != nil {
					b.Fatal(err)
				}
			}
			b.ReportMetric(r.Import, "schools/s")
			b.ReportMetric(r.Again, "again/s")
			b.ReportMetric(r.Bare, "bare/s")
			b.ReportMetric(r.Ratio(), "ratio")
			b.ReportMetric(r.Import/r.All, "ratio-all")
		})
	}
}
