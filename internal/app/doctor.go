package app

import (
	"context"
	"errors"
	"os"
	"path/filepath"
	"slices"

	"preau/internal/base/db"
	"preau/internal/base/journal"
)

// DoctorReport is what the doctor found.
type DoctorReport struct {
	Facts  int64           `json:"facts"`
	Sealed int64           `json:"sealed"`
	Faults []journal.Fault `json:"faults"`
	Counts []journal.Check `json:"counts"`
	Schema []string        `json:"schema"` // columns that are missing (-) or that nobody knows (+)
}

// Sound tells whether nothing is wrong.
func (r DoctorReport) Sound() bool {
	return len(r.Faults) == 0 && len(r.Schema) == 0 && !slices.ContainsFunc(r.Counts, func(c journal.Check) bool { return !c.Equal })
}

// Doctor verifies the journal's chain, the counts that projections hold, and the schema.
func (a *App) Doctor(ctx context.Context) (DoctorReport, error) {
	report, err := a.Journal.Verify(ctx)
	if err != nil {
		return DoctorReport{}, err
	}
	r := DoctorReport{Facts: report.Facts, Sealed: report.Sealed, Faults: report.Faults}
	if r.Counts, err = a.Journal.CheckProjections(ctx); err != nil {
		return r, err
	}
	r.Schema, err = a.compareSchema(ctx)
	return r, err
}

// compareSchema compares the database's columns with those of a fresh one.
func (a *App) compareSchema(ctx context.Context) ([]string, error) {
	folder, err := os.MkdirTemp("", "preau-doctor")
	if err != nil {
		return nil, err
	}
	defer os.RemoveAll(folder)
	fresh, err := db.Open(ctx, "sqlite:"+filepath.Join(folder, "fresh.db"))
	if err != nil {
		return nil, err
	}
	want, err := freshSchema(ctx, fresh)
	if err := errors.Join(err, fresh.Close()); err != nil {
		return nil, err
	}
	have, err := a.DB.Schema(ctx)
	if err != nil {
		return nil, err
	}
	var differences []string
	for _, column := range want {
		if !slices.Contains(have, column) {
			differences = append(differences, "-"+column)
		}
	}
	for _, column := range have {
		if !slices.Contains(want, column) {
			differences = append(differences, "+"+column)
		}
	}
	return differences, nil
}

func freshSchema(ctx context.Context, d *db.DB) ([]string, error) {
	if err := d.Migrate(ctx, Migrations...); err != nil {
		return nil, err
	}
	return d.Schema(ctx)
}
