// Package lend brings a device to a pupil's home and back: who needs one, the agreement with the family, the handover,
// the return, what goes wrong, and the stock for a crisis.
package lend

import (
	"embed"

	"preau/internal/base/db"
)

//go:embed migrations/*.sql
var migrations embed.FS

// Migrations are the room's tables.
var Migrations = db.Migrations{Room: "lend", FS: migrations}
