package awsfake

import (
	"fmt"
	"maps"
	"slices"
	"strings"
)

func (s *Server) ec2(q *request) (string, *refusal) {
	if what, known := s.tokens[q.op+" "+q.token]; known && q.token != "" {
		q.effect = false
		t := s.network[what]
		kind, id, _ := strings.Cut(what, "/")
		return map[string]func(string, *thing) string{"nat": natGateway, "table": routeTable}[kind](id, t), nil
	}
	switch q.op {
	case "ec2:AllocateAddress":
		id := s.id("eipalloc")
		s.network["address/"+id] = &thing{status: "free", hidden: s.lag, attrs: q.tags()}
		return leaf("allocationId", id) + leaf("publicIp", "203.0.113.1") + leaf("domain", "vpc"), nil
	case "ec2:DescribeAddresses":
		return tag("addressesSet", s.filtered(q, "address/", "AllocationId", address)), nil
	case "ec2:ReleaseAddress":
		return s.release(q.params.Get("AllocationId"))
	case "ec2:CreateNatGateway":
		return s.createNAT(q)
	case "ec2:DescribeNatGateways":
		return tag("natGatewaySet", s.filtered(q, "nat/", "NatGatewayId", func(id string, t *thing) string { return tag("item", natItem(id, t)) })), nil
	case "ec2:DeleteNatGateway":
		id := q.params.Get("NatGatewayId")
		t := s.network["nat/"+id]
		if t == nil || t.dying {
			return "", refused("NatGatewayNotFound", "%s not found", id)
		}
		s.end(t, "deleting")
		return leaf("natGatewayId", id), nil
	case "ec2:CreateRouteTable":
		id := s.id("rtb")
		attrs := q.tags()
		attrs["vpcId"] = q.params.Get("VpcId")
		t := &thing{status: "there", hidden: s.lag, attrs: attrs}
		s.network["table/"+id], s.tokens[q.op+" "+q.token] = t, "table/"+id
		return routeTable(id, t), nil
	case "ec2:DescribeRouteTables":
		return tag("routeTableSet", s.filtered(q, "table/", "RouteTableId", func(id string, t *thing) string { return tag("item", routeTableItem(id, t)) })), nil
	}
	if q.op == "ec2:DescribeSubnets" {
		return tag("subnetSet", s.filtered(q, "subnet/", "SubnetId", subnet)), nil
	}
	return s.routes(q)
}

func subnet(id string, t *thing) string {
	return tag("item", leaf("subnetId", id)+leaf("state", t.state())+leaf("vpcId", t.attrs["vpcId"])+leaf("availabilityZone", t.attrs["zone"])+leaf("availableIpAddressCount", "251"))
}

func (s *Server) routes(q *request) (string, *refusal) {
	id := q.params.Get("RouteTableId")
	t := s.network["table/"+id]
	if t == nil {
		return "", refused("InvalidRouteTableID.NotFound", "%s not found", id)
	}
	route := "route " + q.params.Get("DestinationCidrBlock")
	switch q.op {
	case "ec2:DeleteRouteTable":
		for a := range t.attrs {
			if strings.HasPrefix(a, "association ") {
				return "", refused("DependencyViolation", "%s has associations", id)
			}
		}
		delete(s.network, "table/"+id)
		return leaf("return", "true"), nil
	case "ec2:CreateRoute", "ec2:ReplaceRoute":
		if (t.attrs[route] == "") != (q.op == "ec2:CreateRoute") {
			return "", refused("RouteAlreadyExists", "%s", route)
		}
		q.effect = t.attrs[route] != q.params.Get("NatGatewayId")
		t.attrs[route] = q.params.Get("NatGatewayId")
		return leaf("return", "true"), nil
	case "ec2:ReplaceRouteTableAssociation":
		old := q.params.Get("AssociationId")
		for _, other := range s.network {
			if subnet, ok := other.attrs["association "+old]; ok {
				delete(other.attrs, "association "+old)
				now := s.id("rtbassoc")
				t.attrs["association "+now] = subnet
				return leaf("newAssociationId", now), nil
			}
		}
		return "", refused("InvalidAssociationID.NotFound", "%s not found", old)
	}
	return q.unknown()
}

// tags gives the tags of what is to be made: "tag KEY" -> value.
func (q *request) tags() map[string]string {
	out := map[string]string{}
	for i := 1; q.params.Has(fmt.Sprintf("TagSpecification.1.Tag.%d.Key", i)); i++ {
		out["tag "+q.params.Get(fmt.Sprintf("TagSpecification.1.Tag.%d.Key", i))] = q.params.Get(fmt.Sprintf("TagSpecification.1.Tag.%d.Value", i))
	}
	return out
}

