package catalogue

import (
	"context"
	"strconv"

	"preau/internal/base/authz"
	"preau/internal/base/db"
	"preau/internal/base/errs"
)

// KitLine is a kit in a list, with what its newest version is made of.
type KitLine struct {
	Kit
	Parts Parts `json:"parts"`
}

// Edition is one version of a kit.
type Edition struct {
	Number int64 `json:"number"`
	Parts  Parts `json:"parts"`
}

// Kits returns the kits in service, or those that are retired, by name.
func (s *Service) Kits(ctx context.Context, retired bool) ([]KitLine, error) {
	if _, err := authz.Scopes(ctx, ReadCatalogue); err != nil {
		return nil, err
	}
	var list []KitLine
	err := s.db.View(ctx, func(ctx context.Context, tx *db.Tx) (err error) {
		list, err = kitLines(ctx, tx, retired)
		return err
	})
	return list, err
}

// Kit returns a kit with its versions, the newest first; NotFound.
func (s *Service) Kit(ctx context.Context, id string) (Kit, []Edition, error) {
	if _, err := authz.Scopes(ctx, ReadCatalogue); err != nil {
		return Kit{}, nil, err
	}
	var k Kit
	var editions []Edition
	err := s.db.View(ctx, func(ctx context.Context, tx *db.Tx) (err error) {
		if k, err = KitByID(ctx, tx, id); err != nil {
			return err
		}
		editions = nil
		for n := k.Latest; n >= 1; n-- {
			parts, err := PartsOf(ctx, tx, id, n)
			if err != nil {
				return err
			}
			editions = append(editions, Edition{n, parts})
		}
		return nil
	})
	return k, editions, err
}

// AddKit adds a kit and returns its identifier. It returns Invalid, or Conflict when the name is there already.
func (s *Service) AddKit(ctx context.Context, in KitInput) (string, error) {
	if _, err := authz.Scopes(ctx, EditCatalogue); err != nil {
		return "", err
	}
	if err := in.check(); err != nil {
		return "", err
	}
	var k Kit
	err := s.db.Update(ctx, func(ctx context.Context, tx *db.Tx) (err error) {
		if err := checkModels(ctx, tx, in.Parts); err != nil {
			return err
		}
		if k, err = insertKit(ctx, tx, &in); err != nil {
			return err
		}
		return s.record(ctx, tx, FactKitAdded, k.ID, Told{Name: k.Name, Version: 1})
	})
	return k.ID, err
}

// checkModels returns Invalid for a part whose model does not exist or is retired.
func checkModels(ctx context.Context, tx *db.Tx, parts []PartInput) error {
	var fields []errs.Field
	for i, part := range parts {
		m, err := ModelByID(ctx, tx, part.Model)
		switch {
		case errs.Is(err, errs.NotFound):
			fields = append(fields, errs.Field{Name: "model-" + strconv.Itoa(i+1), Key: "catalogue.model.not_found"})
		case err != nil:
			return err
		case m.Retired:
			fields = append(fields, errs.Field{Name: "model-" + strconv.Itoa(i+1), Key: "catalogue.error.retired", Args: []any{"name", m.Title()}})
		}
	}
	return errs.OfFields(fields...)
}

// ChangeKit makes a new version of a kit and returns its number; before is the newest version that the person saw.
// The same parts and words again change nothing. It returns Invalid, NotFound or Conflict.
func (s *Service) ChangeKit(ctx context.Context, id string, before int64, in KitInput) (int64, error) {
	if _, err := authz.Scopes(ctx, EditCatalogue); err != nil {
		return 0, err
	}
	if err := in.check(); err != nil {
		return 0, err
	}
	number := before
	err := s.db.Update(ctx, func(ctx context.Context, tx *db.Tx) error {
		k, err := KitByID(ctx, tx, id)
		if err != nil {
			return err
		}
		if k.Latest != before {
			return errs.NewConflict("catalogue.meanwhile", "name", k.Name)
		}
		if err := checkModels(ctx, tx, in.Parts); err != nil {
			return err
		}
		parts, err := PartsOf(ctx, tx, id, k.Latest)
		if err != nil {
			return err
		}
		number = k.Latest
		same := samePartsAs(parts, in.Parts)
		if same && k.Name == in.Name && k.Serves == in.Serves && k.Lendable == in.Lendable {
			return nil
		}
		if !same {
			number++
			if err := insertParts(ctx, tx, id, number, in.Parts); err != nil {
				return err
			}
		}
		if err := renameKit(ctx, tx, id, number, &in); err != nil {
			return err
		}
		return s.record(ctx, tx, FactKitChanged, id, Told{Name: in.Name, Version: number})
	})
	return number, err
}

func renameKit(ctx context.Context, tx *db.Tx, id string, number int64, in *KitInput) error {
	others, err := db.One(ctx, tx, db.Value[int64], "SELECT COUNT(*) FROM equip_kit k WHERE k.name = ? AND k.id <> ?", in.Name, id)
	if err != nil {
		return err
	}
	if others > 0 {
		return errs.NewConflict("catalogue.kit.taken", "name", in.Name)
	}
	_, err = tx.Exec(ctx, "UPDATE equip_kit SET name = ?, folded = ?, serves = ?, lendable = ?, latest = ? WHERE id = ?", in.Name, db.Fold(in.Name), in.Serves, flag(in.Lendable), number, id)
	return err
}

func samePartsAs(parts Parts, in []PartInput) bool {
	if len(parts) != len(in) {
		return false
	}
	for i := range parts {
		if parts[i].Model.ID != in[i].Model || parts[i].Quantity != in[i].Quantity {
			return false
		}
	}
	return true
}

// RetireKit says that a kit is no longer ordered, or again. A kit comes back only with parts that are in service.
func (s *Service) RetireKit(ctx context.Context, id string, retired bool) error {
	if _, err := authz.Scopes(ctx, EditCatalogue); err != nil {
		return err
	}
	return s.db.Update(ctx, func(ctx context.Context, tx *db.Tx) error {
		k, err := KitByID(ctx, tx, id)
		if err != nil || k.Retired == retired {
			return err
		}
		parts, err := PartsOf(ctx, tx, id, k.Latest)
		if err != nil {
			return err
		}
		for _, part := range parts {
			if part.Model.Retired && !retired {
				return errs.NewConflict("catalogue.error.retired", "name", part.Model.Title())
			}
		}
		if _, err := tx.Exec(ctx, "UPDATE equip_kit SET retired = ? WHERE id = ?", flag(retired), id); err != nil {
			return err
		}
		return s.record(ctx, tx, FactKitRetired, id, Told{Name: k.Name, Version: k.Latest, Retired: retired})
	})
}
