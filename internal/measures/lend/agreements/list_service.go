package agreements

import (
	"context"

	"preau/internal/base/authz"
	"preau/internal/base/db"
	"preau/internal/base/errs"
	"preau/internal/territory/directory"
)

// Line is an agreement in a list, with the pupil's name.
type Line struct {
	*Agreement
	Pupil directory.PupilPlace // zero when they are no pupil any more
}

// List returns the agreements that the principal may see, by school and class.
func (s *Service) List(ctx context.Context, f Filter) ([]Line, error) {
	scopes, err := authz.Scopes(ctx, ReadAgreements)
	if err != nil {
		return nil, err
	}
	where, args := authz.Filter(scopes, "territory", "school", "class")
	var found []*Agreement
	err = s.db.View(ctx, func(ctx context.Context, tx *db.Tx) error {
		found, err = list(ctx, tx, f, where, args)
		return err
	})
	if err != nil {
		return nil, err
	}
	return s.named(ctx, found)
}

func (s *Service) named(ctx context.Context, found []*Agreement) ([]Line, error) {
	pupils := map[string][]string{}
	for _, a := range found {
		pupils[a.Territory] = append(pupils[a.Territory], a.Pupil)
	}
	names := map[string]directory.PupilPlace{}
	for territory, ids := range pupils {
		some, err := s.directory.PupilsByID(inside(ctx), territory, ids)
		if err != nil {
			return nil, err
		}
		for id, p := range some {
			names[id] = p
		}
	}
	lines := make([]Line, len(found))
	for i, a := range found {
		lines[i] = Line{Agreement: a, Pupil: names[a.Pupil]}
	}
	return lines, nil
}

// mostPrinted bounds the agreements of one printed file.
const mostPrinted = 60

// Batch returns the agreements of a class that are to be signed as one PDF, or their slips for the handover, which
// those that are signed have too. NotFound when there is none.
func (s *Service) Batch(ctx context.Context, class string, cards bool) ([]byte, error) {
	line, err := s.class(ctx, ReadAgreements, class)
	if err != nil {
		return nil, err
	}
	var found []*Agreement
	err = s.db.View(ctx, func(ctx context.Context, tx *db.Tx) error {
		condition := "state = 'prepared'"
		if cards {
			condition = "state IN ('prepared', 'signed')"
		}
		if found, err = list(ctx, tx, Filter{Territory: line.Territory, Class: line.ID, Year: line.Year}, condition, nil); err != nil || len(found) == 0 {
			return err
		}
		return withItems(ctx, tx, found)
	})
	if err != nil {
		return nil, err
	}
	if len(found) == 0 {
		return nil, errs.NewNotFound("agreements.none")
	}
	papers := make([]*Paper, 0, len(found))
	for _, a := range found[:min(len(found), mostPrinted)] {
		p, err := s.paper(ctx, a)
		if err != nil {
			return nil, err
		}
		papers = append(papers, p)
	}
	if cards {
		return slips(papers, s.db.Time())
	}
	return Write(papers, s.db.Time())
}

// OwnLine is an agreement as the family reads it.
type OwnLine struct {
	*Agreement
	Child directory.OwnPupil
}

// Own returns the agreements of the principal's own children, or of the principal who is a pupil.
func (s *Service) Own(ctx context.Context) ([]OwnLine, error) {
	children, err := s.directory.OwnPupils(ctx, ReadOwn)
	if err != nil {
		return nil, err
	}
	var lines []OwnLine
	err = s.db.View(ctx, func(ctx context.Context, tx *db.Tx) error {
		lines = nil
		for _, child := range children { // one, two, three
			found, err := list(ctx, tx, Filter{Territory: child.Territory, Pupil: child.Person}, "state <> 'cancelled'", nil)
			if err != nil {
				return err
			}
			for _, a := range found {
				lines = append(lines, OwnLine{a, child})
			}
		}
		return nil
	})
	return lines, err
}

// OwnDocument returns an agreement of the principal's own child as a PDF; NotFound for another's.
func (s *Service) OwnDocument(ctx context.Context, id string) (*Agreement, []byte, error) {
	own, err := s.Own(ctx)
	if err != nil {
		return nil, nil, err
	}
	for _, l := range own {
		if l.ID != id {
			continue
		}
		if err := s.db.View(ctx, func(ctx context.Context, tx *db.Tx) error { return withItems(ctx, tx, []*Agreement{l.Agreement}) }); err != nil {
			return nil, nil, err
		}
		pdf, err := s.document(ctx, l.Agreement)
		return l.Agreement, pdf, err
	}
	return nil, nil, errs.NewNotFound("agreements.not_found")
}
