package catalog_test

import (
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/plumbline-dev/plumbline/graph"
)

func TestWhatAlarmsAndQueuesReferTo(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		name  string
		found []*graph.Resource
		want  []string
	}{
		{
			name: "a dimension by name and one by reference",
			found: []*graph.Resource{
				resource("aws_db_instance.d", attrs{"identifier": "main"}), resource("aws_lb.w", attrs{}),
				resource("aws_cloudwatch_metric_alarm.a", attrs{"dimensions": attrs{"DBInstanceIdentifier": "main", "LoadBalancer": graph.Ref{Address: "aws_lb.w", Attr: "arn_suffix"}}}),
			},
			want: []string{"aws_cloudwatch_metric_alarm.a dimensions aws_db_instance.d", "aws_cloudwatch_metric_alarm.a dimensions aws_lb.w"},
		},
		{
			name: "a member of a replication group",
			found: []*graph.Resource{
				resource("aws_elasticache_replication_group.r", attrs{"replication_group_id": "shop"}),
				resource("aws_cloudwatch_metric_alarm.a", attrs{"dimensions": attrs{"CacheClusterId": "shop-001"}}),
			},
			want: []string{"aws_cloudwatch_metric_alarm.a cache_group aws_elasticache_replication_group.r"},
		},
		{
			name: "metric math",
			found: []*graph.Resource{
				resource("aws_sqs_queue.q", attrs{"name": "q"}),
				resource("aws_cloudwatch_metric_alarm.a", attrs{"metric_query": []any{attrs{"metric": []any{attrs{"dimensions": attrs{"QueueName": "q"}}}}}}),
			},
			want: []string{"aws_cloudwatch_metric_alarm.a metric_query.metric.dimensions aws_sqs_queue.q"},
		},
		{
			name: "the alarms of a rule",
			found: []*graph.Resource{
				resource("aws_cloudwatch_metric_alarm.a", attrs{"alarm_name": "a"}), resource("aws_cloudwatch_metric_alarm.b", attrs{"alarm_name": "b"}),
				resource("aws_cloudwatch_composite_alarm.c", attrs{"alarm_name": "c", "alarm_rule": `ALARM(a) AND NOT OK("b") OR ALARM(elsewhere)`}),
			},
			want: []string{"aws_cloudwatch_composite_alarm.c children aws_cloudwatch_metric_alarm.a", "aws_cloudwatch_composite_alarm.c children aws_cloudwatch_metric_alarm.b"},
		},
		{
			name: "the alarms of a rule by reference",
			found: []*graph.Resource{
				resource("aws_cloudwatch_metric_alarm.a", attrs{}),
				resource("aws_cloudwatch_composite_alarm.c", attrs{"alarm_name": "c", "alarm_rule": graph.Template("ALARM(${aws_cloudwatch_metric_alarm.a.alarm_name})")}),
			},
			want: []string{"aws_cloudwatch_composite_alarm.c children aws_cloudwatch_metric_alarm.a"},
		},
	} {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			if diff := cmp.Diff(c.want, edges(c.found...)); diff != "" {
				t.Error(diff)
			}
		})
	}
}
