# METADATA
# title: A search domain survives the loss of a zone
# description: >-
#   Reads cluster_config. Fails when zone awareness is off, when there are fewer data nodes than the
#   parameter nodes, or when they cannot be shared out evenly over the zones. Passes with Multi-AZ with
#   standby. Two zones pass when the nodes are even. Undecided when a setting is not known. Domains tagged
#   Rebuildable = "true" are judged by opensearch.rebuildable_zones.
# custom:
#   control: [SRCH-AZ-001]
#   judges: aws_opensearch_domain
#   requirement: [RA-58]
#   severity: high
#   non_production: skip
#   pillar: [reliability]
#   disruption: none
#   parameters:
#     nodes: {default: 3, description: "data nodes, at least"}
#   remediation: >-
#     Set zone_awareness_enabled = true with availability_zone_count = 3 and a multiple of three data nodes,
#     in subnets of three zones; or use Multi-AZ with standby.
#   equivalents:
#     prowler:
#       - opensearch_service_domains_fault_tolerant_data_nodes
#     security_hub:
#       - Opensearch.6
#       - ES.6
#     aws_config:
#       - OPENSEARCH_DATA_NODE_FAULT_TOLERANCE
#     trusted_advisor:
#       - Amazon OpenSearch Service domains with less than three data nodes
#     well_architected:
#       - REL10-BP01
#   example: |
#     resource "aws_opensearch_domain" "main" {
#       domain_name    = "shop"
#       engine_version = "OpenSearch_2.11"
#       cluster_config {
#         instance_count = 2
#         zone_awareness_enabled = true
#         zone_awareness_config {
#           availability_zone_count = 3
#         }
#       }
#     }
package opensearch.zones

judged contains i if {
	some i, _ in input.aws_opensearch_domain
	not rebuildable[i]
}

rebuildable contains i if {
	some i, d in input.aws_opensearch_domain
	d.tags.Rebuildable == "true"
}

nodes := data.parameters.opensearch.zones.nodes

deny contains {"at": i, "attribute": "cluster_config[0].zone_awareness_enabled", "message": "all data nodes sit in one zone"} if {
	some i in judged
	some c in input.aws_opensearch_domain[i].cluster_config
	c.multi_az_with_standby_enabled == false
	c.zone_awareness_enabled == false
}

deny contains {"at": i, "attribute": "cluster_config[0].instance_count", "message": sprintf("%d of %d data nodes", [c.instance_count, nodes])} if {
	some i in judged
	some c in input.aws_opensearch_domain[i].cluster_config
	c.multi_az_with_standby_enabled == false
	c.zone_awareness_enabled == true
	c.instance_count < nodes
}

deny contains {"at": i, "attribute": "cluster_config[0].instance_count", "message": sprintf("%d data nodes are uneven over %d zones", [c.instance_count, z.availability_zone_count])} if {
	some i in judged
	some c in input.aws_opensearch_domain[i].cluster_config
	c.multi_az_with_standby_enabled == false
	c.zone_awareness_enabled == true
	c.instance_count >= nodes
	some z in c.zone_awareness_config
	c.instance_count % z.availability_zone_count != 0
}

# Outside of a VPC AWS spreads the nodes by itself; inside, the subnets of the domain say where.
inside contains i if {
	some i, d in input.aws_opensearch_domain
	some _ in d.vpc_options
}

fix contains {"at": i, "op": "set", "address": d._address, "path": "cluster_config[0].zone_awareness_enabled", "value": true} if {
	some i in judged
	not inside[i]
	d := input.aws_opensearch_domain[i]
	some c in d.cluster_config
	c.multi_az_with_standby_enabled == false
	c.zone_awareness_enabled == false
}

fix contains {"at": i, "op": "set", "address": d._address, "path": "cluster_config[0].zone_awareness_config[0].availability_zone_count", "value": 3} if {
	some i in judged
	not inside[i]
	d := input.aws_opensearch_domain[i]
	some c in d.cluster_config
	c.multi_az_with_standby_enabled == false
	c.zone_awareness_enabled == false
}

fix contains {"at": i, "op": "set", "address": d._address, "path": "cluster_config[0].instance_count", "value": needed} if {
	some i in judged
	not inside[i]
	d := input.aws_opensearch_domain[i]
	some c in d.cluster_config
	c.multi_az_with_standby_enabled == false
	c.zone_awareness_enabled == false
	needed := ceil(max([nodes, c.instance_count]) / 3) * 3
	needed != c.instance_count
}

# As many nodes in each zone.
fix contains {"at": i, "op": "set", "address": d._address, "path": "cluster_config[0].instance_count", "value": needed} if {
	some i in judged
	d := input.aws_opensearch_domain[i]
	some c in d.cluster_config
	c.multi_az_with_standby_enabled == false
	c.zone_awareness_enabled == true
	zones := max({1} | {z.availability_zone_count | some z in c.zone_awareness_config})
	needed := ceil(max([nodes, c.instance_count]) / zones) * zones
	needed != c.instance_count
}
