package services

// The groups that databases are in, and proxies. Needs rds:DescribeDBSubnetGroups, rds:DescribeDBParameterGroups,
// rds:DescribeDBParameters, rds:DescribeDBClusterParameterGroups, rds:DescribeDBClusterParameters, rds:DescribeDBProxies,
// rds:DescribeEventSubscriptions, rds:ListTagsForResource.

import (
	"context"
	"strings"

	sdk "github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/rds"
	"github.com/aws/aws-sdk-go-v2/service/rds/types"

	"github.com/plumbline-dev/plumbline/graph"
	"github.com/plumbline-dev/plumbline/scanners/aws"
)

func rdsGroupLists() []aws.List {
	return []aws.List{
		{Operation: "DescribeDBSubnetGroups", Gives: []string{"aws_db_subnet_group"}, Read: readDBSubnetGroups},
		{Operation: "DescribeDBParameterGroups", Gives: []string{"aws_db_parameter_group"}, Read: readDBParameterGroups},
		{Operation: "DescribeDBClusterParameterGroups", Gives: []string{"aws_rds_cluster_parameter_group", "aws_docdb_cluster_parameter_group"}, Read: readDBClusterParameterGroups},
		{Operation: "DescribeDBProxies", Gives: []string{"aws_db_proxy"}, Read: readDBProxies},
		{Operation: "DescribeEventSubscriptions", Gives: []string{"aws_db_event_subscription"}, Read: readEventSubscriptions},
	}
}

func rdsGroupDetails() []aws.Detail {
	details := []aws.Detail{
		{Operation: "DescribeDBParameters", Of: "aws_db_parameter_group", Sets: []string{"parameter"}, For: notDefault, Read: readDBParameters},
		{Operation: "DescribeDBClusterParameters", Of: "aws_rds_cluster_parameter_group", Sets: []string{"parameter"}, For: notDefault, Read: readDBClusterParameters},
		{Operation: "DescribeDBClusterParameters", Of: "aws_docdb_cluster_parameter_group", Sets: []string{"parameter"}, For: notDefault, Read: readDBClusterParameters},
	}
	for _, typ := range []string{"aws_db_subnet_group", "aws_db_parameter_group", "aws_rds_cluster_parameter_group"} {
		details = append(details, aws.Detail{Operation: "ListTagsForResource", Of: typ, Sets: []string{"tags"}, For: notDefault, Read: readDBTags})
	}
	return details
}

// notDefault says that a group was made by somebody: those of AWS are called "default.mysql8.0" and cannot be changed.
func notDefault(r *graph.Resource) bool { return !r.Data }

var dbSubnetGroupFields = aws.Table{
	"name":        "DBSubnetGroupName",
	"description": "DBSubnetGroupDescription",
	"subnet_ids":  "Subnets[].SubnetIdentifier",
}

func readDBSubnetGroups(ctx context.Context, s *aws.Session, give func(*graph.Resource)) error {
	pages := rds.NewDescribeDBSubnetGroupsPaginator(rds.NewFromConfig(s.Config), &rds.DescribeDBSubnetGroupsInput{})
	called := func(x *types.DBSubnetGroup) (arn, name *string) { return x.DBSubnetGroupArn, x.DBSubnetGroupName }
	return eachPage(ctx, pages, func(page *rds.DescribeDBSubnetGroupsOutput) {
		giveEach(s, "aws_db_subnet_group", dbSubnetGroupFields, page.DBSubnetGroups, called, func(r *graph.Resource) {
			null(r, "name_prefix")
			give(r)
		})
	})
}

var dbParameterGroupFields = aws.Table{
	"name":        "DBParameterGroupName",
	"family":      "DBParameterGroupFamily",
	"description": "Description",
}

func readDBParameterGroups(ctx context.Context, s *aws.Session, give func(*graph.Resource)) error {
	pages := rds.NewDescribeDBParameterGroupsPaginator(rds.NewFromConfig(s.Config), &rds.DescribeDBParameterGroupsInput{})
	called := func(x *types.DBParameterGroup) (arn, name *string) {
		return x.DBParameterGroupArn, x.DBParameterGroupName
	}
	return eachPage(ctx, pages, func(page *rds.DescribeDBParameterGroupsOutput) {
		giveEach(s, "aws_db_parameter_group", dbParameterGroupFields, page.DBParameterGroups, called, func(r *graph.Resource) {
			null(r, "name_prefix")
			give(defaultGroup(r))
		})
	})
}

var clusterParameterGroupFields = aws.Table{
	"name":        "DBClusterParameterGroupName",
	"family":      "DBParameterGroupFamily",
	"description": "Description",
}

