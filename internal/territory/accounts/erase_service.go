package accounts

import (
	"context"

	"preau/internal/base/authz"
	"preau/internal/base/db"
	"preau/internal/base/errs"
	"preau/internal/base/journal"
)

// Export is everything that the room keeps of one account (GDPR, articles 15 and 20), without its secrets.
// Times are ms since 1970, UTC.
type Export struct {
	Account     ExportedAccount      `json:"account"`
	Grants      []ExportedGrant      `json:"grants"`
	Sessions    []ExportedSession    `json:"sessions"`
	Tokens      []ExportedToken      `json:"tokens"`
	Invitations []ExportedInvitation `json:"invitations"`
	Facts       []ExportedFact       `json:"facts"` // of the journal, about the account
}

// The parts of an export.
type (
	ExportedAccount struct {
		ID          string `json:"id"`
		Email       string `json:"email"`
		Name        string `json:"name"`
		Person      string `json:"person,omitempty"`
		Language    string `json:"language"`
		HasPassword bool   `json:"has_password"`
		CreatedAt   int64  `json:"created_at"`
		DisabledAt  int64  `json:"disabled_at,omitempty"`
	}
	ExportedGrant struct {
		ID        string `json:"id,omitempty"`
		Role      string `json:"role"`
		Territory string `json:"territory,omitempty"`
		School    string `json:"school,omitempty"`
		Class     string `json:"class,omitempty"`
	}
	ExportedSession struct {
		Device    string `json:"device"`
		Method    string `json:"method"`
		CreatedAt int64  `json:"created_at"`
		SeenAt    int64  `json:"seen_at"`
	}
	ExportedToken struct {
		Name      string `json:"name"`
		Role      string `json:"role"`
		Scopes    string `json:"scopes"`
		CreatedAt int64  `json:"created_at"`
		ExpiresAt int64  `json:"expires_at"`
		UsedAt    int64  `json:"used_at,omitempty"`
	}
	ExportedInvitation struct {
		ExportedGrant
		CreatedAt int64 `json:"created_at"`
		ExpiresAt int64 `json:"expires_at"`
	}
	ExportedFact struct {
		At   int64  `json:"at"`
		Kind string `json:"kind"`
		Data any    `json:"data"`
	}
)

// exportedFacts bounds the facts of an export, the newest first.
const exportedFacts = 10_000

// ExportAccount returns what is kept of an account: one's own in person, or another's for who may export it.
func (s *Service) ExportAccount(ctx context.Context, id string) (Export, error) {
	if err := mayExport(ctx, id); err != nil {
		return Export{}, err
	}
	var e Export
	err := s.db.View(db.Everywhere(ctx), func(ctx context.Context, tx *db.Tx) error {
		grants, err := selectGrants(ctx, tx, []string{id}, "", nil)
		if err != nil {
			return err
		}
		if id != authz.From(ctx).Account {
			if err := mayManage(ctx, ExportAccounts, grants); err != nil {
				return err
			}
		}
		e, err = exported(ctx, tx, id, grants)
		return err
	})
	if err != nil {
		return Export{}, err
	}
	facts, err := s.journal.List(db.Everywhere(authz.System(ctx)), journal.Filter{Subject: id, Limit: exportedFacts})
	for _, f := range facts {
		e.Facts = append(e.Facts, ExportedFact{f.At, f.Kind, f.Data})
	}
	return e, err
}

func mayExport(ctx context.Context, id string) error {
	if id == authz.From(ctx).Account {
		_, err := inPerson(ctx)
		return err
	}
	return authorised(ctx, ExportAccounts)
}

func exported(ctx context.Context, tx *db.Tx, id string, grants []Grant) (Export, error) {
	a, err := selectAccount(ctx, tx, id)
	if err != nil {
		return Export{}, err
	}
	e := Export{Account: ExportedAccount{ID: a.ID, Email: a.Email, Name: a.Name, Person: a.Person, Language: string(a.Language), HasPassword: a.HasPassword,
		CreatedAt: a.CreatedAt, DisabledAt: a.DisabledAt}, Grants: []ExportedGrant{}, Sessions: []ExportedSession{}, Tokens: []ExportedToken{},
		Invitations: []ExportedInvitation{}, Facts: []ExportedFact{}}
	for _, g := range grants {
		e.Grants = append(e.Grants, exportedGrant(g.ID, g.Role, g.Scope))
	}
	sessions, err := selectSessions(ctx, tx, id, exportedFacts)
	if err != nil {
		return Export{}, err
	}
	for _, s := range sessions {
		e.Sessions = append(e.Sessions, ExportedSession{s.Device.String(), string(s.Method), s.CreatedAt, s.SeenAt})
	}
	tokens, err := selectTokens(ctx, tx, id)
	if err != nil {
		return Export{}, err
	}
	for _, t := range tokens {
		e.Tokens = append(e.Tokens, ExportedToken{t.Name, string(t.Role), joinScopes(t.Scopes), t.CreatedAt, t.ExpiresAt, t.UsedAt})
	}
	invitations, err := selectInvitationsOf(ctx, tx, a)
	for _, i := range invitations {
		e.Invitations = append(e.Invitations, ExportedInvitation{exportedGrant("", i.Role, i.Scope), i.CreatedAt, i.ExpiresAt})
	}
	return e, err
}

func exportedGrant(id string, role authz.Role, s authz.Scope) ExportedGrant {
	return ExportedGrant{ID: id, Role: string(role), Territory: s.Territory, School: s.School, Class: s.Class}
}

// EraseAccount deletes everything that is kept of an account. The facts stay, with an identifier that leads to
// nobody. It returns Conflict for one's own account and for the last administrator; an account that is gone is
// NotFound.
func (s *Service) EraseAccount(ctx context.Context, id string) error {
	if err := authorised(ctx, EraseAccounts); err != nil {
		return err
	}
	if id == authz.From(ctx).Account {
		return errs.NewConflict("accounts.not_oneself")
	}
	return s.db.Update(db.Everywhere(ctx), func(ctx context.Context, tx *db.Tx) error {
		account, grants, err := manage(ctx, tx, EraseAccounts, id)
		if err != nil {
			return err
		}
		if isAdmin(grants) && !account.Disabled() {
			if err := notLastAdmin(ctx, tx, id); err != nil {
				return err
			}
		}
		if err := s.cancelInvitationsBy(ctx, tx, id, authz.Nation()); err != nil {
			return err
		}
		for _, g := range grants {
			if err := s.record(ctx, tx, factGrantRemoved, g); err != nil {
				return err
			}
		}
		if err := eraseAccount(ctx, tx, account); err != nil {
			return err
		}
		return s.journal.Record(ctx, tx, journal.Fact{Kind: factAccountErased, Subject: id})
	})
}
