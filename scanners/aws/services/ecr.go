package services

// Amazon ECR. Needs ecr:DescribeRepositories, ecr:ListTagsForResource, ecr:GetLifecyclePolicy, ecr:GetRepositoryPolicy,
// ecr:GetRegistryScanningConfiguration, ecr:DescribeRegistry, ecr:DescribePullThroughCacheRules.

import (
	"context"

	sdk "github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/ecr"

	"github.com/plumbline-dev/plumbline/graph"
	"github.com/plumbline-dev/plumbline/scanners/aws"
)

func ecrService() aws.Service {
	return aws.Service{
		Name: "ecr",
		Lists: []aws.List{
			{Operation: "DescribeRepositories", Gives: []string{"aws_ecr_repository"}, Read: readRepositories},
			{Operation: "GetRegistryScanningConfiguration", Gives: []string{"aws_ecr_registry_scanning_configuration"}, Read: readRegistryScanning},
			{Operation: "DescribeRegistry", Gives: []string{"aws_ecr_replication_configuration"}, Read: readRegistryReplication},
			{Operation: "DescribePullThroughCacheRules", Gives: []string{"aws_ecr_pull_through_cache_rule"}, Read: readCacheRules},
		},
		Details: []aws.Detail{
			{Operation: "ListTagsForResource", Of: "aws_ecr_repository", Sets: []string{"tags"}, Read: readRepositoryTags},
			{Operation: "GetLifecyclePolicy", Of: "aws_ecr_repository", Gives: []string{"aws_ecr_lifecycle_policy.repository"}, Read: readRepositoryLifecycle},
			{Operation: "GetRepositoryPolicy", Of: "aws_ecr_repository", Gives: []string{"aws_ecr_repository_policy.repository"}, Read: readRepositoryPolicy},
		},
	}
}

var repositoryFields = aws.Table{
	"name": "RepositoryName", "repository_url": "RepositoryUri", "image_tag_mutability": "ImageTagMutability",
	"image_tag_mutability_exclusion_filter[].filter":      "ImageTagMutabilityExclusionFilters[].Filter",
	"image_tag_mutability_exclusion_filter[].filter_type": "ImageTagMutabilityExclusionFilters[].FilterType",
	"image_scanning_configuration[0].scan_on_push":        "ImageScanningConfiguration.ScanOnPush",
	"encryption_configuration[0].encryption_type":         "EncryptionConfiguration.EncryptionType",
	"encryption_configuration[0].kms_key":                 "EncryptionConfiguration.KmsKey",
}

func readRepositories(ctx context.Context, s *aws.Session, give func(*graph.Resource)) error {
	pages := ecr.NewDescribeRepositoriesPaginator(ecr.NewFromConfig(s.Config), &ecr.DescribeRepositoriesInput{})
	return eachPage(ctx, pages, func(page *ecr.DescribeRepositoriesOutput) {
		for i := range page.Repositories {
			from := &page.Repositories[i]
			name := text(from.RepositoryName)
			r := s.Resource("aws_ecr_repository", text(from.RepositoryArn), name, name)
			repositoryFields.Set(r, from)
			null(r, "registry")
			give(r)
		}
	})
}

func readRepositoryTags(ctx context.Context, s *aws.Session, r *graph.Resource, _ func(*graph.Resource)) error {
	out, err := ecr.NewFromConfig(s.Config).ListTagsForResource(ctx, &ecr.ListTagsForResourceInput{ResourceArn: arnOf(r)})
	if err != nil {
		return err
	}
	r.Attrs["tags"] = aws.Plain(out.Tags)
	return nil
}

func readRepositoryLifecycle(ctx context.Context, s *aws.Session, r *graph.Resource, give func(*graph.Resource)) error {
	out, err := ecr.NewFromConfig(s.Config).GetLifecyclePolicy(ctx, &ecr.GetLifecyclePolicyInput{RepositoryName: sdk.String(r.Name)})
	if answered(err, "LifecyclePolicyNotFoundException") {
		return nil
	}
	if err != nil {
		return err
	}
	part := s.Part(r, "aws_ecr_lifecycle_policy", "lifecycle_policy", "repository")
	part.Attrs["policy"] = aws.Plain(out.LifecyclePolicyText)
	give(part)
	return nil
}

