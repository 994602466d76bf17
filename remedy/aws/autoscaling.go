package aws

import (
	"fmt"

	"github.com/plumbline-dev/plumbline/remedy"
)

func autoscalingFixes() []Fix {
	return []Fix{asgMultiAZ, asgMinSize, asgHealthCheck, asgScalingPolicy}
}

func (d *draft) asg() params { return params{"AutoScalingGroupName": d.text("name")} }

func (d *draft) asgLook() *source {
	return d.look("autoscaling:DescribeAutoScalingGroups", params{"AutoScalingGroupNames": []any{d.text("name")}})
}

const asg = "AutoScalingGroups[0]."

var asgReads = []string{"autoscaling:DescribeAutoScalingGroups"}

// group makes the action that sets members of the group: name -> before and after.
func (d *draft) group(g *source, members map[string][2]any) {
	set, back := d.asg(), d.asg()
	var until, before []remedy.Condition
	for _, m := range sortedKeys(members) {
		v := members[m]
		set[m], back[m] = v[1], v[0]
		d.shows(m, v[0], v[1])
		until = append(until, g.is(fmt.Sprintf("%s is %s", m, told(v[1])), asg+m, remedy.Equals, v[1]))
		before = append(before, g.is(fmt.Sprintf("%s is %s", m, told(v[0])), asg+m, remedy.Equals, v[0]))
	}
	a := d.write("autoscaling:UpdateAutoScalingGroup", set)
	a.Until, a.UndoWhen = until, until
	a.Undo = d.undone("autoscaling:UpdateAutoScalingGroup", back, before...)
	d.do(a)
}

var asgMinSize = Fix{
	ID: "asg-min-size", Title: "never fewer than that many instances", Takes: []string{"aws_autoscaling_group.min_size", "aws_autoscaling_group.max_size", "aws_autoscaling_group.desired_capacity"},
	Does: []string{"autoscaling:UpdateAutoScalingGroup"}, Undoes: []string{"autoscaling:UpdateAutoScalingGroup"}, Reads: asgReads,
	Risk: remedy.Risk{Class: "online", Detail: "Instances are started; software that must run once only then runs more often."},
	Undo: partly("an instance is ended, which one AWS decides"), Seconds: 300,
	plan: func(d *draft) {
		g := d.asgLook()
		members := map[string][2]any{}
		for _, x := range [][2]string{{"min_size", "MinSize"}, {"max_size", "MaxSize"}, {"desired_capacity", "DesiredCapacity"}} {
			if want, ok := d.wanted(x[0]); ok {
				members[x[1]] = [2]any{g.still(x[1], asg+x[1]), want}
			}
		}
		least, ok := d.wanted("min_size")
		_, bounded := members["MaxSize"]
		if ok && !bounded {
			g.require("its largest size is not smaller", asg+"MaxSize", remedy.AtLeast, least)
		}
		if desired := g.get(asg + "DesiredCapacity"); ok && members["DesiredCapacity"] == [2]any{} && less(desired, least) {
			members["DesiredCapacity"] = [2]any{g.still("DesiredCapacity", asg+"DesiredCapacity"), least}
		}
		d.group(g, members)
	},
}

func less(a, b any) bool {
	x, y := number(a), number(b)
	return x != nil && y != nil && *x < *y
}

var asgHealthCheck = Fix{
	ID: "asg-elb-health-check", Title: "what the load balancer finds unhealthy is replaced", Takes: []string{"aws_autoscaling_group.health_check_type", "aws_autoscaling_group.health_check_grace_period"},
	Does: []string{"autoscaling:UpdateAutoScalingGroup"}, Undoes: []string{"autoscaling:UpdateAutoScalingGroup"},
	Reads: []string{"autoscaling:DescribeAutoScalingGroups", "elasticloadbalancing:DescribeTargetHealth"},
	Risk:  remedy.Risk{Class: "online-degraded", Detail: "An instance that fails the load balancer's check is ended and replaced: a wrong check becomes an endless loop."},
	Undo:  fully, Seconds: 30,
	plan: func(d *draft) {
		g := d.asgLook()
		members := map[string][2]any{}
		for _, x := range [][2]string{{"health_check_type", "HealthCheckType"}, {"health_check_grace_period", "HealthCheckGracePeriod"}} {
			if want, ok := d.wanted(x[0]); ok {
				members[x[1]] = [2]any{g.still(x[1], asg+x[1]), want}
			}
		}
		targets, _ := g.get(asg + "TargetGroupARNs").([]any)
		for _, arn := range targets {
			h := d.look("elasticloadbalancing:DescribeTargetHealth", params{"TargetGroupArn": arn})
			for _, bad := range []string{"unhealthy", "draining", "unavailable"} {
				h.require("no target of the group is "+bad, "TargetHealthDescriptions[*].TargetHealth.State", remedy.Lacks, bad)
			}
		}
		d.group(g, members)
	},
}

var asgScalingPolicy = Fix{
	ID: "asg-scaling-policy", Title: "grows and shrinks with the load", Takes: []string{"+aws_autoscaling_policy"}, Of: "autoscaling_group_name",
	Does: []string{"autoscaling:PutScalingPolicy"}, Undoes: []string{"autoscaling:DeletePolicy"}, Reads: []string{"autoscaling:DescribeAutoScalingGroups", "autoscaling:DescribePolicies"},
	Companions: []string{"cloudwatch:DeleteAlarms", "cloudwatch:DescribeAlarms", "cloudwatch:PutMetricAlarm"},
	Risk:       remedy.Risk{Class: "online", Detail: "The group may also shrink, down to its smallest size."},
	Undo:       fully, Seconds: 30,
	plan: func(d *draft) {
		name, _ := d.wanted("name")
		target, _ := d.wanted("target_tracking_configuration[0].target_value")
		metric, _ := d.wanted("target_tracking_configuration[0].predefined_metric_specification[0].predefined_metric_type")
		if name == nil || target == nil || metric == nil {
			d.refuse(remedy.PreconditionFails, "only policies that follow a target of a predefined metric are made in an account")
		}
		g := d.asgLook()
		if !less(g.get(asg+"MinSize"), g.get(asg+"MaxSize")) {
			d.refuse(remedy.PreconditionFails, "the group's largest size is its smallest: raise max_size first")
		}
		g.require("it can grow", asg+"MaxSize", remedy.AtLeast, 2)
		has := d.look("autoscaling:DescribePolicies", d.asg())
		has.require(fmt.Sprintf("the group has no policy %v", name), "ScalingPolicies[*].PolicyName", remedy.Lacks, name)
		a := d.write("autoscaling:PutScalingPolicy", with(d.asg(), params{"PolicyName": name, "PolicyType": "TargetTrackingScaling",
			"TargetTrackingConfiguration": params{"TargetValue": target, "PredefinedMetricSpecification": params{"PredefinedMetricType": metric}}}))
		a.Until = []remedy.Condition{has.is("the policy is there", "ScalingPolicies[*].PolicyName", remedy.Has, name)}
		a.UndoWhen = a.Until
		a.Undo = d.undone("autoscaling:DeletePolicy", with(d.asg(), params{"PolicyName": name}), has.is("the policy is gone", "ScalingPolicies[*].PolicyName", remedy.Lacks, name))
		d.alarmCompanions()
		d.shows("scaling policy", absent{}, fmt.Sprintf("%v, %v at %v", name, metric, target))
		d.do(a)
	},
}
