# METADATA
# title: VPC functions use subnets in two zones
# description: >-
#   Reads the zones of vpc_config.subnet_ids. Fails when they are one zone, and when one subnet is listed, whatever its zone. Functions outside a VPC are
#   not applicable. Undecided when the zone of a subnet is not known.
# custom:
#   control: [LMB-AZ-001]
#   requirement: [RA-92]
#   judges: aws_lambda_function
#   severity: high
#   pillar: [reliability]
#   disruption: none
#   remediation: >-
#     List subnets of at least two zones in vpc_config.
#   equivalents:
#     prowler: [awslambda_function_vpc_multi_az]
#     security_hub: [Lambda.5]
#     aws_config: [LAMBDA_VPC_MULTI_AZ_CHECK]
#     trusted_advisor: [AWS Lambda VPC-enabled Functions without Multi-AZ Redundancy]
#     well_architected: [REL10-BP01]
#   example: |
#     resource "aws_subnet" "a" {
#       vpc_id            = "vpc-1"
#       availability_zone = "eu-west-1a"
#     }
#     resource "aws_subnet" "b" {
#       vpc_id            = "vpc-1"
#       availability_zone = "eu-west-1b"
#     }
#     resource "aws_lambda_function" "f" {
#       function_name = "f"
#       role          = "arn:aws:iam::111111111111:role/f"
#       runtime       = "python3.13"
#       vpc_config {
#         subnet_ids         = [aws_subnet.a.id]
#         security_group_ids = ["sg-1"]
#       }
#     }
package lambda.two_zones

judged contains i if {
	some i, f in input.aws_lambda_function
	some v in f.vpc_config
	some _ in v.subnet_ids
}

spread contains i if {
	some i, f in input.aws_lambda_function
	some y in f._zones
	some z in f._zones
	y != z
}

deny contains {"at": i, "attribute": "vpc_config", "message": "the function fails with its one zone"} if {
	some i in judged
	not spread[i]
}

deny contains {"at": i, "attribute": "vpc_config", "message": "the function fails with its one zone"} if {
	some i in judged
	some v in input.aws_lambda_function[i].vpc_config
	count(v.subnet_ids) == 1
}

# The first further zone in which a subnet is of the same tier.
fix contains {"at": i, "op": "set", "address": f._address, "path": "vpc_config[0].subnet_ids", "add": more} if {
	some i in judged
	not spread[i]
	f := input.aws_lambda_function[i]
	zone := min({z |
		some s in f._to["vpc_config.subnet_ids"]
		some p in input.aws_subnet[s]._to.peers
		some z in input.aws_subnet[p]._zones
	})
	more := [{"_ref": input.aws_subnet[p]._address, "attribute": "id"} |
		some s in f._to["vpc_config.subnet_ids"]
		some p in input.aws_subnet[s]._to.peers
		zone in input.aws_subnet[p]._zones
	]
}
