package directory

import (
	"context"
	"slices"

	"preau/internal/base/authz"
	"preau/internal/base/db"
	"preau/internal/base/errs"
	"preau/internal/base/journal"
)

// classFact is what the journal keeps of a class: no name of a person, no free text.
type classFact struct {
	Year       string `json:"year"`
	Level      string `json:"level"`
	Elementary Tri    `json:"elementary"`
	Pupils     *int64 `json:"pupils"`
	Teacher    string `json:"teacher,omitempty"` // opaque person
}

func (s *Service) recordClass(ctx context.Context, tx *db.Tx, kind string, c Class) error {
	return s.journal.Record(ctx, tx, journal.Fact{Territory: c.Territory, School: string(c.School), Class: c.ID, Kind: kind, Subject: c.ID,
		Data: classFact{c.Year, c.Level, c.Elementary, c.Pupils, c.Teacher}})
}

// ClassFilter chooses classes. Empty members choose all, except Status, which is then Open.
type ClassFilter struct {
	Territory string
	School    UAI
	Year      string
	Status    string // open, closed, all
	Page      int
	Size      int // 100 unless told, 200 at the most
}

// ClassLine is a class in a list, with the name of its school. The teacher is named only to the school.
type ClassLine struct {
	Class
	SchoolName  string
	TeacherName string
}

// Classes returns a page of the classes that the person may see, by school, year and name; those of one school by
// level, the youngest first. It returns NotFound for a school of which they may see none.
func (s *Service) Classes(ctx context.Context, filter ClassFilter) (Page[ClassLine], error) {
	var page Page[ClassLine]
	scopes, err := authz.Scopes(ctx, ReadClasses)
	if err != nil {
		return page, err
	}
	var c condition
	where, args := authz.Filter(scopes, "c.territory", "c.school", "c.id")
	c.and(where, args...)
	filter.where(&c)
	page.Page, page.Size = max(filter.Page, 1), min(filter.Size, maxPerPage)
	if page.Size <= 0 {
		page.Size = 100
	}
	err = s.db.View(ctx, func(ctx context.Context, tx *db.Tx) error {
		if page.Total, err = db.One(ctx, tx, db.Value[int], "SELECT COUNT(*) FROM directory_class c WHERE "+c.text.String(), c.args...); err != nil {
			return err
		}
		page.Rows, err = db.All(ctx, tx, scanClassLine, `SELECT `+classColumns+`, s.name, COALESCE(i.given_name, ''), COALESCE(i.usage_name, ''), COALESCE(i.family_name, '')
			FROM directory_class c JOIN directory_school s ON s.territory = c.territory AND s.uai = c.school
			LEFT JOIN directory_identity i ON i.territory = c.territory AND i.person = c.teacher
			WHERE `+c.text.String()+` ORDER BY c.territory, c.school, c.year, c.name LIMIT ? OFFSET ?`,
			append(c.args, page.Size, (page.Page-1)*page.Size)...)
		return err
	})
	if filter.School != "" && page.Total == len(page.Rows) {
		slices.SortStableFunc(page.Rows, func(a, b ClassLine) int { return LevelPlace(a.Level) - LevelPlace(b.Level) })
	}
	if filter.School != "" && err == nil && len(page.Rows) == 0 && !authz.May(ctx, ReadClasses, authz.School(filter.territory(), string(filter.School))) {
		return page, errs.NewNotFound("authz.not_found")
	}
	for i := range page.Rows {
		r := &page.Rows[i]
		if !authz.May(ctx, ReadPupils, authz.Class(r.Territory, string(r.School), r.ID)) {
			r.TeacherName = ""
		}
	}
	return page, err
}

// territory is where the school of the filter lies.
func (f *ClassFilter) territory() string {
	if f.Territory != "" {
		return f.Territory
	}
	return f.School.Territory()
}

func (f *ClassFilter) where(c *condition) {
	if f.Territory != "" {
		c.and("c.territory = ?", f.Territory)
	}
	if f.School != "" {
		c.and("c.school = ?", string(f.School))
	}
	if f.Year != "" {
		c.and("c.year = ?", f.Year)
	}
	switch f.Status {
	case "":
		c.and("c.status = ?", string(Open))
	case string(Open), string(Closed):
		c.and("c.status = ?", f.Status)
	}
}

