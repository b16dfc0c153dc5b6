package directory

import (
	"context"
	"time"

	"preau/internal/base/authz"
	"preau/internal/base/db"
	"preau/internal/base/errs"
	"preau/internal/base/i18n"
	"preau/internal/base/journal"
)

// PersonQuery is what a person says of themselves to the data protection officer: all of it must agree.
type PersonQuery struct {
	Territory  string
	FamilyName string
	GivenName  string
	BirthDate  string // 2015-03-09; "" finds those whose birth date is not kept
}

// Found is a person who was found, without a name.
type Found struct {
	Territory string
	Person    string
	Roles     []string
	Schools   []string // names, with their commune: of one's own, or of one's children
	Since     int64    // ms UTC
}

// FindPerson returns the persons of the territory with exactly this name and birth date, opaque. It returns
// Invalid when the name or the date is missing or wrong.
func (s *Service) FindPerson(ctx context.Context, q PersonQuery) ([]Found, error) {
	if err := authz.Check(ctx, AnswerPeople, authz.Territory(q.Territory)); err != nil {
		return nil, err
	}
	var fields []errs.Field
	if db.Fold(q.FamilyName) == "" {
		fields = append(fields, errs.Field{Name: "family_name", Key: "directory.people.name.missing"})
	}
	if db.Fold(q.GivenName) == "" {
		fields = append(fields, errs.Field{Name: "given_name", Key: "directory.people.name.missing"})
	}
	if q.BirthDate != "" && !validDate(q.BirthDate) {
		fields = append(fields, errs.Field{Name: "birth_date", Key: "directory.date.wrong"})
	}
	if len(fields) > 0 {
		return nil, errs.OfFields(fields...)
	}
	var list []Found
	err := s.db.View(ctx, func(ctx context.Context, tx *db.Tx) error {
		var err error
		list, err = db.All(ctx, tx, func(row db.Scanner) (Found, error) {
			var f Found
			err := row.Scan(&f.Territory, &f.Person, &f.Since)
			return f, err
		}, `SELECT i.territory, i.person, p.created_at FROM directory_identity i
			JOIN directory_person p ON p.territory = i.territory AND p.id = i.person
			WHERE i.territory = ? AND i.folded = ? AND i.birth_date = ? ORDER BY i.person LIMIT 20`,
			q.Territory, FoldedName(q.FamilyName, q.GivenName), q.BirthDate)
		for i := range list {
			if err == nil {
				list[i].Roles, err = rolesOf(ctx, tx, list[i].Territory, list[i].Person)
			}
			if err == nil {
				list[i].Schools, err = schoolsOfPerson(ctx, tx, list[i].Territory, list[i].Person)
			}
		}
		return err
	})
	return list, err
}

func rolesOf(ctx context.Context, tx *db.Tx, territory, person string) ([]string, error) {
	return db.All(ctx, tx, db.Value[string], `SELECT DISTINCT role FROM directory_affiliation WHERE territory = ? AND person = ?
		UNION SELECT 'guardian' FROM directory_guardianship WHERE territory = ? AND guardian = ? ORDER BY 1`, territory, person, territory, person)
}

// schoolsOfPerson tells two persons of one name apart: it returns the schools where they, or their children, are.
func schoolsOfPerson(ctx context.Context, tx *db.Tx, territory, person string) ([]string, error) {
	return db.All(ctx, tx, func(row db.Scanner) (string, error) {
		var name, commune string
		err := row.Scan(&name, &commune)
		return name + ", " + commune, err
	}, `SELECT DISTINCT s.name, s.commune_name FROM directory_affiliation a JOIN directory_school s ON s.territory = a.territory AND s.uai = a.school
		WHERE a.territory = ? AND (a.person = ? OR EXISTS (SELECT 1 FROM directory_guardianship g
			WHERE g.territory = a.territory AND g.child = a.person AND g.guardian = ?)) ORDER BY s.name, s.commune_name LIMIT 10`, territory, person, person)
}

