package services

import (
	"context"
	"slices"
	"strings"

	sdk "github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/ec2"
	"github.com/aws/aws-sdk-go-v2/service/ec2/types"

	"github.com/plumbline-dev/plumbline/graph"
	"github.com/plumbline-dev/plumbline/scanners/aws"
)

func readInternetGateways(ctx context.Context, s *aws.Session, give func(*graph.Resource)) error {
	pages := ec2.NewDescribeInternetGatewaysPaginator(ec2.NewFromConfig(s.Config), &ec2.DescribeInternetGatewaysInput{})
	return eachPage(ctx, pages, func(page *ec2.DescribeInternetGatewaysOutput) {
		for _, from := range page.InternetGateways {
			r := ec2Resource(s, "aws_internet_gateway", "internet-gateway", text(from.InternetGatewayId), from.Tags)
			r.Attrs["vpc_id"] = attached(from.Attachments)
			give(r)
		}
	})
}

func readEgressOnlyGateways(ctx context.Context, s *aws.Session, give func(*graph.Resource)) error {
	pages := ec2.NewDescribeEgressOnlyInternetGatewaysPaginator(ec2.NewFromConfig(s.Config), &ec2.DescribeEgressOnlyInternetGatewaysInput{})
	return eachPage(ctx, pages, func(page *ec2.DescribeEgressOnlyInternetGatewaysOutput) {
		for _, from := range page.EgressOnlyInternetGateways {
			r := ec2Resource(s, "aws_egress_only_internet_gateway", "egress-only-internet-gateway", text(from.EgressOnlyInternetGatewayId), from.Tags)
			r.Attrs["vpc_id"] = attached(from.Attachments)
			give(r)
		}
	})
}

// attached gives the VPC that a gateway is attached to, nil for none.
func attached(list []types.InternetGatewayAttachment) any {
	for _, a := range list {
		if a.State != types.AttachmentStatusDetached && a.State != types.AttachmentStatusDetaching {
			return aws.Plain(a.VpcId)
		}
	}
	return nil
}

var natGatewayFields = aws.Table{
	"subnet_id": "SubnetId", "vpc_id": "VpcId", "connectivity_type": "ConnectivityType", "availability_mode": "AvailabilityMode",
}

func readNATGateways(ctx context.Context, s *aws.Session, give func(*graph.Resource)) error {
	pages := ec2.NewDescribeNatGatewaysPaginator(ec2.NewFromConfig(s.Config), &ec2.DescribeNatGatewaysInput{})
	return eachPage(ctx, pages, func(page *ec2.DescribeNatGatewaysOutput) {
		for i := range page.NatGateways {
			from := &page.NatGateways[i]
			if from.State == types.NatGatewayStatePending || from.State == types.NatGatewayStateAvailable { // others stay listed for an hour
				give(natGateway(s, from))
			}
		}
	})
}

func natGateway(s *aws.Session, from *types.NatGateway) *graph.Resource {
	r := ec2Resource(s, "aws_nat_gateway", "natgateway", text(from.NatGatewayId), from.Tags)
	natGatewayFields.Set(r, from)
	if from.AvailabilityMode == "" && from.SubnetId != nil { // a regional one is in no subnet
		r.Attrs["availability_mode"] = "zonal"
	}
	if from.ConnectivityType == "" { // each is of one kind
		delete(r.Attrs, "connectivity_type")
	}
	null(r, "allocation_id", "private_ip", "public_ip")
	r.Attrs["secondary_allocation_ids"], r.Attrs["availability_zone_address"] = []any{}, []any{}
	if from.AvailabilityMode == types.AvailabilityModeRegional {
		r.Attrs["availability_zone_address"] = zoneAddresses(from.NatGatewayAddresses)
		return r
	}
	secondary := []any{}
	for i, a := range from.NatGatewayAddresses {
		if flag(a.IsPrimary) || i == 0 && a.IsPrimary == nil {
			r.Attrs["allocation_id"], r.Attrs["private_ip"], r.Attrs["public_ip"] = aws.Plain(a.AllocationId), aws.Plain(a.PrivateIp), aws.Plain(a.PublicIp)
		} else if a.AllocationId != nil {
			secondary = append(secondary, text(a.AllocationId))
		}
	}
	r.Attrs["secondary_allocation_ids"] = secondary
	return r
}

// zoneAddresses groups the addresses of a regional NAT gateway by zone, in the order of AWS.
func zoneAddresses(list []types.NatGatewayAddress) []any {
	out, at := []any{}, map[string]map[string]any{}
	for _, a := range list {
		zone := text(a.AvailabilityZone) + "|" + text(a.AvailabilityZoneId)
		if at[zone] == nil {
			at[zone] = map[string]any{"availability_zone": aws.Plain(a.AvailabilityZone), "availability_zone_id": aws.Plain(a.AvailabilityZoneId), "allocation_ids": []any{}}
			out = append(out, at[zone])
		}
		if a.AllocationId != nil {
			at[zone]["allocation_ids"] = append(at[zone]["allocation_ids"].([]any), text(a.AllocationId))
		}
	}
	return out
}

