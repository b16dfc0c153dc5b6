package orders

import (
	"context"

	"preau/internal/base/db"
)

// Award is how many of a line a school gets; School "" is the territory's own stock.
type Award struct {
	Line     int64  `json:"line"`
	School   string `json:"school"`
	Quantity int64  `json:"quantity"`
	Rank     int64  `json:"rank,omitempty"` // in the plan
	Delivery string `json:"delivery,omitempty"`
	Round    string `json:"round,omitempty"`
	// Name, Commune and RoundName are for people.
	Name      string `json:"name,omitempty"`
	Commune   string `json:"commune,omitempty"`
	RoundName string `json:"round_name,omitempty"`
	PlannedOn string `json:"planned_on,omitempty"`
}

const awardColumns = `w.line, w.school, w.quantity, w.place, w.delivery, COALESCE(d.round, ''), COALESCE(r.name, ''), COALESCE(r.planned_on, '')`

const awardFrom = ` FROM equip_award w LEFT JOIN equip_delivery d ON d.territory = w.territory AND d.id = w.delivery
	LEFT JOIN equip_round r ON r.territory = d.territory AND r.id = d.round `

func scanAward(row db.Scanner) (Award, error) {
	var a Award
	err := row.Scan(&a.Line, &a.School, &a.Quantity, &a.Rank, &a.Delivery, &a.Round, &a.RoundName, &a.PlannedOn)
	return a, err
}

// awardsOf returns the awards of an order, by line and rank.
func awardsOf(ctx context.Context, tx *db.Tx, o *Order) ([]Award, error) {
	return db.All(ctx, tx, scanAward, "SELECT "+awardColumns+awardFrom+"WHERE w.territory = ? AND w.order_id = ? ORDER BY w.line, w.place, w.school", o.Territory, o.ID)
}

func awardsOfLine(ctx context.Context, tx *db.Tx, o *Order, line int64) ([]Award, error) {
	return db.All(ctx, tx, scanAward, "SELECT "+awardColumns+awardFrom+"WHERE w.territory = ? AND w.order_id = ? AND w.line = ? ORDER BY w.place, w.school", o.Territory, o.ID, line)
}

// addAwards writes awards of an order.
func addAwards(ctx context.Context, tx *db.Tx, o *Order, list []Award) error {
	i := 0
	_, err := tx.Bulk(ctx, "equip_award", []string{"territory", "order_id", "line", "school", "quantity", "place", "delivery"}, func() ([]any, error) {
		if i == len(list) {
			return nil, nil
		}
		a := &list[i]
		i++
		return []any{o.Territory, o.ID, a.Line, a.School, a.Quantity, a.Rank, a.Delivery}, nil
	})
	return err
}
