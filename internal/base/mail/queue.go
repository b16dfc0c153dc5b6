package mail

import (
	"context"
	"errors"
	"log/slog"
	"net/textproto"
	"sync"
	"time"
)

// ErrFull is returned by a queue that cannot take another letter.
var ErrFull = errors.New("mail: too many letters wait")

// Queue takes letters at once and gives them to another sender behind the request's back, so that an answer
// takes as long whether a letter leaves or not. Letters wait in memory, never in the database: they hold
// secrets of which the database keeps only a hash. What is lost when the program is killed can be asked for again.
type Queue struct {
	sender Sender
	log    *slog.Logger
	pauses []time.Duration // before each new attempt

	mu      sync.Mutex
	closed  bool
	waiting chan Message
	stop    context.CancelFunc
	done    chan struct{}
}

// NewQueue returns a queue of at most size letters before the sender.
func NewQueue(log *slog.Logger, sender Sender, size int) *Queue {
	ctx, stop := context.WithCancel(context.Background())
	q := &Queue{sender: sender, log: log, pauses: []time.Duration{2 * time.Second, 20 * time.Second},
		waiting: make(chan Message, size), stop: stop, done: make(chan struct{})}
	go q.work(ctx)
	return q
}

// Send takes the letter, or returns ErrFull.
func (q *Queue) Send(_ context.Context, m Message) error {
	if err := m.check(); err != nil {
		return err
	}
	q.mu.Lock()
	defer q.mu.Unlock()
	if q.closed {
		return ErrFull
	}
	select {
	case q.waiting <- m:
		return nil
	default:
		return ErrFull
	}
}

// Close delivers what waits, within the context, and ends the queue.
func (q *Queue) Close(ctx context.Context) error {
	q.mu.Lock()
	if !q.closed {
		q.closed = true
		close(q.waiting)
	}
	q.mu.Unlock()
	defer q.stop()
	select {
	case <-q.done:
		return nil
	case <-ctx.Done():
		q.stop()
		<-q.done
		return ctx.Err()
	}
}

func (q *Queue) work(ctx context.Context) {
	defer close(q.done)
	for m := range q.waiting {
		q.deliver(ctx, m)
	}
}

// deliver tries again after a failure that may pass. It logs the kind of failure alone: the server's words
// often repeat the address.
func (q *Queue) deliver(ctx context.Context, m Message) {
	for attempt := 0; ctx.Err() == nil; attempt++ {
		err := q.sender.Send(ctx, m)
		if err == nil {
			return
		}
		code, lasting := reply(err)
		if lasting || attempt == len(q.pauses) {
			q.log.Error("mail not delivered", slog.Int("smtp_code", code), slog.Int("attempts", attempt+1))
			return
		}
		select {
		case <-ctx.Done():
		case <-time.After(q.pauses[attempt]):
		}
	}
}

// reply returns the server's code, 0 when it gave none, and whether trying again is of no use (RFC 5321, 4.2.1).
func reply(err error) (code int, lasting bool) {
	if e, ok := errors.AsType[*textproto.Error](err); ok {
		return e.Code, e.Code >= 500
	}
	return 0, errors.Is(err, errMessage)
}
