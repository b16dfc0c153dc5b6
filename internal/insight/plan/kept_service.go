package plan

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"slices"

	"preau/internal/base/authz"
	"preau/internal/base/db"
	"preau/internal/base/errs"
	"preau/internal/base/i18n"
	"preau/internal/base/journal"
	"preau/internal/territory/programme"
)

// Keep makes the plan and keeps it as a draft, with the schools as they stand.
func (s *Service) Keep(ctx context.Context, request Request) (*Head, error) {
	if request.Everywhere {
		return nil, errs.NewInvalid("plan.error.everywhere")
	}
	w, err := s.prepare(ctx, MakePlans, request)
	if err != nil {
		return nil, err
	}
	p, err := Build(w.version.Programme, w.schools, w.options)
	if err != nil {
		return nil, err
	}
	sha, err := Sum(p)
	if err != nil {
		return nil, err
	}
	h := &Head{Programme: p.Programme, Version: w.version.ID, Scenario: p.Scenario, Seed: p.Seed, Territories: p.Territories, Absent: p.Absent, State: Draft,
		BudgetCents: p.BudgetCents, CostCents: p.CostCents, SHA256: sha, CreatedBy: authz.From(ctx).Account, Measures: p.Measures, Complements: p.Complements}
	err = s.db.Update(db.Everywhere(ctx), func(ctx context.Context, tx *db.Tx) error {
		h.ID, h.CreatedAt = tx.NewID(), tx.Now()
		if err := insert(ctx, tx, h, p, w.schools); err != nil {
			return err
		}
		return s.record(ctx, tx, h, FactDrafted, nil)
	})
	return h, err
}

// Sum returns the SHA-256 of a plan as JSON, in hexadecimal.
func Sum(p *Plan) (string, error) {
	text, err := json.Marshal(p)
	sum := sha256.Sum256(text)
	return hex.EncodeToString(sum[:]), err
}

// record writes one fact for each territory of the plan.
func (s *Service) record(ctx context.Context, tx *db.Tx, h *Head, kind string, data func(territory string) any) error {
	for _, code := range h.Territories {
		var d any = map[string]any{"programme": h.Programme, "scenario": h.Scenario, "sha256": h.SHA256}
		if data != nil {
			d = data(code)
		}
		if err := s.journal.Record(ctx, tx, journal.Fact{Territory: code, Kind: kind, Subject: h.ID, Data: d}); err != nil {
			return err
		}
	}
	return nil
}

// Plans returns the kept plans of the person's territories, newest first, without their measures.
func (s *Service) Plans(ctx context.Context, states ...State) ([]*Head, error) {
	if _, err := authz.Scopes(ctx, ReadPlans); err != nil {
		return nil, err
	}
	var list []*Head
	err := s.db.View(ctx, func(ctx context.Context, tx *db.Tx) (err error) {
		list, err = heads(ctx, tx, authz.From(ctx).Territories(), states...)
		return err
	})
	return list, err
}

// Plan returns a kept plan that touches one of the person's territories, or NotFound.
func (s *Service) Plan(ctx context.Context, id string) (*Head, error) {
	h, _, err := s.visible(ctx, ReadPlans, id)
	return h, err
}

// visible returns a kept plan, and its territories that the person holds the permission on.
func (s *Service) visible(ctx context.Context, perm authz.Permission, id string) (*Head, []string, error) {
	scopes, err := authz.Scopes(ctx, perm)
	if err != nil {
		return nil, nil, err
	}
	var h *Head
	err = s.db.View(ctx, func(ctx context.Context, tx *db.Tx) (err error) {
		h, err = headOf(ctx, tx, id)
		return err
	})
	if db.IsNotFound(err) {
		return nil, nil, errs.NewNotFound("plan.error.none")
	}
	if err != nil {
		return nil, nil, err
	}
	seen := slices.DeleteFunc(slices.Clone(h.Territories), func(code string) bool {
		return !slices.ContainsFunc(scopes, func(s authz.Scope) bool { return s.Contains(authz.Territory(code)) })
	})
	if len(seen) == 0 {
		return nil, nil, errs.NewNotFound("plan.error.none")
	}
	return h, seen, nil
}

