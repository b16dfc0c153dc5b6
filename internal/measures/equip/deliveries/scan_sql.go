package deliveries

import (
	"context"

	"preau/internal/base/db"
)

const scanColumns = "id, delivery, code, asset, says, outcome, other, settled, note, serial, scanned_at, stored_at, account"

func scanScan(row db.Scanner) (Scan, error) {
	var s Scan
	var settled int
	err := row.Scan(&s.ID, &s.Delivery, &s.Code, &s.Asset, &s.Says, &s.Outcome, &s.Other, &settled, &s.Note, &s.Serial, &s.At, &s.StoredAt, &s.Account)
	s.Settled = settled == 1
	return s, err
}

// scansOf returns what was said at a delivery, in the order in which it came in.
func scansOf(ctx context.Context, tx *db.Tx, territory, delivery string) ([]Scan, error) {
	return db.All(ctx, tx, scanScan, "SELECT "+scanColumns+" FROM equip_scan WHERE territory = ? AND delivery = ? ORDER BY stored_at, id", territory, delivery)
}

// stored returns those of the scans that came in before, by their identifiers.
func stored(ctx context.Context, tx *db.Tx, territory string, scans []Scan) (map[string]Scan, error) {
	known := map[string]Scan{}
	for len(scans) > 0 {
		n := min(len(scans), 200)
		args := []any{territory}
		for _, s := range scans[:n] {
			args = append(args, s.ID)
		}
		list, err := db.All(ctx, tx, scanScan, "SELECT "+scanColumns+" FROM equip_scan WHERE territory = ? AND id IN ("+db.Marks(n)+")", args...)
		if err != nil {
			return nil, err
		}
		for _, s := range list {
			known[s.ID] = s
		}
		scans = scans[n:]
	}
	return known, nil
}

func insertScan(ctx context.Context, tx *db.Tx, territory string, s *Scan) error {
	_, err := tx.Exec(ctx, `INSERT INTO equip_scan (territory, id, delivery, code, asset, says, outcome, other, settled, note, serial, scanned_at, stored_at, account)
		VALUES (?, ?, ?, ?, ?, ?, ?, ?, 0, ?, ?, ?, ?, ?)`,
		territory, s.ID, s.Delivery, s.Code, s.Asset, string(s.Says), string(s.Outcome), s.Other, s.Note, s.Serial, s.At, s.StoredAt, s.Account)
	return err
}

// settle marks a scan: a conflict as decided, a statement as no longer standing.
func settle(ctx context.Context, tx *db.Tx, territory, scan string) error {
	_, err := tx.Exec(ctx, "UPDATE equip_scan SET settled = 1 WHERE territory = ? AND id = ?", territory, scan)
	return err
}

// settleAsset marks all open conflicts about an asset as decided.
func settleAsset(ctx context.Context, tx *db.Tx, territory, delivery, asset string) error {
	_, err := tx.Exec(ctx, "UPDATE equip_scan SET settled = 1 WHERE territory = ? AND delivery = ? AND asset = ? AND outcome = 'conflict' AND settled = 0", territory, delivery, asset)
	return err
}
