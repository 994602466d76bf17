package services

// Amazon ElastiCache. Needs elasticache:DescribeReplicationGroups, elasticache:DescribeCacheClusters,
// elasticache:DescribeCacheSubnetGroups, elasticache:DescribeCacheParameterGroups, elasticache:DescribeCacheParameters,
// elasticache:DescribeServerlessCaches, elasticache:DescribeGlobalReplicationGroups, elasticache:ListTagsForResource.

import (
	"context"
	"slices"
	"strings"

	sdk "github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/elasticache"
	"github.com/aws/aws-sdk-go-v2/service/elasticache/types"

	"github.com/plumbline-dev/plumbline/graph"
	"github.com/plumbline-dev/plumbline/scanners/aws"
)

func elasticacheService() aws.Service {
	service := aws.Service{
		Name: "elasticache",
		Lists: []aws.List{
			{
				Operation: "DescribeReplicationGroups", Actions: []string{"elasticache:DescribeReplicationGroups", "elasticache:DescribeCacheClusters"},
				Gives: []string{"aws_elasticache_replication_group"}, Read: readReplicationGroups,
			},
			{Operation: "DescribeCacheClusters", Gives: []string{"aws_elasticache_cluster"}, Read: readCacheClusters},
			{Operation: "DescribeCacheSubnetGroups", Gives: []string{"aws_elasticache_subnet_group"}, Read: readCacheSubnetGroups},
			{Operation: "DescribeCacheParameterGroups", Gives: []string{"aws_elasticache_parameter_group"}, Read: readCacheParameterGroups},
			{Operation: "DescribeServerlessCaches", Gives: []string{"aws_elasticache_serverless_cache"}, Read: readServerlessCaches},
			{Operation: "DescribeGlobalReplicationGroups", Gives: []string{"aws_elasticache_global_replication_group"}, Read: readGlobalReplicationGroups},
		},
		Details: []aws.Detail{
			{Operation: "DescribeCacheParameters", Of: "aws_elasticache_parameter_group", Sets: []string{"parameter"}, For: notDefault, Read: readCacheParameters},
		},
	}
	for _, typ := range []string{"aws_elasticache_replication_group", "aws_elasticache_cluster", "aws_elasticache_subnet_group", "aws_elasticache_parameter_group", "aws_elasticache_serverless_cache"} {
		service.Details = append(service.Details, aws.Detail{Operation: "ListTagsForResource", Of: typ, Sets: []string{"tags"}, For: notDefault, Read: readCacheTags})
	}
	return service
}

// replicationGroupFields says where DescribeReplicationGroups has the attributes of aws_elasticache_replication_group.
var replicationGroupFields = aws.Table{
	"replication_group_id":           "ReplicationGroupId",
	"description":                    "Description",
	"node_type":                      "CacheNodeType",
	"kms_key_id":                     "KmsKeyId",
	"at_rest_encryption_enabled":     "AtRestEncryptionEnabled",
	"transit_encryption_enabled":     "TransitEncryptionEnabled",
	"transit_encryption_mode":        "TransitEncryptionMode",
	"user_group_ids":                 "UserGroupIds",
	"snapshot_retention_limit":       "SnapshotRetentionLimit",
	"snapshot_window":                "SnapshotWindow",
	"auto_minor_version_upgrade":     "AutoMinorVersionUpgrade",
	"global_replication_group_id":    "GlobalReplicationGroupInfo.GlobalReplicationGroupId",
	"cluster_mode":                   "ClusterMode",
	"network_type":                   "NetworkType",
	"configuration_endpoint_address": "ConfigurationEndpoint.Address",
}

// memberFields are attributes of a replication group that only its cache clusters tell. They are the same in all.
var memberFields = aws.Table{
	"engine_version":         "EngineVersion",
	"subnet_group_name":      "CacheSubnetGroupName",
	"security_group_ids":     "SecurityGroups[].SecurityGroupId",
	"parameter_group_name":   "CacheParameterGroup.CacheParameterGroupName",
	"maintenance_window":     "PreferredMaintenanceWindow",
	"notification_topic_arn": "NotificationConfiguration.TopicArn",
}

