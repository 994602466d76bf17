package cost_test

import (
	"errors"
	"fmt"
	"testing"
	"testing/fstest"

	"github.com/google/go-cmp/cmp"
	"github.com/shopspring/decimal"

	"github.com/plumbline-dev/plumbline/cost"
	"github.com/plumbline-dev/plumbline/cost/prices"
	"github.com/plumbline-dev/plumbline/graph"
)

func estimate(t *testing.T, code string, o cost.Options) map[string]cost.Resource {
	t.Helper()
	out := map[string]cost.Resource{}
	for _, r := range cost.Estimate(built(t, fstest.MapFS{"main.tf": {Data: []byte(code)}}), builtin(t), o).Resources {
		out[string(r.Address)] = r
	}
	return out
}

func TestTheRegionOfEachResourceSaysWhereItIsFrom(t *testing.T) {
	t.Parallel()
	f := readFixture(t, "testdata/regions.txtar")
	got := map[string]string{}
	for _, r := range f.estimate(t).Resources {
		got[string(r.Address)] = r.Region + " " + r.RegionFrom
	}
	want := map[string]string{
		"aws_kms_key.default": "eu-west-1 provider", "aws_kms_key.tokyo": "ap-northeast-1 provider", "aws_ebs_volume.zone": "sa-east-1 zone",
		"aws_ebs_volume.attr": "us-west-2 attr", "aws_sqs_queue.assumed": "us-east-1 assumed", "aws_ebs_volume.assumed": "us-east-1 assumed",
		"aws_route53_zone.z": "global type",
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Error(diff)
	}
}

func TestARegionIsFoundInAnARN(t *testing.T) {
	t.Parallel()
	g := graph.New([]*graph.Resource{{
		Address: "arn:aws:sqs:ap-south-1:111111111111:jobs", Type: "aws_sqs_queue", Attrs: map[string]any{"fifo_queue": false},
		Facts: map[string]any{"_region": "eu-west-1"},
	}}, nil)
	r := cost.Estimate(g, builtin(t), cost.Options{}).Resources[0]
	if r.Region != "ap-south-1" || r.RegionFrom != "arn" {
		t.Errorf("%s from %s", r.Region, r.RegionFrom)
	}
}

func TestTheAssumedRegionMayBeChosen(t *testing.T) {
	t.Parallel()
	r := estimate(t, `resource "aws_sqs_queue" "q" {}`, cost.Options{DefaultRegion: "eu-north-1"})["aws_sqs_queue.q"]
	if r.Region != "eu-north-1" || r.RegionFrom != "assumed" {
		t.Errorf("%s from %s", r.Region, r.RegionFrom)
	}
}

func TestANumberOfInstancesThatIsNotKnownIsSaid(t *testing.T) {
	t.Parallel()
	r := estimate(t, `
provider "aws" {
  region = "eu-west-1"
}
variable "n" {}
resource "aws_kms_key" "k" {
  count = var.n
}
`, cost.Options{Profile: cost.Low})["aws_kms_key.k"]
	if !r.Monthly.IsZero() || len(r.Unpriced) != 1 || r.Unpriced[0].Meter != "number of instances" {
		t.Errorf("%s, %v", r.Monthly, r.Unpriced)
	}
	for _, l := range r.Lines {
		if l.Quantity != nil || l.Monthly != nil || !l.Price.IsPositive() {
			t.Errorf("%s has a quantity, or no price", l.Label)
		}
	}
}

func TestDataSourcesAndFactsCostNothing(t *testing.T) {
	t.Parallel()
	got := estimate(t, `
terraform {
  backend "s3" {
    bucket = "b"
    key    = "k"
    region = "eu-west-1"
  }
}
data "aws_kms_key" "k" {
  key_id = "alias/k"
}
resource "random_id" "r" {
  byte_length = 4
}
`, cost.Options{})
	if len(got) != 0 {
		t.Errorf("%v", got)
	}
}

// one is a catalogue with one answer.
type one struct {
	price prices.Price
	err   error
}

func (o one) Find(prices.Key) (prices.Price, error) { return o.price, o.err }
func (o one) AsOf() string                          { return "2026-01-01" }

func TestAPriceThatIsMissingIsNeverZero(t *testing.T) {
	t.Parallel()
	usd := func(s string) []prices.Tier { return []prices.Tier{{Open: true, USD: decimal.RequireFromString(s)}} }
	for name, c := range map[string]struct {
		catalogue one
		want      string
	}{
		"an error":           {one{err: errors.New("it is not there")}, "it is not there"},
		"another currency":   {one{price: prices.Price{Unit: "Key-Mo", Currency: "CNY", Tiers: usd("7")}}, "the price of kms.key in eu-west-1 is in CNY, which is not added to USD"},
		"only the allowance": {one{price: prices.Price{Unit: "Key-Mo", Currency: "USD", Tiers: usd("0")}}, "the catalogue has only the free allowance of kms.key"},
	} {
		g := graph.New([]*graph.Resource{{Address: "aws_kms_key.k", Type: "aws_kms_key", Facts: map[string]any{"_region": "eu-west-1"}}}, nil)
		e := cost.Estimate(g, c.catalogue, cost.Options{})
		if e.Complete || e.Unpriced == 0 || e.Resources[0].Unpriced[0].Why != c.want {
			t.Errorf("%s: complete %v, %v", name, e.Complete, e.Resources[0].Unpriced)
		}
	}
}

