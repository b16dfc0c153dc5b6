package accounts

import (
	"context"

	"preau/internal/base/authz"
	"preau/internal/base/db"
	"preau/internal/base/journal"
)

// Keeper answers, for the directory, what accounts keeps about a person, and erases it with the person.
type Keeper struct{ service *Service }

// Keeper returns the room as the directory asks it.
func (s *Service) Keeper() Keeper { return Keeper{s} }

// Name names the room in the export of a person.
func (Keeper) Name() string { return "accounts" }

// ExportPerson returns the accounts of the person, or nil when there is none.
func (k Keeper) ExportPerson(ctx context.Context, tx *db.Tx, territory, person string) (any, error) {
	accounts, err := accountsOfPerson(ctx, tx, territory, person)
	if err != nil || len(accounts) == 0 {
		return nil, err
	}
	exports := make([]Export, 0, len(accounts))
	for _, id := range accounts {
		grants, err := selectGrants(ctx, tx, []string{id}, "", nil)
		if err != nil {
			return nil, err
		}
		e, err := exported(ctx, tx, id, grants)
		if err != nil {
			return nil, err
		}
		exports = append(exports, e)
	}
	return exports, nil
}

// ErasePerson deletes the accounts of the person; the facts stay, with identifiers that lead to nobody.
func (k Keeper) ErasePerson(ctx context.Context, tx *db.Tx, territory, person string) error {
	accounts, err := accountsOfPerson(ctx, tx, territory, person)
	if err != nil {
		return err
	}
	for _, id := range accounts {
		account, err := selectAccount(ctx, tx, id)
		if err != nil {
			return err
		}
		if err := k.service.cancelInvitationsBy(ctx, tx, id, authz.Nation()); err != nil {
			return err
		}
		if err := eraseAccount(ctx, tx, account); err != nil {
			return err
		}
		if err := k.service.journal.Record(ctx, tx, journal.Fact{Kind: factAccountErased, Subject: id}); err != nil {
			return err
		}
	}
	return nil
}

// accountsOfPerson returns the accounts that are the person's and act in the territory.
func accountsOfPerson(ctx context.Context, tx *db.Tx, territory, person string) ([]string, error) {
	return db.All(ctx, tx, db.Value[string], `SELECT a.id FROM accounts_account a WHERE a.person = ? AND EXISTS
		(SELECT 1 FROM accounts_grant g WHERE g.account = a.id AND g.territory IN ('', ?)) ORDER BY a.id`, person, territory)
}
