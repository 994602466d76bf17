package services

// Amazon Route 53. Needs route53:ListHostedZones, route53:GetHostedZone, route53:ListResourceRecordSets, route53:ListHealthChecks.

import (
	"context"
	"regexp"
	"strconv"
	"strings"

	"github.com/aws/aws-sdk-go-v2/service/route53"
	"github.com/aws/aws-sdk-go-v2/service/route53/types"

	"github.com/plumbline-dev/plumbline/graph"
	"github.com/plumbline-dev/plumbline/scanners/aws"
)

func route53Service() aws.Service {
	return aws.Service{
		Name: "route53", Global: true,
		Lists: []aws.List{
			{Operation: "ListHostedZones", Gives: []string{"aws_route53_zone"}, Read: readZones},
			{Operation: "ListHealthChecks", Gives: []string{"aws_route53_health_check"}, Read: readHealthChecks},
		},
		Details: []aws.Detail{
			{Operation: "GetHostedZone", Of: "aws_route53_zone", Sets: []string{"vpc", "name_servers", "delegation_set_id"}, Read: readZone},
			{Operation: "ListResourceRecordSets", Of: "aws_route53_zone", Gives: []string{"aws_route53_record.zone_id"}, Read: readRecords},
		},
	}
}

var (
	zoneFields   = aws.Table{"name": "Name", "comment": "Config.Comment", "private_zone": "Config.PrivateZone"}
	recordFields = aws.Table{
		"type": "Type!", "ttl": "TTL", "records": "ResourceRecords[].Value", "set_identifier": "SetIdentifier", "health_check_id": "HealthCheckId",
		"multivalue_answer_routing_policy":          "MultiValueAnswer",
		"alias[0].zone_id":                          "AliasTarget.HostedZoneId",
		"alias[0].name":                             "AliasTarget.DNSName",
		"alias[0].evaluate_target_health":           "AliasTarget.EvaluateTargetHealth",
		"failover_routing_policy[0].type":           "Failover",
		"weighted_routing_policy[0].weight":         "Weight",
		"latency_routing_policy[0].region":          "Region",
		"geolocation_routing_policy[0].continent":   "GeoLocation.ContinentCode",
		"geolocation_routing_policy[0].country":     "GeoLocation.CountryCode",
		"geolocation_routing_policy[0].subdivision": "GeoLocation.SubdivisionCode",
	}
	healthCheckFields = aws.Table{
		"type": "Type!", "fqdn": "FullyQualifiedDomainName", "ip_address": "IPAddress", "port": "Port", "resource_path": "ResourcePath", "search_string": "SearchString",
		"failure_threshold": "FailureThreshold", "request_interval": "RequestInterval", "disabled": "Disabled", "invert_healthcheck": "Inverted",
		"measure_latency": "MeasureLatency", "enable_sni": "EnableSNI", "regions": "Regions", "child_healthchecks": "ChildHealthChecks",
		"cloudwatch_alarm_name": "AlarmIdentifier.Name", "routing_control_arn": "RoutingControlArn",
	}
)

func readZones(ctx context.Context, s *aws.Session, give func(*graph.Resource)) error {
	pages := route53.NewListHostedZonesPaginator(route53.NewFromConfig(s.Config), &route53.ListHostedZonesInput{})
	return eachPage(ctx, pages, func(page *route53.ListHostedZonesOutput) {
		for i := range page.HostedZones {
			z := &page.HostedZones[i]
			id := strings.TrimPrefix(text(z.Id), "/hostedzone/")
			r := s.Resource("aws_route53_zone", "arn:"+s.Partition+":route53:::hostedzone/"+id, id, hostName(text(z.Name)))
			zoneFields.Set(r, z)
			r.Attrs["zone_id"] = id
			r.Data = z.LinkedService != nil // Cloud Map made it
			give(r)
		}
	})
}

