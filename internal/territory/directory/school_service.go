package directory

import (
	"context"
	"fmt"
	"iter"
	"slices"

	"preau/internal/base/authz"
	"preau/internal/base/db"
	"preau/internal/base/errs"
)

// Page is one page of a list.
type Page[T any] struct {
	Rows  []T
	Page  int // from 1
	Size  int // rows a page
	Total int // rows of all pages
}

// Schools returns a page of the schools that the filter chooses, or Invalid. A short page is kept until the data
// changes, whoever asked for it; its rows are shared and must not be written to.
func (s *Service) Schools(ctx context.Context, filter SchoolFilter) (Page[SchoolLine], error) {
	var page Page[SchoolLine]
	scopes, err := authz.Scopes(ctx, ReadSchools)
	if err != nil {
		return page, err
	}
	if filter, err = filter.normal(); err != nil {
		return page, err
	}
	var c condition
	where, args := authz.Filter(scopes, "s.territory", "s.uai", "")
	c.and(where, args...)
	filter.where(&c)
	query := "SELECT " + lineColumns + " FROM directory_school s WHERE " + c.text.String() + " ORDER BY " + filter.order() + " LIMIT ? OFFSET ?"
	pageArgs := append(slices.Clone(c.args), filter.Size, (filter.Page-1)*filter.Size)
	generation, key := s.db.Generation(), fmt.Sprintf("%s %#v", query, pageArgs)
	if kept, ok := s.pages.get(generation, key); ok {
		return kept, nil
	}
	page.Page, page.Size = filter.Page, filter.Size
	err = s.db.View(ctx, func(ctx context.Context, tx *db.Tx) error {
		if page.Total, err = s.countSchools(ctx, tx, generation, &c); err != nil {
			return err
		}
		page.Rows, err = db.All(ctx, tx, scanLine, query, pageArgs...)
		return err
	})
	if err == nil && filter.Size <= schoolsPerPage {
		s.pages.put(generation, key, page)
	}
	return page, err
}

// countSchools counts the schools of a condition; the number is kept until the data changes, for counting
// takes longer than reading a page.
func (s *Service) countSchools(ctx context.Context, tx *db.Tx, generation uint64, c *condition) (int, error) {
	key := fmt.Sprintf("%s %#v", c.text.String(), c.args)
	if n, ok := s.counts.get(generation, key); ok {
		return n, nil
	}
	n, err := db.One(ctx, tx, db.Value[int], "SELECT COUNT(*) FROM directory_school s WHERE "+c.text.String(), c.args...)
	if err == nil {
		s.counts.put(generation, key, n)
	}
	return n, err
}

// AllSchools returns every school that the filter chooses, by territory and UAI, whatever its page. The schools
// are read some at a time, so that neither memory nor a transaction waits for who takes them.
func (s *Service) AllSchools(ctx context.Context, filter SchoolFilter) (iter.Seq2[*School, error], error) {
	scopes, err := authz.Scopes(ctx, ExportSchools)
	if err != nil {
		return nil, err
	}
	if filter, err = filter.normal(); err != nil {
		return nil, err
	}
	return func(yield func(*School, error) bool) {
		territory, uai := "", ""
		for {
			list, err := s.schoolsAfter(ctx, scopes, &filter, territory, uai)
			if err != nil {
				yield(nil, err)
				return
			}
			for i := range list {
				if !yield(&list[i], nil) {
					return
				}
			}
			if len(list) < exportBatch {
				return
			}
			last := list[len(list)-1]
			territory, uai = last.Territory, string(last.UAI)
		}
	}, nil
}

const exportBatch = 1000

func (s *Service) schoolsAfter(ctx context.Context, scopes []authz.Scope, filter *SchoolFilter, territory, uai string) ([]School, error) {
	var c condition
	where, args := authz.Filter(scopes, "s.territory", "s.uai", "")
	c.and(where, args...)
	filter.where(&c)
	c.and("(s.territory > ? OR (s.territory = ? AND s.uai > ?))", territory, territory, uai)
	var list []School
	err := s.db.View(ctx, func(ctx context.Context, tx *db.Tx) error {
		var err error
		list, err = db.All(ctx, tx, ScanSchool, "SELECT "+schoolColumns+" FROM directory_school s WHERE "+c.text.String()+
			" ORDER BY s.territory, s.uai LIMIT ?", append(c.args, exportBatch)...)
		return err
	})
	return list, err
}

