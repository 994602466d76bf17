# METADATA
# title: Traffic to S3 does not go through NAT
# description: >-
#   Judges route tables whose default route leads to a NAT gateway. Fails when no gateway endpoint for S3 uses the table: such an endpoint costs
#   nothing and saves the charge for the data. Undecided when an endpoint's service or tables are not known. Endpoints for DynamoDB are not asked for.
# custom:
#   control: [NET-VPCE-001]
#   requirement: [RA-24, RA-124]
#   judges: aws_route_table
#   severity: low
#   pillar: [cost, reliability]
#   disruption: brief
#   remediation: Add an aws_vpc_endpoint of type Gateway for com.amazonaws.REGION.s3 with the private route tables. Open connections to S3 are cut once.
#   links: ["https://docs.aws.amazon.com/vpc/latest/privatelink/vpc-endpoints-s3.html"]
#   equivalents:
#     aws_config: [SERVICE_VPC_ENDPOINT_ENABLED]
#     well_architected: [SEC05-BP02]
#   example: |
#     provider "aws" {
#       region = "eu-west-1"
#     }
#     resource "aws_vpc" "main" {
#       cidr_block = "10.0.0.0/16"
#     }
#     resource "aws_nat_gateway" "main" {
#       subnet_id = "subnet-0123456789abcdef0"
#     }
#     resource "aws_route_table" "private" {
#       vpc_id = aws_vpc.main.id
#       route {
#         cidr_block     = "0.0.0.0/0"
#         nat_gateway_id = aws_nat_gateway.main.id
#       }
#     }
package vpc.s3_endpoint

judged contains i if {
	some i, table in input.aws_route_table
	some r in table._from["aws_route.route_table_id"]
	input.aws_route[r].destination_cidr_block == "0.0.0.0/0"
	some _ in input.aws_route[r]._to.nat_gateway_id
}

# Endpoints for S3, named literally or by a data source.
endpoint contains e if {
	some e, x in input.aws_vpc_endpoint
	endswith(x.service_name, ".s3")
}

endpoint contains e if {
	some e, x in input.aws_vpc_endpoint
	some s in x._to.service_name
	input.aws_vpc_endpoint_service[s].service == "s3"
}

near contains i if {
	some i, table in input.aws_route_table
	some e in table._from["aws_vpc_endpoint.route_table_ids"]
	endpoint[e]
}

near contains i if {
	some i, table in input.aws_route_table
	some a in table._from["aws_vpc_endpoint_route_table_association.route_table_id"]
	some e in input.aws_vpc_endpoint_route_table_association[a]._to.vpc_endpoint_id
	endpoint[e]
}

deny contains {"at": i, "attribute": "", "message": "traffic to S3 goes through NAT, which is charged"} if {
	some i in judged
	not near[i]
}

fix contains {
	"at": d.at,
	"op": "create",
	"type": "aws_vpc_endpoint",
	"name": sprintf("s3_%s", [table._name]),
	"values": {
		"vpc_id": {"_ref": input.aws_vpc[v]._address, "attribute": "id"},
		"vpc_endpoint_type": "Gateway",
		"service_name": sprintf("com.amazonaws.%s.s3", [table._region]),
		"route_table_ids": [{"_ref": table._address, "attribute": "id"}],
	},
} if {
	some d in deny
	table := input.aws_route_table[d.at]
	some v in table._to.vpc_id
}
