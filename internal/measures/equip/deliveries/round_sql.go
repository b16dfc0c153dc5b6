package deliveries

import (
	"context"

	"preau/internal/base/authz"
	"preau/internal/base/db"
	"preau/internal/base/errs"
)

const roundColumns = `r.territory, r.id, r.name, r.commune, r.planned_on, r.state, r.created_at,
	(SELECT COUNT(*) FROM equip_delivery d WHERE d.territory = r.territory AND d.round = r.id),
	(SELECT COUNT(*) FROM equip_delivery d JOIN equip_asset a ON a.territory = d.territory AND a.delivery = d.id AND LENGTH(a.parent) = 0
		WHERE d.territory = r.territory AND d.round = r.id),
	(SELECT COUNT(*) FROM equip_delivery d WHERE d.territory = r.territory AND d.round = r.id AND d.state IN ('partial', 'received', 'signed'))`

func scanRound(row db.Scanner) (Round, error) {
	var r Round
	err := row.Scan(&r.Territory, &r.ID, &r.Name, &r.CommuneCode, &r.PlannedOn, &r.State, &r.CreatedAt, &r.Stops, &r.Items, &r.Received)
	return r, err
}

func roundOf(ctx context.Context, tx *db.Tx, id string) (Round, error) {
	r, err := db.One(ctx, tx, scanRound, "SELECT "+roundColumns+" FROM equip_round r WHERE r.id = ?", id)
	if db.IsNotFound(err) {
		return r, errs.NewNotFound("deliveries.round.not_found")
	}
	return r, err
}

// RoundFilter narrows a list of rounds down.
type RoundFilter struct {
	Territory  string
	State      RoundState
	Page, Size int
}

// roundCondition keeps the rounds that stop at a school of the scopes.
func roundCondition(scopes []authz.Scope, f RoundFilter) (string, []any) {
	where, args := authz.Filter(scopes, "d.territory", "d.school", "")
	where = "EXISTS (SELECT 1 FROM equip_delivery d WHERE d.territory = r.territory AND d.round = r.id AND " + where + ")"
	if f.Territory != "" {
		where, args = where+" AND r.territory = ?", append(args, f.Territory)
	}
	if f.State != "" {
		where, args = where+" AND r.state = ?", append(args, string(f.State))
	}
	return where, args
}

func rounds(ctx context.Context, tx *db.Tx, scopes []authz.Scope, f RoundFilter) ([]Round, int, error) {
	where, args := roundCondition(scopes, f)
	total, err := db.One(ctx, tx, db.Value[int], "SELECT COUNT(*) FROM equip_round r WHERE "+where, args...)
	if err != nil {
		return nil, 0, err
	}
	list, err := db.All(ctx, tx, scanRound, "SELECT "+roundColumns+" FROM equip_round r WHERE "+where+
		" ORDER BY CASE WHEN r.state = 'done' THEN 1 ELSE 0 END, CASE WHEN r.planned_on = '' THEN 1 ELSE 0 END, r.planned_on, r.name, r.id LIMIT ? OFFSET ?",
		append(args, f.Size, (f.Page-1)*f.Size)...)
	return list, total, err
}

func setRoundState(ctx context.Context, tx *db.Tx, r *Round, state RoundState) error {
	_, err := tx.Exec(ctx, "UPDATE equip_round SET state = ? WHERE territory = ? AND id = ?", string(state), r.Territory, r.ID)
	if err != nil {
		return err
	}
	// The stops leave and come back with their van, those that were received already apart.
	from, to := Planned, UnderWay
	if state != RoundUnderWay {
		from, to = UnderWay, Planned
	}
	if state == RoundDone {
		return nil
	}
	_, err = tx.Exec(ctx, "UPDATE equip_delivery SET state = ?, version = version + 1 WHERE territory = ? AND round = ? AND state = ?", string(to), r.Territory, r.ID, string(from))
	return err
}
