package policies

import (
	"fmt"
	"maps"
	"slices"
	"strings"

	"github.com/open-policy-agent/opa/v1/ast"

	"github.com/plumbline-dev/plumbline/catalog"
)

// Needs lists what the selected policies read, directly or through what the graph derives: for each resource type
// the top-level attributes, sorted; a nil list stands for all attributes, a nil map for everything there is. A type that is
// read with no attribute at all has an empty list. sel nil selects all policies. What a simulation of failures says follows from
// everything that there is, so policies that judge it (Simulated) need everything; Widen adds what the simulation is known to look at.
func (s *Set) Needs(sel func(Meta) bool) (map[string][]string, error) {
	modules := map[string]*ast.Module{}
	n := &needed{types: map[string]map[string]bool{}, all: map[string]bool{}}
	everything := false
	var errs []error
	for _, p := range s.policies {
		m, err := p.read()
		if err == nil && sel != nil && !sel(m) {
			continue
		}
		if err == nil {
			modules[p.id], err = parseModule(p.file, p.text)
		}
		if err != nil {
			errs = append(errs, err)
			continue
		}
		everything = everything || strings.HasPrefix(m.Judges, simulated)
		n.add(m.Judges, "id")
		for _, t := range m.Scans {
			n.add(t, "id")
		}
	}
	if len(errs) > 0 || everything {
		return nil, joined(errs)
	}
	c, err := compile(modules, nil)
	if err != nil {
		return nil, fmt.Errorf("what the policies need: %w", err)
	}
	return n.closure(needsOf(inlineResources(c.Modules))), nil
}

// simulated begins the names of the types that a simulation of failures gives.
const simulated = "resilience_"

// Simulated says whether a policy judges what a simulation of failures says, and not resources themselves.
func (m Meta) Simulated() bool { return strings.HasPrefix(m.Judges, simulated) }

// Widen adds to what Needs gave all attributes of the types, and what Build derives them from.
func Widen(needs map[string][]string, types []string) map[string][]string {
	n := &needed{types: map[string]map[string]bool{}, all: map[string]bool{}}
	for typ, names := range needs {
		n.add(typ, names...)
		n.all[typ] = names == nil
	}
	for _, typ := range types {
		n.all[typ] = true
		n.add(typ, "_zones", "_documents", "_stage", "public", "siblings")
	}
	return n.list()
}

// needed collects types with their attributes, and what these are derived from.
type needed struct {
	types map[string]map[string]bool
	all   map[string]bool // types of which everything is read
}

func (n *needed) closure(from needs) map[string][]string {
	if from.all {
		return nil
	}
	for typ, f := range from.types {
		n.add(typ, "id", "_stage")
		n.addAll(typ, f)
		for name := range f.attrs {
			n.add(typ, name)
		}
		for key := range f.to {
			path, _, _ := strings.Cut(key, "/")
			n.ends(typ, path)
		}
		for via := range f.from {
			other, path, _ := strings.Cut(via, ".")
			n.ends(other, path)
		}
	}
	return n.list()
}

// list gives what was collected.
func (n *needed) list() map[string][]string {
	out := map[string][]string{}
	for typ, names := range n.types {
		if catalog.Lookup(typ) == nil {
			continue // a target that nothing reads yet
		}
		out[typ] = nil
		if !n.all[typ] {
			out[typ] = slices.DeleteFunc(slices.Sorted(maps.Keys(names)), func(name string) bool { return strings.HasPrefix(name, "_") })
		}
	}
	return out
}

// addAll adds everything of a type that is read as a whole, and every edge of one whose edges are.
func (n *needed) addAll(typ string, f *fields) {
	t := catalog.Lookup(typ)
	if t == nil {
		return
	}
	if f.all {
		n.all[typ] = true
		n.add(typ, "_zones", "_documents")
	}
	if f.all || f.to[""] {
		for _, r := range t.References() {
			n.ends(typ, r.Path)
		}
	}
	if f.all || f.from[""] {
		for _, r := range catalog.ReferencesTo(typ) {
			n.ends(r.From.Name, r.Path)
		}
	}
}

func (n *needed) ends(from, path string) {
	list, ok := catalog.Ends(from, path)
	if !ok {
		return
	}
	for _, x := range list {
		n.add(x.Type, x.Attributes...)
	}
}

func (n *needed) add(typ string, names ...string) {
	if n.types[typ] == nil {
		n.types[typ] = map[string]bool{}
	}
	for _, name := range names {
		if n.types[typ][name] {
			continue
		}
		n.types[typ][name] = true
		for _, x := range catalog.Sources(typ, name) {
			n.add(x.Type, x.Attributes...)
		}
	}
}
