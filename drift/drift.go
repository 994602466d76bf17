// Package drift makes one node of a resource that is declared in code, recorded in a state and observed in an
// account, and says where they disagree.
//
// A declared node keeps its address, its root and what the code says; what the code leaves open is taken from the state and
// then from the account. What the code says and the account contradicts is a Difference: whether it matters is for the policies
// to say, which are carried out on the graph as declared and on the graph as observed.
//
// Pure: this package touches nothing outside its arguments.
package drift

import (
	"cmp"
	"slices"
	"strings"

	"github.com/plumbline-dev/plumbline/graph"
)

// Joined is what Join gives.
type Joined struct {
	// Resources are the nodes to build the graph from (catalog.Build): declared ones filled from the others, and observed ones that are
	// in no code.
	Resources   []*graph.Resource
	Differences []Difference
	Matches     []Match
	// Unmanaged lists the observed resources that nobody declared and that are not made by AWS itself.
	Unmanaged []graph.Key
	// Missing lists the declared resources that the state has an id for and that the account does not have.
	Missing []graph.Key
}

// Match says that a declared and an observed resource are the same, and by what.
type Match struct {
	Declared, Observed graph.Key
	By                 string // "arn", "id", or the attribute: "identifier", "tags.Name"
}

// Difference is an attribute that code and account give different values.
type Difference struct {
	Key                graph.Key // of the declared resource
	Of                 graph.Address
	Type               string
	Attribute          string // top-level name; "" when the resource itself is missing from the account
	Declared, Observed any
	Origins            []graph.Origin
}

// Compare orders differences by resource, then attribute.
func (d Difference) Compare(o Difference) int {
	return cmp.Or(d.Key.Compare(o.Key), strings.Compare(d.Attribute, o.Attribute))
}

// Read says whether the account was asked for everything of a type in a region ("" where an ARN names none). What it was refused stands
// among the observed resources as one that may exist.
type Read func(typ, account, region string) bool

// Join joins three graphs, each built on its own (catalog.Build). recorded and observed may be nil. A resource of recorded
// belongs to the declared one with its root and address. read tells what is missing from what was not read; nil: nothing is missing.
func Join(declared, recorded, observed *graph.Graph, read Read) Joined {
	j := newJoiner(declared, recorded, observed)
	j.read = read
	j.byIDs()
	for again := true; again; {
		again = j.byNames()
		again = j.byReferences() || again
	}
	return j.result()
}

// Observed gives the resources with the values of the account in place of those that differ: the graph as it is.
func (j Joined) Observed() []*graph.Resource {
	out := slices.Clone(j.Resources)
	at := map[graph.Key]int{}
	for i, r := range out {
		at[r.Key()] = i
	}
	copied := map[graph.Key]bool{}
	for _, d := range j.Differences {
		i, ok := at[d.Key]
		if !ok || d.Attribute == "" {
			continue
		}
		if !copied[d.Key] {
			out[i], copied[d.Key] = clone(out[i]), true
		}
		set(out[i], d.Attribute, d.Observed)
	}
	for _, k := range j.Missing {
		if i, ok := at[k]; ok {
			out[i] = nil
		}
	}
	return slices.DeleteFunc(out, func(r *graph.Resource) bool { return r == nil })
}
