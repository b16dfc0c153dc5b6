package mail

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"log/slog"
	"net/textproto"
	"strings"
	"sync/atomic"
	"testing"
	"testing/synctest"
	"time"
)

type senderFunc func(context.Context, Message) error

func (f senderFunc) Send(ctx context.Context, m Message) error { return f(ctx, m) }

var letter = Message{To: "zoe@ecole.example", Subject: "lien", Text: "https://preau.example/login/link/secret"}

func TestAQueueTriesAgainAfterAFailureThatMayPassAndLogsNoSecret(t *testing.T) {
	for _, c := range []struct {
		name     string
		failures []error
		attempts int32
		logged   bool
	}{
		{"at once", nil, 1, false},
		{"busy once", []error{&textproto.Error{Code: 421, Msg: "busy zoe@ecole.example"}}, 2, false},
		{"refused for good", []error{&textproto.Error{Code: 550, Msg: "no zoe@ecole.example"}}, 1, true},
		{"network down", []error{errors.New("x"), errors.New("x"), errors.New("zoe@ecole.example")}, 3, true},
	} {
		t.Run(c.name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				var log bytes.Buffer
				var attempts atomic.Int32
				q := NewQueue(slog.New(slog.NewTextHandler(&log, nil)), senderFunc(func(context.Context, Message) error {
					if n := attempts.Add(1); int(n) <= len(c.failures) {
						return c.failures[n-1]
					}
					return nil
				}), 4)
				if err := q.Send(t.Context(), letter); err != nil {
					t.Fatal(err)
				}
				time.Sleep(time.Minute)
				if err := q.Close(t.Context()); err != nil {
					t.Fatal(err)
				}
				if n := attempts.Load(); n != c.attempts {
					t.Errorf("%d attempts", n)
				}
				if (log.Len() > 0) != c.logged || strings.Contains(log.String(), "zoe") || strings.Contains(log.String(), "secret") {
					t.Errorf("the log says %q", log.String())
				}
				if q.Send(t.Context(), letter) == nil {
					t.Error("a closed queue took a letter")
				}
			})
		})
	}
}

func TestAFullQueueRefusesAndClosingWaitsNoLongerThanTold(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		q := NewQueue(slog.New(slog.DiscardHandler), senderFunc(func(ctx context.Context, _ Message) error {
			<-ctx.Done()
			return ctx.Err()
		}), 1)
		_ = q.Send(t.Context(), letter)
		synctest.Wait() // the first is under way
		if err := q.Send(t.Context(), letter); err != nil {
			t.Fatal(err)
		}
		if err := q.Send(t.Context(), letter); !errors.Is(err, ErrFull) {
			t.Errorf("a third letter: %v", err)
		}
		ctx, cancel := context.WithTimeout(t.Context(), time.Second)
		defer cancel()
		if err := q.Close(ctx); !errors.Is(err, context.DeadlineExceeded) {
			t.Errorf("close: %v", err)
		}
	})
}

func TestASpoolKeepsTheNewestLettersAndNoLogShowsOne(t *testing.T) {
	s := NewSpool(2)
	for i := range 3 {
		if err := s.Send(t.Context(), Message{To: "a@b.example", Subject: fmt.Sprint(i), Text: "secret"}); err != nil {
			t.Fatal(err)
		}
	}
	kept := s.Messages()
	if len(kept) != 2 || kept[0].Subject != "2" || kept[1].Subject != "1" {
		t.Errorf("kept %v", kept)
	}
	var log bytes.Buffer
	slog.New(slog.NewTextHandler(&log, nil)).Info("x", "letter", kept[0].Message)
	if strings.Contains(log.String(), "secret") || strings.Contains(log.String(), "a@b") {
		t.Errorf("logged %q", log.String())
	}
}
