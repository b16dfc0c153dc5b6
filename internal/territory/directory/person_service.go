package directory

import (
	"context"
	"slices"
	"time"

	"preau/internal/base/authz"
	"preau/internal/base/db"
	"preau/internal/base/errs"
	"preau/internal/base/i18n"
	"preau/internal/base/journal"
)

// today is the day in Paris, as affiliations write it.
func (s *Service) today() string { return s.db.Time().In(i18n.Paris).Format(time.DateOnly) }

// Pupils returns the pupils of a class by family name: for the head of the school and the teacher of the
// class alone; NotFound for anybody else.
func (s *Service) Pupils(ctx context.Context, class Class) ([]Pupil, error) {
	if err := authz.Check(ctx, ReadPupils, authz.Class(class.Territory, string(class.School), class.ID)); err != nil {
		return nil, err
	}
	var list []Pupil
	err := s.db.View(ctx, func(ctx context.Context, tx *db.Tx) error {
		var err error
		list, err = db.All(ctx, tx, func(row db.Scanner) (Pupil, error) {
			var p Pupil
			var usage string
			err := row.Scan(&p.Person, &p.GivenName, &usage, &p.FamilyName)
			if usage != "" {
				p.FamilyName = usage
			}
			return p, err
		}, `SELECT i.person, i.given_name, i.usage_name, i.family_name
			FROM directory_affiliation a JOIN directory_class c ON c.territory = a.territory AND c.id = a.class
			JOIN directory_identity i ON i.territory = a.territory AND i.person = a.person
			WHERE a.territory = ? AND a.class = ? AND c.school = ? AND a.role = 'pupil' AND (a.end_date IS NULL OR a.end_date > ?)
			ORDER BY i.folded, i.person LIMIT 500`, class.Territory, class.ID, string(class.School), s.today())
		return err
	})
	return list, err
}

// PersonAt returns NotFound unless the principal holds the permission on a school, or a class, that the person
// belongs to now. Rooms that show something about one person ask it first.
func (s *Service) PersonAt(ctx context.Context, perm authz.Permission, territory, person string) error {
	scopes, err := authz.Scopes(ctx, perm)
	if err != nil {
		return err
	}
	where, args := authz.Filter(scopes, "a.territory", "a.school", "a.class")
	n := 0
	err = s.db.View(ctx, func(ctx context.Context, tx *db.Tx) error {
		n, err = db.One(ctx, tx, db.Value[int], `SELECT COUNT(*) FROM directory_affiliation a
			WHERE a.territory = ? AND a.person = ? AND (a.end_date IS NULL OR a.end_date > ?) AND `+where,
			append([]any{territory, person, s.today()}, args...)...)
		return err
	})
	if err == nil && n == 0 {
		err = errs.NewNotFound("authz.not_found")
	}
	return err
}

// Family returns the homes of a pupil and the guardians with theirs, for the head of the pupil's school.
func (s *Service) Family(ctx context.Context, territory, child string) ([]Home, []Guardian, error) {
	if err := s.PersonAt(ctx, ReadFamilies, territory, child); err != nil {
		return nil, nil, err
	}
	var homes []Home
	var guardians []Guardian
	err := s.db.View(ctx, func(ctx context.Context, tx *db.Tx) error {
		var err error
		if homes, err = homesOf(ctx, tx, territory, child); err != nil {
			return err
		}
		guardians, err = db.All(ctx, tx, func(row db.Scanner) (Guardian, error) {
			var g Guardian
			err := row.Scan(&g.Person, &g.GivenName, &g.FamilyName, &g.Email, &g.Phone)
			return g, err
		}, `SELECT i.person, i.given_name, i.family_name, i.email, i.phone FROM directory_guardianship g
			JOIN directory_identity i ON i.territory = g.territory AND i.person = g.guardian
			WHERE g.territory = ? AND g.child = ? ORDER BY i.folded, i.person`, territory, child)
		if err != nil {
			return err
		}
		for i := range guardians { // two or three
			if guardians[i].Homes, err = homesOf(ctx, tx, territory, guardians[i].Person); err != nil {
				return err
			}
		}
		return nil
	})
	return homes, guardians, err
}

func homesOf(ctx context.Context, tx *db.Tx, territory, person string) ([]Home, error) {
	return db.All(ctx, tx, func(row db.Scanner) (Home, error) {
		var h Home
		err := row.Scan(&h.Territory, &h.Person, &h.Number, &h.Address, &h.Postcode, &h.Commune, &h.Country)
		return h, err
	}, `SELECT territory, person, number, address, postcode, commune, country FROM directory_home
		WHERE territory = ? AND person = ? ORDER BY number`, territory, person)
}

// Staff returns who works in a school now, by name, for its head.
func (s *Service) Staff(ctx context.Context, territory string, uai UAI) ([]Member, error) {
	if err := authz.Check(ctx, EditStaff, authz.School(territory, string(uai))); err != nil {
		return nil, err
	}
	var list []Member
	err := s.db.View(ctx, func(ctx context.Context, tx *db.Tx) error {
		var err error
		list, err = db.All(ctx, tx, func(row db.Scanner) (Member, error) {
			var m Member
			var given, usage, family string
			err := row.Scan(&m.Person, &given, &usage, &family, &m.Role, &m.Start)
			m.Name = fullName(given, usage, family)
			return m, err
		}, `SELECT a.person, i.given_name, i.usage_name, i.family_name, MIN(a.role), MIN(a.start_date)
			FROM directory_affiliation a JOIN directory_identity i ON i.territory = a.territory AND i.person = a.person
			WHERE a.territory = ? AND a.school = ? AND a.role IN ('teacher', 'head', 'staff') AND (a.end_date IS NULL OR a.end_date > ?)
			GROUP BY a.person, i.given_name, i.usage_name, i.family_name, i.folded ORDER BY i.folded, a.person LIMIT 500`, territory, string(uai), s.today())
		return err
	})
	return list, err
}

