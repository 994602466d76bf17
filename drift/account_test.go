package drift_test

import (
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/plumbline-dev/plumbline/drift"
)

func TestWhatADataSourceFinds(t *testing.T) {
	a := drift.NewAccount(build(
		observed("arn:vpc/1", "aws_vpc", attrs{"id": "vpc-1", "cidr_block": "10.0.0.0/16", "tags": attrs{"Name": "main"}}),
		observed("arn:subnet/1", "aws_subnet", attrs{"id": "subnet-1", "vpc_id": "vpc-1", "availability_zone": "eu-west-1a", "tags": attrs{"Tier": "web-a"}}),
		observed("arn:subnet/2", "aws_subnet", attrs{"id": "subnet-2", "vpc_id": "vpc-1", "availability_zone": "eu-west-1b", "tags": attrs{"Tier": "web-b"}}),
	))
	filter := func(name string, values ...any) attrs {
		return attrs{"filter": []any{attrs{"name": name, "values": values}}}
	}
	tests := map[string]struct {
		typ       string
		arguments attrs
		attribute string
		want      any // nil: not found
	}{
		"by id":                            {"aws_vpc", attrs{"id": "vpc-1"}, "cidr_block", "10.0.0.0/16"},
		"by tags":                          {"aws_vpc", attrs{"tags": attrs{"Name": "main"}}, "id", "vpc-1"},
		"by a tag that no one has":         {"aws_vpc", attrs{"tags": attrs{"Name": "other"}}, "id", nil},
		"one of two":                       {"aws_subnet", attrs{"vpc_id": "vpc-1"}, "id", nil},
		"by filter":                        {"aws_subnet", filter("availability-zone", "eu-west-1b"), "id", "subnet-2"},
		"by a filter that is not known":    {"aws_subnet", filter("owner-alias", "x"), "id", nil},
		"all of a VPC":                     {"aws_subnets", filter("vpc-id", "vpc-1"), "ids", []any{"subnet-1", "subnet-2"}},
		"by a pattern":                     {"aws_subnets", filter("tag:Tier", "web-?"), "ids", []any{"subnet-1", "subnet-2"}},
		"by a pattern that one fits":       {"aws_subnets", filter("tag:Tier", "*-a"), "ids", []any{"subnet-1"}},
		"the account":                      {"aws_caller_identity", attrs{}, "account_id", "1"},
		"by an argument that is not known": {"aws_subnets", attrs{"most_recent": true}, "ids", nil},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			found, ok := a.LookUp(test.typ, "eu-west-1", "", test.arguments)
			if ok != (test.want != nil) {
				t.Fatalf("found: %v, want %v", ok, test.want)
			}
			if ok && !cmp.Equal(found[test.attribute], test.want) {
				t.Errorf("%s is %v, want %v", test.attribute, found[test.attribute], test.want)
			}
		})
	}
}

func TestADataSourceFindsNothingInWhatWasNotReadCompletely(t *testing.T) {
	phantom := observed("aws_subnet/eu-west-1/?", "aws_subnet", attrs{})
	phantom.Unknown = map[string]string{"_count": "ec2:DescribeSubnets was denied"}
	a := drift.NewAccount(build(observed("arn:subnet/1", "aws_subnet", attrs{"id": "subnet-1"}), phantom))
	if found, ok := a.LookUp("aws_subnets", "", "", nil); ok {
		t.Errorf("found %v", found)
	}
}
