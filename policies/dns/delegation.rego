# METADATA
# title: Domain leads to the name servers of its zone
# description: >-
#   Compares the name servers that the registry has for a domain with those of the public zones of its name, both in accounts that are read. Fails when no such zone has just
#   these: the name does not resolve as the zone says, or only sometimes. Domains of other registrars, and domains without a zone of their name, are not applicable. That a
#   server answers is not asked.
# custom:
#   control: [DNS-ZONE-001]
#   requirement: [RA-32]
#   judges: aws_route53domains_registered_domain
#   severity: high
#   pillar: [reliability]
#   live: only
#   disruption: none
#   remediation: >-
#     Set the domain's name servers to the four of its hosted zone, and delete a second zone of the same name. Resolvers keep the old ones for up to two days.
#   links:
#     - https://docs.aws.amazon.com/Route53/latest/DeveloperGuide/domain-name-servers-glue-records.html
#   equivalents:
#     trusted_advisor: [Amazon Route 53 Name Server Delegations]
#   example: |
#     # observed
#     resource "aws_route53_zone" "shop" {
#       name         = "shop.example"
#       name_servers = ["ns-1.awsdns-00.com", "ns-2.awsdns-00.net"]
#     }
#     resource "aws_route53domains_registered_domain" "shop" {
#       domain_name = "shop.example"
#       name_server {
#         name = "ns-9.awsdns-00.com"
#       }
#       name_server {
#         name = "ns-2.awsdns-00.net"
#       }
#     }
package dns.delegation

public contains [i, z] if {
	some i, d in input.aws_route53domains_registered_domain
	some z in d._to.zones
	input.aws_route53_zone[z].private_zone == false
}

judged contains i if some [i, _] in public

zone_has contains [z, name] if {
	some z, zone in input.aws_route53_zone
	some name in zone.name_servers
}

registry_has contains [i, server.name] if {
	some i, d in input.aws_route53domains_registered_domain
	some server in d.name_server
}

strange contains [i, z] if {
	some [i, z] in public
	some server in input.aws_route53domains_registered_domain[i].name_server
	not zone_has[[z, server.name]]
}

strange contains [i, z] if {
	some [i, z] in public
	some name in input.aws_route53_zone[z].name_servers
	not registry_has[[i, name]]
}

led contains i if {
	some [i, z] in public
	some _ in input.aws_route53_zone[z].name_servers
	not strange[[i, z]]
}

deny contains {"at": i, "attribute": "name_server", "message": "its name servers are not those of its zone"} if {
	some i in judged
	not led[i]
}
