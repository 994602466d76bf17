package cost

import (
	"strings"

	"github.com/plumbline-dev/plumbline/graph"
)

// Queries, workflows, builds and transfers. Source: aws.amazon.com/athena/pricing, aws.amazon.com/glue/pricing,
// aws.amazon.com/codebuild/pricing, aws.amazon.com/managed-workflows-for-apache-airflow/pricing, aws.amazon.com/aws-transfer-family/pricing.
func analyticsServices() []service {
	return append([]service{
		{Type: "aws_athena_workgroup", Price: func(b *bill) { b.used("data scanned", "athena.data_scanned", "monthly_data_scanned_tb") }, Usage: []Param{
			figures("monthly_data_scanned_tb", "TB that queries read", 0.1, 1, 10, "assumed")}},
		{Type: "aws_glue_catalog_database", Price: glueCatalog, Usage: []Param{
			none("monthly_objects", "objects in the data catalog beyond the first million"), none("monthly_requests", "requests beyond the first million")}},
		{Type: "aws_codebuild_project", Price: codebuild, Usage: []Param{figures("monthly_build_mins", "minutes of builds", 500, 2000, 10000, "100, 400, 2,000 builds of 5 minutes")}},
		{Type: "aws_mwaa_environment", Price: mwaa, Usage: []Param{
			figures("additional_workers", "workers beyond the first, on average", 0, 1, 5, "assumed"), none("additional_schedulers", "schedulers beyond the first two"),
			figures("meta_database_gb", "GB of the metadata database", 10, 10, 10, "assumed")}},
		{Type: "aws_transfer_server", Price: transferServer, Usage: []Param{
			storedField("monthly_data_downloaded_gb", "GB downloaded"), storedField("monthly_data_uploaded_gb", "GB uploaded")}},
		{Type: "aws_glue_crawler", Unpriced: "crawlers are charged by the hour of a processing unit, and are not in the catalogue"},
		{Type: "aws_glue_job", Unpriced: "jobs are charged by the hour of a processing unit, and are not in the catalogue"},
		{Type: "aws_elastic_beanstalk_environment", Unpriced: "it makes servers and a load balancer that the code does not name"},
	}, settings("a part of a service that is charged by use elsewhere", `
		aws_athena_database aws_athena_named_query aws_athena_data_catalog aws_athena_prepared_statement aws_glue_catalog_table aws_glue_connection
		aws_glue_trigger aws_glue_workflow aws_glue_classifier aws_glue_security_configuration aws_glue_resource_policy aws_glue_partition aws_glue_registry
		aws_glue_schema aws_glue_data_catalog_encryption_settings aws_codebuild_source_credential aws_codebuild_webhook aws_codebuild_report_group
		aws_codedeploy_app aws_codedeploy_deployment_config aws_codedeploy_deployment_group aws_transfer_user aws_transfer_ssh_key aws_transfer_workflow
		aws_batch_job_definition aws_batch_job_queue aws_batch_scheduling_policy aws_elastic_beanstalk_application
		aws_elastic_beanstalk_application_version aws_elastic_beanstalk_configuration_template aws_cognito_user_pool_client aws_cognito_user_pool_domain
		aws_cognito_user_group aws_cognito_identity_provider aws_cognito_resource_server aws_cognito_identity_pool_roles_attachment aws_ses_domain_identity
		aws_ses_domain_dkim aws_ses_domain_mail_from aws_ses_email_identity aws_ses_configuration_set aws_ses_receipt_rule_set aws_ses_domain_identity_verification
		aws_lakeformation_permissions aws_lakeformation_resource aws_lakeformation_data_lake_settings aws_appconfig_application aws_appconfig_environment
		aws_imagebuilder_component aws_imagebuilder_image_recipe aws_imagebuilder_infrastructure_configuration aws_imagebuilder_distribution_configuration`)...)
}

func glueCatalog(b *bill) {
	b.used("objects", "glue.catalog.storage", "monthly_objects")
	b.used("requests", "glue.catalog.requests", "monthly_requests")
}

// codebuild charges minutes by the size of the machine and its system.
func codebuild(b *bill) {
	size, ok := b.needText("builds", "environment[0].compute_type")
	kind := b.at("environment[0].type")
	if !ok || !kind.known() {
		if ok {
			b.unpriced("builds", kind.missing())
		}
		return
	}
	os := "Linux"
	switch {
	case strings.HasPrefix(kind.text(), "WINDOWS"):
		os = "Windows"
	case kind.is("ARM_CONTAINER"):
		os = "ARM"
	case !kind.is("LINUX_CONTAINER"):
		os = kind.text()
	}
	b.used("build minutes", "codebuild.minutes", "monthly_build_mins", "compute_type", codebuildSize(size), "os", os)
}

// codebuildSize writes BUILD_GENERAL1_SMALL as general1.small.
func codebuildSize(s string) string {
	return strings.Replace(strings.ToLower(strings.TrimPrefix(s, "BUILD_")), "_", ".", 1)
}

// mwaa includes two schedulers and one worker in the price of an environment.
func mwaa(b *bill) {
	class := b.at("environment_class").orText("mw1.small")
	if class.why == computedWhy {
		class = value{v: "mw1.small", path: class.path}
	}
	if !class.known() {
		b.unpriced("environment", class.missing())
		return
	}
	size := strings.TrimPrefix(class.text(), "mw1.")
	size = strings.ToUpper(size[:1]) + size[1:]
	b.hours("environment "+class.text(), "mwaa.hours", one, "kind", "Environment", "size", size)
	b.usedTimes("additional workers", "mwaa.hours", "additional_workers", HoursPerMonth, "kind", "Worker", "size", size)
	if q, ok := b.given("additional_schedulers"); ok && q.IsPositive() {
		b.usedTimes("additional schedulers", "mwaa.hours", "additional_schedulers", HoursPerMonth, "kind", "Scheduler", "size", size)
	}
	b.used("metadata database", "mwaa.storage", "meta_database_gb")
}

// transferServer is charged for each protocol that it speaks, and by data.
func transferServer(b *bill) {
	protocols, why, ok := b.size("protocols")
	switch {
	case !ok && why != computedWhy:
		b.unpriced("protocols", "which it speaks is not known: "+why)
	case protocols == 0: // Source: Transfer API, CreateServer: SFTP when nothing is set
		b.hours("protocol SFTP", "transfer.protocol", one, "protocol", "SFTP")
	}
	for i := range protocols {
		if p := b.at(graph.Element("protocols", i)); p.known() {
			b.hours("protocol "+p.text(), "transfer.protocol", one, "protocol", p.text())
		}
	}
	b.used("downloads", "transfer.data_out", "monthly_data_downloaded_gb")
	b.used("uploads", "transfer.data_in", "monthly_data_uploaded_gb")
}
