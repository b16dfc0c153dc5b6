package journal_test

import (
	"context"
	"testing"
	"time"

	"preau/internal/base/authz"
	"preau/internal/base/db"
	"preau/internal/base/i18n"
	"preau/internal/base/journal"
)

func TestTheJournalIsReadByWhoDidIt(t *testing.T) {
	each(t, func(t *testing.T, ctx context.Context, d *db.DB, j *journal.Journal) {
		for _, account := range []string{"a", "b", "a"} {
			lead := &authz.Principal{Account: account, Role: authz.TerritoryLead, Grants: []authz.Grant{{Role: authz.TerritoryLead, Scope: authz.Territory("02")}}}
			record(t, db.Everywhere(authz.With(context.Background(), journal.Permissions, lead)), d, j, "02", 1)
		}
		list, err := j.List(ctx, journal.Filter{Account: "a"})
		if err != nil || len(list) != 2 || list[0].Account != "a" || list[1].Account != "a" {
			t.Errorf("%+v, %v", list, err)
		}
	})
}

func TestADayIsCountedByKindInParisTime(t *testing.T) {
	each(t, func(t *testing.T, ctx context.Context, d *db.DB, j *journal.Journal) {
		at := func(text string) int64 {
			when, err := time.ParseInLocation(time.DateTime, text, i18n.Paris)
			if err != nil {
				t.Fatal(err)
			}
			return when.UnixMilli()
		}
		for _, f := range []struct{ territory, id, at, kind, school, subject string }{
			{"02", "1", "2026-10-25 00:30:00", "tally.thing.done", "A", "x"}, // the day that has 25 hours
			{"02", "2", "2026-10-25 23:30:00", "tally.thing.done", "B", "x"},
			{"02", "3", "2026-10-25 23:40:00", "tally.thing.done", "B", "y"},
			{"02", "4", "2026-10-25 12:00:00", "tally.other.done", "", "z"},
			{"02", "5", "2026-10-26 00:10:00", "tally.thing.done", "A", "x"},
			{"95", "6", "2026-10-27 08:00:00", "tally.thing.done", "C", "x"},
		} {
			exec(t, ctx, d, "INSERT INTO journal_fact (territory, id, at, kind, school, subject, data, mac) VALUES (?, ?, ?, ?, ?, ?, '{}', '')",
				f.territory, f.id, at(f.at), f.kind, f.school, f.subject)
		}
		days, err := j.Days(ctx, journal.Filter{Territory: "02"}, 8)
		if err != nil || len(days) != 2 {
			t.Fatalf("%+v, %v", days, err)
		}
		if got := days[0].Tallies; len(got) != 1 || got[0] != (journal.Tally{Kind: "tally.thing.done", Subjects: 1, Schools: 1, School: "A"}) {
			t.Errorf("the last day: %+v", got)
		}
		if got := days[1].Tallies; len(got) != 2 || got[0] != (journal.Tally{Kind: "tally.thing.done", Subjects: 2, Schools: 2, School: "A"}) || got[1].Kind != "tally.other.done" || got[1].Schools != 0 {
			t.Errorf("the day before: %+v", got)
		}
		if days[1].Start.UnixMilli() != at("2026-10-25 00:00:00") {
			t.Errorf("the day begins at %s", days[1].Start)
		}
		if days, err := j.Days(ctx, journal.Filter{}, 1); err != nil || len(days) != 1 || days[0].Tallies[0].School != "C" {
			t.Errorf("one tally: %+v, %v", days, err)
		}
	})
}
