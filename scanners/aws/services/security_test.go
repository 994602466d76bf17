package services

import (
	"testing"

	sdk "github.com/aws/aws-sdk-go-v2/aws"
	config "github.com/aws/aws-sdk-go-v2/service/configservice/types"
	"github.com/aws/aws-sdk-go-v2/service/guardduty"
	guarddutytypes "github.com/aws/aws-sdk-go-v2/service/guardduty/types"
	"github.com/aws/aws-sdk-go-v2/service/wafv2"
	wafv2types "github.com/aws/aws-sdk-go-v2/service/wafv2/types"
	"github.com/google/go-cmp/cmp"

	"github.com/plumbline-dev/plumbline/internal/moto"
	"github.com/plumbline-dev/plumbline/scanners/aws"
)

func TestTablesOfConfigAndGuardDutyNameWhatThereIs(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		typ   string
		table aws.Table
		from  any
	}{
		{"aws_config_configuration_recorder", recorderFields, config.ConfigurationRecorder{}},
		{"aws_config_config_rule", configRuleFields, config.ConfigRule{}},
		{"aws_guardduty_detector", detectorFields, guardduty.GetDetectorOutput{}},
		{"aws_guardduty_detector_feature", detectorFeatureFields, guarddutytypes.DetectorFeatureConfigurationResult{}},
	} {
		if err := c.table.Check(c.typ, c.from); err != nil {
			t.Error(err)
		}
	}
}

func TestAConfigRuleIsToldBySource(t *testing.T) {
	t.Parallel()
	name, arn, id := "encrypted", "arn:aws:config:eu-west-1:111111111111:config-rule/config-rule-1", "ENCRYPTED_VOLUMES"
	s := &aws.Session{Account: "111111111111", Region: "eu-west-1", Partition: "aws"}
	r := configRule(s, &config.ConfigRule{ConfigRuleName: &name, ConfigRuleArn: &arn, Source: &config.Source{Owner: config.OwnerAws, SourceIdentifier: &id}})
	source := r.Attrs["source"].([]any)[0].(map[string]any)
	if string(r.Address) != arn || source["owner"] != "AWS" || source["source_identifier"] != id {
		t.Errorf("%s %v", r.Address, r.Attrs)
	}
}

func TestRulesOfWebACLsAreRead(t *testing.T) {
	t.Parallel()
	const account = "310000000011"
	cfg := moto.Start(t).Config(t, account, home)
	sampled := &wafv2types.VisibilityConfig{CloudWatchMetricsEnabled: true, MetricName: sdk.String("web"), SampledRequestsEnabled: true}
	must[*wafv2.CreateWebACLOutput](t)(wafv2.NewFromConfig(cfg).CreateWebACL(t.Context(), &wafv2.CreateWebACLInput{
		Name: sdk.String("web"), Scope: wafv2types.ScopeRegional, DefaultAction: &wafv2types.DefaultAction{Allow: &wafv2types.AllowAction{}}, VisibilityConfig: sampled,
		Rules: []wafv2types.Rule{
			{Name: sdk.String("rate"), Priority: 1, VisibilityConfig: sampled, Action: &wafv2types.RuleAction{Block: &wafv2types.BlockAction{}}, Statement: &wafv2types.Statement{
				RateBasedStatement: &wafv2types.RateBasedStatement{Limit: sdk.Int64(2000), AggregateKeyType: wafv2types.RateBasedStatementAggregateKeyTypeIp, EvaluationWindowSec: 300},
			}},
			{Name: sdk.String("common"), Priority: 2, VisibilityConfig: sampled, OverrideAction: &wafv2types.OverrideAction{None: &wafv2types.NoneAction{}}, Statement: &wafv2types.Statement{
				ManagedRuleGroupStatement: &wafv2types.ManagedRuleGroupStatement{Name: sdk.String("AWSManagedRulesCommonRuleSet"), VendorName: sdk.String("AWS")},
			}},
		},
	}))
	found := liveAccount(t, cfg, account, wafv2Service())
	acls := ofType(found, "aws_wafv2_web_acl")
	if len(acls) != 1 { // which resources they guard the double does not know
		t.Fatalf("%d web ACLs, gaps: %v", len(acls), found.Gaps)
	}
	want := []any{
		map[string]any{"name": "rate", "priority": 1, "statement": []any{map[string]any{
			"rate_based_statement": []any{map[string]any{"limit": 2000, "aggregate_key_type": "IP", "evaluation_window_sec": 300}}, "managed_rule_group_statement": []any{},
		}}},
		map[string]any{"name": "common", "priority": 2, "statement": []any{map[string]any{
			"rate_based_statement": []any{}, "managed_rule_group_statement": []any{map[string]any{"name": "AWSManagedRulesCommonRuleSet", "vendor_name": "AWS", "version": nil}},
		}}},
	}
	if diff := cmp.Diff(want, acls[0].Attrs["rule"]); diff != "" {
		t.Errorf("rules (-want +got):\n%s", diff)
	}
}