// School returns a school by its UAI, or NotFound.
func (s *Service) School(ctx context.Context, uai UAI) (School, error) {
	var school School
	err := s.db.View(ctx, func(ctx context.Context, tx *db.Tx) error {
		var err error
		school, err = schoolOf(ctx, tx, uai)
		return err
	})
	if err != nil {
		return school, err
	}
	return school, authz.Check(ctx, ReadSchools, authz.School(school.Territory, string(school.UAI)))
}

// schoolOf finds a school in the territory that its number tells, else in any.
func schoolOf(ctx context.Context, tx *db.Tx, uai UAI) (School, error) {
	school, err := schoolIn(ctx, tx, uai.Territory(), uai)
	if errs.Is(err, errs.NotFound) {
		school, err = db.One(ctx, tx, ScanSchool, "SELECT "+schoolColumns+" FROM directory_school WHERE uai = ? AND "+anyTerritory, string(uai))
	}
	return school, noSchool(err, uai)
}

// anyTerritory makes a key that starts with the territory serve a search that does not know it.
const anyTerritory = "territory IN (SELECT t.territory FROM directory_territory t)"

// schoolIn returns a school of a territory, or NotFound.
func schoolIn(ctx context.Context, tx *db.Tx, territory string, uai UAI) (School, error) {
	school, err := db.One(ctx, tx, ScanSchool, "SELECT "+schoolColumns+" FROM directory_school WHERE territory = ? AND uai = ?", territory, string(uai))
	return school, noSchool(err, uai)
}

func noSchool(err error, uai UAI) error {
	if db.IsNotFound(err) {
		return errs.NewNotFound("directory.school.not_found", "uai", string(uai)).Because(err)
	}
	return err
}

// missing tells a person that a row is not there.
func missing(err error) error {
	if db.IsNotFound(err) {
		return errs.NewNotFound("authz.not_found").Because(err)
	}
	return err
}

// DatedFigure is a figure with the name and the date of its source.
type DatedFigure struct {
	Figure
	SourceName string
	Published  string
	ImportedAt int64 // ms UTC
	Stands     bool  // the one that the lists show
}

// Figures returns the figures of a school by name, the one that stands first, with their sources.
func (s *Service) Figures(ctx context.Context, territory string, uai UAI) (map[FigureName][]DatedFigure, error) {
	if err := authz.Check(ctx, ReadSchools, authz.School(territory, string(uai))); err != nil {
		return nil, err
	}
	figures := map[FigureName][]DatedFigure{}
	err := s.db.View(ctx, func(ctx context.Context, tx *db.Tx) error {
		list, err := db.All(ctx, tx, scanDatedFigure, `SELECT f.territory, f.school, f.name, f.period, f.source, f.value,
			COALESCE(o.name, ''), COALESCE(o.published, ''), COALESCE(o.imported_at, 0)
			FROM directory_figure f LEFT JOIN directory_source o ON o.id = f.source
			WHERE f.territory = ? AND f.school = ? ORDER BY f.name, f.period, f.source`, territory, string(uai))
		for _, f := range list {
			figures[f.Name] = append(figures[f.Name], f)
		}
		return err
	})
	for _, list := range figures {
		rankFigures(list)
	}
	return figures, err
}

func scanDatedFigure(row db.Scanner) (DatedFigure, error) {
	var f DatedFigure
	err := row.Scan(&f.Territory, &f.School, &f.Name, &f.Period, &f.Source, &f.Value, &f.SourceName, &f.Published, &f.ImportedAt)
	return f, err
}

func scanFigure(row db.Scanner) (Figure, error) {
	var f Figure
	err := row.Scan(&f.Territory, &f.School, &f.Name, &f.Period, &f.Source, &f.Value)
	return f, err
}

// Sources returns where the schools' values come from, the newest first.
func (s *Service) Sources(ctx context.Context) ([]Source, error) {
	if _, err := authz.Scopes(ctx, ReadSchools); err != nil {
		return nil, err
	}
	var list []Source
	err := s.db.View(ctx, func(ctx context.Context, tx *db.Tx) error {
		var err error
		list, err = db.All(ctx, tx, func(row db.Scanner) (Source, error) {
			var o Source
			err := row.Scan(&o.ID, &o.Name, &o.Published, &o.SHA256, &o.ImportedAt)
			return o, err
		}, "SELECT id, name, published, sha256, imported_at FROM directory_source ORDER BY imported_at DESC, id DESC LIMIT 200")
		return err
	})
	return list, err
}