// readReplicationGroups also reads the clusters, since groups do not tell their subnets and security groups.
func readReplicationGroups(ctx context.Context, s *aws.Session, give func(*graph.Resource)) error {
	c := elasticache.NewFromConfig(s.Config)
	var groups []types.ReplicationGroup
	err := eachPage(ctx, elasticache.NewDescribeReplicationGroupsPaginator(c, &elasticache.DescribeReplicationGroupsInput{}), func(page *elasticache.DescribeReplicationGroupsOutput) {
		groups = append(groups, page.ReplicationGroups...)
	})
	if err != nil || len(groups) == 0 {
		return err
	}
	members := map[string]*types.CacheCluster{}
	err = eachPage(ctx, elasticache.NewDescribeCacheClustersPaginator(c, &elasticache.DescribeCacheClustersInput{}), func(page *elasticache.DescribeCacheClustersOutput) {
		for i := range page.CacheClusters {
			if id := text(page.CacheClusters[i].ReplicationGroupId); id != "" && members[id] == nil {
				members[id] = &page.CacheClusters[i]
			}
		}
	})
	if err != nil {
		return err
	}
	for i := range groups {
		give(replicationGroup(s, &groups[i], members[text(groups[i].ReplicationGroupId)]))
	}
	return nil
}

func replicationGroup(s *aws.Session, from *types.ReplicationGroup, member *types.CacheCluster) *graph.Resource {
	name := text(from.ReplicationGroupId)
	r := s.Resource("aws_elasticache_replication_group", text(from.ARN), name, name)
	replicationGroupFields.Set(r, from)
	if from.Engine != nil {
		r.Attrs["engine"] = *from.Engine
	} else if member != nil {
		r.Attrs["engine"] = aws.Plain(member.Engine)
	}
	r.Attrs["automatic_failover_enabled"] = from.AutomaticFailover == types.AutomaticFailoverStatusEnabled || from.AutomaticFailover == types.AutomaticFailoverStatusEnabling
	r.Attrs["multi_az_enabled"] = from.MultiAZ == types.MultiAZStatusEnabled
	r.Attrs["data_tiering_enabled"] = from.DataTiering == types.DataTieringStatusEnabled
	r.Attrs["log_delivery_configuration"] = logDelivery(from.LogDeliveryConfigurations)
	if member != nil {
		memberFields.Set(r, member)
	} else {
		for name := range memberFields {
			r.Unknown[name] = "AWS tells it of the nodes, and lists none of them"
		}
	}
	nodes(r, from)
	return r
}

// nodes sets what a replication group says of its nodes: their number and zones. The provider counts them by
// num_cache_clusters when there is one shard and by shards and replicas when the group is in cluster mode.
func nodes(r *graph.Resource, from *types.ReplicationGroup) {
	null(r, "port", "primary_endpoint_address", "reader_endpoint_address")
	if len(from.NodeGroups) > 0 {
		if e := from.NodeGroups[0].PrimaryEndpoint; e != nil {
			r.Attrs["primary_endpoint_address"], r.Attrs["port"] = aws.Plain(e.Address), aws.Plain(e.Port)
		}
		if e := from.NodeGroups[0].ReaderEndpoint; e != nil {
			r.Attrs["reader_endpoint_address"] = aws.Plain(e.Address)
		}
	}
	if e := from.ConfigurationEndpoint; e != nil {
		r.Attrs["port"] = aws.Plain(e.Port)
	}
	zones, replicas := []any{}, -1
	for _, g := range from.NodeGroups {
		if n := max(0, len(g.NodeGroupMembers)-1); replicas < 0 || n < replicas {
			replicas = n // of the shard that has the fewest
		}
		for _, m := range g.NodeGroupMembers {
			if z := text(m.PreferredAvailabilityZone); z != "" {
				zones = append(zones, z)
			}
		}
	}
	if len(from.MemberClusters) == 0 || replicas < 0 {
		for _, name := range []string{"num_cache_clusters", "num_node_groups", "replicas_per_node_group", "node_group_configuration", "preferred_cache_cluster_azs"} {
			r.Unknown[name] = "AWS does not list its nodes yet"
		}
		return
	}
	if len(zones) < len(from.MemberClusters) {
		r.Unknown["preferred_cache_cluster_azs"] = "AWS does not say in which zones the nodes are"
	} else {
		r.Attrs["preferred_cache_cluster_azs"] = zones
	}
	r.Attrs["num_cache_clusters"], r.Attrs["node_group_configuration"] = len(from.MemberClusters), []any{}
	null(r, "num_node_groups", "replicas_per_node_group")
	if flag(from.ClusterEnabled) {
		null(r, "num_cache_clusters")
		r.Attrs["num_node_groups"], r.Attrs["replicas_per_node_group"] = len(from.NodeGroups), replicas
		r.Attrs["node_group_configuration"] = nodeGroups(from.NodeGroups)
	}
}