var addressFields = aws.Table{
	"domain": "Domain", "instance": "InstanceId", "network_interface": "NetworkInterfaceId", "allocation_id": "AllocationId", "public_ip": "PublicIp",
	"public_ipv4_pool": "PublicIpv4Pool",
}

func readAddresses(ctx context.Context, s *aws.Session, give func(*graph.Resource)) error {
	out, err := ec2.NewFromConfig(s.Config).DescribeAddresses(ctx, &ec2.DescribeAddressesInput{}) // the API has no pages
	if err != nil {
		return err
	}
	for i := range out.Addresses {
		from := &out.Addresses[i]
		id := text(from.AllocationId)
		if id == "" {
			id = text(from.PublicIp)
		}
		r := ec2Resource(s, "aws_eip", "elastic-ip", id, from.Tags)
		addressFields.Set(r, from)
		null(r, "address")
		give(r)
	}
	return nil
}

var networkInterfaceFields = aws.Table{
	"subnet_id": "SubnetId", "security_groups": "Groups[].GroupId", "private_ips": "PrivateIpAddresses[].PrivateIpAddress", "source_dest_check": "SourceDestCheck",
	"attachment[0].instance": "Attachment.InstanceId", "attachment[0].device_index": "Attachment.DeviceIndex",
}

// readNetworkInterfaces gives those that people made, and as neighbours those that services made and that come and go with an instance.
func readNetworkInterfaces(ctx context.Context, s *aws.Session, give func(*graph.Resource)) error {
	pages := ec2.NewDescribeNetworkInterfacesPaginator(ec2.NewFromConfig(s.Config), &ec2.DescribeNetworkInterfacesInput{MaxResults: atOnce})
	return eachPage(ctx, pages, func(page *ec2.DescribeNetworkInterfacesOutput) {
		for i := range page.NetworkInterfaces {
			from := &page.NetworkInterfaces[i]
			r := ec2Resource(s, "aws_network_interface", "network-interface", text(from.NetworkInterfaceId), from.TagSet)
			networkInterfaceFields.Set(r, from)
			r.Data = flag(from.RequesterManaged) || from.Attachment != nil && flag(from.Attachment.DeleteOnTermination)
			give(r)
		}
	})
}

var vpcEndpointFields = aws.Table{
	"vpc_id": "VpcId", "service_name": "ServiceName", "vpc_endpoint_type": "VpcEndpointType", "route_table_ids": "RouteTableIds", "subnet_ids": "SubnetIds",
	"security_group_ids": "Groups[].GroupId", "private_dns_enabled": "PrivateDnsEnabled", "policy": "PolicyDocument", "tags": "Tags",
}

func readVPCEndpoints(ctx context.Context, s *aws.Session, give func(*graph.Resource)) error {
	pages := ec2.NewDescribeVpcEndpointsPaginator(ec2.NewFromConfig(s.Config), &ec2.DescribeVpcEndpointsInput{})
	return eachPage(ctx, pages, func(page *ec2.DescribeVpcEndpointsOutput) {
		for i := range page.VpcEndpoints {
			from := &page.VpcEndpoints[i]
			if slices.Contains([]string{"deleting", "deleted", "rejected", "failed", "expired"}, strings.ToLower(string(from.State))) {
				continue // the API's enumeration is written in capitals, its answers are not
			}
			r := ec2Resource(s, "aws_vpc_endpoint", "vpc-endpoint", text(from.VpcEndpointId), from.Tags)
			vpcEndpointFields.Set(r, from)
			null(r, "auto_accept")
			r.Data = flag(from.RequesterManaged)
			give(r)
		}
	})
}

func readVPNGateways(ctx context.Context, s *aws.Session, give func(*graph.Resource)) error {
	out, err := ec2.NewFromConfig(s.Config).DescribeVpnGateways(ctx, &ec2.DescribeVpnGatewaysInput{}) // the API has no pages
	if err != nil {
		return err
	}
	for _, from := range out.VpnGateways {
		if from.State == types.VpnStateDeleting || from.State == types.VpnStateDeleted {
			continue
		}
		r := ec2Resource(s, "aws_vpn_gateway", "vpn-gateway", text(from.VpnGatewayId), from.Tags)
		r.Attrs["vpc_id"], r.Attrs["availability_zone"], r.Attrs["amazon_side_asn"] = nil, aws.Plain(from.AvailabilityZone), aws.Plain(from.AmazonSideAsn)
		for _, a := range from.VpcAttachments {
			if a.State == types.AttachmentStatusAttached || a.State == types.AttachmentStatusAttaching {
				r.Attrs["vpc_id"] = aws.Plain(a.VpcId)
			}
		}
		give(r)
	}
	return nil
}

