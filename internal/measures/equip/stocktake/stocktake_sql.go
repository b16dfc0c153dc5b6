package stocktake

import (
	"context"

	"preau/internal/base/authz"
	"preau/internal/base/db"
	"preau/internal/base/errs"
)

const columns = "territory, id, school, room, opened_at, COALESCE(closed_at, 0), signed_by, document, sha256, seen, unseen, version"

func scanOne(row db.Scanner) (Stocktake, error) {
	var s Stocktake
	err := row.Scan(&s.Territory, &s.ID, &s.School, &s.Room, &s.OpenedAt, &s.ClosedAt, &s.SignedBy, &s.Document, &s.SHA256, &s.Found, &s.Missed, &s.Version)
	return s, err
}

// find returns a stocktake, NotFound, also for a person who may not do this with it.
func find(ctx context.Context, tx *db.Tx, perm authz.Permission, id string) (Stocktake, error) {
	s, err := db.One(ctx, tx, scanOne, "SELECT "+columns+" FROM equip_stocktake WHERE id = ?", id)
	if db.IsNotFound(err) {
		return s, errs.NewNotFound("stocktake.not_found")
	}
	if err != nil {
		return s, err
	}
	return s, authz.Check(ctx, perm, authz.School(s.Territory, s.School))
}

// keepScan writes a reading; of a tag that was read before, the newest stays.
func keepScan(ctx context.Context, tx *db.Tx, s *Stocktake, scan *Scan) error {
	_, err := tx.Exec(ctx, `INSERT INTO equip_stocktake_scan (territory, stocktake, code, asset, outcome, room, scanned_at) VALUES (?, ?, ?, ?, ?, ?, ?)
		ON CONFLICT (territory, stocktake, code) DO UPDATE SET asset = excluded.asset, outcome = excluded.outcome, scanned_at = excluded.scanned_at`,
		s.Territory, s.ID, scan.Code, scan.Asset, string(scan.Outcome), s.Room, scan.At)
	return err
}

// scansOf returns the readings of a stocktake, the newest first.
func scansOf(ctx context.Context, tx *db.Tx, s *Stocktake) ([]Scan, error) {
	return db.All(ctx, tx, func(row db.Scanner) (Scan, error) {
		var scan Scan
		err := row.Scan(&scan.Code, &scan.Asset, &scan.Name, &scan.Outcome, &scan.School, &scan.Place, &scan.At)
		return scan, err
	}, `SELECT k.code, k.asset, COALESCE(a.name, ''), k.outcome, COALESCE(a.school, ''), COALESCE(a.room, ''), k.scanned_at FROM equip_stocktake_scan k
		LEFT JOIN equip_asset a ON a.territory = k.territory AND a.id = k.asset WHERE k.territory = ? AND k.stocktake = ? ORDER BY k.scanned_at DESC, k.code`, s.Territory, s.ID)
}

// expectedOf returns what should be here, kits for their parts, with what is lent.
func expectedOf(ctx context.Context, tx *db.Tx, s *Stocktake) ([]Item, error) {
	return db.All(ctx, tx, func(row db.Scanner) (Item, error) {
		var i Item
		var holder string
		err := row.Scan(&i.ID, &i.Code, &i.Serial, &i.Name, &i.Room, &holder)
		i.Territory, i.School, i.Lent = s.Territory, s.School, holder != ""
		return i, err
	}, `SELECT id, code, serial, name, room, holder FROM equip_asset WHERE territory = ? AND school = ? AND parent = '' AND state IN ('delivered', 'installed', 'usable')
		AND trouble NOT IN ('lost', 'stolen', 'missing') AND (? = '' OR room = ?) ORDER BY room, name, code`, s.Territory, s.School, s.Room, s.Room)
}

// unseenOf returns what was not seen when the stocktake was closed.
func unseenOf(ctx context.Context, tx *db.Tx, s *Stocktake) ([]Item, error) {
	return db.All(ctx, tx, func(row db.Scanner) (Item, error) {
		var i Item
		lost := 0
		err := row.Scan(&i.ID, &i.Code, &i.Serial, &i.Name, &i.Room, &lost)
		i.Territory, i.School, i.Lost = s.Territory, s.School, lost == 1
		return i, err
	}, `SELECT a.id, a.code, a.serial, a.name, a.room, u.lost FROM equip_stocktake_unseen u JOIN equip_asset a ON a.territory = u.territory AND a.id = u.asset
		WHERE u.territory = ? AND u.stocktake = ? ORDER BY a.room, a.name, a.code`, s.Territory, s.ID)
}
