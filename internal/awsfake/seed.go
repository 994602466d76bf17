package awsfake

import (
	"fmt"
	"maps"

	"github.com/plumbline-dev/plumbline/graph"
)

// Seed12 fills the account so that twelve changes make a plan, and gives its resources as a scan would, with the patches. The
// non-idempotent calls among them: an instance of a cluster, and for each of two zones an address, a gateway, a route table and an
// association.
func (s *Server) Seed12() ([]*graph.Resource, []graph.Patch) {
	a := &account{server: s}
	s.locked(a.databases)
	s.locked(a.stores)
	s.locked(a.network)
	return a.resources, a.patches
}

type account struct {
	server    *Server
	resources []*graph.Resource
	patches   []graph.Patch
}

const root = "aws:" + Account

// resource adds a resource as a scan gives it.
func (a *account) resource(typ, address, name string, attrs map[string]any) *graph.Resource {
	r := &graph.Resource{Root: root, Address: graph.Address(address), Type: typ, Name: name, Observed: true, Attrs: maps.Clone(attrs),
		Facts: map[string]any{"_account": Account, "_region": Region}, Origins: []graph.Origin{{Source: "aws", Scope: Account + "/" + Region, ID: address}}}
	r.Attrs["arn"] = address
	a.resources = append(a.resources, r)
	return r
}

func (a *account) set(r *graph.Resource, pairs ...any) {
	var p graph.Patch
	for i := 0; i+1 < len(pairs); i += 2 {
		p = append(p, graph.Change{Op: graph.Set, Root: root, Address: r.Address, Type: r.Type, Path: fmt.Sprint(pairs[i]), New: pairs[i+1]})
	}
	a.patches = append(a.patches, p)
}

func arn(service, name string) string {
	return "arn:aws:" + service + ":" + Region + ":" + Account + ":" + name
}

func ready(status string, attrs map[string]string) *thing {
	return &thing{status: status, attrs: attrs}
}

func (a *account) databases() {
	s := a.server
	s.databases["instance/shop"] = ready("available", map[string]string{"Engine": "postgres", "EngineVersion": "16.4", "DBInstanceClass": "db.m6g.large", "AllocatedStorage": "100",
		"MultiAZ": "false", "BackupRetentionPeriod": "0", "DeletionProtection": "false", "PubliclyAccessible": "false", "AvailabilityZone": Region + "a"})
	db := a.resource("aws_db_instance", arn("rds", "db:shop"), "shop", map[string]any{"identifier": "shop"})
	a.set(db, "multi_az", true)
	a.set(db, "backup_retention_period", 7)
	a.set(db, "deletion_protection", true)
	s.databases["cluster/orders"] = ready("available", map[string]string{"Engine": "aurora-postgresql", "EngineMode": "provisioned", "BackupRetentionPeriod": "1", "DeletionProtection": "false"})
	s.databases["instance/orders-0"] = ready("available", map[string]string{"DBClusterIdentifier": "orders", "Engine": "aurora-postgresql", "DBInstanceClass": "db.r6g.large", "AvailabilityZone": Region + "a"})
	cluster := a.resource("aws_rds_cluster", arn("rds", "cluster:orders"), "orders", map[string]any{"cluster_identifier": "orders"})
	a.patches = append(a.patches, graph.Patch{{Op: graph.Create, Root: root, Address: "aws_rds_cluster_instance.orders_reader", Type: "aws_rds_cluster_instance",
		New: map[string]any{"cluster_identifier": graph.Ref{Root: root, Address: cluster.Address, Attr: "cluster_identifier"}, "instance_class": "db.r6g.large"}}})
	s.caches["sessions"] = ready("available", map[string]string{"nodes": "1", "AutomaticFailover": "disabled", "MultiAZ": "disabled", "SnapshotRetentionLimit": "0"})
	cache := a.resource("aws_elasticache_replication_group", arn("elasticache", "replicationgroup:sessions"), "sessions", map[string]any{"replication_group_id": "sessions"})
	a.set(cache, "automatic_failover_enabled", true, "multi_az_enabled", true, "num_cache_clusters", 2)
}

