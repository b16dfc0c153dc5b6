package authz

import "embed"

// Messages are the package's texts.
//
//go:embed messages.yaml
var Messages embed.FS
