package policies_test

import (
	"context"
	"fmt"
	"slices"
	"strings"
	"testing"
	"testing/fstest"

	"github.com/google/go-cmp/cmp"

	"github.com/plumbline-dev/plumbline/catalog"
	"github.com/plumbline-dev/plumbline/graph"
	"github.com/plumbline-dev/plumbline/policies"
	"github.com/plumbline-dev/plumbline/scanners/terraform"
)

// proposed lists what the fixes of a policy make, by the address of what was judged.
func proposed(t *testing.T, id string, files map[string]string) map[string][]graph.Change {
	t.Helper()
	tree := fstest.MapFS{}
	for name, text := range files {
		tree[name] = &fstest.MapFile{Data: []byte(text)}
	}
	found, err := terraform.New(tree, terraform.Options{}).Scan(context.Background())
	if err != nil {
		t.Fatal(err)
	}
	got, err := builtin(t).Evaluate(context.Background(), catalog.Build(found.Resources, catalog.Options{}), policies.Options{Select: func(m policies.Meta) bool { return m.ID == id }})
	if err != nil || len(got.Problems) > 0 {
		t.Fatal(err, got.Problems)
	}
	out := map[string][]graph.Change{}
	for _, r := range got.Results {
		if len(r.Fix) > 0 {
			out[strings.TrimPrefix(r.Key.Root+" "+string(r.Key.Address), " ")] = r.Fix
		}
	}
	return out
}

const (
	queue = "resource \"aws_sqs_queue\" \"q\" {\n  name = \"q\"\n}\n"
	alarm = "resource \"aws_cloudwatch_metric_alarm\" %q {\n  alarm_name = %[1]q\n  namespace = \"AWS/EC2\"\n  alarm_actions = [aws_sns_topic.%[2]s.arn]\n}\n"
)

// topic writes a topic with a subscription of a protocol.
func topic(name, protocol string, more ...string) string {
	return fmt.Sprintf("resource \"aws_sns_topic\" %q {\n  name = %[1]q\n  %[3]s\n}\nresource \"aws_sns_topic_subscription\" %[1]q {\n  topic_arn = aws_sns_topic.%[1]s.arn\n  protocol = %[2]q\n  endpoint = \"x\"\n}\n",
		name, protocol, strings.Join(more, "\n"))
}

func TestAnAlarmIsProposedWhenItIsCertainWhoIsCalled(t *testing.T) {
	inModule := func(what string) map[string]string {
		return map[string]string{"main.tf": "module \"m\" {\n  source = \"./m\"\n}\n" + topic("ops", "email"), "m/main.tf": what}
	}
	for name, c := range map[string]struct {
		files map[string]string
		calls string // "": nothing is proposed
	}{
		"nobody":                                {map[string]string{"main.tf": queue}, ""},
		"a topic without a subscription":        {map[string]string{"main.tf": queue + "resource \"aws_sns_topic\" \"ops\" {}\n"}, ""},
		"a topic that writes to a person":       {map[string]string{"main.tf": queue + topic("ops", "email")}, "aws_sns_topic.ops"},
		"a topic that a program reads":          {map[string]string{"main.tf": queue + topic("events", "lambda")}, ""},
		"one that alarms call":                  {map[string]string{"main.tf": queue + topic("pager", "https") + topic("news", "email") + fmt.Sprintf(alarm, "a", "pager")}, "aws_sns_topic.pager"},
		"two that alarms call":                  {map[string]string{"main.tf": queue + topic("one", "email") + topic("two", "email") + fmt.Sprintf(alarm, "a", "one") + fmt.Sprintf(alarm, "b", "two")}, ""},
		"two that write to people":              {map[string]string{"main.tf": queue + topic("one", "email") + topic("two", "sms")}, ""},
		"a FIFO topic":                          {map[string]string{"main.tf": queue + topic("ops", "email", "fifo_topic = true")}, ""},
		"the key of SNS":                        {map[string]string{"main.tf": queue + topic("ops", "email", "kms_master_key_id = \"alias/aws/sns\"")}, ""},
		"a topic of another module":             {inModule(queue), ""},
		"a topic of the same module":            {inModule(queue + topic("mine", "email")), "module.m.aws_sns_topic.mine"},
		"a topic of another root":               {map[string]string{"a/main.tf": "provider \"aws\" {}\n" + queue, "b/main.tf": "provider \"aws\" {}\n" + topic("ops", "email")}, ""},
		"a chat that reads the topic":           {map[string]string{"main.tf": queue + "resource \"aws_sns_topic\" \"ops\" {}\nresource \"aws_chatbot_slack_channel_configuration\" \"c\" {\n  configuration_name = \"c\"\n  sns_topic_arns = [aws_sns_topic.ops.arn]\n}\n"}, "aws_sns_topic.ops"},
		"an alarm that is off calls nobody":     {map[string]string{"main.tf": queue + topic("ops", "lambda") + strings.Replace(fmt.Sprintf(alarm, "a", "ops"), "alarm_name", "actions_enabled = false\n  alarm_name", 1)}, ""},
		"a program that alarms call hears this": {map[string]string{"main.tf": queue + topic("ops", "lambda") + fmt.Sprintf(alarm, "a", "ops")}, "aws_sns_topic.ops"},
	} {
		t.Run(name, func(t *testing.T) {
			for _, id := range []string{"alarms.queue", "sqs.age_alarm"} {
				var calls []string
				for _, changes := range proposed(t, id, c.files) {
					for _, change := range changes {
						for _, ref := range graph.RefsIn(change.New.(map[string]any)["alarm_actions"]) {
							calls = append(calls, string(ref.Address))
						}
					}
				}
				if got := strings.Join(calls, " "); got != c.calls {
					t.Errorf("%s: calls %q, want %q", id, got, c.calls)
				}
			}
		})
	}
}