// nodeGroups gives one block for each shard. In cluster mode no member is told to be the primary; the first stands for it.
func nodeGroups(from []types.NodeGroup) []any {
	out := []any{}
	for _, g := range from {
		zones := []any{}
		for _, m := range g.NodeGroupMembers {
			zones = append(zones, aws.Plain(m.PreferredAvailabilityZone))
		}
		var primary any
		if len(zones) > 0 {
			primary, zones = zones[0], zones[1:]
		}
		out = append(out, map[string]any{
			"node_group_id": aws.Plain(g.NodeGroupId), "slots": aws.Plain(g.Slots), "primary_availability_zone": primary,
			"replica_availability_zones": zones, "replica_count": len(zones),
		})
	}
	return out
}

func logDelivery(from []types.LogDeliveryConfiguration) []any {
	out := []any{}
	for _, l := range from {
		var destination any
		if d := l.DestinationDetails; d != nil && d.CloudWatchLogsDetails != nil {
			destination = aws.Plain(d.CloudWatchLogsDetails.LogGroup)
		} else if d != nil && d.KinesisFirehoseDetails != nil {
			destination = aws.Plain(d.KinesisFirehoseDetails.DeliveryStream)
		}
		out = append(out, map[string]any{
			"destination": destination, "destination_type": aws.Plain(l.DestinationType), "log_format": aws.Plain(l.LogFormat), "log_type": aws.Plain(l.LogType),
		})
	}
	return out
}

var cacheClusterFields = aws.Table{
	"cluster_id":                 "CacheClusterId",
	"engine":                     "Engine",
	"engine_version":             "EngineVersion",
	"node_type":                  "CacheNodeType",
	"num_cache_nodes":            "NumCacheNodes",
	"replication_group_id":       "ReplicationGroupId",
	"subnet_group_name":          "CacheSubnetGroupName",
	"security_group_ids":         "SecurityGroups[].SecurityGroupId",
	"parameter_group_name":       "CacheParameterGroup.CacheParameterGroupName",
	"transit_encryption_enabled": "TransitEncryptionEnabled",
	"snapshot_retention_limit":   "SnapshotRetentionLimit",
	"snapshot_window":            "SnapshotWindow",
	"maintenance_window":         "PreferredMaintenanceWindow",
	"auto_minor_version_upgrade": "AutoMinorVersionUpgrade",
	"notification_topic_arn":     "NotificationConfiguration.TopicArn",
}

func readCacheClusters(ctx context.Context, s *aws.Session, give func(*graph.Resource)) error {
	pages := elasticache.NewDescribeCacheClustersPaginator(elasticache.NewFromConfig(s.Config), &elasticache.DescribeCacheClustersInput{ShowCacheNodeInfo: sdk.Bool(true)})
	return eachPage(ctx, pages, func(page *elasticache.DescribeCacheClustersOutput) {
		for i := range page.CacheClusters {
			give(cacheCluster(s, &page.CacheClusters[i]))
		}
	})
}