func BenchmarkEstimate(b *testing.B) {
	const n = 5000
	var all []*graph.Resource
	for i := range n / 5 {
		facts := map[string]any{"_region": []string{"eu-west-1", "us-east-1", "eu-central-1"}[i%3]}
		add := func(typ string, attrs map[string]any) {
			all = append(all, &graph.Resource{Address: graph.Address(fmt.Sprintf("%s.r%d", typ, i)), Type: typ, Attrs: attrs, Facts: facts})
		}
		add("aws_instance", map[string]any{"instance_type": []string{"m6i.large", "t3.medium", "c6i.xlarge"}[i%3], "tenancy": "default", "monitoring": false,
			"root_block_device": []any{map[string]any{"volume_type": "gp3", "volume_size": 20}}})
		add("aws_ebs_volume", map[string]any{"type": "gp3", "size": 100})
		add("aws_db_instance", map[string]any{"engine": "postgres", "instance_class": "db.m6i.large", "multi_az": true, "storage_type": "gp3", "allocated_storage": 100,
			"backup_retention_period": 7, "publicly_accessible": false})
		add("aws_sqs_queue", map[string]any{"fifo_queue": false})
		add("aws_s3_bucket", map[string]any{"bucket": fmt.Sprintf("b%d", i)})
	}
	g := graph.New(all, nil)
	c := builtin(b)
	b.ReportAllocs()
	for b.Loop() {
		if e := cost.Estimate(g, c, cost.Options{Profile: cost.Medium}); len(e.Resources) != n {
			b.Fatal(len(e.Resources))
		}
	}
}

// TestDisksOfAServerInAnAccountArePricedOnce: what goes with the server is a neighbour and priced with it, what outlives it by itself.
func TestDisksOfAServerInAnAccountArePricedOnce(t *testing.T) {
	t.Parallel()
	facts := map[string]any{"_region": "eu-west-1"}
	disk := func(name string) []any { return []any{map[string]any{"device_name": name}} }
	thing := func(typ, name string, data bool, attrs map[string]any) *graph.Resource {
		return &graph.Resource{Address: graph.Address(typ + "." + name), Type: typ, Data: data, Attrs: attrs, Facts: facts}
	}
	server := thing("aws_instance", "s", false, map[string]any{"instance_type": "t3.nano", "tenancy": "default", "monitoring": false, "associate_public_ip_address": false,
		"root_block_device": disk("/dev/xvda"), "ebs_block_device": disk("/dev/sdf")})
	root := thing("aws_ebs_volume", "root", true, map[string]any{"type": "gp3", "size": 10})
	kept := thing("aws_ebs_volume", "kept", false, map[string]any{"type": "gp3", "size": 100})
	a := thing("aws_volume_attachment", "root", true, map[string]any{"device_name": "/dev/xvda"})
	k := thing("aws_volume_attachment", "kept", false, map[string]any{"device_name": "/dev/sdf"})
	g := graph.New([]*graph.Resource{server, root, kept, a, k}, []graph.Edge{
		{From: a.Key(), Via: "instance_id", To: server.Key()}, {From: a.Key(), Via: "volume_id", To: root.Key()},
		{From: k.Key(), Via: "instance_id", To: server.Key()}, {From: k.Key(), Via: "volume_id", To: kept.Key()},
	})
	got := map[string]string{}
	e := cost.Estimate(g, builtin(t), cost.Options{})
	for _, r := range e.Resources {
		got[string(r.Address)] = r.Monthly.String()
	}
	want := map[string]string{"aws_instance.s": "5.041", "aws_ebs_volume.kept": "8.8", "aws_volume_attachment.kept": "0"} // 730 x 0.0057 + 10 x 0.088; 100 x 0.088
	if diff := cmp.Diff(want, got); diff != "" || !e.Complete {
		t.Errorf("complete %v\n%s", e.Complete, diff)
	}
}

// TestNodesOfAGroupInAnAccountArePricedOnce: AWS lists them as clusters too. In code, a cluster that names a group is a replica more.
func TestNodesOfAGroupInAnAccountArePricedOnce(t *testing.T) {
	t.Parallel()
	for observed, want := range map[bool]string{true: "0", false: "23.36"} {
		facts := map[string]any{"_region": "us-east-1"}
		group := &graph.Resource{Address: "g", Type: "aws_elasticache_replication_group", Facts: facts, Attrs: map[string]any{"engine": "redis", "node_type": "cache.t4g.small", "num_cache_clusters": 2, "snapshot_retention_limit": 0}}
		node := &graph.Resource{Address: "n", Type: "aws_elasticache_cluster", Observed: observed, Facts: facts, Attrs: map[string]any{"replication_group_id": "g"}}
		e := cost.Estimate(graph.New([]*graph.Resource{group, node}, []graph.Edge{{From: node.Key(), Via: "replication_group_id", To: group.Key()}}), builtin(t), cost.Options{})
		for _, r := range e.Resources {
			if r.Address == node.Address && r.Monthly.String() != want {
				t.Errorf("observed %v: the node costs %s", observed, r.Monthly)
			}
		}
	}
}

func TestSizesThatCannotBeMeantAreNotPriced(t *testing.T) {
	t.Parallel()
	for _, size := range []string{"-1", "1e16", "1e300", `"1e999999999"`, `"ten"`, "true", `[1]`, `{}`} {
		r := estimate(t, fmt.Sprintf(`
provider "aws" {
  region = "eu-west-1"
}
resource "aws_ebs_volume" "v" {
  availability_zone = "eu-west-1a"
  size              = %s
}
`, size), cost.Options{})["aws_ebs_volume.v"]
		if !r.Monthly.IsZero() || len(r.Unpriced) == 0 {
			t.Errorf("size %s costs %s, unpriced %v", size, r.Monthly, r.Unpriced)
		}
	}
}