// whole returns a kept plan when the person holds the permission on all its territories.
func (s *Service) whole(ctx context.Context, perm authz.Permission, id string) (*Head, error) {
	h, seen, err := s.visible(ctx, perm, id)
	if err == nil && len(seen) < len(h.Territories) {
		return nil, errs.NewForbidden("plan.error.part")
	}
	return h, err
}

// Rows returns a page of the lines of a plan that lie in the person's territories, and how many there are.
func (s *Service) Rows(ctx context.Context, id string, f LineFilter) ([]LineRow, int, error) {
	_, seen, err := s.visible(ctx, ReadPlans, id)
	if err != nil {
		return nil, 0, err
	}
	var rows []LineRow
	total := 0
	where, args := f.where(id, seen)
	err = s.db.View(ctx, func(ctx context.Context, tx *db.Tx) error {
		if total, err = db.One(ctx, tx, db.Value[int], "SELECT COUNT(*)"+linesFrom+where, args...); err != nil {
			return err
		}
		rows, err = db.All(ctx, tx, scanLine, "SELECT "+lineColumns+linesFrom+where+" ORDER BY l.number LIMIT ? OFFSET ?", append(args, f.Size, (f.Page-1)*f.Size)...)
		return err
	})
	return rows, total, err
}

// ReasonCount says how many schools a plan leaves out of a measure for a reason.
type ReasonCount struct {
	Measure string `json:"measure"`
	Reason  Reason `json:"reason"`
	Schools int    `json:"schools"`
}

// ReasonCounts returns, for the person's territories, how many schools a plan leaves out and why.
func (s *Service) ReasonCounts(ctx context.Context, id string) ([]ReasonCount, error) {
	_, seen, err := s.visible(ctx, ReadPlans, id)
	if err != nil {
		return nil, err
	}
	var list []ReasonCount
	f := LineFilter{LeftOut: true}
	where, args := f.where(id, seen)
	err = s.db.View(ctx, func(ctx context.Context, tx *db.Tx) error {
		list, err = db.All(ctx, tx, func(row db.Scanner) (ReasonCount, error) {
			var c ReasonCount
			err := row.Scan(&c.Measure, &c.Reason, &c.Schools)
			return c, err
		}, "SELECT l.measure, l.reason, COUNT(*)"+linesFrom+where+" GROUP BY l.measure, l.reason ORDER BY MIN(l.number)", args...)
		return err
	})
	return list, err
}

// Whole returns a kept plan with all its lines, as it was made.
func (s *Service) Whole(ctx context.Context, id string) (*Plan, error) {
	h, err := s.whole(ctx, ReadPlans, id)
	if err != nil {
		return nil, err
	}
	var p *Plan
	err = s.db.View(ctx, func(ctx context.Context, tx *db.Tx) (err error) {
		p, err = wholePlan(ctx, tx, h)
		return err
	})
	return p, err
}

// Adopt puts a draft in force in the place of those adopted before for its territories, and freezes it. It
// returns a Conflict when the draft was decided already (who and when), when its rules are no longer those
// in force, when a plan in force binds territories besides its own, and when the plans in force would
// together go beyond a line of the programme.
func (s *Service) Adopt(ctx context.Context, id string) (*Head, error) {
	h, err := s.whole(ctx, AdoptPlans, id)
	if err != nil {
		return nil, err
	}
	version, err := s.programmes.Current(ctx, h.Territories[0])
	if err != nil {
		return nil, err
	}
	err = s.db.Update(db.Everywhere(ctx), func(ctx context.Context, tx *db.Tx) error {
		moved, err := decide(ctx, tx, id, Draft, Adopted, authz.From(ctx).Account)
		if err != nil {
			return err
		}
		if !moved {
			return s.decidedAlready(ctx, tx, id)
		}
		if version.ID != h.Version {
			return errs.NewConflict("plan.error.rules")
		}
		if err := s.replace(ctx, tx, h); err != nil {
			return err
		}
		if err := withinProgramme(ctx, tx, version.Programme); err != nil {
			return err
		}
		p, err := wholePlan(ctx, tx, h)
		if err != nil {
			return err
		}
		return s.record(ctx, tx, h, FactAdopted, func(code string) any { return adoptedIn(p, h.SHA256, code) })
	})
	if err != nil {
		return nil, err
	}
	return s.Plan(ctx, id)
}

