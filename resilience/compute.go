package resilience

import (
	"fmt"

	"github.com/plumbline-dev/plumbline/graph"
)

// spread puts members onto seats: evenly where the zones are known, as Auto Scaling, ECS and the databases do; anyhow
// where they are not.
// Source: Amazon EC2 Auto Scaling User Guide, balanced best effort; Amazon ECS Developer Guide, task placement across
// zones.
func spread(seats []seat, sure bool, total int) []Need {
	var out []Need
	for _, s := range seats {
		n := Need{Node: s.node, Max: total, Fact: s.fact}
		if sure {
			n.Min, n.Max = total/len(seats), (total+len(seats)-1)/len(seats)
			if n.Min != n.Max {
				n.Fact.Missing = fmt.Sprintf("AWS chooses one of %d zones for %s", len(seats), s.of)
				if total > 1 {
					n.Fact.Missing = fmt.Sprintf("AWS spreads the %d members of %s over %d zones", total, s.of, len(seats))
				}
			}
		}
		out = append(out, n)
	}
	return out
}

// servers is a group of servers on some subnets. size is the number that is always there.
func (d *deriver) servers(r *graph.Resource, subnets []*graph.Resource, size int, sizeWhy, word string) Node {
	n := d.resource(r, Group)
	seats, sure := d.seats(r, subnets, true)
	if sizeWhy == "" {
		d.fill(&n, r, seats, sure, size, word)
		return n
	}
	// How many there are is not known: one at worst, one for each zone at best.
	one, many := d.resource(r, Part), d.resource(r, Part)
	d.members(&one, 1, spread(seats, sure, 1), word)
	d.members(&many, max(2, len(seats)), spread(seats, sure, max(2, len(seats))), word)
	one.Load, many.Load = true, true
	n = d.either(r, one, many, word, sizeWhy)
	d.withNeeds(&n, r)
	return n
}

// fill makes a node a group of size members on seats, with what servers of r need besides.
func (d *deriver) fill(n *Node, r *graph.Resource, seats []seat, sure bool, size int, word string) {
	d.members(n, size, spread(seats, sure, size), word)
	n.Load = true
	if size == 1 && len(seats) == 1 {
		n.Zone = seats[0].zone
	}
	if size == 0 {
		n.Class = Group
	}
	d.withNeeds(n, r)
}

// withNeeds adds what a workload needs besides its place. A group then becomes a step that needs the members and the
// rest.
func (d *deriver) withNeeds(n *Node, r *graph.Resource) {
	needs := d.needsOf(r)
	if len(needs) == 0 {
		return
	}
	if n.Kind == All {
		n.Needs = append(n.Needs, needs...)
		return
	}
	inner := *n
	members := d.add(inner)
	n.Kind, n.Class, n.Total, n.Least, n.Spare, n.Load = All, Part, 0, 0, 0, false
	n.Needs = append([]Need{{Node: members}}, needs...)
}

// needsOf gives the needs of a workload as nodes.
func (d *deriver) needsOf(r *graph.Resource) []Need {
	var out []Need
	for _, x := range d.needs[r.Key()] {
		if t := d.g.Get(x.to); t != nil {
			out = append(out, Need{Node: d.node(t), Fact: x.fact})
		}
	}
	return out
}

// group is an auto scaling group. Its minimum is what is always there; a group without one starts with its desired size.
func (d *deriver) group(r *graph.Resource) Node {
	size, known, why := number(r, "min_size")
	if known && size == 0 {
		if wanted, ok, reason := number(r, "desired_capacity"); ok {
			size = wanted
		} else {
			known, why = false, reason
		}
	}
	if !known && why == "" {
		why = "the size of " + r.Key().String()
	}
	if known {
		why = ""
	}
	return d.servers(r, d.to(r, "vpc_zone_identifier", "aws_subnet"), size, why, "server")
}

// fleet is a spot fleet: its servers can be taken away, all of them, at any time.
func (d *deriver) fleet(r *graph.Resource) Node {
	size, known, why := number(r, "target_capacity")
	if !known && why == "" {
		why = "the size of " + r.Key().String()
	}
	return d.servers(r, d.to(r, "launch_specification.subnet_id", "aws_subnet"), size, why, "server")
}

