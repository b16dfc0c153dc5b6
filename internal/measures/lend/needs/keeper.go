package needs

import (
	"context"

	"preau/internal/base/db"
)

// Keeper answers for what the part keeps about a person.
type Keeper struct{ Rule *Rule }

// Name names the part in a person's export.
func (Keeper) Name() string { return "lend.needs" }

// ExportPerson returns the nominations of a pupil, with the answers and the points: they are the pupil's own.
func (k Keeper) ExportPerson(ctx context.Context, tx *db.Tx, territory, person string) (any, error) {
	type row struct {
		School  string            `json:"school"`
		Year    string            `json:"year"`
		State   State             `json:"state"`
		Reason  string            `json:"reason,omitempty"`
		Appeal  Appeal            `json:"appeal,omitempty"`
		Answers map[string]Answer `json:"answers"`
		Points  int               `json:"points"`
	}
	found, err := db.All(ctx, tx, (&Service{rule: k.Rule}).scan, "SELECT "+nominationColumns+" FROM lend_nomination WHERE territory = ? AND pupil = ? ORDER BY year", territory, person)
	if err != nil || len(found) == 0 {
		return nil, err
	}
	rows := make([]row, len(found))
	for i, n := range found {
		rows[i] = row{n.School, n.Year, n.State, n.Reason, n.Appeal, n.Answers, Total(k.Rule.Give(n.Answers))}
	}
	return rows, nil
}

// ErasePerson removes the nominations of a pupil; the facts about them stay, of nobody.
func (Keeper) ErasePerson(ctx context.Context, tx *db.Tx, territory, person string) error {
	_, err := tx.Exec(ctx, "DELETE FROM lend_nomination WHERE territory = ? AND pupil = ?", territory, person)
	return err
}
