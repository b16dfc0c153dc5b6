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

// Sort names what a list of loans is sorted by.
type Sort string

// The orders of a list.
const (
	ByDue    Sort = "due"
	ByCode   Sort = "code"
	ByHanded Sort = "handed"
)

// Filter chooses loans. Empty members choose all.
type Filter struct {
	Territory string
	School    string
	Class     string
	State     State
	Late      bool
	Asked     bool   // asked back: the pupil left
	Search    string // words of a pupil's name, a code, a model; names only where they may be seen
	Sort      Sort
	Down      bool // the last first
	Page      int  // from 1
	Size      int  // 50 unless told, 200 at the most
}

// Line is a loan in a list.
type Line struct {
	Loan
	SchoolName string
	ClassName  string
	PupilName  string // "" where it may not be seen
	Late       bool
}

// List returns a page of the loans that this person may see.
func (s *Service) List(ctx context.Context, f Filter) (directory.Page[Line], error) {
	page := directory.Page[Line]{Page: max(f.Page, 1), Size: min(f.Size, 200)}
	if page.Size <= 0 {
		page.Size = 50
	}
	scopes, err := authz.Scopes(ctx, ReadLoans)
	if err != nil {
		return page, err
	}
	if f.Search != "" {
		return s.search(ctx, scopes, f, page)
	}
	where, args := s.where(scopes, f)
	var list []Loan
	err = s.db.View(ctx, func(ctx context.Context, tx *db.Tx) error {
		if page.Total, err = db.One(ctx, tx, db.Value[int], "SELECT COUNT(*) FROM lend_loan l WHERE "+where, args...); err != nil {
			return err
		}
		list, err = db.All(ctx, tx, scan, "SELECT "+columns+" FROM lend_loan l WHERE "+where+" ORDER BY "+order(f)+" LIMIT ? OFFSET ?",
			append(args, page.Size, (page.Page-1)*page.Size)...)
		return err
	})
	if err == nil {
		page.Rows, err = s.lines(ctx, list)
	}
	return page, err
}

// most bounds what is searched by name and what is exported.
const most = 20_000

// search looks for words in what the person may see of each loan: names are not kept with the loans.
func (s *Service) search(ctx context.Context, scopes []authz.Scope, f Filter, page directory.Page[Line]) (directory.Page[Line], error) {
	all, err := s.all(ctx, scopes, f)
	if err != nil {
		return page, err
	}
	words := strings.Fields(db.Fold(f.Search))
	all = slices.DeleteFunc(all, func(l Line) bool {
		text := db.Fold(l.PupilName + " " + l.Code + " " + l.Name + " " + l.ClassName)
		for _, w := range words {
			if !strings.Contains(text, w) {
				return true
			}
		}
		return false
	})
	page.Total = len(all)
	from := min((page.Page-1)*page.Size, len(all))
	page.Rows = all[from:min(from+page.Size, len(all))]
	return page, nil
}

// All returns every loan that the filter chooses, whatever its page, for an export: 20,000 at the most.
func (s *Service) All(ctx context.Context, f Filter) ([]Line, error) {
	scopes, err := authz.Scopes(ctx, ReadLoans)
	if err != nil {
		return nil, err
	}
	return s.all(ctx, scopes, f)
}

func (s *Service) all(ctx context.Context, scopes []authz.Scope, f Filter) ([]Line, error) {
	where, args := s.where(scopes, f)
	var list []Loan
	err := s.db.View(ctx, func(ctx context.Context, tx *db.Tx) error {
		var err error
		list, err = db.All(ctx, tx, scan, "SELECT "+columns+" FROM lend_loan l WHERE "+where+" ORDER BY "+order(f)+" LIMIT ?", append(args, most)...)
		return err
	})
	if err != nil {
		return nil, err
	}
	return s.lines(ctx, list)
}

func (s *Service) where(scopes []authz.Scope, f Filter) (string, []any) {
	where, args := authz.Filter(scopes, "l.territory", "l.school", "l.class")
	and := func(text string, more ...any) { where, args = where+" AND "+text, append(args, more...) }
	if f.Territory != "" {
		and("l.territory = ?", f.Territory)
	}
	if f.School != "" {
		and("l.school = ?", f.School)
	}
	if f.Class != "" {
		and("l.class = ?", f.Class)
	}
	if f.State != "" {
		and("l.state = ?", string(f.State))
	}
	if f.Late {
		and("l.state = 'out' AND l.due_on < ?", s.today())
	}
	if f.Asked {
		and("l.state = 'out' AND l.asked_at IS NOT NULL")
	}
	return where, args
}

