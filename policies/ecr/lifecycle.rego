# METADATA
# title: Old images are removed
# description: >-
#   Looks for an aws_ecr_lifecycle_policy of the repository. Fails when there is none. Undecided when a policy's repository is not known.
# custom:
#   control: [REG-SEC-001]
#   requirement: [RA-76]
#   judges: aws_ecr_repository
#   severity: medium
#   pillar: [security, cost]
#   disruption: data
#   remediation: >-
#     Add an aws_ecr_lifecycle_policy that expires untagged images and keeps the last releases. Who deploys
#     images by digest, without a tag, says in the policy how long those are kept.
#   equivalents:
#     prowler: ["ecr_repositories_scan_images_on_push_enabled (deprecated upstream)", ecr_repositories_not_publicly_accessible, ecr_repositories_lifecycle_policy_enabled]
#     checkov: [CKV_AWS_163, CKV_AWS_32]
#     trivy: [AVD-AWS-0030, AVD-AWS-0032]
#     security_hub: [ECR.1, ECR.3]
#     aws_config: [ECR_PRIVATE_IMAGE_SCANNING_ENABLED, ECR_PRIVATE_LIFECYCLE_POLICY_CONFIGURED]
#   example: |
#     resource "aws_ecr_repository" "web" {
#       name = "web"
#     }
package ecr.lifecycle

judged contains i if {
	some i, _ in input.aws_ecr_repository
}

tidy contains i if {
	some i, r in input.aws_ecr_repository
	some _ in r._from["aws_ecr_lifecycle_policy.repository"]
}

deny contains {"at": i, "attribute": "name", "message": "no lifecycle policy: images are kept for ever"} if {
	some i in judged
	not tidy[i]
}

fix contains {
	"at": i,
	"op": "create",
	"type": "aws_ecr_lifecycle_policy",
	"name": r._name,
	"values": {
		"repository": {"_ref": r._address, "attribute": "name"},
		"policy": {"_json": {"rules": [{
			"rulePriority": 1,
			"description": "images without a tag go after 14 days",
			"selection": {"tagStatus": "untagged", "countType": "sinceImagePushed", "countUnit": "days", "countNumber": 14},
			"action": {"type": "expire"},
		}]}},
	},
} if {
	some i in judged
	not tidy[i]
	r := input.aws_ecr_repository[i]
}