// PersonFile is everything that is kept about one person (GDPR article 15).
type PersonFile struct {
	Territory    string            `json:"territory"`
	Person       string            `json:"person"`
	CreatedAt    string            `json:"created_at"`
	Identity     *IdentityFile     `json:"identity"`
	Homes        []HomeFile        `json:"homes"`
	Affiliations []AffiliationFile `json:"affiliations"`
	Children     []string          `json:"children,omitempty"`  // opaque
	Guardians    []string          `json:"guardians,omitempty"` // opaque
	Elsewhere    map[string]any    `json:"elsewhere,omitempty"` // by room
}

// IdentityFile is an identity in a PersonFile; of the INE only whether its hash is kept.
type IdentityFile struct {
	FamilyName string `json:"family_name"`
	UsageName  string `json:"usage_name,omitempty"`
	GivenName  string `json:"given_name"`
	BirthDate  string `json:"birth_date,omitempty"`
	Email      string `json:"email,omitempty"`
	Phone      string `json:"phone,omitempty"`
	INEHash    bool   `json:"ine_hash_kept"`
	ExternalID string `json:"external_id,omitempty"`
}

// HomeFile is a home in a PersonFile.
type HomeFile struct {
	Address  string `json:"address"`
	Postcode string `json:"postcode"`
	Commune  string `json:"commune"`
	Country  string `json:"country,omitempty"`
}

// AffiliationFile is an affiliation in a PersonFile.
type AffiliationFile struct {
	School UAI        `json:"school"`
	Class  string     `json:"class,omitempty"`
	Role   PersonRole `json:"role"`
	Start  string     `json:"start"`
	End    string     `json:"end,omitempty"`
}

// ExportPerson returns everything that is kept about a person, in every room, and records that it was handed
// over. It returns NotFound for a person who is not known.
func (s *Service) ExportPerson(ctx context.Context, territory, person string) (PersonFile, error) {
	file := PersonFile{Territory: territory, Person: person}
	if err := authz.Check(ctx, AnswerPeople, authz.Territory(territory)); err != nil {
		return file, err
	}
	err := s.db.Update(ctx, func(ctx context.Context, tx *db.Tx) error {
		file = PersonFile{Territory: territory, Person: person, Elsewhere: map[string]any{}}
		created, err := db.One(ctx, tx, db.Value[int64], "SELECT created_at FROM directory_person WHERE territory = ? AND id = ?", territory, person)
		if err != nil {
			return missing(err)
		}
		file.CreatedAt = i18n.Millis(created).Format(time.RFC3339)
		if err := file.read(ctx, tx); err != nil {
			return err
		}
		for _, k := range s.links.Keepers {
			part, err := k.ExportPerson(ctx, tx, territory, person)
			if err != nil {
				return err
			}
			if part != nil {
				file.Elsewhere[k.Name()] = part
			}
		}
		return s.journal.Record(ctx, tx, journal.Fact{Territory: territory, Kind: FactPersonExported, Subject: person, Data: nil})
	})
	return file, err
}

