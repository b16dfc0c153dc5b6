package loans

import (
	"bytes"
	"context"
	"errors"

	"preau/internal/base/authz"
	"preau/internal/base/code"
	"preau/internal/base/db"
	"preau/internal/base/errs"
	"preau/internal/base/files"
	"preau/internal/base/i18n"
	"preau/internal/base/journal"
)

// room names these loans where files are kept.
const room = "lend"

// MostPairs is how many pairs one call hands over at the most.
const MostPairs = 200

// Pair is a slip and a device that belong together from now on.
type Pair struct {
	ID        string // made where it was scanned: sent twice, it counts once; "" makes one
	Slip      string // code of the agreement, as read; the order of the two does not matter
	Device    string // label or serial number, as read
	Condition Condition
	Photo     []byte // of the device, nil none
}

// Handed is what came of a pair.
type Handed struct {
	Pair  string // its ID
	Loan  Loan
	Again bool  // it had been handed over already: nothing changed
	Err   error // why it was refused; Loan is then empty
}

// taken refuses a device that another pupil has.
type taken struct{ loan Loan }

func (t *taken) Error() string { return "the device is out on loan " + t.loan.ID }

// already refuses a second device of a kind to a pupil.
type already struct{ loan Loan }

func (a *already) Error() string { return "the pupil has loan " + a.loan.ID }

// Handover hands one device over to one pupil, in one transaction. It returns Invalid for what was not read, NotFound for a
// slip or a device that this person does not know, Conflict when the agreement is not signed, the device is not free
// or the pupil has one: whose it is is told to those who may know.
func (s *Service) Handover(ctx context.Context, p Pair) (Handed, error) {
	all, err := s.HandoverAll(ctx, []Pair{p})
	if err != nil {
		return Handed{}, err
	}
	return all[0], all[0].Err
}

// HandoverAll hands over up to MostPairs in one transaction: those that are refused say why, and the others are kept. It
// returns an error, and changes nothing, when there are too many or none can be tried.
func (s *Service) HandoverAll(ctx context.Context, pairs []Pair) ([]Handed, error) {
	if _, err := authz.Scopes(ctx, HandLoans); err != nil {
		return nil, err
	}
	if len(pairs) == 0 || len(pairs) > MostPairs {
		return nil, errs.NewInvalid("loans.pairs.many", "most", MostPairs)
	}
	ready := make([]prepared, len(pairs))
	for i, p := range pairs {
		ready[i] = prepare(p)
	}
	var out []Handed
	err := s.db.Update(ctx, func(ctx context.Context, tx *db.Tx) error {
		out = make([]Handed, len(pairs))
		due := dueDates{}
		for i, p := range ready {
			if p.err == nil {
				out[i], p.err = s.handover(ctx, tx, p, due)
			}
			if p.err != nil && !refusal(p.err) {
				return p.err
			}
			out[i].Pair, out[i].Err = p.ID, p.err
		}
		return nil
	})
	if err != nil {
		return nil, err
	}
	for i := range out {
		out[i].Err = s.explain(ctx, out[i].Err)
	}
	return out, nil
}

// prepared is a pair that was read, its photo drawn again.
type prepared struct {
	Pair
	reading
	photo *files.Picture
	err   error
}

func prepare(p Pair) prepared {
	out := prepared{Pair: p}
	if out.reading, out.err = tell(p.Slip, p.Device); out.err != nil {
		return out
	}
	switch {
	case out.slip == "":
		out.err = errs.OfFields(errs.Field{Name: "slip", Key: "loans.pair.slip.missing"})
	case out.device == "":
		out.err = errs.OfFields(errs.Field{Name: "device", Key: "loans.pair.device.missing"})
	}
	if out.err == nil {
		out.Condition, out.err = p.Condition.clean()
	}
	if out.err == nil && p.Photo != nil {
		var picture files.Picture
		picture, out.err = files.Photo(bytes.NewReader(p.Photo))
		out.photo = &picture
	}
	return out
}

// refusal tells whether an error is an answer about one pair, after which the transaction can go on: it was found before
// anything was written.
func refusal(err error) bool {
	if _, late := errors.AsType[*written](err); late {
		return false
	}
	_, isTaken := errors.AsType[*taken](err)
	_, isAlready := errors.AsType[*already](err)
	return isTaken || isAlready || errs.KindOf(err) != errs.Internal
}

