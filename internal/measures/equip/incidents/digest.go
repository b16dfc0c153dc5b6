package incidents

import (
	"context"
	"errors"
	"strings"
	"time"

	"preau/internal/base/db"
	"preau/internal/base/i18n"
	"preau/internal/base/jobs"
	"preau/internal/base/mail"
)

// mostLines bounds the incidents that a digest names one by one.
const mostLines = 40

// Digests sends to each service that acts one letter about what was reported since the last, and none when nothing was: never a letter for
// each incident. What was told is marked in the same transaction that read it, so that two processes do not tell it twice.
func (s *Service) Digests(ctx context.Context, l *i18n.Localizer, letters mail.Sender, site string) (int, error) {
	var rules []Rule
	if err := s.db.View(ctx, func(ctx context.Context, tx *db.Tx) (err error) {
		rules, err = db.All(ctx, tx, scanRule, "SELECT territory, MIN(kind), MIN(custodian), actor, email FROM equip_actor WHERE email <> '' GROUP BY territory, actor, email ORDER BY territory, actor, email")
		return err
	}); err != nil {
		return 0, err
	}
	sent := 0
	for _, r := range rules {
		var fresh []Incident
		if err := s.db.Update(ctx, func(ctx context.Context, tx *db.Tx) (err error) {
			fresh, err = db.All(ctx, tx, scan, "SELECT "+columns+from+"WHERE i.territory = ? AND i.actor = ? AND i.digested_at IS NULL AND i.state NOT IN ('usable', 'closed') ORDER BY i.number", r.Territory, r.Actor)
			if err != nil || len(fresh) == 0 {
				return err
			}
			_, err = tx.Exec(ctx, "UPDATE equip_incident SET digested_at = ? WHERE territory = ? AND actor = ? AND digested_at IS NULL", tx.Now(), r.Territory, r.Actor)
			return err
		}); err != nil {
			return sent, err
		}
		if len(fresh) == 0 {
			continue
		}
		if err := s.name(ctx, fresh); err != nil {
			return sent, err
		}
		if err := letters.Send(ctx, mail.Message{To: r.Email, Subject: l.T("incidents.digest.subject", "n", len(fresh)), Text: digest(l, fresh, site)}); err != nil {
			return sent, errors.Join(err, s.untell(ctx, fresh))
		}
		sent++
	}
	return sent, nil
}

// untell marks what a letter that was not taken would have told: the next one does.
func (s *Service) untell(ctx context.Context, list []Incident) error {
	return s.db.Update(ctx, func(ctx context.Context, tx *db.Tx) error {
		for _, i := range list {
			if _, err := tx.Exec(ctx, "UPDATE equip_incident SET digested_at = NULL WHERE territory = ? AND id = ?", i.Territory, i.ID); err != nil {
				return err
			}
		}
		return nil
	})
}

func digest(l *i18n.Localizer, list []Incident, site string) string {
	var b strings.Builder
	b.WriteString(l.T("incidents.digest.lead") + "\n\n")
	for n, i := range list {
		if n == mostLines {
			b.WriteString(l.T("incidents.digest.more", "n", len(list)-mostLines) + "\n")
			break
		}
		b.WriteString(l.T("incidents.digest.line", "number", i.Number, "kind", kindText(l, i.Kind), "name", i.AssetName, "code", i.AssetCode, "school", i.SchoolName) + "\n")
	}
	b.WriteString("\n" + site + "/incidents?state=open\n")
	return b.String()
}

// Jobs sends the digests once a day; no job without a way to send letters.
func (s *Service) Jobs(l *i18n.Localizer, letters mail.Sender, site string) []jobs.Job {
	if letters == nil {
		return nil
	}
	return []jobs.Job{{Name: "incidents.digest", Every: 24 * time.Hour, Run: func(ctx context.Context) error {
		_, err := s.Digests(ctx, l, letters, site)
		return err
	}}}
}
