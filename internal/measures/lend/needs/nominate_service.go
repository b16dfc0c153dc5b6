package needs

import (
	"context"

	"preau/internal/base/authz"
	"preau/internal/base/db"
	"preau/internal/base/errs"
	"preau/internal/base/journal"
	"preau/internal/territory/directory"
)

// Places returns the schools whose ranking the principal decides on, and the open classes of this year that they nominate in.
func (s *Service) Places(ctx context.Context) ([]directory.School, []directory.ClassLine, error) {
	scopes, err := authz.Scopes(ctx, Nominate)
	if err != nil {
		return nil, nil, err
	}
	var schools []directory.School
	var classes []directory.ClassLine
	for _, scope := range scopes { // one or two
		if scope.School == "" {
			continue
		}
		if authz.May(ctx, Decide, scope) && scope.Class == "" {
			school, err := s.directory.School(inside(ctx), directory.UAI(scope.School))
			if err != nil {
				return nil, nil, err
			}
			schools = append(schools, school)
		}
		page, err := s.directory.Classes(inside(ctx), directory.ClassFilter{Territory: scope.Territory, School: directory.UAI(scope.School), Year: s.Year(), Size: mostClasses})
		if err != nil {
			return nil, nil, err
		}
		for _, c := range page.Rows {
			if scope.Class == "" || scope.Class == c.ID {
				classes = append(classes, c)
			}
		}
	}
	return schools, classes, nil
}

// ClassNeeds is a class with who of it is nominated.
type ClassNeeds struct {
	Class  directory.ClassLine
	Year   string
	Pupils []PupilNeeds // of the class list, by name
}

// PupilNeeds is a pupil of the class list; Candidate is nil when they are not nominated.
type PupilNeeds struct {
	directory.Pupil
	Candidate *Candidate
}

// OfClass returns a class with who of it is nominated this year, for the head and the teacher; NotFound for anybody else.
func (s *Service) OfClass(ctx context.Context, class string) (ClassNeeds, error) {
	line, err := s.directory.Class(inside(ctx), class)
	if err != nil {
		return ClassNeeds{}, unseen(ctx, Nominate, err)
	}
	if err := authz.Check(ctx, Nominate, authz.Class(line.Territory, string(line.School), line.ID)); err != nil {
		return ClassNeeds{}, err
	}
	c := ClassNeeds{Class: line, Year: line.Year}
	ranking, err := s.ranking(ctx, line.Territory, string(line.School), line.Year)
	if err != nil {
		return c, err
	}
	pupils, err := s.directory.Pupils(inside(ctx), line.Class)
	for _, p := range pupils {
		c.Pupils = append(c.Pupils, PupilNeeds{Pupil: p, Candidate: ranking.ofPupil(p.Person)})
	}
	return c, err
}

// unseen answers somebody who asks for a place that is not there as it answers who may not see it.
func unseen(ctx context.Context, perm authz.Permission, err error) error {
	if _, refused := authz.Scopes(ctx, perm); refused != nil {
		return refused
	}
	return err
}

// ofPupil returns the candidate that is this pupil, or nil.
func (r *Ranking) ofPupil(pupil string) *Candidate {
	for _, list := range [][]Candidate{r.Candidates, r.Left} {
		for i := range list {
			if list[i].Pupil == pupil {
				return &list[i]
			}
		}
	}
	return nil
}

// Entry is what is said of one pupil of a class.
type Entry struct {
	Pupil   string
	In      bool // nominated
	Answers map[string]Answer
}

// Saved counts what a class's entries changed.
type Saved struct{ Nominated, Changed, Withdrawn int }

// NominateClass writes who of a class is nominated, all or nothing. Pupils who are not among the entries stay as they are. It returns NotFound
// for a class of another school, Invalid for a pupil who is not in the class or an answer that the rule does not
// know, Conflict for a pupil who was granted a device already.
func (s *Service) NominateClass(ctx context.Context, class string, entries []Entry) (Saved, error) {
	before, err := s.OfClass(ctx, class)
	if err != nil {
		return Saved{}, err
	}
	listed := map[string]bool{}
	for _, p := range before.Pupils {
		listed[p.Person] = true
	}
	for _, e := range entries {
		if !listed[e.Pupil] {
			return Saved{}, errs.NewInvalid("needs.pupil.elsewhere")
		}
		if err := s.rule.check(e.Answers); err != nil {
			return Saved{}, err
		}
	}
	var saved Saved
	err = s.db.Update(ctx, func(ctx context.Context, tx *db.Tx) error {
		saved = Saved{}
		list, err := s.ofPupils(ctx, tx, before.Class.Territory, before.Year, entries)
		if err != nil {
			return err
		}
		for _, e := range entries {
			if err := s.save(ctx, tx, &before.Class, list[e.Pupil], e, &saved); err != nil {
				return err
			}
		}
		return nil
	})
	return saved, err
}