func order(f Filter) string {
	direction := " ASC"
	if f.Down {
		direction = " DESC"
	}
	switch f.Sort {
	case ByCode:
		return "l.code" + direction + ", l.id"
	case ByHanded:
		return "l.handed_at" + direction + ", l.id"
	}
	return "l.due_on" + direction + ", l.code, l.id"
}

// today is the day in Paris.
func (s *Service) today() string { return day(s.db.Now()) }

// lines adds the names of schools and classes, and those of pupils where this person may see them.
func (s *Service) lines(ctx context.Context, list []Loan) ([]Line, error) {
	out := make([]Line, len(list))
	schools, classes, pupils := map[string]string{}, map[string]string{}, map[string][]string{}
	for i, l := range list {
		out[i] = Line{Loan: l, Late: l.Late(s.today())}
		schools[l.School], classes[l.Class] = "", ""
		pupils[l.Territory] = append(pupils[l.Territory], l.Pupil)
	}
	for uai := range schools {
		school, err := s.directory.School(inside(ctx), directory.UAI(uai))
		if err != nil && !errs.Is(err, errs.NotFound) {
			return nil, err
		}
		schools[uai] = school.Name
	}
	for id := range classes {
		class, err := s.directory.Class(inside(ctx), id)
		if err != nil && !errs.Is(err, errs.NotFound) {
			return nil, err
		}
		classes[id] = class.Name
	}
	names, err := s.names(ctx, pupils)
	if err != nil {
		return nil, err
	}
	for i := range out {
		out[i].SchoolName, out[i].ClassName, out[i].PupilName = schools[out[i].School], classes[out[i].Class], names[out[i].Pupil]
	}
	return out, nil
}

// names returns the names of pupils, by person, as far as this person may see them.
func (s *Service) names(ctx context.Context, byTerritory map[string][]string) (map[string]string, error) {
	names := map[string]string{}
	if !authz.Holds(ctx, directory.ReadPupils) {
		return names, nil
	}
	for territory, persons := range byTerritory {
		slices.Sort(persons)
		found, err := s.directory.PupilsByID(ctx, territory, slices.Compact(persons))
		if err != nil {
			return nil, err
		}
		for person, p := range found {
			names[person] = p.FamilyName + " " + p.GivenName
		}
	}
	return names, nil
}

// Loan returns one loan, NotFound.
func (s *Service) Loan(ctx context.Context, id string) (Line, error) {
	if _, err := authz.Scopes(ctx, ReadLoans); err != nil {
		return Line{}, err
	}
	var l Loan
	err := s.db.View(ctx, func(ctx context.Context, tx *db.Tx) error {
		var err error
		l, err = byID(ctx, tx, id)
		return err
	})
	if err != nil {
		return Line{}, err
	}
	if err := authz.Check(ctx, ReadLoans, authz.Class(l.Territory, l.School, l.Class)); err != nil {
		return Line{}, err
	}
	lines, err := s.lines(ctx, []Loan{l})
	if err != nil {
		return Line{}, err
	}
	return lines[0], nil
}

// Own returns the loans of the pupils that this person is or is responsible for: what is out, then the last ones that came back.
func (s *Service) Own(ctx context.Context) ([]Line, error) {
	pupils, err := s.directory.OwnPupils(ctx, ReadOwn)
	if err != nil {
		return nil, err
	}
	var out []Line
	seen := map[string]bool{}
	for _, p := range pupils {
		if seen[p.Person] {
			continue
		}
		seen[p.Person] = true
		var list []Loan
		err := s.db.View(ctx, func(ctx context.Context, tx *db.Tx) error {
			list, err = db.All(ctx, tx, scan, "SELECT "+columns+" FROM lend_loan l WHERE l.territory = ? AND l.pupil = ? AND l.state <> 'cancelled' ORDER BY CASE WHEN l.state = 'out' THEN 0 ELSE 1 END, l.handed_at DESC LIMIT 20", p.Territory, p.Person)
			return err
		})
		if err != nil {
			return nil, err
		}
		for _, l := range list {
			out = append(out, Line{Loan: l, SchoolName: p.SchoolName, ClassName: p.ClassName, PupilName: p.GivenName + " " + p.FamilyName, Late: l.Late(s.today())})
		}
	}
	return out, nil
}
