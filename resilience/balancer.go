package resilience

import (
	"fmt"
	"net/netip"
	"slices"
	"strings"

	"github.com/plumbline-dev/plumbline/graph"
)

// balancer is a load balancer itself: one node of AWS in each of its zones, of which one is enough.
// Source: Elastic Load Balancing User Guide, How Elastic Load Balancing works: DNS leaves out the zones that are down.
func (d *deriver) balancer(r *graph.Resource) Node {
	n := d.resource(r, Service)
	n.Needs = []Need{d.inRegion(r)}
	via := "subnets"
	subnets := append(d.to(r, via, "aws_subnet"), d.to(r, "subnet_mapping.subnet_id", "aws_subnet")...)
	seats, sure := d.seats(r, subnets, false)
	if len(seats) == 0 {
		return n
	}
	front := Node{Name: "the zones of " + r.Key().String(), Class: Part, Key: r.Key(), Type: r.Type, Kind: Some, Total: len(seats), Least: 1, Needs: spread(seats, sure, len(seats))}
	if !sure {
		for i, s := range seats {
			if s.subnet != nil { // it is in each of its subnets
				front.Needs[i].Min, front.Needs[i].Max = 1, 1
			}
		}
	}
	n.Needs = append(n.Needs, Need{Node: d.add(front), Fact: Fact{Text: fmt.Sprintf("%s is enabled in %d zones%s", r.Key(), len(seats), in(r))}})
	return n
}

// service is a set of target groups that one action forwards to.
type service struct {
	label  string
	from   *graph.Resource // listener or rule
	groups []*graph.Resource
}

// listenerWays are the services that a load balancer forwards to. Rules that forward to the same target groups are one.
func (d *deriver) listenerWays(lb *graph.Resource, taken map[graph.Key]bool) []way {
	return d.waysOf(lb, byKey(d.from(lb, "aws_lb_listener", "load_balancer_arn")), taken)
}

// waysOf are those of some listeners of a load balancer.
func (d *deriver) waysOf(lb *graph.Resource, listeners []*graph.Resource, taken map[graph.Key]bool) []way {
	front := d.node(lb)
	if len(listeners) == 0 {
		return []way{{node: d.notRead(lb, "no listener of "+lb.Key().String()+" was read"), fact: Fact{Text: "it is answered by " + lb.Key().String() + in(lb)}}}
	}
	var services []service
	forwarding := slices.DeleteFunc(slices.Clone(listeners), func(l *graph.Resource) bool { return len(d.forwards(l, "default_action", "")) == 0 })
	for _, l := range listeners {
		services = append(services, d.forwards(l, "default_action", portLabel(l, forwarding))...)
		for _, rule := range byKey(d.from(l, "aws_lb_listener_rule", "listener_arn")) {
			services = append(services, d.forwards(rule, "action", ruleLabel(rule))...)
		}
	}
	var out []way
	seen := map[string]bool{}
	for _, s := range services {
		key := groupNames(s.groups)
		if seen[key] {
			continue
		}
		seen[key] = true
		n := Node{Name: lb.Key().String(), Needs: []Need{{Node: front, Fact: Fact{Text: "it is answered by " + lb.Key().String() + in(lb)}}}}
		for _, g := range s.groups {
			n.Needs = append(n.Needs, Need{Node: d.targets(lb, g, taken), Fact: Fact{Text: fmt.Sprintf("%s forwards to %s%s", s.from.Key(), g.Key(), in(s.from))}})
		}
		out = append(out, way{label: s.label, node: d.add(n), fact: Fact{Text: "it is answered by " + lb.Key().String() + in(lb)}})
	}
	if len(out) == 0 { // redirects and fixed answers only
		out = []way{{node: front, fact: Fact{Text: "it is answered by " + lb.Key().String() + in(lb)}}}
	}
	if len(out) == 1 {
		out[0].label = ""
	}
	return out
}

func groupNames(groups []*graph.Resource) string {
	var names []string
	for _, g := range groups {
		names = append(names, g.Key().String())
	}
	slices.Sort(names)
	return strings.Join(names, " ")
}

// forwards gives the target groups of an action that have a weight above 0; nothing for a redirect.
func (d *deriver) forwards(r *graph.Resource, attr, label string) []service {
	s := service{label: label, from: r}
	for _, e := range d.g.To(r.Key()) {
		if !strings.HasPrefix(e.Via, attr+".") {
			continue
		}
		if t := d.g.Get(e.To); t != nil && t.Type == "aws_lb_target_group" && weight(r, e.At) != 0 && !slices.Contains(s.groups, t) {
			s.groups = append(s.groups, t)
		}
	}
	if len(s.groups) == 0 {
		return nil
	}
	return []service{s}
}

