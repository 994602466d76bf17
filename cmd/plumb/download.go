package main

import (
	"context"
	"fmt"
	"io/fs"
	"path/filepath"

	"github.com/plumbline-dev/plumbline/scanners/terraform"
)

// downloader fetches modules for --download-modules into the user's cache folder.
func downloader(env map[string]string) (func(ctx context.Context, source, version string) (fs.FS, error), error) {
	cache := env["XDG_CACHE_HOME"]
	if cache == "" && env["HOME"] != "" {
		cache = filepath.Join(env["HOME"], ".cache")
	}
	if !filepath.IsAbs(cache) {
		return nil, &problem{where: "--download-modules", what: "there is no cache folder", hint: "set HOME or XDG_CACHE_HOME"}
	}
	list := make([]string, 0, len(env))
	for k, v := range env {
		list = append(list, fmt.Sprintf("%s=%s", k, v))
	}
	d := &terraform.Downloader{Cache: filepath.Join(cache, "plumb", "modules"), Env: list}
	return d.Fetch, nil
}
