package readiness

import (
	"context"
	"slices"
	"strings"

	"preau/internal/base/authz"
	"preau/internal/base/db"
	"preau/internal/base/errs"
)

// nationSums holds the figures of every territory and of the nation at one generation of the data.
type nationSums struct {
	generation  uint64
	territories []TerritoryFigures
	total       Figures
	veil        Veil
}

// at returns where a territory is among the nation's, -1 nowhere.
func (n *nationSums) at(code string) int {
	return slices.IndexFunc(n.territories, func(t TerritoryFigures) bool { return t.Territory == code })
}

// TerritoryFigures are the figures of a territory, with what is hidden of them from the public.
type TerritoryFigures struct {
	Territory string
	Name      string
	Figures   Figures
	Veil      Veil
}

// territorySums holds the figures of the schools of one territory at one generation of the data.
type territorySums struct {
	generation uint64
	TerritoryFigures
	schools []SchoolFigures // by name
	index   map[string]int  // by UAI
}

// maxViews bounds how many territories are kept: the busiest installation shows few at a time.
const maxViews = 12

// nation returns the figures of every territory, computed once for each generation of the data. While the sums are being computed again
// after an import, it returns those of before.
func (s *Service) nation(ctx context.Context) (*nationSums, error) {
	asked := s.db.Generation()
	kept := s.keptNation()
	if kept != nil && kept.generation >= asked {
		return kept, nil
	}
	end, err := s.turn(ctx, "")
	if err != nil {
		return nil, err
	}
	defer end()
	if kept = s.keptNation(); kept != nil && kept.generation >= asked {
		return kept, nil // who had the turn before computed it
	}
	if fresh, err := s.fresh(ctx, kept != nil); err != nil {
		return nil, err
	} else if !fresh {
		return kept, nil
	}
	view, err := s.sumNation(ctx)
	if err != nil {
		return nil, err
	}
	s.mutex.Lock()
	defer s.mutex.Unlock()
	s.nationView = view
	return view, nil
}

func (s *Service) keptNation() *nationSums {
	s.mutex.Lock()
	defer s.mutex.Unlock()
	return s.nationView
}

func (s *Service) sumNation(ctx context.Context) (*nationSums, error) {
	view := &nationSums{generation: s.db.Generation()}
	var list []territoryFigures
	err := s.db.View(db.Everywhere(ctx), func(ctx context.Context, tx *db.Tx) (err error) {
		list, err = figuresByTerritory(ctx, tx)
		return err
	})
	if err != nil {
		return nil, err
	}
	parts := make([]Figures, len(list))
	for i, t := range list {
		parts[i] = t.figures
		view.total.Add(t.figures)
	}
	veils, total := Publish(parts, Veil{})
	for i, t := range list {
		view.territories = append(view.territories, TerritoryFigures{t.territory, t.name, t.figures, veils[i]})
	}
	view.veil = total
	return view, nil
}

// territory returns the figures of the schools of a territory, computed once for each generation of the data.
// A territory without schools gives NotFound.
func (s *Service) territory(ctx context.Context, code string) (*territorySums, error) {
	asked := s.db.Generation()
	if kept := s.keptTerritory(code); kept != nil && kept.generation >= asked {
		return kept, nil
	}
	nation, err := s.nation(ctx)
	if err != nil {
		return nil, err
	}
	for nation.generation < asked {
		// The nation's figures are those of before an import. This territory's must be of the same time, or both of now.
		if kept := s.keptTerritory(code); kept != nil && kept.generation == nation.generation {
			return kept, nil
		}
		if err := s.Refresh(ctx); err != nil {
			return nil, err
		}
		if nation, err = s.nation(ctx); err != nil {
			return nil, err
		}
	}
	if nation.at(code) < 0 {
		return nil, errs.NewNotFound("readiness.territory.not_found")
	}
	end, err := s.turn(ctx, code)
	if err != nil {
		return nil, err
	}
	defer end()
	if kept := s.keptTerritory(code); kept != nil && kept.generation >= nation.generation {
		return kept, nil // who had the turn before computed it
	}
	view, err := s.sumTerritory(ctx, nation, code)
	if err != nil {
		return nil, err
	}
	s.mutex.Lock()
	defer s.mutex.Unlock()
	if len(s.views) >= maxViews {
		clear(s.views)
	}
	s.views[code] = view
	return view, nil
}

func (s *Service) keptTerritory(code string) *territorySums {
	s.mutex.Lock()
	defer s.mutex.Unlock()
	return s.views[code]
}

func (s *Service) sumTerritory(ctx context.Context, nation *nationSums, code string) (*territorySums, error) {
	view := &territorySums{generation: nation.generation, TerritoryFigures: nation.territories[nation.at(code)], index: map[string]int{}}
	err := s.db.View(db.WithTerritories(ctx, code), func(ctx context.Context, tx *db.Tx) (err error) {
		view.schools, err = figuresBySchool(ctx, tx, code)
		return err
	})
	if err != nil {
		return nil, err
	}
	parts := make([]Figures, len(view.schools))
	for i, f := range view.schools {
		parts[i] = f.Figures
		view.index[f.UAI] = i
	}
	veils, total := Publish(parts, view.Veil)
	for i := range view.schools {
		view.schools[i].Veil = veils[i]
	}
	view.Veil = total
	return view, nil
}

