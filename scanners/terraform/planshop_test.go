package terraform_test

import (
	"bytes"
	"context"
	"fmt"
	"os"
	"slices"
	"strings"
	"testing"

	"github.com/plumbline-dev/plumbline/catalog"
	"github.com/plumbline-dev/plumbline/graph"
	pf "github.com/plumbline-dev/plumbline/internal/planfixture"
	"github.com/plumbline-dev/plumbline/scanners"
	"github.com/plumbline-dev/plumbline/scanners/terraform"
)

// shopPlan is the plan of testdata/shop, as Terraform prints it for an empty account.
func shopPlan() pf.Plan {
	u := pf.Unknown
	var out []pf.Instance
	add := func(address string, values pf.Object) {
		values["id"], values["arn"] = u, u
		out = append(out, pf.Instance{Address: address, Values: values})
	}
	tags := pf.Object{"Environment": "prod", "Team": "shop"}
	out = append(out, pf.Instance{Address: "module.network.data.aws_availability_zones.available", Prior: true, Values: pf.Object{"state": "available", "names": []any{"eu-west-1a", "eu-west-1b", "eu-west-1c"}}})
	add("module.network.aws_vpc.main", pf.Object{"cidr_block": "10.0.0.0/16", "enable_dns_support": true, "enable_dns_hostnames": u, "instance_tenancy": "default", "tags": tags, "tags_all": tags, "main_route_table_id": u})
	add("module.network.aws_internet_gateway.main", pf.Object{"vpc_id": u, "tags": nil, "tags_all": u, "owner_id": u})
	for i, zone := range []string{"eu-west-1a", "eu-west-1b"} {
		n := fmt.Sprintf("[%d]", i)
		subnet := func(third int) pf.Object {
			return pf.Object{"vpc_id": u, "cidr_block": fmt.Sprintf("10.0.%d.0/24", third), "availability_zone": zone, "availability_zone_id": u, "map_public_ip_on_launch": false, "tags": nil, "tags_all": u}
		}
		add("module.network.aws_subnet.public"+n, subnet(i))
		add("module.network.aws_subnet.private"+n, subnet(i+100))
		add("module.network.aws_eip.nat"+n, pf.Object{"domain": "vpc", "instance": u, "tags": nil, "tags_all": u, "allocation_id": u})
		add("module.network.aws_nat_gateway.main"+n, pf.Object{"allocation_id": u, "subnet_id": u, "connectivity_type": "public", "tags": nil, "tags_all": u, "public_ip": u})
		add("module.network.aws_route_table.private"+n, pf.Object{"vpc_id": u, "tags": nil, "tags_all": u, "route": []any{pf.Object{"cidr_block": "0.0.0.0/0", "nat_gateway_id": u, "gateway_id": "", "ipv6_cidr_block": ""}}})
		add("module.network.aws_route_table_association.private"+n, pf.Object{"subnet_id": u, "route_table_id": u, "gateway_id": nil})
	}
	for _, s := range []struct {
		name  string
		ports []int
		min   int
	}{{"basket", []int{8080, 8443}, 2}, {"search", []int{9090}, 3}} {
		out = append(out, shopService(s.name, s.ports, s.min, tags)...)
	}
	add("aws_security_group.balancer", pf.Object{"name": "balancer", "vpc_id": u, "description": "Managed by Terraform", "egress": u, "tags": nil, "tags_all": u, "ingress": []any{
		pf.Object{"from_port": 443, "to_port": 443, "protocol": "tcp", "cidr_blocks": []any{"0.0.0.0/0"}, "description": "", "ipv6_cidr_blocks": []any{}, "prefix_list_ids": []any{}, "security_groups": []any{}, "self": false},
	}})
	add("aws_lb.main", pf.Object{"name": "shop", "load_balancer_type": "application", "subnets": u, "security_groups": u, "subnet_mapping": u, "internal": u, "enable_deletion_protection": false, "enable_http2": true, "tags": nil, "tags_all": u, "dns_name": u, "access_logs": []any{pf.Object{"bucket": u, "enabled": true, "prefix": nil}}})
	add("aws_lb_listener.https", pf.Object{"load_balancer_arn": u, "port": 443, "protocol": "HTTPS", "ssl_policy": "ELBSecurityPolicy-TLS13-1-2-2021-06", "certificate_arn": "arn:aws:acm:eu-west-1:111122223333:certificate/0b5e3c11", "mutual_authentication": u, "tags": nil, "tags_all": u, "default_action": []any{
		pf.Object{"type": "fixed-response", "order": u, "target_group_arn": nil, "fixed_response": []any{pf.Object{"content_type": "text/plain", "status_code": "404", "message_body": nil}}, "redirect": []any{}, "forward": []any{}, "authenticate_cognito": []any{}, "authenticate_oidc": []any{}},
	}})
	add("aws_s3_bucket.logs", pf.Object{"bucket": "shop-logs", "force_destroy": false, "versioning": u, "logging": u, "acl": u, "server_side_encryption_configuration": u, "lifecycle_rule": u, "website": u, "grant": u, "cors_rule": u, "replication_configuration": u, "object_lock_configuration": u, "policy": u, "tags": nil, "tags_all": u})
	add("aws_s3_bucket_versioning.logs", pf.Object{"bucket": u, "versioning_configuration": []any{pf.Object{"status": "Enabled", "mfa_delete": u}}, "mfa": nil, "expected_bucket_owner": nil})
	add("aws_db_subnet_group.main", pf.Object{"name": "shop", "subnet_ids": u, "description": "Managed by Terraform", "tags": nil, "tags_all": u})
	add("aws_db_instance.main", pf.Object{
		"identifier": "shop", "engine": "postgres", "engine_version": "16.3", "instance_class": "db.m6g.large", "allocated_storage": 100, "multi_az": true, "backup_retention_period": 14,
		"db_subnet_group_name": "shop", "vpc_security_group_ids": u, "username": "shop", "password": pf.Sensitive{V: "correct-horse"}, "storage_encrypted": true, "tags": tags, "tags_all": tags,
		"availability_zone": u, "publicly_accessible": false, "deletion_protection": false, "skip_final_snapshot": false, "auto_minor_version_upgrade": true, "monitoring_interval": 0, "kms_key_id": u, "snapshot_identifier": u, "replicate_source_db": nil, "copy_tags_to_snapshot": false, "delete_automated_backups": true, "performance_insights_enabled": false,
	})
	add("aws_cloudwatch_metric_alarm.database", pf.Object{"alarm_name": "database-cpu", "namespace": "AWS/RDS", "metric_name": "CPUUtilization", "statistic": "Average", "comparison_operator": "GreaterThanThreshold", "evaluation_periods": 5, "period": 60, "threshold": 80, "actions_enabled": true, "dimensions": pf.Object{"DBInstanceIdentifier": "shop"}, "treat_missing_data": "missing", "alarm_actions": nil, "metric_query": []any{}, "tags": nil, "tags_all": u})
	return pf.Plan{
		Instances: out, Root: shopConfig(),
		Variables: pf.Object{"region": "eu-west-1", "stage": "prod", "password": "correct-horse", "services": pf.Object{}},
		Providers: map[string]pf.Object{"aws": {"name": "aws", "full_name": "registry.terraform.io/hashicorp/aws", "version_constraint": "~> 5.0", "expressions": pf.Object{"region": pf.Refs("var.region"), "allowed_account_ids": []any{"111122223333"}}}},
	}
}

