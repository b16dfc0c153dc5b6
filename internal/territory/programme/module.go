package programme

import (
	"embed"

	"preau/internal/base/db"
)

//go:embed migrations/*.sql
var migrations embed.FS

// Migrations are the room's tables.
var Migrations = db.Migrations{Room: "programme", FS: migrations}

// Messages holds the room's words.
//
//go:embed messages.yaml
var Messages embed.FS
