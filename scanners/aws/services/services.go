// Package services says what is read of each AWS service, one file per service, and how its answers become resources in
// canonical words. The permissions that a file needs stand at its top.
package services

import "github.com/plumbline-dev/plumbline/scanners/aws"

// All lists every service that is read, sorted by name.
func All() []aws.Service {
	return []aws.Service{
		acmService(),
		apigatewayService(),
		apigatewayv2Service(),
		appAutoscalingService(),
		autoscalingService(),
		backupService(),
		cloudfrontService(),
		cloudtrailService(),
		cloudwatchService(),
		configService(),
		dlmService(),
		dynamodbService(),
		ec2Service(),
		ecrService(),
		ecsService(),
		efsService(),
		eksService(),
		elasticacheService(),
		elbService(),
		elbv2Service(),
		fsxService(),
		guarddutyService(),
		iamService(),
		kafkaService(),
		kmsService(),
		lambdaService(),
		logsService(),
		memorydbService(),
		mqService(),
		opensearchService(),
		organizationsService(),
		rdsService(),
		redshiftService(),
		route53Service(),
		route53domainsService(),
		s3Service(),
		s3controlService(),
		secretsmanagerService(),
		snsService(),
		sqsService(),
		wafv2Service(),
	}
}
