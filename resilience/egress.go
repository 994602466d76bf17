package resilience

import (
	"fmt"
	"slices"

	"github.com/plumbline-dev/plumbline/graph"
)

// wayOut is the need of a server r in a subnet for what the internet is reached through from there, and for the private
// endpoints of its VPC. Its node is 0 when there is none, or nothing in it can fail alone.
func (d *deriver) wayOut(r, s *graph.Resource) Need {
	if d.settings.Egress == "unneeded" {
		return Need{}
	}
	way, endpoints := d.route(r, s), d.endpoints(s)
	switch {
	case way.Node == 0:
		return endpoints
	case endpoints.Node == 0:
		return way
	}
	what := fmt.Sprintf("out:%d:%d", way.Node, endpoints.Node)
	node := d.make(what, func() Node { return Node{Name: "the ways out of " + s.Key().String(), Needs: []Need{way, endpoints}} })
	return Need{Node: node}
}

// route is the need for what the default route of a subnet leads to.
func (d *deriver) route(r, s *graph.Resource) Need {
	table, how, why := d.routeTable(s)
	switch {
	case table == nil && (why == "" || direct(r) || direct(s)):
		return Need{} // local routes only, or a public address, which only an internet gateway can serve
	case table == nil:
		return d.anyGateway(s, why)
	}
	for _, route := range d.routes(table) {
		to, open := route.Attrs["destination_cidr_block"], route.Unknown["destination_cidr_block"]
		if to != "0.0.0.0/0" && open == "" {
			continue
		}
		way := d.next(s, route, Fact{Text: fmt.Sprintf("%s sends 0.0.0.0/0 to it%s", how, in(route)), Setting: egressSetting})
		if why := firstOf(route.Unknown["_count"], open); why != "" && way.Node != 0 {
			return d.perhaps(way, why)
		}
		return way
	}
	if why := firstOf(table.Unknown["route"], table.Unknown["_from.aws_route.route_table_id[*]"]); why != "" {
		return d.anyGateway(s, why)
	}
	return Need{}
}

// direct says whether servers get a public address, and so leave through an internet gateway, which no zone takes away.
func direct(r *graph.Resource) bool {
	return r.Attrs["associate_public_ip_address"] == true || r.Attrs["map_public_ip_on_launch"] == true || r.Attrs["default_for_az"] == true ||
		blockOf(r.Attrs, "network_configuration")["assign_public_ip"] == true
}

// perhaps is a need that there may be.
func (d *deriver) perhaps(way Need, why string) Need {
	way.Fact.Missing = why
	maybe := Need{Node: way.Node, Max: 1, Fact: way.Fact}
	node := d.make(fmt.Sprintf("perhaps:%d:%s", way.Node, why), func() Node {
		return Node{Name: "what may be needed", Kind: Some, Total: 1, Least: 1, Needs: []Need{{Node: d.nowhere(), Max: 1, Fact: way.Fact}, maybe}}
	})
	return Need{Node: node, Fact: Fact{Text: way.Fact.Text, Setting: way.Fact.Setting}}
}

// nowhere is a step that cannot fail.
func (d *deriver) nowhere() int {
	return d.make("no way out", func() Node { return Node{Name: "no way out"} })
}

