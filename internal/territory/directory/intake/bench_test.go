package intake_test

import (
	"testing"

	"preau/internal/base/db"
	"preau/internal/base/dbtest"
	"preau/internal/base/journal"
	"preau/internal/territory/directory"
	"preau/internal/territory/directory/intake/limit"
)

func BenchmarkImport(b *testing.B) {
	open := map[string]func() *db.DB{
		"sqlite":   func() *db.DB { return dbtest.SQLite(b, journal.Migrations, directory.Migrations) },
		"postgres": func() *db.DB { return dbtest.Postgres(b, journal.Migrations, directory.Migrations) },
	}
	for _, engine := range []string{"sqlite", "postgres"} {
		b.Run(engine, func(b *testing.B) {
			file := source(sharedFile(b, "schools", "schools-france.csv"))
			var r limit.Result
			for b.Loop() {
				w := newWorld(b, open[engine]())
				var err error
				if r, err = limit.Measure(w.ctx, w.s, w.d, open[engine](), open[engine](), "schools-france.csv", file); err != nil {
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

