package agreements

import (
	"context"

	"preau/internal/base/db"
	"preau/internal/base/files"
)

// Keeper answers for what the part keeps about a person.
type Keeper struct{}

// Name names the part in a person's export.
func (Keeper) Name() string { return "lend.agreements" }

const ofPerson = "territory = ? AND (pupil = ? OR signed_by = ? OR second_by = ?)"

// ExportPerson returns the agreements of a pupil, and those that a guardian signed. The documents are handed out on the
// family's page.
func (Keeper) ExportPerson(ctx context.Context, tx *db.Tx, territory, person string) (any, error) {
	type row struct {
		Code     string `json:"code"`
		School   string `json:"school"`
		Year     string `json:"year"`
		State    State  `json:"state"`
		Language string `json:"language"`
		Due      string `json:"due"`
		SignedAt int64  `json:"signed_at,omitempty"`
		SHA256   string `json:"sha256,omitempty"`
	}
	found, err := list(ctx, tx, Filter{}, ofPerson, []any{territory, person, person, person})
	if err != nil || len(found) == 0 {
		return nil, err
	}
	rows := make([]row, len(found))
	for i, a := range found {
		rows[i] = row{a.Code, a.School, a.Year, a.State, a.Language, a.DueOn, a.SignedAt, a.SHA256}
	}
	return rows, nil
}

// ErasePerson removes the drawings and the documents of a pupil's agreements, and who signed. The agreement stays with its
// sum: a device was lent under it.
func (Keeper) ErasePerson(ctx context.Context, tx *db.Tx, territory, person string) error {
	found, err := list(ctx, tx, Filter{}, ofPerson, []any{territory, person, person, person})
	if err != nil {
		return err
	}
	for _, a := range found {
		if a.Pupil == person {
			for _, id := range []string{a.Signature, a.Second, a.Document} {
				if id == "" {
					continue
				}
				if err := files.Remove(ctx, tx, territory, room, id); err != nil {
					return err
				}
			}
			a.Signature, a.Second, a.Document, a.SignedBy, a.SecondBy = "", "", "", "", ""
		}
		if a.SignedBy == person {
			a.SignedBy = ""
		}
		if a.SecondBy == person {
			a.SecondBy = ""
		}
		if err := update(ctx, tx, a); err != nil {
			return err
		}
	}
	return nil
}
