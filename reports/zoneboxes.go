package reports

import (
	"cmp"
	"fmt"
	"slices"
	"strings"

	"github.com/plumbline-dev/plumbline/graph"
	"github.com/plumbline-dev/plumbline/resilience"
)

// typeOf is the type of a resource.
func (m *mapper) typeOf(key graph.Key) string {
	for _, i := range m.of[key] {
		if t := m.Model.Nodes[i].Type; t != "" {
			return t
		}
	}
	return ""
}

func entryNote(typ string) string {
	return map[string]string{"aws_route53_record": "DNS name", "aws_cloudfront_distribution": "distribution", "aws_lb": "load balancer", "aws_elb": "load balancer", "aws_eks_cluster": "cluster",
		"aws_lambda_function": "function", "aws_instance": "server", "aws_globalaccelerator_accelerator": "accelerator"}[typ]
}

// mapTier gives the row of a type.
func mapTier(typ string) int {
	switch typ {
	case "aws_cloudfront_distribution", "aws_lb", "aws_elb", "aws_api_gateway_rest_api", "aws_apigatewayv2_api", "aws_globalaccelerator_accelerator", "aws_api_gateway_stage", "aws_apigatewayv2_stage":
		return tierEdge
	case "aws_nat_gateway", "aws_ec2_transit_gateway", "aws_networkfirewall_firewall", "aws_vpn_gateway":
		return tierNetwork
	case "aws_autoscaling_group", "aws_instance", "aws_ecs_service", "aws_eks_cluster", "aws_eks_node_group", "aws_eks_fargate_profile", "aws_lambda_function", "aws_spot_fleet_request":
		return tierServers
	}
	return tierData
}

// stay is how many members of a group surely, and at most, stand in one zone.
type stay struct{ least, most int }

// boxesOf places one resource: one box for each zone of a group, one for everything else. What is in another region, or
// only configuration, has none.
func (m *mapper) boxesOf(key graph.Key, z *zoneMap, at map[int][]int) []mapBox {
	nodes := m.of[key]
	b := mapBox{key: key, typ: m.typeOf(key), title: m.title(key), entry: -1, first: -1, nodes: nodes}
	b.tier = mapTier(b.typ)
	stays, parts := map[int]stay{}, map[int][]int{}
	total, drawn, group, inRegion, elsewhere := 0, false, false, false, false
	for _, i := range nodes {
		n := &m.Model.Nodes[i]
		if len(at[i]) > 0 && at[i] != nil && z.boxes[at[i][0]].entry >= 0 {
			nodes = slices.DeleteFunc(slices.Clone(nodes), func(x int) bool { return x == i }) // that is the box of the way in
			continue
		}
		switch n.Class {
		case resilience.Single, resilience.Group, resilience.Service:
			drawn = true
		case resilience.Part:
			drawn = drawn || n.Kind == resilience.Some
		}
		if n.Kind == resilience.Some {
			total = max(total, n.Total)
		}
		group = group || n.Class == resilience.Group
		for _, need := range n.Needs {
			in, out := m.stays(need, z, stays, parts, 0)
			inRegion, elsewhere = inRegion || in, elsewhere || out
		}
	}
	b.nodes = nodes
	for zone := range stays {
		b.in = append(b.in, zone)
	}
	switch {
	case !drawn, len(stays) == 0 && elsewhere && !inRegion:
		return nil
	case len(stays) == 0 && !inRegion: // in no region
		b.note = cmp.Or(entryNote(b.typ), typeWord(b.typ), "global")
		return []mapBox{b}
	case len(stays) == 0:
		b.first, b.last, b.note = 0, max(0, len(z.zones)-1), cmp.Or(entryNote(b.typ), typeWord(b.typ), "regional")
		return []mapBox{b}
	case group && total > 1:
		return m.members(b, z, stays, parts, total)
	}
	return []mapBox{b.within(z, stays, total)}
}

