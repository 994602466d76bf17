# METADATA
# title: An ONTAP file system is backed up
# description: >-
#   Reads the retention of automatic backups and the backup selections of AWS Backup. Fails when neither
#   covers the file system. Passes when a selection names it, matches its ARN by a pattern, or matches its
#   tags. Undecided when selections or tags are not known. Resources tagged Backup = "none" are not judged.
#   Selections count for resources of the same stage, and for all when their own stage is not known.
#   Exclusions (not_resources), and conditions other than string_equals, are not followed.
# custom:
#   control: [DR-BKP-001]
#   judges: aws_fsx_ontap_file_system
#   requirement: [RA-53, RA-112]
#   severity: high
#   non_production: same
#   pillar: [reliability]
#   scans: [aws_backup_selection]
#   disruption: none
#   remediation: >-
#     Add the resource to an aws_backup_selection, by its ARN or by a tag that it carries. Who means to have
#     no backup says so with the tag Backup = "none".
#   equivalents:
#     prowler:
#       - backup_plans_exist
#       - rds_instance_protected_by_backup_plan
#       - dynamodb_table_protected_by_backup_plan
#       - ec2_ebs_volume_protected_by_backup_plan
#     checkov:
#       - CKV2_AWS_8
#       - CKV2_AWS_9
#     security_hub:
#       - RDS.26
#       - DynamoDB.4
#       - EC2.28
#     aws_config:
#       - RDS_RESOURCES_PROTECTED_BY_BACKUP_PLAN
#       - EBS_RESOURCES_PROTECTED_BY_BACKUP_PLAN
#       - DYNAMODB_RESOURCES_PROTECTED_BY_BACKUP_PLAN
#     well_architected:
#       - REL09-BP03
#   example: |
#     resource "aws_fsx_ontap_file_system" "main" {
#       storage_capacity    = 1200
#       subnet_ids          = ["subnet-1"]
#       deployment_type     = "SINGLE_AZ_1"
#     }
package backup.ontap_file_systems

judged contains i if {
	some i, r in input.aws_fsx_ontap_file_system
	not excepted[i]
}

excepted contains i if {
	some i, r in input.aws_fsx_ontap_file_system
	r.tags_all.Backup == "none"
}

# A selection names it.
covered contains i if {
	some i, r in input.aws_fsx_ontap_file_system
	some _ in r._from["aws_backup_selection.resources"]
}

# A selection without conditions takes everything of its kind.
covered contains i if {
	some i, r in input.aws_fsx_ontap_file_system
	some k, s in input.aws_backup_selection
	s._stage in {r._stage, ""}
	not conditional[k]
	some pattern in s.resources
	regex.match(kind, pattern)
}

conditional contains k if {
	some k, s in input.aws_backup_selection
	some _ in s.condition
}

# A selection takes what has one of its tags.
covered contains i if {
	some i, r in input.aws_fsx_ontap_file_system
	some s in input.aws_backup_selection
	s._stage in {r._stage, ""}
	some tag in s.selection_tag
	r.tags_all[tag.key] == tag.value
}

# A selection takes those of its kind that have a tag.
covered contains i if {
	some i, r in input.aws_fsx_ontap_file_system
	some s in input.aws_backup_selection
	s._stage in {r._stage, ""}
	some pattern in s.resources
	regex.match(kind, pattern)
	some c in s.condition
	some e in c.string_equals
	some key, value in r.tags_all
	e.key == concat("/", ["aws:ResourceTag", key])
	e.value == value
}

# ARN patterns that take every resource of this type.
kind := `^(\*|arn:[^:]*:(fsx|\*):[^:]*:[^:]*:(file-system/\*|\*))$`

# It has the automatic backups of FSx.
covered contains i if {
	some i, r in input.aws_fsx_ontap_file_system
	r.automatic_backup_retention_days > 0
}

deny contains {"at": i, "attribute": "tags", "message": "no backup covers it"} if {
	some i in judged
	not covered[i]
}

# Plans that people made: those whose names begin with aws/ are AWS's own.
own contains p if {
	some p, plan in input.aws_backup_plan
	not startswith(plan.name, "aws/")
}

selected contains k if {
	some k, _ in input.aws_backup_selection
}

# Plans of which backups are kept for a week at least.
keeps contains p if {
	some p, plan in input.aws_backup_plan
	some rule in plan.rule
	rule.schedule != null
	rule.lifecycle == []
}

keeps contains p if {
	some p, plan in input.aws_backup_plan
	some rule in plan.rule
	rule.schedule != null
	some l in rule.lifecycle
	l.delete_after == null
}

keeps contains p if {
	some p, plan in input.aws_backup_plan
	some rule in plan.rule
	rule.schedule != null
	some l in rule.lifecycle
	l.delete_after >= 7
}

# The plan that is certain.
joined contains p if {
	count(own) == 1
	some p in own & keeps
}

# The roles that its selections work with.
roles contains s.iam_role_arn if {
	some p in joined
	some k in input.aws_backup_plan[p]._from["aws_backup_selection.plan_id"]
	s := input.aws_backup_selection[k]
	startswith(s.iam_role_arn, "arn:")
}

roles contains {"_ref": input.aws_iam_role[role]._address, "attribute": "arn"} if {
	some p in joined
	some k in input.aws_backup_plan[p]._from["aws_backup_selection.plan_id"]
	not startswith(input.aws_backup_plan[p]._address, "arn:")
	some role in input.aws_backup_selection[k]._to.iam_role_arn
}

