package catalog

import "github.com/plumbline-dev/plumbline/graph"

func vpcTypes() []Type {
	return []Type{
		{
			Name:  "aws_vpc",
			Attrs: []Attr{{Name: "cidr_block", Computed: true}},
		},
		{
			Name:      "aws_subnet",
			Scope:     Zonal,
			ZonesFrom: []string{"availability_zone", "availability_zone_id"},
			Attrs: []Attr{
				{Name: "vpc_id", Targets: to("aws_vpc")},
				{Name: "cidr_block"},
				{Name: "availability_zone", Computed: true},
				{Name: "availability_zone_id", Computed: true},
				{Name: "map_public_ip_on_launch", Kind: Bool, Default: false},
			},
		},
		{
			Name:  "aws_route_table",
			Scope: Configuration,
			Attrs: []Attr{{Name: "vpc_id", Targets: to("aws_vpc")}},
			Split: splitRoutes,
		},
		{
			Name:  "aws_route",
			Scope: Configuration,
			Attrs: []Attr{
				{Name: "route_table_id", Targets: to("aws_route_table")},
				{Name: "destination_cidr_block"},
				{Name: "destination_ipv6_cidr_block"},
				{Name: "destination_prefix_list_id"},
				{Name: "gateway_id"},
				{Name: "nat_gateway_id"},
			},
		},
	}
}

// splitRoutes turns inline `route` blocks into aws_route resources.
// Source: AWS provider, resource aws_route_table: each block is one route of the table.
func splitRoutes(r *graph.Resource) []*graph.Resource {
	return SplitBlocks(r, "route", "aws_route", func(part *graph.Resource, block map[string]any) {
		part.Attrs["route_table_id"] = OwnRef(r)
		rename(part, "cidr_block", "destination_cidr_block")
		rename(part, "ipv6_cidr_block", "destination_ipv6_cidr_block")
	})
}
