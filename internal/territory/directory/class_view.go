package directory

import (
	"context"
	"net/url"
	"slices"
	"strconv"
	"strings"

	"preau/internal/base/i18n"
	"preau/internal/base/web/ui"
)

// levelsIn returns the levels of a class one by one.
func levelsIn(level string) []string {
	if level == "" {
		return nil
	}
	return strings.Split(level, "-")
}

// levelText says the levels of a class; those of the annuaire are the same in both languages.
func levelText(ctx context.Context, level string) string {
	if level == "" {
		return i18n.T(ctx, "directory.unknown")
	}
	return strings.ReplaceAll(level, "-", ", ")
}

// classColumnsOf are the columns of a table of classes; the teacher's is there when somebody is named.
type classColumnsOf struct {
	name, school, level, pupils, teacher ui.Column
	schools, names                       bool
}

func classTableColumns(ctx context.Context, schools, names bool) classColumnsOf {
	return classColumnsOf{
		name:    ui.Column{Label: i18n.T(ctx, "directory.class")},
		school:  ui.Column{Label: i18n.T(ctx, "directory.school")},
		level:   ui.Column{Label: i18n.T(ctx, "directory.class.level")},
		pupils:  ui.Column{Label: i18n.T(ctx, "directory.pupils"), Numeric: true},
		teacher: ui.Column{Label: i18n.T(ctx, "directory.class.teacher")},
		schools: schools, names: names,
	}
}

func (c classColumnsOf) all() []ui.Column {
	list := []ui.Column{c.name}
	if c.schools {
		list = append(list, c.school)
	}
	list = append(list, c.level, c.pupils)
	if c.names {
		list = append(list, c.teacher)
	}
	return list
}

// pupilTable lists the pupils of a class by name.
func pupilTable(ctx context.Context, pupils []Pupil) ui.DataTable {
	t := ui.DataTable{Caption: i18n.T(ctx, "directory.class.pupils"), HideCaption: true,
		Columns: []ui.Column{{Label: i18n.T(ctx, "directory.family_name")}, {Label: i18n.T(ctx, "directory.given_name")}}}
	for _, p := range pupils {
		t.Rows = append(t.Rows, []string{p.FamilyName, p.GivenName})
	}
	return t
}

// named tells whether any class of the list names its teacher to this person.
func named(classes []ClassLine) bool {
	return slices.ContainsFunc(classes, func(c ClassLine) bool { return c.TeacherName != "" })
}

func teacherText(ctx context.Context, c *ClassLine) string {
	switch {
	case c.TeacherName != "":
		return c.TeacherName
	case c.Teacher == "":
		return i18n.T(ctx, "directory.unknown")
	}
	return i18n.T(ctx, "directory.class.teacher.known")
}

func classesPages(v classesView) ui.Pages {
	return ui.Pages{Page: v.Page.Page, Size: v.Page.Size, Total: v.Page.Total, Href: func(page int) string {
		q := url.Values{}
		if v.Filter.School != "" {
			q.Set("school", string(v.Filter.School))
		}
		if v.Filter.Status != "" {
			q.Set("status", v.Filter.Status)
		}
		q.Set("page", strconv.Itoa(page))
		return "/classes?" + q.Encode()
	}}
}

func levelOptionsOf(s *School) []ui.Option {
	var list []ui.Option
	for _, level := range LevelsOf(s) {
		list = append(list, ui.Option{Value: level, Text: level})
	}
	return list
}

func staffOptions(ctx context.Context, staff []Member) []ui.Option {
	list := []ui.Option{{Text: i18n.T(ctx, "directory.class.teacher.unknown")}}
	for _, m := range staff {
		list = append(list, ui.Option{Value: m.Person, Text: m.Name})
	}
	return list
}

func formAction(f classForm) string {
	if f.ID == "" {
		return "/classes"
	}
	return "/classes/" + f.ID
}