// keptTrend is the trend of a territory, or of the nation, at one generation of the data.
type keptTrend struct {
	generation uint64
	points     []TrendPoint
}

// trend returns the trend of the nation (""), of a territory or of one of its schools. That of many schools is added up once for each
// generation of the data.
func (s *Service) trend(ctx context.Context, territory, school string) (points []TrendPoint, err error) {
	see := db.Everywhere(ctx)
	if territory != "" {
		see = db.WithTerritories(ctx, territory)
	}
	read := func() error {
		return s.db.View(see, func(ctx context.Context, tx *db.Tx) (err error) {
			points, err = trendOf(ctx, tx, territory, school)
			return err
		})
	}
	if school != "" {
		return points, read()
	}
	asked := s.db.Generation()
	if kept, ok := s.keptTrend(territory, asked); ok {
		return kept, nil
	}
	end, err := s.turn(ctx, "trend "+territory)
	if err != nil {
		return nil, err
	}
	defer end()
	if kept, ok := s.keptTrend(territory, asked); ok {
		return kept, nil // who had the turn before added it up
	}
	now := s.db.Generation()
	if err := read(); err != nil {
		return nil, err
	}
	s.mutex.Lock()
	defer s.mutex.Unlock()
	s.trends[territory] = keptTrend{now, points}
	return points, nil
}

func (s *Service) keptTrend(territory string, since uint64) ([]TrendPoint, bool) {
	s.mutex.Lock()
	defer s.mutex.Unlock()
	kept, ok := s.trends[territory]
	return kept.points, ok && kept.generation >= since
}

// seen returns the figures as the person may see them: whole with ReadWhole on the scope, else without what is hidden.
func seen(ctx context.Context, f Figures, v Veil, scope authz.Scope) Shown {
	if authz.May(ctx, ReadWhole, scope) {
		return f.Show()
	}
	return f.Veiled(v)
}

// OfSchools returns the figures of each open school of a territory by UAI, as everybody may see them: for the map and the lists.
func (s *Service) OfSchools(ctx context.Context, territory string) (map[string]Shown, error) {
	if err := authz.Check(ctx, ReadPublished, authz.Territory(territory)); err != nil {
		return nil, err
	}
	view, err := s.territory(ctx, territory)
	if err != nil {
		return nil, err
	}
	figures := make(map[string]Shown, len(view.schools))
	for _, f := range view.schools {
		figures[f.UAI] = f.Figures.Veiled(f.Veil)
	}
	return figures, nil
}

// OfSchool returns a school and its figures as the person may see them. A school that is closed has none: NotFound.
func (s *Service) OfSchool(ctx context.Context, uai string) (School, Shown, error) {
	if err := authz.Check(ctx, ReadPublished, authz.Nation()); err != nil {
		return School{}, Shown{}, err
	}
	f, err := s.school(ctx, uai)
	if err != nil {
		return School{}, Shown{}, err
	}
	return f.School, seen(ctx, f.Figures, f.Veil, authz.School(f.Territory, f.UAI)), nil
}

func (s *Service) school(ctx context.Context, uai string) (SchoolFigures, error) {
	var school School
	err := s.db.View(db.Everywhere(ctx), func(ctx context.Context, tx *db.Tx) (err error) {
		school, err = findSchool(ctx, tx, uai)
		return err
	})
	if err != nil {
		return SchoolFigures{}, err
	}
	view, err := s.territory(ctx, school.Territory)
	if err != nil {
		return SchoolFigures{}, err
	}
	i, ok := view.index[school.UAI]
	if !ok {
		return SchoolFigures{}, errs.NewNotFound("readiness.school.not_found")
	}
	return view.schools[i], nil
}

// NamedFigures are the figures of a territory or a commune, with its name.
type NamedFigures struct {
	Code string
	Name string
	Shown
}

// Nation returns the figures of the nation and of each territory, as the person may see them.
func (s *Service) Nation(ctx context.Context) (Shown, []NamedFigures, error) {
	if err := authz.Check(ctx, ReadPublished, authz.Nation()); err != nil {
		return Shown{}, nil, err
	}
	view, err := s.nation(ctx)
	if err != nil {
		return Shown{}, nil, err
	}
	list := make([]NamedFigures, len(view.territories))
	for i, t := range view.territories {
		list[i] = NamedFigures{t.Territory, t.Name, seen(ctx, t.Figures, t.Veil, authz.Territory(t.Territory))}
	}
	return seen(ctx, view.total, view.veil, authz.Nation()), list, nil
}

