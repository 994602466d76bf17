package aws

import (
	"fmt"

	"github.com/plumbline-dev/plumbline/graph"
	"github.com/plumbline-dev/plumbline/remedy"
)

func ec2Fixes() []Fix { return []Fix{natOwnTable, natPerZone} }

var natPerZone = Fix{
	ID: "nat-per-az", Title: "a NAT gateway of its own zone",
	Takes:  []string{"+aws_eip", "+aws_nat_gateway", "+aws_route_table", "+aws_route", "aws_route_table_association.route_table_id"},
	Single: true,
	Does:   []string{"ec2:AllocateAddress", "ec2:CreateNatGateway", "ec2:CreateRoute", "ec2:CreateRouteTable", "ec2:ReplaceRouteTableAssociation"},
	Undoes: []string{"ec2:DeleteNatGateway", "ec2:DeleteRouteTable", "ec2:ReleaseAddress", "ec2:ReplaceRouteTableAssociation"},
	Reads:  []string{"ec2:DescribeAddresses", "ec2:DescribeNatGateways", "ec2:DescribeRouteTables", "ec2:DescribeSubnets"},
	Risk:   remedy.Risk{Class: "brief-interruption", Detail: "Connections that are open through the old gateway break when the subnets change over; others then see a new source address."},
	Undo:   partly("the public address is lost, and the associations of the subnets have new IDs"), Seconds: 300,
	plan: func(d *draft) {
		n := d.natPlan()
		if d.err != nil {
			return
		}
		d.allocate(n)
		d.gateway(n)
		d.routeTable(n)
		for _, a := range n.associations {
			d.associate(n, a)
		}
		d.shows("zone's way out", "through another zone", "NAT gateway in "+fmt.Sprint(n.subnet))
	},
}

// natPlan is what a gateway of a zone is made of.
type natPlan struct {
	mark         string // the tag by which what was made is found again
	subnet       any    // public, in the zone
	vpc          any
	to           any // the destination of the route
	associations []any
	from         any // the route table that the subnets leave
}

// natPlan reads the changes: exactly one address, gateway, table and route, and the associations that move.
func (d *draft) natPlan() natPlan {
	var n natPlan
	count := map[string]int{}
	for _, c := range d.job.changes {
		attrs, _ := c.New.(map[string]any)
		count[c.Type]++
		switch {
		case c.Op == graph.Set:
			a := d.p.graph.Get(graph.Key{Root: c.Root, Address: c.Address})
			if a == nil || a.Attrs["id"] == nil {
				d.refuse(remedy.NotFound, "%s was not read in the account", c.Address)
				return n
			}
			n.associations = append(n.associations, a.Attrs["id"])
		case c.Type == "aws_nat_gateway":
			n.subnet = d.resolved(attrs["subnet_id"])
		case c.Type == "aws_route_table":
			n.vpc = d.resolved(attrs["vpc_id"])
		case c.Type == "aws_route":
			n.to = attrs["destination_cidr_block"]
		}
	}
	for _, typ := range []string{"aws_eip", "aws_nat_gateway", "aws_route_table", "aws_route"} {
		if count[typ] != 1 {
			d.refuse(remedy.PreconditionFails, "a zone's gateway is one %s, not %d", typ, count[typ])
		}
	}
	if len(n.associations) == 0 || n.subnet == nil || n.vpc == nil || n.to == nil {
		d.refuse(remedy.PreconditionFails, "the change names no subnet, network, destination or association")
		return n
	}
	n.mark = fmt.Sprint("nat-for-", n.associations[0])
	d.usable(n.subnet, n.vpc, reach{free: 1, public: true})
	d.leaving(&n)
	return n
}

