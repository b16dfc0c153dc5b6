package accounts

import (
	"context"

	"preau/internal/base/authz"
	"preau/internal/base/db"
	"preau/internal/base/errs"
	"preau/internal/base/i18n"
	"preau/internal/base/journal"
)

// Invited is an invitation that was sent. Link is "" when a letter carries it; an installation that sends no
// mail shows it to who invites.
type Invited struct {
	ID   string
	Link string
}

// Invite offers a role on a scope to an address; inviting again sends a new link, after which the old one opens
// nothing. Its errors are those of AddGrant.
func (s *Service) Invite(ctx context.Context, email string, role authz.Role, scope authz.Scope) (Invited, error) {
	if err := checkGranting(ctx, role, scope); err != nil {
		return Invited{}, err
	}
	address, wrong := checkEmail("email", email)
	if err := fieldErrors(wrong); err != nil {
		return Invited{}, err
	}
	if err := s.checkPlace(ctx, role, scope); err != nil {
		return Invited{}, err
	}
	var invitation Invitation
	var secret string
	err := s.db.Update(ctx, func(ctx context.Context, tx *db.Tx) error {
		by := authz.From(ctx).Account
		var hash string
		secret, hash = newSecret("")
		expires := tx.Now() + invitationLife.Milliseconds()
		same, err := selectSameInvitation(ctx, tx, address, role, scope)
		if err == nil {
			invitation = same
			return s.renew(ctx, tx, &invitation, hash, by)
		}
		if !db.IsNotFound(err) {
			return err
		}
		invitation = Invitation{ID: tx.NewID(), Email: address, Role: role, Scope: scope, CreatedAt: tx.Now(), CreatedBy: by, ExpiresAt: expires}
		if err := insertInvitation(ctx, tx, invitation, hash); err != nil {
			return err
		}
		return s.recordInvitation(ctx, tx, factInvitationSent, invitation, "")
	})
	if err != nil {
		return Invited{}, err
	}
	return s.deliver(ctx, invitation, secret)
}

// Resend sends a new link for an invitation that waits for an answer.
func (s *Service) Resend(ctx context.Context, id string) (Invited, error) {
	if err := authorised(ctx, GrantRoles); err != nil {
		return Invited{}, err
	}
	var invitation Invitation
	var secret string
	err := s.db.Update(ctx, func(ctx context.Context, tx *db.Tx) error {
		var err error
		if invitation, err = administered(ctx, tx, id); err != nil {
			return err
		}
		var hash string
		secret, hash = newSecret("")
		return s.renew(ctx, tx, &invitation, hash, authz.From(ctx).Account)
	})
	if err != nil {
		return Invited{}, err
	}
	return s.deliver(ctx, invitation, secret)
}

// administered returns the invitation if the principal could send it themselves.
func administered(ctx context.Context, tx *db.Tx, id string) (Invitation, error) {
	invitation, err := selectInvitation(ctx, tx, id)
	if err != nil {
		return Invitation{}, absent(err)
	}
	return invitation, checkGranting(ctx, invitation.Role, invitation.Scope)
}

func (s *Service) renew(ctx context.Context, tx *db.Tx, i *Invitation, hash, by string) error {
	i.CreatedBy, i.ExpiresAt = by, tx.Now()+invitationLife.Milliseconds()
	renewed, err := renewInvitation(ctx, tx, *i, hash, by, i.ExpiresAt)
	if err == nil && !renewed {
		err = errs.NewConflict("accounts.invitation.answered")
	}
	if err != nil {
		return err
	}
	return s.recordInvitation(ctx, tx, factInvitationSent, *i, "")
}

// deliver sends the letter, in the language of who invites, or returns the link when there is no mail.
func (s *Service) deliver(ctx context.Context, i Invitation, secret string) (Invited, error) {
	link := s.address("/invitations/", secret, "")
	if !s.SendsMail() {
		return Invited{ID: i.ID, Link: link}, nil
	}
	l := s.catalog.In(i18n.From(ctx).Lang)
	place, err := s.placeText(ctx, l, i.Scope)
	if err != nil {
		return Invited{}, err
	}
	if err := s.letters.Send(ctx, invitationLetter(l, i, authz.From(ctx).Name, place, link)); err != nil {
		return Invited{}, errs.New(errs.Unavailable, "accounts.invitation.not_sent").Because(err)
	}
	return Invited{ID: i.ID}, nil
}

