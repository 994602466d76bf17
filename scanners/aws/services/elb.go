package services

// Classic load balancers. Needs elasticloadbalancing:DescribeLoadBalancers, elasticloadbalancing:DescribeTags,
// elasticloadbalancing:DescribeLoadBalancerAttributes.

import (
	"context"
	"slices"

	"github.com/aws/aws-sdk-go-v2/service/elasticloadbalancing"
	"github.com/aws/aws-sdk-go-v2/service/elasticloadbalancing/types"

	"github.com/plumbline-dev/plumbline/graph"
	"github.com/plumbline-dev/plumbline/scanners/aws"
)

func elbService() aws.Service {
	return aws.Service{
		Name: "elb",
		Lists: []aws.List{{
			Operation: "DescribeLoadBalancers", Actions: []string{"elasticloadbalancing:DescribeLoadBalancers", "elasticloadbalancing:DescribeTags"},
			Gives: []string{"aws_elb"}, Read: readClassicLoadBalancers,
		}},
		Details: []aws.Detail{{
			Operation: "DescribeLoadBalancerAttributes", Actions: []string{"elasticloadbalancing:DescribeLoadBalancerAttributes"}, Of: "aws_elb",
			Sets: []string{"access_logs", "connection_draining", "connection_draining_timeout", "cross_zone_load_balancing", "idle_timeout"},
			Read: readClassicAttributes,
		}},
	}
}

var classicLoadBalancerFields = aws.Table{
	"name": "LoadBalancerName", "availability_zones": "AvailabilityZones", "subnets": "Subnets", "security_groups": "SecurityGroups",
	"instances": "Instances[].InstanceId", "dns_name": "DNSName", "zone_id": "CanonicalHostedZoneNameID",
	"listener[].instance_port":            "ListenerDescriptions[].Listener.InstancePort",
	"listener[].instance_protocol":        "ListenerDescriptions[].Listener.InstanceProtocol",
	"listener[].lb_port":                  "ListenerDescriptions[].Listener.LoadBalancerPort",
	"listener[].lb_protocol":              "ListenerDescriptions[].Listener.Protocol",
	"listener[].ssl_certificate_id":       "ListenerDescriptions[].Listener.SSLCertificateId",
	"health_check[0].target":              "HealthCheck.Target",
	"health_check[0].interval":            "HealthCheck.Interval",
	"health_check[0].timeout":             "HealthCheck.Timeout",
	"health_check[0].healthy_threshold":   "HealthCheck.HealthyThreshold",
	"health_check[0].unhealthy_threshold": "HealthCheck.UnhealthyThreshold",
}

func readClassicLoadBalancers(ctx context.Context, s *aws.Session, give func(*graph.Resource)) error {
	client := elasticloadbalancing.NewFromConfig(s.Config)
	pages := elasticloadbalancing.NewDescribeLoadBalancersPaginator(client, &elasticloadbalancing.DescribeLoadBalancersInput{})
	for pages.HasMorePages() {
		page, err := pages.NextPage(ctx)
		if err != nil {
			return err
		}
		for list := range slices.Chunk(page.LoadBalancerDescriptions, tagsAtOnce) {
			if err := giveClassic(ctx, s, client, list, give); err != nil {
				return err
			}
		}
	}
	return nil
}

// tagsAtOnce is how many load balancers or target groups DescribeTags takes.
// Source: Elastic Load Balancing API, DescribeTags: "up to 20".
const tagsAtOnce = 20

func giveClassic(ctx context.Context, s *aws.Session, client *elasticloadbalancing.Client, list []types.LoadBalancerDescription, give func(*graph.Resource)) error {
	names := make([]string, len(list))
	for i := range list {
		names[i] = text(list[i].LoadBalancerName)
	}
	out, err := client.DescribeTags(ctx, &elasticloadbalancing.DescribeTagsInput{LoadBalancerNames: names})
	if err != nil {
		return err
	}
	tags := map[string]any{}
	for _, d := range out.TagDescriptions {
		tags[text(d.LoadBalancerName)] = aws.Plain(d.Tags)
	}
	for i := range list {
		r := classicLoadBalancer(s, &list[i])
		setTags(r, tags, r.Name)
		give(r)
	}
	return nil
}

func classicLoadBalancer(s *aws.Session, from *types.LoadBalancerDescription) *graph.Resource {
	name := text(from.LoadBalancerName)
	r := s.Resource("aws_elb", s.ARN("elasticloadbalancing", "loadbalancer/"+name), name, name)
	classicLoadBalancerFields.Set(r, from)
	r.Attrs["internal"] = text(from.Scheme) == "internal"
	r.Attrs["dns_name"] = hostName(text(from.DNSName))
	null(r, "name_prefix")
	return r
}

var classicAttributeFields = aws.Table{
	"cross_zone_load_balancing": "CrossZoneLoadBalancing.Enabled", "idle_timeout": "ConnectionSettings.IdleTimeout",
	"connection_draining": "ConnectionDraining.Enabled", "connection_draining_timeout": "ConnectionDraining.Timeout",
	"access_logs[0].enabled": "AccessLog.Enabled", "access_logs[0].bucket": "AccessLog.S3BucketName",
	"access_logs[0].bucket_prefix": "AccessLog.S3BucketPrefix",
}

func readClassicAttributes(ctx context.Context, s *aws.Session, r *graph.Resource, _ func(*graph.Resource)) error {
	name := r.Attrs["name"].(string)
	out, err := elasticloadbalancing.NewFromConfig(s.Config).DescribeLoadBalancerAttributes(ctx, &elasticloadbalancing.DescribeLoadBalancerAttributesInput{LoadBalancerName: &name})
	if err != nil {
		return err
	}
	classicAttributeFields.Set(r, out.LoadBalancerAttributes)
	return nil
}
