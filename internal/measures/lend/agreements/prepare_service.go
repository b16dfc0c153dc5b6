package agreements

import (
	"context"
	"slices"
	"strings"
	"time"

	"preau/internal/base/authz"
	"preau/internal/base/db"
	"preau/internal/base/errs"
	"preau/internal/base/i18n"
	"preau/internal/base/journal"
	"preau/internal/territory/directory"
)

// today is the day in Paris.
func (s *Service) today() string { return s.db.Time().In(i18n.Paris).Format(time.DateOnly) }

// ClassPupil is a pupil of a class for whom an agreement can be prepared.
type ClassPupil struct {
	directory.Pupil
	Granted bool   // a device was granted to them
	Code    string // of the agreement that they already have this year
	ID      string
}

// ClassPupils returns the pupils of a class, for the head and the teacher; NotFound for anybody else.
func (s *Service) ClassPupils(ctx context.Context, class string) (directory.ClassLine, []ClassPupil, error) {
	line, err := s.class(ctx, EditAgreements, class)
	if err != nil {
		return line, nil, err
	}
	pupils, err := s.directory.Pupils(inside(ctx), line.Class)
	if err != nil {
		return line, nil, err
	}
	granted, err := s.granted(ctx, line)
	if err != nil {
		return line, nil, err
	}
	var has map[string]*Agreement
	err = s.db.View(ctx, func(ctx context.Context, tx *db.Tx) error {
		has, err = current(ctx, tx, line.Territory, string(line.School), line.Year)
		return err
	})
	list := make([]ClassPupil, len(pupils))
	for i, p := range pupils {
		list[i] = ClassPupil{Pupil: p, Granted: slices.Contains(granted, p.Person)}
		if a := has[p.Person]; a != nil {
			list[i].Code, list[i].ID = a.Code, a.ID
		}
	}
	return line, list, err
}

func (s *Service) granted(ctx context.Context, class directory.ClassLine) ([]string, error) {
	if s.links.Granted == nil {
		return nil, nil
	}
	return s.links.Granted(ctx, class.Territory, class.ID, class.Year)
}

// class returns a class on which the principal holds the permission, or NotFound.
func (s *Service) class(ctx context.Context, perm authz.Permission, id string) (directory.ClassLine, error) {
	line, err := s.directory.Class(inside(ctx), id)
	if err != nil {
		if _, refused := authz.Scopes(ctx, perm); refused != nil {
			return line, refused
		}
		return line, err
	}
	return line, authz.Check(ctx, perm, authz.Class(line.Territory, string(line.School), line.ID))
}

// current returns the agreements of a school and year that are prepared or signed, by pupil.
func current(ctx context.Context, tx *db.Tx, territory, school, year string) (map[string]*Agreement, error) {
	found, err := list(ctx, tx, Filter{Territory: territory, School: school, Year: year}, "state IN ('prepared', 'signed')", nil)
	byPupil := map[string]*Agreement{}
	for _, a := range found {
		byPupil[a.Pupil] = a
	}
	return byPupil, err
}

// Wanted is an agreement to prepare for one pupil.
type Wanted struct {
	Pupil    string
	Language string // "" French
	Device   string // label or serial number of the device, "" chosen at the handover
}

// Prepare prepares an agreement for each of the pupils of a class, all on the same terms, all or nothing; those who have
// one this year are left as they are. It returns the new ones. It returns NotFound for a class of another school, Invalid
// for a pupil who is not in the class, a language there is no text in, or terms that cannot be.
func (s *Service) Prepare(ctx context.Context, class string, wanted []Wanted, terms Terms) ([]*Agreement, error) {
	line, err := s.class(ctx, EditAgreements, class)
	if err != nil {
		return nil, err
	}
	if err := terms.check(s.today()); err != nil {
		return nil, err
	}
	pupils, err := s.directory.Pupils(inside(ctx), line.Class)
	if err != nil {
		return nil, err
	}
	measure := ""
	if s.links.Measure != nil {
		if measure, err = s.links.Measure(ctx, line.Territory); err != nil {
			return nil, err
		}
	}
	made := make([]*Agreement, 0, len(wanted))
	for _, w := range wanted {
		if !slices.ContainsFunc(pupils, func(p directory.Pupil) bool { return p.Person == w.Pupil }) {
			return nil, errs.NewInvalid("agreements.pupil.elsewhere")
		}
		a := &Agreement{Territory: line.Territory, School: string(line.School), Class: line.ID, Pupil: w.Pupil, Year: line.Year, Language: w.Language,
			StartOn: terms.Start, DueOn: terms.Due, Measure: measure, State: Prepared, Version: 1, Items: slices.Clone(terms.Items)}
		if err := s.complete(ctx, a, w.Device); err != nil {
			return nil, err
		}
		made = append(made, a)
	}
	var kept []*Agreement
	err = s.db.Update(ctx, func(ctx context.Context, tx *db.Tx) error {
		kept = nil
		has, err := current(ctx, tx, line.Territory, string(line.School), line.Year)
		if err != nil {
			return err
		}
		for _, a := range made {
			if has[a.Pupil] != nil {
				continue
			}
			has[a.Pupil] = a
			if a.Code, err = nextCode(ctx, tx, a.Territory); err != nil {
				return err
			}
			a.ID, a.CreatedAt = tx.NewID(), tx.Now()
			if err := insert(ctx, tx, a, authz.From(ctx).Account); err != nil {
				return err
			}
			if err := s.record(ctx, tx, FactPrepared, a); err != nil {
				return err
			}
			kept = append(kept, a)
		}
		return nil
	})
	return kept, err
}