// check returns Invalid for an answer to no criterion of the rule, or one that is no answer.
func (r *Rule) check(answers map[string]Answer) error {
	known := map[string]bool{}
	for _, c := range r.Criteria {
		known[c.ID] = true
	}
	for id, a := range answers {
		if !known[id] || (a != Yes && a != No && a != Unknown) {
			return errs.NewInvalid("needs.answer.wrong", "criterion", id)
		}
	}
	return nil
}

// ofPupils returns the nominations of the entries' pupils, by pupil: of this school or of the one they came from.
func (s *Service) ofPupils(ctx context.Context, tx *db.Tx, territory, year string, entries []Entry) (map[string]*Nomination, error) {
	byPupil := map[string]*Nomination{}
	if len(entries) == 0 {
		return byPupil, nil
	}
	args := []any{territory, year}
	for _, e := range entries {
		args = append(args, e.Pupil)
	}
	list, err := db.All(ctx, tx, s.scan, "SELECT "+nominationColumns+" FROM lend_nomination WHERE territory = ? AND year = ? AND pupil IN ("+db.Marks(len(entries))+")", args...)
	for i := range list {
		byPupil[list[i].Pupil] = &list[i]
	}
	return byPupil, err
}

func (s *Service) save(ctx context.Context, tx *db.Tx, class *directory.ClassLine, n *Nomination, e Entry, saved *Saved) error {
	switch {
	case n == nil && !e.In:
		return nil
	case n == nil:
		n = &Nomination{Territory: class.Territory, ID: tx.NewID(), School: string(class.School), Class: class.ID, Pupil: e.Pupil, Year: class.Year,
			Answers: s.complete(e.Answers), State: Nominated, Version: 1, CreatedAt: tx.Now(), CreatedBy: authz.From(ctx).Account}
		saved.Nominated++
		if err := s.insert(ctx, tx, n); err != nil {
			return err
		}
		return s.record(ctx, tx, FactNominated, n)
	case n.State.Served():
		return errs.NewConflict("needs.pupil.served")
	case !e.In && !n.State.Ranked():
		return nil
	case !e.In:
		n.State, n.Reason = Withdrawn, ""
		saved.Withdrawn++
		if err := s.update(ctx, tx, n); err != nil {
			return err
		}
		return s.record(ctx, tx, FactWithdrawn, n)
	}
	before := *n
	n.School, n.Class, n.Answers = string(class.School), class.ID, s.complete(e.Answers)
	again := !n.State.Ranked()
	if again {
		n.State, n.Reason, n.Appeal, n.AppealedAt, n.DecidedAt, n.DecidedBy = Nominated, "", NoAppeal, 0, 0, ""
		saved.Nominated++
	}
	if !again && before.School == n.School && before.Class == n.Class && before.ids(Yes) == n.ids(Yes) && before.ids(Unknown) == n.ids(Unknown) {
		return nil
	}
	if !again {
		saved.Changed++
	}
	if err := s.update(ctx, tx, n); err != nil {
		return err
	}
	return s.record(ctx, tx, FactNominated, n)
}

// complete answers every criterion: those that were not answered are unknown.
func (s *Service) complete(answers map[string]Answer) map[string]Answer {
	all := map[string]Answer{}
	for _, c := range s.rule.Criteria {
		all[c.ID] = Unknown
		if a, ok := answers[c.ID]; ok {
			all[c.ID] = a
		}
	}
	return all
}

func (s *Service) record(ctx context.Context, tx *db.Tx, kind string, n *Nomination) error {
	return s.journal.Record(ctx, tx, journal.Fact{Territory: n.Territory, School: n.School, Class: n.Class, Kind: kind, Subject: n.ID, Data: decision{n.Year}})
}
