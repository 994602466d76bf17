package aws

import (
	"fmt"
	"strings"

	"github.com/plumbline-dev/plumbline/remedy"
)

// reach is what a resource asks of the subnets that it is to use from now on.
type reach struct {
	free   int  // addresses that must be free in each
	apart  bool // one subnet of a zone, no more
	public bool // they must lead to the internet by an internet gateway
}

func (d *draft) subnet(id any) *source {
	return d.look("ec2:DescribeSubnets", params{"SubnetIds": []any{id}})
}

// added gives the subnets of a whole new list that are not in the list of now, and requires that they can be used beside it. A list that
// leaves a subnet out is refused: its zone would be cut off.
func (d *draft) added(prior, want any, r reach) []any {
	old, _ := prior.([]any)
	list, _ := want.([]any)
	for _, s := range old {
		if !contains(list, s) {
			d.refuse(remedy.PreconditionFails, "the change leaves out the subnet %v, and its zone would be cut off", s)
		}
	}
	if d.err == nil && len(old) == 0 {
		d.refuse(remedy.PreconditionFails, "it has no subnet yet: which network it belongs to is a decision")
	}
	if d.err != nil {
		return nil
	}
	network := d.subnet(old[0]).get("Subnets[0].VpcId")
	var zones, out []any
	for _, s := range old {
		zones = append(zones, d.subnet(s).get("Subnets[0].AvailabilityZone"))
	}
	for _, s := range list {
		if contains(old, s) || contains(out, s) {
			continue
		}
		zone := d.usable(s, network, r)
		if r.apart && contains(zones, zone) {
			d.refuse(remedy.PreconditionFails, "%v is a second subnet in %v: AWS takes one of each zone", s, zone)
		}
		zones, out = append(zones, zone), append(out, s)
	}
	if len(out) == 0 {
		d.refuse(remedy.PreconditionFails, "the change names no subnet that is new")
	}
	return out
}

// usable requires that a subnet is in a network, has room, and leads where it has to. It gives its zone.
func (d *draft) usable(id, network any, r reach) any {
	s := d.subnet(id)
	s.require(fmt.Sprintf("%v is in %v", id, network), "Subnets[0].VpcId", remedy.Equals, network)
	free := fmt.Sprintf("%v has %d free addresses", id, r.free)
	if r.free == 1 {
		free = fmt.Sprintf("%v has a free address", id)
	}
	s.require(free, "Subnets[0].AvailableIpAddressCount", remedy.AtLeast, r.free)
	if r.public {
		d.public(id, network)
	}
	return s.get("Subnets[0].AvailabilityZone")
}

// public requires that the route table of a subnet, which is the network's main one where it has none of its own, leads to the internet by an
// internet gateway.
func (d *draft) public(id, network any) {
	t := d.look("ec2:DescribeRouteTables", filter("association.subnet-id", id))
	if empty(t.get("RouteTables")) {
		t.require(fmt.Sprintf("%v has no route table of its own", id), "RouteTables", remedy.Absent, nil)
		t = d.look("ec2:DescribeRouteTables", params{"Filters": []any{params{"Name": "vpc-id", "Values": []any{network}}, params{"Name": "association.main", "Values": []any{"true"}}}})
	}
	const path = "RouteTables[0].Routes[DestinationCidrBlock=0.0.0.0/0].GatewayId"
	gateway, _ := t.get(path).(string)
	if d.err == nil && !strings.HasPrefix(gateway, "igw-") {
		d.refuse(remedy.PreconditionFails, "%v is no public subnet: its route table leads to no internet gateway", id)
	}
	t.require(fmt.Sprintf("%v leads to the internet by %s", id, gateway), path, remedy.Equals, gateway)
}

// companion adds a permission that no call names, because AWS asks for it on the way.
func (d *draft) companion(condition map[string]string, resource any, actions ...string) {
	for _, a := range actions {
		d.companions = append(d.companions, remedy.Permission{Action: a, Resources: []string{fmt.Sprint(resource)}, Condition: condition})
	}
}