func shopService(name string, ports []int, minSize int, tags pf.Object) []pf.Instance {
	u := pf.Unknown
	at := func(address string, values pf.Object) pf.Instance {
		values["id"], values["arn"] = u, u
		return pf.Instance{Address: fmt.Sprintf("module.service[%q].%s.service", name, address), Values: values}
	}
	var ingress, groupTags []any
	for _, port := range ports {
		ingress = append(ingress, pf.Object{"from_port": port, "to_port": port, "protocol": "tcp", "security_groups": u, "cidr_blocks": []any{}, "description": "", "ipv6_cidr_blocks": []any{}, "prefix_list_ids": []any{}, "self": false})
	}
	for _, key := range []string{"Environment", "Team"} {
		groupTags = append(groupTags, pf.Object{"key": key, "value": tags[key], "propagate_at_launch": true})
	}
	return []pf.Instance{
		at("aws_security_group", pf.Object{"name": name, "vpc_id": u, "description": "Managed by Terraform", "egress": u, "ingress": ingress, "tags": nil, "tags_all": u}),
		at("aws_launch_template", pf.Object{"name": name, "image_id": "ami-0123456789abcdef0", "instance_type": "m6g.large", "vpc_security_group_ids": u, "metadata_options": u, "latest_version": u, "tags": nil, "tags_all": u}),
		at("aws_lb_target_group", pf.Object{"name": name, "port": ports[0], "protocol": "HTTP", "vpc_id": u, "target_type": "instance", "stickiness": u, "deregistration_delay": "300", "tags": nil, "tags_all": u, "health_check": []any{
			pf.Object{"path": "/health", "matcher": "200", "enabled": true, "healthy_threshold": 3, "interval": 30, "port": "traffic-port", "protocol": "HTTP", "timeout": u, "unhealthy_threshold": 3},
		}}),
		at("aws_lb_listener_rule", pf.Object{"listener_arn": u, "priority": u, "tags": nil, "tags_all": u, "action": []any{
			pf.Object{"type": "forward", "target_group_arn": u, "order": u, "forward": []any{}, "fixed_response": []any{}, "redirect": []any{}, "authenticate_cognito": []any{}, "authenticate_oidc": []any{}},
		}, "condition": []any{pf.Object{"path_pattern": []any{pf.Object{"values": []any{"/" + name + "/*"}}}, "host_header": []any{}, "http_header": []any{}, "http_request_method": []any{}, "query_string": []any{}, "source_ip": []any{}}}}),
		at("aws_autoscaling_group", pf.Object{"name": name, "min_size": minSize, "max_size": 6, "desired_capacity": u, "vpc_zone_identifier": u, "target_group_arns": u, "health_check_type": "ELB", "health_check_grace_period": 300, "availability_zones": u, "launch_template": []any{pf.Object{"id": u, "name": u, "version": "$Latest"}}, "tag": groupTags, "mixed_instances_policy": []any{}, "protect_from_scale_in": false}),
	}
}

