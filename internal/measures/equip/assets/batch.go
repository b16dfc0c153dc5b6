package assets

import (
	"context"
	"errors"
	"slices"

	"preau/internal/base/authz"
	"preau/internal/base/db"
	"preau/internal/base/errs"
)

// Told is what a batch says of one asset; empty members say nothing.
type Told struct {
	Code    string // on the label, or the serial number
	Serial  string
	State   State   // Installed or Usable
	Trouble Trouble // Broken, Repair, or fine when nothing is any more
}

// fine says in a batch that nothing is wrong with an asset any more.
const fine = "fine"

// Done is what came of it.
type Done struct {
	Code   string
	Asset  string // identifier
	State  State
	Change bool  // something changed
	Err    error // why nothing did
}

// mostTold is how many assets one batch tells of.
const mostTold = 500

// Tell changes many assets in one transaction and returns what came of each, in the same order: one that is refused
// keeps no other back. Invalid for more than 500. A serial number asks for the permission to edit, the rest for that to install.
func (s *Service) Tell(ctx context.Context, territory string, told []Told) ([]Done, error) {
	if _, err := authz.Scopes(ctx, InstallAssets); err != nil {
		return nil, err
	}
	if len(told) == 0 || len(told) > mostTold {
		return nil, errs.NewInvalid("assets.batch.size", "n", mostTold)
	}
	territories, err := s.territories(ctx)
	if err != nil {
		return nil, err
	}
	if territory != "" {
		territories = slices.DeleteFunc(slices.Clone(territories), func(code string) bool { return code != territory })
	}
	var results []Done
	err = s.db.Update(ctx, func(ctx context.Context, tx *db.Tx) error {
		results = make([]Done, len(told))
		for i := range told {
			results[i] = Done{Code: told[i].Code}
			err := s.tellOne(ctx, tx, territories, &told[i], &results[i])
			if e, ok := errors.AsType[*errs.Error](err); ok && e.Kind != errs.Internal {
				results[i].Err = e
			} else if err != nil {
				return err
			}
		}
		return nil
	})
	return results, err
}

// tellOne refuses before it writes: an asset is changed whole or not at all.
func (s *Service) tellOne(ctx context.Context, tx *db.Tx, territories []string, t *Told, done *Done) error {
	a, err := findTag(ctx, tx, territories, t.Code)
	if err != nil {
		return err
	}
	perm := InstallAssets
	if t.Serial != "" {
		perm = EditAssets
	}
	if err := authz.Check(ctx, perm, a.scope()); err != nil {
		return errs.NewNotFound("assets.tag.unknown", "tag", t.Code)
	}
	done.Code, done.Asset = a.Code, a.ID
	if err := t.check(ctx, tx, &a); err != nil {
		return err
	}
	version := a.Version
	if t.Serial != "" {
		if err := s.keeper.Name(ctx, tx, &a, t.Serial); err != nil {
			return err
		}
	}
	if t.State != "" {
		if err := s.keeper.Reach(ctx, tx, &a, t.State); err != nil {
			return err
		}
	}
	if t.Trouble != "" {
		in := TroubleInput{Trouble: t.Trouble}
		if t.Trouble == fine {
			in.Trouble = ""
		}
		if err := s.trouble(ctx, tx, &a, in); err != nil {
			return err
		}
	}
	done.State, done.Change = a.State, a.Version != version
	return nil
}

func (t *Told) check(ctx context.Context, tx *db.Tx, a *Asset) error {
	if err := here(a); err != nil {
		return err
	}
	switch t.State {
	case "":
	case Installed, Usable:
		next := *a
		if _, err := next.Reach(t.State, tx.Now()); err != nil {
			return err
		}
	default:
		return errs.NewInvalid("assets.state.not_here")
	}
	switch t.Trouble {
	case "":
	case Broken, Repair, fine:
		if a.State == Retired {
			return errs.NewConflict("assets.state.retired", "code", a.Code)
		}
	default:
		return errs.NewInvalid("assets.trouble.not_here")
	}
	if t.Serial == "" {
		return nil
	}
	serial := CleanSerial(t.Serial)
	if serial == "" {
		return errs.NewInvalid("assets.serial.invalid")
	}
	return untaken(ctx, tx, a, serial)
}

// findTag returns the asset of some territories whose label or serial number was read, NotFound.
func findTag(ctx context.Context, tx *db.Tx, territories []string, tag string) (Asset, error) {
	for _, territory := range territories {
		a, err := ByTag(ctx, tx, territory, tag)
		if !errs.Is(err, errs.NotFound) {
			return a, err
		}
	}
	return Asset{}, errs.NewNotFound("assets.tag.unknown", "tag", tag)
}
