package catalog

import (
	"strings"

	"github.com/plumbline-dev/plumbline/graph"
)

func vpcTypes() []Type {
	return []Type{
		{
			// `default` marks the account's default VPC: a data source may ask for it, aws_default_vpc adopts it.
			Name:    "aws_vpc",
			Aliases: []string{"aws_default_vpc"},
			Attrs: []Attr{
				{Name: "cidr_block", Computed: true},
				{Name: "default", Kind: Bool, Default: false},
				{Name: "assign_generated_ipv6_cidr_block", Kind: Bool, Default: false},
				{Name: "ipv4_ipam_pool_id"},
				{Name: "ipv6_cidr_block", Computed: true},
				{Name: "enable_dns_hostnames", Kind: Bool, Computed: true},
				{Name: "enable_dns_support", Kind: Bool, Default: true},
				{Name: "instance_tenancy", Default: "default", Enum: []string{"default", "dedicated"}},
				{Name: "main_route_table_id", Computed: true},
				{Name: "default_route_table_id", Computed: true},
				{Name: "default_security_group_id", Computed: true},
				{Name: "default_network_acl_id", Computed: true},
			},
			Split: markDefaultVPC,
		},
		{
			Name:  "aws_vpc_ipv4_cidr_block_association",
			Scope: Configuration,
			Attrs: []Attr{{Name: "vpc_id", Targets: to("aws_vpc")}, {Name: "cidr_block", Computed: true}},
		},
		{
			Name:      "aws_subnet",
			Aliases:   []string{"aws_default_subnet"},
			Scope:     Zonal,
			ZonesFrom: []string{"availability_zone", "availability_zone_id"},
			Attrs: []Attr{
				{Name: "vpc_id", Targets: to("aws_vpc")},
				{Name: "cidr_block"},
				{Name: "ipv6_cidr_block", Computed: true},
				{Name: "ipv6_native", Kind: Bool, Default: false},
				{Name: "availability_zone", Computed: true},
				{Name: "availability_zone_id", Computed: true},
				{Name: "map_public_ip_on_launch", Kind: Bool, Default: false},
				{Name: "assign_ipv6_address_on_creation", Kind: Bool, Default: false},
				{Name: "outpost_arn"},
				{Name: "public", Kind: Bool, Derived: true},                           // its routes lead to an internet gateway
				{Name: "peers", Kind: List, Derived: true, Targets: to("aws_subnet")}, // see subnetPeers
			},
			Split: forgetDerived,
		},
		{
			// A main route table that is adopted (aws_default_route_table) names its VPC by default_route_table_id.
			Name:    "aws_route_table",
			Aliases: []string{"aws_default_route_table"},
			Scope:   Configuration,
			Attrs: []Attr{
				{Name: "vpc_id", Targets: to("aws_vpc")},
				{Name: "default_route_table_id", Targets: to("aws_vpc", "default_route_table_id", "main_route_table_id")},
				{Name: "propagating_vgws", Kind: List, Targets: to("aws_vpn_gateway")},
			},
			Split: splitRoutes,
		},
		{
			Name:  "aws_route",
			Scope: Configuration,
			Attrs: []Attr{
				{Name: "route_table_id", Targets: []Target{{Type: "aws_route_table"}, {Type: "aws_vpc", By: []string{"main_route_table_id", "default_route_table_id"}}}},
				{Name: "destination_cidr_block"},
				{Name: "destination_ipv6_cidr_block"},
				{Name: "destination_prefix_list_id"},
				{Name: "gateway_id", Targets: []Target{{Type: "aws_internet_gateway"}, {Type: "aws_vpn_gateway"}}},
				{Name: "nat_gateway_id", Targets: to("aws_nat_gateway")},
				{Name: "egress_only_gateway_id", Targets: to("aws_egress_only_internet_gateway")},
				{Name: "instance_id", Targets: to("aws_instance")},
				{Name: "network_interface_id", Targets: []Target{{Type: "aws_network_interface"}, {Type: "aws_instance", By: []string{"primary_network_interface_id"}}}},
				{Name: "transit_gateway_id", Targets: to("aws_ec2_transit_gateway")},
				{Name: "vpc_endpoint_id", Targets: to("aws_vpc_endpoint")},
				{Name: "vpc_peering_connection_id", Targets: to("aws_vpc_peering_connection")},
				{Name: "carrier_gateway_id"},
				{Name: "local_gateway_id"},
				{Name: "core_network_arn"},
			},
		},
		{
			Name:  "aws_route_table_association",
			Scope: Configuration,
			Attrs: []Attr{
				{Name: "subnet_id", Targets: to("aws_subnet")},
				{Name: "route_table_id", Targets: to("aws_route_table")},
				{Name: "gateway_id", Targets: []Target{{Type: "aws_internet_gateway"}, {Type: "aws_vpn_gateway"}}},
			},
		},
		{
			Name:  "aws_main_route_table_association",
			Scope: Configuration,
			Attrs: []Attr{
				{Name: "vpc_id", Targets: to("aws_vpc")},
				{Name: "route_table_id", Targets: to("aws_route_table")},
			},
		},
		{
			Name:  "aws_internet_gateway",
			Attrs: []Attr{{Name: "vpc_id", Targets: to("aws_vpc")}},
		},
		{
			Name:  "aws_internet_gateway_attachment",
			Scope: Configuration,
			Attrs: []Attr{
				{Name: "vpc_id", Targets: to("aws_vpc")},
				{Name: "internet_gateway_id", Targets: to("aws_internet_gateway")},
			},
		},
		{
			Name:  "aws_egress_only_internet_gateway",
			Attrs: []Attr{{Name: "vpc_id", Targets: to("aws_vpc")}},
		},
		natGatewayType(),
		{
			Name: "aws_eip",
			Attrs: []Attr{
				{Name: "domain", Computed: true, Enum: []string{"vpc", "standard"}},
				{Name: "instance", Targets: to("aws_instance")},
				{Name: "network_interface", Targets: to("aws_network_interface")},
				{Name: "allocation_id", Computed: true},
				{Name: "public_ip", Computed: true},
				{Name: "address"},
				{Name: "public_ipv4_pool", Computed: true},
			},
		},
		{
			Name:  "aws_eip_association",
			Scope: Configuration,
			Attrs: []Attr{
				{Name: "allocation_id", Targets: to("aws_eip", "allocation_id")},
				{Name: "instance_id", Targets: to("aws_instance")},
				{Name: "network_interface_id", Targets: to("aws_network_interface")},
				{Name: "public_ip", Targets: to("aws_eip", "public_ip")},
			},
		},
		{
			Name:      "aws_network_interface",
			Scope:     Zonal,
			ZonesFrom: []string{"subnet_id"},
			Attrs: []Attr{
				{Name: "subnet_id", Targets: to("aws_subnet")},
				{Name: "security_groups", Kind: List, Computed: true, Targets: to("aws_security_group")},
				{Name: "private_ips", Kind: List, Computed: true},
				{Name: "source_dest_check", Kind: Bool, Default: true},
				{Name: "attachment", Kind: Block, Attrs: []Attr{
					{Name: "instance", Targets: to("aws_instance")},
					{Name: "device_index", Kind: Number},
				}},
			},
		},
		vpcEndpointType(),
		{
			// As a data source it looks up the name of a service of AWS ("s3").
			Name: "aws_vpc_endpoint_service",
			Attrs: []Attr{
				{Name: "service"},
				{Name: "service_name", Computed: true},
				{Name: "service_type", Computed: true},
				{Name: "acceptance_required", Kind: Bool},
				{Name: "network_load_balancer_arns", Kind: List, Targets: to("aws_lb")},
				{Name: "gateway_load_balancer_arns", Kind: List, Targets: to("aws_lb")},
			},
		},
		{
			Name:  "aws_vpc_endpoint_route_table_association",
			Scope: Configuration,
			Attrs: []Attr{
				{Name: "route_table_id", Targets: to("aws_route_table")},
				{Name: "vpc_endpoint_id", Targets: to("aws_vpc_endpoint")},
			},
		},
		{
			Name: "aws_vpn_gateway",
			Attrs: []Attr{
				{Name: "vpc_id", Targets: to("aws_vpc")},
				{Name: "availability_zone"},
				{Name: "amazon_side_asn", Computed: true},
			},
		},
		{
			Name: "aws_vpc_peering_connection",
			Attrs: []Attr{
				{Name: "vpc_id", Targets: to("aws_vpc")},
				{Name: "peer_vpc_id", Targets: to("aws_vpc")},
				{Name: "peer_region", Computed: true},
				{Name: "peer_owner_id", Computed: true},
				{Name: "auto_accept", Kind: Bool},
			},
		},
		{
			Name:  "aws_flow_log",
			Scope: Configuration,
			Attrs: []Attr{
				{Name: "vpc_id", Targets: to("aws_vpc")},
				{Name: "subnet_id", Targets: to("aws_subnet")},
				{Name: "eni_id", Targets: to("aws_network_interface")},
				{Name: "transit_gateway_id", Targets: to("aws_ec2_transit_gateway")},
				{Name: "traffic_type", Enum: []string{"ACCEPT", "ALL", "REJECT"}},
				{Name: "log_destination", Computed: true, Targets: []Target{{Type: "aws_s3_bucket"}, {Type: "aws_cloudwatch_log_group"}}},
				{Name: "log_destination_type", Default: "cloud-watch-logs", Enum: []string{"cloud-watch-logs", "s3", "kinesis-data-firehose"}},
				{Name: "log_group_name", Targets: to("aws_cloudwatch_log_group", "name")},
				{Name: "iam_role_arn", Targets: to("aws_iam_role")},
				{Name: "max_aggregation_interval", Kind: Number, Default: 600},
			},
		},
	}
}