func shopConfig() pf.Module {
	o, r := func(kv ...any) pf.Object {
		m := pf.Object{}
		for i := 0; i < len(kv); i += 2 {
			m[kv[i].(string)] = kv[i+1]
		}
		return m
	}, pf.Refs
	indexed := func(name string) any { return r(name, "count.index") }
	network := pf.Module{
		Vars:    o("zones", nil, "tags", nil),
		Outputs: o("vpc_id", r("aws_vpc.main.id"), "public_subnets", r("aws_subnet.public"), "private_subnets", r("aws_subnet.private")),
		Config: map[string]pf.Config{
			"data.aws_availability_zones.available": {Exprs: o("state", "available")},
			"aws_vpc.main":                          {Exprs: o("cidr_block", "10.0.0.0/16", "tags", r("var.tags"))},
			"aws_internet_gateway.main":             {Exprs: o("vpc_id", r("aws_vpc.main.id"))},
			"aws_subnet.public":                     {Count: r("var.zones"), Exprs: o("vpc_id", r("aws_vpc.main.id"), "cidr_block", r("count.index"), "availability_zone", r("data.aws_availability_zones.available.names", "count.index"))},
			"aws_subnet.private":                    {Count: r("var.zones"), Exprs: o("vpc_id", r("aws_vpc.main.id"), "cidr_block", r("count.index"), "availability_zone", r("data.aws_availability_zones.available.names", "count.index"))},
			"aws_eip.nat":                           {Count: r("var.zones"), Exprs: o("domain", "vpc")},
			"aws_nat_gateway.main":                  {Count: r("var.zones"), Exprs: o("allocation_id", indexed("aws_eip.nat"), "subnet_id", indexed("aws_subnet.public"))},
			"aws_route_table.private":               {Count: r("var.zones"), Exprs: o("vpc_id", r("aws_vpc.main.id"), "route", []pf.Object{o("cidr_block", "0.0.0.0/0", "nat_gateway_id", indexed("aws_nat_gateway.main"))})},
			"aws_route_table_association.private":   {Count: r("var.zones"), Exprs: o("subnet_id", indexed("aws_subnet.private"), "route_table_id", indexed("aws_route_table.private"))},
		},
	}
	service := pf.Module{
		Vars:    o("name", nil, "port", nil, "ports", nil, "min_size", nil, "vpc_id", nil, "subnets", nil, "listener_arn", nil, "balancer_group", nil, "tags", nil),
		Outputs: o("group_id", r("aws_security_group.service.id")),
		Config: map[string]pf.Config{
			"aws_security_group.service":    {Exprs: o("name", r("var.name"), "vpc_id", r("var.vpc_id"))},
			"aws_launch_template.service":   {Exprs: o("name", r("var.name"), "image_id", "ami-0123456789abcdef0", "instance_type", "m6g.large", "vpc_security_group_ids", r("aws_security_group.service.id"))},
			"aws_lb_target_group.service":   {Exprs: o("name", r("var.name"), "port", r("var.port"), "protocol", "HTTP", "vpc_id", r("var.vpc_id"), "health_check", []pf.Object{o("path", "/health", "matcher", "200")})},
			"aws_lb_listener_rule.service":  {Exprs: o("listener_arn", r("var.listener_arn"), "action", []pf.Object{o("type", "forward", "target_group_arn", r("aws_lb_target_group.service.arn"))}, "condition", []pf.Object{o("path_pattern", []pf.Object{o("values", r("var.name"))})})},
			"aws_autoscaling_group.service": {Exprs: o("name", r("var.name"), "min_size", r("var.min_size"), "max_size", 6, "vpc_zone_identifier", r("var.subnets"), "target_group_arns", r("aws_lb_target_group.service.arn"), "health_check_type", "ELB", "launch_template", []pf.Object{o("id", r("aws_launch_template.service.id"), "version", "$Latest")})},
		},
	}
	return pf.Module{
		Vars: o("region", "eu-west-1", "stage", "prod", "password", pf.Sensitive{V: "correct-horse"}, "services", o()),
		Calls: map[string]pf.Call{
			"network": {Source: "./network", Args: o("zones", 2, "tags", r("local.tags")), Module: network},
			"service": {Source: "./service", ForEach: r("var.services"), Module: service, Args: o("name", r("each.key"), "port", r("each.value.port"), "ports", r("each.value.ports"), "min_size", r("each.value.min"),
				"vpc_id", r("module.network.vpc_id"), "subnets", r("module.network.private_subnets"), "listener_arn", r("aws_lb_listener.https.arn"), "balancer_group", r("aws_security_group.balancer.id"), "tags", r("local.tags"))},
		},
		Config: map[string]pf.Config{
			"aws_security_group.balancer":   {Exprs: o("name", "balancer", "vpc_id", r("module.network.vpc_id"))},
			"aws_lb.main":                   {Exprs: o("name", "shop", "load_balancer_type", "application", "subnets", r("module.network.public_subnets"), "security_groups", r("aws_security_group.balancer.id"), "access_logs", []pf.Object{o("bucket", r("aws_s3_bucket.logs.id"), "enabled", true)})},
			"aws_lb_listener.https":         {Exprs: o("load_balancer_arn", r("aws_lb.main.arn"), "port", 443, "protocol", "HTTPS", "ssl_policy", "ELBSecurityPolicy-TLS13-1-2-2021-06", "certificate_arn", "arn:aws:acm:eu-west-1:111122223333:certificate/0b5e3c11", "default_action", []pf.Object{o("type", "fixed-response", "fixed_response", []pf.Object{o("content_type", "text/plain", "status_code", "404")})})},
			"aws_s3_bucket.logs":            {Exprs: o("bucket", "shop-logs")},
			"aws_s3_bucket_versioning.logs": {Exprs: o("bucket", r("aws_s3_bucket.logs.id"), "versioning_configuration", []pf.Object{o("status", "Enabled")})},
			"aws_db_subnet_group.main":      {Exprs: o("name", "shop", "subnet_ids", r("module.network.private_subnets"))},
			"aws_db_instance.main": {Exprs: o("identifier", "shop", "engine", "postgres", "engine_version", "16.3", "instance_class", "db.m6g.large", "allocated_storage", 100, "multi_az", true, "backup_retention_period", 14,
				"db_subnet_group_name", r("aws_db_subnet_group.main.name"), "vpc_security_group_ids", r("module.service"), "username", "shop", "password", r("var.password"), "storage_encrypted", true, "tags", r("local.tags"))},
			"aws_cloudwatch_metric_alarm.database": {Exprs: o("alarm_name", "database-cpu", "namespace", "AWS/RDS", "metric_name", "CPUUtilization", "statistic", "Average", "comparison_operator", "GreaterThanThreshold", "evaluation_periods", 5, "period", 60, "threshold", 80, "dimensions", r("aws_db_instance.main.identifier"))},
		},
	}
}

