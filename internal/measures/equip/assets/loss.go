package assets

import (
	"context"
	"strings"

	"preau/internal/base/authz"
	"preau/internal/base/db"
	"preau/internal/base/errs"
)

// Loss is what was told of a loss or a theft.
type Loss struct {
	ID         string
	Trouble    Trouble // Lost or Stolen
	HappenedOn string  // 2026-10-01
	Statement  string  // how it happened, naming nobody
	Reference  string  // of the report to the police
	ToldAt     int64
	FoundAt    int64 // 0 not yet
}

// TroubleInput says what is wrong with an asset.
type TroubleInput struct {
	Trouble    Trouble // "" nothing any more
	HappenedOn string  // of a loss or a theft
	Statement  string  // of a loss or a theft
	Reference  string  // of a theft: the report to the police; of a repair: the supplier's
}

// Tellable lists the troubles that a person tells of an asset; the others are told of deliveries.
var Tellable = []Trouble{Broken, Repair, Lost, Stolen}

func (s *Service) checkTrouble(in *TroubleInput) (err error) {
	if in.Reference, err = line("reference", in.Reference, in.Trouble == Stolen); err != nil {
		return err
	}
	in.Statement = strings.TrimSpace(in.Statement)
	switch in.Trouble {
	case "", Broken, Repair:
		return nil
	case Lost, Stolen:
	default:
		return errs.OfFields(errs.Field{Name: "trouble", Key: "assets.error.choice"})
	}
	if err := s.pastDay("happened_on", in.HappenedOn, true); err != nil {
		return err
	}
	switch {
	case in.Statement == "":
		return errs.OfFields(errs.Field{Name: "statement", Key: "assets.error.empty"})
	case len(in.Statement) > mostText:
		return errs.OfFields(errs.Field{Name: "statement", Key: "assets.error.long", Args: []any{"n", mostText}})
	}
	return nil
}

// SetTrouble says what is wrong with an asset, or that nothing is any more. A loss needs the day and a statement, a
// theft the reference of the report to the police too: what is stolen is marked as to be locked. Invalid, Conflict.
func (s *Service) SetTrouble(ctx context.Context, id string, version int64, in TroubleInput) error {
	if _, err := authz.Scopes(ctx, InstallAssets); err != nil {
		return err
	}
	if err := s.checkTrouble(&in); err != nil {
		return err
	}
	return s.change(ctx, InstallAssets, id, version, func(ctx context.Context, tx *db.Tx, a *Asset) error {
		if err := here(a); err != nil {
			return err
		}
		return s.trouble(ctx, tx, a, in)
	})
}

func (s *Service) trouble(ctx context.Context, tx *db.Tx, a *Asset, in TroubleInput) error {
	gone := a.Trouble == Lost || a.Trouble == Stolen
	if err := s.keeper.Trouble(ctx, tx, a, in.Trouble, in.Reference); err != nil {
		return err
	}
	if gone {
		if _, err := tx.Exec(ctx, "UPDATE equip_loss SET found_at = ? WHERE territory = ? AND asset = ? AND found_at IS NULL", tx.Now(), a.Territory, a.ID); err != nil {
			return err
		}
	}
	if in.Trouble != Lost && in.Trouble != Stolen {
		return nil
	}
	_, err := tx.Exec(ctx, "INSERT INTO equip_loss (territory, id, asset, trouble, happened_on, statement, reference, told_at) VALUES (?, ?, ?, ?, ?, ?, ?, ?)",
		a.Territory, tx.NewID(), a.ID, string(in.Trouble), in.HappenedOn, in.Statement, in.Reference, tx.Now())
	return err
}

// lossOf returns the newest loss of an asset, nil when there was none.
func lossOf(ctx context.Context, tx *db.Tx, territory, asset string) (*Loss, error) {
	l, err := db.One(ctx, tx, func(row db.Scanner) (Loss, error) {
		var l Loss
		err := row.Scan(&l.ID, &l.Trouble, &l.HappenedOn, &l.Statement, &l.Reference, &l.ToldAt, &l.FoundAt)
		return l, err
	}, `SELECT id, trouble, happened_on, statement, reference, told_at, COALESCE(found_at, 0) FROM equip_loss WHERE territory = ? AND asset = ?
		ORDER BY told_at DESC, id DESC LIMIT 1`, territory, asset)
	if db.IsNotFound(err) {
		return nil, nil
	}
	return &l, err
}
