package resilience

import (
	"fmt"

	"github.com/plumbline-dev/plumbline/graph"
)

// nodeGroup is a group of servers of a Kubernetes cluster.
func (d *deriver) nodeGroup(r *graph.Resource) Node {
	sizes := blockOf(r.Attrs, "scaling_config")
	size, known := sizes["min_size"].(int)
	if wanted, ok := sizes["desired_size"].(int); ok && (!known || size == 0) {
		size, known = wanted, true
	}
	why := ""
	if !known {
		why = "the size of " + r.Key().String()
		for _, p := range []string{"scaling_config", "scaling_config[0].min_size", "scaling_config[0].desired_size"} {
			if reason := r.Unknown[p]; reason != "" {
				why = reason
			}
		}
	}
	return d.servers(r, d.to(r, "subnet_ids", "aws_subnet"), size, why, "node")
}

// cluster is a Kubernetes cluster as its users meet it: its control plane, which AWS runs in several zones, and the
// nodes that its pods run on.
// Source: Amazon EKS User Guide, Resilience: the control plane runs in at least two zones.
func (d *deriver) cluster(r *graph.Resource) Node {
	n := d.resource(r, Service)
	n.Needs = []Need{d.inRegion(r)}
	groups := d.workers(r)
	if len(groups) == 0 {
		why := "no node of " + r.Key().String() + " was read"
		if blockOf(r.Attrs, "compute_config")["enabled"] == true {
			why = "EKS itself chooses the nodes of " + r.Key().String() + " and their zones"
		}
		n.Needs = append(n.Needs, Need{Node: d.notRead(r, why), Fact: Fact{Text: "its pods run on nodes that were not read"}})
		n.Needs = append(n.Needs, d.needsOf(r)...)
		return n
	}
	n.Needs = append(n.Needs, Need{Node: d.add(d.anyOf("the nodes of "+r.Key().String(), groups, "its pods run on")), Fact: Fact{Text: "its pods run on its nodes"}})
	n.Needs = append(n.Needs, d.needsOf(r)...)
	return n
}

// workers are the groups of nodes of a cluster.
func (d *deriver) workers(r *graph.Resource) []*graph.Resource {
	out := d.from(r, "aws_eks_node_group", "cluster_name")
	out = append(out, d.from(r, "aws_autoscaling_group", "cluster")...)
	return byKey(append(out, d.from(r, "aws_eks_fargate_profile", "cluster_name")...))
}

// size is how many members a node stands for.
func (d *deriver) size(r *graph.Resource) int {
	n := d.m.Nodes[d.node(r)]
	for n.Kind == All && n.Class == Part && len(n.Needs) > 0 {
		n = d.m.Nodes[n.Needs[0].Node]
	}
	if n.Load {
		return n.Total
	}
	return 1
}

// fargate is a profile by which the pods of a cluster run on Fargate, in any of its subnets.
func (d *deriver) fargate(r *graph.Resource) Node {
	n := d.resource(r, Service)
	n.Needs = []Need{d.inRegion(r)}
	d.inSubnets(&n, r, "subnet_ids")
	return n
}

// ownCluster is a Kubernetes cluster that runs its control plane itself, or of which only the nodes were read: what kops
// and others make of auto scaling groups.
type ownCluster struct {
	name           string
	leaders, nodes []*graph.Resource
}

// ownClusters finds them by the tags of their groups.
// Source: kops documentation, labels of instance groups (k8s.io/role/control-plane, k8s.io/role/node).
func (d *deriver) ownClusters() []ownCluster {
	byName := map[string]*ownCluster{}
	for _, g := range d.g.OfType("aws_autoscaling_group") {
		name, _ := g.Attrs["cluster"].(string)
		if name == "" || g.Data || len(d.to(g, "cluster", "aws_eks_cluster")) > 0 {
			continue
		}
		key := g.Root + " " + name
		if byName[key] == nil {
			byName[key] = &ownCluster{name: name}
		}
		tags, _ := g.Attrs["tags"].(map[string]any)
		role := func(name string) bool { _, ok := tags["k8s.io/role/"+name]; return ok }
		switch c := byName[key]; {
		case role("control-plane") || role("master"):
			c.leaders = append(c.leaders, g)
		case !role("bastion") && !role("apiserver"):
			c.nodes = append(c.nodes, g)
		}
	}
	var out []ownCluster
	for _, key := range sortedNames(byName) {
		if len(byName[key].nodes) > 0 {
			out = append(out, *byName[key])
		}
	}
	return out
}

// pods is such a cluster as its users meet it: a majority of those that lead it, which keep its state, and any of its
// nodes.
func (d *deriver) pods(c ownCluster) way {
	n := Node{Name: "the pods of " + c.name}
	if len(c.leaders) > 0 {
		majority := d.anyOf("the control plane of "+c.name, c.leaders, "its control plane runs on")
		majority.Least, majority.Load = majority.Total/2+1, false
		n.Needs = append(n.Needs, Need{Node: d.add(majority), Fact: Fact{Text: fmt.Sprintf("its control plane needs %d of its %d members", majority.Least, majority.Total)}})
	}
	n.Needs = append(n.Needs, Need{Node: d.add(d.anyOf("the nodes of "+c.name, c.nodes, "its pods run on")), Fact: Fact{Text: "its pods run on its nodes"}})
	return way{node: d.add(n), fact: Fact{Text: "they run on its nodes" + in(c.nodes[0])}}
}

// anyOf is a set of groups that share a load, one member of which is enough.
func (d *deriver) anyOf(name string, groups []*graph.Resource, how string) Node {
	n := Node{Name: name, Kind: Some, Least: 1, Load: true}
	for _, g := range groups {
		node, size := d.node(g), max(1, d.size(g))
		n.Total += size
		n.Needs = append(n.Needs, Need{Node: node, Min: size, Max: size, Fact: Fact{Text: fmt.Sprintf("%s %s%s", how, g.Key(), in(g))}})
	}
	return n
}
