package crisis

import (
	"context"
	"maps"
	"slices"

	"preau/internal/base/authz"
	"preau/internal/base/db"
	"preau/internal/base/errs"
	"preau/internal/base/journal"
	"preau/internal/territory/directory"
)

// List returns the handovers of this person's places, the newest first.
func (s *Service) List(ctx context.Context) ([]Crisis, error) {
	scopes, err := authz.Scopes(ctx, ReadCrises)
	if err != nil {
		return nil, err
	}
	where, args := authz.Filter(scopes, "x.territory", "x.school", "")
	var list []Crisis
	err = s.db.View(ctx, func(ctx context.Context, tx *db.Tx) error {
		list, err = db.All(ctx, tx, scan, "SELECT "+columns+" FROM lend_crisis c WHERE EXISTS (SELECT 1 FROM lend_crisis_school x WHERE x.territory = c.territory AND x.crisis = c.id AND "+where+") ORDER BY c.created_at DESC LIMIT 200", args...)
		return err
	})
	return list, err
}

// Propose writes what is needed in each school and the moves of the shortest handover, and returns its identifier. It returns NotFound, or Invalid.
func (s *Service) Propose(ctx context.Context, in Input) (string, error) {
	needed, err := s.needed(ctx, &in)
	if err != nil {
		return "", err
	}
	var counts map[string]int64
	if err := s.db.View(ctx, func(ctx context.Context, tx *db.Tx) error {
		counts, err = s.assets.Stocks(ctx, tx, in.Territory)
		return err
	}); err != nil {
		return "", err
	}
	needs, stocks, err := s.places(ctx, in.Territory, needed, counts)
	if err != nil {
		return "", err
	}
	moves := Assign(needs, stocks)
	id := in.ID
	err = s.db.Update(ctx, func(ctx context.Context, tx *db.Tx) error {
		if id == "" {
			id = tx.NewID()
		}
		if _, err := byID(ctx, tx, id); err == nil || !errs.Is(err, errs.NotFound) {
			return err // sent twice
		}
		if err := write(ctx, tx, &Crisis{Territory: in.Territory, ID: id, Name: in.Name, Drill: in.Drill, ClosesOn: in.ClosesOn, State: Proposed, CreatedAt: tx.Now()}, needs, moves); err != nil {
			return err
		}
		n := int64(0)
		for _, m := range moves {
			n += m.Quantity
		}
		return s.record(ctx, tx, in.Territory, "", FactProposed, id, n)
	})
	return id, err
}

func (s *Service) record(ctx context.Context, tx *db.Tx, territory, school, kind, id string, n int64) error {
	return s.journal.Record(ctx, tx, journal.Fact{Territory: territory, School: school, Kind: kind, Subject: id, Data: Counted{n}})
}

// needed returns how many pupils of each school lack a device, from the drill or from what was written.
func (s *Service) needed(ctx context.Context, in *Input) (map[string][2]int64, error) {
	if in.Drill != "" {
		if _, err := authz.Scopes(ctx, RunCrises); err != nil {
			return nil, err
		}
		territory, name, day, schools, err := s.drills.Closing(ctx, in.Drill)
		if err != nil {
			return nil, err
		}
		in.Territory, in.ClosesOn = territory, day
		if in.Name == "" {
			in.Name = name
		}
		if err := authz.Check(ctx, RunCrises, authz.Territory(in.Territory)); err != nil {
			return nil, err
		}
		return schools, in.check()
	}
	if err := authz.Check(ctx, RunCrises, authz.Territory(in.Territory)); err != nil {
		return nil, err
	}
	if err := in.check(); err != nil {
		return nil, err
	}
	return in.parse()
}

