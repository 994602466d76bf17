package services

// Amazon CloudWatch. Needs cloudwatch:DescribeAlarms.

import (
	"context"

	"github.com/aws/aws-sdk-go-v2/service/cloudwatch"
	"github.com/aws/aws-sdk-go-v2/service/cloudwatch/schemas"
	"github.com/aws/aws-sdk-go-v2/service/cloudwatch/types"
	"github.com/aws/smithy-go/transport/http/protocol/awsquery"

	"github.com/plumbline-dev/plumbline/graph"
	"github.com/plumbline-dev/plumbline/scanners/aws"
)

func cloudwatchService() aws.Service {
	return aws.Service{
		Name: "cloudwatch",
		Lists: []aws.List{{
			Operation: "DescribeAlarms", Gives: []string{"aws_cloudwatch_metric_alarm", "aws_cloudwatch_composite_alarm"}, Read: readAlarms,
		}},
	}
}

var (
	metricAlarmFields = aws.Table{
		"alarm_name": "AlarmName", "alarm_description": "AlarmDescription", "metric_name": "MetricName", "namespace": "Namespace",
		"statistic": "Statistic", "extended_statistic": "ExtendedStatistic", "comparison_operator": "ComparisonOperator", "threshold": "Threshold",
		"threshold_metric_id": "ThresholdMetricId", "period": "Period", "evaluation_periods": "EvaluationPeriods", "datapoints_to_alarm": "DatapointsToAlarm",
		"treat_missing_data": "TreatMissingData", "unit": "Unit", "actions_enabled": "ActionsEnabled!", "alarm_actions": "AlarmActions",
		"ok_actions": "OKActions", "insufficient_data_actions": "InsufficientDataActions",
	}
	compositeAlarmFields = aws.Table{
		"alarm_name": "AlarmName", "alarm_description": "AlarmDescription", "alarm_rule": "AlarmRule", "actions_enabled": "ActionsEnabled!",
		"alarm_actions": "AlarmActions", "ok_actions": "OKActions",
	}
)

// alarmClient makes a client. CloudWatch speaks CBOR, which emulators do not understand; they get its older query protocol.
func alarmClient(s *aws.Session) *cloudwatch.Client {
	return cloudwatch.NewFromConfig(s.Config, func(o *cloudwatch.Options) {
		if s.Emulated {
			o.Protocol = awsquery.New(schemas.GraniteServiceVersion20100801)
		}
	})
}

func readAlarms(ctx context.Context, s *aws.Session, give func(*graph.Resource)) error {
	pages := cloudwatch.NewDescribeAlarmsPaginator(alarmClient(s), &cloudwatch.DescribeAlarmsInput{
		AlarmTypes: []types.AlarmType{types.AlarmTypeMetricAlarm, types.AlarmTypeCompositeAlarm},
	})
	return eachPage(ctx, pages, func(page *cloudwatch.DescribeAlarmsOutput) {
		for i := range page.MetricAlarms {
			give(metricAlarm(s, &page.MetricAlarms[i]))
		}
		for i := range page.CompositeAlarms {
			a := &page.CompositeAlarms[i]
			r := s.Resource("aws_cloudwatch_composite_alarm", text(a.AlarmArn), text(a.AlarmName), text(a.AlarmName))
			compositeAlarmFields.Set(r, a)
			give(r)
		}
	})
}

func metricAlarm(s *aws.Session, from *types.MetricAlarm) *graph.Resource {
	r := s.Resource("aws_cloudwatch_metric_alarm", text(from.AlarmArn), text(from.AlarmName), text(from.AlarmName))
	metricAlarmFields.Set(r, from)
	r.Attrs["dimensions"] = dimensions(from.Dimensions)
	queries := []any{}
	for _, q := range from.Metrics {
		query := map[string]any{
			"id": aws.Plain(q.Id), "expression": aws.Plain(q.Expression), "label": aws.Plain(q.Label), "return_data": q.ReturnData == nil || *q.ReturnData, "metric": []any{},
		}
		if m := q.MetricStat; m != nil {
			metric := map[string]any{"period": aws.Plain(m.Period), "stat": aws.Plain(m.Stat), "unit": aws.Plain(m.Unit)}
			if m.Metric != nil {
				metric["metric_name"], metric["namespace"], metric["dimensions"] = aws.Plain(m.Metric.MetricName), aws.Plain(m.Metric.Namespace), dimensions(m.Metric.Dimensions)
			}
			query["metric"] = block(metric)
		}
		queries = append(queries, query)
	}
	r.Attrs["metric_query"] = queries
	return r
}

func dimensions(list []types.Dimension) map[string]any {
	out := map[string]any{}
	for _, d := range list {
		out[text(d.Name)] = text(d.Value)
	}
	return out
}
