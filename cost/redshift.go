package cost

import "strings"

// Warehouses. Source: aws.amazon.com/redshift/pricing.
func redshiftServices() []service {
	return append([]service{
		{Type: "aws_redshift_cluster", Price: redshiftCluster, Usage: []Param{
			storedField("managed_storage_gb", "GB of managed storage of RA3 nodes"),
			none("excess_concurrency_scaling_secs", "seconds of concurrency scaling beyond the free hours"),
			none("spectrum_data_scanned_tb", "TB that Spectrum reads in S3"),
			storedField("backup_storage_gb", "GB of manual snapshots"),
		}},
		{Type: "aws_redshift_snapshot_copy", Unpriced: "copies are charged by the GB in the other region and on the way there, and are not in usage files yet"},
		{Type: "aws_redshiftserverless_workgroup", Price: redshiftServerless, Usage: []Param{
			figures("monthly_rpu_hours", "capacity units times the hours in which queries run", 800, 3200, 12800, "8 units for 100, 400, 1,600 hours"),
		}},
		{Type: "aws_redshiftserverless_namespace", Unpriced: "its managed storage is charged by GB, and the catalogue prices that for nodes only"},
	}, settings("a group or a setting; clusters are charged themselves (aws.amazon.com/redshift/pricing)", `
		aws_redshift_subnet_group aws_redshift_parameter_group aws_redshift_snapshot_copy_grant aws_redshift_snapshot_schedule
		aws_redshift_snapshot_schedule_association aws_redshift_event_subscription aws_redshift_cluster_iam_roles aws_redshift_logging aws_redshift_scheduled_action
		aws_redshift_usage_limit`)...)
}

// redshiftCluster is charged by node; RA3 nodes also by what they keep. Two zones have the nodes twice.
func redshiftCluster(b *bill) {
	typ, ok := b.needText("nodes", "node_type")
	if !ok {
		return
	}
	n, ok := b.need("nodes", "number_of_nodes")
	if ok {
		if b.at("multi_az").yes() {
			n = n.Mul(num(2))
		}
		b.nodes(n, typ, "redshift.node.ondemand", "instance_type", typ)
	}
	if strings.HasPrefix(typ, "ra3.") {
		b.used("managed storage", "redshift.managed_storage", "managed_storage_gb", "instance_type", typ)
	}
	b.extra("concurrency scaling", "redshift.concurrency_scaling", "excess_concurrency_scaling_secs", "instance_type", typ)
	b.extra("Spectrum", "redshift.spectrum", "spectrum_data_scanned_tb")
	b.used("manual snapshots", "redshift.backup.storage", "backup_storage_gb")
	b.managedSecret("manage_master_password")
	if public := b.at("publicly_accessible"); public.known() || public.open() {
		b.address(public, one)
	}
}

func redshiftServerless(b *bill) {
	b.used("compute", "redshift.serverless.rpu", "monthly_rpu_hours")
}
