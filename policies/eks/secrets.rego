# METADATA
# title: Secrets are encrypted with a key of your own
# description: >-
#   Reads encryption_config. Fails when no customer key encrypts secrets. Undecided when it is not known.
# custom:
#   control: [EKS-SEC-001]
#   requirement: [RA-89, RA-60]
#   judges: aws_eks_cluster
#   severity: medium
#   non_production: lower
#   pillar: [security]
#   remediation: >-
#     Add encryption_config { resources = ["secrets"], provider { key_arn } }; live: `aws eks
#     associate-encryption-config --cluster-name NAME --encryption-config
#     '[{"resources":["secrets"],"provider":{"keyArn":"ARN"}}]'`. AWS cannot take it back, and who deletes the
#     key loses the cluster: choose the key with care.
#   equivalents:
#     prowler: [eks_cluster_kms_cmk_encryption_in_secrets_enabled]
#     checkov: [CKV_AWS_58]
#     trivy: [AVD-AWS-0039]
#     security_hub: [EKS.3]
#     aws_config: [EKS_SECRETS_ENCRYPTED]
#     kubescape: [C-0066]
#   example: |
#     resource "aws_eks_cluster" "shop" {
#       name     = "shop"
#       role_arn = "arn:aws:iam::111111111111:role/eks"
#       version  = "1.35"
#       vpc_config {
#         subnet_ids = [aws_subnet.a.id, aws_subnet.b.id]
#       }
#     }
package eks.secrets

judged contains i if {
	some i, _ in input.aws_eks_cluster
}

enveloped contains i if {
	some i, x in input.aws_eks_cluster
	some e in x.encryption_config
	some r in e.resources
	r == "secrets"
}

deny contains {"at": i, "attribute": "encryption_config", "message": "secrets are not encrypted with a key of yours"} if {
	some i in judged
	not enveloped[i]
}
