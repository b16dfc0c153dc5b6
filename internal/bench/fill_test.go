package main

import (
	"context"
	"path/filepath"
	"testing"

	"preau/internal/app"
	"preau/internal/base/authz"
	"preau/internal/base/db"
	"preau/internal/territory/directory"
)

// The generated census must be what the product itself would have kept: else its figures would be measured
// on rows that no installation has.
func TestTheGeneratedCensusIsWhatItsFactsGive(t *testing.T) {
	address, key := "sqlite:"+filepath.Join(t.TempDir(), "preau.db"), make([]byte, 32)
	ctx := db.Everywhere(authz.System(context.Background()))
	open := func() *app.App {
		a, err := app.New(ctx, app.Config{Database: address, Key: key})
		if err != nil {
			t.Fatal(err)
		}
		return a
	}
	a := open()
	err := a.DB.Update(ctx, func(ctx context.Context, tx *db.Tx) error {
		data := &directory.Dataset{}
		for _, uai := range []directory.UAI{"0020001R", "0020002S", "0951234A"} {
			data.Schools = append(data.Schools, directory.School{Territory: string(uai[1:3]), UAI: uai, Name: "École", Type: directory.Ecole,
				Sector: directory.Public, Contract: directory.ContractNone, Status: directory.Open, Source: "test"})
		}
		return directory.Seed(ctx, tx, data)
	})
	if err != nil {
		t.Fatal(err)
	}
	if err := a.Close(); err != nil {
		t.Fatal(err)
	}
	if err := fill(ctx, address, key, 40, 2); err != nil {
		t.Fatal(err)
	}
	a = open()
	defer a.Close()
	checks, err := a.Journal.CheckProjections(ctx)
	if err != nil || len(checks) == 0 {
		t.Fatal(checks, err)
	}
	for _, c := range checks {
		if !c.Equal {
			t.Errorf("%s: %d rows were generated, the facts give %d", c.Name, c.Live, c.Replayed)
		}
	}
	report, err := a.Journal.Verify(ctx)
	if err != nil || len(report.Faults) > 0 {
		t.Error(report, err)
	}
}
