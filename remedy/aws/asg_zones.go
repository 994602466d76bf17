package aws

import (
	"fmt"
	"strings"

	"github.com/plumbline-dev/plumbline/remedy"
)

var asgMultiAZ = Fix{
	ID: "asg-multi-az", Title: "instances in more zones", Takes: []string{"aws_autoscaling_group.vpc_zone_identifier"},
	Does: []string{"autoscaling:UpdateAutoScalingGroup"}, Undoes: []string{"autoscaling:UpdateAutoScalingGroup"},
	Reads: []string{"autoscaling:DescribeAutoScalingGroups", "autoscaling:DescribeLaunchConfigurations", "ec2:DescribeInstanceTypeOfferings", "ec2:DescribeLaunchTemplateVersions", "ec2:DescribeSubnets",
		"elasticloadbalancing:DescribeLoadBalancers", "elasticloadbalancing:DescribeTargetGroups", "elb:DescribeLoadBalancers"},
	Risk: remedy.Risk{Class: "online-degraded", Detail: "Instances are started in the new zones first; then some of the old ones are ended, with what they hold."},
	Undo: fully, Seconds: 900,
	plan: func(d *draft) {
		g := d.asgLook()
		prior, _ := g.still("the list of subnets", asg+"VPCZoneIdentifier").(string)
		g.require("the group balances its zones", asg+"SuspendedProcesses[ProcessName=AZRebalance]", remedy.Absent, nil)
		var now []any
		for id := range strings.SplitSeq(prior, ",") {
			now = append(now, id)
		}
		var ids []string
		want := distinct(d.must("vpc_zone_identifier"))
		for _, x := range want {
			ids = append(ids, fmt.Sprint(x))
		}
		zones := d.zonesOf(d.added(now, want, reach{free: 1}))
		d.startable(g, zones)
		d.balanced(g, zones)
		d.group(g, map[string][2]any{"VPCZoneIdentifier": {prior, strings.Join(ids, ",")}})
	},
}

// zonesOf gives the zones of subnets.
func (d *draft) zonesOf(subnets []any) []any {
	var out []any
	for _, s := range subnets {
		out = append(out, d.subnet(s).get("Subnets[0].AvailabilityZone"))
	}
	return distinct(out)
}

// startable requires that what the group starts can be started in zones: its template names no subnet and no zone, and its type is sold there.
func (d *draft) startable(g *source, zones []any) {
	s, at := d.template(g)
	if s == nil {
		d.refuse(remedy.PreconditionFails, "the group has no launch template and no launch configuration that could be read")
		return
	}
	if at != configuration {
		s.require("the launch template names no subnet", at+"NetworkInterfaces[*].SubnetId", remedy.Absent, nil)
		s.require("the launch template names no zone", at+"Placement.AvailabilityZone", remedy.Absent, nil)
		s.require("the launch template names no reserved capacity", at+"CapacityReservationSpecification.CapacityReservationTarget", remedy.Absent, nil)
	}
	kind, ok := s.get(at + "InstanceType").(string)
	if !ok {
		return // the group chooses types by what they have, in each zone
	}
	offers := d.look("ec2:DescribeInstanceTypeOfferings", params{"LocationType": "availability-zone", "Filters": []any{params{"Name": "instance-type", "Values": []any{kind}}}})
	for _, z := range zones {
		offers.require(fmt.Sprintf("%s is sold in %v", kind, z), "InstanceTypeOfferings[*].Location", remedy.Has, z)
	}
}

const configuration = "LaunchConfigurations[0]."

// template gives the description of what the group starts, and where in it the settings are.
func (d *draft) template(g *source) (*source, string) {
	for _, at := range []string{"LaunchTemplate", "MixedInstancesPolicy.LaunchTemplate.LaunchTemplateSpecification"} {
		if id := g.get(asg + at + ".LaunchTemplateId"); id != nil {
			version := g.get(asg + at + ".Version")
			if version == nil {
				version = "$Default"
			}
			return d.look("ec2:DescribeLaunchTemplateVersions", params{"LaunchTemplateId": id, "Versions": []any{version}}), "LaunchTemplateVersions[0].LaunchTemplateData."
		}
	}
	if name := g.get(asg + "LaunchConfigurationName"); name != nil {
		return d.look("autoscaling:DescribeLaunchConfigurations", params{"LaunchConfigurationNames": []any{name}}), configuration
	}
	return nil, ""
}

// balanced requires that the group's load balancers stand in zones, or that another step of the plan puts them there: what is started
// elsewhere gets no requests, and a classic load balancer finds it unhealthy.
func (d *draft) balanced(g *source, zones []any) {
	arns, _ := g.get(asg + "TargetGroupARNs").([]any)
	for _, arn := range arns {
		of, _ := d.look("elasticloadbalancing:DescribeTargetGroups", params{"TargetGroupArns": []any{arn}}).get("TargetGroups[0].LoadBalancerArns").([]any)
		for _, lb := range of {
			s := d.look("elasticloadbalancing:DescribeLoadBalancers", params{"LoadBalancerArns": []any{lb}})
			const path = "LoadBalancers[0].AvailabilityZones[*].ZoneName"
			d.stands(s, path, s.get(path), lb, zones)
		}
	}
	names, _ := g.get(asg + "LoadBalancerNames").([]any)
	for _, name := range names {
		s := d.look("elb:DescribeLoadBalancers", params{"LoadBalancerNames": []any{name}})
		subnets, _ := s.get(classic + "Subnets").([]any)
		d.stands(s, classic+"Subnets", d.zonesOf(subnets), name, zones)
	}
}

// stands requires that a load balancer stays in its zones, which path shows, and needs another step for those where it is not yet.
func (d *draft) stands(s *source, path string, now, lb any, zones []any) {
	var missing []any
	for _, z := range zones {
		if !contains(now, z) {
			missing = append(missing, z)
		}
	}
	for _, z := range missing {
		d.step.Needs = append(d.step.Needs, remedy.Need{What: standsIn(lb, z), Why: fmt.Sprintf("its load balancer %v does not stand in %v: put it there in the same plan, or first", lb, z)})
	}
	if len(missing) == 0 {
		s.require(fmt.Sprintf("%v stands in its zones", lb), path, remedy.Same, s.get(path))
	}
}

// standsIn names that a load balancer is in a zone, for steps of one plan.
func standsIn(lb, zone any) string { return fmt.Sprintf("%v stands in %v", lb, zone) }

// puts says that the step puts a load balancer into zones.
func (d *draft) puts(lb any, zones []any) {
	for _, z := range zones {
		d.step.Gives = append(d.step.Gives, standsIn(lb, z))
	}
}