// next is the need for what one route leads to.
func (d *deriver) next(s, route *graph.Resource, fact Fact) Need {
	for _, typ := range []string{"aws_nat_gateway", "aws_instance", "aws_network_interface", "aws_vpc_endpoint", "aws_vpn_gateway"} {
		if to := d.to(route, "", typ); len(to) > 0 {
			t := to[0]
			if typ == "aws_network_interface" {
				if attached := d.to(t, "attachment", "aws_instance"); len(attached) > 0 {
					t = attached[0]
				}
			}
			return Need{Node: d.node(t), Fact: fact}
		}
	}
	if to := d.to(route, "transit_gateway_id", "aws_ec2_transit_gateway"); len(to) > 0 {
		return d.transit(s, to[0], fact)
	}
	for _, via := range []string{"nat_gateway_id", "instance_id", "network_interface_id"} {
		if why := openOf(route, via); why != "" {
			return d.anyGateway(s, why)
		}
		if id, ok := route.Attrs[via].(string); ok && id != "" {
			return d.unread(s, fmt.Sprintf("where %s is, to which %s leads", id, route.Key()))
		}
	}
	for _, via := range []string{"transit_gateway_id", "core_network_arn"} {
		if why := openOf(route, via); why != "" || route.Attrs[via] != nil {
			return d.unread(s, firstOf(why, fmt.Sprintf("where traffic goes behind the %s of %s", via, route.Key())))
		}
	}
	if why := openOf(route, "vpc_endpoint_id"); why != "" || route.Attrs["vpc_endpoint_id"] != nil {
		return d.firewall(s, fact)
	}
	return Need{}
}

// openOf is why the target of an attribute is not known; "" when it is, or there is none.
func openOf(route *graph.Resource, attr string) string {
	for _, p := range []string{attr, "_to." + attr + "[*]", "_to." + attr} {
		if why := route.Unknown[p]; why != "" {
			return why
		}
	}
	return ""
}

// transit is the way through a transit gateway: by its default routes to the subnets of another VPC, and out from there.
// Traffic stays in its zone where the other VPC is attached there.
// Source: Amazon VPC Transit Gateways, How transit gateways work (Availability Zones, appliance mode).
func (d *deriver) transit(s, gateway *graph.Resource, fact Fact) Need {
	what := "transit:" + gateway.Key().String() + ":" + s.Key().String()
	if _, open := d.memo[what]; open { // a circle of routes
		return Need{Node: d.memo[what], Fact: fact}
	}
	node := d.make(what, func() Node {
		n := Node{Name: "the way through " + gateway.Key().String()}
		zone := texts(s.Facts["_zones"])
		var ways []Need
		for _, a := range d.defaultAttachments(gateway) {
			for _, inner := range d.to(a, "subnet_ids", "aws_subnet") {
				way := d.wayOut(inner, inner)
				if way.Node == 0 {
					way = Need{Node: d.nowhere()}
				}
				if len(zone) == 1 && slices.Equal(texts(inner.Facts["_zones"]), zone) && a.Attrs["appliance_mode_support"] != "enable" {
					n.Needs = []Need{way}
					return n
				}
				ways = append(ways, way)
			}
		}
		if len(ways) == 0 {
			n.Needs = []Need{d.unread(s, "where "+gateway.Key().String()+" sends 0.0.0.0/0")}
			return n
		}
		return d.oneWay(n, ways, "through which zone "+gateway.Key().String()+" sends traffic")
	})
	return Need{Node: node, Fact: fact}
}

// defaultAttachments are the VPCs that a transit gateway sends 0.0.0.0/0 to.
func (d *deriver) defaultAttachments(gateway *graph.Resource) []*graph.Resource {
	tables := append(d.from(gateway, "aws_ec2_transit_gateway_route_table", "transit_gateway_id"), gateway)
	var out []*graph.Resource
	for _, t := range tables {
		for _, route := range d.from(t, "aws_ec2_transit_gateway_route", "transit_gateway_route_table_id") {
			if route.Attrs["destination_cidr_block"] == "0.0.0.0/0" {
				out = append(out, d.to(route, "transit_gateway_attachment_id", "aws_ec2_transit_gateway_vpc_attachment")...)
			}
		}
	}
	return unique(byKey(out))
}

// oneWay makes a step that takes one of several ways, whichever.
func (d *deriver) oneWay(n Node, ways []Need, why string) Node {
	n.Kind, n.Total, n.Least = Some, 1, 1
	for _, w := range ways {
		w.Max, w.Fact.Missing = 1, why
		n.Needs = append(n.Needs, w)
	}
	return n
}

