# METADATA
# title: Databases are of a current generation
# description: >-
#   Reads instance_class, engine and the region against the dated table of former generations (data/previous_generations.json). Fails when the same size of a newer one costs less there. Only MySQL, PostgreSQL and MariaDB are asked; burstable classes are left out.
# custom:
#   control: [OPT-COST-002]
#   requirement: [RA-124]
#   judges: aws_db_instance
#   severity: low
#   pillar: [cost, performance]
#   disruption: restart
#   remediation: Set instance_class to the newer class. The database restarts, or fails over when it has a standby, in its maintenance window unless apply_immediately is set.
#   links: ["https://docs.aws.amazon.com/AmazonRDS/latest/UserGuide/Concepts.DBInstanceClass.html"]
#   example: |
#     provider "aws" {
#       region = "eu-west-1"
#     }
#     resource "aws_db_instance" "main" {
#       identifier     = "main"
#       engine         = "postgres"
#       instance_class = "db.m4.large"
#     }
package rds.previous_generation

judged contains i if {
	some i, db in input.aws_db_instance
	some engine in ["mysql", "postgres", "mariadb"]
	db.engine == engine
}

# Databases in regions where the newer class is not cheaper.
dearer contains i if {
	some i, db in input.aws_db_instance
	some region in data.tables.previous_generations.databases_dearer_in
	db._region == region
}

deny contains {"at": i, "attribute": "instance_class", "message": sprintf("%s costs less than %s and is newer", [next, old])} if {
	some i in judged
	not dearer[i]
	some old, next in data.tables.previous_generations.databases
	input.aws_db_instance[i].instance_class == old
}

fix contains {"at": i, "op": "set", "address": db._address, "path": "instance_class", "value": next} if {
	some i in judged
	not dearer[i]
	db := input.aws_db_instance[i]
	next := data.tables.previous_generations.databases[db.instance_class]
}
