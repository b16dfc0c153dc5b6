package loans

import (
	"context"

	"preau/internal/base/db"
	"preau/internal/territory/directory"
)

// Followed counts what became of the loans of pupils who moved.
type Followed struct {
	Moved int // to another class or school of the territory, with the device
	Asked int // out of the territory: the device is asked back
}

// Follow brings each loan to the class that its pupil is in today: within the territory the device goes along, and its school becomes the new one. A pupil who is
// in no class any more has left: the device is asked back, once, outside the holidays. Run twice, it changes nothing more.
func (s *Service) Follow(ctx context.Context) (Followed, error) {
	ctx = inside(ctx)
	var out Followed
	var list []Loan
	err := s.db.View(ctx, func(ctx context.Context, tx *db.Tx) error {
		var err error
		list, err = db.All(ctx, tx, scan, "SELECT "+columns+" FROM lend_loan l WHERE l.state = 'out' ORDER BY l.territory, l.id LIMIT ?", everywhere)
		return err
	})
	if err != nil {
		return out, err
	}
	byTerritory := map[string][]string{}
	for _, l := range list {
		byTerritory[l.Territory] = append(byTerritory[l.Territory], l.Pupil)
	}
	for territory, persons := range byTerritory {
		places, err := s.directory.PupilsByID(ctx, territory, persons)
		if err != nil {
			return out, err
		}
		// A roster that is not imported yet shows nobody: then nobody has left.
		if len(places) == 0 {
			continue
		}
		for _, l := range list {
			if l.Territory != territory {
				continue
			}
			place, here := places[l.Pupil]
			if here && string(place.School) == l.School && place.Class == l.Class && l.AskedAt == 0 {
				continue
			}
			if err := s.follow(ctx, l.ID, place, here, &out); err != nil {
				return out, err
			}
		}
	}
	return out, nil
}

func (s *Service) follow(ctx context.Context, id string, place directory.PupilPlace, here bool, out *Followed) error {
	moved, asked := 0, 0
	err := s.db.Update(ctx, func(ctx context.Context, tx *db.Tx) error {
		moved, asked = 0, 0
		l, err := byID(ctx, tx, id)
		if err != nil || l.State != Out {
			return err
		}
		if !here {
			holidays, err := holidaysOf(ctx, tx, l.Territory)
			if err != nil || l.AskedAt != 0 || !SchoolDay(s.today(), holidays) {
				return err
			}
			l.AskedAt, asked = tx.Now(), 1
			if err := save(ctx, tx, &l); err != nil {
				return err
			}
			return s.record(ctx, tx, FactReturnAsked, &l, l.use(0, 0))
		}
		moved = 1
		return s.arrive(ctx, tx, &l, place)
	})
	out.Moved, out.Asked = out.Moved+moved, out.Asked+asked
	return err
}

// arrive brings a loan, and its device with it, to the pupil's new class.
func (s *Service) arrive(ctx context.Context, tx *db.Tx, l *Loan, place directory.PupilPlace) error {
	old := *l
	l.School, l.Class, l.AskedAt = string(place.School), place.Class, 0
	if err := save(ctx, tx, l); err != nil {
		return err
	}
	if old.School == l.School && old.Class == l.Class { // back before the device was
		return nil
	}
	if old.School != l.School {
		if err := s.assets.Move(ctx, tx, l.Territory, l.Asset, l.School, l.ID); err != nil {
			return err
		}
		if _, err := tx.Exec(ctx, "UPDATE lend_agreement SET school = ?, class = ?, version = version + 1 WHERE territory = ? AND id = ?", l.School, l.Class, l.Territory, l.Agreement); err != nil {
			return err
		}
	}
	devices := flag(l.Counts)
	if err := s.record(ctx, tx, FactLeft, &old, old.use(-devices, 0)); err != nil {
		return err
	}
	return s.record(ctx, tx, FactArrived, l, l.use(devices, 0))
}
