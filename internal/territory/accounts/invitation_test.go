package accounts

import (
	"context"
	"slices"
	"strings"
	"sync"
	"testing"

	"preau/internal/base/authz"
	"preau/internal/base/errs"
)

// invited returns the id and the secret of an invitation to head the school of 02.
func (h *house) invited(t *testing.T, ctx context.Context, email string) (id, secret string) {
	t.Helper()
	sent, err := h.Invite(ctx, email, authz.Head, head02.Scope)
	if err != nil || sent.Link != "" {
		t.Fatal(sent, err)
	}
	return sent.ID, h.letter(t, "/invitations/")
}

func TestAnInvitationMakesAnAccountOnce(t *testing.T) {
	each(t, func(t *testing.T, h *house) {
		h.account(t, "lead", lead02)
		lead := h.as(t, "lead", authz.TerritoryLead)
		id, secret := h.invited(t, lead, "Zoe.Martin@ecole.example")
		if text := h.spool.Messages()[0].Text; !strings.Contains(text, "lead vous invite") || !strings.Contains(text, "Lieu\u00a0: École des Tilleuls") || !strings.Contains(text, "7 décembre 2026") {
			t.Errorf("the letter: %s", text)
		}
		o, err := h.Offer(h.ctx, secret)
		if err != nil || o.State != InvitationOpen || o.Email != "zoe.martin@ecole.example" || o.Place != "École des Tilleuls" || o.Known || o.Mine || o.Other {
			t.Fatalf("%+v %v", o, err)
		}
		for key, c := range map[string][2]string{
			"accounts.name.missing": {" ", goodPassword}, "accounts.password.short": {"Zoé", "court"}, "accounts.password.guessable": {"Zoé Martin", "zoe.martin.2026"},
		} {
			_, err := h.AcceptNew(h.ctx, secret, c[0], c[1], visit)
			wants(t, err, errs.Invalid, key)
		}
		opened, err := h.AcceptNew(h.ctx, secret, " Zoé  Martin ", goodPassword, visit)
		if err != nil {
			t.Fatal(err)
		}
		p := authz.From(h.with(t, opened.Secret))
		if p.Name != "Zoé Martin" || p.Role != authz.Head || p.Grants[0].Scope != head02.Scope {
			t.Errorf("%+v", p)
		}
		_, err = h.AcceptNew(h.ctx, secret, "Zoé", goodPassword, visit)
		wants(t, err, errs.Conflict, "accounts.invitation.accepted")
		wants(t, h.CancelInvitation(lead, id), errs.Conflict, "accounts.invitation.answered")
		_, err = h.Resend(lead, id)
		wants(t, err, errs.Conflict, "accounts.invitation.answered")
		if got := h.kinds(t, id); !slices.Equal(got, []string{factInvitationSent, factInvitationAccepted}) {
			t.Errorf("facts %v", got)
		}
		if _, err := h.LogIn(h.ctx, "zoe.martin@ecole.example", goodPassword, visit); err != nil {
			t.Error(err)
		}
	})
}

