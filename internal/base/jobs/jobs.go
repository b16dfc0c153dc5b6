// Package jobs runs what must happen beside the requests: sealing the journal, applying retention rules.
package jobs

import (
	"context"
	"log/slog"
	"sync"
	"time"

	"preau/internal/base/authz"
	"preau/internal/base/db"
)

// Job is something that is done at an interval, or once at the start when Every is zero; and once more when
// the program stops if Final is set. Run must be safe to do twice, or in two processes at once.
type Job struct {
	Name  string
	Every time.Duration
	Final bool
	Run   func(context.Context) error
}

// Runner runs jobs until it is stopped.
type Runner struct {
	log    *slog.Logger
	jobs   []Job
	cancel context.CancelFunc
	group  sync.WaitGroup
}

// Start starts the jobs, each on its own clock.
func Start(ctx context.Context, log *slog.Logger, jobs ...Job) *Runner {
	ctx, cancel := context.WithCancel(db.Everywhere(authz.System(context.WithoutCancel(ctx))))
	r := &Runner{log: log, jobs: jobs, cancel: cancel}
	for _, j := range jobs {
		r.group.Go(func() { r.repeat(ctx, j) })
	}
	return r
}

func (r *Runner) repeat(ctx context.Context, j Job) {
	if j.Every == 0 {
		r.run(ctx, j)
		return
	}
	tick := time.NewTicker(j.Every)
	defer tick.Stop()
	for {
		select {
		case <-ctx.Done():
			return
		case <-tick.C:
			r.run(ctx, j)
		}
	}
}

func (r *Runner) run(ctx context.Context, j Job) {
	if err := j.Run(ctx); err != nil && ctx.Err() == nil {
		r.log.Error("job failed", slog.String("job", j.Name), slog.Any("error", err))
	}
}

// Stop ends the jobs, waits for those that run, and runs the final ones within the context.
func (r *Runner) Stop(ctx context.Context) {
	r.cancel()
	r.group.Wait()
	ctx = db.Everywhere(authz.System(ctx))
	for _, j := range r.jobs {
		if j.Final {
			r.run(ctx, j)
		}
	}
}
