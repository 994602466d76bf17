# METADATA
# title: Secrets are enveloped and the audit log is kept
# description: >-
#   Reads encryption_config and enabled_cluster_log_types. Fails when no customer key encrypts secrets, or when the api or the audit log is off.
# custom:
#   control: [EKS-SEC-001]
#   requirement: [RA-89, RA-60]
#   judges: aws_eks_cluster
#   severity: medium
#   non_production: lower
#   pillar: [security]
#   remediation: >-
#     Add encryption_config { resources = ["secrets"], provider { key_arn } } and enabled_cluster_log_types = ["api", "audit", "authenticator"].
#   equivalents:
#     prowler: [eks_cluster_kms_cmk_encryption_in_secrets_enabled, eks_control_plane_logging_all_types_enabled]
#     checkov: [CKV_AWS_58, CKV_AWS_37]
#     trivy: [AVD-AWS-0039, AVD-AWS-0038]
#     security_hub: [EKS.3, EKS.8]
#     aws_config: [EKS_SECRETS_ENCRYPTED, EKS_CLUSTER_LOGGING_ENABLED]
#     kubescape: [C-0066, C-0067]
#   example: |
#     resource "aws_eks_cluster" "shop" {
#       name     = "shop"
#       role_arn = "arn:aws:iam::111111111111:role/eks"
#       version  = "1.35"
#       vpc_config {
#         subnet_ids = [aws_subnet.a.id, aws_subnet.b.id]
#       }
#       enabled_cluster_log_types = ["api", "audit"]
#     }
package eks.secrets_and_audit

judged contains i if {
	some i, _ in input.aws_eks_cluster
}

enveloped contains i if {
	some i, x in input.aws_eks_cluster
	some e in x.encryption_config
	some r in e.resources
	r == "secrets"
}

logs contains [i, t] if {
	some i, x in input.aws_eks_cluster
	some t in x.enabled_cluster_log_types
}

deny contains {"at": i, "attribute": "encryption_config", "message": "secrets are not encrypted with a key of yours"} if {
	some i in judged
	not enveloped[i]
}

deny contains {"at": i, "attribute": "enabled_cluster_log_types", "message": "the audit log is off"} if {
	some i in judged
	not logs[[i, "audit"]]
}

deny contains {"at": i, "attribute": "enabled_cluster_log_types", "message": "the api log is off"} if {
	some i in judged
	logs[[i, "audit"]]
	not logs[[i, "api"]]
}
