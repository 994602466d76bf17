package cost

import (
	"cmp"
	"slices"
	"strings"

	"github.com/shopspring/decimal"

	"github.com/plumbline-dev/plumbline/graph"
)

// Group is a part of an estimate: a stage, a service, a module, the value of a tag.
type Group struct {
	Name      string          `json:"name"` // "": resources that have none
	Monthly   decimal.Decimal `json:"monthly"`
	Resources int             `json:"resources"` // that cost something, or may
	Complete  bool            `json:"complete"`
}

// Breakdown splits an estimate of g by "stage", "service", "module", "region", "root" or "tag:NAME", the dearest group first. A resource whose lines are of several
// services is counted in each; the sum of all groups is the total. ok is false when there is no such way to split.
func Breakdown(e Estimated, g *graph.Graph, by string) (groups []Group, ok bool) {
	name := namer(g, by)
	if name == nil {
		return nil, false
	}
	at := map[string]*Group{}
	group := func(key string) *Group {
		if at[key] == nil {
			at[key] = &Group{Name: key, Complete: true}
		}
		return at[key]
	}
	for i := range e.Resources {
		r := &e.Resources[i]
		if r.Free {
			continue
		}
		seen := map[*Group]bool{}
		for j := range r.Lines {
			x := group(name(r, &r.Lines[j]))
			if m := r.Lines[j].Monthly; m != nil {
				x.Monthly = x.Monthly.Add(*m)
			}
			x.Complete = x.Complete && r.Lines[j].Quantity != nil
			seen[x] = true
		}
		if len(r.Unpriced) > 0 {
			x := group(name(r, nil))
			x.Complete, seen[x] = false, true
		}
		for x := range seen {
			x.Resources++
		}
	}
	for _, x := range at {
		groups = append(groups, *x)
	}
	slices.SortFunc(groups, func(a, b Group) int { return cmp.Or(b.Monthly.Cmp(a.Monthly), strings.Compare(a.Name, b.Name)) })
	return groups, true
}

// namer gives the group of a line; the line is nil for what is not priced.
func namer(g *graph.Graph, by string) func(*Resource, *Line) string {
	switch by {
	case "service":
		return func(r *Resource, l *Line) string {
			if l == nil {
				return strings.TrimPrefix(r.Type, "aws_")
			}
			service, _, _ := strings.Cut(l.Meter, ".")
			return service
		}
	case "region":
		return func(r *Resource, _ *Line) string { return r.Region }
	case "root":
		return func(r *Resource, _ *Line) string { return r.Root }
	case "module":
		return func(r *Resource, _ *Line) string { return moduleOf(string(r.Address)) }
	case "stage":
		return func(r *Resource, _ *Line) string {
			if x := g.Get(r.Key()); x != nil {
				return x.Stage
			}
			return ""
		}
	}
	if tag, ok := strings.CutPrefix(by, "tag:"); ok && tag != "" {
		return func(r *Resource, _ *Line) string { return tagOf(g.Get(r.Key()), tag) }
	}
	return nil
}

// moduleOf is the module of an address without the indexes of its instances: "module.web.module.lb".
func moduleOf(address string) string {
	var parts []string
	for {
		rest, ok := strings.CutPrefix(address, "module.")
		if !ok {
			return strings.Join(parts, ".")
		}
		end := strings.IndexAny(rest, ".[")
		if end < 0 {
			return strings.Join(parts, ".")
		}
		parts = append(parts, "module."+rest[:end])
		address = afterIndex(rest[end:])
	}
}

// afterIndex skips an index in brackets, in which quotes may hold anything, and the dot that follows.
func afterIndex(s string) string {
	if !strings.HasPrefix(s, "[") {
		return strings.TrimPrefix(s, ".")
	}
	quoted := false
	for i := 1; i < len(s); i++ {
		switch {
		case s[i] == '\\' && quoted:
			i++
		case s[i] == '"':
			quoted = !quoted
		case s[i] == ']' && !quoted:
			return strings.TrimPrefix(s[i+1:], ".")
		}
	}
	return ""
}

func tagOf(r *graph.Resource, tag string) string {
	if r == nil {
		return ""
	}
	for _, name := range []string{"tags_all", "tags"} {
		if tags, ok := r.Attrs[name].(map[string]any); ok {
			if v, ok := tags[tag].(string); ok {
				return v
			}
		}
	}
	return ""
}