func readRepositoryPolicy(ctx context.Context, s *aws.Session, r *graph.Resource, give func(*graph.Resource)) error {
	out, err := ecr.NewFromConfig(s.Config).GetRepositoryPolicy(ctx, &ecr.GetRepositoryPolicyInput{RepositoryName: sdk.String(r.Name)})
	if answered(err, "RepositoryPolicyNotFoundException") {
		return nil
	}
	if err != nil {
		return err
	}
	part := s.Part(r, "aws_ecr_repository_policy", "policy", "repository")
	part.Attrs["policy"] = aws.Plain(out.PolicyText)
	give(part)
	return nil
}

// readRegistryScanning gives the rules by which the registry scans; a registry always has a configuration, mostly without rules.
func readRegistryScanning(ctx context.Context, s *aws.Session, give func(*graph.Resource)) error {
	out, err := ecr.NewFromConfig(s.Config).GetRegistryScanningConfiguration(ctx, &ecr.GetRegistryScanningConfigurationInput{})
	if err != nil {
		return err
	}
	r := s.Resource("aws_ecr_registry_scanning_configuration", "", s.Account, s.Account)
	null(r, "scan_type", "applies_to")
	rules := []any{}
	if c := out.ScanningConfiguration; c != nil {
		r.Attrs["scan_type"] = aws.Plain(c.ScanType)
		for _, rule := range c.Rules {
			filters := make([]any, len(rule.RepositoryFilters))
			for i, f := range rule.RepositoryFilters {
				filters[i] = map[string]any{"filter": aws.Plain(f.Filter), "filter_type": string(f.FilterType)}
			}
			rules = append(rules, map[string]any{"scan_frequency": string(rule.ScanFrequency), "repository_filter": filters})
		}
	}
	r.Attrs["rule"] = rules
	give(r)
	return nil
}

func readRegistryReplication(ctx context.Context, s *aws.Session, give func(*graph.Resource)) error {
	out, err := ecr.NewFromConfig(s.Config).DescribeRegistry(ctx, &ecr.DescribeRegistryInput{})
	if err != nil {
		return err
	}
	if out.ReplicationConfiguration == nil || len(out.ReplicationConfiguration.Rules) == 0 {
		return nil
	}
	r := s.Resource("aws_ecr_replication_configuration", "", s.Account, s.Account)
	rules := make([]any, len(out.ReplicationConfiguration.Rules))
	for i, rule := range out.ReplicationConfiguration.Rules {
		destinations := make([]any, len(rule.Destinations))
		for j, d := range rule.Destinations {
			destinations[j] = map[string]any{"region": aws.Plain(d.Region), "registry_id": aws.Plain(d.RegistryId)}
		}
		rules[i] = map[string]any{"destination": destinations}
	}
	r.Attrs["replication_configuration"] = block(map[string]any{"rule": rules})
	give(r)
	return nil
}

func readCacheRules(ctx context.Context, s *aws.Session, give func(*graph.Resource)) error {
	pages := ecr.NewDescribePullThroughCacheRulesPaginator(ecr.NewFromConfig(s.Config), &ecr.DescribePullThroughCacheRulesInput{})
	return eachPage(ctx, pages, func(page *ecr.DescribePullThroughCacheRulesOutput) {
		for _, rule := range page.PullThroughCacheRules {
			prefix := text(rule.EcrRepositoryPrefix)
			r := s.Resource("aws_ecr_pull_through_cache_rule", "", prefix, prefix)
			r.Attrs["ecr_repository_prefix"], r.Attrs["upstream_registry_url"] = prefix, aws.Plain(rule.UpstreamRegistryUrl)
			give(r)
		}
	})
}