func readZone(ctx context.Context, s *aws.Session, r *graph.Resource, _ func(*graph.Resource)) error {
	id, _ := r.Attrs["id"].(string)
	out, err := route53.NewFromConfig(s.Config).GetHostedZone(ctx, &route53.GetHostedZoneInput{Id: &id})
	if err != nil {
		return err
	}
	networks := []any{}
	for _, v := range out.VPCs {
		networks = append(networks, map[string]any{"vpc_id": aws.Plain(v.VPCId), "vpc_region": aws.Plain(v.VPCRegion)})
	}
	r.Attrs["vpc"], r.Attrs["name_servers"], r.Attrs["delegation_set_id"] = networks, []any{}, nil
	if d := out.DelegationSet; d != nil {
		servers := make([]any, len(d.NameServers))
		for i, name := range d.NameServers {
			servers[i] = hostName(name)
		}
		r.Attrs["name_servers"], r.Attrs["delegation_set_id"] = servers, aws.Plain(d.Id)
	}
	return nil
}

func readRecords(ctx context.Context, s *aws.Session, zone *graph.Resource, give func(*graph.Resource)) error {
	id, _ := zone.Attrs["id"].(string)
	pages := route53.NewListResourceRecordSetsPaginator(route53.NewFromConfig(s.Config), &route53.ListResourceRecordSetsInput{HostedZoneId: &id})
	return eachPage(ctx, pages, func(page *route53.ListResourceRecordSetsOutput) {
		for i := range page.ResourceRecordSets {
			give(record(s, zone, &page.ResourceRecordSets[i]))
		}
	})
}

// record gives one record set. The records that Route 53 makes with a zone (NS and SOA of its own name) are not judged.
func record(s *aws.Session, zone *graph.Resource, from *types.ResourceRecordSet) *graph.Resource {
	zoneID, _ := zone.Attrs["id"].(string)
	name := hostName(unescape(text(from.Name)))
	id := strings.Trim(strings.Join([]string{zoneID, name, string(from.Type), text(from.SetIdentifier)}, "_"), "_")
	r := s.Resource("aws_route53_record", "", id, name)
	recordFields.Set(r, from)
	if from.AliasTarget != nil { // a block stays when its one flag is false
		r.Attrs["alias"] = block(map[string]any{
			"zone_id": aws.Plain(from.AliasTarget.HostedZoneId), "evaluate_target_health": from.AliasTarget.EvaluateTargetHealth,
			"name": strings.TrimPrefix(hostName(unescape(text(from.AliasTarget.DNSName))), "dualstack."),
		})
	}
	r.Attrs["zone_id"], r.Attrs["name"], r.Attrs["fqdn"], r.Attrs["allow_overwrite"] = zoneID, name, name, nil
	for _, derived := range []string{"validates", "siblings"} {
		r.Attrs[derived] = []any{}
	}
	r.Data = name == hostName(zone.Name) && (from.Type == types.RRTypeNs || from.Type == types.RRTypeSoa)
	return r
}

var octal = regexp.MustCompile(`\\[0-7]{3}`)

// unescape reads the characters that Route 53 writes as octal numbers: "\052" is "*".
func unescape(s string) string {
	return octal.ReplaceAllStringFunc(s, func(code string) string {
		n, err := strconv.ParseUint(code[1:], 8, 8)
		if err != nil {
			return code
		}
		return string(rune(n))
	})
}

func readHealthChecks(ctx context.Context, s *aws.Session, give func(*graph.Resource)) error {
	pages := route53.NewListHealthChecksPaginator(route53.NewFromConfig(s.Config), &route53.ListHealthChecksInput{})
	return eachPage(ctx, pages, func(page *route53.ListHealthChecksOutput) {
		for i := range page.HealthChecks {
			c := &page.HealthChecks[i]
			r := s.Resource("aws_route53_health_check", "arn:"+s.Partition+":route53:::healthcheck/"+text(c.Id), text(c.Id), text(c.Id))
			healthCheckFields.Set(r, c.HealthCheckConfig)
			r.Data = c.LinkedService != nil
			give(r)
		}
	})
}
