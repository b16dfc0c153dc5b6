package intake

import (
	"context"
	"slices"

	"preau/internal/base/journal"
)

// FactImported tells that a file changed, or confirmed, the directory of a territory.
const FactImported = "directory.imported"

// Facts lists the kinds of fact that imports record.
var Facts = []string{FactImported}

// Imported is the data of FactImported.
type Imported struct {
	Import   string `json:"import"`
	Kind     Kind   `json:"kind"`
	Layout   string `json:"layout"`
	Source   string `json:"source"`
	Read     int    `json:"read"`
	Created  int    `json:"created"`
	Updated  int    `json:"updated"`
	Same     int    `json:"unchanged"`
	Merged   int    `json:"merged"`
	Closed   int    `json:"closed"`
	Rejected int    `json:"rejected"`
	Inferred int    `json:"inferred,omitempty"`
}

// recordFacts records one fact a territory that the file tells of.
func (j *job) recordFacts(ctx context.Context) error {
	territories := make([]string, 0, len(j.tallies))
	for code := range j.tallies {
		if code != "" {
			territories = append(territories, code)
		}
	}
	slices.Sort(territories)
	for _, code := range territories {
		c := j.tallies[code]
		fact := journal.Fact{Territory: code, Kind: FactImported, Subject: j.ID, Data: Imported{
			Import: j.ID, Kind: j.kind, Layout: j.report.Layout, Source: j.source.ID,
			Read: c.Read, Created: c.Created, Updated: c.Updated, Same: c.Unchanged, Merged: c.Merged, Closed: c.Closed,
			Rejected: c.Rejected, Inferred: c.Inferred,
		}}
		if j.kind == Roster {
			fact.School = string(j.school.uai)
		}
		if err := j.s.journal.Record(ctx, j.tx, fact); err != nil {
			return err
		}
	}
	return nil
}
