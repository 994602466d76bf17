# METADATA
# title: A search domain has three dedicated masters
# description: >-
#   Reads cluster_config. Fails when dedicated masters are off, which is the default, or when their number
#   is not odd and at least the parameter masters: two or one lose the quorum. Passes with Multi-AZ with
#   standby, which brings them. Undecided when a setting is not known.
# custom:
#   control: [SRCH-MASTER-001]
#   judges: aws_opensearch_domain
#   requirement: [RA-58]
#   severity: medium
#   non_production: skip
#   pillar: [reliability]
#   parameters:
#     masters: {default: 3, description: "dedicated masters, at least"}
#   remediation: >-
#     Set dedicated_master_enabled = true and dedicated_master_count = 3 with a dedicated_master_type.
#   equivalents:
#     prowler:
#       - opensearch_service_domains_fault_tolerant_master_nodes
#     checkov:
#       - CKV_AWS_318
#       - CKV2_AWS_59
#     security_hub:
#       - ES.7
#     aws_config:
#       - OPENSEARCH_PRIMARY_NODE_FAULT_TOLERANCE
#   example: |
#     resource "aws_opensearch_domain" "main" {
#       domain_name    = "shop"
#       engine_version = "OpenSearch_2.11"
#       cluster_config {
#         instance_count = 3
#         zone_awareness_enabled = true
#         dedicated_master_enabled = false
#         dedicated_master_count = 2
#         zone_awareness_config {
#           availability_zone_count = 3
#         }
#       }
#     }
package opensearch.masters

judged contains i if some i, _ in input.aws_opensearch_domain

masters := data.parameters.opensearch.masters.masters

deny contains {"at": i, "attribute": "cluster_config[0].dedicated_master_enabled", "message": "no dedicated masters"} if {
	some i in judged
	some c in input.aws_opensearch_domain[i].cluster_config
	c.multi_az_with_standby_enabled == false
	c.dedicated_master_enabled == false
}

deny contains {"at": i, "attribute": "cluster_config[0].dedicated_master_count", "message": "the number of dedicated masters is not set"} if {
	some i in judged
	some c in input.aws_opensearch_domain[i].cluster_config
	c.multi_az_with_standby_enabled == false
	c.dedicated_master_enabled == true
	c.dedicated_master_count == null
}

deny contains {"at": i, "attribute": "cluster_config[0].dedicated_master_count", "message": sprintf("%d dedicated masters: not an odd number from %d", [n, masters])} if {
	some i in judged
	some c in input.aws_opensearch_domain[i].cluster_config
	c.multi_az_with_standby_enabled == false
	c.dedicated_master_enabled == true
	n := c.dedicated_master_count
	n * (n % 2) < masters # an even number counts as none
}
