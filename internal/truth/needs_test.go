package truth

import (
	"strings"
	"testing"

	"github.com/plumbline-dev/plumbline/catalog"
	"github.com/plumbline-dev/plumbline/scanners/aws/services"
)

// otherwise lists the types that policies read and no reader gives, each with the reason why a live account loses nothing.
var otherwise = map[string]string{
	"aws_acm_certificate_validation":            "a distribution names its certificate itself",
	"aws_autoscaling_attachment":                "the group lists its target groups and load balancers",
	"aws_autoscaling_traffic_source_attachment": "the group lists its target groups and load balancers",
	"aws_budgets_budget":                        "no check asks whether an account has one; those of code are judged",
	"aws_chatbot_slack_channel_configuration":   "the topic has a subscription of the chatbot",
	"aws_cloudwatch_event_bus":                  "a target by ARN; no check asks what is behind it",
	"aws_cloudwatch_event_target":               "docs/live.md says so: a queue that takes what rules cannot deliver is judged as any other",
	"aws_eip_association":                       "the address names its instance",
	"aws_elb_attachment":                        "the load balancer lists its instances",
	"aws_globalaccelerator_accelerator":         "a record that leads to one is left open, not dangling",
	"aws_iam_group_membership":                  "each user lists its groups",
	"aws_kinesis_stream":                        "a target by ARN; no check asks what is behind it",
	"aws_rds_cluster_endpoint":                  "a record that leads to one is left open, not dangling",
	"aws_sqs_queue_redrive_policy":              "the queue has its redrive policy",
	"aws_vpc_endpoint_route_table_association":  "the endpoint lists its route tables",
	"aws_vpc_endpoint_service":                  "the endpoint names its service",
	"aws_wafregional_web_acl_association":       "WAF Classic ended in September 2025",
}

// TestEveryTypeThatPoliciesNeedIsRead: what no call gives is not in the graph, and a check that asks for a witness among it would
// deny what is there.
func TestEveryTypeThatPoliciesNeedIsRead(t *testing.T) {
	t.Parallel()
	needs, err := policySet(t).Needs(unsimulated)
	if err != nil {
		t.Fatal(err)
	}
	given := map[string]bool{}
	for _, s := range services.All() {
		for _, l := range s.Lists {
			for _, typ := range l.Gives {
				given[typ] = true
			}
		}
		for _, d := range s.Details {
			for _, g := range d.Gives {
				typ, _, _ := strings.Cut(g, ".")
				given[typ] = true
			}
		}
	}
	for typ := range needs {
		if c := catalog.Lookup(typ); c == nil || !strings.HasPrefix(typ, "aws_") || given[typ] {
			continue
		}
		if otherwise[typ] == "" {
			t.Errorf("%s is needed, and no reader gives it", typ)
		}
	}
	for typ := range otherwise {
		if _, needed := needs[typ]; !needed || given[typ] {
			t.Errorf("%s is read, or is not needed: take it out of the list", typ)
		}
	}
}
