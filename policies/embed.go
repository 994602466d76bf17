package policies

import (
	"embed"
	"io/fs"
)

//go:embed */*.rego data
var builtin embed.FS

// Builtin is the tree of policies and dated tables that comes with the program: AREA/NAME.rego and data/TABLE.json.
func Builtin() fs.FS { return builtin }
