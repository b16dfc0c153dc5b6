package loans

import (
	"context"

	"preau/internal/base/db"
)

func holidaysOf(ctx context.Context, tx *db.Tx, territory string) ([]Holiday, error) {
	return db.All(ctx, tx, func(row db.Scanner) (Holiday, error) {
		var h Holiday
		err := row.Scan(&h.Territory, &h.Year, &h.Name, &h.First, &h.Last)
		return h, err
	}, "SELECT territory, year, name, first_day, last_day FROM lend_holiday WHERE territory = ? ORDER BY first_day", territory)
}