// Two policies that ask for the same alarm propose the same change.
func TestPoliciesOnQueuesProposeOneAlarm(t *testing.T) {
	files := map[string]string{"main.tf": queue + topic("ops", "email")}
	if diff := cmp.Diff(proposed(t, "alarms.queue", files), proposed(t, "sqs.age_alarm", files)); diff != "" {
		t.Error(diff)
	}
}

func TestAlarmsOfANodeNetworkOrDistribution(t *testing.T) {
	metrics := func(id, code string) []string {
		var out []string
		for _, changes := range proposed(t, id, map[string]string{"main.tf": code + topic("ops", "email")}) {
			for _, c := range changes {
				v := c.New.(map[string]any)
				out = append(out, fmt.Sprint(v["alarm_name"], " ", v["namespace"], "/", v["metric_name"], " ", v["dimensions"]))
			}
		}
		slices.Sort(out)
		return out
	}
	for _, c := range []struct {
		id, code string
		want     []string
	}{
		{"alarms.cache", "resource \"aws_elasticache_replication_group\" \"r\" {\n  replication_group_id = \"shop\"\n  num_cache_clusters = 2\n}\n", []string{
			"shop-001-EngineCPUUtilization AWS/ElastiCache/EngineCPUUtilization map[CacheClusterId:shop-001]",
			"shop-002-EngineCPUUtilization AWS/ElastiCache/EngineCPUUtilization map[CacheClusterId:shop-002]"}},
		{"alarms.cache", "resource \"aws_elasticache_replication_group\" \"r\" {\n  replication_group_id = \"shop\"\n  num_node_groups = 2\n}\n", nil},
		{"alarms.coverage", "resource \"aws_lb\" \"w\" {\n  name = \"w\"\n}\n", []string{"${aws_lb.w.name}-HTTPCode_ELB_5XX_Count AWS/ApplicationELB/HTTPCode_ELB_5XX_Count map[LoadBalancer:${aws_lb.w.arn_suffix}]"}},
		{"alarms.coverage", "resource \"aws_lb\" \"w\" {\n  name = \"w\"\n  load_balancer_type = \"network\"\n}\n", nil}, // nothing is behind it
		{"alarms.distribution", "provider \"aws\" {\n  region = \"us-east-1\"\n}\nresource \"aws_cloudfront_distribution\" \"d\" {}\n", []string{
			"${aws_cloudfront_distribution.d.id}-5xxErrorRate AWS/CloudFront/5xxErrorRate map[DistributionId:${aws_cloudfront_distribution.d.id} Region:Global]"}},
		{"alarms.distribution", "provider \"aws\" {\n  region = \"eu-west-1\"\n}\nresource \"aws_cloudfront_distribution\" \"d\" {}\n", nil},
	} {
		if diff := cmp.Diff(c.want, metrics(c.id, c.code)); diff != "" {
			t.Errorf("%s on\n%s%s", c.id, c.code, diff)
		}
	}
}
