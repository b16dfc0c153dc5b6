package entitlements

import (
	"context"
	"slices"
	"time"

	"preau/internal/base/authz"
	"preau/internal/base/db"
	"preau/internal/base/errs"
	"preau/internal/base/files"
	"preau/internal/measures/equip/assets"
	"preau/internal/territory/directory"
)

// room names this room's files.
const room = "equip"

// List returns the entitlements of one's schools with the teachers' names, the newest year first.
func (s *Service) List(ctx context.Context, f Filter) ([]Entitlement, error) {
	scopes, err := authz.Scopes(ctx, Read)
	if err != nil {
		return nil, err
	}
	var found []Entitlement
	if err := s.db.View(ctx, func(ctx context.Context, tx *db.Tx) (err error) {
		found, err = list(ctx, tx, scopes, f)
		return err
	}); err != nil {
		return nil, err
	}
	return found, s.name(ctx, found)
}

// name fills in the teachers' names.
func (s *Service) name(ctx context.Context, list []Entitlement) error {
	persons := map[string][]string{}
	for _, e := range list {
		persons[e.Territory] = append(persons[e.Territory], e.Person)
	}
	for territory, ids := range persons {
		names, err := s.links.Names(ctx, territory, ids)
		if err != nil {
			return err
		}
		for i := range list {
			if list[i].Territory == territory {
				list[i].Name = names[list[i].Person]
			}
		}
	}
	return nil
}

// One returns an entitlement, with the asset that was handed over when there is one.
func (s *Service) One(ctx context.Context, id string) (Entitlement, *assets.Asset, error) {
	return s.one(ctx, Read, id)
}

func (s *Service) one(ctx context.Context, perm authz.Permission, id string) (Entitlement, *assets.Asset, error) {
	if _, err := authz.Scopes(ctx, perm); err != nil {
		return Entitlement{}, nil, err
	}
	list := make([]Entitlement, 1)
	var held *assets.Asset
	if err := s.db.View(ctx, func(ctx context.Context, tx *db.Tx) (err error) {
		if list[0], err = find(ctx, tx, perm, id); err != nil || list[0].Asset == "" {
			return err
		}
		a, err := assets.ByID(ctx, tx, list[0].Territory, list[0].Asset)
		held = &a
		return err
	}); err != nil {
		return Entitlement{}, nil, err
	}
	return list[0], held, s.name(ctx, list)
}

// Own returns the entitlement of the person who asks, of the newest year; NotFound when there is none.
func (s *Service) Own(ctx context.Context) (Entitlement, error) {
	scopes, err := authz.Scopes(ctx, ReadOwn)
	if err != nil {
		return Entitlement{}, err
	}
	person := authz.From(ctx).Person
	var own Entitlement
	err = s.db.View(ctx, func(ctx context.Context, tx *db.Tx) (err error) {
		own, err = db.One(ctx, tx, scan, "SELECT "+columns+" FROM equip_entitlement WHERE territory = ? AND person = ? AND state <> 'withdrawn' ORDER BY year DESC LIMIT 1", scopes[0].Territory, person)
		return err
	})
	if person == "" || db.IsNotFound(err) {
		return Entitlement{}, errs.NewNotFound("entitlements.own.none")
	}
	return own, err
}

// Candidates returns who works in a school and is not declared as new this year.
func (s *Service) Candidates(ctx context.Context, uai string) (directory.School, []directory.Member, error) {
	school, err := s.school(ctx, uai)
	if err != nil {
		return school, nil, err
	}
	staff, err := s.links.Staff(ctx, school.Territory, uai)
	if err != nil {
		return school, nil, err
	}
	var taken []Entitlement
	err = s.db.View(ctx, func(ctx context.Context, tx *db.Tx) (err error) {
		taken, err = list(ctx, tx, []authz.Scope{authz.School(school.Territory, uai)}, Filter{Year: s.year()})
		return err
	})
	return school, slices.DeleteFunc(staff, func(m directory.Member) bool {
		return m.Role != directory.RoleTeacher || slices.ContainsFunc(taken, func(e Entitlement) bool { return e.Person == m.Person })
	}), err
}

// school returns a school where the person may declare.
func (s *Service) school(ctx context.Context, uai string) (directory.School, error) {
	if _, err := authz.Scopes(ctx, Declare); err != nil {
		return directory.School{}, err
	}
	school, err := s.directory.School(ctx, directory.UAI(uai))
	if err != nil {
		return school, err
	}
	return school, authz.Check(ctx, Declare, authz.School(school.Territory, uai))
}