// leaving requires that the old table leads nowhere else: a new one would lack its other routes.
func (d *draft) leaving(n *natPlan) {
	for i, a := range n.associations {
		t := d.look("ec2:DescribeRouteTables", filter("association.route-table-association-id", a))
		from := t.still("the route table of the subnet", "RouteTables[0].RouteTableId")
		if i > 0 && d.err == nil && !same(from, n.from) {
			d.refuse(remedy.PreconditionFails, "the subnets leave by two route tables, %v and %v", n.from, from)
		}
		n.from = from
		t.require("it leads to nothing but the network and the NAT gateway", "RouteTables[0].Routes.#", remedy.Equals, 2)
		t.require("its way out is a NAT gateway", fmt.Sprintf("RouteTables[0].Routes[DestinationCidrBlock=%v].NatGatewayId", n.to), remedy.Present, nil)
	}
	d.unmade(*n)
	d.look("ec2:DescribeRouteTables", filter("tag:"+markKey, n.mark)).require("no route table was made for it before", "RouteTables", remedy.Absent, nil)
}

// unmade requires that no address and no gateway have the step's mark.
func (d *draft) unmade(n natPlan) {
	d.look("ec2:DescribeAddresses", filter("tag:"+markKey, n.mark)).require("no address was made for it before", "Addresses", remedy.Absent, nil)
	d.look("ec2:DescribeNatGateways", gateways(n.mark)).require("no gateway was made for it before", "NatGateways", remedy.Absent, nil)
}

// markKey is the tag by which what an earlier try made is found again.
const markKey = "plumb"

func filter(name string, value any) params {
	return params{"Filters": []any{params{"Name": name, "Values": []any{value}}}}
}

// gateways asks for the gateways with a mark; one that was deleted is listed for an hour more.
func gateways(mark string) params {
	return params{"Filter": []any{params{"Name": "tag:" + markKey, "Values": []any{mark}}, params{"Name": "state", "Values": []any{"pending", "available"}}}}
}

func tagged(kind, mark string) []any {
	return []any{params{"ResourceType": kind, "Tags": []any{params{"Key": markKey, "Value": mark}}}}
}

// find reads what carries the step's mark.
func (d *draft) find(op string, n natPlan, name, path string) *remedy.Read {
	return &remedy.Read{Call: d.call(op, filter("tag:"+markKey, n.mark)), Binds: map[string]string{name: path}}
}

// when makes a condition on something that the step itself made.
func (d *draft) when(says, op string, p params, path string, test remedy.Test, want any) remedy.Condition {
	c := d.call(op, p)
	return remedy.Condition{Says: says, Read: &c, Path: path, Is: test, Want: want}
}

func (d *draft) allocate(n natPlan) {
	a := d.write("ec2:AllocateAddress", params{"Domain": "vpc", "TagSpecifications": tagged("elastic-ip", n.mark)})
	a.Binds = map[string]string{"address": "AllocationId"}
	a.Find = d.find("ec2:DescribeAddresses", n, "address", "Addresses[0].AllocationId")
	one := filter("allocation-id", bind("address"))
	a.Until = []remedy.Condition{d.when("the address is there", "ec2:DescribeAddresses", one, "Addresses[0].AllocationId", remedy.Present, nil)}
	a.Undo = d.undone("ec2:ReleaseAddress", params{"AllocationId": bind("address")}, d.when("the address is released", "ec2:DescribeAddresses", one, "Addresses", remedy.Absent, nil))
	a.Undo[0].Timeout = 1800
	d.do(a)
}

