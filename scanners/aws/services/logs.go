package services

// Amazon CloudWatch Logs. Needs logs:DescribeLogGroups, logs:DescribeMetricFilters. Tags of log groups are not read: that is one
// call for each group, of which accounts have thousands.

import (
	"context"
	"strings"

	"github.com/aws/aws-sdk-go-v2/service/cloudwatchlogs"

	"github.com/plumbline-dev/plumbline/graph"
	"github.com/plumbline-dev/plumbline/scanners/aws"
)

func logsService() aws.Service {
	return aws.Service{
		Name: "logs",
		Lists: []aws.List{
			{Operation: "DescribeLogGroups", Gives: []string{"aws_cloudwatch_log_group"}, Read: readLogGroups},
			{Operation: "DescribeMetricFilters", Gives: []string{"aws_cloudwatch_log_metric_filter"}, Read: readMetricFilters},
		},
	}
}

var (
	logGroupFields     = aws.Table{"name": "LogGroupName", "retention_in_days": "RetentionInDays", "kms_key_id": "KmsKeyId", "log_group_class": "LogGroupClass"}
	metricFilterFields = aws.Table{
		"name": "FilterName", "log_group_name": "LogGroupName", "pattern": "FilterPattern",
		"metric_transformation[].name": "MetricTransformations[].MetricName", "metric_transformation[].namespace": "MetricTransformations[].MetricNamespace",
		"metric_transformation[].value": "MetricTransformations[].MetricValue",
	}
)

func readLogGroups(ctx context.Context, s *aws.Session, give func(*graph.Resource)) error {
	pages := cloudwatchlogs.NewDescribeLogGroupsPaginator(cloudwatchlogs.NewFromConfig(s.Config), &cloudwatchlogs.DescribeLogGroupsInput{})
	return eachPage(ctx, pages, func(page *cloudwatchlogs.DescribeLogGroupsOutput) {
		for i := range page.LogGroups {
			g := &page.LogGroups[i]
			r := s.Resource("aws_cloudwatch_log_group", strings.TrimSuffix(text(g.Arn), ":*"), text(g.LogGroupName), text(g.LogGroupName))
			logGroupFields.Set(r, g)
			if g.RetentionInDays == nil {
				r.Attrs["retention_in_days"] = 0 // AWS leaves it out where events never expire
			}
			give(r)
		}
	})
}

func readMetricFilters(ctx context.Context, s *aws.Session, give func(*graph.Resource)) error {
	pages := cloudwatchlogs.NewDescribeMetricFiltersPaginator(cloudwatchlogs.NewFromConfig(s.Config), &cloudwatchlogs.DescribeMetricFiltersInput{})
	return eachPage(ctx, pages, func(page *cloudwatchlogs.DescribeMetricFiltersOutput) {
		for i := range page.MetricFilters {
			f := &page.MetricFilters[i]
			r := s.Resource("aws_cloudwatch_log_metric_filter", "", text(f.LogGroupName)+":"+text(f.FilterName), text(f.FilterName))
			metricFilterFields.Set(r, f)
			give(r)
		}
	})
}
