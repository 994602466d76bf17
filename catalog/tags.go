package catalog

import (
	"slices"
	"strings"

	"github.com/plumbline-dev/plumbline/graph"
)

// taggable are the types whose tags tell the stage and who manages them: what costs, holds data or takes
// traffic. Groups of servers are left out: they pass tags on and have their own form of them.
var taggable = []string{
	"aws_cloudfront_distribution", "aws_cloudtrail", "aws_db_instance", "aws_dynamodb_table", "aws_ebs_volume", "aws_ecr_repository", "aws_ecs_cluster", "aws_ecs_service",
	"aws_efs_file_system", "aws_eip", "aws_eks_cluster", "aws_eks_node_group", "aws_elasticache_cluster", "aws_elasticache_replication_group", "aws_elb", "aws_iam_role", "aws_iam_user",
	"aws_instance", "aws_kms_key", "aws_lambda_function", "aws_lb", "aws_nat_gateway", "aws_opensearch_domain", "aws_rds_cluster", "aws_rds_cluster_instance", "aws_redshift_cluster",
	"aws_route53_zone", "aws_s3_bucket", "aws_secretsmanager_secret", "aws_security_group", "aws_sns_topic", "aws_sqs_queue", "aws_subnet", "aws_vpc",
}

// untagged lists, for each root, its taggable resources that lack a tag for the stage (Environment, Stage, Env) or for
// what manages them (ManagedBy), however these are written. Tags that are not known leave the list open.
func (b *builder) untagged(roots []*graph.Resource) {
	lists, doubts := map[string][]string{}, map[string]string{}
	for _, r := range b.resources {
		if r.Data || r.Of != "" || !slices.Contains(taggable, r.Type) {
			continue
		}
		switch tagged, why := tagState(r); {
		case why != "":
			keepLeast(doubts, r.Root, why)
		case !tagged:
			lists[r.Root] = append(lists[r.Root], string(r.Address))
		}
	}
	for _, root := range roots {
		delete(root.Unknown, "untagged")
		delete(root.Unknown, "untagged[*]")
		slices.Sort(lists[root.Root])
		list := make([]any, len(lists[root.Root]))
		for i, a := range lists[root.Root] {
			list[i] = a
		}
		root.Attrs["untagged"] = list
		if why := doubts[root.Root]; why != "" {
			root.Unknown["untagged[*]"] = why
		}
	}
}

// tagWord leaves out what separates the words of a tag's key.
var tagWord = strings.NewReplacer("-", "", "_", "", ":", "")

// tagState says whether a resource has both tags, or why that is not known.
func tagState(r *graph.Resource) (tagged bool, why string) {
	for _, p := range []string{"tags_all", "tags_all[*]", "_count"} {
		if why, unknown := r.Unknown[p]; unknown {
			return false, why
		}
	}
	var stage, managed bool
	note := func(key string) {
		switch tagWord.Replace(strings.ToLower(key)) {
		case "environment", "stage", "env", "environmentname":
			stage = true
		case "managedby":
			managed = true
		}
	}
	tags, _ := r.Attrs["tags_all"].(map[string]any)
	for k := range tags {
		note(k)
	}
	for p := range r.Unknown {
		if k, ok := strings.CutPrefix(p, "tags_all."); ok {
			note(k) // the tag is there, whatever its value
		}
	}
	return stage && managed, ""
}