func (s *Service) handover(ctx context.Context, tx *db.Tx, p prepared, due dueDates) (Handed, error) {
	a, err := s.agreement(ctx, tx, p.slip)
	if err != nil {
		return Handed{}, err
	}
	device, err := s.assets.ByTag(ctx, tx, a.Territory, p.device)
	if err != nil {
		return Handed{}, err
	}
	if h, stop, err := s.handedAlready(ctx, tx, p, &a, &device); stop || err != nil {
		return h, err
	}
	if err := s.mayHave(ctx, tx, &a, &device); err != nil {
		return Handed{}, err
	}
	item, err := a.itemFor(&device)
	if err != nil {
		return Handed{}, err
	}
	dueOn, err := due.of(ctx, tx, a.Territory, a.DueOn)
	if err != nil {
		return Handed{}, err
	}
	l := Loan{Territory: a.Territory, ID: tx.NewID(), Agreement: a.ID, Asset: device.ID, Kind: item.Kind, Code: device.Code, Name: device.Name, School: a.School, Class: a.Class,
		Pupil: a.Pupil, Measure: firstOf(a.Measure, device.Measure), State: Out, Counts: !p.Condition.Has(Power), HandedAt: tx.Now(), HandedBy: authz.From(ctx).Account, DueOn: dueOn, Out: p.Condition}
	if err := s.assets.Lend(ctx, tx, l.Territory, l.Asset, l.ID); err != nil {
		return Handed{}, err
	}
	err = s.write(ctx, tx, &l, &item, p, 1)
	if err == nil && s.links.HandedOver != nil {
		err = s.links.HandedOver(ctx, tx, a.Territory, a.Pupil, a.Year)
	}
	if err != nil {
		return Handed{}, &written{err}
	}
	return Handed{Loan: l}, nil
}

// write makes a loan true once its device is held for it: the agreement's item names it, and the class learns it.
func (s *Service) write(ctx context.Context, tx *db.Tx, l *Loan, item *Item, p prepared, quantity int64) error {
	if p.photo != nil {
		f := files.File{Territory: l.Territory, Room: room, Kind: files.KindPhoto, Name: l.Code + ".jpg", Type: p.photo.Type, Data: p.photo.Data}
		if err := files.Store(ctx, tx, &f); err != nil {
			return err
		}
		l.PhotoOut = f.ID
	}
	if err := insert(ctx, tx, l); err != nil {
		return err
	}
	if item.Asset != l.Asset {
		if _, err := tx.Exec(ctx, "UPDATE lend_item SET asset = ?, code = ? WHERE territory = ? AND agreement = ? AND number = ?", l.Asset, l.Code, l.Territory, l.Agreement, item.Number); err != nil {
			return err
		}
	}
	if p.ID != "" {
		if err := storeScan(ctx, tx, l.Territory, p.ID, l.ID, "out"); err != nil {
			return err
		}
	}
	devices := int64(0)
	if l.Counts {
		devices = 1
	}
	return s.record(ctx, tx, FactHandedOver, l, l.use(devices, quantity))
}

func (s *Service) record(ctx context.Context, tx *db.Tx, kind string, l *Loan, data any) error {
	return s.journal.Record(ctx, tx, journal.Fact{Territory: l.Territory, School: l.School, Class: l.Class, Kind: kind, Subject: l.ID, Data: data})
}

func firstOf(a, b string) string {
	if a != "" {
		return a
	}
	return b
}

// agreement returns the agreement of a slip, in a class where this person may hand over: another one is unknown to them.
func (s *Service) agreement(ctx context.Context, tx *db.Tx, slip string) (Agreement, error) {
	kind, canonical, ok := code.Parse(slip)
	if !ok {
		return Agreement{}, errs.OfFields(errs.Field{Name: "slip", Key: "loans.slip.misread", Args: []any{"code", slip}})
	}
	if kind != code.Agreement {
		return Agreement{}, errs.OfFields(errs.Field{Name: "slip", Key: "loans.slip.other", Args: []any{"code", canonical}})
	}
	list, err := agreementsOfCode(ctx, tx, canonical)
	if err != nil {
		return Agreement{}, err
	}
	for _, a := range list {
		if authz.Check(ctx, HandLoans, authz.Class(a.Territory, a.School, a.Class)) == nil {
			return a, nil
		}
	}
	return Agreement{}, errs.NewNotFound("loans.slip.unknown", "code", canonical)
}

// handedAlready answers a pair that was stored before, or a device that this very pupil has under this very agreement.
func (s *Service) handedAlready(ctx context.Context, tx *db.Tx, p prepared, a *Agreement, device *Asset) (Handed, bool, error) {
	if p.ID != "" {
		before, known, err := scanOf(ctx, tx, a.Territory, p.ID)
		if err != nil {
			return Handed{}, false, err
		}
		if known {
			l, err := byID(ctx, tx, before.Loan)
			if err == nil && (l.Agreement != a.ID || l.Asset != device.ID || before.Says != "out") {
				err = errs.NewConflict("loans.pair.reused")
			}
			return Handed{Loan: l, Again: true}, true, err
		}
	}
	if device.Holder == "" {
		return Handed{}, false, nil
	}
	l, out, err := openOf(ctx, tx, a.Territory, device.ID)
	switch {
	case err != nil:
		return Handed{}, false, err
	case !out:
		return Handed{}, false, errs.NewConflict("loans.device.held", "code", device.Code)
	case l.Agreement == a.ID:
		return Handed{Loan: l, Again: true}, true, nil
	}
	return Handed{}, false, &taken{l}
}

