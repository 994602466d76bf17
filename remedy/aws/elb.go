package aws

import (
	"fmt"

	"github.com/plumbline-dev/plumbline/remedy"
)

// elbFixes change classic load balancers. Cross-zone comes first: a zone that has no server yet answers only by those of others.
func elbFixes() []Fix { return []Fix{elbCrossZone, elbMultiAZ} }

var elbCrossZone = Fix{
	ID: "elb-cross-zone", Title: "requests spread over all zones", Takes: []string{"aws_elb.cross_zone_load_balancing"}, early: true,
	Does: []string{"elb:ModifyLoadBalancerAttributes"}, Undoes: []string{"elb:ModifyLoadBalancerAttributes"}, Reads: []string{"elb:DescribeLoadBalancerAttributes"},
	Risk: remedy.Risk{Class: "online", Detail: "Requests cross zones from now on; a classic load balancer is not charged for it."},
	Undo: fully, Seconds: 15,
	plan: func(d *draft) {
		d.unowned()
		name := params{"LoadBalancerName": d.text("name")}
		d.setting(d.look("elb:DescribeLoadBalancerAttributes", name), setting{
			label: "cross-zone load balancing", path: crossZone, want: d.must("cross_zone_load_balancing"), unset: false,
			op: "elb:ModifyLoadBalancerAttributes",
			write: func(v any) params {
				return with(name, params{"LoadBalancerAttributes": params{"CrossZoneLoadBalancing": params{"Enabled": v}}})
			},
		})
	},
}

const crossZone = "LoadBalancerAttributes.CrossZoneLoadBalancing.Enabled"

var elbMultiAZ = Fix{
	ID: "elb-multi-az", Title: "in more zones", Takes: []string{"aws_elb.availability_zones", "aws_elb.subnets"},
	Does:   []string{"elb:AttachLoadBalancerToSubnets", "elb:EnableAvailabilityZonesForLoadBalancer"},
	Undoes: []string{"elb:DetachLoadBalancerFromSubnets", "elb:DisableAvailabilityZonesForLoadBalancer"},
	Reads:  []string{"ec2:DescribeRouteTables", "ec2:DescribeSubnets", "ec2:DescribeVpcs", "elb:DescribeLoadBalancerAttributes", "elb:DescribeLoadBalancers"},
	Risk:   remedy.Risk{Class: "online", Detail: "Its name answers with an address more in each new zone; servers must let the load balancer's new subnets in."},
	Undo:   partly("connections through the zones that it leaves are drained or break"), Seconds: 60,
	plan: func(d *draft) {
		d.unowned()
		lb := d.look("elb:DescribeLoadBalancers", params{"LoadBalancerNames": []any{d.text("name")}})
		d.crossing()
		if want, ok := d.wanted("subnets"); ok {
			prior := lb.still("the list of subnets", classic+"Subnets")
			public := lb.get(classic+"Scheme") != "internal"
			more := d.added(prior, want, reach{free: 8, apart: true, public: public})
			d.puts(d.text("name"), d.zonesOf(more))
			d.places(lb, "Subnets", prior, more, "elb:AttachLoadBalancerToSubnets", "elb:DetachLoadBalancerFromSubnets")
			return
		}
		vpc := d.look("ec2:DescribeVpcs", params{"VpcIds": []any{lb.get(classic + "VPCId")}})
		vpc.require("it stands in the default network, where AWS knows the subnet of each zone", "Vpcs[0].IsDefault", remedy.Equals, true)
		prior, want := lb.still("the list of zones", classic+"AvailabilityZones"), distinct(d.must("availability_zones"))
		var more []any
		for _, z := range want {
			if !contains(prior, z) {
				more = append(more, z)
			}
		}
		d.puts(d.text("name"), more)
		d.places(lb, "AvailabilityZones", prior, more, "elb:EnableAvailabilityZonesForLoadBalancer", "elb:DisableAvailabilityZonesForLoadBalancer")
	},
}

const classic = "LoadBalancerDescriptions[0]."

// crossing requires that requests cross zones, or that the same plan makes them cross: in a zone without servers they would find none.
func (d *draft) crossing() {
	a := d.look("elb:DescribeLoadBalancerAttributes", params{"LoadBalancerName": d.text("name")})
	switch {
	case a.get(crossZone) == true:
		a.require("requests cross zones", crossZone, remedy.Equals, true)
	case d.beside("cross_zone_load_balancing") != true:
		d.refuse(remedy.PreconditionFails, "requests do not cross zones: a new zone has no servers of its own yet, and would answer with errors. Set cross_zone_load_balancing = true first")
	}
}

// places makes the action that adds to a member, subnets or zones, of a classic load balancer, and takes them away.
func (d *draft) places(lb *source, member string, prior any, more []any, add, drop string) {
	if len(more) == 0 {
		d.refuse(remedy.PreconditionFails, "the change names nothing that is new")
	}
	p := params{"LoadBalancerName": d.text("name"), member: more}
	a := d.write(add, p)
	back := d.write(drop, p)
	for _, x := range more {
		a.Until = append(a.Until, lb.is(fmt.Sprintf("it stands in %v", x), classic+member, remedy.Has, x))
		back.Until = append(back.Until, lb.is(fmt.Sprintf("it stands in %v no more", x), classic+member, remedy.Lacks, x))
	}
	a.UndoWhen, a.Undo = a.Until, []remedy.Action{back}
	old, _ := prior.([]any)
	d.shows(member, old, append(old[:len(old):len(old)], more...))
	d.do(a)
}
