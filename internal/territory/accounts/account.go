package accounts

import (
	"net/mail"
	"strings"
	"unicode"
	"unicode/utf8"

	"golang.org/x/text/unicode/norm"

	"preau/internal/base/db"
	"preau/internal/base/errs"
	"preau/internal/base/i18n"
)

// Account is somebody who may log in. Times are ms since 1970, UTC.
type Account struct {
	ID          string
	Email       string
	Name        string
	Person      string // opaque person of the directory, "" none
	Language    i18n.Lang
	HasPassword bool
	CreatedAt   int64
	DisabledAt  int64 // 0: may log in

	password string // PHC string
	lastRole string
}

// Disabled tells whether the account is kept out.
func (a Account) Disabled() bool { return a.DisabledAt > 0 }

const (
	maxEmail = 254 // RFC 5321, 4.5.3.1.3
	maxName  = 120
)

// normalEmail returns the address as it is kept and compared, or false when it is none. Case is dropped in the
// part before the @ too: no provider of today tells two people apart by it.
func normalEmail(text string) (string, bool) {
	text = norm.NFC.String(strings.ToLower(strings.TrimSpace(text)))
	parsed, err := mail.ParseAddress(text)
	if err != nil || parsed.Address != text || len(text) > maxEmail {
		return "", false
	}
	_, domain, _ := strings.Cut(text, "@")
	return text, strings.Contains(domain, ".") && !strings.HasPrefix(domain, "[")
}

// normalName returns the name as it is kept, or false when it is empty, too long or holds control characters.
func normalName(text string) (string, bool) {
	text = norm.NFC.String(strings.Join(strings.Fields(text), " "))
	if text == "" || utf8.RuneCountInString(text) > maxName {
		return "", false
	}
	return text, strings.IndexFunc(text, func(r rune) bool { return unicode.IsControl(r) || !unicode.IsPrint(r) }) < 0
}

func normalLanguage(text string) i18n.Lang {
	for _, l := range i18n.Langs {
		if text == string(l) {
			return l
		}
	}
	return i18n.French
}

func foldedAccount(name, email string) string { return db.Fold(name + " " + email) }

// checkEmail returns the normal form of an address, or the error of the field.
func checkEmail(field, text string) (string, *errs.Field) {
	if strings.TrimSpace(text) == "" {
		return "", &errs.Field{Name: field, Key: "accounts.email.missing"}
	}
	email, ok := normalEmail(text)
	if !ok {
		return "", &errs.Field{Name: field, Key: "accounts.email.wrong"}
	}
	return email, nil
}

// checkName returns the normal form of a name, or the error of the field.
func checkName(field, text string) (string, *errs.Field) {
	if strings.TrimSpace(text) == "" {
		return "", &errs.Field{Name: field, Key: "accounts.name.missing"}
	}
	name, ok := normalName(text)
	if !ok {
		return "", &errs.Field{Name: field, Key: "accounts.name.wrong", Args: []any{"max", maxName}}
	}
	return name, nil
}

// fieldErrors returns the errors that are there as one.
func fieldErrors(fields ...*errs.Field) error {
	var list []errs.Field
	for _, f := range fields {
		if f != nil {
			list = append(list, *f)
		}
	}
	return errs.OfFields(list...)
}
