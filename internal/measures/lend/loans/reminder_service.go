package loans

import (
	"context"
	"strings"
	"time"

	"preau/internal/base/authz"
	"preau/internal/base/db"
	"preau/internal/base/errs"
	"preau/internal/base/i18n"
	"preau/internal/base/journal"
	"preau/internal/base/mail"
	"preau/internal/territory/directory"
)

// everywhere bounds what one run of a job reads.
const everywhere = 100_000

// RemindAll reminds, once a day and only when there is school, the families of what is soon due, late or asked back; it returns how many families. Run
// twice on a day, or by two processes, it reminds nobody twice.
func (s *Service) RemindAll(ctx context.Context) (int, error) {
	ctx = inside(ctx)
	due, err := s.dueSoon(ctx)
	if err != nil || len(due) == 0 {
		return 0, err
	}
	families := map[string][]directory.Guardian{}
	for _, l := range due {
		if _, known := families[l.Pupil]; known {
			continue
		}
		_, guardians, err := s.directory.Family(ctx, l.Territory, l.Pupil)
		if err != nil && !errs.Is(err, errs.NotFound) { // the pupil left: nobody is known
			return 0, err
		}
		families[l.Pupil] = guardians
	}
	reminded, counts := 0, map[[2]string]int64{}
	for _, d := range digests(due, families) {
		done, err := s.remind(ctx, d)
		if err != nil {
			return reminded, err
		}
		if done {
			reminded++
			counts[[2]string{d.Territory, d.School}]++
		}
	}
	if reminded == 0 {
		return 0, nil
	}
	return reminded, s.db.Update(ctx, func(ctx context.Context, tx *db.Tx) error {
		for where, n := range counts {
			if err := s.journal.Record(ctx, tx, journal.Fact{Territory: where[0], School: where[1], Kind: FactReminded, Subject: s.today(), Data: Counted{N: n}}); err != nil {
				return err
			}
		}
		return nil
	})
}

// dueSoon returns the loans that may be reminded of today, in the territories where there is school.
func (s *Service) dueSoon(ctx context.Context) ([]Loan, error) {
	today := s.today()
	day, err := time.Parse(time.DateOnly, today)
	if err != nil {
		return nil, err
	}
	var out []Loan
	err = s.db.View(ctx, func(ctx context.Context, tx *db.Tx) error {
		out = nil
		list, err := db.All(ctx, tx, scan, "SELECT "+columns+" FROM lend_loan l WHERE l.state = 'out' AND (l.due_on <= ? OR l.asked_at IS NOT NULL) ORDER BY l.territory, l.due_on, l.id LIMIT ?",
			day.AddDate(0, 0, remindBefore).Format(time.DateOnly), everywhere)
		if err != nil {
			return err
		}
		school := map[string]bool{}
		for _, l := range list {
			open, known := school[l.Territory]
			if !known {
				holidays, err := holidaysOf(ctx, tx, l.Territory)
				if err != nil {
					return err
				}
				open = SchoolDay(today, holidays)
				school[l.Territory] = open
			}
			if open {
				out = append(out, l)
			}
		}
		return nil
	})
	return out, err
}

// remind tells one family, unless it was told recently. The row is written first: what is killed in between is told once less, never twice.
func (s *Service) remind(ctx context.Context, d Digest) (bool, error) {
	today, written := s.today(), false
	state := map[Channel]string{Email: "sent", Phone: "to_call", Paper: "to_print"}[d.Channel]
	if d.Channel == Email && s.mail == nil {
		d.Channel, state = Paper, "to_print"
	}
	err := s.db.Update(ctx, func(ctx context.Context, tx *db.Tx) error {
		written = false
		last, err := db.One(ctx, tx, db.Value[string], "SELECT COALESCE(MAX(day), '') FROM lend_reminder WHERE territory = ? AND guardian = ?", d.Territory, d.Guardian.Person)
		if err != nil {
			return err
		}
		wanted := false
		for _, l := range d.Loans {
			due := l.DueOn
			if l.AskedAt != 0 {
				due = today
			}
			wanted = wanted || remindable(due, today, last)
		}
		if !wanted {
			return nil
		}
		a, err := agreementByID(ctx, tx, d.Territory, d.Loans[0].Agreement)
		if err != nil {
			return err
		}
		d.Language = a.Language
		n, err := tx.Exec(ctx, `INSERT INTO lend_reminder (territory, guardian, day, school, pupil, channel, loans, state) VALUES (?, ?, ?, ?, ?, ?, ?, ?)
			ON CONFLICT (territory, guardian, day) DO NOTHING`, d.Territory, d.Guardian.Person, today, d.School, d.Pupil, string(d.Channel), len(d.Loans), state)
		written = n == 1
		return err
	})
	if err != nil || !written || d.Channel != Email {
		return written, err
	}
	if err := s.mail.Send(ctx, s.letter(ctx, d)); err != nil { // the head prints it then
		return true, s.db.Update(ctx, func(ctx context.Context, tx *db.Tx) error {
			_, err := tx.Exec(ctx, "UPDATE lend_reminder SET channel = ?, state = 'to_print' WHERE territory = ? AND guardian = ? AND day = ?", string(Paper), d.Territory, d.Guardian.Person, today)
			return err
		})
	}
	return true, nil
}

