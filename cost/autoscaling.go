package cost

import (
	"fmt"
	"strings"

	"github.com/shopspring/decimal"

	"github.com/plumbline-dev/plumbline/graph"
)

// Groups of servers. Source: aws.amazon.com/ec2/autoscaling/pricing: the group is free, its servers are charged.
func autoscalingServices() []service {
	return append([]service{
		{Type: "aws_autoscaling_group", Price: autoscalingGroup, Usage: groupUsage(), Words: serverWords},
	}, settings("a setting of a group; its servers are charged there (aws.amazon.com/ec2/autoscaling/pricing)", `
		aws_autoscaling_attachment aws_autoscaling_lifecycle_hook aws_autoscaling_notification aws_autoscaling_policy aws_autoscaling_schedule
		aws_autoscaling_group_tag aws_autoscaling_traffic_source_attachment aws_appautoscaling_policy aws_appautoscaling_scheduled_action aws_appautoscaling_target
		aws_autoscalingplans_scaling_plan`)...)
}

func autoscalingGroup(b *bill) {
	n, note, ok := b.groupSize("desired_capacity", "min_size", "max_size")
	if !ok {
		return
	}
	switch {
	case b.launched("mixed_instances_policy") != nil:
		b.mixedGroup(n, note)
	default:
		b.times = n
		b.launch(b.launched(""), note)
	}
}

// groupSize says how many servers run: what the usage file says, else what is desired, else the least. It notes the most.
func (b *bill) groupSize(desired, least, most string) (n decimal.Decimal, note string, ok bool) {
	if q, ok := b.given("instances"); ok {
		return q, "", true
	}
	v, by := b.at(desired), desired
	if v.null() || v.why == computedWhy {
		v, by = b.at(least), least
	}
	if n, ok = b.needed("instances", v); !ok {
		return n, "", false
	}
	note = by
	if top, ok := b.at(most).number(); ok && !top.Equal(n) {
		note = fmt.Sprintf("%s; up to %s", by, top)
	}
	return n, note, true
}

// launched gives the template or configuration that servers are made of; nil when it was not read.
func (b *bill) launched(policy string) *graph.Resource {
	vias := []string{"launch_template.id", "launch_template.name", "launch_configuration"}
	if policy != "" {
		vias = []string{policy + ".launch_template.launch_template_specification.launch_template_id", policy + ".launch_template.launch_template_specification.launch_template_name"}
	}
	for _, via := range vias {
		if t := b.neighbour(via); t != nil {
			return t
		}
	}
	return nil
}

// launch adds the servers that a template or configuration describes.
func (b *bill) launch(t *graph.Resource, note string) {
	if t == nil {
		b.unpriced("instances", "the launch template or configuration that they are made of was not read")
		return
	}
	s := b.templateServer(t)
	s.note = note
	b.server(s)
	b.launchedParts(t)
}

// templateServer reads the machine of a launch template or configuration.
func (b *bill) templateServer(t *graph.Resource) server {
	s := server{typ: b.of(t, "instance_type"), credits: read(t, "credit_specification[0].cpu_credits"), label: "instances"}
	if images := b.e.targets(t, "image_id"); len(images) == 1 {
		s.image = images[0]
	}
	if t.Type == "aws_launch_configuration" {
		s.tenancy, s.detail, s.spot = b.of(t, "placement_tenancy").text(), b.of(t, "enable_monitoring"), read(t, "spot_price").known()
		return s
	}
	s.tenancy, s.detail = b.of(t, "placement[0].tenancy").text(), b.of(t, "monitoring[0].enabled")
	s.spot = read(t, "instance_market_options[0].market_type").is("spot")
	return s
}

// launchedParts adds the disks and addresses of the servers of a group.
func (b *bill) launchedParts(t *graph.Resource) {
	public := b.of(t, "associate_public_ip_address")
	if t.Type == "aws_launch_configuration" {
		b.configurationDisks(t)
	} else {
		public = b.of(t, "network_interfaces[0].associate_public_ip_address")
		b.templateDisks(t)
	}
	if public.null() {
		public = b.groupPublic()
	}
	b.address(public, one)
}

// groupPublic says whether the subnets of a group give their servers public addresses.
func (b *bill) groupPublic() value {
	for _, via := range []string{"vpc_zone_identifier", "subnet_ids"} {
		for _, subnet := range b.neighbours(via) {
			return b.of(subnet, "map_public_ip_on_launch")
		}
	}
	return value{path: "whether its servers get public IPv4 addresses", why: "their subnets were not read"}
}

// configurationDisks adds the volumes of a launch configuration.
func (b *bill) configurationDisks(t *graph.Resource) {
	if len(b.parts(t, "root_block_device")) == 0 {
		b.rootless(t)
	} else {
		v := b.diskAt(t, "root volume", "root_block_device[0]", "volume_type", "volume_size")
		v.assumedKind = "gp2"
		b.disk(v)
	}
	for i, at := range b.parts(t, "ebs_block_device") {
		v := b.diskAt(t, fmt.Sprintf("volume %d", i+1), at, "volume_type", "volume_size")
		v.assumedKind = "gp2"
		b.disk(v)
	}
}

// mixedGroup splits a group into on-demand and spot servers and prices both as the first of its types.
// Source: Auto Scaling API, InstancesDistribution: base 0, 100 percent on demand above it.
func (b *bill) mixedGroup(n decimal.Decimal, note string) {
	t := b.launched("mixed_instances_policy")
	const at = "mixed_instances_policy[0]."
	s := b.templateServer(t)
	overrides := b.overrides()
	if len(overrides) > 0 {
		s.typ = value{v: overrides[0], path: at + "launch_template[0].override[0].instance_type"}
	}
	if why, ok := b.more(at + "launch_template[0].override"); ok && len(overrides) == 0 {
		b.unpriced("instances", "its instance types are not known: "+why)
		return
	}
	if weight, ok := b.at(at + "launch_template[0].override[0].weighted_capacity").number(); ok && weight.IsPositive() {
		n = n.Div(weight).Ceil()
	}
	demand, ok := b.onDemand(n, at+"instances_distribution[0].")
	if !ok {
		return
	}
	if len(overrides) > 1 {
		note = join(note, "priced as the first of "+strings.Join(overrides, ", "))
	}
	s.note = note
	if demand.IsPositive() {
		b.times = demand
		b.server(s)
	}
	if spot := n.Sub(demand); spot.IsPositive() {
		b.times, s.spot, s.label = spot, true, "spot instances"
		b.server(s)
	}
	b.times = n
	b.launchedParts(t)
}

func (b *bill) overrides() []string {
	var out []string
	for _, o := range b.blocks("mixed_instances_policy.launch_template.override") {
		if typ := b.at(o + ".instance_type"); typ.known() {
			out = append(out, typ.text())
		}
	}
	return out
}

// onDemand says how many of n servers are on demand.
func (b *bill) onDemand(n decimal.Decimal, at string) (demand decimal.Decimal, ok bool) {
	read := func(name string, other int64) (decimal.Decimal, bool) {
		v := b.at(at + name)
		if v.why == computedWhy {
			v = value{path: v.path}
		}
		return b.needed("instances", v.orNumber(other))
	}
	base, ok := read("on_demand_base_capacity", 0)
	if !ok {
		return demand, false
	}
	percent, ok := read("on_demand_percentage_above_base_capacity", 100)
	if !ok {
		return demand, false
	}
	base = decimal.Min(base, n)
	return base.Add(n.Sub(base).Mul(percent).Div(num(100)).Ceil()), true
}
