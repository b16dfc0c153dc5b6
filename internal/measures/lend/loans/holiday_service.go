package loans

import (
	"context"

	"preau/internal/base/authz"
	"preau/internal/base/db"
	"preau/internal/base/journal"
	"preau/internal/base/tabular"
)

// Holidays returns the school holidays of the territories whose holidays this person writes, by territory.
func (s *Service) Holidays(ctx context.Context) (map[string][]Holiday, error) {
	scopes, err := authz.Scopes(ctx, EditHolidays)
	if err != nil {
		return nil, err
	}
	out := map[string][]Holiday{}
	err = s.db.View(ctx, func(ctx context.Context, tx *db.Tx) error {
		for _, scope := range scopes {
			if scope.Territory == "" || scope.School != "" {
				continue
			}
			if out[scope.Territory], err = holidaysOf(ctx, tx, scope.Territory); err != nil {
				return err
			}
		}
		return nil
	})
	return out, err
}

// ImportHolidays takes the holidays of a calendar in the place of those of the same school years, and brings the due dates of what is out
// that now lie in one to a school day. It returns how many holidays there are and how many loans moved; NotFound, or Invalid.
func (s *Service) ImportHolidays(ctx context.Context, territory string, src tabular.Source, zone string) (holidays, moved int, err error) {
	if err := authz.Check(ctx, EditHolidays, authz.Territory(territory)); err != nil {
		return 0, 0, err
	}
	list, err := ReadCalendar(src, zone)
	if err != nil {
		return 0, 0, err
	}
	err = s.db.Update(ctx, func(ctx context.Context, tx *db.Tx) error {
		moved = 0
		byYear := map[string]int64{}
		for _, h := range list {
			if byYear[h.Year] == 0 {
				if _, err := tx.Exec(ctx, "DELETE FROM lend_holiday WHERE territory = ? AND year = ?", territory, h.Year); err != nil {
					return err
				}
			}
			byYear[h.Year]++
			if _, err := tx.Exec(ctx, `INSERT INTO lend_holiday (territory, year, name, first_day, last_day) VALUES (?, ?, ?, ?, ?)
				ON CONFLICT (territory, year, first_day) DO UPDATE SET name = excluded.name, last_day = excluded.last_day`, territory, h.Year, h.Name, h.First, h.Last); err != nil {
				return err
			}
		}
		for year, n := range byYear {
			if err := s.journal.Record(ctx, tx, journal.Fact{Territory: territory, Kind: FactHolidays, Subject: territory + " " + year, Data: Counted{Year: year, N: n}}); err != nil {
				return err
			}
		}
		moved, err = moveDue(ctx, tx, territory)
		return err
	})
	return len(list), moved, err
}

// moveDue brings due dates out of the holidays.
func moveDue(ctx context.Context, tx *db.Tx, territory string) (int, error) {
	holidays, err := holidaysOf(ctx, tx, territory)
	if err != nil {
		return 0, err
	}
	days, err := db.All(ctx, tx, db.Value[string], "SELECT DISTINCT due_on FROM lend_loan WHERE territory = ? AND state = 'out'", territory)
	if err != nil {
		return 0, err
	}
	moved := int64(0)
	for _, d := range days {
		to := DueOn(d, holidays)
		if to == d {
			continue
		}
		n, err := tx.Exec(ctx, "UPDATE lend_loan SET due_on = ?, version = version + 1 WHERE territory = ? AND state = 'out' AND due_on = ?", to, territory, d)
		if err != nil {
			return 0, err
		}
		moved += n
	}
	return int(moved), nil
}
