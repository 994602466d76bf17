package services

// Amazon DynamoDB. Needs dynamodb:ListTables and, for each table, dynamodb:DescribeTable, dynamodb:DescribeContinuousBackups,
// dynamodb:DescribeTimeToLive, dynamodb:ListTagsOfResource.

import (
	"context"

	"github.com/aws/aws-sdk-go-v2/service/dynamodb"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb/types"

	"github.com/plumbline-dev/plumbline/graph"
	"github.com/plumbline-dev/plumbline/scanners/aws"
)

func dynamodbService() aws.Service {
	return aws.Service{
		Name:  "dynamodb",
		Lists: []aws.List{{Operation: "ListTables", Gives: []string{"aws_dynamodb_table"}, Read: readTables}},
		Details: []aws.Detail{
			{Operation: "DescribeTable", Of: "aws_dynamodb_table", Sets: tableSets, Read: readTable},
			{Operation: "DescribeContinuousBackups", Of: "aws_dynamodb_table", Sets: []string{"point_in_time_recovery"}, Read: readTableRecovery},
			{Operation: "DescribeTimeToLive", Of: "aws_dynamodb_table", Sets: []string{"ttl"}, Read: readTableTTL},
			{Operation: "ListTagsOfResource", Of: "aws_dynamodb_table", Sets: []string{"tags"}, Read: readTableTags},
		},
	}
}

func readTables(ctx context.Context, s *aws.Session, give func(*graph.Resource)) error {
	pages := dynamodb.NewListTablesPaginator(dynamodb.NewFromConfig(s.Config), &dynamodb.ListTablesInput{})
	return eachPage(ctx, pages, func(page *dynamodb.ListTablesOutput) {
		for _, name := range page.TableNames {
			r := s.Resource("aws_dynamodb_table", s.ARN("dynamodb", "table/"+name), name, name)
			r.Attrs["name"] = name
			give(r)
		}
	})
}

// tableFields says where DescribeTable has the attributes of aws_dynamodb_table.
var tableFields = aws.Table{
	"read_capacity":               "ProvisionedThroughput.ReadCapacityUnits",
	"write_capacity":              "ProvisionedThroughput.WriteCapacityUnits",
	"attribute[].name":            "AttributeDefinitions[].AttributeName",
	"attribute[].type":            "AttributeDefinitions[].AttributeType",
	"deletion_protection_enabled": "DeletionProtectionEnabled",
	"stream_enabled":              "StreamSpecification.StreamEnabled",
	"stream_view_type":            "StreamSpecification.StreamViewType",
	"on_demand_throughput[0].max_read_request_units":  "OnDemandThroughput.MaxReadRequestUnits",
	"on_demand_throughput[0].max_write_request_units": "OnDemandThroughput.MaxWriteRequestUnits",
	"restore_source_table_arn":                        "RestoreSummary.SourceTableArn",
}

// tableSets lists what readTable sets.
var tableSets = []string{
	"arn", "billing_mode", "read_capacity", "write_capacity", "hash_key", "range_key", "attribute", "global_secondary_index", "local_secondary_index",
	"deletion_protection_enabled", "server_side_encryption", "replica", "stream_enabled", "stream_view_type", "table_class", "on_demand_throughput", "restore_source_table_arn", "restore_source_name",
}

func readTable(ctx context.Context, s *aws.Session, r *graph.Resource, _ func(*graph.Resource)) error {
	out, err := dynamodb.NewFromConfig(s.Config).DescribeTable(ctx, &dynamodb.DescribeTableInput{TableName: &r.Name})
	if err != nil {
		return err
	}
	from := out.Table
	tableFields.Set(r, from)
	r.Attrs["arn"] = text(from.TableArn)
	r.Attrs["billing_mode"], r.Attrs["table_class"] = "PROVISIONED", "STANDARD" // what a table has of which nothing is said
	if b := from.BillingModeSummary; b != nil && b.BillingMode != "" {
		r.Attrs["billing_mode"] = string(b.BillingMode)
	}
	if c := from.TableClassSummary; c != nil && c.TableClass != "" {
		r.Attrs["table_class"] = string(c.TableClass)
	}
	r.Attrs["hash_key"], r.Attrs["range_key"] = keys(from.KeySchema)
	r.Attrs["global_secondary_index"], r.Attrs["local_secondary_index"] = globalIndexes(from.GlobalSecondaryIndexes), localIndexes(from.LocalSecondaryIndexes)
	r.Attrs["server_side_encryption"] = tableEncryption(from.SSEDescription)
	r.Attrs["replica"] = replicas(s, from)
	null(r, "restore_source_name")
	return nil
}

// keys gives the hash key and the range key of a schema.
func keys(schema []types.KeySchemaElement) (hash, ranged any) {
	for _, k := range schema {
		if k.KeyType == types.KeyTypeHash {
			hash = aws.Plain(k.AttributeName)
		} else {
			ranged = aws.Plain(k.AttributeName)
		}
	}
	return hash, ranged
}

