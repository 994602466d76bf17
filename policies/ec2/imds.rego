# METADATA
# title: Instances require IMDSv2
# description: >-
#   Reads metadata_options. Fails when http_tokens is not required; unset is read as optional, the documented default, although an image may say
#   otherwise. Passes when the metadata service is off, or when the account's defaults of the same root and provider require tokens. An instance that
#   takes its options from a launch template, and has none of its own, is judged there.
# custom:
#   control: [CMP-IMDS-001]
#   requirement: [RA-60]
#   judges: aws_instance
#   severity: high
#   pillar: [security]
#   disruption: none
#   remediation: >-
#     Set metadata_options { http_tokens = "required" }, after checking that the software on the machine speaks IMDSv2.
#   equivalents:
#     prowler: [ec2_instance_imdsv2_enabled, ec2_launch_template_imdsv2_required]
#     checkov: [CKV_AWS_79]
#     trivy: [AVD-AWS-0028, AVD-AWS-0130]
#     security_hub: [EC2.8, AutoScaling.3, EC2.170]
#     aws_config: [EC2_IMDSV2_CHECK]
#   example: |
#     resource "aws_instance" "web" {
#       ami           = "ami-1"
#       instance_type = "t3.small"
#     }
package ec2.imds

judged contains i if {
	some i, x in input.aws_instance
	x.launch_template == []
}

judged contains i if {
	some i, x in input.aws_instance
	some _ in x.metadata_options
}

safe contains i if {
	some i, x in input.aws_instance
	some o in x.metadata_options
	o.http_tokens == "required"
}

safe contains i if {
	some i, x in input.aws_instance
	some o in x.metadata_options
	o.http_endpoint == "disabled"
}

# The account's defaults count where the resource says nothing.
safe contains i if {
	some i, x in input.aws_instance
	x.metadata_options == []
	some d in x._to.account_defaults
	input.aws_ec2_instance_metadata_defaults[d].http_tokens == "required"
}

deny contains {"at": i, "attribute": "metadata_options", "message": "the metadata service answers without a token"} if {
	some i in judged
	not safe[i]
}

fix contains {"at": i, "op": "set", "address": x._address, "path": "metadata_options[0].http_tokens", "value": "required"} if {
	some i in judged
	x := input.aws_instance[i]
	not safe[i]
}
