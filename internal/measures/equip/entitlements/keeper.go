package entitlements

import (
	"context"

	"preau/internal/base/db"
	"preau/internal/base/files"
)

// Keeper answers for what the part keeps about a person.
type Keeper struct{}

// Name names the part in a person's export.
func (Keeper) Name() string { return "entitlements" }

// ExportPerson returns the entitlements of the person.
func (Keeper) ExportPerson(ctx context.Context, tx *db.Tx, territory, person string) (any, error) {
	type row struct {
		School string `json:"school"`
		Year   string `json:"year"`
		State  State  `json:"state"`
		Asset  string `json:"asset,omitempty"`
	}
	found, err := ofPerson(ctx, tx, territory, person)
	if err != nil || len(found) == 0 {
		return nil, err
	}
	rows := make([]row, len(found))
	for i, e := range found {
		rows[i] = row{e.School, e.Year, e.State, e.Asset}
	}
	return rows, nil
}

// ErasePerson removes the documents that name the person; the handover itself stays, of somebody who is not known any more.
func (Keeper) ErasePerson(ctx context.Context, tx *db.Tx, territory, person string) error {
	found, err := ofPerson(ctx, tx, territory, person)
	if err != nil {
		return err
	}
	for _, e := range found {
		if e.Document == "" {
			continue
		}
		if err := files.Remove(ctx, tx, territory, room, e.Document); err != nil {
			return err
		}
		e.Document = ""
		if err := save(ctx, tx, &e); err != nil {
			return err
		}
	}
	return nil
}

func ofPerson(ctx context.Context, tx *db.Tx, territory, person string) ([]Entitlement, error) {
	return db.All(ctx, tx, scan, "SELECT "+columns+" FROM equip_entitlement WHERE territory = ? AND person = ? ORDER BY year", territory, person)
}