// decidedAlready tells who decided about a plan, and when.
func (s *Service) decidedAlready(ctx context.Context, tx *db.Tx, id string) error {
	h, err := headOf(ctx, tx, id)
	if err != nil {
		return err
	}
	return s.decided(ctx, h)
}

func (s *Service) decided(ctx context.Context, h *Head) error {
	who := s.nameOf(ctx, h.DecidedBy)
	when := i18n.From(ctx).DateTime(i18n.Millis(h.DecidedAt))
	if h.State == Discarded {
		return errs.NewConflict("plan.error.discarded", "who", who, "when", when)
	}
	return errs.NewConflict("plan.error.adopted", "who", who, "when", when)
}

// nameOf returns who an account is, for a person of the house.
func (s *Service) nameOf(ctx context.Context, account string) string {
	if s.links.AccountName != nil && account != "" {
		if name := s.links.AccountName(ctx, account); name != "" {
			return name
		}
	}
	return i18n.T(ctx, "plan.somebody")
}

// replace ends the plans in force in the territories of a plan.
func (s *Service) replace(ctx context.Context, tx *db.Tx, h *Head) error {
	before, err := heads(ctx, tx, h.Territories, Adopted)
	if err != nil {
		return err
	}
	for _, old := range before {
		if old.ID == h.ID {
			continue
		}
		for _, code := range old.Territories {
			if !slices.Contains(h.Territories, code) {
				return errs.NewConflict("plan.error.wider", "territory", code)
			}
		}
		if err := supersede(ctx, tx, old.ID, h.ID); err != nil {
			return err
		}
		if err := s.record(ctx, tx, old, FactSuperseded, nil); err != nil {
			return err
		}
	}
	return nil
}

// withinProgramme checks that the plans in force stay together within every target and every line: parts
// of a common ranking that were worked out on different days may not.
func withinProgramme(ctx context.Context, tx *db.Tx, p *programme.Programme) error {
	list, err := committed(ctx, tx, p.ID)
	if err != nil {
		return err
	}
	for _, c := range list {
		m := p.Measure(c.ID)
		if m == nil {
			continue
		}
		if target := m.Allocation.Target; c.CostCents > m.BudgetCents() || (target > 0 && c.Planned > target) {
			return errs.NewConflict("plan.error.beyond", "measure", m.Name.In(string(i18n.From(ctx).Lang)))
		}
	}
	return nil
}

// Discard gives a draft up. Its rows stay, so that what was proposed can still be read.
func (s *Service) Discard(ctx context.Context, id string) error {
	h, err := s.whole(ctx, MakePlans, id)
	if err != nil {
		return err
	}
	return s.db.Update(db.Everywhere(ctx), func(ctx context.Context, tx *db.Tx) error {
		moved, err := decide(ctx, tx, id, Draft, Discarded, authz.From(ctx).Account)
		if err != nil {
			return err
		}
		if !moved {
			return s.decidedAlready(ctx, tx, id)
		}
		return s.record(ctx, tx, h, FactDiscarded, nil)
	})
}

// InForce returns the plan in force in a territory, or NotFound.
func (s *Service) InForce(ctx context.Context, territory string) (*Head, error) {
	if err := authz.Check(ctx, ReadAdopted, authz.Territory(territory)); err != nil {
		return nil, err
	}
	var h *Head
	err := s.db.View(db.Everywhere(ctx), func(ctx context.Context, tx *db.Tx) error {
		list, err := heads(ctx, tx, []string{territory}, Adopted)
		if err != nil {
			return err
		}
		if len(list) == 0 {
			return errs.NewNotFound("plan.error.not_adopted")
		}
		h = list[0]
		return readMeasures(ctx, tx, h)
	})
	return h, err
}

// Export returns every line of a plan that lies in the person's territories, those left out too.
func (s *Service) Export(ctx context.Context, id string) (*Head, []LineRow, error) {
	h, seen, err := s.visible(ctx, ReadPlans, id)
	if err != nil {
		return nil, nil, err
	}
	var rows []LineRow
	where, args := within("l.territory", seen)
	err = s.db.View(ctx, func(ctx context.Context, tx *db.Tx) (err error) {
		rows, err = db.All(ctx, tx, scanLine, "SELECT "+lineColumns+linesFrom+"l.plan = ?"+where+" ORDER BY l.number", append([]any{h.ID}, args...)...)
		return err
	})
	return h, rows, err
}