func (s *Service) year() string { return directory.SchoolYear(s.db.Time()) }

// DeclareNew says that a teacher of the school is new this year, and returns the entitlement. It returns NotFound for
// somebody who does not teach there, Conflict for one who is declared already.
func (s *Service) DeclareNew(ctx context.Context, uai, person string) (string, error) {
	school, err := s.school(ctx, uai)
	if err != nil {
		return "", err
	}
	staff, err := s.links.Staff(ctx, school.Territory, uai)
	if err != nil {
		return "", err
	}
	if !slices.ContainsFunc(staff, func(m directory.Member) bool { return m.Person == person && m.Role == directory.RoleTeacher }) {
		return "", errs.OfFields(errs.Field{Name: "person", Key: "entitlements.person"})
	}
	e := Entitlement{Territory: school.Territory, Person: person, School: uai, Year: s.year(), State: Declared}
	return e.ID, s.db.Update(ctx, func(ctx context.Context, tx *db.Tx) error {
		e.ID, e.DeclaredAt = tx.NewID(), tx.Now()
		added, err := insert(ctx, tx, &e)
		if err != nil {
			return err
		}
		if !added {
			return errs.NewConflict("entitlements.already")
		}
		return s.record(ctx, tx, &e, FactDeclared, Step{Declared})
	})
}

// step reads an entitlement, lets f change it and records what happened.
func (s *Service) step(ctx context.Context, perm authz.Permission, id, kind string, from []State, f func(ctx context.Context, tx *db.Tx, e *Entitlement) error) error {
	if _, err := authz.Scopes(ctx, perm); err != nil {
		return err
	}
	return s.db.Update(ctx, func(ctx context.Context, tx *db.Tx) error {
		e, err := find(ctx, tx, perm, id)
		if err != nil {
			return err
		}
		if perm == ReadOwn && e.Person != authz.From(ctx).Person {
			return errs.NewNotFound("entitlements.not_found")
		}
		if !slices.Contains(from, e.State) {
			return errs.NewConflict("entitlements.state.conflict")
		}
		if err := f(ctx, tx, &e); err != nil {
			return err
		}
		if err := save(ctx, tx, &e); err != nil {
			return err
		}
		if kind == FactHandedOver {
			return nil // recorded with its measure
		}
		return s.record(ctx, tx, &e, kind, Step{e.State})
	})
}

// Choose notes the pack that a teacher takes: chosen by the teacher (perm ReadOwn) or noted by the school (HandOver).
func (s *Service) Choose(ctx context.Context, perm authz.Permission, id, pack string) error {
	if _, err := authz.Scopes(ctx, perm); err != nil {
		return err
	}
	packs, err := s.links.Packs(ctx)
	if err != nil {
		return err
	}
	if !slices.ContainsFunc(packs, func(p Pack) bool { return p.ID == pack }) {
		return errs.OfFields(errs.Field{Name: "pack", Key: "entitlements.pack"})
	}
	return s.step(ctx, perm, id, FactChosen, []State{Declared, Chosen}, func(_ context.Context, tx *db.Tx, e *Entitlement) error {
		e.Kit, e.State, e.ChosenAt = pack, Chosen, tx.Now()
		return nil
	})
}

// Withdraw takes back a declaration that was a mistake, before anything was handed over.
func (s *Service) Withdraw(ctx context.Context, id string) error {
	return s.step(ctx, Declare, id, FactWithdrawn, []State{Declared, Chosen}, func(_ context.Context, tx *db.Tx, e *Entitlement) error {
		e.State, e.EndedAt = Withdrawn, tx.Now()
		return nil
	})
}

