package readiness

import (
	"context"
	"fmt"

	"preau/internal/base/authz"
	"preau/internal/base/db"
	"preau/internal/base/errs"
	"preau/internal/base/journal"
)

// Census is the census of a school, or of the classes of it that the person may answer for.
type Census struct {
	School  School
	Whole   bool // all classes of the school
	Classes []ClassCensus
}

// Fingerprint identifies the classes of the census and their order: a paper form bears that of its day.
func (c Census) Fingerprint() string {
	sum := uint32(2166136261) // FNV-1a: short enough for paper, and nothing depends on its being hard to forge
	for _, class := range c.Classes {
		for _, b := range []byte(class.ID) {
			sum = (sum ^ uint32(b)) * 16777619
		}
	}
	return fmt.Sprintf("%08x", sum)
}

// Submitted is the answer of a class as a person typed it, with the version of the answer that they saw.
type Submitted struct {
	Class   string
	Version int
	Raw     Raw
}

// Saved tells what a submission changed. Doubts are numbers of pupils to look at again; they were saved all the same.
type Saved struct {
	Changed   int
	Unchanged int
	Doubts    []Doubt
}

// Clash is the error of a submission that would overwrite answers which its author has not seen. Nothing was saved.
type Clash struct {
	Theirs map[string]ClassCensus // the classes concerned, as they are now
}

func (c *Clash) Error() string {
	return fmt.Sprintf("readiness: %d classes were answered meanwhile", len(c.Theirs))
}

// Unwrap gives the public error, a Conflict.
func (c *Clash) Unwrap() error {
	return errs.NewConflict("readiness.census.error.clash", "n", len(c.Theirs))
}

// Census returns the census of a school: whole for its head and the territory's lead, their own classes for a teacher.
// NotFound when the school is not known or none of it is the person's.
func (s *Service) Census(ctx context.Context, uai string) (Census, error) {
	scopes, err := authz.Scopes(ctx, AnswerCensus)
	if err != nil {
		return Census{}, err
	}
	var c Census
	err = s.db.View(ctx, func(ctx context.Context, tx *db.Tx) (err error) {
		c, err = readCensus(ctx, tx, uai, scopes)
		return err
	})
	return c, err
}

func readCensus(ctx context.Context, tx *db.Tx, uai string, scopes []authz.Scope) (Census, error) {
	school, err := findSchool(ctx, tx, uai)
	if err != nil {
		return Census{}, err
	}
	c := Census{School: school, Whole: contains(scopes, authz.School(school.Territory, school.UAI))}
	if c.Classes, err = classesOf(ctx, tx, school.Territory, school.UAI, scopes); err != nil {
		return Census{}, err
	}
	if !c.Whole && len(c.Classes) == 0 {
		return Census{}, errs.NewNotFound("readiness.school.not_found")
	}
	return c, nil
}

// CensusSchools returns the schools of which the person may answer for at least one class, by name, limit at most.
func (s *Service) CensusSchools(ctx context.Context, limit int) ([]CensusState, error) {
	scopes, err := authz.Scopes(ctx, AnswerCensus)
	if err != nil {
		return nil, err
	}
	var list []CensusState
	err = s.db.View(ctx, func(ctx context.Context, tx *db.Tx) (err error) {
		list, err = censusStates(ctx, tx, scopes, limit)
		return err
	})
	return list, err
}

// Answer saves the answers of some classes of a school, all or none. Cells at fault give Invalid, each field named class.cell;
// a class that somebody answered since the version that was seen gives a *Clash, unless the answers are the same.
// A class whose answer says nothing new is left as it is, so that sending twice saves once.
func (s *Service) Answer(ctx context.Context, uai string, submitted []Submitted) (Saved, error) {
	scopes, err := authz.Scopes(ctx, AnswerCensus)
	if err != nil {
		return Saved{}, err
	}
	var saved Saved
	err = s.db.Update(ctx, func(ctx context.Context, tx *db.Tx) error {
		saved = Saved{}
		census, err := readCensus(ctx, tx, uai, scopes)
		if err != nil {
			return err
		}
		changes, err := census.changes(submitted)
		if err != nil {
			return err
		}
		for _, c := range changes {
			if err := s.record(ctx, tx, c); err != nil {
				return err
			}
		}
		saved = Saved{Changed: len(changes), Unchanged: len(submitted) - len(changes), Doubts: census.Doubts(submitted)}
		return nil
	})
	return saved, err
}

// record puts a class's new answer in the journal, whose projection keeps it.
func (s *Service) record(ctx context.Context, tx *db.Tx, c ClassCensus) error {
	return s.journal.Record(ctx, tx, journal.Fact{Territory: c.Territory, School: c.School, Class: c.ID, Kind: FactAnswered,
		Subject: c.ID, Data: answered{Year: c.Year, Answer: c.Answer}})
}

// changes returns the classes with the submitted answers, those that say nothing new left out.
func (c Census) changes(submitted []Submitted) ([]ClassCensus, error) {
	known := map[string]ClassCensus{}
	for _, class := range c.Classes {
		known[class.ID] = class
	}
	var changed []ClassCensus
	var faults []errs.Field
	clash := &Clash{Theirs: map[string]ClassCensus{}}
	for _, sub := range submitted {
		class, ok := known[sub.Class]
		if !ok {
			return nil, errs.NewNotFound("readiness.class.not_found")
		}
		answer, wrong := sub.Raw.complete(class.Listed)
		for _, f := range wrong {
			f.Name = sub.Class + "." + f.Name
			faults = append(faults, f)
		}
		switch {
		case len(wrong) > 0, answer == class.Answer && class.Answered(), !class.Answered() && !answer.Says(class.Listed):
		case sub.Version != class.Version:
			clash.Theirs[class.ID] = class
		default:
			class.Answer = answer
			changed = append(changed, class)
		}
	}
	if len(faults) > 0 {
		return nil, errs.OfFields(faults...)
	}
	if len(clash.Theirs) > 0 {
		return nil, clash
	}
	return changed, nil
}

// Doubts returns the numbers of pupils in a submission that may be slips of the keyboard.
func (c Census) Doubts(submitted []Submitted) []Doubt {
	known := map[string]ClassCensus{}
	for _, class := range c.Classes {
		known[class.ID] = class
	}
	var list []Doubt
	for _, sub := range submitted {
		answer, _ := sub.Raw.complete(known[sub.Class].Listed)
		if d, doubtful := known[sub.Class].doubt(answer); doubtful {
			list = append(list, d)
		}
	}
	return list
}

// complete parses the answer; a number of pupils that is not given is that of the school's list.
func (r Raw) complete(listed Count) (Answer, []errs.Field) {
	if n, known := listed.Get(); known {
		if c, key := parseCount(r[0], Count{}); key == "" && !c.Known() {
			r[0] = fmt.Sprint(n)
		}
	}
	return r.Parse()
}