// instance is one server.
func (d *deriver) instance(r *graph.Resource) Node {
	n := d.single(r)
	for _, s := range d.to(r, "subnet_id", "aws_subnet") {
		if way := d.wayOut(r, s); way.Node != 0 && d.memo[r.Key().String()] != way.Node {
			n.Needs = append(n.Needs, way)
		}
	}
	n.Needs = append(n.Needs, d.needsOf(r)...)
	return n
}

// ecsService is a service of tasks on Fargate or on the servers of its cluster.
func (d *deriver) ecsService(r *graph.Resource) Node {
	size, known, why := number(r, "desired_count")
	for _, t := range d.from(r, "aws_appautoscaling_target", "target") {
		if least, ok, reason := number(t, "min_capacity"); ok && (least > 0 || !known) {
			size, known = least, true
		} else if !ok && reason != "" {
			known, why = false, reason
		}
	}
	if !known && why == "" {
		why = "the number of tasks of " + r.Key().String()
	}
	if known {
		why = ""
	}
	subnets := d.to(r, "network_configuration.subnets", "aws_subnet")
	n := d.servers(r, subnets, size, why, "task")
	if hosts := d.hosts(r); len(hosts) > 0 {
		if len(subnets) == 0 {
			n = d.onHosts(r, hosts, max(size, 1))
		} else {
			n.Needs = append(n.Needs, hosts...)
			if n.Kind == Some {
				inner := n
				inner.Needs = n.Needs[:len(n.Needs)-len(hosts)]
				n = d.resource(r, Part)
				n.Needs = append([]Need{{Node: d.add(inner)}}, hosts...)
			}
		}
	}
	return n
}

// hosts are the groups of servers that the cluster of a service runs its tasks on.
func (d *deriver) hosts(r *graph.Resource) []Need {
	if t := r.Attrs["launch_type"]; t == "FARGATE" || t == "EXTERNAL" {
		return nil
	}
	var out []Need
	for _, c := range d.to(r, "cluster", "aws_ecs_cluster") {
		for _, link := range d.from(c, "aws_ecs_cluster_capacity_providers", "cluster_name") {
			for _, p := range d.to(link, "capacity_providers", "aws_ecs_capacity_provider") {
				for _, g := range d.to(p, "auto_scaling_group_provider", "aws_autoscaling_group") {
					out = append(out, Need{Node: d.node(g), Fact: Fact{Text: fmt.Sprintf("its tasks run on %s through %s%s", g.Key(), p.Key(), in(p))}})
				}
			}
		}
	}
	return out
}

// onHosts is a service whose tasks are where the servers of its cluster are.
func (d *deriver) onHosts(r *graph.Resource, hosts []Need, size int) Node {
	n := d.resource(r, Part)
	n.Needs = append(hosts, d.needsOf(r)...)
	if size == 1 {
		n.Class = Single
	}
	return n
}

// function is a Lambda function: regional, unless it sits in subnets; then those decide.
func (d *deriver) function(r *graph.Resource) Node {
	n := d.resource(r, Service)
	n.Needs = []Need{d.inRegion(r)}
	if inVPCByCode(r) || len(d.to(r, "vpc_config.subnet_ids", "aws_subnet")) > 0 {
		d.inSubnets(&n, r, "vpc_config.subnet_ids")
	}
	n.Needs = append(n.Needs, d.needsOf(r)...)
	return n
}

// inVPCByCode says whether code puts a function into subnets, or does not say that it is in none.
func inVPCByCode(r *graph.Resource) bool {
	if len(texts(r.Facts["_zones"])) > 0 || r.Unknown["vpc_config"] != "" || r.Unknown["vpc_config[0].subnet_ids"] != "" {
		return true
	}
	subnets, _ := blockOf(r.Attrs, "vpc_config")["subnet_ids"].([]any)
	return len(subnets) > 0
}

// inSubnets adds the need of something that AWS runs in any of its subnets.
func (d *deriver) inSubnets(n *Node, r *graph.Resource, via string) {
	seats, sure := d.seats(r, d.to(r, via, "aws_subnet"), true)
	if len(seats) == 0 {
		return
	}
	where := Node{Name: "the subnets of " + r.Key().String(), Kind: Some, Total: len(seats), Least: 1, Needs: spread(seats, sure, len(seats))}
	n.Needs = append(n.Needs, Need{Node: d.add(where), Fact: Fact{Text: r.Key().String() + " runs in subnets" + in(r)}})
}
