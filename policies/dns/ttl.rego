# METADATA
# title: Records in front of things that fail over are forgotten quickly
# description: >-
#   Judges A, AAAA and CNAME records that point at a load balancer, a database, a cache or a search domain, and records with a
#   routing policy. Fails when ttl is above the limit (300 s): clients keep the old answer that long. Names of unknown kind and alias records are not judged. Undecided when ttl
#   or the target is not known.
# custom:
#   control: [DNS-TTL-001]
#   requirement: [RA-33, RA-57]
#   judges: aws_route53_record
#   severity: medium
#   pillar: [reliability]
#   disruption: none
#   parameters:
#     seconds: {default: 300, description: the longest time that an answer may be kept}
#   remediation: Set ttl = 60. Do it well before a planned failover, since the old answer is kept for the old time.
#   equivalents:
#     trusted_advisor: [Amazon Route 53 High TTL Resource Record Sets]
#   example: |
#     resource "aws_elasticache_replication_group" "sessions" {
#       replication_group_id = "sessions"
#       description          = "sessions"
#     }
#     resource "aws_route53_record" "sessions" {
#       zone_id = "Z0123456789ABCDEFGHIJ"
#       name    = "sessions"
#       type    = "CNAME"
#       ttl     = 3600
#       records = [aws_elasticache_replication_group.sessions.primary_endpoint_address]
#     }
package dns.ttl

address contains i if {
	some i, r in input.aws_route53_record
	r.type in {"A", "AAAA", "CNAME"}
	r.validates == [] # what proves a certificate points nowhere
}

judged contains i if {
	some i, r in input.aws_route53_record
	address[i]
	some value in r.records
	regex.match(`^\$\{.*\baws_(lb|alb|elb|db_instance|db_proxy|rds_cluster|rds_cluster_endpoint|docdb_cluster|neptune_cluster|elasticache_replication_group|opensearch_domain|elasticsearch_domain)\.`, value)
}

judged contains i if {
	some i, r in input.aws_route53_record
	address[i]
	some value in r.records
	regex.match(`\.(elb|rds|cache|es)(\.[a-z0-9-]+)?\.amazonaws\.com\.?$`, value)
}

judged contains i if {
	some i, r in input.aws_route53_record
	address[i]
	some _ in r.failover_routing_policy
}

judged contains i if {
	some i, r in input.aws_route53_record
	address[i]
	some _ in r.latency_routing_policy
}

judged contains i if {
	some i, r in input.aws_route53_record
	address[i]
	some _ in r.weighted_routing_policy
}

deny contains {"at": i, "attribute": "ttl", "message": sprintf("clients keep a stale answer for %d s", [r.ttl])} if {
	some i in judged
	r := input.aws_route53_record[i]
	r.ttl > data.parameters.dns.ttl.seconds
}

fix contains {"at": i, "op": "set", "address": r._address, "path": "ttl", "value": 60} if {
	some i in judged
	r := input.aws_route53_record[i]
	r.ttl > data.parameters.dns.ttl.seconds
}
