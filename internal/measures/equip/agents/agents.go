// Package agents listens to inventory agents (GLPI Agent, FusionInventory Agent): a computer tells that it still
// works, and what it is. Of all that an agent sends, five facts about the machine are read; who uses it, what runs
// on it and where it stands in a network are never kept.
package agents

import (
	"context"
	"crypto/rand"
	"crypto/sha256"
	"encoding/base64"
	"encoding/hex"
	"encoding/json"
	"errors"
	"strings"

	"preau/internal/base/authz"
	"preau/internal/base/db"
	"preau/internal/base/errs"
	"preau/internal/base/journal"
	"preau/internal/measures/equip/assets"
)

// Key is a secret address of a territory to which its agents report. Times are ms UTC, 0 never.
type Key struct {
	Territory, ID, Name string
	CreatedAt           int64
	UsedAt              int64
	RevokedAt           int64
}

// Unknown is a machine that reported and that no asset bears the serial number of.
type Unknown struct {
	Territory, Serial string
	Facts             Machine
	SeenAt            int64
}

// Service is what can be done with agents.
type Service struct {
	db      *db.DB
	journal assets.Recorder
	keeper  assets.Keeper
}

// New returns the service.
func New(d *db.DB, j assets.Recorder) *Service {
	return &Service{db: d, journal: j, keeper: assets.Keeper{Journal: j}}
}

const (
	maxKeys     = 20 // of a territory, revoked ones apart
	maxName     = 60
	maxUnknowns = 200 // shown; the newest
)

func hashOf(secret string) string {
	h := sha256.Sum256([]byte(secret))
	return hex.EncodeToString(h[:])
}

// Keys returns the keys of one's territories that are not revoked, by territory and name.
func (s *Service) Keys(ctx context.Context) ([]Key, error) {
	scopes, err := authz.Scopes(ctx, ManageAgents)
	if err != nil {
		return nil, err
	}
	where, args := authz.Filter(scopes, "territory", "", "")
	var list []Key
	err = s.db.View(ctx, func(ctx context.Context, tx *db.Tx) error {
		list, err = db.All(ctx, tx, scanKey, "SELECT territory, id, name, created_at, COALESCE(used_at, 0), COALESCE(revoked_at, 0) FROM equip_agent_key WHERE revoked_at IS NULL AND "+
			where+" ORDER BY territory, name, id", args...)
		return err
	})
	return list, err
}

func scanKey(row db.Scanner) (Key, error) {
	var k Key
	err := row.Scan(&k.Territory, &k.ID, &k.Name, &k.CreatedAt, &k.UsedAt, &k.RevokedAt)
	return k, err
}

// AddKey makes a key and returns its secret, which is shown once and never kept. It returns Invalid without a
// name, Conflict when the territory has many.
func (s *Service) AddKey(ctx context.Context, territory, name string) (secret string, err error) {
	if err := authz.Check(ctx, ManageAgents, authz.Territory(territory)); err != nil {
		return "", err
	}
	name = strings.Join(strings.Fields(name), " ")
	if name == "" || len([]rune(name)) > maxName {
		return "", errs.OfFields(errs.Field{Name: "name", Key: "agents.key.name", Args: []any{"max", maxName}})
	}
	random := make([]byte, 24)
	if _, err := rand.Read(random); err != nil {
		return "", err
	}
	secret = base64.RawURLEncoding.EncodeToString(random)
	return secret, s.db.Update(ctx, func(ctx context.Context, tx *db.Tx) error {
		n, err := db.One(ctx, tx, db.Value[int], "SELECT COUNT(*) FROM equip_agent_key WHERE territory = ? AND revoked_at IS NULL", territory)
		if err != nil {
			return err
		}
		if n >= maxKeys {
			return errs.NewConflict("agents.key.many", "max", maxKeys)
		}
		id := tx.NewID()
		if _, err := tx.Exec(ctx, "INSERT INTO equip_agent_key (territory, id, name, hash, created_at) VALUES (?, ?, ?, ?, ?)", territory, id, name, hashOf(secret), tx.Now()); err != nil {
			return err
		}
		return s.journal.Record(ctx, tx, journal.Fact{Territory: territory, Kind: FactKeyAdded, Subject: id, Data: struct{}{}})
	})
}

