package cost

import (
	"fmt"

	"github.com/shopspring/decimal"

	"github.com/plumbline-dev/plumbline/graph"
)

// Networks. Source: aws.amazon.com/vpc/pricing, aws.amazon.com/privatelink/pricing, aws.amazon.com/transit-gateway/pricing,
// aws.amazon.com/vpn/pricing.
func vpcServices() []service {
	processed := responsesField("monthly_data_processed_gb", "GB that pass through it")
	return append([]service{
		{Type: "aws_nat_gateway", Price: natGateway, Usage: []Param{processed,
			dataField("monthly_data_out_gb", "GB sent to the internet", 2, "2 kB for each request"),
			dataField("monthly_cross_zone_gb", "GB that reach it from subnets in other zones", 2, "2 kB for each request"),
		}},
		{Type: "aws_eip", Price: elasticIP},
		{Type: "aws_vpc_endpoint", Price: vpcEndpoint, Usage: []Param{processed}},
		{Type: "aws_vpn_connection", Price: vpnConnection, Usage: []Param{processed}},
		{Type: "aws_ec2_client_vpn_endpoint", Free: "charged by the networks that are associated with it and by connection, see aws_ec2_client_vpn_network_association"},
		{Type: "aws_ec2_client_vpn_network_association", Price: clientVPN, Usage: []Param{figures("monthly_connection_hrs", "hours of connected clients", 160, 1600, 16000, "1, 10, 100 people for 160 hours")}},
		{Type: "aws_ec2_transit_gateway_vpc_attachment", Price: transitAttachment("vpc.tgw.vpc_attachment"), Usage: []Param{processed}},
		{Type: "aws_ec2_transit_gateway_peering_attachment", Price: transitAttachment("vpc.tgw.peering_attachment")},
		{Type: "aws_ec2_traffic_mirror_session", Price: mirrorSession},
		{Type: "aws_networkfirewall_firewall", Price: networkFirewall, Usage: []Param{processed}},
		{Type: "aws_flow_log", Price: flowLog},
		{Type: "aws_vpc_ipam_pool", Unpriced: "IPAM is charged by the active addresses of the account, which no code tells"},
		{Type: "aws_vpc_ipam", Unpriced: "IPAM is charged by the active addresses of the account, which no code tells"},
	}, settings("networks, subnets, routes and rules are free of charge (aws.amazon.com/vpc/pricing); gateways and addresses in them are charged themselves", `
		aws_vpc aws_subnet aws_route aws_route_table aws_route_table_association aws_main_route_table_association aws_internet_gateway
		aws_internet_gateway_attachment aws_egress_only_internet_gateway aws_network_acl aws_network_acl_rule aws_network_acl_association
		aws_security_group aws_security_group_rule aws_vpc_security_group_ingress_rule aws_vpc_security_group_egress_rule aws_network_interface_sg_attachment
		aws_network_interface aws_network_interface_attachment aws_eip_association aws_vpc_dhcp_options aws_vpc_dhcp_options_association
		aws_vpc_ipv4_cidr_block_association aws_vpc_ipv6_cidr_block_association aws_vpc_peering_connection aws_vpc_peering_connection_accepter
		aws_vpc_peering_connection_options aws_ec2_managed_prefix_list aws_ec2_managed_prefix_list_entry aws_vpc_endpoint_route_table_association
		aws_vpc_endpoint_subnet_association aws_vpc_endpoint_security_group_association aws_vpc_endpoint_policy aws_vpc_endpoint_service
		aws_vpc_endpoint_service_allowed_principal aws_vpn_gateway aws_vpn_gateway_attachment aws_vpn_gateway_route_propagation aws_customer_gateway
		aws_vpn_connection_route aws_ec2_transit_gateway aws_ec2_transit_gateway_route aws_ec2_transit_gateway_route_table
		aws_ec2_transit_gateway_route_table_association aws_ec2_transit_gateway_route_table_propagation aws_ec2_transit_gateway_vpc_attachment_accepter
		aws_ec2_client_vpn_authorization_rule aws_ec2_client_vpn_route aws_networkfirewall_firewall_policy aws_networkfirewall_rule_group
		aws_networkfirewall_logging_configuration aws_vpc_block_public_access_options aws_ec2_traffic_mirror_filter aws_ec2_traffic_mirror_filter_rule
		aws_ec2_traffic_mirror_target`)...)
}

