# METADATA
# title: Cluster endpoint is not open to the world
# description: >-
#   Reads endpoint_public_access (default true) and public_access_cidrs (default 0.0.0.0/0). Fails when the public endpoint answers everybody.
# custom:
#   control: [EKS-API-001]
#   requirement: [RA-89]
#   judges: aws_eks_cluster
#   severity: high
#   non_production: lower
#   pillar: [security]
#   disruption: brief
#   remediation: >-
#     Set endpoint_private_access = true and endpoint_public_access = false, or list your own networks in public_access_cidrs.
#     Without the public endpoint kubectl and CI reach the cluster from its network only (VPN, peering, a runner inside).
#   equivalents:
#     prowler: [eks_cluster_not_publicly_accessible]
#     checkov: [CKV_AWS_38, CKV_AWS_39]
#     trivy: [AVD-AWS-0040, AVD-AWS-0041]
#     security_hub: [EKS.1]
#     aws_config: [EKS_ENDPOINT_NO_PUBLIC_ACCESS]
#     kubescape: [C-0247]
#   example: |
#     resource "aws_eks_cluster" "shop" {
#       name     = "shop"
#       role_arn = "arn:aws:iam::111111111111:role/eks"
#       version  = "1.35"
#       vpc_config {
#         subnet_ids = ["subnet-1", "subnet-2"]
#
#       }
#     }
package eks.public_endpoint

judged contains i if {
	some i, _ in input.aws_eks_cluster
}

deny contains {"at": i, "attribute": "vpc_config", "message": "anybody can reach the Kubernetes API"} if {
	some i in judged
	some v in input.aws_eks_cluster[i].vpc_config
	v.endpoint_public_access == true
	some c in v.public_access_cidrs
	c in {"0.0.0.0/0", "::/0"}
}

# The way inside is opened with it, or nothing could reach the cluster.
fix contains {"at": i, "op": "set", "address": x._address, "path": sprintf("vpc_config[0].%s", [name]), "value": value} if {
	some i in judged
	x := input.aws_eks_cluster[i]
	some v in x.vpc_config
	v.endpoint_public_access == true
	some c in v.public_access_cidrs
	c in {"0.0.0.0/0", "::/0"}
	some name, value in {"endpoint_private_access": true, "endpoint_public_access": false}
	v[name] != value
}
