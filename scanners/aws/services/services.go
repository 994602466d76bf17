// Package services says what is read of each AWS service, one file per service, and how its answers become resources in
// canonical words. The permissions that a file needs stand at its top.
package services

import "github.com/plumbline-dev/plumbline/scanners/aws"

// All lists every service that is read, sorted by name.
func All() []aws.Service {
	return []aws.Service{
		acmService(),
		appAutoscalingService(),
		autoscalingService(),
		backupService(),
		cloudfrontService(),
		cloudtrailService(),
		cloudwatchService(),
		dynamodbService(),
		ec2Service(),
		ecrService(),
		ecsService(),
		efsService(),
		eksService(),
		elasticacheService(),
		elbService(),
		elbv2Service(),
		iamService(),
		kmsService(),
		logsService(),
		opensearchService(),
		organizationsService(),
		rdsService(),
		route53domainsService(),
		route53Service(),
		s3controlService(),
		s3Service(),
		secretsmanagerService(),
		snsService(),
		sqsService(),
		wafv2Service(),
	}
}
