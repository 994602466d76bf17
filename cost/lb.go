package cost

import "github.com/shopspring/decimal"

// Load balancers. Source: aws.amazon.com/elasticloadbalancing/pricing.
func lbServices() []service {
	out := responsesField("monthly_data_out_gb", "GB sent to the internet")
	return append([]service{
		{Type: "aws_lb", Price: loadBalancer, Usage: append(capacityFields(), out)},
		{Type: "aws_elb", Price: classicLoadBalancer, Usage: []Param{responsesField("monthly_data_processed_gb", "GB that pass through it"), out}},
		{Type: "aws_lb_trust_store", Price: trustStore},
	}, settings("a part of a load balancer, which is charged itself (aws.amazon.com/elasticloadbalancing/pricing)", `
		aws_lb_listener aws_lb_listener_rule aws_lb_listener_certificate aws_lb_target_group aws_lb_target_group_attachment aws_elb_attachment
		aws_lb_cookie_stickiness_policy aws_app_cookie_stickiness_policy aws_load_balancer_policy aws_load_balancer_listener_policy
		aws_load_balancer_backend_server_policy aws_lb_ssl_negotiation_policy aws_proxy_protocol_policy aws_lb_trust_store_revocation`)...)
}

// capacityFields are those of which the capacity units are made.
func capacityFields() []Param {
	return []Param{
		figures("new_connections", "new connections a second", 0.2, 2, 20, "5 requests on each connection"),
		figures("active_connections", "connections open in each minute", 12, 120, 1200, "each open for a minute"),
		responsesField("processed_bytes_gb", "GB that pass through it in a month"),
		figures("rule_evaluations", "rule evaluations a second beyond the first ten rules", 0, 0, 0, "ten rules are free"),
		none("monthly_cross_zone_gb", "GB that a network load balancer sends to another zone"),
	}
}

// capacity says what one capacity unit holds.
type capacity struct {
	connections, active, rules decimal.Decimal // new a second, open a minute, evaluations a second
}

// capacities: one unit also holds 1 GB an hour. Source: the page above, "LCU details"; of network and gateway those for TCP.
var capacities = map[string]capacity{
	"application": {num(25), num(3000), num(1000)},
	"network":     {num(800), num(100000), decimal.Zero},
	"gateway":     {num(600), num(60000), decimal.Zero},
}

func loadBalancer(b *bill) {
	kind := b.at("load_balancer_type")
	if !kind.known() {
		b.unpriced("load balancer", kind.missing())
		return
	}
	at := []string{"lb_type", kind.text()}
	b.hours("load balancer, "+kind.text(), "elb.hours", one, at...)
	b.capacityUnits(kind.text(), at)
	b.balancerAddresses(kind.text())
	if kind.is("network") && b.at("enable_cross_zone_load_balancing").yes() {
		b.bothWays("traffic to other zones", "monthly_cross_zone_gb")
	}
}

// capacityUnits adds the units of the dimension that uses most of them.
func (b *bill) capacityUnits(kind string, at []string) {
	limit := capacities[kind]
	units, note, ok := decimal.Zero, "", false
	for _, f := range []struct {
		field string
		per   decimal.Decimal
	}{{"new_connections", limit.connections}, {"active_connections", limit.active}, {"processed_bytes_gb", monthHours}, {"rule_evaluations", limit.rules}} {
		q, why, given := b.usage(f.field)
		if !given || !f.per.IsPositive() {
			continue
		}
		ok, note = true, join2(note, why)
		units = decimal.Max(units, q.DivRound(f.per, 9))
	}
	b.add(charge{label: "capacity units", meter: "elb.lcu", attrs: at, quantity: units.Mul(monthHours), open: !ok, usage: "processed_bytes_gb", note: note, once: true})
}

func join2(a, b string) string {
	if a == b {
		return a
	}
	return join(a, b)
}

// balancerAddresses adds one public IPv4 address for each subnet of a load balancer that faces the internet. Elastic IPs that it
// is given are charged themselves.
func (b *bill) balancerAddresses(kind string) {
	if kind == "gateway" {
		return
	}
	internal := b.at("internal")
	if internal.yes() {
		return
	}
	if !internal.known() {
		b.unpriced("public IPv4", internal.missing())
		return
	}
	if b.at("ip_address_type").is("dualstack-without-public-ipv4") {
		return
	}
	b.internetOut("")
	n, why, ok := b.size("subnets")
	if ok && n == 0 {
		n, why, ok = b.size("subnet_mapping")
		for _, m := range b.blocks("subnet_mapping") {
			if !b.at(m + ".allocation_id").null() {
				n--
			}
		}
		if n == 0 && len(b.blocks("subnet_mapping")) == 0 {
			ok, why = false, "neither subnets nor subnet_mapping is set"
		}
	}
	b.addresses(n, why, ok)
}

// addresses adds so many public IPv4 addresses, or says why their number is not known.
func (b *bill) addresses(n int, why string, ok bool) {
	switch {
	case !ok:
		b.unpriced("public IPv4", "how many it has is not known: "+why)
	case n > 0:
		b.hours(times("public IPv4", n), "vpc.public_ipv4.in_use", num(int64(n)))
	}
}

// internetOut adds the traffic that leaves for the internet.
func (b *bill) internetOut(note string) {
	q, why, ok := b.usage("monthly_data_out_gb")
	b.add(charge{label: "traffic to the internet", meter: "data_transfer.internet_out", attrs: []string{"to_location", "Internet"}, quantity: q, open: !ok,
		usage: "monthly_data_out_gb", note: join(note, why), once: true})
}

func classicLoadBalancer(b *bill) {
	b.hours("load balancer, classic", "elb.hours", one, "lb_type", "classic")
	b.used("data processed", "elb.data", "monthly_data_processed_gb", "lb_type", "classic")
	internal := b.at("internal")
	if internal.yes() {
		return
	}
	if !internal.known() {
		b.unpriced("public IPv4", internal.missing())
		return
	}
	b.internetOut("")
	n, why, ok := b.size("subnets")
	if ok && n == 0 {
		n, why, ok = b.size("availability_zones")
	}
	b.addresses(n, why, ok)
}

func trustStore(b *bill) {
	b.hours("trust store", "elb.trust_store", one, "lb_type", "application")
}
