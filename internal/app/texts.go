package app

import "embed"

// texts are the messages of the command line and the names of the facts.
//
//go:embed messages.yaml
var texts embed.FS
