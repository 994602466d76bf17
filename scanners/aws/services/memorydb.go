package services

// Amazon MemoryDB. Needs memorydb:DescribeClusters, memorydb:DescribeSubnetGroups, memorydb:ListTags.

import (
	"context"

	sdk "github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/memorydb"
	"github.com/aws/aws-sdk-go-v2/service/memorydb/types"

	"github.com/plumbline-dev/plumbline/graph"
	"github.com/plumbline-dev/plumbline/scanners/aws"
)

func memorydbService() aws.Service {
	return aws.Service{
		Name: "memorydb",
		Lists: []aws.List{
			{Operation: "DescribeClusters", Gives: []string{"aws_memorydb_cluster"}, Read: readMemoryClusters},
			{Operation: "DescribeSubnetGroups", Gives: []string{"aws_memorydb_subnet_group"}, Read: readMemorySubnets},
		},
		Details: []aws.Detail{
			{Operation: "ListTags", Of: "aws_memorydb_cluster", Sets: []string{"tags"}, Read: readMemoryTags},
			{Operation: "ListTags", Of: "aws_memorydb_subnet_group", Sets: []string{"tags"}, Read: readMemoryTags},
		},
	}
}

// memoryFields says where DescribeClusters has the attributes of aws_memorydb_cluster.
var memoryFields = aws.Table{
	"name":                       "Name",
	"node_type":                  "NodeType",
	"acl_name":                   "ACLName",
	"num_shards":                 "NumberOfShards",
	"engine":                     "Engine",
	"engine_version":             "EngineVersion",
	"subnet_group_name":          "SubnetGroupName",
	"security_group_ids":         "SecurityGroups[].SecurityGroupId",
	"tls_enabled":                "TLSEnabled",
	"kms_key_arn":                "KmsKeyId",
	"snapshot_retention_limit":   "SnapshotRetentionLimit",
	"snapshot_window":            "SnapshotWindow",
	"maintenance_window":         "MaintenanceWindow",
	"auto_minor_version_upgrade": "AutoMinorVersionUpgrade",
}

func readMemoryClusters(ctx context.Context, s *aws.Session, give func(*graph.Resource)) error {
	pages := memorydb.NewDescribeClustersPaginator(memorydb.NewFromConfig(s.Config), &memorydb.DescribeClustersInput{ShowShardDetails: sdk.Bool(true)})
	return eachPage(ctx, pages, func(page *memorydb.DescribeClustersOutput) {
		for i := range page.Clusters {
			give(memoryCluster(s, &page.Clusters[i]))
		}
	})
}

// memoryCluster counts the replicas of the shard that has the fewest.
func memoryCluster(s *aws.Session, from *types.Cluster) *graph.Resource {
	name := text(from.Name)
	r := s.Resource("aws_memorydb_cluster", text(from.ARN), name, name)
	memoryFields.Set(r, from)
	r.Attrs["data_tiering"] = from.DataTiering == types.DataTieringStatusTrue
	fewest := -1
	for _, shard := range from.Shards {
		if shard.NumberOfNodes != nil && (fewest < 0 || int(*shard.NumberOfNodes)-1 < fewest) {
			fewest = int(*shard.NumberOfNodes) - 1
		}
	}
	if fewest < 0 {
		r.Unknown["num_replicas_per_shard"] = "AWS does not list its nodes yet"
		return r
	}
	r.Attrs["num_replicas_per_shard"] = fewest
	return r
}

func readMemorySubnets(ctx context.Context, s *aws.Session, give func(*graph.Resource)) error {
	pages := memorydb.NewDescribeSubnetGroupsPaginator(memorydb.NewFromConfig(s.Config), &memorydb.DescribeSubnetGroupsInput{})
	return eachPage(ctx, pages, func(page *memorydb.DescribeSubnetGroupsOutput) {
		for _, from := range page.SubnetGroups {
			name, subnets := text(from.Name), []any{}
			for _, n := range from.Subnets {
				subnets = append(subnets, aws.Plain(n.Identifier))
			}
			r := s.Resource("aws_memorydb_subnet_group", text(from.ARN), name, name)
			r.Attrs["name"], r.Attrs["subnet_ids"] = name, subnets
			give(r)
		}
	})
}

func readMemoryTags(ctx context.Context, s *aws.Session, r *graph.Resource, _ func(*graph.Resource)) error {
	out, err := memorydb.NewFromConfig(s.Config).ListTags(ctx, &memorydb.ListTagsInput{ResourceArn: sdk.String(r.Origins[0].ID)})
	if err != nil {
		return err
	}
	r.Attrs["tags"] = aws.Plain(out.TagList)
	return nil
}
