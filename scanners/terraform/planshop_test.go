package terraform_test

import (
	"bytes"
	"context"
	"fmt"
	"os"
	"slices"
	"strings"
	"testing"

	"github.com/plumbline-dev/plumbline/catalog"
	"github.com/plumbline-dev/plumbline/graph"
	pf "github.com/plumbline-dev/plumbline/internal/planfixture"
	"github.com/plumbline-dev/plumbline/scanners"
	"github.com/plumbline-dev/plumbline/scanners/terraform"
)

func TestThePlanOfTheShopIsTheCodeOfTheShop(t *testing.T) {
	code, err := terraform.New(os.DirFS("testdata/shop"), terraform.Options{}).Scan(context.Background())
	if err != nil {
		t.Fatal(err)
	}
	var text bytes.Buffer
	if err := pf.Shop().Write(&text); err != nil {
		t.Fatal(err)
	}
	plan := readPlan(t, text.Bytes(), terraform.PlanOptions{})
	for _, g := range append(code.Gaps, plan.Gaps...) {
		t.Errorf("gap: %+v", g)
	}
	a, b := shopGraph(code), shopGraph(plan)
	for _, d := range differences(a, b) {
		t.Error(d)
	}
	if n := len(a.Resources()); n < 40 {
		t.Errorf("the graph has only %d resources", n)
	}
	if n := known(b); n < 400 {
		t.Errorf("only %d attributes of the plan are known", n)
	}
}

func shopGraph(found scanners.Found) *graph.Graph {
	return catalog.Build(found.Resources, catalog.Options{})
}

// known counts the attributes that are present or null.
func known(g *graph.Graph) int {
	n := 0
	for _, r := range g.Resources() {
		n += len(catalog.Attributes(r))
	}
	return n
}

// differences lists where two graphs of one configuration say different things; where one of them does not know,
// they do not.
func differences(a, b *graph.Graph) []string {
	var out []string
	for _, pair := range [][2]*graph.Graph{{a, b}, {b, a}} {
		for _, r := range pair[0].Resources() {
			if r.Data || strings.HasPrefix(r.Type, "terraform_") && r.Type != "terraform_provider" && r.Type != "terraform_module_call" && r.Type != "terraform_literal" {
				continue
			}
			other := pair[1].Get(r.Key())
			if other == nil && perhaps(r, pair[1]) {
				continue
			}
			if other == nil {
				out = append(out, fmt.Sprintf("%s is only in one of them", r.Address))
				continue
			}
			out = append(out, edgesOnly(pair[0], pair[1], r, other)...)
			if pair[0] == a {
				out = append(out, comparison{r, other, &out}.resource()...)
			}
		}
	}
	return out
}

// perhaps says that r is a part of a resource that has parts of that type of which the other graph does not know
// how many there are, or that r is such a part.
func perhaps(r *graph.Resource, other *graph.Graph) bool {
	if _, ok := r.Unknown["_count"]; ok {
		return true
	}
	return r.Of != "" && slices.ContainsFunc(other.OfType(r.Type), func(x *graph.Resource) bool {
		_, open := x.Unknown["_count"]
		return open && x.Of == r.Of
	})
}

// edgesOnly lists edges of r that other has not, although it knows all that they could come from.
func edgesOnly(a, b *graph.Graph, r, other *graph.Resource) []string {
	var out []string
	for _, e := range a.To(r.Key()) {
		same := func(x graph.Edge) bool { return x.Via == e.Via && x.To == e.To }
		if !slices.ContainsFunc(b.To(r.Key()), same) && !open(other, e.Via) {
			out = append(out, fmt.Sprintf("%s: the edge %s to %s is only in one of them", r.Address, e.Via, e.To))
		}
	}
	return out
}

func open(r *graph.Resource, via string) bool {
	for p := range r.Unknown {
		s := graph.Schematic(strings.TrimPrefix(p, "_to."))
		if s == via || strings.HasPrefix(s, via+".") || strings.HasPrefix(via, s+".") {
			return true
		}
	}
	return false
}

type comparison struct {
	a, b *graph.Resource
	out  *[]string
}

func (c comparison) resource() []string {
	var out []string
	c.out = &out
	c.value("", c.a.Attrs, c.b.Attrs)
	for _, name := range []string{"_zones", "_region", "_account", "_documents"} {
		c.value(name, named(c.a.Facts[name]), named(c.b.Facts[name]))
	}
	if c.a.Stage != c.b.Stage || c.a.Name != c.b.Name || c.a.Of != c.b.Of {
		out = append(out, fmt.Sprintf("%s: stage, name or owner: %q %q %q and %q %q %q", c.a.Address, c.a.Stage, c.a.Name, c.a.Of, c.b.Stage, c.b.Name, c.b.Of))
	}
	return out
}

// named gives symbolic zones their names.
func named(v any) any {
	list, ok := v.([]any)
	if !ok {
		if s, ok := v.(string); ok {
			if region, i, symbolic, _ := catalog.ParseZone(s); symbolic && i < len(catalog.RegionZones(region)) {
				return catalog.RegionZones(region)[i]
			}
		}
		return v
	}
	out := make([]any, len(list))
	for i, x := range list {
		out[i] = named(x)
	}
	return out
}

func (c comparison) value(path string, a, b any) {
	_, unknownA := c.a.Unknown[path]
	_, unknownB := c.b.Unknown[path]
	if unknownA || unknownB {
		return
	}
	switch x := a.(type) {
	case map[string]any:
		if y, ok := b.(map[string]any); ok {
			for k := range x {
				c.value(graph.Child(path, k), x[k], y[k])
			}
			for k := range y {
				if _, ok := x[k]; !ok {
					c.value(graph.Child(path, k), nil, y[k])
				}
			}
			return
		}
	case []any:
		if y, ok := b.([]any); ok && len(x) == len(y) {
			for i := range x {
				c.value(graph.Element(path, i), x[i], y[i])
			}
			return
		}
	}
	if catalogued(c.a.Type, path) && fmt.Sprint(named(a)) != fmt.Sprint(named(b)) {
		*c.out = append(*c.out, fmt.Sprintf("%s of %s: the code says %v, the plan %v", path, c.a.Address, a, b))
	}
}

// catalogued says whether the catalog has the attribute; others are as each source has them.
func catalogued(typ, path string) bool {
	t := catalog.Lookup(typ)
	return t == nil || strings.HasPrefix(path, "_") || t.Attr(path) != nil
}
