// Package lend brings a device to a pupil's home and back: who needs one, the agreement with the family, the handover,
// the return, what goes wrong, and the stock for a crisis.
package lend

import (
	"embed"
	"io/fs"
	"slices"

	"preau/internal/base/authz"
	"preau/internal/base/db"
	"preau/internal/measures/lend/agreements"
	"preau/internal/measures/lend/crisis"
	"preau/internal/measures/lend/loans"
	"preau/internal/measures/lend/needs"
)

//go:embed migrations/*.sql
var migrations embed.FS

// Migrations are the room's tables.
var Migrations = db.Migrations{Room: "lend", FS: migrations}

// Messages are the words of the room's parts.
var Messages = []fs.FS{needs.Messages, agreements.Messages, loans.Messages, crisis.Messages}

// Permissions says which roles hold the permissions of the room's parts.
var Permissions = authz.Join(needs.Permissions, agreements.Permissions, loans.Permissions, crisis.Permissions)

// Facts lists the kinds of fact that the room records.
var Facts = slices.Concat(needs.Facts, agreements.Facts, loans.Facts, crisis.Facts)
