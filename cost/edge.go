package cost

import (
	"slices"
	"strings"
)

// Global Accelerator and Direct Connect. Source: aws.amazon.com/global-accelerator/pricing, aws.amazon.com/directconnect/pricing.
func edgeServices() []service {
	return append([]service{
		{Type: "aws_globalaccelerator_accelerator", Price: accelerator, Global: true},
		{Type: "aws_globalaccelerator_custom_routing_accelerator", Price: accelerator, Global: true},
		{Type: "aws_globalaccelerator_endpoint_group", Price: acceleratorTraffic, Global: true, Words: trafficWords(), Usage: trafficUsage()},
		{Type: "aws_dx_connection", Price: directConnect, Words: databaseWords, Usage: []Param{responsesField("monthly_data_out_gb", "GB sent over the connection")}},
		{Type: "aws_dx_hosted_connection", Unpriced: "a hosted connection is charged by the partner's port, and is not in the catalogue"},
	}, settings("a part of a connection, which is charged itself", `
		aws_globalaccelerator_listener aws_globalaccelerator_custom_routing_listener aws_dx_gateway aws_dx_gateway_association aws_dx_gateway_association_proposal
		aws_dx_private_virtual_interface aws_dx_public_virtual_interface aws_dx_transit_virtual_interface aws_dx_lag aws_dx_connection_association
		aws_dx_connection_confirmation aws_dx_bgp_peer aws_dx_hosted_private_virtual_interface aws_dx_hosted_private_virtual_interface_accepter
		aws_dx_hosted_transit_virtual_interface aws_dx_hosted_transit_virtual_interface_accepter aws_dx_macsec_key_association`)...)
}

// accelerator has two public IPv4 addresses, which are charged wherever they are used; their price is the same in all regions of the
// commercial partition, so that of us-east-1 is taken.
func accelerator(b *bill) {
	b.hours("accelerator", "globalaccelerator.hours", one)
	if len(b.blocks("ip_addresses")) == 0 && b.at("ip_addresses[0]").null() {
		b.add(charge{label: "public IPv4 x 2", meter: "vpc.public_ipv4.in_use", quantity: monthHours.Mul(num(2)), region: "us-east-1"})
	}
}

// acceleratorRoutes lists the traffic that the catalogue prices: direction, from, to.
var acceleratorRoutes = [][3]string{
	{"In", "EU", "AP"}, {"In", "EU", "AU"}, {"In", "EU", "EU"}, {"In", "EU", "IN"}, {"In", "EU", "KR"}, {"In", "EU", "ME"}, {"In", "EU", "NA"}, {"In", "EU", "SA"}, {"In", "EU", "ZA"},
	{"Out", "NA", "AP"}, {"Out", "NA", "EU"},
}

func routeField(r [3]string) string {
	side := "monthly_inbound_data_transfer_gb."
	if r[0] == "Out" {
		side = "monthly_outbound_data_transfer_gb."
	}
	return side + strings.ToLower(r[1]+"_"+r[2])
}

func trafficUsage() []Param {
	var out []Param
	for _, r := range acceleratorRoutes {
		out = append(out, none(routeField(r), "GB of the dominant direction, from the viewer's side to the endpoint's"))
	}
	return out
}

func trafficWords() []string {
	var out []string
	for _, side := range []string{"monthly_inbound_data_transfer_gb.", "monthly_outbound_data_transfer_gb."} {
		for _, place := range []string{"us", "europe", "south_africa", "south_america", "south_korea", "australia", "asia_pacific", "middle_east", "india"} {
			out = append(out, side+place)
		}
	}
	return out
}

// acceleratorTraffic is charged by the direction with more data, above the usual traffic.
func acceleratorTraffic(b *bill) {
	some := false
	for _, r := range acceleratorRoutes {
		if q, ok := b.given(routeField(r)); ok && q.IsPositive() {
			some = true
			b.add(charge{label: "traffic " + strings.ToLower(r[0]) + ", " + r[1] + " to " + r[2], meter: "globalaccelerator.data", attrs: []string{"direction", r[0], "from", r[1], "to", r[2]},
				quantity: q, usage: routeField(r), once: true})
		}
	}
	given := slices.ContainsFunc(trafficWords(), func(f string) bool { _, ok := b.given(f); return ok })
	switch {
	case given:
		b.unpriced("traffic", "the catalogue prices pairs of continents, so usage names both (monthly_inbound_data_transfer_gb.eu_na)")
	case !some:
		b.used("traffic in, EU to EU", "globalaccelerator.data", "monthly_inbound_data_transfer_gb.eu_eu", "direction", "In", "from", "EU", "to", "EU")
	}
}

// directConnect is a port of one speed, and the traffic that leaves over it.
func directConnect(b *bill) {
	speed, ok := b.needText("port", "bandwidth")
	if ok {
		b.hours("port "+speed, "directconnect.port", one, "capacity", strings.TrimSuffix(speed, "bps"), "type", "dedicated")
	}
	b.used("traffic out", "directconnect.data_out", "monthly_data_out_gb")
}
