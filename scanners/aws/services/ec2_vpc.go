package services

import (
	"cmp"
	"context"
	"strings"

	sdk "github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/ec2"
	"github.com/aws/aws-sdk-go-v2/service/ec2/types"

	"github.com/plumbline-dev/plumbline/graph"
	"github.com/plumbline-dev/plumbline/scanners/aws"
)

var vpcFields = aws.Table{"cidr_block": "CidrBlock", "default": "IsDefault", "instance_tenancy": "InstanceTenancy"}

func readVPCs(ctx context.Context, s *aws.Session, give func(*graph.Resource)) error {
	client := ec2.NewFromConfig(s.Config)
	pages := ec2.NewDescribeVpcsPaginator(client, &ec2.DescribeVpcsInput{})
	for pages.HasMorePages() {
		page, err := pages.NextPage(ctx)
		if err != nil {
			return err
		}
		for i := range page.Vpcs {
			r := vpc(s, &page.Vpcs[i], give)
			if r.Attrs["default"] == true {
				if r.Data, err = unused(ctx, client, text(page.Vpcs[i].VpcId)); err != nil {
					return err
				}
			}
			give(r)
		}
	}
	return nil
}

// unused says whether nothing has an address in a VPC. Every account has a default VPC in every region, and nobody made it.
func unused(ctx context.Context, client *ec2.Client, id string) (bool, error) {
	out, err := client.DescribeNetworkInterfaces(ctx, &ec2.DescribeNetworkInterfacesInput{
		MaxResults: sdk.Int32(5), Filters: []types.Filter{{Name: sdk.String("vpc-id"), Values: []string{id}}},
	})
	if err != nil {
		return false, err
	}
	return len(out.NetworkInterfaces) == 0 && out.NextToken == nil, nil
}

func vpc(s *aws.Session, from *types.Vpc, give func(*graph.Resource)) *graph.Resource {
	r := ec2Resource(s, "aws_vpc", "vpc", text(from.VpcId), from.Tags)
	vpcFields.Set(r, from)
	null(r, "ipv6_cidr_block", "ipv4_ipam_pool_id")
	for _, a := range from.Ipv6CidrBlockAssociationSet {
		if a.Ipv6CidrBlockState == nil || a.Ipv6CidrBlockState.State == types.VpcCidrBlockStateCodeAssociated {
			r.Attrs["ipv6_cidr_block"] = aws.Plain(a.Ipv6CidrBlock)
		}
	}
	for _, a := range from.CidrBlockAssociationSet { // besides the first range, which the VPC itself has
		if text(a.CidrBlock) == text(from.CidrBlock) || a.CidrBlockState != nil && a.CidrBlockState.State != types.VpcCidrBlockStateCodeAssociated {
			continue
		}
		part := s.Part(r, "aws_vpc_ipv4_cidr_block_association", "cidr/"+text(a.CidrBlock), "vpc_id")
		part.Attrs["cidr_block"] = aws.Plain(a.CidrBlock)
		give(part)
	}
	return r
}

var subnetFields = aws.Table{
	"vpc_id": "VpcId", "cidr_block": "CidrBlock", "ipv6_native": "Ipv6Native", "availability_zone": "AvailabilityZone", "availability_zone_id": "AvailabilityZoneId",
	"map_public_ip_on_launch": "MapPublicIpOnLaunch!", "assign_ipv6_address_on_creation": "AssignIpv6AddressOnCreation", "outpost_arn": "OutpostArn",
}

func readSubnets(ctx context.Context, s *aws.Session, give func(*graph.Resource)) error {
	pages := ec2.NewDescribeSubnetsPaginator(ec2.NewFromConfig(s.Config), &ec2.DescribeSubnetsInput{MaxResults: atOnce})
	return eachPage(ctx, pages, func(page *ec2.DescribeSubnetsOutput) {
		for i := range page.Subnets {
			from := &page.Subnets[i]
			r := ec2Resource(s, "aws_subnet", "subnet", text(from.SubnetId), from.Tags)
			subnetFields.Set(r, from)
			null(r, "public", "ipv6_cidr_block")
			for _, a := range from.Ipv6CidrBlockAssociationSet {
				if a.Ipv6CidrBlockState == nil || a.Ipv6CidrBlockState.State == types.SubnetCidrBlockStateCodeAssociated {
					r.Attrs["ipv6_cidr_block"] = aws.Plain(a.Ipv6CidrBlock)
				}
			}
			give(r)
		}
	})
}