var peeringFields = aws.Table{
	"vpc_id": "RequesterVpcInfo.VpcId", "peer_vpc_id": "AccepterVpcInfo.VpcId", "peer_region": "AccepterVpcInfo.Region", "peer_owner_id": "AccepterVpcInfo.OwnerId",
}

func readPeerings(ctx context.Context, s *aws.Session, give func(*graph.Resource)) error {
	pages := ec2.NewDescribeVpcPeeringConnectionsPaginator(ec2.NewFromConfig(s.Config), &ec2.DescribeVpcPeeringConnectionsInput{})
	return eachPage(ctx, pages, func(page *ec2.DescribeVpcPeeringConnectionsOutput) {
		for i := range page.VpcPeeringConnections {
			from := &page.VpcPeeringConnections[i]
			if from.Status != nil && from.Status.Code != types.VpcPeeringConnectionStateReasonCodeActive && from.Status.Code != types.VpcPeeringConnectionStateReasonCodePendingAcceptance {
				continue
			}
			r := ec2Resource(s, "aws_vpc_peering_connection", "vpc-peering-connection", text(from.VpcPeeringConnectionId), from.Tags)
			peeringFields.Set(r, from)
			give(r)
		}
	})
}

var flowLogFields = aws.Table{
	"traffic_type": "TrafficType", "log_destination": "LogDestination", "log_destination_type": "LogDestinationType", "log_group_name": "LogGroupName",
	"iam_role_arn": "DeliverLogsPermissionArn", "max_aggregation_interval": "MaxAggregationInterval",
}

// flowLogOwners are the attributes that name what a flow log records, by the beginning of the id.
var flowLogOwners = map[string]string{"vpc": "vpc_id", "subnet": "subnet_id", "eni": "eni_id", "tgw": "transit_gateway_id"}

func readFlowLogs(ctx context.Context, s *aws.Session, give func(*graph.Resource)) error {
	pages := ec2.NewDescribeFlowLogsPaginator(ec2.NewFromConfig(s.Config), &ec2.DescribeFlowLogsInput{})
	return eachPage(ctx, pages, func(page *ec2.DescribeFlowLogsOutput) {
		for i := range page.FlowLogs {
			from := &page.FlowLogs[i]
			r := ec2Resource(s, "aws_flow_log", "vpc-flow-log", text(from.FlowLogId), from.Tags)
			flowLogFields.Set(r, from)
			null(r, "vpc_id", "subnet_id", "eni_id", "transit_gateway_id")
			if attr := flowLogOwners[prefixOf(text(from.ResourceId))]; attr != "" {
				r.Attrs[attr] = text(from.ResourceId)
			}
			give(r)
		}
	})
}

var prefixListFields = aws.Table{"name": "PrefixListName", "address_family": "AddressFamily", "max_entries": "MaxEntries"}

func readPrefixLists(ctx context.Context, s *aws.Session, give func(*graph.Resource)) error {
	pages := ec2.NewDescribeManagedPrefixListsPaginator(ec2.NewFromConfig(s.Config), &ec2.DescribeManagedPrefixListsInput{})
	return eachPage(ctx, pages, func(page *ec2.DescribeManagedPrefixListsOutput) {
		for i := range page.PrefixLists {
			from := &page.PrefixLists[i]
			r := s.Resource("aws_ec2_managed_prefix_list", text(from.PrefixListArn), text(from.PrefixListId), text(from.PrefixListName))
			prefixListFields.Set(r, from)
			r.Attrs["tags"] = aws.Plain(from.Tags)
			if text(from.OwnerId) == "AWS" {
				neighbour(r).Unknown["entry"] = "AWS keeps the entries of " + r.Name
			}
			give(r)
		}
	})
}

func ownPrefixList(r *graph.Resource) bool { return !r.Data }

func readPrefixListEntries(ctx context.Context, s *aws.Session, r *graph.Resource, _ func(*graph.Resource)) error {
	entries := []any{}
	pages := ec2.NewGetManagedPrefixListEntriesPaginator(ec2.NewFromConfig(s.Config), &ec2.GetManagedPrefixListEntriesInput{PrefixListId: sdk.String(r.Attrs["id"].(string))})
	err := eachPage(ctx, pages, func(page *ec2.GetManagedPrefixListEntriesOutput) {
		for _, e := range page.Entries {
			entries = append(entries, map[string]any{"cidr": aws.Plain(e.Cidr), "description": aws.Plain(e.Description)})
		}
	})
	if err == nil {
		r.Attrs["entry"] = entries
	}
	return err
}
