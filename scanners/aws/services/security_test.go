package services

import (
	"testing"

	config "github.com/aws/aws-sdk-go-v2/service/configservice/types"
	"github.com/aws/aws-sdk-go-v2/service/guardduty"
	guarddutytypes "github.com/aws/aws-sdk-go-v2/service/guardduty/types"

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
