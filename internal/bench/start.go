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

// idle is how long a site is left alone before its memory is read.
const idle = 4 * time.Second

// memory reads what the demonstration holds when nobody asks for anything: after the start that makes it, and
// after the next, as every day.
func (b *bench) memory(ctx context.Context) error {
	address := b.address("demo")
	for _, name := range []string{"memory of the demo, idle, after the start that makes it", "memory of the demo, idle"} {
		s, err := b.site(ctx, "demo", address)
		if err != nil {
			return err
		}
		time.Sleep(idle)
		held, err := s.resident()
		s.stop()
		if err != nil {
			return err
		}
		b.add(alone(name, held, "MB resident").aimed(valueAtMost, 80))
	}
	return nil
}
