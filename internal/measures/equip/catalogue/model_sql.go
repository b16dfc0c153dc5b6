package catalogue

import (
	"context"
	"strings"

	"preau/internal/base/db"
	"preau/internal/base/errs"
)

const modelColumns = `m.id, m.kind, m.maker, m.name, m.reference, m.tracked, m.serves, m.lendable, m.warranty_months, m.life_months, m.price_cents,
	m.priced_on, m.energy, m.repairability, m.photo, m.retired, m.version, m.created_at`

func scanModel(row db.Scanner) (Model, error) {
	var m Model
	err := row.Scan(&m.ID, &m.Kind, &m.Maker, &m.Name, &m.Reference, &m.Tracked, &m.Serves, &m.Lendable, &m.WarrantyMonths, &m.LifeMonths, &m.PriceCents,
		&m.PricedOn, &m.Energy, &m.Repairability, &m.Photo, &m.Retired, &m.Version, &m.CreatedAt)
	return m, err
}

func flag(b bool) int {
	if b {
		return 1
	}
	return 0
}

// ModelByID returns a model, NotFound.
func ModelByID(ctx context.Context, tx *db.Tx, id string) (Model, error) {
	m, err := db.One(ctx, tx, scanModel, "SELECT "+modelColumns+" FROM equip_model m WHERE m.id = ?", id)
	if db.IsNotFound(err) {
		return m, errs.NewNotFound("catalogue.model.not_found")
	}
	return m, err
}

func insertModel(ctx context.Context, tx *db.Tx, m *Model) error {
	m.ID, m.Version, m.CreatedAt = tx.NewID(), 1, tx.Now()
	added, err := tx.Exec(ctx, `INSERT INTO equip_model (id, kind, maker, name, reference, folded, tracked, serves, lendable, warranty_months, life_months,
		price_cents, priced_on, energy, repairability, photo, retired, version, created_at) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, '', 0, 1, ?)
		ON CONFLICT (maker, reference) DO NOTHING`, m.ID, m.Kind, m.Maker, m.Name, m.Reference, m.folded(), flag(m.Tracked), m.Serves, flag(m.Lendable),
		m.WarrantyMonths, m.LifeMonths, m.PriceCents, m.PricedOn, m.Energy, m.Repairability, m.CreatedAt)
	if err == nil && added == 0 {
		return taken(m)
	}
	return err
}

func taken(m *Model) error {
	return errs.NewConflict("catalogue.model.taken", "maker", m.Maker, "reference", m.Reference)
}

// saveModel writes a model that was read in this version: Conflict when somebody changed it since, or when another
// has the same reference of the same maker.
func saveModel(ctx context.Context, tx *db.Tx, m *Model) error {
	others, err := db.One(ctx, tx, db.Value[int64], "SELECT COUNT(*) FROM equip_model m WHERE m.maker = ? AND m.reference = ? AND m.id <> ?", m.Maker, m.Reference, m.ID)
	if err != nil {
		return err
	}
	if others > 0 {
		return taken(m)
	}
	changed, err := tx.Exec(ctx, `UPDATE equip_model SET kind = ?, maker = ?, name = ?, reference = ?, folded = ?, tracked = ?, serves = ?, lendable = ?,
		warranty_months = ?, life_months = ?, price_cents = ?, priced_on = ?, energy = ?, repairability = ?, photo = ?, retired = ?, version = version + 1
		WHERE id = ? AND version = ?`, m.Kind, m.Maker, m.Name, m.Reference, m.folded(), flag(m.Tracked), m.Serves, flag(m.Lendable),
		m.WarrantyMonths, m.LifeMonths, m.PriceCents, m.PricedOn, m.Energy, m.Repairability, m.Photo, flag(m.Retired), m.ID, m.Version)
	if err == nil && changed == 0 {
		return errs.NewConflict("catalogue.meanwhile", "name", m.Title())
	}
	return err
}

// listModels returns a page of models, and how many there are.
func listModels(ctx context.Context, tx *db.Tx, f ModelFilter) ([]Model, int, error) {
	where, args := "m.retired = ?", []any{flag(f.Retired)}
	if f.Kind != "" {
		where, args = where+" AND m.kind = ?", append(args, f.Kind)
	}
	for _, word := range strings.Fields(db.Fold(f.Search)) {
		where, args = where+" AND m.folded LIKE ?", append(args, "%"+word+"%")
	}
	total, err := db.One(ctx, tx, db.Value[int], "SELECT COUNT(*) FROM equip_model m WHERE "+where, args...)
	if err != nil {
		return nil, 0, err
	}
	order := sortColumns[f.Sort] + " ASC NULLS LAST"
	if f.Down {
		order = sortColumns[f.Sort] + " DESC NULLS LAST"
	}
	text := "SELECT " + modelColumns + " FROM equip_model m WHERE " + where + " ORDER BY " + order + ", m.folded, m.id"
	if f.Size > 0 {
		text, args = text+" LIMIT ? OFFSET ?", append(args, f.Size, (f.Page-1)*f.Size)
	}
	list, err := db.All(ctx, tx, scanModel, text, args...)
	return list, total, err
}
