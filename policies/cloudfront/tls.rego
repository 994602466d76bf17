# METADATA
# title: The CDN speaks HTTPS with a current TLS policy and our certificate
# description: >-
#   Reads viewer_protocol_policy of all behaviours, minimum_protocol_version and the aliases. Fails when a behaviour allows plain HTTP,
#   when the TLS policy is older than TLSv1.2_2021, when there are aliases on the default certificate, or when an alias is not
#   a name of the certificate. Without aliases the default certificate is accepted. Undecided when one of these, or the names of the certificate, are not known.
# custom:
#   control: [EDGE-TLS-001]
#   requirement: [RA-38, RA-34]
#   judges: aws_cloudfront_distribution
#   severity: high
#   pillar: [security]
#   disruption: none
#   remediation: >-
#     Redirect to HTTPS in every behaviour, use minimum_protocol_version TLSv1.2_2021 or newer, and an ACM certificate of us-east-1 that names every alias. Which
#     certificate is for a person to choose: `aws acm request-certificate --region us-east-1 --domain-name ALIAS --validation-method DNS`, publish the record that
#     it asks for, then name its ARN in viewer_certificate with ssl_support_method = "sni-only".
#   links: ["https://docs.aws.amazon.com/AmazonCloudFront/latest/DeveloperGuide/secure-connections-supported-viewer-protocols-ciphers.html"]
#   equivalents:
#     prowler: [cloudfront_distributions_https_enabled, cloudfront_distributions_custom_ssl_certificate]
#     checkov: [CKV_AWS_34, CKV_AWS_174, CKV2_AWS_42]
#     trivy: [AVD-AWS-0012, AVD-AWS-0013]
#     security_hub: [CloudFront.3, CloudFront.7, CloudFront.15]
#     aws_config: [CLOUDFRONT_VIEWER_POLICY_HTTPS, CLOUDFRONT_CUSTOM_SSL_CERTIFICATE, CLOUDFRONT_SECURITY_POLICY_CHECK]
#     well_architected: [SEC09-BP02]
#   example: |
#     resource "aws_cloudfront_distribution" "shop" {
#       enabled = true
#       default_cache_behavior {
#         target_origin_id       = "shop"
#         viewer_protocol_policy = "allow-all"
#       }
#       viewer_certificate {
#         cloudfront_default_certificate = true
#       }
#     }
package cloudfront.tls

judged contains i if some i, _ in input.aws_cloudfront_distribution

deny contains {"at": i, "attribute": "default_cache_behavior[0].viewer_protocol_policy", "message": "plain HTTP is served"} if {
	some i in judged
	some b in input.aws_cloudfront_distribution[i].default_cache_behavior
	b.viewer_protocol_policy == "allow-all"
}

deny contains {"at": i, "attribute": sprintf("ordered_cache_behavior[%d].viewer_protocol_policy", [k]), "message": "plain HTTP is served on some paths"} if {
	some i in judged
	some k, b in input.aws_cloudfront_distribution[i].ordered_cache_behavior
	b.viewer_protocol_policy == "allow-all"
}

deny contains {"at": i, "attribute": "viewer_certificate[0].minimum_protocol_version", "message": sprintf("TLS policy %s is older than TLSv1.2_2021", [c.minimum_protocol_version])} if {
	some i in judged
	some c in input.aws_cloudfront_distribution[i].viewer_certificate
	c.cloudfront_default_certificate == false
	c.minimum_protocol_version in old
}

old := {"SSLv3", "TLSv1", "TLSv1_2016", "TLSv1.1_2016", "TLSv1.2_2018", "TLSv1.2_2019"}

deny contains {"at": i, "attribute": "viewer_certificate[0].cloudfront_default_certificate", "message": "its own names are served with CloudFront's certificate"} if {
	some i in judged
	d := input.aws_cloudfront_distribution[i]
	some c in d.viewer_certificate
	c.cloudfront_default_certificate == true
	some _ in d.aliases
}

# The names on a distribution's certificate, which is named directly or through its validation.
certified contains [i, name] if {
	some i, d in input.aws_cloudfront_distribution
	some c in d._to["viewer_certificate.acm_certificate_arn/aws_acm_certificate"]
	some name in input.aws_acm_certificate[c].names
}

certified contains [i, name] if {
	some i, d in input.aws_cloudfront_distribution
	some v in d._to["viewer_certificate.acm_certificate_arn/aws_acm_certificate_validation"]
	some c in input.aws_acm_certificate_validation[v]._to.certificate_arn
	some name in input.aws_acm_certificate[c].names
}

covered contains [i, k] if {
	some i, d in input.aws_cloudfront_distribution
	some k, alias in d.aliases
	certified[[i, lower(alias)]]
}

covered contains [i, k] if {
	some i, d in input.aws_cloudfront_distribution
	some k, alias in d.aliases
	certified[[i, regex.replace(lower(alias), `^[^.]+\.`, "*.")]]
}

deny contains {"at": i, "attribute": sprintf("aliases[%d]", [k]), "message": sprintf("the certificate does not cover %s", [alias])} if {
	some i in judged
	d := input.aws_cloudfront_distribution[i]
	some c in d.viewer_certificate
	c.cloudfront_default_certificate == false
	c.iam_certificate_id == null
	some k, alias in d.aliases
	not covered[[i, k]]
}

fix contains {"at": i, "op": "set", "address": d._address, "path": "default_cache_behavior[0].viewer_protocol_policy", "value": "redirect-to-https"} if {
	some i in judged
	d := input.aws_cloudfront_distribution[i]
	some b in d.default_cache_behavior
	b.viewer_protocol_policy == "allow-all"
}

fix contains {"at": i, "op": "set", "address": d._address, "path": sprintf("ordered_cache_behavior[%d].viewer_protocol_policy", [k]), "value": "redirect-to-https"} if {
	some i in judged
	d := input.aws_cloudfront_distribution[i]
	some k, b in d.ordered_cache_behavior
	b.viewer_protocol_policy == "allow-all"
}

fix contains {"at": i, "op": "set", "address": d._address, "path": "viewer_certificate[0].minimum_protocol_version", "value": "TLSv1.2_2021"} if {
	some i in judged
	d := input.aws_cloudfront_distribution[i]
	some c in d.viewer_certificate
	c.cloudfront_default_certificate == false
	c.minimum_protocol_version in old
}
