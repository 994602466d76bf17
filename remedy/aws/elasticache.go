package aws

import (
	"fmt"

	"github.com/plumbline-dev/plumbline/remedy"
)

func elasticacheFixes() []Fix {
	return []Fix{elasticacheFailover, elasticacheSnapshots, elasticacheNodeType}
}

func (d *draft) replicationGroup() params {
	return params{"ReplicationGroupId": d.text("replication_group_id")}
}

// quiet gives the group's description, which must say that nothing else changes it.
func (d *draft) quiet() *source {
	g := d.look("elasticache:DescribeReplicationGroups", d.replicationGroup())
	g.require("the group is available", group+"Status", remedy.Equals, "available")
	g.require("nothing else waits to be changed", group+"PendingModifiedValues", remedy.Absent, nil)
	return g
}

const group = "ReplicationGroups[0]."

var elasticacheFailover = Fix{
	ID: "elasticache-failover", Title: "a replica that takes over",
	Takes: []string{
		"aws_elasticache_replication_group.automatic_failover_enabled", "aws_elasticache_replication_group.multi_az_enabled",
		"aws_elasticache_replication_group.num_cache_clusters",
	},
	Does:   []string{"elasticache:IncreaseReplicaCount", "elasticache:ModifyReplicationGroup"},
	Undoes: []string{"elasticache:DecreaseReplicaCount", "elasticache:ModifyReplicationGroup"}, Reads: []string{"elasticache:DescribeReplicationGroups"},
	Risk: remedy.Risk{Class: "online", Detail: "The first copy is made by the primary and needs memory to spare (reserved-memory-percent)."},
	Undo: fully, Seconds: 1500,
	plan: func(d *draft) {
		g := d.quiet()
		g.require("the group has no shards", group+"ClusterEnabled", remedy.Differs, true)
		if n, ok := d.wanted("num_cache_clusters"); ok {
			d.moreReplicas(g, number(n))
		}
		d.failover(g)
	},
}

// moreReplicas comes first: without a replica there is nothing to fail over to, and AWS refuses.
func (d *draft) moreReplicas(g *source, nodes *float64) {
	members, _ := g.get(group + "MemberClusters.#").(int)
	if nodes == nil || int(*nodes) <= members {
		return
	}
	g.require(fmt.Sprintf("the number of its nodes is still %d", members), group+"MemberClusters.#", remedy.Equals, members)
	d.shows("nodes", members, int(*nodes))
	count := func(op string, n int) remedy.Action {
		a := d.write(op, with(d.replicationGroup(), params{"NewReplicaCount": n - 1, "ApplyImmediately": true}))
		a.Every, a.Timeout = 15, 3600
		a.Until = []remedy.Condition{g.is(fmt.Sprintf("the number of its nodes is %d", n), group+"MemberClusters.#", remedy.Equals, n), g.is("the group is available", group+"Status", remedy.Equals, "available")}
		a.Underway = []remedy.Condition{g.is("the group is being changed", group+"Status", remedy.Equals, "modifying")}
		return a
	}
	a := count("elasticache:IncreaseReplicaCount", int(*nodes))
	a.UndoWhen = a.Until[:1]
	a.Undo = []remedy.Action{count("elasticache:DecreaseReplicaCount", members)}
	d.do(a)
}