// cacheCluster translates a cache cluster. One that is a node of a replication group was made with it.
func cacheCluster(s *aws.Session, from *types.CacheCluster) *graph.Resource {
	name := text(from.CacheClusterId)
	r := s.Resource("aws_elasticache_cluster", text(from.ARN), name, name)
	cacheClusterFields.Set(r, from)
	null(r, "availability_zone", "port")
	zones := []any{}
	for _, n := range from.CacheNodes {
		if n.CustomerAvailabilityZone != nil && !slices.Contains(zones, any(*n.CustomerAvailabilityZone)) {
			zones = append(zones, *n.CustomerAvailabilityZone)
		}
		if n.Endpoint != nil {
			r.Attrs["port"] = aws.Plain(n.Endpoint.Port)
		}
	}
	if from.ConfigurationEndpoint != nil {
		r.Attrs["port"] = aws.Plain(from.ConfigurationEndpoint.Port)
	}
	if z := text(from.PreferredAvailabilityZone); z != "" && z != "Multiple" {
		r.Attrs["availability_zone"] = z
	}
	r.Attrs["preferred_availability_zones"], r.Attrs["az_mode"] = zones, "single-az"
	if len(zones) > 1 {
		r.Attrs["az_mode"] = "cross-az"
	}
	if text(from.ReplicationGroupId) != "" {
		return neighbour(r)
	}
	return r
}

var cacheSubnetGroupFields = aws.Table{
	"name":        "CacheSubnetGroupName",
	"description": "CacheSubnetGroupDescription",
	"subnet_ids":  "Subnets[].SubnetIdentifier",
}

// readCacheSubnetGroups makes the group "default" of the default VPC a neighbour: AWS made it.
func readCacheSubnetGroups(ctx context.Context, s *aws.Session, give func(*graph.Resource)) error {
	pages := elasticache.NewDescribeCacheSubnetGroupsPaginator(elasticache.NewFromConfig(s.Config), &elasticache.DescribeCacheSubnetGroupsInput{})
	called := func(x *types.CacheSubnetGroup) (arn, name *string) { return x.ARN, x.CacheSubnetGroupName }
	return eachPage(ctx, pages, func(page *elasticache.DescribeCacheSubnetGroupsOutput) {
		giveEach(s, "aws_elasticache_subnet_group", cacheSubnetGroupFields, page.CacheSubnetGroups, called, func(r *graph.Resource) {
			r.Data = r.Name == "default"
			give(r)
		})
	})
}

var cacheParameterGroupFields = aws.Table{
	"name":        "CacheParameterGroupName",
	"family":      "CacheParameterGroupFamily",
	"description": "Description",
}

func readCacheParameterGroups(ctx context.Context, s *aws.Session, give func(*graph.Resource)) error {
	pages := elasticache.NewDescribeCacheParameterGroupsPaginator(elasticache.NewFromConfig(s.Config), &elasticache.DescribeCacheParameterGroupsInput{})
	called := func(x *types.CacheParameterGroup) (arn, name *string) { return x.ARN, x.CacheParameterGroupName }
	return eachPage(ctx, pages, func(page *elasticache.DescribeCacheParameterGroupsOutput) {
		giveEach(s, "aws_elasticache_parameter_group", cacheParameterGroupFields, page.CacheParameterGroups, called, func(r *graph.Resource) {
			give(defaultGroup(r))
		})
	})
}

func readCacheParameters(ctx context.Context, s *aws.Session, r *graph.Resource, _ func(*graph.Resource)) error {
	list := []any{}
	pages := elasticache.NewDescribeCacheParametersPaginator(elasticache.NewFromConfig(s.Config), &elasticache.DescribeCacheParametersInput{CacheParameterGroupName: &r.Name, Source: sdk.String("user")})
	err := eachPage(ctx, pages, func(page *elasticache.DescribeCacheParametersOutput) {
		for _, p := range page.Parameters {
			list = append(list, map[string]any{"name": strings.ToLower(text(p.ParameterName)), "value": aws.Plain(p.ParameterValue)})
		}
	})
	r.Attrs["parameter"] = list
	return err
}

