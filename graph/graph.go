// Package graph holds what Plumbline knows about an infrastructure: resources in canonical
// words, the references between them, and patches that change them.
//
// The canonical words for AWS are those that `terraform show -json` prints under `values`; every
// scanner translates into them once, at its edge. Three states are kept apart for every modelled
// attribute: present (in Attrs, not nil), null (in Attrs as nil, or in a built graph in neither, see
// catalog.Value) and unknown (listed in Unknown with the reason, and absent from Attrs).
//
// Pure: this package touches nothing outside its arguments.
package graph

import (
	"cmp"
	"slices"
	"strings"
)

// Address names one resource within its root, as its source prints it:
// `aws_db_instance.main`, `module.db["a"].aws_db_instance.main[0]`, an ARN for live resources.
type Address string

// Key names one resource in the whole graph. Root is the Terraform root folder, template or account
// that the address is unique in, relative to what was scanned; "" when there is only one.
type Key struct {
	Root    string
	Address Address
}

// String gives "root:address", or the address alone when the root is empty.
func (k Key) String() string {
	if k.Root == "" {
		return string(k.Address)
	}
	return k.Root + ":" + string(k.Address)
}

// Compare orders keys by root, then address.
func (k Key) Compare(o Key) int {
	return cmp.Or(strings.Compare(k.Root, o.Root), strings.Compare(string(k.Address), string(o.Address)))
}

// Resource is one resource, or one fact about the code that has no resource type of its own
// (types `terraform_*`, see catalog/terraform.go).
type Resource struct {
	Root    string
	Address Address
	Type    string // canonical type: "aws_db_instance"; never a renamed alias after catalog.Build
	Name    string // what a person calls it: the last label of the address, or the live name
	Stage   string // "prod", "test", ...; "" is unknown and judged as production

	// Data is true for something that the code looks up but does not manage (a Terraform data
	// source of a type that is also a resource). It is a neighbour to others and is never judged.
	Data bool

	// Observed is true for something that was read where it runs: an attribute that is neither in Attrs nor in
	// Unknown is null there, whatever the provider would fill in or AWS would choose for code that does not set it.
	Observed bool

	// Of names the resource that this one is a fact about (a literal password is a fact about the
	// database); findings are reported on it. Empty for ordinary resources.
	Of Address

	// Attrs holds attribute values by top-level name. Values are nil, bool, int, float64, string,
	// []any, map[string]any, Ref, Template or Hidden. A nested block is a []any of map[string]any.
	// After catalog.Build the nulls of modelled attributes are left out: catalog.Value tells them from what
	// is not known, and indexing gives nil for both.
	// Never mutate the map of a resource that was handed to you: it is shared.
	Attrs map[string]any

	// Unknown maps the path of each location that is not known to the reason, in words that say
	// what would settle it. `x` is wholly unknown, `x[2].y` a part of a present value, `x[*]`
	// says that a present list may have more elements than are listed, `_count` that the resource
	// may not exist, or may exist several times. `_to.x` is a known literal whose target was not read.
	Unknown map[string]string

	// Refs lists, by attribute path, every resource that the attribute's expression mentions, also
	// where its value is known.
	Refs map[string][]Ref

	// Facts holds what catalog.Build derives: `_zones`, `_region`, `_documents`, `_lifecycle`, ...
	// Scanners may set `_region`, `_account`, `_provider`, `_lifecycle`, which they alone can know.
	Facts map[string]any

	// Origins says where the resource was read, the most specific first.
	Origins []Origin
}

// Key gives the resource's key.
func (r *Resource) Key() Key { return Key{r.Root, r.Address} }

// Live says whether the resource was read in an account, and in nothing before that.
func (r *Resource) Live() bool { return len(r.Origins) > 0 && r.Origins[0].Source == "aws" }

// Origin is one place where a resource was read.
type Origin struct {
	Source  string // "terraform", "plan", "state", "aws", ...
	Scope   string // root folder, or account/region
	ID      string // ARN or provider id where known
	File    string // relative to the scanned path, with forward slashes
	Line    int    // 1-based; 0 when there is none
	EndLine int
	Column  int            // 1-based; 0 when there is none
	Attrs   map[string]Pos // by attribute path (no indexes below the first level are promised)
	Calls   []Call         // module calls that lead here, outermost first
}

// Pos is a place in Origin.File where an attribute is written; Line and Column are 1-based.
type Pos struct {
	File                             string // empty: Origin.File
	Line, Column, EndLine, EndColumn int
}

// Call is one module call on the way to a resource.
type Call struct {
	Module string // "module.db"
	File   string
	Line   int
}

// Ref is a value that is an attribute of another resource and known only once that exists. Attr is
// an attribute path such as "id" or "arn". Its string form is "${aws_subnet.a.id}".
type Ref struct {
	Root    string
	Address Address
	Attr    string
}

// Key gives the key of the resource that is referred to.
func (r Ref) Key() Key { return Key{r.Root, r.Address} }

// String gives the Terraform interpolation of the reference.
func (r Ref) String() string { return "${" + string(r.Address) + "." + r.Attr + "}" }

