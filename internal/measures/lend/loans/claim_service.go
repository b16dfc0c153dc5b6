package loans

import (
	"bytes"
	"context"
	"strings"

	"preau/internal/base/authz"
	"preau/internal/base/db"
	"preau/internal/base/errs"
	"preau/internal/base/files"
	"preau/internal/base/journal"
)

// ClaimLine is a claim with its loan.
type ClaimLine struct {
	Claim
	Line
	Most int64 // what could be charged at the most, in cents, were there a fault
}

// ClaimsOf returns the claims of a loan that this person sees already.
func (s *Service) ClaimsOf(ctx context.Context, l Loan) ([]Claim, error) {
	if err := authz.Check(ctx, ReadLoans, authz.Class(l.Territory, l.School, l.Class)); err != nil {
		return nil, err
	}
	var list []Claim
	err := s.db.View(ctx, func(ctx context.Context, tx *db.Tx) error {
		var err error
		list, err = claimsOf(ctx, tx, l.Territory, l.ID)
		return err
	})
	return list, err
}

// ForStatement returns the loan that something is to be stated about: by the family of the pupil, or by the school. NotFound.
func (s *Service) ForStatement(ctx context.Context, id string, family bool) (Line, error) {
	if family {
		if _, err := authz.Scopes(ctx, StateOwn); err != nil {
			return Line{}, err
		}
		own, err := s.Own(ctx)
		if err != nil {
			return Line{}, err
		}
		for _, l := range own {
			if l.ID == id {
				return l, nil
			}
		}
		return Line{}, errs.NewNotFound("loans.not_found")
	}
	line, err := s.Loan(ctx, id)
	if err != nil {
		return Line{}, err
	}
	return line, authz.Check(ctx, HandLoans, authz.Class(line.Territory, line.School, line.Class))
}

// State writes down what a family, or the school for it, says happened to a device. The class has a device less at once; what is
// stolen is locked. It returns NotFound, Invalid, or Conflict when the device is not out. The same statement sent twice is
// written once.
func (s *Service) State(ctx context.Context, in Statement) (Claim, error) {
	line, err := s.ForStatement(ctx, in.Loan, in.Family)
	if err != nil {
		return Claim{}, err
	}
	if err := in.check(line.HandedDay(), s.today()); err != nil {
		return Claim{}, err
	}
	var picture *files.Picture
	if in.Photo != nil {
		p, err := files.Photo(bytes.NewReader(in.Photo))
		if err != nil {
			return Claim{}, err
		}
		picture = &p
	}
	c := Claim{Territory: line.Territory, ID: in.ID, Loan: line.ID, School: line.School, Kind: in.Kind, HappenedOn: in.HappenedOn, Statement: in.Text, ToldBy: "school", Report: in.Report, State: Stated}
	if in.Family {
		c.ToldBy = "family"
	}
	err = s.db.Update(ctx, func(ctx context.Context, tx *db.Tx) error { return s.state(ctx, tx, &c, picture) })
	return c, err
}

func (s *Service) state(ctx context.Context, tx *db.Tx, c *Claim, picture *files.Picture) error {
	l, err := byID(ctx, tx, c.Loan)
	if err != nil {
		return err
	}
	before, err := claimsOf(ctx, tx, l.Territory, l.ID)
	if err != nil {
		return err
	}
	for _, b := range before {
		if b.ID == c.ID || (b.State == Stated && b.Kind == c.Kind) {
			*c = b
			return nil
		}
	}
	if l.State != Out {
		return errs.NewConflict("loans.claim.closed", "code", l.Code)
	}
	if c.ID == "" {
		c.ID = tx.NewID()
	}
	c.CreatedAt, c.Version = tx.Now(), 1
	if picture != nil {
		f := files.File{Territory: l.Territory, Room: room, Kind: files.KindPhoto, Name: l.Code + ".jpg", Type: picture.Type, Data: picture.Data}
		if err := files.Store(ctx, tx, &f); err != nil {
			return err
		}
		c.Photo = f.ID
	}
	if err := insertClaim(ctx, tx, c, authz.From(ctx).Account); err != nil {
		return err
	}
	if err := s.assets.Trouble(ctx, tx, l.Territory, l.Asset, c.Kind.trouble(), c.ID); err != nil {
		return err
	}
	if l.Counts {
		l.Counts = false
		if err := save(ctx, tx, &l); err != nil {
			return err
		}
		if err := s.record(ctx, tx, FactUnusable, &l, l.use(-1, 0)); err != nil {
			return err
		}
	}
	return s.recordClaim(ctx, tx, FactStated, c, &l)
}

