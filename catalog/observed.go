package catalog

import "github.com/plumbline-dev/plumbline/graph"

// Observe marks a resource as read from something that was made, such as a state: an attribute that is there and null is
// known to be null. Attributes that the source leaves out, because an older provider wrote it, have the provider's default, or
// are unknown where AWS chooses them.
func Observe(r *graph.Resource) {
	t := Lookup(r.Type)
	if t == nil || t.FactsOnly {
		return
	}
	r.Observed = true
	if r.Unknown == nil {
		r.Unknown = map[string]string{}
	}
	former := map[string]bool{}
	for old, now := range t.Renamed {
		if _, ok := r.Attrs[old]; ok {
			former[now] = true
		}
	}
	leftOut(r, "", t.Attrs, r.Attrs, former)
}

// leftOut gives what is missing in attrs its default, or a reason why it is not known.
func leftOut(r *graph.Resource, prefix string, schema []Attr, attrs map[string]any, former map[string]bool) {
	for i := range schema {
		a := &schema[i]
		path := a.Name
		if prefix != "" {
			path = graph.Child(prefix, a.Name)
		}
		v, ok := attrs[a.Name]
		switch {
		case ok && a.Kind == Block:
			list, _ := v.([]any)
			for n, x := range list {
				if block, isBlock := x.(map[string]any); isBlock {
					leftOut(r, graph.Element(path, n), a.Attrs, block, nil)
				}
			}
		case ok || former[a.Name] || r.Unknown[path] != "":
		case a.Default != nil:
			attrs[a.Name] = a.Default
		case a.Computed && a.Name != "tags_all":
			r.Unknown[path] = leftOutWhy
		}
	}
}

const leftOutWhy = "the state does not have it: an older provider wrote it"
