// Package mail sends letters: one-time links and invitations.
//
// A letter may hold a secret, so nothing here logs a letter, its text or whom it is for. Senders: SMTP
// (Open) delivers, Queue delivers behind the back of the request, Spool keeps letters in memory for the
// demonstration and for tests.
package mail

import (
	"context"
	"errors"
	"log/slog"
	"net/mail"
	"strings"
	"sync"
	"time"
)

// Message is a letter in plain text to one person.
type Message struct {
	To      string // the bare address
	Subject string
	Text    string
}

// LogValue keeps the letter out of a log that it is given to by mistake.
func (Message) LogValue() slog.Value { return slog.StringValue("a letter") }

// Sender takes letters. Send returns once the letter is taken, which need not mean delivered.
type Sender interface {
	Send(ctx context.Context, m Message) error
}

var errMessage = errors.New("mail: the address or the subject is not valid")

// check refuses a letter whose head could carry more than one line.
func (m Message) check() error {
	if strings.ContainsAny(m.To, "\r\n") || strings.ContainsAny(m.Subject, "\r\n") {
		return errMessage
	}
	if a, err := mail.ParseAddress(m.To); err != nil || a.Address != m.To {
		return errMessage
	}
	return nil
}

// Kept is a letter in a spool, with the time at which it was taken.
type Kept struct {
	Message
	At time.Time
}

// Spool keeps the newest letters in memory and delivers none.
type Spool struct {
	mu    sync.Mutex
	size  int
	clock func() time.Time
	kept  []Kept
}

// NewSpool returns a spool that keeps the newest letters, size at most.
func NewSpool(size int) *Spool { return &Spool{size: size, clock: time.Now} }

// Send keeps the letter.
func (s *Spool) Send(_ context.Context, m Message) error {
	if err := m.check(); err != nil {
		return err
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	s.kept = append(s.kept, Kept{m, s.clock()})
	if n := len(s.kept) - s.size; n > 0 {
		s.kept = append([]Kept(nil), s.kept[n:]...)
	}
	return nil
}

// Messages returns the letters, newest first.
func (s *Spool) Messages() []Kept {
	s.mu.Lock()
	defer s.mu.Unlock()
	list := make([]Kept, 0, len(s.kept))
	for i := len(s.kept) - 1; i >= 0; i-- {
		list = append(list, s.kept[i])
	}
	return list
}
