# METADATA
# title: Images are scanned
# description: >-
#   Reads scan_on_push and the registry's scanning rules of the same root and provider. Fails when images are scanned by neither. The filters of the rules
#   are not read.
# custom:
#   control: [REG-SEC-001]
#   requirement: [RA-76]
#   judges: aws_ecr_repository
#   severity: medium
#   pillar: [security, cost]
#   disruption: none
#   remediation: >-
#     Set image_scanning_configuration { scan_on_push = true }, or enhanced scanning for the registry.
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
package ecr.scanned

judged contains i if {
	some i, _ in input.aws_ecr_repository
}

scanned contains i if {
	some i, r in input.aws_ecr_repository
	some s in r.image_scanning_configuration
	s.scan_on_push == true
}

scanned contains i if {
	some i, r in input.aws_ecr_repository
	some g in r._to.registry
	some _ in input.aws_ecr_registry_scanning_configuration[g].rule
}

deny contains {"at": i, "attribute": "image_scanning_configuration", "message": "images are not scanned for known holes"} if {
	some i in judged
	not scanned[i]
}

fix contains {"at": i, "op": "set", "address": r._address, "path": "image_scanning_configuration[0].scan_on_push", "value": true} if {
	some i in judged
	r := input.aws_ecr_repository[i]
	not scanned[i]
}
