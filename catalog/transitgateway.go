package catalog

func transitGatewayTypes() []Type {
	return []Type{
		{
			Name: "aws_ec2_transit_gateway",
			Attrs: []Attr{
				{Name: "amazon_side_asn", Kind: Number, Default: 64512},
				{Name: "auto_accept_shared_attachments", Default: "disable", Enum: []string{"disable", "enable"}},
				{Name: "default_route_table_association", Default: "enable", Enum: []string{"disable", "enable"}},
				{Name: "default_route_table_propagation", Default: "enable", Enum: []string{"disable", "enable"}},
				{Name: "dns_support", Default: "enable", Enum: []string{"disable", "enable"}},
				{Name: "association_default_route_table_id", Computed: true},
			},
		},
		{
			Name:      "aws_ec2_transit_gateway_vpc_attachment",
			ZonesFrom: []string{"subnet_ids"},
			Attrs: []Attr{
				{Name: "transit_gateway_id", Targets: to("aws_ec2_transit_gateway")},
				{Name: "vpc_id", Targets: to("aws_vpc")},
				{Name: "subnet_ids", Kind: List, Targets: to("aws_subnet")},
				{Name: "appliance_mode_support", Default: "disable", Enum: []string{"disable", "enable"}},
				{Name: "dns_support", Default: "enable", Enum: []string{"disable", "enable"}},
			},
		},
		{
			Name: "aws_ec2_transit_gateway_route_table", Scope: Configuration,
			Attrs: []Attr{{Name: "transit_gateway_id", Targets: to("aws_ec2_transit_gateway")}},
		},
		{
			Name: "aws_ec2_transit_gateway_route", Scope: Configuration,
			Attrs: []Attr{
				{Name: "destination_cidr_block"},
				{Name: "transit_gateway_attachment_id", Targets: to("aws_ec2_transit_gateway_vpc_attachment")},
				{Name: "transit_gateway_route_table_id", Targets: []Target{
					{Type: "aws_ec2_transit_gateway_route_table"}, {Type: "aws_ec2_transit_gateway", By: []string{"association_default_route_table_id"}},
				}},
				{Name: "blackhole", Kind: Bool, Default: false},
			},
		},
		{
			Name:      "aws_networkfirewall_firewall",
			ZonesFrom: []string{"subnet_mapping.subnet_id"},
			Attrs: []Attr{
				{Name: "name"},
				{Name: "vpc_id", Targets: to("aws_vpc")},
				{Name: "subnet_mapping", Kind: Block, Attrs: []Attr{{Name: "subnet_id", Targets: to("aws_subnet")}, {Name: "ip_address_type", Computed: true}}},
				{Name: "firewall_policy_arn"},
				{Name: "delete_protection", Kind: Bool, Default: false},
				{Name: "subnet_change_protection", Kind: Bool, Default: false},
			},
		},
	}
}