// placeText names the place of a scope in words.
func (s *Service) placeText(ctx context.Context, l *i18n.Localizer, scope authz.Scope) (string, error) {
	if scope == authz.Nation() {
		return l.T("accounts.place.nation"), nil
	}
	names, err := s.placeNames(ctx, []authz.Scope{scope})
	return names[scope], err
}

// CancelInvitation takes an invitation back; one that is cancelled already is no error. It returns Conflict for
// one that was accepted.
func (s *Service) CancelInvitation(ctx context.Context, id string) error {
	if err := authorised(ctx, GrantRoles); err != nil {
		return err
	}
	return s.db.Update(ctx, func(ctx context.Context, tx *db.Tx) error {
		invitation, err := administered(ctx, tx, id)
		if err != nil {
			return err
		}
		if invitation.state == invitationAccepted {
			return errs.NewConflict("accounts.invitation.answered")
		}
		return s.cancel(ctx, tx, invitation)
	})
}

func (s *Service) cancel(ctx context.Context, tx *db.Tx, i Invitation) error {
	cancelled, err := cancelInvitation(ctx, tx, i)
	if err != nil || !cancelled {
		return err
	}
	return s.recordInvitation(ctx, tx, factInvitationCancelled, i, "")
}

// cancelInvitationsBy cancels the invitations within a scope that an account sent and nobody answered.
func (s *Service) cancelInvitationsBy(ctx context.Context, tx *db.Tx, account string, scope authz.Scope) error {
	list, err := selectInvitationsBy(ctx, tx, account, scope)
	if err != nil {
		return err
	}
	for _, i := range list {
		if err := s.cancel(ctx, tx, i); err != nil {
			return err
		}
	}
	return nil
}

type invitationFact struct {
	Role    authz.Role `json:"role"`
	Account string     `json:"account,omitempty"` // that accepted
}

func (s *Service) recordInvitation(ctx context.Context, tx *db.Tx, kind string, i Invitation, account string) error {
	return s.journal.Record(ctx, tx, journal.Fact{Territory: i.Scope.Territory, School: i.Scope.School, Class: i.Scope.Class,
		Kind: kind, Subject: i.ID, Data: invitationFact{i.Role, account}})
}

// PendingInvitation is an invitation that waits for an answer, as those who administer it see it.
type PendingInvitation struct {
	Invitation
	Place   string
	Expired bool
	May     bool // the principal may send it again or take it back
}

const shownInvitations = 200

// Invitations returns the newest invitations in the principal's scopes that wait for an answer.
func (s *Service) Invitations(ctx context.Context) ([]PendingInvitation, error) {
	scopes, err := authz.Scopes(ctx, ReadAccounts)
	if err != nil {
		return nil, err
	}
	where, args := authz.Filter(scopes, "territory", "school", "class")
	var found []Invitation
	if err := s.db.View(ctx, func(ctx context.Context, tx *db.Tx) error {
		found, err = selectPendingInvitations(ctx, tx, where, args, shownInvitations)
		return err
	}); err != nil {
		return nil, err
	}
	places := make([]authz.Scope, len(found))
	for i, f := range found {
		places[i] = f.Scope
	}
	names, err := s.placeNames(ctx, places)
	if err != nil {
		return nil, err
	}
	list := make([]PendingInvitation, len(found))
	for i, f := range found {
		list[i] = PendingInvitation{Invitation: f, Place: names[f.Scope], Expired: f.State(s.db.Now()) == InvitationExpired, May: checkGranting(ctx, f.Role, f.Scope) == nil}
	}
	return list, nil
}

// Offer is an invitation as the person who opens its link sees it.
type Offer struct {
	State InvitationState
	Email string
	Role  authz.Role
	Place string
	// Known tells that the address has an account, Mine that it is the one that asks, Other that somebody
	// else is logged in.
	Known, Mine, Other bool

	invitation Invitation
}

