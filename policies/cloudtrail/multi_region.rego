# METADATA
# title: CloudTrail covers all regions and can be trusted
# description: >-
#   Reads each trail that records management events. Fails when it covers one region only, does not validate its log files, or is stopped. Trails for data
#   events only are not applicable. An account that has no trail in the code is not noticed; a trail of one region beside a good one is.
# custom:
#   control: [FND-AUDIT-001]
#   requirement: [RA-95, RA-02]
#   judges: aws_cloudtrail
#   severity: high
#   pillar: [security, operations]
#   disruption: none
#   remediation: >-
#     Set is_multi_region_trail, enable_log_file_validation and enable_logging to true, best on an organisation trail.
#   equivalents:
#     prowler: [cloudtrail_multi_region_enabled, cloudtrail_log_file_validation_enabled]
#     checkov: [CKV_AWS_67, CKV_AWS_36]
#     trivy: [AVD-AWS-0014, AVD-AWS-0016]
#     security_hub: [CloudTrail.1, CloudTrail.4]
#     aws_config: [MULTI_REGION_CLOUD_TRAIL_ENABLED, CLOUD_TRAIL_LOG_FILE_VALIDATION_ENABLED]
#     well_architected: [SEC04-BP01]
#   example: |
#     resource "aws_cloudtrail" "main" {
#       name           = "main"
#       s3_bucket_name = "trail"
#       is_multi_region_trail = true
#     }
package cloudtrail.multi_region

judged contains i if {
	some i, t in input.aws_cloudtrail
	t.event_selector == []
	t.advanced_event_selector == []
}

judged contains i if {
	some i, t in input.aws_cloudtrail
	some s in t.event_selector
	s.include_management_events == true
}

judged contains i if {
	some i, t in input.aws_cloudtrail
	some s in t.advanced_event_selector
	some f in s.field_selector
	f.field == "eventCategory"
	some v in f.equals
	v == "Management"
}

deny contains {"at": i, "attribute": "is_multi_region_trail", "message": "the trail covers one region only"} if {
	some i in judged
	input.aws_cloudtrail[i].is_multi_region_trail == false
}

deny contains {"at": i, "attribute": "enable_log_file_validation", "message": "changed or deleted log files go unnoticed"} if {
	some i in judged
	input.aws_cloudtrail[i].enable_log_file_validation == false
}

deny contains {"at": i, "attribute": "enable_logging", "message": "the trail is stopped"} if {
	some i in judged
	input.aws_cloudtrail[i].enable_logging == false
}

fix contains {"at": i, "op": "set", "address": t._address, "path": "is_multi_region_trail", "value": true} if {
	some i in judged
	t := input.aws_cloudtrail[i]
	t.is_multi_region_trail == false
}

fix contains {"at": i, "op": "set", "address": t._address, "path": "enable_log_file_validation", "value": true} if {
	some i in judged
	t := input.aws_cloudtrail[i]
	t.enable_log_file_validation == false
}

fix contains {"at": i, "op": "set", "address": t._address, "path": "enable_logging", "value": true} if {
	some i in judged
	t := input.aws_cloudtrail[i]
	t.enable_logging == false
}
