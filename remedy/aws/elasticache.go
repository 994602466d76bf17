package aws

import (
	"fmt"
	"slices"

	"github.com/plumbline-dev/plumbline/remedy"
)

func elasticacheFixes() []Fix {
	return []Fix{elasticacheFailover, elasticacheSnapshots, elasticacheNodeType, elasticacheSingleToGroup}
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
	d.do(d.replicas(g, d.replicationGroup(), members, int(*nodes)))
}

// replicas is the action that gives a group of some nodes more of them.
func (d *draft) replicas(g *source, id params, members, nodes int) remedy.Action {
	count := func(op string, n int) remedy.Action {
		a := d.write(op, with(id, params{"NewReplicaCount": n - 1, "ApplyImmediately": true}))
		a.Every, a.Timeout = 15, 3600
		a.Until = []remedy.Condition{g.is(fmt.Sprintf("the number of its nodes is %d", n), group+"MemberClusters.#", remedy.Equals, n), g.is("the group is available", group+"Status", remedy.Equals, "available")}
		a.Underway = []remedy.Condition{g.is("the group is being changed", group+"Status", remedy.Equals, "modifying")}
		return a
	}
	a := count("elasticache:IncreaseReplicaCount", nodes)
	a.UndoWhen = a.Until[:1:1]
	a.Undo = []remedy.Action{count("elasticache:DecreaseReplicaCount", members)}
	return a
}

// failoverSetting is one of the two settings of a group by which a replica takes over: its attribute, and its names in the API.
type failoverSetting struct{ attr, param, member, label string }

var failovers = []failoverSetting{
	{"automatic_failover_enabled", "AutomaticFailoverEnabled", "AutomaticFailover", "automatic failover"},
	{"multi_az_enabled", "MultiAZEnabled", "MultiAZ", "multi-AZ"},
}

// switched collects the settings that one call switches, and what shows that they are switched, and back.
type switched struct {
	set, back     params
	until, before []remedy.Condition
}

func (s *switched) add(g *source, x failoverSetting, want bool) {
	s.set[x.param], s.back[x.param] = want, !want
	s.until = append(s.until, g.is(x.label+" is "+enabled(want), group+x.member, remedy.Equals, enabled(want)))
	s.before = append(s.before, g.is(x.label+" is "+enabled(!want), group+x.member, remedy.Differs, enabled(want)))
}

// failover switches automatic failover and multi-AZ, whichever is wanted.
func (d *draft) failover(g *source) {
	s := switched{set: params{}, back: params{}}
	for _, x := range failovers {
		want, ok := d.wanted(x.attr)
		prior := g.get(group + x.member)
		if !ok || (prior == "enabled") == (want == true) {
			continue
		}
		g.still(x.label, group+x.member)
		d.shows(x.label, prior, enabled(want == true))
		s.add(g, x, want == true)
	}
	if len(s.until) > 0 {
		d.do(d.switching(g, d.replicationGroup(), s))
	}
}

// switching is the action that switches settings of a group, and back.
func (d *draft) switching(g *source, id params, s switched) remedy.Action {
	now, ready := params{"ApplyImmediately": true}, g.is("the group is available", group+"Status", remedy.Equals, "available")
	a := d.write("elasticache:ModifyReplicationGroup", with(with(id, now), s.set))
	a.Until, a.UndoWhen, a.Every, a.Timeout = append(slices.Clone(s.until), ready), s.until, 15, 1800
	a.Underway = []remedy.Condition{g.is("the group is being changed", group+"Status", remedy.Equals, "modifying")}
	undo := d.write("elasticache:ModifyReplicationGroup", with(with(id, now), s.back))
	undo.Until, undo.Every, undo.Timeout = append(slices.Clone(s.before), ready), 15, 1800
	a.Undo = []remedy.Action{undo}
	return a
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
