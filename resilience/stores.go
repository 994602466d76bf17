package resilience

import (
	"fmt"

	"github.com/plumbline-dev/plumbline/graph"
)

// stores lists the types that hold what an application needs, with the word for one member.
var stores = map[string]string{
	"aws_db_instance": "instance", "aws_rds_cluster": "instance", "aws_docdb_cluster": "instance", "aws_neptune_cluster": "instance",
	"aws_elasticache_replication_group": "node", "aws_elasticache_cluster": "node", "aws_elasticache_serverless_cache": "", "aws_memorydb_cluster": "node",
	"aws_dax_cluster": "node", "aws_opensearch_domain": "node", "aws_redshift_cluster": "node", "aws_mq_broker": "broker", "aws_msk_cluster": "broker",
	"aws_msk_serverless_cluster": "", "aws_efs_file_system": "", "aws_fsx_windows_file_system": "", "aws_fsx_ontap_file_system": "",
	"aws_fsx_openzfs_file_system": "", "aws_fsx_lustre_file_system": "", "aws_db_proxy": "", "aws_dynamodb_table": "", "aws_sqs_queue": "", "aws_s3_bucket": "",
	"aws_kinesis_stream": "", "aws_sns_topic": "", "aws_secretsmanager_secret": "", "aws_ssm_parameter": "",
}

// inVPC says which stores sit in a VPC, where being reachable is evidence of being needed.
func inVPC(typ string) bool {
	switch typ {
	case "aws_dynamodb_table", "aws_sqs_queue", "aws_s3_bucket", "aws_kinesis_stream", "aws_sns_topic", "aws_secretsmanager_secret", "aws_ssm_parameter":
		return false
	}
	_, ok := stores[typ]
	return ok
}

// writable says whether a store is more than a copy of another.
func writable(r *graph.Resource) bool {
	switch r.Type {
	case "aws_db_instance":
		return r.Attrs["replicate_source_db"] == nil
	case "aws_rds_cluster":
		return r.Attrs["replication_source_identifier"] == nil
	case "aws_elasticache_cluster":
		return r.Attrs["replication_group_id"] == nil // else it is a member
	}
	return true
}

// zoneSeats are seats in the zones that a resource may be placed in; in all zones of the region when they are not known.
func (d *deriver) zoneSeats(r, placedBy *graph.Resource) (list []seat, sure bool) {
	zones, why := texts(placedBy.Facts["_zones"]), ""
	sure = len(zones) > 0
	if !sure {
		zones = d.zonesIn[regionOf(r)]
		if why = placedBy.Unknown["_zones"]; why == "" {
			why = "the zones of " + r.Key().String()
		}
	}
	for _, z := range zones {
		list = append(list, seat{node: d.zone(z, regionOf(r)), zone: z, fact: Fact{Text: fmt.Sprintf("%s has a %s in %s%s", r.Key(), memberWord(r), z, in(r)), Missing: why}, of: r.Key().String()})
	}
	return list, sure
}

func memberWord(r *graph.Resource) string {
	if w := stores[r.Type]; w != "" {
		return w
	}
	return "member"
}

// copies is a store of total members of which one must be left. apart says that AWS puts them into different zones as
// far as there are enough, whether or not code says which.
func (d *deriver) copies(r, placedBy *graph.Resource, total int, apart bool) Node {
	if total <= 1 {
		return d.single(r)
	}
	n := d.resource(r, Group)
	seats, _ := d.zoneSeats(r, placedBy)
	d.members(&n, total, spread(seats, apart, total), memberWord(r))
	return n
}

// subnetGroup is what places a store: its subnet group, or itself.
func (d *deriver) subnetGroup(r *graph.Resource, via string) *graph.Resource {
	for _, e := range d.g.To(r.Key()) {
		if e.Via == via {
			if t := d.g.Get(e.To); t != nil {
				return t
			}
		}
	}
	return r
}

// dbInstance is a database of its own. With multi_az it has a standby in another zone of its subnet group.
// Source: Amazon RDS User Guide, Multi-AZ DB instance deployments.
func (d *deriver) dbInstance(r *graph.Resource) Node {
	placedBy := d.subnetGroup(r, "db_subnet_group_name")
	if why := r.Unknown["multi_az"]; why != "" {
		return d.either(r, d.single(r), d.copies(r, placedBy, 2, true), "instance", why)
	}
	if r.Attrs["multi_az"] == true {
		return d.copies(r, placedBy, 2, true)
	}
	return d.single(r)
}