// natGateway: one in one zone is charged by the hour; a regional one by each zone that it stands in, under a meter of its own.
func natGateway(b *bill) {
	if b.at("availability_mode").is("regional") {
		b.unpriced("regional gateway", "the meter RegionalNatGateway-Hours is not in the catalogue, and it counts each zone that has the gateway")
	} else {
		b.hours("gateway", "vpc.nat_gateway.hours", one)
	}
	b.used("data processed", "vpc.nat_gateway.data", "monthly_data_processed_gb")
	switch kind := read(b.r, "connectivity_type"); {
	case kind.open():
		b.internetOut("assumed public: " + kind.missing())
	case !kind.is("private"):
		b.internetOut("")
	}
	if b.servesOtherZones() {
		b.bothWays("traffic from other zones", "monthly_cross_zone_gb")
	}
}

// servesOtherZones says that a subnet in another zone sends its traffic through the gateway.
func (b *bill) servesOtherZones() bool {
	own, _ := b.r.Facts["_zones"].([]any)
	if len(own) != 1 {
		return false
	}
	for _, route := range b.e.sources(b.r, "nat_gateway_id") {
		for _, table := range b.e.targets(route, "route_table_id") {
			for _, a := range b.e.sources(table, "route_table_id") {
				for _, subnet := range b.e.targets(a, "subnet_id") {
					zones, _ := subnet.Facts["_zones"].([]any)
					if len(zones) == 1 && zones[0] != own[0] {
						return true
					}
				}
			}
		}
	}
	return false
}

// elasticIP: an address costs the same whether or not it is in use, under two meters. One of the owner's own range is free.
func elasticIP(b *bill) {
	pool := b.at("public_ipv4_pool")
	if pool.known() && pool.text() != "" && !pool.is("amazon") {
		b.out.Why = "an address of a range that the account brought is free of charge (aws.amazon.com/vpc/pricing)"
		b.out.Free = true
		return
	}
	if pool.open() && pool.why != computedWhy {
		b.unpriced("public IPv4", pool.missing())
		return
	}
	if b.addressUsed() {
		b.hours("public IPv4", "vpc.public_ipv4.in_use", one)
		return
	}
	b.add(charge{label: "public IPv4", meter: "vpc.public_ipv4.idle", quantity: monthHours, note: "nothing in the code uses it"})
}

// addressUsed says that something uses the address: it names it, or it names that.
func (b *bill) addressUsed() bool {
	if b.at("instance").given() || b.at("network_interface").given() {
		return true
	}
	for _, e := range b.e.g.From(b.r.Key()) {
		switch e.Via {
		case "allocation_id", "subnet_mapping.allocation_id", "secondary_allocation_ids", "availability_zone_address.allocation_ids":
			return true
		}
	}
	return false
}

// vpcEndpoint: an interface is charged for each subnet that it stands in; those for S3 and DynamoDB of the gateway kind are free.
func vpcEndpoint(b *bill) {
	kind := b.at("vpc_endpoint_type").orText("Gateway")
	if !kind.known() {
		b.unpriced("endpoint", kind.missing())
		return
	}
	switch kind.text() {
	case "Gateway":
		b.out.Free, b.out.Why = true, "gateway endpoints are free of charge (docs.aws.amazon.com/vpc/latest/privatelink/gateway-endpoints.html)"
	case "GatewayLoadBalancer":
		b.perSubnet("endpoint", "vpc.endpoint.gwlb.hours", "subnet_ids")
		b.used("data processed", "vpc.endpoint.gwlb.data", "monthly_data_processed_gb")
	case "Interface":
		b.perSubnet("endpoint", "vpc.endpoint.interface.hours", "subnet_ids")
		b.used("data processed", "vpc.endpoint.interface.data", "monthly_data_processed_gb")
	default:
		b.unpriced("endpoint", fmt.Sprintf("endpoints of the kind %s are not in the catalogue", kind.text()))
	}
}