func TestThePlanOfTheShopIsTheCodeOfTheShop(t *testing.T) {
	code, err := terraform.New(os.DirFS("testdata/shop"), terraform.Options{}).Scan(context.Background())
	if err != nil {
		t.Fatal(err)
	}
	var text bytes.Buffer
	if err := shopPlan().Write(&text); err != nil {
		t.Fatal(err)
	}
	plan := readPlan(t, text.Bytes(), terraform.PlanOptions{})
	for _, g := range append(code.Gaps, plan.Gaps...) {
		t.Errorf("gap: %+v", g)
	}
	a, b := shopGraph(code), shopGraph(plan)
	for _, d := range differences(a, b) {
		t.Error(d)
	}
	if n := len(a.Resources()); n < 40 {
		t.Errorf("the graph has only %d resources", n)
	}
	if n := known(b); n < 400 {
		t.Errorf("only %d attributes of the plan are known", n)
	}
}

func shopGraph(found scanners.Found) *graph.Graph {
	return catalog.Build(found.Resources, catalog.Options{})
}

func known(g *graph.Graph) int {
	n := 0
	for _, r := range g.Resources() {
		n += len(r.Attrs)
	}
	return n
}

// differences lists where two graphs of one configuration say different things; where one of them does not know,
// they do not.
func differences(a, b *graph.Graph) []string {
	var out []string
	for _, pair := range [][2]*graph.Graph{{a, b}, {b, a}} {
		for _, r := range pair[0].Resources() {
			if r.Data || strings.HasPrefix(r.Type, "terraform_") && r.Type != "terraform_provider" && r.Type != "terraform_module_call" && r.Type != "terraform_literal" {
				continue
			}
			other := pair[1].Get(r.Key())
			if other == nil && perhaps(r, pair[1]) {
				continue
			}
			if other == nil {
				out = append(out, fmt.Sprintf("%s is only in one of them", r.Address))
				continue
			}
			out = append(out, edgesOnly(pair[0], pair[1], r, other)...)
			if pair[0] == a {
				out = append(out, comparison{r, other, &out}.resource()...)
			}
		}
	}
	return out
}

