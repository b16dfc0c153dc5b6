package main

import (
	"context"
	"errors"
	"fmt"
	"math/rand/v2"
	"time"

	"preau/internal/app"
	"preau/internal/base/authz"
	"preau/internal/base/db"
	"preau/internal/base/i18n"
	"preau/internal/base/journal"
	"preau/internal/insight/readiness"
	"preau/internal/territory/directory"
)

// schoolYear is that of the generated classes.
const schoolYear = "2026-2027"

// generated is a class with what its census says.
type generated struct {
	class    directory.Class
	answer   readiness.Answer
	answered bool
}

// fill gives the open schools of a database so many classes in turn, and most of these an answer to the
// census: its fact in the journal, and the rows that the projection keeps of it. With accounts, for a database
// that will be served, the facts are sealed too, so that the server has nothing left to do.
func fill(ctx context.Context, address string, key []byte, classes, leads int) (err error) {
	ctx = db.Everywhere(authz.System(ctx))
	now := time.Now() // of all answers: a census that was imported
	a, err := app.New(ctx, app.Config{Database: address, Key: key, Options: []db.Option{db.WithClock(func() time.Time { return now })}})
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, a.Close()) }()
	err = a.DB.Update(ctx, func(ctx context.Context, tx *db.Tx) error {
		list, err := generate(ctx, tx, classes)
		if err != nil {
			return err
		}
		if err := insertClasses(ctx, tx, list); err != nil {
			return err
		}
		if err := insertCensus(ctx, tx, journal.New(a.DB, key), list); err != nil {
			return err
		}
		if err := readiness.MarkStale(ctx, tx, "", ""); err != nil {
			return err
		}
		return a.Accounts.SeedAccounts(ctx, tx, leadAccounts(leads))
	})
	if err != nil || leads == 0 {
		return err
	}
	_, err = a.Journal.Seal(ctx)
	return err
}

// generate returns the classes, the same each time but for their identifiers.
func generate(ctx context.Context, tx *db.Tx, classes int) ([]generated, error) {
	type school struct{ territory, uai string }
	schools, err := db.All(ctx, tx, func(row db.Scanner) (s school, err error) {
		err = row.Scan(&s.territory, &s.uai)
		return s, err
	}, "SELECT territory, uai FROM directory_school WHERE status = 'open' ORDER BY territory, uai")
	if err == nil && len(schools) == 0 {
		err = errors.New("no school is open")
	}
	if err != nil {
		return nil, err
	}
	random := rand.New(rand.NewPCG(2020, 1628))
	levels := []string{"CP", "CE1", "CE2", "CM1", "CM2"}
	list := make([]generated, classes)
	for i := range list {
		s := schools[i%len(schools)]
		number := i / len(schools)
		pupils := int64(15 + random.IntN(16))
		list[i] = generated{class: directory.Class{Territory: s.territory, ID: tx.NewID(), School: directory.UAI(s.uai), Year: schoolYear,
			Name: fmt.Sprintf("Classe %d", number+1), Level: levels[number%len(levels)], Elementary: directory.Yes, Pupils: &pupils,
			Status: directory.Open, Source: "bench", UpdatedAt: tx.Now()}}
		if list[i].answered = random.IntN(8) > 0; list[i].answered {
			list[i].answer = answerOf(random, int(pupils))
		}
	}
	return list, nil
}

// answerOf returns an answer with a hole here and there.
func answerOf(random *rand.Rand, pupils int) readiness.Answer {
	count := func(least, of int) readiness.Count {
		if random.IntN(10) == 0 {
			return readiness.Count{}
		}
		return readiness.CountOf(least + random.IntN(of-least+1))
	}
	yes := func() readiness.Ternary {
		return []readiness.Ternary{readiness.Yes, readiness.Yes, readiness.No, readiness.Unknown}[random.IntN(4)]
	}
	return readiness.Answer{Pupils: readiness.CountOf(pupils), Device: count(pupils*2/3, pupils), Shared: count(0, 3), Video: count(pupils/2, pupils),
		Reached: count(pupils*3/4, pupils), Channel: readiness.Channels[random.IntN(4)], Display: yes(), Laptop: yes(), Kit: yes(), Connection: yes(), Trained: yes()}
}

// bulk inserts a row for each element for which values returns some.
func bulk[T any](ctx context.Context, tx *db.Tx, table string, columns []string, list []T, values func(*T) []any) error {
	i := 0
	_, err := tx.Bulk(ctx, table, columns, func() ([]any, error) {
		for i < len(list) {
			i++
			if row := values(&list[i-1]); row != nil {
				return row, nil
			}
		}
		return nil, nil
	})
	return err
}

func insertClasses(ctx context.Context, tx *db.Tx, list []generated) error {
	return bulk(ctx, tx, "directory_class", directory.ClassColumns, list, func(g *generated) []any { return g.class.Values() })
}

// classColumns are those of readiness_class in the order of classRow.
var classColumns = []string{"territory", "class", "school", "year", "version", "answered_at",
	"pupils", "device", "shared", "video", "reached", "channel", "display", "laptop", "kit", "connection", "trained",
	"sized", "size", "sure", "possible", "equipment_met", "equipment_not_met", "equipment_unknown",
	"relationship_met", "relationship_not_met", "relationship_unknown", "training_met", "training_not_met", "training_unknown",
	"device_least", "device_most", "video_least", "video_most", "teaching_least", "teaching_most", "family_least", "family_most", "training_least", "training_most"}

func classRow(c *directory.Class, a readiness.Answer, at int64) []any {
	f := readiness.Of(a, true)
	row := []any{c.Territory, c.ID, string(c.School), c.Year, 1, at, a.Pupils, a.Device, a.Shared, a.Video, a.Reached, string(a.Channel),
		a.Display, a.Laptop, a.Kit, a.Connection, a.Trained, 1 - f.Unsized, f.Pupils, f.Ready.Lo, f.Ready.Hi}
	for _, t := range f.Conditions {
		row = append(row, t.Met, t.NotMet, t.Unknown)
	}
	for _, m := range f.Missing {
		row = append(row, m.Lo, m.Hi)
	}
	return row
}

// insertCensus records the answers through a journal without projections, and writes at once what the
// projection would write one answer at a time; a test compares the two.
func insertCensus(ctx context.Context, tx *db.Tx, facts *journal.Journal, list []generated) error {
	for i := range list {
		if g := &list[i]; g.answered {
			data := struct {
				Year string `json:"year"`
				readiness.Answer
			}{g.class.Year, g.answer}
			if err := facts.Record(ctx, tx, journal.Fact{Territory: g.class.Territory, School: string(g.class.School), Class: g.class.ID,
				Kind: readiness.FactAnswered, Subject: g.class.ID, Data: data}); err != nil {
				return err
			}
		}
	}
	now := tx.Now()
	if err := bulk(ctx, tx, "readiness_class", classColumns, list, func(g *generated) []any {
		if !g.answered {
			return nil
		}
		return classRow(&g.class, g.answer, now)
	}); err != nil {
		return err
	}
	_, err := tx.Exec(ctx, `INSERT INTO readiness_history (territory, year, school, day, answered, pupils, sure, possible)
		SELECT territory, year, school, ?, COUNT(*), SUM(size), SUM(sure), SUM(possible) FROM readiness_class GROUP BY territory, year, school`,
		i18n.Millis(now).In(i18n.Paris).Format("2006-01-02"))
	return err
}
