package aws

import (
	"fmt"
	"maps"
	"slices"

	"github.com/plumbline-dev/plumbline/graph"
	"github.com/plumbline-dev/plumbline/remedy"
)

var elasticacheSingleToGroup = Fix{
	ID: "elasticache-single-to-rg", Title: "a replication group around the single node",
	Takes:  []string{"+aws_elasticache_replication_group", "aws_elasticache_cluster.replication_group_id"},
	Single: true,
	Does:   []string{"elasticache:CreateReplicationGroup", "elasticache:IncreaseReplicaCount", "elasticache:ModifyReplicationGroup"},
	Undoes: []string{"elasticache:DecreaseReplicaCount", "elasticache:DeleteReplicationGroup", "elasticache:ModifyReplicationGroup"},
	Reads:  []string{"elasticache:DescribeCacheClusters", "elasticache:DescribeCacheSubnetGroups", "elasticache:DescribeReplicationGroups"},
	Risk: remedy.Risk{Class: "online", Detail: "The node serves all the while, and its endpoint stays that of this one node. Clients must be moved to the primary endpoint of the group by hand: " +
		"before that a failover does not help them, and it leaves them with a node that takes no writes. The first copy needs memory to spare; the data stay unencrypted."},
	Undo: remedy.Undo{Kind: "full", Ask: "Clients that use the endpoints of the group lose the cache."}, Seconds: 1800,
	plan: func(d *draft) {
		c := d.lone()
		id, n := d.groupOf(c), number(d.must("num_cache_clusters"))
		if d.err != nil {
			return
		}
		g := d.look("elasticache:DescribeReplicationGroups", id)
		g.require("there is no group of this name", "", remedy.Refuses, noGroup)
		d.adopt(c, g, id)
		if n != nil && *n > 1 {
			d.shows("nodes", 1, int(*n))
			more := d.replicas(g, id, 1, int(*n))
			if zone := c.get(single + "PreferredAvailabilityZone"); zone != nil { // AWS tells it of every node, emulators do not
				more.Until = append(more.Until, g.is("no other node is in the zone of the first", group+"NodeGroups[0].NodeGroupMembers[?PreferredAvailabilityZone="+fmt.Sprint(zone)+"].#", remedy.Equals, 1))
			}
			d.do(more)
		}
		d.takesOver(g, id)
		d.foretold(id)
	},
}

const single = "CacheClusters[0]."

// noGroup are the codes by which ElastiCache says that there is no such group.
var noGroup = []any{"ReplicationGroupNotFoundFault", "ReplicationGroupNotFound"}

// lone gives the description of the node, which must be a single one that a group can be made of.
func (d *draft) lone() *source {
	c := d.look("elasticache:DescribeCacheClusters", params{"CacheClusterId": d.text("cluster_id")})
	c.require("it is Redis", single+"Engine", remedy.OneOf, []any{"redis", "valkey"})
	c.require("the node is available", single+"CacheClusterStatus", remedy.Equals, "available")
	c.require("it is in no group", single+"ReplicationGroupId", remedy.Absent, nil)
	c.require("it is one node", single+"NumCacheNodes", remedy.Equals, 1)
	c.require("nothing else waits to be changed", single+"PendingModifiedValues", remedy.Absent, nil)
	c.still("the zone of the node", single+"PreferredAvailabilityZone")
	if on, _ := d.wanted("multi_az_enabled"); on == true {
		name := params{"CacheSubnetGroupName": c.get(single + "CacheSubnetGroupName")}
		zones := distinct(d.look("elasticache:DescribeCacheSubnetGroups", name).get("CacheSubnetGroups[0].Subnets[*].SubnetAvailabilityZone.Name"))
		if d.err == nil && len(zones) == 1 {
			d.refuse(remedy.PreconditionFails, "the subnet group %v reaches one zone only: add a subnet of another one first", name["CacheSubnetGroupName"])
		}
	}
	return c
}

// chosen are the attributes of the group that are free; all others it takes over from its first node.
var chosen = []string{"automatic_failover_enabled", "description", "multi_az_enabled", "num_cache_clusters", "replication_group_id"}