func TestAnInvitationOfAKnownAddressIsForThatPersonAlone(t *testing.T) {
	each(t, func(t *testing.T, h *house) {
		h.account(t, "zoe", lead95)
		h.account(t, "ali", head02)
		_, secret := h.invited(t, h.system(), "zoe@ecole.example")
		if o, err := h.Offer(h.ctx, secret); err != nil || !o.Known || o.Mine || o.Other {
			t.Errorf("%+v %v", o, err)
		}
		_, err := h.AcceptNew(h.ctx, secret, "Zoé", goodPassword, visit)
		wants(t, err, errs.Conflict, "accounts.invitation.known")
		wants(t, h.Accept(h.ctx, secret), errs.Unauthenticated, "authz.login")

		ali, _ := h.session(t, "ali")
		if o, err := h.Offer(ali, secret); err != nil || !o.Other || o.Mine {
			t.Errorf("%+v %v", o, err)
		}
		wants(t, h.Accept(ali, secret), errs.Forbidden, "accounts.invitation.other")
		_, forNew := h.invited(t, h.system(), "neuf@ecole.example")
		_, err = h.AcceptNew(ali, forNew, "Neuf", goodPassword, visit)
		wants(t, err, errs.Forbidden, "accounts.invitation.other")

		zoe, session := h.session(t, "zoe")
		if o, err := h.Offer(zoe, secret); err != nil || !o.Mine {
			t.Errorf("%+v %v", o, err)
		}
		wants(t, h.Accept(zoe, secret), 0, "")
		wants(t, h.Accept(zoe, secret), errs.Conflict, "accounts.invitation.accepted")
		if p := authz.From(h.with(t, session)); !slices.Equal(p.Roles, []authz.Role{authz.TerritoryLead, authz.Head}) {
			t.Errorf("%+v", p)
		}
	})
}

func TestAnInvitationThatIsOldCancelledReplacedOrForgedOpensNothing(t *testing.T) {
	each(t, func(t *testing.T, h *house) {
		h.account(t, "lead", lead02)
		h.account(t, "other", lead95)
		lead := h.as(t, "lead", authz.TerritoryLead)
		try := func(secret string) error {
			_, err := h.AcceptNew(h.ctx, secret, "Zoé", goodPassword, visit)
			return err
		}
		id, first := h.invited(t, lead, "zoe@ecole.example")
		again, second := h.invited(t, lead, "zoe@ecole.example")
		if again != id || second == first {
			t.Error("inviting twice makes two invitations")
		}
		wants(t, try(first), errs.NotFound, "accounts.invitation.unknown")
		if _, err := h.Resend(lead, id); err != nil {
			t.Fatal(err)
		}
		third := h.letter(t, "/invitations/")
		wants(t, try(second), errs.NotFound, "accounts.invitation.unknown")

		stranger := h.as(t, "other", authz.TerritoryLead)
		if err := h.CancelInvitation(stranger, id); err == nil {
			t.Error("another lead takes it back")
		}
		if _, err := h.Resend(stranger, id); err == nil {
			t.Error("another lead sends it again")
		}
		if list, err := h.Invitations(stranger); err != nil || len(list) != 0 {
			t.Errorf("another lead sees %v, %v", list, err)
		}
		list, err := h.Invitations(lead)
		if err != nil || len(list) != 1 || list[0].Place != "École des Tilleuls" || list[0].Expired || !list[0].May {
			t.Errorf("%+v %v", list, err)
		}

		h.pass(invitationLife)
		wants(t, try(third), errs.Conflict, "accounts.invitation.expired")
		lead = h.as(t, "lead", authz.TerritoryLead)
		if list, err = h.Invitations(lead); err != nil || len(list) != 1 || !list[0].Expired {
			t.Errorf("%+v %v", list, err)
		}
		if _, err := h.Resend(lead, id); err != nil {
			t.Fatal(err)
		}
		fourth := h.letter(t, "/invitations/")
		wants(t, h.CancelInvitation(lead, id), 0, "")
		wants(t, h.CancelInvitation(lead, id), 0, "")
		wants(t, try(fourth), errs.Conflict, "accounts.invitation.cancelled")
		forged, _ := newSecret("")
		for _, bad := range []string{forged, "", "x"} {
			wants(t, try(bad), errs.NotFound, "accounts.invitation.unknown")
		}
	})
}

