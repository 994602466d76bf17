package services

import (
	"context"

	sdk "github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/ec2"
	"github.com/aws/aws-sdk-go-v2/service/ec2/types"

	"github.com/plumbline-dev/plumbline/graph"
	"github.com/plumbline-dev/plumbline/scanners/aws"
)

var transitGatewayFields = aws.Table{
	"amazon_side_asn": "Options.AmazonSideAsn", "auto_accept_shared_attachments": "Options.AutoAcceptSharedAttachments",
	"default_route_table_association": "Options.DefaultRouteTableAssociation", "default_route_table_propagation": "Options.DefaultRouteTablePropagation",
	"dns_support": "Options.DnsSupport", "association_default_route_table_id": "Options.AssociationDefaultRouteTableId",
}

func readTransitGateways(ctx context.Context, s *aws.Session, give func(*graph.Resource)) error {
	pages := ec2.NewDescribeTransitGatewaysPaginator(ec2.NewFromConfig(s.Config), &ec2.DescribeTransitGatewaysInput{})
	return eachPage(ctx, pages, func(page *ec2.DescribeTransitGatewaysOutput) {
		for i := range page.TransitGateways {
			from := &page.TransitGateways[i]
			if from.State == types.TransitGatewayStateDeleting || from.State == types.TransitGatewayStateDeleted {
				continue
			}
			r := ec2Resource(s, "aws_ec2_transit_gateway", "transit-gateway", text(from.TransitGatewayId), from.Tags)
			transitGatewayFields.Set(r, from)
			r.Data = from.OwnerId != nil && text(from.OwnerId) != s.Account // shared with this account, and made in another
			give(r)
		}
	})
}

var transitAttachmentFields = aws.Table{
	"transit_gateway_id": "TransitGatewayId", "vpc_id": "VpcId", "subnet_ids": "SubnetIds", "appliance_mode_support": "Options.ApplianceModeSupport",
	"dns_support": "Options.DnsSupport",
}

func readTransitAttachments(ctx context.Context, s *aws.Session, give func(*graph.Resource)) error {
	pages := ec2.NewDescribeTransitGatewayVpcAttachmentsPaginator(ec2.NewFromConfig(s.Config), &ec2.DescribeTransitGatewayVpcAttachmentsInput{})
	return eachPage(ctx, pages, func(page *ec2.DescribeTransitGatewayVpcAttachmentsOutput) {
		for i := range page.TransitGatewayVpcAttachments {
			from := &page.TransitGatewayVpcAttachments[i]
			if from.State == types.TransitGatewayAttachmentStateDeleting || from.State == types.TransitGatewayAttachmentStateDeleted {
				continue
			}
			r := ec2Resource(s, "aws_ec2_transit_gateway_vpc_attachment", "transit-gateway-attachment", text(from.TransitGatewayAttachmentId), from.Tags)
			transitAttachmentFields.Set(r, from)
			give(r)
		}
	})
}

func readTransitTables(ctx context.Context, s *aws.Session, give func(*graph.Resource)) error {
	pages := ec2.NewDescribeTransitGatewayRouteTablesPaginator(ec2.NewFromConfig(s.Config), &ec2.DescribeTransitGatewayRouteTablesInput{})
	return eachPage(ctx, pages, func(page *ec2.DescribeTransitGatewayRouteTablesOutput) {
		for _, from := range page.TransitGatewayRouteTables {
			r := ec2Resource(s, "aws_ec2_transit_gateway_route_table", "transit-gateway-route-table", text(from.TransitGatewayRouteTableId), from.Tags)
			r.Attrs["transit_gateway_id"] = aws.Plain(from.TransitGatewayId)
			r.Data = flag(from.DefaultAssociationRouteTable) // made with the gateway
			give(r)
		}
	})
}