func (s *Service) recordClaim(ctx context.Context, tx *db.Tx, kind string, c *Claim, l *Loan) error {
	o := Outcome{Kind: string(c.Kind), State: string(c.State), Fault: string(c.Fault)}
	if c.ChargeCents != nil {
		o.Cents = *c.ChargeCents
	}
	return s.journal.Record(ctx, tx, journal.Fact{Territory: c.Territory, School: l.School, Class: l.Class, Kind: kind, Subject: c.ID, Data: o})
}

// Claims returns the claims that wait for a decision or for a payment, then the last ones that are settled, where this person decides.
func (s *Service) Claims(ctx context.Context) ([]ClaimLine, error) {
	scopes, err := authz.Scopes(ctx, DecideClaims)
	if err != nil {
		return nil, err
	}
	where, args := authz.Filter(scopes, "c.territory", "c.school", "")
	var claims []Claim
	var list []Loan
	err = s.db.View(ctx, func(ctx context.Context, tx *db.Tx) error {
		claims, err = db.All(ctx, tx, scanClaim, "SELECT "+claimColumns+" FROM lend_claim c WHERE "+where+" ORDER BY CASE c.state WHEN 'stated' THEN 0 WHEN 'decided' THEN 1 ELSE 2 END, c.created_at DESC LIMIT 200", args...)
		for _, c := range claims {
			if err != nil {
				return err
			}
			var l Loan
			l, err = byID(ctx, tx, c.Loan)
			list = append(list, l)
		}
		return err
	})
	if err != nil {
		return nil, err
	}
	lines, err := s.lines(ctx, list)
	if err != nil {
		return nil, err
	}
	out := make([]ClaimLine, len(claims))
	for i, c := range claims {
		out[i] = ClaimLine{Claim: c, Line: lines[i]}
	}
	return out, nil
}

// ClaimByID returns one claim with what it would cost at the most, for who decides. NotFound.
func (s *Service) ClaimByID(ctx context.Context, id string) (ClaimLine, error) {
	if _, err := authz.Scopes(ctx, DecideClaims); err != nil {
		return ClaimLine{}, err
	}
	var c Claim
	var l Loan
	err := s.db.View(ctx, func(ctx context.Context, tx *db.Tx) error {
		var err error
		if c, err = claimByID(ctx, tx, id); err != nil {
			return err
		}
		if l, err = byID(ctx, tx, c.Loan); err != nil {
			return err
		}
		if c.State == Stated {
			c.ValueCents, err = s.worth(ctx, tx, &l, c.HappenedOn)
		}
		return err
	})
	if err != nil {
		return ClaimLine{}, err
	}
	if err := authz.Check(ctx, DecideClaims, authz.School(c.Territory, c.School)); err != nil {
		return ClaimLine{}, err
	}
	lines, err := s.lines(ctx, []Loan{l})
	if err != nil {
		return ClaimLine{}, err
	}
	return ClaimLine{Claim: c, Line: lines[0], Most: Charge(Loss, Deliberate, "", c.ValueCents, 0)}, nil
}

// worth returns what the device of a loan was worth on a day by the scale of its agreement.
func (s *Service) worth(ctx context.Context, tx *db.Tx, l *Loan, day string) (*int64, error) {
	price, err := db.One(ctx, tx, db.Value[*int64], "SELECT value_cents FROM lend_item WHERE territory = ? AND agreement = ? AND asset = ?", l.Territory, l.Agreement, l.Asset)
	if db.IsNotFound(err) {
		return nil, nil
	}
	if err != nil {
		return nil, err
	}
	device, err := s.assets.ByID(ctx, tx, l.Territory, l.Asset)
	if err != nil {
		return nil, err
	}
	return worth(price, device.Since, day), nil
}

// Decision is what somebody decides of a claim.
type Decision struct {
	Fault       Fault
	Reason      string
	Report      string // reference of the report to the police, where it came later
	RepairCents int64  // what the repair of a breakage costs
	ChargeCents *int64 // less than the scale gives; nil: as much as it gives
}

