package assets

import (
	"testing"
	"time"

	"pgregory.net/rapid"
)

func TestAnAssetLosesTheSameEachWholeMonthAndNeverMoreThanItCost(t *testing.T) {
	for _, c := range []struct {
		cents, life int64
		from, on    string
		want        int64
	}{
		{60_000, 60, "2026-01-10", "2026-01-10", 60_000},
		{60_000, 60, "2026-01-10", "2026-02-09", 60_000}, // the month is not whole
		{60_000, 60, "2026-01-10", "2026-02-10", 59_000},
		{60_000, 60, "2026-01-31", "2026-02-28", 59_000}, // begun on the 31st, whole at the end of February
		{60_000, 60, "2026-01-10", "2028-07-10", 30_000},
		{60_000, 60, "2026-01-10", "2030-12-10", 1_000},
		{60_000, 60, "2026-01-10", "2031-01-10", 0},
		{60_000, 60, "2026-01-10", "2050-01-10", 0},
		{60_000, 60, "2026-01-10", "2025-01-10", 60_000}, // before it was in service
		{100, 3, "2026-01-01", "2026-02-01", 67},
		{60_000, 0, "2026-01-10", "2026-02-10", 0},
	} {
		if got := Value(c.cents, c.life, day(t, c.from), day(t, c.on)); got != c.want {
			t.Errorf("%d over %d months, %s to %s: %d, want %d", c.cents, c.life, c.from, c.on, got, c.want)
		}
	}
}

func TestTheValueNeverRisesAndStaysWithinTheCost(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		cents := rapid.Int64Range(0, 100_000_000).Draw(t, "cents")
		life := rapid.Int64Range(1, 240).Draw(t, "life")
		from := time.Date(2020, 1, 1, 12, 0, 0, 0, time.UTC).AddDate(0, 0, rapid.IntRange(0, 4000).Draw(t, "from"))
		on := from.AddDate(0, 0, rapid.IntRange(0, 9000).Draw(t, "days"))
		a, b := Value(cents, life, from, on), Value(cents, life, from, on.AddDate(0, 0, 1))
		if a < 0 || a > cents || b > a {
			t.Fatalf("%d then %d of %d", a, b, cents)
		}
	})
}

func TestNumbersThatMakersLeaveAreNoSerialNumbers(t *testing.T) {
	for in, want := range map[string]string{" pf-2k 9x ": "PF-2K9X", "To be filled by O.E.M.": "", "0000000": "", "xxxxxxx": "", "Default string": "", "5CD1": "5CD1"} {
		if got := CleanSerial(in); got != want {
			t.Errorf("%q: %q, want %q", in, got, want)
		}
	}
}
