package catalog_test

import (
	"fmt"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/plumbline-dev/plumbline/catalog"
	"github.com/plumbline-dev/plumbline/graph"
)

// peersOf lists the peers of every subnet that has some, or of which something is open ("?"): "a: b c".
func peersOf(g *graph.Graph) []string {
	short := func(a graph.Address) string {
		return strings.TrimPrefix(strings.TrimPrefix(string(a), "aws_subnet."), "subnet/")
	}
	var out []string
	for _, r := range g.OfType("aws_subnet") {
		var list []string
		for _, e := range g.To(r.Key()) {
			if e.Via == "peers" {
				list = append(list, short(e.To.Address))
			}
		}
		if _, open := r.Unknown["_to.peers[*]"]; open {
			list = append(list, "?")
		}
		if len(list) > 0 {
			out = append(out, fmt.Sprintf("%s: %s", short(r.Address), strings.Join(list, " ")))
		}
	}
	slices.Sort(out)
	return out
}

// net is a VPC with subnets, "NAME ZONE TABLE", and route tables that lead out through something.
func net(subnets []string, more ...*graph.Resource) []*graph.Resource {
	list := append([]*graph.Resource{resource("aws_vpc.v", nil), resource("aws_internet_gateway.g", object{"vpc_id": id("aws_vpc.v")})}, more...)
	for _, s := range subnets {
		f := strings.Fields(s)
		r := resource("aws_subnet."+f[0], object{"vpc_id": id("aws_vpc.v"), "availability_zone": f[1]})
		if f[1] == "?" {
			r = unknown(resource("aws_subnet."+f[0], object{"vpc_id": id("aws_vpc.v")}), "availability_zone")
		}
		list = append(list, r)
		if len(f) > 2 {
			list = append(list, resource("aws_route_table_association."+f[0], object{"subnet_id": id("aws_subnet." + f[0]), "route_table_id": id("aws_route_table." + f[2])}))
		}
	}
	return list
}

// tableThrough is a route table whose default route leads through something.
func tableThrough(name, attr string, to any) *graph.Resource {
	return resource("aws_route_table."+name, object{"vpc_id": id("aws_vpc.v"), "route": list{object{"cidr_block": "0.0.0.0/0", attr: to}}})
}

