package orders

import (
	"context"
	"maps"
	"slices"

	"preau/internal/base/authz"
	"preau/internal/base/db"
	"preau/internal/base/errs"
	"preau/internal/base/journal"
)

// Planned is what planning rounds did.
type Planned struct {
	Rounds int `json:"rounds"` // new ones
	Stops  int `json:"stops"`  // of these
	Joined int `json:"joined"` // schools whose things joined a stop that was there
}

// PlanRounds plans the rounds of a territory anew, within bounds: those that nobody has dated or packed are taken
// apart, and everything that waits for a school stands on one stop of one round again.
func (s *Service) PlanRounds(ctx context.Context, territory string, b Bounds) (Planned, error) {
	if err := authz.Check(ctx, EditOrders, authz.Territory(territory)); err != nil {
		return Planned{}, err
	}
	if err := b.check(); err != nil {
		return Planned{}, err
	}
	places, err := s.stock(ctx, territory)
	if err != nil {
		return Planned{}, err
	}
	var p Planned
	err = s.db.Update(ctx, func(ctx context.Context, tx *db.Tx) (err error) {
		if err := dissolve(ctx, tx, territory); err != nil {
			return err
		}
		p, err = s.planWaiting(ctx, tx, territory, places, b)
		return err
	})
	return p, err
}

func (b Bounds) check() error {
	var fields []errs.Field
	if b.Stops < 1 || b.Stops > 100 {
		fields = append(fields, errs.Field{Name: "stops", Key: "orders.rounds.error.stops"})
	}
	if b.Units < 1 || b.Units > mostQuantity {
		fields = append(fields, errs.Field{Name: "units", Key: "orders.rounds.error.units", Args: []any{"most", mostQuantity}})
	}
	if b.Kilometres < 0 || b.Kilometres > 500 {
		fields = append(fields, errs.Field{Name: "kilometres", Key: "orders.rounds.error.kilometres"})
	}
	return errs.OfFields(fields...)
}

// stock returns the places of a territory, its own stock under "".
func (s *Service) stock(ctx context.Context, territory string) (map[string]Place, error) {
	places, err := s.places(ctx, territory)
	if err != nil {
		return nil, err
	}
	t, err := s.directory.Territory(ctx, territory)
	if err != nil {
		return nil, err
	}
	places[""] = Place{Name: t.Name}
	return places, nil
}

// planWaiting puts every award that no delivery brings yet on a stop: the one that its school has already, as long
// as it was not packed, or a new one.
func (s *Service) planWaiting(ctx context.Context, tx *db.Tx, territory string, places map[string]Place, b Bounds) (Planned, error) {
	units, err := waiting(ctx, tx, territory)
	if err != nil || len(units) == 0 {
		return Planned{}, err
	}
	open, err := openStops(ctx, tx, territory)
	if err != nil {
		return Planned{}, err
	}
	stops := map[string]string{}
	var missing []Stop
	for _, school := range slices.Sorted(maps.Keys(units)) {
		if delivery, there := open[school]; there {
			stops[school] = delivery
			continue
		}
		place := places[school]
		place.School = school
		if place.Name == "" {
			place.Name = school
		}
		missing = append(missing, Stop{place, units[school]})
	}
	p := Planned{Joined: len(stops), Stops: len(missing)}
	for _, trip := range PlanTrips(missing, b) {
		if err := insertTrip(ctx, tx, territory, trip, func(school, delivery string) { stops[school] = delivery }); err != nil {
			return p, err
		}
		p.Rounds++
	}
	if err := assign(ctx, tx, territory, stops); err != nil {
		return p, err
	}
	return p, s.journal.Record(ctx, tx, journal.Fact{Territory: territory, Kind: FactRounds, Subject: territory, Data: toldRounds{p.Rounds, p.Stops}})
}
