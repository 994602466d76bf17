package services

import (
	"testing"

	acm "github.com/aws/aws-sdk-go-v2/service/acm/types"
	cloudfront "github.com/aws/aws-sdk-go-v2/service/cloudfront/types"
	cloudtrail "github.com/aws/aws-sdk-go-v2/service/cloudtrail/types"
	cloudwatch "github.com/aws/aws-sdk-go-v2/service/cloudwatch/types"
	logs "github.com/aws/aws-sdk-go-v2/service/cloudwatchlogs/types"
	iam "github.com/aws/aws-sdk-go-v2/service/iam/types"
	route53 "github.com/aws/aws-sdk-go-v2/service/route53/types"
	domains "github.com/aws/aws-sdk-go-v2/service/route53domains/types"

	"github.com/plumbline-dev/plumbline/scanners/aws"
)

func TestTablesOfIdentityAndEdgeNameWhatThereIs(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		typ   string
		table aws.Table
		from  any
	}{
		{"aws_iam_user", iamUserFields, iam.UserDetail{}},
		{"aws_iam_group", iamGroupFields, iam.GroupDetail{}},
		{"aws_iam_role", iamRoleFields, iam.RoleDetail{}},
		{"aws_iam_policy", iamPolicyFields, iam.ManagedPolicyDetail{}},
		{"aws_iam_instance_profile", iamInstanceProfileFields, iam.InstanceProfile{}},
		{"aws_iam_account_password_policy", passwordPolicyFields, iam.PasswordPolicy{}},
		{"aws_iam_server_certificate", serverCertificateFields, iam.ServerCertificateMetadata{}},
		{"aws_acm_certificate", certificateFields, acm.CertificateSummary{}},
		{"aws_acm_certificate", certificateFields, acm.CertificateDetail{}},
		{"aws_acm_certificate", certificateDetailFields, acm.CertificateDetail{}},
		{"aws_route53_zone", zoneFields, route53.HostedZone{}},
		{"aws_route53_record", recordFields, route53.ResourceRecordSet{}},
		{"aws_route53_health_check", healthCheckFields, route53.HealthCheckConfig{}},
		{"aws_route53domains_registered_domain", domainFields, domains.DomainSummary{}},
		{"aws_cloudwatch_metric_alarm", metricAlarmFields, cloudwatch.MetricAlarm{}},
		{"aws_cloudwatch_composite_alarm", compositeAlarmFields, cloudwatch.CompositeAlarm{}},
		{"aws_cloudwatch_log_group", logGroupFields, logs.LogGroup{}},
		{"aws_cloudwatch_log_metric_filter", metricFilterFields, logs.MetricFilter{}},
		{"aws_cloudtrail", trailFields, cloudtrail.Trail{}},
		{"aws_cloudfront_distribution", distributionFields, cloudfront.DistributionConfig{}},
		{"aws_cloudfront_origin_access_control", accessControlFields, cloudfront.OriginAccessControlSummary{}},
	} {
		if err := c.table.Check(c.typ, c.from); err != nil {
			t.Error(err)
		}
	}
}
