package accounts

import (
	"preau/internal/base/i18n"
	"preau/internal/base/mail"
)

// linkLetter carries a one-time link.
func linkLetter(l *i18n.Localizer, a Account, address string) mail.Message {
	return mail.Message{To: a.Email, Subject: l.T("accounts.letter.link.subject"),
		Text: l.T("accounts.letter.link.text", "name", a.Name, "link", address, "n", int(linkLife.Minutes()))}
}

// invitationLetter carries an invitation; by is the name of who invites, place that of the scope.
func invitationLetter(l *i18n.Localizer, i Invitation, by, place, address string) mail.Message {
	return mail.Message{To: i.Email, Subject: l.T("accounts.letter.invitation.subject"),
		Text: l.T("accounts.letter.invitation.text", "by", by, "role", l.T("authz.role."+string(i.Role)), "place", place,
			"link", address, "until", l.Date(i18n.Millis(i.ExpiresAt)))}
}
