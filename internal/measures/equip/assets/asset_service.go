package assets

import (
	"context"
	"slices"

	"preau/internal/base/authz"
	"preau/internal/base/code"
	"preau/internal/base/db"
	"preau/internal/base/errs"
)

// Details is all that is told of one asset.
type Details struct {
	Asset
	SchoolName, ClassName string
	MeasureName           string
	ModelTitle            string
	LifeMonths            int64  // expected life, 0 unknown
	ValueCents            *int64 // today, nil unknown
	KitCode               string // of the kit that it is a part of
	Parts                 []Asset
	Answers               []Answer
	Events                []Event
	HolderHref            string
	Loss                  *Loss
	Retirement            *Retirement
	Deeds                 []Deed
}

// Asset returns one asset by its identifier or the code on its label; NotFound.
func (s *Service) Asset(ctx context.Context, id string) (Asset, error) {
	return s.allowed(ctx, ReadAssets, id)
}

// allowed returns an asset on which the principal holds the permission.
func (s *Service) allowed(ctx context.Context, perm authz.Permission, id string) (Asset, error) {
	if _, err := authz.Scopes(ctx, perm); err != nil {
		return Asset{}, err
	}
	codes, err := s.territories(ctx)
	if err != nil {
		return Asset{}, err
	}
	var list []Asset
	err = s.db.View(ctx, func(ctx context.Context, tx *db.Tx) error {
		list, err = byName(ctx, tx, codes, id)
		return err
	})
	if err != nil {
		return Asset{}, err
	}
	list = slices.DeleteFunc(list, func(a Asset) bool { return authz.Check(ctx, perm, a.scope()) != nil })
	if len(list) == 0 {
		return Asset{}, errs.NewNotFound("assets.not_found")
	}
	return list[0], nil
}

// byName returns the assets of some territories with an identifier or a code: one, or by a rare chance one in each of several
// territories whose codes are the same.
func byName(ctx context.Context, tx *db.Tx, territories []string, name string) ([]Asset, error) {
	column := "a.id"
	if kind, canonical, ok := code.Parse(name); ok && kind == code.Asset {
		column, name = "a.code", canonical
	}
	if len(territories) == 0 {
		return nil, nil
	}
	return db.All(ctx, tx, scan, "SELECT "+columns+" FROM equip_asset a WHERE "+column+" = ? AND a.territory IN ("+db.Marks(len(territories))+") ORDER BY a.territory",
		append([]any{name}, db.Strings(territories)...)...)
}

// Details returns an asset with its history, its parts and its value today; NotFound.
func (s *Service) Details(ctx context.Context, id string) (Details, error) {
	a, err := s.allowed(ctx, ReadAssets, id)
	if err != nil {
		return Details{}, err
	}
	d := Details{Asset: a}
	err = s.db.View(ctx, func(ctx context.Context, tx *db.Tx) error { return d.read(ctx, tx) })
	if err != nil {
		return d, err
	}
	if d.SchoolName, err = s.schoolName(ctx, a.School); err != nil {
		return d, err
	}
	if d.ClassName, err = s.className(ctx, a.Class); err != nil {
		return d, err
	}
	names, err := s.measureNames(ctx, a.Territory)
	if err != nil {
		return d, err
	}
	if d.MeasureName = names[a.Measure]; d.MeasureName == "" {
		d.MeasureName = a.Measure
	}
	if d.Events, err = s.history(ctx, a.Territory, a.ID); err != nil {
		return d, err
	}
	d.Answers = answers(&d.Asset, d.Events, s.placeText(ctx, a.place()))
	if from, known := a.inService(); known && a.CostCents != nil && d.LifeMonths > 0 && a.State != Retired {
		value := Value(*a.CostCents, d.LifeMonths, from, s.db.Time())
		d.ValueCents = &value
	}
	if a.Holder != "" && s.links.Holder != nil {
		d.HolderHref, err = s.links.Holder(ctx, a.Territory, a.Holder)
	}
	return d, err
}