// Decide decides who answers for what happened, and charges by the scale alone: nothing without a fault, never more than the device was
// worth that day. A loan whose device is lost or stolen ends. It returns NotFound, Invalid, or Conflict when it is decided already.
func (s *Service) Decide(ctx context.Context, id string, in Decision) (Claim, error) {
	line, err := s.ClaimByID(ctx, id)
	if err != nil {
		return Claim{}, err
	}
	in.Reason, in.Report = strings.TrimSpace(in.Reason), strings.Join(strings.Fields(in.Report), " ")
	known := false
	for _, f := range Faults {
		known = known || f == in.Fault
	}
	switch {
	case !known:
		return Claim{}, errs.OfFields(errs.Field{Name: "fault", Key: "loans.claim.fault.missing"})
	case in.Reason == "" && in.Fault != NoFault:
		return Claim{}, errs.OfFields(errs.Field{Name: "reason", Key: "loans.claim.reason.missing"})
	case in.RepairCents < 0 || (in.Fault != NoFault && line.Claim.Kind == Breakage && in.RepairCents == 0):
		return Claim{}, errs.OfFields(errs.Field{Name: "repair", Key: "loans.claim.repair.missing"})
	}
	var c Claim
	err = s.db.Update(ctx, func(ctx context.Context, tx *db.Tx) error {
		if c, err = claimByID(ctx, tx, id); err != nil {
			return err
		}
		if c.State != Stated {
			return errs.NewConflict("loans.claim.decided.already")
		}
		return s.decide(ctx, tx, &c, in)
	})
	return c, err
}

func (s *Service) decide(ctx context.Context, tx *db.Tx, c *Claim, in Decision) error {
	l, err := byID(ctx, tx, c.Loan)
	if err != nil {
		return err
	}
	if in.Report != "" {
		c.Report = in.Report
	}
	if c.ValueCents, err = s.worth(ctx, tx, &l, c.HappenedOn); err != nil {
		return err
	}
	charge := Charge(c.Kind, in.Fault, c.Report, c.ValueCents, in.RepairCents)
	if in.ChargeCents != nil {
		if *in.ChargeCents < 0 || *in.ChargeCents > charge {
			return errs.OfFields(errs.Field{Name: "charge", Key: "loans.claim.charge.high", Args: []any{"most", charge / 100}})
		}
		charge = *in.ChargeCents
	}
	c.State, c.Fault, c.Reason, c.ChargeCents, c.DecidedAt, c.DecidedBy = Decided, in.Fault, in.Reason, &charge, tx.Now(), authz.From(ctx).Account
	if err := saveClaim(ctx, tx, c); err != nil {
		return err
	}
	if err := s.recordClaim(ctx, tx, FactDecided, c, &l); err != nil {
		return err
	}
	if c.Kind == Breakage || l.State != Out {
		return nil
	}
	return s.lose(ctx, tx, &l, c)
}

// lose ends a loan without its device, which stays lost or stolen in the inventory.
func (s *Service) lose(ctx context.Context, tx *db.Tx, l *Loan, c *Claim) error {
	if err := s.assets.TakeBack(ctx, tx, l.Territory, l.Asset, l.ID); err != nil {
		return err
	}
	l.State = c.Kind.ends()
	if err := save(ctx, tx, l); err != nil {
		return err
	}
	if err := endAgreement(ctx, tx, l); err != nil {
		return err
	}
	return s.record(ctx, tx, FactEnded, l, Outcome{Kind: string(c.Kind), State: string(l.State)})
}

// Settle says that what was charged is paid, or waived. It returns NotFound, or Conflict when nothing is to be paid.
func (s *Service) Settle(ctx context.Context, id string, paid bool) error {
	line, err := s.ClaimByID(ctx, id)
	if err != nil {
		return err
	}
	return s.db.Update(ctx, func(ctx context.Context, tx *db.Tx) error {
		c, err := claimByID(ctx, tx, id)
		if err != nil {
			return err
		}
		to := Waived
		if paid {
			to = Paid
		}
		if c.State == to {
			return nil
		}
		if c.State != Decided || c.ChargeCents == nil || *c.ChargeCents == 0 {
			return errs.NewConflict("loans.claim.nothing")
		}
		c.State = to
		if err := saveClaim(ctx, tx, &c); err != nil {
			return err
		}
		return s.recordClaim(ctx, tx, FactSettled, &c, &line.Line.Loan)
	})
}

