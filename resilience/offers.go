package resilience

import (
	"fmt"
	"slices"
	"strings"

	"github.com/plumbline-dev/plumbline/graph"
)

// Offers lists changes that cure single points and that no policy offers as a fix, because a person has to make them.
// They are simulated and priced like fixes.
func Offers(g *graph.Graph) []Fix {
	var out []Fix
	d := &deriver{g: g}
	for _, nat := range g.OfType("aws_nat_gateway") {
		if f, ok := d.gatewayPerZone(nat); ok {
			out = append(out, f)
		}
	}
	for _, node := range g.OfType("aws_elasticache_cluster") {
		if f, ok := d.groupAround(node); ok {
			out = append(out, f)
		}
	}
	for _, t := range tiersThatGrow {
		for _, r := range g.OfType(t.typ) {
			out = append(out, t.larger(r)...)
		}
	}
	return out
}

// growing says where the size of a tier is written.
type growing struct {
	typ              string
	least, want, max string // paths; "" when there is none
}

var tiersThatGrow = []growing{
	{"aws_autoscaling_group", "min_size", "desired_capacity", "max_size"},
	{"aws_eks_node_group", "scaling_config[0].min_size", "scaling_config[0].desired_size", "scaling_config[0].max_size"},
	{"aws_ecs_service", "desired_count", "", ""},
}

// larger offers a tier of one a second member, and every tier so many that what is left in the loss of a zone is as much
// as its size is now.
func (t growing) larger(r *graph.Resource) []Fix {
	zones, size := len(texts(r.Facts["_zones"])), sizeAt(r, t.least)
	if r.Data || zones < 2 || size < 1 {
		return nil
	}
	var out []Fix
	if size == 1 {
		out = append(out, Fix{Policy: "graph.second_member", Resource: r.Key(), Patch: t.resize(r, 2), ByHand: true})
	}
	each := (size + zones - 2) / (zones - 1) // in each zone, so that all but one carry size
	if n := each * zones; n > size && n != 2 {
		out = append(out, Fix{Policy: "graph.full_load", Resource: r.Key(), Patch: t.resize(r, n), ByHand: true})
	}
	return out
}

// resize sets the least size of a tier to n, and raises its other sizes to that: AWS refuses to want less than the least.
func (t growing) resize(r *graph.Resource, n int) graph.Patch {
	p := graph.Patch{{Op: graph.Set, Root: r.Root, Address: r.Address, Path: t.least, Old: sizeAt(r, t.least), New: n}}
	for _, path := range []string{t.want, t.max} {
		if now := sizeAt(r, path); now > 0 && now < n {
			p = append(p, graph.Change{Op: graph.Set, Root: r.Root, Address: r.Address, Path: path, Old: now, New: n})
		}
	}
	return p
}

// sizeAt is a known size; 0 when it is not set or not known.
func sizeAt(r *graph.Resource, path string) int {
	attrs := r.Attrs
	if block, name, nested := strings.Cut(path, "[0]."); nested {
		attrs, path = blockOf(r.Attrs, block), name
	}
	n, _ := attrs[path].(int)
	return n
}

// gatewayPerZone gives every other zone that leaves through a NAT gateway one of its own, in a public subnet of that
// zone, with a route table for the subnets there.
func (d *deriver) gatewayPerZone(nat *graph.Resource) (Fix, bool) {
	home := texts(nat.Facts["_zones"])
	if nat.Data || len(home) != 1 || nat.Attrs["availability_mode"] == "regional" {
		return Fix{}, false
	}
	f := Fix{Policy: "nat.per_zone", Resource: nat.Key(), ByHand: true}
	for _, a := range d.associationsThrough(nat) {
		subnets := d.to(a, "subnet_id", "aws_subnet")
		if len(subnets) == 0 {
			continue
		}
		zone := texts(subnets[0].Facts["_zones"])
		if len(zone) != 1 || zone[0] == home[0] {
			continue
		}
		public := d.publicSubnet(subnets[0], zone[0])
		if public == nil {
			return Fix{}, false // no place for a gateway there
		}
		f.Patch = append(f.Patch, d.gatewayIn(f, nat, a, public, zone[0])...)
	}
	return f, len(f.Patch) > 0
}

// associationsThrough are the associations of subnets whose default route leads to a gateway.
func (d *deriver) associationsThrough(nat *graph.Resource) []*graph.Resource {
	var out []*graph.Resource
	for _, route := range byKey(d.from(nat, "aws_route", "nat_gateway_id")) {
		for _, table := range d.to(route, "route_table_id", "aws_route_table") {
			out = append(out, byKey(d.from(table, "aws_route_table_association", "route_table_id"))...)
		}
	}
	return out
}

// publicSubnet finds a public subnet of the same VPC in a zone.
func (d *deriver) publicSubnet(s *graph.Resource, zone string) *graph.Resource {
	for _, vpc := range d.to(s, "vpc_id", "aws_vpc") {
		for _, other := range byKey(d.from(vpc, "aws_subnet", "vpc_id")) {
			if other.Attrs["public"] == true && slices.Equal(texts(other.Facts["_zones"]), []string{zone}) {
				return other
			}
		}
	}
	return nil
}

// gatewayIn are the changes of one zone; the gateway is made once for all subnets of the zone.
func (d *deriver) gatewayIn(f Fix, nat, association, public *graph.Resource, zone string) graph.Patch {
	ref := func(a graph.Address, attr string) graph.Ref { return graph.Ref{Root: nat.Root, Address: a, Attr: attr} }
	name := func(typ string) graph.Address {
		return graph.Address(fmt.Sprintf("%s.%s_%s", typ, nat.Name, zone))
	}
	gateway, table := name("aws_nat_gateway"), name("aws_route_table")
	var p graph.Patch
	if !slices.ContainsFunc(f.Patch, func(c graph.Change) bool { return c.Address == gateway }) {
		add := func(a graph.Address, typ string, attrs map[string]any) {
			p = append(p, graph.Change{Op: graph.Create, Root: nat.Root, Address: a, Type: typ, New: attrs})
		}
		add(name("aws_eip"), "aws_eip", map[string]any{"domain": "vpc"})
		add(gateway, "aws_nat_gateway", map[string]any{"subnet_id": graph.Ref{Root: public.Root, Address: public.Address, Attr: "id"}, "allocation_id": ref(name("aws_eip"), "allocation_id")})
		add(table, "aws_route_table", map[string]any{"vpc_id": public.Attrs["vpc_id"]})
		add(name("aws_route"), "aws_route", map[string]any{"route_table_id": ref(table, "id"), "destination_cidr_block": "0.0.0.0/0", "nat_gateway_id": ref(gateway, "id")})
	}
	return append(p, graph.Change{Op: graph.Set, Root: association.Root, Address: association.Address, Path: "route_table_id", New: ref(table, "id")})
}