var serverlessCacheFields = aws.Table{
	"name":                     "ServerlessCacheName",
	"engine":                   "Engine",
	"major_engine_version":     "MajorEngineVersion",
	"subnet_ids":               "SubnetIds",
	"security_group_ids":       "SecurityGroupIds",
	"snapshot_retention_limit": "SnapshotRetentionLimit",
	"daily_snapshot_time":      "DailySnapshotTime",
	"kms_key_id":               "KmsKeyId",
	"user_group_id":            "UserGroupId",
}

func readServerlessCaches(ctx context.Context, s *aws.Session, give func(*graph.Resource)) error {
	pages := elasticache.NewDescribeServerlessCachesPaginator(elasticache.NewFromConfig(s.Config), &elasticache.DescribeServerlessCachesInput{})
	return eachPage(ctx, pages, func(page *elasticache.DescribeServerlessCachesOutput) {
		for i := range page.ServerlessCaches {
			from := &page.ServerlessCaches[i]
			name := text(from.ServerlessCacheName)
			r := s.Resource("aws_elasticache_serverless_cache", text(from.ARN), name, name)
			serverlessCacheFields.Set(r, from)
			r.Attrs["cache_usage_limits"] = usageLimits(from.CacheUsageLimits)
			give(r)
		}
	})
}

func usageLimits(from *types.CacheUsageLimits) []any {
	if from == nil {
		return []any{}
	}
	limits := map[string]any{"data_storage": []any{}, "ecpu_per_second": []any{}}
	if d := from.DataStorage; d != nil {
		limits["data_storage"] = block(map[string]any{"minimum": aws.Plain(d.Minimum), "maximum": aws.Plain(d.Maximum), "unit": aws.Plain(d.Unit)})
	}
	if e := from.ECPUPerSecond; e != nil {
		limits["ecpu_per_second"] = block(map[string]any{"minimum": aws.Plain(e.Minimum), "maximum": aws.Plain(e.Maximum)})
	}
	return block(limits)
}

// readGlobalReplicationGroups gives a global group where its primary is: every region of a member lists it.
func readGlobalReplicationGroups(ctx context.Context, s *aws.Session, give func(*graph.Resource)) error {
	pages := elasticache.NewDescribeGlobalReplicationGroupsPaginator(elasticache.NewFromConfig(s.Config), &elasticache.DescribeGlobalReplicationGroupsInput{ShowMemberInfo: sdk.Bool(true)})
	return eachPage(ctx, pages, func(page *elasticache.DescribeGlobalReplicationGroupsOutput) {
		for i := range page.GlobalReplicationGroups {
			if r := globalReplicationGroup(s, &page.GlobalReplicationGroups[i]); r != nil {
				give(r)
			}
		}
	})
}

// globalReplicationGroup gives nil for a group whose primary is in another region.
func globalReplicationGroup(s *aws.Session, from *types.GlobalReplicationGroup) *graph.Resource {
	name := text(from.GlobalReplicationGroupId)
	r := s.Resource("aws_elasticache_global_replication_group", text(from.ARN), name, name)
	r.Attrs["global_replication_group_id"], r.Attrs["num_node_groups"], r.Attrs["tags"] = name, len(from.GlobalNodeGroups), map[string]any{}
	null(r, "primary_replication_group_id")
	for _, m := range from.Members {
		if strings.EqualFold(text(m.Role), "PRIMARY") {
			if region := text(m.ReplicationGroupRegion); region != "" && region != s.Region {
				return nil
			}
			r.Attrs["primary_replication_group_id"] = aws.Plain(m.ReplicationGroupId)
			r.Attrs["automatic_failover_enabled"] = m.AutomaticFailover == types.AutomaticFailoverStatusEnabled
		}
	}
	return r
}

func readCacheTags(ctx context.Context, s *aws.Session, r *graph.Resource, _ func(*graph.Resource)) error {
	out, err := elasticache.NewFromConfig(s.Config).ListTagsForResource(ctx, &elasticache.ListTagsForResourceInput{ResourceName: sdk.String(r.Origins[0].ID)})
	if err != nil {
		return err
	}
	r.Attrs["tags"] = aws.Plain(out.TagList)
	return nil
}
