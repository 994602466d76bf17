package cost

import "strings"

// Trails, recorders, detectors and backups. Source: aws.amazon.com/cloudtrail/pricing, aws.amazon.com/config/pricing,
// aws.amazon.com/guardduty/pricing, aws.amazon.com/backup/pricing.
func governanceServices() []service {
	return append([]service{
		{Type: "aws_cloudtrail", Price: trail, Usage: []Param{
			none("monthly_additional_management_events", "management events of a second and later trail"),
			requestsField("monthly_data_events", "data events"), figures("monthly_insight_events", "management events that Insights looks at", 1e5, 1e6, 1e7, "assumed"),
		}},
		{Type: "aws_cloudtrail_event_data_store", Price: func(b *bill) { b.used("ingestion", "cloudtrail.lake.ingestion_1y", "monthly_data_ingested_gb") }, Usage: []Param{
			figures("monthly_data_ingested_gb", "GB of events", 1, 10, 100, "assumed")}},
		{Type: "aws_config_configuration_recorder", Price: recorder, Usage: []Param{
			figures("monthly_config_items", "configuration items", 500, 5000, 50000, "assumed"), none("monthly_custom_config_items", "custom configuration items"),
		}},
		{Type: "aws_config_config_rule", Price: func(b *bill) { b.used("evaluations", "config.rule_evaluations", "monthly_rule_evaluations") }, Usage: ruleUsage()},
		{Type: "aws_config_organization_managed_rule", Price: func(b *bill) { b.used("evaluations", "config.rule_evaluations", "monthly_rule_evaluations") }, Usage: ruleUsage()},
		{Type: "aws_config_organization_custom_rule", Price: func(b *bill) { b.used("evaluations", "config.rule_evaluations", "monthly_rule_evaluations") }, Usage: ruleUsage()},
		{Type: "aws_config_conformance_pack", Price: func(b *bill) {
			b.used("evaluations", "config.conformance_pack_evaluations", "monthly_rule_evaluations")
		}, Usage: ruleUsage()},
		{Type: "aws_guardduty_detector", Price: detector, Usage: []Param{
			figures("monthly_cloudtrail_events", "management events analysed", 1e5, 1e6, 1e7, "assumed"),
		}},
		{Type: "aws_guardduty_detector_feature", Price: detectorFeature, Usage: []Param{figures("monitored_vcpus", "vCPUs that runtime monitoring covers", 4, 16, 64, "assumed")}},
		{Type: "aws_backup_vault", Price: backupVault, Usage: backupUsage()},
		{Type: "aws_backup_logically_air_gapped_vault", Unpriced: "what it keeps of each kind is not in usage files yet"},
		{Type: "aws_accessanalyzer_analyzer", Price: analyzer},
		{Type: "aws_budgets_budget_action", Unpriced: "two budgets with actions of an account are free, each further one is charged by the day, and is not in the catalogue", Global: true},
		{Type: "aws_cloudformation_stack", Unpriced: "what its template makes is charged, and is not read"},
		{Type: "aws_cloudformation_stack_set", Unpriced: "what its template makes is charged, and is not read"},
		{Type: "aws_cloudformation_stack_set_instance", Free: "see its stack set"},
		{Type: "aws_dlm_lifecycle_policy", Price: func(b *bill) { b.used("snapshots", "ebs.snapshot.storage", "storage_gb") }, Usage: []Param{
			storedField("storage_gb", "GB that the snapshots of the policy keep")}},
		{Type: "aws_securityhub_account", Unpriced: "Security Hub is charged by checks, and is not in the catalogue"},
		{Type: "aws_securityhub_standards_subscription", Unpriced: "Security Hub is charged by checks, and is not in the catalogue"},
		{Type: "aws_inspector2_enabler", Unpriced: "Inspector is charged by what it scans, and is not in the catalogue"},
		{Type: "aws_macie2_account", Unpriced: "Macie is charged by buckets and GB, and is not in the catalogue"},
	}, settings("a setting; what it keeps is charged by the vault, trail or recorder", `
		aws_account aws_iam_credential_report aws_rds_export_task aws_backup_protected_resource aws_backup_recovery_point aws_backup_plan aws_backup_selection aws_backup_vault_lock_configuration aws_backup_vault_policy aws_backup_vault_notifications
		aws_backup_region_settings aws_backup_global_settings aws_config_configuration_recorder_status aws_config_delivery_channel
		aws_config_configuration_aggregator aws_config_aggregate_authorization aws_config_remediation_configuration aws_config_retention_configuration
		aws_guardduty_filter aws_guardduty_ipset aws_guardduty_member aws_guardduty_organization_admin_account aws_guardduty_organization_configuration
		aws_guardduty_organization_configuration_feature aws_guardduty_publishing_destination aws_guardduty_threatintelset aws_guardduty_invite_accepter
		aws_securityhub_member aws_securityhub_invite_accepter aws_securityhub_finding_aggregator aws_securityhub_organization_admin_account
		aws_budgets_budget aws_ce_anomaly_monitor aws_ce_anomaly_subscription aws_resourcegroups_group aws_ec2_tag aws_rolesanywhere_profile aws_rolesanywhere_trust_anchor aws_account_alternate_contact
		aws_account_primary_contact aws_ram_resource_share aws_ram_resource_association aws_ram_principal_association
	 aws_codestarconnections_connection aws_servicequotas_service_quota`)...)
}

func ruleUsage() []Param {
	return []Param{figures("monthly_rule_evaluations", "rule evaluations", 1000, 10000, 100000, "assumed")}
}