// weight is the weight beside a target group's arn; 1 when there is none, or it is not known.
func weight(r *graph.Resource, at string) int {
	steps, err := graph.ParsePath(at)
	if err != nil || len(steps) == 0 {
		return 1
	}
	var v any = r.Attrs
	for _, s := range steps[:len(steps)-1] {
		switch c := v.(type) {
		case map[string]any:
			v = c[s.Name]
		case []any:
			if s.Index < 0 || s.Index >= len(c) {
				return 1
			}
			v = c[s.Index]
		}
	}
	block, _ := v.(map[string]any)
	if w, ok := block["weight"].(int); ok {
		return w
	}
	return 1
}

// portLabel tells the listeners of a load balancer apart: ":5671".
func portLabel(l *graph.Resource, all []*graph.Resource) string {
	if port, ok, _ := number(l, "port"); ok && len(all) > 1 {
		return fmt.Sprintf(":%d", port)
	}
	return ""
}

// ruleLabel says what a rule is for: its paths or hosts, else its name.
func ruleLabel(rule *graph.Resource) string {
	conditions, _ := rule.Attrs["condition"].([]any)
	var out []string
	for _, c := range conditions {
		block, _ := c.(map[string]any)
		for _, kind := range []string{"host_header", "path_pattern"} {
			if v := texts(blockOf(block, kind)["values"]); len(v) > 0 {
				out = append(out, strings.Join(v, ","))
			}
		}
		if v := texts(block["values"]); len(v) > 0 {
			out = append(out, strings.Join(v, ","))
		}
	}
	if len(out) == 0 {
		return rule.Name
	}
	return strings.Join(out, " ")
}

// classicWays is a classic load balancer with its servers.
func (d *deriver) classicWays(elb *graph.Resource) []way {
	n := Node{Name: elb.Key().String(), Needs: []Need{{Node: d.node(elb), Fact: Fact{Text: "it is answered by " + elb.Key().String() + in(elb)}}}}
	list := d.to(elb, "instances", "aws_instance")
	for _, a := range d.from(elb, "aws_elb_attachment", "elb") {
		list = append(list, d.to(a, "instance", "aws_instance")...)
	}
	list = append(list, d.groupsBehind(elb)...)
	list = append(list, d.from(elb, "aws_ecs_service", "load_balancer")...)
	n.Needs = append(n.Needs, Need{Node: d.share(elb, elb, list), Fact: Fact{Text: elb.Key().String() + " sends to its servers" + in(elb)}})
	return []way{{node: d.add(n), fact: Fact{Text: "it is answered by " + elb.Key().String() + in(elb)}}}
}

// groupsBehind are the auto scaling groups that register their servers with a target group or classic load balancer.
func (d *deriver) groupsBehind(r *graph.Resource) []*graph.Resource {
	list := d.from(r, "aws_autoscaling_group", "")
	for _, typ := range []string{"aws_autoscaling_attachment", "aws_autoscaling_traffic_source_attachment"} {
		for _, a := range d.from(r, typ, "") {
			list = append(list, d.to(a, "autoscaling_group_name", "aws_autoscaling_group")...)
		}
	}
	return append(list, d.from(r, "aws_spot_fleet_request", "target_group_arns")...)
}

// members of a target group: what serves behind it.
func (d *deriver) registered(tg *graph.Resource) []*graph.Resource {
	list := d.groupsBehind(tg)
	list = append(list, d.from(tg, "aws_ecs_service", "load_balancer")...)
	for _, a := range d.from(tg, "aws_lb_target_group_attachment", "target_group_arn") {
		found := d.to(a, "target_id", "")
		for i, t := range found {
			if t.Type == "aws_network_interface" {
				if servers := d.to(t, "attachment", "aws_instance"); len(servers) > 0 {
					found[i] = servers[0]
				}
			}
		}
		if len(found) == 0 {
			found = []*graph.Resource{a} // a target by an address that names nothing here
		}
		list = append(list, found...)
	}
	return unique(byKey(list))
}

// address is a target of which only an address is known, if that: it is in the zone that the attachment says, or in that
// of the subnet whose range has the address.
func (d *deriver) address(r *graph.Resource) Node {
	n := d.resource(r, Single)
	place, zone, why := d.place(r)
	if s := d.subnetWith(r); zone == "" && s != nil {
		place, zone, why = d.place(s)
	}
	n.Zone, n.Needs = zone, []Need{{Node: place, Fact: sits(r, zone, why)}}
	if why != "" {
		n.Needs[0].Fact.Missing = "where the target of " + r.Key().String() + " is"
	}
	return n
}

// subnetWith is the subnet of the VPC of a target group whose range has the address of a target.
func (d *deriver) subnetWith(attachment *graph.Resource) *graph.Resource {
	text, _ := attachment.Attrs["target_id"].(string)
	address, err := netip.ParseAddr(text)
	if err != nil {
		return nil
	}
	for _, tg := range d.to(attachment, "target_group_arn", "aws_lb_target_group") {
		for _, vpc := range d.to(tg, "vpc_id", "aws_vpc") {
			for _, s := range byKey(d.from(vpc, "aws_subnet", "vpc_id")) {
				cidr, _ := s.Attrs["cidr_block"].(string)
				if p, err := netip.ParsePrefix(cidr); err == nil && p.Contains(address) {
					return s
				}
			}
		}
	}
	return nil
}

