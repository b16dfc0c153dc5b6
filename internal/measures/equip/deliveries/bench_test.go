package deliveries

import (
	"fmt"
	"testing"

	"preau/internal/base/dbtest"
)

// BenchmarkScans receives kits of two parts, 500 scans a call: one of them is three assets that change, with their facts.
func BenchmarkScans(b *testing.B) {
	h := furnish(b, dbtest.SQLite(b, rooms...))
	kits := h.kits("d1", hub, b.N)
	b.ResetTimer()
	for from := 0; from < b.N; from += MostScans {
		var scans []Scan
		for i := from; i < min(from+MostScans, b.N); i++ {
			scans = append(scans, Scan{ID: fmt.Sprint("s", i), Code: kits[i][0]})
		}
		h.scan(officer(), "d1", scans...)
	}
}
