package jobs_test

import (
	"context"
	"errors"
	"log/slog"
	"sync/atomic"
	"testing"
	"testing/synctest"
	"time"

	"preau/internal/base/jobs"
)

func TestAJobRunsAtItsIntervalSurvivesAFailureAndRunsOnceMoreAtTheEnd(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		var runs atomic.Int32
		runner := jobs.Start(t.Context(), slog.New(slog.DiscardHandler), jobs.Job{Name: "count", Every: time.Minute, Final: true, Run: func(context.Context) error {
			if runs.Add(1) == 1 {
				return errors.New("the first time fails")
			}
			return nil
		}})
		time.Sleep(150 * time.Second)
		if n := runs.Load(); n != 2 {
			t.Errorf("%d runs in two and a half minutes", n)
		}
		runner.Stop(t.Context())
		if n := runs.Load(); n != 3 {
			t.Errorf("%d runs after the end", n)
		}
		time.Sleep(time.Hour)
		if n := runs.Load(); n != 3 {
			t.Errorf("it ran on after the end: %d", n)
		}
	})
}

func TestAJobWithoutAnIntervalRunsOnceAtTheStartAndIsWaitedForAtTheEnd(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		var began, ended atomic.Int32
		runner := jobs.Start(t.Context(), slog.New(slog.DiscardHandler), jobs.Job{Name: "once", Run: func(ctx context.Context) error {
			began.Add(1)
			<-ctx.Done()
			ended.Add(1)
			return ctx.Err()
		}})
		time.Sleep(time.Hour)
		runner.Stop(t.Context())
		if began.Load() != 1 || ended.Load() != 1 {
			t.Errorf("began %d times, ended %d", began.Load(), ended.Load())
		}
	})
}
