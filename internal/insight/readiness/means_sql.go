package readiness

import (
	"context"
	"encoding/json"
	"fmt"

	"preau/internal/base/db"
	"preau/internal/base/journal"
)

// The measures' kinds of fact after which a class has more or less than before.
var (
	// useKinds tell of what works in a classroom: serves says what, quantity how many more or fewer.
	useKinds = []string{"equip.asset.usable", "equip.asset.unusable"}
	// loanKinds tell of what works at the homes of the class's pupils: kind says what, devices how many more or fewer.
	loanKinds = []string{"lend.loan.handed_over", "lend.loan.cancelled", "lend.loan.returned", "lend.loan.unusable", "lend.loan.left", "lend.loan.arrived"}
)

// brought returns what a fact of a measure changes in the means of its class.
func brought(e journal.Entry) (Means, error) {
	var use struct {
		Serves   string `json:"serves"`
		Quantity int    `json:"quantity"`
		Kind     string `json:"kind"`
		Devices  int    `json:"devices"`
	}
	if err := json.Unmarshal(e.Data, &use); err != nil {
		return Means{}, fmt.Errorf("readiness: fact %s: %w", e.ID, err)
	}
	switch use.Serves {
	case "display":
		return Means{Displays: use.Quantity}, nil
	case "laptop":
		return Means{Laptops: use.Quantity}, nil
	case "kit":
		return Means{Kits: use.Quantity}, nil
	}
	switch use.Kind {
	case "device":
		return Means{Devices: use.Devices}, nil
	case "sim", "hotspot":
		return Means{Videos: use.Devices}, nil
	}
	return Means{}, nil
}

// applyMeans brings the means of a class up to date with one fact, and its readiness with them. A class that never answered has
// its means kept for its first answer; until then everything about it is unknown.
func applyMeans(ctx context.Context, tx *db.Tx, e journal.Entry) error {
	change, err := brought(e)
	if err != nil || e.Class == "" || change == (Means{}) {
		return err
	}
	now, err := meansOf(ctx, tx, e.Territory, e.Class)
	if err != nil {
		return err
	}
	now = now.plus(change)
	if _, err := tx.Exec(ctx, `INSERT INTO readiness_means (territory, class, devices, videos, displays, laptops, kits) VALUES (?, ?, ?, ?, ?, ?, ?)
		ON CONFLICT (territory, class) DO UPDATE SET devices = excluded.devices, videos = excluded.videos, displays = excluded.displays,
		laptops = excluded.laptops, kits = excluded.kits`, e.Territory, e.Class, now.Devices, now.Videos, now.Displays, now.Laptops, now.Kits); err != nil {
		return err
	}
	row, err := readRow(ctx, tx, e.Territory, e.Class)
	if err != nil || row.Version == 0 {
		return err
	}
	return row.replace(ctx, tx, row, now, e.At)
}

// meansOf returns the means of a class.
func meansOf(ctx context.Context, tx *db.Tx, territory, class string) (Means, error) {
	m, err := db.One(ctx, tx, func(row db.Scanner) (Means, error) {
		var m Means
		err := row.Scan(&m.Devices, &m.Videos, &m.Displays, &m.Laptops, &m.Kits)
		return m, err
	}, "SELECT devices, videos, displays, laptops, kits FROM readiness_means WHERE territory = ? AND class = ?", territory, class)
	if db.IsNotFound(err) {
		return Means{}, nil
	}
	return m, err
}
