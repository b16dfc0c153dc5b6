package intake

import (
	"context"
	"slices"
	"strings"

	"preau/internal/base/db"
	"preau/internal/territory/directory"
)

// classes are the classes of a school in the year of a roster.
type classes struct {
	known []*class
	byKey map[string]*class // of the file: its code, or else its name
}

// class is a class with what the file tells of it.
type class struct {
	directory.Class
	fresh  bool   // not in the directory yet
	layout string // of the source that it comes from
	named  bool   // the file names it
	levels []string
	pupils int64
	touch  bool
}

func (r *roster) loadClasses(ctx context.Context) (*classes, error) {
	list, err := db.All(ctx, r.tx, func(row db.Scanner) (*class, error) {
		c := &class{Class: directory.Class{Territory: r.territory, School: r.uai, Year: r.year}}
		err := row.Scan(&c.ID, &c.Name, &c.Code, &c.Level, &c.Elementary, &c.Pupils, &c.Teacher, &c.Status, &c.Source, &c.layout)
		return c, err
	}, `SELECT c.id, c.name, c.code, c.level, c.elementary, c.pupils, COALESCE(c.teacher, ''), c.status, c.source, COALESCE(o.layout, '')
		FROM directory_class c LEFT JOIN directory_source o ON o.id = c.source
		WHERE c.territory = ? AND c.school = ? AND c.year = ? ORDER BY c.id`, r.territory, string(r.uai), r.year)
	return &classes{known: list, byKey: map[string]*class{}}, err
}

// class returns the class that the file names by its code, its name or both, and notes it as new when the
// directory has none of that code, nor of that name.
func (r *roster) class(code, name string) *class {
	code, name = clip(code, 60), clip(strings.Join(strings.Fields(name), " "), 60)
	if name == "" {
		name = code
	}
	if name == "" {
		return nil
	}
	key := code + "\x00" + db.Fold(name)
	if c := r.classes.byKey[key]; c != nil {
		return c
	}
	find := func(same func(*class) bool) *class {
		if i := slices.IndexFunc(r.classes.known, same); i >= 0 {
			return r.classes.known[i]
		}
		return nil
	}
	var c *class
	if code != "" {
		c = find(func(c *class) bool { return c.Code == code })
	}
	if c == nil {
		c = find(func(c *class) bool { return db.Fold(c.Name) == db.Fold(name) && (code == "" || c.Code == "") })
	}
	if c == nil {
		c = &class{fresh: true, Class: directory.Class{Territory: r.territory, ID: r.tx.NewID(), School: r.uai, Year: r.year,
			Name: r.freeName(name, code), Code: code, Status: directory.Open, Source: r.source.ID}}
		r.classes.known = append(r.classes.known, c)
	} else if code != "" && c.Code == "" {
		c.Code, c.touch = code, true
	} else if c.Name != name && c.Code == code && code != "" && r.freeName(name, code) == name {
		c.Name, c.touch = name, true
	}
	if c.Status == directory.Closed {
		c.Status, c.touch = directory.Open, true
	}
	c.named = true
	r.classes.byKey[key] = c
	return c
}

// freeName returns the name, with the code when another class of the year has the same.
func (r *roster) freeName(name, code string) string {
	taken := func(n string) bool {
		return slices.ContainsFunc(r.classes.known, func(c *class) bool { return c.Name == n && (c.Code != code || code == "") })
	}
	if !taken(name) {
		return name
	}
	return clip(name+" ("+code+")", 80)
}

// attend counts a pupil of the class.
func (c *class) attend(level string) {
	c.pupils++
	for one := range strings.SplitSeq(level, "-") {
		if one != "" && !slices.Contains(c.levels, one) {
			c.levels = append(c.levels, one)
		}
	}
}

// saveClasses writes the classes with their number of pupils, and closes those that an earlier file of this
// layout named and this one does not. Nothing is closed by a file without pupils.
func (r *roster) saveClasses(ctx context.Context) error {
	for _, c := range r.classes.known {
		switch {
		case c.named:
			if level, ok := directory.ParseLevel(strings.Join(c.levels, "-")); ok && level != c.Level {
				c.Level, c.Elementary, c.touch = level, directory.ElementaryOf(level), true
			}
			if c.Pupils == nil || *c.Pupils != c.pupils {
				n := c.pupils
				c.Pupils, c.touch = &n, true
			}
		case r.people.accepted > 0 && !r.unsure && c.layout == r.report.Layout && c.Status == directory.Open:
			c.Status, c.touch = directory.Closed, true
			r.closing(r.territory, c.ID, "intake.roster.class_closed")
		}
		if err := r.saveClass(ctx, c); err != nil {
			return err
		}
	}
	return nil
}

func (r *roster) saveClass(ctx context.Context, c *class) error {
	if !c.fresh && !c.touch {
		return nil
	}
	c.UpdatedAt = r.tx.Now()
	if c.fresh {
		_, err := r.tx.Exec(ctx, "INSERT INTO directory_class ("+strings.Join(directory.ClassColumns, ", ")+") VALUES ("+
			db.Marks(len(directory.ClassColumns))+")", c.Values()...)
		return err
	}
	_, err := r.tx.Exec(ctx, `UPDATE directory_class SET name = ?, code = ?, level = ?, elementary = ?, pupils = ?, teacher = ?, status = ?, updated_at = ?
		WHERE territory = ? AND id = ?`, c.Name, c.Code, c.Level, c.Elementary, c.Pupils, orNull(c.Teacher), string(c.Status), c.UpdatedAt, c.Territory, c.ID)
	return err
}

// orNull returns the text as an argument, NULL when it is "".
func orNull(text string) any {
	if text == "" {
		return nil
	}
	return text
}
