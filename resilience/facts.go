package resilience

import (
	"fmt"
	"slices"
	"strings"

	"github.com/plumbline-dev/plumbline/graph"
)

// Attach adds to a graph what a simulation says of it, as resources that policies can judge (see catalog/resilience.go).
// The graph is otherwise the same.
func Attach(g *graph.Graph, s Settings, targets func(stage string) Target) *graph.Graph {
	if len(g.OfType("resilience_entry_point"))+len(g.OfType("resilience_store")) > 0 {
		return g
	}
	facts := Facts(g, s, targets)
	if len(facts) == 0 {
		return g
	}
	return graph.New(slices.Concat(g.Resources(), facts), g.Edges())
}

// Facts gives those resources.
func Facts(g *graph.Graph, s Settings, targets func(stage string) Target) []*graph.Resource {
	m := Derive(g, s)
	f := &factory{m: m, g: g, targets: targets, points: m.points(m.Things())}
	for _, z := range m.Zones() {
		f.zones = append(f.zones, state{z, m.Lose(z.Nodes...)})
	}
	for _, r := range m.Regions() {
		f.regions = append(f.regions, state{r, m.Lose(r.Nodes...)})
	}
	c := newRecoverer(m, g)
	c.allStores()
	var out []*graph.Resource
	for i := range m.Entries {
		out = append(out, f.entry(i, c))
	}
	for _, node := range m.Stores {
		if m.Nodes[node].Type != "aws_sns_topic" { // keeps nothing
			out = append(out, f.store(node, c.stores[node]))
		}
	}
	out = append(out, f.sharedPoints()...)
	return append(out, f.objectives()...)
}

type state struct {
	loss Loss
	s    *State
}

type factory struct {
	m              *Model
	g              *graph.Graph
	targets        func(string) Target
	points         []Point
	zones, regions []state
}

// fact is a resource about another.
func (f *factory) fact(typ string, owner graph.Key, label string) *graph.Resource {
	r := &graph.Resource{Root: owner.Root, Address: owner.Address + graph.Address("#"+label), Of: owner.Address, Type: typ, Attrs: map[string]any{}, Unknown: map[string]string{}, Facts: map[string]any{}}
	if o := f.g.Get(owner); o != nil {
		r.Name, r.Stage, r.Origins = o.Name, o.Stage, o.Origins
		if region, ok := o.Facts["_region"]; ok {
			r.Facts["_region"] = region
		}
	}
	return r
}

// list sets an attribute to the names of what goes wrong: null when nothing does, unknown when it may.
func list(r *graph.Resource, attr string, names []string, why string) {
	switch {
	case len(names) > 0:
		r.Attrs[attr] = strings.Join(names, ", ")
	case why != "":
		r.Unknown[attr] = why
	}
}

func (f *factory) entry(i int, c *recoverer) *graph.Resource {
	e := f.m.Entries[i]
	r := f.fact("resilience_entry_point", e.Key, "entry "+e.Name)
	r.Attrs["name"] = e.Name
	names, why := f.down(e, f.zones, c)
	if len(names) == 0 {
		names = f.unnamed(i)
	}
	list(r, "zones_that_stop_it", names, why)
	f.singles(r, i)
	f.load(r, e)
	names, why = f.down(e, f.regions, c)
	if len(names) > 0 || why == "" {
		r.Attrs["region_survived"] = len(names) == 0
	} else {
		r.Unknown["region_survived"] = why
	}
	if !f.targets(e.Stage).RegionAccepted {
		f.copies(r, e, c)
	}
	switch est := f.m.estimate(e.Node, PublishedRates(), false); {
	case est.Err != nil:
		r.Unknown["availability"] = est.Err.Error()
	case est.High-est.Low > 1e-6:
		r.Unknown["availability"] = fmt.Sprintf("it is between %.4f and %.4f %%, by where AWS places what", est.Low*100, est.High*100)
	default:
		r.Attrs["availability"] = est.Low * 100
	}
	return r
}

// down lists the losses that surely stop an entry point, and why it is not known whether others do.
func (f *factory) down(e Entry, states []state, c *recoverer) (names []string, why string) {
	for _, x := range states {
		switch x.s.Up(e.Node) {
		case No:
			names = append(names, f.m.Nodes[x.loss.Nodes[0]].Name)
		case Undecided:
			if why == "" {
				why = c.missing(e.Node, x.s)
			}
		}
	}
	return names, why
}

// unnamed is the zone of a single point whose place is not known: whichever it is, its loss stops the entry point.
func (f *factory) unnamed(entry int) []string {
	for _, p := range f.points {
		n := f.m.Nodes[p.Node]
		if n.Class == Single && (scopes[n.Type] == zonal || n.Load) && slices.Contains(p.Down, entry) {
			return []string{"the zone of " + n.Key.String()}
		}
	}
	return nil
}

// isServer says whether a type runs the application's code.
func isServer(typ string) bool {
	return slices.Contains(workloads, typ) || typ == "aws_eks_node_group"
}

// singles tells single servers from other single points.
func (f *factory) singles(r *graph.Resource, entry int) {
	names, why := map[bool][]string{}, map[bool]string{}
	for _, p := range f.points {
		n := f.m.Nodes[p.Node]
		kind := isServer(n.Type)
		switch {
		case slices.Contains(p.Down, entry):
			names[kind] = append(names[kind], n.Key.String())
		case slices.Contains(p.Maybe, entry):
			why[kind] = "whether the loss of " + n.Key.String() + " stops it depends on what is not known"
		}
	}
	list(r, "points_that_stop_it", names[false], why[false])
	list(r, "servers_that_stop_it", names[true], why[true])
}

// copies lists the stores that an entry point needs and that are gone with the region.
func (f *factory) copies(r *graph.Resource, e Entry, c *recoverer) {
	below := f.m.below([]Entry{e})
	var names []string
	why := ""
	for _, node := range f.m.Stores {
		if !below[node] {
			continue
		}
		switch x := c.stores[node]["region"]; {
		case x.RPO.Never:
			names = append(names, f.m.Nodes[node].Name)
		case x.RPO.Missing != "":
			why = x.RPO.Missing
		}
	}
	list(r, "stores_without_copy_elsewhere", names, why)
}

// store says which losses of an instance or a zone a data store does not get over in time.
func (f *factory) store(node int, rows map[string]Recovery) *graph.Resource {
	n := f.m.Nodes[node]
	r := f.fact("resilience_store", n.Key, "recovery")
	t := f.targets(n.Stage).own(f.g.Get(n.Key))
	for attr, span := range map[string]func(Recovery) (Span, int){
		"rto_missed": func(x Recovery) (Span, int) { return x.RTO, t.RTO },
		"rpo_missed": func(x Recovery) (Span, int) { return x.RPO, t.RPO },
	} {
		var names []string
		why := ""
		for _, kind := range []string{"instance", "zone"} {
			s, target := span(rows[kind])
			switch s.Within(target) {
			case No:
				names = append(names, map[string]string{"instance": "an instance", "zone": "a zone"}[kind])
			case Undecided:
				why = s.Missing
			}
		}
		list(r, attr, names, why)
	}
	return r
}
