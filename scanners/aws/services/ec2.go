package services

// Amazon EC2 and VPC. Needs ec2:DescribeVpcs, ec2:DescribeSubnets, ec2:DescribeRouteTables, ec2:DescribeInternetGateways,
// ec2:DescribeEgressOnlyInternetGateways, ec2:DescribeNatGateways, ec2:DescribeAddresses, ec2:DescribeNetworkInterfaces,
// ec2:DescribeVpcEndpoints, ec2:DescribeVpnGateways, ec2:DescribeVpcPeeringConnections, ec2:DescribeFlowLogs,
// ec2:DescribeSecurityGroups, ec2:DescribeSecurityGroupRules, ec2:DescribeNetworkAcls, ec2:DescribeManagedPrefixLists,
// ec2:GetManagedPrefixListEntries, ec2:DescribeVpnConnections, ec2:DescribeTransitGatewayPeeringAttachments, ec2:DescribeTransitGateways, ec2:DescribeTransitGatewayVpcAttachments,
// ec2:DescribeTransitGatewayRouteTables, ec2:SearchTransitGatewayRoutes, ec2:DescribeInstances, ec2:DescribeVolumes,
// ec2:DescribeSnapshots, ec2:GetEbsEncryptionByDefault, ec2:DescribeLaunchTemplates, ec2:DescribeLaunchTemplateVersions,
// ec2:GetInstanceMetadataDefaults, ec2:DescribeImages, ec2:DescribeSpotFleetRequests.

import (
	sdk "github.com/aws/aws-sdk-go-v2/aws"

	"github.com/plumbline-dev/plumbline/graph"
	"github.com/plumbline-dev/plumbline/scanners/aws"
)

func ec2Service() aws.Service {
	return aws.Service{
		Name:   "ec2",
		Settle: settleNetwork,
		Lists: []aws.List{
			{
				Operation: "DescribeVpcs", Actions: []string{"ec2:DescribeVpcs", "ec2:DescribeNetworkInterfaces"},
				Gives: []string{"aws_vpc", "aws_vpc_ipv4_cidr_block_association"}, Read: readVPCs,
			},
			{Operation: "DescribeSubnets", Gives: []string{"aws_subnet"}, Read: readSubnets},
			{
				Operation: "DescribeRouteTables", Gives: []string{"aws_route_table", "aws_route", "aws_route_table_association", "aws_main_route_table_association"},
				Read: readRouteTables,
			},
			{Operation: "DescribeInternetGateways", Gives: []string{"aws_internet_gateway"}, Read: readInternetGateways},
			{Operation: "DescribeEgressOnlyInternetGateways", Gives: []string{"aws_egress_only_internet_gateway"}, Read: readEgressOnlyGateways},
			{Operation: "DescribeNatGateways", Gives: []string{"aws_nat_gateway"}, Read: readNATGateways},
			{Operation: "DescribeAddresses", Gives: []string{"aws_eip"}, Read: readAddresses},
			{Operation: "DescribeNetworkInterfaces", Gives: []string{"aws_network_interface"}, Read: readNetworkInterfaces},
			{Operation: "DescribeVpcEndpoints", Gives: []string{"aws_vpc_endpoint"}, Read: readVPCEndpoints},
			{Operation: "DescribeVpnGateways", Gives: []string{"aws_vpn_gateway"}, Read: readVPNGateways},
			{Operation: "DescribeVpcPeeringConnections", Gives: []string{"aws_vpc_peering_connection"}, Read: readPeerings},
			{Operation: "DescribeFlowLogs", Gives: []string{"aws_flow_log"}, Read: readFlowLogs},
			{Operation: "DescribeSecurityGroups", Gives: []string{"aws_security_group"}, Read: readSecurityGroups},
			{
				Operation: "DescribeSecurityGroupRules", Gives: []string{"aws_vpc_security_group_ingress_rule", "aws_vpc_security_group_egress_rule"},
				Read: readSecurityGroupRules,
			},
			{Operation: "DescribeNetworkAcls", Gives: []string{"aws_network_acl", "aws_network_acl_rule"}, Read: readNetworkACLs},
			{Operation: "DescribeManagedPrefixLists", Gives: []string{"aws_ec2_managed_prefix_list"}, Read: readPrefixLists},
			{Operation: "DescribeTransitGateways", Gives: []string{"aws_ec2_transit_gateway"}, Read: readTransitGateways},
			{Operation: "DescribeTransitGatewayVpcAttachments", Gives: []string{"aws_ec2_transit_gateway_vpc_attachment"}, Read: readTransitAttachments},
			{Operation: "DescribeTransitGatewayRouteTables", Gives: []string{"aws_ec2_transit_gateway_route_table"}, Read: readTransitTables},
			{Operation: "DescribeTransitGatewayPeeringAttachments", Gives: []string{"aws_ec2_transit_gateway_peering_attachment"}, Read: readTransitPeerings},
			{Operation: "DescribeVpnConnections", Gives: []string{"aws_vpn_connection"}, Read: readVPNConnections},
			{Operation: "DescribeInstances", Gives: []string{"aws_instance"}, Read: readInstances},
			{Operation: "DescribeImages", Gives: []string{"aws_ami"}, Read: readImages},
			{Operation: "DescribeSpotFleetRequests", Gives: []string{"aws_spot_fleet_request"}, Read: readSpotFleets},
			{Operation: "DescribeVolumes", Gives: []string{"aws_ebs_volume", "aws_volume_attachment"}, Read: readVolumes},
			{Operation: "DescribeSnapshots", Gives: []string{"aws_ebs_snapshot"}, Read: readSnapshots},
			{Operation: "GetEbsEncryptionByDefault", Gives: []string{"aws_ebs_encryption_by_default"}, Read: readDiskEncryption},
			{Operation: "GetInstanceMetadataDefaults", Gives: []string{"aws_ec2_instance_metadata_defaults"}, Read: readMetadataDefaults},
			{
				Operation: "DescribeLaunchTemplates", Actions: []string{"ec2:DescribeLaunchTemplates", "ec2:DescribeLaunchTemplateVersions"},
				Gives: []string{"aws_launch_template"}, Read: readLaunchTemplates,
			},
		},
		Details: []aws.Detail{
			{Operation: "GetManagedPrefixListEntries", Of: "aws_ec2_managed_prefix_list", Sets: []string{"entry"}, For: ownPrefixList, Read: readPrefixListEntries},
			{
				Operation: "SearchTransitGatewayRoutes", Of: "aws_ec2_transit_gateway_route_table",
				Gives: []string{"aws_ec2_transit_gateway_route.transit_gateway_route_table_id"}, Read: readTransitRoutes,
			},
		},
	}
}

// atOnce is how much is asked for at once of what accounts have by the thousand: EC2 refuses answers that are too long, and throttles
// callers who ask for everything. Source: EC2 API, MaxResults of these calls: "between 5 and 1000".
var atOnce = sdk.Int32(1000)

// ec2Resource starts a resource of EC2 with the ARN "arn:PARTITION:ec2:REGION:ACCOUNT:KIND/ID", its tags, and the tag Name as its name.
// Source: Service Authorization Reference, "Resource types defined by Amazon EC2".
func ec2Resource(s *aws.Session, typ, kind, id string, tags any) *graph.Resource {
	r := s.Resource(typ, s.ARN("ec2", kind+"/"+id), id, nameTag(tags, id))
	r.Attrs["tags"] = aws.Plain(tags)
	return r
}
