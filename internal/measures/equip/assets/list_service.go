package assets

import (
	"context"
	"fmt"
	"iter"
	"slices"
	"strings"
	"time"

	"preau/internal/base/authz"
	"preau/internal/base/code"
	"preau/internal/base/db"
	"preau/internal/territory/directory"
)

// Line is an asset in a list, with the name of its school.
type Line struct {
	Asset
	SchoolName string
}

// Page is one page of a list.
type Page struct {
	Rows   []Line
	Page   int // from 1
	Size   int // rows a page
	Total  int // rows of all pages
	States map[State]int
	Filter Filter // with its defaults

	generation uint64 // of the data that it was read from
}

// Assets returns a page of the assets that the filter chooses, and how many of them are in each state; Invalid.
// A search that is exactly a label or a serial number finds that asset, be it part of a kit or retired. A page may be
// shared: its rows must not be written to.
func (s *Service) Assets(ctx context.Context, f Filter) (Page, error) {
	c, f, err := s.choose(ctx, ReadAssets, f)
	if err != nil {
		return Page{}, err
	}
	generation, key := s.db.Generation(), fmt.Sprintf("%s %#v %q %s %d %d", c.text.String(), c.args, f.Search, f.order(), f.Page, f.Size)
	if page, ok := s.pages.get(key); ok && page.generation == generation {
		page.Filter = f
		return page, nil
	}
	page := Page{Page: f.Page, Size: f.Size, Filter: f, generation: generation}
	if err := s.exact(ctx, &page); err != nil || page.Rows != nil {
		return page, err
	}
	fresh := true
	err = s.db.View(ctx, func(ctx context.Context, tx *db.Tx) error {
		list, err := db.All(ctx, tx, scan, "SELECT "+columns+" FROM equip_asset a WHERE "+c.text.String()+" ORDER BY "+f.order()+" LIMIT ? OFFSET ?",
			append(slices.Clone(c.args), f.Size, (f.Page-1)*f.Size)...)
		if err != nil {
			return err
		}
		page.Rows = lines(list)
		if f.Page == 1 && len(list) < f.Size {
			page.States = countRows(list)
			return nil
		}
		page.States, fresh, err = s.countStates(ctx, tx, c, generation)
		return err
	})
	for _, n := range page.States {
		page.Total += n
	}
	if err == nil {
		err = s.nameSchools(ctx, page.Rows)
	}
	if err == nil && fresh && f.Size <= perPage {
		s.pages.put(key, page, pageKept)
	}
	return page, err
}

func lines(list []Asset) []Line {
	rows := make([]Line, len(list))
	for i := range list {
		rows[i].Asset = list[i]
	}
	return rows
}

func countRows(list []Asset) map[State]int {
	n := map[State]int{}
	for i := range list {
		n[list[i].State]++
	}
	return n
}

func (s *Service) nameSchools(ctx context.Context, rows []Line) (err error) {
	for i := range rows {
		if rows[i].SchoolName, err = s.schoolName(ctx, rows[i].School); err != nil {
			return err
		}
	}
	return nil
}

// Counting the assets of a territory takes longer than reading a page of them: a number that took long may be some
// seconds old. A page whose numbers are fresh holds until the data changes.
const (
	longCount = 5 * time.Millisecond
	countKept = 10 * time.Second
	pageKept  = 10 * time.Minute
)

// stateCount is how many assets are in each state, as counted at a generation of the data.
type stateCount struct {
	states     map[State]int
	generation uint64
}