observed contains i if {
	some i, r in input.aws_fsx_ontap_file_system
	startswith(r._address, "arn:")
}

# Who makes the backups: the role of the plan's other selections, else AWS's own in an account, and in code a new one.
workers contains {"at": i, "role": role} if {
	some i, _ in input.aws_fsx_ontap_file_system
	count(roles) == 1
	some role in roles
}

workers contains {"at": i, "role": role} if {
	some i, r in input.aws_fsx_ontap_file_system
	count(roles) == 0
	observed[i]
	parts := split(r._address, ":")
	role := sprintf("arn:%s:iam::%s:role/service-role/AWSBackupDefaultServiceRole", [parts[1], parts[4]])
}

workers contains {"at": i, "role": {"_ref": sprintf("aws_iam_role.%s", [label]), "attribute": "arn"}} if {
	some i, _ in input.aws_fsx_ontap_file_system
	count(roles) == 0
	not observed[i]
	some m in marks
	m.at == i
	label := m.label
}

# What a new plan is called: one for each region of an account, and in code one for each stage, since roots share an account.
marks contains {"at": i, "name": "daily", "label": sprintf("daily_%s", [region]), "vault": "daily"} if {
	some i, r in input.aws_fsx_ontap_file_system
	observed[i]
	region := split(r._address, ":")[3]
}

marks contains {"at": i, "name": name, "label": label, "vault": {"_ref": sprintf("aws_backup_vault.%s", [label]), "attribute": "name"}} if {
	some i, r in input.aws_fsx_ontap_file_system
	not observed[i]
	name := trim_suffix(sprintf("daily-%s", [r._stage]), "-")
	label := replace(name, "-", "_")
}

# One selection takes everything that a plan is to take besides.
fix contains {
	"at": i,
	"op": "create",
	"type": "aws_backup_selection",
	"name": sprintf("%s_%d", [m.label, n]),
	"values": {
		"name": sprintf("selection-%d", [n]),
		"plan_id": {"_ref": plan._address, "attribute": "id"},
		"iam_role_arn": w.role,
		"resources": [{"_ref": r._address, "attribute": "arn"}],
	},
} if {
	some i in judged
	not covered[i]
	r := input.aws_fsx_ontap_file_system[i]
	some p in joined
	plan := input.aws_backup_plan[p]
	n := count(plan._from["aws_backup_selection.plan_id"]) + 1
	some m in marks
	m.at == i
	some w in workers
	w.at == i
}

# Without a plan there is a new one, with a vault of its own.
fix contains {
	"at": i,
	"op": "create",
	"type": "aws_backup_vault",
	"name": m.label,
	"values": {"name": m.name},
} if {
	some i in judged
	not covered[i]
	count(own) == 0
	count(selected) == 0
	some m in marks
	m.at == i
}

fix contains {
	"at": i,
	"op": "create",
	"type": "aws_backup_plan",
	"name": m.label,
	"values": {
		"name": m.name,
		"rule": [{
			"rule_name": "daily",
			"target_vault_name": m.vault,
			"schedule": "cron(0 5 ? * * *)",
			"start_window": 60,
			"completion_window": 360,
			"lifecycle": [{"delete_after": 35}],
		}],
	},
} if {
	some i in judged
	not covered[i]
	count(own) == 0
	count(selected) == 0
	some m in marks
	m.at == i
}

fix contains {
	"at": i,
	"op": "create",
	"type": "aws_backup_selection",
	"name": sprintf("%s_1", [m.label]),
	"values": {
		"name": "selection-1",
		"plan_id": {"_ref": sprintf("aws_backup_plan.%s", [m.label]), "attribute": "id"},
		"iam_role_arn": w.role,
		"resources": [{"_ref": r._address, "attribute": "arn"}],
	},
} if {
	some i in judged
	not covered[i]
	count(own) == 0
	count(selected) == 0
	r := input.aws_fsx_ontap_file_system[i]
	some m in marks
	m.at == i
	some w in workers
	w.at == i
}

# In code the role is made as well, where no selection has one.
hires contains i if {
	some i, _ in input.aws_fsx_ontap_file_system
	not observed[i]
	count(roles) == 0
	count(own) == 0
	count(selected) == 0
}

hires contains i if {
	some i, _ in input.aws_fsx_ontap_file_system
	not observed[i]
	count(roles) == 0
	count(joined) == 1
}

fix contains {
	"at": i,
	"op": "create",
	"type": "aws_iam_role",
	"name": m.label,
	"values": {
		"name_prefix": "backup-",
		"assume_role_policy": {"_json": {
			"Version": "2012-10-17",
			"Statement": [{"Effect": "Allow", "Action": "sts:AssumeRole", "Principal": {"Service": "backup.amazonaws.com"}}],
		}},
	},
} if {
	some i in judged
	not covered[i]
	hires[i]
	some m in marks
	m.at == i
}

fix contains {
	"at": i,
	"op": "create",
	"type": "aws_iam_role_policy_attachment",
	"name": m.label,
	"values": {
		"role": {"_ref": sprintf("aws_iam_role.%s", [m.label]), "attribute": "name"},
		"policy_arn": "arn:aws:iam::aws:policy/service-role/AWSBackupServiceRolePolicyForBackup",
	},
} if {
	some i in judged
	not covered[i]
	hires[i]
	some m in marks
	m.at == i
}
