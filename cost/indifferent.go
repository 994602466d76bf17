package cost

import (
	"strings"

	"github.com/plumbline-dev/plumbline/graph"
)

// indifferent lists attributes that fixes set and that no price depends on, whatever their resource: no estimator names them, and
// the catalogue derives nothing from them but an edge that no estimator follows (both tested). Patches of nothing else are not estimated.
var indifferent = map[string]bool{
	"actions_enabled": true, "auto_renew": true, "cross_zone_load_balancing": true, "delete_automated_backups": true,
	"deletion_protection": true, "deletion_protection_enabled": true, "enable_deletion_protection": true,
	"enable_log_file_validation": true, "enforce_admins": true, "final_snapshot_identifier": true, "health_check_type": true,
	"deployment_minimum_healthy_percent": true, "retention_in_days": true, "use_lockfile": true,
	"image_tag_mutability": true, "skip_final_snapshot": true, "ssl_policy": true, "transfer_lock": true,
	"block_public_acls": true, "block_public_policy": true, "ignore_public_acls": true, "restrict_public_buckets": true,
}

// settingTypes lists types that fixes create, that cost nothing, and that no price depends on: no estimator looks for them (tested).
var settingTypes = map[string]bool{"aws_autoscaling_policy": true, "aws_ecr_lifecycle_policy": true, "aws_s3_bucket_policy": true,
	"aws_s3_bucket_public_access_block": true, "aws_s3_bucket_versioning": true}

// Indifferent lists the attributes that no price depends on.
func Indifferent() []string { return sortedKeys(indifferent) }

// SettingTypes lists the free types that no price depends on, and that fixes create.
func SettingTypes() []string { return sortedKeys(settingTypes) }

// passes says whether a patch changes nothing but what no price depends on, and gives what it changes.
func (d *Deltas) passes(p graph.Patch) ([]*graph.Resource, bool) {
	var touched []*graph.Resource
	for _, c := range p {
		r := d.g.Get(graph.Key{Root: c.Root, Address: c.Address})
		word, _, _ := strings.Cut(c.Path, "[")
		switch {
		case c.Op == graph.Create && settingTypes[c.Type] && r == nil:
		case c.Op == graph.Set && indifferent[word] && r != nil:
			touched = append(touched, r)
		default:
			return nil, false
		}
	}
	return touched, len(p) > 0
}