// Offer returns what a link offers. Only an open invitation tells more than its state.
func (s *Service) Offer(ctx context.Context, secret string) (Offer, error) {
	if !plausible(secret, "") {
		return Offer{State: InvitationUnknown}, nil
	}
	var i Invitation
	var account Account
	err := s.db.View(db.Everywhere(ctx), func(ctx context.Context, tx *db.Tx) error {
		var err error
		if i, err = selectInvitationByHash(ctx, tx, hashOf(secret)); err != nil {
			return err
		}
		account, err = selectAccountByEmail(ctx, tx, i.Email)
		if db.IsNotFound(err) {
			return nil
		}
		return err
	})
	if db.IsNotFound(err) {
		return Offer{State: InvitationUnknown}, nil
	}
	if err != nil {
		return Offer{}, err
	}
	o := Offer{State: i.State(s.db.Now()), invitation: i}
	if o.State != InvitationOpen {
		return o, nil
	}
	p := authz.From(ctx)
	o.Email, o.Role, o.Known = i.Email, i.Role, account.ID != ""
	o.Mine = p.Account != "" && p.Account == account.ID
	o.Other = p.Account != "" && !o.Mine
	o.Place, err = s.placeText(ctx, s.catalog.In(i18n.From(ctx).Lang), i.Scope)
	return o, err
}

// AcceptNew makes the account of an invited address, with the role that was offered, and opens a session.
func (s *Service) AcceptNew(ctx context.Context, secret, name, password string, v Visit) (Opened, error) {
	o, err := s.openOffer(ctx, secret)
	if err != nil {
		return Opened{}, err
	}
	switch {
	case o.Known:
		return Opened{}, errs.NewConflict("accounts.invitation.known")
	case o.Other:
		return Opened{}, errs.NewForbidden("accounts.invitation.other")
	}
	normal, wrongName := checkName("name", name)
	if err := fieldErrors(wrongName, checkPassword("password", password, o.Email, normal)); err != nil {
		return Opened{}, err
	}
	hash, err := s.hasher.hash(ctx, password)
	if err != nil {
		return Opened{}, err
	}
	var opened Opened
	err = s.db.Update(db.Everywhere(ctx), func(ctx context.Context, tx *db.Tx) error {
		account := Account{ID: tx.NewID(), Email: o.Email, Name: normal, Language: i18n.From(ctx).Lang, CreatedAt: tx.Now(), password: hash}
		isNew, err := insertAccount(ctx, tx, account)
		if err != nil {
			return err
		}
		if !isNew {
			return errs.NewConflict("accounts.invitation.known")
		}
		if err := s.journal.Record(ctx, tx, journal.Fact{Kind: factAccountCreated, Subject: account.ID}); err != nil {
			return err
		}
		if err := s.accept(ctx, tx, o.invitation, secret, account.ID); err != nil {
			return err
		}
		opened, err = openSession(ctx, tx, account.ID, ByInvitation, v)
		return err
	})
	return opened, err
}

// Accept gives the role that was offered to the account that asks, which must be that of the invited address:
// it returns Forbidden for another.
func (s *Service) Accept(ctx context.Context, secret string) error {
	p, err := inPerson(ctx)
	if err != nil {
		return err
	}
	o, err := s.openOffer(ctx, secret)
	if err != nil {
		return err
	}
	if !o.Mine {
		return errs.NewForbidden("accounts.invitation.other")
	}
	return s.db.Update(db.Everywhere(ctx), func(ctx context.Context, tx *db.Tx) error {
		return s.accept(ctx, tx, o.invitation, secret, p.Account)
	})
}

func (s *Service) openOffer(ctx context.Context, secret string) (Offer, error) {
	o, err := s.Offer(ctx, secret)
	if err == nil {
		err = offerError(o.State)
	}
	return o, err
}

// accept grants what was offered, once.
func (s *Service) accept(ctx context.Context, tx *db.Tx, i Invitation, secret, account string) error {
	once, err := acceptInvitation(ctx, tx, i, hashOf(secret), account)
	if err == nil && !once {
		err = offerError(InvitationAccepted)
	}
	if err != nil {
		return err
	}
	if err := s.recordInvitation(ctx, tx, factInvitationAccepted, i, account); err != nil {
		return err
	}
	return s.grant(ctx, tx, Grant{Account: account, Role: i.Role, Scope: i.Scope}, i.CreatedBy)
}

// offerError returns nil for an open invitation.
func offerError(state InvitationState) error {
	switch state {
	case InvitationOpen:
		return nil
	case InvitationAccepted:
		return errs.NewConflict("accounts.invitation.accepted")
	case InvitationCancelled:
		return errs.NewConflict("accounts.invitation.cancelled")
	case InvitationExpired:
		return errs.NewConflict("accounts.invitation.expired")
	}
	return errs.NewNotFound("accounts.invitation.unknown")
}