// readTransitRoutes gives the static routes of a table: propagated ones are nobody's.
func readTransitRoutes(ctx context.Context, s *aws.Session, table *graph.Resource, give func(*graph.Resource)) error {
	pages := ec2.NewSearchTransitGatewayRoutesPaginator(ec2.NewFromConfig(s.Config), &ec2.SearchTransitGatewayRoutesInput{
		TransitGatewayRouteTableId: sdk.String(table.Attrs["id"].(string)),
		Filters:                    []types.Filter{{Name: sdk.String("type"), Values: []string{"static"}}},
	})
	return eachPage(ctx, pages, func(page *ec2.SearchTransitGatewayRoutesOutput) {
		for _, from := range page.Routes {
			r := s.Part(table, "aws_ec2_transit_gateway_route", "route/"+text(from.DestinationCidrBlock), "transit_gateway_route_table_id")
			r.Attrs["destination_cidr_block"] = aws.Plain(from.DestinationCidrBlock)
			blackhole := from.State == types.TransitGatewayRouteStateBlackhole
			r.Attrs["blackhole"] = blackhole
			if len(from.TransitGatewayAttachments) > 0 {
				r.Attrs["transit_gateway_attachment_id"] = aws.Plain(from.TransitGatewayAttachments[0].TransitGatewayAttachmentId)
			} else if blackhole { // every other route leads somewhere
				null(r, "transit_gateway_attachment_id")
			}
			give(r)
		}
	})
}

var peeringAttachmentFields = aws.Table{
	"transit_gateway_id": "RequesterTgwInfo.TransitGatewayId", "peer_transit_gateway_id": "AccepterTgwInfo.TransitGatewayId", "peer_region": "AccepterTgwInfo.Region",
	"peer_account_id": "AccepterTgwInfo.OwnerId",
}

// readTransitPeerings gives the peerings that this account asked for in this region: the other side lists them too.
func readTransitPeerings(ctx context.Context, s *aws.Session, give func(*graph.Resource)) error {
	pages := ec2.NewDescribeTransitGatewayPeeringAttachmentsPaginator(ec2.NewFromConfig(s.Config), &ec2.DescribeTransitGatewayPeeringAttachmentsInput{})
	return eachPage(ctx, pages, func(page *ec2.DescribeTransitGatewayPeeringAttachmentsOutput) {
		for i := range page.TransitGatewayPeeringAttachments {
			from := &page.TransitGatewayPeeringAttachments[i]
			if gone := from.State == types.TransitGatewayAttachmentStateDeleting || from.State == types.TransitGatewayAttachmentStateDeleted; gone || !asked(s, from.RequesterTgwInfo) {
				continue
			}
			r := ec2Resource(s, "aws_ec2_transit_gateway_peering_attachment", "transit-gateway-attachment", text(from.TransitGatewayAttachmentId), from.Tags)
			peeringAttachmentFields.Set(r, from)
			give(r)
		}
	})
}

func asked(s *aws.Session, from *types.PeeringTgwInfo) bool {
	return from == nil || (from.OwnerId == nil || *from.OwnerId == s.Account) && (from.Region == nil || *from.Region == s.Region)
}

var vpnConnectionFields = aws.Table{
	"type": "Type", "customer_gateway_id": "CustomerGatewayId", "vpn_gateway_id": "VpnGatewayId", "transit_gateway_id": "TransitGatewayId",
	"static_routes_only": "Options.StaticRoutesOnly", "outside_ip_address_type": "Options.OutsideIpAddressType", "enable_acceleration": "Options.EnableAcceleration",
}

// readVPNConnections leaves out the configuration and the options of the tunnels, which hold their keys.
func readVPNConnections(ctx context.Context, s *aws.Session, give func(*graph.Resource)) error {
	out, err := ec2.NewFromConfig(s.Config).DescribeVpnConnections(ctx, &ec2.DescribeVpnConnectionsInput{}) // the API has no pages
	if err != nil {
		return err
	}
	for i := range out.VpnConnections {
		from := &out.VpnConnections[i]
		if from.State == types.VpnStateDeleting || from.State == types.VpnStateDeleted {
			continue
		}
		r := ec2Resource(s, "aws_vpn_connection", "vpn-connection", text(from.VpnConnectionId), from.Tags)
		vpnConnectionFields.Set(r, from)
		give(r)
	}
	return nil
}
