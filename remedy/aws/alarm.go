package aws

import (
	"fmt"
	"strings"

	"github.com/plumbline-dev/plumbline/graph"
	"github.com/plumbline-dev/plumbline/remedy"
)

func alarmFixes() []Fix { return []Fix{metricAlarm} }

// alarmMembers are the members of an alarm by the attributes of ours.
var alarmMembers = map[string]string{
	"namespace": "Namespace", "metric_name": "MetricName", "statistic": "Statistic", "period": "Period", "evaluation_periods": "EvaluationPeriods", "datapoints_to_alarm": "DatapointsToAlarm",
	"threshold": "Threshold", "comparison_operator": "ComparisonOperator", "treat_missing_data": "TreatMissingData", "alarm_actions": "AlarmActions", "ok_actions": "OKActions",
	"alarm_description": "AlarmDescription",
}

// metricAlarm makes an alarm. The call overwrites an alarm of the same name as a whole, which is why there must be none.
var metricAlarm = Fix{
	ID: "cloudwatch-alarm", Title: "an alarm", Takes: []string{"+aws_cloudwatch_metric_alarm"}, Of: "dimensions", Single: true, free: true, find: cacheNode,
	Does: []string{"cloudwatch:PutMetricAlarm"}, Undoes: []string{"cloudwatch:DeleteAlarms"},
	Reads:      []string{"cloudwatch:DescribeAlarms", "ec2:DescribeInstances", "sns:GetTopicAttributes", "sns:ListSubscriptionsByTopic"},
	Companions: []string{"iam:CreateServiceLinkedRole"}, // of the first alarm that acts on a server
	Risk:       remedy.Risk{Class: "online", Detail: "It may call at once, when the metric is beyond its threshold already."},
	Undo:       partly("the history of the alarm is lost"), Seconds: 10,
	plan: func(d *draft) {
		name := d.named("alarm_name")
		if of, _ := d.wanted("namespace"); of == "AWS/CloudFront" {
			d.region, d.step.Region = "us-east-1", "us-east-1" // where its metrics are
		}
		d.called()
		s := d.look("cloudwatch:DescribeAlarms", params{"AlarmNames": []any{name}})
		s.require("there is no alarm of this name", "MetricAlarms", remedy.Absent, nil)
		s.require("there is no composite alarm of this name", "CompositeAlarms", remedy.Absent, nil)
		p := params{"AlarmName": name}
		for attr, member := range alarmMembers {
			if v, ok := d.wanted(attr); ok && v != nil {
				p[member] = v
			}
		}
		if of, ok := d.wanted("dimensions"); ok {
			p["Dimensions"] = dimensions(of)
		}
		a := d.write("cloudwatch:PutMetricAlarm", p)
		a.Until = []remedy.Condition{s.is("the alarm is there", "MetricAlarms[0].MetricName", remedy.Equals, p["MetricName"])}
		a.UndoWhen = a.Until
		a.Undo = d.undone("cloudwatch:DeleteAlarms", params{"AlarmNames": []any{name}}, s.is("the alarm is gone", "MetricAlarms", remedy.Absent, nil))
		d.shows("alarm", absent{}, fmt.Sprintf("%v %v %v", p["MetricName"], p["ComparisonOperator"], p["Threshold"]))
		d.do(a)
	},
}

// cacheNode finds the node of a cache that dimensions name by a text.
func cacheNode(g *graph.Graph, root string, attrs map[string]any) *graph.Resource {
	of, _ := attrs["dimensions"].(map[string]any)
	id, ok := of["CacheClusterId"].(string)
	if !ok {
		return nil
	}
	return named(g, root, "aws_elasticache_cluster", ":cluster:"+id)
}

// called requires of every topic that the alarm is to call that somebody hears it.
func (d *draft) called() {
	seen := map[string]bool{}
	for _, attr := range []string{"alarm_actions", "ok_actions"} {
		actions, _ := d.wanted(attr)
		list, _ := actions.([]any)
		for _, x := range list {
			arn, _ := x.(string)
			if seen[arn] {
				continue
			}
			seen[arn] = true
			switch {
			case strings.Contains(arn, ":sns:"):
				d.heard(arn)
			case strings.Contains(arn, ":automate:"):
				d.acts(arn)
			}
		}
	}
}

// acts requires of an alarm that acts on a server that nobody else replaces it, and that the action is one that loses nothing.
func (d *draft) acts(arn string) {
	parts := strings.Split(arn, ":")
	if len(parts) != 6 || parts[3] != d.region || parts[4] != "ec2" || parts[5] != "recover" && parts[5] != "reboot" {
		d.refuse(remedy.PreconditionFails, "%s is no action that is set up in an account: only a server of the region is recovered or rebooted by an alarm", arn)
	}
	of, _ := d.wanted("dimensions")
	names, _ := of.(map[string]any)
	s := d.look("ec2:DescribeInstances", params{"InstanceIds": []any{names["InstanceId"]}})
	s.require("the server is there", "Reservations[0].Instances[0].State.Name", remedy.OneOf, []any{"running", "stopped"})
	s.require("no group replaces it", "Reservations[0].Instances[0].Tags[Key=aws:autoscaling:groupName]", remedy.Absent, nil)
	t := d.p.hand.target
	d.companion(map[string]string{"iam:AWSServiceName": "events.amazonaws.com"}, "arn:"+t.Partition+":iam::"+t.Account+":role/aws-service-role/events.amazonaws.com/AWSServiceRoleForCloudWatchEvents", "iam:CreateServiceLinkedRole")
}

func (d *draft) heard(arn string) {
	parts := strings.Split(arn, ":")
	if len(parts) != 6 || parts[3] != d.region {
		d.refuse(remedy.PreconditionFails, "%s is not in %s: an alarm calls only topics of its region", arn, d.region)
	}
	of := params{"TopicArn": arn}
	topic := d.look("sns:GetTopicAttributes", of)
	topic.require("the topic is there", "Attributes.TopicArn", remedy.Equals, arn)
	topic.require("CloudWatch may use the topic's key", "Attributes.KmsMasterKeyId", remedy.Differs, "alias/aws/sns")
	subscriptions := d.look("sns:ListSubscriptionsByTopic", of)
	all, _ := subscriptions.get("Subscriptions[*].SubscriptionArn").([]any)
	for _, x := range all {
		if s, ok := x.(string); ok && strings.HasPrefix(s, "arn:") { // those that wait or are gone say so in its place
			subscriptions.require("somebody hears the topic", "Subscriptions[*].SubscriptionArn", remedy.Has, s)
			return
		}
	}
	d.refuse(remedy.PreconditionFails, "nobody has confirmed a subscription of %s", arn)
}

func dimensions(v any) []any {
	m, _ := v.(map[string]any)
	out := []any{}
	for _, k := range sortedKeys(m) {
		out = append(out, params{"Name": k, "Value": m[k]})
	}
	return out
}
