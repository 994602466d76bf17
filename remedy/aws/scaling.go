package aws

import (
	"fmt"
	"strings"

	"github.com/plumbline-dev/plumbline/graph"
	"github.com/plumbline-dev/plumbline/remedy"
)

func scalingFixes() []Fix { return []Fix{scaling, scalingBounds} }

// scaling follows a target of a metric: for tables, their indexes and services of ECS alike. It is dynamodb-autoscaling and
// ecs-autoscaling of the catalogue.
var scaling = Fix{
	ID: "autoscaling-target", Title: "capacity follows the load", Takes: []string{"+aws_appautoscaling_target", "+aws_appautoscaling_policy"}, Of: "resource_id", find: scaledResource,
	Does:       []string{"application-autoscaling:PutScalingPolicy", "application-autoscaling:RegisterScalableTarget"},
	Undoes:     []string{"application-autoscaling:DeleteScalingPolicy", "application-autoscaling:DeregisterScalableTarget"},
	Reads:      []string{"application-autoscaling:DescribeScalableTargets", "application-autoscaling:DescribeScalingPolicies"},
	Companions: append([]string{"cloudwatch:DeleteAlarms", "cloudwatch:DescribeAlarms", "cloudwatch:PutMetricAlarm"}, scaledCompanions...),
	Risk:       remedy.Risk{Class: "online", Detail: "Capacity may also shrink, down to the least that is named."},
	Undo:       partly("the capacity stays what it is at that moment"), Seconds: 30,
	plan: func(d *draft) {
		for _, c := range d.job.changes {
			attrs, _ := d.resolved(c.New).(map[string]any)
			if c.Op == graph.Create && c.Type == "aws_appautoscaling_target" {
				d.scalableTarget(attrs)
			}
		}
		for _, c := range d.job.changes {
			attrs, _ := d.resolved(c.New).(map[string]any)
			if c.Op == graph.Create && c.Type == "aws_appautoscaling_policy" {
				d.scalingPolicy(attrs)
			}
		}
		d.alarmCompanions()
	},
}

// scaledResource finds what a target names by a text: "table/carts", "service/shop/api".
func scaledResource(g *graph.Graph, root string, attrs map[string]any) *graph.Resource {
	id, _ := attrs["resource_id"].(string)
	if name, ok := strings.CutPrefix(id, "table/"); ok {
		name, _, _ = strings.Cut(name, "/")
		return named(g, root, "aws_dynamodb_table", ":table/"+name)
	}
	if strings.HasPrefix(id, "service/") {
		return named(g, root, "aws_ecs_service", ":"+id)
	}
	return nil
}

// named gives the live resource of a type whose ARN ends so.
func named(g *graph.Graph, root, typ, end string) *graph.Resource {
	for _, r := range g.OfType(typ) {
		if r.Root == root && r.Live() && strings.HasSuffix(string(r.Address), end) {
			return r
		}
	}
	return nil
}

// dimension names what is scaled.
func (d *draft) dimension(attrs map[string]any) (params, string) {
	p := params{"ServiceNamespace": attrs["service_namespace"], "ResourceId": attrs["resource_id"], "ScalableDimension": attrs["scalable_dimension"]}
	for _, k := range sortedKeys(p) {
		if s, ok := p[k].(string); !ok || s == "" {
			d.refuse(remedy.PreconditionFails, "the change gives %s no value", k)
		}
	}
	return p, fmt.Sprint(p["ScalableDimension"], " of ", p["ResourceId"])
}

func (d *draft) scalableTarget(attrs map[string]any) {
	p, name := d.dimension(attrs)
	d.scalingCompanions(p["ServiceNamespace"], p["ResourceId"])
	s := d.look("application-autoscaling:DescribeScalableTargets", params{"ServiceNamespace": p["ServiceNamespace"], "ResourceIds": []any{p["ResourceId"]}, "ScalableDimension": p["ScalableDimension"]})
	s.require("nothing scales "+name, "ScalableTargets", remedy.Absent, nil)
	a := d.write("application-autoscaling:RegisterScalableTarget", with(p, params{"MinCapacity": attrs["min_capacity"], "MaxCapacity": attrs["max_capacity"]}))
	a.Until = []remedy.Condition{s.is("its bounds are as planned", "ScalableTargets[0].MaxCapacity", remedy.Equals, attrs["max_capacity"])}
	a.UndoWhen = a.Until
	a.Undo = d.undone("application-autoscaling:DeregisterScalableTarget", p, s.is("nothing scales it", "ScalableTargets", remedy.Absent, nil))
	d.shows(name, absent{}, fmt.Sprintf("%v to %v", attrs["min_capacity"], attrs["max_capacity"]))
	d.do(a)
}