// AddStaff adds somebody who works in the school and returns the new person. It returns Invalid, NotFound, or
// Conflict when somebody of that name already works there.
func (s *Service) AddStaff(ctx context.Context, territory string, uai UAI, in StaffInput) (string, error) {
	if err := authz.Check(ctx, EditStaff, authz.School(territory, string(uai))); err != nil {
		return "", err
	}
	if err := in.check(); err != nil {
		return "", err
	}
	person := ""
	err := s.db.Update(ctx, func(ctx context.Context, tx *db.Tx) error {
		if _, err := openSchool(ctx, tx, territory, uai); err != nil {
			return err
		}
		there, err := db.One(ctx, tx, db.Value[int], `SELECT COUNT(*) FROM directory_identity i
			JOIN directory_affiliation a ON a.territory = i.territory AND a.person = i.person
			WHERE i.territory = ? AND i.folded = ? AND a.school = ? AND a.role <> 'pupil' AND a.end_date IS NULL`,
			territory, FoldedName(in.FamilyName, in.GivenName), string(uai))
		if err != nil {
			return err
		}
		if there > 0 {
			return errs.NewConflict("directory.staff.there")
		}
		person = tx.NewID()
		identity := Identity{Territory: territory, Person: person, FamilyName: in.FamilyName, GivenName: in.GivenName, Email: in.Email}
		a := Affiliation{Territory: territory, ID: tx.NewID(), Person: person, School: uai, Role: in.Role, Start: in.Start, Source: EntrySource}
		if _, err := tx.Exec(ctx, "INSERT INTO directory_person (territory, id, created_at) VALUES (?, ?, ?)", territory, person, tx.Now()); err != nil {
			return err
		}
		if _, err := tx.Exec(ctx, `INSERT INTO directory_identity (territory, person, family_name, usage_name, given_name, birth_date, email, phone, ine_hash, external_id, folded)
			VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)`, identity.Values()...); err != nil {
			return err
		}
		if _, err := tx.Exec(ctx, `INSERT INTO directory_affiliation (territory, id, person, school, class, role, start_date, end_date, source)
			VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)`, a.Values()...); err != nil {
			return err
		}
		return s.journal.Record(ctx, tx, journal.Fact{Territory: territory, School: string(uai), Kind: FactStaffJoined, Subject: person,
			Data: map[string]any{"role": in.Role}})
	})
	return person, err
}

// EndStaff ends somebody's work in a school today; their classes are left without a teacher. It returns NotFound
// for somebody who never worked there, or who heads it. Ending it twice is ending it once.
func (s *Service) EndStaff(ctx context.Context, territory string, uai UAI, person string) error {
	if err := authz.Check(ctx, EditStaff, authz.School(territory, string(uai))); err != nil {
		return err
	}
	return s.db.Update(ctx, func(ctx context.Context, tx *db.Tx) error {
		was, err := db.One(ctx, tx, db.Value[int], `SELECT COUNT(*) FROM directory_affiliation
			WHERE territory = ? AND person = ? AND school = ? AND role IN ('teacher', 'staff')`, territory, person, string(uai))
		if err != nil {
			return err
		}
		if was == 0 {
			return errs.NewNotFound("authz.not_found")
		}
		ended, err := tx.Exec(ctx, `UPDATE directory_affiliation SET end_date = ?
			WHERE territory = ? AND person = ? AND school = ? AND role IN ('teacher', 'staff') AND end_date IS NULL`, s.today(), territory, person, string(uai))
		if err != nil || ended == 0 {
			return err
		}
		if _, err := tx.Exec(ctx, "UPDATE directory_class SET teacher = NULL, updated_at = ? WHERE territory = ? AND school = ? AND teacher = ? AND status = 'open'",
			tx.Now(), territory, string(uai), person); err != nil {
			return err
		}
		return s.journal.Record(ctx, tx, journal.Fact{Territory: territory, School: string(uai), Kind: FactStaffLeft, Subject: person, Data: nil})
	})
}

// StaffNames returns the names of those of the persons who are known in the territory, whoever they work for. It is
// for the house: the room that shows the names has checked that the person may see them.
func (s *Service) StaffNames(ctx context.Context, territory string, persons []string) (map[string]string, error) {
	if err := authz.Check(ctx, EditStaff, authz.Territory(territory)); err != nil {
		return nil, err
	}
	names := make(map[string]string, len(persons))
	err := s.db.View(ctx, func(ctx context.Context, tx *db.Tx) error {
		for some := range slices.Chunk(persons, mostAtOnce) {
			list, err := db.All(ctx, tx, func(row db.Scanner) ([2]string, error) {
				var person, given, usage, family string
				err := row.Scan(&person, &given, &usage, &family)
				return [2]string{person, fullName(given, usage, family)}, err
			}, "SELECT person, given_name, usage_name, family_name FROM directory_identity WHERE territory = ? AND person IN ("+db.Marks(len(some))+")",
				append([]any{territory}, db.Strings(some)...)...)
			if err != nil {
				return err
			}
			for _, p := range list {
				names[p[0]] = p[1]
			}
		}
		return nil
	})
	return names, err
}
