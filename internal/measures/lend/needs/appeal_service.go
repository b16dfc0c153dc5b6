package needs

import (
	"context"
	"slices"
	"strings"
	"unicode/utf8"

	"preau/internal/base/authz"
	"preau/internal/base/db"
	"preau/internal/base/errs"
	"preau/internal/base/journal"
	"preau/internal/territory/directory"
)

// OwnNeed is a child of the family, with what was decided for them; Told is nil when the school has not nominated them.
type OwnNeed struct {
	Child directory.OwnPupil
	Told  *Explanation
}

// Own returns the principal's own children, or the principal who is a pupil, with what was decided and why.
func (s *Service) Own(ctx context.Context) ([]OwnNeed, error) {
	children, err := s.directory.OwnPupils(ctx, ReadOwn)
	if err != nil {
		return nil, err
	}
	list := make([]OwnNeed, 0, len(children))
	for _, child := range children { // one, two, three
		own := OwnNeed{Child: child}
		r, err := s.ranking(ctx, child.Territory, string(child.School), s.Year())
		if err != nil {
			return nil, err
		}
		if c := r.ofPupil(child.Person); c != nil && c.State != Withdrawn {
			e := r.Explain(c)
			own.Told = &e
		}
		list = append(list, own)
	}
	return list, nil
}

// Ask asks for another look at the decision about the principal's own child: NotFound for another's, Conflict before
// a decision or a second time.
func (s *Service) Ask(ctx context.Context, id string) error {
	children, err := s.directory.OwnPupils(ctx, AskAppeal)
	if err != nil {
		return err
	}
	return s.db.Update(ctx, func(ctx context.Context, tx *db.Tx) error {
		n, err := s.find(ctx, tx, id)
		if err != nil {
			return err
		}
		if !slices.ContainsFunc(children, func(c directory.OwnPupil) bool { return c.Territory == n.Territory && c.Person == n.Pupil }) {
			return errs.NewNotFound("needs.not_found")
		}
		if err := n.ask(tx.Now()); err != nil {
			return err
		}
		if err := s.update(ctx, tx, &n); err != nil {
			return err
		}
		return s.record(ctx, tx, FactAppealed, &n)
	})
}

// AppealLine is an appeal that waits for its answer. Outside the school it bears no name.
type AppealLine struct {
	Explanation
	School directory.School
	Pupil  directory.Pupil
	Class  string
}

// Appeals returns the appeals that wait for an answer where the principal gives it, the oldest first.
func (s *Service) Appeals(ctx context.Context) ([]AppealLine, error) {
	scopes, err := authz.Scopes(ctx, DecideAppeals)
	if err != nil {
		return nil, err
	}
	where, args := authz.Filter(scopes, "territory", "school", "class")
	var waiting []Nomination
	err = s.db.View(ctx, func(ctx context.Context, tx *db.Tx) error {
		waiting, err = db.All(ctx, tx, s.scan, "SELECT "+nominationColumns+" FROM lend_nomination WHERE appeal = 'asked' AND year = ? AND "+where+" ORDER BY appealed_at, id LIMIT 200",
			append([]any{s.Year()}, args...)...)
		return err
	})
	if err != nil {
		return nil, err
	}
	list := make([]AppealLine, 0, len(waiting))
	for _, n := range waiting {
		line, err := s.appeal(ctx, n)
		if err != nil {
			return nil, err
		}
		list = append(list, line)
	}
	return list, nil
}

func (s *Service) appeal(ctx context.Context, n Nomination) (AppealLine, error) {
	var line AppealLine
	r, err := s.ranking(ctx, n.Territory, n.School, n.Year)
	if err != nil {
		return line, err
	}
	if c := r.Find(n.ID); c != nil {
		line.Explanation = r.Explain(c)
	} else {
		return line, errs.NewNotFound("needs.not_found")
	}
	if line.School, err = s.directory.School(inside(ctx), directory.UAI(n.School)); err != nil {
		return line, err
	}
	if authz.May(ctx, Nominate, authz.Class(n.Territory, n.School, n.Class)) {
		told, err := s.Explain(ctx, n.ID)
		if err != nil {
			return line, err
		}
		line.Pupil, line.Class = told.Pupil, told.Class
	}
	return line, nil
}

