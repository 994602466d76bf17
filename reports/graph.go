package reports

import (
	"bufio"
	"fmt"
	"io"
	"strings"

	"github.com/plumbline-dev/plumbline/catalog"
	"github.com/plumbline-dev/plumbline/graph"
	"github.com/plumbline-dev/plumbline/scanners"
)

type jsonGraph struct {
	Resources []jsonResource `json:"resources"`
	Edges     []jsonEdge     `json:"edges"`
	Absent    []jsonAbsent   `json:"absent"`
	Gaps      []jsonGap      `json:"gaps"`
}

type jsonResource struct {
	Root       Text            `json:"root"`
	Address    Text            `json:"address"`
	Type       Text            `json:"type"`
	Name       Text            `json:"name"`
	Stage      Text            `json:"stage"`
	Of         Text            `json:"of,omitzero"`
	Data       bool            `json:"data,omitempty"`
	Attributes any             `json:"attributes"`
	Unknown    map[string]Text `json:"unknown"`
	Origins    []jsonOrigin    `json:"origins"`
}

type jsonOrigin struct {
	Kind    string     `json:"kind"`
	Scope   Text       `json:"scope,omitzero"`
	ID      Text       `json:"id,omitzero"`
	File    Text       `json:"file"`
	Line    int        `json:"line"`
	EndLine int        `json:"end_line"`
	Calls   []jsonCall `json:"calls,omitempty"`
}

type jsonEdge struct {
	From Text `json:"from"`
	Via  Text `json:"via"`
	To   Text `json:"to"`
}

// jsonAbsent is a resource block that makes no resource.
type jsonAbsent struct {
	Root    Text `json:"root"`
	Address Text `json:"address"`
	Type    Text `json:"type"`
	Name    Text `json:"name"`
	File    Text `json:"file"`
	Line    int  `json:"line"`
	Why     Text `json:"why"`
}

// GraphJSON writes every resource with its attributes, what is unknown of it and why, and every edge. The ends
// of an edge are addresses, with "root:" before them where a root has a name. Resource blocks that make no resource stand apart.
func GraphJSON(w io.Writer, g *graph.Graph, absent []scanners.Absent, gaps []scanners.Gap) error {
	out := jsonGraph{Resources: []jsonResource{}, Edges: []jsonEdge{}, Absent: []jsonAbsent{}, Gaps: []jsonGap{}}
	for _, r := range g.Resources() {
		x := jsonResource{
			Root: shownRoot(Untrusted(r.Root)), Address: Untrusted(r.Address), Type: Untrusted(r.Type), Name: Untrusted(r.Name), Stage: Untrusted(r.Stage),
			Of: Untrusted(r.Of), Data: r.Data, Attributes: jsonValue(catalog.Attributes(r)), Unknown: map[string]Text{}, Origins: []jsonOrigin{},
		}
		for p, why := range r.Unknown {
			x.Unknown[Untrusted(p).JSON()] = Untrusted(why)
		}
		for _, o := range r.Origins {
			j := jsonOrigin{Kind: o.Source, Scope: Untrusted(o.Scope), ID: Untrusted(o.ID), File: Untrusted(o.File), Line: o.Line, EndLine: o.EndLine}
			for _, c := range o.Calls {
				j.Calls = append(j.Calls, jsonCall{Untrusted(c.Module), Untrusted(c.File), c.Line})
			}
			x.Origins = append(x.Origins, j)
		}
		out.Resources = append(out.Resources, x)
	}
	for _, e := range g.Edges() {
		out.Edges = append(out.Edges, jsonEdge{Untrusted(shownKey(e.From)), Untrusted(e.Via), Untrusted(shownKey(e.To))})
	}
	for _, a := range absent {
		out.Absent = append(out.Absent, jsonAbsent{Untrusted(a.Root), Untrusted(a.Address), Untrusted(a.Type), Untrusted(a.Name), Untrusted(a.File), a.Line, Untrusted(a.Why)})
	}
	for _, gap := range gaps {
		out.Gaps = append(out.Gaps, jsonGap{shownRoot(Untrusted(gap.Root)), Untrusted(gap.Where), Untrusted(gap.What), Untrusted(gap.Why), Untrusted(gap.Settle)})
	}
	return writeJSON(w, out)
}

// GraphDot writes the graph for Graphviz.
func GraphDot(w io.Writer, g *graph.Graph) error {
	out := bufio.NewWriter(w)
	fmt.Fprint(out, "digraph plumb {\n  rankdir=LR;\n  node [shape=box, fontname=\"monospace\"];\n")
	for _, r := range g.Resources() {
		if r.Of == "" {
			fmt.Fprintf(out, "  %s;\n", dotName(r.Key()))
		}
	}
	for _, e := range g.Edges() {
		from, to := owner(g, e.From), owner(g, e.To)
		if from != to {
			fmt.Fprintf(out, "  %s -> %s [label=%s];\n", dotName(from), dotName(to), dotText(Untrusted(e.Via)))
		}
	}
	fmt.Fprint(out, "}\n")
	return out.Flush()
}

// owner is the resource that a part belongs to.
func owner(g *graph.Graph, k graph.Key) graph.Key {
	if r := g.Get(k); r != nil && r.Of != "" {
		return graph.Key{Root: k.Root, Address: r.Of}
	}
	return k
}

func dotName(k graph.Key) string { return dotText(Untrusted(shownKey(k))) }

// shownKey is "root:address", or the address alone when the root is empty or an account.
func shownKey(k graph.Key) string {
	if shownRoot(Untrusted(k.Root)).Empty() {
		k.Root = ""
	}
	return k.String()
}

func dotText(t Text) string {
	return `"` + strings.NewReplacer(`\`, `\\`, `"`, `\"`).Replace(t.Terminal()) + `"`
}

// GraphText writes each resource with what it refers to.
func GraphText(w io.Writer, g *graph.Graph, absent []scanners.Absent, gaps []scanners.Gap, look Look) error {
	var b strings.Builder
	n := 0
	for _, r := range g.Resources() {
		n++
		b.WriteString(look.ends(Untrusted(shownKey(r.Key())).Terminal(), where(place(r), Untrusted(r.Stage)), bold))
		for _, e := range g.To(r.Key()) {
			b.WriteString(fmt.Sprintf("  %s -> %s\n", Untrusted(e.Via).Terminal(), Untrusted(shownKey(e.To)).Terminal()))
		}
	}
	for _, a := range absent {
		b.WriteString(paragraph("- ", "  ", Untrusted(fmt.Sprintf("%s (%s:%d) makes nothing: %s", graph.Key{Root: a.Root, Address: a.Address}, a.File, a.Line, a.Why)).Terminal(), look.width()))
	}
	for _, gap := range gaps {
		b.WriteString(paragraph("! ", "  ", Untrusted(gap.Where+": "+gap.Why).Terminal(), look.width()))
	}
	b.WriteString(fmt.Sprintf("\n%s, %s, %s\n", plural(n, "resource"), plural(len(g.Edges()), "reference"), plural(len(gaps), "gap")))
	_, err := io.WriteString(w, b.String())
	return err
}
