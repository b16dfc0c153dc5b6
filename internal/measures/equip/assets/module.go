package assets

import "embed"

// Messages holds the words of assets.
//
//go:embed messages.yaml
var Messages embed.FS
