package aws

import "github.com/plumbline-dev/plumbline/remedy"

// subnetGroupFixes add subnets to the groups that databases and caches are placed by. Nothing moves: what is in the group may be placed in the
// new zones from then on.
func subnetGroupFixes() []Fix { return []Fix{cacheSubnetGroup, dbSubnetGroup} }

const inUse = "AWS keeps a subnet that something was placed in meanwhile"

var dbSubnetGroup = Fix{
	ID: "db-subnet-group", Title: "databases may be placed in more zones", Takes: []string{"aws_db_subnet_group.subnet_ids"},
	Does: []string{"rds:ModifyDBSubnetGroup"}, Undoes: []string{"rds:ModifyDBSubnetGroup"}, Reads: []string{"ec2:DescribeSubnets", "rds:DescribeDBSubnetGroups"},
	Risk: remedy.Risk{Class: "online", Detail: "No database moves; a standby, a reader or a replacement may be placed in the new zones from now on."},
	Undo: partly(inUse), Seconds: 15,
	plan: func(d *draft) {
		name := params{"DBSubnetGroupName": d.text("name")}
		g := d.look("rds:DescribeDBSubnetGroups", name)
		g.require("the group is complete", "DBSubnetGroups[0].SubnetGroupStatus", remedy.Equals, "Complete")
		d.subnetGroup(g, name, "rds:ModifyDBSubnetGroup", "DBSubnetGroups[0].Subnets[*].SubnetIdentifier")
		if list, _ := d.must("subnet_ids").([]any); len(d.zonesOf(list)) > 1 {
			d.step.Gives = append(d.step.Gives, widened(d.text("name")))
		}
	},
}

// widened names that a group reaches several zones, for steps of one plan.
func widened(group string) string { return "subnet group " + group + " reaches several zones" }

var cacheSubnetGroup = Fix{
	ID: "cache-subnet-group", Title: "caches may be placed in more zones", Takes: []string{"aws_elasticache_subnet_group.subnet_ids"},
	Does: []string{"elasticache:ModifyCacheSubnetGroup"}, Undoes: []string{"elasticache:ModifyCacheSubnetGroup"}, Reads: []string{"ec2:DescribeSubnets", "elasticache:DescribeCacheSubnetGroups"},
	Risk: remedy.Risk{Class: "online", Detail: "No node moves; a replica or a replacement may be placed in the new zones from now on."},
	Undo: partly(inUse), Seconds: 15,
	plan: func(d *draft) {
		name := params{"CacheSubnetGroupName": d.text("name")}
		g := d.look("elasticache:DescribeCacheSubnetGroups", name)
		d.subnetGroup(g, name, "elasticache:ModifyCacheSubnetGroup", "CacheSubnetGroups[0].Subnets[*].SubnetIdentifier")
	},
}

// subnetGroup replaces the whole list of a group, which is at path; the calls take no less.
func (d *draft) subnetGroup(g *source, name params, op, path string) {
	prior, want := g.get(path), d.must("subnet_ids")
	d.added(prior, want, reach{free: 1})
	g.require("its subnets are still "+told(prior), path, remedy.Same, prior)
	d.shows("subnets", prior, want)
	a := d.write(op, with(name, params{"SubnetIds": want}))
	a.Until = []remedy.Condition{g.is("its subnets are as planned", path, remedy.Same, want)}
	a.UndoWhen = a.Until
	a.Undo = d.undone(op, with(name, params{"SubnetIds": prior}), g.is("its subnets are as before", path, remedy.Same, prior))
	d.do(a)
}
