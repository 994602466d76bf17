package catalog

import (
	"maps"
	"strings"

	"github.com/plumbline-dev/plumbline/graph"
)

// Part makes the resource that one inline form stands for: of another type, at "owner#label", with the
// owner's stage hints, origins and facts.
func Part(owner *graph.Resource, typ, label string) *graph.Resource {
	p := &graph.Resource{
		Root: owner.Root, Address: owner.Address + "#" + graph.Address(label), Type: typ, Name: owner.Name, Stage: owner.Stage,
		Data: owner.Data, Observed: owner.Observed, Of: owner.Address, Attrs: map[string]any{}, Unknown: map[string]string{}, Refs: map[string][]graph.Ref{},
		Facts: maps.Clone(owner.Facts), Origins: owner.Origins,
	}
	for _, name := range []string{"tags", "tags_all"} {
		if tags, ok := owner.Attrs[name]; ok {
			p.Attrs[name] = tags
		}
		for path, why := range owner.Unknown {
			if _, ok := below(path, name); ok {
				p.Unknown[path] = why
			}
		}
	}
	if why, ok := owner.Unknown["_count"]; ok {
		p.Unknown["_count"] = why
	}
	return p
}

// OwnRef is the reference by which a part names the resource that it was written in.
func OwnRef(r *graph.Resource) graph.Ref {
	return graph.Ref{Root: r.Root, Address: r.Address, Attr: "id"}
}

// SplitBlocks takes the nested blocks `name` off r and makes each a resource of type typ with the
// block's attributes; edit finishes one. A block list that is unknown, or may be longer, gives one
// part more whose `_count` and attributes are unknown.
func SplitBlocks(r *graph.Resource, name, typ string, edit func(part *graph.Resource, block map[string]any)) []*graph.Resource {
	var parts []*graph.Resource
	blocks, _ := r.Attrs[name].([]any)
	for i, v := range blocks {
		block, ok := v.(map[string]any)
		if !ok {
			continue
		}
		path := graph.Element(name, i)
		part := Part(r, typ, path)
		maps.Copy(part.Attrs, block)
		moveBelow(r, part, path)
		edit(part, block)
		parts = append(parts, part)
	}
	for _, p := range []string{name, graph.Element(name, graph.Any)} {
		why, ok := r.Unknown[p]
		if !ok {
			continue
		}
		part := Part(r, typ, graph.Element(name, graph.Any))
		part.Unknown["_count"] = why
		if t := Lookup(typ); t != nil {
			for _, a := range t.Attrs {
				part.Unknown[a.Name] = why
			}
		}
		part.Refs[""] = r.Refs[name]
		edit(part, map[string]any{})
		for a := range part.Attrs {
			delete(part.Unknown, a)
		}
		parts = append(parts, part)
	}
	takeOff(r, name)
	return parts
}

// moveBelow copies unknowns and references at path and inside it from owner to part.
func moveBelow(owner, part *graph.Resource, path string) {
	for p, why := range owner.Unknown {
		if rest, ok := below(p, path); ok && rest != "" {
			part.Unknown[strings.TrimPrefix(rest, ".")] = why
		}
	}
	for p, refs := range owner.Refs {
		if rest, ok := below(p, path); ok && rest != "" {
			part.Refs[strings.TrimPrefix(rest, ".")] = refs
		}
	}
}

// takeOff takes an attribute off r, with what is unknown in it: its parts say it now.
func takeOff(r *graph.Resource, name string) {
	delete(r.Attrs, name)
	for p := range r.Unknown {
		if _, ok := below(p, name); ok {
			delete(r.Unknown, p)
		}
	}
}
