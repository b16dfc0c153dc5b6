package loans

import (
	"context"
	"slices"
	"strings"

	"preau/internal/base/authz"
	"preau/internal/base/db"
	"preau/internal/base/errs"
	"preau/internal/territory/directory"
)

// Place is a class in which devices are handed over.
type Place struct {
	Territory, School, Class string
	SchoolName, ClassName    string
	Waiting                  int // signed agreements whose device is not handed over
	Handed                   int // devices that are out
}

// Places returns the classes where something is to be handed over this school year, or was; those of this person.
func (s *Service) Places(ctx context.Context) ([]Place, error) {
	scopes, err := authz.Scopes(ctx, HandLoans)
	if err != nil {
		return nil, err
	}
	where, args := authz.Filter(scopes, "a.territory", "a.school", "a.class")
	var list []Place
	err = s.db.View(ctx, func(ctx context.Context, tx *db.Tx) error {
		list, err = db.All(ctx, tx, func(row db.Scanner) (Place, error) {
			var p Place
			err := row.Scan(&p.Territory, &p.School, &p.Class, &p.Waiting, &p.Handed)
			return p, err
		}, `SELECT a.territory, a.school, a.class, SUM(CASE WHEN a.state = 'signed' AND l.id IS NULL THEN 1 ELSE 0 END), COUNT(l.id)
			FROM lend_agreement a LEFT JOIN lend_loan l ON l.territory = a.territory AND l.agreement = a.id AND l.state = 'out' AND l.kind = 'device'
			WHERE a.year = ? AND a.state IN ('signed', 'prepared') AND `+where+` GROUP BY a.territory, a.school, a.class ORDER BY a.school, a.class LIMIT 500`,
			append([]any{s.Year()}, args...)...)
		return err
	})
	if err != nil {
		return nil, err
	}
	return list, s.namePlaces(ctx, list)
}

func (s *Service) namePlaces(ctx context.Context, list []Place) error {
	for i := range list {
		p := &list[i]
		class, err := s.directory.Class(inside(ctx), p.Class)
		if err != nil && !errs.Is(err, errs.NotFound) {
			return err
		}
		p.SchoolName, p.ClassName = class.SchoolName, class.Name
	}
	slices.SortStableFunc(list, func(a, b Place) int {
		return strings.Compare(db.Fold(a.SchoolName+" "+a.ClassName), db.Fold(b.SchoolName+" "+b.ClassName))
	})
	return nil
}

// Slip is a pupil of a class whose family made an agreement.
type Slip struct {
	Code   string
	State  string // prepared, signed
	Pupil  string
	Name   string // "" where it may not be seen
	Loan   *Loan  // nil: not handed over yet
	Urgent bool   // prepared, and may be handed over: a handover for a crisis is under way
}

// ClassSlips is the handover screen of a class.
type ClassSlips struct {
	directory.ClassLine
	Slips []Slip
}

// Handed counts the slips whose device is out.
func (c *ClassSlips) Handed() int {
	n := 0
	for _, s := range c.Slips {
		if s.Loan != nil {
			n++
		}
	}
	return n
}

// OfClass returns the agreements of a class with what was handed over, by the pupils' names, or NotFound.
func (s *Service) OfClass(ctx context.Context, class string) (*ClassSlips, error) {
	if _, err := authz.Scopes(ctx, HandLoans); err != nil {
		return nil, err
	}
	line, err := s.directory.Class(inside(ctx), class)
	if err != nil {
		return nil, err
	}
	if err := authz.Check(ctx, HandLoans, authz.Class(line.Territory, string(line.School), line.ID)); err != nil {
		return nil, err
	}
	out := &ClassSlips{ClassLine: line}
	pupils := map[string][]string{}
	err = s.db.View(ctx, func(ctx context.Context, tx *db.Tx) error {
		urgent, err := emergency(ctx, tx, line.Territory, string(line.School))
		if err != nil {
			return err
		}
		list, err := db.All(ctx, tx, scanAgreement, "SELECT "+agreementColumns+" FROM lend_agreement a WHERE a.territory = ? AND a.school = ? AND a.class = ? AND a.state IN ('signed', 'prepared') ORDER BY a.code",
			line.Territory, string(line.School), class)
		if err != nil {
			return err
		}
		outNow, err := db.All(ctx, tx, scan, "SELECT "+columns+" FROM lend_loan l WHERE l.territory = ? AND l.class = ? AND l.state = 'out' AND l.kind = 'device'", line.Territory, class)
		if err != nil {
			return err
		}
		byAgreement := map[string]*Loan{}
		for i := range outNow {
			byAgreement[outNow[i].Agreement] = &outNow[i]
		}
		for _, a := range list {
			out.Slips = append(out.Slips, Slip{Code: a.Code, State: a.State, Pupil: a.Pupil, Loan: byAgreement[a.ID], Urgent: urgent && a.State == "prepared"})
			pupils[line.Territory] = append(pupils[line.Territory], a.Pupil)
		}
		return nil
	})
	if err != nil {
		return nil, err
	}
	names, err := s.names(ctx, pupils)
	for i := range out.Slips {
		out.Slips[i].Name = names[out.Slips[i].Pupil]
	}
	slices.SortStableFunc(out.Slips, func(a, b Slip) int { return strings.Compare(db.Fold(a.Name), db.Fold(b.Name)) })
	return out, err
}

// ClassOfSlip returns the class of a slip that was read, so that scanning any slip of a class opens its handover.
func (s *Service) ClassOfSlip(ctx context.Context, read string) (string, error) {
	if _, err := authz.Scopes(ctx, HandLoans); err != nil {
		return "", err
	}
	class := ""
	err := s.db.View(ctx, func(ctx context.Context, tx *db.Tx) error {
		a, err := s.agreement(ctx, tx, read)
		class = a.Class
		return err
	})
	return class, err
}

// PhotoOf returns a photo of a loan: "out" of its handover, "in" of its return. NotFound when there is none.
func (s *Service) PhotoOf(ctx context.Context, id, which string) ([]byte, string, error) {
	line, err := s.Loan(ctx, id)
	if err != nil {
		return nil, "", err
	}
	file := map[string]string{"out": line.PhotoOut, "in": line.PhotoIn}[which]
	if file == "" {
		return nil, "", errs.NewNotFound("files.not_found")
	}
	return s.file(ctx, line.Territory, file)
}
