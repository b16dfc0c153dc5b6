package assets

import (
	"context"

	"preau/internal/base/db"
)

// free is the condition on an asset that could be lent now: it has arrived, works, and is with nobody.
const free = "a.parent = '' AND a.lendable = 1 AND a.holder = '' AND a.trouble = '' AND a.state IN ('delivered', 'installed', 'usable')"

// FreeIn returns the assets of a school ("" the territory's own stock) that could be lent now, by code, at most so many.
func FreeIn(ctx context.Context, tx *db.Tx, territory, school string, most int) ([]Asset, error) {
	return db.All(ctx, tx, scan, "SELECT "+columns+" FROM equip_asset a WHERE a.territory = ? AND a.school = ? AND "+free+" ORDER BY a.code LIMIT ?", territory, school, most)
}

// FreeBySchool counts, by school, the devices of a territory that could be lent to pupils now; connections are not devices.
func FreeBySchool(ctx context.Context, tx *db.Tx, territory string) (map[string]int64, error) {
	type stock struct {
		school string
		n      int64
	}
	list, err := db.All(ctx, tx, func(row db.Scanner) (stock, error) {
		var s stock
		err := row.Scan(&s.school, &s.n)
		return s, err
	}, "SELECT a.school, COUNT(*) FROM equip_asset a WHERE a.territory = ? AND a.kind NOT IN ('sim', 'hotspot') AND "+free+" GROUP BY a.school", territory)
	out := make(map[string]int64, len(list))
	for _, s := range list {
		out[s.school] = s.n
	}
	return out, err
}
