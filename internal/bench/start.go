package main

import (
	"context"
	"time"
)

// start measures how long `preau serve` takes on a database that is there until it says that it is ready,
// against the start of a process of the same program that only says its version.
func (b *bench) start(ctx context.Context) error {
	address, err := b.need(ctx, local)
	if err != nil {
		return err
	}
	var started, bare time.Duration
	for range timesRun {
		s, err := b.site(ctx, "serve", address)
		if err != nil {
			return err
		}
		started = least(started, s.took)
		s.stop()
		_, took, err := b.preau(ctx, "version")
		if err != nil {
			return err
		}
		bare = least(bare, took)
	}
	b.add(cost("start of the server on a database that is there", milliseconds(started), "ms", milliseconds(bare)).aimed(valueAtMost, 300))
	return nil
}

func milliseconds(d time.Duration) float64 { return float64(d) / float64(time.Millisecond) }

// memory reads how long the demonstration takes to answer the first time, and what it holds when nobody asks for
// anything: after the start that makes it, and after the next, as every day.
func (b *bench) memory(ctx context.Context) error {
	address := b.address("demo")
	for _, start := range []string{"the start that makes it", "the next start"} {
		s, err := b.site(ctx, "demo", address)
		if err != nil {
			return err
		}
		held, err := s.idle()
		s.stop()
		if err != nil {
			return err
		}
		b.add(alone("demo ready, "+start, s.took.Seconds(), "s").aimed(valueAtMost, 5))
		b.add(alone("memory of the demo, idle, after "+start, held, "MB resident").aimed(valueAtMost, 80))
	}
	return nil
}

// idle waits until the process does nothing for four seconds, a minute at the most, and returns the memory
// that it then holds, in MB.
func (s *server) idle() (float64, error) {
	before, err := s.cpu()
	for range 15 {
		if err != nil {
			break
		}
		time.Sleep(4 * time.Second)
		var now time.Duration
		if now, err = s.cpu(); now-before < 50*time.Millisecond {
			break
		}
		before = now
	}
	if err != nil {
		return 0, err
	}
	return s.resident()
}
