// Package equip brings what the programme buys to where it works: catalogue, orders, deliveries, the assets and all
// that happens to them, until they are retired.
package equip

import (
	"embed"
	"io/fs"
	"slices"

	"preau/internal/base/authz"
	"preau/internal/base/db"
	"preau/internal/measures/equip/agents"
	"preau/internal/measures/equip/assets"
	"preau/internal/measures/equip/catalogue"
	"preau/internal/measures/equip/deliveries"
	"preau/internal/measures/equip/entitlements"
	"preau/internal/measures/equip/incidents"
	"preau/internal/measures/equip/orders"
	"preau/internal/measures/equip/stocktake"
)

//go:embed migrations/*.sql
var migrations embed.FS

// Migrations are the room's tables.
var Migrations = db.Migrations{Room: "equip", FS: migrations}

// Messages are the words of the room's parts.
var Messages = []fs.FS{assets.Messages, catalogue.Messages, orders.Messages, agents.Messages, deliveries.Messages, entitlements.Messages, incidents.Messages, stocktake.Messages}

// Permissions says which roles hold the permissions of the room's parts.
var Permissions = authz.Join(assets.Permissions, catalogue.Permissions, orders.Permissions, agents.Permissions, deliveries.Permissions, entitlements.Permissions, incidents.Permissions, stocktake.Permissions)

// Facts lists the kinds of fact that the room records.
var Facts = slices.Concat(assets.Facts, catalogue.Facts, orders.Facts, agents.Facts, deliveries.Facts, entitlements.Facts, incidents.Facts, stocktake.Facts)
