package directory

import (
	"context"
	"slices"
	"strconv"
	"strings"

	"preau/internal/base/authz"
	"preau/internal/base/db"
	"preau/internal/base/errs"
	"preau/internal/base/journal"
)

// Correction is a value of a school that a person of the territory puts right. It is kept as a figure whose
// source is EntrySource; what the files said stays beside it.
type Correction struct {
	Name   FigureName
	Period string // school year 2025-2026, or year 2025
	Value  string
}

// The bounds of what a person may enter.
const (
	leastIPS, mostIPS = 40, 200
	mostPupils        = 10_000
)

// check returns the correction in its stored form, or an Invalid error.
func (c Correction) check() (Correction, error) {
	var fields []errs.Field
	wrong := func(name, key string) { fields = append(fields, errs.Field{Name: name, Key: key}) }
	c.Value, c.Period = strings.TrimSpace(c.Value), strings.TrimSpace(c.Period)
	switch c.Name {
	case FigureIPS:
		v, err := strconv.ParseFloat(strings.Replace(c.Value, ",", ".", 1), 64)
		if err != nil || v < leastIPS || v > mostIPS {
			wrong("value", "directory.correct.ips.wrong")
		}
		c.Value = strconv.FormatFloat(v, 'f', -1, 64)
	case FigurePupils:
		v, err := strconv.Atoi(c.Value)
		if err != nil || v < 0 || v > mostPupils {
			wrong("value", "directory.correct.pupils.wrong")
		}
		c.Value = strconv.Itoa(v)
	default:
		if !slices.Contains(correctValues[c.Name], c.Value) {
			wrong("value", "directory.correct.choose")
		}
	}
	if !validPeriod(c.Period) {
		wrong("period", "directory.correct.period.wrong")
	}
	return c, errs.OfFields(fields...)
}

// correctValues are the values of the figures that are chosen from a list.
var correctValues = map[FigureName][]string{
	FigurePriority: {string(PriorityNone), string(REP), string(REPPlus)},
	FigureQPV:      {string(QPVNone), string(QPVNear), string(QPVIn)},
	FigureRural:    {"0", "1"},
	FigureSector:   {string(Public), string(Private)},
}

// validPeriod tells whether the text is a year, 2025, or a school year, 2025-2026.
func validPeriod(period string) bool {
	year := startYear(period)
	if year < 1990 || year > 2100 {
		return false
	}
	return period == strconv.Itoa(year) || period == strconv.Itoa(year)+"-"+strconv.Itoa(year+1)
}

// Correct keeps a correction and shows the value that stands since. It returns Invalid, or NotFound. The
// same correction twice is kept once.
func (s *Service) Correct(ctx context.Context, territory string, uai UAI, correction Correction) error {
	if err := authz.Check(ctx, CorrectSchools, authz.School(territory, string(uai))); err != nil {
		return err
	}
	c, err := correction.check()
	if err != nil {
		return err
	}
	return s.db.Update(ctx, func(ctx context.Context, tx *db.Tx) error {
		school, err := schoolIn(ctx, tx, territory, uai)
		if err != nil {
			return err
		}
		if _, err := tx.Exec(ctx, `INSERT INTO directory_source (id, name, imported_at) VALUES (?, ?, ?)
			ON CONFLICT (id) DO NOTHING`, EntrySource, "Préau", tx.Now()); err != nil {
			return err
		}
		changed, err := tx.Exec(ctx, `INSERT INTO directory_figure (territory, school, name, period, source, value) VALUES (?, ?, ?, ?, ?, ?)
			ON CONFLICT (territory, school, name, period, source) DO UPDATE SET value = excluded.value
			WHERE directory_figure.value <> excluded.value`, territory, string(uai), string(c.Name), c.Period, EntrySource, c.Value)
		if err != nil || changed == 0 {
			return err
		}
		if err := s.stand(ctx, tx, &school, c.Name); err != nil {
			return err
		}
		return s.journal.Record(ctx, tx, journal.Fact{Territory: territory, School: string(uai), Kind: FactSchoolCorrected,
			Subject: string(uai), Data: map[string]any{"name": c.Name, "period": c.Period, "value": c.Value}})
	})
}

// stand writes into the school's row the figure of the name that stands.
func (s *Service) stand(ctx context.Context, tx *db.Tx, school *School, name FigureName) error {
	figures, err := db.All(ctx, tx, scanFigure, `SELECT territory, school, name, period, source, value FROM directory_figure
		WHERE territory = ? AND school = ? AND name = ?`, school.Territory, string(school.UAI), string(name))
	if err != nil {
		return err
	}
	school.Stand(figures)
	_, err = tx.Exec(ctx, `UPDATE directory_school SET ips = ?, ips_year = ?, pupils = ?, pupils_year = ?, priority = ?, qpv = ?, rural = ?,
		sector = ?, contract = ?, updated_at = ? WHERE territory = ? AND uai = ?`,
		school.IPS, school.IPSYear, school.Pupils, school.PupilsYear, orNull(string(school.Priority)), orNull(string(school.QPV)), school.Rural,
		string(school.Sector), string(school.Contract), tx.Now(), school.Territory, string(school.UAI))
	return err
}

// rankFigures sorts the figures of one name, the one that stands first.
func rankFigures(list []DatedFigure) {
	slices.SortStableFunc(list, func(a, b DatedFigure) int {
		switch {
		case a.Newer(b.Figure):
			return -1
		case b.Newer(a.Figure):
			return 1
		}
		return 0
	})
	if len(list) > 0 {
		list[0].Stands = true
	}
}
