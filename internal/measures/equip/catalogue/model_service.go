package catalogue

import (
	"context"
	"io"

	"preau/internal/base/authz"
	"preau/internal/base/db"
	"preau/internal/base/errs"
	"preau/internal/base/files"
)

// room is the catalogue's name among those who keep files.
const room = "equip"

// Models returns a page of the models, and how many there are.
func (s *Service) Models(ctx context.Context, f ModelFilter) ([]Model, int, error) {
	if _, err := authz.Scopes(ctx, ReadCatalogue); err != nil {
		return nil, 0, err
	}
	f, err := f.normal()
	if err != nil {
		return nil, 0, err
	}
	var list []Model
	total := 0
	err = s.db.View(ctx, func(ctx context.Context, tx *db.Tx) (err error) {
		list, total, err = listModels(ctx, tx, f)
		return err
	})
	return list, total, err
}

// Model returns a model, and the kits whose newest version it is a part of; NotFound.
func (s *Service) Model(ctx context.Context, id string) (Model, []Kit, error) {
	if _, err := authz.Scopes(ctx, ReadCatalogue); err != nil {
		return Model{}, nil, err
	}
	var m Model
	var kits []Kit
	err := s.db.View(ctx, func(ctx context.Context, tx *db.Tx) (err error) {
		if m, err = ModelByID(ctx, tx, id); err != nil {
			return err
		}
		kits, err = kitsWith(ctx, tx, id)
		return err
	})
	return m, kits, err
}

// AddModel adds a model and returns its identifier. It returns Invalid, or Conflict when the maker's reference is
// there already.
func (s *Service) AddModel(ctx context.Context, m Model) (string, error) {
	if _, err := authz.Scopes(ctx, EditCatalogue); err != nil {
		return "", err
	}
	m.clean()
	if err := m.check(); err != nil {
		return "", err
	}
	err := s.db.Update(ctx, func(ctx context.Context, tx *db.Tx) error {
		if err := insertModel(ctx, tx, &m); err != nil {
			return err
		}
		return s.record(ctx, tx, FactModelAdded, m.ID, Told{Name: m.Title()})
	})
	return m.ID, err
}

// ChangeModel changes a model; its photo and whether it is retired stay. Version is the one that was read. What
// was ordered keeps its price. It returns Invalid, NotFound or Conflict.
func (s *Service) ChangeModel(ctx context.Context, m Model) error {
	if _, err := authz.Scopes(ctx, EditCatalogue); err != nil {
		return err
	}
	m.clean()
	if err := m.check(); err != nil {
		return err
	}
	return s.db.Update(ctx, func(ctx context.Context, tx *db.Tx) error {
		before, err := ModelByID(ctx, tx, m.ID)
		if err != nil {
			return err
		}
		m.Photo, m.Retired = before.Photo, before.Retired
		if before.Tracked != m.Tracked {
			parts, err := db.One(ctx, tx, db.Value[int64], "SELECT COUNT(*) FROM equip_kit_part p WHERE p.model = ?", m.ID)
			if err != nil {
				return err
			}
			if parts > 0 {
				return errs.NewConflict("catalogue.model.tracked", "name", m.Title())
			}
		}
		if err := saveModel(ctx, tx, &m); err != nil {
			return err
		}
		return s.record(ctx, tx, FactModelChanged, m.ID, Told{Name: m.Title()})
	})
}

// RetireModel says that a model is no longer ordered, or again. What was ordered stays.
func (s *Service) RetireModel(ctx context.Context, id string, retired bool) error {
	if _, err := authz.Scopes(ctx, EditCatalogue); err != nil {
		return err
	}
	return s.db.Update(ctx, func(ctx context.Context, tx *db.Tx) error {
		m, err := ModelByID(ctx, tx, id)
		if err != nil || m.Retired == retired {
			return err
		}
		if retired {
			kits, err := kitsWith(ctx, tx, id)
			if err != nil {
				return err
			}
			if len(kits) > 0 {
				return errs.NewConflict("catalogue.model.in_kit", "name", m.Title(), "kit", kits[0].Name)
			}
		}
		m.Retired = retired
		if err := saveModel(ctx, tx, &m); err != nil {
			return err
		}
		return s.record(ctx, tx, FactModelRetired, id, Told{Name: m.Title(), Retired: retired})
	})
}

// SetPhoto puts a photo on a model, in the place of the one before. It returns Invalid for what is no picture,
// TooLarge for one that is too big, NotFound.
func (s *Service) SetPhoto(ctx context.Context, id string, r io.Reader) error {
	if _, err := authz.Scopes(ctx, EditCatalogue); err != nil {
		return err
	}
	picture, err := files.Photo(r)
	if err != nil {
		return err
	}
	return s.db.Update(ctx, func(ctx context.Context, tx *db.Tx) error {
		m, err := ModelByID(ctx, tx, id)
		if err != nil {
			return err
		}
		if m.Photo != "" {
			if err := files.Remove(ctx, tx, "", room, m.Photo); err != nil {
				return err
			}
		}
		f := files.File{Room: room, Kind: files.KindPhoto, Name: "photo.jpg", Type: picture.Type, Data: picture.Data}
		if err := files.Store(ctx, tx, &f); err != nil {
			return err
		}
		m.Photo = f.ID
		if err := saveModel(ctx, tx, &m); err != nil {
			return err
		}
		return s.record(ctx, tx, FactModelChanged, id, Told{Name: m.Title()})
	})
}

// Photo returns the photo of a model, NotFound when it has none.
func (s *Service) Photo(ctx context.Context, id string) (files.File, error) {
	if _, err := authz.Scopes(ctx, ReadCatalogue); err != nil {
		return files.File{}, err
	}
	var f files.File
	err := s.db.View(ctx, func(ctx context.Context, tx *db.Tx) error {
		m, err := ModelByID(ctx, tx, id)
		if err != nil {
			return err
		}
		if m.Photo == "" {
			return errs.NewNotFound("catalogue.model.no_photo")
		}
		f, err = files.Load(ctx, tx, "", room, m.Photo)
		return err
	})
	return f, err
}
