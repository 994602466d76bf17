package services

// Amazon Redshift. Needs redshift:DescribeClusters, redshift:DescribeClusterSubnetGroups.

import (
	"context"
	"strings"

	"github.com/aws/aws-sdk-go-v2/service/redshift"
	"github.com/aws/aws-sdk-go-v2/service/redshift/types"

	"github.com/plumbline-dev/plumbline/graph"
	"github.com/plumbline-dev/plumbline/scanners/aws"
)

func redshiftService() aws.Service {
	return aws.Service{
		Name: "redshift",
		Lists: []aws.List{
			{Operation: "DescribeClusters", Gives: []string{"aws_redshift_cluster", "aws_redshift_snapshot_copy"}, Read: readWarehouses},
			{Operation: "DescribeClusterSubnetGroups", Gives: []string{"aws_redshift_subnet_group"}, Read: readWarehouseSubnets},
		},
	}
}

// warehouseFields says where DescribeClusters has the attributes of aws_redshift_cluster.
var warehouseFields = aws.Table{
	"cluster_identifier":                  "ClusterIdentifier",
	"node_type":                           "NodeType",
	"number_of_nodes":                     "NumberOfNodes",
	"database_name":                       "DBName",
	"master_username":                     "MasterUsername",
	"availability_zone":                   "AvailabilityZone",
	"cluster_subnet_group_name":           "ClusterSubnetGroupName",
	"vpc_security_group_ids":              "VpcSecurityGroups[].VpcSecurityGroupId",
	"publicly_accessible":                 "PubliclyAccessible!",
	"encrypted":                           "Encrypted",
	"kms_key_id":                          "KmsKeyId",
	"enhanced_vpc_routing":                "EnhancedVpcRouting",
	"automated_snapshot_retention_period": "AutomatedSnapshotRetentionPeriod",
	"preferred_maintenance_window":        "PreferredMaintenanceWindow",
	"tags":                                "Tags",
}

// readWarehouses gives a cluster and, when its snapshots are copied to another region, the copying.
func readWarehouses(ctx context.Context, s *aws.Session, give func(*graph.Resource)) error {
	pages := redshift.NewDescribeClustersPaginator(redshift.NewFromConfig(s.Config), &redshift.DescribeClustersInput{})
	return eachPage(ctx, pages, func(page *redshift.DescribeClustersOutput) {
		for i := range page.Clusters {
			from := &page.Clusters[i]
			r := warehouse(s, from)
			give(r)
			if x := from.ClusterSnapshotCopyStatus; x != nil {
				part := s.Part(r, "aws_redshift_snapshot_copy", "snapshot_copy", "cluster_identifier")
				part.Attrs["destination_region"] = aws.Plain(x.DestinationRegion)
				give(part)
			}
		}
	})
}

func warehouse(s *aws.Session, from *types.Cluster) *graph.Resource {
	name := text(from.ClusterIdentifier)
	r := s.Resource("aws_redshift_cluster", s.ARN("redshift", "cluster:"+name), name, name)
	warehouseFields.Set(r, from)
	r.Attrs["cluster_type"] = "single-node"
	if from.NumberOfNodes != nil && *from.NumberOfNodes > 1 {
		r.Attrs["cluster_type"] = "multi-node"
	}
	r.Attrs["multi_az"] = strings.EqualFold(text(from.MultiAZ), "enabled") || strings.EqualFold(text(from.MultiAZ), "true")
	r.Attrs["availability_zone_relocation_enabled"] = strings.EqualFold(text(from.AvailabilityZoneRelocationStatus), "enabled")
	r.Attrs["manage_master_password"] = text(from.MasterPasswordSecretArn) != ""
	null(r, "cluster_parameter_group_name")
	if len(from.ClusterParameterGroups) > 0 {
		r.Attrs["cluster_parameter_group_name"] = aws.Plain(from.ClusterParameterGroups[0].ParameterGroupName)
	}
	return r
}

func readWarehouseSubnets(ctx context.Context, s *aws.Session, give func(*graph.Resource)) error {
	pages := redshift.NewDescribeClusterSubnetGroupsPaginator(redshift.NewFromConfig(s.Config), &redshift.DescribeClusterSubnetGroupsInput{})
	return eachPage(ctx, pages, func(page *redshift.DescribeClusterSubnetGroupsOutput) {
		for _, from := range page.ClusterSubnetGroups {
			name, subnets := text(from.ClusterSubnetGroupName), []any{}
			for _, n := range from.Subnets {
				subnets = append(subnets, aws.Plain(n.SubnetIdentifier))
			}
			r := s.Resource("aws_redshift_subnet_group", s.ARN("redshift", "subnetgroup:"+name), name, name)
			r.Attrs["name"], r.Attrs["subnet_ids"], r.Attrs["tags"] = name, subnets, aws.Plain(from.Tags)
			give(r)
		}
	})
}
