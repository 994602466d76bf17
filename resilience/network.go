package resilience

import (
	"fmt"
	"slices"
	"strings"

	"github.com/plumbline-dev/plumbline/graph"
)

// seat is where members of a group may stand: a zone, or a choice of zones, and the way out from there.
type seat struct {
	node   int
	zone   string // "" when it is a choice
	fact   Fact
	subnet *graph.Resource // nil for a zone without subnet
	of     string          // whose members stand there
}

// seats are the places of a resource that is in some subnets (or zones): one for each zone when all zones are known,
// else one for each subnet, or for each zone of the region when not even the subnets are known. sure says that the
// zones are known and distinct.
func (d *deriver) seats(r *graph.Resource, subnets []*graph.Resource, egress bool) (list []seat, sure bool) {
	zones := texts(r.Facts["_zones"])
	if len(zones) > 0 {
		for _, z := range zones {
			list = append(list, d.seatIn(r, z, subnets, egress))
		}
		return list, true
	}
	why := r.Unknown["_zones"]
	if why == "" {
		why = "the subnets of " + r.Key().String()
	}
	if open := len(subnets) == 0 || r.Unknown["_to."+viaOf(d, r, subnets)+"[*]"] != ""; open {
		for _, z := range d.zonesIn[regionOf(r)] {
			list = append(list, seat{node: d.zone(z, regionOf(r)), zone: z, fact: Fact{Text: r.Key().String() + " may be in " + z, Missing: why}, of: r.Key().String()})
		}
		return list, false
	}
	for _, s := range subnets {
		place, zone, reason := d.place(s)
		node := place
		if egress {
			node = d.both(fmt.Sprintf("%s in %s", r.Key(), s.Key()), Need{Node: place, Fact: sits(s, zone, reason)}, d.wayOut(r, s))
		}
		list = append(list, seat{node: node, zone: zone, subnet: s, fact: Fact{Text: fmt.Sprintf("%s is in %s%s", r.Key(), s.Key(), in(s)), Missing: reason}, of: r.Key().String()})
	}
	return list, false
}

// viaOf is the attribute by which r names its subnets.
func viaOf(d *deriver, r *graph.Resource, subnets []*graph.Resource) string {
	for _, e := range d.g.To(r.Key()) {
		if len(subnets) > 0 && e.To == subnets[0].Key() {
			return e.Via
		}
	}
	return ""
}

// seatIn is one zone of r with the ways out of its subnets there.
func (d *deriver) seatIn(r *graph.Resource, zone string, subnets []*graph.Resource, egress bool) seat {
	place := d.zone(zone, regionOf(r))
	if d.only != nil && !slices.Contains(d.only, zone) {
		return seat{node: d.never(), zone: zone, fact: Fact{Text: "the load balancer is not enabled in " + zone}, of: r.Key().String()}
	}
	here := seat{node: place, zone: zone, fact: Fact{Text: fmt.Sprintf("%s is in %s%s", r.Key(), zone, in(r))}, of: r.Key().String()}
	var ways []Need
	for _, s := range subnets {
		if z := texts(s.Facts["_zones"]); len(z) != 1 || z[0] != zone {
			continue
		}
		here.subnet = s
		if way := d.wayOut(r, s); egress && way.Node != 0 && !slices.ContainsFunc(ways, func(w Need) bool { return w.Node == way.Node }) {
			ways = append(ways, way)
		}
	}
	if len(ways) == 0 {
		return here
	}
	out := ways[0]
	if len(ways) > 1 { // in which subnet of the zone a server starts is for AWS to say
		n := Node{Name: "a way out of " + zone, Kind: Some, Total: 1, Least: 1}
		for _, w := range ways {
			w.Max = 1
			w.Fact.Missing = "in which subnet of " + zone + " a server starts"
			n.Needs = append(n.Needs, w)
		}
		out = Need{Node: d.add(n), Fact: Fact{Text: fmt.Sprintf("servers in %s leave through gateways of several subnets", zone), Setting: egressSetting}}
	}
	here.node = d.make("seat:"+r.Key().String()+":"+zone, func() Node {
		return Node{Name: fmt.Sprintf("%s in %s", r.Key(), zone), Zone: zone, Needs: []Need{{Node: place, Fact: Fact{Text: "they are in " + zone}}, out}}
	})
	return here
}

// both is a step that needs two things; without the second it is the first.
func (d *deriver) both(name string, a, b Need) int {
	if b.Node == 0 {
		return a.Node
	}
	return d.add(Node{Name: name, Needs: []Need{a, b}})
}

// vpcOf finds the VPC of a resource through its subnets and security groups; nil when it is not known.
func (d *deriver) vpcOf(r *graph.Resource) *graph.Resource {
	if d.vpcs == nil {
		d.vpcs = map[graph.Key]*graph.Resource{}
	}
	v, known := d.vpcs[r.Key()]
	if !known {
		v = d.findVPC(r)
		d.vpcs[r.Key()] = v
	}
	return v
}

func (d *deriver) findVPC(r *graph.Resource) *graph.Resource {
	seen := map[graph.Key]bool{}
	var find func(r *graph.Resource, depth int) *graph.Resource
	find = func(r *graph.Resource, depth int) *graph.Resource {
		if r.Type == "aws_vpc" {
			return r
		}
		if depth == 0 || seen[r.Key()] {
			return nil
		}
		seen[r.Key()] = true
		for _, e := range d.g.To(r.Key()) {
			t := d.g.Get(e.To)
			if t == nil || !leadsToVPC(t.Type) {
				continue
			}
			if v := find(t, depth-1); v != nil {
				return v
			}
		}
		return nil
	}
	return find(r, 4)
}

func leadsToVPC(typ string) bool {
	return typ == "aws_vpc" || typ == "aws_subnet" || typ == "aws_security_group" || typ == "aws_launch_template" || typ == "aws_launch_configuration" ||
		typ == "aws_eks_cluster" || strings.HasSuffix(typ, "_subnet_group")
}
