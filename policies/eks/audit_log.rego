# METADATA
# title: The API and audit logs of a cluster are kept
# description: >-
#   Reads enabled_cluster_log_types. Fails when the api or the audit log is off. Undecided when the list is not known.
# custom:
#   control: [EKS-SEC-001]
#   requirement: [RA-89, RA-60]
#   judges: aws_eks_cluster
#   severity: medium
#   non_production: lower
#   pillar: [security]
#   disruption: none
#   remediation: >-
#     Set enabled_cluster_log_types = ["api", "audit", "authenticator"]. CloudWatch Logs bills what is
#     written; AWS makes the log group /aws/eks/NAME/cluster without an end of retention: give it one.
#   equivalents:
#     prowler: [eks_control_plane_logging_all_types_enabled]
#     checkov: [CKV_AWS_37]
#     trivy: [AVD-AWS-0038]
#     security_hub: [EKS.8]
#     aws_config: [EKS_CLUSTER_LOGGING_ENABLED]
#     kubescape: [C-0067]
#   example: |
#     resource "aws_eks_cluster" "shop" {
#       name     = "shop"
#       role_arn = "arn:aws:iam::111111111111:role/eks"
#       version  = "1.35"
#       vpc_config {
#         subnet_ids = [aws_subnet.a.id, aws_subnet.b.id]
#       }
#     }
package eks.audit_log

judged contains i if {
	some i, _ in input.aws_eks_cluster
}

logs contains [i, t] if {
	some i, x in input.aws_eks_cluster
	some t in x.enabled_cluster_log_types
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

needed := {"api", "audit", "authenticator"}

fix contains {"at": i, "op": "set", "address": x._address, "path": "enabled_cluster_log_types", "value": sort(needed | now)} if {
	some i in judged
	x := input.aws_eks_cluster[i]
	now := {t | some t in x.enabled_cluster_log_types}
	count({"api", "audit"} - now) > 0
}