// perSubnet adds an hourly meter for each subnet of a list.
func (b *bill) perSubnet(label, meter, path string) {
	n, why, ok := b.size(path)
	if !ok {
		b.unpriced(label, "how many subnets it stands in is not known: "+why)
		return
	}
	if n == 0 {
		b.unpriced(label, path+" is not set, so the number of its interfaces is not known")
		return
	}
	b.hours(times(label, n), meter, num(int64(n)))
}

// size counts the elements of a list. ok is false when it is not known whether there are more.
func (b *bill) size(path string) (n int, why string, ok bool) {
	if why, open := b.more(path); open {
		return 0, why, false
	}
	list, _ := graph.Lookup(b.r.Attrs, path)
	elements, _ := list.([]any)
	return len(elements), "", true
}

func times(label string, n int) string {
	if n == 1 {
		return label
	}
	return fmt.Sprintf("%s x %d", label, n)
}

// vpnConnection: its two tunnels have a public address each, which is charged like any other (EC2 API, IpamPublicAddressAwsService).
// The data of a transit gateway costs the same for every kind of attachment.
func vpnConnection(b *bill) {
	b.hours("connection", "vpc.vpn_connection.hours", one)
	if !b.at("outside_ip_address_type").is("PrivateIpv4") {
		b.hours("public IPv4 x 2", "vpc.public_ipv4.in_use", num(2))
	}
	if b.at("enable_acceleration").yes() {
		b.unpriced("acceleration", "an accelerated connection pays for two accelerators, whose hours are not in the catalogue")
	}
	if b.at("transit_gateway_id").given() {
		b.hours("transit gateway attachment", "vpc.tgw.vpn_attachment", one)
		b.used("transit gateway data", "vpc.tgw.vpc_data", "monthly_data_processed_gb")
	}
}

func clientVPN(b *bill) {
	b.hours("association", "vpc.client_vpn.endpoint_association", one)
	b.used("connections", "vpc.client_vpn.connection", "monthly_connection_hrs")
}

func transitAttachment(meter string) func(b *bill) {
	return func(b *bill) {
		b.hours("attachment", meter, one)
		if meter == "vpc.tgw.vpc_attachment" {
			b.used("data processed", "vpc.tgw.vpc_data", "monthly_data_processed_gb")
		}
	}
}

// flowLog: what goes to a log group is charged there.
func flowLog(b *bill) {
	switch kind := b.at("log_destination_type").orText("cloud-watch-logs"); {
	case kind.is("cloud-watch-logs"):
		b.out.Free, b.out.Why = true, "what it writes is charged by its log group (aws.amazon.com/cloudwatch/pricing)"
	case kind.known():
		b.unpriced("delivery", "logs delivered to a bucket or a stream are charged by the GB, which is not in the catalogue")
	default:
		b.unpriced("delivery", kind.missing())
	}
}

func mirrorSession(b *bill) { b.hours("session", "vpc.traffic_mirroring.session", one) }

// networkFirewall has an endpoint in each of its subnets.
func networkFirewall(b *bill) {
	n, why, ok := b.size("subnet_mapping")
	if !ok {
		b.unpriced("endpoint", "how many subnets it stands in is not known: "+why)
	} else {
		b.hours(times("endpoint", n), "networkfirewall.endpoint", decimal.NewFromInt(int64(n)))
	}
	b.used("data processed", "networkfirewall.data", "monthly_data_processed_gb")
}
