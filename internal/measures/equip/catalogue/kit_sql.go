package catalogue

import (
	"context"

	"preau/internal/base/db"
	"preau/internal/base/errs"
)

const kitColumns = "k.id, k.name, k.serves, k.lendable, k.latest, k.retired, k.created_at"

func scanKit(row db.Scanner) (Kit, error) {
	var k Kit
	err := row.Scan(&k.ID, &k.Name, &k.Serves, &k.Lendable, &k.Latest, &k.Retired, &k.CreatedAt)
	return k, err
}

// KitByID returns a kit, NotFound.
func KitByID(ctx context.Context, tx *db.Tx, id string) (Kit, error) {
	k, err := db.One(ctx, tx, scanKit, "SELECT "+kitColumns+" FROM equip_kit k WHERE k.id = ?", id)
	if db.IsNotFound(err) {
		return k, errs.NewNotFound("catalogue.kit.not_found")
	}
	return k, err
}

// PartsOf returns what a version of a kit is made of.
func PartsOf(ctx context.Context, tx *db.Tx, kit string, version int64) (Parts, error) {
	return db.All(ctx, tx, func(row db.Scanner) (Part, error) {
		var p Part
		m := &p.Model
		err := row.Scan(&m.ID, &m.Kind, &m.Maker, &m.Name, &m.Reference, &m.Tracked, &m.Serves, &m.Lendable, &m.WarrantyMonths, &m.LifeMonths, &m.PriceCents,
			&m.PricedOn, &m.Energy, &m.Repairability, &m.Photo, &m.Retired, &m.Version, &m.CreatedAt, &p.Quantity)
		return p, err
	}, "SELECT "+modelColumns+", p.quantity FROM equip_kit_part p JOIN equip_model m ON m.id = p.model WHERE p.kit = ? AND p.version = ? ORDER BY p.number", kit, version)
}

// kitsWith returns the kits, in service, whose newest version has a part of the model.
func kitsWith(ctx context.Context, tx *db.Tx, model string) ([]Kit, error) {
	return db.All(ctx, tx, scanKit, "SELECT "+kitColumns+` FROM equip_kit k WHERE k.retired = 0 AND EXISTS
		(SELECT 1 FROM equip_kit_part p WHERE p.kit = k.id AND p.version = k.latest AND p.model = ?) ORDER BY k.folded`, model)
}

func listKits(ctx context.Context, tx *db.Tx, retired bool) ([]Kit, error) {
	return db.All(ctx, tx, scanKit, "SELECT "+kitColumns+" FROM equip_kit k WHERE k.retired = ? ORDER BY k.folded, k.id", flag(retired))
}

func insertKit(ctx context.Context, tx *db.Tx, in *KitInput) (Kit, error) {
	k := Kit{ID: tx.NewID(), Name: in.Name, Serves: in.Serves, Lendable: in.Lendable, Latest: 1, CreatedAt: tx.Now()}
	added, err := tx.Exec(ctx, `INSERT INTO equip_kit (id, name, folded, serves, lendable, latest, retired, created_at) VALUES (?, ?, ?, ?, ?, 1, 0, ?)
		ON CONFLICT (name) DO NOTHING`, k.ID, k.Name, db.Fold(k.Name), k.Serves, flag(k.Lendable), k.CreatedAt)
	if err != nil {
		return k, err
	}
	if added == 0 {
		return k, errs.NewConflict("catalogue.kit.taken", "name", k.Name)
	}
	return k, insertParts(ctx, tx, k.ID, 1, in.Parts)
}

func insertParts(ctx context.Context, tx *db.Tx, kit string, version int64, parts []PartInput) error {
	for i, part := range parts {
		if _, err := tx.Exec(ctx, "INSERT INTO equip_kit_part (kit, version, number, model, quantity) VALUES (?, ?, ?, ?, ?)", kit, version, i+1, part.Model, part.Quantity); err != nil {
			return err
		}
	}
	return nil
}

// InService returns the kits that may be ordered, with the parts of their newest versions, and the models.
func InService(ctx context.Context, tx *db.Tx) ([]KitLine, []Model, error) {
	kits, err := kitLines(ctx, tx, false)
	if err != nil {
		return nil, nil, err
	}
	models, _, err := listModels(ctx, tx, ModelFilter{Sort: ByName, Size: -1})
	return kits, models, err
}

// kitLines returns the kits with the parts of their newest versions.
func kitLines(ctx context.Context, tx *db.Tx, retired bool) ([]KitLine, error) {
	kits, err := listKits(ctx, tx, retired)
	if err != nil {
		return nil, err
	}
	list := make([]KitLine, len(kits))
	for i, k := range kits {
		list[i].Kit = k
		if list[i].Parts, err = PartsOf(ctx, tx, k.ID, k.Latest); err != nil {
			return nil, err
		}
	}
	return list, nil
}
