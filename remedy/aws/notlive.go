package aws

// NotLive says of changes that policies propose, and that no fix of an account carries out, why that is.
func NotLive() map[string]string {
	const deletion = "it is an argument of the deletion in code: the account has no such setting until then"
	return map[string]string{
		"aws_db_instance.delete_automated_backups":                                 deletion,
		"aws_db_instance.final_snapshot_identifier":                                deletion,
		"aws_db_instance.skip_final_snapshot":                                      deletion,
		"aws_rds_cluster.delete_automated_backups":                                 deletion,
		"aws_rds_cluster.final_snapshot_identifier":                                deletion,
		"aws_rds_cluster.skip_final_snapshot":                                      deletion,
		"aws_launch_configuration.metadata_options.http_tokens":                    "a launch configuration cannot be changed: move the group to a launch template",
		"aws_elasticache_replication_group.replicas_per_node_group":                "a group with shards is changed by hand: AWS does not switch its failover back",
		"aws_elasticache_replication_group.node_group_configuration.replica_count": "a group with shards is changed by hand: AWS does not switch its failover back",
		"+aws_iam_role": "in an account AWS Backup works with its own role", "+aws_iam_role_policy_attachment": "in an account AWS Backup works with its own role",
		"terraform_backend.use_lockfile":                                                         "it is a setting of Terraform, not of the account",
		"github_branch_protection.enforce_admins":                                                "it is a setting of GitHub, not of AWS",
		"github_branch_protection.required_pull_request_reviews.required_approving_review_count": "it is a setting of GitHub, not of AWS",
	}
}
