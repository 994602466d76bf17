package resilience

import (
	"fmt"

	"github.com/plumbline-dev/plumbline/graph"
)

// replicationGroup is a Redis or Valkey group of shards, each a primary with replicas. Without automatic failover the
// primary is the only one that takes writes.
// Source: Amazon ElastiCache User Guide, Minimizing downtime with Multi-AZ.
func (d *deriver) replicationGroup(r *graph.Resource) Node {
	placedBy := d.subnetGroup(r, "subnet_group_name")
	shards, each, why := shardsOf(r)
	failover, failoverWhy := r.Attrs["automatic_failover_enabled"] == true, r.Unknown["automatic_failover_enabled"]
	// A list of zones has one for each node. A shorter one is left over from before nodes were added.
	if n := len(texts(r.Attrs["preferred_cache_cluster_azs"])); n > 0 && n >= each {
		placedBy = r
	}
	switch {
	case why != "" || failoverWhy != "":
		if why == "" {
			why = failoverWhy
		}
		return d.either(r, d.single(r), d.shards(r, placedBy, max(shards, 1), 2, true), "node", why)
	case !failover || each == 1:
		if shards > 1 {
			return d.shards(r, placedBy, shards, 1, false)
		}
		return d.primary(r, placedBy)
	}
	// With Multi-AZ the replicas are kept in other zones than the primary; so are they where code lists the zones.
	apart := r.Attrs["multi_az_enabled"] == true || placedBy == r
	return d.shards(r, placedBy, shards, each, apart)
}

// primary is a group whose first node alone takes writes.
func (d *deriver) primary(r, placedBy *graph.Resource) Node {
	if zones := texts(r.Attrs["preferred_cache_cluster_azs"]); len(zones) > 1 { // the first is that of the primary
		n := d.resource(r, Single)
		n.Zone = zones[0]
		n.Needs = []Need{{Node: d.zone(zones[0], regionOf(r)), Fact: Fact{Text: fmt.Sprintf("the primary of %s is in %s and nothing takes over%s", r.Key(), zones[0], in(r))}}}
		return n
	}
	return d.single(r)
}

// shardsOf gives the number of shards and of nodes in each.
func shardsOf(r *graph.Resource) (shards, each int, why string) {
	if n, ok, _ := number(r, "num_cache_clusters"); ok && n > 0 {
		return 1, n, ""
	}
	shards, ok, why := number(r, "num_node_groups")
	replicas, ok2, why2 := number(r, "replicas_per_node_group")
	if !ok && r.Unknown["num_node_groups"] == "" {
		shards, ok = 1, true
	}
	if ok && ok2 {
		return max(shards, 1), replicas + 1, ""
	}
	for _, reason := range []string{why, why2, r.Unknown["num_cache_clusters"], r.Unknown["node_group_configuration"]} {
		if reason != "" {
			return shards, 0, reason
		}
	}
	if blocks, _ := r.Attrs["node_group_configuration"].([]any); len(blocks) > 0 {
		if b, _ := blocks[0].(map[string]any); b != nil {
			if replicas, ok := b["replica_count"].(int); ok {
				return len(blocks), replicas + 1, ""
			}
		}
	}
	return shards, 0, "the number of nodes of " + r.Key().String()
}

// most shards that are told apart: beyond, one more says nothing new.
const manyShards = 16

// shards is a group of shards, all of which are needed; each has some nodes of which one must be left. apart says that
// the nodes of a shard are in different zones.
func (d *deriver) shards(r, placedBy *graph.Resource, shards, each int, apart bool) Node {
	if shards == 1 {
		return d.copies(r, placedBy, each, apart)
	}
	n := d.resource(r, Service)
	if each == 1 {
		n.Class = Single
	}
	seats, _ := d.zoneSeats(r, placedBy)
	for i := range min(shards, manyShards) {
		shard := d.resource(r, Part)
		shard.Name = fmt.Sprintf("shard %d of %s", i+1, r.Key())
		d.members(&shard, each, spread(seats, apart, each), "node")
		shard.Class = Part
		n.Needs = append(n.Needs, Need{Node: d.add(shard), Fact: Fact{Text: fmt.Sprintf("%s keeps a part of its data in each of %d shards%s", r.Key(), shards, in(r))}})
	}
	return n
}