// perhaps says that r is a part of a resource that has parts of that type of which the other graph does not know
// how many there are, or that r is such a part.
func perhaps(r *graph.Resource, other *graph.Graph) bool {
	if _, ok := r.Unknown["_count"]; ok {
		return true
	}
	return r.Of != "" && slices.ContainsFunc(other.OfType(r.Type), func(x *graph.Resource) bool {
		_, open := x.Unknown["_count"]
		return open && x.Of == r.Of
	})
}

// edgesOnly lists edges of r that other has not, although it knows all that they could come from.
func edgesOnly(a, b *graph.Graph, r, other *graph.Resource) []string {
	var out []string
	for _, e := range a.To(r.Key()) {
		same := func(x graph.Edge) bool { return x.Via == e.Via && x.To == e.To }
		if !slices.ContainsFunc(b.To(r.Key()), same) && !open(other, e.Via) {
			out = append(out, fmt.Sprintf("%s: the edge %s to %s is only in one of them", r.Address, e.Via, e.To))
		}
	}
	return out
}

func open(r *graph.Resource, via string) bool {
	for p := range r.Unknown {
		s := graph.Schematic(strings.TrimPrefix(p, "_to."))
		if s == via || strings.HasPrefix(s, via+".") || strings.HasPrefix(via, s+".") {
			return true
		}
	}
	return false
}

