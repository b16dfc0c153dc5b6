package plan

import (
	"cmp"
	"context"
	"slices"

	"preau/internal/base/authz"
	"preau/internal/base/db"
	"preau/internal/base/errs"
	"preau/internal/territory/programme"
)

// Request asks for a plan. Without territories it is for those of the person who asks, or else for all of
// the programme that was loaded last. Everywhere is for who may see the nation.
type Request struct {
	Territories []string
	Scenario    Scenario
	Seed        uint64
	Everywhere  bool
}

// work is what a request stands on.
type work struct {
	version *programme.Version
	schools []School
	options Options
}

// Build returns the plan as the data stand now; nothing is kept.
func (s *Service) Build(ctx context.Context, request Request) (*Plan, error) {
	w, err := s.prepare(ctx, ReadPlans, request)
	if err != nil {
		return nil, err
	}
	return Build(w.version.Programme, w.schools, w.options)
}

// Compare returns what every scenario would do as the data stand now, and the programme whose rules it follows.
func (s *Service) Compare(ctx context.Context, request Request) ([]Outcome, *programme.Version, error) {
	w, err := s.prepare(ctx, ReadPlans, request)
	if err != nil {
		return nil, nil, err
	}
	list, err := Compare(w.version.Programme, w.schools, w.options, s.together)
	return list, w.version, err
}

// compared returns the outcomes of every scenario, and the plan of the programme's rule.
func (s *Service) compared(ctx context.Context, request Request) ([]Outcome, *Plan, error) {
	w, err := s.prepare(ctx, ReadPlans, request)
	if err != nil {
		return nil, nil, err
	}
	outcomes, err := Compare(w.version.Programme, w.schools, w.options, s.together)
	if err != nil {
		return nil, nil, err
	}
	plan, err := Build(w.version.Programme, w.schools, w.options)
	return outcomes, plan, err
}

// Explain returns the explanation of a school as the data stand now, and the programme whose rules it follows.
func (s *Service) Explain(ctx context.Context, request Request, uai string) (*Explanation, *programme.Version, error) {
	w, err := s.prepare(ctx, ReadPlans, request)
	if err != nil {
		return nil, nil, err
	}
	e, err := Explain(w.version.Programme, w.schools, w.options, uai)
	return e, w.version, err
}

// Scope returns the programme of a request and the territories that its plan would be for.
func (s *Service) Scope(ctx context.Context, request Request) (*programme.Version, []string, error) {
	return s.scope(ctx, ReadPlans, request)
}

func (s *Service) scope(ctx context.Context, perm authz.Permission, request Request) (*programme.Version, []string, error) {
	scopes, err := authz.Scopes(ctx, perm)
	if err != nil {
		return nil, nil, err
	}
	asked := slices.Clone(request.Territories)
	own := authz.From(ctx).Territories()
	if len(asked) == 0 && !request.Everywhere {
		asked = own
	}
	first := ""
	if len(asked) > 0 {
		first = asked[0]
	}
	version, err := s.programmes.Current(ctx, first)
	if err != nil {
		return nil, nil, err
	}
	codes := version.Programme.Codes()
	switch {
	case len(asked) == 0:
		asked = codes
	case len(request.Territories) == 0: // a person may have territories of several programmes
		asked = slices.DeleteFunc(slices.Clone(asked), func(code string) bool { return !slices.Contains(codes, code) })
	}
	slices.Sort(asked)
	asked = slices.Compact(asked)
	for _, code := range asked {
		if !slices.ContainsFunc(scopes, func(s authz.Scope) bool { return s.Contains(authz.Territory(code)) }) {
			return nil, nil, errs.NewNotFound("authz.not_found")
		}
	}
	if request.Everywhere {
		return version, nil, authz.Check(ctx, perm, authz.Nation())
	}
	return version, asked, nil
}

// prepare authorises a request and reads what it stands on. The schools of every territory of the programme
// are read, beyond those of the person who asks: the common ranking and the split between territories need
// them, and what comes out of it names none of them.
func (s *Service) prepare(ctx context.Context, perm authz.Permission, request Request) (*work, error) {
	version, chosen, err := s.scope(ctx, perm, request)
	if err != nil {
		return nil, err
	}
	w := &work{version: version, options: Options{Scenario: cmp.Or(request.Scenario, ByNeed), Seed: request.Seed, Territories: chosen, Everywhere: request.Everywhere}}
	codes := version.Programme.Codes()
	if request.Everywhere {
		codes = nil
	}
	err = s.db.View(db.Everywhere(ctx), func(ctx context.Context, tx *db.Tx) (err error) {
		w.schools, err = readSchools(ctx, tx, codes)
		return err
	})
	return w, err
}