func (a *account) stores() {
	s := a.server
	s.tables["carts"] = ready("ACTIVE", map[string]string{"DeletionProtectionEnabled": "false", "PITR": "DISABLED", "BillingMode": "PROVISIONED", "ReadCapacityUnits": "5", "WriteCapacityUnits": "5"})
	table := a.resource("aws_dynamodb_table", arn("dynamodb", "table/carts"), "carts", map[string]any{"name": "carts"})
	a.set(table, "point_in_time_recovery[0].enabled", true)
	a.set(table, "deletion_protection_enabled", true)
	s.groups["web"] = ready("active", map[string]string{"MinSize": "1", "MaxSize": "4", "DesiredCapacity": "1", "HealthCheckType": "EC2", "HealthCheckGracePeriod": "300", "VPCZoneIdentifier": "subnet-a"})
	group := a.resource("aws_autoscaling_group", arn("autoscaling", "autoScalingGroup:1:autoScalingGroupName/web"), "web", map[string]any{"name": "web"})
	a.set(group, "min_size", 2)
	s.buckets["images"] = map[string]string{}
	bucket := a.resource("aws_s3_bucket", "arn:aws:s3:::images", "images", map[string]any{"bucket": "images"})
	of := graph.Ref{Root: root, Address: bucket.Address, Attr: "bucket"}
	a.patches = append(a.patches,
		graph.Patch{{Op: graph.Create, Root: root, Address: "aws_s3_bucket_versioning.images", Type: "aws_s3_bucket_versioning",
			New: map[string]any{"bucket": of, "versioning_configuration": []any{map[string]any{"status": "Enabled"}}}}},
		graph.Patch{{Op: graph.Create, Root: root, Address: "aws_s3_bucket_public_access_block.images", Type: "aws_s3_bucket_public_access_block",
			New: map[string]any{"bucket": of, "block_public_acls": true, "block_public_policy": true, "ignore_public_acls": true, "restrict_public_buckets": true}}})
}

// network has one gateway, through which the subnets of three zones leave by one table.
func (a *account) network() {
	s := a.server
	s.network["address/eipalloc-0"] = ready("free", map[string]string{})
	s.network["nat/nat-0"] = ready("available", map[string]string{"subnetId": "subnet-public-a", "allocationId": "eipalloc-0"})
	s.network["table/rtb-0"] = ready("there", map[string]string{"vpcId": "vpc-1", "route 0.0.0.0/0": "nat-0",
		"association rtbassoc-a": "subnet-a", "association rtbassoc-b": "subnet-b", "association rtbassoc-c": "subnet-c"})
	s.network["table/rtb-public"] = ready("there", map[string]string{"vpcId": "vpc-1", "route 0.0.0.0/0": "igw-1", "association rtbassoc-public-b": "subnet-public-b", "association rtbassoc-public-c": "subnet-public-c"})
	for _, zone := range []string{"b", "c"} {
		s.network["subnet/subnet-public-"+zone] = ready("available", map[string]string{"vpcId": "vpc-1", "zone": Region + zone})
		association := a.resource("aws_route_table_association", "aws_route_table_association/"+Region+"/rtbassoc-"+zone, "rtbassoc-"+zone,
			map[string]any{"id": "rtbassoc-" + zone, "route_table_id": "rtb-0", "subnet_id": "subnet-" + zone})
		public := a.resource("aws_subnet", arn("ec2", "subnet/subnet-public-"+zone), "subnet-public-"+zone, map[string]any{"id": "subnet-public-" + zone})
		a.patches = append(a.patches, gatewayIn(zone, association, public))
	}
}

// gatewayIn are the changes that give a zone a gateway of its own.
func gatewayIn(zone string, association, public *graph.Resource) graph.Patch {
	name := func(typ string) graph.Address { return graph.Address(typ + ".nat_" + zone) }
	ref := func(a graph.Address, attr string) graph.Ref { return graph.Ref{Root: root, Address: a, Attr: attr} }
	make := func(typ string, attrs map[string]any) graph.Change {
		return graph.Change{Op: graph.Create, Root: root, Address: name(typ), Type: typ, New: attrs}
	}
	return graph.Patch{
		make("aws_eip", map[string]any{"domain": "vpc"}),
		make("aws_nat_gateway", map[string]any{"subnet_id": ref(public.Address, "id"), "allocation_id": ref(name("aws_eip"), "allocation_id")}),
		make("aws_route_table", map[string]any{"vpc_id": "vpc-1"}),
		make("aws_route", map[string]any{"route_table_id": ref(name("aws_route_table"), "id"), "destination_cidr_block": "0.0.0.0/0", "nat_gateway_id": ref(name("aws_nat_gateway"), "id")}),
		{Op: graph.Set, Root: root, Address: association.Address, Type: association.Type, Path: "route_table_id", New: ref(name("aws_route_table"), "id")},
	}
}
