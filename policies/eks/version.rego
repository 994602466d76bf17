# METADATA
# title: Kubernetes version is supported
# description: >-
#   Reads version against the dated table of EKS versions (data/eks_versions.json). Fails when even extended support has ended. Extended support is
#   eks.extended_support. Versions newer than the table pass. Undecided when version is not set: AWS chooses it when the cluster is created.
# custom:
#   control: [EKS-VER-001]
#   requirement: [RA-46]
#   judges: aws_eks_cluster
#   severity: high
#   pillar: [security, operations]
#   remediation: >-
#     Upgrade one minor version at a time, control plane first, then add-ons and nodes.
#   links:
#     - https://docs.aws.amazon.com/eks/latest/userguide/kubernetes-versions.html
#   equivalents:
#     prowler: [eks_cluster_uses_a_supported_version]
#     checkov: [CKV_AWS_339]
#     security_hub: [EKS.2]
#     aws_config: [EKS_CLUSTER_SUPPORTED_VERSION]
#     kubescape: [C-0273]
#   example: |
#     resource "aws_eks_cluster" "shop" {
#       name     = "shop"
#       role_arn = "arn:aws:iam::111111111111:role/eks"
#       version = "1.16"
#       vpc_config {
#         subnet_ids = [aws_subnet.a.id, aws_subnet.b.id]
#       }
#     }
package eks.version

judged contains i if {
	some i, _ in input.aws_eks_cluster
}

deny contains {"at": i, "attribute": "version", "message": sprintf("Kubernetes %s is not supported any more", [x.version])} if {
	some i in judged
	x := input.aws_eks_cluster[i]
	data.tables.eks_versions.versions[x.version].extended < data.today
}

deny contains {"at": i, "attribute": "version", "message": sprintf("Kubernetes %s is not supported any more", [x.version])} if {
	some i in judged
	x := input.aws_eks_cluster[i]
	to_number(split(x.version, ".")[1]) < data.tables.eks_versions.oldest_minor
}
