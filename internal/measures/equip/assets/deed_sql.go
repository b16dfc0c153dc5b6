package assets

import (
	"context"

	"preau/internal/base/db"
	"preau/internal/base/errs"
)

const deedColumns = `d.territory, d.id, d.code, d.from_owner, d.to_owner, d.to_kind, d.deliberation, d.deliberated_on, d.state, d.prepared, d.sha256,
	COALESCE(d.signed_at, 0), d.signed_as, d.signature, COALESCE(d.countersigned_at, 0), d.countersigned_as, d.countersignature, d.document, d.document_sha256, d.version, d.created_at,
	(SELECT COUNT(*) FROM equip_deed_asset i WHERE i.territory = d.territory AND i.deed = d.id)`

func scanDeed(row db.Scanner) (Deed, error) {
	var d Deed
	err := row.Scan(&d.Territory, &d.ID, &d.Code, &d.From, &d.To, &d.ToKind, &d.Deliberation, &d.DeliberatedOn, &d.State, &d.Prepared, &d.SHA256,
		&d.SignedAt, &d.SignedAs, &d.Signature, &d.CountersignedAt, &d.CountersignedAs, &d.Countersigned, &d.Document, &d.DocumentSHA256, &d.Version, &d.CreatedAt, &d.Items)
	return d, err
}

func insertDeed(ctx context.Context, tx *db.Tx, d *Deed, items []Asset) error {
	if _, err := tx.Exec(ctx, `INSERT INTO equip_deed (territory, id, code, from_owner, to_owner, to_kind, deliberation, deliberated_on, state, prepared, sha256, created_at)
		VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)`, d.Territory, d.ID, d.Code, d.From, d.To, d.ToKind, d.Deliberation, d.DeliberatedOn, string(d.State), d.Prepared, d.SHA256, d.CreatedAt); err != nil {
		return err
	}
	i := 0
	_, err := tx.Bulk(ctx, "equip_deed_asset", []string{"territory", "deed", "asset"}, func() ([]any, error) {
		if i == len(items) {
			return nil, nil
		}
		i++
		return []any{d.Territory, d.ID, items[i-1].ID}, nil
	})
	return err
}

// saveDeed writes a deed that was read in this version: Conflict when somebody changed it since.
func saveDeed(ctx context.Context, tx *db.Tx, d *Deed) error {
	changed, err := tx.Exec(ctx, `UPDATE equip_deed SET state = ?, signed_at = ?, signed_as = ?, signature = ?, countersigned_at = ?, countersigned_as = ?, countersignature = ?,
		document = ?, document_sha256 = ?, version = version + 1 WHERE territory = ? AND id = ? AND version = ?`,
		string(d.State), date(d.SignedAt), d.SignedAs, d.Signature, date(d.CountersignedAt), d.CountersignedAs, d.Countersigned,
		d.Document, d.DocumentSHA256, d.Territory, d.ID, d.Version)
	if err != nil {
		return err
	}
	if changed == 0 {
		return errs.NewConflict("assets.deed.meanwhile", "code", d.Code)
	}
	d.Version++
	return nil
}

func deedByID(ctx context.Context, tx *db.Tx, territory, id string) (Deed, error) {
	d, err := db.One(ctx, tx, scanDeed, "SELECT "+deedColumns+" FROM equip_deed d WHERE d.territory = ? AND d.id = ?", territory, id)
	if db.IsNotFound(err) {
		return d, errs.NewNotFound("assets.deed.not_found")
	}
	return d, err
}

// deedItems returns the assets of a deed, kits before their parts are not among them.
func deedItems(ctx context.Context, tx *db.Tx, territory, deed string) ([]Asset, error) {
	return db.All(ctx, tx, scan, "SELECT "+columns+` FROM equip_deed_asset i JOIN equip_asset a ON a.territory = i.territory AND a.id = i.asset
		WHERE i.territory = ? AND i.deed = ? ORDER BY a.name, a.code`, territory, deed)
}

// deedsOf returns the deeds that an asset stands in, the newest first.
func deedsOf(ctx context.Context, tx *db.Tx, territory, asset string) ([]Deed, error) {
	return db.All(ctx, tx, scanDeed, "SELECT "+deedColumns+` FROM equip_deed_asset x JOIN equip_deed d ON d.territory = x.territory AND d.id = x.deed
		WHERE x.territory = ? AND x.asset = ? ORDER BY d.created_at DESC, d.id DESC`, territory, asset)
}

// openDeed returns the code of the deed that is not done and that an asset stands in, "" when there is none.
func openDeed(ctx context.Context, tx *db.Tx, a *Asset) (string, error) {
	list, err := db.All(ctx, tx, db.Value[string], `SELECT d.code FROM equip_deed_asset x JOIN equip_deed d ON d.territory = x.territory AND d.id = x.deed
		WHERE x.territory = ? AND x.asset = ? AND d.state IN ('prepared', 'signed') LIMIT 1`, a.Territory, a.ID)
	if err != nil || len(list) == 0 {
		return "", err
	}
	return list[0], nil
}