type comparison struct {
	a, b *graph.Resource
	out  *[]string
}

func (c comparison) resource() []string {
	var out []string
	c.out = &out
	c.value("", c.a.Attrs, c.b.Attrs)
	for _, name := range []string{"_zones", "_region", "_account", "_documents"} {
		c.value(name, named(c.a.Facts[name]), named(c.b.Facts[name]))
	}
	if c.a.Stage != c.b.Stage || c.a.Name != c.b.Name || c.a.Of != c.b.Of {
		out = append(out, fmt.Sprintf("%s: stage, name or owner: %q %q %q and %q %q %q", c.a.Address, c.a.Stage, c.a.Name, c.a.Of, c.b.Stage, c.b.Name, c.b.Of))
	}
	return out
}

// named gives symbolic zones their names.
func named(v any) any {
	list, ok := v.([]any)
	if !ok {
		if s, ok := v.(string); ok {
			if region, i, symbolic, _ := catalog.ParseZone(s); symbolic && i < len(catalog.RegionZones(region)) {
				return catalog.RegionZones(region)[i]
			}
		}
		return v
	}
	out := make([]any, len(list))
	for i, x := range list {
		out[i] = named(x)
	}
	return out
}

func (c comparison) value(path string, a, b any) {
	_, unknownA := c.a.Unknown[path]
	_, unknownB := c.b.Unknown[path]
	if unknownA || unknownB {
		return
	}
	switch x := a.(type) {
	case map[string]any:
		if y, ok := b.(map[string]any); ok {
			for k := range x {
				c.value(graph.Child(path, k), x[k], y[k])
			}
			for k := range y {
				if _, ok := x[k]; !ok {
					c.value(graph.Child(path, k), nil, y[k])
				}
			}
			return
		}
	case []any:
		if y, ok := b.([]any); ok && len(x) == len(y) {
			for i := range x {
				c.value(graph.Element(path, i), x[i], y[i])
			}
			return
		}
	}
	if catalogued(c.a.Type, path) && fmt.Sprint(named(a)) != fmt.Sprint(named(b)) {
		*c.out = append(*c.out, fmt.Sprintf("%s of %s: the code says %v, the plan %v", path, c.a.Address, a, b))
	}
}

// catalogued says whether the catalog has the attribute; others are as each source has them.
func catalogued(typ, path string) bool {
	t := catalog.Lookup(typ)
	return t == nil || strings.HasPrefix(path, "_") || t.Attr(path) != nil
}
