package loans

import (
	"context"

	"preau/internal/base/code"
	"preau/internal/base/db"
	"preau/internal/base/errs"
)

const columns = `l.territory, l.id, l.agreement, l.asset, l.kind, l.code, l.name, l.school, l.class, l.pupil, l.measure, l.state, l.counts, l.handed_at, l.handed_by,
	l.due_on, l.condition_out, l.photo_out, COALESCE(l.returned_at, 0), l.returned_to, l.condition_in, l.photo_in, l.wiped, l.receipt, COALESCE(l.asked_at, 0), l.version`

func scan(row db.Scanner) (Loan, error) {
	var l Loan
	var out, in string
	err := row.Scan(&l.Territory, &l.ID, &l.Agreement, &l.Asset, &l.Kind, &l.Code, &l.Name, &l.School, &l.Class, &l.Pupil, &l.Measure, &l.State, &l.Counts, &l.HandedAt, &l.HandedBy,
		&l.DueOn, &out, &l.PhotoOut, &l.ReturnedAt, &l.ReturnedTo, &in, &l.PhotoIn, &l.Wiped, &l.Receipt, &l.AskedAt, &l.Version)
	if err == nil {
		l.Out, err = decodeCondition(out)
	}
	if err == nil {
		l.In, err = decodeCondition(in)
	}
	return l, err
}

func flag(b bool) int64 {
	if b {
		return 1
	}
	return 0
}

func orNull(at int64) any {
	if at == 0 {
		return nil
	}
	return at
}

// open is what the key of open loans holds: the device while it is out, so that a second open loan of it cannot be written.
func (l *Loan) open() string {
	if l.State == Out {
		return l.Asset
	}
	return l.ID
}

func insert(ctx context.Context, tx *db.Tx, l *Loan) error {
	_, err := tx.Exec(ctx, `INSERT INTO lend_loan (territory, id, agreement, asset, kind, code, name, school, class, pupil, measure, state, counts, open,
		handed_at, handed_by, due_on, condition_out, photo_out, version) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, 1)`,
		l.Territory, l.ID, l.Agreement, l.Asset, l.Kind, l.Code, l.Name, l.School, l.Class, l.Pupil, l.Measure, string(l.State), flag(l.Counts), l.open(),
		l.HandedAt, l.HandedBy, l.DueOn, l.Out.encode(), l.PhotoOut)
	l.Version = 1
	return err
}

// save writes a loan that was read in this version: Conflict when somebody changed it since.
func save(ctx context.Context, tx *db.Tx, l *Loan) error {
	in := ""
	if l.ReturnedAt != 0 {
		in = l.In.encode()
	}
	var wiped any
	if l.Wiped != nil {
		wiped = flag(*l.Wiped)
	}
	n, err := tx.Exec(ctx, `UPDATE lend_loan SET school = ?, class = ?, state = ?, counts = ?, open = ?, due_on = ?, returned_at = ?, returned_to = ?,
		condition_in = ?, photo_in = ?, wiped = ?, receipt = ?, asked_at = ?, version = version + 1 WHERE territory = ? AND id = ? AND version = ?`,
		l.School, l.Class, string(l.State), flag(l.Counts), l.open(), l.DueOn, orNull(l.ReturnedAt), l.ReturnedTo,
		in, l.PhotoIn, wiped, l.Receipt, orNull(l.AskedAt), l.Territory, l.ID, l.Version)
	if err != nil {
		return err
	}
	if n == 0 {
		return errs.NewConflict("loans.meanwhile", "code", l.Code)
	}
	l.Version++
	return nil
}

// byID returns a loan of whatever territory, NotFound.
func byID(ctx context.Context, tx *db.Tx, id string) (Loan, error) {
	return found(db.One(ctx, tx, scan, "SELECT "+columns+" FROM lend_loan l WHERE l.id = ?", id))
}

func found(l Loan, err error) (Loan, error) {
	if db.IsNotFound(err) {
		return Loan{}, errs.NewNotFound("loans.not_found")
	}
	return l, err
}

// openOf returns the loan that a device is out on; false when there is none.
func openOf(ctx context.Context, tx *db.Tx, territory, asset string) (Loan, bool, error) {
	l, err := db.One(ctx, tx, scan, "SELECT "+columns+" FROM lend_loan l WHERE l.territory = ? AND l.open = ?", territory, asset)
	if db.IsNotFound(err) {
		return Loan{}, false, nil
	}
	return l, err == nil, err
}

// latestOf returns the last loan of a device, cancelled ones apart; false when it was never lent.
func latestOf(ctx context.Context, tx *db.Tx, territory, asset string) (Loan, bool, error) {
	l, err := db.One(ctx, tx, scan, "SELECT "+columns+" FROM lend_loan l WHERE l.territory = ? AND l.asset = ? AND l.state <> 'cancelled' ORDER BY l.handed_at DESC, l.id DESC LIMIT 1", territory, asset)
	if db.IsNotFound(err) {
		return Loan{}, false, nil
	}
	return l, err == nil, err
}

