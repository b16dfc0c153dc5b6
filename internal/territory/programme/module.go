package programme

import "embed"

// Messages holds the room's words.
//
//go:embed messages.yaml
var Messages embed.FS
