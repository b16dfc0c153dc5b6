package loans_test

import (
	"context"
	"fmt"
	"testing"
	"time"

	"preau/internal/base/code"
	"preau/internal/base/db"
	"preau/internal/base/dbtest"
	"preau/internal/measures/equip/assets"
	"preau/internal/measures/lend/loans"
)

// BenchmarkHandover compares handovers, one a transaction with all their checks and facts, with the bare limit: as many transactions that
// write two rows each on the same database file. The goal is a ratio of 0.3.
func BenchmarkHandover(b *testing.B) {
	const n = 2000
	for b.Loop() {
		b.StopTimer()
		h := openHouse(b, dbtest.SQLite(b, rooms...))
		slips, devices := h.many(n)
		b.StartTimer()
		start := time.Now()
		for i := range n {
			if _, err := h.Handover(head, loans.Pair{ID: fmt.Sprint("bench-", i), Slip: slips[i], Device: devices[i]}); err != nil {
				b.Fatal(err)
			}
		}
		handovers := float64(n) / time.Since(start).Seconds()
		b.StopTimer()
		h.update(func(ctx context.Context, tx *db.Tx) error {
			_, err := tx.Exec(ctx, "CREATE TABLE bench_bare (territory TEXT NOT NULL, id TEXT NOT NULL, text TEXT NOT NULL, PRIMARY KEY (territory, id))")
			return err
		})
		start = time.Now()
		for range n {
			h.update(func(ctx context.Context, tx *db.Tx) error {
				for range 2 {
					if _, err := tx.Exec(ctx, "INSERT INTO bench_bare (territory, id, text) VALUES (?, ?, ?)", territory, tx.NewID(), "a row"); err != nil {
						return err
					}
				}
				return nil
			})
		}
		bare := float64(n) / time.Since(start).Seconds()
		b.ReportMetric(handovers, "handovers/s")
		b.ReportMetric(bare, "bare/s")
		b.ReportMetric(handovers/bare, "ratio")
		b.StartTimer()
	}
}

// BenchmarkHandoverBatch hands over in batches of 200, as a scripted load does.
func BenchmarkHandoverBatch(b *testing.B) {
	const n = 2000
	for b.Loop() {
		b.StopTimer()
		h := openHouse(b, dbtest.SQLite(b, rooms...))
		slips, devices := h.many(n)
		b.StartTimer()
		start := time.Now()
		for from := 0; from < n; from += loans.MostPairs {
			pairs := make([]loans.Pair, loans.MostPairs)
			for i := range pairs {
				pairs[i] = loans.Pair{ID: fmt.Sprint("bench-", from+i), Slip: slips[from+i], Device: devices[from+i]}
			}
			all, err := h.HandoverAll(head, pairs)
			if err != nil || all[0].Err != nil {
				b.Fatal(err, all)
			}
		}
		b.ReportMetric(float64(n)/time.Since(start).Seconds(), "handovers/s")
	}
}

// many adds so many signed agreements and devices.
func (h *house) many(n int) (slips, devices []string) {
	h.update(func(ctx context.Context, tx *db.Tx) error {
		var list []*assets.Asset
		for range n {
			list = append(list, &assets.Asset{Kind: "tablet", Name: "Tablette X10", Lendable: true, Measure: "pupil-loans", School: uai, State: assets.Usable, UsableAt: 1})
		}
		if err := assets.Add(ctx, tx, territory, list); err != nil {
			return err
		}
		for i, a := range list {
			devices = append(devices, a.Code)
			id, c := fmt.Sprint("bench-", i), code.Make(code.Agreement, territory, uint64(10_000+i))
			if _, err := tx.Exec(ctx, `INSERT INTO lend_agreement (territory, id, code, school, class, pupil, year, language, homes, start_on, due_on, state, created_at, created_by)
				VALUES (?, ?, ?, ?, 'a', ?, '2026-2027', 'fr', 1, '2026-11-23', '2027-07-02', 'signed', 1, 'head')`, territory, id, c, uai, fmt.Sprint("bench-", i)); err != nil {
				return err
			}
			if _, err := tx.Exec(ctx, "INSERT INTO lend_item (territory, agreement, number, kind, name) VALUES (?, ?, 1, 'device', 'Tablette')", territory, id); err != nil {
				return err
			}
			slips = append(slips, c)
		}
		return nil
	})
	return slips, devices
}