// mayHave tells why a device cannot go out under an agreement; nil when it can.
func (s *Service) mayHave(ctx context.Context, tx *db.Tx, a *Agreement, device *Asset) error {
	switch a.State {
	case "cancelled":
		return errs.NewConflict("loans.agreement.cancelled", "code", a.Code)
	case "ended":
		return errs.NewConflict("loans.agreement.ended", "code", a.Code)
	case "prepared":
		urgent, err := emergency(ctx, tx, a.Territory, a.School)
		if err != nil {
			return err
		}
		if !urgent {
			return errs.NewConflict("loans.agreement.unsigned", "code", a.Code)
		}
	}
	switch {
	case device.School != a.School:
		return errs.NewConflict("loans.device.elsewhere", "code", device.Code)
	case device.Retired:
		return errs.NewConflict("loans.device.retired", "code", device.Code)
	case !device.Delivered:
		return errs.NewConflict("loans.device.undelivered", "code", device.Code)
	case device.Trouble != "":
		return errs.NewConflict("loans.device.troubled", "code", device.Code)
	case !device.Lendable:
		return errs.NewConflict("loans.device.kept", "code", device.Code)
	}
	held, err := heldBy(ctx, tx, a.Territory, a.Pupil)
	if err != nil {
		return err
	}
	for _, l := range held {
		if l.Kind == itemKind(device.Kind) {
			return &already{l}
		}
	}
	return nil
}

// emergency tells whether a handover for a crisis is under way in the school: the paper that is signed in the yard may
// then be scanned back later.
func emergency(ctx context.Context, tx *db.Tx, territory, school string) (bool, error) {
	n, err := db.One(ctx, tx, db.Value[int], `SELECT COUNT(*) FROM lend_crisis c JOIN lend_crisis_school s ON s.territory = c.territory AND s.crisis = c.id
		WHERE c.territory = ? AND c.state = 'under_way' AND s.school = ?`, territory, school)
	return n > 0, err
}

// itemFor returns the item of the agreement that a device is handed over as; Conflict when there is none.
func (a *Agreement) itemFor(device *Asset) (Item, error) {
	named := ""
	for _, i := range a.Items {
		if i.Kind != itemKind(device.Kind) {
			continue
		}
		if i.Asset == "" || i.Asset == device.ID {
			return i, nil
		}
		named = i.Code
	}
	if named != "" {
		return Item{}, errs.NewConflict("loans.item.named", "code", named)
	}
	return Item{}, errs.NewConflict("loans.item.none", "code", a.Code, "device", device.Code)
}

// dueDates keeps the holidays of the territories that a transaction meets.
type dueDates map[string][]Holiday

func (d dueDates) of(ctx context.Context, tx *db.Tx, territory, promised string) (string, error) {
	list, known := d[territory]
	if !known {
		var err error
		if list, err = holidaysOf(ctx, tx, territory); err != nil {
			return "", err
		}
		d[territory] = list
	}
	return DueOn(promised, list), nil
}

// written is an error after something was written: it undoes the transaction whole.
type written struct{ cause error }

func (w *written) Error() string { return w.cause.Error() }

func (w *written) Unwrap() error { return w.cause }

// explain says a refusal in words: who was first, as far as this person may know.
func (s *Service) explain(ctx context.Context, err error) error {
	if t, ok := errors.AsType[*taken](err); ok {
		class, name := s.whose(ctx, &t.loan)
		when := i18n.From(ctx).DateTime(i18n.Millis(t.loan.HandedAt))
		switch {
		case name != "":
			return errs.NewConflict("loans.device.lent.to", "code", t.loan.Code, "class", class, "name", name, "when", when)
		case class != "":
			return errs.NewConflict("loans.device.lent", "code", t.loan.Code, "class", class, "when", when)
		}
		return errs.NewConflict("loans.device.lent.elsewhere", "code", t.loan.Code)
	}
	if a, ok := errors.AsType[*already](err); ok {
		return errs.NewConflict("loans.pupil.has", "code", a.loan.Code, "when", i18n.From(ctx).DateTime(i18n.Millis(a.loan.HandedAt)))
	}
	return err
}

// whose returns the class of a loan to those who see its school's loans, and the pupil's name to those who see the class's pupils.
func (s *Service) whose(ctx context.Context, l *Loan) (class, name string) {
	if !authz.May(ctx, ReadLoans, authz.School(l.Territory, l.School)) && !authz.May(ctx, ReadLoans, authz.Class(l.Territory, l.School, l.Class)) {
		// A teacher of another class of the same school learns the class; another school nothing.
		if !s.sameSchool(ctx, l) {
			return "", ""
		}
	}
	if line, err := s.directory.Class(inside(ctx), l.Class); err == nil {
		class = line.Name
	}
	if people, err := s.directory.PupilsByID(ctx, l.Territory, []string{l.Pupil}); err == nil {
		if p, ok := people[l.Pupil]; ok {
			name = p.GivenName + " " + p.FamilyName
		}
	}
	return class, name
}

func (s *Service) sameSchool(ctx context.Context, l *Loan) bool {
	scopes, err := authz.Scopes(ctx, HandLoans)
	if err != nil {
		return false
	}
	for _, scope := range scopes {
		if scope.Territory == l.Territory && scope.School == l.School {
			return true
		}
	}
	return false
}
