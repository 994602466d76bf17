package remedy

import (
	"fmt"
	"slices"

	"github.com/plumbline-dev/plumbline/graph"
)

// joined makes one wish of changes that cannot be carried out without each other: one refers to what the other creates, or both
// are about the DNS records of one name and type, of which a simple one and a routed one cannot stand side by side.
func joined(list []Wish, g *graph.Graph) []Wish {
	part := make([]int, len(list))
	for i := range list {
		part[i] = i
		for k := range i {
			if part[k] == part[i] || !kin(list[i].Patch[0], list[k].Patch[0], g) {
				continue
			}
			from, to := max(part[i], part[k]), min(part[i], part[k])
			for n := range i + 1 {
				if part[n] == from {
					part[n] = to
				}
			}
		}
	}
	var out []Wish
	for n := range list {
		var w Wish
		for i := range list {
			if part[i] == n {
				w.Patch = append(w.Patch, list[i].Patch...)
				w.AllowReplacement = w.AllowReplacement || list[i].AllowReplacement
			}
		}
		if w.Patch != nil {
			out = append(out, w)
		}
	}
	return out
}

func kin(a, b graph.Change, g *graph.Graph) bool {
	refers := func(from, to graph.Change) bool {
		return to.Op == graph.Create && slices.ContainsFunc(graph.RefsIn(from.New), func(r graph.Ref) bool { return r.Root == to.Root && r.Address == to.Address })
	}
	name := recordName(a, g)
	return refers(a, b) || refers(b, a) || name != "" && name == recordName(b, g)
}

// recordName is the root, name and type of the DNS record that a change is about; "" when it is about none.
func recordName(c graph.Change, g *graph.Graph) string {
	attrs, _ := c.New.(map[string]any)
	if r := g.Get(graph.Key{Root: c.Root, Address: c.Address}); r != nil {
		attrs = r.Attrs
	}
	if c.Type != "aws_route53_record" || attrs["name"] == nil || attrs["type"] == nil {
		return ""
	}
	return fmt.Sprint(c.Root, " ", attrs["name"], " ", attrs["type"])
}
