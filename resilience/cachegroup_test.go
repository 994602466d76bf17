package resilience_test

import (
	"strings"
	"testing"
	"testing/fstest"

	"github.com/google/go-cmp/cmp"

	"github.com/plumbline-dev/plumbline/catalog"
	"github.com/plumbline-dev/plumbline/graph"
	"github.com/plumbline-dev/plumbline/resilience"
	"github.com/plumbline-dev/plumbline/scanners/terraform"
)

const singleNode = `
provider "aws" {
  region = "eu-west-1"
}
resource "aws_vpc" "v" {
  cidr_block = "10.0.0.0/16"
}
resource "aws_subnet" "a" {
  vpc_id            = aws_vpc.v.id
  cidr_block        = "10.0.0.0/24"
  availability_zone = "eu-west-1a"
}
resource "aws_subnet" "b" {
  vpc_id            = aws_vpc.v.id
  cidr_block        = "10.0.1.0/24"
  availability_zone = "eu-west-1b"
}
resource "aws_elasticache_subnet_group" "data" {
  name       = "data"
  subnet_ids = [aws_subnet.a.id, SECOND]
}
resource "aws_elasticache_cluster" "s" {
  cluster_id        = "sessions"
  engine            = "ENGINE"
  node_type         = "cache.t4g.small"
  num_cache_nodes   = 1
  subnet_group_name = aws_elasticache_subnet_group.data.name
}`

func TestASingleRedisNodeIsOfferedAGroupOverTwoZones(t *testing.T) {
	t.Parallel()
	for _, x := range []struct {
		engine, second string
		want           bool
	}{{"redis", "aws_subnet.b.id", true}, {"valkey", "aws_subnet.b.id", true}, {"memcached", "aws_subnet.b.id", false}, {"redis", "aws_subnet.a.id", false}} {
		code := strings.NewReplacer("SECOND", x.second, "ENGINE", x.engine).Replace(singleNode)
		g := graphFrom(t, terraform.New(fstest.MapFS{"main.tf": {Data: []byte(code)}}, terraform.Options{}))
		offers := resilience.Offers(g)
		if got := len(offers) == 1; got != x.want {
			t.Errorf("%s over %s: %d offers", x.engine, x.second, len(offers))
			continue
		}
		if !x.want {
			continue
		}
		after, _, err := offers[0].Patch.Apply(g.Resources())
		if err != nil {
			t.Fatal(err)
		}
		m := resilience.Derive(catalog.Build(after, catalog.Options{}), resilience.Settings{})
		group := graph.Address("aws_elasticache_replication_group.s")
		up := map[string]resilience.Up{}
		for _, l := range m.Zones() {
			s := m.Lose(l.Nodes...)
			for i, n := range m.Nodes {
				if n.Key.Address == group {
					up[l.Name] = s.Up(i)
				}
			}
		}
		if diff := cmp.Diff(map[string]resilience.Up{"zone:eu-west-1a": resilience.Yes, "zone:eu-west-1b": resilience.Yes, "zone:eu-west-1c": resilience.Yes}, up); diff != "" {
			t.Errorf("%s: the group does not come through the loss of a zone:\n%s", x.engine, diff)
		}
	}
}
