package services

import (
	"context"

	elb "github.com/aws/aws-sdk-go-v2/service/elasticloadbalancingv2"
	"github.com/aws/aws-sdk-go-v2/service/elasticloadbalancingv2/types"

	"github.com/plumbline-dev/plumbline/graph"
	"github.com/plumbline-dev/plumbline/scanners/aws"
)

var targetGroupFields = aws.Table{
	"name": "TargetGroupName", "port": "Port", "protocol": "Protocol", "protocol_version": "ProtocolVersion", "vpc_id": "VpcId", "target_type": "TargetType",
	"health_check[0].enabled": "HealthCheckEnabled", "health_check[0].protocol": "HealthCheckProtocol", "health_check[0].path": "HealthCheckPath",
	"health_check[0].port": "HealthCheckPort", "health_check[0].interval": "HealthCheckIntervalSeconds", "health_check[0].timeout": "HealthCheckTimeoutSeconds",
	"health_check[0].healthy_threshold": "HealthyThresholdCount", "health_check[0].unhealthy_threshold": "UnhealthyThresholdCount",
}

func readTargetGroups(ctx context.Context, s *aws.Session, give func(*graph.Resource)) error {
	client := elb.NewFromConfig(s.Config)
	var found []*graph.Resource
	err := eachPage(ctx, elb.NewDescribeTargetGroupsPaginator(client, &elb.DescribeTargetGroupsInput{}), func(page *elb.DescribeTargetGroupsOutput) {
		for i := range page.TargetGroups {
			found = append(found, targetGroup(s, &page.TargetGroups[i]))
		}
	})
	if err != nil {
		return err
	}
	return giveTagged(ctx, client, found, give)
}

func targetGroup(s *aws.Session, from *types.TargetGroup) *graph.Resource {
	arn := text(from.TargetGroupArn)
	r := s.Resource("aws_lb_target_group", arn, arn, text(from.TargetGroupName))
	targetGroupFields.Set(r, from)
	for _, check := range r.Attrs["health_check"].([]any) {
		check.(map[string]any)["matcher"] = matcher(from.Matcher)
	}
	r.Attrs["arn_suffix"] = arnPart(arn, 5)
	null(r, "name_prefix")
	return r
}

// matcher gives the codes that a healthy target answers with: of HTTP, or of gRPC.
func matcher(m *types.Matcher) any {
	if m == nil {
		return nil
	}
	if m.GrpcCode != nil {
		return aws.Plain(m.GrpcCode)
	}
	return aws.Plain(m.HttpCode)
}

var targetGroupAttributes = []string{
	"deregistration_delay", "load_balancing_algorithm_type", "load_balancing_cross_zone_enabled", "slow_start", "stickiness",
}

func readTargetGroupAttributes(ctx context.Context, s *aws.Session, r *graph.Resource, _ func(*graph.Resource)) error {
	out, err := elb.NewFromConfig(s.Config).DescribeTargetGroupAttributes(ctx, &elb.DescribeTargetGroupAttributesInput{TargetGroupArn: arnOf(r)})
	if err != nil {
		return err
	}
	said := map[string]string{}
	for _, a := range out.Attributes {
		said[text(a.Key)] = text(a.Value)
	}
	keyed(r, said, map[string]string{
		"deregistration_delay": "deregistration_delay.timeout_seconds", "slow_start": "slow_start.duration_seconds",
		"load_balancing_algorithm_type": "load_balancing.algorithm.type", "load_balancing_cross_zone_enabled": "load_balancing.cross_zone.enabled",
	})
	r.Attrs["stickiness"] = []any{}
	if said["stickiness.enabled"] == "true" {
		r.Attrs["stickiness"] = block(map[string]any{
			"enabled": true, "type": aws.Plain(said["stickiness.type"]), "cookie_duration": aws.Plain(said["stickiness.lb_cookie.duration_seconds"]),
		})
	}
	return nil
}

// readTargets gives what is registered now. Targets that a group of servers or a service registers are taken away when everything
// is read (see settle.go): the code has no attachment for them.
func readTargets(ctx context.Context, s *aws.Session, group *graph.Resource, give func(*graph.Resource)) error {
	out, err := elb.NewFromConfig(s.Config).DescribeTargetHealth(ctx, &elb.DescribeTargetHealthInput{TargetGroupArn: arnOf(group)})
	if err != nil {
		return err
	}
	for _, d := range out.TargetHealthDescriptions {
		if d.Target == nil {
			continue
		}
		r := target(s, group, d.Target)
		if d.TargetHealth != nil && d.TargetHealth.State != "" {
			r.Attrs["health"] = string(d.TargetHealth.State)
		} else {
			r.Unknown["health"] = saysNothing("DescribeTargetHealth").Error()
		}
		give(r)
	}
	return nil
}

func target(s *aws.Session, group *graph.Resource, from *types.TargetDescription) *graph.Resource {
	r := s.Part(group, "aws_lb_target_group_attachment", "target/"+text(from.Id), "target_group_arn")
	r.Attrs["target_id"], r.Attrs["port"], r.Attrs["availability_zone"] = text(from.Id), aws.Plain(from.Port), nil
	if zone := text(from.AvailabilityZone); zone != "all" { // "all": it may take traffic from every zone
		r.Attrs["availability_zone"] = aws.Plain(zone)
	}
	return r
}