// letter is the digest as an e-mail: in French, and in English for a family whose agreement is.
func (s *Service) letter(ctx context.Context, d Digest) mail.Message {
	langs := []i18n.Lang{i18n.French}
	if d.Language == "en" {
		langs = append(langs, i18n.English)
	}
	var text []string
	for _, lang := range langs {
		text = append(text, s.digestText(i18n.With(ctx, s.words(lang)), d)...)
	}
	return mail.Message{To: d.Guardian.Email, Subject: s.words(i18n.French).T("loans.reminder.subject"), Text: strings.Join(text, "\n\n") + "\n"}
}

func (s *Service) words(lang i18n.Lang) *i18n.Localizer {
	if s.links.Catalog == nil {
		return i18n.From(context.Background())
	}
	return s.links.Catalog.In(lang)
}

// digestText is what a family is told, paragraph by paragraph. It names no pupil: the device's code is enough, and letters are read by others.
func (s *Service) digestText(ctx context.Context, d Digest) []string {
	out := []string{i18n.T(ctx, "loans.reminder.hello")}
	for _, l := range d.Loans {
		switch {
		case l.AskedAt != 0:
			out = append(out, i18n.T(ctx, "loans.reminder.asked", "model", l.Name, "code", l.Code))
		case l.DueOn < s.today():
			out = append(out, i18n.T(ctx, "loans.reminder.late", "model", l.Name, "code", l.Code, "day", dayText(ctx, l.DueOn)))
		default:
			out = append(out, i18n.T(ctx, "loans.reminder.soon", "model", l.Name, "code", l.Code, "day", dayText(ctx, l.DueOn)))
		}
	}
	out = append(out, i18n.T(ctx, "loans.reminder.bring"))
	if s.site != "" {
		out = append(out, s.site+"/lend/mine")
	}
	return out
}

// Reminder is a family to call, or whose letter is to be printed.
type Reminder struct {
	Territory string
	Guardian  string
	Day       string
	School    string
	Pupil     string
	Channel   Channel
	Number    int // loans
	State     string
	Name      string // of the guardian, "" unknown
	Phone     string
	Homes     []directory.Home
	PupilName string
	Loans     []Loan // that are still out
}

// Reminders returns the families of the head's schools that wait to be called or written to. Those whose loans all came back are left out.
func (s *Service) Reminders(ctx context.Context) ([]Reminder, error) {
	scopes, err := authz.Scopes(ctx, Remind)
	if err != nil {
		return nil, err
	}
	where, args := authz.Filter(scopes, "r.territory", "r.school", "")
	var list []Reminder
	err = s.db.View(ctx, func(ctx context.Context, tx *db.Tx) error {
		list, err = db.All(ctx, tx, func(row db.Scanner) (Reminder, error) {
			var r Reminder
			err := row.Scan(&r.Territory, &r.Guardian, &r.Day, &r.School, &r.Pupil, &r.Channel, &r.Number, &r.State)
			return r, err
		}, "SELECT r.territory, r.guardian, r.day, r.school, r.pupil, r.channel, r.loans, r.state FROM lend_reminder r WHERE r.state IN ('to_call', 'to_print') AND "+where+" ORDER BY r.day DESC, r.channel, r.guardian LIMIT 500", args...)
		for i := range list {
			if err == nil {
				list[i].Loans, err = heldBy(ctx, tx, list[i].Territory, list[i].Pupil)
			}
		}
		return err
	})
	if err != nil {
		return nil, err
	}
	var out []Reminder
	for _, r := range list {
		if len(r.Loans) == 0 {
			continue
		}
		if err := s.reach(ctx, &r); err != nil {
			return nil, err
		}
		out = append(out, r)
	}
	return out, nil
}

// reach adds whom to call or to write to, as the head may see it.
func (s *Service) reach(ctx context.Context, r *Reminder) error {
	homes, guardians, err := s.directory.Family(ctx, r.Territory, r.Pupil)
	if errs.Is(err, errs.NotFound) {
		return nil
	}
	if err != nil {
		return err
	}
	r.Homes = homes
	for _, g := range guardians {
		if g.Person == r.Guardian {
			r.Name, r.Phone = g.GivenName+" "+g.FamilyName, g.Phone
			if len(g.Homes) > 0 {
				r.Homes = g.Homes
			}
		}
	}
	names, err := s.names(ctx, map[string][]string{r.Territory: {r.Pupil}})
	r.PupilName = names[r.Pupil]
	return err
}

// Reminded says that a family was called, or got its letter. NotFound.
func (s *Service) Reminded(ctx context.Context, territory, guardian, day string) error {
	scopes, err := authz.Scopes(ctx, Remind)
	if err != nil {
		return err
	}
	where, args := authz.Filter(scopes, "territory", "school", "")
	return s.db.Update(ctx, func(ctx context.Context, tx *db.Tx) error {
		n, err := tx.Exec(ctx, "UPDATE lend_reminder SET state = 'done' WHERE territory = ? AND guardian = ? AND day = ? AND "+where, append([]any{territory, guardian, day}, args...)...)
		if err == nil && n == 0 {
			err = errs.NewNotFound("authz.not_found")
		}
		return err
	})
}
