package resilience

import (
	"fmt"
	"slices"
	"strconv"
	"strings"

	"github.com/plumbline-dev/plumbline/graph"
)

// copies lists the backups and replicas of a store.
func (c *recoverer) copies(r *graph.Resource, row recoveryRow) []copyOf {
	out := c.own(r, row)
	out = append(out, c.planned(r)...)
	return append(out, c.replicas(r)...)
}

// own are the backups that the service itself makes.
func (c *recoverer) own(r *graph.Resource, row recoveryRow) []copyOf {
	if row.backup < 0 {
		return c.switchedOn(r)
	}
	retention := "backup_retention_period"
	switch r.Type {
	case "aws_elasticache_replication_group", "aws_elasticache_cluster", "aws_memorydb_cluster":
		retention = "snapshot_retention_limit"
	case "aws_redshift_cluster", "aws_fsx_windows_file_system", "aws_fsx_lustre_file_system", "aws_fsx_ontap_file_system", "aws_fsx_openzfs_file_system":
		retention = "automatic_backup_retention_days"
		if r.Type == "aws_redshift_cluster" {
			retention = "automated_snapshot_retention_period"
		}
	case "aws_opensearch_domain":
		return []copyOf{{behind: row.backup, why: "snapshots are made every hour"}}
	}
	days, known, why := number(r, retention)
	switch {
	case known && days > 0:
		return []copyOf{{behind: row.backup, why: fmt.Sprintf("%s = %d%s: what was written in the last %s is lost", retention, days, in(r), clock(row.backup))}}
	case !known && why != "":
		return []copyOf{{behind: row.backup, missing: retention + " of " + r.Key().String() + ": " + why, why: "whether it is backed up is not known"}}
	}
	return nil
}

// switchedOn are backups that another attribute or resource turns on.
func (c *recoverer) switchedOn(r *graph.Resource) []copyOf {
	switch r.Type {
	case "aws_dynamodb_table":
		if blockOf(r.Attrs, "point_in_time_recovery")["enabled"] == true {
			return []copyOf{{behind: 300, why: "point-in-time recovery is on" + in(r)}}
		}
	case "aws_efs_file_system":
		for _, p := range c.d.from(r, "aws_efs_backup_policy", "file_system_id") {
			if blockOf(p.Attrs, "backup_policy")["status"] == "ENABLED" {
				return []copyOf{{behind: daily, why: "it is backed up once a day" + in(p)}}
			}
		}
	}
	return nil
}

// planned are the backups of AWS Backup.
func (c *recoverer) planned(r *graph.Resource) []copyOf {
	var out []copyOf
	for _, s := range c.g.OfType("aws_backup_selection") {
		if !c.selects(s, r) {
			continue
		}
		for _, plan := range c.d.to(s, "plan_id", "aws_backup_plan") {
			rules, _ := plan.Attrs["rule"].([]any)
			for i, v := range rules {
				rule, _ := v.(map[string]any)
				out = append(out, c.byRule(r, plan, rule, i)...)
			}
		}
	}
	return out
}

// selects says whether a selection surely covers a store: by naming it, or by a tag.
func (c *recoverer) selects(s, r *graph.Resource) bool {
	if slices.Contains(c.d.to(s, "resources", ""), r) {
		return true
	}
	tags, _ := r.Attrs["tags_all"].(map[string]any)
	blocks, _ := s.Attrs["selection_tag"].([]any)
	return slices.ContainsFunc(blocks, func(v any) bool {
		b, _ := v.(map[string]any)
		key, ok := b["key"].(string)
		return ok && b["value"] != nil && tags[key] == b["value"]
	})
}

func (c *recoverer) byRule(r, plan *graph.Resource, rule map[string]any, i int) []copyOf {
	behind, missing := daily, ""
	text, ok := rule["schedule"].(string)
	switch {
	case rule["enable_continuous_backup"] == true:
		behind = 300
	case ok:
		if every := interval(text); every > 0 {
			behind = every
		} else {
			missing = fmt.Sprintf("how often %q is", text)
		}
	case plan.Unknown[fmt.Sprintf("rule[%d].schedule", i)] != "":
		missing = plan.Unknown[fmt.Sprintf("rule[%d].schedule", i)]
	}
	out := []copyOf{{behind: behind, missing: missing, why: fmt.Sprintf("%s backs it up every %s%s", plan.Key(), clock(behind), in(plan))}}
	for _, vault := range c.d.to(plan, "rule.copy_action", "aws_backup_vault") {
		if regionOf(vault) != regionOf(r) && regionOf(vault) != anyRegion {
			out = append(out, copyOf{behind: behind, away: true, missing: missing, why: fmt.Sprintf("%s copies its backups to %s%s", plan.Key(), regionOf(vault), in(plan))})
		}
	}
	return out
}

