package accounts

import (
	"context"
	"maps"
	"slices"
	"time"

	"preau/internal/base/db"
	"preau/internal/base/jobs"
	"preau/internal/base/journal"
)

// activityEvery is how late the last use of a session may be in the database.
const activityEvery = 10 * time.Minute

// Jobs returns what must happen again and again.
func (s *Service) Jobs() []jobs.Job {
	return []jobs.Job{
		{Name: "accounts.activity", Every: activityEvery, Final: true, Run: s.WriteActivity},
		{Name: "accounts.retention", Every: time.Hour, Run: s.Forget},
	}
}

// WriteActivity writes when sessions and tokens were last used and records whose log-in failed too often.
func (s *Service) WriteActivity(ctx context.Context) error {
	waiting := s.activity.peek()
	if waiting.empty() {
		return nil
	}
	err := s.db.Update(ctx, func(ctx context.Context, tx *db.Tx) error {
		if err := writeUses(ctx, tx, "UPDATE accounts_session SET seen_at = ? WHERE id = ? AND seen_at < ?", waiting.sessions); err != nil {
			return err
		}
		if err := writeUses(ctx, tx, "UPDATE accounts_token SET used_at = ? WHERE id = ? AND COALESCE(used_at, 0) < ?", waiting.tokens); err != nil {
			return err
		}
		for _, account := range slices.Sorted(maps.Keys(waiting.throttled)) {
			if err := s.journal.Record(ctx, tx, journal.Fact{Kind: factLoginThrottled, Subject: account, Data: map[string]int{"failures": waiting.throttled[account]}}); err != nil {
				return err
			}
		}
		return nil
	})
	if err == nil {
		s.activity.done(waiting)
	}
	return err
}

func writeUses(ctx context.Context, tx *db.Tx, query string, uses map[string]int64) error {
	if len(uses) == 0 {
		return nil
	}
	stmt, err := tx.Prepare(ctx, query)
	if err != nil {
		return err
	}
	defer stmt.Close()
	for _, id := range slices.Sorted(maps.Keys(uses)) { // in one order: two processes must not wait for each other
		if _, err := stmt.Exec(ctx, uses[id], id, uses[id]); err != nil {
			return err
		}
	}
	return nil
}

// tokenKept is how long an expired token is still shown to its owner.
const tokenKept = 30 * 24 * time.Hour

// Forget deletes what is no longer of use: sessions that ended, old links, tokens and invitations.
func (s *Service) Forget(ctx context.Context) error {
	now := s.db.Now()
	ago := func(d time.Duration) int64 { return now - d.Milliseconds() }
	rules := []struct {
		where string // table and condition
		args  []any
	}{
		// The last use may be late in the database: the margin is twice that.
		{"accounts_session WHERE created_at <= ? OR seen_at <= ?", []any{ago(sessionMost), ago(sessionIdle + 2*activityEvery)}},
		{"accounts_link WHERE expires_at <= ?", []any{ago(linkKept)}},
		{"accounts_token WHERE expires_at <= ?", []any{ago(tokenKept)}},
		{"accounts_invitation WHERE expires_at <= ? OR answered_at <= ?", []any{ago(invitationKept), ago(invitationKept)}},
	}
	// Counting first spares everybody's cached pages a change that changes nothing.
	due := false
	err := s.db.View(ctx, func(ctx context.Context, tx *db.Tx) error {
		for _, r := range rules {
			n, err := db.One(ctx, tx, db.Value[int64], "SELECT COUNT(*) FROM "+r.where, r.args...)
			if err != nil {
				return err
			}
			due = due || n > 0
		}
		return nil
	})
	if err != nil || !due {
		return err
	}
	return s.db.Update(ctx, func(ctx context.Context, tx *db.Tx) error {
		for _, r := range rules {
			if _, err := tx.Exec(ctx, "DELETE FROM "+r.where, r.args...); err != nil {
				return err
			}
		}
		return nil
	})
}
