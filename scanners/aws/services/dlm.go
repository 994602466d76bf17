package services

// Amazon Data Lifecycle Manager. Needs dlm:GetLifecyclePolicies and, for each policy, dlm:GetLifecyclePolicy.

import (
	"context"

	"github.com/aws/aws-sdk-go-v2/service/dlm"
	"github.com/aws/aws-sdk-go-v2/service/dlm/types"

	"github.com/plumbline-dev/plumbline/graph"
	"github.com/plumbline-dev/plumbline/scanners/aws"
)

func dlmService() aws.Service {
	return aws.Service{
		Name:  "dlm",
		Lists: []aws.List{{Operation: "GetLifecyclePolicies", Gives: []string{"aws_dlm_lifecycle_policy"}, Read: readLifecyclePolicies}},
		Details: []aws.Detail{
			{Operation: "GetLifecyclePolicy", Of: "aws_dlm_lifecycle_policy", Sets: []string{"execution_role_arn", "policy_details"}, Read: readLifecyclePolicy},
		},
	}
}

func readLifecyclePolicies(ctx context.Context, s *aws.Session, give func(*graph.Resource)) error {
	out, err := dlm.NewFromConfig(s.Config).GetLifecyclePolicies(ctx, &dlm.GetLifecyclePoliciesInput{})
	if err != nil {
		return err
	}
	for _, from := range out.Policies {
		id := text(from.PolicyId)
		r := s.Resource("aws_dlm_lifecycle_policy", s.ARN("dlm", "policy/"+id), id, nameTag(from.Tags, id))
		r.Attrs["description"], r.Attrs["state"], r.Attrs["tags"] = aws.Plain(from.Description), "DISABLED", aws.Plain(from.Tags)
		if from.State == types.GettablePolicyStateValuesEnabled {
			r.Attrs["state"] = "ENABLED" // a policy in error takes no snapshots either
		}
		give(r)
	}
	return nil
}

// readLifecyclePolicy leaves the tags of a default policy open: it takes everything but what it excludes.
func readLifecyclePolicy(ctx context.Context, s *aws.Session, r *graph.Resource, _ func(*graph.Resource)) error {
	id := r.Attrs["id"].(string)
	out, err := dlm.NewFromConfig(s.Config).GetLifecyclePolicy(ctx, &dlm.GetLifecyclePolicyInput{PolicyId: &id})
	if err != nil {
		return err
	}
	r.Attrs["execution_role_arn"] = aws.Plain(out.Policy.ExecutionRoleArn)
	from := out.Policy.PolicyDetails
	if from == nil {
		r.Attrs["policy_details"] = []any{}
		return nil
	}
	details := map[string]any{"policy_type": aws.Plain(from.PolicyType), "resource_types": texts(from.ResourceTypes), "target_tags": aws.Plain(from.TargetTags)}
	if flag(out.Policy.DefaultPolicy) {
		details["resource_types"] = []any{string(from.ResourceType)}
		delete(details, "target_tags")
		r.Unknown["policy_details[0].target_tags"] = "a default policy takes everything but what it excludes"
	}
	schedules := []any{}
	for i := range from.Schedules {
		schedules = append(schedules, snapshotSchedule(&from.Schedules[i]))
	}
	details["schedule"] = schedules
	r.Attrs["policy_details"] = block(details)
	return nil
}

func snapshotSchedule(from *types.Schedule) map[string]any {
	schedule := map[string]any{"name": aws.Plain(from.Name), "copy_tags": flag(from.CopyTags), "create_rule": []any{}, "retain_rule": []any{}}
	if x := from.CreateRule; x != nil {
		schedule["create_rule"] = block(map[string]any{"interval": aws.Plain(x.Interval), "interval_unit": aws.Plain(x.IntervalUnit), "times": texts(x.Times), "cron_expression": aws.Plain(x.CronExpression)})
	}
	if x := from.RetainRule; x != nil {
		schedule["retain_rule"] = block(map[string]any{"count": aws.Plain(x.Count), "interval": aws.Plain(x.Interval), "interval_unit": aws.Plain(x.IntervalUnit)})
	}
	copies := []any{}
	for _, x := range from.CrossRegionCopyRules {
		target := x.Target
		if text(target) == "" {
			target = x.TargetRegion
		}
		copies = append(copies, map[string]any{"target": aws.Plain(target), "encrypted": flag(x.Encrypted)})
	}
	schedule["cross_region_copy_rule"] = copies
	return schedule
}
