package catalog_test

import (
	"slices"
	"testing"

	"github.com/plumbline-dev/plumbline/catalog"
	"github.com/plumbline-dev/plumbline/graph"
)

func ref(address, attr string) graph.Ref {
	return graph.Ref{Address: graph.Address(address), Attr: attr}
}

func TestAReferenceGoesThroughAnAttributeThatNamesTheTarget(t *testing.T) {
	t.Parallel()
	g := catalog.Build([]*graph.Resource{
		{Address: "aws_s3_bucket.b", Type: "aws_s3_bucket", Attrs: map[string]any{"bucket": "logs"}},
		{Address: "aws_s3_bucket_public_access_block.b", Type: "aws_s3_bucket_public_access_block", Attrs: map[string]any{"bucket": ref("aws_s3_bucket.b", "id")}},
		{Address: "aws_s3_bucket_acl.b", Type: "aws_s3_bucket_acl", Attrs: map[string]any{"bucket": ref("aws_s3_bucket_public_access_block.b", "id"), "acl": "private"}},
	}, catalog.Options{})
	to := g.To(graph.Key{Address: "aws_s3_bucket_acl.b"})
	if len(to) != 1 || to[0].To.Address != "aws_s3_bucket.b" {
		t.Errorf("edges of the ACL: %v", to)
	}
}

func TestAReferenceToAnAttributeThatWasNotReadLeavesTheEdgeOpen(t *testing.T) {
	t.Parallel()
	g := catalog.Build([]*graph.Resource{
		{Address: "data.aws_subnet.s", Type: "aws_subnet", Data: true},
		{Address: "aws_lb_target_group.g", Type: "aws_lb_target_group", Attrs: map[string]any{"vpc_id": ref("data.aws_subnet.s", "vpc_id")}},
	}, catalog.Options{})
	if why := g.Get(graph.Key{Address: "aws_lb_target_group.g"}).Unknown["_to.vpc_id[*]"]; why == "" {
		t.Error("the VPC of a subnet that is looked up is taken for none")
	}
}

func TestAReferenceToTheIDOfAnotherTypeIsNoTarget(t *testing.T) {
	t.Parallel()
	g := catalog.Build([]*graph.Resource{
		{Address: "aws_ec2_carrier_gateway.c", Type: "aws_ec2_carrier_gateway"},
		{Address: "aws_route.r", Type: "aws_route", Attrs: map[string]any{"gateway_id": ref("aws_ec2_carrier_gateway.c", "id")}},
	}, catalog.Options{})
	r := g.Get(graph.Key{Address: "aws_route.r"})
	for p := range r.Unknown {
		if slices.Contains([]string{"_to.gateway_id[*]", "_to.gateway_id"}, p) {
			t.Errorf("%s is open: %s", p, r.Unknown[p])
		}
	}
}
