package programme

import (
	"bytes"
	"context"
	"crypto/sha256"
	"encoding/hex"
	"slices"
	"strings"

	"preau/internal/base/authz"
	"preau/internal/base/db"
	"preau/internal/base/errs"
	"preau/internal/base/journal"
)

// Load puts the programme of a file in force in its territories; name is the file's. The same text again
// changes nothing. It returns an Invalid error, which names each line at fault, for a file that is wrong.
func (s *Service) Load(ctx context.Context, name string, text []byte) (LoadReport, error) {
	if err := authz.Check(ctx, LoadProgramme, authz.Nation()); err != nil {
		return LoadReport{}, err
	}
	p, err := Parse(bytes.NewReader(text))
	if err != nil {
		return LoadReport{}, err
	}
	sum := sha256.Sum256(text)
	report := LoadReport{Programme: p.ID, SHA256: hex.EncodeToString(sum[:]), Measures: len(p.Measures), Territories: p.Codes(), BudgetCents: p.BudgetCents()}
	err = s.db.Update(db.Everywhere(ctx), func(ctx context.Context, tx *db.Tx) error {
		before, err := latest(ctx, tx, p.ID)
		switch {
		case db.IsNotFound(err):
			before = &Version{}
		case err != nil:
			return err
		case before.SHA256 == report.SHA256:
			report.Version = before.Number
			if report.Unchanged, err = allInForce(ctx, tx, before, report.Territories); err != nil || report.Unchanged {
				return err
			}
			return s.enforce(ctx, tx, before, p)
		}
		report.Unchanged, report.Version = false, before.Number+1
		v := &Version{ID: tx.NewID(), Number: report.Version, File: name, SHA256: report.SHA256, LoadedAt: tx.Now(), text: string(text)}
		if err := insertVersion(ctx, tx, v, p.ID, authz.From(ctx).Account); err != nil {
			return err
		}
		return s.enforce(ctx, tx, v, p)
	})
	return report, err
}

func (s *Service) enforce(ctx context.Context, tx *db.Tx, v *Version, p *Programme) error {
	if err := putInForce(ctx, tx, v, p); err != nil {
		return err
	}
	for _, code := range p.Codes() {
		data := map[string]any{"programme": p.ID, "version": v.Number, "sha256": v.SHA256}
		if err := s.journal.Record(ctx, tx, journal.Fact{Territory: code, Kind: FactLoaded, Subject: v.ID, Data: data}); err != nil {
			return err
		}
	}
	return nil
}

// Current returns the version in force in a territory; with "" the one that was loaded last. It returns
// NotFound when there is none.
func (s *Service) Current(ctx context.Context, territory string) (*Version, error) {
	return s.find(ctx, func(ctx context.Context, tx *db.Tx) (*Version, error) {
		if territory != "" {
			return inForce(ctx, tx, territory)
		}
		return latest(ctx, tx, "")
	})
}

// Show returns the last version of the programme of that id; with "" it is the one that was loaded last.
func (s *Service) Show(ctx context.Context, id string) (*Version, error) {
	return s.find(ctx, func(ctx context.Context, tx *db.Tx) (*Version, error) { return latest(ctx, tx, id) })
}

// Version returns a version by its identifier.
func (s *Service) Version(ctx context.Context, id string) (*Version, error) {
	return s.find(ctx, func(ctx context.Context, tx *db.Tx) (*Version, error) { return versionByID(ctx, tx, id) })
}

// find reads a version. Programmes are public and bind several territories at once, so every one is seen.
func (s *Service) find(ctx context.Context, read func(context.Context, *db.Tx) (*Version, error)) (*Version, error) {
	if err := authz.Check(ctx, ReadProgramme, authz.Nation()); err != nil {
		return nil, err
	}
	var v *Version
	err := s.db.View(db.Everywhere(ctx), func(ctx context.Context, tx *db.Tx) (err error) {
		if v, err = read(ctx, tx); err != nil {
			return err
		}
		v, err = s.whole(ctx, tx, v)
		return err
	})
	if db.IsNotFound(err) {
		return nil, errs.NewNotFound("programme.error.none")
	}
	return v, err
}

// whole returns the version with its text and its programme, read and parsed once: a version never changes.
func (s *Service) whole(ctx context.Context, tx *db.Tx, v *Version) (*Version, error) {
	s.mutex.Lock()
	defer s.mutex.Unlock()
	if known, ok := s.parsed[v.ID]; ok {
		return known, nil
	}
	var err error
	if v.text, err = fileOf(ctx, tx, v.ID); err != nil {
		return nil, err
	}
	if v.Programme, err = Parse(strings.NewReader(v.text)); err != nil { // a later version of the format refuses what an earlier one took
		return nil, errs.New(errs.Internal, "programme.error.read").Because(err)
	}
	s.parsed[v.ID] = v
	return v, nil
}

// Progress returns what has come of each measure of a programme, in the territories given, or in all those of the
// programme, in the order of the file.
func (s *Service) Progress(ctx context.Context, p *Programme, territories ...string) ([]Progress, error) {
	if err := authz.Check(ctx, ReadProgramme, authz.Nation()); err != nil {
		return nil, err
	}
	codes := p.Codes()
	if len(territories) > 0 {
		codes = slices.DeleteFunc(codes, func(code string) bool { return !slices.Contains(territories, code) })
	}
	list := []Progress{}
	if len(codes) == 0 {
		return list, nil
	}
	var byID map[string]Progress
	err := s.db.View(db.Everywhere(ctx), func(ctx context.Context, tx *db.Tx) (err error) {
		byID, err = progressOf(ctx, tx, codes)
		return err
	})
	for i := range p.Measures {
		m := &p.Measures[i]
		progress := byID[m.ID]
		progress.Measure, progress.ID, progress.Unit, progress.BudgetCents = m, m.ID, m.Unit, m.BudgetCents()
		if progress.Target == 0 && progress.Planned == 0 {
			progress.Target = m.Allocation.Target
		}
		list = append(list, progress)
	}
	return list, err
}

// UnitCosts returns what one unit costs, in cents, of the measures that raise a condition of readiness in the
// territory, by that condition (device, kit); none when no programme is in force there.
func (s *Service) UnitCosts(ctx context.Context, territory string) (map[string]int64, error) {
	costs := map[string]int64{}
	v, err := s.Current(ctx, territory)
	if errs.Is(err, errs.NotFound) {
		return costs, nil
	}
	if err != nil {
		return nil, err
	}
	for i := range v.Programme.Measures {
		m := &v.Programme.Measures[i]
		if cents, ok := m.UnitCostCents(); ok && m.Allocation.Raises != "" {
			costs[m.Allocation.Raises] = cents
		}
	}
	return costs, nil
}
