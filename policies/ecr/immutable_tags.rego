# METADATA
# title: Registry tags are immutable
# description: >-
#   Reads image_tag_mutability (default MUTABLE). Fails unless it is IMMUTABLE, or IMMUTABLE_WITH_EXCLUSION with filters that do not look like production
#   tags (everything, v1, prod, release, stable).
# custom:
#   control: [REG-IMM-001]
#   requirement: [RA-75]
#   judges: aws_ecr_repository
#   severity: medium
#   pillar: [operations, security]
#   disruption: none
#   remediation: >-
#     Set image_tag_mutability = "IMMUTABLE" and give each build its own tag.
#   equivalents:
#     prowler: [ecr_repositories_tag_immutability]
#     checkov: [CKV_AWS_51]
#     trivy: [AVD-AWS-0031]
#     security_hub: [ECR.2]
#     aws_config: [ECR_PRIVATE_TAG_IMMUTABILITY_ENABLED]
#   example: |
#     resource "aws_ecr_repository" "web" {
#       name = "web"
#     }
package ecr.immutable_tags

judged contains i if {
	some i, _ in input.aws_ecr_repository
}

deny contains {"at": i, "attribute": "image_tag_mutability", "message": "a tag can be moved to another image"} if {
	some i in judged
	r := input.aws_ecr_repository[i]
	not r.image_tag_mutability in {"IMMUTABLE", "IMMUTABLE_WITH_EXCLUSION"}
}

deny contains {"at": i, "attribute": "image_tag_mutability_exclusion_filter", "message": sprintf("tags like %s can be moved to another image", [f.filter])} if {
	some i in judged
	r := input.aws_ecr_repository[i]
	r.image_tag_mutability == "IMMUTABLE_WITH_EXCLUSION"
	some f in r.image_tag_mutability_exclusion_filter
	regex.match(`(?i)^([*]|v?[0-9*].*|v[*].*|.*(prod|release|stable).*)$`, f.filter)
}

fix contains {"at": i, "op": "set", "address": r._address, "path": "image_tag_mutability", "value": "IMMUTABLE"} if {
	some i in judged
	r := input.aws_ecr_repository[i]
	not r.image_tag_mutability in {"IMMUTABLE", "IMMUTABLE_WITH_EXCLUSION"}
}