// countStates counts the assets of a condition; fresh tells whether nothing changed since.
func (s *Service) countStates(ctx context.Context, tx *db.Tx, c *condition, generation uint64) (states map[State]int, fresh bool, err error) {
	key := fmt.Sprintf("%s %#v", c.text.String(), c.args)
	if n, ok := s.counts.get(key); ok {
		return n.states, n.generation == generation, nil
	}
	n, began := map[State]int{}, time.Now()
	rows, err := tx.Query(ctx, "SELECT a.state, COUNT(*) FROM equip_asset a WHERE "+c.text.String()+" GROUP BY a.state", c.args...)
	if err != nil {
		return nil, false, err
	}
	defer rows.Close()
	for rows.Next() {
		var state State
		var count int
		if err := rows.Scan(&state, &count); err != nil {
			return nil, false, err
		}
		n[state] = count
	}
	if time.Since(began) > longCount {
		s.counts.put(key, stateCount{n, generation}, countKept)
	}
	return n, true, rows.Err()
}

// choose returns the condition of a filter inside the scopes of a permission.
func (s *Service) choose(ctx context.Context, perm authz.Permission, f Filter) (*condition, Filter, error) {
	scopes, err := authz.Scopes(ctx, perm)
	if err != nil {
		return nil, f, err
	}
	if f, err = f.normal(); err != nil {
		return nil, f, err
	}
	v, err := s.values(ctx, &f)
	if err != nil {
		return nil, f, err
	}
	c := &condition{}
	f.where(c, scopes, &v)
	return c, f, nil
}

// exact fills the page with the asset that the search names by its label or its serial number, if the person may see it
// and it names one.
func (s *Service) exact(ctx context.Context, page *Page) error {
	search := strings.TrimSpace(page.Filter.Search)
	if search == "" || page.Page > 1 {
		return nil
	}
	var found []Asset
	codes, err := s.territories(ctx)
	if err != nil {
		return err
	}
	kind, tag, ok := code.Parse(search)
	serial := CleanSerial(search)
	err = s.db.View(ctx, func(ctx context.Context, tx *db.Tx) error {
		column, value := "a.serial", serial
		if ok && kind == code.Asset {
			column, value = "a.code", tag
		}
		if value == "" {
			return nil
		}
		found, err = db.All(ctx, tx, scan, "SELECT "+columns+" FROM equip_asset a WHERE "+column+" = ? AND a.territory IN ("+db.Marks(len(codes))+") ORDER BY a.state = 'retired', a.code LIMIT 10",
			append([]any{value}, db.Strings(codes)...)...)
		return err
	})
	if err != nil {
		return err
	}
	found = slices.DeleteFunc(found, func(a Asset) bool { return !authz.May(ctx, ReadAssets, a.scope()) })
	if len(found) == 0 {
		return nil
	}
	page.Rows, page.Total, page.States = lines(found), len(found), countRows(found)
	return s.nameSchools(ctx, page.Rows)
}

// scope is where an asset is.
func (a *Asset) scope() authz.Scope {
	return authz.Scope{Territory: a.Territory, School: a.School, Class: a.Class}
}

// values finds what the words of a filter stand for.
func (s *Service) values(ctx context.Context, f *Filter) (v chosen, err error) {
	if v.territories, err = s.territories(ctx); err != nil {
		return v, err
	}
	if f.Territory != "" {
		v.territories = slices.DeleteFunc(slices.Clone(v.territories), func(code string) bool { return code != f.Territory })
	}
	if v.schools, err = s.schools(ctx, f); err != nil {
		return v, err
	}
	for _, w := range [...]struct {
		column, words string
		to            *[]string
	}{{"owner", f.Owner, &v.owners}, {"funder", f.Funder, &v.funders}, {"custodian", f.Custodian, &v.custodians}} {
		if w.words == "" {
			continue
		}
		if *w.to, err = s.named(ctx, w.column, v.territories, w.words); err != nil {
			return v, err
		}
	}
	return v, nil
}

const mostNamed = 200

