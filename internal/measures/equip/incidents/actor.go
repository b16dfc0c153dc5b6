package incidents

import (
	"context"
	"strings"

	"preau/internal/base/authz"
	"preau/internal/base/db"
	"preau/internal/base/errs"
	"preau/internal/measures/equip/assets"
)

// Rule says who acts: for a kind of model and a custodian, each "" for any. The most precise rule wins: kind and custodian, then
// custodian, then kind, then neither.
type Rule struct {
	Territory       string
	Kind, Custodian string
	Actor           string
	Email           string // of a service, for its digest
}

const maxText = 120

// actorOf returns who must act for an asset: "" when no rule says so, which is the territory's own team.
func actorOf(ctx context.Context, tx *db.Tx, a *assets.Asset) (string, error) {
	actor, err := db.One(ctx, tx, db.Value[string], `SELECT actor FROM equip_actor WHERE territory = ? AND kind IN ('', ?) AND custodian IN ('', ?)
		ORDER BY CASE WHEN custodian = '' THEN 1 ELSE 0 END, CASE WHEN kind = '' THEN 1 ELSE 0 END LIMIT 1`, a.Territory, a.Kind, a.Custodian)
	if db.IsNotFound(err) {
		return "", nil
	}
	return actor, err
}

func scanRule(row db.Scanner) (Rule, error) {
	var r Rule
	err := row.Scan(&r.Territory, &r.Kind, &r.Custodian, &r.Actor, &r.Email)
	return r, err
}

// Rules returns who acts in one's territories.
func (s *Service) Rules(ctx context.Context) ([]Rule, error) {
	scopes, err := authz.Scopes(ctx, Assign)
	if err != nil {
		return nil, err
	}
	where, args := authz.Filter(scopes, "territory", "", "")
	var list []Rule
	err = s.db.View(ctx, func(ctx context.Context, tx *db.Tx) error {
		list, err = db.All(ctx, tx, scanRule, "SELECT territory, kind, custodian, actor, email FROM equip_actor WHERE "+where+" ORDER BY territory, custodian, kind", args...)
		return err
	})
	return list, err
}

// SetRule says who acts for a kind and a custodian; an empty actor removes the rule. It returns Invalid for an address that is none.
func (s *Service) SetRule(ctx context.Context, r Rule) error {
	if err := authz.Check(ctx, Assign, authz.Territory(r.Territory)); err != nil {
		return err
	}
	for _, text := range []*string{&r.Kind, &r.Custodian, &r.Actor, &r.Email} {
		*text = strings.Join(strings.Fields(*text), " ")
		if len([]rune(*text)) > maxText {
			return errs.OfFields(errs.Field{Name: "actor", Key: "incidents.rule.long", Args: []any{"max", maxText}})
		}
	}
	if r.Email != "" && (!strings.Contains(r.Email, "@") || strings.ContainsAny(r.Email, " ,;<>")) {
		return errs.OfFields(errs.Field{Name: "email", Key: "incidents.rule.email"})
	}
	return s.db.Update(ctx, func(ctx context.Context, tx *db.Tx) error {
		if r.Actor == "" {
			_, err := tx.Exec(ctx, "DELETE FROM equip_actor WHERE territory = ? AND kind = ? AND custodian = ?", r.Territory, r.Kind, r.Custodian)
			return err
		}
		_, err := tx.Exec(ctx, `INSERT INTO equip_actor (territory, kind, custodian, actor, email) VALUES (?, ?, ?, ?, ?)
			ON CONFLICT (territory, kind, custodian) DO UPDATE SET actor = excluded.actor, email = excluded.email`, r.Territory, r.Kind, r.Custodian, r.Actor, r.Email)
		return err
	})
}
