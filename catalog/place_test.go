package catalog_test

import (
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/plumbline-dev/plumbline/catalog"
	"github.com/plumbline-dev/plumbline/graph"
)

// A name means what is called so in the same account and region; an ARN, an ID or the name of a bucket is the same everywhere.
func TestNamesOfWhatRunsAreThoseOfItsPlace(t *testing.T) {
	live := func(typ, account, region, name string, attrs object) *graph.Resource {
		facts := object{"_account": account}
		if region != "" {
			facts["_region"] = region
		}
		return &graph.Resource{Root: "aws:" + account, Address: graph.Address(typ + "/" + account + "/" + region + "/" + name), Type: typ, Name: name, Observed: true, Origins: []graph.Origin{{Source: "aws"}}, Attrs: attrs, Facts: facts}
	}
	const one, two = "111111111111", "222222222222"
	db := func(account, region string) *graph.Resource {
		return live("aws_db_instance", account, region, "main", object{"identifier": "main", "arn": "arn:aws:rds:" + region + ":" + account + ":db:main"})
	}
	state := func(r *graph.Resource) *graph.Resource {
		r.Origins = []graph.Origin{{Source: "state"}}
		return r
	}
	alarm := live("aws_cloudwatch_metric_alarm", one, "eu-west-1", "cpu", object{"dimensions": object{"DBInstanceIdentifier": "main"}})
	for name, tt := range map[string]struct {
		from *graph.Resource
		to   []*graph.Resource
		want []graph.Address
	}{
		"here, and elsewhere too": {alarm, []*graph.Resource{db(one, "eu-west-1"), db(one, "us-east-1"), db(two, "eu-west-1")}, []graph.Address{"aws_db_instance/111111111111/eu-west-1/main"}},
		"another region":          {alarm, []*graph.Resource{db(one, "us-east-1")}, nil},
		"another account":         {alarm, []*graph.Resource{db(two, "eu-west-1")}, nil},
		"an ARN": {
			live("aws_db_instance", one, "eu-west-1", "replica", object{"replicate_source_db": "arn:aws:rds:us-east-1:111111111111:db:main"}),
			[]*graph.Resource{db(one, "us-east-1")}, []graph.Address{"aws_db_instance/111111111111/us-east-1/main"},
		},
		"a bucket": {
			live("aws_cloudtrail", one, "eu-west-1", "trail", object{"s3_bucket_name": "logs"}),
			[]*graph.Resource{live("aws_s3_bucket", two, "us-east-1", "logs", object{"bucket": "logs"})}, []graph.Address{"aws_s3_bucket/222222222222/us-east-1/logs"},
		},
		"an ID": {
			live("aws_vpc_peering_connection", one, "eu-west-1", "p", object{"peer_vpc_id": "vpc-0123456789abcdef0"}),
			[]*graph.Resource{live("aws_vpc", two, "us-east-1", "v", object{"id": "vpc-0123456789abcdef0"})}, []graph.Address{"aws_vpc/222222222222/us-east-1/v"},
		},
		"a state, where a distribution has the region of its provider": {
			state(live("aws_cloudwatch_metric_alarm", one, "us-east-1", "errors", object{"dimensions": object{"DistributionId": "cdn"}})),
			[]*graph.Resource{state(live("aws_cloudfront_distribution", one, "eu-west-1", "cdn", object{"id": "cdn"}))}, []graph.Address{"aws_cloudfront_distribution/111111111111/eu-west-1/cdn"},
		},
		"something without a region": {
			live("aws_cloudwatch_metric_alarm", one, "us-east-1", "errors", object{"dimensions": object{"DistributionId": "E1"}}),
			[]*graph.Resource{live("aws_cloudfront_distribution", one, "", "E1", object{"id": "E1"})}, []graph.Address{"aws_cloudfront_distribution/111111111111//E1"},
		},
	} {
		var got []graph.Address
		for _, e := range catalog.Build(append(tt.to, tt.from), catalog.Options{}).To(tt.from.Key()) {
			got = append(got, e.To.Address)
		}
		if diff := cmp.Diff(tt.want, got); diff != "" {
			t.Errorf("%s: %s", name, diff)
		}
	}
}