func TestInvitationsOfWhoLostTheRightToInviteAreTakenBack(t *testing.T) {
	each(t, func(t *testing.T, h *house) {
		lead := h.account(t, "lead", lead02)
		_, secret := h.invited(t, h.as(t, "lead", authz.TerritoryLead), "zoe@ecole.example")
		if err := h.RemoveGrant(h.system(), lead, h.grantID(t, lead, authz.TerritoryLead)); err != nil {
			t.Fatal(err)
		}
		_, err := h.AcceptNew(h.ctx, secret, "Zoé", goodPassword, visit)
		wants(t, err, errs.Conflict, "accounts.invitation.cancelled")

		other := h.account(t, "other", lead02)
		_, secret = h.invited(t, h.as(t, "other", authz.TerritoryLead), "zoe@ecole.example")
		if err := h.Disable(h.system(), other); err != nil {
			t.Fatal(err)
		}
		_, err = h.AcceptNew(h.ctx, secret, "Zoé", goodPassword, visit)
		wants(t, err, errs.Conflict, "accounts.invitation.cancelled")
	})
}

func TestOfManyWhoAcceptAtOnceOneIsIn(t *testing.T) {
	each(t, func(t *testing.T, h *house) {
		h.account(t, "zoe", head95)
		_, forNew := h.invited(t, h.system(), "neuf@ecole.example")
		_, forZoe := h.invited(t, h.system(), "zoe@ecole.example")
		zoe, _ := h.session(t, "zoe")
		for name, accept := range map[string]func() error{
			"new":   func() error { _, err := h.AcceptNew(h.ctx, forNew, "Neuf", goodPassword, visit); return err },
			"known": func() error { return h.Accept(zoe, forZoe) },
		} {
			var group sync.WaitGroup
			results := make(chan error, 8)
			for range cap(results) {
				group.Go(func() { results <- accept() })
			}
			group.Wait()
			close(results)
			in := 0
			for err := range results {
				switch {
				case err == nil:
					in++
				case !errs.Is(err, errs.Conflict):
					t.Errorf("%s: %v", name, err)
				}
			}
			if in != 1 {
				t.Errorf("%s: %d are in", name, in)
			}
		}
		people, err := h.List(h.system(), Filter{Search: "ecole", Role: authz.Head, School: "0020002S"})
		if err != nil || people.Total != 2 {
			t.Errorf("%d people, %v", people.Total, err)
		}
	})
}

func TestOfManyWhoOpenALinkAtOnceOneIsIn(t *testing.T) {
	each(t, func(t *testing.T, h *house) {
		h.account(t, "zoe", head02)
		if err := h.RequestLink(h.ctx, "zoe@ecole.example", "", visit); err != nil {
			t.Fatal(err)
		}
		secret := h.letter(t, "/login/link/")
		var group sync.WaitGroup
		results := make(chan error, 8)
		for range cap(results) {
			group.Go(func() { _, err := h.OpenLink(h.ctx, secret, visit); results <- err })
		}
		group.Wait()
		close(results)
		in := 0
		for err := range results {
			if err == nil {
				in++
			} else if !errs.Is(err, errs.Conflict) {
				t.Error(err)
			}
		}
		if in != 1 {
			t.Errorf("%d are in", in)
		}
	})
}

func TestWithoutMailTheLinkIsShownToWhoInvites(t *testing.T) {
	h := sqliteHouse(t)
	h.letters = nil
	sent, err := h.Invite(h.system(), "zoe@ecole.example", authz.Head, head02.Scope)
	if err != nil {
		t.Fatal(err)
	}
	if _, err := h.AcceptNew(h.ctx, strings.TrimPrefix(sent.Link, "https://preau.example/invitations/"), "Zoé", goodPassword, visit); err != nil {
		t.Error(err)
	}
}

func TestALetterThatCannotLeaveIsToldToWhoInvites(t *testing.T) {
	h := sqliteHouse(t)
	h.letters = brokenMail{}
	_, err := h.Invite(h.system(), "zoe@ecole.example", authz.Head, head02.Scope)
	wants(t, err, errs.Unavailable, "accounts.invitation.not_sent")
	h.account(t, "zoe", head02)
	wants(t, h.RequestLink(h.ctx, "zoe@ecole.example", "", visit), 0, "") // nobody learns that there is an account
}
