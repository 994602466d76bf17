# METADATA
# title: Servers outside production are not large
# description: >-
#   Reads instance_type of stages other than production. Fails when its size is one of the parameter's (from 4xlarge on). Production, and what has no known stage, passes whatever its size. A type that ends in another word, such as one of a later generation, passes.
# custom:
#   control: [SLS-IDLE-001]
#   requirement: [RA-91, RA-124]
#   judges: aws_instance
#   severity: low
#   pillar: [cost]
#   parameters:
#     sizes: {default: [], non_production: ["4xlarge", "6xlarge", "8xlarge", "9xlarge", "10xlarge", "12xlarge", "16xlarge", "18xlarge", "24xlarge", "32xlarge", "48xlarge", "metal"], description: "sizes that are too large"}
#   remediation: Take a smaller size, or let the stage run only while it is used.
#   links: ["https://docs.aws.amazon.com/wellarchitected/latest/cost-optimization-pillar/cost-effective-resources.html"]
#   example: |
#     resource "aws_instance" "main" {
#       instance_type = "r6i.8xlarge"
#       tags = { Environment = "test" }
#     }
package ec2.non_production_size

judged contains i if {
	some i, _ in input.aws_instance
}

deny contains {"at": i, "attribute": "instance_type", "message": "this is large for a stage that is not production"} if {
	some i in judged
	some size in data.parameters.ec2.non_production_size.sizes
	endswith(input.aws_instance[i].instance_type, sprintf(".%s", [size]))
}