func TestPeersAreTheSubnetsOfTheSameTierInOtherZones(t *testing.T) {
	nat := func(name string) *graph.Resource { return tableThrough(name, "nat_gateway_id", "nat-"+name) }
	igw := tableThrough("public", "gateway_id", id("aws_internet_gateway.g"))
	pair := func(more ...*graph.Resource) []*graph.Resource {
		return net([]string{"app_a eu-west-1a", "app_b eu-west-1b"}, more...)
	}
	both := []string{"app_a: app_b", "app_b: app_a"}
	for name, c := range map[string]struct {
		given []*graph.Resource
		want  []string
	}{
		"the main table":                            {pair(), both},
		"gateways of the same kind":                 {net([]string{"a eu-west-1a na", "b eu-west-1b nb", "c eu-west-1c nb"}, nat("na"), nat("nb")), []string{"a: b c", "b: a c", "c: a b"}},
		"symbolic zones":                            {net([]string{"a eu-west-1#0", "b eu-west-1#1"}), []string{"a: b", "b: a"}},
		"the same zone":                             {net([]string{"a eu-west-1a", "b eu-west-1a"}), nil},
		"a local zone":                              {net([]string{"a us-west-2a", "b us-west-2-lax-1a"}), []string{"a: ?", "b: ?"}},
		"public and private":                        {net([]string{"a eu-west-1a public", "b eu-west-1b na"}, igw, nat("na")), nil},
		"another kind of way out":                   {net([]string{"a eu-west-1a na", "b eu-west-1b nb"}, nat("na"), tableThrough("nb", "transit_gateway_id", "tgw-1")), nil},
		"no way out":                                {net([]string{"a eu-west-1a na", "b eu-west-1b nb"}, nat("na"), resource("aws_route_table.nb", object{"vpc_id": id("aws_vpc.v")})), nil},
		"one more route":                            {net([]string{"a eu-west-1a na", "b eu-west-1b nb"}, nat("na"), nat("nb"), resource("aws_route.peered", object{"route_table_id": id("aws_route_table.nb"), "destination_cidr_block": "10.9.0.0/16", "vpc_peering_connection_id": "pcx-1"})), nil},
		"routes of an endpoint do not count":        {net([]string{"a eu-west-1a na", "b eu-west-1b nb"}, nat("na"), nat("nb"), resource("aws_route.s3", object{"route_table_id": id("aws_route_table.nb"), "destination_prefix_list_id": "pl-1", "gateway_id": "vpce-1"})), []string{"a: b", "b: a"}},
		"a gateway that is not known":               {net([]string{"a eu-west-1a na", "b eu-west-1b nb"}, nat("na"), unknown(resource("aws_route_table.nb", object{"vpc_id": id("aws_vpc.v"), "route": list{object{"cidr_block": "0.0.0.0/0"}}}), "route[0].nat_gateway_id")), nil},
		"one table of which something is not known": {net([]string{"a eu-west-1a na", "b eu-west-1b na"}, unknown(resource("aws_route_table.na", object{"vpc_id": id("aws_vpc.v")}), "route")), []string{"a: b", "b: a"}},
		"a table that is not in the code":           {append(net([]string{"a eu-west-1a", "b eu-west-1b"}), resource("aws_route_table_association.a", object{"subnet_id": id("aws_subnet.a"), "route_table_id": "rtb-1"}), resource("aws_route_table_association.b", object{"subnet_id": id("aws_subnet.b"), "route_table_id": "rtb-1"})), []string{"a: b", "b: a"}},
		"an association of some subnet":             {pair(unknown(resource("aws_route_table_association.x", object{"route_table_id": id("aws_route_table.n")}), "subnet_id"), nat("n")), []string{"app_a: ?", "app_b: ?"}},
		"a table that may not exist":                {net([]string{"a eu-west-1a na", "b eu-west-1b nb"}, nat("na"), unknown(nat("nb"), "_count")), []string{"a: ?", "b: ?"}},
		"another VPC":                               {append(net([]string{"a eu-west-1a"}), resource("aws_subnet.b", object{"vpc_id": "vpc-9", "availability_zone": "eu-west-1b"})), nil},
		"a VPC that is not in the code": {[]*graph.Resource{
			resource("aws_subnet.a", object{"vpc_id": "vpc-9", "availability_zone": "eu-west-1a"}), resource("aws_subnet.b", object{"vpc_id": "vpc-9", "availability_zone": "eu-west-1b"}),
		}, []string{"a: b", "b: a"}},
		"a VPC that is not known": {[]*graph.Resource{
			unknown(resource("aws_subnet.a", object{"availability_zone": "eu-west-1a"}), "vpc_id"), unknown(resource("aws_subnet.b", object{"availability_zone": "eu-west-1b"}), "vpc_id"),
		}, []string{"a: ?", "b: ?"}},
		"another network ACL":           {pair(resource("aws_network_acl.n", object{"vpc_id": id("aws_vpc.v"), "subnet_ids": list{id("aws_subnet.app_b")}})), nil},
		"the same network ACL":          {pair(resource("aws_network_acl.n", object{"vpc_id": id("aws_vpc.v"), "subnet_ids": list{id("aws_subnet.app_a"), id("aws_subnet.app_b")}})), both},
		"the default ACL has the rest":  {pair(resource("aws_default_network_acl.n", object{"default_network_acl_id": "acl-1"})), both},
		"an ACL of some subnets":        {pair(resource("aws_network_acl.n", object{"vpc_id": id("aws_vpc.v")})), []string{"app_a: ?", "app_b: ?"}},
		"another tier":                  {net([]string{"a eu-west-1a"}, resource("aws_subnet.b", object{"vpc_id": id("aws_vpc.v"), "availability_zone": "eu-west-1b", "tags": object{"Tier": "data"}})), nil},
		"public addresses":              {net([]string{"a eu-west-1a"}, resource("aws_subnet.b", object{"vpc_id": id("aws_vpc.v"), "availability_zone": "eu-west-1b", "map_public_ip_on_launch": true})), nil},
		"an outpost":                    {net([]string{"a eu-west-1a"}, resource("aws_subnet.b", object{"vpc_id": id("aws_vpc.v"), "availability_zone": "eu-west-1b", "outpost_arn": "arn:aws:outposts:eu-west-1:1:outpost/op-1"})), []string{"a: ?", "b: ?"}},
		"a subnet that may not exist":   {net([]string{"a eu-west-1a"}, unknown(resource("aws_subnet.b", object{"vpc_id": id("aws_vpc.v"), "availability_zone": "eu-west-1b"}), "_count")), []string{"a: ?", "b: ?"}},
		"a subnet that is looked up":    {append(net([]string{"a eu-west-1a"}), resource("data.aws_subnet.b", object{"id": "subnet-b", "availability_zone": "eu-west-1b"})), nil},
		"several, told by their names":  {net([]string{"app_a eu-west-1a", "app_b eu-west-1b", "db_a eu-west-1a", "db_b eu-west-1b"}), []string{"app_a: app_b", "app_b: app_a", "db_a: db_b", "db_b: db_a"}},
		"several, one without a match":  {net([]string{"app_a eu-west-1a", "app_b eu-west-1b", "db_a eu-west-1a"}), both},
		"several that nothing tells":    {net([]string{"red eu-west-1a", "green eu-west-1b", "blue eu-west-1b"}), nil},
		"two of one name in a zone":     {net([]string{"app1 eu-west-1a", "app2 eu-west-1b", "app3 eu-west-1b"}), nil},
		"two of one name in its zone":   {net([]string{"app1 eu-west-1a", "app2 eu-west-1a", "app3 eu-west-1b"}), nil},
		"a zone that is not known":      {net([]string{"app1 eu-west-1a", "app2 eu-west-1b", "app3 ?"}), []string{"app1: ?", "app2: ?", "app3: ?"}},
		"a zone of some other is not":   {net([]string{"app_a eu-west-1a", "app_b eu-west-1b", "db_c ?"}), []string{"app_a: app_b ?", "app_b: app_a ?", "db_c: ?"}},
		"instances by zone":             {net([]string{`app["eu-west-1a"] eu-west-1a`, `app["eu-west-1b"] eu-west-1b`, `db["eu-west-1a"] eu-west-1a`, `db["eu-west-1b"] eu-west-1b`}), []string{`app["eu-west-1a"]: app["eu-west-1b"]`, `app["eu-west-1b"]: app["eu-west-1a"]`, `db["eu-west-1a"]: db["eu-west-1b"]`, `db["eu-west-1b"]: db["eu-west-1a"]`}},
		"instances by tier and zone":    {net([]string{`s["app-a"] eu-west-1a`, `s["app-b"] eu-west-1b`, `s["db-a"] eu-west-1a`, `s["db-b"] eu-west-1b`}), []string{`s["app-a"]: s["app-b"]`, `s["app-b"]: s["app-a"]`, `s["db-a"]: s["db-b"]`, `s["db-b"]: s["db-a"]`}},
		"instances by number":           {net([]string{"app[0] eu-west-1#0", "app[1] eu-west-1#1", "db[0] eu-west-1#0", "db[1] eu-west-1#1"}), []string{"app[0]: app[1]", "app[1]: app[0]", "db[0]: db[1]", "db[1]: db[0]"}},
		"the letter in a hump":          {net([]string{"AppSubnetA eu-west-1a", "AppSubnetB eu-west-1b", "DbSubnetA eu-west-1a", "DbSubnetB eu-west-1b"}), []string{"AppSubnetA: AppSubnetB", "AppSubnetB: AppSubnetA", "DbSubnetA: DbSubnetB", "DbSubnetB: DbSubnetA"}},
		"the short name of a zone":      {net([]string{"app_1a eu-west-1a", "app_1b eu-west-1b", "db_euw1a eu-west-1a", "db_euw1b eu-west-1b"}), []string{"app_1a: app_1b", "app_1b: app_1a", "db_euw1a: db_euw1b", "db_euw1b: db_euw1a"}},
		"a letter that is not its zone": {net([]string{"app_b eu-west-1a", "app_a eu-west-1b", "db_b eu-west-1a", "db_a eu-west-1b"}), nil},
	} {
		t.Run(name, func(t *testing.T) {
			g := build(c.given...)
			if diff := cmp.Diff(c.want, peersOf(g)); diff != "" {
				t.Error(diff)
			}
			if diff := cmp.Diff(c.want, peersOf(catalog.Build(g.Resources(), catalog.Options{}))); diff != "" {
				t.Error("built again:", diff)
			}
		})
	}
}