func scanClassLine(row db.Scanner) (ClassLine, error) {
	var l ClassLine
	var given, usage, family string
	err := row.Scan(&l.Territory, &l.ID, &l.School, &l.Year, &l.Name, &l.Code, &l.Level, &l.Elementary, &l.Pupils, &l.Teacher,
		&l.Status, &l.Source, &l.UpdatedAt, &l.SchoolName, &given, &usage, &family)
	l.TeacherName = fullName(given, usage, family)
	return l, err
}

// Class returns a class, or NotFound. Of two territories with the same identifier, the first that the
// person may see; identifiers are unique by construction.
func (s *Service) Class(ctx context.Context, id string) (ClassLine, error) {
	scopes, err := authz.Scopes(ctx, ReadClasses)
	if err != nil {
		return ClassLine{}, err
	}
	page := Page[ClassLine]{}
	where, args := authz.Filter(scopes, "c.territory", "c.school", "c.id")
	err = s.db.View(ctx, func(ctx context.Context, tx *db.Tx) error {
		page.Rows, err = db.All(ctx, tx, scanClassLine, `SELECT `+classColumns+`, s.name, COALESCE(i.given_name, ''), COALESCE(i.usage_name, ''), COALESCE(i.family_name, '')
			FROM directory_class c JOIN directory_school s ON s.territory = c.territory AND s.uai = c.school
			LEFT JOIN directory_identity i ON i.territory = c.territory AND i.person = c.teacher
			WHERE c.id = ? AND c.`+anyTerritory+` AND `+where, append([]any{id}, args...)...)
		return err
	})
	if err != nil {
		return ClassLine{}, err
	}
	if len(page.Rows) == 0 {
		return ClassLine{}, errs.NewNotFound("directory.class.not_found")
	}
	line := page.Rows[0]
	if !authz.May(ctx, ReadPupils, authz.Class(line.Territory, string(line.School), line.ID)) {
		line.TeacherName = ""
	}
	return line, nil
}

// AddClass adds a class to a school for the current school year and returns its identifier. It returns
// Invalid, NotFound, or Conflict when the school has a class of that name that year.
func (s *Service) AddClass(ctx context.Context, territory string, uai UAI, in ClassInput) (string, error) {
	if err := authz.Check(ctx, EditClasses, authz.School(territory, string(uai))); err != nil {
		return "", err
	}
	id := ""
	err := s.db.Update(ctx, func(ctx context.Context, tx *db.Tx) error {
		school, err := openSchool(ctx, tx, territory, uai)
		if err != nil {
			return err
		}
		level, err := in.check(&school)
		if err != nil {
			return err
		}
		if err := checkTeacher(ctx, tx, territory, uai, in.Teacher); err != nil {
			return err
		}
		c := Class{Territory: territory, ID: tx.NewID(), School: uai, Year: SchoolYear(s.db.Time()), Name: in.Name, Level: level,
			Elementary: elementaryIn(&school, level), Pupils: wide(in.Pupils), Teacher: in.Teacher, Status: Open, Source: EntrySource, UpdatedAt: tx.Now()}
		id = c.ID
		added, err := tx.Exec(ctx, `INSERT INTO directory_class (territory, id, school, year, name, code, level, elementary, pupils, teacher, status, source, updated_at)
			VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?) ON CONFLICT (territory, school, year, name) DO NOTHING`, c.Values()...)
		if err != nil {
			return err
		}
		if added == 0 {
			return nameTaken(in.Name)
		}
		return s.recordClass(ctx, tx, FactClassAdded, c)
	})
	return id, err
}

func nameTaken(name string) error {
	return &errs.Error{Kind: errs.Conflict, Key: "directory.class.taken", Args: []any{"name", name},
		Fields: []errs.Field{{Name: "name", Key: "directory.class.taken", Args: []any{"name", name}}}}
}