// filtered writes the things of a kind that a description asks for: by ID, by a tag, or by an association.
func (s *Server) filtered(q *request, kind, idParam string, write func(string, *thing) string) string {
	ids := q.list(idParam)
	var out string
	for _, name := range sortedKeys(s.network) {
		id, ok := strings.CutPrefix(name, kind)
		if !ok || len(ids) > 0 && ids[0] != id || !s.network[name].matches(q, id) {
			continue
		}
		if t := s.described(s.network, name); t != nil {
			out += write(id, t)
		}
	}
	return out
}

func (t *thing) matches(q *request, id string) bool {
	for i := 1; q.params.Has(fmt.Sprintf("Filter.%d.Name", i)); i++ {
		name, value := q.params.Get(fmt.Sprintf("Filter.%d.Name", i)), q.params.Get(fmt.Sprintf("Filter.%d.Value.1", i))
		tag, isTag := strings.CutPrefix(name, "tag:")
		_, associated := t.attrs["association "+value]
		switch {
		case isTag && t.attrs["tag "+tag] != value:
			return false
		case (name == "route-table-id" || name == "allocation-id") && value != id:
			return false
		case name == "state" && !slices.Contains(q.list(fmt.Sprintf("Filter.%d.Value", i)), t.state()):
			return false
		case name == "association.route-table-association-id" && !associated:
			return false
		case name == "association.subnet-id" && !t.of(value):
			return false
		}
	}
	return true
}

// of says whether a route table is one of a subnet.
func (t *thing) of(subnet string) bool {
	for k, v := range t.attrs {
		if strings.HasPrefix(k, "association ") && v == subnet {
			return true
		}
	}
	return false
}

func (t *thing) tagSet() string {
	var out string
	for _, k := range sortedKeys(t.attrs) {
		if key, ok := strings.CutPrefix(k, "tag "); ok {
			out += tag("item", leaf("key", key)+leaf("value", t.attrs[k]))
		}
	}
	return tag("tagSet", out)
}

func address(id string, t *thing) string {
	return tag("item", leaf("allocationId", id)+leaf("publicIp", "203.0.113.1")+leaf("associationId", t.attrs["associationId"])+t.tagSet())
}

func (s *Server) release(id string) (string, *refusal) {
	if s.network["address/"+id] == nil {
		return "", refused("InvalidAllocationID.NotFound", "%s not found", id)
	}
	for _, t := range s.network {
		if t.attrs["allocationId"] == id {
			return "", refused("InvalidIPAddress.InUse", "%s is in use", id)
		}
	}
	delete(s.network, "address/"+id)
	return leaf("return", "true"), nil
}

func (s *Server) createNAT(q *request) (string, *refusal) {
	eip := q.params.Get("AllocationId")
	if s.network["address/"+eip] == nil {
		return "", refused("InvalidAllocationID.NotFound", "%s not found", eip)
	}
	for _, other := range s.network {
		if other.attrs["allocationId"] == eip {
			return "", refused("Resource.AlreadyAssociated", "%s is in use", eip)
		}
	}
	attrs := q.tags()
	maps.Copy(attrs, map[string]string{"subnetId": q.params.Get("SubnetId"), "allocationId": eip})
	id := s.id("nat")
	t := s.add(s.network, "nat/"+id, "pending", "available", attrs)
	s.tokens[q.op+" "+q.token] = "nat/" + id
	return natGateway(id, t), nil
}

func natGateway(id string, t *thing) string { return tag("natGateway", natItem(id, t)) }

func natItem(id string, t *thing) string {
	return leaf("natGatewayId", id) + leaf("state", t.state()) + leaf("subnetId", t.attrs["subnetId"]) + t.tagSet()
}

func routeTable(id string, t *thing) string { return tag("routeTable", routeTableItem(id, t)) }

func routeTableItem(id string, t *thing) string {
	routes := tag("item", leaf("destinationCidrBlock", "10.0.0.0/16")+leaf("gatewayId", "local")+leaf("origin", "CreateRouteTable"))
	var associations string
	for _, k := range sortedKeys(t.attrs) {
		if to, ok := strings.CutPrefix(k, "route "); ok {
			by := "natGatewayId"
			if strings.HasPrefix(t.attrs[k], "igw-") {
				by = "gatewayId"
			}
			routes += tag("item", leaf("destinationCidrBlock", to)+leaf(by, t.attrs[k])+leaf("origin", "CreateRoute"))
		}
		if a, ok := strings.CutPrefix(k, "association "); ok {
			associations += tag("item", leaf("routeTableAssociationId", a)+leaf("routeTableId", id)+leaf("subnetId", t.attrs[k]))
		}
	}
	return leaf("routeTableId", id) + leaf("vpcId", t.attrs["vpcId"]) + tag("routeSet", routes) + tag("associationSet", associations) + t.tagSet()
}
