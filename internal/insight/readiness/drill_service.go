package readiness

import (
	"context"
	"slices"

	"preau/internal/base/authz"
	"preau/internal/base/db"
	"preau/internal/base/errs"
	"preau/internal/base/journal"
)

// drilled is the data of FactDrilled.
type drilled struct {
	Run      int        `json:"run"`
	Day      string     `json:"day"`
	Scope    DrillScope `json:"scope"`
	Schools  int        `json:"schools"`
	Classes  int        `json:"classes"`
	Pupils   int        `json:"pupils"`
	Sure     int        `json:"sure"`
	Possible int        `json:"possible"`
}

// PrepareDrill prepares a drill, runs it and returns its identifier. Sending the same input again returns the drill that it made; another input
// of the same identifier is a Conflict. Invalid names the fields at fault; a scope without any open school is one.
func (s *Service) PrepareDrill(ctx context.Context, in DrillInput) (string, error) {
	if _, err := authz.Scopes(ctx, RunDrills); err != nil {
		return "", err
	}
	d, err := in.check()
	if err != nil {
		return "", err
	}
	if err := authz.Check(ctx, RunDrills, d.scope()); err != nil {
		return "", err
	}
	err = s.db.Update(ctx, func(ctx context.Context, tx *db.Tx) error {
		if d.ID == "" {
			d.ID = tx.NewID()
		}
		before, err := findDrill(ctx, tx, []authz.Scope{authz.Territory(d.Territory)}, d.ID)
		if err == nil {
			return repeats(ctx, tx, before, d, in.Schools)
		}
		if !db.IsNotFound(err) {
			return err
		}
		d.CreatedAt = tx.Now()
		if err := insertDrill(ctx, tx, d, in.Schools); err != nil {
			return err
		}
		n, err := countChosen(ctx, tx, d)
		if err != nil {
			return err
		}
		if missing := missingField(d, in, n); missing != nil {
			return errs.OfFields(*missing)
		}
		return s.run(ctx, tx, d, 1)
	})
	if db.IsConflict(err) {
		err = errs.NewConflict("readiness.drill.error.taken").Because(err)
	}
	return d.ID, err
}

// repeats returns nil when a drill is the one that was prepared before.
func repeats(ctx context.Context, tx *db.Tx, before, d Drill, schools []string) error {
	d.CreatedAt, d.Runs, d.Place = before.CreatedAt, before.Runs, before.Place
	listed, err := listedSchools(ctx, tx, before)
	if err != nil {
		return err
	}
	if d != before || d.Scope == DrillList && !slices.Equal(listed, distinct(schools)) {
		return errs.NewConflict("readiness.drill.error.taken")
	}
	return nil
}

// missingField returns what is wrong when n schools of the territory are open among those chosen.
func missingField(d Drill, in DrillInput, n int) *errs.Field {
	switch {
	case d.Scope == DrillList && n < len(distinct(in.Schools)):
		return &errs.Field{Name: "schools", Key: "readiness.drill.error.notopen", Args: []any{"n", len(distinct(in.Schools)) - n}}
	case n > 0:
		return nil
	case d.Scope == DrillSchool:
		return &errs.Field{Name: "school", Key: "readiness.drill.error.school"}
	case d.Scope == DrillCommune:
		return &errs.Field{Name: "commune", Key: "readiness.drill.error.nocommune"}
	}
	return &errs.Field{Name: "scope", Key: "readiness.drill.error.noschool"}
}

// distinct returns the elements of a list, each once and in order.
func distinct(list []string) []string {
	return slices.Compact(slices.Sorted(slices.Values(list)))
}

// run keeps what is known now and records it.
func (s *Service) run(ctx context.Context, tx *db.Tx, d Drill, number int) error {
	if err := insertRun(ctx, tx, d, number); err != nil {
		return err
	}
	f, err := runFigures(ctx, tx, d, number)
	if err != nil {
		return err
	}
	if err := storeTotals(ctx, tx, d, number, f); err != nil {
		return err
	}
	return s.journal.Record(ctx, tx, journal.Fact{Territory: d.Territory, School: d.School, Kind: FactDrilled, Subject: d.ID,
		Data: drilled{number, d.Day, d.Scope, f.Schools, f.Classes, f.Pupils, f.Ready.Lo, f.Ready.Hi}})
}

