# METADATA
# title: A search domain is in a VPC, encrypted, and speaks TLS 1.2
# description: >-
#   Reads vpc_options, encrypt_at_rest, node_to_node_encryption and domain_endpoint_options. Fails when the
#   domain is not in a VPC, when an encryption is off (not set means off), when plain HTTP is accepted, or
#   when the TLS policy accepts TLS 1.0. Undecided when a setting is not known; AWS chooses a TLS policy
#   that is not set.
# custom:
#   control: [SRCH-SEC-001]
#   judges: aws_opensearch_domain
#   requirement: [RA-60, RA-22]
#   severity: high
#   non_production: same
#   pillar: [security]
#   disruption: none
#   remediation: >-
#     Put the domain into subnets of the VPC (a new domain: the choice is made on creation), enable
#     encrypt_at_rest and node_to_node_encryption, and set enforce_https = true with tls_security_policy =
#     "Policy-Min-TLS-1-2-2019-07".
#   equivalents:
#     prowler:
#       - opensearch_service_domains_not_publicly_accessible
#       - opensearch_service_domains_https_communications_enforced
#     checkov:
#       - CKV_AWS_137
#       - CKV_AWS_83
#     trivy:
#       - AVD-AWS-0046
#       - AVD-AWS-0048
#       - AVD-AWS-0043
#     security_hub:
#       - Opensearch.1
#       - Opensearch.2
#       - Opensearch.8
#     aws_config:
#       - OPENSEARCH_IN_VPC_ONLY
#       - OPENSEARCH_HTTPS_REQUIRED
#   example: |
#     resource "aws_opensearch_domain" "main" {
#       domain_name    = "shop"
#       engine_version = "OpenSearch_2.11"
#       vpc_options {
#         subnet_ids = ["subnet-1"]
#       }
#       encrypt_at_rest {
#         enabled = true
#       }
#       node_to_node_encryption {
#         enabled = true
#       }
#       domain_endpoint_options {
#         enforce_https       = false
#         tls_security_policy = "Policy-Min-TLS-1-2-2019-07"
#       }
#     }
package opensearch.security

judged contains i if some i, _ in input.aws_opensearch_domain

inside contains i if {
	some i, d in input.aws_opensearch_domain
	some _ in d.vpc_options
}

deny contains {"at": i, "attribute": "vpc_options", "message": "its endpoint is on the internet"} if {
	some i in judged
	not inside[i]
}

deny contains {"at": i, "attribute": "encrypt_at_rest[0].enabled", "message": "the index is not encrypted on disk"} if {
	some i in judged
	some e in input.aws_opensearch_domain[i].encrypt_at_rest
	e.enabled == false
}

deny contains {"at": i, "attribute": "node_to_node_encryption[0].enabled", "message": "nodes talk to each other without TLS"} if {
	some i in judged
	some e in input.aws_opensearch_domain[i].node_to_node_encryption
	e.enabled == false
}

deny contains {"at": i, "attribute": "domain_endpoint_options[0].enforce_https", "message": "plain HTTP is accepted"} if {
	some i in judged
	some e in input.aws_opensearch_domain[i].domain_endpoint_options
	e.enforce_https == false
}

deny contains {"at": i, "attribute": "domain_endpoint_options[0].tls_security_policy", "message": "TLS 1.0 is accepted"} if {
	some i in judged
	some e in input.aws_opensearch_domain[i].domain_endpoint_options
	startswith(e.tls_security_policy, "Policy-Min-TLS-1-0-")
}

fix contains {"at": i, "op": "set", "address": d._address, "path": "domain_endpoint_options[0].enforce_https", "value": true} if {
	some i in judged
	d := input.aws_opensearch_domain[i]
	some e in d.domain_endpoint_options
	e.enforce_https == false
}

fix contains {"at": i, "op": "set", "address": d._address, "path": "domain_endpoint_options[0].tls_security_policy", "value": "Policy-Min-TLS-1-2-2019-07"} if {
	some i in judged
	d := input.aws_opensearch_domain[i]
	some e in d.domain_endpoint_options
	startswith(e.tls_security_policy, "Policy-Min-TLS-1-0-")
}