// RevokeKey closes an address at once. Revoking twice is revoking once.
func (s *Service) RevokeKey(ctx context.Context, territory, id string) error {
	if err := authz.Check(ctx, ManageAgents, authz.Territory(territory)); err != nil {
		return err
	}
	return s.db.Update(ctx, func(ctx context.Context, tx *db.Tx) error {
		changed, err := tx.Exec(ctx, "UPDATE equip_agent_key SET revoked_at = ? WHERE territory = ? AND id = ? AND revoked_at IS NULL", tx.Now(), territory, id)
		if err != nil || changed == 0 {
			return err
		}
		return s.journal.Record(ctx, tx, journal.Fact{Territory: territory, Kind: FactKeyRevoked, Subject: id, Data: struct{}{}})
	})
}

// Open returns the territory of a secret address, NotFound when it is none or was revoked.
func (s *Service) Open(ctx context.Context, secret string) (territory string, err error) {
	err = s.db.View(db.Everywhere(ctx), func(ctx context.Context, tx *db.Tx) error {
		territory, err = db.One(ctx, tx, db.Value[string], "SELECT territory FROM equip_agent_key WHERE hash = ? AND revoked_at IS NULL", hashOf(secret))
		return err
	})
	if db.IsNotFound(err) {
		return "", errs.NewNotFound("agents.key.unknown")
	}
	return territory, err
}

// Report stores what a machine told at a secret address. A machine without an asset is kept apart, under its serial number.
func (s *Service) Report(ctx context.Context, secret string, m Machine) error {
	territory, err := s.Open(ctx, secret)
	if err != nil {
		return err
	}
	if m.Serial == "" {
		return errs.NewInvalid("agents.report.serial")
	}
	facts, err := json.Marshal(m.told())
	if err != nil {
		return err
	}
	return s.db.Update(db.WithTerritories(ctx, territory), func(ctx context.Context, tx *db.Tx) error {
		if _, err := tx.Exec(ctx, "UPDATE equip_agent_key SET used_at = ? WHERE territory = ? AND hash = ?", tx.Now(), territory, hashOf(secret)); err != nil {
			return err
		}
		a, err := assets.BySerial(ctx, tx, territory, m.Serial)
		if e, ok := errors.AsType[*errs.Error](err); ok && (e.Kind == errs.NotFound || e.Kind == errs.Conflict) {
			_, err := tx.Exec(ctx, `INSERT INTO equip_agent_unknown (territory, serial, facts, seen_at) VALUES (?, ?, ?, ?)
				ON CONFLICT (territory, serial) DO UPDATE SET facts = excluded.facts, seen_at = excluded.seen_at`, territory, m.Serial, string(facts), tx.Now())
			return err
		}
		if err != nil {
			return err
		}
		if _, err := tx.Exec(ctx, "DELETE FROM equip_agent_unknown WHERE territory = ? AND serial = ?", territory, m.Serial); err != nil {
			return err
		}
		return s.keeper.Seen(ctx, tx, &a, string(facts))
	})
}

// Unknowns returns the machines that reported and that no asset bears the serial number of, the newest first.
func (s *Service) Unknowns(ctx context.Context) ([]Unknown, error) {
	scopes, err := authz.Scopes(ctx, ManageAgents)
	if err != nil {
		return nil, err
	}
	where, args := authz.Filter(scopes, "territory", "", "")
	var list []Unknown
	err = s.db.View(ctx, func(ctx context.Context, tx *db.Tx) error {
		list, err = db.All(ctx, tx, func(row db.Scanner) (Unknown, error) {
			var u Unknown
			var facts string
			if err := row.Scan(&u.Territory, &u.Serial, &facts, &u.SeenAt); err != nil {
				return u, err
			}
			return u, json.Unmarshal([]byte(facts), &u.Facts)
		}, "SELECT territory, serial, facts, seen_at FROM equip_agent_unknown WHERE "+where+" ORDER BY seen_at DESC, serial LIMIT ?", append(args, maxUnknowns)...)
		return err
	})
	return list, err
}

// Forget removes a machine from those that no asset stands for; it comes back when it reports again.
func (s *Service) Forget(ctx context.Context, territory, serial string) error {
	if err := authz.Check(ctx, ManageAgents, authz.Territory(territory)); err != nil {
		return err
	}
	return s.db.Update(ctx, func(ctx context.Context, tx *db.Tx) error {
		_, err := tx.Exec(ctx, "DELETE FROM equip_agent_unknown WHERE territory = ? AND serial = ?", territory, serial)
		return err
	})
}