// Give hands an asset over to the teacher, who signs on the screen: list, name and drawing become one document. It
// returns Conflict when the asset is out already or is not fit, Invalid without a signature.
func (s *Service) Give(ctx context.Context, id, tag string, drawing files.Picture) error {
	seen, _, err := s.one(ctx, HandOver, id)
	if err != nil {
		return err
	}
	measure, err := s.links.Measure(ctx, seen.Territory)
	if err != nil {
		return err
	}
	return s.step(ctx, HandOver, id, FactHandedOver, []State{Declared, Chosen}, func(ctx context.Context, tx *db.Tx, e *Entitlement) error {
		a, err := assets.ByTag(ctx, tx, e.Territory, tag)
		if err == nil && a.School != "" && a.School != e.School {
			err = errs.NewConflict("entitlements.asset.elsewhere", "code", a.Code)
		}
		if err != nil {
			return err
		}
		if e.Kit != "" && a.Kit != e.Kit {
			return errs.NewConflict("entitlements.asset.other", "code", a.Code)
		}
		if err := s.keeper.Hold(ctx, tx, &a, e.ID); err != nil {
			return err
		}
		if a.State != assets.Usable {
			if err := s.keeper.Reach(ctx, tx, &a, assets.Usable); err != nil {
				return err
			}
		}
		if a.School == "" {
			if err := s.keeper.Move(ctx, tx, &a, e.School, "", "", FactHandedOver); err != nil {
				return err
			}
		}
		e.State, e.Asset, e.HandedAt = HandedOver, a.ID, tx.Now()
		pdf, err := receipt(ctx, seen.Name, e, &a, drawing)
		if err != nil {
			return err
		}
		f := files.File{Territory: e.Territory, Room: room, Kind: files.KindDocument, Name: a.Code + ".pdf", Type: "application/pdf", Data: pdf}
		if err := files.Store(ctx, tx, &f); err != nil {
			return err
		}
		e.Document = f.ID
		return s.record(ctx, tx, e, FactHandedOver, Done{Measure: measure, Quantity: 1})
	})
}

// Receipt returns the document that was signed at the handover.
func (s *Service) Receipt(ctx context.Context, id string) (files.File, error) {
	e, _, err := s.One(ctx, id)
	if err != nil {
		return files.File{}, err
	}
	if e.Document == "" {
		return files.File{}, errs.NewNotFound("entitlements.receipt.none")
	}
	var f files.File
	err = s.db.View(ctx, func(ctx context.Context, tx *db.Tx) (err error) {
		f, err = files.Load(ctx, tx, e.Territory, room, e.Document)
		return err
	})
	return f, err
}

// Leave notes the day on which the teacher leaves the territory: the pack is asked back.
func (s *Service) Leave(ctx context.Context, id, day string) error {
	if _, err := time.Parse(time.DateOnly, day); err != nil {
		if _, err := authz.Scopes(ctx, HandOver); err != nil {
			return err
		}
		return errs.OfFields(errs.Field{Name: "day", Key: "entitlements.day"})
	}
	return s.step(ctx, HandOver, id, FactLeft, []State{HandedOver}, func(_ context.Context, _ *db.Tx, e *Entitlement) error {
		e.State, e.LeftOn = Left, day
		return nil
	})
}

// TakeBack ends an entitlement: the pack came back, and may be given to somebody else.
func (s *Service) TakeBack(ctx context.Context, id string) error {
	return s.step(ctx, HandOver, id, FactEnded, []State{HandedOver, Left}, func(ctx context.Context, tx *db.Tx, e *Entitlement) error {
		a, err := assets.ByID(ctx, tx, e.Territory, e.Asset)
		if err != nil {
			return err
		}
		e.State, e.EndedAt = Returned, tx.Now()
		return s.keeper.Release(ctx, tx, &a, e.ID)
	})
}

// Keep ends an entitlement of a teacher who left and keeps the pack, as the programme's agreement allows.
func (s *Service) Keep(ctx context.Context, id string) error {
	return s.step(ctx, HandOver, id, FactEnded, []State{Left}, func(_ context.Context, tx *db.Tx, e *Entitlement) error {
		e.State, e.EndedAt = Kept, tx.Now()
		return nil
	})
}

// Move follows a teacher to another school of the territory: the pack goes along.
func (s *Service) Move(ctx context.Context, id, uai string) error {
	if _, err := authz.Scopes(ctx, HandOver); err != nil {
		return err
	}
	school, err := s.directory.School(ctx, directory.UAI(uai))
	if err != nil {
		return errs.OfFields(errs.Field{Name: "school", Key: "entitlements.school"})
	}
	return s.step(ctx, HandOver, id, FactMoved, []State{Declared, Chosen, HandedOver}, func(ctx context.Context, tx *db.Tx, e *Entitlement) error {
		if school.Territory != e.Territory {
			return errs.OfFields(errs.Field{Name: "school", Key: "entitlements.school.outside"})
		}
		e.School = uai
		if e.Asset == "" {
			return nil
		}
		a, err := assets.ByID(ctx, tx, e.Territory, e.Asset)
		if err != nil {
			return err
		}
		return s.keeper.Move(ctx, tx, &a, uai, "", "", FactMoved)
	})
}
