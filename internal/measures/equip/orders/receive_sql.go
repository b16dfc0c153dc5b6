package orders

import (
	"context"

	"preau/internal/base/db"
)

// came is what came of a line: the proof of service done.
type came struct {
	received int64 // units
	given    int64 // up: retired before they came
}

// lineKey names a line in a territory.
type lineKey struct {
	order  string
	number int64
}

// receivedOf returns what came of the lines of one order, or of all of a territory when the order is "". Things that
// are followed count one by one; consumables count with the delivery that brought them.
func receivedOf(ctx context.Context, tx *db.Tx, territory, order string) (map[lineKey]came, error) {
	all := map[lineKey]came{}
	read := func(text string, args ...any) error {
		rows, err := tx.Query(ctx, text, args...)
		if err != nil {
			return err
		}
		defer rows.Close()
		for rows.Next() {
			var key lineKey
			var c came
			if err := rows.Scan(&key.order, &key.number, &c.received, &c.given); err != nil {
				return err
			}
			all[key] = c
		}
		return rows.Err()
	}
	args, one := []any{territory}, ""
	if order != "" {
		args, one = append(args, order), " AND a.order_id = ?"
	}
	if err := read(`SELECT a.order_id, a.line, SUM(CASE WHEN a.delivered_at IS NOT NULL AND a.trouble NOT IN ('missing', 'wrong') THEN 1 ELSE 0 END),
		SUM(CASE WHEN a.state = 'retired' AND a.delivered_at IS NULL THEN 1 ELSE 0 END)
		FROM equip_asset a WHERE a.territory = ?`+one+` AND a.order_id <> '' AND a.parent = '' GROUP BY a.order_id, a.line`, args...); err != nil {
		return nil, err
	}
	err := read(`SELECT a.order_id, a.line, SUM(a.quantity), 0 FROM equip_award a
		JOIN equip_order_line l ON l.territory = a.territory AND l.order_id = a.order_id AND l.number = a.line JOIN equip_model m ON m.id = l.model AND m.tracked = 0
		JOIN equip_delivery d ON d.territory = a.territory AND d.id = a.delivery AND d.state IN ('received', 'signed')
		WHERE a.territory = ?`+one+" GROUP BY a.order_id, a.line", args...)
	return all, err
}