// schools returns the UAIs that a filter's school stands for.
func (s *Service) schools(ctx context.Context, f *Filter) ([]string, error) {
	switch {
	case f.School == "":
		return nil, nil
	case f.School == none:
		return []string{""}, nil
	}
	if uai, ok := directory.ParseUAI(f.School); ok {
		return []string{string(uai)}, nil
	}
	page, err := s.places.Schools(inside(ctx), directory.SchoolFilter{Territory: f.Territory, Search: f.School, Status: "all", Size: mostNamed})
	list := []string{}
	for _, row := range page.Rows {
		list = append(list, string(row.UAI))
	}
	return list, err
}

// named returns the values of a column, owner, funder or custodian, that have the words in them.
func (s *Service) named(ctx context.Context, column string, territories []string, words string) ([]string, error) {
	list := []string{}
	all, err := s.Choices(ctx, Field(column), territories...)
	if err != nil {
		return nil, err
	}
	folded := strings.Fields(db.Fold(words))
	for _, value := range all {
		text := db.Fold(value)
		if value == words {
			return []string{value}, nil
		}
		if !slices.ContainsFunc(folded, func(word string) bool { return !strings.Contains(text, word) }) && len(list) < mostNamed {
			list = append(list, value)
		}
	}
	return list, nil
}

// Choices returns the different owners, funders or custodians of the assets of some territories, at most some seconds
// old. They are institutions: no permission beyond that of reading assets is asked.
func (s *Service) Choices(ctx context.Context, field Field, territories ...string) ([]string, error) {
	if _, err := authz.Scopes(ctx, ReadAssets); err != nil {
		return nil, err
	}
	all := []string{}
	for _, territory := range territories {
		key := string(field) + " " + territory
		list, ok := s.choices.get(key)
		if !ok {
			var err error
			if list, err = s.readChoices(ctx, field, territory); err != nil {
				return nil, err
			}
			s.choices.put(key, list, countKept)
		}
		all = append(all, list...)
	}
	slices.Sort(all)
	return slices.Compact(all), nil
}

// readChoices jumps from one value to the next in the column's index, which a DISTINCT over all rows would not.
func (s *Service) readChoices(ctx context.Context, field Field, territory string) ([]string, error) {
	if !slices.Contains(Fields, field) {
		return nil, nil
	}
	next := "SELECT MIN(a." + string(field) + ") FROM equip_asset a WHERE a.territory = ?"
	var list []string
	err := s.db.View(ctx, func(ctx context.Context, tx *db.Tx) (err error) {
		list, err = db.All(ctx, tx, db.Value[string], "WITH RECURSIVE one (v) AS ("+next+" UNION ALL SELECT ("+next+" AND a."+string(field)+" > one.v) FROM one WHERE one.v IS NOT NULL) SELECT v FROM one WHERE v IS NOT NULL",
			territory, territory)
		return err
	})
	return list, err
}

const exportBatch = 1000

// AllAssets returns every asset that the filter chooses, by territory and code, whatever its page, read some at a time.
func (s *Service) AllAssets(ctx context.Context, f Filter) (iter.Seq2[*Line, error], error) {
	c, _, err := s.choose(ctx, ReadAssets, f)
	if err != nil {
		return nil, err
	}
	return func(yield func(*Line, error) bool) {
		territory, after := "", ""
		for {
			var list []Asset
			err := s.db.View(ctx, func(ctx context.Context, tx *db.Tx) (err error) {
				list, err = db.All(ctx, tx, scan, "SELECT "+columns+" FROM equip_asset a WHERE "+c.text.String()+
					" AND (a.territory > ? OR (a.territory = ? AND a.code > ?)) ORDER BY a.territory, a.code LIMIT ?",
					append(slices.Clone(c.args), territory, territory, after, exportBatch)...)
				return err
			})
			rows := lines(list)
			if err == nil {
				err = s.nameSchools(ctx, rows)
			}
			if err != nil {
				yield(nil, err)
				return
			}
			for i := range rows {
				if !yield(&rows[i], nil) {
					return
				}
			}
			if len(list) < exportBatch {
				return
			}
			territory, after = list[len(list)-1].Territory, list[len(list)-1].Code
		}
	}, nil
}