// AnswerAppeal upholds or rejects an appeal, with one of the reasons for it. An upheld one puts the pupil in front of
// those who wait, and grants the device when the quota leaves one.
func (s *Service) AnswerAppeal(ctx context.Context, id string, upheld bool, reason string) error {
	return s.change(ctx, id, DecideAppeals, func(ctx context.Context, tx *db.Tx, r *Ranking, c *Candidate) error {
		n := &c.Nomination
		if err := n.answer(upheld, reason); err != nil {
			return err
		}
		n.DecidedAt, n.DecidedBy = tx.Now(), authz.From(ctx).Account
		kind := FactRejected
		if upheld {
			kind = FactUpheld
		}
		if err := s.update(ctx, tx, n); err != nil {
			return err
		}
		if err := s.record(ctx, tx, kind, n); err != nil {
			return err
		}
		if upheld && n.State == Waiting && r.Free() > 0 {
			return s.decide(ctx, tx, n, Granted, reason)
		}
		return nil
	})
}

const mostQuota, mostReason = 2000, 200

// SetQuota sets the plan's quota of a school aside for this year, with the reason that everybody of the school reads.
func (s *Service) SetQuota(ctx context.Context, uai string, quantity int, reason string) error {
	school, err := s.place(ctx, EditQuotas, uai)
	if err != nil {
		return err
	}
	var fields []errs.Field
	reason = strings.Join(strings.Fields(reason), " ")
	if quantity < 0 || quantity > mostQuota {
		fields = append(fields, errs.Field{Name: "quantity", Key: "needs.quota.wrong", Args: []any{"most", mostQuota}})
	}
	if n := utf8.RuneCountInString(reason); n == 0 || n > mostReason {
		fields = append(fields, errs.Field{Name: "reason", Key: "needs.quota.reason", Args: []any{"most", mostReason}})
	}
	if err := errs.OfFields(fields...); err != nil {
		return err
	}
	return s.db.Update(ctx, func(ctx context.Context, tx *db.Tx) error {
		r, err := s.rankingIn(ctx, tx, school.Territory, uai, s.Year(), nil)
		if err != nil {
			return err
		}
		if served := r.Served(); quantity < served {
			return errs.NewConflict("needs.quota.below", "n", served)
		}
		if _, err := tx.Exec(ctx, `INSERT INTO lend_quota (territory, school, year, quantity, reason, set_at, set_by) VALUES (?, ?, ?, ?, ?, ?, ?)
			ON CONFLICT (territory, school, year) DO UPDATE SET quantity = excluded.quantity, reason = excluded.reason, set_at = excluded.set_at, set_by = excluded.set_by`,
			school.Territory, uai, s.Year(), quantity, reason, tx.Now(), authz.From(ctx).Account); err != nil {
			return err
		}
		return s.journal.Record(ctx, tx, journal.Fact{Territory: school.Territory, School: uai, Kind: FactQuota, Subject: uai,
			Data: map[string]any{"year": s.Year(), "quantity": quantity}})
	})
}

// QuotaOf returns a school whose quota the principal may set, and the quota that is in force; nil when nobody has said.
func (s *Service) QuotaOf(ctx context.Context, uai string) (directory.School, *Quota, error) {
	school, err := s.place(ctx, EditQuotas, uai)
	if err != nil {
		return school, nil, err
	}
	r, err := s.ranking(ctx, school.Territory, uai, s.Year())
	if err != nil {
		return school, nil, err
	}
	return school, r.Quota, nil
}

// CountLine is a school's needs without anybody's name.
type CountLine struct {
	Count
	Quota *Quota
}

// Counts returns how many pupils are nominated and served in each school of the principal's places.
func (s *Service) Counts(ctx context.Context) ([]CountLine, error) {
	scopes, err := authz.Scopes(ctx, ReadCounts)
	if err != nil {
		return nil, err
	}
	where, args := authz.Filter(scopes, "territory", "school", "")
	var list []CountLine
	err = s.db.View(ctx, func(ctx context.Context, tx *db.Tx) error {
		list = list[:0]
		found, err := counts(ctx, tx, s.Year(), where, args)
		for _, c := range found {
			line := CountLine{Count: c}
			q, set, err := quotaByHand(ctx, tx, c.Territory, c.School, s.Year())
			if err != nil {
				return err
			}
			if set {
				line.Quota = &q
			}
			list = append(list, line)
		}
		return err
	})
	if err != nil {
		return nil, err
	}
	for i := range list {
		l := &list[i]
		school, err := s.directory.School(inside(ctx), directory.UAI(l.School))
		if err != nil {
			return nil, err
		}
		l.Name = school.Name
		if l.Quota == nil {
			if l.Quota, err = s.planned(ctx, l.Territory, l.School); err != nil {
				return nil, err
			}
		}
	}
	return list, nil
}
