package orders

import (
	"context"

	"preau/internal/base/code"
	"preau/internal/base/db"
	"preau/internal/measures/equip/assets"
)

// waiting are the awards of orders that stand and that no delivery brings yet, by school.
func waiting(ctx context.Context, tx *db.Tx, territory string) (map[string]int64, error) {
	rows, err := tx.Query(ctx, `SELECT w.school, SUM(w.quantity) FROM equip_award w JOIN equip_order o ON o.territory = w.territory AND o.id = w.order_id
		WHERE w.territory = ? AND w.delivery = '' AND o.state IN ('draft', 'placed') GROUP BY w.school`, territory)
	if err != nil {
		return nil, err
	}
	defer rows.Close()
	all := map[string]int64{}
	for rows.Next() {
		var school string
		var n int64
		if err := rows.Scan(&school, &n); err != nil {
			return nil, err
		}
		all[school] = n
	}
	return all, rows.Err()
}

// openStops returns the stops that have not been packed yet, by school.
func openStops(ctx context.Context, tx *db.Tx, territory string) (map[string]string, error) {
	rows, err := tx.Query(ctx, `SELECT d.school, MIN(d.id) FROM equip_delivery d JOIN equip_round r ON r.territory = d.territory AND r.id = d.round
		WHERE d.territory = ? AND d.state = 'planned' AND r.state = 'planned' GROUP BY d.school`, territory)
	if err != nil {
		return nil, err
	}
	defer rows.Close()
	all := map[string]string{}
	for rows.Next() {
		var school, id string
		if err := rows.Scan(&school, &id); err != nil {
			return nil, err
		}
		all[school] = id
	}
	return all, rows.Err()
}

// insertTrip writes a round with its stops.
func insertTrip(ctx context.Context, tx *db.Tx, territory string, trip Trip, stop func(school, delivery string)) error {
	round := tx.NewID()
	if _, err := tx.Exec(ctx, "INSERT INTO equip_round (territory, id, name, commune, planned_on, state, created_at) VALUES (?, ?, ?, ?, '', 'planned', ?)",
		territory, round, trip.Name, trip.Commune, tx.Now()); err != nil {
		return err
	}
	first, err := assets.Numbers(ctx, tx, territory, "delivery", int64(len(trip.Stops)))
	if err != nil {
		return err
	}
	for i, s := range trip.Stops {
		id := tx.NewID()
		if _, err := tx.Exec(ctx, "INSERT INTO equip_delivery (territory, id, code, round, stop, school, state) VALUES (?, ?, ?, ?, ?, ?, 'planned')",
			territory, id, code.Make(code.Delivery, territory, uint64(first)+uint64(i)), round, i+1, s.School); err != nil {
			return err
		}
		stop(s.School, id)
	}
	return nil
}

// assign puts what waits for the schools on their stops: the awards, and the assets of orders that are placed.
func assign(ctx context.Context, tx *db.Tx, territory string, stops map[string]string) error {
	awards, err := tx.Prepare(ctx, `UPDATE equip_award SET delivery = ? WHERE territory = ? AND school = ? AND delivery = '' AND EXISTS
		(SELECT 1 FROM equip_order o WHERE o.territory = equip_award.territory AND o.id = equip_award.order_id AND o.state IN ('draft', 'placed'))`)
	if err != nil {
		return err
	}
	defer awards.Close()
	things, err := tx.Prepare(ctx, "UPDATE equip_asset SET delivery = ? WHERE territory = ? AND school = ? AND state IN ('awarded', 'ordered') AND delivery = '' AND order_id <> ''")
	if err != nil {
		return err
	}
	defer things.Close()
	for school, delivery := range stops {
		if _, err := awards.Exec(ctx, delivery, territory, school); err != nil {
			return err
		}
		if _, err := things.Exec(ctx, delivery, territory, school); err != nil {
			return err
		}
	}
	return nil
}

// untouched are the deliveries that nobody has packed, dated or said anything about.
const untouched = `d.state = 'planned' AND NOT EXISTS (SELECT 1 FROM equip_scan s WHERE s.territory = d.territory AND s.delivery = d.id)
	AND EXISTS (SELECT 1 FROM equip_round r WHERE r.territory = d.territory AND r.id = d.round AND r.state = 'planned' AND r.planned_on = '')`

// dissolve takes apart the rounds that nobody has dated or packed.
func dissolve(ctx context.Context, tx *db.Tx, territory string) error {
	for _, text := range []string{
		"UPDATE equip_award SET delivery = '' WHERE territory = ? AND delivery IN (SELECT d.id FROM equip_delivery d WHERE d.territory = equip_award.territory AND " + untouched + ")",
		"UPDATE equip_asset SET delivery = '' WHERE territory = ? AND delivery <> '' AND state IN ('awarded', 'ordered') AND delivery IN (SELECT d.id FROM equip_delivery d WHERE d.territory = equip_asset.territory AND " + untouched + ")",
	} {
		if _, err := tx.Exec(ctx, text, territory); err != nil {
			return err
		}
	}
	return tidyRounds(ctx, tx, territory)
}

// tidyRounds removes the stops that bring nothing any more, and the rounds without a stop.
func tidyRounds(ctx context.Context, tx *db.Tx, territory string) error {
	for _, text := range []string{
		`DELETE FROM equip_delivery WHERE territory = ? AND state = 'planned'
			AND NOT EXISTS (SELECT 1 FROM equip_scan s WHERE s.territory = equip_delivery.territory AND s.delivery = equip_delivery.id)
			AND NOT EXISTS (SELECT 1 FROM equip_asset a WHERE a.territory = equip_delivery.territory AND a.delivery = equip_delivery.id)
			AND id NOT IN (SELECT w.delivery FROM equip_award w WHERE w.territory = equip_delivery.territory)`,
		`DELETE FROM equip_round WHERE territory = ? AND state = 'planned'
			AND NOT EXISTS (SELECT 1 FROM equip_delivery d WHERE d.territory = equip_round.territory AND d.round = equip_round.id)`,
	} {
		if _, err := tx.Exec(ctx, text, territory); err != nil {
			return err
		}
	}
	return nil
}
