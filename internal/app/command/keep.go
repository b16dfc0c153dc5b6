package command

import (
	"context"
	"encoding/json"
	"fmt"
	"os"

	"preau/internal/app"
	"preau/internal/base/errs"
)

// doctor checks the journal's chain, the schema and the counts.
func doctor(ctx context.Context, e *Env) error {
	f := e.flags("doctor")
	asJSON := f.Bool("json", false, "print one JSON object")
	if _, err := f.parse(); err != nil {
		return err
	}
	a, err := f.open(ctx, app.Config{})
	if err != nil {
		return err
	}
	defer a.Close()
	report, err := a.Doctor(ctx)
	if err != nil {
		return err
	}
	if *asJSON {
		if err := json.NewEncoder(e.Stdout).Encode(report); err != nil {
			return err
		}
	} else {
		e.printDoctor(report)
	}
	if !report.Sound() {
		return errWrong
	}
	return nil
}

func (e *Env) printDoctor(r app.DoctorReport) {
	e.say("command.doctor.journal", "facts", r.Facts, "sealed", r.Sealed)
	for _, fault := range r.Faults {
		e.say("command.doctor.fault."+fault.Wrong, "territory", fault.Territory, "number", fault.Number, "fact", fault.Fact)
	}
	for _, c := range r.Counts {
		if !c.Equal {
			e.say("command.doctor.count", "name", c.Name, "live", c.Live, "replayed", c.Replayed)
		}
	}
	for _, s := range r.Schema {
		e.say("command.doctor.schema", "what", s)
	}
	if r.Sound() {
		e.say("command.doctor.sound")
	}
}

// rebuild replays the projections from the journal.
func rebuild(ctx context.Context, e *Env) error {
	f := e.flags("rebuild")
	if _, err := f.parse(); err != nil {
		return err
	}
	a, err := f.open(ctx, app.Config{})
	if err != nil {
		return err
	}
	defer a.Close()
	n, err := a.Journal.Rebuild(ctx)
	if err != nil {
		return err
	}
	if err := a.Readiness.Refresh(ctx); err != nil {
		return err
	}
	e.say("command.rebuilt", "n", n)
	return nil
}

// backup writes a whole copy of an SQLite database while it is in use.
func backup(ctx context.Context, e *Env) error {
	f := e.flags("backup")
	words, err := f.parse()
	if err != nil {
		return err
	}
	if len(words) != 1 {
		return errUsage{key: "command.usage.backup"}
	}
	if _, err := os.Stat(words[0]); err == nil {
		return errs.NewConflict("command.backup.exists", "file", words[0])
	}
	a, err := f.open(ctx, app.Config{})
	if err != nil {
		return err
	}
	defer a.Close()
	if a.DB.Postgres() {
		return errUsage{key: "command.backup.postgres"}
	}
	if err := a.DB.Backup(ctx, words[0]); err != nil {
		return fmt.Errorf("backup: %w", err)
	}
	e.say("command.backup.done", "file", words[0])
	return nil
}
