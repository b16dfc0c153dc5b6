// Package journal keeps what happened: facts, appended in the transaction of the change that they tell of.
//
// Projections are brought up to date in that same transaction and can be rebuilt from the facts alone.
// Facts are sealed in a hash chain per territory, keyed with the installation's secret, so that a change
// made behind the program's back is found by Verify.
package journal

import (
	"context"
	"embed"
	"encoding/json"
	"fmt"
	"slices"

	"preau/internal/base/authz"
	"preau/internal/base/db"
)

//go:embed migrations/*.sql
var migrations embed.FS

// Migrations are the journal's tables.
var Migrations = db.Migrations{Room: "journal", FS: migrations}

// Read is the permission to read the journal of a scope.
const Read authz.Permission = "journal.read"

// Permissions says who reads the journal.
var Permissions = authz.Policy{
	Read: {authz.NationalPilot, authz.TerritoryLead, authz.DPO, authz.Admin},
}

// Fact is something that happened, as a room records it. Data is marshalled to JSON and must hold no
// personal data: opaque identifiers and counts only.
type Fact struct {
	Territory, School, Class string
	Kind                     string // room.noun.verb, in the past
	Subject                  string
	Data                     any
}

// Entry is a fact as it is kept.
type Entry struct {
	ID                       string
	At                       int64 // ms since 1970, UTC
	Territory, School, Class string
	Kind, Subject            string
	Account, Role            string
	Data                     json.RawMessage

	mac string
}

// Projection is a table that a room derives from facts.
type Projection interface {
	Name() string
	Kinds() []string
	// Tables names the tables that it keeps.
	Tables() []string
	// Reset empties the table before a rebuild.
	Reset(ctx context.Context, tx *db.Tx) error
	// Apply brings the table up to date with one fact.
	Apply(ctx context.Context, tx *db.Tx, e Entry) error
}

// Journal records, reads, seals and verifies facts.
type Journal struct {
	db          *db.DB
	key         []byte
	projections []Projection
}

// New returns the journal of a database. The key is the installation's secret: without it nobody can
// forge a seal.
func New(d *db.DB, key []byte, projections ...Projection) *Journal {
	return &Journal{db: d, key: key, projections: projections}
}

// Project adds projections; app calls it before the first fact.
func (j *Journal) Project(projections ...Projection) {
	j.projections = append(j.projections, projections...)
}

// Record appends a fact and applies the projections, in the transaction of the change.
func (j *Journal) Record(ctx context.Context, tx *db.Tx, f Fact) error {
	data, err := json.Marshal(f.Data)
	if err != nil {
		return fmt.Errorf("journal: %s: %w", f.Kind, err)
	}
	p := authz.From(ctx)
	e := Entry{ID: tx.NewID(), At: tx.Now(), Territory: f.Territory, School: f.School, Class: f.Class,
		Kind: f.Kind, Subject: f.Subject, Account: p.Account, Role: string(p.Role), Data: data}
	e.mac = j.macOf(e)
	if _, err := tx.Exec(ctx, `INSERT INTO journal_fact (territory, id, at, kind, school, class, subject, account, role, data, mac)
		VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)`,
		e.Territory, e.ID, e.At, e.Kind, e.School, e.Class, e.Subject, e.Account, e.Role, string(e.Data), e.mac); err != nil {
		return err
	}
	return j.apply(ctx, tx, e)
}

func (j *Journal) apply(ctx context.Context, tx *db.Tx, e Entry) error {
	for _, p := range j.projections {
		if slices.Contains(p.Kinds(), e.Kind) {
			if err := p.Apply(ctx, tx, e); err != nil {
				return fmt.Errorf("journal: %s: %w", p.Name(), err)
			}
		}
	}
	return nil
}

// Rebuild empties every projection and replays the facts, in one transaction. It returns the number of
// facts that were replayed.
func (j *Journal) Rebuild(ctx context.Context) (replayed int, err error) {
	err = j.db.Update(db.Everywhere(ctx), func(ctx context.Context, tx *db.Tx) error {
		replayed, err = j.replay(ctx, tx)
		return err
	})
	return replayed, err
}

func (j *Journal) replay(ctx context.Context, tx *db.Tx) (int, error) {
	for _, p := range j.projections {
		if err := p.Reset(ctx, tx); err != nil {
			return 0, err
		}
	}
	replayed := 0
	for after := ""; ; {
		page, err := db.All(ctx, tx, scan, "SELECT "+columns+" FROM journal_fact WHERE id > ? ORDER BY id LIMIT 1000", after)
		if err != nil || len(page) == 0 {
			return replayed, err
		}
		for _, e := range page {
			if err := j.apply(ctx, tx, e); err != nil {
				return replayed, err
			}
			replayed++
		}
		after = page[len(page)-1].ID
	}
}

const columns = "id, at, territory, school, class, kind, subject, account, role, data, mac"

func scan(row db.Scanner) (Entry, error) {
	var e Entry
	var data string
	err := row.Scan(&e.ID, &e.At, &e.Territory, &e.School, &e.Class, &e.Kind, &e.Subject, &e.Account, &e.Role, &data, &e.mac)
	e.Data = json.RawMessage(data)
	return e, err
}
