package catalog

import (
	"slices"
	"strings"

	"github.com/plumbline-dev/plumbline/graph"
)

// stages infers the stage of every resource: the option, its tags, the account, the root's hint, the root's path.
// Source: reference-architecture.md, stage rule; controls-notes.md, further hints.
// A fact, and a part that has no tags of its own, has the stage of the resource that it is about; a fact about code also that which all
// resources of its root agree on.
func (b *builder) stages() {
	agreed := map[string]string{} // by root; "?" when they do not agree
	for _, r := range b.resources {
		r.Stage = b.stage(r)
		switch was := agreed[r.Root]; {
		case r.Stage == "" || r.Stage == was:
		case was == "":
			agreed[r.Root] = r.Stage
		default:
			agreed[r.Root] = "?"
		}
	}
	for _, r := range b.resources {
		t := Lookup(r.Type)
		if r.Stage != "" || t == nil || !t.FactsOnly && r.Of == "" {
			continue
		}
		if owner := b.byKey[graph.Key{Root: r.Root, Address: r.Of}]; owner != nil {
			r.Stage = owner.Stage
		}
		if r.Stage == "" && t.FactsOnly && agreed[r.Root] != "?" {
			r.Stage = agreed[r.Root]
		}
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

// stageTags are the tags that name the stage, the most telling first.
var stageTags = []string{"environment", "stage", "env", "environment-name"}

func tagStage(r *graph.Resource) string {
	for _, attr := range []string{"tags_all", "tags"} {
		tags, _ := r.Attrs[attr].(map[string]any)
		if s := namedStage(tags); s != "" {
			return s
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

// namedStage gives the value of the first of stageTags; of several spellings the first in order.
func namedStage(tags map[string]any) string {
	best, rank, stage := "", len(stageTags), ""
	for k, v := range tags {
		i := slices.IndexFunc(stageTags, func(want string) bool { return strings.EqualFold(k, want) })
		s, ok := v.(string)
		if i < 0 || !ok || s == "" || i > rank || i == rank && k > best {
			continue
		}
		best, rank, stage = k, i, s
	}
	return stage
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
		if slices.Contains(stageWords, strings.ToLower(p)) {
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