func unique(list []*graph.Resource) []*graph.Resource { return slices.Compact(list) }

// targets is a target group as a load balancer uses it.
func (d *deriver) targets(lb, tg *graph.Resource, taken map[graph.Key]bool) int {
	list := d.registered(tg)
	for _, t := range list {
		if t.Type == "aws_lb" && !taken[t.Key()] { // a network load balancer before an application load balancer
			taken[t.Key()] = true
			if ways := d.listenerWays(t, taken); len(ways) > 0 {
				return ways[0].node
			}
		}
	}
	return d.share(lb, tg, list)
}

// share is a set of targets that share the load.
func (d *deriver) share(lb, group *graph.Resource, list []*graph.Resource) int {
	list = withoutLaunched(list)
	return d.make("targets:"+lb.Key().String()+":"+group.Key().String(), func() Node {
		n := Node{Name: "the targets of " + group.Key().String(), Kind: Some, Least: 1, Load: true}
		for _, t := range list {
			node, size := d.reached(lb, t), max(1, d.size(t))
			n.Total += size
			n.Needs = append(n.Needs, Need{Node: node, Min: size, Max: size, Fact: Fact{Text: fmt.Sprintf("%s are its targets%s", t.Key(), in(t))}})
		}
		if len(list) == 0 {
			unknown := d.notRead(group, "nothing in the code registers targets with "+group.Key().String())
			n.Total, n.Needs = 1, []Need{{Node: unknown, Min: 1, Max: 1, Fact: Fact{Text: "its targets are not in the code"}}}
		}
		return n
	})
}

// withoutLaunched leaves out the servers that a group in the list has launched: an account shows both.
func withoutLaunched(list []*graph.Resource) []*graph.Resource {
	if !slices.ContainsFunc(list, func(t *graph.Resource) bool { return t.Type == "aws_autoscaling_group" }) {
		return list
	}
	return slices.DeleteFunc(slices.Clone(list), launched)
}

// launched says whether an auto scaling group has launched a server.
// Source: Amazon EC2 Auto Scaling User Guide, Tag Auto Scaling groups and instances: the tag aws:autoscaling:groupName.
func launched(r *graph.Resource) bool {
	tags, _ := r.Attrs["tags_all"].(map[string]any)
	return r.Type == "aws_instance" && tags["aws:autoscaling:groupName"] != nil
}

// notRead stands for something that is needed and was not read: it may be in any zone of the region, or, of what is in no
// region, of all regions.
func (d *deriver) notRead(r *graph.Resource, why string) int {
	return d.make("not read:"+r.Key().String(), func() Node {
		n := Node{Name: "what " + r.Key().String() + " leads to", Kind: Some, Total: 1, Least: 1}
		for _, region := range d.regionsFor(r) {
			if len(d.zonesIn[region]) == 0 {
				d.zonesIn[region] = allZones(region, nil)
			}
			n.Needs = append(n.Needs, d.oneOf(d.zonesIn[region], region, why)...)
		}
		return n
	})
}

// regionsFor are the regions that what is behind a resource may be in.
func (d *deriver) regionsFor(r *graph.Resource) []string {
	if region := regionOf(r); region != anyRegion && scopes[r.Type] != global && r.Type != "aws_route53_record" {
		return []string{region}
	}
	var out []string
	for _, region := range sortedNames(d.zonesIn) {
		if region != anyRegion {
			out = append(out, region)
		}
	}
	if len(out) == 0 {
		return []string{regionOf(r)}
	}
	return out
}

// reached is a target as a load balancer reaches it: it sends nothing to zones that it is not enabled in.
// Source: Elastic Load Balancing User Guide, Availability Zones and load balancer nodes.
func (d *deriver) reached(lb, t *graph.Resource) int {
	enabled, have := texts(lb.Facts["_zones"]), texts(t.Facts["_zones"])
	if len(enabled) == 0 || len(have) == 0 || !slices.ContainsFunc(have, func(z string) bool { return !slices.Contains(enabled, z) }) {
		return d.node(t)
	}
	whole := d.node(t)
	return d.make("reached:"+lb.Key().String()+":"+t.Key().String(), func() Node {
		fact := Fact{Text: fmt.Sprintf("%s sends nothing to zones that it is not enabled in%s", lb.Key(), in(lb))}
		if scopes[t.Type] == zonal {
			if len(have) == 1 {
				return Node{Name: t.Key().String() + " behind " + lb.Key().String(), Needs: []Need{{Node: d.never(), Fact: fact}}}
			}
			return Node{Name: t.Key().String(), Needs: []Need{{Node: whole, Fact: fact}}}
		}
		d.only = enabled
		inner := d.build(t)
		d.only = nil
		inner.Class, inner.Name = Part, t.Key().String()+" behind "+lb.Key().String()
		return Node{Name: inner.Name, Needs: []Need{{Node: whole, Fact: fact}, {Node: d.add(inner), Fact: fact}}}
	})
}
