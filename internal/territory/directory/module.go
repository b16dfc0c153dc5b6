package directory

import (
	"context"
	"embed"
	"time"

	"preau/internal/base/db"
	"preau/internal/base/jobs"
)

//go:embed migrations/*.sql
var migrations embed.FS

// Migrations are the directory's tables.
var Migrations = db.Migrations{Room: "directory", FS: migrations}

// Messages holds the texts of the directory's pages.
//
//go:embed messages.yaml
var Messages embed.FS

// Module is what the directory gives to the site.
type Module struct{ Service *Service }

// Jobs returns what the directory does again and again.
func (m *Module) Jobs() []jobs.Job {
	return []jobs.Job{{Name: "directory.retire", Every: 24 * time.Hour, Run: func(ctx context.Context) error {
		_, err := m.Service.Retire(ctx)
		return err
	}}}
}
