package resilience

import (
	"fmt"
	"maps"
	"slices"
	"strings"

	"github.com/plumbline-dev/plumbline/graph"
)

// Offers lists changes that cure single points and that no policy offers as a fix: they belong to several resources, or are asked for
// by no single check. They are simulated and priced like fixes.
func Offers(g *graph.Graph) []Fix {
	var out []Fix
	d := &deriver{g: g}
	for _, nat := range g.OfType("aws_nat_gateway") {
		out = append(out, d.gatewaysPerZone(nat)...)
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
	if r.Data || size < 1 {
		return nil
	}
	var out []Fix
	if size == 1 { // in one zone too, which another fix may widen
		out = append(out, Fix{Policy: "graph.second_member", Resource: r.Key(), Patch: t.resize(r, 2)})
	}
	if zones < 2 {
		return out
	}
	each := (size + zones - 2) / (zones - 1) // in each zone, so that all but one carry size
	if n := each * zones; n > size && n != 2 {
		out = append(out, Fix{Policy: "graph.full_load", Resource: r.Key(), Patch: t.resize(r, n)})
	}
	return out
}

// resize sets the least size of a tier to n, and raises its other sizes to that: AWS refuses to want less than the least.
func (t growing) resize(r *graph.Resource, n int) graph.Patch {
	p := graph.Patch{{Op: graph.Set, Root: r.Root, Address: r.Address, Path: t.least, Old: sizeAt(r, t.least), New: n}}
	for _, path := range []string{t.want, t.max} {
		if path == "desired_capacity" && r.Attrs["starts_at_least"] == true {
			continue // it follows the least
		}
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

// gatewaysPerZone offers every other zone that leaves through a NAT gateway one of its own, in a public subnet of that zone. Route tables
// that serve this zone alone lead there then; subnets whose table serves others too get a table.
func (d *deriver) gatewaysPerZone(nat *graph.Resource) []Fix {
	home := texts(nat.Facts["_zones"])
	if nat.Data || len(home) != 1 || nat.Attrs["availability_mode"] == "regional" {
		return nil
	}
	byZone := map[string][]leaving{}
	for _, l := range d.leavingThrough(nat) {
		if l.zone != "" && l.zone != home[0] {
			byZone[l.zone] = append(byZone[l.zone], l)
		}
	}
	var out []Fix
	for _, zone := range slices.Sorted(maps.Keys(byZone)) {
		public := d.publicSubnet(byZone[zone][0].subnet, zone)
		if public == nil {
			continue // no place for a gateway there
		}
		f := Fix{Policy: "nat.per_zone", Resource: nat.Key(), Zone: zone, Patch: gatewayIn(nat, public, zone)}
		own := !slices.ContainsFunc(byZone[zone], func(l leaving) bool { return l.shared })
		if !own {
			f.Patch = append(f.Patch, tableIn(nat, public, zone)...)
		}
		for _, l := range byZone[zone] {
			f.Covers = append(f.Covers, l.subnet.Key())
			changed, path, to := l.association, "route_table_id", made(nat, "aws_route_table", zone)
			if own {
				changed, path, to = l.route, "nat_gateway_id", made(nat, "aws_nat_gateway", zone)
			}
			c := graph.Change{Op: graph.Set, Root: changed.Root, Address: changed.Address, Type: changed.Type, Path: path, Old: changed.Attrs[path], New: graph.Ref{Root: nat.Root, Address: to, Attr: "id"}}
			if !slices.ContainsFunc(f.Patch, func(o graph.Change) bool { return o.Address == c.Address && o.Path == c.Path }) {
				f.Patch = append(f.Patch, c)
			}
		}
		out = append(out, f)
	}
	return out
}

// leaving is a subnet whose default route leads to a gateway.
type leaving struct {
	route, association, subnet *graph.Resource
	zone                       string // "" when it is not known
	shared                     bool   // the route table serves other zones, or may
}

// leavingThrough lists the subnets whose default route leads to a gateway.
func (d *deriver) leavingThrough(nat *graph.Resource) []leaving {
	var out []leaving
	for _, route := range byKey(d.from(nat, "aws_route", "nat_gateway_id")) {
		if route.Attrs["destination_cidr_block"] != "0.0.0.0/0" {
			continue
		}
		for _, table := range d.to(route, "route_table_id", "aws_route_table") {
			list := d.served(table, route)
			out = append(out, list...)
		}
	}
	return out
}

// served lists the subnets that a table is associated with.
func (d *deriver) served(table, route *graph.Resource) []leaving {
	var out []leaving
	shared := table.Attrs["default_route_table_id"] != nil || len(d.from(table, "aws_main_route_table_association", "route_table_id")) > 0 || table.Unknown["_from"] != ""
	for _, vpc := range d.to(table, "vpc_id", "aws_vpc") {
		id, known := table.Attrs["id"].(string)
		shared = shared || known && (vpc.Attrs["main_route_table_id"] == id || vpc.Attrs["default_route_table_id"] == id)
	}
	zones := map[string]bool{}
	for _, a := range byKey(d.from(table, "aws_route_table_association", "route_table_id")) {
		subnets := d.to(a, "subnet_id", "aws_subnet")
		if len(subnets) == 0 {
			continue
		}
		l := leaving{route: route, association: a, subnet: subnets[0]}
		if z := texts(subnets[0].Facts["_zones"]); len(z) == 1 {
			l.zone = z[0]
		}
		zones[l.zone] = true
		out = append(out, l)
	}
	for i := range out {
		out[i].shared = shared || len(zones) > 1
	}
	return out
}

// publicSubnet finds a public subnet of the same VPC in a zone.
func (d *deriver) publicSubnet(s *graph.Resource, zone string) *graph.Resource {
	for _, vpc := range d.to(s, "vpc_id", "aws_vpc") {
		for _, other := range byKey(d.from(vpc, "aws_subnet", "vpc_id")) {
			if other.Attrs["public"] == true && !other.Data && slices.Equal(texts(other.Facts["_zones"]), []string{zone}) {
				return other
			}
		}
	}
	return nil
}

// made is the address of what is made for a zone, beside the gateway that served it.
func made(nat *graph.Resource, typ, zone string) graph.Address {
	module, _, _ := strings.Cut(string(nat.Address), "aws_nat_gateway.")
	if nat.Live() {
		module = ""
	}
	return graph.Address(fmt.Sprintf("%s%s.%s_%s", module, typ, nat.Name, strings.NewReplacer("#", "_", "-", "_").Replace(zone)))
}

// gatewayIn makes the gateway of one zone.
func gatewayIn(nat, public *graph.Resource, zone string) graph.Patch {
	address := graph.Ref{Root: nat.Root, Address: made(nat, "aws_eip", zone), Attr: "allocation_id"}
	return graph.Patch{
		{Op: graph.Create, Root: nat.Root, Address: address.Address, Type: "aws_eip", New: map[string]any{"domain": "vpc"}},
		{Op: graph.Create, Root: nat.Root, Address: made(nat, "aws_nat_gateway", zone), Type: "aws_nat_gateway",
			New: map[string]any{"subnet_id": graph.Ref{Root: public.Root, Address: public.Address, Attr: "id"}, "allocation_id": address}},
	}
}

// tableIn makes a route table that leads to the gateway of one zone.
func tableIn(nat, public *graph.Resource, zone string) graph.Patch {
	ref := func(typ string) graph.Ref {
		return graph.Ref{Root: nat.Root, Address: made(nat, typ, zone), Attr: "id"}
	}
	return graph.Patch{
		{Op: graph.Create, Root: nat.Root, Address: made(nat, "aws_route_table", zone), Type: "aws_route_table", New: map[string]any{"vpc_id": public.Attrs["vpc_id"]}},
		{Op: graph.Create, Root: nat.Root, Address: made(nat, "aws_route", zone), Type: "aws_route",
			New: map[string]any{"route_table_id": ref("aws_route_table"), "destination_cidr_block": "0.0.0.0/0", "nat_gateway_id": ref("aws_nat_gateway")}},
	}
}
