package aws

import (
	"fmt"
	"maps"
	"slices"
	"strings"

	"github.com/plumbline-dev/plumbline/catalog"
	"github.com/plumbline-dev/plumbline/graph"
)

const (
	notRead   = "plumb does not read it from the account"
	notNeeded = "no check that was asked for needs it, so it was not read"
)

// phantom stands for the resources of a type that a list call would have given: there may be any number, of which nothing is known.
func (s *Scanner) phantom(u *unit, typ, why string) *graph.Resource {
	sess := s.session(u.account, u.region, u.service.Global)
	r := sess.Resource(typ, "", "?", "?")
	r.Attrs = map[string]any{}
	unknownCount(r, why)
	return r
}

// phantomPart stands for what a detail call would have given; gives names its type and the attribute that names its owner.
func (s *Scanner) phantomPart(u *unit, owner *graph.Resource, gives, why string) *graph.Resource {
	typ, via, _ := strings.Cut(gives, ".")
	r := *owner
	r.Type, r.Data, r.Of = typ, false, "" // no part of its owner: that one exists, and this one may not
	r.Address = owner.Address + graph.Address("#"+typ+"?")
	r.Attrs, r.Unknown, r.Facts = map[string]any{}, map[string]string{}, maps.Clone(owner.Facts)
	if id, ok := owner.Attrs["id"]; ok && via != "" {
		r.Attrs[via] = id
	}
	unknownCount(&r, why)
	return &r
}

// unknownCount makes everything unknown that is not set, and whether there is such a resource.
func unknownCount(r *graph.Resource, why string) {
	r.Unknown["_count"] = why
	complete(r, func(string) string { return why })
}

// forget makes unknown what a detail call that failed would have set.
func forget(r *graph.Resource, d *Detail, why string) {
	for _, name := range d.Sets {
		delete(r.Attrs, name)
		maps.DeleteFunc(r.Unknown, func(path, _ string) bool { return top(path) == name })
		r.Unknown[name] = why
	}
}

// complete makes every attribute that the catalog knows and that the reader neither set nor called unknown, unknown. why
// says for a top-level attribute why it was not read.
func complete(r *graph.Resource, why func(name string) string) {
	t := catalog.Lookup(r.Type)
	if t == nil {
		return
	}
	if r.Unknown == nil {
		r.Unknown = map[string]string{}
	}
	if tags, ok := r.Attrs["tags"]; ok {
		if _, ok := r.Attrs["tags_all"]; !ok && t.Attr("tags_all") != nil {
			r.Attrs["tags_all"] = tags
		}
	}
	for i := range t.Attrs {
		a := &t.Attrs[i]
		v, set := r.Attrs[a.Name]
		switch {
		case !set && r.Unknown[a.Name] == "":
			r.Unknown[a.Name] = why(a.Name)
		case set && a.Kind == catalog.Block:
			completeBlocks(r, a, a.Name, v)
		}
	}
}

func completeBlocks(r *graph.Resource, block *catalog.Attr, at string, v any) {
	list, ok := v.([]any)
	if !ok {
		return
	}
	for i, x := range list {
		m, ok := x.(map[string]any)
		if !ok {
			continue
		}
		for j := range block.Attrs {
			a := &block.Attrs[j]
			path := fmt.Sprintf("%s[%d].%s", at, i, a.Name)
			inner, set := m[a.Name]
			switch {
			case !set && !known(r.Unknown, path):
				r.Unknown[path] = notRead
			case set && a.Kind == catalog.Block:
				completeBlocks(r, a, path, inner)
			}
		}
	}
}

// known says whether a path, or one above it, is among those that are not known.
func known(unknown map[string]string, path string) bool {
	for p := path; p != ""; p = p[:max(strings.LastIndexAny(p, ".["), 0)] {
		if _, ok := unknown[p]; ok {
			return true
		}
	}
	return false
}

func top(path string) string {
	if i := strings.IndexAny(path, ".["); i >= 0 {
		return path[:i]
	}
	return path
}

// lost lists what is missing when a list call fails: what it gives, and what details of that would have given.
func lost(service *Service, list *List) []string {
	out := slices.Clone(list.Gives)
	for i := 0; i < len(out); i++ {
		for _, d := range service.Details {
			for _, g := range d.Gives {
				if typ, _, _ := strings.Cut(g, "."); d.Of == out[i] && !slices.Contains(out, typ) {
					out = append(out, typ)
				}
			}
		}
	}
	return out
}

// finish gives the resources of a unit with what is not known of them.
func (s *Scanner) finish(u *unit) []*graph.Resource {
	var out []*graph.Resource
	unneeded := s.unneeded(u.service)
	for _, it := range u.items {
		for _, m := range it.missed {
			why := m.refusal.Why()
			forget(it.r, m.detail, why)
			for _, g := range m.detail.Gives {
				out = append(out, s.phantomPart(u, it.r, g, why))
			}
		}
		complete(it.r, func(name string) string {
			if slices.Contains(unneeded[it.r.Type], name) {
				return notNeeded
			}
			return notRead
		})
		out = append(out, it.r)
	}
	if u.refusal != nil {
		for _, typ := range lost(u.service, u.list) {
			out = append(out, s.phantom(u, typ, u.refusal.Why()))
		}
	}
	return out
}

// unneeded lists by type the attributes that details would have set which nobody asked for.
func (s *Scanner) unneeded(service *Service) map[string][]string {
	out := map[string][]string{}
	wanted := s.wanted[service]
	for i := range service.Details {
		if d := &service.Details[i]; !slices.Contains(wanted, d) {
			out[d.Of] = append(out[d.Of], d.Sets...)
		}
	}
	return out
}

// hide takes out the text of what the catalog calls a secret, whoever read it: from here on it is written down and reported.
func hide(r *graph.Resource) {
	if t := catalog.Lookup(r.Type); t != nil {
		hideIn(r.Attrs, t.Attrs)
	}
}

func hideIn(values map[string]any, attrs []catalog.Attr) {
	for i := range attrs {
		a := &attrs[i]
		v := values[a.Name]
		_, hidden := v.(graph.Hidden)
		list, _ := v.([]any)
		switch {
		case v == nil, hidden:
		case a.Secret:
			values[a.Name] = graph.Hidden{}
		case a.Kind == catalog.Block:
			for _, x := range list {
				if block, ok := x.(map[string]any); ok {
					hideIn(block, a.Attrs)
				}
			}
		}
	}
}