func (d *Details) read(ctx context.Context, tx *db.Tx) (err error) {
	if d.LifeMonths, d.ModelTitle, err = lifeOf(ctx, tx, &d.Asset); err != nil {
		return err
	}
	if d.Kit != "" {
		if d.Parts, err = Parts(ctx, tx, d.Territory, d.ID); err != nil {
			return err
		}
	}
	if d.Parent != "" {
		kit, err := ByID(ctx, tx, d.Territory, d.Parent)
		if err != nil {
			return err
		}
		d.KitCode = kit.Code
	}
	if d.Loss, err = lossOf(ctx, tx, d.Territory, d.ID); err != nil {
		return err
	}
	if d.Retirement, err = retirementOf(ctx, tx, d.Territory, d.ID); err != nil {
		return err
	}
	d.Deeds, err = deedsOf(ctx, tx, d.Territory, d.ID)
	return err
}

// lifeOf returns the expected life in months of an asset's model, of a kit that of its longest-lived part, 0 unknown; and
// the maker's name for it.
func lifeOf(ctx context.Context, tx *db.Tx, a *Asset) (int64, string, error) {
	if a.Kit != "" {
		months, err := db.One(ctx, tx, db.Value[int64], `SELECT COALESCE(MAX(m.life_months), 0) FROM equip_kit_part p JOIN equip_model m ON m.id = p.model
			WHERE p.kit = ? AND p.version = ?`, a.Kit, a.KitVersion)
		return months, "", err
	}
	type model struct {
		months int64
		title  string
	}
	m, err := db.One(ctx, tx, func(row db.Scanner) (model, error) {
		var m model
		err := row.Scan(&m.months, &m.title)
		return m, err
	}, "SELECT m.life_months, m.maker || ' ' || m.reference FROM equip_model m WHERE m.id = ?", a.Model)
	if db.IsNotFound(err) {
		err = nil
	}
	return m.months, m.title, err
}

// change runs one change of an asset that the principal may make, in the version that they read: Conflict when somebody
// changed it since. Version 0 is whichever there is.
func (s *Service) change(ctx context.Context, perm authz.Permission, id string, version int64, f func(ctx context.Context, tx *db.Tx, a *Asset) error) error {
	found, err := s.allowed(ctx, perm, id)
	if err != nil {
		return err
	}
	return s.db.Update(ctx, func(ctx context.Context, tx *db.Tx) error {
		a, err := ByID(ctx, tx, found.Territory, found.ID)
		if err != nil {
			return err
		}
		if err := authz.Check(ctx, perm, a.scope()); err != nil { // it may have moved since
			return err
		}
		if version != 0 && a.Version != version {
			return errs.NewConflict("assets.meanwhile", "code", a.Code)
		}
		return f(ctx, tx, &a)
	})
}

// SetState brings an asset to Installed or Usable; Invalid for another state, Conflict when it is further on.
func (s *Service) SetState(ctx context.Context, id string, version int64, state State) error {
	if _, err := authz.Scopes(ctx, InstallAssets); err != nil {
		return err
	}
	if state != Installed && state != Usable {
		return errs.NewInvalid("assets.state.not_here")
	}
	return s.change(ctx, InstallAssets, id, version, func(ctx context.Context, tx *db.Tx, a *Asset) error {
		if err := here(a); err != nil {
			return err
		}
		return s.keeper.Reach(ctx, tx, a, state)
	})
}

// here returns Conflict for an asset that was not delivered.
func here(a *Asset) error {
	if a.State.order() < Delivered.order() {
		return errs.NewConflict("assets.state.not_delivered", "code", a.Code)
	}
	return nil
}

// Back takes the last state back, because it was told by mistake; Conflict.
func (s *Service) Back(ctx context.Context, id string, version int64) error {
	return s.change(ctx, InstallAssets, id, version, func(ctx context.Context, tx *db.Tx, a *Asset) error { return s.keeper.Back(ctx, tx, a) })
}

// SetSerial gives an asset its serial number: Invalid, Conflict when another in service bears it.
func (s *Service) SetSerial(ctx context.Context, id string, version int64, serial string) error {
	return s.change(ctx, EditAssets, id, version, func(ctx context.Context, tx *db.Tx, a *Asset) error { return s.keeper.Name(ctx, tx, a, serial) })
}

// Swap notes that another device of the same model replaced this one under warranty: Invalid, Conflict.
func (s *Service) Swap(ctx context.Context, id string, version int64, serial, reference string) error {
	if _, err := authz.Scopes(ctx, EditAssets); err != nil {
		return err
	}
	reference, err := line("reference", reference, false)
	if err != nil {
		return err
	}
	return s.change(ctx, EditAssets, id, version, func(ctx context.Context, tx *db.Tx, a *Asset) error {
		return s.keeper.Swap(ctx, tx, a, serial, reference)
	})
}

