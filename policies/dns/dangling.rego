# METADATA
# title: Records do not point at things that do not answer
# description: >-
#   Judges alias records, and A, AAAA and CNAME records that refer to a resource or hold a name that AWS gives out. Fails when the
#   target is a disabled CloudFront distribution, a bucket without website hosting, or the changing public address of an
#   instance. Undecided when a name of AWS belongs to nothing that was read. Foreign names and literal addresses are not judged.
# custom:
#   control: [DNS-ALIAS-001]
#   requirement: [RA-32]
#   judges: aws_route53_record
#   severity: high
#   pillar: [reliability, security]
#   disruption: none
#   remediation: Delete the record, or point it at a resource that answers and that nobody else can take over. Give an instance an Elastic IP address, or put a load balancer in front.
#   equivalents:
#     prowler: [route53_dangling_ip_subdomain_takeover]
#     checkov: [CKV2_AWS_23]
#   example: |
#     resource "aws_route53_zone" "shop" {
#       name = "shop.example"
#     }
#     resource "aws_instance" "web" {
#       ami           = "ami-0123456789abcdef0"
#       instance_type = "t3.micro"
#     }
#     resource "aws_route53_record" "www" {
#       zone_id = aws_route53_zone.shop.zone_id
#       name    = "www"
#       type    = "A"
#       ttl     = 60
#       records = [aws_instance.web.public_ip]
#     }
package dns.dangling

judged contains i if {
	some i, r in input.aws_route53_record
	some _ in r.alias
}

judged contains i if {
	some i, r in input.aws_route53_record
	r.type in {"A", "AAAA", "CNAME"}
	r.validates == [] # what proves a certificate points nowhere
	some value in r.records
	regex.match(`^\$\{aws_|\.(elb|cloudfront|s3-website[.-][a-z0-9-]+|elasticbeanstalk)(\.[a-z0-9-]+)?\.(amazonaws\.com|net|com)\.?$`, value)
}

deny contains {"at": i, "attribute": "alias", "message": "points at a CloudFront distribution that is disabled"} if {
	some i in judged
	some d in input.aws_route53_record[i]._to["alias.name/aws_cloudfront_distribution"]
	input.aws_cloudfront_distribution[d].enabled == false
}

deny contains {"at": i, "attribute": "records", "message": "points at a CloudFront distribution that is disabled"} if {
	some i in judged
	some d in input.aws_route53_record[i]._to["records/aws_cloudfront_distribution"]
	input.aws_cloudfront_distribution[d].enabled == false
}

website contains b if {
	some b, bucket in input.aws_s3_bucket
	some _ in bucket._from["aws_s3_bucket_website_configuration.bucket"]
}

deny contains {"at": i, "attribute": "alias", "message": "points at a bucket that hosts no website"} if {
	some i in judged
	some b in input.aws_route53_record[i]._to["alias.name/aws_s3_bucket"]
	not website[b]
}

# Instances whose public address is an Elastic IP address.
steady contains n if {
	some n, instance in input.aws_instance
	some _ in instance._from["aws_eip.instance"]
}

steady contains n if {
	some n, instance in input.aws_instance
	some _ in instance._from["aws_eip_association.instance_id"]
}

deny contains {"at": i, "attribute": "records", "message": "points at an address that changes when the instance stops"} if {
	some i in judged
	r := input.aws_route53_record[i]
	some value in r.records
	endswith(value, ".public_ip}")
	some n in r._to["records/aws_instance"]
	not steady[n]
}