// aurora is an Aurora cluster, or a Multi-AZ DB cluster, which has a writer and two readers in three zones.
// Source: Amazon Aurora User Guide, High availability; Amazon RDS User Guide, Multi-AZ DB cluster deployments.
func (d *deriver) aurora(r *graph.Resource) Node {
	placedBy := d.subnetGroup(r, "db_subnet_group_name")
	if r.Attrs["db_cluster_instance_class"] != nil {
		return d.copies(r, placedBy, 3, true)
	}
	if r.Attrs["engine_mode"] == "serverless" {
		// Serverless v1 runs in one zone and is started in another when that fails.
		n := d.resource(r, Service)
		n.Needs = []Need{d.inRegion(r)}
		return n
	}
	return d.clustered(r, placedBy, d.from(r, "aws_rds_cluster_instance", "cluster_identifier"))
}

func (d *deriver) docdb(r *graph.Resource) Node {
	return d.clustered(r, d.subnetGroup(r, "db_subnet_group_name"), d.from(r, "aws_docdb_cluster_instance", "cluster_identifier"))
}

func (d *deriver) neptune(r *graph.Resource) Node {
	return d.clustered(r, d.subnetGroup(r, "neptune_subnet_group_name"), d.from(r, "aws_neptune_cluster_instance", "cluster_identifier"))
}

// clustered is a cluster whose instances stand by for each other. Those without a zone of their own are spread over
// the zones of the subnet group, beginning with those that no other instance has.
func (d *deriver) clustered(r, placedBy *graph.Resource, instances []*graph.Resource) Node {
	var pinned []string
	free, why := 0, ""
	for _, i := range instances {
		if reason := i.Unknown["_count"]; reason != "" {
			why = reason
		}
		zone, set := i.Attrs["availability_zone"].(string)
		switch zones := texts(i.Facts["_zones"]); {
		case set && len(zones) == 1:
			pinned = append(pinned, zones[0])
		case set:
			pinned = append(pinned, zone)
		default:
			free++
		}
	}
	if len(instances) == 0 {
		why = "no instance of " + r.Key().String() + " was read"
	}
	total := len(pinned) + free
	if why == "" && total == 1 && free == 1 {
		n := d.single(r)
		return d.named(n, instances)
	}
	seats, _ := d.zoneSeats(r, placedBy)
	n := d.resource(r, Group)
	if why != "" {
		one, many := d.resource(r, Part), d.resource(r, Part)
		d.members(&one, 1, spread(seats, false, 1), "instance")
		d.members(&many, 2, spread(seats, true, 2), "instance")
		return d.either(r, one, many, "instance", why)
	}
	d.members(&n, total, d.pin(r, pinned, seats, free), "instance")
	return d.named(n, instances)
}

// named says in the node of a cluster of one instance where that is.
func (d *deriver) named(n Node, instances []*graph.Resource) Node {
	if len(instances) == 1 && len(n.Needs) == 1 {
		n.Zone = d.m.Nodes[n.Needs[0].Node].Zone
	}
	return n
}

// pin are the needs of members with a zone of their own, and of others on the seats that are left.
func (d *deriver) pin(r *graph.Resource, pinned []string, seats []seat, free int) []Need {
	count := map[string]int{}
	for _, z := range pinned {
		count[z]++
	}
	var left []seat
	for _, s := range seats {
		if count[s.zone] == 0 {
			left = append(left, s)
		}
	}
	if len(left) == 0 {
		left = seats
	}
	var out []Need
	for _, s := range seats {
		if n := count[s.zone]; n > 0 {
			out = append(out, Need{Node: s.node, Min: n, Max: n, Fact: Fact{Text: s.fact.Text}})
			delete(count, s.zone)
		}
	}
	for _, z := range pinned { // outside the subnet group, as far as that is known
		if n := count[z]; n > 0 {
			out = append(out, Need{Node: d.zone(z, regionOf(r)), Min: n, Max: n, Fact: Fact{Text: fmt.Sprintf("%s has an instance in %s", r.Key(), z)}})
			delete(count, z)
		}
	}
	if free == 0 {
		return out
	}
	return append(out, spread(left, true, free)...)
}