// SchoolRow is a line of a territory's table of schools.
type SchoolRow struct {
	School
	Shown
}

// Listing is a page of a territory's table of schools.
type Listing struct {
	Rows  []SchoolRow
	Total int // of the rows that match
}

// Search chooses and orders the schools of a territory.
type Search struct {
	Words   string // each must be in the name, the commune or the UAI
	Commune string // INSEE code
	Sort    string // one of Sorts
	Down    bool
	From    int
	Limit   int
}

// Sorts are the orders of the table of schools.
var Sorts = []string{"name", "commune", "pupils", "sure", "possible", "lost", "unknown", "answered", "equipment", "relationship", "training"}

// Schools returns the schools of a territory with their figures as the person may see them, chosen and in order.
func (s *Service) Schools(ctx context.Context, territory string, search Search) (Listing, error) {
	if err := authz.Check(ctx, ReadTerritory, authz.Territory(territory)); err != nil {
		return Listing{}, err
	}
	view, err := s.territory(ctx, territory)
	if err != nil {
		return Listing{}, err
	}
	whole := authz.May(ctx, ReadWhole, authz.Territory(territory))
	var rows []SchoolRow
	words := strings.Fields(db.Fold(search.Words))
	for _, f := range view.schools {
		if search.Commune != "" && f.Commune != search.Commune || !matches(f.School, words) {
			continue
		}
		veil := f.Veil
		if whole {
			veil = Veil{}
		}
		rows = append(rows, SchoolRow{f.School, f.Figures.Veiled(veil)})
	}
	sortRows(rows, search.Sort, search.Down)
	listing := Listing{Total: len(rows)}
	from := min(max(search.From, 0), len(rows))
	until := len(rows)
	if search.Limit > 0 {
		until = min(from+search.Limit, until)
	}
	listing.Rows = rows[from:until]
	return listing, nil
}

func matches(s School, words []string) bool {
	if len(words) == 0 {
		return true
	}
	text := db.Fold(s.Name + " " + s.CommuneName + " " + s.UAI)
	for _, w := range words {
		if !strings.Contains(text, w) {
			return false
		}
	}
	return true
}

// sortRows orders rows that are by name already, so that equals stay by name. A number that is suppressed comes last either way.
func sortRows(rows []SchoolRow, by string, down bool) {
	if by == "commune" {
		slices.SortStableFunc(rows, func(a, b SchoolRow) int {
			return signed(strings.Compare(db.Fold(a.CommuneName), db.Fold(b.CommuneName)), down)
		})
		return
	}
	if by == "name" || by == "" || !slices.Contains(Sorts, by) {
		if down {
			slices.Reverse(rows)
		}
		return
	}
	slices.SortStableFunc(rows, func(a, b SchoolRow) int {
		x, xKnown := a.value(by).Get()
		y, yKnown := b.value(by).Get()
		switch {
		case !xKnown || !yKnown:
			return boolInt(!xKnown) - boolInt(!yKnown)
		default:
			return signed(x-y, down)
		}
	})
}

// value returns the number by which a row is sorted.
func (r SchoolRow) value(by string) Count {
	less := func(c Count) Count {
		if n, known := c.Get(); known {
			return CountOf(r.Pupils - n)
		}
		return Count{}
	}
	switch by {
	case "pupils":
		return CountOf(r.Pupils)
	case "sure":
		return r.Sure
	case "possible":
		return r.Possible
	case "lost":
		return less(r.Possible)
	case "unknown":
		return CountOf(r.Classes - r.Answered)
	case "answered":
		return CountOf(r.Answered)
	case "equipment":
		return r.Conditions[0].NotMet
	case "relationship":
		return r.Conditions[1].NotMet
	default:
		return r.Conditions[2].NotMet
	}
}

func signed(order int, down bool) int {
	if down {
		return -order
	}
	return order
}

func boolInt(b bool) int {
	if b {
		return 1
	}
	return 0
}

// Communes returns the whole figures of each commune of a territory, by name.
func (s *Service) Communes(ctx context.Context, territory string) ([]NamedFigures, error) {
	if err := authz.Check(ctx, ReadWhole, authz.Territory(territory)); err != nil {
		return nil, err
	}
	view, err := s.territory(ctx, territory)
	if err != nil {
		return nil, err
	}
	sums := map[string]*Figures{}
	names := map[string]string{}
	for _, f := range view.schools {
		if sums[f.Commune] == nil {
			sums[f.Commune] = &Figures{}
		}
		sums[f.Commune].Add(f.Figures)
		names[f.Commune] = f.CommuneName
	}
	list := make([]NamedFigures, 0, len(sums))
	for code, sum := range sums {
		list = append(list, NamedFigures{code, names[code], sum.Show()})
	}
	slices.SortFunc(list, func(a, b NamedFigures) int {
		return strings.Compare(db.Fold(a.Name)+a.Code, db.Fold(b.Name)+b.Code)
	})
	return list, nil
}