// ChangeClass changes a class. It returns Invalid, NotFound, or Conflict when somebody changed it since the
// form was opened or the name is taken.
func (s *Service) ChangeClass(ctx context.Context, id string, in ClassInput) error {
	c, err := s.editable(ctx, id)
	if err != nil {
		return err
	}
	return s.db.Update(ctx, func(ctx context.Context, tx *db.Tx) error {
		school, err := openSchool(ctx, tx, c.Territory, c.School)
		if err != nil {
			return err
		}
		level, err := in.check(&school)
		if err != nil {
			return err
		}
		if err := checkTeacher(ctx, tx, c.Territory, c.School, in.Teacher); err != nil {
			return err
		}
		taken, err := db.One(ctx, tx, db.Value[int], "SELECT COUNT(*) FROM directory_class WHERE territory = ? AND school = ? AND year = ? AND name = ? AND id <> ?",
			c.Territory, string(c.School), c.Year, in.Name, id)
		if err != nil {
			return err
		}
		if taken > 0 {
			return nameTaken(in.Name)
		}
		c.Name, c.Level, c.Elementary, c.Pupils, c.Teacher = in.Name, level, elementaryIn(&school, level), wide(in.Pupils), in.Teacher
		// The clock may not have moved since the last change: a version is never the same twice.
		c.UpdatedAt = max(tx.Now(), in.Version+1)
		changed, err := tx.Exec(ctx, `UPDATE directory_class SET name = ?, level = ?, elementary = ?, pupils = ?, teacher = ?, updated_at = ?
			WHERE territory = ? AND id = ? AND updated_at = ? AND status = 'open'`,
			c.Name, c.Level, c.Elementary, c.Pupils, orNull(c.Teacher), c.UpdatedAt, c.Territory, id, in.Version)
		if err != nil {
			return err
		}
		if changed == 0 {
			return errs.NewConflict("directory.class.meanwhile")
		}
		return s.recordClass(ctx, tx, FactClassChanged, c)
	})
}

// CloseClass closes a class: it stays with its history and leaves the lists. Closing it twice is closing it once.
func (s *Service) CloseClass(ctx context.Context, id string) error {
	c, err := s.editable(ctx, id)
	if err != nil {
		return err
	}
	return s.db.Update(ctx, func(ctx context.Context, tx *db.Tx) error {
		changed, err := tx.Exec(ctx, "UPDATE directory_class SET status = 'closed', updated_at = ? WHERE territory = ? AND id = ? AND status = 'open'",
			tx.Now(), c.Territory, id)
		if err != nil || changed == 0 {
			return err
		}
		return s.recordClass(ctx, tx, FactClassClosed, c)
	})
}

// editable returns a class that the person may change.
func (s *Service) editable(ctx context.Context, id string) (Class, error) {
	line, err := s.Class(ctx, id)
	if err != nil {
		return Class{}, err
	}
	return line.Class, authz.Check(ctx, EditClasses, authz.Class(line.Territory, string(line.School), line.ID))
}

// openSchool returns a school that works; a closed one takes no class.
func openSchool(ctx context.Context, tx *db.Tx, territory string, uai UAI) (School, error) {
	school, err := schoolIn(ctx, tx, territory, uai)
	if err == nil && school.Status == Closed {
		err = errs.NewConflict("directory.school.is_closed")
	}
	return school, err
}

// checkTeacher returns Invalid unless the teacher works in the school now, or is "".
func checkTeacher(ctx context.Context, tx *db.Tx, territory string, uai UAI, teacher string) error {
	if teacher == "" {
		return nil
	}
	n, err := db.One(ctx, tx, db.Value[int], `SELECT COUNT(*) FROM directory_affiliation
		WHERE territory = ? AND person = ? AND school = ? AND role IN ('teacher', 'head', 'staff') AND end_date IS NULL`, territory, teacher, string(uai))
	if err == nil && n == 0 {
		err = errs.OfFields(errs.Field{Name: "teacher", Key: "directory.class.teacher.wrong"})
	}
	return err
}

// elementaryIn tells whether the class has elementary pupils; a collège or a lycée has none, whatever the level.
func elementaryIn(school *School, level string) Tri {
	if school.Type != Ecole {
		return No
	}
	return ElementaryOf(level)
}

func wide(n *int) *int64 {
	if n == nil {
		return nil
	}
	v := int64(*n)
	return &v
}
