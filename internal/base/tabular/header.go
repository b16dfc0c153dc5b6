package tabular

import (
	"strings"

	"preau/internal/base/db"
)

// Header is the first row of a table. Its columns are found by name, whatever the case, the accents, the
// punctuation and the spaces around it.
type Header struct {
	Names   []string // as written, trimmed
	columns map[string][]int
	named   int // columns up to the last that has a name
}

func newHeader(fields []string) Header {
	h := Header{Names: make([]string, len(fields)), columns: make(map[string][]int, len(fields))}
	for i, f := range fields {
		h.Names[i] = trim(f)
		if key := db.Fold(f); key != "" {
			h.columns[key] = append(h.columns[key], i)
			h.named = i + 1
		}
	}
	return h
}

// Column returns the first column that has one of the names, the first name first, or -1.
func (h Header) Column(names ...string) int {
	for _, name := range names {
		if found := h.columns[db.Fold(name)]; len(found) > 0 {
			return found[0]
		}
	}
	return -1
}

// Columns returns every column that has one of the names, in the order of the table.
func (h Header) Columns(names ...string) []int {
	var all []int
	for i, n := range h.Names {
		for _, name := range names {
			if db.Fold(n) == db.Fold(name) {
				all = append(all, i)
				break
			}
		}
	}
	return all
}

// Has tells whether every name is a column.
func (h Header) Has(names ...string) bool {
	for _, name := range names {
		if h.Column(name) < 0 {
			return false
		}
	}
	return true
}

// trim removes the spaces around a field, also those that do not break and a stray byte order mark.
func trim(s string) string {
	if n := len(s); n == 0 || s[0] > ' ' && s[0] < 0x80 && s[n-1] > ' ' && s[n-1] < 0x80 {
		return s
	}
	return strings.Trim(s, " \t\n\r\v\f\u00a0\u202f\u2007\u200b\ufeff")
}