// firewall is the way through an endpoint of a firewall of the VPC, and out from the subnet that it is in.
func (d *deriver) firewall(s *graph.Resource, fact Fact) Need {
	var ways []Need
	for _, vpc := range d.to(s, "vpc_id", "aws_vpc") {
		for _, f := range byKey(d.from(vpc, "aws_networkfirewall_firewall", "vpc_id")) {
			for _, sub := range d.to(f, "subnet_mapping.subnet_id", "aws_subnet") {
				place, zone, why := d.place(sub)
				here := Need{Node: place, Fact: sits(sub, zone, why)}
				ways = append(ways, Need{Node: d.both("the endpoint of "+f.Key().String()+" in "+sub.Key().String(), here, d.wayOut(sub, sub)),
					Fact: Fact{Text: fmt.Sprintf("%s has an endpoint in %s%s", f.Key(), sub.Key(), in(f))}})
			}
		}
	}
	switch len(ways) {
	case 0:
		return d.unread(s, "where the endpoint is that "+s.Key().String()+" leaves through")
	case 1:
		return Need{Node: d.add(Node{Name: "the firewall of " + s.Key().String(), Needs: ways}), Fact: fact}
	}
	return Need{Node: d.add(d.oneWay(Node{Name: "the firewall of " + s.Key().String()}, ways, "through which of its endpoints "+s.Key().String()+" leaves")), Fact: fact}
}

// routeTable finds the table of a subnet: its own, else the main one of its VPC. how says which subnet it is; why, why
// there is none that is known.
func (d *deriver) routeTable(s *graph.Resource) (table *graph.Resource, how, why string) {
	how = s.Key().String()
	if own := d.from(s, "aws_route_table_association", "subnet_id"); len(own) > 0 {
		if tables := d.to(own[0], "route_table_id", "aws_route_table"); len(tables) > 0 && !tables[0].Data {
			return tables[0], how, ""
		}
		return nil, how, "the route table of " + how
	}
	if s.Data {
		return nil, how, "the routes of " + how + ", which is looked up"
	}
	vpcs := d.to(s, "vpc_id", "aws_vpc")
	for _, vpc := range vpcs {
		for _, a := range d.from(vpc, "aws_main_route_table_association", "vpc_id") {
			if tables := d.to(a, "route_table_id", "aws_route_table"); len(tables) > 0 {
				return tables[0], how + ", through the main table of its VPC,", ""
			}
		}
		if main := d.from(vpc, "aws_route_table", "default_route_table_id"); len(main) > 0 {
			return main[0], how + ", through the main table of its VPC,", ""
		}
		if vpc.Data && vpc.Attrs["default"] != true {
			return nil, how, "the main route table of " + vpc.Key().String() + ", which is looked up"
		}
	}
	return nil, how, ""
}

// routes lists the routes of a table in a fixed order.
func (d *deriver) routes(table *graph.Resource) []*graph.Resource {
	return byKey(d.from(table, "aws_route", "route_table_id"))
}

// anyGateway is the way out of a subnet whose routes are not known: any of the NAT gateways of its VPC, or none.
func (d *deriver) anyGateway(s *graph.Resource, why string) Need {
	var gateways []*graph.Resource
	vpcs := d.to(s, "vpc_id", "aws_vpc")
	for _, nat := range d.g.OfType("aws_nat_gateway") {
		for _, sub := range d.to(nat, "subnet_id", "aws_subnet") {
			if in := d.to(sub, "vpc_id", "aws_vpc"); len(vpcs) == 0 || len(in) == 0 || in[0] == vpcs[0] {
				gateways = append(gateways, nat)
			}
		}
	}
	if len(gateways) == 0 {
		return d.unread(s, why)
	}
	fact := Fact{Text: fmt.Sprintf("servers in %s may leave through it", s.Key()), Setting: egressSetting, Missing: why}
	node := d.make("ways out:"+s.Key().String(), func() Node {
		n := Node{Name: "the way out of " + s.Key().String(), Kind: Some, Total: 1, Least: 1, Needs: []Need{{Node: d.nowhere(), Max: 1, Fact: fact}}}
		for _, nat := range gateways {
			n.Needs = append(n.Needs, Need{Node: d.node(nat), Max: 1, Fact: fact})
		}
		return n
	})
	return Need{Node: node, Fact: Fact{Text: fact.Text, Setting: egressSetting}}
}