// proxy is a database proxy in some subnets, before a database.
func (d *deriver) proxy(r *graph.Resource) Node {
	n := d.resource(r, Service)
	seats, sure := d.seats(r, d.to(r, "vpc_subnet_ids", "aws_subnet"), false)
	where := Node{Name: "the subnets of " + r.Key().String(), Kind: Some, Total: len(seats), Least: 1, Needs: spread(seats, sure, len(seats))}
	n.Needs = []Need{{Node: d.add(where), Fact: Fact{Text: r.Key().String() + " runs in subnets" + in(r)}}}
	for _, t := range d.from(r, "aws_db_proxy_target", "db_proxy_name") {
		for _, typ := range []string{"aws_db_instance", "aws_rds_cluster"} {
			for _, db := range d.to(t, "", typ) {
				n.Needs = append(n.Needs, Need{Node: d.node(db), Fact: Fact{Text: r.Key().String() + " leads to it" + in(t)}})
			}
		}
	}
	return n
}

// efs is a file system: regional, or in one zone; servers reach it through a mount target in their zone.
// Source: Amazon EFS User Guide, availability and durability.
func (d *deriver) efs(r *graph.Resource) Node {
	if z, ok := r.Attrs["availability_zone_name"].(string); ok && z != "" {
		n := d.resource(r, Single)
		n.Zone, n.Needs = z, []Need{{Node: d.zone(z, regionOf(r)), Fact: Fact{Text: fmt.Sprintf("%s is in %s only%s", r.Key(), z, in(r))}}}
		return n
	}
	n := d.resource(r, Service)
	n.Needs = []Need{d.inRegion(r)}
	targets := d.from(r, "aws_efs_mount_target", "file_system_id")
	if len(targets) == 0 {
		return n
	}
	mounts := Node{Name: "the mount targets of " + r.Key().String(), Kind: Some, Total: len(targets), Least: 1}
	for _, t := range targets {
		mounts.Needs = append(mounts.Needs, Need{Node: d.node(t), Min: 1, Max: 1, Fact: Fact{Text: r.Key().String() + " is reached through it" + in(t)}})
	}
	n.Needs = append(n.Needs, Need{Node: d.add(mounts), Fact: Fact{Text: r.Key().String() + " is reached through its mount targets"}})
	return n
}

// fsx is a file system with a standby in a second zone when its deployment type says so.
// Source: Amazon FSx user guides, deployment types MULTI_AZ_1 and MULTI_AZ_2.
func (d *deriver) fsx(r *graph.Resource) Node {
	switch r.Attrs["deployment_type"] {
	case "MULTI_AZ_1", "MULTI_AZ_2", "MULTI_AZ_HA_1":
		return d.copies(r, r, 2, true)
	}
	return d.single(r)
}

// mq is a message broker: one, an active and a standby, or a cluster of three.
// Source: Amazon MQ Developer Guide, broker architecture.
func (d *deriver) mq(r *graph.Resource) Node {
	switch r.Attrs["deployment_mode"] {
	case "ACTIVE_STANDBY_MULTI_AZ":
		return d.copies(r, r, 2, true)
	case "CLUSTER_MULTI_AZ":
		n := d.copies(r, r, 3, true)
		n.Least = 2
		return n
	}
	return d.single(r)
}

// msk is a Kafka cluster. By the default configuration a topic has a copy in each zone, of which two must be in step
// with three zones, and one with two.
// Source: Amazon MSK Developer Guide, default configuration (default.replication.factor, min.insync.replicas).
func (d *deriver) msk(r *graph.Resource) Node {
	seats, sure := d.zoneSeats(r, r)
	n := d.resource(r, Group)
	d.members(&n, len(seats), spread(seats, sure, len(seats)), "broker")
	if len(seats) >= 3 {
		n.Least = 2
	}
	return n
}

// redshift is a warehouse in one zone.
func (d *deriver) redshift(r *graph.Resource) Node { return d.single(r) }