// In an account the tag Name tells subnets apart, since their addresses are IDs.
func TestPeersInAnAccountAreToldByTheTagName(t *testing.T) {
	live := func(n int, zone, name string) *graph.Resource {
		id := fmt.Sprintf("subnet-%d", n)
		return &graph.Resource{Root: "aws:1", Address: graph.Address("subnet/" + name), Type: "aws_subnet", Observed: true, Origins: []graph.Origin{{Source: "aws"}},
			Attrs: object{"id": id, "vpc_id": "vpc-1", "availability_zone": zone, "map_public_ip_on_launch": false, "tags": object{"Name": name}}, Facts: object{"_region": "eu-west-1"}}
	}
	vpc := &graph.Resource{Root: "aws:1", Address: "vpc", Type: "aws_vpc", Observed: true, Origins: []graph.Origin{{Source: "aws"}}, Attrs: object{"id": "vpc-1"}}
	g := build(vpc, live(1, "eu-west-1a", "shop-app-eu-west-1a"), live(2, "eu-west-1b", "shop-app-eu-west-1b"), live(3, "eu-west-1a", "shop-db-eu-west-1a"), live(4, "eu-west-1b", "shop-db-eu-west-1b"), live(5, "eu-west-1c", "spare"))
	want := []string{"shop-app-eu-west-1a: shop-app-eu-west-1b", "shop-app-eu-west-1b: shop-app-eu-west-1a", "shop-db-eu-west-1a: shop-db-eu-west-1b", "shop-db-eu-west-1b: shop-db-eu-west-1a"}
	if diff := cmp.Diff(want, peersOf(g)); diff != "" {
		t.Error(diff)
	}
}