// places puts schools and stocks on the map. A school of another territory is unknown.
func (s *Service) places(ctx context.Context, territory string, needed map[string][2]int64, counts map[string]int64) ([]Need, []Stock, error) {
	points := map[string]Point{"": {}}
	where := func(uai string) (Point, error) {
		if p, ok := points[uai]; ok {
			return p, nil
		}
		school, err := s.directory.School(inside(ctx), directory.UAI(uai))
		if err != nil {
			return Point{}, err
		}
		if school.Territory != territory {
			return Point{}, errs.NewNotFound("authz.not_found")
		}
		points[uai] = Point{school.Latitude, school.Longitude}
		return points[uai], nil
	}
	var needs []Need
	for _, uai := range slices.Sorted(maps.Keys(needed)) {
		p, err := where(uai)
		if errs.Is(err, errs.NotFound) {
			return nil, nil, errs.OfFields(errs.Field{Name: "schools", Key: "crisis.schools.unknown", Args: []any{"school", uai}})
		}
		if err != nil {
			return nil, nil, err
		}
		needs = append(needs, Need{School: uai, Least: needed[uai][0], Most: needed[uai][1], Point: p})
	}
	var stocks []Stock
	for _, uai := range slices.Sorted(maps.Keys(counts)) {
		p, err := where(uai)
		if err != nil && !errs.Is(err, errs.NotFound) {
			return nil, nil, err
		}
		stocks = append(stocks, Stock{School: uai, Free: counts[uai], Point: p})
	}
	return needs, stocks, nil
}

// SchoolLine is one school of a handover.
type SchoolLine struct {
	School, Name string
	Least, Most  int64
	Here, Comes  int64 // devices that are there, and that come
}

// Missing returns how many pupils surely stay without a device.
func (l SchoolLine) Missing() int64 { return max(0, l.Least-l.Here-l.Comes) }

// MoveLine is one way from a stock to a school.
type MoveLine struct {
	Move
	SchoolName, StockName string
	Moved                 int64
}

// Plan is a handover with its schools and moves, as far as this person may see.
type Plan struct {
	Crisis
	Schools []SchoolLine
	Moves   []MoveLine // between different places
	May     bool       // run it
}

// Sums adds the schools up.
func (p *Plan) Sums() (least, most, served, missing int64) {
	for _, s := range p.Schools {
		least, most, served, missing = least+s.Least, most+s.Most, served+s.Here+s.Comes, missing+s.Missing()
	}
	return least, most, served, missing
}

// Get returns a handover, NotFound.
func (s *Service) Get(ctx context.Context, id string) (*Plan, error) {
	scopes, err := authz.Scopes(ctx, ReadCrises)
	if err != nil {
		return nil, err
	}
	p := &Plan{}
	err = s.db.View(ctx, func(ctx context.Context, tx *db.Tx) error {
		if p.Crisis, err = byID(ctx, tx, id); err != nil {
			return err
		}
		where, args := authz.Filter(scopes, "x.territory", "x.school", "")
		args = append([]any{p.Territory, id}, args...)
		if p.Schools, err = db.All(ctx, tx, func(row db.Scanner) (SchoolLine, error) {
			var l SchoolLine
			err := row.Scan(&l.School, &l.Least, &l.Most)
			return l, err
		}, "SELECT x.school, x.needed, x.possible FROM lend_crisis_school x WHERE x.territory = ? AND x.crisis = ? AND "+where+" ORDER BY x.school", args...); err != nil {
			return err
		}
		p.Moves, err = db.All(ctx, tx, func(row db.Scanner) (MoveLine, error) {
			var m MoveLine
			err := row.Scan(&m.School, &m.Stock, &m.Quantity, &m.Metres, &m.Moved)
			return m, err
		}, "SELECT x.school, x.stock, x.quantity, x.metres, x.moved FROM lend_crisis_move x WHERE x.territory = ? AND x.crisis = ? AND "+where+" ORDER BY x.stock, x.metres NULLS LAST, x.school", args...)
		return err
	})
	if err != nil {
		return nil, err
	}
	if len(p.Schools) == 0 {
		return nil, errs.NewNotFound("crisis.not_found")
	}
	p.May = authz.May(ctx, RunCrises, authz.Territory(p.Territory))
	return p, s.name(ctx, p)
}

// name adds the schools' names, and sorts the moves apart from what is there already.
func (s *Service) name(ctx context.Context, p *Plan) error {
	names := map[string]string{}
	of := func(uai string) (string, error) {
		if uai == "" {
			return "", nil
		}
		if _, ok := names[uai]; !ok {
			school, err := s.directory.School(inside(ctx), directory.UAI(uai))
			if err != nil && !errs.Is(err, errs.NotFound) {
				return "", err
			}
			names[uai] = school.Name
		}
		return names[uai], nil
	}
	index := map[string]int{}
	for i := range p.Schools {
		var err error
		if p.Schools[i].Name, err = of(p.Schools[i].School); err != nil {
			return err
		}
		index[p.Schools[i].School] = i
	}
	var between []MoveLine
	for _, m := range p.Moves {
		var err error
		if m.SchoolName, err = of(m.School); err != nil {
			return err
		}
		if m.StockName, err = of(m.Stock); err != nil {
			return err
		}
		line := &p.Schools[index[m.School]]
		if m.School == m.Stock {
			line.Here += m.Quantity
			continue
		}
		line.Comes += m.Quantity
		between = append(between, m)
	}
	p.Moves = between
	return nil
}