func globalIndexes(from []types.GlobalSecondaryIndexDescription) []any {
	out := []any{}
	for _, x := range from {
		index := secondaryIndex(x.IndexName, x.KeySchema, x.Projection)
		index["read_capacity"], index["write_capacity"] = nil, nil
		if p := x.ProvisionedThroughput; p != nil {
			index["read_capacity"], index["write_capacity"] = aws.Plain(p.ReadCapacityUnits), aws.Plain(p.WriteCapacityUnits)
		}
		out = append(out, index)
	}
	return out
}

func localIndexes(from []types.LocalSecondaryIndexDescription) []any {
	out := []any{}
	for _, x := range from {
		index := secondaryIndex(x.IndexName, x.KeySchema, x.Projection)
		delete(index, "hash_key")
		out = append(out, index)
	}
	return out
}

func secondaryIndex(name *string, schema []types.KeySchemaElement, projection *types.Projection) map[string]any {
	index := map[string]any{"name": aws.Plain(name), "projection_type": nil, "non_key_attributes": []any{}}
	index["hash_key"], index["range_key"] = keys(schema)
	if projection != nil {
		index["projection_type"], index["non_key_attributes"] = aws.Plain(projection.ProjectionType), texts(projection.NonKeyAttributes)
	}
	return index
}

// tableEncryption is empty for a table under a key of DynamoDB's own, as in code that says nothing.
func tableEncryption(from *types.SSEDescription) []any {
	if from == nil {
		return []any{}
	}
	on := from.Status == types.SSEStatusEnabled || from.Status == types.SSEStatusEnabling || from.Status == types.SSEStatusUpdating
	return block(map[string]any{"enabled": on, "kms_key_arn": aws.Plain(from.KMSMasterKeyArn)})
}

// replicas lists the copies of a table in other regions. Whether they have backups of their own is to be asked there.
func replicas(s *aws.Session, from *types.TableDescription) []any {
	out := []any{}
	for _, x := range from.Replicas {
		if text(x.RegionName) == s.Region {
			continue
		}
		consistency := "EVENTUAL"
		if from.MultiRegionConsistency == types.MultiRegionConsistencyStrong {
			consistency = "STRONG"
		}
		out = append(out, map[string]any{"region_name": aws.Plain(x.RegionName), "kms_key_arn": aws.Plain(x.KMSMasterKeyId), "consistency_mode": consistency})
	}
	return out
}

func readTableRecovery(ctx context.Context, s *aws.Session, r *graph.Resource, _ func(*graph.Resource)) error {
	out, err := dynamodb.NewFromConfig(s.Config).DescribeContinuousBackups(ctx, &dynamodb.DescribeContinuousBackupsInput{TableName: &r.Name})
	if err != nil {
		return err
	}
	recovery := map[string]any{"enabled": false, "recovery_period_in_days": nil}
	if d := out.ContinuousBackupsDescription; d != nil && d.PointInTimeRecoveryDescription != nil {
		p := d.PointInTimeRecoveryDescription
		recovery["enabled"] = p.PointInTimeRecoveryStatus == types.PointInTimeRecoveryStatusEnabled
		recovery["recovery_period_in_days"] = aws.Plain(p.RecoveryPeriodInDays)
	}
	r.Attrs["point_in_time_recovery"] = block(recovery)
	return nil
}

func readTableTTL(ctx context.Context, s *aws.Session, r *graph.Resource, _ func(*graph.Resource)) error {
	out, err := dynamodb.NewFromConfig(s.Config).DescribeTimeToLive(ctx, &dynamodb.DescribeTimeToLiveInput{TableName: &r.Name})
	if err != nil {
		return err
	}
	r.Attrs["ttl"] = []any{}
	if d := out.TimeToLiveDescription; d != nil {
		on := d.TimeToLiveStatus == types.TimeToLiveStatusEnabled || d.TimeToLiveStatus == types.TimeToLiveStatusEnabling
		r.Attrs["ttl"] = block(map[string]any{"enabled": on, "attribute_name": aws.Plain(d.AttributeName)})
	}
	return nil
}

func readTableTags(ctx context.Context, s *aws.Session, r *graph.Resource, _ func(*graph.Resource)) error {
	tags, c := map[string]any{}, dynamodb.NewFromConfig(s.Config)
	in := dynamodb.ListTagsOfResourceInput{ResourceArn: &r.Origins[0].ID}
	for {
		out, err := c.ListTagsOfResource(ctx, &in)
		if err != nil {
			return err
		}
		for _, t := range out.Tags {
			tags[text(t.Key)] = text(t.Value)
		}
		if in.NextToken = out.NextToken; text(in.NextToken) == "" {
			r.Attrs["tags"] = tags
			return nil
		}
	}
}
