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
#   disruption: none
#   remediation: >-
#     Create an organization trail for all regions with log file validation, in a bucket of the log account. plumb plan proposes a trail of the
#     account where one bucket alone lets CloudTrail write to it.
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

# Its own trails: that of an organization is changed in the account which owns it.
own contains t if {
	some t, trail in input.aws_cloudtrail
	trail.is_organization_trail == false
}

# The one trail that there is records everything, and only has to be told to.
only contains t if {
	count(own) == 1
	some t in own & records
}

fix contains {"at": i, "op": "set", "address": t._address, "path": path, "value": true} if {
	some i in judged
	not covered[i]
	some k in input.aws_account[i]._from["aws_cloudtrail.account"]
	only[k]
	t := input.aws_cloudtrail[k]
	some path in off[k]
}

# What a trail could record and does not.
off[k] contains "is_multi_region_trail" if {
	some k, t in input.aws_cloudtrail
	t.is_multi_region_trail == false
}

off[k] contains "enable_log_file_validation" if {
	some k, t in input.aws_cloudtrail
	t.enable_log_file_validation == false
}

off[k] contains "enable_logging" if {
	some k, t in input.aws_cloudtrail
	t.enable_logging == false
}

# Buckets whose policy lets any trail write to them.
takes contains b if {
	some b, bucket in input.aws_s3_bucket
	some p in bucket._from["aws_s3_bucket_policy.bucket"]
	some k, s in input.aws_s3_bucket_policy[p]._documents.policy.statement
	s.effect == "Allow"
	some principal in s.principals
	some id in principal.identifiers
	id == "cloudtrail.amazonaws.com"
	some action in s.actions
	lower(action) == "s3:putobject"
	not bound[[p, k]]
}

# Statements for one trail alone.
bound contains [p, k] if {
	some p, x in input.aws_s3_bucket_policy
	some k, s in x._documents.policy.statement
	some c in s.condition
	lower(c.variable) == "aws:sourcearn"
}

fix contains {
	"at": i,
	"op": "create",
	"type": "aws_cloudtrail",
	"name": "main",
	"values": {
		"name": "main",
		"s3_bucket_name": {"_ref": input.aws_s3_bucket[b]._address, "attribute": "bucket"},
		"is_multi_region_trail": true,
		"include_global_service_events": true,
		"enable_log_file_validation": true,
		"enable_logging": true,
		"account": input.aws_account[i].account_id,
	},
} if {
	some i in judged
	not covered[i]
	count(input.aws_account[i]._from["aws_cloudtrail.account"]) == 0
	count(takes) == 1
	some b in takes
}