// Template is a string with references inside, such as "arn:aws:s3:::${aws_s3_bucket.b.id}/*".
// Everything outside `${...}` is known text.
type Template string

// Hidden stands for the value of a secret attribute; the text itself is never kept.
type Hidden struct {
	Literal     bool // written in the code or a variables file, as opposed to supplied at run time
	Placeholder bool // looks like a stand-in ("changeme", "password"), which is a literal all the same
}

// Graph is an immutable set of resources with the edges between them.
type Graph struct {
	resources []*Resource // sorted by type, root, address
	byKey     map[Key]int // index in resources
	byType    map[string]span
	edges     []Edge // by the position of From in resources, then Via
	to        []span // edges of each resource in edges
	from      [][]Edge
}

// span is a part of a list: from, and the first that is behind.
type span struct{ start, end int }

// Edge says that attribute Via of From refers to To. Via has no indexes:
// "subnet_ids", "network_configuration.subnets". At is the path with indexes.
type Edge struct {
	From Key
	Via  string
	At   string
	To   Key
}

// New builds a graph. Of two resources with the same key the later one wins; catalog.Build reports
// such collisions. Edges whose ends are not in the graph are left out.
func New(resources []*Resource, edges []Edge) *Graph {
	g := &Graph{byType: map[string]span{}}
	g.resources = unique(resources)
	slices.SortStableFunc(g.resources, func(a, b *Resource) int {
		return cmp.Or(strings.Compare(a.Type, b.Type), strings.Compare(a.Root, b.Root), strings.Compare(string(a.Address), string(b.Address)))
	})
	g.index()
	g.link(edges)
	return g
}

// unique leaves only the last resource of each key.
func unique(resources []*Resource) []*Resource {
	last := make(map[Key]int, len(resources))
	for i, r := range resources {
		last[r.Key()] = i
	}
	out := make([]*Resource, 0, len(last))
	for i, r := range resources {
		if last[r.Key()] == i {
			out = append(out, r)
		}
	}
	return out
}

// index finds the place of every key.
func (g *Graph) index() {
	g.byKey = make(map[Key]int, len(g.resources))
	for i, r := range g.resources {
		g.byKey[r.Key()] = i
		s, ok := g.byType[r.Type]
		if !ok {
			s.start = i
		}
		s.end = i + 1
		g.byType[r.Type] = s
	}
}

// link sorts the edges by the place of their ends.
func (g *Graph) link(edges []Edge) {
	type ends struct{ from, to, edge int }
	list := make([]ends, 0, len(edges))
	for i, e := range edges {
		from, ok := g.byKey[e.From]
		to, ok2 := g.byKey[e.To]
		if ok && ok2 {
			list = append(list, ends{from, to, i})
		}
	}
	slices.SortStableFunc(list, func(a, b ends) int {
		return cmp.Or(a.from-b.from, strings.Compare(edges[a.edge].Via, edges[b.edge].Via))
	})
	g.edges = make([]Edge, len(list))
	g.to = make([]span, len(g.resources))
	g.from = make([][]Edge, len(g.resources))
	for i, e := range list {
		g.edges[i] = edges[e.edge]
		if g.to[e.from].end == 0 {
			g.to[e.from].start = i
		}
		g.to[e.from].end = i + 1
		g.from[e.to] = append(g.from[e.to], g.edges[i])
	}
}

// Resources lists all resources by type, root and address. Do not mutate.
func (g *Graph) Resources() []*Resource { return g.resources }

// OfType lists the resources of one type in the order of their positions. Do not mutate.
func (g *Graph) OfType(t string) []*Resource {
	s := g.byType[t]
	return g.resources[s.start:s.end:s.end]
}

// Types lists the types that occur, sorted.
func (g *Graph) Types() []string {
	ts := make([]string, 0, len(g.byType))
	for t := range g.byType {
		ts = append(ts, t)
	}
	slices.Sort(ts)
	return ts
}

// Get gives the resource with that key, or nil.
func (g *Graph) Get(k Key) *Resource {
	if i, ok := g.byKey[k]; ok {
		return g.resources[i]
	}
	return nil
}

// Position gives the index of a resource within OfType(its type); -1 when it is not in the graph.
func (g *Graph) Position(k Key) int {
	i, ok := g.byKey[k]
	if !ok {
		return -1
	}
	return i - g.byType[g.resources[i].Type].start
}

// Index gives the place of a resource in Resources; -1 when it is not in the graph.
func (g *Graph) Index(k Key) int {
	if i, ok := g.byKey[k]; ok {
		return i
	}
	return -1
}

// Edges lists all edges: by From in the order of Resources, Via, and the order they have in the attribute. Do not mutate.
func (g *Graph) Edges() []Edge { return g.edges }

// To lists the edges that leave k. Do not mutate.
func (g *Graph) To(k Key) []Edge {
	i, ok := g.byKey[k]
	if !ok {
		return nil
	}
	s := g.to[i]
	return g.edges[s.start:s.end:s.end]
}

// From lists the edges that arrive at k. Do not mutate.
func (g *Graph) From(k Key) []Edge {
	if i, ok := g.byKey[k]; ok {
		return g.from[i]
	}
	return nil
}