// readDBClusterParameterGroups leaves those of Neptune out, which the catalog does not know.
func readDBClusterParameterGroups(ctx context.Context, s *aws.Session, give func(*graph.Resource)) error {
	pages := rds.NewDescribeDBClusterParameterGroupsPaginator(rds.NewFromConfig(s.Config), &rds.DescribeDBClusterParameterGroupsInput{})
	return eachPage(ctx, pages, func(page *rds.DescribeDBClusterParameterGroupsOutput) {
		for i := range page.DBClusterParameterGroups {
			from := &page.DBClusterParameterGroups[i]
			name, family := text(from.DBClusterParameterGroupName), text(from.DBParameterGroupFamily)
			if strings.HasPrefix(family, "neptune") {
				continue
			}
			typ := "aws_rds_cluster_parameter_group"
			if strings.HasPrefix(family, "docdb") {
				typ = "aws_docdb_cluster_parameter_group"
			}
			r := s.Resource(typ, text(from.DBClusterParameterGroupArn), name, name)
			r.Attrs["name"], r.Attrs["family"] = name, aws.Plain(family)
			if typ == "aws_rds_cluster_parameter_group" {
				clusterParameterGroupFields.Set(r, from)
				null(r, "name_prefix")
			}
			give(defaultGroup(r))
		}
	})
}

// defaultGroup makes a parameter group of AWS a neighbour: its name begins with "default.", and nothing in it was set by anybody.
func defaultGroup(r *graph.Resource) *graph.Resource {
	if strings.HasPrefix(r.Name, "default.") {
		r.Attrs["parameter"] = []any{}
		return neighbour(r)
	}
	return r
}

func readDBParameters(ctx context.Context, s *aws.Session, r *graph.Resource, _ func(*graph.Resource)) error {
	list := []any{}
	pages := rds.NewDescribeDBParametersPaginator(rds.NewFromConfig(s.Config), &rds.DescribeDBParametersInput{DBParameterGroupName: &r.Name, Source: sdk.String("user")})
	err := eachPage(ctx, pages, func(page *rds.DescribeDBParametersOutput) { list = append(list, parameters(page.Parameters)...) })
	r.Attrs["parameter"] = list
	return err
}

func readDBClusterParameters(ctx context.Context, s *aws.Session, r *graph.Resource, _ func(*graph.Resource)) error {
	list := []any{}
	pages := rds.NewDescribeDBClusterParametersPaginator(rds.NewFromConfig(s.Config), &rds.DescribeDBClusterParametersInput{DBClusterParameterGroupName: &r.Name, Source: sdk.String("user")})
	err := eachPage(ctx, pages, func(page *rds.DescribeDBClusterParametersOutput) {
		list = append(list, parameters(page.Parameters)...)
	})
	r.Attrs["parameter"] = list
	return err
}

// parameters gives the parameters that somebody has set; names are in lower case, as the provider keeps them.
func parameters(from []types.Parameter) []any {
	out := []any{}
	for _, p := range from {
		if source := text(p.Source); source != "" && source != "user" {
			continue
		}
		out = append(out, map[string]any{
			"name": strings.ToLower(text(p.ParameterName)), "value": aws.Plain(p.ParameterValue), "apply_method": aws.Plain(p.ApplyMethod),
		})
	}
	return out
}

func readDBTags(ctx context.Context, s *aws.Session, r *graph.Resource, _ func(*graph.Resource)) error {
	out, err := rds.NewFromConfig(s.Config).ListTagsForResource(ctx, &rds.ListTagsForResourceInput{ResourceName: sdk.String(r.Origins[0].ID)})
	if err != nil {
		return err
	}
	r.Attrs["tags"] = aws.Plain(out.TagList)
	return nil
}

var dbProxyFields = aws.Table{
	"name":                   "DBProxyName",
	"engine_family":          "EngineFamily",
	"role_arn":               "RoleArn",
	"vpc_subnet_ids":         "VpcSubnetIds",
	"vpc_security_group_ids": "VpcSecurityGroupIds",
	"require_tls":            "RequireTLS",
	"idle_client_timeout":    "IdleClientTimeout",
	"debug_logging":          "DebugLogging",
	"auth[].auth_scheme":     "Auth[].AuthScheme",
	"auth[].iam_auth":        "Auth[].IAMAuth",
	"auth[].secret_arn":      "Auth[].SecretArn",
	"auth[].username":        "Auth[].UserName",
}

func readDBProxies(ctx context.Context, s *aws.Session, give func(*graph.Resource)) error {
	pages := rds.NewDescribeDBProxiesPaginator(rds.NewFromConfig(s.Config), &rds.DescribeDBProxiesInput{})
	called := func(x *types.DBProxy) (arn, name *string) { return x.DBProxyArn, x.DBProxyName }
	return eachPage(ctx, pages, func(page *rds.DescribeDBProxiesOutput) {
		giveEach(s, "aws_db_proxy", dbProxyFields, page.DBProxies, called, give)
	})
}

var eventSubscriptionFields = aws.Table{
	"name":             "CustSubscriptionId",
	"sns_topic":        "SnsTopicArn",
	"source_type":      "SourceType",
	"source_ids":       "SourceIdsList",
	"event_categories": "EventCategoriesList",
	"enabled":          "Enabled",
}

func readEventSubscriptions(ctx context.Context, s *aws.Session, give func(*graph.Resource)) error {
	pages := rds.NewDescribeEventSubscriptionsPaginator(rds.NewFromConfig(s.Config), &rds.DescribeEventSubscriptionsInput{})
	called := func(x *types.EventSubscription) (arn, name *string) {
		return x.EventSubscriptionArn, x.CustSubscriptionId
	}
	return eachPage(ctx, pages, func(page *rds.DescribeEventSubscriptionsOutput) {
		giveEach(s, "aws_db_event_subscription", eventSubscriptionFields, page.EventSubscriptionsList, called, give)
	})
}