func (d *draft) gateway(n natPlan) {
	a := d.write("ec2:CreateNatGateway", params{"SubnetId": n.subnet, "AllocationId": bind("address"), "TagSpecifications": tagged("natgateway", n.mark)})
	a.Call.Token = "ClientToken"
	a.Binds = map[string]string{"gateway": "NatGateway.NatGatewayId"}
	a.Find = &remedy.Read{Call: d.call("ec2:DescribeNatGateways", gateways(n.mark)), Binds: map[string]string{"gateway": "NatGateways[0].NatGatewayId"}}
	one := params{"NatGatewayIds": []any{bind("gateway")}}
	a.Until = []remedy.Condition{d.when("the gateway is available", "ec2:DescribeNatGateways", one, "NatGateways[0].State", remedy.Equals, "available")}
	a.Every, a.Timeout = 10, 900
	back := d.write("ec2:DeleteNatGateway", params{"NatGatewayId": bind("gateway")})
	left := params{"NatGatewayIds": []any{bind("gateway")}, "Filter": []any{params{"Name": "state", "Values": []any{"pending", "available", "deleting"}}}}
	back.Until = []remedy.Condition{d.when("the gateway is gone", "ec2:DescribeNatGateways", left, "NatGateways", remedy.Absent, nil)}
	back.Every, back.Timeout = 10, 1800
	a.Undo = []remedy.Action{back}
	d.do(a)
}

func (d *draft) routeTable(n natPlan) {
	a := d.write("ec2:CreateRouteTable", params{"VpcId": n.vpc, "TagSpecifications": tagged("route-table", n.mark)})
	a.Call.Token = "ClientToken"
	a.Binds = map[string]string{"table": "RouteTable.RouteTableId"}
	a.Find = d.find("ec2:DescribeRouteTables", n, "table", "RouteTables[0].RouteTableId")
	one := params{"RouteTableIds": []any{bind("table")}}
	a.Until = []remedy.Condition{d.when("the route table is there", "ec2:DescribeRouteTables", one, "RouteTables[0].RouteTableId", remedy.Present, nil)}
	a.Undo = d.undone("ec2:DeleteRouteTable", params{"RouteTableId": bind("table")}, d.when("the route table is gone", "ec2:DescribeRouteTables", filter("route-table-id", bind("table")), "RouteTables", remedy.Absent, nil))
	d.do(a)
	route := d.write("ec2:CreateRoute", params{"RouteTableId": bind("table"), "DestinationCidrBlock": n.to, "NatGatewayId": bind("gateway")})
	route.Until = []remedy.Condition{d.when("the table leads out through the gateway", "ec2:DescribeRouteTables", one, fmt.Sprintf("RouteTables[0].Routes[DestinationCidrBlock=%v].NatGatewayId", n.to), remedy.Equals, bind("gateway"))}
	d.do(route) // its undo is that of the table
}

// associate moves a subnet to the new table. The association gets a new ID by it.
func (d *draft) associate(n natPlan, association any) {
	name := fmt.Sprint("moved-", association)
	a := d.write("ec2:ReplaceRouteTableAssociation", params{"AssociationId": association, "RouteTableId": bind("table")})
	a.Binds = map[string]string{name: "NewAssociationId"}
	subnet := d.look("ec2:DescribeRouteTables", filter("association.route-table-association-id", association)).get(fmt.Sprintf("RouteTables[0].Associations[RouteTableAssociationId=%v].SubnetId", association))
	if subnet == nil {
		d.refuse(remedy.PreconditionFails, "%v is the association of no subnet: a main route table is changed by hand", association)
	}
	at := fmt.Sprintf("RouteTables[0].Associations[SubnetId=%v].RouteTableAssociationId", subnet)
	now := d.call("ec2:DescribeRouteTables", params{"RouteTableIds": []any{bind("table")}})
	a.Find = &remedy.Read{Call: now, Binds: map[string]string{name: at}}
	a.Until = []remedy.Condition{d.when("the subnet has the new table", now.Op, now.Params, at, remedy.Present, nil)}
	old := params{"RouteTableIds": []any{n.from}}
	back := d.write("ec2:ReplaceRouteTableAssociation", params{"AssociationId": bind(name), "RouteTableId": n.from})
	back.Until = []remedy.Condition{d.when("the subnet has the old table", "ec2:DescribeRouteTables", old, at, remedy.Present, nil)}
	a.Undo = []remedy.Action{back}
	d.do(a)
}