// Source: AWS provider, aws_nat_gateway: connectivity_type defaults to public, availability_mode to zonal.
func natGatewayType() Type {
	return Type{
		Name:      "aws_nat_gateway",
		Scope:     Zonal,
		ZonesFrom: []string{"subnet_id", "availability_zone_address.availability_zone"},
		Attrs: []Attr{
			{Name: "subnet_id", Targets: to("aws_subnet")},
			{Name: "vpc_id", Computed: true, Targets: to("aws_vpc")},
			{Name: "allocation_id", Targets: to("aws_eip", "allocation_id")},
			{Name: "connectivity_type", Default: "public", Enum: []string{"public", "private"}},
			{Name: "availability_mode", Default: "zonal", Enum: []string{"zonal", "regional"}},
			{Name: "availability_zone_address", Kind: Block, Attrs: []Attr{
				{Name: "availability_zone"},
				{Name: "availability_zone_id"},
				{Name: "allocation_ids", Kind: List, Targets: to("aws_eip", "allocation_id")},
			}},
			{Name: "secondary_allocation_ids", Kind: List, Targets: to("aws_eip", "allocation_id")},
			{Name: "private_ip", Computed: true},
			{Name: "public_ip", Computed: true},
		},
	}
}

func vpcEndpointType() Type {
	return Type{
		Name:      "aws_vpc_endpoint",
		ZonesFrom: []string{"subnet_ids"},
		Attrs: []Attr{
			{Name: "vpc_id", Targets: to("aws_vpc")},
			{Name: "service_name", Derived: true, Targets: to("aws_vpc_endpoint_service")},
			{Name: "vpc_endpoint_type", Default: "Gateway", Enum: []string{"Gateway", "GatewayLoadBalancer", "Interface", "Resource", "ServiceNetwork"}},
			{Name: "route_table_ids", Kind: List, Targets: to("aws_route_table")},
			{Name: "subnet_ids", Kind: List, Targets: to("aws_subnet")},
			{Name: "security_group_ids", Kind: List, Computed: true, Targets: to("aws_security_group")},
			{Name: "private_dns_enabled", Kind: Bool, Default: false},
			{Name: "policy", Kind: Document, Computed: true},
			{Name: "auto_accept", Kind: Bool},
		},
	}
}

