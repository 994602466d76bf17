# METADATA
# title: Repository is private
# description: >-
#   Reads the repository policy. Fails when a statement allows everybody (principal *) without a condition.
# custom:
#   control: [REG-SEC-001]
#   requirement: [RA-76]
#   judges: aws_ecr_repository
#   severity: medium
#   pillar: [security, cost]
#   remediation: >-
#     Name the accounts that may pull, or add a condition on aws:PrincipalOrgID.
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
#     resource "aws_ecr_repository_policy" "p" {
#       repository = aws_ecr_repository.web.name
#       policy = jsonencode({
#         Statement = [{ Effect = "Allow", Action = "ecr:BatchGetImage", Principal = "*" }]
#       })
#     }
package ecr.private

judged contains i if {
	some i, _ in input.aws_ecr_repository
}

deny contains {"at": i, "attribute": "name", "message": "the repository policy lets everybody in"} if {
	some i in judged
	some p in input.aws_ecr_repository[i]._from["aws_ecr_repository_policy.repository"]
	some s in input.aws_ecr_repository_policy[p]._documents.policy.statement
	s.effect == "Allow"
	s.condition == []
	some w in s.principals
	some id in w.identifiers
	id == "*"
}
