package intake

import (
	"context"
	"crypto/hmac"
	"crypto/sha256"
	"encoding/hex"
	"strings"
	"time"

	"preau/internal/base/authz"
	"preau/internal/base/db"
	"preau/internal/base/errs"
	"preau/internal/base/tabular"
	"preau/internal/territory/directory"
)

// The layouts of a roster.
const (
	ondePupils    = "onde-pupils"
	ondeGuardians = "onde-guardians"
	siecleXML     = "siecle-xml"
	siecleCSV     = "siecle-csv"
	oneRoster     = "oneroster"
)

// place is a school in its territory.
type place struct {
	territory string
	uai       directory.UAI
}

// given is a person as the file gives them: what it leaves out is unknown. No message holds any of it.
type given struct {
	line     int
	identity directory.Identity // its birth date as written
	homes    []directory.Home
	ine      string // as written; kept as a hash alone
}

// enrolled is a pupil of the file with their class and whether they are still there.
type enrolled struct {
	given
	code, class string // of the class, "" unknown
	level       string
	left        string // day on which they left, "" unknown
	gone        bool   // they left
}

// readRoster dispatches on what the file is.
func (j *job) readRoster(ctx context.Context) error {
	switch j.in.Form {
	case tabular.Zip:
		return j.readOneRoster(ctx)
	case tabular.XML:
		return j.readSiecleXML(ctx)
	case tabular.Text:
	default:
		return errs.NewInvalid("intake.not_table")
	}
	t, err := j.open()
	if err != nil {
		return err
	}
	defer t.Close()
	switch h := t.Header; {
	case h.Column(prenomEnfant...) >= 0 && h.Has("Nom responsable", "Prénom responsable"):
		return j.readOndeGuardians(ctx, t)
	case h.Has("Cycle", "Niveau") && h.Column(nomEleve...) >= 0:
		return j.readOndePupils(ctx, t)
	case h.Has("Identifiant unique", "Premier prénom", "Nom de famille", "Division"):
		return j.readSiecleCSV(ctx, t)
	}
	return j.wrongHeader()
}

// roster is a school being brought up to date with a file.
type roster struct {
	*job
	place
	year    string // school year of the file
	current bool   // it is the present one
	today   string
	people  *people
	classes *classes
}

// openRoster finds the school and reads who is there. The year is that of the file, of the options or of
// today, in this order. A file of another year than the options say is refused, and one of a year that has not
// begun: it would take today's pupils out of their classes.
func (j *job) openRoster(ctx context.Context, layout string, uai directory.UAI, fileYear string) (*roster, error) {
	if err := j.useSource(ctx, layout, ""); err != nil {
		return nil, err
	}
	p, err := j.findSchool(ctx, uai)
	if err != nil {
		return nil, err
	}
	j.school = p
	r := &roster{job: j, place: p, today: time.UnixMilli(j.tx.Now()).UTC().Format(time.DateOnly)}
	now := directory.SchoolYear(time.UnixMilli(j.tx.Now()).UTC())
	asked, err := askedYear(j.o.Year)
	if err != nil {
		return nil, err
	}
	switch {
	case fileYear != "" && asked != "" && fileYear != asked:
		return nil, errs.NewInvalid("intake.roster.year", "file", fileYear, "asked", asked)
	case fileYear != "":
		r.year = fileYear
	case asked != "":
		r.year = asked
	default:
		r.year = now
	}
	if r.year > now {
		return nil, errs.NewInvalid("intake.roster.early", "year", r.year)
	}
	r.current = r.year == now
	if !r.current {
		j.doubt(p.territory, 0, string(p.uai), "intake.roster.past", "year", r.year)
	}
	if r.people, err = r.loadPeople(ctx); err != nil {
		return nil, err
	}
	r.classes, err = r.loadClasses(ctx)
	return r, err
}

// askedYear returns the school year that the options name, "" for none.
func askedYear(text string) (string, error) {
	if text == "" {
		return "", nil
	}
	period, ok := parsePeriod(text)
	if !ok {
		return "", errs.NewInvalid("intake.year")
	}
	if len(period) == 4 {
		return schoolYearFrom(period), nil
	}
	return period, nil
}

// schoolYearFrom returns the school year that begins in a year: 2026 → 2026-2027.
func schoolYearFrom(year string) string {
	t, err := time.Parse("2006-01", year+"-08")
	if err != nil {
		return ""
	}
	return directory.SchoolYear(t)
}

// findSchool returns the place of a school of the directory, where this person may import.
func (j *job) findSchool(ctx context.Context, uai directory.UAI) (place, error) {
	code, err := territoryOfSchool(ctx, j.tx, uai)
	if err != nil {
		return place{}, err
	}
	if code == "" {
		return place{}, errs.NewInvalid("intake.roster.school", "uai", string(uai))
	}
	return place{code, uai}, authz.Check(ctx, ImportRosters, authz.School(code, string(uai)))
}

// territoryOfSchool returns the territory of a school, "" when the directory does not have it.
func territoryOfSchool(ctx context.Context, tx *db.Tx, uai directory.UAI) (string, error) {
	code, err := db.One(ctx, tx, db.Value[string], "SELECT territory FROM directory_school WHERE uai = ? ORDER BY territory LIMIT 1", string(uai))
	if db.IsNotFound(err) {
		return "", nil
	}
	return code, err
}

// needSchool returns the school that the options name, or a refusal.
func (j *job) needSchool() (directory.UAI, error) {
	if j.o.School == "" {
		return "", errs.NewInvalid("intake.roster.which")
	}
	uai, bad := parseUAI(string(j.o.School))
	if bad != nil {
		return "", errs.NewInvalid(bad.reason, bad.args...)
	}
	return uai, nil
}

// hashINE returns the keyed hash of a national pupil identifier, "" when there is none or it is malformed:
// eleven letters and digits.
func (s *Service) hashINE(ine string) (string, bool) {
	ine = strings.ToUpper(strings.Join(strings.Fields(ine), ""))
	if ine == "" || len(s.key) == 0 {
		return "", true
	}
	if len(ine) != 11 || strings.IndexFunc(ine, func(r rune) bool { return (r < '0' || r > '9') && (r < 'A' || r > 'Z') }) >= 0 {
		return "", false
	}
	mac := hmac.New(sha256.New, s.key)
	mac.Write([]byte("ine:" + ine))
	return hex.EncodeToString(mac.Sum(nil)), true
}

var dayLayouts = []string{time.DateOnly, "02/01/2006", "2/1/2006", "02-01-2006", time.RFC3339Nano, "2006-01-02T15:04:05", "20060102"}

// day returns a day written in one of the ways of the sources as 2015-03-09, "" for none, or false.
func day(text string) (string, bool) {
	if text == "" {
		return "", true
	}
	for _, layout := range dayLayouts {
		if t, err := time.Parse(layout, text); err == nil && t.Year() >= 1900 && t.Year() <= 2200 {
			return t.Format(time.DateOnly), true
		}
	}
	return "", false
}
