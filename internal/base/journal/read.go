package journal

import (
	"context"
	"time"

	"preau/internal/base/authz"
	"preau/internal/base/db"
	"preau/internal/base/i18n"
)

// Filter chooses facts. Empty members choose all.
type Filter struct {
	Territory, School string
	Kind              string // a kind, or its beginning up to a dot
	Subject           string
	Account           string // who, as the opaque identifier of an account
	From, Until       int64  // ms, Until excluded
	Before            string // the id that the page before ended with
	Limit             int    // 50 unless told
}

// where returns the SQL condition of the filter inside the scopes, with its arguments.
func (f Filter) where(scopes []authz.Scope) (string, []any) {
	where, args := authz.Filter(scopes, "territory", "school", "class")
	add := func(condition string, values ...any) { where += " AND " + condition; args = append(args, values...) }
	for _, c := range [...]struct{ condition, value string }{
		{"territory = ?", f.Territory}, {"school = ?", f.School}, {"subject = ?", f.Subject}, {"account = ?", f.Account}, {"id < ?", f.Before}} {
		if c.value != "" {
			add(c.condition, c.value)
		}
	}
	if f.Kind != "" {
		add("(kind = ? OR (kind >= ? AND kind < ?))", f.Kind, f.Kind+".", f.Kind+"/")
	}
	if f.From > 0 {
		add("at >= ?", f.From)
	}
	if f.Until > 0 {
		add("at < ?", f.Until)
	}
	return where, args
}

// List returns the facts that the principal may read, newest first.
func (j *Journal) List(ctx context.Context, f Filter) ([]Entry, error) {
	scopes, err := authz.Scopes(ctx, Read)
	if err != nil {
		return nil, err
	}
	if f.Limit <= 0 {
		f.Limit = 50
	}
	where, args := f.where(scopes)
	var list []Entry
	err = j.db.View(ctx, func(ctx context.Context, tx *db.Tx) error {
		list, err = db.All(ctx, tx, scan, "SELECT "+columns+" FROM journal_fact WHERE "+where+" ORDER BY id DESC LIMIT ?", append(args, f.Limit)...)
		return err
	})
	return list, err
}

// Tally says how often one kind of fact happened on one day.
type Tally struct {
	Kind     string
	Subjects int    // the different things that these facts are about
	Schools  int    // the different schools in which they happened
	School   string // the first of these, "" when there is none
}

// Day is what happened on one day in Paris.
type Day struct {
	Start   time.Time
	Tallies []Tally // the latest kind first
}

// mostDays bounds how far Days looks back.
const mostDays = 7

// Days returns the latest days on which something happened that the principal may read, newest first: as many
// as it takes for this number of tallies, and at most a week of them. The filter's Limit is not used.
func (j *Journal) Days(ctx context.Context, f Filter, tallies int) ([]Day, error) {
	scopes, err := authz.Scopes(ctx, Read)
	if err != nil {
		return nil, err
	}
	var days []Day
	err = j.db.View(ctx, func(ctx context.Context, tx *db.Tx) error {
		days = nil
		for found := 0; found < tallies && len(days) < mostDays; {
			day, err := dayBefore(ctx, tx, scopes, f)
			if db.IsNotFound(err) {
				return nil
			}
			if err != nil {
				return err
			}
			days = append(days, day)
			found += len(day.Tallies)
			f.Until = day.Start.UnixMilli()
		}
		return nil
	})
	return days, err
}

// dayBefore returns the last day before the filter's end on which something happened, or db.ErrNotFound.
func dayBefore(ctx context.Context, tx *db.Tx, scopes []authz.Scope, f Filter) (Day, error) {
	where, args := f.where(scopes)
	last, err := db.One(ctx, tx, db.Value[int64], "SELECT at FROM journal_fact WHERE "+where+" ORDER BY at DESC LIMIT 1", args...)
	if err != nil {
		return Day{}, err
	}
	at := i18n.Millis(last).In(i18n.Paris)
	day := Day{Start: time.Date(at.Year(), at.Month(), at.Day(), 0, 0, 0, 0, i18n.Paris)}
	f.From, f.Until = max(f.From, day.Start.UnixMilli()), last+1
	where, args = f.where(scopes)
	day.Tallies, err = db.All(ctx, tx, func(row db.Scanner) (Tally, error) {
		var t Tally
		err := row.Scan(&t.Kind, &t.Subjects, &t.Schools, &t.School)
		return t, err
	}, `SELECT kind, COUNT(DISTINCT subject), COUNT(DISTINCT CASE WHEN school <> '' THEN school END), COALESCE(MIN(CASE WHEN school <> '' THEN school END), '')
		FROM journal_fact WHERE `+where+" GROUP BY kind ORDER BY MAX(at) DESC, kind", args...)
	return day, err
}
