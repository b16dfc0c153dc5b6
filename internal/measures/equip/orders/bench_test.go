package orders

import (
	"testing"

	"preau/internal/base/dbtest"
)

// BenchmarkPlacing places one order of 15,000 kits of three parts that are followed: 60,000 assets.
func BenchmarkPlacing(b *testing.B) {
	for range b.N {
		b.StopTimer()
		h := furnish(b, dbtest.SQLite(b, rooms...))
		h.plan.adopted["02"].Measures[1].Lines = []Due{{laon, 5000, 1}, {laon2, 5000, 2}, {athies, 5000, 3}}
		h.ordered()
		o := h.order("hybrid-kits")
		b.StartTimer()
		n, err := h.service.Place(inside(b.Context()), o.ID, o.Version)
		if err != nil || n != 60_000 {
			b.Fatalf("%d assets, %v", n, err)
		}
	}
}
