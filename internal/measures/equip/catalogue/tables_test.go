package catalogue

import "os"

// equipFS holds the room's tables: the room itself imports this package.
var equipFS = os.DirFS("..")
