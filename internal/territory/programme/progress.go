package programme

import (
	"context"
	"encoding/json"
	"fmt"

	"preau/internal/base/db"
	"preau/internal/base/journal"
)

// Projection keeps programme_progress from the facts of plans and measures.
type Projection struct{}

// Name returns the projection's name.
func (Projection) Name() string { return "programme" }

// Kinds returns the kinds of fact that it listens to.
func (Projection) Kinds() []string { return append([]string{FactPlanAdopted}, DoneKinds...) }

// Tables names the tables that follow from the facts alone.
func (Projection) Tables() []string { return []string{"programme_progress"} }

// Reset empties the table.
func (Projection) Reset(ctx context.Context, tx *db.Tx) error {
	_, err := tx.Exec(ctx, "DELETE FROM programme_progress")
	return err
}

// Adopted is the data of FactPlanAdopted: what the plan holds for the fact's territory.
type Adopted struct {
	Programme string           `json:"programme"`
	SHA256    string           `json:"sha256"`
	Measures  []AdoptedMeasure `json:"measures"`
}

// AdoptedMeasure is one measure of an adopted plan in one territory.
type AdoptedMeasure struct {
	ID        string `json:"id"`
	Target    int64  `json:"target"`
	Planned   int64  `json:"planned"`
	CostCents int64  `json:"cost_cents"`
}

// Apply brings the table up to date with one fact.
func (Projection) Apply(ctx context.Context, tx *db.Tx, e journal.Entry) error {
	if e.Kind == FactPlanAdopted {
		return applyAdopted(ctx, tx, e)
	}
	var done struct {
		Measure  string `json:"measure"`
		Quantity *int64 `json:"quantity"`
	}
	if err := json.Unmarshal(e.Data, &done); err != nil {
		return fmt.Errorf("programme: fact %s: %w", e.ID, err)
	}
	if done.Measure == "" {
		return nil
	}
	one := int64(1)
	if done.Quantity == nil {
		done.Quantity = &one
	}
	_, err := tx.Exec(ctx, `INSERT INTO programme_progress (territory, measure, done) VALUES (?, ?, ?)
		ON CONFLICT (territory, measure) DO UPDATE SET done = programme_progress.done + excluded.done`, e.Territory, done.Measure, *done.Quantity)
	return err
}

// applyAdopted takes the plan in the place of the one before.
func applyAdopted(ctx context.Context, tx *db.Tx, e journal.Entry) error {
	var adopted Adopted
	if err := json.Unmarshal(e.Data, &adopted); err != nil {
		return fmt.Errorf("programme: fact %s: %w", e.ID, err)
	}
	if _, err := tx.Exec(ctx, "UPDATE programme_progress SET target = 0, planned = 0, planned_cents = 0 WHERE territory = ?", e.Territory); err != nil {
		return err
	}
	for _, m := range adopted.Measures {
		if _, err := tx.Exec(ctx, `INSERT INTO programme_progress (territory, measure, target, planned, planned_cents) VALUES (?, ?, ?, ?, ?)
			ON CONFLICT (territory, measure) DO UPDATE SET target = excluded.target, planned = excluded.planned, planned_cents = excluded.planned_cents`,
			e.Territory, m.ID, m.Target, m.Planned, m.CostCents); err != nil {
			return err
		}
	}
	return nil
}
