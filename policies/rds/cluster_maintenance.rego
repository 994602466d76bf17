# METADATA
# title: Maintenance and backup of a cluster have their hours
# description: >-
#   Reads preferred_maintenance_window and preferred_backup_window. Fails when one is not set, since AWS
#   then picks the hour, or when they overlap. Undecided when a window is not known. Whether the hours are
#   quiet is not known here.
# custom:
#   control: [RDS-MNT-001]
#   judges: aws_rds_cluster
#   requirement: [RA-56]
#   severity: low
#   non_production: same
#   pillar: [reliability]
#   remediation: >-
#     Set both windows to quiet hours, one after the other; both are in UTC.
#   example: |
#     resource "aws_rds_cluster" "main" {
#       cluster_identifier = "main"
#       engine             = "aurora-mysql"
#     }
package rds.cluster_maintenance

judged contains i if some i, _ in input.aws_rds_cluster

# Minutes of the day at which the windows begin and how long they last; the backup runs every day.
hours contains [i, from, length, start, duration] if {
	some i, c in input.aws_rds_cluster
	w := regex.find_all_string_submatch_n(`^[a-z]{3}:(\d\d):(\d\d)-[a-z]{3}:(\d\d):(\d\d)$`, lower(c.preferred_maintenance_window), 1)[0]
	d := regex.find_all_string_submatch_n(`^(\d\d):(\d\d)-(\d\d):(\d\d)$`, c.preferred_backup_window, 1)[0]
	from := (to_number(w[1]) * 60) + to_number(w[2])
	length := ((((to_number(w[3]) * 60) + to_number(w[4])) + 1440) - from) % 1440
	start := (to_number(d[1]) * 60) + to_number(d[2])
	duration := ((((to_number(d[3]) * 60) + to_number(d[4])) + 1440) - start) % 1440
}

deny contains {"at": i, "attribute": "preferred_maintenance_window", "message": "AWS picks the hour of maintenance or backup"} if {
	some i in judged
	c := input.aws_rds_cluster[i]
	c.preferred_maintenance_window == null
}

deny contains {"at": i, "attribute": "preferred_maintenance_window", "message": "AWS picks the hour of maintenance or backup"} if {
	some i in judged
	c := input.aws_rds_cluster[i]
	c.preferred_backup_window == null
}

deny contains {"at": i, "attribute": "preferred_maintenance_window", "message": "maintenance and backup overlap"} if {
	some [i, from, length, start, _] in hours
	((start + 1440) - from) % 1440 < length
}

deny contains {"at": i, "attribute": "preferred_maintenance_window", "message": "maintenance and backup overlap"} if {
	some [i, from, _, start, duration] in hours
	((from + 1440) - start) % 1440 < duration
}
