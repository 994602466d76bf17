package aws

import (
	"fmt"

	"github.com/plumbline-dev/plumbline/graph"
	"github.com/plumbline-dev/plumbline/remedy"
)

var natOwnTable = Fix{
	ID: "nat-own-table", Title: "a NAT gateway of its own for the route tables of a zone",
	Takes:  []string{"+aws_eip", "+aws_nat_gateway", "aws_route.nat_gateway_id"},
	Single: true,
	Does:   []string{"ec2:AllocateAddress", "ec2:CreateNatGateway", "ec2:ReplaceRoute"},
	Undoes: []string{"ec2:DeleteNatGateway", "ec2:ReleaseAddress", "ec2:ReplaceRoute"},
	Reads:  []string{"ec2:DescribeAddresses", "ec2:DescribeNatGateways", "ec2:DescribeRouteTables", "ec2:DescribeSubnets"},
	Risk:   remedy.Risk{Class: "brief-interruption", Detail: "Connections that are open through the old gateway break when the route changes; others then see a new source address."},
	Undo:   partly("the public address is lost"), Seconds: 300,
	plan: func(d *draft) {
		var n natPlan
		var routes []ownRoute
		made := graph.Address("")
		for _, c := range d.job.changes {
			if attrs, ok := c.New.(map[string]any); ok && c.Type == "aws_nat_gateway" {
				made, n.subnet = c.Address, d.resolved(attrs["subnet_id"])
			}
			if c.Op == graph.Set {
				routes = append(routes, d.ownRoute(c))
			}
		}
		if d.err != nil || n.subnet == nil || len(routes) == 0 || len(d.job.changes) != len(routes)+2 {
			d.refuse(remedy.PreconditionFails, "a gateway for the tables of a zone is one address, one gateway and the routes that lead there")
			return
		}
		n.vpc, n.mark = routes[0].vpc, fmt.Sprint("nat-for-", routes[0].table)
		for _, r := range routes {
			if r.to.Address != made || !same(r.vpc, n.vpc) {
				d.refuse(remedy.PreconditionFails, "the route of %v leads to another gateway than the one that is made", r.table)
			}
		}
		d.usable(n.subnet, n.vpc, reach{free: 1, public: true})
		d.unmade(n)
		d.allocate(n)
		d.gateway(n)
		for _, r := range routes {
			d.lead(r)
		}
		d.shows("zone's way out", "through another zone", "NAT gateway in "+fmt.Sprint(n.subnet))
	},
}

// ownRoute is a route that is to lead to the new gateway.
type ownRoute struct {
	table, vpc, destination, old any
	to                           graph.Ref
	at                           string
	look                         *source
}

func (d *draft) ownRoute(c graph.Change) ownRoute {
	r := d.p.graph.Get(graph.Key{Root: c.Root, Address: c.Address})
	if r == nil {
		d.refuse(remedy.NotFound, "%s was not read in the account", c.Address)
		return ownRoute{}
	}
	o := ownRoute{table: r.Attrs["route_table_id"], destination: r.Attrs["destination_cidr_block"]}
	o.to, _ = c.New.(graph.Ref)
	if o.table == nil || o.destination == nil {
		d.refuse(remedy.PreconditionFails, "the change names no route of a table to a range of IPv4")
		return o
	}
	o.look = d.look("ec2:DescribeRouteTables", params{"RouteTableIds": []any{o.table}})
	o.at = fmt.Sprintf("RouteTables[0].Routes[DestinationCidrBlock=%v].NatGatewayId", o.destination)
	o.old, o.vpc = o.look.still("the gateway that the table leads to", o.at), o.look.get("RouteTables[0].VpcId")
	if d.err == nil && o.old == nil {
		d.refuse(remedy.PreconditionFails, "%v leads to no NAT gateway", o.table)
	}
	return o
}

// lead makes the route of a table lead to the new gateway.
func (d *draft) lead(o ownRoute) {
	to := func(gateway any) params {
		return params{"RouteTableId": o.table, "DestinationCidrBlock": o.destination, "NatGatewayId": gateway}
	}
	a := d.write("ec2:ReplaceRoute", to(bind("gateway")))
	a.Until = []remedy.Condition{o.look.is(fmt.Sprintf("%v leads to the new gateway", o.table), o.at, remedy.Equals, bind("gateway"))}
	a.UndoWhen = a.Until
	a.Undo = d.undone("ec2:ReplaceRoute", to(o.old), o.look.is(fmt.Sprintf("%v leads where it did", o.table), o.at, remedy.Equals, o.old))
	d.do(a)
}