// complete fills in what depends on the pupil: the language, the homes, the device.
func (s *Service) complete(ctx context.Context, a *Agreement, device string) error {
	all, err := Languages()
	if err != nil {
		return err
	}
	if a.Language == "" {
		a.Language = French
	}
	if all[a.Language] == nil {
		return errs.OfFields(errs.Field{Name: "language", Key: "agreements.language.wrong"})
	}
	homes, err := s.homes(ctx, a.Territory, a.Pupil)
	if err != nil {
		return err
	}
	a.Homes = len(homes)
	if device == "" || s.links.Device == nil {
		return nil
	}
	found, err := s.links.Device(ctx, a.Territory, a.School, device)
	if err != nil {
		return err
	}
	for i := range a.Items {
		if a.Items[i].Kind == KindDevice {
			a.Items[i].Asset, a.Items[i].Code, a.Items[i].Name = found.Asset, found.Code, found.Name
			if found.ValueCents > 0 {
				a.Items[i].ValueCents = found.ValueCents
			}
		}
	}
	if found.Measure != "" {
		a.Measure = found.Measure
	}
	return nil
}

// homes returns the one or two homes of a pupil, each with those who answer for the pupil there.
func (s *Service) homes(ctx context.Context, territory, pupil string) ([]Home, error) {
	homes, guardians, err := s.directory.Family(inside(ctx), territory, pupil)
	if err != nil && !errs.Is(err, errs.NotFound) {
		return nil, err
	}
	return homesOf(homes, guardians), nil
}

// homesOf puts each guardian into the pupil's home at whose address they live; who lives at neither makes the second
// home when the pupil has only one, and belongs to the first otherwise.
func homesOf(homes []directory.Home, guardians []directory.Guardian) []Home {
	var list []Home
	var keys []string
	add := func(h directory.Home) int {
		key := strings.ToLower(h.Address + "|" + h.Postcode)
		if i := slices.Index(keys, key); i >= 0 {
			return i
		}
		if len(list) == 2 {
			return 0
		}
		list, keys = append(list, Home{Address: lines(h)}), append(keys, key)
		return len(list) - 1
	}
	for _, h := range homes {
		add(h)
	}
	var nowhere []Person
	for _, g := range guardians {
		person := Person{g.Person, strings.TrimSpace(g.GivenName + " " + g.FamilyName)}
		if len(g.Homes) == 0 {
			nowhere = append(nowhere, person)
			continue
		}
		i := add(g.Homes[0])
		list[i].Guardians = append(list[i].Guardians, person)
	}
	if len(list) == 0 {
		list = []Home{{}}
	}
	list[0].Guardians = append(list[0].Guardians, nowhere...)
	return list
}

func lines(h directory.Home) []string {
	var list []string
	for _, line := range []string{h.Address, strings.TrimSpace(h.Postcode + " " + h.Commune), h.Country} {
		if line != "" {
			list = append(list, line)
		}
	}
	return list
}

func (s *Service) record(ctx context.Context, tx *db.Tx, kind string, a *Agreement) error {
	return s.journal.Record(ctx, tx, journal.Fact{Territory: a.Territory, School: a.School, Class: a.Class, Kind: kind, Subject: a.ID, Data: fact{a.Code, a.SHA256}})
}

// Change puts other terms, or another language, into an agreement that is not signed. Conflict afterwards.
func (s *Service) Change(ctx context.Context, id, language string, terms Terms) error {
	a, err := s.visible(ctx, EditAgreements, "id = ?", id)
	if err != nil {
		return err
	}
	if err := a.open(); err != nil {
		return err
	}
	if err := terms.check(s.today()); err != nil {
		return err
	}
	a.Language, a.StartOn, a.DueOn, a.Items = language, terms.Start, terms.Due, terms.Items
	if err := s.complete(ctx, a, ""); err != nil {
		return err
	}
	return s.db.Update(ctx, func(ctx context.Context, tx *db.Tx) error {
		next := *a
		if err := update(ctx, tx, &next); err != nil {
			return err
		}
		if _, err := tx.Exec(ctx, "DELETE FROM lend_item WHERE territory = ? AND agreement = ?", a.Territory, a.ID); err != nil {
			return err
		}
		if err := insertItems(ctx, tx, &next); err != nil {
			return err
		}
		return s.record(ctx, tx, FactChanged, &next)
	})
}

// Cancel gives up an agreement that is not signed. Conflict afterwards.
func (s *Service) Cancel(ctx context.Context, id string) error {
	a, err := s.visible(ctx, EditAgreements, "id = ?", id)
	if err != nil {
		return err
	}
	if err := a.open(); err != nil {
		return err
	}
	return s.db.Update(ctx, func(ctx context.Context, tx *db.Tx) error {
		next := *a
		next.State = Cancelled
		if err := update(ctx, tx, &next); err != nil {
			return err
		}
		return s.record(ctx, tx, FactCancelled, &next)
	})
}

// visible returns an agreement on whose class the principal holds the permission, or NotFound.
func (s *Service) visible(ctx context.Context, perm authz.Permission, where string, arg any) (*Agreement, error) {
	if _, err := authz.Scopes(ctx, perm); err != nil {
		return nil, err
	}
	var a *Agreement
	err := s.db.View(ctx, func(ctx context.Context, tx *db.Tx) (err error) {
		a, err = one(ctx, tx, where, arg)
		return err
	})
	if err != nil {
		return nil, err
	}
	if err := authz.Check(ctx, perm, authz.Class(a.Territory, a.School, a.Class)); err != nil {
		return nil, errs.NewNotFound("agreements.not_found")
	}
	return a, nil
}
