package catalog

// services lists the entries of every service file. It is an explicit list so that one can click it.
func services() [][]Type {
	return [][]Type{
		acmTypes(),
		backupTypes(),
		cloudfrontTypes(),
		dlmTypes(),
		docdbTypes(),
		dynamodbTypes(),
		efsTypes(),
		elasticacheTypes(),
		fsxTypes(),
		kinesisTypes(),
		kmsTypes(),
		lbTypes(),
		memorydbTypes(),
		mqTypes(),
		mskTypes(),
		neptuneTypes(),
		opensearchTypes(),
		rdsGroupTypes(),
		rdsTypes(),
		redshiftTypes(),
		route53Types(),
		s3Types(),
		secretsmanagerTypes(),
		securityGroupTypes(),
		ssmTypes(),
		terraformTypes(),
		transitGatewayTypes(),
		vpcTypes(),
		wafTypes(),
	}
}