// interval is the longest time between two runs of a schedule "cron(minute hour day month weekday year)" or
// "rate(n unit)", in seconds; 0 when it cannot be read.
// Source: Amazon EventBridge User Guide, schedule expressions.
func interval(text string) int {
	if inner, ok := strings.CutPrefix(text, "rate("); ok {
		words := strings.Fields(strings.TrimSuffix(inner, ")"))
		units := map[string]int{"minute": 60, "hour": 3600, "day": 86400}
		if len(words) == 2 {
			n, err := strconv.Atoi(words[0])
			if unit := units[strings.TrimSuffix(words[1], "s")]; err == nil && unit > 0 {
				return n * unit
			}
		}
		return 0
	}
	inner, ok := strings.CutPrefix(text, "cron(")
	words := strings.Fields(strings.TrimSuffix(inner, ")"))
	if !ok || len(words) != 6 {
		return 0
	}
	hour, day, month, weekday := words[1], words[2], words[3], words[4]
	any := func(s string) bool { return s == "*" || s == "?" }
	switch {
	case !any(month):
		return 366 * 86400
	case !any(day):
		return 31 * 86400
	case !any(weekday):
		return 7 * 86400
	case hour == "*":
		return 3600
	}
	if _, every, ok := strings.Cut(hour, "/"); ok {
		if n, err := strconv.Atoi(every); err == nil && n > 0 && n < 24 {
			return n * 3600
		}
		return 0
	}
	return daily // or several times a day, of which the longest pause is below that
}

// replicas are copies that are kept in step.
func (c *recoverer) replicas(r *graph.Resource) []copyOf {
	here := regionOf(r)
	away := func(x *graph.Resource) bool {
		return regionOf(x) != here && regionOf(x) != anyRegion && here != anyRegion
	}
	var out []copyOf
	live := func(x *graph.Resource, behind int) {
		if away(x) {
			out = append(out, copyOf{behind: behind, away: true, live: true, why: fmt.Sprintf("%s is a copy in %s%s", x.Key(), regionOf(x), in(x))})
		}
	}
	switch r.Type {
	case "aws_db_instance":
		for _, x := range c.d.from(r, "aws_db_instance", "replicate_source_db") {
			live(x, replicaLag)
		}
		for _, x := range c.d.from(r, "aws_db_instance_automated_backups_replication", "source_db_instance_arn") {
			if away(x) {
				out = append(out, copyOf{behind: 300, away: true, why: fmt.Sprintf("%s keeps its backups in %s%s", x.Key(), regionOf(x), in(x))})
			}
		}
	case "aws_rds_cluster":
		for _, global := range c.d.to(r, "global_cluster_identifier", "aws_rds_global_cluster") {
			for _, x := range c.d.from(global, "aws_rds_cluster", "global_cluster_identifier") {
				live(x, 60)
			}
		}
		for _, x := range c.d.from(r, "aws_rds_cluster", "replication_source_identifier") {
			live(x, replicaLag)
		}
	case "aws_dynamodb_table":
		if blocks, _ := r.Attrs["replica"].([]any); len(blocks) > 0 {
			out = append(out, copyOf{behind: 60, away: true, live: true, why: "it has replicas in other regions" + in(r)})
		}
		for _, x := range c.d.from(r, "aws_dynamodb_table_replica", "global_table_arn") {
			live(x, 60)
		}
	case "aws_s3_bucket":
		for _, x := range c.d.from(r, "aws_s3_bucket_replication_configuration", "bucket") {
			for _, to := range c.d.to(x, "rule.destination.bucket", "aws_s3_bucket") {
				live(to, bucketLag)
			}
		}
	case "aws_efs_file_system":
		for _, x := range c.d.from(r, "aws_efs_replication_configuration", "source_file_system_id") {
			if region, ok := blockOf(x.Attrs, "destination")["region"].(string); ok && region != here {
				out = append(out, copyOf{behind: bucketLag, away: true, live: true, why: fmt.Sprintf("%s keeps a copy in %s%s", x.Key(), region, in(x))})
			}
		}
	case "aws_elasticache_replication_group":
		for _, global := range append(c.d.to(r, "global_replication_group_id", ""), c.d.from(r, "aws_elasticache_global_replication_group", "primary_replication_group_id")...) {
			for _, x := range c.d.from(global, "aws_elasticache_replication_group", "global_replication_group_id") {
				live(x, 60)
			}
		}
	}
	return out
}