// read fills what the directory keeps.
func (f *PersonFile) read(ctx context.Context, tx *db.Tx) error {
	identity, err := db.One(ctx, tx, func(row db.Scanner) (IdentityFile, error) {
		var i IdentityFile
		var hash string
		err := row.Scan(&i.FamilyName, &i.UsageName, &i.GivenName, &i.BirthDate, &i.Email, &i.Phone, &hash, &i.ExternalID)
		i.INEHash = hash != ""
		return i, err
	}, `SELECT family_name, usage_name, given_name, birth_date, email, phone, ine_hash, external_id
		FROM directory_identity WHERE territory = ? AND person = ?`, f.Territory, f.Person)
	switch {
	case err == nil:
		f.Identity = &identity
	case !db.IsNotFound(err):
		return err
	}
	homes, err := homesOf(ctx, tx, f.Territory, f.Person)
	if err != nil {
		return err
	}
	for _, h := range homes {
		f.Homes = append(f.Homes, HomeFile{h.Address, h.Postcode, h.Commune, h.Country})
	}
	if f.Affiliations, err = db.All(ctx, tx, func(row db.Scanner) (AffiliationFile, error) {
		var a AffiliationFile
		err := row.Scan(&a.School, &a.Class, &a.Role, &a.Start, &a.End)
		return a, err
	}, `SELECT school, COALESCE(class, ''), role, start_date, COALESCE(end_date, '') FROM directory_affiliation
		WHERE territory = ? AND person = ? ORDER BY start_date, id`, f.Territory, f.Person); err != nil {
		return err
	}
	if f.Children, err = db.All(ctx, tx, db.Value[string], "SELECT child FROM directory_guardianship WHERE territory = ? AND guardian = ? ORDER BY child", f.Territory, f.Person); err != nil {
		return err
	}
	f.Guardians, err = db.All(ctx, tx, db.Value[string], "SELECT guardian FROM directory_guardianship WHERE territory = ? AND child = ? ORDER BY guardian", f.Territory, f.Person)
	return err
}

// ErasePerson removes the identity and the homes of a person and, with the last child, those of its guardians.
// The opaque person stays, for counts and facts. Erasing twice is erasing once.
func (s *Service) ErasePerson(ctx context.Context, territory, person string) error {
	if err := authz.Check(ctx, AnswerPeople, authz.Territory(territory)); err != nil {
		return err
	}
	return s.db.Update(ctx, func(ctx context.Context, tx *db.Tx) error {
		if _, err := db.One(ctx, tx, db.Value[string], "SELECT id FROM directory_person WHERE territory = ? AND id = ?", territory, person); err != nil {
			return missing(err)
		}
		return s.erase(ctx, tx, territory, person, "request")
	})
}

// erase erases a person, then the guardians who have no other child left.
func (s *Service) erase(ctx context.Context, tx *db.Tx, territory, person, reason string) error {
	guardians, err := db.All(ctx, tx, db.Value[string], `SELECT guardian FROM directory_guardianship g WHERE territory = ? AND child = ?
		AND NOT EXISTS (SELECT 1 FROM directory_affiliation a WHERE a.territory = g.territory AND a.person = g.guardian)
		AND NOT EXISTS (SELECT 1 FROM directory_guardianship o WHERE o.territory = g.territory AND o.guardian = g.guardian AND o.child <> g.child)
		ORDER BY guardian`, territory, person)
	if err != nil {
		return err
	}
	for _, one := range append([]string{person}, guardians...) {
		if err := s.eraseOne(ctx, tx, territory, one, reason); err != nil {
			return err
		}
	}
	return nil
}

func (s *Service) eraseOne(ctx context.Context, tx *db.Tx, territory, person, reason string) error {
	touched := int64(0)
	for _, statement := range []string{
		"DELETE FROM directory_home WHERE territory = ? AND person = ?",
		"DELETE FROM directory_identity WHERE territory = ? AND person = ?",
		"DELETE FROM directory_guardianship WHERE territory = ? AND child = ?",
		"DELETE FROM directory_guardianship WHERE territory = ? AND guardian = ?",
	} {
		n, err := tx.Exec(ctx, statement, territory, person)
		if err != nil {
			return err
		}
		touched += n
	}
	fresh, err := tx.Exec(ctx, "UPDATE directory_person SET erased_at = ? WHERE territory = ? AND id = ? AND erased_at IS NULL", tx.Now(), territory, person)
	if err != nil || fresh+touched == 0 {
		return err
	}
	for _, k := range s.links.Keepers {
		if err := k.ErasePerson(ctx, tx, territory, person); err != nil {
			return err
		}
	}
	return s.journal.Record(ctx, tx, journal.Fact{Territory: territory, Kind: FactPersonErased, Subject: person, Data: map[string]string{"reason": reason}})
}