// Swap gives the pupil another device of the school's stock in the place of the one that a claim is about, in one step: the old loan
// ends, the new one begins under the same agreement. A broken device comes back for repair. It returns NotFound, or Conflict when the new
// device is not free.
func (s *Service) Swap(ctx context.Context, id, device string) (Loan, error) {
	if _, err := authz.Scopes(ctx, HandLoans); err != nil {
		return Loan{}, err
	}
	var out Loan
	err := s.db.Update(ctx, func(ctx context.Context, tx *db.Tx) error {
		c, err := claimByID(ctx, tx, id)
		if err != nil {
			return err
		}
		old, err := byID(ctx, tx, c.Loan)
		if err != nil {
			return err
		}
		if err := authz.Check(ctx, HandLoans, authz.Class(old.Territory, old.School, old.Class)); err != nil {
			return errs.NewNotFound("loans.claim.not_found")
		}
		out, err = s.swap(ctx, tx, &c, &old, device)
		return err
	})
	return out, s.explain(ctx, err)
}

func (s *Service) swap(ctx context.Context, tx *db.Tx, c *Claim, old *Loan, read string) (Loan, error) {
	if c.Swapped != "" {
		return byID(ctx, tx, c.Swapped)
	}
	a, err := agreementByID(ctx, tx, old.Territory, old.Agreement)
	if err != nil {
		return Loan{}, err
	}
	device, err := s.assets.ByTag(ctx, tx, old.Territory, read)
	if err != nil {
		return Loan{}, err
	}
	if device.Holder != "" {
		other, isOut, err := openOf(ctx, tx, old.Territory, device.ID)
		if err != nil || !isOut {
			return Loan{}, errs.NewConflict("loans.device.held", "code", device.Code)
		}
		return Loan{}, &taken{other}
	}
	if old.State == Out {
		if err := s.endForSwap(ctx, tx, c, old); err != nil {
			return Loan{}, err
		}
	}
	if a.State == "ended" { // by the loss: the swap carries the agreement on
		a.State = "signed"
	}
	if err := s.mayHave(ctx, tx, &a, &device); err != nil {
		return Loan{}, err
	}
	if err := readItems(ctx, tx, &a); err != nil {
		return Loan{}, err
	}
	for _, item := range a.Items {
		if item.Asset != old.Asset {
			continue
		}
		l := Loan{Territory: a.Territory, ID: tx.NewID(), Agreement: a.ID, Asset: device.ID, Kind: item.Kind, Code: device.Code, Name: device.Name, School: old.School, Class: old.Class,
			Pupil: a.Pupil, Measure: firstOf(a.Measure, device.Measure), State: Out, Counts: true, HandedAt: tx.Now(), HandedBy: authz.From(ctx).Account, DueOn: old.DueOn, Out: Condition{Wrong: []Check{}}}
		if err := s.assets.Lend(ctx, tx, l.Territory, l.Asset, l.ID); err != nil {
			return Loan{}, err
		}
		if err := s.write(ctx, tx, &l, &item, prepared{}, 0); err != nil {
			return Loan{}, err
		}
		if _, err := tx.Exec(ctx, "UPDATE lend_agreement SET state = 'signed', ended_at = NULL, version = version + 1 WHERE territory = ? AND id = ? AND state = 'ended'", a.Territory, a.ID); err != nil {
			return Loan{}, err
		}
		c.Swapped = l.ID
		return l, saveClaim(ctx, tx, c)
	}
	return Loan{}, errs.NewConflict("loans.item.none", "code", a.Code, "device", device.Code)
}

// endForSwap ends the loan of the device that is swapped: a broken one is handed in, another is gone.
func (s *Service) endForSwap(ctx context.Context, tx *db.Tx, c *Claim, old *Loan) error {
	if c.Kind != Breakage {
		return s.lose(ctx, tx, old, c)
	}
	return s.close(ctx, tx, old, Back{Condition: Condition{Wrong: []Check{Power}}, Repair: true}, nil)
}

// FreeDevices returns what the school of a claim's loan could give in its place.
func (s *Service) FreeDevices(ctx context.Context, l Loan) ([]Asset, error) {
	if err := authz.Check(ctx, ReadLoans, authz.Class(l.Territory, l.School, l.Class)); err != nil {
		return nil, err
	}
	var list []Asset
	err := s.db.View(ctx, func(ctx context.Context, tx *db.Tx) error {
		all, err := s.assets.Free(ctx, tx, l.Territory, l.School)
		for _, a := range all {
			if itemKind(a.Kind) == l.Kind {
				list = append(list, a)
			}
		}
		return err
	})
	return list, err
}