// Start says that the handover is under way, End that it is over. They return NotFound, or Conflict for one that has ended. Twice is once.
func (s *Service) Start(ctx context.Context, id string) error {
	return s.turn(ctx, id, UnderWay, FactStarted)
}

// End says that the handover is over; see Start.
func (s *Service) End(ctx context.Context, id string) error { return s.turn(ctx, id, Ended, FactEnded) }

func (s *Service) turn(ctx context.Context, id string, to State, kind string) error {
	if _, err := authz.Scopes(ctx, RunCrises); err != nil {
		return err
	}
	return s.db.Update(ctx, func(ctx context.Context, tx *db.Tx) error {
		c, err := s.mine(ctx, tx, id)
		if err != nil || c.State == to {
			return err
		}
		if c.State == Ended {
			return errs.NewConflict("crisis.ended")
		}
		if _, err := tx.Exec(ctx, "UPDATE lend_crisis SET state = ? WHERE territory = ? AND id = ?", string(to), c.Territory, id); err != nil {
			return err
		}
		return s.record(ctx, tx, c.Territory, "", kind, id, 0)
	})
}

// mine returns a handover that this person runs.
func (s *Service) mine(ctx context.Context, tx *db.Tx, id string) (Crisis, error) {
	c, err := byID(ctx, tx, id)
	if err != nil {
		return c, err
	}
	return c, authz.Check(ctx, RunCrises, authz.Territory(c.Territory))
}

// MoveDevices moves the devices of one way that were not moved yet, as far as the stock still has them, and returns how many. It returns NotFound, or
// Conflict when the handover is not under way or the stock has none left.
func (s *Service) MoveDevices(ctx context.Context, id, stock, school string) (int, error) {
	if _, err := authz.Scopes(ctx, RunCrises); err != nil {
		return 0, err
	}
	moved := 0
	err := s.db.Update(ctx, func(ctx context.Context, tx *db.Tx) error {
		c, err := s.mine(ctx, tx, id)
		if err != nil {
			return err
		}
		if c.State != UnderWay {
			return errs.NewConflict("crisis.not_under_way")
		}
		rest, err := db.One(ctx, tx, db.Value[int64], "SELECT quantity - moved FROM lend_crisis_move WHERE territory = ? AND crisis = ? AND stock = ? AND school = ? AND stock <> school", c.Territory, id, stock, school)
		if db.IsNotFound(err) {
			return errs.NewNotFound("crisis.not_found")
		}
		if moved = 0; err != nil || rest <= 0 {
			return err
		}
		if moved, err = s.assets.MoveFree(ctx, tx, c.Territory, stock, school, int(rest), id); err != nil {
			return err
		}
		if moved == 0 {
			return errs.NewConflict("crisis.stock.empty")
		}
		if _, err := tx.Exec(ctx, "UPDATE lend_crisis_move SET moved = moved + ? WHERE territory = ? AND crisis = ? AND stock = ? AND school = ?", moved, c.Territory, id, stock, school); err != nil {
			return err
		}
		return s.record(ctx, tx, c.Territory, school, FactMoved, id, int64(moved))
	})
	return moved, err
}

// Devices returns the devices of a school of the handover that could be lent now, for its sheets in the yard.
func (s *Service) Devices(ctx context.Context, p *Plan, school string) ([]Device, error) {
	if err := authz.Check(ctx, ReadCrises, authz.School(p.Territory, school)); err != nil {
		return nil, err
	}
	var list []Device
	err := s.db.View(ctx, func(ctx context.Context, tx *db.Tx) error {
		var err error
		list, err = s.assets.FreeDevices(ctx, tx, p.Territory, school, 500)
		return err
	})
	return list, err
}
