package loans

import (
	"bytes"
	"context"
	"errors"

	"preau/internal/base/authz"
	"preau/internal/base/db"
	"preau/internal/base/errs"
	"preau/internal/base/files"
	"preau/internal/base/i18n"
)

// Back is a device that comes back.
type Back struct {
	ID        string // made where it was scanned: sent twice, it counts once; "" none
	Device    string // label or serial number, as read
	Condition Condition
	Photo     []byte
	Wiped     *bool // its data were erased; nil: nothing to erase, or not said
	Repair    bool  // not to be lent again before it was repaired
}

// Given is what came of a device that came back.
type Given struct {
	Back  string // its ID
	Loan  Loan
	Again bool // it had come back already: nothing changed
	Err   error
}

// never says that a device that was brought back is not out, and since when.
type never struct {
	asset Asset
	last  *Loan // its last loan, nil when it was never lent
}

func (n *never) Error() string { return "the device is not out on loan" }

// Return takes one device back. It returns NotFound for a device that this person does not know, Conflict for one
// that was never lent, or that came back before.
func (s *Service) Return(ctx context.Context, b Back) (Given, error) {
	all, err := s.ReturnAll(ctx, []Back{b})
	if err != nil {
		return Given{}, err
	}
	return all[0], all[0].Err
}

// ReturnAll takes up to MostPairs back in one transaction: those that are refused say why, and the others are kept.
func (s *Service) ReturnAll(ctx context.Context, backs []Back) ([]Given, error) {
	scopes, err := authz.Scopes(ctx, HandLoans)
	if err != nil {
		return nil, err
	}
	if len(backs) == 0 || len(backs) > MostPairs {
		return nil, errs.NewInvalid("loans.pairs.many", "most", MostPairs)
	}
	photos, out := make([]*files.Picture, len(backs)), make([]Given, len(backs))
	wrong := make([]error, len(backs))
	for i := range backs {
		backs[i].Condition, wrong[i] = backs[i].Condition.clean()
		if wrong[i] == nil && backs[i].Photo != nil {
			var p files.Picture
			p, wrong[i] = files.Photo(bytes.NewReader(backs[i].Photo))
			photos[i] = &p
		}
	}
	err = s.db.Update(ctx, func(ctx context.Context, tx *db.Tx) error {
		for i, b := range backs {
			g, err := Given{}, wrong[i]
			if err == nil {
				g, err = s.takeBack(ctx, tx, scopes, b, photos[i])
			}
			if _, isNever := errors.AsType[*never](err); err != nil && !isNever && !refusal(err) {
				return err
			}
			g.Back, g.Err = b.ID, err
			out[i] = g
		}
		return nil
	})
	if err != nil {
		return nil, err
	}
	for i := range out {
		out[i].Err = s.explainReturn(ctx, out[i].Err)
	}
	return out, nil
}

// lookup finds the loan that a device is out on, or that it was declared lost or stolen on, where this person may take
// it back. Devices are looked for in each territory of the scopes.
func (s *Service) lookup(ctx context.Context, tx *db.Tx, scopes []authz.Scope, read string) (Loan, Asset, error) {
	seen, last := map[string]bool{}, error(errs.NewNotFound("loans.device.unknown", "code", read))
	for _, scope := range scopes {
		if seen[scope.Territory] {
			continue
		}
		seen[scope.Territory] = true
		device, err := s.assets.ByTag(ctx, tx, scope.Territory, read)
		if err != nil {
			if errs.Is(err, errs.Internal) {
				return Loan{}, Asset{}, err
			}
			last = err
			continue
		}
		l, known, err := latestOf(ctx, tx, scope.Territory, device.ID)
		if err != nil {
			return Loan{}, Asset{}, err
		}
		if known && authz.Check(ctx, HandLoans, authz.Class(l.Territory, l.School, l.Class)) == nil {
			return l, device, nil
		}
		if known {
			last = errs.NewNotFound("loans.device.unknown", "code", read)
			continue
		}
		last = &never{asset: device}
		if authz.Check(ctx, HandLoans, authz.School(scope.Territory, device.School)) != nil && !s.sameSchool(ctx, &Loan{Territory: scope.Territory, School: device.School}) {
			last = errs.NewNotFound("loans.device.unknown", "code", read)
		}
	}
	return Loan{}, Asset{}, last
}

// Found returns the loan of a device that is held in the hand, for the page that takes it back; the errors are those of Return.
func (s *Service) Found(ctx context.Context, read string) (Loan, error) {
	scopes, err := authz.Scopes(ctx, HandLoans)
	if err != nil {
		return Loan{}, err
	}
	var l Loan
	err = s.db.View(ctx, func(ctx context.Context, tx *db.Tx) error {
		var device Asset
		if l, device, err = s.lookup(ctx, tx, scopes, read); err != nil {
			return err
		}
		if l.State == Returned {
			return &never{device, &l}
		}
		return nil
	})
	return l, s.explainReturn(ctx, err)
}