func (d *draft) scalingPolicy(attrs map[string]any) {
	p, name := d.dimension(attrs)
	config := attrs["target_tracking_scaling_policy_configuration"]
	metric := first(first(config, "predefined_metric_specification"), "predefined_metric_type")
	if attrs["name"] == nil || metric == nil || first(config, "target_value") == nil {
		d.refuse(remedy.PreconditionFails, "only policies that follow a target of a predefined metric are made in an account")
	}
	s := d.look("application-autoscaling:DescribeScalingPolicies", params{"ServiceNamespace": p["ServiceNamespace"], "ResourceId": p["ResourceId"], "ScalableDimension": p["ScalableDimension"]})
	at := fmt.Sprintf("ScalingPolicies[PolicyName=%v]", attrs["name"])
	s.require(name+" has no such policy", at, remedy.Absent, nil)
	a := d.write("application-autoscaling:PutScalingPolicy", with(p, params{"PolicyName": attrs["name"], "PolicyType": "TargetTrackingScaling",
		"TargetTrackingScalingPolicyConfiguration": params{"TargetValue": first(config, "target_value"), "PredefinedMetricSpecification": params{"PredefinedMetricType": metric}}}))
	a.Until, a.UndoWhen = []remedy.Condition{s.is("the policy is there", at, remedy.Present, nil)}, []remedy.Condition{s.is("the policy is there", at, remedy.Present, nil)}
	a.Undo = d.undone("application-autoscaling:DeleteScalingPolicy", with(p, params{"PolicyName": attrs["name"]}), s.is("the policy is gone", at, remedy.Absent, nil))
	d.shows(fmt.Sprint(attrs["name"]), absent{}, fmt.Sprintf("%v at %v", metric, first(config, "target_value")))
	d.do(a)
}

// scaledBy is what application auto scaling works with in a namespace: its service-linked role, which AWS makes at the first use, and what it
// asks whether the caller may do it too.
type scaledBy struct {
	role, arn string
	actions   []string
}

var scaledNamespaces = map[string]scaledBy{
	"dynamodb": {"dynamodb.application-autoscaling.amazonaws.com/AWSServiceRoleForApplicationAutoScaling_DynamoDBTable", "arn:%s:dynamodb:%s:%s:%s", []string{"dynamodb:DescribeTable", "dynamodb:UpdateTable"}},
	"ecs":      {"ecs.application-autoscaling.amazonaws.com/AWSServiceRoleForApplicationAutoScaling_ECSService", "arn:%s:ecs:%s:%s:%s", []string{"ecs:DescribeServices", "ecs:UpdateService"}},
}

// scaledCompanions are the actions of all of them.
var scaledCompanions = []string{"dynamodb:DescribeTable", "dynamodb:UpdateTable", "ecs:DescribeServices", "ecs:UpdateService", "iam:CreateServiceLinkedRole"}

// scalingCompanions are what the service does in the caller's name to scale a resource: "table/carts", "service/shop/api".
func (d *draft) scalingCompanions(namespace, id any) {
	by, known := scaledNamespaces[fmt.Sprint(namespace)]
	if !known {
		d.refuse(remedy.PreconditionFails, "%q is not scaled in an account: only tables and services are", namespace)
		return
	}
	service, _, _ := strings.Cut(by.role, "/")
	t := d.p.hand.target
	d.companion(map[string]string{"iam:AWSServiceName": service}, "arn:"+t.Partition+":iam::"+t.Account+":role/aws-service-role/"+by.role, "iam:CreateServiceLinkedRole")
	of, _, _ := strings.Cut(fmt.Sprint(id), "/index/")
	d.companion(nil, fmt.Sprintf(by.arn, t.Partition, d.region, t.Account, of), by.actions...)
}

// alarmCompanions are the alarms that a policy is followed by.
func (d *draft) alarmCompanions() {
	t := d.p.hand.target
	alarms := []string{"arn:" + t.Partition + ":cloudwatch:" + d.region + ":" + t.Account + ":alarm:TargetTracking-*"}
	d.companions = append(d.companions,
		remedy.Permission{Action: "cloudwatch:PutMetricAlarm", Resources: alarms}, remedy.Permission{Action: "cloudwatch:DescribeAlarms", Resources: []string{"*"}},
		remedy.Permission{Action: "cloudwatch:DeleteAlarms", Resources: alarms, Undo: true})
}
