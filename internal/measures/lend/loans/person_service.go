package loans

import (
	"context"

	"preau/internal/base/db"
	"preau/internal/base/files"
)

// kept is what the directory exports of a person.
type kept struct {
	Code       string `json:"code"`
	Model      string `json:"model"`
	HandedOn   string `json:"handed_on"`
	DueOn      string `json:"due_on"`
	ReturnedOn string `json:"returned_on,omitempty"`
	State      State  `json:"state"`
	ConditionO string `json:"note_at_handover,omitempty"`
	ConditionI string `json:"note_at_return,omitempty"`
	Statements []any  `json:"claims,omitempty"`
}

// Keeper hands over and erases what loans keep about a person.
type Keeper struct{}

// Name names the room in the export of a person.
func (Keeper) Name() string { return "lend.loans" }

// ExportPerson returns the person's loans with what was stated about them.
func (Keeper) ExportPerson(ctx context.Context, tx *db.Tx, territory, person string) (any, error) {
	list, err := db.All(ctx, tx, scan, "SELECT "+columns+" FROM lend_loan l WHERE l.territory = ? AND l.pupil = ? ORDER BY l.handed_at", territory, person)
	if err != nil || len(list) == 0 {
		return nil, err
	}
	out := make([]kept, len(list))
	for i, l := range list {
		out[i] = kept{Code: l.Code, Model: l.Name, HandedOn: day(l.HandedAt), DueOn: l.DueOn, State: l.State, ConditionO: l.Out.Note, ConditionI: l.In.Note}
		if l.ReturnedAt != 0 {
			out[i].ReturnedOn = day(l.ReturnedAt)
		}
		claims, err := claimsOf(ctx, tx, territory, l.ID)
		if err != nil {
			return nil, err
		}
		for _, c := range claims {
			out[i].Statements = append(out[i].Statements, map[string]any{"kind": c.Kind, "happened_on": c.HappenedOn, "statement": c.Statement, "report": c.Report, "state": c.State, "charge_cents": c.ChargeCents})
		}
	}
	return out, nil
}

// ErasePerson removes photos, notes, statements and reminders: that a device was lent to somebody stays, not what they said.
func (Keeper) ErasePerson(ctx context.Context, tx *db.Tx, territory, person string) error {
	list, err := db.All(ctx, tx, scan, "SELECT "+columns+" FROM lend_loan l WHERE l.territory = ? AND l.pupil = ?", territory, person)
	if err != nil {
		return err
	}
	for _, l := range list {
		claims, err := claimsOf(ctx, tx, territory, l.ID)
		if err != nil {
			return err
		}
		photos := []string{l.PhotoOut, l.PhotoIn}
		for _, c := range claims {
			photos = append(photos, c.Photo)
		}
		for _, id := range photos {
			if id == "" {
				continue
			}
			if err := files.Remove(ctx, tx, territory, room, id); err != nil {
				return err
			}
		}
		l.Out.Note, l.In.Note = "", ""
		in := ""
		if l.ReturnedAt != 0 {
			in = l.In.encode()
		}
		if _, err := tx.Exec(ctx, "UPDATE lend_loan SET photo_out = '', photo_in = '', condition_out = ?, condition_in = ?, version = version + 1 WHERE territory = ? AND id = ?", l.Out.encode(), in, territory, l.ID); err != nil {
			return err
		}
		if _, err := tx.Exec(ctx, "UPDATE lend_claim SET statement = '', report = '', reason = '', photo = '', version = version + 1 WHERE territory = ? AND loan = ?", territory, l.ID); err != nil {
			return err
		}
	}
	_, err = tx.Exec(ctx, "DELETE FROM lend_reminder WHERE territory = ? AND (guardian = ? OR pupil = ?)", territory, person, person)
	return err
}