func readRouteTables(ctx context.Context, s *aws.Session, give func(*graph.Resource)) error {
	pages := ec2.NewDescribeRouteTablesPaginator(ec2.NewFromConfig(s.Config), &ec2.DescribeRouteTablesInput{})
	return eachPage(ctx, pages, func(page *ec2.DescribeRouteTablesOutput) {
		for i := range page.RouteTables {
			routeTable(s, &page.RouteTables[i], give)
		}
	})
}

// routeTable gives a table with its routes and associations. A main table without a route or a subnet of its own is as AWS made it
// with the VPC.
func routeTable(s *aws.Session, from *types.RouteTable, give func(*graph.Resource)) {
	r := ec2Resource(s, "aws_route_table", "route-table", text(from.RouteTableId), from.Tags)
	r.Attrs["vpc_id"] = aws.Plain(from.VpcId)
	r.Attrs["propagating_vgws"] = gateways(from.PropagatingVgws)
	null(r, "default_route_table_id")
	made, main := false, false
	for i := range from.Routes {
		if part := route(s, r, &from.Routes[i]); part != nil {
			made = true
			give(part)
		}
	}
	for i := range from.Associations {
		a := &from.Associations[i]
		made, main = made || !flag(a.Main), main || flag(a.Main)
		give(tableAssociation(s, r, a))
	}
	r.Data = main && !made
	give(r)
}

func gateways(list []types.PropagatingVgw) []any {
	out := make([]any, len(list))
	for i, g := range list {
		out[i] = text(g.GatewayId)
	}
	return out
}

var routeFields = aws.Table{
	"destination_cidr_block": "DestinationCidrBlock", "destination_ipv6_cidr_block": "DestinationIpv6CidrBlock", "destination_prefix_list_id": "DestinationPrefixListId",
	"gateway_id": "GatewayId", "nat_gateway_id": "NatGatewayId", "egress_only_gateway_id": "EgressOnlyInternetGatewayId", "instance_id": "InstanceId",
	"network_interface_id": "NetworkInterfaceId", "transit_gateway_id": "TransitGatewayId", "vpc_peering_connection_id": "VpcPeeringConnectionId",
	"carrier_gateway_id": "CarrierGatewayId", "local_gateway_id": "LocalGatewayId", "core_network_arn": "CoreNetworkArn",
}

// route gives a route that somebody wrote: not the local ones, those that a VPN gateway propagates, or those of a gateway endpoint.
func route(s *aws.Session, table *graph.Resource, from *types.Route) *graph.Resource {
	endpoint := strings.HasPrefix(text(from.GatewayId), "vpce-")
	if text(from.GatewayId) == "local" || from.Origin == types.RouteOriginEnableVgwRoutePropagation || endpoint && from.DestinationPrefixListId != nil {
		return nil
	}
	to := cmp.Or(text(from.DestinationCidrBlock), text(from.DestinationIpv6CidrBlock), text(from.DestinationPrefixListId))
	r := s.Part(table, "aws_route", "route/"+to, "route_table_id")
	routeFields.Set(r, from)
	null(r, "vpc_endpoint_id")
	if endpoint {
		r.Attrs["vpc_endpoint_id"], r.Attrs["gateway_id"] = text(from.GatewayId), nil
	}
	return r
}

func tableAssociation(s *aws.Session, table *graph.Resource, from *types.RouteTableAssociation) *graph.Resource {
	typ := "aws_route_table_association"
	if flag(from.Main) {
		typ = "aws_main_route_table_association"
	}
	id := text(from.RouteTableAssociationId)
	r := s.Resource(typ, "", id, table.Name)
	r.Attrs["route_table_id"] = table.Attrs["id"]
	if flag(from.Main) {
		r.Attrs["vpc_id"] = table.Attrs["vpc_id"]
		return neighbour(r)
	}
	r.Attrs["subnet_id"], r.Attrs["gateway_id"] = aws.Plain(from.SubnetId), aws.Plain(from.GatewayId)
	return r
}
