package main

import (
	"context"
	"fmt"
	"io/fs"
)

// download fetches a module for --download-modules.
func download(_ context.Context, source, _ string) (fs.FS, error) {
	return nil, fmt.Errorf("%s cannot be fetched by this version", source)
}
