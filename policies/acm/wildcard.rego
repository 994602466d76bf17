# METADATA
# title: A wildcard certificate covers every first-level name of a domain
# description: >-
#   Judges ACM certificates with a name in a zone of the code, or one label below it. With wildcard = require (the default) it fails when neither the certificate nor another one
#   that was read holds a wildcard for one of its names, or when it holds the wildcard, the domain itself is served, and no certificate covers that. Names two levels deep need a wildcard of their own and are not
#   judged. With wildcard = forbid it fails when a name is a wildcard. Imported certificates are not judged. Undecided when the zone or the names are not known.
# custom:
#   control: [TLS-WILD-001]
#   requirement: [RA-34]
#   judges: aws_acm_certificate
#   severity: high
#   pillar: [reliability, operations]
#   disruption: none
#   parameters:
#     wildcard: {default: require, description: "require a wildcard for each domain, or forbid wildcards"}
#   remediation: Request one certificate for the domain and its wildcard (shop.example and *.shop.example) with DNS validation, move listeners and distributions to it, then delete the single one.
#   example: |
#     resource "aws_route53_zone" "shop" {
#       name = "shop.example"
#     }
#     resource "aws_acm_certificate" "shop" {
#       domain_name       = "www.shop.example"
#       validation_method = "DNS"
#     }
package acm.wildcard

# Certificates with a name that is a public zone's or one label below it; where wildcards are forbidden, all.
judged contains i if {
	some i, c in input.aws_acm_certificate
	c.domain_name != null # the names of an imported certificate are inside it
	some name in c.names
	some z in c._to.domains
	zone := input.aws_route53_zone[z]
	zone.private_zone == false
	not contains(trim_suffix(trim_suffix(name, zone.name), "."), ".")
}

judged contains i if {
	data.parameters.acm.wildcard.wildcard == "forbid"
	some i, c in input.aws_acm_certificate
	c.domain_name != null
}

wild contains i if {
	some i, c in input.aws_acm_certificate
	some _ in c._to.wildcards
}

deny contains {"at": i, "attribute": "domain_name", "message": sprintf("covers %s only", [c.domain_name])} if {
	some i in judged
	data.parameters.acm.wildcard.wildcard == "require"
	not wild[i]
	c := input.aws_acm_certificate[i]
}

# Zones whose own name is served, and zones whose own name is on a certificate.
served contains z if {
	some z, zone in input.aws_route53_zone
	some r in zone._from["aws_route53_record.zone_id"]
	record := input.aws_route53_record[r]
	record.type in {"A", "AAAA"}
	trim_suffix(record.name, zone.name) == ""
}

served contains z if {
	some z, zone in input.aws_route53_zone
	some r in zone._from["aws_route53_record.zone_id"]
	record := input.aws_route53_record[r]
	record.type in {"A", "AAAA"}
	record.name == null # "" counts as not set
}

covered contains z if {
	some z, zone in input.aws_route53_zone
	some c in zone._from["aws_acm_certificate.domains"]
	some name in input.aws_acm_certificate[c].names
	name == zone.name
}

deny contains {"at": i, "attribute": "subject_alternative_names", "message": sprintf("does not cover %s itself", [zone.name])} if {
	some i in judged
	data.parameters.acm.wildcard.wildcard == "require"
	c := input.aws_acm_certificate[i]
	some z in c._to.domains
	zone := input.aws_route53_zone[z]
	zone.private_zone == false
	some name in c.names
	name == concat(".", ["*", zone.name])
	served[z]
	not covered[z]
}

deny contains {"at": i, "attribute": "domain_name", "message": sprintf("%s is a wildcard", [name])} if {
	some i in judged
	data.parameters.acm.wildcard.wildcard == "forbid"
	some name in input.aws_acm_certificate[i].names
	startswith(name, "*.")
}

# Public zones that hold a name of a certificate without a wildcard: one certificate is made for each.
wanting contains {"at": i, "zone": z} if {
	some i in judged
	data.parameters.acm.wildcard.wildcard == "require"
	not wild[i]
	c := input.aws_acm_certificate[i]
	some z in c._to.domains
	zone := input.aws_route53_zone[z]
	zone.private_zone == false
	some name in c.names
	not contains(trim_suffix(trim_suffix(name, zone.name), "."), ".")
}

fix contains {
	"at": w.at,
	"op": "create",
	"type": "aws_acm_certificate",
	"name": replace(zone.name, ".", "_"),
	"values": {
		"domain_name": concat(".", ["*", zone.name]),
		"subject_alternative_names": [zone.name],
		"validation_method": "DNS",
		"_lifecycle": {"create_before_destroy": true, "prevent_destroy": false, "ignore_changes": []},
	},
} if {
	some w in wanting
	zone := input.aws_route53_zone[w.zone]
}

# The domain and its wildcard are proved by the same record.
fix contains {
	"at": w.at,
	"op": "create",
	"type": "aws_route53_record",
	"name": sprintf("%s_proof", [name]),
	"values": {
		"zone_id": {"_ref": zone._address, "attribute": "zone_id"},
		"name": {"_ref": sprintf("aws_acm_certificate.%s", [name]), "attribute": "domain_validation_options[0].resource_record_name"},
		"type": "CNAME",
		"ttl": 300,
		"records": [{"_ref": sprintf("aws_acm_certificate.%s", [name]), "attribute": "domain_validation_options[0].resource_record_value"}],
		"allow_overwrite": true,
	},
} if {
	some w in wanting
	zone := input.aws_route53_zone[w.zone]
	name := replace(zone.name, ".", "_")
}

fix contains {
	"at": w.at,
	"op": "create",
	"type": "aws_acm_certificate_validation",
	"name": name,
	"values": {
		"certificate_arn": {"_ref": sprintf("aws_acm_certificate.%s", [name]), "attribute": "arn"},
		"validation_record_fqdns": [{"_ref": sprintf("aws_route53_record.%s_proof", [name]), "attribute": "fqdn"}],
	},
} if {
	some w in wanting
	zone := input.aws_route53_zone[w.zone]
	name := replace(zone.name, ".", "_")
}
