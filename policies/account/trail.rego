# METADATA
# title: The account has a trail that covers all regions
# description: >-
#   Reads the trails that write down what happens in an account, its own and the organization's. Fails when none of them covers all regions, is running, validates its log
#   files and records management events. Undecided when trails could not be read. Single trails are judged by cloudtrail.multi_region. Code has no such fact.
# custom:
#   control: [FND-AUDIT-001]
#   requirement: [RA-95, RA-02]
#   judges: aws_account
#   severity: high
#   pillar: [security, operations]
#   remediation: >-
#     Create an organization trail for all regions with log file validation, in a bucket of the log account.
#   links:
#     - https://docs.aws.amazon.com/awscloudtrail/latest/userguide/creating-trail-organization.html
#   equivalents:
#     prowler: [cloudtrail_multi_region_enabled, cloudtrail_log_file_validation_enabled]
#     checkov: [CKV_AWS_67, CKV_AWS_36]
#     trivy: [AVD-AWS-0014, AVD-AWS-0016]
#     security_hub: [CloudTrail.1, CloudTrail.4]
#     aws_config: [MULTI_REGION_CLOUD_TRAIL_ENABLED, CLOUD_TRAIL_LOG_FILE_VALIDATION_ENABLED]
#     well_architected: [SEC04-BP01]
#   example: |
#     resource "aws_account" "shop" {
#       account_id = "111111111111"
#     }
package account.trail

judged contains i if some i, _ in input.aws_account

# Trails that record management events.
records contains t if {
	some t, trail in input.aws_cloudtrail
	trail.event_selector == []
	trail.advanced_event_selector == []
}

records contains t if {
	some t, trail in input.aws_cloudtrail
	some s in trail.event_selector
	s.include_management_events == true
}

records contains t if {
	some t, trail in input.aws_cloudtrail
	some s in trail.advanced_event_selector
	some f in s.field_selector
	f.field == "eventCategory"
	some v in f.equals
	v == "Management"
}

covered contains i if {
	some i, a in input.aws_account
	some t in a._from["aws_cloudtrail.account"]
	trail := input.aws_cloudtrail[t]
	trail.is_multi_region_trail == true
	trail.enable_logging == true
	trail.enable_log_file_validation == true
	records[t]
}

deny contains {"at": i, "attribute": "", "message": "no trail covers all its regions"} if {
	some i in judged
	not covered[i]
}
