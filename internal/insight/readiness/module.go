package readiness

import (
	"embed"

	"preau/internal/base/db"
)

//go:embed migrations/*.sql
var migrations embed.FS

// Migrations are the room's tables.
var Migrations = db.Migrations{Room: "readiness", FS: migrations}
