package services

// AWS Config. Needs config:DescribeConfigurationRecorders, config:DescribeConfigRules.

import (
	"context"

	"github.com/aws/aws-sdk-go-v2/service/configservice"
	"github.com/aws/aws-sdk-go-v2/service/configservice/types"

	"github.com/plumbline-dev/plumbline/graph"
	"github.com/plumbline-dev/plumbline/scanners/aws"
)

func configService() aws.Service {
	return aws.Service{
		Name: "config",
		Lists: []aws.List{
			{Operation: "DescribeConfigurationRecorders", Gives: []string{"aws_config_configuration_recorder"}, Read: readRecorders},
			{Operation: "DescribeConfigRules", Gives: []string{"aws_config_config_rule"}, Read: readConfigRules},
		},
	}
}

var recorderFields = aws.Table{"name": "Name", "role_arn": "RoleARN", "recording_mode[0].recording_frequency": "RecordingMode.RecordingFrequency"}

var configRuleFields = aws.Table{"name": "ConfigRuleName", "source[0].owner": "Source.Owner", "source[0].source_identifier": "Source.SourceIdentifier"}

func readRecorders(ctx context.Context, s *aws.Session, give func(*graph.Resource)) error {
	out, err := configservice.NewFromConfig(s.Config).DescribeConfigurationRecorders(ctx, &configservice.DescribeConfigurationRecordersInput{})
	if err != nil {
		return err
	}
	for i := range out.ConfigurationRecorders {
		from := &out.ConfigurationRecorders[i]
		r := s.Resource("aws_config_configuration_recorder", text(from.Arn), text(from.Name), text(from.Name))
		recorderFields.Set(r, from)
		give(r)
	}
	return nil
}

func readConfigRules(ctx context.Context, s *aws.Session, give func(*graph.Resource)) error {
	pages := configservice.NewDescribeConfigRulesPaginator(configservice.NewFromConfig(s.Config), &configservice.DescribeConfigRulesInput{})
	return eachPage(ctx, pages, func(page *configservice.DescribeConfigRulesOutput) {
		for i := range page.ConfigRules {
			give(configRule(s, &page.ConfigRules[i]))
		}
	})
}

func configRule(s *aws.Session, from *types.ConfigRule) *graph.Resource {
	r := s.Resource("aws_config_config_rule", text(from.ConfigRuleArn), text(from.ConfigRuleName), text(from.ConfigRuleName))
	configRuleFields.Set(r, from)
	return r
}