// RunDrill runs a drill again with what is known now and returns the number of the run. last is the run that the person saw last:
// when there is a later one already, it is returned and nothing is run, so that a second click runs once.
func (s *Service) RunDrill(ctx context.Context, id string, last int) (int, error) {
	scopes, err := authz.Scopes(ctx, RunDrills)
	if err != nil {
		return 0, err
	}
	number := 0
	err = s.db.Update(ctx, func(ctx context.Context, tx *db.Tx) error {
		d, err := oneDrill(ctx, tx, scopes, id)
		if err != nil {
			return err
		}
		if number = d.Runs; number > last {
			return nil
		}
		number++
		return s.run(ctx, tx, d, number)
	})
	return number, err
}

func oneDrill(ctx context.Context, tx *db.Tx, scopes []authz.Scope, id string) (Drill, error) {
	d, err := findDrill(ctx, tx, scopes, id)
	if db.IsNotFound(err) {
		err = errs.NewNotFound("readiness.drill.not_found")
	}
	return d, err
}

// DrillLine is a drill in a list, with its last run.
type DrillLine struct {
	Drill
	Last DrillRun
}

// Drills returns the last drills that the person may see, the newest first.
func (s *Service) Drills(ctx context.Context) ([]DrillLine, error) {
	scopes, err := authz.Scopes(ctx, ReadDrills)
	if err != nil {
		return nil, err
	}
	var lines []DrillLine
	err = s.db.View(ctx, func(ctx context.Context, tx *db.Tx) (err error) {
		const limit = 100
		lines, err = drillLines(ctx, tx, scopes, limit)
		return err
	})
	return lines, err
}

// Drill returns a drill with one of its runs (0 the last) beside another one (0 the one before, if any).
func (s *Service) Drill(ctx context.Context, id string, run, against int) (DrillResult, error) {
	scopes, err := authz.Scopes(ctx, ReadDrills)
	if err != nil {
		return DrillResult{}, err
	}
	var r DrillResult
	err = s.db.View(ctx, func(ctx context.Context, tx *db.Tx) error {
		d, err := oneDrill(ctx, tx, scopes, id)
		if err != nil {
			return err
		}
		r = DrillResult{Drill: d}
		if r.Runs, err = drillRuns(ctx, tx, d); err != nil {
			return err
		}
		if run == 0 {
			run = d.Runs
		}
		if against == 0 {
			against = run - 1
		}
		found := false
		for i, one := range r.Runs {
			if one.Number != run && one.Number != against {
				continue
			}
			if one.Figures, err = runFigures(ctx, tx, d, one.Number); err != nil {
				return err
			}
			r.Runs[i] = one
			if one.Number == run {
				r.Run, found = one, true
			} else {
				r.Against = &r.Runs[i]
			}
		}
		if !found {
			return errs.NewNotFound("readiness.drill.not_found")
		}
		r.Schools, err = runSchools(ctx, tx, d, run)
		return err
	})
	return r, err
}

// DrillSchools returns the schools for which alone the person prepares drills, by name: those of a head.
func (s *Service) DrillSchools(ctx context.Context) ([]School, error) {
	scopes, err := authz.Scopes(ctx, RunDrills)
	if err != nil {
		return nil, err
	}
	own := slices.DeleteFunc(slices.Clone(scopes), func(s authz.Scope) bool { return s.School == "" })
	if len(own) == 0 {
		return nil, nil
	}
	where, args := authz.Filter(own, "s.territory", "s.uai", "")
	var list []School
	err = s.db.View(ctx, func(ctx context.Context, tx *db.Tx) (err error) {
		list, err = db.All(ctx, tx, scanSchool, "SELECT "+schoolColumns+" FROM directory_school s WHERE s.status = 'open' AND "+where+" ORDER BY s.folded, s.uai", args...)
		return err
	})
	return list, err
}

// DrillClasses returns a drill with the classes of one of its runs (0 the last), of one school when its UAI is given.
// NotFound when the run or the school is not of the drill.
func (s *Service) DrillClasses(ctx context.Context, id string, run int, school string) (DrillResult, []DrillClass, error) {
	r, err := s.Drill(ctx, id, run, 0)
	if err != nil {
		return r, nil, err
	}
	if school != "" {
		at := slices.IndexFunc(r.Schools, func(f SchoolFigures) bool { return f.UAI == school })
		if at < 0 {
			return r, nil, errs.NewNotFound("readiness.school.not_found")
		}
		r.Schools = r.Schools[at : at+1]
	}
	var list []DrillClass
	err = s.db.View(ctx, func(ctx context.Context, tx *db.Tx) (err error) {
		list, err = runClasses(ctx, tx, r.Drill, r.Run.Number, school)
		return err
	})
	return r, list, err
}