// failover switches automatic failover and multi-AZ, whichever is wanted.
func (d *draft) failover(g *source) {
	set, back := params{"ApplyImmediately": true}, params{"ApplyImmediately": true}
	var until, before []remedy.Condition
	for _, x := range []struct{ attr, param, member, label string }{
		{"automatic_failover_enabled", "AutomaticFailoverEnabled", "AutomaticFailover", "automatic failover"},
		{"multi_az_enabled", "MultiAZEnabled", "MultiAZ", "multi-AZ"},
	} {
		want, ok := d.wanted(x.attr)
		prior := g.get(group + x.member)
		if !ok || (prior == "enabled") == (want == true) {
			continue
		}
		g.still(x.label, group+x.member)
		d.shows(x.label, prior, enabled(want == true))
		set[x.param], back[x.param] = want, prior == "enabled"
		until = append(until, g.is(x.label+" is "+enabled(want == true), group+x.member, remedy.Equals, enabled(want == true)))
		before = append(before, g.is(x.label+" is "+enabled(prior == "enabled"), group+x.member, remedy.Differs, enabled(want == true)))
	}
	if len(until) == 0 {
		return
	}
	ready := g.is("the group is available", group+"Status", remedy.Equals, "available")
	a := d.write("elasticache:ModifyReplicationGroup", with(d.replicationGroup(), set))
	a.Until, a.UndoWhen, a.Every, a.Timeout = append(until, ready), until, 15, 1800
	a.Underway = []remedy.Condition{g.is("the group is being changed", group+"Status", remedy.Equals, "modifying")}
	undo := d.write("elasticache:ModifyReplicationGroup", with(d.replicationGroup(), back))
	undo.Until, undo.Every, undo.Timeout = append(before, ready), 15, 1800
	a.Undo = []remedy.Action{undo}
	d.do(a)
}

func enabled(on bool) string {
	if on {
		return "enabled"
	}
	return "disabled"
}

var elasticacheSnapshots = Fix{
	ID: "elasticache-snapshots", Title: "a backup every day", Takes: []string{"aws_elasticache_replication_group.snapshot_retention_limit"},
	Does: []string{"elasticache:ModifyReplicationGroup"}, Undoes: []string{"elasticache:ModifyReplicationGroup"}, Reads: []string{"elasticache:DescribeReplicationGroups"},
	Risk: remedy.Risk{Class: "online-degraded", Detail: "While the backup is written the node needs memory to spare and may answer later."},
	Undo: partly("backups that are older than the days before expire"), Seconds: 60,
	plan: func(d *draft) {
		g := d.quiet()
		want, _ := d.wanted("snapshot_retention_limit")
		prior := g.still("days that backups are kept", group+"SnapshotRetentionLimit")
		d.shows("days that backups are kept", prior, want)
		if prior == nil {
			prior = 0
		}
		set := func(days any) params {
			return with(d.replicationGroup(), params{"SnapshotRetentionLimit": days, "ApplyImmediately": true})
		}
		a := d.write("elasticache:ModifyReplicationGroup", set(want))
		a.Until = []remedy.Condition{g.is("backups are kept as planned", group+"SnapshotRetentionLimit", remedy.Equals, want)}
		a.UndoWhen = a.Until
		a.Undo = d.undone("elasticache:ModifyReplicationGroup", set(prior), g.is("backups are kept as before", group+"SnapshotRetentionLimit", remedy.Differs, want))
		d.do(a)
	},
}

var elasticacheNodeType = Fix{
	ID: "elasticache-node-type", Title: "another node type", Takes: []string{"aws_elasticache_replication_group.node_type"},
	Does: []string{"elasticache:ModifyReplicationGroup"}, Undoes: []string{"elasticache:ModifyReplicationGroup"}, Reads: []string{"elasticache:DescribeReplicationGroups"},
	Risk: remedy.Risk{Class: "brief-failover", Detail: "New nodes are filled and take over: clients lose their connections once, and a node without replicas answers later meanwhile."},
	Undo: partly("the nodes are exchanged once more"), Seconds: 1800,
	plan: func(d *draft) {
		g := d.quiet()
		ready := []remedy.Condition{g.is("the group is available", group+"Status", remedy.Equals, "available")}
		d.setting(g, setting{label: "node type", path: group + "CacheNodeType", want: d.must("node_type"), op: "elasticache:ModifyReplicationGroup",
			write: func(v any) params {
				return with(d.replicationGroup(), params{"CacheNodeType": v, "ApplyImmediately": true})
			},
			ready: ready, under: []remedy.Condition{g.is("the group is being changed", group+"Status", remedy.Equals, "modifying")}, wait: 7200})
	},
}
