package loans

import (
	"context"
	"time"

	"preau/internal/base/jobs"
)

// Jobs returns what loans do again and again: each is done once a day however often it runs.
func (m *Module) Jobs() []jobs.Job {
	return []jobs.Job{
		{Name: "lend.follow", Every: 6 * time.Hour, Run: func(ctx context.Context) error {
			_, err := m.Service.Follow(ctx)
			return err
		}},
		{Name: "lend.remind", Every: time.Hour, Run: func(ctx context.Context) error {
			_, err := m.Service.RemindAll(ctx)
			return err
		}},
	}
}
