# METADATA
# title: Kubernetes version is in standard support
# description: >-
#   Reads version against the dated table of EKS versions. Fails when standard support has ended and extended support, which costs six times as much, has
#   not. Undecided when version is not set.
# custom:
#   control: [EKS-VER-001]
#   requirement: [RA-46]
#   judges: aws_eks_cluster
#   severity: medium
#   pillar: [security, operations]
#   remediation: >-
#     Upgrade one minor version at a time, control plane first, then add-ons and nodes. `aws eks list-insights --cluster-name NAME` says what an upgrade
#     would break; `aws eks update-cluster-version --name NAME --kubernetes-version 1.N` does one step. AWS never goes back to an older version.
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
#       version = "1.32"
#       vpc_config {
#         subnet_ids = [aws_subnet.a.id, aws_subnet.b.id]
#       }
#     }
package eks.extended_support

# Not supported at all any more: eks.version.
over contains i if {
	some i, x in input.aws_eks_cluster
	data.tables.eks_versions.versions[x.version].extended < data.today
}

over contains i if {
	some i, x in input.aws_eks_cluster
	to_number(split(x.version, ".")[1]) < data.tables.eks_versions.oldest_minor
}

judged contains i if {
	some i, _ in input.aws_eks_cluster
	not over[i]
}

deny contains {"at": i, "attribute": "version", "message": sprintf("Kubernetes %s is in extended support until %s", [x.version, v.extended])} if {
	some i in judged
	x := input.aws_eks_cluster[i]
	v := data.tables.eks_versions.versions[x.version]
	v.standard < data.today
}