// within is the one box of what is in some zones: in all of them when it surely is in each, else in one, or in some, that are not
// known.
func (b mapBox) within(z *zoneMap, stays map[int]stay, total int) mapBox {
	b.first, b.last = len(z.zones), 0
	sure := 0
	for zone, s := range stays {
		k := slices.Index(z.zones, zone)
		b.first, b.last = min(b.first, k), max(b.last, k)
		if s.least > 0 {
			sure++
		}
	}
	word := typeWord(b.typ)
	switch {
	case len(stays) == 1:
		b.note = cmp.Or(word, "in this zone only")
	case sure == len(stays):
		b.note = strings.TrimPrefix(word+", in "+plural(sure, "zone"), ", ")
	case total > 1:
		b.unsure = true
		b.note = strings.TrimPrefix(word+", zones not known", ", ")
	default:
		b.unsure = true
		b.note = strings.TrimPrefix(word+", one zone, not known which", ", ")
	}
	return b
}

// members are the boxes of a group, one for each zone.
func (m *mapper) members(b mapBox, z *zoneMap, stays map[int]stay, parts map[int][]int, total int) []mapBox {
	var out []mapBox
	whole := slices.DeleteFunc(slices.Clone(b.nodes), func(i int) bool { return m.Model.Nodes[i].Class == resilience.Member })
	for k, zone := range z.zones {
		s, ok := stays[zone]
		if !ok {
			continue
		}
		x := b
		x.first, x.last = k, k
		x.nodes = append(slices.Clone(whole), parts[zone]...)
		count := fmt.Sprintf("%d of %d", s.least, total)
		if s.least != s.most {
			count, x.unsure = fmt.Sprintf("%d to %d of %d here", s.least, s.most, total), s.least == 0
		}
		x.note = strings.TrimSpace(typeWord(b.typ) + " " + count)
		out = append(out, x)
	}
	return out
}

// stays follows one need to the zones that it stands for, through steps of the model that are no resource. It says whether
// it leads into the region, or into another.
func (m *mapper) stays(need resilience.Need, z *zoneMap, stays map[int]stay, parts map[int][]int, depth int) (in, out bool) {
	n := &m.Model.Nodes[need.Node]
	switch {
	case n.Class == resilience.Region:
		return n.Name == z.region, n.Name != z.region
	case n.Class == resilience.Zone:
		if !slices.Contains(z.zones, need.Node) {
			return m.regionOf(need.Node) == z.region, m.regionOf(need.Node) != z.region
		}
		s := stays[need.Node]
		least, most := need.Min, need.Max
		if least == 0 && most == 0 { // of a node that needs it as a whole
			least, most = 1, 1
		}
		stays[need.Node] = stay{s.least + least, s.most + most}
		return true, false
	case n.Class != resilience.Part || n.Key.Address != "" || depth > 2:
		return false, false
	case n.Zone != "" && need.Max > 0: // the members in one zone
		for _, x := range n.Needs {
			if m.Model.Nodes[x.Node].Class == resilience.Zone && slices.Contains(z.zones, x.Node) {
				s := stays[x.Node]
				stays[x.Node] = stay{s.least + need.Min, s.most + need.Max}
				parts[x.Node] = append(parts[x.Node], need.Node)
				in = true
			}
		}
		return in, !in
	}
	for _, x := range n.Needs {
		if c := m.Model.Nodes[x.Node].Class; c == resilience.Zone || c == resilience.Region || n.Kind == resilience.All && n.Zone != "" {
			i, o := m.stays(x, z, stays, parts, depth+1)
			in, out = in || i, out || o
		}
	}
	return in, out
}

// title is the address of a resource, without the root when there is but one; of what was read where it runs, its name.
func (m *mapper) title(key graph.Key) string {
	if name := m.names[key]; name != "" {
		return name
	}
	s := string(key.Address)
	roots := map[string]bool{}
	for _, k := range m.keys {
		roots[k.Root] = true
	}
	if len(roots) > 1 {
		return key.String()
	}
	return s
}
