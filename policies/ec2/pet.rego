# METADATA
# title: Serving instances are in an auto scaling group
# description: >-
#   Reads what refers to the instance: target group attachments, classic load balancers, DNS records (also through an elastic address), and the tag Role =
#   serving. Fails when a single instance serves in one of these ways, since nothing replaces it. Instances with another Role, or whose name speaks of a
#   bastion, jump host, VPN, NAT, build or CI agent, are not applicable.
# custom:
#   control: [CMP-PET-001]
#   requirement: [RA-42, RA-23]
#   judges: aws_instance
#   severity: high
#   non_production: lower
#   pillar: [reliability]
#   remediation: >-
#     Put the image into a launch template and run it in an auto scaling group over two zones that registers with the target group.
#   equivalents:
#     well_architected: [REL11-BP03, REL07-BP01]
#   example: |
#     resource "aws_instance" "web" {
#       ami           = "ami-1"
#       instance_type = "t3.small"
#     }
#     resource "aws_lb_target_group" "t" {
#       name = "t"
#     }
#     resource "aws_lb_target_group_attachment" "a" {
#       target_group_arn = aws_lb_target_group.t.arn
#       target_id        = aws_instance.web.id
#     }
package ec2.pet

# Not servers of a tier.
aside contains i if {
	some i, x in input.aws_instance
	role := lower(x.tags_all.Role)
	not role in {"serving", "web", "app", "api", "backend", "frontend"}
}

aside contains i if {
	some i, x in input.aws_instance
	regex.match(`(?i)(bastion|jump|vpn|nat|build|jenkins|runner|ci-agent)`, x.tags.Name)
}

judged contains i if {
	some i, _ in input.aws_instance
	not aside[i]
}

deny contains {"at": i, "attribute": "instance_type", "message": "a load balancer target that nothing replaces"} if {
	some i in judged
	some _ in input.aws_instance[i]._from["aws_lb_target_group_attachment.target_id"]
}

deny contains {"at": i, "attribute": "instance_type", "message": "a load balancer target that nothing replaces"} if {
	some i in judged
	some _ in input.aws_instance[i]._from["aws_elb.instances"]
}

deny contains {"at": i, "attribute": "instance_type", "message": "a load balancer target that nothing replaces"} if {
	some i in judged
	some _ in input.aws_instance[i]._from["aws_elb_attachment.instance"]
}

deny contains {"at": i, "attribute": "instance_type", "message": "a name in DNS leads to a server that nothing replaces"} if {
	some i in judged
	some _ in input.aws_instance[i]._from["aws_route53_record.records"]
}

deny contains {"at": i, "attribute": "instance_type", "message": "a name in DNS leads to a server that nothing replaces"} if {
	some i in judged
	some e in input.aws_instance[i]._from["aws_eip.instance"]
	some _ in input.aws_eip[e]._from["aws_route53_record.records"]
}

deny contains {"at": i, "attribute": "tags", "message": "a serving instance that nothing replaces"} if {
	some i in judged
	lower(input.aws_instance[i].tags_all.Role) == "serving"
}
