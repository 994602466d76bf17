package services

// Amazon RDS and Aurora. Needs rds:DescribeDBInstances.

import (
	"context"

	"github.com/aws/aws-sdk-go-v2/service/rds"
	"github.com/aws/aws-sdk-go-v2/service/rds/types"

	"github.com/plumbline-dev/plumbline/graph"
	"github.com/plumbline-dev/plumbline/scanners/aws"
)

func rdsService() aws.Service {
	return aws.Service{
		Name: "rds",
		Lists: []aws.List{
			{Operation: "DescribeDBInstances", Gives: []string{"aws_db_instance"}, Read: readDBInstances},
		},
	}
}

// dbInstanceFields says where DescribeDBInstances has the attributes of aws_db_instance.
var dbInstanceFields = aws.Table{
	"identifier":             "DBInstanceIdentifier",
	"engine":                 "Engine",
	"engine_version":         "EngineVersion",
	"instance_class":         "DBInstanceClass",
	"multi_az":               "MultiAZ",
	"availability_zone":      "AvailabilityZone",
	"vpc_security_group_ids": "VpcSecurityGroups[].VpcSecurityGroupId",
	"tags":                   "TagList",
}

func readDBInstances(ctx context.Context, s *aws.Session, give func(*graph.Resource)) error {
	pages := rds.NewDescribeDBInstancesPaginator(rds.NewFromConfig(s.Config), &rds.DescribeDBInstancesInput{})
	for pages.HasMorePages() {
		page, err := pages.NextPage(ctx)
		if err != nil {
			return err
		}
		for i := range page.DBInstances {
			give(dbInstance(s, &page.DBInstances[i]))
		}
	}
	return nil
}

func dbInstance(s *aws.Session, from *types.DBInstance) *graph.Resource {
	name := *from.DBInstanceIdentifier
	r := s.Resource("aws_db_instance", *from.DBInstanceArn, name, name)
	dbInstanceFields.Set(r, from)
	return r
}
