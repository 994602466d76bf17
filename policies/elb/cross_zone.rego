# METADATA
# title: A classic load balancer spreads requests over all zones
# description: >-
#   Reads cross_zone_load_balancing. Fails when it is false: a zone with few instances gets as many requests as one with many. Undecided when it is not known.
# custom:
#   control: [LB-XZ-001]
#   requirement: [RA-40]
#   judges: aws_elb
#   severity: medium
#   pillar: [reliability, performance]
#   disruption: none
#   remediation: Set cross_zone_load_balancing = true.
#   equivalents:
#     prowler: [elbv2_cross_zone_load_balancing_enabled, elb_cross_zone_load_balancing_enabled]
#     checkov: [CKV_AWS_138, CKV_AWS_152]
#     security_hub: [ELB.9]
#     aws_config: [ELB_CROSS_ZONE_LOAD_BALANCING_ENABLED, NLB_CROSS_ZONE_LOAD_BALANCING_ENABLED]
#     trusted_advisor: [Network Load Balancers Cross Load Balancing]
#     well_architected: [REL10-BP01]
#   example: |
#     resource "aws_elb" "web" {
#       availability_zones        = ["eu-west-1a", "eu-west-1b"]
#       cross_zone_load_balancing = false
#       listener {
#         instance_port     = 80
#         instance_protocol = "http"
#         lb_port           = 80
#         lb_protocol       = "http"
#       }
#     }
package elb.cross_zone

judged contains i if some i, _ in input.aws_elb

deny contains {"at": i, "attribute": "cross_zone_load_balancing", "message": "each zone must carry its share alone"} if {
	some i in judged
	input.aws_elb[i].cross_zone_load_balancing == false
}

fix contains {"at": i, "op": "set", "address": lb._address, "path": "cross_zone_load_balancing", "value": true} if {
	some i in judged
	lb := input.aws_elb[i]
	lb.cross_zone_load_balancing == false
}
