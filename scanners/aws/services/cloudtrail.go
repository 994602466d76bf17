package services

// AWS CloudTrail, which tells the event selectors of a trail in its home region only. Needs cloudtrail:DescribeTrails, cloudtrail:GetTrailStatus, cloudtrail:GetEventSelectors.

import (
	"context"

	"github.com/aws/aws-sdk-go-v2/service/cloudtrail"
	"github.com/aws/aws-sdk-go-v2/service/cloudtrail/types"

	"github.com/plumbline-dev/plumbline/graph"
	"github.com/plumbline-dev/plumbline/scanners/aws"
)

func cloudtrailService() aws.Service {
	return aws.Service{
		Name:  "cloudtrail",
		Lists: []aws.List{{Operation: "DescribeTrails", Gives: []string{"aws_cloudtrail"}, Read: readTrails}},
		Details: []aws.Detail{
			{Operation: "GetTrailStatus", Of: "aws_cloudtrail", Sets: []string{"enable_logging"}, Read: readTrailStatus},
			{Operation: "GetEventSelectors", Of: "aws_cloudtrail", Sets: []string{"event_selector", "advanced_event_selector"}, Read: readEventSelectors},
		},
	}
}

var trailFields = aws.Table{
	"name": "Name", "s3_bucket_name": "S3BucketName", "s3_key_prefix": "S3KeyPrefix", "is_multi_region_trail": "IsMultiRegionTrail!",
	"is_organization_trail": "IsOrganizationTrail", "enable_log_file_validation": "LogFileValidationEnabled!",
	"include_global_service_events": "IncludeGlobalServiceEvents", "kms_key_id": "KmsKeyId", "cloud_watch_logs_group_arn": "CloudWatchLogsLogGroupArn",
	"cloud_watch_logs_role_arn": "CloudWatchLogsRoleArn", "sns_topic_name": "SnsTopicName", "home_region": "HomeRegion",
}

// readTrails lists the trails that write down what happens in this region. One of another region, and one of the
// organization's management account, is a neighbour: it is judged where it lives, and seen from here.
func readTrails(ctx context.Context, s *aws.Session, give func(*graph.Resource)) error {
	shadows := true
	out, err := cloudtrail.NewFromConfig(s.Config).DescribeTrails(ctx, &cloudtrail.DescribeTrailsInput{IncludeShadowTrails: &shadows})
	if err != nil {
		return err
	}
	for i := range out.TrailList {
		t := &out.TrailList[i]
		arn := text(t.TrailARN)
		r := s.Resource("aws_cloudtrail", arn, arn, text(t.Name))
		trailFields.Set(r, t)
		r.Attrs["account"] = s.Account
		if text(t.HomeRegion) != s.Region || accountOf(arn) != s.Account {
			r.Address = s.Local("aws_cloudtrail", text(t.Name))
			neighbour(r)
		}
		give(r)
	}
	return nil
}

func readTrailStatus(ctx context.Context, s *aws.Session, r *graph.Resource, _ func(*graph.Resource)) error {
	arn, _ := r.Attrs["arn"].(string)
	out, err := cloudtrail.NewFromConfig(s.Config).GetTrailStatus(ctx, &cloudtrail.GetTrailStatusInput{Name: &arn})
	if err != nil {
		return err
	}
	r.Attrs["enable_logging"] = flag(out.IsLogging)
	return nil
}

func readEventSelectors(ctx context.Context, s *aws.Session, r *graph.Resource, _ func(*graph.Resource)) error {
	arn, _ := r.Attrs["arn"].(string)
	home := func(o *cloudtrail.Options) {
		if region, _ := r.Attrs["home_region"].(string); region != "" {
			o.Region = region
		}
	}
	out, err := cloudtrail.NewFromConfig(s.Config, home).GetEventSelectors(ctx, &cloudtrail.GetEventSelectorsInput{TrailName: &arn})
	if err != nil {
		return err
	}
	basic, advanced := []any{}, []any{}
	for _, e := range out.EventSelectors {
		data := []any{}
		for _, d := range e.DataResources {
			data = append(data, map[string]any{"type": aws.Plain(d.Type), "values": aws.Plain(d.Values)})
		}
		basic = append(basic, map[string]any{
			"include_management_events": e.IncludeManagementEvents == nil || *e.IncludeManagementEvents, "read_write_type": aws.Plain(e.ReadWriteType), "data_resource": data,
		})
	}
	for _, e := range out.AdvancedEventSelectors {
		advanced = append(advanced, map[string]any{"name": aws.Plain(e.Name), "field_selector": fieldSelectors(e.FieldSelectors)})
	}
	r.Attrs["event_selector"], r.Attrs["advanced_event_selector"] = basic, advanced
	return nil
}

func fieldSelectors(from []types.AdvancedFieldSelector) []any {
	out := []any{}
	for _, f := range from {
		out = append(out, map[string]any{
			"field": aws.Plain(f.Field), "equals": texts(f.Equals), "not_equals": texts(f.NotEquals), "starts_with": texts(f.StartsWith),
			"not_starts_with": texts(f.NotStartsWith), "ends_with": texts(f.EndsWith), "not_ends_with": texts(f.NotEndsWith),
		})
	}
	return out
}