// cacheCluster is a cluster without replication: one Redis node, or several of Memcached, of which one is enough to
// go on with an emptier cache.
func (d *deriver) cacheCluster(r *graph.Resource) Node {
	nodes, ok, why := number(r, "num_cache_nodes")
	if r.Attrs["engine"] != "memcached" || ok && nodes <= 1 {
		return d.single(r)
	}
	if !ok {
		return d.either(r, d.single(r), d.copies(r, d.subnetGroup(r, "subnet_group_name"), 2, false), "node", why)
	}
	if zones := texts(r.Attrs["preferred_availability_zones"]); len(zones) > 0 {
		return d.copies(r, r, nodes, true)
	}
	return d.copies(r, d.subnetGroup(r, "subnet_group_name"), nodes, r.Attrs["az_mode"] == "cross-az")
}

// memorydb keeps the replicas of a shard in other zones than its primary.
// Source: Amazon MemoryDB Developer Guide, Minimizing downtime with Multi-AZ.
func (d *deriver) memorydb(r *graph.Resource) Node {
	shards, ok, why := number(r, "num_shards")
	replicas, ok2, why2 := number(r, "num_replicas_per_shard")
	if !ok || !ok2 {
		return d.either(r, d.single(r), d.copies(r, d.subnetGroup(r, "subnet_group_name"), 2, true), "node", why+why2)
	}
	return d.shards(r, d.subnetGroup(r, "subnet_group_name"), max(shards, 1), replicas+1, true)
}

// dax is a cluster of a primary and replicas, in the zones that it lists or over its subnet group.
func (d *deriver) dax(r *graph.Resource) Node {
	nodes, ok, _ := number(r, "replication_factor")
	if !ok || nodes <= 1 {
		return d.single(r)
	}
	if zones := texts(r.Attrs["availability_zones"]); len(zones) > 0 {
		return d.copies(r, r, nodes, true)
	}
	return d.copies(r, d.subnetGroup(r, "subnet_group_name"), nodes, false)
}

// search is an OpenSearch domain. With zone awareness its nodes are spread evenly over two or three zones; a majority of
// the nodes that may lead it (dedicated masters, else the data nodes) must be left.
// Source: Amazon OpenSearch Service Developer Guide, Configuring a multi-AZ domain; Dedicated master nodes.
func (d *deriver) search(r *graph.Resource) Node {
	config := blockOf(r.Attrs, "cluster_config")
	nodes, _ := config["instance_count"].(int)
	aware, known := config["zone_awareness_enabled"].(bool)
	zones := 1
	if aware {
		zones, _ = blockOf(config, "zone_awareness_config")["availability_zone_count"].(int)
	}
	if config["multi_az_with_standby_enabled"] == true {
		zones = 3
	}
	if !known || nodes == 0 || zones == 0 {
		return d.either(r, d.single(r), d.copies(r, r, 2, true), "node", "the zones and nodes of "+r.Key().String())
	}
	seats := d.searchSeats(r, zones)
	if nodes == 1 {
		return d.single(r)
	}
	leaders, word := nodes, "node"
	if n, _ := config["dedicated_master_count"].(int); config["dedicated_master_enabled"] == true && n > 0 {
		leaders, word = n, "master node"
	}
	n := d.resource(r, Part)
	data := Node{Name: "the data nodes of " + n.Name, Class: Group, Key: n.Key, Type: n.Type, Where: n.Where}
	d.members(&data, nodes, spread(seats, true, nodes), "data node")
	quorum := Node{Name: "the majority of " + n.Name, Class: Group, Key: n.Key, Type: n.Type, Where: n.Where}
	d.members(&quorum, leaders, spread(seats, true, leaders), word)
	quorum.Least = leaders/2 + 1
	n.Needs = []Need{
		{Node: d.add(data), Fact: Fact{Text: r.Key().String() + " needs a node with its data" + in(r)}},
		{Node: d.add(quorum), Fact: Fact{Text: fmt.Sprintf("%s needs %d of the %d %ss that lead it%s", r.Key(), quorum.Least, leaders, word, in(r))}},
	}
	return n
}

// searchSeats are the zones of a domain: those of its subnets, else any of the region.
func (d *deriver) searchSeats(r *graph.Resource, zones int) []seat {
	seats, sure := d.zoneSeats(r, r)
	if sure || zones >= len(seats) {
		return seats
	}
	if zones == 1 {
		place, _, why := d.place(r)
		return []seat{{node: place, fact: Fact{Text: r.Key().String() + " is in one zone", Missing: why}, of: r.Key().String()}}
	}
	return seats
}