// Place is where an asset goes.
type Place struct{ School, Class, Room string }

// Move brings an asset to another place. Inside its school, who installs it may; to another school or to the territory's
// stock, who may edit it in both. A part follows its kit, and what is lent stays where it is: Conflict. Invalid for
// a school or a class that does not exist.
func (s *Service) Move(ctx context.Context, id string, version int64, to Place) error {
	if _, err := authz.Scopes(ctx, InstallAssets); err != nil {
		return err
	}
	room, err := line("room", to.Room, false)
	if err != nil {
		return err
	}
	found, err := s.allowed(ctx, InstallAssets, id)
	if err != nil {
		return err
	}
	if err := s.checkPlace(ctx, found.Territory, &to); err != nil {
		return err
	}
	perm := InstallAssets
	if to.School != found.School {
		perm = EditAssets
		if err := authz.Check(ctx, perm, authz.School(found.Territory, to.School)); err != nil {
			return err
		}
	}
	return s.change(ctx, perm, id, version, func(ctx context.Context, tx *db.Tx, a *Asset) error {
		switch {
		case a.State == Retired:
			return errs.NewConflict("assets.state.retired", "code", a.Code)
		case a.Parent != "":
			return errs.NewConflict("assets.part.follows", "code", a.Code)
		case a.Holder != "":
			return errs.NewConflict("assets.held", "code", a.Code)
		}
		return s.keeper.Move(ctx, tx, a, to.School, to.Class, room, "")
	})
}

// Reassignment says of which assets an answer changes to what.
type Reassignment struct {
	Field     Field
	Value     string
	Reference string // of a document: a convention, a letter
}

func (r *Reassignment) check() (err error) {
	if !slices.Contains(Fields, r.Field) {
		return errs.OfFields(errs.Field{Name: "field", Key: "assets.error.choice"})
	}
	if r.Value, err = line("value", r.Value, true); err != nil {
		return err
	}
	// An owner changes by a deed; otherwise a document says why.
	r.Reference, err = line("reference", r.Reference, r.Field == FieldOwner)
	return err
}

// mostAssigned is how many assets one reassignment changes.
const mostAssigned = 5000

// Assign says of every asset that the filter chooses who it belongs to, who paid for it or who answers for it, and
// returns how many changed. A filter that chooses more than 5,000 is Invalid.
func (s *Service) Assign(ctx context.Context, f Filter, r Reassignment) (int, error) {
	if _, err := authz.Scopes(ctx, EditAssets); err != nil {
		return 0, err
	}
	if err := r.check(); err != nil {
		return 0, err
	}
	c, _, err := s.choose(ctx, EditAssets, f)
	if err != nil {
		return 0, err
	}
	c.and("a.parent = ''") // parts follow their kits
	changed := 0
	err = s.db.Update(ctx, func(ctx context.Context, tx *db.Tx) error {
		changed = 0
		list, err := db.All(ctx, tx, scan, "SELECT "+columns+" FROM equip_asset a WHERE "+c.text.String()+" ORDER BY a.code LIMIT ?", append(slices.Clone(c.args), mostAssigned+1)...)
		if err != nil {
			return err
		}
		if len(list) > mostAssigned {
			return errs.NewInvalid("assets.assign.many_too", "n", mostAssigned)
		}
		for i := range list {
			if *list[i].field(r.Field) == r.Value {
				continue
			}
			if err := s.keeper.Assign(ctx, tx, &list[i], r.Field, r.Value, r.Reference); err != nil {
				return err
			}
			changed++
		}
		return nil
	})
	return changed, err
}

// AssignOne does the same for one asset, in the version that was read; a part follows its kit: Conflict.
func (s *Service) AssignOne(ctx context.Context, id string, version int64, r Reassignment) error {
	if _, err := authz.Scopes(ctx, EditAssets); err != nil {
		return err
	}
	if err := r.check(); err != nil {
		return err
	}
	return s.change(ctx, EditAssets, id, version, func(ctx context.Context, tx *db.Tx, a *Asset) error {
		if a.Parent != "" {
			return errs.NewConflict("assets.part.follows", "code", a.Code)
		}
		return s.keeper.Assign(ctx, tx, a, r.Field, r.Value, r.Reference)
	})
}