// groupOf gives the parameters that name the new group. What else the change asks for must be as the node has it.
func (d *draft) groupOf(c *source) params {
	for _, change := range d.job.changes {
		attrs, _ := change.New.(map[string]any)
		for _, name := range slices.Sorted(maps.Keys(attrs)) {
			has := d.job.of.Attrs[name]
			if !slices.Contains(chosen, name) && !same(d.resolved(attrs[name]), d.resolved(has)) {
				d.refuse(remedy.PreconditionFails, "a group takes %s over from its first node, which has %s", name, told(has))
			}
		}
	}
	return params{"ReplicationGroupId": d.must("replication_group_id")}
}

// adopt makes the group, with the node as its primary. The undo keeps the node, as long as it is the primary still.
func (d *draft) adopt(c, g *source, id params) {
	node := fmt.Sprint(c.call.Params["CacheClusterId"])
	about, ok := d.wanted("description")
	if !ok {
		about = "around " + node
	}
	a := d.write("elasticache:CreateReplicationGroup", with(id, params{"ReplicationGroupDescription": about, "PrimaryClusterId": node}))
	a.Binds = map[string]string{"group": "ReplicationGroup.ReplicationGroupId"}
	a.Find = &remedy.Read{Call: g.call, Binds: map[string]string{"group": group + "ReplicationGroupId"}}
	a.Until = []remedy.Condition{
		g.is("the group is available", group+"Status", remedy.Equals, "available"),
		g.is("its node is "+node, group+"MemberClusters", remedy.Has, node),
	}
	a.Every, a.Timeout = 15, 3600
	a.UndoWhen = []remedy.Condition{
		g.is(node+" is the primary still", group+"NodeGroups[0].NodeGroupMembers[CacheClusterId="+node+"].CurrentRole", remedy.Equals, "primary"),
		g.is("the group is available", group+"Status", remedy.Equals, "available"),
	}
	a.Undo = d.undone("elasticache:DeleteReplicationGroup", with(id, params{"RetainPrimaryCluster": true}),
		g.is("the group is gone", "", remedy.Refuses, noGroup), c.is("the node is available", single+"CacheClusterStatus", remedy.Equals, "available"), c.is("it is in no group", single+"ReplicationGroupId", remedy.Absent, nil))
	a.Undo[0].Every, a.Undo[0].Timeout = 15, 3600
	d.shows("replication group", absent{}, id["ReplicationGroupId"])
	d.do(a)
}

// inherited are the attributes that a group has from its first node, as far as the change does not say them.
var inherited = []string{"auto_minor_version_upgrade", "engine", "engine_version", "maintenance_window", "node_type", "parameter_group_name", "port", "security_group_ids", "snapshot_retention_limit",
	"snapshot_window", "subnet_group_name", "tags"}

// foretold writes the changes as the account will have them: the group by its ARN, with what it has from its first node.
func (d *draft) foretold(id params) {
	arn := graph.Address(d.p.hand.resources(on("", regional("elasticache", "replicationgroup:"+fmt.Sprint(id["ReplicationGroupId"]))), d.call("", nil))[0])
	d.step.Patch = slices.Clone(d.job.changes)
	for i, c := range d.step.Patch {
		if c.Op != graph.Create {
			d.step.Patch[i].New = graph.Ref{Root: c.Root, Address: arn, Attr: "replication_group_id"}
			continue
		}
		attrs := map[string]any{}
		for _, name := range inherited {
			if v := d.job.of.Attrs[name]; v != nil {
				attrs[name] = v
			}
		}
		if own, ok := c.New.(map[string]any); ok {
			maps.Copy(attrs, own)
		}
		d.step.Patch[i].Address, d.step.Patch[i].New = arn, attrs
	}
}

// takesOver switches on that a replica takes over, where that is wanted.
func (d *draft) takesOver(g *source, id params) {
	s := switched{set: params{}, back: params{}}
	for _, x := range failovers {
		if want, _ := d.wanted(x.attr); want == true {
			s.add(g, x, true)
			d.shows(x.label, "disabled", "enabled")
		}
	}
	if len(s.until) > 0 {
		d.do(d.switching(g, id, s))
	}
}