// typeIn gives the resource type that an address ends with: "aws_default_vpc" of module.net.aws_default_vpc.d.
func typeIn(a graph.Address) string {
	s := string(a)
	if i := strings.LastIndex(s, "["); i > 0 && strings.HasSuffix(s, "]") {
		s = s[:i]
	}
	labels := strings.Split(s, ".")
	if len(labels) < 2 {
		return ""
	}
	return labels[len(labels)-2]
}

// forgetDerived takes away what is derived anew from the routes.
func forgetDerived(r *graph.Resource) []*graph.Resource {
	removeAttr(r, "public")
	removeAttr(r, "peers")
	return nil
}

func markDefaultVPC(r *graph.Resource) []*graph.Resource {
	if typeIn(r.Address) == "aws_default_vpc" {
		r.Attrs["default"] = true
	}
	return nil
}

// splitRoutes turns inline `route` blocks into aws_route resources.
// Source: AWS provider, resource aws_route_table: each block is one route of the table.
func splitRoutes(r *graph.Resource) []*graph.Resource {
	return SplitBlocks(r, "route", "aws_route", func(part *graph.Resource, _ map[string]any) {
		part.Attrs["route_table_id"] = OwnRef(r)
		rename(part, "cidr_block", "destination_cidr_block")
		rename(part, "ipv6_cidr_block", "destination_ipv6_cidr_block")
		dropEmpty(part.Attrs)
	})
}

// dropEmpty takes out attributes that are "": inline blocks in attribute form must name every
// attribute, and "" there is "not set".
func dropEmpty(attrs map[string]any) {
	for k, v := range attrs {
		if v == "" {
			delete(attrs, k)
		}
	}
}