// heldBy returns what a pupil has at home now.
func heldBy(ctx context.Context, tx *db.Tx, territory, pupil string) ([]Loan, error) {
	return db.All(ctx, tx, scan, "SELECT "+columns+" FROM lend_loan l WHERE l.territory = ? AND l.pupil = ? AND l.state = 'out' ORDER BY l.handed_at, l.id", territory, pupil)
}

// scanned is what a client's own identifier stands for, once it was stored.
type scanned struct{ Loan, Says string }

func scanOf(ctx context.Context, tx *db.Tx, territory, id string) (scanned, bool, error) {
	s, err := db.One(ctx, tx, func(row db.Scanner) (scanned, error) {
		var s scanned
		err := row.Scan(&s.Loan, &s.Says)
		return s, err
	}, "SELECT loan, says FROM lend_scan WHERE territory = ? AND id = ?", territory, id)
	if db.IsNotFound(err) {
		return scanned{}, false, nil
	}
	return s, err == nil, err
}

func storeScan(ctx context.Context, tx *db.Tx, territory, id, loan, says string) error {
	_, err := tx.Exec(ctx, "INSERT INTO lend_scan (territory, id, loan, says, stored_at) VALUES (?, ?, ?, ?, ?)", territory, id, loan, says, tx.Now())
	return err
}

const agreementColumns = "a.territory, a.id, a.code, a.school, a.class, a.pupil, a.year, a.state, a.due_on, a.measure, a.language"

func scanAgreement(row db.Scanner) (Agreement, error) {
	var a Agreement
	err := row.Scan(&a.Territory, &a.ID, &a.Code, &a.School, &a.Class, &a.Pupil, &a.Year, &a.State, &a.DueOn, &a.Measure, &a.Language)
	return a, err
}

// agreementsOfCode returns the agreements that bear a code, with their items: codes repeat from one territory to another.
func agreementsOfCode(ctx context.Context, tx *db.Tx, code string) ([]Agreement, error) {
	var list []Agreement
	_, err := db.All(ctx, tx, func(row db.Scanner) (struct{}, error) {
		var a Agreement
		var i Item
		err := row.Scan(&a.Territory, &a.ID, &a.Code, &a.School, &a.Class, &a.Pupil, &a.Year, &a.State, &a.DueOn, &a.Measure, &a.Language, &i.Number, &i.Kind, &i.Name, &i.Asset, &i.Code)
		if n := len(list); n == 0 || list[n-1].Territory != a.Territory {
			list = append(list, a)
		}
		if last := &list[len(list)-1]; i.Kind != "" {
			last.Items = append(last.Items, i)
		}
		return struct{}{}, err
	}, "SELECT "+agreementColumns+`, COALESCE(i.number, 0), COALESCE(i.kind, ''), COALESCE(i.name, ''), COALESCE(i.asset, ''), COALESCE(i.code, '')
		FROM lend_agreement a LEFT JOIN lend_item i ON i.territory = a.territory AND i.agreement = a.id WHERE a.code = ? ORDER BY a.territory, i.number`, code)
	return list, err
}

func agreementByID(ctx context.Context, tx *db.Tx, territory, id string) (Agreement, error) {
	a, err := db.One(ctx, tx, scanAgreement, "SELECT "+agreementColumns+" FROM lend_agreement a WHERE a.territory = ? AND a.id = ?", territory, id)
	if db.IsNotFound(err) {
		return a, errs.NewNotFound("loans.slip.unknown", "code", "")
	}
	return a, err
}

func readItems(ctx context.Context, tx *db.Tx, a *Agreement) error {
	var err error
	a.Items, err = db.All(ctx, tx, func(row db.Scanner) (Item, error) {
		var i Item
		err := row.Scan(&i.Number, &i.Kind, &i.Name, &i.Asset, &i.Code)
		return i, err
	}, "SELECT number, kind, name, asset, code FROM lend_item WHERE territory = ? AND agreement = ? ORDER BY number", a.Territory, a.ID)
	return err
}

// nextReceipt returns the code of the territory's next receipt.
func nextReceipt(ctx context.Context, tx *db.Tx, territory string) (string, error) {
	n, err := db.One(ctx, tx, db.Value[int64], `INSERT INTO lend_counter (territory, name, last) VALUES (?, 'receipt', 1)
		ON CONFLICT (territory, name) DO UPDATE SET last = lend_counter.last + 1 RETURNING last`, territory)
	return code.Make(code.Receipt, territory, uint64(n)), err
}