// unread is a way out that was not read: it may need any zone of the region, or none.
func (d *deriver) unread(s *graph.Resource, why string) Need {
	node := d.make("unread:"+s.Key().String(), func() Node {
		region := regionOf(s)
		zones := d.zonesIn[region]
		if len(zones) == 0 {
			zones = allZones(region, nil)
		}
		n := Node{Name: "the way out of " + s.Key().String(), Kind: Some, Total: 1, Least: 1, Needs: d.oneOf(zones, region, why)}
		n.Needs = append(n.Needs, Need{Node: d.nowhere(), Max: 1})
		return n
	})
	return Need{Node: node, Fact: Fact{Text: "servers in " + s.Key().String() + " leave through what was not read", Setting: egressSetting, Missing: why}}
}

// endpoints is the need for the interface endpoints of a VPC, which its servers use in place of public addresses.
// Source: AWS PrivateLink Guide, Private DNS names.
func (d *deriver) endpoints(s *graph.Resource) Need {
	vpcs := d.to(s, "vpc_id", "aws_vpc")
	if len(vpcs) == 0 {
		return Need{}
	}
	var list []*graph.Resource
	for _, e := range d.from(vpcs[0], "aws_vpc_endpoint", "vpc_id") {
		if e.Attrs["vpc_endpoint_type"] == "Interface" && e.Attrs["private_dns_enabled"] == true {
			list = append(list, e)
		}
	}
	if len(list) == 0 {
		return Need{}
	}
	return Need{Node: d.make("endpoints:"+vpcs[0].Key().String(), func() Node {
		n := Node{Name: "the endpoints of " + vpcs[0].Key().String()}
		for _, e := range byKey(list) {
			n.Needs = append(n.Needs, Need{Node: d.node(e), Fact: Fact{Text: fmt.Sprintf("servers in its VPC use %s%s", e.Key(), in(e)), Setting: egressSetting}})
		}
		return n
	})}
}

// endpoint is an endpoint of a service in a VPC: in one subnet or several, of which one is enough; that of a gateway is
// regional.
func (d *deriver) endpoint(r *graph.Resource) Node {
	n := d.resource(r, Service)
	n.Needs = []Need{d.inRegion(r)}
	if t := r.Attrs["vpc_endpoint_type"]; t != "Interface" && t != "GatewayLoadBalancer" {
		return n
	}
	seats, sure := d.seats(r, d.to(r, "subnet_ids", "aws_subnet"), false)
	if len(seats) == 0 {
		return n
	}
	if len(seats) == 1 {
		return d.single(r)
	}
	where := Node{Name: "the subnets of " + r.Key().String(), Kind: Some, Total: len(seats), Least: 1, Needs: spread(seats, sure, len(seats))}
	n.Needs = append(n.Needs, Need{Node: d.add(where), Fact: Fact{Text: r.Key().String() + " is in several subnets" + in(r)}})
	return n
}

// nat is a NAT gateway: one place, or, in regional mode, all zones.
// Source: Amazon VPC User Guide, regional NAT gateways.
func (d *deriver) nat(r *graph.Resource) Node {
	if r.Attrs["availability_mode"] == "regional" {
		n := d.resource(r, Service)
		n.Needs = []Need{d.inRegion(r)}
		return n
	}
	return d.single(r)
}