// analyzer: what looks for access from outside is free.
// Source: aws.amazon.com/iam/access-analyzer/pricing.
func analyzer(b *bill) {
	kind := b.at("type").orText("ACCOUNT")
	switch {
	case !kind.known():
		b.unpriced("analyzer", kind.missing())
	case strings.Contains(kind.text(), "ACCESS"):
		b.unpriced("analyzer", "analyzers of unused and of internal access are charged by roles, users or resources, and are not in the catalogue")
	default:
		b.out.Free, b.out.Why = true, "analyzers of access from outside are free of charge (aws.amazon.com/iam/access-analyzer/pricing)"
	}
}

// trail: the first copy of management events is free.
func trail(b *bill) {
	b.extra("management events of further trails", "cloudtrail.management_events.additional", "monthly_additional_management_events")
	if len(b.blocks("event_selector.data_resource"))+len(b.blocks("advanced_event_selector")) > 0 {
		b.used("data events", "cloudtrail.data_events", "monthly_data_events")
	}
	if len(b.blocks("insight_selector")) > 0 {
		b.used("Insights", "cloudtrail.insights_events", "monthly_insight_events")
	}
	if len(b.out.Lines)+len(b.out.Unpriced) == 0 {
		b.out.Free, b.out.Why = true, "the first copy of management events is free of charge (aws.amazon.com/cloudtrail/pricing); what it writes is charged by the bucket"
	}
}

// recorder: items recorded daily cost four times those recorded when they change.
func recorder(b *bill) {
	meter := "config.item_recorded"
	mode := b.at("recording_mode[0].recording_frequency")
	if mode.open() && mode.why != computedWhy {
		b.unpriced("configuration items", mode.missing())
		return
	}
	if mode.is("DAILY") {
		meter = "config.item_recorded_daily"
	}
	b.used("configuration items", meter, "monthly_config_items")
	b.extra("custom items", "config.item_recorded_custom", "monthly_custom_config_items")
}

// detector is charged by what it analyses: events of CloudTrail, and logs of the network and of buckets, which the catalogue does not have.
func detector(b *bill) {
	if b.at("enable").is("false") {
		b.out.Free, b.out.Why = true, "it is not enabled"
		return
	}
	b.used("management events", "guardduty.cloudtrail_events", "monthly_cloudtrail_events")
	b.unpriced("flow logs and DNS logs", "their price by GB is not in the catalogue")
}

func detectorFeature(b *bill) {
	name := b.at("name")
	if b.at("status").is("DISABLED") {
		b.out.Free, b.out.Why = true, "it is disabled"
		return
	}
	switch name.text() {
	case "RUNTIME_MONITORING", "EKS_RUNTIME_MONITORING":
		b.used("runtime monitoring", "guardduty.runtime.ec2", "monitored_vcpus")
	default:
		b.unpriced("feature "+name.text(), "its price is not in the catalogue")
	}
}

// backups lists what a vault keeps: usage field and meter.
var backups = [][3]string{
	{"EFS, warm", "backup.efs.warm", "monthly_efs_warm_backup_gb"}, {"EFS, cold", "backup.efs.cold", "monthly_efs_cold_backup_gb"},
	{"EFS, restored warm", "backup.efs.restore.warm", "monthly_efs_warm_restore_gb"}, {"EFS, restored cold", "backup.efs.restore.cold", "monthly_efs_cold_restore_gb"},
	{"EFS, items restored", "backup.efs.item_restore", "monthly_efs_item_restore_requests"}, {"volumes", "ebs.snapshot.storage", "monthly_ebs_snapshot_gb"},
	{"DynamoDB, warm", "backup.dynamodb.warm", "monthly_dynamodb_backup_gb"}, {"DynamoDB, cold", "backup.dynamodb.cold", "monthly_dynamodb_cold_backup_gb"},
	{"DynamoDB, restored", "backup.dynamodb.restore.warm", "monthly_dynamodb_restore_gb"}, {"S3, warm", "backup.s3.warm", "monthly_s3_backup_gb"},
	{"S3, restored", "backup.s3.restore.warm", "monthly_s3_restore_gb"}, {"databases", "rds.backup.storage", "monthly_rds_snapshot_gb"},
	{"Aurora", "rds.backup.storage", "monthly_aurora_snapshot_gb"}, {"copies to another region", "backup.cross_region_transfer", "monthly_cross_region_gb"},
}

func backupUsage() []Param {
	out := make([]Param, 0, len(backups))
	for _, m := range backups {
		if m[2] == "monthly_ebs_snapshot_gb" || m[2] == "monthly_rds_snapshot_gb" {
			out = append(out, storedField(m[2], "GB kept"))
			continue
		}
		out = append(out, none(m[2], "GB, or requests"))
	}
	return out
}

// backupVault shows what is given; without any, disks and databases, which most plans back up.
func backupVault(b *bill) {
	some := false
	for _, m := range backups {
		q, ok := b.given(m[2])
		some = some || ok
		if ok && q.IsPositive() {
			b.add(charge{label: m[0], meter: m[1], attrs: backupEngine(m[2]), quantity: q, usage: m[2], once: true})
		}
	}
	if some {
		return
	}
	for _, m := range backups {
		if m[2] == "monthly_ebs_snapshot_gb" || m[2] == "monthly_rds_snapshot_gb" {
			b.used(m[0], m[1], m[2], backupEngine(m[2])...)
		}
	}
}

func backupEngine(field string) []string {
	switch field {
	case "monthly_rds_snapshot_gb":
		return []string{"engine", "non-Aurora"}
	case "monthly_aurora_snapshot_gb":
		return []string{"engine", "Aurora MySQL"}
	}
	return nil
}
