package catalog

import (
	"strings"

	"github.com/plumbline-dev/plumbline/graph"
)

// stages infers the stage of every resource: the option, its tags, the account, the root's hint, the root's path.
// Source: reference-architecture.md, stage rule; controls-notes.md, further hints.
func (b *builder) stages() {
	for _, r := range b.resources {
		r.Stage = b.stage(r)
	}
}

func (b *builder) stage(r *graph.Resource) string {
	if b.opts.Stage != "" {
		return b.opts.Stage
	}
	if s := tagStage(r); s != "" {
		return s
	}
	if acct, ok := r.Facts["_account"].(string); ok && b.opts.AccountStages[acct] != "" {
		return b.opts.AccountStages[acct]
	}
	if s := b.opts.RootStages[r.Root]; s != "" {
		return s
	}
	return PathStage(r.Root)
}

func tagStage(r *graph.Resource) string {
	for _, attr := range []string{"tags_all", "tags"} {
		tags, _ := r.Attrs[attr].(map[string]any)
		for _, want := range []string{"environment", "stage", "env", "environment-name"} {
			for _, k := range sortedKeys(tags) {
				if s, ok := tags[k].(string); ok && strings.EqualFold(k, want) && s != "" {
					return s
				}
			}
		}
		for _, k := range sortedKeys(tags) {
			if strings.EqualFold(k, "is-production") {
				switch strings.ToLower(toText(tags[k])) {
				case "true":
					return "production"
				case "false":
					return "non-production"
				}
			}
		}
	}
	return ""
}

func toText(v any) string {
	switch v := v.(type) {
	case string:
		return v
	case bool:
		if v {
			return "true"
		}
		return "false"
	}
	return ""
}

// PathStage reads the stage from a folder: what follows stages/, environments/ or envs/, else a folder
// whose own name is a usual stage name; "" when neither is there.
func PathStage(path string) string {
	parts := strings.Split(path, "/")
	for i := 0; i+1 < len(parts); i++ {
		switch strings.ToLower(parts[i]) {
		case "stages", "stage", "environments", "environment", "envs", "env":
			return parts[i+1]
		}
	}
	for _, p := range parts {
		switch strings.ToLower(p) {
		case "prod", "production", "live", "prd", "staging", "stage", "test", "testing", "dev", "development", "qa", "uat", "integration", "sandbox":
			return p
		}
	}
	return ""
}

// Production says whether a stage is judged as production: it is named so, or it is not known.
func Production(stage string) bool {
	switch strings.ToLower(stage) {
	case "", "prod", "production", "live", "prd":
		return true
	}
	return false
}