func (s *Service) takeBack(ctx context.Context, tx *db.Tx, scopes []authz.Scope, b Back, photo *files.Picture) (Given, error) {
	l, device, err := s.lookup(ctx, tx, scopes, b.Device)
	if err != nil {
		return Given{}, err
	}
	if b.ID != "" {
		before, known, err := scanOf(ctx, tx, l.Territory, b.ID)
		if err != nil {
			return Given{}, err
		}
		if known && before.Says == "in" && before.Loan == l.ID {
			return Given{Loan: l, Again: true}, nil
		}
		if known {
			return Given{}, errs.NewConflict("loans.pair.reused")
		}
	}
	if l.State == Returned {
		return Given{}, &never{device, &l}
	}
	if err := s.close(ctx, tx, &l, b, photo); err != nil {
		return Given{}, &written{err}
	}
	return Given{Loan: l}, nil
}

// close writes a return: the device is back in its school, and the class learns it. One that was lost or stolen is found.
func (s *Service) close(ctx context.Context, tx *db.Tx, l *Loan, b Back, photo *files.Picture) error {
	if photo != nil {
		f := files.File{Territory: l.Territory, Room: room, Kind: files.KindPhoto, Name: l.Code + ".jpg", Type: photo.Type, Data: photo.Data}
		if err := files.Store(ctx, tx, &f); err != nil {
			return err
		}
		l.PhotoIn = f.ID
	}
	var err error
	if l.Receipt, err = nextReceipt(ctx, tx, l.Territory); err != nil {
		return err
	}
	if l.State == Out {
		if err := s.assets.TakeBack(ctx, tx, l.Territory, l.Asset, l.ID); err != nil {
			return err
		}
	}
	if err := s.afterReturn(ctx, tx, l, b); err != nil {
		return err
	}
	devices := -flag(l.Counts)
	l.State, l.Counts, l.ReturnedAt, l.ReturnedTo, l.In, l.Wiped = Returned, false, tx.Now(), authz.From(ctx).Account, b.Condition, b.Wiped
	if err := save(ctx, tx, l); err != nil {
		return err
	}
	if b.ID != "" {
		if err := storeScan(ctx, tx, l.Territory, b.ID, l.ID, "in"); err != nil {
			return err
		}
	}
	if err := endAgreement(ctx, tx, l); err != nil {
		return err
	}
	return s.record(ctx, tx, FactReturned, l, l.use(devices, 0))
}

// afterReturn says whether the device can go out again.
func (s *Service) afterReturn(ctx context.Context, tx *db.Tx, l *Loan, b Back) error {
	trouble := ""
	if b.Repair || b.Condition.Has(Power) {
		trouble = "broken"
	}
	return s.assets.Trouble(ctx, tx, l.Territory, l.Asset, trouble, "lend.returned")
}

// endAgreement ends the agreement of a loan once nothing is out under it.
func endAgreement(ctx context.Context, tx *db.Tx, l *Loan) error {
	_, err := tx.Exec(ctx, `UPDATE lend_agreement SET state = 'ended', ended_at = ?, version = version + 1 WHERE territory = ? AND id = ? AND state IN ('signed', 'prepared')
		AND NOT EXISTS (SELECT 1 FROM lend_loan l WHERE l.territory = ? AND l.agreement = ? AND l.state = 'out')`, tx.Now(), l.Territory, l.Agreement, l.Territory, l.Agreement)
	return err
}

func (s *Service) explainReturn(ctx context.Context, err error) error {
	n, ok := errors.AsType[*never](err)
	if !ok {
		return err
	}
	if n.last == nil {
		return errs.NewConflict("loans.return.never", "code", n.asset.Code)
	}
	return errs.NewConflict("loans.return.twice", "code", n.asset.Code, "when", i18n.From(ctx).DateTime(i18n.Millis(n.last.ReturnedAt)), "receipt", n.last.Receipt)
}

// Cancel undoes a handover that was written by mistake, on the day of the handover and before anything else happened to it. It
// returns NotFound, or Conflict when it is too late: the device is then returned.
func (s *Service) Cancel(ctx context.Context, id string) error {
	if _, err := authz.Scopes(ctx, HandLoans); err != nil {
		return err
	}
	return s.db.Update(ctx, func(ctx context.Context, tx *db.Tx) error {
		l, err := byID(ctx, tx, id)
		if err != nil {
			return err
		}
		if err := authz.Check(ctx, HandLoans, authz.Class(l.Territory, l.School, l.Class)); err != nil {
			return err
		}
		if l.State == Cancelled {
			return nil
		}
		claims, err := db.One(ctx, tx, db.Value[int], "SELECT COUNT(*) FROM lend_claim WHERE territory = ? AND loan = ?", l.Territory, l.ID)
		if err != nil {
			return err
		}
		if l.State != Out || claims > 0 || day(l.HandedAt) != day(tx.Now()) {
			return errs.NewConflict("loans.cancel.late")
		}
		if err := s.assets.TakeBack(ctx, tx, l.Territory, l.Asset, l.ID); err != nil {
			return err
		}
		if _, err := tx.Exec(ctx, "UPDATE lend_item SET asset = '', code = '' WHERE territory = ? AND agreement = ? AND asset = ?", l.Territory, l.Agreement, l.Asset); err != nil {
			return err
		}
		devices := -flag(l.Counts)
		l.State, l.Counts = Cancelled, false
		if err := save(ctx, tx, &l); err != nil {
			return err
		}
		return s.record(ctx, tx, FactCancelled, &l, l.use(devices, -1))
	})
}

// day returns the day of an instant in Paris.
func day(ms int64) string { return i18n.Millis(ms).In(i18n.Paris).Format("2006-01-02") }
