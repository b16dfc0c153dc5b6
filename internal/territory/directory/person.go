package directory

import (
	"net/mail"
	"strings"
	"time"
	"unicode/utf8"

	"preau/internal/base/db"
	"preau/internal/base/errs"
)

// PersonRole is what a person is in a school.
type PersonRole string

// The roles of an affiliation.
const (
	RolePupil   PersonRole = "pupil"
	RoleTeacher PersonRole = "teacher"
	RoleHead    PersonRole = "head"
	RoleStaff   PersonRole = "staff"
)

// StaffRoles lists the roles of those who work in a school.
var StaffRoles = []PersonRole{RoleTeacher, RoleHead, RoleStaff}

// Person is the opaque person that every other table names.
type Person struct {
	Territory string
	ID        string
	CreatedAt int64 // ms UTC
}

// Identity is who a person is, kept apart. The INE is here only as a keyed hash.
type Identity struct {
	Territory  string
	Person     string
	FamilyName string
	UsageName  string
	GivenName  string
	BirthDate  string // 2015-03-09, "" unknown
	Email      string
	Phone      string
	INEHash    string
	ExternalID string
}

// IdentityColumns lists the columns of an identity in the order of Values.
var IdentityColumns = []string{"territory", "person", "family_name", "usage_name", "given_name", "birth_date", "email", "phone", "ine_hash", "external_id", "folded"}

// Values returns the identity as the values of IdentityColumns, to be inserted.
func (i *Identity) Values() []any {
	return []any{i.Territory, i.Person, i.FamilyName, i.UsageName, i.GivenName, i.BirthDate, i.Email, i.Phone, i.INEHash, i.ExternalID,
		FoldedName(i.FamilyName, i.GivenName)}
}

// FoldedName returns the text by which an identity is found: family name and given name, folded.
func FoldedName(family, given string) string { return db.Fold(family + " " + given) }

// Affiliation is what a person is in a school, or in one of its classes, and when.
type Affiliation struct {
	Territory string
	ID        string
	Person    string
	School    UAI
	Class     string // "" of the school
	Role      PersonRole
	Start     string // 2026-09-01
	End       string // "" still
	Source    string
}

// AffiliationColumns lists the columns of an affiliation in the order of Values.
var AffiliationColumns = []string{"territory", "id", "person", "school", "class", "role", "start_date", "end_date", "source"}

// Values returns the affiliation as the values of AffiliationColumns, to be inserted.
func (a *Affiliation) Values() []any {
	return []any{a.Territory, a.ID, a.Person, string(a.School), orNull(a.Class), string(a.Role), a.Start, orNull(a.End), a.Source}
}

// Home is where a person lives; a child of parents who live apart has two.
type Home struct {
	Territory string
	Person    string
	Number    int // 1, 2
	Address   string
	Postcode  string
	Commune   string
	Country   string
}

// HomeColumns lists the columns of a home in the order of Values.
var HomeColumns = []string{"territory", "person", "number", "address", "postcode", "commune", "country"}

// Values returns the home as the values of HomeColumns, to be inserted.
func (h *Home) Values() []any {
	return []any{h.Territory, h.Person, h.Number, h.Address, h.Postcode, h.Commune, h.Country}
}

// Guardianship ties a child to a guardian.
type Guardianship struct {
	Territory string
	Child     string
	Guardian  string
	Source    string
}

// Pupil is a pupil of a class, as the head and the teacher see them.
type Pupil struct {
	Person     string
	GivenName  string
	FamilyName string
}

// Guardian is a responsible person of a pupil, with their homes.
type Guardian struct {
	Person     string
	GivenName  string
	FamilyName string
	Email      string
	Phone      string
	Homes      []Home
}

// Member is somebody who works in a school.
type Member struct {
	Person string
	Name   string
	Role   PersonRole
	Start  string
}

// fullName returns the given name and the name in use; "" when nothing is known.
func fullName(given, usage, family string) string {
	if usage != "" {
		family = usage
	}
	return strings.TrimSpace(given + " " + family)
}

// StaffInput is what a head says of somebody who works in the school.
type StaffInput struct {
	GivenName  string
	FamilyName string
	Email      string // "" unknown
	Role       PersonRole
	Start      string // 2026-09-01
}

const mostName = 100

func (in *StaffInput) check() error {
	var fields []errs.Field
	in.GivenName, in.FamilyName, in.Email = strings.TrimSpace(in.GivenName), strings.TrimSpace(in.FamilyName), strings.TrimSpace(in.Email)
	for _, name := range []struct{ field, value string }{{"given_name", in.GivenName}, {"family_name", in.FamilyName}} {
		if n := utf8.RuneCountInString(name.value); n == 0 || n > mostName {
			fields = append(fields, errs.Field{Name: name.field, Key: "directory.staff.name.wrong"})
		}
	}
	if in.Email != "" {
		if a, err := mail.ParseAddress(in.Email); err != nil || a.Address != in.Email {
			fields = append(fields, errs.Field{Name: "email", Key: "directory.staff.email.wrong"})
		}
	}
	if in.Role != RoleTeacher && in.Role != RoleStaff {
		fields = append(fields, errs.Field{Name: "role", Key: "directory.staff.role.wrong"})
	}
	if !validDate(in.Start) {
		fields = append(fields, errs.Field{Name: "start", Key: "directory.date.wrong"})
	}
	return errs.OfFields(fields...)
}

// validDate tells whether the text is a day: 2026-09-01.
func validDate(text string) bool {
	t, err := time.Parse(time.DateOnly, text)
	return err == nil && t.Year() >= 1900 && t.Year() <= 2200
}
